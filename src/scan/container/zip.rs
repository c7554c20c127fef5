//! zip, and what is built on it (docx, xlsx, odt, jar, apk).
//!
//! What a zip contains is said twice: by a header before each entry, and by a directory at the end. Programs believe one
//! or the other, so the entries of both are opened: those that the directory names, and those that a walk over the
//! headers finds, and an entry whose two methods differ is opened by both. Sizes in headers are believed for stored
//! entries only; a deflate stream ends where it ends.

use super::super::UnreadableKind;
use super::budget::{End, OUT_OF_BUDGET, Opening, Unpacked};
use super::stream::{Wrapping, inflate};
use super::xlsx::Book;
use super::{bzip2, xml_text, xz, zstd};
use crate::scan::decode::bytes::cut;
use std::collections::BTreeMap;

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END_RECORD: &[u8] = b"PK\x05\x06";
/// Between the data and what follows it when sizes are not known beforehand.
const AFTER_DATA: &[u8] = b"PK\x07\x08";

const LOCAL_LEN: usize = 30;
const CENTRAL_LEN: usize = 46;
const END_LEN: usize = 22;

/// The end record is followed by at most a comment.
const MAX_COMMENT: usize = 0xffff;

/// Flags of an entry: encrypted (plainly, strongly, or with its headers), and sizes only after the data.
const ENCRYPTED: usize = 0x2041;
const DESCRIPTOR: usize = 8;

/// Stands for a size that does not fit in four bytes.
const LARGE: usize = 0xffff_ffff;

/// Whether this is a zip: an entry at the start, or a directory at the end (a self-extracting program).
pub fn is_zip(bytes: &[u8]) -> bool {
    let starts = bytes.starts_with(LOCAL) && u16_at(bytes, 26) > 0 && u16_at(bytes, 4) & 0xff < 100;
    starts || end_record(bytes).is_some_and(|end| end == 0 || Directory::find(bytes, end).is_some())
}

/// Opens the entries.
pub fn open(bytes: &[u8], opening: &mut Opening) {
    let mut named = directory_entries(bytes);
    let mut walk = memchr::memmem::find(bytes, LOCAL);
    let mut book = Book::default();
    // Entries may overlap; each offset is opened once, and each entry is charged, so that the budget bounds the work.
    loop {
        let first_named = named.first_key_value().map(|(offset, _)| *offset);
        let Some(offset) = [first_named, walk].into_iter().flatten().min() else { break };
        let next = match Entry::read(bytes, offset, named.remove(&offset)) {
            Some(entry) => entry.open_either_way(opening, &mut book),
            None => Some(offset + LOCAL.len()),
        };
        let Some(next) = next else { break };
        if walk == Some(offset) {
            let rest = bytes.get(next..).unwrap_or_default();
            walk = memchr::memmem::find(rest, LOCAL).map(|at| next + at);
        }
    }
    book.give(opening);
}

/// The last end record. Every blob is searched for one, so by its rarest byte.
fn end_record(bytes: &[u8]) -> Option<usize> {
    let low = bytes.len().saturating_sub(END_LEN + MAX_COMMENT);
    let tail = bytes.get(low..)?;
    let mut hits = memchr::memrchr_iter(5, tail).filter_map(|hit| (low + hit).checked_sub(2));
    hits.find(|at| at + END_LEN <= bytes.len() && cut(bytes, *at..at + 4) == END_RECORD)
}

/// Where the directory starts, and how much lies before the archive, which offsets in it do not count.
struct Directory {
    start: usize,
    lead: usize,
}

impl Directory {
    fn find(bytes: &[u8], end: usize) -> Option<Self> {
        let (size, offset) = (u32_at(bytes, end + 12), u32_at(bytes, end + 16));
        // The size tells where the directory is whatever lies before the archive; zip64 leaves it out.
        let starts = [end.checked_sub(size).unwrap_or(offset), offset];
        let start = starts.into_iter().find(|start| cut(bytes, *start..start.saturating_add(4)) == CENTRAL)?;
        Some(Self { start, lead: start.saturating_sub(offset) })
    }
}

/// What the directory says of an entry.
struct Named {
    packed: usize,
    method: usize,
}

