//! A text in pieces of whole lines, each known by its bytes and by those around it.
//!
//! A push brings many versions of one file, and what a place in a text says depends on little around it. So who has
//! looked at a piece once need not look at it again in the next version. Cuts follow from the bytes beside them: a line
//! that is put in moves no cut but its own.
//!
//! *Invariant:* a piece ends behind a line's end or with the text, and pieces leave nothing out.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::ops::Range;

/// A shorter text is read at once.
const WORTH: usize = 2 << 10;
/// A longer one has more pieces than are remembered.
const MOST: usize = 8 << 20;
/// The fewest bytes of a piece: what it is known by costs more than the bytes of a smaller one.
const LEAST: usize = 256;
/// One of eight lines behind them ends a piece.
const CUT: u32 = 61;
/// How much around a piece it is known with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Around {
    /// [`NEAR`] bytes on each side.
    Near,
    /// So many whole pieces as hold [`Around::bytes`] on each side.
    Far,
    /// The same with more.
    Farthest,
}

/// The bytes of [`Around::Near`]: no keyword that begins or ends outside of a piece is longer.
pub const NEAR: usize = 64;

impl Around {
    /// All, the least first.
    pub const ALL: [Self; 3] = [Self::Near, Self::Far, Self::Farthest];

    /// How many bytes on each side.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::Near => NEAR,
            Self::Far => 1_280,
            Self::Farthest => 5 << 10,
        }
    }

    /// The least that holds so many bytes on each side; none holds them.
    #[must_use]
    pub fn of(bytes: usize) -> Option<Self> {
        Self::ALL.into_iter().find(|around| around.bytes() >= bytes)
    }
}

/// A text, cut.
#[derive(Debug)]
pub struct Pieces<'t> {
    text: &'t [u8],
    keys: &'t RandomState,
    list: Vec<Piece>,
}

/// Where a piece ends, and what it is known by, but for [`Around::Farthest`], which is seldom asked.
#[derive(Debug)]
struct Piece {
    end: usize,
    near: u64,
    far: u64,
}

