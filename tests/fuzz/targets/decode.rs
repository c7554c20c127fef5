//! The decoders of one text: what they say they decoded lies in it, and is no longer than a few times the text.
#![no_main]

use leakgate::scan::decode;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for view in decode::encoded(data).into_iter().chain(decode::disguised(data)) {
        assert!(view.bytes.len() <= 4 * data.len() + 64, "{} bytes out of {}", view.bytes.len(), data.len());
        for at in [0, view.bytes.len() / 2, view.bytes.len().saturating_sub(1)] {
            let span = view.origin.input_span(&(at..at + 1));
            // The map leaves points out where they are close: a column may be off by a few bytes, at the end beyond it.
            let is_in = span.start < span.end && span.end <= data.len() + 8;
            assert!(view.bytes.is_empty() || is_in, "{}: {span:?} of {}", view.how, data.len());
        }
    }
});