/// The entries that the directory names, by the offset of their headers.
fn directory_entries(bytes: &[u8]) -> BTreeMap<usize, Named> {
    let mut entries = BTreeMap::new();
    let Some(Directory { start, lead }) = end_record(bytes).and_then(|end| Directory::find(bytes, end)) else {
        return entries;
    };
    let mut here = start;
    while cut(bytes, here..here + 4) == CENTRAL {
        let offset = u32_at(bytes, here + 42);
        for offset in [offset, offset.saturating_add(lead)] {
            if cut(bytes, offset..offset.saturating_add(4)) == LOCAL {
                entries.insert(offset, Named { packed: u32_at(bytes, here + 20), method: u16_at(bytes, here + 10) });
            }
        }
        here += CENTRAL_LEN + u16_at(bytes, here + 28) + u16_at(bytes, here + 30) + u16_at(bytes, here + 32);
    }
    entries
}

struct Entry<'b> {
    name: &'b [u8],
    flags: usize,
    method: usize,
    /// The directory's method, where that is another one.
    otherwise: Option<usize>,
    /// Where the data starts in the archive.
    start: usize,
    /// The data and all that follows it.
    data: &'b [u8],
    /// How long the data is said to be.
    packed: Option<usize>,
    /// How long the content is said to be.
    size: usize,
}

impl<'b> Entry<'b> {
    /// The entry whose header is at `offset`; `named` is what the directory says of it, if that names it.
    fn read(bytes: &'b [u8], offset: usize, named: Option<Named>) -> Option<Self> {
        let name_end = offset + LOCAL_LEN + u16_at(bytes, offset + 26);
        let start = name_end + u16_at(bytes, offset + 28);
        let method = u16_at(bytes, offset + 8);
        // Without a known method and not in the directory, this is the signature in the midst of other data.
        if named.is_none() && !matches!(method, 0..=20 | 93..=99) {
            return None;
        }
        let said = [Some(u32_at(bytes, offset + 18)), named.as_ref().map(|named| named.packed)].into_iter().flatten();
        let extra = cut(bytes, name_end..start);
        let packed = said.filter_map(|size| if size == LARGE { zip64_packed(extra) } else { Some(size) }).max();
        Some(Self {
            name: cut(bytes, offset + LOCAL_LEN..name_end),
            flags: u16_at(bytes, offset + 6),
            method,
            otherwise: named.map(|named| named.method).filter(|named| *named != method),
            start,
            data: bytes.get(start..)?,
            packed: packed.filter(|packed| *packed > 0),
            size: u32_at(bytes, offset + 22),
        })
    }

    /// Opens the entry by the method before its data and by the directory's, where that says otherwise: programs that
    /// read a stream believe the one, programs that open a file the other.
    fn open_either_way(mut self, opening: &mut Opening, book: &mut Book) -> Option<usize> {
        let next = self.open(opening, book)?;
        let Some(method) = self.otherwise.take() else { return Some(next) };
        self.method = method;
        self.open(opening, book).map(|other| other.min(next))
    }

    /// Opens the entry; returns where to look for the next one, or nothing when the budget is spent.
    fn open(&self, opening: &mut Opening, book: &mut Book) -> Option<usize> {
        if self.flags & ENCRYPTED != 0 || self.method == 99 {
            opening.obstacle(UnreadableKind::Encrypted, self.name, "the entry is encrypted");
            return Some(self.start + self.extent().len());
        }
        if self.method == 0 {
            return self.stored(opening, book);
        }
        let limit = opening.left();
        let sized = self.extent();
        let mut out = Vec::new();
        let (read, end) = match self.method {
            8 => inflate(self.data, Wrapping::Bare, limit, &mut out),
            12 => bzip2::unpack(self.data, limit, &mut out),
            14 => (sized.len(), xz::unpack_zip_lzma(sized, self.flags, self.size, limit, &mut out)),
            93 => zstd::unpack(sized, limit, &mut out),
            95 => xz::unpack(sized, limit, &mut out),
            _ => (sized.len(), End::Unsupported("a compression method that cannot be opened")),
        };
        let len = out.len();
        let Some(out) = book.keep(self.name, out, end == End::Complete) else {
            opening.charge(len.max(read));
            return Some(self.start + read);
        };
        let unpacked = Unpacked { bytes: out, end };
        let more = opening.give_unpacked(self.name, "zip", &unpacked, read) && self.give_text(&unpacked.bytes, opening);
        more.then_some(self.start + read)
    }

