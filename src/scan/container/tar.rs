//! tar, old and POSIX, with GNU's and pax's long names. Members lie in the archive as they are.

use super::super::UnreadableKind;
use super::budget::Opening;
use crate::scan::decode::bytes::{at, cut};

const BLOCK: usize = 512;

/// Whether the first block is a header: its checksum is right.
pub fn is_tar(bytes: &[u8]) -> bool {
    Header::read(bytes, 0).is_some()
}

struct Header<'b> {
    name: Vec<u8>,
    size: usize,
    kind: u8,
    bytes: &'b [u8],
}

impl<'b> Header<'b> {
    fn read(bytes: &'b [u8], offset: usize) -> Option<Self> {
        let block = bytes.get(offset..offset + BLOCK)?;
        let sum = octal(cut(block, 148..156))?;
        let spaces = usize::from(b' ') * 8;
        let others = || block.iter().enumerate().filter(|(at, _)| !(148..156).contains(at)).map(|(_, byte)| *byte);
        // Old programs add signed bytes up, and all accept that.
        let signed = others().map(|byte| isize::from(byte.cast_signed())).sum::<isize>().checked_add_unsigned(spaces);
        let unsigned = others().map(usize::from).sum::<usize>() + spaces;
        if sum != unsigned && !isize::try_from(sum).is_ok_and(|sum| Some(sum) == signed) {
            return None;
        }
        let mut name = Vec::new();
        if cut(block, 257..262) == b"ustar" && at(block, 345) != 0 && at(block, 263) == b'0' {
            name.extend_from_slice(until_nul(cut(block, 345..500)));
            name.push(b'/');
        }
        name.extend_from_slice(until_nul(cut(block, 0..100)));
        let size = number(cut(block, 124..136))?;
        let bytes = bytes.get(offset + BLOCK..).unwrap_or_default();
        Some(Self { name, size, kind: at(block, 156), bytes })
    }

    /// The content, as much as is there.
    fn content(&self) -> &'b [u8] {
        self.bytes.get(..self.size).unwrap_or(self.bytes)
    }
}

/// Opens the members. After damage it looks for the next header, as tar does.
pub fn open(bytes: &[u8], opening: &mut Opening) {
    let mut offset = 0;
    let mut overrides = Overrides::default();
    let mut damaged = false;
    while offset < bytes.len() {
        let block = cut(bytes, offset..bytes.len().min(offset + BLOCK));
        if block.iter().all(|byte| *byte == 0) {
            offset += BLOCK;
            continue;
        }
        let Some(mut header) = Header::read(bytes, offset) else {
            if !damaged {
                opening.obstacle(UnreadableKind::Broken, b"", "a header is damaged");
            }
            damaged = true;
            offset += BLOCK;
            continue;
        };
        damaged = false;
        if !header.is_about_the_next() {
            overrides.apply(&mut header);
        }
        let content = header.content();
        match header.kind {
            b'L' => overrides.name = Some(until_nul(content).to_vec()),
            b'x' => overrides.read_pax(content),
            _ if content.is_empty() => {}
            _ => {
                if !opening.give(&header.name, "tar", content) {
                    return;
                }
            }
        }
        if content.len() < header.size {
            opening.obstacle(UnreadableKind::Broken, &header.name, "the archive ends early");
        }
        offset += BLOCK + content.len().next_multiple_of(BLOCK);
    }
}

impl Header<'_> {
    /// Whether the content says something about the next member.
    fn is_about_the_next(&self) -> bool {
        matches!(self.kind, b'L' | b'K' | b'x' | b'g')
    }
}

/// What a header of its own says about the next member.
#[derive(Default)]
struct Overrides {
    name: Option<Vec<u8>>,
    size: Option<usize>,
}

impl Overrides {
    fn apply(&mut self, header: &mut Header<'_>) {
        if let Some(name) = self.name.take() {
            header.name = name;
        }
        if let Some(size) = self.size.take() {
            header.size = size;
        }
    }

    /// Records `LENGTH KEY=VALUE\n`.
    fn read_pax(&mut self, records: &[u8]) {
        let mut rest = records;
        while let Some(blank) = memchr::memchr(b' ', rest) {
            let length = decimal(cut(rest, 0..blank)).filter(|length| *length > blank);
            let Some(record) = length.and_then(|length| rest.get(blank + 1..length)) else {
                return;
            };
            if let Some(path) = record.strip_prefix(b"path=") {
                self.name = Some(path.trim_ascii_end().to_vec());
            } else if let Some(size) = record.strip_prefix(b"size=") {
                self.size = decimal(size.trim_ascii_end());
            }
            rest = rest.get(length.unwrap_or(rest.len())..).unwrap_or_default();
        }
    }
}

