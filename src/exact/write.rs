//! Writes a table: entries in ascending order in, a whole file in its place out.
//!
//! *Invariant:* what cannot be finished leaves the old table where it was.

use super::error::ExactError;
use super::files::Beside;
use super::header::Header;
use super::key::Key;
use super::table::{SEAL, bits_for, block_of, rest_of, seal_of};
use std::path::Path;

/// A table being written.
pub(super) struct Writer<'k> {
    out: Beside,
    key: &'k Key,
    header: Header,
    /// Where each finished block ends.
    ends: Vec<u64>,
    block: Vec<u8>,
    entries: u64,
    end: u64,
    size: u64,
}

impl<'k> Writer<'k> {
    /// Begins the table at `target` for at most `most` entries. Of `header` everything must be right but what only the
    /// entries tell.
    pub(super) fn begin(target: &Path, key: &'k Key, mut header: Header, most: u64) -> Result<Self, ExactError> {
        header.bits = bits_for(most);
        header.key = key.id();
        header.table = key.seal(&[
            b"table",
            &header.source,
            &header.created.to_be_bytes(),
            &std::process::id().to_be_bytes(),
            target.as_os_str().as_encoded_bytes(),
        ]);
        let mut out = Beside::new(target)?;
        let front = header.encoded(key).len() as u64 + (header.blocks() + 1) * super::table::PLACE;
        // Room for what is known only at the end.
        let zeros = vec![0; 1 << 16];
        let mut room = front;
        while room > 0 {
            let part = usize::try_from(room).map_or(zeros.len(), |room| room.min(zeros.len()));
            out.write(zeros.get(..part).unwrap_or_default())?;
            room -= part as u64;
        }
        Ok(Self { out, key, header, ends: Vec::new(), block: Vec::new(), entries: 0, end: 0, size: front })
    }

    /// Adds the next fingerprint.
    pub(super) fn push(&mut self, print: u64) -> Result<(), ExactError> {
        while self.ends.len() as u64 != block_of(print, self.header.bits) {
            self.end_block()?;
        }
        let rest = rest_of(print, self.header.bits);
        self.block.extend(rest.get(8 - self.header.width()..).unwrap_or_default());
        self.entries += 1;
        Ok(())
    }

    fn end_block(&mut self) -> Result<(), ExactError> {
        let seal = seal_of(self.key, &self.header.table, self.ends.len() as u64, &self.block);
        self.out.write(&self.block)?;
        self.out.write(&seal)?;
        self.end += (self.block.len() + SEAL) as u64;
        self.ends.push(self.end);
        self.block.clear();
        Ok(())
    }

    /// Ends the table and puts it in its place; returns its header and its size in bytes.
    pub(super) fn finish(mut self) -> Result<(Header, u64), ExactError> {
        while (self.ends.len() as u64) < self.header.blocks() {
            self.end_block()?;
        }
        self.header.entries = self.entries;
        self.out.rewind()?;
        self.out.write(&self.header.encoded(self.key))?;
        self.out.write(&0u64.to_be_bytes())?;
        for end in &self.ends {
            self.out.write(&end.to_be_bytes())?;
        }
        self.out.finish()?;
        Ok((self.header, self.size + self.end))
    }
}
