//! Which parts of a text have to be matched: not those that were matched in an earlier text, with the same bytes around
//! them, and gave nothing.
//!
//! Apart from the detector, because what may be left out is the whole of its danger. A piece is left out only if
//!
//! - no keyword touched it, with the same [`NEAR`](crate::text::NEAR) bytes on each side, or
//! - keywords did and no match touched it, with the same bytes on each side as far as the rules of these keywords look
//!   beyond it.
//!
//! A pattern looks at its longest match on each side of a keyword. A reader of names and values passes over less than
//! [`Around::Far`] before the line on which the value begins, and what a piece is known with are whole lines.
//!
//! The first piece is never left out: the names of columns in it speak for all the rows.
//!
//! *Invariant:* it can only leave out what an earlier text of this run had too, where it was read and no finding.

use super::detect::Form;
use crate::text::{Around, Memory, NEAR, Pieces};
use std::hash::RandomState;
use std::ops::Range;

/// What a pattern looks at beside its longest match, with room to spare.
const BESIDE: usize = 16;

/// How many pieces are remembered in each way: those of 130 MB of text, in 10 MB.
const PIECES: usize = 1 << 18;

/// What earlier texts say of a piece.
#[derive(Debug)]
pub struct Matched {
    keys: RandomState,
    plain: Memory,
    decoded: Memory,
    unfolded: Memory,
}

impl Matched {
    /// Nothing was matched yet. None: there are keywords longer than what a piece is known with.
    #[must_use]
    pub fn new(longest_keyword: usize) -> Option<Self> {
        (longest_keyword <= NEAR).then(|| Self {
            keys: RandomState::new(),
            plain: Memory::new(PIECES),
            decoded: Memory::new(PIECES),
            unfolded: Memory::new(PIECES),
        })
    }

    /// `text` in pieces, if it is worth that.
    #[must_use]
    pub fn pieces<'t>(&'t self, text: &'t [u8]) -> Option<Pieces<'t>> {
        Pieces::of(text, &self.keys)
    }

    fn memory(&self, form: Form) -> &Memory {
        match form {
            Form::Plain => &self.plain,
            Form::Decoded => &self.decoded,
        }
    }
}

/// What is known of a piece, and what was seen in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    /// An earlier text had it, and nothing in it.
    Known,
    /// No match, and keywords whose rules look so far beyond it.
    Nothing(Around),
    /// A keyword of a rule that looks farther, or a match.
    More,
}

/// How far a rule looks around a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Looks {
    /// As far as a pattern's longest match.
    Match(usize),
    /// From a name to its value.
    Value,
    /// Without a bound.
    Everywhere,
}

/// A text, and what of it has to be matched.
#[derive(Debug)]
pub struct Fresh<'t> {
    pub(super) pieces: Option<(&'t Pieces<'t>, &'t Memory)>,
    seen: Vec<Seen>,
    /// What has to be matched.
    pub parts: Vec<Range<usize>>,
}

impl<'t> Fresh<'t> {
    /// All of `text`.
    #[must_use]
    pub fn all(text: &[u8]) -> Self {
        Self { pieces: None, seen: Vec::new(), parts: std::iter::once(0..text.len()).collect() }
    }

    /// What of `pieces` is not known yet in this form; all of `text` where nothing is remembered.
    pub(super) fn known(text: &[u8], form: Form, pieces: Option<&'t Pieces<'t>>, matched: Option<&'t Matched>) -> Self {
        match (pieces, matched) {
            (Some(pieces), Some(matched)) => Self::of(pieces, matched.memory(form), Around::Near),
            _ => Self::all(text),
        }
    }

    /// What of `pieces` is not known yet to be no part of what decoding finds; all of `text` where nothing is remembered.
    pub(super) fn folded(text: &[u8], pieces: Option<&'t Pieces<'t>>, matched: Option<&'t Matched>) -> Self {
        match (pieces, matched) {
            (Some(pieces), Some(matched)) => Self::of(pieces, &matched.unfolded, Around::Far),
            _ => Self::all(text),
        }
    }

    /// The pieces that `memory` does not know with what is `around` them, or more.
    fn of(pieces: &'t Pieces<'t>, memory: &'t Memory, around: Around) -> Self {
        let mut fresh =
            Self { pieces: Some((pieces, memory)), seen: Vec::with_capacity(pieces.count()), parts: Vec::new() };
        for piece in 0..pieces.count() {
            let known = |around: &Around| memory.get(pieces.digest(piece, *around)).is_some();
            let is_known = piece > 0 && Around::ALL.iter().filter(|it| **it >= around).any(known);
            fresh.seen.push(if is_known { Seen::Known } else { Seen::Nothing(around) });
            let range = pieces.range(piece);
            match fresh.parts.last_mut() {
                _ if is_known => {}
                Some(last) if last.end == range.start => last.end = range.end,
                _ => fresh.parts.push(range),
            }
        }
        fresh
    }

    /// A keyword stands at `at`, of a rule that looks so far around it.
    pub(super) fn keyword(&mut self, at: &Range<usize>, looks: Looks) {
        let Some((pieces, _)) = self.pieces else { return };
        let piece = pieces.range(pieces.at(at.start));
        // A keyword over the end of a line.
        let looks = if at.end > piece.end { Looks::Everywhere } else { looks };
        let beyond = match looks {
            Looks::Match(reach) => {
                let before = piece.start.saturating_sub(at.end.saturating_sub(reach + BESIDE));
                Some(before.max(at.start.saturating_add(reach + BESIDE).saturating_sub(piece.end)))
            }
            Looks::Value => Some(Around::Far.bytes()),
            Looks::Everywhere => None,
        };
        self.note(at, beyond.and_then(Around::of).map_or(Seen::More, Seen::Nothing));
    }

    /// A match is at `at`.
    pub(super) fn found(&mut self, at: &Range<usize>) {
        self.note(at, Seen::More);
    }

    fn note(&mut self, at: &Range<usize>, what: Seen) {
        let Some((pieces, _)) = self.pieces else { return };
        let last = pieces.at(at.end.saturating_sub(1).max(at.start));
        for seen in self.seen.get_mut(pieces.at(at.start)..=last).into_iter().flatten() {
            *seen = (*seen).max(what);
        }
    }

    /// Remembers the pieces that were matched and gave nothing.
    pub(super) fn keep(self) {
        let Some((pieces, memory)) = self.pieces else { return };
        for (piece, seen) in self.seen.into_iter().enumerate() {
            if let Seen::Nothing(around) = seen {
                memory.keep(pieces.digest(piece, around), ());
            }
        }
    }
}
