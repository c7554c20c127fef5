//! Which kind of personal data a column, a key or the words beside a value announce.
//!
//! *Invariant:* works on raw bytes; no text is decoded to be understood. Case folding and the dropping of separators act
//! byte by byte on words and names alike, so a CP932 trail byte in the ASCII range changes the same way on both sides.

use super::words::{CONTAINED, ENCODED, TOKENS};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::ops::Range;
use std::sync::LazyLock;

/// What a name announces; ordered by what wins when a name says several things (`customer_email_id` is an e-mail).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Field {
    Email,
    Iban,
    Card,
    MyNumber,
    Licence,
    Ssn,
    Phone,
    Customer,
    Birth,
    Postal,
    Address,
    Name,
}

/// How many kinds there are.
pub(super) const FIELDS: usize = 12;

impl Field {
    /// Its bit in a [`Fields`] set and its index in a table.
    pub(super) fn index(self) -> usize {
        self as usize
    }

    /// Every kind, in order.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        ALL.into_iter()
    }

    /// Whether a value of this kind leads to one person by itself.
    pub(super) fn identifies(self) -> bool {
        self <= Self::Customer
    }
}

/// A set of fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields(u16);

impl Fields {
    fn insert(&mut self, field: Field) {
        self.0 |= 1 << field.index();
    }

    pub(super) fn contains(self, field: Field) -> bool {
        self.0 & (1 << field.index()) != 0
    }

    /// The one that wins.
    fn first(self) -> Option<Field> {
        ALL.iter().copied().find(|field| self.contains(*field))
    }
}

const ALL: [Field; FIELDS] = [
    Field::Email,
    Field::Iban,
    Field::Card,
    Field::MyNumber,
    Field::Licence,
    Field::Ssn,
    Field::Phone,
    Field::Customer,
    Field::Birth,
    Field::Postal,
    Field::Address,
    Field::Name,
];

/// No column name is longer; a longer cell is data.
const NAME_MAX: usize = 64;
/// Bytes before a value in which a hot word counts. In code a wider window finds a word for every number: one function
/// mentions everything.
const BEFORE: usize = 40;
/// Bytes after a value in which a hot word counts.
const AFTER: usize = 20;

/// The field that the name of a column or key announces.
pub(super) fn named(name: &[u8]) -> Option<Field> {
    if name.len() > NAME_MAX {
        return None;
    }
    mentioned(name).first()
}

/// Whether a word for `field` stands within [`BEFORE`] bytes before or [`AFTER`] bytes after `span`, on its line.
pub(super) fn beside(text: &[u8], span: &Range<usize>, field: Field) -> bool {
    let before = text.get(span.start.saturating_sub(BEFORE)..span.start).unwrap_or_default();
    let before = match before.iter().rposition(|b| matches!(b, b'\n' | b'\r')) {
        Some(end) => before.get(end + 1..).unwrap_or_default(),
        None => before,
    };
    let after = text.get(span.end..text.len().min(span.end.saturating_add(AFTER))).unwrap_or_default();
    let after = after.split(|b| matches!(b, b'\n' | b'\r')).next().unwrap_or_default();
    mentioned(before).contains(field) || mentioned(after).contains(field)
}

/// Whether the text has a word that names customer numbers or telephones: the numbers themselves have no form by which
/// to know them. May say yes for nothing.
pub(super) fn names_numbers(text: &[u8]) -> bool {
    NUMBER_WORDS.as_ref().is_none_or(|words| words.are_in(text))
}

/// Whether the text has a word that names cards or a state's or bank's numbers. May say yes for nothing.
pub(super) fn names_papers(text: &[u8]) -> bool {
    PAPER_WORDS.as_ref().is_none_or(|words| words.are_in(text))
}

