//! The count of customer data: values lie in the text, and what one line adds is no more than all lines do.
#![no_main]

use leakgate::customer::{Thresholds, survey};
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

fuzz_target!(|data: &[u8]| {
    static THRESHOLDS: OnceLock<Thresholds> = OnceLock::new();
    let thresholds = THRESHOLDS.get_or_init(Thresholds::standard);
    for path in [None, Some(&b"a/customers.csv"[..])] {
        for bulk in survey(data, path, &|_| true, thresholds) {
            assert!(bulk.samples.len() <= 3 && bulk.distinct > 0);
            for sample in bulk.samples {
                assert!(sample.span.start < sample.span.end && sample.span.end <= data.len(), "{:?}", sample.span);
            }
        }
    }
    assert!(survey(data, None, &|_| false, thresholds).is_empty(), "nothing was added");
});
