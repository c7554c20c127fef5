//! Where in a text a value stands that a list of customers could hold: for comparing it with the organisation's own.
//!
//! Apart from the counting: here a place is only proposed, and what proves it is somebody else's table. Addresses,
//! groups of digits and telephone numbers are found by the same code as in the survey.
//!
//! *Invariant:* allocates only for the cells of a window, whose size the caller bounds.

use super::email::{self, Standing};
use super::exempt::{self, Named, is_patch_header, is_trailer};
use super::field::{Field, named};
use super::id::Choice;
use super::number::{Group, Stands, digits_of, is_typed};
use super::record::Reader;
use super::sweep::{Spot, Sweep};
use super::{card, lines, mask, phone};
use std::ops::Range;
use std::sync::LazyLock;

/// A longer word of letters and digits is a digest, a token or base64, no customer's number.
const WORD_MAX: usize = 24;
/// Letters before the digits of a number: `TC-12345678`.
const PREFIX_MAX: usize = 6;
/// In a window, fewer digits in a group are no number of anybody.
const DIGITS_MIN: usize = 6;
/// A longer cell is prose, no name.
const CELL_MAX: usize = 120;

/// A place that may hold a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Candidate {
    /// An address that can be a person's.
    Email(Range<usize>),
    /// Digits, in each reading that could be meant.
    Digits(Digits),
}

/// A group of digits and what it could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digits {
    /// The readings as a number: the group, the word it lies in, the group with the letters before it.
    pub numbers: [Option<Range<usize>>; 3],
    /// Its place with the form of a telephone number, if it has one.
    pub phone: Option<Range<usize>>,
    /// The whole group.
    pub span: Range<usize>,
}

/// Hands each candidate of `text` to `take`, in ascending order, until `take` says false. Runs at the speed of the
/// survey's sweep; sees groups with four digits in a row, and telephone numbers in pairs and threes.
pub fn sweep(text: &[u8], own_domains: &[String], take: &mut dyn FnMut(Candidate) -> bool) {
    let mut spots = Sweep::new(text, 0..text.len());
    while let Some(spot) = spots.next() {
        let candidate = match spot {
            Spot::At(offset) => address(text, offset, own_domains),
            Spot::Digits(offset) if Group::is_four_alone(text, offset) => None,
            // Pieces are the beginnings of identifiers that are no numbers.
            Spot::Pieces(_) => None,
            Spot::Digits(offset) | Spot::Parts(offset) => Some(Candidate::Digits(digits(text, offset))),
        };
        let Some(candidate) = candidate else { continue };
        spots.skip_to(end_of(&candidate));
        if !parts(text, &candidate).into_iter().chain([candidate]).all(&mut *take) {
            return;
        }
    }
}

/// The parts of a group between its blanks: two numbers side by side look like one.
fn parts(text: &[u8], candidate: &Candidate) -> Vec<Candidate> {
    let Candidate::Digits(whole) = candidate else { return Vec::new() };
    let bytes = text.get(whole.span.clone()).unwrap_or_default();
    if !bytes.contains(&b' ') {
        return Vec::new();
    }
    let mut start = whole.span.start;
    let mut found = Vec::new();
    for part in bytes.split(|b| *b == b' ') {
        let span = start..start + part.len();
        start = span.end + 1;
        if count_digits(text, &span) >= DIGITS_MIN {
            let lettered = word(text, span.start).filter(|word| *word != span);
            found.push(Candidate::Digits(Digits { numbers: [Some(span.clone()), lettered, None], phone: None, span }));
        }
    }
    found
}

/// All candidates of `window`: also groups without four digits in a row.
#[must_use]
pub fn near(text: &[u8], window: Range<usize>, own_domains: &[String]) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut at = window.start;
    while at < window.end {
        let candidate = match text.get(at) {
            Some(b'@') => address(text, at, own_domains),
            Some(b) if b.is_ascii_digit() => Some(Candidate::Digits(digits(text, at))),
            Some(_) => None,
            None => break,
        };
        at = candidate.as_ref().map_or(0, end_of).max(at + 1);
        found.extend(candidate.iter().flat_map(|it| parts(text, it)));
        found.extend(candidate.filter(|it| match it {
            Candidate::Email(_) => true,
            Candidate::Digits(it) => count_digits(text, &it.span) >= DIGITS_MIN,
        }));
    }
    found
}

/// The cells of `window`: what stands between delimiters, quotes and brackets, where a name or an address would.
#[must_use]
pub fn cells(text: &[u8], window: Range<usize>) -> Vec<Range<usize>> {
    let bytes = text.get(window.clone()).unwrap_or_default();
    let ends = |b: &u8| {
        matches!(b, b',' | b'\t' | b';' | b'|' | b'"' | b'\'' | b'<' | b'>' | b'(' | b')' | b':' | b'=')
            || matches!(b, b'[' | b']' | b'{' | b'}' | b'\n' | b'\r')
    };
    let mut start = window.start;
    let mut found = Vec::new();
    for piece in bytes.split(ends) {
        let cell = start..start + piece.len();
        start = cell.end + 1;
        if (2..=CELL_MAX).contains(&piece.len()) && !piece.iter().all(u8::is_ascii_whitespace) {
            found.push(cell);
        }
    }
    found
}