fn mentioned(bytes: &[u8]) -> Fields {
    let mut found = Fields::default();
    let Some(words) = WORDS.as_ref() else { return found };
    let flat: Vec<u8> = bytes.iter().filter_map(|b| flatten(*b)).collect();
    for hit in words.automaton.find_overlapping_iter(&flat) {
        if let Some(field) = words.fields.get(hit.pattern().as_usize()) {
            found.insert(*field);
        }
    }
    add_tokens(bytes, &mut found);
    if flat.windows(6).any(|w| w == b"ipaddr") || flat.windows(7).any(|w| w == b"macaddr") {
        return Fields::default();
    }
    found
}

/// Lower case, without the separators that differ between spellings of one name; `None` drops the byte.
fn flatten(b: u8) -> Option<u8> {
    match b {
        b' ' | b'_' | b'-' | b'.' | b'"' | b'\'' | b'[' | b']' | b'`' | b'/' | b'\\' | b'*' => None,
        b => Some(b.to_ascii_lowercase()),
    }
}

/// Compares the whole words of `bytes`, split at non-letters and where a capital follows a small letter.
fn add_tokens(bytes: &[u8], found: &mut Fields) {
    let mut word: [u8; 8] = [0; 8];
    let mut len = 0usize;
    let mut small = false;
    for b in bytes.iter().copied().chain([b' ']) {
        let letter = b.is_ascii_alphabetic() || b >= 0x80;
        if !letter || (small && b.is_ascii_uppercase()) {
            add_token(word.get(..len).unwrap_or_default(), found);
            len = 0;
        }
        if letter {
            if let Some(slot) = word.get_mut(len) {
                *slot = b.to_ascii_lowercase();
            }
            len = len.saturating_add(1);
        }
        small = b.is_ascii_lowercase();
    }
}

fn add_token(word: &[u8], found: &mut Fields) {
    if word.len() < 2 {
        return;
    }
    for (field, tokens) in TOKENS {
        if tokens.iter().any(|token| token.as_bytes() == word) {
            found.insert(*field);
        }
    }
}

struct Words {
    automaton: AhoCorasick,
    fields: Vec<Field>,
}

/// Built once a process. A failure to build is a defect that the tests would show; no name is known then.
static WORDS: LazyLock<Option<Words>> = LazyLock::new(|| {
    let mut fields = Vec::new();
    let mut patterns: Vec<Vec<u8>> = Vec::new();
    for (field, word) in all_words() {
        fields.push(field);
        patterns.push(word.iter().filter_map(|b| flatten(*b)).collect());
    }
    let built = AhoCorasick::builder().match_kind(MatchKind::Standard).kind(Some(AhoCorasickKind::DFA)).build(patterns);
    let Ok(automaton) = built else { return None };
    Some(Words { automaton, fields })
});

/// The words of customer numbers and telephones as they stand in a text, ASCII ones in the spellings `customerid`,
/// `customer_id`, `customer-id` and `customer id`.
static NUMBER_WORDS: LazyLock<Option<Spelled>> = LazyLock::new(|| spelled(&[Field::Customer, Field::Phone]));

static PAPER_WORDS: LazyLock<Option<Spelled>> =
    LazyLock::new(|| spelled(&[Field::Card, Field::MyNumber, Field::Licence, Field::Ssn, Field::Iban]));

/// Words as they stand in a text.
struct Spelled {
    automaton: AhoCorasick,
    /// Patterns from this one on must stand alone.
    tokens_from: usize,
}

impl Spelled {
    fn are_in(&self, text: &[u8]) -> bool {
        self.automaton.find_overlapping_iter(text).any(|hit| {
            let whole = hit.pattern().as_usize() < self.tokens_from || is_word(text, hit.start(), hit.end());
            whole && ends_name(text, hit.end())
        })
    }
}

/// Whether the name that goes on at `end` is followed by what follows the name of a column or a key. Prose goes on with
/// a blank and a letter.
fn ends_name(text: &[u8], end: usize) -> bool {
    let rest = text.get(end..text.len().min(end + NAME_MAX)).unwrap_or_default();
    let is_name =
        |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'#' | b'(' | b')') || *b >= 0x80;
    let name = rest.iter().take_while(|b| is_name(b)).count();
    let (name, rest) = rest.split_at(name);
    // `… tel) VALUES` ends a list of columns, `tel (home)` does not.
    let closes = name.contains(&b')') && !name.contains(&b'(');
    closes || rest.iter().find(|b| **b != b' ').is_none_or(|b| !b.is_ascii_alphabetic())
}

