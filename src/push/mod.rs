//! What git says on a hook's standard input or command line: which references are to move where.
//!
//! *Invariant:* `<old>` is kept for messages alone; a client writes it, so nothing is bounded by it.

pub mod address;
pub mod cleanup;
pub mod message;

use crate::text::printable;
use bstr::BString;

/// The most references in one push; more than anybody has, and less than memory can hold.
pub const MOST_UPDATES: usize = 1_000_000;

/// A hexadecimal object id of 40 (SHA-1) or 64 (SHA-256) digits, not all zero.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HexId(String);

impl HexId {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One reference that is to move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefUpdate {
    /// The reference's name on the receiving side.
    pub name: BString,
    /// What the sender says it was; none: it did not exist.
    pub old: Option<HexId>,
    /// What it is to be; none: it is to be deleted.
    pub new: Option<HexId>,
}

/// All references of one push.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Push {
    /// In the order of the input.
    pub updates: Vec<RefUpdate>,
}

/// Input that is not what git writes.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PushError {
    /// Nothing at all where git always writes something: something in front of this hook has read it.
    #[error("standard input is empty; git never starts this hook without a line")]
    Empty,
    /// More lines than are read.
    #[error("standard input has more than {MOST_UPDATES} lines")]
    TooMany,
    /// A line that does not parse.
    #[error("line {line} of standard input {problem}: `{shown}`")]
    Line {
        /// 1-based.
        line: usize,
        /// What is wrong with it.
        problem: &'static str,
        /// The line's beginning, made printable.
        shown: String,
    },
    /// Arguments that do not parse.
    #[error("the argument {name} {problem}: `{shown}`")]
    Argument {
        /// Which one.
        name: &'static str,
        /// What is wrong with it.
        problem: &'static str,
        /// Its beginning, made printable.
        shown: String,
    },
}

impl Push {
    /// Parses the standard input of `pre-receive`: `<old> SP <new> SP <ref> LF` for each reference.
    ///
    /// # Errors
    /// When there is no line, or one of them is anything else.
    pub fn from_pre_receive(input: &[u8]) -> Result<Self, PushError> {
        let push = Self::from_lines(input, receive_line)?;
        match push.updates.is_empty() {
            true => Err(PushError::Empty),
            false => Ok(push),
        }
    }

    /// Parses the standard input of `pre-push`: `<local ref> SP <local id> SP <remote ref> SP <remote id> LF` for each
    /// reference; none when everything is up to date.
    ///
    /// # Errors
    /// When a line is anything else.
    pub fn from_pre_push(input: &[u8]) -> Result<Self, PushError> {
        Self::from_lines(input, pre_push_line)
    }

    /// Takes the arguments of `update`: reference, old id, new id.
    ///
    /// # Errors
    /// When they are anything else.
    pub fn from_update(name: &[u8], old: &[u8], new: &[u8]) -> Result<Self, PushError> {
        let update = RefUpdate {
            old: hex_id(old).map_err(|problem| argument("<old>", problem, old))?,
            new: hex_id(new).map_err(|problem| argument("<new>", problem, new))?,
            name: ref_name(name).map_err(|problem| argument("<ref>", problem, name))?,
        };
        Ok(Self { updates: vec![update] })
    }

    fn from_lines(input: &[u8], parse: fn(&[u8]) -> Result<RefUpdate, &'static str>) -> Result<Self, PushError> {
        let mut updates = Vec::new();
        if input.is_empty() {
            return Ok(Self { updates });
        }
        let input = input.strip_suffix(b"\n").unwrap_or(input);
        for (at, line) in input.split(|b| *b == b'\n').enumerate() {
            if at >= MOST_UPDATES {
                return Err(PushError::TooMany);
            }
            match parse(line) {
                Ok(update) => updates.push(update),
                Err(problem) => return Err(PushError::Line { line: at + 1, problem, shown: shorten(line) }),
            }
        }
        Ok(Self { updates })
    }
}

fn receive_line(line: &[u8]) -> Result<RefUpdate, &'static str> {
    let mut fields = line.splitn(3, |b| *b == b' ');
    let (Some(old), Some(new), Some(name)) = (fields.next(), fields.next(), fields.next()) else {
        return Err("does not have the three fields <old> <new> <ref>");
    };
    Ok(RefUpdate { old: hex_id(old)?, new: hex_id(new)?, name: ref_name(name)? })
}

