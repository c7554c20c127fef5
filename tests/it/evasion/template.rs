//! The ledger's texts: bytes with `{{name|filter|filter}}` in them, filled in when a push is made.
//!
//! A secret never stands in the ledger; it comes into being here. `{{#fffe}}` stands for bytes that TOML cannot hold.

use super::forms;
use std::collections::BTreeMap;

/// The names that a text may use.
pub type Names = BTreeMap<String, Vec<u8>>;

/// Fills `text` in.
pub fn fill(text: &str, names: &Names) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (inside, after) = after.split_once("}}").unwrap_or_else(|| panic!("no end of {after:?}"));
        out.extend_from_slice(before.as_bytes());
        out.extend(value(inside, names));
        rest = after;
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

/// Fills in a text that must be UTF-8: an argument, a path.
pub fn fill_text(text: &str, names: &Names) -> String {
    String::from_utf8(fill(text, names)).unwrap_or_else(|_| panic!("{text:?} is no text"))
}

fn value(inside: &str, names: &Names) -> Vec<u8> {
    let mut parts = inside.split('|');
    let source = parts.next().unwrap_or_default();
    let first = match (source.strip_prefix('#'), source.strip_prefix('\'')) {
        (Some(hex), _) => {
            (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
        }
        (None, Some(literal)) => literal.trim_end_matches('\'').as_bytes().to_vec(),
        (None, None) => names.get(source).unwrap_or_else(|| panic!("nothing is called {source:?}")).clone(),
    };
    parts.fold(first, |bytes, filter| forms::apply(filter, &bytes))
}
