//! How much a value looks like a secret, judged by itself: what a telling name beside it asks.
//!
//! Apart from the rules, because the question is the same for every name. What discriminates: the classes of the bytes,
//! how word-like the letters are ([`likeness`]), and a list of shapes that are something else.
//!
//! *Invariant:* knows neither the name, nor the file: those weigh the answer elsewhere.

mod bigrams;
mod dummy;
mod likeness;
mod make;
mod shape;

pub use likeness::{likeness, wordiness};

use super::named::Look;
use super::placeholder::is_placeholder;
use make::Make;

/// How much a value looks like a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// A word with digits, letters that are no word: a password in a configuration file, anything elsewhere.
    Weak,
    /// Unlikely to be anything else.
    Fair,
    /// Random and long.
    Strong,
}

/// Bytes of passwords and tokens that people use; a longer one has a shape of its own.
const PASSWORD: std::ops::RangeInclusive<usize> = 6..=128;
const TOKEN: std::ops::RangeInclusive<usize> = 16..=512;
/// At so many bits a byte below nothing, letters are random: see [`likeness`].
const RANDOM: f64 = -0.5;

/// How much `value` looks like a secret of this look; none: not at all.
#[must_use]
pub fn strength(value: &[u8], look: Look) -> Option<Strength> {
    // A translation's letters, written as escapes.
    if memchr::memmem::find(value, b"\\u").is_some()
        && let Some(text) = unescaped(value)
    {
        return strength(&text, look);
    }
    let make = Make::of(value);
    // A few letters beyond ASCII are a password's; more are a sentence in another language.
    let foreign = match look {
        Look::Password
            if make.classes() >= 3 && value.iter().all(|b| !b.is_ascii_whitespace() && !b.is_ascii_control()) =>
        {
            4
        }
        Look::Password | Look::Token => 0,
    };
    if make.other > foreign || value.len() < *PASSWORD.start() {
        return None;
    }
    // First what is cheap: keywords in a row (`pass=pass=…`) are read as each other's values.
    let found = match look {
        Look::Password => token(value, &make).or_else(|| password(value, &make)),
        Look::Token => token(value, &make),
    }?;
    if is_placeholder(value) || shape::is_something_else(value) || dummy::is_dummy(value) {
        return None;
    }
    hidden_text(value, look, found)
}

/// `value` with the letters that its `\uXXXX` stand for; none when one of them stands for none.
fn unescaped(value: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = value;
    while let Some(at) = memchr::memmem::find(rest, b"\\u") {
        out.extend_from_slice(rest.get(..at)?);
        let digits = rest.get(at + 2..at + 6)?;
        let code = digits.iter().try_fold(0_u32, |sum, b| Some(sum * 16 + char::from(*b).to_digit(16)?))?;
        let letter = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        rest = rest.get(at + 6..)?;
    }
    out.extend_from_slice(rest);
    Some(out)
}

/// Base64 of a text is as much a secret as the text.
fn hidden_text(value: &[u8], look: Look, found: Strength) -> Option<Strength> {
    let text = unbase64(value);
    if text.len() < *PASSWORD.start() || !text.iter().all(|b| matches!(b, b' '..=b'~')) {
        return Some(found);
    }
    let worth = strength(&text, Look::Password)?;
    Some(if look == Look::Token { worth.max(Strength::Fair) } else { worth.min(found) })
}

/// What `value` decodes to as base64; nothing when it is none (RFC 4648, section 4; padding optional).
fn unbase64(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bits = 0_u32;
    let mut count = 0_u32;
    for byte in value.iter().take_while(|b| **b != b'=') {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return Vec::new(),
        };
        bits = (bits << 6 | u32::from(six)) & 0xff_ffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xff) as u8);
        }
    }
    out
}

/// A UUID is a secret only beside a name that leaves no doubt; the caller knows the name.
#[must_use]
pub fn is_uuid(value: &[u8]) -> bool {
    shape::is_uuid(value)
}

