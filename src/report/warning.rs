//! What is worth a look although the push or commit was accepted.
//!
//! Apart from the rejection: nobody has to do anything, so it is short, and nothing in it can be taken for a refusal.

use super::layout::{hint, warning};
use super::{Context, Mask, listing_line};
use crate::text::{Finding, printable};

/// More are counted only: who pushes reads a line or two.
const SHOWN: usize = 3;

/// A few lines; empty when there is nothing.
#[must_use]
pub fn warnings(warnings: &[Finding], context: &Context<'_>) -> String {
    if warnings.is_empty() {
        return String::new();
    }
    let mask = Mask::of(warnings, &[]);
    let head = format!("leakgate accepts {}, but have a look at this:", context.hook.what());
    let mut lines = warning(&head);
    for found in warnings.iter().take(SHOWN) {
        let line = format!("{} ({})", listing_line(found, &mask), found.rule.description);
        lines.extend(warning(&line));
    }
    if warnings.len() > SHOWN {
        lines.push(format!("warning: ... and {} more", warnings.len() - SHOWN));
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

/// That a decision left no record: for whoever pushes to pass on.
#[must_use]
pub fn unrecorded(error: &dyn std::error::Error) -> String {
    warning(&super::told(error)).into_iter().map(|line| line + "\n").collect()
}

/// Advice, as git words it, at the end of a message.
#[must_use]
pub fn advice(text: &str) -> String {
    hint(&printable(text.as_bytes())).into_iter().map(|line| line + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::super::HookKind;
    use super::super::layout::{WIDTH, columns};
    use super::super::samples::{bulk, context, file};
    use super::*;

    #[test]
    fn a_warning_is_short_and_says_that_nothing_was_refused() {
        let found: Vec<Finding> = (0..9).map(|n| bulk(file(&format!("a/long/path/to/some/file-{n}.txt")), 1)).collect();
        let text = warnings(&found, &context(HookKind::PreReceive));
        assert!(text.starts_with("warning: leakgate accepts this push, but"), "{text}");
        assert!(text.lines().all(|line| line.starts_with("warning: ") && columns(line) <= WIDTH), "{text}");
        assert!(text.contains("u***@q***") && text.contains("... and 6 more"), "{text}");
        assert_eq!(warnings(&[], &context(HookKind::PreReceive)), "");
    }
}
