//! Which rules are worth trying, and where: the keywords of patterns everywhere, the names of services on few lines.
//!
//! Three of four keywords are names of services, whose key counts only beside a word such as `key` or `token` on the
//! same line. So that word is looked for first, and the names on the lines that have one: a text without any is passed
//! over for a quarter of the keywords, and no table of names is made for it.

use super::named::{NamedSpec, PARAMETER};
use super::packed::Packed;
use super::prefilter::{Hit, Prefilter, ShortKeyword};
use super::records::records;
use super::{RuleSpec, TELLING};
use std::ops::Range;
use std::sync::OnceLock;

/// How far before a telling word the name may stand, in bytes: in the host of a URL, whose parameters go on for less.
const BEFORE: usize = 600;
/// How far behind it: at the other end of an identifier.
const BEHIND: usize = 200;

/// The keywords of all rules. The packed rules keep their numbers, the written ones follow behind the number that stands
/// for the words which [`TELLING`] lists.
#[derive(Debug)]
pub(super) struct Keywords {
    packed: &'static Packed,
    /// Records of the written rules' keywords.
    own: Vec<u8>,
    own_services: Vec<u8>,
    longest: usize,
    everywhere: OnceLock<Prefilter>,
    services: OnceLock<Prefilter>,
}

impl Keywords {
    /// Of all packed rules, and of the written ones in order.
    ///
    /// # Errors
    /// When a keyword of a written rule is too short.
    pub(super) fn new(packed: &'static Packed, written: &[&RuleSpec]) -> Result<Self, ShortKeyword> {
        let telling = packed.len();
        for (number, spec) in written.iter().enumerate() {
            ShortKeyword::none_in(number, &spec.keywords)?;
        }
        let numbered = written.iter().enumerate().map(|(number, spec)| (telling + 1 + number, *spec));
        let (needs, free): (Vec<_>, Vec<_>) =
            numbered.partition(|(_, spec)| spec.named.as_ref().is_some_and(NamedSpec::needs_telling));
        // Where packed rules need those words they are looked for already.
        let needed = packed.services.is_empty() && !needs.is_empty();
        let words = TELLING.iter().chain([&PARAMETER]).filter(|_| needed).map(|word| (telling, word.as_bytes()));
        let longest = written.iter().flat_map(|spec| keywords(&(0, *spec)).map(|(_, word)| word.len())).max();
        Ok(Self {
            packed,
            longest: longest.unwrap_or(0),
            own: records(free.iter().flat_map(keywords).chain(words)),
            own_services: records(needs.iter().flat_map(keywords)),
            everywhere: OnceLock::new(),
            services: OnceLock::new(),
        })
    }

    /// The length of the longest keyword of a written rule; the packed ones have fewer bytes than [`NEAR`].
    pub(super) fn longest_written(&self) -> usize {
        self.longest
    }

    /// Calls `visit` for every keyword seen in `parts` of `text` that could matter, overlapping ones included, and perhaps
    /// a few beside them; in an order near that of the places for the rules with patterns, the others later. A part ends
    /// with a line or with the text.
    pub(super) fn scan(&self, text: &[u8], parts: &[Range<usize>], mut visit: impl FnMut(Hit)) {
        let mut lines: Vec<Range<usize>> = Vec::new();
        let everywhere = self.everywhere.get_or_init(|| Prefilter::new(self.packed.everywhere, self.own.clone()));
        let telling = self.packed.len();
        for part in parts {
            everywhere.scan_part(text, part, |hit| match hit.rule == telling {
                true => add(text, &hit, &mut lines),
                false => visit(hit),
            });
        }
        if lines.is_empty() {
            return;
        }
        let names = self.services.get_or_init(|| Prefilter::new(self.packed.services, self.own_services.clone()));
        for line in lines {
            let start = line.start;
            let part = text.get(line).unwrap_or_default();
            names.scan(part, |hit| visit(Hit { start: start + hit.start, end: start + hit.end, ..hit }));
        }
    }
}

fn keywords<'a>((number, spec): &(usize, &'a RuleSpec)) -> impl Iterator<Item = (usize, &'a [u8])> + use<'a> {
    let number = *number;
    let texts = spec.keywords.iter().map(|word| word.as_bytes());
    texts.chain(spec.encoded.iter().map(Vec::as_slice)).map(move |word| (number, word))
}

/// Adds the line around a telling word, as far as it can matter; hits come nearly in order.
fn add(text: &[u8], hit: &Hit, lines: &mut Vec<Range<usize>>) {
    let whole = |line: &Range<usize>| text.get(line.end).is_none_or(|end| *end == b'\n');
    if lines.last().is_some_and(|line| line.start <= hit.start && hit.end <= line.end && whole(line)) {
        return;
    }
    let from = hit.start.saturating_sub(BEFORE);
    let to = hit.end.saturating_add(BEHIND).min(text.len());
    let before = text.get(from..hit.start).unwrap_or_default();
    let behind = text.get(hit.end..to).unwrap_or_default();
    let start = memchr::memrchr(b'\n', before).map_or(from, |at| from + at + 1);
    let end = memchr::memchr(b'\n', behind).map_or(to, |at| hit.end + at);
    match lines.last_mut() {
        Some(last) if start <= last.end && last.start <= end => {
            last.start = last.start.min(start);
            last.end = last.end.max(end);
        }
        _ => lines.push(start..end),
    }
}
