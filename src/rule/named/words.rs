//! An identifier cut into its words: at punctuation, digits, camel humps.

/// The words of `ident`, in lower case: `dbPassword2` gives `db`, `password`; `XMLHttpKey` gives `xml`, `http`, `key`.
pub(super) fn words(ident: &[u8]) -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = Vec::new();
    let mut current: Vec<u8> = Vec::new();
    let mut previous = 0_u8;
    for (at, byte) in ident.iter().enumerate() {
        let letter = byte.is_ascii_alphabetic() || *byte >= 0x80;
        let hump = byte.is_ascii_uppercase()
            && (previous.is_ascii_lowercase()
                || (previous.is_ascii_uppercase() && ident.get(at + 1).is_some_and(u8::is_ascii_lowercase)));
        if (!letter || hump) && !current.is_empty() {
            out.push(std::mem::take(&mut current));
        }
        if letter {
            current.push(byte.to_ascii_lowercase());
        }
        previous = *byte;
    }
    if !current.is_empty() {
        out.push(current);
    }
    out
}

/// Whether `ident` begins a word at `at`: not in the middle of a run of letters.
pub(super) fn begins_word(ident: &[u8], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|at| ident.get(at)) else { return true };
    let here = ident.get(at).copied().unwrap_or(0);
    !before.is_ascii_alphabetic()
        || (before.is_ascii_lowercase() && here.is_ascii_uppercase())
        || (before.is_ascii_uppercase()
            && here.is_ascii_uppercase()
            && ident.get(at + 1).is_some_and(u8::is_ascii_lowercase))
}

/// Whether a word of `ident` ends at `at`; a plural's `s` belongs to it.
pub(super) fn ends_word(ident: &[u8], at: usize) -> bool {
    let plural = ident.get(at).is_some_and(|b| matches!(b, b's' | b'S'));
    ends_at(ident, at) || (plural && ends_at(ident, at + 1))
}

fn ends_at(ident: &[u8], at: usize) -> bool {
    let Some(here) = ident.get(at) else { return true };
    let before = at.checked_sub(1).and_then(|at| ident.get(at)).copied().unwrap_or(0);
    !here.is_ascii_alphabetic()
        || (before.is_ascii_lowercase() && here.is_ascii_uppercase())
        || (here.is_ascii_uppercase() && ident.get(at + 1).is_some_and(u8::is_ascii_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_cut_at_humps_digits_and_punctuation() {
        let cut = |ident: &str| {
            words(ident.as_bytes()).iter().map(|w| String::from_utf8(w.clone()).unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(cut("dbPassword2"), ["db", "password"]);
        assert_eq!(cut("XMLHttpKey"), ["xml", "http", "key"]);
        assert_eq!(cut("spring.datasource-API_TOKEN"), ["spring", "datasource", "api", "token"]);
        assert!(cut("-_.9").is_empty());
    }

    #[test]
    fn words_begin_and_end_where_letters_change() {
        assert!(begins_word(b"dbPass", 2) && begins_word(b"db_pass", 3) && begins_word(b"pass", 0));
        assert!(!begins_word(b"bypass", 2));
        assert!(ends_word(b"tokens", 5) && ends_word(b"tokenValue", 5) && ends_word(b"token_x", 5));
        assert!(!ends_word(b"tokenizer", 5));
    }
}
