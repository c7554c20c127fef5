//! A message file as `commit-msg` gets it, and a push's address: what is kept of them lies in them, and what is shown
//! can be shown.
#![no_main]

use leakgate::push::address::{Address, Transport};
use leakgate::push::cleanup::{CleanupSetting, CommentPrefix, Editor, MessageSettings};
use leakgate::push::message::as_stored;
use libfuzzer_sys::fuzz_target;
use std::path::Path;

fuzz_target!(|data: &[u8]| {
    let Some((which, data)) = data.split_first() else { return };
    let cleanup = [
        CleanupSetting::Default,
        CleanupSetting::Strip,
        CleanupSetting::Whitespace,
        CleanupSetting::Verbatim,
        CleanupSetting::Scissors,
    ][usize::from(which % 5)];
    let comment = if which & 64 == 0 { CommentPrefix::Text("#".into()) } else { CommentPrefix::Auto };
    let editor = if which & 128 == 0 { Editor::Used } else { Editor::Skipped };
    let stored = as_stored(data, &MessageSettings { cleanup, comment }, editor);
    assert!(stored.text.len() <= data.len() + 1);
    assert!(stored.points.is_sorted(), "{:?}", stored.points);
    assert!(stored.points.iter().all(|(text, file)| *text <= stored.text.len() && *file <= data.len()));

    let address = Address::read(data, Path::new("/srv/work"));
    let shown = address.shown();
    assert!(!shown.chars().any(char::is_control), "{shown:?}");
    // What a helper of its own is given is nobody's path but that helper's.
    let is_place = !matches!(address.transport, Transport::Helper(_));
    assert!(!is_place || !address.canonical().contains("/../"), "{:?}", address.canonical());
});