    fn stored(&self, opening: &mut Opening, book: &mut Book) -> Option<usize> {
        let content = self.extent();
        let left = usize::try_from(opening.left()).unwrap_or(usize::MAX);
        let shown = content.get(..left).unwrap_or(content);
        opening.charge(content.len());
        let wanted = book.wants(self.name, shown.len());
        if wanted && book.keep(self.name, shown.to_vec(), shown.len() == content.len()).is_none() {
            return Some(self.start + content.len());
        }
        let more = shown.is_empty() || opening.give(self.name, "zip", shown) && self.give_text(shown, opening);
        if !more {
            return None;
        }
        if shown.len() < content.len() {
            opening.obstacle(UnreadableKind::OverLimit, self.name, OUT_OF_BUDGET);
            return None;
        }
        Some(self.start + content.len())
    }

    /// The packed data: as long as is said, or else up to the next signature.
    fn extent(&self) -> &'b [u8] {
        let end = match self.packed {
            Some(packed) => packed.min(self.data.len()),
            None if self.flags & DESCRIPTOR == 0 => 0,
            None => memchr::memmem::find(self.data, AFTER_DATA).unwrap_or(self.data.len()),
        };
        cut(self.data, 0..end)
    }

    /// The text of a document's XML, where a word may be spread over elements.
    fn give_text(&self, content: &[u8], opening: &mut Opening) -> bool {
        let ending = self.name.len().checked_sub(4).and_then(|dot| self.name.get(dot..));
        if !ending.is_some_and(|ending| ending.eq_ignore_ascii_case(b".xml")) {
            return true;
        }
        xml_text::give(self.name, content, opening)
    }
}

/// The packed size in a zip64 extra field: after the size of the content.
fn zip64_packed(extra: &[u8]) -> Option<usize> {
    let mut rest = extra;
    while rest.len() >= 4 {
        let end = 4 + u16_at(rest, 2);
        if u16_at(rest, 0) == 1 && end >= 20 {
            return (u32_at(rest, 16) == 0).then(|| u32_at(rest, 12));
        }
        rest = rest.get(end..)?;
    }
    None
}

/// A field of two bytes, little-endian; zero outside.
fn u16_at(bytes: &[u8], offset: usize) -> usize {
    match cut(bytes, offset..offset.saturating_add(2)) {
        [a, b] => usize::from(u16::from_le_bytes([*a, *b])),
        _ => 0,
    }
}

/// A field of four bytes, little-endian; zero outside.
fn u32_at(bytes: &[u8], offset: usize) -> usize {
    u16_at(bytes, offset) | u16_at(bytes, offset.saturating_add(2)) << 16
}

#[cfg(test)]
mod tests {
    use super::super::samples::{members, members_within, zip, zip_directory, zip_entry};
    use super::super::{Budget, Format, sniff};
    use super::*;

    const TEXT: &[u8] = b"some content that repeats, some content that repeats, some content that repeats";

    #[test]
    fn stored_and_deflated_entries_are_opened() {
        let bytes = zip(&[("a.txt", TEXT, 8, 0), ("dir/b.txt", TEXT, 0, 0), ("c", b"", 0, 0)]);
        assert_eq!(sniff(&bytes), Some(Format::Zip));
        let (members, obstacles) = members(&bytes, 1 << 20);
        let want = ["a.txt", "dir/b.txt"].map(|name| (String::from(name), "zip", TEXT.to_vec()));
        assert_eq!(members, want);
        assert_eq!(obstacles, []);
    }

    #[test]
    fn entries_with_sizes_after_the_data_are_opened() {
        let bytes = zip(&[("a", TEXT, 8, 8), ("b", TEXT, 0, 8), ("c", TEXT, 8, 8)]);
        let found = members(&bytes, 1 << 20);
        assert_eq!(found.0.len(), 3, "{found:?}");
        assert!(found.0.iter().all(|member| member.2 == TEXT) && found.1.is_empty());
    }

