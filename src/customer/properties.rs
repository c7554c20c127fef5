//! What holds for every text.

use super::*;
use proptest::prelude::*;

/// Text in which everything that is looked for is likely.
fn likely() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-z]{1,6}@[a-z]{1,6}\\.(jp|com)",
        "[0-9]{4,19}",
        "[0-9+(-]{3,20}",
        "(email|customer_id|card|tel|ssn|iban|顧客番号)",
        "[,;:|\t\"'(){}<>=@ -]{1,3}",
        "(\n|\r|\r\n)",
        "(INSERT INTO t \\(email\\) VALUES |COPY t \\(email\\) FROM stdin;\n|CREATE TABLE t \\(\n)",
    ];
    proptest::collection::vec(part, 0..80).prop_map(|parts| parts.concat())
}

fn strict() -> Thresholds {
    Thresholds { identifying: 1, bare_cards: 1, ibans: 1, warn_score: Some(0.1), ..Thresholds::standard() }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(text in proptest::collection::vec(any::<u8>(), 0..600)) {
        for bulk in survey(&text, Some(&text), &|line| line % 2 == 0, &strict()) {
            prop_assert!(bulk.samples.iter().all(|sample| sample.span.end <= text.len()));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in likely()) {
        for bulk in survey(text.as_bytes(), None, &|_| true, &strict()) {
            prop_assert!(bulk.samples.iter().all(|sample| sample.span.end <= text.len()));
        }
    }

    #[test]
    fn counting_more_lines_never_lowers_a_count(text in likely(), from in 0usize..20, fewer in 0usize..10) {
        let count = |from: usize| {
            let tally = counted(text.as_bytes(), &|line| line >= from);
            let counts = tally.added();
            (counts.emails, counts.phones, counts.customers, tally.cards.added() + tally.bare_cards.added())
        };
        let (few, many) = (count(from + fewer), count(from));
        prop_assert!(few.0 <= many.0 && few.1 <= many.1 && few.2 <= many.2 && few.3 <= many.3);
    }

    #[test]
    fn the_first_look_never_hides_what_the_count_would_reject(text in likely()) {
        let thresholds = Thresholds::standard();
        let tally = counted(text.as_bytes(), &|_| true);
        let found = verdict::of(text.as_bytes(), &tally, exempt::Named::Ordinary, &thresholds);
        prop_assert!(found.is_empty() || glance::is_worth_counting(text.as_bytes(), &thresholds, None));
    }
}

fn counted(text: &[u8], added: &dyn Fn(usize) -> bool) -> Tally {
    count(text, exempt::Named::Ordinary, added, &Thresholds::standard())
}