fn token(value: &[u8], make: &Make) -> Option<Strength> {
    let allowed = |b: &u8| b.is_ascii_alphanumeric() || b"+/=_.~!@#$%^&*:-|".contains(b);
    if !TOKEN.contains(&make.len)
        || make.letters() == 0
        || make.distinct < 7
        || !value.iter().all(allowed)
        || is_uuid(value)
    {
        return None;
    }
    if make.symbol == 0 && value.iter().all(u8::is_ascii_hexdigit) {
        return hex(make);
    }
    if make.symbol * 3 > make.len {
        return None;
    }
    let (len, wordy) = core(value);
    if make.digit == 0 {
        return letters(value, make, wordy);
    }
    match (wordy < RANDOM, len) {
        (true, 20..) => Some(Strength::Strong),
        (true, 16..) => Some(Strength::Fair),
        _ => None,
    }
}

/// The most random part of a value that is a prefix and a token, or the whole.
fn core(value: &[u8]) -> (usize, f64) {
    let whole = (value.len(), wordiness(value));
    let parts = value.split(|b| matches!(b, b'-' | b'_' | b'.' | b':' | b'|'));
    parts
        .filter(|part| part.len() >= 16)
        .map(|part| (part.len(), wordiness(part)))
        .fold(whole, |best, part| if part.1 < best.1 && best.1 >= RANDOM { part } else { best })
}

fn hex(make: &Make) -> Option<Strength> {
    let mixed = make.digit >= 3 && make.letters() >= 3;
    match make.len {
        32.. if mixed && make.distinct >= 8 => Some(Strength::Strong),
        16.. if mixed => Some(Strength::Fair),
        _ => None,
    }
}

fn letters(value: &[u8], make: &Make, wordy: f64) -> Option<Strength> {
    let mixed = make.lower > 2 && make.upper > 2;
    let longest = value.split(|b| !b.is_ascii_alphabetic()).map(<[u8]>::len).max().unwrap_or(0);
    match (mixed, longest) {
        (true, 32..) if wordy < -0.8 => Some(Strength::Strong),
        (true, 20..) if wordy < -0.7 => Some(Strength::Fair),
        (false, 24..) if wordy < -1.0 => Some(Strength::Fair),
        _ => None,
    }
}

fn password(value: &[u8], make: &Make) -> Option<Strength> {
    if !PASSWORD.contains(&make.len) || is_uuid(value) || make.distinct < 4 {
        return None;
    }
    let wordy = wordiness(value);
    match (make.letters(), make.digit, make.symbol) {
        (0, 8.., 0) => Some(Strength::Weak),
        (0, _, _) | (1, _, 0) => None,
        (_, 0, 0) => word(make, wordy),
        (_, 0, _) => punctuated(value, make, wordy),
        (_, _, _) => mixed(value, make, wordy),
    }
}

/// Letters only: a password when it is no word.
fn word(make: &Make, wordy: f64) -> Option<Strength> {
    match make.len {
        10.. if wordy < -0.75 && make.lower > 2 && make.upper > 2 => Some(Strength::Fair),
        16.. if wordy < -0.4 && make.lower > 3 && make.upper > 3 => Some(Strength::Fair),
        8.. if wordy < RANDOM => Some(Strength::Weak),
        // The longer, the less it takes a byte to tell letters from words.
        14.. if wordy < -0.3 => Some(Strength::Weak),
        _ => None,
    }
}

/// Letters and punctuation: a password when it is not words joined.
fn punctuated(value: &[u8], make: &Make, wordy: f64) -> Option<Strength> {
    let joined = value
        .iter()
        .all(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_' | b'.' | b':' | b'/' | b'@' | b',' | b'*'));
    let ends = value.iter().filter(|b| b.is_ascii_punctuation()).count() == 1;
    match (make.classes(), make.len) {
        (3, 8..) if wordy < RANDOM && !ends => Some(Strength::Fair),
        (3, 12..) if wordy < -0.2 && !joined && make.symbol > 1 => Some(Strength::Fair),
        (3, 10..) if wordy < -0.75 => Some(Strength::Fair),
        (3, 8..) if wordy < 0.0 && !joined => Some(Strength::Weak),
        (2, 10..) if wordy < RANDOM && !joined => Some(Strength::Weak),
        _ => None,
    }
}

/// Letters and digits, with or without punctuation.
fn mixed(value: &[u8], make: &Make, wordy: f64) -> Option<Strength> {
    let is_edge = |b: &u8| !b.is_ascii_alphabetic();
    let start = value.iter().position(|b| !is_edge(b))?;
    let end = value.iter().rposition(|b| !is_edge(b))? + 1;
    let inner = value.get(start..end)?;
    let named = value.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':'));
    let identifier = named && make.digit <= 3 && make.len > 6 && is_identifier(value);
    if make.len < 8 {
        return (make.classes() >= 3 && !identifier && wordy < 1.0).then_some(Strength::Weak);
    }
    if inner.iter().all(u8::is_ascii_alphabetic) {
        return affixed(inner, make, identifier);
    }
    let switches =
        value.windows(2).filter(|pair| matches!(pair, [a, b] if a.is_ascii_digit() != b.is_ascii_digit())).count();
    match (make.classes(), make.len) {
        _ if is_phrase(value) => Some(Strength::Weak),
        _ if identifier || (named && wordy > 1.0) => None,
        (3.., 12..) if wordy < -0.75 => Some(Strength::Strong),
        (4, _) => Some(Strength::Fair),
        (3, _) if wordy < 1.0 => Some(Strength::Fair),
        (2, _) if wordy < RANDOM || switches >= 5 => Some(Strength::Fair),
        _ => Some(Strength::Weak),
    }
}

