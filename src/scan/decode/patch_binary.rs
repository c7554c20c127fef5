//! Binary files in patches (`git diff --binary`): deflated, in lines of base85, each after its length.
//!
//! The alphabet and the letter for the length are git's own (base85.c, apply.c).

use super::super::{Origin, View};
use super::bytes::{at, cut};
use super::plausible::{Found, look};
use memchr::memmem::Finder;
use std::sync::LazyLock;

static HEADER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("GIT binary patch"));

const ALPHABET: &[u8; 85] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

/// The file as it becomes, and as it was.
const HALVES: usize = 2;

/// Digits of a group, for four bytes.
const GROUP: usize = 5;

/// The longest line: 52 bytes in 65 digits, and the letter before them.
const MAX_LINE: usize = 66;

/// What the halves of such patches are made of.
pub fn views(input: &[u8]) -> Vec<View> {
    let mut views = Vec::new();
    let mut here = 0;
    for found in HEADER.find_iter(input) {
        here = line_end(input, found).max(here);
        for _ in 0..HALVES {
            let Some(start) = half(input, here) else { break };
            let (bytes, end) = lines(input, start);
            if matches!(look(&bytes), Some(Found::Packed)) {
                views.push(View { bytes, how: "base85", origin: Origin::Region(start..end) });
            }
            here = line_end(input, end);
        }
    }
    views
}

/// Behind the line `literal 123` or `delta 123` at `here`.
fn half(input: &[u8], here: usize) -> Option<usize> {
    let rest = cut(input, here..input.len().min(here + 32));
    let number = rest.strip_prefix(b"literal ").or_else(|| rest.strip_prefix(b"delta "))?;
    at(number, 0).is_ascii_digit().then(|| line_end(input, here))
}

/// The bytes of the lines from `start` on, and where they end.
fn lines(input: &[u8], start: usize) -> (Vec<u8>, usize) {
    let (mut bytes, mut here) = (Vec::new(), start);
    loop {
        let line = cut(input, here..input.len().min(here + MAX_LINE));
        let length = match at(line, 0) {
            letter @ b'A'..=b'Z' => usize::from(letter - b'A') + 1,
            letter @ b'a'..=b'z' => usize::from(letter - b'a') + 27,
            _ => return (bytes, here),
        };
        let digits = cut(line, 1..1 + length.div_ceil(4) * GROUP);
        let groups: Option<Vec<[u8; 4]>> = digits.chunks(GROUP).map(four).collect();
        match groups {
            Some(groups) if !groups.is_empty() => bytes.extend(groups.into_iter().flatten().take(length)),
            _ => return (bytes, here),
        }
        here = line_end(input, here);
    }
}

fn four(digits: &[u8]) -> Option<[u8; 4]> {
    let value = |digit: &u8| (0_u32..).zip(ALPHABET).find(|(_, known)| *known == digit);
    let number =
        digits.iter().try_fold(0_u32, |number, digit| Some(number.wrapping_mul(85).wrapping_add(value(digit)?.0)))?;
    Some(number.to_be_bytes())
}

fn line_end(input: &[u8], from: usize) -> usize {
    memchr::memchr(b'\n', cut(input, from..input.len())).map_or(input.len(), |at| from + at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    // `git diff --binary` of a new file with the bytes 00 to 0b.
    const PATCH: &str = "diff --git a/x b/x\nnew file mode 100644\nindex 0000000..9114530\nGIT binary patch\n\
        literal 12\nTcmZQzWMXDvWn<^y<l+VZ0V)7P\n\nliteral 0\nHcmV?d00001\n\n";

    #[test]
    fn both_halves_are_read() {
        let views = views(PATCH.as_bytes());
        assert!(!views.is_empty());
        assert!(views.iter().all(|view| view.how == "base85" && view.bytes.starts_with(b"\x78")));
        let Origin::Region(region) = &views[0].origin else { panic!() };
        assert_eq!(PATCH.get(region.clone()), Some("TcmZQzWMXDvWn<^y<l+VZ0V)7P\n"));
    }

    #[test]
    fn what_is_no_patch_has_no_view() {
        for text in [
            "GIT binary patch",
            "GIT binary patch\nliteral 9\n",
            "GIT binary patch\nliteral 9\nZ\n",
            "literal 9\nA00000\n",
        ] {
            assert_eq!(views(text.as_bytes()), [], "{text}");
        }
    }
}
