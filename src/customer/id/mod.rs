//! The identifiers that states, banks, networks and makers give to people and their things: one row each.
//!
//! Reading order: this file (what a row says), the families (`universal`, `japan`, …: the rows), `sums` and `constant`
//! (arithmetic they share), `shape` (how a row is met in a text), `choice` (which rows a policy wants, and how),
//! `custom` (the organisation's own numbers), `column` (columns without a name).
//!
//! *Invariant:* a row is data: its check is a pure function of the value without separators, and no row has code
//! anywhere else.

mod africa_middle_east;
mod americas;
mod asia;
mod choice;
mod column;
mod constant;
mod custom;
mod europe;
mod europe_east;
mod europe_north;
mod japan;
mod oceania;
mod shape;
mod sums;
mod telematics;
mod universal;

pub use choice::{Choice, Mode, Override, packs};
pub(super) use column::{Columns, Row};
pub use custom::{Number, Scheme};
pub(super) use shape::{Found, Place, at, fits_cell, macs};

use crate::text::Severity;
use std::sync::LazyLock;

/// What belongs together: the packs that a policy can switch on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pack {
    /// Always on.
    Default,
    /// Japan.
    Japan,
    /// Countries of the European Union, the EEA and Switzerland.
    Eu,
    /// The United Kingdom.
    Uk,
    /// North and Latin America.
    Americas,
    /// Asia and the Pacific.
    AsiaPacific,
    /// Africa and the Middle East.
    AfricaMiddleEast,
    /// What connected devices have.
    Telematics,
}

impl Pack {
    /// As policies write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Japan => "japan",
            Self::Eu => "eu",
            Self::Uk => "uk",
            Self::Americas => "americas",
            Self::AsiaPacific => "asia-pacific",
            Self::AfricaMiddleEast => "africa-middle-east",
            Self::Telematics => "telematics",
        }
    }
}

/// Distinct values that reject: in one file, in one push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// In one file.
    pub file: usize,
    /// In one push.
    pub push: usize,
}

const fn limit(file: usize, push: usize) -> Option<Limit> {
    Some(Limit { file, push })
}

/// How an identifier stands in a text.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// As one of these is written: `d` a digit, `A` a letter, `x` either, `~` a blank or a dash, all else itself.
    Written(&'static [&'static str]),
    /// Country, check digits and the country's length, in groups of four or in one.
    Iban,
    /// The second line of a passport's machine-readable zone.
    Mrz,
    /// Six pairs of hexadecimal digits.
    Mac,
    /// A Japanese number plate.
    Plate,
    /// As the organisation likes: known by its column or key alone.
    Cell,
}

/// One identifier.
#[derive(Debug)]
pub struct Identifier {
    /// The rule's id.
    pub id: &'static str,
    /// What it is, in a few words, in the plural.
    pub title: &'static str,
    /// The pack that it belongs to.
    pub pack: Pack,
    /// Country codes (ISO 3166, small letters) that switch it on; none for what no country gives.
    pub countries: &'static [&'static str],
    /// What is verified in a value; `None`: its form alone.
    pub check: Option<&'static str>,
    /// How bad one is.
    pub severity: Severity,
    /// What a policy that does not name it gets.
    pub usual: Mode,
    /// Distinct values that reject beside a word for them, or in a column or under a key that is named so; `None`: they
    /// never reject alone and count as one more class in a dump.
    pub named: Option<Limit>,
    /// Distinct values that reject by themselves; `None`: never.
    pub bare: Option<Limit>,
    /// Whether a column without a name is known by its values: at least eight of ten pass the check, and of random ones
    /// at most one of nine.
    pub column: bool,
    form: Form,
    valid: fn(&[u8]) -> bool,
    /// Published examples with a right check digit; constants are known to `constant`.
    specimens: &'static [&'static str],
    /// Words that name it wherever they stand in a name or near a value, once case and separators are gone.
    pub(super) words: &'static [&'static str],
    /// Words too short for that: whole words in any case.
    pub(super) tokens: &'static [&'static str],
    /// Short words that mean something else in small letters (`sin`, `run`): in capitals, or alone as a key's name.
    pub(super) capitals: &'static [&'static str],
    /// Words as the bytes that CP932 and EUC-JP files have.
    pub(super) encoded: &'static [&'static [u8]],
}

