//! Columns: how wide a text is, where it breaks, how it is shortened.
//!
//! git puts `remote: ` before each line of a hook's output, so 72 columns are what is left of 80.

use crate::verdict::Mode;

/// The widest line.
pub(super) const WIDTH: usize = 72;
/// Stands for what was left out in the middle.
const GAP: &str = "...";
/// From here on a character counts as two columns. All wide characters (CJK, emoji) lie above U+1100; what is narrow in
/// between breaks a line early, which harms nobody, and no column then costs more than two bytes.
const WIDE_FROM: char = '\u{800}';

fn cost(c: char) -> usize {
    if c < WIDE_FROM { 1 } else { 2 }
}

/// How many columns `text` takes at most.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(cost).sum()
}

/// `text` in at most `max` columns: a longer one loses its middle to `...`, and keeps more of its end (the file's name)
/// than of its beginning.
pub(crate) fn shorten(text: &str, max: usize) -> String {
    if columns(text) <= max {
        return text.to_owned();
    }
    let room = max.saturating_sub(GAP.len());
    let head = take(text.chars(), room / 3);
    let tail: String = take(text.chars().rev(), room - room / 3).chars().rev().collect();
    format!("{head}{GAP}{tail}")
}

fn take(chars: impl Iterator<Item = char>, room: usize) -> String {
    let mut used = 0;
    chars
        .take_while(|c| {
            used += cost(*c);
            used <= room
        })
        .collect()
}

/// Breaks `text` anywhere, losing nothing: for paths.
pub(crate) fn fold(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for c in text.chars() {
        if used + cost(c) > room {
            lines.push(String::new());
            used = 0;
        }
        used += cost(c);
        if let Some(line) = lines.last_mut() {
            line.push(c);
        }
    }
    lines
}

/// Breaks `text` at spaces, and inside a word only where the word alone is too wide: for sentences.
pub(crate) fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && columns(&line) + 1 + columns(word) > room {
            lines.push(std::mem::take(&mut line));
        } else if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if columns(&line) > room {
            let mut pieces = fold(&line, room);
            line = pieces.pop().unwrap_or_default();
            lines.append(&mut pieces);
        }
    }
    lines.push(line);
    lines
}

/// `error: ` before the first line, blanks before the others.
pub(super) fn error(text: &str) -> Vec<String> {
    headed("error: ", text)
}

/// The same, or `warning: ` where nothing is stopped.
pub(super) fn labelled(text: &str, mode: Mode) -> Vec<String> {
    match mode {
        Mode::Enforced => error(text),
        Mode::DryRun => headed("warning: ", text),
    }
}

fn headed(label: &str, text: &str) -> Vec<String> {
    let lines = wrap(text, WIDTH - label.len()).into_iter().enumerate();
    let blanks = " ".repeat(label.len());
    lines.map(|(n, line)| format!("{}{line}", if n == 0 { label } else { &blanks })).collect()
}

/// `hint: ` before each line, as git writes advice.
pub(super) fn hint(text: &str) -> Vec<String> {
    before_each("hint: ", text)
}

/// `warning: ` before each line: among git's own lines each says for itself that it is none of an error.
pub(super) fn warning(text: &str) -> Vec<String> {
    before_each("warning: ", text)
}

fn before_each(label: &str, text: &str) -> Vec<String> {
    wrap(text, WIDTH - label.len()).into_iter().map(|line| format!("{label}{line}")).collect()
}

/// Where a field's text begins: three blanks, the label, its padding.
const FIELD: usize = 11;
/// Begins each further line of a field, so that no name can make a line begin with words of its own.
const CONTINUED: &str = "| ";

/// A labelled field of a finding, in at most `lines` lines.
pub(super) fn field(label: &str, text: &str, lines: usize) -> Vec<String> {
    let room = WIDTH - FIELD;
    // Two for the continuation mark, one for a wide character that doesn't fit at a line's end.
    let text = shorten(text, if lines > 1 { lines * (room - CONTINUED.len() - 1) } else { room });
    if columns(&text) <= room {
        return vec![format!("   {label:<8}{text}")];
    }
    let folded = fold(&text, room - CONTINUED.len()).into_iter().enumerate();
    folded
        .map(|(n, line)| match n {
            0 => format!("   {label:<8}{line}"),
            _ => format!("{:FIELD$}{CONTINUED}{line}", ""),
        })
        .collect()
}

/// The same for a few words, which break at spaces.
pub(super) fn sentence(label: &str, text: &str) -> Vec<String> {
    let lines = wrap(text, WIDTH - FIELD - CONTINUED.len()).into_iter().enumerate();
    lines
        .map(|(n, line)| match n {
            0 => format!("   {label:<8}{line}"),
            _ => format!("{:FIELD$}{CONTINUED}{line}", ""),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_character_takes_two_columns() {
        assert_eq!(columns("abc"), 3);
        assert_eq!(columns("né"), 2);
        assert_eq!(columns("顧客.csv"), 8);
        assert_eq!(fold("顧客情報", 5), ["顧客", "情報"]);
    }

    #[test]
    fn shortening_keeps_both_ends_and_says_that_something_is_missing() {
        assert_eq!(shorten("abcdef", 6), "abcdef");
        assert_eq!(shorten("a/very/long/path/to/file.rs:1:2", 20), "a/ver.../file.rs:1:2");
        assert!(columns(&shorten(&"顧".repeat(99), 21)) <= 21);
        assert_eq!(shorten("abcdef", 3), "...");
    }

    #[test]
    fn sentences_break_at_spaces_and_words_only_when_too_wide() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("a bbbbbbbbbb c", 4), ["a", "bbbb", "bbbb", "bb c"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn a_field_has_at_most_the_lines_it_was_given() {
        for (text, most) in [("x".repeat(9), 1), ("x".repeat(500), 1), ("x".repeat(70), 3), ("顧".repeat(900), 3)] {
            let lines = field("at", &text, most);
            assert!(lines.len() <= most, "{lines:?}");
            assert!(lines.iter().all(|line| columns(line) <= WIDTH), "{lines:?}");
        }
    }

    #[test]
    fn a_sentence_breaks_between_its_words() {
        let text = "all that the account may read and write, in every region, until somebody revokes it";
        let lines = sentence("opens", text);
        assert_eq!(lines[0], "   opens   all that the account may read and write, in every region,");
        assert_eq!(lines[1], "           | until somebody revokes it");
        assert!(lines.iter().all(|line| columns(line) <= WIDTH), "{lines:?}");
    }
}
