//! Which kind of personal data a column, a key or the words beside a value announce.
//!
//! *Invariant:* works on raw bytes; no text is decoded to be understood. Case folding and the dropping of separators act
//! byte by byte on words and names alike, so a CP932 trail byte in the ASCII range changes the same way on both sides.

use super::above;
use super::id::{Choice, Id, Ids};
use super::lexicon::{Capitals, all_words, flatten, mentioned};
use super::words::TOKENS;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::ops::Range;
use std::sync::LazyLock;

/// What a name announces; ordered by what wins when a name says several things (`customer_email_id` is an e-mail).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Field {
    Email,
    /// Identifiers: a word can mean several (`NIF` in Spain and Portugal).
    Ids(Ids),
    Card,
    Phone,
    Customer,
    Birth,
    Postal,
    Address,
    Name,
}

/// How many kinds there are.
pub(super) const FIELDS: usize = 9;

impl Field {
    /// Its bit in a [`Fields`] set and its index in a table.
    pub(super) fn index(self) -> usize {
        match self {
            Self::Email => 0,
            Self::Ids(_) => 1,
            Self::Card => 2,
            Self::Phone => 3,
            Self::Customer => 4,
            Self::Birth => 5,
            Self::Postal => 6,
            Self::Address => 7,
            Self::Name => 8,
        }
    }

    /// Every kind, in order.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        ALL.into_iter()
    }

    /// Whether a value of this kind leads to one person by itself.
    pub(super) fn identifies(self) -> bool {
        self.index() <= Self::Customer.index()
    }

    /// The identifiers that it names.
    pub(super) fn ids(self) -> Ids {
        match self {
            Self::Ids(ids) => ids,
            Self::Card => Ids::CARD,
            Self::Email | Self::Phone | Self::Customer | Self::Birth | Self::Postal | Self::Address | Self::Name => {
                Ids::default()
            }
        }
    }
}

/// A set of fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields {
    plain: u16,
    ids: Ids,
}

impl Fields {
    pub(super) fn insert(&mut self, field: Field) {
        self.plain |= 1 << field.index();
        self.ids = self.ids.with(field.ids());
    }

    pub(super) fn remove(&mut self, field: Field) {
        self.plain &= !(1 << field.index());
    }

    pub(super) fn contains(self, field: Field) -> bool {
        self.plain & (1 << field.index()) != 0
    }

    /// The identifiers among them.
    pub(super) fn ids(self) -> Ids {
        self.ids
    }

    fn with(self, other: Self) -> Self {
        Self { plain: self.plain | other.plain, ids: self.ids.with(other.ids) }
    }

    /// The one that wins.
    fn first(self) -> Option<Field> {
        let first = ALL.iter().copied().find(|field| self.contains(*field))?;
        Some(if matches!(first, Field::Ids(_)) { Field::Ids(self.ids) } else { first })
    }
}

const ALL: [Field; FIELDS] = [
    Field::Email,
    Field::Ids(Ids::EMPTY),
    Field::Card,
    Field::Phone,
    Field::Customer,
    Field::Birth,
    Field::Postal,
    Field::Address,
    Field::Name,
];

/// No column name is longer; a longer cell is data.
const NAME_MAX: usize = 64;
/// Letters before a value in which a hot word counts: bytes, those that go on with a letter of UTF-8 left out. In code a
/// wider window finds a word for every number: one function mentions everything.
const BEFORE: usize = 40;
/// Letters after a value in which a hot word counts.
const AFTER: usize = 20;

/// The first [`AFTER`] letters.
fn first_letters(bytes: &[u8]) -> &[u8] {
    let mut letters = 0usize;
    let ends = |b: &u8| {
        letters += usize::from(!(0x80..0xc0).contains(b));
        letters > AFTER
    };
    let end = bytes.iter().take(4 * AFTER).position(ends).unwrap_or(4 * AFTER);
    bytes.get(..bytes.len().min(end)).unwrap_or_default()
}

/// The last [`BEFORE`] letters.
fn last_letters(bytes: &[u8]) -> &[u8] {
    let mut letters = 0usize;
    let begins = |b: &u8| {
        letters += usize::from(!(0x80..0xc0).contains(b));
        letters >= BEFORE
    };
    let start = bytes.iter().rev().take(4 * BEFORE).position(begins).map_or(4 * BEFORE, |len| len + 1);
    bytes.get(bytes.len().saturating_sub(start)..).unwrap_or_default()
}

/// The field that the name of a column or key announces by the words built in.
pub(super) fn named(name: &[u8]) -> Option<Field> {
    if name.len() > NAME_MAX {
        return None;
    }
    mentioned(name, Capitals::Named).first()
}

/// What the names of counts end in.
const COUNTS: [&[u8]; 4] = [b"count", b"counts", b"total", b"anzahl"];