/// What a row says unless it says otherwise.
const ROW: Identifier = Identifier {
    id: "",
    title: "",
    pack: Pack::Default,
    countries: &[],
    check: None,
    severity: Severity::Critical,
    usual: Mode::Words,
    named: limit(1, 1),
    bare: None,
    column: false,
    form: Form::Cell,
    valid: |_| false,
    specimens: &[],
    words: &[],
    tokens: &[],
    capitals: &[],
    encoded: &[],
};

static NOTHING: Identifier = ROW;

impl Identifier {
    /// The words that name it, as people write them.
    pub fn hot_words(&self) -> Vec<&'static str> {
        self.tokens.iter().chain(self.capitals).chain(self.words).copied().collect()
    }

    /// Whether its values have no form by which to meet them, and many of them reject.
    pub(super) fn is_known_by_name(&self) -> bool {
        matches!(self.form, Form::Cell) && self.named.is_some()
    }

    /// Of how many values the sweep leads to one, at least: digits alone lead to a MAC address.
    pub(super) fn reached_once_in(&self) -> usize {
        if matches!(self.form, Form::Mac) { 10 } else { 1 }
    }

    /// Whether a value (separators gone, capitals) has the check digit and is nobody's example.
    fn accepts(&self, value: &[u8]) -> bool {
        let known = || self.specimens.iter().any(|specimen| specimen.as_bytes() == value);
        let constant = || matches!(self.form, Form::Written(_)) && constant::is_constant(value);
        (self.valid)(value) && !known() && !constant()
    }
}

/// Which identifier: an index into the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u8);

impl Id {
    /// All of them, in the table's order: where several fit a value and a word, the first wins.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..).map(Self).take(ROWS.len())
    }

    /// The one with this rule id.
    #[must_use]
    pub fn named(id: &str) -> Option<Self> {
        Self::all().find(|it| it.row().id == id)
    }

    /// Its row.
    #[must_use]
    pub fn row(self) -> &'static Identifier {
        ROWS.get(usize::from(self.0)).copied().unwrap_or(&NOTHING)
    }
}

/// The row for network interfaces, whose values are met on their own way.
pub(super) fn mac() -> Option<Id> {
    static MAC: LazyLock<Option<Id>> = LazyLock::new(|| Id::all().find(|id| matches!(id.row().form, Form::Mac)));
    *MAC
}

/// More rows than this do not fit a set; a test counts them.
const MOST: usize = 112;
/// Configured numbers have the bits after those of the rows.
pub(super) const MOST_NUMBERS: usize = 15;

/// A set of identifiers and configured numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Ids(u128);

impl Ids {
    pub(super) const EMPTY: Self = Self(0);

    /// Payment cards, which are no row: a header such as `PAN` means them, too.
    pub(super) const CARD: Self = Self(1 << 127);

    /// As a number.
    pub(super) fn bits(self) -> u128 {
        self.0
    }

    pub(super) fn of(id: Id) -> Self {
        Self(1u128.checked_shl(u32::from(id.0)).unwrap_or(0))
    }

    /// The configured number at `index`.
    pub(super) fn of_number(index: usize) -> Self {
        let bit = u32::try_from(MOST.saturating_add(index)).unwrap_or(u32::MAX);
        Self(1u128.checked_shl(bit).unwrap_or(0))
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn contains(self, id: Id) -> bool {
        self.meets(Self::of(id))
    }

    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The rows among them, in the table's order.
    pub(super) fn rows(self) -> impl Iterator<Item = Id> {
        Id::all().filter(move |id| self.contains(*id))
    }
}

impl FromIterator<Id> for Ids {
    fn from_iter<I: IntoIterator<Item = Id>>(ids: I) -> Self {
        ids.into_iter().fold(Self::default(), |set, id| set.with(Self::of(id)))
    }
}

static ROWS: LazyLock<Vec<&'static Identifier>> = LazyLock::new(|| {
    let families: [&[Identifier]; 11] = [
        universal::ROWS,
        japan::ROWS,
        americas::ROWS,
        europe::ROWS,
        europe_north::ROWS,
        europe_east::ROWS,
        asia::ROWS,
        oceania::ROWS,
        africa_middle_east::ROWS,
        telematics::ROWS,
        &[],
    ];
    families.into_iter().flatten().collect()
});

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
