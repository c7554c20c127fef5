//! A file and its next versions, as a push has them: what is remembered of the earlier ones changes nothing that is found
//! in a later one.
#![no_main]

use leakgate::customer::{Earlier, Glanced, Thresholds, first_look};
use leakgate::policy::{Date, Policy};
use leakgate::rule::RuleSet;
use leakgate::scan::{Limits, Matched, Step, scan_while};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::OnceLock;

const LIMITS: Limits = Limits { decode_depth: 3, container_depth: 4, decompressed_bytes: 1 << 20, members: 64 };
/// How many versions follow the first, and how many bytes tell what is changed in each.
const EDITS: usize = 4;
const EDIT: usize = 6;

fn found(rules: &RuleSet, text: &[u8], matched: Option<&Matched>) -> BTreeSet<(usize, Vec<u8>, usize)> {
    let mut found = BTreeSet::new();
    let unread = scan_while(rules, LIMITS, text, matched, &mut |_, step| {
        if let Step::Matched(candidates) = step {
            found.extend(candidates.into_iter().map(|it| (it.rule, it.secret, it.span.start)));
        }
        ControlFlow::Continue(())
    });
    assert!(unread.is_ok());
    found
}

/// What is changed stands among lines that stay: short texts are read whole.
fn among_lines(text: &[u8]) -> Vec<u8> {
    let lines = |from: usize| (from..from + 40).map(|n| format!("    let value{n} = other({});\n", n * n)).collect::<String>();
    [lines(0).as_bytes(), text, lines(100).as_bytes()].concat()
}

fuzz_target!(|data: &[u8]| {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    let rules = RULES.get_or_init(|| {
        let policy = Policy::load(&[], Date::parse("2026-01-01").unwrap()).unwrap();
        RuleSet::of(&policy.rules).unwrap()
    });
    let Some((edits, base)) = data.split_at_checked(EDITS * EDIT) else { return };
    let (matched, glanced) = (Matched::new(rules.longest_keyword()).unwrap(), Glanced::default());
    let thresholds = Thresholds::standard();
    let mut now = base.to_vec();
    for edit in edits.chunks(EDIT).map(Some).chain([None]) {
        let text = among_lines(&now);
        assert_eq!(found(rules, &text, Some(&matched)), found(rules, &text, None));
        if let Some(pieces) = matched.pieces(&text) {
            let earlier = Earlier { pieces: &pieces, glanced: &glanced };
            let (with, without) = (first_look(&text, &thresholds, Some(earlier)), first_look(&text, &thresholds, None));
            assert_eq!(format!("{with:?}"), format!("{without:?}"));
        }
        // A part of the first version in place of a part of this one.
        let Some([at_low, at_high, length, from_low, from_high, taken]) = edit else { return };
        let at = usize::from(u16::from_le_bytes([*at_low, *at_high])).min(now.len());
        let to = (at + usize::from(*length)).min(now.len());
        let from = usize::from(u16::from_le_bytes([*from_low, *from_high])).min(base.len());
        let part = base[from..(from + usize::from(*taken)).min(base.len())].to_vec();
        now.splice(at..to, part);
    }
});
