//! What the parents had: the lines and values that a change does not add.

use crate::rule::{RuleSet, RuleSetError};
use crate::scan::{self, Limits, decode};
use crate::text::LineIndex;
use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::ops::Range;

/// The content of the files that a new file is compared with.
///
/// A line that a parent has anywhere in the file is not added, even where a diff would show it as moved. Lines are kept
/// as 64-bit digests under a key of this process, so that nobody can prepare two lines with one digest.
#[derive(Debug, Default)]
pub struct Before {
    keys: RandomState,
    lines: HashSet<u64>,
    /// Two lines that follow one another.
    pairs: HashSet<(u64, u64)>,
    values: HashSet<(usize, u64)>,
}

impl Before {
    /// Takes in the lines of one file of a parent, as it stands and in its encoding.
    ///
    /// Nearly all suspicious files are text, and their lines settle them: matching rules here would double the work.
    pub fn learn(&mut self, blob: &[u8]) {
        self.learn_lines(blob);
        if let Some(view) = decode::text(blob) {
            self.learn_lines(&view.bytes);
        }
    }

    /// Takes in the lines and values of all that is folded into one file of a parent: what an archive held cannot be told
    /// by the file's own lines.
    ///
    /// # Errors
    /// When a rule cannot run.
    pub fn learn_folded(&mut self, rules: &RuleSet, limits: Limits, blob: &[u8]) -> Result<(), RuleSetError> {
        // What cannot be read through here excuses nothing, which is the safe side: its obstacles are not this push's.
        let _unreadable = scan::scan(rules, limits, blob, &mut |text, candidates| {
            if !text.has_file_lines() {
                self.learn_lines(text.bytes);
                let values = candidates.iter().map(|found| (found.rule, self.keys.hash_one(&found.secret)));
                self.values.extend(values);
            }
        })?;
        Ok(())
    }

    fn learn_lines(&mut self, text: &[u8]) {
        let index = LineIndex::new(text);
        let digest = |number| self.keys.hash_one(trim(index.line(text, number)));
        let digests: Vec<u64> = (0..index.count()).map(digest).collect();
        self.pairs.extend(digests.windows(2).filter_map(|two| Some((*two.first()?, *two.last()?))));
        self.lines.extend(digests);
    }

    /// Whether lines that follow one another in a text do so in one of the files taken in.
    #[must_use]
    pub fn has_run(&self, index: &LineIndex, text: &[u8], lines: Range<usize>) -> bool {
        let digests: Vec<u64> = lines.map(|number| self.keys.hash_one(trim(index.line(text, number)))).collect();
        digests.windows(2).all(|two| match two {
            [one, next] => self.pairs.contains(&(*one, *next)),
            _ => true,
        })
    }

    /// Whether the line stands in one of the files taken in, line ends aside.
    #[must_use]
    pub fn has_line(&self, line: &[u8]) -> bool {
        !self.lines.is_empty() && self.lines.contains(&self.keys.hash_one(trim(line)))
    }

    /// Whether an archive taken in held the value.
    #[must_use]
    pub fn has_value(&self, rule: usize, secret: &[u8]) -> bool {
        !self.values.is_empty() && self.values.contains(&(rule, self.keys.hash_one(secret)))
    }
}

fn trim(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_come_together_are_no_run_before() {
        let mut before = Before::default();
        before.learn(b"one\ntwo\r\nbetween\nthree\n");
        let has = |text: &str| {
            let index = LineIndex::new(text.as_bytes());
            before.has_run(&index, text.as_bytes(), 0..index.count())
        };
        assert!(has("one\ntwo") && has("two\nbetween\r\nthree") && has("anything"));
        assert!(!has("two\nthree") && !has("two\none") && !has("one\ntwo\nthree"));
    }
}
