//! Git bundles and packs: a repository in one file, its objects compressed and as differences from one another.
//!
//! A difference whose base is named by its id is not resolved (bundles and packs made by git name bases by their place,
//! unless the base is outside): what it adds is scanned, and it is reported.

use super::super::UnreadableKind;
use super::budget::{End, Opening, Unpacked};
use super::delta::{added, apply};
use super::stream::{Wrapping, inflate};
use crate::scan::decode::bytes::{at, cut};
use std::collections::HashMap;
use std::rc::Rc;

/// Objects that may be bases are kept up to this many bytes, then forgotten; they can be made again.
const CACHE: usize = 64 << 20;

/// How long the list of heads and prerequisites of a bundle may be.
const MAX_HEADER: usize = 16 << 20;

const HEADER: usize = 12;

/// Whether this is a pack of a known version.
pub fn is_pack(bytes: &[u8]) -> bool {
    matches!(bytes, [b'P', b'A', b'C', b'K', 0, 0, 0, 2 | 3, _, _, _, _, ..])
}

/// Whether this is a bundle.
pub fn is_bundle(bytes: &[u8]) -> bool {
    bytes.starts_with(b"# v2 git bundle\n") || bytes.starts_with(b"# v3 git bundle\n")
}

/// Opens the pack in a bundle, which follows an empty line.
pub fn open_bundle(bytes: &[u8], opening: &mut Opening) {
    let head = cut(bytes, 0..bytes.len().min(MAX_HEADER));
    let pack = memchr::memmem::find(head, b"\n\n").and_then(|end| bytes.get(end + 2..));
    match pack.filter(|pack| is_pack(pack)) {
        Some(pack) => open(pack, opening),
        None => opening.obstacle(UnreadableKind::Broken, b"", "the bundle holds no pack"),
    }
}