/// Whether no letter goes on before or after; a capital begins a new word.
fn is_word(text: &[u8], start: usize, end: usize) -> bool {
    let at = |at: Option<usize>| at.and_then(|at| text.get(at)).copied().unwrap_or(b' ');
    let (before, first, after) = (at(start.checked_sub(1)), at(Some(start)), at(Some(end)));
    let begins = !before.is_ascii_alphabetic() || (before.is_ascii_lowercase() && first.is_ascii_uppercase());
    begins && !after.is_ascii_lowercase()
}

fn spelled(fields: &[Field]) -> Option<Spelled> {
    let mut patterns: Vec<Vec<u8>> = Vec::new();
    for (_, word) in all_words().filter(|(field, _)| fields.contains(field)) {
        patterns.push(word.to_vec());
        for tail in SUFFIXES {
            let Some(stem) = word.strip_suffix(tail.as_bytes()) else { continue };
            patterns.extend(["_", "-", " ", "."].map(|gap| [stem, gap.as_bytes(), tail.as_bytes()].concat()));
        }
    }
    let tokens_from = patterns.len();
    for (_, tokens) in TOKENS.iter().filter(|(field, _)| fields.contains(field)) {
        patterns.extend(tokens.iter().map(|token| token.as_bytes().to_vec()));
    }
    let built = AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(patterns);
    let Ok(automaton) = built else { return None };
    Some(Spelled { automaton, tokens_from })
}

/// Last parts of names that are often set off.
const SUFFIXES: &[&str] =
    &["id", "no", "num", "number", "code", "key", "nummer", "nr", "client", "cliente", "security", "licen", "bancaire"];

fn all_words() -> impl Iterator<Item = (Field, &'static [u8])> {
    let plain = CONTAINED.iter().flat_map(|(field, words)| words.iter().map(|word| (*field, word.as_bytes())));
    plain.chain(ENCODED.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_known_by_its_name_in_five_languages_and_three_encodings() {
        assert_eq!(named(b"Customer_E-Mail"), Some(Field::Email));
        assert_eq!(named("お客様管理番号".as_bytes()), Some(Field::Customer));
        assert_eq!(named(b"\x83\x81\x81[\x83\x8b\x83A\x83h\x83\x8c\x83X"), Some(Field::Email));
        assert_eq!(named(b"\xb8\xdc\xb5\xd2\xc8\xd6\xb9\xe6"), Some(Field::Customer));
        assert_eq!(named(b"num\xe9ro client"), Some(Field::Customer));
        assert_eq!(named("Téléphone".as_bytes()), Some(Field::Phone));
        assert_eq!(named(b"homeTel"), Some(Field::Phone));
        assert_eq!(named(b"Kundennummer"), Some(Field::Customer));
    }

    #[test]
    fn names_of_code_are_no_fields() {
        for name in ["user_id", "client_id", "ip_address", "discard", "wildcard", "hotel", "panel", "filename", "id"] {
            assert_eq!(named(name.as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn a_hot_word_counts_only_close_by_and_on_the_line() {
        let near = b"credit card: 123".to_vec();
        assert!(beside(&near, &(13..16), Field::Card));
        let above = b"credit card:\n123".to_vec();
        assert!(!beside(&above, &(13..16), Field::Card));
        let far = [b"credit card ".as_slice(), &[b'.'; 50], b"123"].concat();
        assert!(!beside(&far, &(62..65), Field::Card));
    }

    #[test]
    fn both_automata_are_built() {
        assert!(WORDS.is_some() && NUMBER_WORDS.is_some() && PAPER_WORDS.is_some());
        assert!(names_numbers(b"x\nCustomer-ID,name") && !names_numbers(b"client_id, secret"));
    }
}