    #[test]
    fn an_archive_behind_a_program_or_without_a_directory_is_opened() {
        let whole = zip(&[("a", TEXT, 8, 0)]);
        let behind = [b"#!/bin/sh\nexec unzip -p $0\n", &whole[..]].concat();
        assert_eq!(members(&behind, 1 << 20).0[0].2, TEXT);
        let headless = zip_entry("a", TEXT, 8, 0);
        assert_eq!(members(&headless, 1 << 20).0[0].2, TEXT);
    }

    #[test]
    fn an_entry_hidden_inside_another_but_named_by_the_directory_is_opened() {
        let hidden = zip_entry("hidden", TEXT, 8, 0);
        let cover = [&b"cover "[..], &hidden].concat();
        let mut bytes = zip_entry("cover", &cover, 0, 0);
        let start = bytes.len();
        let at = LOCAL_LEN + "cover".len() + "cover ".len();
        bytes.extend(zip_directory(&[("hidden", at, 8)], start));
        let names: Vec<String> = members(&bytes, 1 << 20).0.into_iter().map(|member| member.0).collect();
        assert_eq!(names, ["cover", "hidden"]);
    }

    #[test]
    fn an_entry_whose_two_methods_differ_is_opened_by_both() {
        for (mark, offset) in [(LOCAL, 8), (CENTRAL, 10)] {
            for method in [0, 8] {
                let mut bytes = zip(&[("a", TEXT, method, 0)]);
                let at = memchr::memmem::find(&bytes, mark).unwrap() + offset;
                bytes[at] = 8 - method as u8;
                let found = members(&bytes, 1 << 20).0;
                assert!(found.iter().any(|member| member.2 == TEXT), "{method} at {offset}: {found:?}");
            }
        }
    }

    #[test]
    fn encrypted_and_unknown_entries_are_reported_and_the_rest_is_opened() {
        let bytes = zip(&[("secret", TEXT, 8, 1), ("odd", TEXT, 9, 0), ("plain", TEXT, 8, 0)]);
        let (members, obstacles) = members(&bytes, 1 << 20);
        assert_eq!(members.len(), 1);
        let kinds: Vec<_> = obstacles.into_iter().map(|found| (found.kind, found.member)).collect();
        let want =
            [(UnreadableKind::Encrypted, Some("secret".into())), (UnreadableKind::Unsupported, Some("odd".into()))];
        assert_eq!(kinds, want);
    }

    #[test]
    fn the_budget_for_bytes_holds() {
        let bytes = zip(&[("a", &[0; 1000], 8, 0), ("b", &[0; 1000], 8, 0), ("c", &[0; 1000], 0, 0)]);
        for (limit, total, over) in [(2999, 2999, true), (3000, 3000, false), (3001, 3000, false), (1500, 1500, true)] {
            let (members, obstacles) = members(&bytes, limit);
            assert_eq!(members.iter().map(|member| member.2.len()).sum::<usize>(), total);
            assert_eq!(!obstacles.is_empty(), over);
        }
    }

    #[test]
    fn the_budget_for_members_holds() {
        let bytes = zip(&[("a", TEXT, 8, 0), ("b", TEXT, 8, 0)]);
        for (allowed, over) in [(1, true), (2, false), (3, false)] {
            let mut budget = Budget { bytes: 1 << 20, members: allowed };
            let (members, obstacles) = members_within(&bytes, &mut budget);
            assert_eq!(members.len(), 2.min(allowed as usize));
            assert_eq!(obstacles.iter().any(|found| found.kind == UnreadableKind::OverLimit), over);
        }
    }

    #[test]
    fn text_spread_over_elements_is_joined() {
        let xml = b"<w:p><w:r><w:t>left</w:t></w:r><w:r><w:t>right</w:t></w:r></w:p>";
        let (members, _) = members(&zip(&[("word/document.xml", xml, 8, 0)]), 1 << 20);
        assert_eq!(members[1].1, "text of xml");
        assert!(members[1].2.windows(9).any(|part| part == b"leftright"));
    }
}