/// Opens the objects of a pack, each named by its kind.
pub fn open(bytes: &[u8], opening: &mut Opening) {
    let mut pack = Pack { bytes, entries: HashMap::new(), cache: HashMap::new(), cached: 0 };
    let count = cut(bytes, 8..HEADER).iter().fold(0_u32, |count, byte| count << 8 | u32::from(*byte));
    let mut offset = HEADER;
    for _ in 0..count {
        match pack.entry(offset, opening) {
            Some(next) => offset = next,
            None => return,
        }
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Whole(&'static str),
    /// A difference from the object at an offset.
    From(usize),
    /// A difference from an object named by its id.
    Foreign,
}

#[derive(Clone, Copy)]
struct Entry {
    kind: Kind,
    /// Where the compressed data starts.
    data: usize,
}

struct Pack<'b> {
    bytes: &'b [u8],
    entries: HashMap<usize, Entry>,
    cache: HashMap<usize, Rc<Vec<u8>>>,
    cached: usize,
}

impl Pack<'_> {
    /// Gives the object at `offset`; returns where the next one starts, or nothing when it is damaged or the budget is
    /// spent.
    fn entry(&mut self, offset: usize, opening: &mut Opening) -> Option<usize> {
        let Some(entry) = self.read(offset) else {
            opening.obstacle(UnreadableKind::Broken, b"", "the pack is damaged or ends early");
            return None;
        };
        let (bytes, read, end) = self.inflated(entry, opening);
        if end != End::Complete {
            opening.give_unpacked(b"", "git pack", &Unpacked { bytes, end }, read);
            return None;
        }
        self.entries.insert(offset, entry);
        let next = entry.data + read;
        let more = match entry.kind {
            Kind::Whole(kind) => self.give(offset, kind, bytes, read, opening),
            Kind::From(base) => self.give_changed(offset, base, &bytes, opening),
            Kind::Foreign => {
                opening.obstacle(UnreadableKind::Broken, b"", "an object's base is not in the bundle");
                opening.charge(read);
                give_added(&bytes, opening)
            }
        };
        more.then_some(next)
    }

    /// The header of the entry at `offset`.
    fn read(&self, offset: usize) -> Option<Entry> {
        let first = *self.bytes.get(offset)?;
        let mut here = offset + 1;
        let mut byte = first;
        // The size is not needed, the stream knows its end; it has at most ten bytes.
        while byte & 0x80 != 0 && here < offset + 10 {
            byte = *self.bytes.get(here)?;
            here += 1;
        }
        let kind = match first >> 4 & 7 {
            1 => Kind::Whole("commit"),
            2 => Kind::Whole("tree"),
            3 => Kind::Whole("blob"),
            4 => Kind::Whole("tag"),
            6 => {
                let (distance, end) = distance(self.bytes, here)?;
                here = end;
                Kind::From(offset.checked_sub(distance)?)
            }
            7 => {
                here = self.after_id(here);
                Kind::Foreign
            }
            _ => return None,
        };
        Some(Entry { kind, data: here })
    }

    /// Past the id at `offset`: 20 bytes, or 32 when only then a stream follows.
    fn after_id(&self, offset: usize) -> usize {
        let is_stream = |start: usize| {
            let header = u16::from_be_bytes([at(self.bytes, start), at(self.bytes, start + 1)]);
            header >> 8 & 0xf == 8 && header.is_multiple_of(31)
        };
        if !is_stream(offset + 20) && is_stream(offset + 32) { offset + 32 } else { offset + 20 }
    }

    fn inflated(&self, entry: Entry, opening: &Opening) -> (Vec<u8>, usize, End) {
        let mut out = Vec::new();
        let data = self.bytes.get(entry.data..).unwrap_or_default();
        let (read, end) = inflate(data, Wrapping::Zlib, opening.left(), &mut out);
        (out, read, end)
    }

    fn give(&mut self, offset: usize, kind: &str, bytes: Vec<u8>, read: usize, opening: &mut Opening) -> bool {
        let unpacked = Unpacked { bytes, end: End::Complete };
        let more = opening.give_unpacked(kind.as_bytes(), "git pack", &unpacked, read);
        self.keep(offset, Rc::new(unpacked.bytes));
        more
    }

    fn give_changed(&mut self, offset: usize, base: usize, changes: &[u8], opening: &mut Opening) -> bool {
        let Some((kind, base)) = self.content(base, opening) else {
            opening.obstacle(UnreadableKind::Broken, b"", "an object's base cannot be made");
            return give_added(changes, opening);
        };
        match apply(&base, changes, opening.left()) {
            Ok(bytes) => self.give(offset, kind, bytes, changes.len(), opening),
            Err(end) => opening.give_unpacked(b"", "git pack", &Unpacked { bytes: added(changes), end }, changes.len()),
        }
    }

    /// The content and kind of the object at `offset`, made from its bases. What it takes is charged, so that a long
    /// chain of differences cannot take long.
    fn content(&mut self, offset: usize, opening: &mut Opening) -> Option<(&'static str, Rc<Vec<u8>>)> {
        let mut chain = Vec::new();
        let mut here = offset;
        let mut made = None;
        let kind = loop {
            let entry = *self.entries.get(&here)?;
            if made.is_none() {
                made = self.cache.get(&here).cloned();
                if made.is_none() {
                    chain.push((here, entry));
                }
            }
            match entry.kind {
                Kind::Whole(kind) => break kind,
                Kind::From(base) => here = base,
                Kind::Foreign => return None,
            }
        };
        for (offset, entry) in chain.into_iter().rev() {
            let (bytes, read, end) = self.inflated(entry, opening);
            opening.charge(bytes.len().max(read));
            if end != End::Complete {
                return None;
            }
            let content = match &made {
                None => bytes,
                Some(base) => match apply(base, &bytes, opening.left()) {
                    Ok(content) => content,
                    Err(_) => return None,
                },
            };
            opening.charge(content.len());
            let content = Rc::new(content);
            self.keep(offset, Rc::clone(&content));
            made = Some(content);
        }
        made.map(|content| (kind, content))
    }

    fn keep(&mut self, offset: usize, content: Rc<Vec<u8>>) {
        if self.cached + content.len() > CACHE {
            self.cache.clear();
            self.cached = 0;
        }
        if content.len() <= CACHE {
            self.cached += content.len();
            self.cache.insert(offset, content);
        }
    }
}

fn give_added(changes: &[u8], opening: &mut Opening) -> bool {
    let added = added(changes);
    opening.charge(added.len());
    added.is_empty() || opening.give(b"", "git pack", &added)
}

