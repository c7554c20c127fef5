//! Which identifiers a policy wants, and how: packs, single countries, and a word about single identifiers.

use super::custom::Number;
use super::{Id, Ids, Limit, Pack};

/// Where an identifier is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nowhere.
    Off,
    /// Beside a word for it, and in columns and under keys that are named so.
    Words,
    /// There, and by itself where its row says so: many in one file, or a column without a name.
    Full,
}

/// What a policy says about one identifier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Override {
    /// Where it is looked for.
    pub mode: Option<Mode>,
    /// Whether it only warns, if anything is said of that.
    pub warns: Option<bool>,
    /// Distinct values in one file that reject, with a word or without.
    pub threshold: Option<usize>,
}

/// What a policy wants of all identifiers.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    words: Ids,
    full: Ids,
    warns: Ids,
    thresholds: Vec<(Id, usize)>,
    numbers: Vec<Number>,
}

impl Choice {
    /// The default pack, and what is precise enough beside a word (the rows say which).
    #[must_use]
    pub fn standard() -> Self {
        let usual = |mode: Mode| Id::all().filter(|id| id.row().usual == mode).collect::<Ids>();
        let full = usual(Mode::Full);
        let words = usual(Mode::Words).with(full);
        Self { words, full, warns: Ids::default(), thresholds: Vec::new(), numbers: Vec::new() }
    }

    /// Switches on all identifiers of a pack or of a country, by name; false if nothing is called so.
    pub fn add_pack(&mut self, name: &str) -> bool {
        let of = |id: &Id| id.row().pack.as_str() == name || id.row().countries.contains(&name);
        let pack: Ids = Id::all().filter(of).collect();
        self.words = self.words.with(pack);
        self.full = self.full.with(pack);
        !pack.is_empty()
    }

    /// Whether it is looked for at all.
    #[must_use]
    pub fn has(&self, id: Id) -> bool {
        self.words.contains(id)
    }

    /// Takes over what is said about one identifier.
    pub fn set(&mut self, id: Id, said: &Override) {
        let one = Ids::of(id);
        if let Some(mode) = said.mode {
            self.words = self.words.without(one);
            self.full = self.full.without(one);
            match mode {
                Mode::Off => {}
                Mode::Words => self.words = self.words.with(one),
                Mode::Full => (self.words, self.full) = (self.words.with(one), self.full.with(one)),
            }
        }
        match said.warns {
            Some(true) => self.warns = self.warns.with(one),
            Some(false) => self.warns = self.warns.without(one),
            None => {}
        }
        if let Some(threshold) = said.threshold {
            self.thresholds.push((id, threshold));
        }
    }

    /// Adds one of the organisation's own numbers; false if there are too many.
    pub fn add_number(&mut self, number: Number) -> bool {
        let fits = self.numbers.len() < super::MOST_NUMBERS;
        if fits {
            self.numbers.push(number);
        }
        fits
    }

    /// Those that are looked for at all.
    pub(in crate::customer) fn on(&self) -> Ids {
        self.words
    }

    /// Those that count without a word, too.
    pub(in crate::customer) fn full(&self) -> Ids {
        self.full
    }

    pub(in crate::customer) fn warns(&self, id: Id) -> bool {
        self.warns.contains(id)
    }

    pub(in crate::customer) fn numbers(&self) -> &[Number] {
        &self.numbers
    }

    /// Whether a policy sets its threshold.
    pub(in crate::customer) fn has_threshold(&self, id: Id) -> bool {
        self.thresholds.iter().any(|(it, _)| *it == id)
    }

    /// The limit beside a word, and alone.
    pub(in crate::customer) fn limits(&self, id: Id) -> (Option<Limit>, Option<Limit>) {
        let row = id.row();
        let said = self.thresholds.iter().rev().find(|(it, _)| *it == id).map(|(_, n)| *n);
        let over = |limit: Limit| match said {
            Some(file) => Limit { file, push: limit.push.max(file) },
            None => limit,
        };
        (row.named.map(over), row.bare.map(over))
    }
}

/// The packs that a policy may name.
#[must_use]
pub fn packs() -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for id in Id::all().filter(|id| id.row().pack != Pack::Default) {
        names.push(id.row().pack.as_str());
        names.extend(id.row().countries);
    }
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_about_an_identifier_holds_for_warnings_too() {
        let mut choice = Choice::standard();
        let id = Id::named("uk-nhs-number").unwrap();
        let said = |warns| Override { mode: None, warns, threshold: None };
        for (word, expected) in [(Some(true), true), (None, true), (Some(false), false), (None, false)] {
            choice.set(id, &said(word));
            assert_eq!(choice.warns(id), expected, "{word:?}");
        }
    }
}
