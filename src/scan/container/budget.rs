//! What opening the containers of one blob may cost, over all depths, and how members are handed on within it.

use super::super::{Unreadable, UnreadableKind};
use super::Member;
use bstr::{BStr, BString, ByteSlice};

/// Obstacles of one kind are reported up to this number a container; more of the same say nothing new.
const MAX_REPORTS: usize = 20;

/// Longer member names are cut in reports.
const MAX_NAME: usize = 1024;

/// What may still be unpacked out of one blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Bytes, decompressed or, where that is more, compressed.
    pub bytes: u64,
    /// Members.
    pub members: u32,
}

/// Takes a member, and the budget for what is found inside it.
pub type Each<'e> = dyn FnMut(Member<'_>, &mut Budget) + 'e;

/// A container being opened.
pub struct Opening<'e> {
    format: &'static str,
    budget: &'e mut Budget,
    each: &'e mut Each<'e>,
    obstacles: Vec<Unreadable>,
}

impl<'e> Opening<'e> {
    /// Starts on a container of `format`.
    pub fn new(format: &'static str, budget: &'e mut Budget, each: &'e mut Each<'e>) -> Self {
        Self { format, budget, each, obstacles: Vec::new() }
    }

    /// Hands a member on that lies in the container as it is; false when there may be no more members.
    pub fn give(&mut self, name: &[u8], how: &'static str, bytes: &[u8]) -> bool {
        let Some(left) = self.budget.members.checked_sub(1) else {
            self.obstacle(UnreadableKind::OverLimit, b"", "too many members");
            return false;
        };
        self.budget.members = left;
        (self.each)(Member { name: BStr::new(name), how, bytes }, self.budget);
        true
    }

    /// How many bytes may still be unpacked.
    pub fn left(&self) -> u64 {
        self.budget.bytes
    }

    /// Hands on what came out of `read` bytes of a compressed stream and reports how it ended; false when the budget
    /// is spent.
    pub fn give_unpacked(&mut self, name: &[u8], how: &'static str, unpacked: &Unpacked, read: usize) -> bool {
        self.charge(unpacked.bytes.len().max(read));
        let more = unpacked.bytes.is_empty() || self.give(name, how, &unpacked.bytes);
        match &unpacked.end {
            End::Complete => {}
            End::Broken(why) => self.obstacle(UnreadableKind::Broken, name, why),
            End::Unsupported(why) => self.obstacle(UnreadableKind::Unsupported, name, why),
            End::OverLimit(why) => self.obstacle(UnreadableKind::OverLimit, name, why),
        }
        more && !matches!(unpacked.end, End::OverLimit(OUT_OF_BUDGET))
    }

    /// Takes `bytes` off the budget.
    pub fn charge(&mut self, bytes: usize) {
        self.budget.bytes = self.budget.bytes.saturating_sub(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    /// Reports what could not be read.
    pub fn obstacle(&mut self, kind: UnreadableKind, member: &[u8], why: &str) {
        let name = member.get(..MAX_NAME).unwrap_or(member);
        let member = (!name.is_empty()).then(|| BString::from(name.as_bytes()));
        let obstacle = Unreadable { kind, format: self.format, member, why: why.to_owned() };
        let known = self.obstacles.iter().filter(|known| known.kind == kind).count();
        if known < MAX_REPORTS && !self.obstacles.contains(&obstacle) {
            self.obstacles.push(obstacle);
        }
    }

    /// What could not be read.
    pub fn finish(self) -> Vec<Unreadable> {
        self.obstacles
    }
}

/// The reason given when the budget for bytes is spent.
pub const OUT_OF_BUDGET: &str = "unpacks to more than the limit";

/// What came out of a compressed stream.
#[derive(Debug, PartialEq, Eq)]
pub struct Unpacked {
    /// All that could be decompressed.
    pub bytes: Vec<u8>,
    /// How the stream ended.
    pub end: End,
}

/// How a compressed stream ended.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// With its end mark.
    Complete,
    /// Damaged or cut off.
    Broken(String),
    /// In something that is not implemented here.
    Unsupported(&'static str),
    /// At a limit.
    OverLimit(&'static str),
}
