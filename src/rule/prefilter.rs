//! One pass over a text for the keywords of all rules.

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, MatchKind};
use once_cell::sync::OnceCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// From so many bytes on the faster automaton pays for its building (some milliseconds).
const DENSE_FROM: u64 = 4 << 20;

/// Finds which rules are worth trying, and where.
#[derive(Debug)]
pub struct Prefilter {
    words: Vec<String>,
    /// Small and quick to build: what a push of one commit needs.
    sparse: AhoCorasick,
    /// Several times faster, and built only when there is much to read; both find the same.
    dense: OnceCell<AhoCorasick>,
    scanned: AtomicU64,
    /// For each keyword of the automaton the rules that have it.
    rules: Vec<Vec<usize>>,
}

/// A keyword of a rule was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The rule's number in its set.
    pub rule: usize,
    /// Where the keyword begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Prefilter {
    /// Builds the automaton over the keywords of each rule (ASCII case ignored).
    ///
    /// # Errors
    /// When the keywords are too many or too long for the automaton.
    pub fn new<'k>(keywords: impl Iterator<Item = &'k [String]>) -> Result<Self, BuildError> {
        let mut ids: HashMap<String, usize> = HashMap::new();
        let mut rules: Vec<Vec<usize>> = Vec::new();
        let mut words: Vec<String> = Vec::new();
        for (rule, list) in keywords.enumerate() {
            for word in list {
                let word = word.to_ascii_lowercase();
                let id = *ids.entry(word.clone()).or_insert_with(|| {
                    words.push(word);
                    rules.push(Vec::new());
                    rules.len() - 1
                });
                if let Some(of) = rules.get_mut(id).filter(|of| of.last() != Some(&rule)) {
                    of.push(rule);
                }
            }
        }
        let sparse = build(&words, AhoCorasickKind::ContiguousNFA)?;
        Ok(Self { words, sparse, dense: OnceCell::new(), scanned: AtomicU64::new(0), rules })
    }

    fn automaton(&self, len: usize) -> &AhoCorasick {
        let before = self.scanned.fetch_add(len as u64, Ordering::Relaxed);
        if before.saturating_add(len as u64) < DENSE_FROM {
            return &self.sparse;
        }
        // One that does not fit its bounds is done without.
        self.dense.get_or_try_init(|| build(&self.words, AhoCorasickKind::DFA)).unwrap_or(&self.sparse)
    }

    /// Calls `visit` for every keyword seen in `text`, overlapping ones included, in the order of their ends.
    pub fn scan(&self, text: &[u8], mut visit: impl FnMut(Hit)) {
        for found in self.automaton(text.len()).find_overlapping_iter(text) {
            for rule in self.rules.get(found.pattern().as_usize()).into_iter().flatten() {
                visit(Hit { rule: *rule, start: found.start(), end: found.end() });
            }
        }
    }
}

fn build(words: &[String], kind: AhoCorasickKind) -> Result<AhoCorasick, BuildError> {
    AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::Standard).kind(Some(kind)).build(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_inside_keywords_are_seen_and_case_is_ignored() {
        let lists = [vec!["key".to_owned()], vec!["api_key".to_owned(), "secret".to_owned()]];
        let prefilter = Prefilter::new(lists.iter().map(Vec::as_slice)).unwrap();
        let mut seen = Vec::new();
        prefilter.scan(b"my API_KEY", |hit| seen.push((hit.rule, hit.start)));
        seen.sort_unstable();
        assert_eq!(seen, [(0, 7), (1, 3)]);
    }

    #[test]
    fn both_automata_see_the_same() {
        let lists = [vec!["key".to_owned()], vec!["api_key".to_owned(), "secret".to_owned()]];
        let text = [b"Secret api_KEY key ".repeat(9), vec![b'x'; 5 << 20]].concat();
        let [mut few, mut many] = [Vec::new(), Vec::new()];
        let prefilter = Prefilter::new(lists.iter().map(Vec::as_slice)).unwrap();
        prefilter.scan(&text[..200], |hit| few.push(hit));
        prefilter.scan(&text, |hit| many.push(hit));
        assert!(prefilter.dense.get().is_some());
        assert_eq!(few, many);
    }
}
