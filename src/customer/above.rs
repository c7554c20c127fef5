//! The lines above a value, where its name stands in forms, lists and nested objects.
//!
//! Apart from `field`, since what counts as a label is a question of layout: a line with a value of its own names that
//! one, and a row of a table is named by the table's head.

/// So far up a name is looked for, in bytes and in lines.
const REACH: usize = 400;
const LINES: usize = 14;
/// So many lines with words are read: a label, and what the label is in.
const LABELS: usize = 2;
/// A line with so many digits has a value of its own.
const DIGITS: usize = 6;
/// A line with so many delimiters is a row.
const CELLS: usize = 3;
/// Longer lines are prose, or no lines.
const LONG: usize = 160;

/// Where the line of `at` begins, or a part of it that is long enough.
pub(super) fn line_before(text: &[u8], at: usize) -> usize {
    let from = at.saturating_sub(LONG);
    let before = text.get(from..at).unwrap_or_default();
    before.iter().rposition(|b| matches!(b, b'\n' | b'\r')).map_or(from, |end| from + end + 1)
}

/// The words above `at` that may name it: each label by itself, and a label that opens something together with the
/// words before `at` on its own line (`"card": {` and `"number":`).
pub(super) fn words(text: &[u8], at: usize) -> Vec<Vec<u8>> {
    let start = line_before(text, at);
    let own = text.get(start..at).unwrap_or_default();
    let cells = own.iter().filter(|b| matches!(b, b',' | b';' | b'\t' | b'|')).count();
    if start == 0 || own.len() >= LONG || cells >= CELLS {
        return Vec::new();
    }
    let mut found = Vec::new();
    let from = start.saturating_sub(REACH);
    let before = text.get(from..start).unwrap_or_default();
    for (number, line) in before.split(|b| matches!(b, b'\n' | b'\r')).rev().take(LINES).enumerate() {
        let letters = line.iter().filter(|b| is_letter(**b)).count();
        let digits = line.iter().filter(|b| b.is_ascii_digit()).count();
        // Between values of a list there is no word; a blank line and a bracket say nothing.
        if letters == 0 {
            continue;
        }
        if digits >= DIGITS || line.len() >= LONG {
            break;
        }
        let opens = line.trim_ascii_end().last().is_some_and(|b| matches!(b, b'{' | b'(' | b'[' | b':' | b'>'));
        if opens && found.is_empty() && number <= 3 {
            found.push(line.iter().chain(own).copied().filter(|b| is_letter(*b)).collect());
        }
        found.push(line.to_vec());
        if found.len() > LABELS {
            break;
        }
    }
    found
}

fn is_letter(b: u8) -> bool {
    b.is_ascii_alphabetic() || b >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        let found = words(text.as_bytes(), text.find('@').unwrap());
        found.into_iter().map(|it| String::from_utf8(it).unwrap()).collect()
    }

    #[test]
    fn a_label_a_comment_and_a_list_s_name_are_above() {
        assert_eq!(of("Card number\n@"), ["Card number"]);
        assert_eq!(of("// card number\nconst x = \"@\""), ["// card number"]);
        assert_eq!(of("cards = [\n  \"1\",\n  \"2\",\n  \"@\""), ["cards", "cards = ["]);
        assert_eq!(of("\"card\": {\n  \"number\": \"@\""), ["cardnumber", "\"card\": {"]);
    }

    #[test]
    fn a_value_s_name_and_a_row_s_neighbours_are_not() {
        assert!(of("part: 111-22-3333\norder: @").is_empty());
        assert!(of("card,a,b\n1,2,3,@").is_empty());
        assert!(of("@").is_empty());
        assert_eq!(of("a\nb\nc\nd\n@").len(), 3);
    }
}