fn end_of(candidate: &Candidate) -> usize {
    match candidate {
        Candidate::Email(span) => span.end,
        Candidate::Digits(digits) => digits.span.end,
    }
}

fn address(text: &[u8], at: usize, own_domains: &[String]) -> Option<Candidate> {
    let address = email::around(text, at, own_domains)?;
    (address.standing == Standing::Real).then_some(Candidate::Email(address.span))
}

fn digits(text: &[u8], at: usize) -> Digits {
    let group = Group::around(text, at);
    let free = (group.stands != Stands::Stuck).then(|| group.span.clone());
    let mut numbers = [free, word(text, at), lettered(text, &group)];
    let [first, second, third] = &mut numbers;
    second.take_if(|it| Some(&*it) == first.as_ref());
    third.take_if(|it| Some(&*it) == first.as_ref() || Some(&*it) == second.as_ref());
    Digits { numbers, phone: phone::in_group(text, &group), span: group.span }
}

fn count_digits(text: &[u8], span: &Range<usize>) -> usize {
    text.get(span.clone()).unwrap_or_default().iter().filter(|b| b.is_ascii_digit()).count()
}

/// The word of letters and digits around `at`, unless it is a part of a number with decimals.
fn word(text: &[u8], at: usize) -> Option<Range<usize>> {
    let is_word = |b: &&u8| b.is_ascii_alphanumeric();
    let before = text.get(at.saturating_sub(WORD_MAX + 1)..at)?.iter().rev().take_while(is_word).count();
    let after = text.get(at..text.len().min(at + WORD_MAX + 1))?.iter().take_while(is_word).count();
    let span = at - before..at + after;
    let digit = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
    let stop = |at: Option<usize>| at.and_then(|at| text.get(at)) == Some(&b'.');
    let decimals = (stop(span.start.checked_sub(1)) && digit(span.start.checked_sub(2)))
        || (stop(Some(span.end)) && digit(span.end.checked_add(1)));
    (span.len() <= WORD_MAX && !decimals).then_some(span)
}

/// The group with the letters before it, which may be set off: `TC-1234-5678`, `TC 12345678`.
fn lettered(text: &[u8], group: &Group) -> Option<Range<usize>> {
    let before = text.get(..group.span.start)?;
    let gap = usize::from(matches!(before.last(), Some(b'-' | b' ' | b'_')));
    let before = before.get(..before.len() - gap)?;
    let letters = before.iter().rev().take(PREFIX_MAX + 1).take_while(|b| b.is_ascii_alphabetic()).count();
    let start = before.len().checked_sub(letters)?;
    let stuck = start.checked_sub(1).and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    ((1..=PREFIX_MAX).contains(&letters) && !stuck).then_some(start..group.span.end)
}

/// What the name of a column says it holds, as a field of a fingerprint table: `email`, `phone`, `customer`, `name` or
/// `address`.
#[must_use]
pub fn column(name: &[u8]) -> Option<&'static str> {
    let field = named(name)?;
    COLUMNS.iter().find(|(known, _)| *known == field).map(|(_, name)| *name)
}

const COLUMNS: &[(Field, &str)] = &[
    (Field::Email, "email"),
    (Field::Phone, "phone"),
    (Field::Customer, "customer"),
    (Field::Name, "name"),
    (Field::Address, "address"),
];

/// What becomes of an address in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// It can be found in a text.
    Real,
    /// Nobody's: a domain for examples, a machine's sender.
    Reserved,
    /// One of the organisation's own.
    Own,
    /// It has not the form of an address.
    Malformed,
}

/// What becomes of `address`, which is a whole cell of a list.
#[must_use]
pub fn listed(address: &[u8], own_domains: &[String]) -> Listed {
    let Some(at) = memchr::memrchr(b'@', address) else { return Listed::Malformed };
    let standing = |own: &[String]| email::around(address, at, own).filter(|it| it.span == (0..address.len()));
    match (standing(&[]), standing(own_domains)) {
        (Some(first), _) if first.standing == Standing::Reserved => Listed::Reserved,
        (Some(_), Some(second)) if second.standing == Standing::Reserved => Listed::Own,
        (Some(_), Some(_)) => Listed::Real,
        (None, _) | (_, None) => Listed::Malformed,
    }
}

/// Whether a number was typed as a placeholder: one digit over and over, or counting all along.
#[must_use]
pub fn is_placeholder(number: &[u8]) -> bool {
    digits_of(number).is_some_and(|digits| is_typed(digits.as_slice()))
}

