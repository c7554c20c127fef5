//! Where in a Jupyter notebook a value stands: in a cell of code, which is code, or in what surrounds it.
//!
//! *Invariant:* no JSON is parsed: a key stands in plain quotes, and in a string its quotes are escaped. (Format:
//! <https://nbformat.readthedocs.io/en/latest/format_description.html>.)

/// How far back a key of the cell is looked for in bytes; what is longer is an output, with pictures in it.
const CELL: usize = 64 * 1024;

/// Whether what stands at `at` belongs to the source of a cell of code.
#[must_use]
pub fn in_code_cell(text: &[u8], at: usize) -> bool {
    let before = |end: usize| text.get(end.saturating_sub(CELL)..end).unwrap_or_default();
    let cell = before(at);
    let Some(source) = last(cell, b"\"source\"") else { return false };
    // Keys stand in alphabetical order where Jupyter wrote them: source is the last. Others' may follow.
    let within = cell.get(source..).unwrap_or_default();
    if [&b"\"outputs\""[..], b"\"cell_type\"", b"\"metadata\""].iter().any(|key| last(within, key).is_some()) {
        return false;
    }
    let head = before(at.saturating_sub(cell.len()) + source);
    let code = [&b"\"outputs\""[..], b"\"execution_count\""].iter().filter_map(|key| last(head, key)).max();
    match (last(head, b"\"cell_type\""), code) {
        (Some(kind), code) => {
            code.is_some_and(|code| code > kind)
                || head.get(kind..).is_some_and(|it| memchr::memmem::find(it, b"\"code\"").is_some())
        }
        // Only outputs are so long that their cell's beginning is out of sight.
        (None, _) => at > CELL,
    }
}

/// Where `key` stands last, as a key.
fn last(text: &[u8], key: &[u8]) -> Option<usize> {
    memchr::memmem::rfind_iter(text, key)
        .find(|at| text.get(at + key.len()..).is_some_and(|rest| rest.trim_ascii_start().first() == Some(&b':')))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTEBOOK: &str = r#"{"cells": [
  {"cell_type": "markdown", "metadata": {}, "source": ["The @m key, \"source\": x"]},
  {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [{"text": ["@o"], "data": {}}],
   "source": ["key = \"@c\"\n", "d = {\"outputs\": \"@d\"}"]},
  {"cell_type": "markdown", "metadata": {}, "source": ["@n"]}
 ], "metadata": {"a": "@e"}, "nbformat": 4}"#;

    #[test]
    fn only_the_source_of_code_is_code() {
        for (mark, code) in [("@m", false), ("@o", false), ("@c", true), ("@d", true), ("@n", false), ("@e", false)] {
            assert_eq!(in_code_cell(NOTEBOOK.as_bytes(), NOTEBOOK.find(mark).unwrap()), code, "{mark}");
        }
    }

    #[test]
    fn the_beginning_of_a_cell_may_be_out_of_sight() {
        for padding in [0, CELL - 400, CELL, 2 * CELL] {
            let text = NOTEBOOK.replace("@o", &"A".repeat(padding));
            assert!(in_code_cell(text.as_bytes(), text.find("@c").unwrap()), "{padding}");
            assert!(!in_code_cell(text.as_bytes(), text.find("@n").unwrap()), "{padding}");
        }
    }
}