/// How far back the base is: seven bits a byte, big-endian, one added at each step.
fn distance(bytes: &[u8], offset: usize) -> Option<(usize, usize)> {
    let mut here = offset;
    let mut byte = *bytes.get(here)?;
    let mut distance = usize::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        here += 1;
        byte = *bytes.get(here)?;
        distance = distance.checked_add(1)?.checked_mul(128)?.checked_add(usize::from(byte & 0x7f))?;
    }
    (distance > 0).then_some((distance, here + 1))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{members, zlib};
    use super::super::{Format, sniff};
    use super::*;

    fn object(kind: u8, size: usize, reference: &[u8], content: &[u8]) -> Vec<u8> {
        let mut out = vec![kind << 4 | (size & 15) as u8 | if size > 15 { 0x80 } else { 0 }];
        let mut size = size >> 4;
        while size > 0 {
            out.push((size & 0x7f) as u8 | if size > 0x7f { 0x80 } else { 0 });
            size >>= 7;
        }
        [&out, reference, &zlib(content)].concat()
    }

    fn pack(objects: &[Vec<u8>]) -> Vec<u8> {
        let mut out = b"PACK\0\0\0\x02\0\0\0".to_vec();
        out.push(objects.len() as u8);
        out.extend(objects.concat());
        out.extend([0; 20]);
        out
    }

    /// Copies `copied` bytes from the base's start and adds `text`.
    fn changes(base: usize, copied: u8, text: &[u8]) -> Vec<u8> {
        [&[base as u8, copied + text.len() as u8, 0x90, copied, text.len() as u8][..], text].concat()
    }

    fn three() -> Vec<Vec<u8>> {
        let base = object(3, 20, b"", b"twenty bytes of base");
        let first = changes(20, 7, b"and more");
        let first = object(6, first.len(), &[base.len() as u8], &first);
        let second = changes(15, 10, b"!");
        let second = object(6, second.len(), &[first.len() as u8], &second);
        vec![base, first, second]
    }

    #[test]
    fn objects_and_differences_from_earlier_ones_are_given() {
        let bytes = pack(&three());
        assert_eq!(sniff(&bytes), Some(Format::GitPack));
        let bundle = [&b"# v2 git bundle\n0000 refs/heads/main\n\n"[..], &bytes].concat();
        assert_eq!(sniff(&bundle), Some(Format::GitBundle));
        for bytes in [bytes, bundle] {
            let (found, obstacles) = members(&bytes, 1000);
            let texts: Vec<_> = found.iter().map(|member| (member.0.as_str(), member.2.as_slice())).collect();
            let want = [("blob", &b"twenty bytes of base"[..]), ("blob", b"twenty and more"), ("blob", b"twenty and!")];
            assert_eq!(texts, want);
            assert_eq!(obstacles, []);
        }
    }

    #[test]
    fn a_difference_from_outside_gives_what_it_adds_and_is_reported() {
        let text = b"added text";
        let difference = changes(99, 9, text);
        for id in [20, 32] {
            let entry = object(7, difference.len(), &vec![0xab; id], &difference);
            let (found, obstacles) = members(&pack(&[entry, three().remove(0)]), 1000);
            assert_eq!(found[0].2, b"added text\n");
            assert_eq!(found[1].2, b"twenty bytes of base");
            assert_eq!(obstacles[0].kind, UnreadableKind::Broken);
        }
    }

    #[test]
    fn the_budget_holds_over_all_objects() {
        let bytes = pack(&three());
        let total = 20 + 15 + 11;
        for (limit, over) in [(total - 20, true), (total + 60, false)] {
            let (_, obstacles) = members(&bytes, limit);
            assert_eq!(obstacles.iter().any(|found| found.kind == UnreadableKind::OverLimit), over, "{obstacles:?}");
        }
    }

    #[test]
    fn a_damaged_pack_is_reported() {
        let bytes = pack(&three());
        for length in [12, 20, bytes.len() - 30] {
            assert!(!members(&bytes[..length], 1000).1.is_empty(), "{length}");
        }
        assert_eq!(members(b"# v2 git bundle\nabc", 1000).1[0].kind, UnreadableKind::Broken);
    }
}