fn until_nul(field: &[u8]) -> &[u8] {
    cut(field, 0..memchr::memchr(0, field).unwrap_or(field.len()))
}

/// A number in octal digits or, with the first bit set, in binary.
fn number(field: &[u8]) -> Option<usize> {
    let [first @ 0x80..=0xff, rest @ ..] = field else {
        return octal(field);
    };
    let start = usize::from(first & 0x7f);
    rest.iter().try_fold(start, |number, byte| number.checked_mul(256)?.checked_add(usize::from(*byte)))
}

fn octal(field: &[u8]) -> Option<usize> {
    let field = until_nul(field).trim_ascii();
    field.iter().try_fold(0_usize, |number, byte| match byte {
        b'0'..=b'7' => number.checked_mul(8)?.checked_add(usize::from(byte - b'0')),
        _ => None,
    })
}

fn decimal(digits: &[u8]) -> Option<usize> {
    digits.iter().try_fold(0_usize, |number, byte| match byte {
        b'0'..=b'9' => number.checked_mul(10)?.checked_add(usize::from(byte - b'0')),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::samples::{gzip, members, members_within, tar, tar_entry};
    use super::super::{Budget, Format, sniff};
    use super::*;

    fn names(bytes: &[u8]) -> Vec<String> {
        members(bytes, 1 << 20).0.into_iter().map(|member| member.0).collect()
    }

    #[test]
    fn members_are_opened_by_name() {
        let bytes = tar(&[("a.txt", b'0', b"content"), ("dir/", b'5', b""), ("dir/b", b'0', &[7; 600])]);
        assert_eq!(sniff(&bytes), Some(Format::Tar));
        let (found, obstacles) = members(&bytes, 0);
        assert_eq!(
            found,
            [(String::from("a.txt"), "tar", b"content".to_vec()), (String::from("dir/b"), "tar", vec![7; 600]),]
        );
        assert_eq!(obstacles, []);
    }

    #[test]
    fn long_names_of_gnu_and_pax_are_read() {
        let long = "d/".repeat(80) + "name";
        let record = format!("path={long}\n");
        let pax = format!("{} {record}", record.len() + 4);
        let gnu =
            tar(&[("././@LongLink", b'L', format!("{long}\0").as_bytes()), ("short", b'0', b"x"), ("b", b'0', b"y")]);
        let posix = tar(&[("PaxHeaders/x", b'x', pax.as_bytes()), ("short", b'0', b"x"), ("b", b'0', b"y")]);
        assert_eq!(names(&gnu), [long.as_str(), "b"]);
        assert_eq!(names(&posix), [long.as_str(), "b"]);
    }

    #[test]
    fn a_damaged_header_is_reported_and_the_next_is_found() {
        let mut bytes = tar(&[("a", b'0', b"1"), ("b", b'0', b"2"), ("c", b'0', b"3")]);
        bytes[2 * BLOCK] ^= 1;
        let (found, obstacles) = members(&bytes, 99);
        assert_eq!(found.iter().map(|member| member.0.as_str()).collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(obstacles.len(), 1);
        assert_eq!(obstacles[0].kind, UnreadableKind::Broken);
    }

    #[test]
    fn a_cut_archive_gives_what_is_there() {
        let bytes = tar_entry("a", b'0', &[1; 5000]);
        let (found, obstacles) = members(&bytes[..2000], 99);
        assert_eq!(found[0].2.len(), 2000 - BLOCK);
        assert_eq!(obstacles[0].kind, UnreadableKind::Broken);
    }

    #[test]
    fn the_budget_for_members_holds() {
        let bytes = tar(&[("a", b'0', b"1"), ("b", b'0', b"2")]);
        for (allowed, over) in [(1, true), (2, false), (3, false)] {
            let (_, obstacles) = members_within(&bytes, &mut Budget { bytes: 0, members: allowed });
            assert_eq!(!obstacles.is_empty(), over);
        }
    }

    #[test]
    fn a_tar_in_a_gzip_is_found_in_its_member() {
        let bytes = gzip(&tar(&[("a", b'0', b"1")]));
        assert_eq!(sniff(&members(&bytes, 1 << 20).0[0].2), Some(Format::Tar));
    }
}
