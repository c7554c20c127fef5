//! Pages, the trees that they form, and the payloads that run over several of them.

use super::record::{self, Encoding, Value, varint};
use crate::scan::decode::bytes::{at, cut};
use std::ops::Range;

/// The largest page, in bytes.
const LARGEST_PAGE: usize = 65_536;
/// The database header at the start of page 1, in bytes.
const HEADER: usize = 100;
/// The number of the page type at the start of a page (file format, section 1.6).
const INDEX_INTERIOR: u8 = 2;
const TABLE_INTERIOR: u8 = 5;
const INDEX_LEAF: u8 = 10;
const TABLE_LEAF: u8 = 13;

/// A database file.
pub struct Database<'b> {
    bytes: &'b [u8],
    page: usize,
    /// The part of a page that is not reserved for extensions.
    usable: usize,
    encoding: Encoding,
    seen: Vec<bool>,
    damaged: bool,
}

/// One row's payload: what lies in its page, and the first page of the rest.
#[derive(Debug)]
pub struct Leaf {
    local: Range<usize>,
    total: usize,
    overflow: u32,
}

/// Where in a tree the reading stands: pages to come, and the payloads of the last one read.
///
/// One page's payloads are held at a time: a table may have more rows than memory.
pub struct Walk {
    pending: Vec<u32>,
    leaves: Vec<Leaf>,
}

impl Walk {
    /// At the beginning of the tree at page `root`.
    pub fn new(root: u32) -> Self {
        Self { pending: vec![root], leaves: Vec::new() }
    }
}

impl<'b> Database<'b> {
    /// Reads the header; none when it makes no sense.
    pub fn new(bytes: &'b [u8]) -> Option<Self> {
        let page = match u16_at(bytes, 16) {
            1 => LARGEST_PAGE,
            size => usize::from(size),
        };
        let usable = page.checked_sub(usize::from(at(bytes, 20)))?;
        // The format's own bounds; below them the arithmetic of overflow pages goes wrong.
        if !page.is_power_of_two() || page < 512 || usable < 480 {
            return None;
        }
        let encoding = match at(bytes, 59) {
            2 => Encoding::Utf16Le,
            3 => Encoding::Utf16Be,
            _ => Encoding::Utf8,
        };
        let seen = vec![false; bytes.len().div_ceil(page)];
        Some(Self { bytes, page, usable, encoding, seen, damaged: false })
    }

    /// Whether something that the database points to is not there.
    pub fn is_damaged(&self) -> bool {
        self.damaged
    }

    /// The next payload of a tree.
    pub fn next(&mut self, walk: &mut Walk) -> Option<Leaf> {
        loop {
            if let Some(leaf) = walk.leaves.pop() {
                return Some(leaf);
            }
            let number = walk.pending.pop()?;
            match self.visit(number) {
                Some(page) => self.cells(&page, number, walk),
                None => self.damaged = true,
            }
        }
    }

    /// The place of a page that was not visited before.
    fn visit(&mut self, number: u32) -> Option<Range<usize>> {
        let index = usize::try_from(number).unwrap_or(usize::MAX).checked_sub(1)?;
        let seen = self.seen.get_mut(index)?;
        if std::mem::replace(seen, true) {
            return None;
        }
        let start = index.checked_mul(self.page)?;
        Some(start..start.saturating_add(self.page).min(self.bytes.len()))
    }

    fn cells(&mut self, page: &Range<usize>, number: u32, walk: &mut Walk) {
        let header = page.start + if number == 1 { HEADER } else { 0 };
        let kind = at(self.bytes, header);
        let pointers = match kind {
            INDEX_INTERIOR | TABLE_INTERIOR => {
                walk.pending.push(u32_at(self.bytes, header + 8));
                header + 12
            }
            INDEX_LEAF | TABLE_LEAF => header + 8,
            _ => {
                self.damaged = true;
                return;
            }
        };
        for cell in (0..usize::from(u16_at(self.bytes, header + 3))).rev() {
            let mut offset = page.start + usize::from(u16_at(self.bytes, pointers + 2 * cell));
            if offset >= page.end || pointers + 2 * cell >= page.end {
                self.damaged = true;
                return;
            }
            if matches!(kind, INDEX_INTERIOR | TABLE_INTERIOR) {
                walk.pending.push(u32_at(self.bytes, offset));
                offset += 4;
            }
            if kind != TABLE_INTERIOR {
                walk.leaves.push(self.payload(kind, offset));
            }
        }
    }

    /// The payload of the cell at `offset` (section 1.6, "payload size at most X").
    fn payload(&self, kind: u8, offset: usize) -> Leaf {
        let (total, mut offset) = varint(self.bytes, offset);
        if kind == TABLE_LEAF {
            offset = varint(self.bytes, offset).1;
        }
        let total = usize::try_from(total).unwrap_or(usize::MAX).min(self.bytes.len());
        let most = match kind {
            TABLE_LEAF => self.usable - 35,
            _ => (self.usable - 12) * 64 / 255 - 23,
        };
        if total <= most {
            return Leaf { local: offset..offset.saturating_add(total), total, overflow: 0 };
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let fitting = least + (total - least) % (self.usable - 4);
        let local = if fitting <= most { fitting } else { least };
        let end = offset.saturating_add(local);
        Leaf { local: offset..end, total, overflow: u32_at(self.bytes, end) }
    }

    /// The values of a row.
    pub fn values(&mut self, leaf: &Leaf) -> Vec<Value> {
        let mut payload = cut(self.bytes, leaf.local.clone()).to_vec();
        let mut next = leaf.overflow;
        while payload.len() < leaf.total {
            let Some(page) = self.visit(next) else {
                self.damaged = true;
                break;
            };
            let wanted = (leaf.total - payload.len()).min(self.usable - 4);
            next = u32_at(self.bytes, page.start);
            payload.extend_from_slice(cut(self.bytes, page.start + 4..(page.start + 4 + wanted).min(page.end)));
        }
        record::values(&payload, self.encoding)
    }
}

fn u16_at(bytes: &[u8], offset: usize) -> u16 {
    u16::from_be_bytes([at(bytes, offset), at(bytes, offset.saturating_add(1))])
}

fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    u32::from(u16_at(bytes, offset)) << 16 | u32::from(u16_at(bytes, offset.saturating_add(2)))
}
