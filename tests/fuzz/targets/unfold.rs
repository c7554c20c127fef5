//! Containers and encodings alone: one rule, so that nearly all of the time goes into what opens and decodes.
#![no_main]

use leakgate::policy::{Date, Policy};
use leakgate::rule::RuleSet;
use leakgate::scan::{Limits, scan};
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

const LIMITS: Limits = Limits { decode_depth: 4, container_depth: 6, decompressed_bytes: 1 << 18, members: 32 };

fuzz_target!(|data: &[u8]| {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    let rules = RULES.get_or_init(|| {
        let known = Policy::list(&[], &[], Date::parse("2026-01-01").unwrap()).unwrap();
        let one: Vec<_> = known.rules.into_iter().take(1).map(|rule| rule.spec).collect();
        RuleSet::new(&one).unwrap()
    });
    let (mut members, mut bytes) = (0_u64, 0_u64);
    let unread = scan(rules, LIMITS, data, &mut |text, _| {
        if !text.member.is_empty() {
            members += 1;
            bytes += text.bytes.len() as u64;
        }
    });
    assert!(unread.is_ok());
    // A member may also be read in another encoding, and as the rows of a table.
    assert!(members <= 4 * u64::from(LIMITS.members), "{members} members");
    assert!(bytes <= 8 * LIMITS.decompressed_bytes, "{bytes} bytes out of {}", data.len());
});