fn ends_with(name: &[u8], end: &[u8]) -> bool {
    name.len().checked_sub(end.len()).and_then(|at| name.get(at..)).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

/// What the words of a policy and those built in say about names and surroundings.
impl Choice {
    /// The field that the name of a column or key announces.
    pub(super) fn field(&self, name: &[u8]) -> Option<Field> {
        if name.len() > NAME_MAX {
            return None;
        }
        let mut fields = mentioned(name, Capitals::Named);
        // How many customers there are is nobody's number.
        if fields.contains(Field::Customer) && COUNTS.iter().any(|end| ends_with(name, end)) {
            fields.remove(Field::Customer);
        }
        for number in self.called(name) {
            fields.insert(Field::Ids(Ids::of_number(number)));
        }
        fields.first()
    }

    /// What the words within [`BEFORE`] bytes before or [`AFTER`] bytes after `span`, on its line, announce.
    pub(super) fn around(&self, text: &[u8], span: &Range<usize>) -> Fields {
        let before = last_letters(text.get(..span.start).unwrap_or_default());
        let before = match before.iter().rposition(|b| matches!(b, b'\n' | b'\r')) {
            Some(end) => before.get(end + 1..).unwrap_or_default(),
            None => before,
        };
        let after = first_letters(text.get(span.end..).unwrap_or_default());
        let after = after.split(|b| matches!(b, b'\n' | b'\r')).next().unwrap_or_default();
        let mut fields = mentioned(before, Capitals::Needed).with(mentioned(after, Capitals::Needed));
        for side in [before, after] {
            for number in self.called(side) {
                fields.insert(Field::Ids(Ids::of_number(number)));
            }
        }
        fields
    }

    /// What the line of `span` announces if short words need no capitals: `person.fin = "…"`.
    pub(super) fn loosely(&self, text: &[u8], span: &Range<usize>) -> Fields {
        let line = above::line_before(text, span.start);
        let before = last_letters(text.get(line..span.start).unwrap_or_default());
        mentioned(before, Capitals::Any)
    }

    /// What the lines above that of `span` announce: a label, a comment, the name of what a list holds.
    pub(super) fn above(&self, text: &[u8], span: &Range<usize>) -> Fields {
        let mut fields = Fields::default();
        for words in above::words(text, span.start) {
            fields = fields.with(mentioned(&words, Capitals::Needed));
            for number in self.called(&words) {
                fields.insert(Field::Ids(Ids::of_number(number)));
            }
        }
        fields
    }

    /// The configured numbers that `bytes` call by a word of theirs.
    fn called<'c>(&'c self, bytes: &[u8]) -> impl Iterator<Item = usize> + 'c {
        let flat: Vec<u8> = match self.numbers() {
            [] => Vec::new(),
            _ => bytes.iter().filter_map(|b| flatten(*b)).collect(),
        };
        self.numbers().iter().enumerate().filter(move |(_, number)| number.is_called(&flat)).map(|(index, _)| index)
    }
}

/// Whether the text has a word that names customer numbers, telephones or births: the numbers themselves have no form by
/// which to know them. May say yes for nothing.
pub(super) fn names_numbers(text: &[u8]) -> bool {
    NUMBER_WORDS.as_ref().is_none_or(|words| words.are_in(text))
}

/// The words of customer numbers, telephones and births as they stand in a text, ASCII ones in the spellings `customerid`,
/// `customer_id`, `customer-id` and `customer id`.
static NUMBER_WORDS: LazyLock<Option<Spelled>> =
    LazyLock::new(|| spelled(&[Field::Customer, Field::Phone, Field::Birth]));

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
    let parted = PARTED.iter().filter(|(field, _)| fields.contains(field));
    patterns.extend(parted.flat_map(|(_, word)| ["_", "-", " ", "."].map(|gap| word.replace(' ', gap).into_bytes())));
    // What has no form either.
    for row in Id::all().map(Id::row).filter(|row| row.is_known_by_name()) {
        for word in row.words {
            patterns.extend(["", "_", "-", " ", "."].map(|gap| word.replace(' ', gap).into_bytes()));
        }
        patterns.extend(row.encoded.iter().map(|word| word.to_vec()));
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

/// Names of more parts than that.
const PARTED: &[(Field, &str)] = &[
    (Field::Birth, "date of birth"),
    (Field::Birth, "birth date"),
    (Field::Birth, "birth day"),
    (Field::Birth, "date birth"),
    (Field::Birth, "born date"),
    (Field::Birth, "born on"),
    (Field::Birth, "date de naissance"),
    (Field::Birth, "date naissance"),
    (Field::Birth, "fecha de nacimiento"),
    (Field::Birth, "fecha nacimiento"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_known_by_its_name_in_five_languages_and_three_encodings() {
        let named = |name: &[u8]| Choice::standard().field(name);
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
            assert_eq!(Choice::standard().field(name.as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn a_hot_word_counts_only_close_by_and_on_the_line() {
        let beside = |text: &[u8], span, field| Choice::standard().around(text, span).contains(field);
        let near = b"credit card: 123".to_vec();
        assert!(beside(&near, &(13..16), Field::Card));
        let above = b"credit card:\n123".to_vec();
        assert!(!beside(&above, &(13..16), Field::Card));
        let far = [b"credit card ".as_slice(), &[b'.'; 50], b"123"].concat();
        assert!(!beside(&far, &(62..65), Field::Card));
    }

    #[test]
    fn the_automaton_is_built() {
        assert!(NUMBER_WORDS.is_some());
        assert!(names_numbers(b"x\nCustomer-ID,name") && !names_numbers(b"client_id, secret"));
    }
}
