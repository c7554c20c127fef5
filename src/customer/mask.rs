//! What of a value may stand in a report: hook output lands in terminals and in CI logs.
//!
//! *Invariant:* of an address the first letters of account and domain and its public suffix, of a number the last two
//! digits; never four bytes in a row of what tells one person from another.

/// The masked form of a value.
pub(super) fn of(value: &[u8]) -> String {
    if value.contains(&b'@') { email(value) } else { number(value) }
}

/// An e-mail address: `u***@q***.co.jp`.
fn email(address: &[u8]) -> String {
    let mut parts = address.split(|b| *b == b'@');
    let local = parts.next().unwrap_or_default();
    let domain = parts.next().unwrap_or_default();
    format!("{}***@{}***{}", initial(local), initial(domain), public_suffix(domain))
}

/// What of a value must not stand in a report: all but what is shown of an address on purpose, what many share.
pub(super) fn hidden(value: &[u8]) -> Vec<u8> {
    let suffix = value.rsplit(|b| *b == b'@').next().filter(|domain| domain.len() < value.len()).map(public_suffix);
    let kept = suffix.and_then(|suffix| value.strip_suffix(suffix.as_bytes()));
    kept.unwrap_or(value).to_vec()
}

/// A number: stars and its last two digits, a payment card in its usual groups.
fn number(value: &[u8]) -> String {
    let digits: Vec<u8> = value.iter().copied().filter(u8::is_ascii_digit).collect();
    // Of a short number two digits would be much.
    let tail = match digits.len() {
        8.. => digits.get(digits.len() - 2..).unwrap_or_default(),
        _ => b"**",
    };
    let stars = if digits.len() >= 13 { "**** **** **** **" } else { "********" };
    format!("{stars}{}", String::from_utf8_lossy(tail))
}

fn initial(part: &[u8]) -> char {
    part.first().copied().filter(|b| b.is_ascii_alphanumeric() && part.len() > 1).map_or('*', char::from)
}

/// `.com`, `.de`, `.co.jp`: what many share. A longer last label is shown as stars: it can be a company's own.
fn public_suffix(domain: &[u8]) -> String {
    let labels: Vec<&[u8]> = domain.split(|b| *b == b'.').collect();
    let shown: &[&[u8]] = match labels.as_slice() {
        [_, .., second, last] if last.len() == 2 && SECOND_LEVEL.contains(second) => &[second, last],
        [.., last] if (2..=3).contains(&last.len()) => &[last],
        _ => &[b"***"],
    };
    shown.iter().map(|label| format!(".{}", String::from_utf8_lossy(label))).collect()
}

const SECOND_LEVEL: &[&[u8]] =
    &[b"co", b"ne", b"or", b"ac", b"go", b"ed", b"lg", b"com", b"net", b"org", b"gov", b"edu"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_shows_an_initial_and_the_public_suffix() {
        assert_eq!(email(b"u7f3k2@qwertz-shop.co.jp"), "u***@q***.co.jp");
        assert_eq!(email(b"u@qwertz.com"), "****@q***.com");
        assert_eq!(email(b"u7@mail.qwertz.company"), "u***@m***.***");
        assert_eq!(hidden(b"u7f3k2@qwertz-shop.co.jp"), b"u7f3k2@qwertz-shop");
        assert_eq!(hidden(b"u7@mail.qwertz.company"), b"u7@mail.qwertz.company");
        assert_eq!(hidden(b"090-7391-5264"), b"090-7391-5264");
        assert_eq!(number(b"4000 1234 5678 9017"), "**** **** **** **17");
        assert_eq!(number(b"090-7391-5264"), "********64");
        assert_eq!(number(b"12345"), "**********");
    }
}
