//! Which rules are worth trying, and where: the keywords of patterns everywhere, the names of services on few lines.
//!
//! Three of four keywords are names of services, whose key counts only beside a word such as `key` or `token` on the
//! same line. So that word is looked for first, and the names on the lines that have one: a text without any is passed
//! over for a quarter of the keywords, and no table of names is made for it.

use super::named::NamedSpec;
use super::prefilter::{Hit, Prefilter, ShortKeyword};
use super::{AskSpec, RuleSpec, TELLING, Text};
use std::ops::Range;
use std::sync::OnceLock;

/// The name of a parameter beside which a service's key counts as well.
pub(super) const PARAMETER: &str = "appid";

/// How far before a telling word the name may stand, in bytes: in the host of a URL, whose parameters go on for less.
const BEFORE: usize = 600;
/// How far behind it: at the other end of an identifier.
const BEHIND: usize = 200;

/// The keywords of all rules.
#[derive(Debug)]
pub(super) struct Keywords {
    everywhere: Prefilter,
    /// The number that stands for the words which [`TELLING`] lists.
    telling: usize,
    /// The rules that need one of those words, with their names.
    services: Vec<(usize, Vec<Text>)>,
    names: OnceLock<Prefilter>,
}

impl Keywords {
    /// Of the rules in order.
    ///
    /// # Errors
    /// When a keyword is too short.
    pub(super) fn new(specs: &[RuleSpec]) -> Result<Self, ShortKeyword> {
        let telling = specs.len();
        let words: Vec<Text> = TELLING.iter().chain([&PARAMETER]).map(|word| Text::from(*word)).collect();
        let (needs, free): (Vec<_>, Vec<_>) =
            specs.iter().enumerate().partition(|(_, spec)| spec.named.as_ref().is_some_and(needs_telling));
        specs.iter().enumerate().try_for_each(|(rule, spec)| ShortKeyword::none_in(rule, &spec.keywords))?;
        let free = free.into_iter().map(|(rule, spec)| (rule, spec.keywords.as_slice()));
        let everywhere = Prefilter::new(free.chain((!needs.is_empty()).then_some((telling, words.as_slice()))));
        let services: Vec<_> = needs.into_iter().map(|(rule, spec)| (rule, spec.keywords.clone())).collect();
        Ok(Self { everywhere, telling, services, names: OnceLock::new() })
    }

    /// Calls `visit` for every keyword seen in `text` that could matter, overlapping ones included; in an order near
    /// that of the places for the rules with patterns, the others later.
    pub(super) fn scan(&self, text: &[u8], mut visit: impl FnMut(Hit)) {
        let mut lines: Vec<Range<usize>> = Vec::new();
        self.everywhere.scan(text, |hit| match hit.rule == self.telling {
            true => add(text, &hit, &mut lines),
            false => visit(hit),
        });
        if lines.is_empty() {
            return;
        }
        let names = self
            .names
            .get_or_init(|| Prefilter::new(self.services.iter().map(|(rule, words)| (*rule, words.as_slice()))));
        for line in lines {
            let start = line.start;
            let part = text.get(line).unwrap_or_default();
            names.scan(part, |hit| visit(Hit { start: start + hit.start, end: start + hit.end, ..hit }));
        }
    }
}

/// Whether a word of [`TELLING`] stands on the line wherever the rule finds something.
fn needs_telling(spec: &NamedSpec) -> bool {
    let tells = |word: &Text| TELLING.iter().any(|telling| word.contains(telling));
    match (&spec.ask, &spec.words) {
        (AskSpec::Look(_), _) => false,
        (AskSpec::Form(_), None) => true,
        (AskSpec::Form(_), Some(words)) => !words.is_empty() && words.iter().all(tells),
    }
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