/// Whether the digits pass the check of ISO/IEC 7812-1, as one of ten random numbers does.
#[must_use]
pub fn passes_luhn(number: &[u8]) -> bool {
    digits_of(number).is_some_and(|digits| !digits.as_slice().is_empty() && card::luhn(digits.as_slice()))
}

/// The words that are built in: what a table holds is known by its own columns.
static STANDARD: LazyLock<Choice> = LazyLock::new(Choice::standard);

/// Whether a word for customer numbers or telephones stands beside `span`, or names its column or key.
#[must_use]
pub fn has_name_beside(text: &[u8], span: &Range<usize>) -> bool {
    let around = STANDARD.around(text, span);
    around.contains(Field::Customer) || around.contains(Field::Phone)
}

/// Which of `spans` lie in a cell whose column or key is named as a customer number or a telephone. Reads all of `text`.
#[must_use]
pub fn in_named_cells(text: &[u8], spans: &[Range<usize>]) -> Vec<bool> {
    let mut found = vec![false; spans.len()];
    let mut reader = Reader::new(text, &STANDARD);
    for line in lines(text) {
        reader.line(&line, &mut |record| {
            for (field, cell) in record.cells {
                if !matches!(field, Field::Customer | Field::Phone) {
                    continue;
                }
                // Spans ascend, as candidates do.
                let from = spans.partition_point(|span| span.start < cell.start);
                let inside = spans.iter().skip(from).take_while(|span| span.end <= cell.end).count();
                found.iter_mut().skip(from).take(inside).for_each(|it| *it = true);
            }
        });
    }
    found
}

/// Whether addresses in a file are meant to be public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authorship {
    named: Named,
}

impl Authorship {
    /// By the file's name, if it is known.
    #[must_use]
    pub fn of(path: Option<&[u8]>) -> Self {
        Self { named: exempt::by_name(path) }
    }

    /// Whether an address on `line` is an author's.
    #[must_use]
    pub fn covers(self, line: &[u8]) -> bool {
        self.named == Named::Authors || is_trailer(line) || (self.named == Named::Patch && is_patch_header(line))
    }
}

/// The masked form of a value.
#[must_use]
pub fn masked(value: &[u8]) -> String {
    mask::of(value)
}

/// What of a value must not stand in a report.
#[must_use]
pub fn hidden(value: &[u8]) -> Vec<u8> {
    mask::hidden(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        sweep(text.as_bytes(), &[], &mut |candidate| {
            match candidate {
                Candidate::Email(span) => found.push(text[span].to_owned()),
                Candidate::Digits(it) => found.extend(it.numbers.into_iter().flatten().map(|s| text[s].to_owned())),
            }
            true
        });
        found
    }

    #[test]
    fn a_number_is_read_in_each_way_that_can_be_meant() {
        assert_eq!(readings("id TC73920184, x"), ["TC73920184"]);
        assert_eq!(readings("TC-7392-0184"), ["7392-0184", "7392", "TC-7392-0184"]);
        assert_eq!(readings("/user/73920184/x"), ["73920184"]);
        assert_eq!(readings("0.73920184 and 1739.2018"), Vec::<String>::new());
        assert_eq!(readings("hana@qwertz.de, a@example.com"), ["hana@qwertz.de"]);
    }

    #[test]
    fn a_window_shows_groups_of_three_and_cells() {
        let text = b"x,739-201-844,\"Hana Q\"";
        let found = near(text, 0..text.len(), &[]);
        assert_eq!(found.len(), 1);
        let cells: Vec<&[u8]> = cells(text, 0..text.len()).into_iter().map(|cell| &text[cell]).collect();
        assert_eq!(cells, [b"739-201-844".as_slice(), b"Hana Q"]);
    }

    #[test]
    fn a_column_names_its_numbers_wherever_the_header_is() {
        let text = "番号,お客様管理番号\n73920184,85290184\n".as_bytes();
        let spans: Vec<Range<usize>> = ["73920184", "85290184"]
            .iter()
            .map(|n| {
                let at = text.windows(8).position(|w| w == n.as_bytes()).unwrap();
                at..at + 8
            })
            .collect();
        assert_eq!(in_named_cells(text, &spans), [false, true]);
    }

    #[test]
    fn an_address_of_a_list_is_real_reserved_own_or_none() {
        let own = ["kaisha.co.jp".to_owned()];
        assert_eq!(listed(b"hana@qwertz.de", &own), Listed::Real);
        assert_eq!(listed(b"hana@example.com", &own), Listed::Reserved);
        assert_eq!(listed(b"hana@kaisha.co.jp", &own), Listed::Own);
        assert_eq!(listed(b"hana at qwertz", &own), Listed::Malformed);
        assert_eq!(listed(b"x hana@qwertz.de", &own), Listed::Malformed);
    }
}