/// The local reference is whatever the user typed (`HEAD@{1 day ago}`), so the line is read from its end.
fn pre_push_line(line: &[u8]) -> Result<RefUpdate, &'static str> {
    let mut fields = line.rsplitn(4, |b| *b == b' ');
    let (Some(old), Some(name), Some(new), Some(_local)) = (fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return Err("does not have the four fields <local ref> <local id> <remote ref> <remote id>");
    };
    Ok(RefUpdate { old: hex_id(old)?, new: hex_id(new)?, name: ref_name(name)? })
}

fn hex_id(field: &[u8]) -> Result<Option<HexId>, &'static str> {
    if !matches!(field.len(), 40 | 64) {
        return Err("has an object id that is not 40 or 64 digits long");
    }
    let Ok(digits) = std::str::from_utf8(field) else { return Err("has an object id that is not hexadecimal") };
    if !digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err("has an object id that is not lower-case hexadecimal");
    }
    Ok(digits.bytes().any(|b| b != b'0').then(|| HexId(digits.to_owned())))
}

/// git's own rules for names are stricter; these keep a mangled line from passing for a name.
fn ref_name(field: &[u8]) -> Result<BString, &'static str> {
    match field {
        b"" => Err("has an empty reference name"),
        name if name.iter().any(|b| *b <= b' ' || *b == 0x7f) => {
            Err("has a reference name with a space or control character")
        }
        name => Ok(name.into()),
    }
}

fn argument(name: &'static str, problem: &'static str, shown: &[u8]) -> PushError {
    PushError::Argument { name, problem, shown: shorten(shown) }
}

/// Enough of a bad line to recognise it by.
fn shorten(line: &[u8]) -> String {
    const SHOWN: usize = 60;
    let text = printable(line.get(..SHOWN).unwrap_or(line));
    if line.len() > SHOWN { format!("{text}...") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const Z: &str = "0000000000000000000000000000000000000000";

    #[test]
    fn every_line_of_a_push_is_read_with_or_without_a_last_line_end() {
        let push = Push::from_pre_receive(format!("{Z} {A} refs/heads/a\n{A} {Z} refs/tags/b").as_bytes()).unwrap();
        assert_eq!(push.updates.len(), 2);
        assert_eq!(push.updates[0].old, None);
        assert_eq!(push.updates[1].new, None);
        assert_eq!(push.updates[1].name, "refs/tags/b");
    }

    #[test]
    fn nothing_on_standard_input_is_an_error_for_pre_receive_and_fine_for_pre_push() {
        assert_eq!(Push::from_pre_receive(b""), Err(PushError::Empty));
        assert_eq!(Push::from_pre_push(b""), Ok(Push::default()));
    }

    #[test]
    fn anything_else_is_refused_by_line() {
        for bad in [
            "\n",
            "x",
            &format!("{A} {A}"),
            &format!("{A} {A} "),
            &format!("{A} abc refs/heads/a"),
            &format!("{A} {} refs/heads/a", A.replace('a', "g")),
            &format!("{A} {A} refs/heads/a b"),
            &format!("{A} {A} refs/heads/a\0"),
            &format!("{A}  {A} refs/heads/a"),
            &format!("{} {A} r", A.to_uppercase()),
        ] {
            let error = Push::from_pre_receive(bad.as_bytes()).unwrap_err();
            assert!(matches!(error, PushError::Line { line: 1, .. }), "{bad:?}: {error}");
        }
    }

    #[test]
    fn a_raw_revision_on_the_local_side_of_a_pre_push_may_hold_spaces() {
        let line = format!("HEAD@{{1 day ago}} {A} refs/heads/x {Z}\n");
        let push = Push::from_pre_push(line.as_bytes()).unwrap();
        assert_eq!(push.updates[0].name, "refs/heads/x");
        let gone = Push::from_pre_push(format!("(delete) {Z} refs/heads/x {A}\n").as_bytes()).unwrap();
        assert_eq!(gone.updates[0].new, None);
    }
}
