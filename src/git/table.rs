//! The format of one table of references.
//!
//! A header (24 bytes, or 28 with the hash's name in version 2), blocks, a footer that repeats the header and ends in a
//! checksum. The blocks of references come first, the first of them in one block with the header; then indexes, object
//! and log blocks, which are not needed here. In a block each name is stored as what it does not share with the one
//! before. Blocks are padded with zeros to the block size, or follow one another at once.
//!
//! *Invariant:* every length and offset is checked against the bytes that there are; nothing is skipped as unknown.

use super::reftable::Value;
use bstr::BString;
use gix::ObjectId;
use gix::hash::Kind;

/// What is wrong, and at which byte.
pub(super) type Malformed = (&'static str, usize);

/// A record: a reference's value, or `None` where it was deleted.
#[derive(Debug)]
pub(super) struct TableRecord {
    pub(super) name: BString,
    pub(super) value: Option<Value>,
}

/// What a footer has after the copy of the header: five positions and the checksum.
const FOOTER_REST: usize = 5 * 8 + 4;

/// All records of references in the table `content`, in its order, which is by name.
pub(super) fn records(content: &[u8], hash: Kind) -> Result<Vec<TableRecord>, Malformed> {
    let header = Header::parse(content, hash)?;
    let footer = checked_footer(content, &header)?;
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        let start = if at == 0 { header.len } else { at };
        if start >= footer {
            break;
        }
        match content.get(start) {
            Some(b'r') => {}
            Some(kind) if ends_references(content, *kind, at, footer + header.len)? => break,
            Some(_) | None => return Err(("no block of references", start)),
        }
        let len = number(content, start + 1, 3)?;
        let end = at.saturating_add(len);
        if end > footer || len > header.block_size.unwrap_or(len) {
            return Err(("a block that is too long", start));
        }
        let block = content.get(..end).unwrap_or_default();
        Block { bytes: block, at: start + 4, hash }.records(&mut found)?;
        at = next_block(content, at, end, &header).min(footer);
    }
    Ok(found)
}

/// Whether the references end before the block of `kind` at `at`: an index, objects or logs, there where the footer's
/// positions say. Otherwise one changed byte would hide all that follows.
fn ends_references(content: &[u8], kind: u8, at: usize, positions: usize) -> Result<bool, Malformed> {
    Ok(match kind {
        // The position is that of the top of an index, whose other levels come before it.
        b'i' => at > 0 && number(content, positions, 8)? >= at,
        b'o' => at > 0 && number(content, positions + 8, 8)? >> 5 == at,
        // In a table of logs alone their first block shares the header's and its position is 0.
        b'g' => number(content, positions + 24, 8)? == at,
        _ => false,
    })
}

/// Where the block after the one at `at..end` begins: after zeros up to the block size, or at once.
fn next_block(content: &[u8], at: usize, end: usize, header: &Header) -> usize {
    match header.block_size {
        Some(size) if content.get(end) == Some(&0) => at.saturating_add(size),
        Some(_) | None => end,
    }
}

struct Header {
    len: usize,
    /// `None` in a table whose blocks are not aligned.
    block_size: Option<usize>,
}

impl Header {
    fn parse(content: &[u8], hash: Kind) -> Result<Self, Malformed> {
        if !content.starts_with(b"REFT") {
            return Err(("no header", 0));
        }
        let (len, own) = match content.get(4) {
            Some(1) => (24, Kind::Sha1),
            Some(2) => match content.get(24..28) {
                Some(b"sha1") => (28, Kind::Sha1),
                Some(b"s256") => (28, Kind::Sha256),
                Some(_) | None => return Err(("an unknown hash", 24)),
            },
            Some(_) | None => return Err(("an unknown version", 4)),
        };
        if own != hash {
            return Err(("another hash than the repository's", 4));
        }
        let block_size = number(content, 5, 3)?;
        Ok(Self { len, block_size: (block_size > 0).then_some(block_size) })
    }
}

