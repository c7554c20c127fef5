//! What is still looked for in a text that is known to be a dump.
//!
//! Once the counts that make it one have ended at their cap, more rows change nothing, and a dump of gigabytes is read at
//! the speed of the sweep. Numbers that count one by one, a card in a note or a state's number, have rules and
//! exceptions of their own: a line that may hold one is still read in full.

use super::id::Choice;
use super::number::Group;
use super::sweep::{Spot, Sweep};
use super::{card, id};
use std::ops::Range;

/// After so many lines it is asked again whether the rest matters.
pub(super) const LINES: usize = 512;

/// No card and no number of a state or bank that is looked for has fewer digits.
const SHORTEST: usize = 9;

/// Finds the lines that may hold such a number; asked for lines in ascending order.
pub(super) struct Papers<'t> {
    text: &'t [u8],
    choice: &'t Choice,
    spots: Sweep<'t>,
    next: Option<usize>,
}

impl<'t> Papers<'t> {
    /// Looks from `start` on.
    pub(super) fn from(text: &'t [u8], start: usize, choice: &'t Choice) -> Self {
        let mut papers = Self { text, choice, spots: Sweep::new(text, start..text.len()), next: None };
        papers.next = papers.find();
        papers
    }

    /// Whether `line` has one.
    pub(super) fn are_in(&mut self, line: &Range<usize>) -> bool {
        while self.next.is_some_and(|next| next < line.start) {
            self.next = self.find();
        }
        self.next.is_some_and(|next| next < line.end)
    }

    fn find(&mut self) -> Option<usize> {
        while let Some(spot) = self.spots.next() {
            let Spot::Digits(offset) = spot else { continue };
            if Group::is_four_alone(self.text, offset) {
                continue;
            }
            let group = Group::around(self.text, offset);
            self.spots.skip_to(group.span.end);
            if group.span.len() < SHORTEST {
                continue;
            }
            if card::in_group(self.text, &group).is_some() || self.has_identifier(&group) {
                return Some(group.span.start);
            }
        }
        None
    }

    /// Of those that the policy wants without words, too: of all, one number of customers in three could be one.
    fn has_identifier(&self, group: &Group) -> bool {
        let mut found = false;
        for (start, _) in group.runs() {
            id::at(self.text, *start, self.choice.full(), &mut |it| found |= it.right);
        }
        found
    }
}
