//! Countries as telephone numbers know them: the code, and the zero that is dialled inside.
//!
//! *Invariant:* a few countries and their two facts, no numbering plans: a table of its own is compared only with
//! numbers of the same spelling, so a plan would tell nothing more.

/// A country whose numbers are written without its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// ISO 3166-1.
    pub name: &'static str,
    code: &'static str,
    trunk: Trunk,
}

/// What stands before the area code inside the country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trunk {
    /// A zero, left out after the country's code.
    Zero,
    /// Nothing, or a zero that stays.
    None,
}

/// With the country's code a number has at least this many digits more.
const NATIONAL_MIN: usize = 9;

/// ITU-T E.164 list of assigned country codes; national prefixes by ITU's list of dialling procedures.
const REGIONS: &[(&str, &str, Trunk)] = &[
    ("JP", "81", Trunk::Zero),
    ("US", "1", Trunk::None),
    ("CA", "1", Trunk::None),
    ("GB", "44", Trunk::Zero),
    ("DE", "49", Trunk::Zero),
    ("FR", "33", Trunk::Zero),
    ("NL", "31", Trunk::Zero),
    ("BE", "32", Trunk::Zero),
    ("AT", "43", Trunk::Zero),
    ("CH", "41", Trunk::Zero),
    ("SE", "46", Trunk::Zero),
    ("FI", "358", Trunk::Zero),
    ("IE", "353", Trunk::Zero),
    ("ES", "34", Trunk::None),
    ("IT", "39", Trunk::None),
    ("PT", "351", Trunk::None),
    ("PL", "48", Trunk::None),
    ("DK", "45", Trunk::None),
    ("NO", "47", Trunk::None),
    ("CZ", "420", Trunk::None),
    ("AU", "61", Trunk::Zero),
    ("NZ", "64", Trunk::Zero),
    ("KR", "82", Trunk::Zero),
    ("CN", "86", Trunk::Zero),
    ("TW", "886", Trunk::Zero),
    ("TH", "66", Trunk::Zero),
    ("ID", "62", Trunk::Zero),
    ("IN", "91", Trunk::Zero),
    ("BR", "55", Trunk::Zero),
    ("ZA", "27", Trunk::Zero),
    ("MX", "52", Trunk::None),
    ("SG", "65", Trunk::None),
    ("HK", "852", Trunk::None),
];

impl Region {
    /// The region with this ISO 3166-1 name, in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let (name, code, trunk) = REGIONS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name))?;
        Some(Self { name, code, trunk: *trunk })
    }

    /// The names of all regions.
    pub fn names() -> impl Iterator<Item = &'static str> {
        REGIONS.iter().map(|(name, ..)| *name)
    }

    /// A number's digits, written as inside the country, with the country's code. A spreadsheet may have eaten the zero.
    pub(super) fn international(&self, digits: &str) -> String {
        if self.trunk == Trunk::Zero
            && let Some(rest) = digits.strip_prefix('0')
        {
            return format!("{}{rest}", self.code);
        }
        match digits.strip_prefix(self.code) {
            Some(rest) if rest.len() >= NATIONAL_MIN => digits.to_owned(),
            _ => format!("{}{digits}", self.code),
        }
    }
}