/// Where the footer begins, once its copy of the header and its checksum are found right.
fn checked_footer(content: &[u8], header: &Header) -> Result<usize, Malformed> {
    let len = header.len + FOOTER_REST;
    let Some(start) = content.len().checked_sub(len).filter(|start| *start >= header.len) else {
        return Err(("no footer", content.len()));
    };
    let footer = content.get(start..).unwrap_or_default();
    if footer.get(..header.len) != content.get(..header.len) {
        return Err(("a footer that differs from the header", start));
    }
    let mut crc = flate2::Crc::new();
    crc.update(footer.get(..len - 4).unwrap_or_default());
    if crc.sum() as usize != number(content, content.len() - 4, 4)? {
        return Err(("a wrong checksum", content.len() - 4));
    }
    Ok(start)
}

/// A block of references; `bytes` is the table up to the block's end, so that places are those of the table.
struct Block<'a> {
    bytes: &'a [u8],
    at: usize,
    hash: Kind,
}

impl<'a> Block<'a> {
    fn records(mut self, found: &mut Vec<TableRecord>) -> Result<(), Malformed> {
        let Some(count_at) = self.bytes.len().checked_sub(2) else {
            return Err(("a block that is too short", self.at));
        };
        let restarts = number(self.bytes, count_at, 2)?;
        let Some(end) = count_at.checked_sub(3 * restarts).filter(|end| *end >= self.at && restarts > 0) else {
            return Err(("a wrong restart table", count_at));
        };
        self.bytes = self.bytes.get(..end).unwrap_or_default();
        let mut last = BString::default();
        while self.at < end {
            let record = self.record(&last)?;
            // Also across blocks: a name that comes twice, or too early, would have two values.
            if found.last().is_some_and(|previous| previous.name >= record.name) {
                return Err(("a name out of order", self.at));
            }
            last.clone_from(&record.name);
            found.push(record);
        }
        Ok(())
    }

    fn record(&mut self, last: &BString) -> Result<TableRecord, Malformed> {
        let start = self.at;
        let shared = self.varint()?;
        let suffix_and_type = self.varint()?;
        let Some(shared) = last.get(..shared) else { return Err(("a name that shares too much", start)) };
        let mut name = BString::from(shared);
        name.extend_from_slice(self.take(suffix_and_type >> 3)?);
        if name.is_empty() {
            return Err(("an empty name", start));
        }
        self.varint()?; // When it was written, counted from the table's first update.
        let value = match suffix_and_type & 7 {
            0 => None,
            1 => Some(Value::Id { id: self.id()?, peeled: None }),
            2 => Some(Value::Id { id: self.id()?, peeled: Some(self.id()?) }),
            3 => {
                let len = self.varint()?;
                Some(Value::Symbolic(self.take(len)?.into()))
            }
            _ => return Err(("an unknown kind of value", start)),
        };
        Ok(TableRecord { name, value })
    }

    fn id(&mut self) -> Result<ObjectId, Malformed> {
        let at = self.at;
        match ObjectId::try_from(self.take(self.hash.len_in_bytes())?) {
            Ok(id) => Ok(id),
            Err(_) => Err(("an id of a wrong length", at)),
        }
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], Malformed> {
        let end = self.at.saturating_add(len);
        let Some(taken) = self.bytes.get(self.at..end) else { return Err(("a record that is cut off", self.at)) };
        self.at = end;
        Ok(taken)
    }

    /// A number in groups of seven bits, the highest first; each further group adds one, so no number has two forms.
    fn varint(&mut self) -> Result<usize, Malformed> {
        let start = self.at;
        let mut value = 0_usize;
        loop {
            let byte = self.take(1)?.first().copied().unwrap_or_default();
            value |= usize::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                return Ok(value);
            }
            value = match value.checked_add(1).and_then(|value| value.checked_mul(128)) {
                Some(value) => value,
                None => return Err(("a number that is too large", start)),
            };
        }
    }
}

/// The `len` bytes at `at` as a number, the highest byte first.
fn number(content: &[u8], at: usize, len: usize) -> Result<usize, Malformed> {
    match content.get(at..at.saturating_add(len)) {
        Some(bytes) => Ok(bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte))),
        None => Err(("the end", at)),
    }
}