impl<'t> Pieces<'t> {
    /// Cuts `text`, if that is worth it. The digests are made with `keys`, which nobody outside may know.
    #[must_use]
    pub fn of(text: &'t [u8], keys: &'t RandomState) -> Option<Self> {
        if !(WORTH..=MOST).contains(&text.len()) {
            return None;
        }
        let mut list = Vec::with_capacity(text.len() / (2 * LEAST));
        let mut start = 0;
        let ends = memchr::memchr_iter(b'\n', text).filter_map(|at| {
            let ends = at + 1 - start >= LEAST && is_cut(text, at);
            ends.then(|| std::mem::replace(&mut start, at + 1)..at + 1)
        });
        let piece = |range: Range<usize>| Piece { end: range.end, near: near(text, range, keys), far: 0 };
        list.extend(ends.map(piece));
        if start < text.len() {
            list.push(piece(start..text.len()));
        }
        let mut pieces = Self { text, keys, list };
        let far: Vec<u64> = (0..pieces.count()).map(|piece| pieces.with_pieces(piece, Around::Far)).collect();
        pieces.list.iter_mut().zip(far).for_each(|(piece, far)| piece.far = far);
        Some(pieces)
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// Where a piece lies.
    #[must_use]
    pub fn range(&self, piece: usize) -> Range<usize> {
        let end = |piece: usize| self.list.get(piece).map_or(self.text.len(), |piece| piece.end);
        piece.checked_sub(1).map_or(0, end)..end(piece)
    }

    /// The piece with the byte at `at`.
    #[must_use]
    pub fn at(&self, at: usize) -> usize {
        self.list.partition_point(|piece| piece.end <= at)
    }

    /// What the piece and so much around it are known by.
    #[must_use]
    pub fn digest(&self, piece: usize, around: Around) -> u64 {
        match around {
            Around::Near => self.near(piece),
            Around::Far => self.list.get(piece).map_or(0, |piece| piece.far),
            Around::Farthest => self.with_pieces(piece, around),
        }
    }

    /// What the piece by itself and a `question` about it are known by.
    #[must_use]
    pub fn asked(&self, piece: usize, question: u128) -> u64 {
        let mut hasher = self.keys.build_hasher();
        [8, self.near(piece)].into_iter().for_each(|it| hasher.write_u64(it));
        hasher.write_u128(question);
        hasher.finish()
    }

    fn with_pieces(&self, piece: usize, around: Around) -> u64 {
        let Range { start, end } = self.range(piece);
        let first = self.at(start.saturating_sub(around.bytes()));
        let last = self.at(end.saturating_add(around.bytes())).min(self.count().saturating_sub(1));
        let mut hasher = self.keys.build_hasher();
        let ends = u64::from(first == 0) + 2 * u64::from(last + 1 == self.count());
        [around as u64, ends, (piece - first) as u64].into_iter().for_each(|it| hasher.write_u64(it));
        (first..=last).for_each(|piece| hasher.write_u64(self.near(piece)));
        hasher.finish()
    }

    fn near(&self, piece: usize) -> u64 {
        self.list.get(piece).map_or(0, |piece| piece.near)
    }
}

/// What a piece and the bytes around it are known by. How many these are is a part of it: the text's start and end are no
/// bytes.
fn near(text: &[u8], Range { start, end }: Range<usize>, keys: &RandomState) -> u64 {
    let (from, to) = (start.saturating_sub(NEAR), end.saturating_add(NEAR).min(text.len()));
    let mut hasher = keys.build_hasher();
    hasher.write_u64(((start - from) << 32 | (to - end)) as u64);
    hasher.write(text.get(from..to).unwrap_or_default());
    hasher.finish()
}

/// Whether a piece ends behind the line whose end is at `at`: so say the last eight bytes of it.
fn is_cut(text: &[u8], at: usize) -> bool {
    let last = text.get(..at).and_then(<[u8]>::last_chunk::<8>);
    last.is_some_and(|last| u64::from_le_bytes(*last).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> CUT == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn lines(count: usize) -> String {
        (0..count).map(|number| format!("line {} of {number}\n", number * number)).collect()
    }

    #[test]
    fn pieces_are_whole_lines_and_leave_nothing_out() {
        let (text, keys) = (lines(1000), RandomState::new());
        let pieces = Pieces::of(text.as_bytes(), &keys).unwrap();
        assert!(pieces.count() > 40);
        let mut end = 0;
        for piece in 0..pieces.count() {
            let range = pieces.range(piece);
            assert_eq!(range.start, end);
            assert!(text[range.clone()].ends_with('\n'));
            assert_eq!((pieces.at(range.start), pieces.at(range.end - 1)), (piece, piece));
            end = range.end;
        }
        assert_eq!(end, text.len());
        assert!(Pieces::of(b"short\n", &keys).is_none());
    }

    #[test]
    fn a_changed_line_changes_what_is_near_and_far_and_no_more() {
        let (text, keys) = (lines(2000), RandomState::new());
        let middle = text.len() / 2;
        let mut changed = text.clone();
        changed.insert_str(changed[..middle].rfind('\n').unwrap() + 1, "put in\n");
        let [old, new] = [&text, &changed].map(|text| Pieces::of(text.as_bytes(), &keys).unwrap());
        let mut least = 0;
        for around in Around::ALL {
            let of = |pieces: &Pieces<'_>| {
                (0..pieces.count()).map(|piece| pieces.digest(piece, around)).collect::<HashSet<u64>>()
            };
            let fresh = of(&new).difference(&of(&old)).count();
            // Its own piece, and those within reach on both sides.
            assert!(fresh > least && fresh <= 3 + 2 * around.bytes() / LEAST, "{around:?}: {fresh}");
            least = fresh.min(2);
        }
    }

    #[test]
    fn the_text_s_ends_are_a_part_of_what_a_piece_is_known_by() {
        let (text, keys) = (lines(1000), RandomState::new());
        let longer = format!("{text}and more\n");
        let [a, b] = [&text, &longer].map(|text| Pieces::of(text.as_bytes(), &keys).unwrap());
        let last = a.count() - 1;
        let two = text.repeat(2);
        let c = Pieces::of(two.as_bytes(), &keys).unwrap();
        for around in Around::ALL {
            assert_eq!(a.digest(0, around), b.digest(0, around));
            assert_ne!(a.digest(last, around), b.digest(last, around));
            let first = a.digest(0, around);
            assert_eq!((0..c.count()).filter(|piece| c.digest(*piece, around) == first).count(), 1);
        }
    }
}
