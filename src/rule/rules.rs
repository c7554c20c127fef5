//! The rules that hold: of those in the binary each by its number, and those that somebody wrote.
//!
//! Apart from [`super::RuleSet`], which runs them: a policy chooses here, and unpacks nothing.

use super::packed::{self, Packed, PackedError};
use super::{RuleSpec, Text};
use crate::text::Kind;
use std::borrow::Cow;

/// The rules that hold, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    packed: &'static Packed,
    /// None: all that are packed, and no others.
    chosen: Option<Vec<Choice>>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    /// One in the binary, by its number.
    Packed(&'static Packed, usize),
    /// One that somebody wrote, or that was unpacked.
    Written(Box<RuleSpec>),
}

impl Rules {
    /// All rules in the binary, as they are.
    #[must_use]
    pub fn all(packed: &'static Packed) -> Self {
        Self { packed, chosen: None }
    }

    /// Some of those in `packed`, and others.
    #[must_use]
    pub fn chosen(packed: &'static Packed, rules: Vec<Choice>) -> Self {
        Self { packed, chosen: Some(rules) }
    }

    /// Written rules alone.
    #[must_use]
    pub fn written(rules: Vec<RuleSpec>) -> Self {
        let written = |rule| Choice::Written(Box::new(rule));
        Self { packed: &packed::NONE, chosen: Some(rules.into_iter().map(written).collect()) }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.chosen.as_ref().map_or(self.packed.len(), Vec::len)
    }

    /// Whether there is none: a gate that lets everything through.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The ids of all.
    #[must_use]
    pub fn ids(&self) -> Vec<&str> {
        match &self.chosen {
            Some(chosen) => chosen.iter().map(Choice::id).collect(),
            None => (0..self.packed.len()).map(|number| self.packed.id(number)).collect(),
        }
    }

    /// Whether the rule `id` is one of them.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        match &self.chosen {
            Some(chosen) => chosen.iter().any(|choice| choice.id() == id),
            None => self.packed.position(id).is_some(),
        }
    }

    /// Adds rules behind the others.
    pub fn extend(&mut self, rules: Vec<RuleSpec>) {
        if !rules.is_empty() {
            // Before it is taken away: rules that were written alone have nothing packed.
            let packed = self.packed;
            let mut chosen = std::mem::replace(self, Self::written(Vec::new())).into_choices();
            chosen.extend(rules.into_iter().map(|rule| Choice::Written(Box::new(rule))));
            *self = Self::chosen(packed, chosen);
        }
    }

    /// The rules in the binary that these are chosen from.
    #[must_use]
    pub fn packed(&self) -> &'static Packed {
        self.packed
    }

    /// The rules one by one; none: all that are packed.
    #[must_use]
    pub fn choices(&self) -> Option<&[Choice]> {
        self.chosen.as_deref()
    }

    /// The rules one by one.
    #[must_use]
    pub fn into_choices(self) -> Vec<Choice> {
        let packed = self.packed;
        self.chosen.unwrap_or_else(|| (0..packed.len()).map(|number| Choice::Packed(packed, number)).collect())
    }

    /// The name of each group, in order, and how many rules it has.
    #[must_use]
    pub fn groups(&self) -> Vec<(&str, usize)> {
        let Some(chosen) = &self.chosen else { return self.packed.groups().collect() };
        let groups = chosen.chunk_by(|a, b| a.group() == b.group());
        groups.filter_map(|group| Some((group.first()?.group(), group.len()))).collect()
    }
}

impl Choice {
    /// What the rule is called.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Packed(packed, number) => packed.id(*number),
            Self::Written(spec) => &spec.id,
        }
    }

    /// The words to select it by.
    #[must_use]
    pub fn tags(&self) -> Cow<'_, [Text]> {
        match self {
            Self::Packed(packed, number) => packed.tags(*number).into_iter().map(Text::from).collect(),
            Self::Written(spec) => Cow::Borrowed(&spec.tags),
        }
    }

    /// What it finds; none: it is in the binary and that is damaged.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Self::Packed(packed, number) => packed.rule(*number).map_or(None, |spec| Some(spec.kind)),
            Self::Written(spec) => Some(spec.kind),
        }
    }

    /// Where it comes from.
    #[must_use]
    pub fn group(&self) -> &str {
        match self {
            Self::Packed(packed, number) => packed.group(*number),
            Self::Written(spec) => &spec.group,
        }
    }

    /// The rule.
    ///
    /// # Errors
    /// When it is in the binary and that is damaged.
    pub fn into_spec(self) -> Result<RuleSpec, PackedError> {
        match self {
            Self::Packed(packed, number) => {
                let rule = packed.documented()?.into_iter().nth(number);
                rule.ok_or(PackedError::Rule { number, source: None })
            }
            Self::Written(spec) => Ok(*spec),
        }
    }
}
