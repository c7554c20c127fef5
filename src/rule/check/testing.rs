//! Values for this module's tests: made when they run, so that no file holds one.

use crate::rule::expand;

/// The template's text.
pub(super) fn made(template: &str, seed: u64) -> String {
    expand(template, seed).unwrap()
}

/// `text` with another character of the same kind at `at`; what is no letter or digit stays.
pub(super) fn changed(text: &str, at: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    bytes[at] = match bytes[at] {
        b'9' => b'2',
        b'z' | b'f' => b'a',
        b'Z' | b'F' => b'A',
        b'_' | b'-' | b'.' | b'+' | b'/' => b'x',
        other => other + 1,
    };
    String::from_utf8(bytes).unwrap()
}
