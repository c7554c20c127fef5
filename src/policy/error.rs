//! What can be wrong with a policy, said to the person who wrote it.
//!
//! An error shows the file, the line, the column and the key, the line itself, and what to do: somebody's push is held
//! up until the file is right.

use super::suggest::nearest;
use crate::rule::PackedError;
use crate::text::{Place, printable};
use std::{fmt, io};

/// Why no policy is in force; nothing is judged then.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// Something in a file is wrong.
    #[error(transparent)]
    Fault(Box<Fault>),
    /// A file is not to be trusted or not usable as a whole.
    #[error("refusing the policy `{path}`: {why}\n  {remedy}")]
    Refused {
        /// The file, fit for a terminal.
        path: String,
        /// What is wrong with it.
        why: String,
        /// What to do.
        remedy: String,
    },
    /// A file could not be read.
    #[error("cannot read the policy `{path}`\n  make it readable for the user that runs the hook, or remove it")]
    Read {
        /// The file, fit for a terminal.
        path: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The binary is not as it was built.
    #[error(transparent)]
    Embedded(PackedError),
    /// All files together leave no rule.
    #[error("the policy has no rule left: the gate would let everything through\n  look at `disable` in {0}")]
    NoRules(String),
}

/// One mistake at one place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, fit for a terminal.
    pub file: String,
    /// Where in it.
    pub place: Place,
    /// The key, with the tables around it: `allow.reason`.
    pub key: String,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: String,
    /// The line as it stands, fit for a terminal and cut to `WIDTH`.
    pub line: String,
    /// How many characters of `line` come before the place.
    pub before: usize,
}

impl std::error::Error for Fault {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, place, key, problem, remedy, line, before } = self;
        write!(f, "{file}:{}:{}: ", place.line, place.column)?;
        if !key.is_empty() {
            write!(f, "{key}: ")?;
        }
        writeln!(f, "{problem}")?;
        if !line.is_empty() {
            writeln!(f, "    {line}\n    {:before$}^", "")?;
        }
        write!(f, "  {remedy}")
    }
}

/// At most this many characters of a faulty line are shown: one row of a terminal.
const WIDTH: usize = 72;
/// And at most this many of a message that quotes the file (a list of known keys, a pattern).
const MESSAGE: usize = 400;

/// Cuts the part of a line that is worth showing: `before` and `after` the place. Returns it and the place's column.
pub(super) fn window(before: &[u8], after: &[u8]) -> (String, usize) {
    let left = printable(before).replace("\\t", " ");
    let right = printable(after).replace("\\t", " ");
    let length = left.chars().count();
    let skip = length.saturating_sub(WIDTH / 2);
    let shown: String = left.chars().skip(skip).chain(right.chars()).take(WIDTH).collect();
    (shown.trim_end().to_owned(), length - skip)
}

/// Makes a message one line that a terminal survives.
pub(super) fn tame(message: &str) -> String {
    let line = printable(message.trim().as_bytes()).replace("\\n", " ");
    match line.char_indices().nth(MESSAGE) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or(&line)),
        None => line,
    }
}

/// A message of the TOML reader in the words of TOML, not of Rust.
pub(super) fn translated(message: &str) -> String {
    const WORDS: [(&str, &str); 9] = [
        ("unknown field ", "unknown key "),
        ("missing field ", "there is no "),
        ("invalid type: map", "it is a table"),
        ("invalid type: sequence", "it is a list"),
        ("invalid type: ", "it is the "),
        ("expected a sequence", "expected a list in [ ]"),
        ("expected i64", "expected a whole number"),
        ("expected usize", "expected a whole number"),
        ("expected f64", "expected a number"),
    ];
    WORDS.iter().fold(message.to_owned(), |text, (rust, toml)| text.replace(rust, toml))
}

/// What to do about a message of the TOML reader.
pub(super) fn remedy(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let first = quoted.next().unwrap_or_default();
    if message.starts_with("unknown field") || message.starts_with("unknown variant") {
        return match nearest(first, quoted) {
            Some(known) => format!("did you mean `{known}`?"),
            None => "a mistyped word would silently do nothing, so it is refused; correct or delete it".to_owned(),
        };
    }
    if message.starts_with("missing field") {
        return format!("add `{first} = …`; config/leakgate.toml describes every key");
    }
    if message.starts_with("invalid type: map, expected a sequence") {
        return "begin each entry with its name in double brackets, such as [[rules]] or [[allow]]".to_owned();
    }
    if message.starts_with("invalid type") || message.starts_with("invalid value") {
        return "give a value of the expected type; config/leakgate.toml shows one for every key".to_owned();
    }
    "correct the TOML here; config/leakgate.toml shows the form of every key".to_owned()
}

/// The first words of a regex engine's complaint: its last line, without the drawing above it.
pub(super) fn regex_complaint(error: &regex::Error) -> String {
    if let regex::Error::CompiledTooBig(limit) = error {
        return format!("it takes more than {limit} bytes when compiled");
    }
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    tame(last.trim_start_matches("error: "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_shows_place_key_line_and_remedy() {
        let (line, before) = window(b"depth = ", b"\"\x1b[2J\"\n");
        let fault = Fault {
            file: "p.toml".to_owned(),
            place: Place { line: 3, column: 9 },
            key: "limits.depth".to_owned(),
            problem: "a word where a number belongs".to_owned(),
            remedy: "give a number".to_owned(),
            line,
            before,
        };
        assert_eq!(
            fault.to_string(),
            "p.toml:3:9: limits.depth: a word where a number belongs\n    depth = \"\\x1b[2J\"\\n\n            ^\n  give a number"
        );
    }

    #[test]
    fn a_long_line_is_cut_round_the_place() {
        let (line, before) = window(&[b'a'; 500], &[b'b'; 500]);
        assert_eq!(line.len(), WIDTH);
        assert_eq!(line.find('b'), Some(before));
    }

    #[test]
    fn a_long_message_is_cut_and_made_one_line() {
        let message = tame(&format!("first\nsecond\u{1b} {}", "x".repeat(900)));
        assert!(message.starts_with("first second\\x1b x"));
        assert_eq!(message.chars().count(), MESSAGE + 1);
    }
}
