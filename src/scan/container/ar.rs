//! ar: static libraries and Debian packages, whose members are archives again.

use super::super::UnreadableKind;
use super::budget::Opening;
use crate::scan::decode::bytes::cut;

const MAGIC: &[u8] = b"!<arch>\n";
const HEADER: usize = 60;

/// Whether this is the magic of an ar archive.
pub fn is_ar(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Opens the members.
pub fn open(bytes: &[u8], opening: &mut Opening) {
    let mut offset = MAGIC.len();
    while offset < bytes.len() {
        let header = cut(bytes, offset..offset.saturating_add(HEADER));
        let digits = cut(header, 48..58).trim_ascii();
        let size = digits.iter().try_fold(0_usize, |size, digit| match digit {
            b'0'..=b'9' => size.checked_mul(10)?.checked_add(usize::from(digit - b'0')),
            _ => None,
        });
        let (Some(size), b"`\n") = (size, cut(header, 58..60)) else {
            opening.obstacle(UnreadableKind::Broken, b"", "a header is damaged");
            return;
        };
        let name = cut(header, 0..16).trim_ascii();
        let data = bytes.get(offset + HEADER..).unwrap_or_default();
        let content = data.get(..size).unwrap_or(data);
        if content.len() < size {
            opening.obstacle(UnreadableKind::Broken, name, "the archive ends early");
        }
        if !content.is_empty() && !opening.give(name.strip_suffix(b"/").unwrap_or(name), "ar", content) {
            return;
        }
        offset += HEADER + content.len().next_multiple_of(2);
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::members;
    use crate::scan::UnreadableKind;

    fn entry(name: &str, content: &str) -> String {
        let pad = if content.len() % 2 == 1 { "\n" } else { "" };
        format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n{content}{pad}", 0, 0, 0, 644, content.len())
    }

    #[test]
    fn members_are_opened_by_name() {
        let bytes = format!("!<arch>\n{}{}", entry("a.txt/", "odd"), entry("b", "even"));
        let (found, obstacles) = members(bytes.as_bytes(), 99);
        let found: Vec<_> = found.iter().map(|member| (member.0.as_str(), member.2.as_slice())).collect();
        assert_eq!(found, [("a.txt", &b"odd"[..]), ("b", b"even")]);
        assert_eq!(obstacles, []);
    }

    #[test]
    fn a_damaged_archive_is_reported() {
        let bytes = format!("!<arch>\n{}", entry("a", "content"));
        for length in [30, 70] {
            assert_eq!(members(&bytes.as_bytes()[..length], 99).1[0].kind, UnreadableKind::Broken);
        }
    }
}
