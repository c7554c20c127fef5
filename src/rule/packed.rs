//! The rules that are part of the binary, as bytes: a run unpacks those whose keywords it sees, and no others.
//!
//! *Invariant:* no pointers, of which a position-independent program pays for each one at its start, and nothing is made
//! of the bytes before it is asked for.

use super::spec::{Notice, Papers, RuleSpec};
use flate2::read::ZlibDecoder;
use once_cell::sync::OnceCell;
use std::fmt;
use std::io::{self, Read as _};

/// Rules as the build script packed them.
pub struct Packed {
    /// A line for each group, in order: its name, a blank, and how many rules it has.
    pub groups: &'static [u8],
    /// What a run needs of each rule, one after another.
    pub rules: &'static [u8],
    /// Where each of them ends: four bytes each, the low one first.
    pub ends: &'static [u8],
    /// The rules' numbers in the order of their ids, in the same form.
    pub by_id: &'static [u8],
    /// Records of the keywords that are looked for everywhere. The words that tell of a service's key have the number
    /// behind that of the last rule.
    pub everywhere: &'static [u8],
    /// Records of the services' names.
    pub services: &'static [u8],
    /// What a refusal says of each rule, compressed.
    pub notices: &'static [u8],
    /// What only people ask of each rule, compressed.
    pub papers: &'static [u8],
    /// What refusals say, once the first of them is made.
    pub unpacked: OnceCell<Notices>,
}

/// No rule.
pub static NONE: Packed = Packed {
    groups: &[],
    rules: &[],
    ends: &[],
    by_id: &[],
    everywhere: &[],
    services: &[],
    notices: &[],
    papers: &[],
    unpacked: OnceCell::new(),
};

/// The binary is not as it was built.
#[derive(Debug, thiserror::Error)]
pub enum PackedError {
    /// A rule cannot be unpacked.
    #[error("rule {number} of the program cannot be unpacked\n  install leakgate again: its file is damaged")]
    Rule {
        /// Its number.
        number: usize,
        /// Why; none: it is not there.
        #[source]
        source: Option<postcard::Error>,
    },
    /// What the rules say of themselves cannot be unpacked.
    #[error("what the program says of its rules cannot be unpacked\n  install leakgate again: its file is damaged")]
    Papers(#[source] io::Error),
}

impl PartialEq for Packed {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl fmt::Debug for Packed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Packed").field("rules", &self.len()).finish_non_exhaustive()
    }
}

impl Packed {
    /// How many rules there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len() / 4
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The name of each group, in order, and how many rules it has.
    pub fn groups(&self) -> impl Iterator<Item = (&'static str, usize)> {
        let lines = self.groups.split(|b| *b == b'\n').filter(|line| !line.is_empty());
        lines.filter_map(|line| {
            let (name, count) = std::str::from_utf8(line).map_or(None, |line| line.split_once(' '))?;
            count.parse().map_or(None, |count| Some((name, count)))
        })
    }

    /// The group of rule `number`.
    #[must_use]
    pub fn group(&self, number: usize) -> &'static str {
        let mut end = 0;
        let mut groups = self.groups();
        let found = groups.find(|(_, count)| {
            end += count;
            number < end
        });
        found.map_or("", |(name, _)| name)
    }

    fn bytes(&self, number: usize) -> Option<&'static [u8]> {
        let start = number.checked_sub(1).map_or(Some(0), |before| at(self.ends, before))?;
        self.rules.get(start..at(self.ends, number)?)
    }

    /// What a run needs of rule `number`: not its keywords, which are records here.
    ///
    /// # Errors
    /// When the binary is damaged.
    pub(super) fn rule(&self, number: usize) -> Result<RuleSpec, PackedError> {
        let bytes = self.bytes(number).ok_or(PackedError::Rule { number, source: None })?;
        postcard::from_bytes(bytes).map_err(|source| PackedError::Rule { number, source: Some(source) })
    }

    /// The id of rule `number`. An empty one, which no name meets, when the binary is damaged.
    #[must_use]
    pub fn id(&self, number: usize) -> &'static str {
        match self.bytes(number).map(postcard::take_from_bytes) {
            Some(Ok((id, _))) => id,
            Some(Err(_)) | None => "",
        }
    }

    /// The tags of rule `number`. None, which no name meets, when the binary is damaged.
    #[must_use]
    pub fn tags(&self, number: usize) -> Vec<&'static str> {
        match self.bytes(number).map(postcard::take_from_bytes::<(&str, _)>) {
            Some(Ok(((_, tags), _))) => tags,
            Some(Err(_)) | None => Vec::new(),
        }
    }

    /// The number of the rule called `id`.
    #[must_use]
    pub fn position(&self, id: &str) -> Option<usize> {
        let (mut from, mut to) = (0, self.len());
        while from < to {
            let middle = from + (to - from) / 2;
            let number = at(self.by_id, middle)?;
            match self.id(number).cmp(id) {
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Equal => return Some(number),
                std::cmp::Ordering::Greater => to = middle,
            }
        }
        None
    }

    /// What a refusal says of rule `number`.
    ///
    /// # Errors
    /// When the binary is damaged.
    pub fn notice(&self, number: usize) -> Result<Notice<'_>, PackedError> {
        self.unpacked.get_or_try_init(|| Ok(Notices { bytes: unpacked(self.notices)? }))?.of(number)
    }

    /// All rules with all that they say.
    ///
    /// # Errors
    /// When the binary is damaged.
    pub fn documented(&self) -> Result<Vec<RuleSpec>, PackedError> {
        let (notices, papers) = (unpacked(self.notices)?, unpacked(self.papers)?);
        let (mut notices, mut papers) = (notices.as_slice(), papers.as_slice());
        let mut rules = Vec::with_capacity(self.len());
        for number in 0..self.len() {
            let damaged = |source| PackedError::Rule { number, source: Some(source) };
            let mut rule = self.rule(number)?;
            let (notice, rest) = postcard::take_from_bytes::<Notice<'_>>(notices).map_err(damaged)?;
            notice.give(&mut rule);
            notices = rest;
            let (paper, rest) = postcard::take_from_bytes::<Papers<'_>>(papers).map_err(damaged)?;
            paper.give(&mut rule);
            papers = rest;
            rules.push(rule);
        }
        Ok(rules)
    }
}

/// What refusals say of the rules, unpacked.
#[derive(Debug)]
pub struct Notices {
    bytes: Vec<u8>,
}

impl Notices {
    fn of(&self, number: usize) -> Result<Notice<'_>, PackedError> {
        let damaged = |source| PackedError::Rule { number, source: Some(source) };
        let mut rest = self.bytes.as_slice();
        for _ in 0..number {
            rest = postcard::take_from_bytes::<Notice<'_>>(rest).map_err(damaged)?.1;
        }
        postcard::take_from_bytes(rest).map(|(notice, _)| notice).map_err(damaged)
    }
}

fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, PackedError> {
    let mut out = Vec::new();
    ZlibDecoder::new(bytes).read_to_end(&mut out).map_err(PackedError::Papers)?;
    Ok(out)
}

/// The number at `index` of a table.
fn at(table: &[u8], index: usize) -> Option<usize> {
    let bytes = table.get(index.checked_mul(4)?..)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*bytes) as usize)
}