/// A word with digits or punctuation before or behind it.
fn affixed(inner: &[u8], make: &Make, identifier: bool) -> Option<Strength> {
    let wordy = wordiness(inner);
    let humps = inner
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()))
        .count();
    match make.classes() {
        _ if inner.len() >= 6 && wordy < RANDOM => Some(Strength::Fair),
        _ if identifier && humps == 1 && make.digit >= 2 && make.len >= 12 => Some(Strength::Weak),
        _ if identifier && (humps > 0 || make.digit < 2) => None,
        4 if make.len >= 8 => Some(Strength::Fair),
        3 if make.digit >= 2 => Some(Strength::Fair),
        _ if make.digit >= 2 || make.symbol > 0 => Some(Strength::Weak),
        _ => None,
    }
}

/// `maple-window-copper-41`: three words or more and a number of two digits or more, as phrases are made.
fn is_phrase(value: &[u8]) -> bool {
    let mut parts = value.split(|b| matches!(b, b'-' | b'_' | b'.')).rev();
    let number = parts.next().unwrap_or_default();
    let words: Vec<&[u8]> = parts.collect();
    (2..=4).contains(&number.len())
        && number.iter().all(u8::is_ascii_digit)
        && words.len() >= 3
        && words.iter().all(|word| word.len() >= 4 && word.iter().all(u8::is_ascii_lowercase))
}

/// Whether words make up all of a name with a few digits: `Sha256WithRsa`, `oauth2_client`; but not `verys3cret`.
fn is_identifier(value: &[u8]) -> bool {
    let starts = value.first().is_some_and(u8::is_ascii_alphabetic);
    let disguised = value.windows(3).any(|three| {
        matches!(three, [a, b'0' | b'1' | b'3' | b'4' | b'5' | b'7', c] if a.is_ascii_lowercase() && c.is_ascii_lowercase())
    });
    starts
        && !disguised
        && value.split(|b| !b.is_ascii_alphabetic()).all(|run| run.len() < 3 || likeness(run) > 0.0)
        && wordiness(value) > 0.2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(value: &str) -> Option<Strength> {
        strength(value.as_bytes(), Look::Password)
    }

    #[test]
    fn phrases_and_long_random_letters_are_passwords() {
        for value in ["maple-window-copper-41", "winterHarbour840", "qxhtzvnkwpdjrmbl"] {
            assert_eq!(password(value), Some(Strength::Weak), "{value}");
        }
        for value in ["RbwzQPIxmoqTwvKV", "qDFfCHxo^Ac*w", "Kx7#vQp2zL"] {
            assert!(password(value) >= Some(Strength::Fair), "{value}: {:?}", password(value));
        }
    }

    #[test]
    fn names_translations_and_what_is_public_are_not() {
        for value in [
            "my-application-2",
            "oauth2_client",
            "\\u5bc6\\u7801\\u8bbe\\u7f6e",
            "Contrase\\u00f1a",
            "Has\\u0142o",
            "iso-8859-15",
            "d41d8cd98f00b204e9800998ecf8427e",
        ] {
            assert_eq!(password(value), None, "{value}");
        }
    }

    #[test]
    fn a_backslash_that_begins_no_escape_hides_nothing() {
        assert!(password(concat!("Kx7", "\\uzQp2#zL")).is_some());
    }
}
