//! What is said when somebody let something through: that it was, who did, and that it is on record.
//!
//! Apart from the warnings, which ask to be looked at: this was looked at, and somebody answers for it.

use super::layout::{shorten, warning};
use super::{Context, Mask, listing_line};
use crate::text::{Finding, printable};
use crate::verdict::{Excuse, Excused};

/// More are counted only.
const SHOWN: usize = 3;
/// A name's columns.
const NAME: usize = 40;

/// A few lines; empty when nobody let anything through.
#[must_use]
pub fn passed(excused: &[Excused<Finding>], context: &Context<'_>) -> String {
    let mut let_through = Vec::new();
    let mut by = None;
    for it in excused {
        if let Excuse::Bypass { user, .. } = &it.why {
            by.get_or_insert(user);
            let_through.push(&it.what);
        }
    }
    let Some(user) = by else { return String::new() };
    let whole: Vec<Finding> = let_through.iter().map(|finding| (*finding).clone()).collect();
    let mask = Mask::of(&whole, &[]);
    let user = shorten(&printable(user.as_bytes()), NAME);
    let what = context.hook.what();
    let mut lines = warning(&format!("leakgate lets {what} through on the word of {user}, and it is recorded:"));
    for finding in let_through.iter().take(SHOWN) {
        lines.extend(warning(&listing_line(finding, &mask)));
    }
    if let_through.len() > SHOWN {
        lines.push(format!("warning: ... and {} more", let_through.len() - SHOWN));
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::super::HookKind;
    use super::super::layout::{WIDTH, columns};
    use super::super::samples::{context, file, secret};
    use super::*;

    #[test]
    fn it_says_who_and_what_and_hides_the_value() {
        let why = || Excuse::Bypass { user: "ada\u{1b}[2J".into(), code: "c".into(), reason: "r".into() };
        let excused: Vec<Excused<Finding>> = (0..5)
            .map(|n| Excused { what: secret(file(&format!("f{n}")), b"QWERTYUIOPASDFGHJKLZXCVBNM"), why: why() })
            .collect();
        let text = passed(&excused, &context(HookKind::PreReceive));
        assert!(text.contains("lets this push through on the word of ada\\x1b[2J"), "{text}");
        assert!(text.contains("f0:12:18: sample-token") && text.contains("... and 2 more"), "{text}");
        assert!(!text.contains("QWERT") && text.lines().all(|line| columns(line) <= WIDTH), "{text}");
        assert_eq!(passed(&[], &context(HookKind::PreReceive)), "");
    }
}
