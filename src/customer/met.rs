//! What first looks at earlier texts met, piece by piece: the next version of a file is looked at where it is new.
//!
//! Apart from `glance`, which says what is worth counting.
//!
//! *Invariant:* what is met at a place depends on fewer bytes around it than [`Around::Far`](crate::text::Around::Far)
//! has, and no word is looked for over a line's end.

use super::id::{Id, Ids};
use crate::text::{Memory, Pieces};
use std::sync::Arc;

/// Something to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Met {
    Email(u64),
    Phone(u64),
    Card(u64),
    Named(u64),
    Number(u64),
    Segment(u64),
    Decimal,
    Paper(Ids),
    Label,
    Right(Id, usize),
    Formed(usize),
}

/// What first looks at earlier texts met in pieces.
#[derive(Debug)]
pub struct Glanced {
    /// In those where they met anything worth a second look; more than [`MANY`] is not remembered.
    pub(super) met: Memory<Arc<[Met]>>,
    /// By the piece, where they did not, and by the piece and the words, where they looked for words in vain.
    pub(super) none: Memory,
}

impl Default for Glanced {
    fn default() -> Self {
        Self { met: Memory::new(LISTS), none: Memory::new(PIECES) }
    }
}

/// How many pieces are remembered in which nothing was met, in 5 MB, and in which something was, in some 20 MB.
const PIECES: usize = 1 << 18;
const LISTS: usize = 1 << 16;

/// A text in pieces, and what is known of them.
#[derive(Clone, Copy, Debug)]
pub struct Earlier<'t> {
    /// The pieces.
    pub pieces: &'t Pieces<'t>,
    /// What is known.
    pub glanced: &'t Glanced,
}

/// A piece with more is a list, and lists are read anew.
pub(super) const MANY: usize = 48;

impl Earlier<'_> {
    /// Whether any of the pieces of `text` holds what the `question` asks for.
    pub(super) fn holds(&self, text: &[u8], question: u128, holds: &dyn Fn(&[u8]) -> bool) -> bool {
        let Self { pieces, glanced } = self;
        (0..pieces.count()).any(|piece| {
            let digest = pieces.asked(piece, question);
            if glanced.none.get(digest).is_some() {
                return false;
            }
            let found = text.get(pieces.range(piece)).is_some_and(holds);
            if !found {
                glanced.none.keep(digest, ());
            }
            found
        })
    }
}

/// No more distinct values are told apart.
pub(super) const FEW: usize = 5;

/// Counts a few distinct values.
#[derive(Clone, Copy)]
pub(super) struct Few {
    seen: [u64; FEW],
    count: usize,
    wanted: usize,
}

impl Few {
    pub(super) fn up_to(wanted: usize) -> Self {
        Self { seen: [0; FEW], count: 0, wanted: wanted.min(FEW) }
    }

    /// Adds one; true when there are enough.
    pub(super) fn add(&mut self, value: u64) -> bool {
        let known = self.seen.iter().take(self.count).any(|seen| *seen == value);
        if let (false, Some(slot)) = (known, self.seen.get_mut(self.count)) {
            *slot = value;
            self.count += 1;
        }
        self.is_full()
    }

    pub(super) fn is_full(&self) -> bool {
        self.count >= self.wanted
    }
}
