//! What git writes to a hook's stdin, and `update`'s three arguments.
#![no_main]

use leakgate::push::Push;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = data.strip_suffix(b"\n").unwrap_or(data);
    let lines = if data.is_empty() { 0 } else { text.split(|b| *b == b'\n').count() };
    for parsed in [Push::from_pre_receive(data), Push::from_pre_push(data)] {
        match parsed {
            // Each line is an update or an error, never nothing.
            Ok(push) => assert_eq!(push.updates.len(), lines),
            Err(error) => shown(&error.to_string()),
        }
    }
    let mut parts = data.splitn(3, |b| *b == 0);
    let mut next = || parts.next().unwrap_or_default();
    if let Err(error) = Push::from_update(next(), next(), next()) {
        shown(&error.to_string());
    }
});

/// A message goes to a terminal.
fn shown(message: &str) {
    assert!(!message.chars().any(|c| c.is_control() && c != '\n'), "{message:?}");
}
