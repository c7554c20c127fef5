//! A blob through everything: containers, encodings, decoders, and all rules.
#![no_main]

use leakgate::policy::{Date, Policy};
use leakgate::rule::RuleSet;
use leakgate::scan::{Limits, scan};
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

const LIMITS: Limits = Limits { decode_depth: 3, container_depth: 4, decompressed_bytes: 1 << 20, members: 64 };

fuzz_target!(|data: &[u8]| {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    let rules = RULES.get_or_init(|| {
        let policy = Policy::load(&[], Date::parse("2026-01-01").unwrap()).unwrap();
        RuleSet::of(&policy.rules).unwrap()
    });
    let mut bytes = 0;
    let unread = scan(rules, LIMITS, data, &mut |text, found| {
        bytes += text.bytes.len();
        for it in found {
            assert!(it.span.start <= it.span.end && it.span.end <= text.bytes.len(), "{:?} of {}", it.span, text.bytes.len());
            assert!(it.span.contains(&it.at) || it.span.start == it.at, "{:?} begins at {}", it.span, it.at);
            assert!(!it.secret.is_empty());
        }
    });
    assert!(unread.is_ok());
    // What comes out of archives is bounded; each text of them may be there in a few encodings.
    assert!(bytes <= 8 * (data.len() + (1 << 20)), "{bytes} bytes out of {}", data.len());
});
