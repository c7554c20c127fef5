//! Meets identifiers in a text: from a spot of the sweep to the values around it that have a row's form.
//!
//! How each is reached: a value with four digits in a row through them; one that is written in groups of three
//! (`123.456.789`) or two (`AB 12 34 56 C`, `…85T10A562…`) through two such groups; a US Medicare number through its
//! own pattern of digits. The sweep knows these three by the digits alone, so that letters cost nothing. What has none
//! of them is met in a cell or under a key that is named for it.
//!
//! *Invariant:* work per spot is bounded by [`WORD_MAX`] and the rows that share a word's length.

use super::constant::is_ordinary;
use super::{Form, Id, Ids, japan, telematics, universal};
use crate::customer::sweep::{Spot, Sweep};
use std::ops::Range;
use std::sync::LazyLock;

/// The longest word that is part of an identifier: a line of a passport's machine-readable zone.
const WORD_MAX: usize = 44;
/// The longest value in a cell.
const CELL_MAX: usize = 48;

/// A value with the form of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::customer) struct Found {
    pub id: Id,
    pub span: Range<usize>,
    pub place: Place,
    /// Whether the check digit is right and the value is nobody's example.
    pub right: bool,
    /// Whether it is rather a time or a counter, if no word says otherwise.
    pub ordinary: bool,
}

/// How a value stands among its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::customer) enum Place {
    /// Nothing that belongs to it on either side.
    Alone,
    /// After an `=`: a value with a name.
    Assigned,
    /// Beside a dash, a sign or more digits: counts beside a word alone.
    Near,
}

/// Hands the values around `offset` that have a form of `wanted` to `take`.
pub(in crate::customer) fn at(text: &[u8], offset: usize, wanted: Ids, take: &mut dyn FnMut(Found)) {
    let Some(word) = word(text, offset) else { return };
    let written = text.get(word.clone()).unwrap_or_default();
    let mixed = usize::from(written.iter().any(|b| !b.is_ascii_digit()));
    let anchors = INDEX.anchors.get(mixed).and_then(|lengths| lengths.get(written.len()));
    let around = [word.start.checked_sub(1), Some(word.end)].map(|at| at.and_then(|at| text.get(at)).copied());
    let could = |anchor: &&Anchor| anchor.could_stand(around) && wanted.contains(anchor.id);
    for anchor in anchors.into_iter().flatten().filter(could) {
        let Some(start) = word.start.checked_sub(anchor.back) else { continue };
        let Some(span) = fits(text, start, anchor.layout) else { continue };
        let Some(place) = place_of(text, &span, anchor.layout) else { continue };
        take(judged(text, anchor.id, span, place));
    }
    for (id, find) in &INDEX.finders {
        if !wanted.contains(*id) {
            continue;
        }
        if let Some((span, place)) = find(text, &word) {
            take(judged(text, *id, span, place));
        }
    }
}

fn judged(text: &[u8], id: Id, span: Range<usize>, place: Place) -> Found {
    let value = Value::of(text.get(span.clone()).unwrap_or_default());
    let value = value.as_ref().map_or(&b""[..], Value::as_slice);
    Found { id, span, place, right: id.row().accepts(value), ordinary: is_ordinary(value) }
}

/// Whether the cell of a column for `id`, or the value of a key for it, holds one, in whatever groups it is written.
pub(in crate::customer) fn fits_cell(cell: &[u8], id: Id) -> bool {
    let separators =
        |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'-' | b'.' | b'/' | b'(' | b')' | b'<' | b':');
    let row = id.row();
    if matches!(row.form, Form::Plate) {
        return japan::is_plate(cell);
    }
    cell.len() <= CELL_MAX
        && cell.iter().all(separators)
        && Value::of(cell).is_some_and(|value| row.accepts(value.as_slice()))
}

/// The MAC addresses in `span`, whatever digits they have.
pub(in crate::customer) fn macs<'t>(text: &'t [u8], span: &Range<usize>) -> impl Iterator<Item = Range<usize>> + 't {
    let start = span.start;
    let piece = text.get(span.clone()).unwrap_or_default();
    memchr::memchr2_iter(b':', b'-', piece).filter_map(move |at| telematics::mac_at(text, (start + at).checked_sub(2)?))
}

/// A value without separators, in capitals; `<` belongs to a machine-readable zone.
struct Value {
    bytes: [u8; CELL_MAX],
    len: usize,
}

impl Value {
    fn of(written: &[u8]) -> Option<Self> {
        let mut value = Self { bytes: [0; CELL_MAX], len: 0 };
        for b in written.iter().filter(|b| b.is_ascii_alphanumeric() || **b == b'<') {
            *value.bytes.get_mut(value.len)? = b.to_ascii_uppercase();
            value.len += 1;
        }
        Some(value)
    }

    fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// The letters and digits around `offset`; none if they are too many to be a part of an identifier.
fn word(text: &[u8], offset: usize) -> Option<Range<usize>> {
    let is_word = |b: &&u8| b.is_ascii_alphanumeric();
    let back = text.get(offset.saturating_sub(WORD_MAX)..offset)?.iter().rev().take_while(is_word).count();
    let ahead = text.get(offset..text.len().min(offset + WORD_MAX))?.iter().take_while(is_word).count();
    let len = back + ahead;
    (len > 0 && len <= WORD_MAX).then(|| offset - back..offset + ahead)
}

/// The place of a value that begins at `start` and is written as `layout`.
fn fits(text: &[u8], start: usize, layout: &[u8]) -> Option<Range<usize>> {
    let span = start..start + layout.len();
    let written = text.get(span.clone())?;
    let fits = |(b, form): (&u8, &u8)| match form {
        b'd' => b.is_ascii_digit(),
        b'A' => b.is_ascii_alphabetic(),
        b'x' => b.is_ascii_alphanumeric(),
        b'~' => matches!(b, b' ' | b'-'),
        form => b == form,
    };
    written.iter().zip(layout).all(fits).then_some(span)
}

/// How a value stands, if it can be one at all: what touches a letter, a digit, `_`, `/`, `+` or a point and more is
/// part of a version, a path, a hash or a number.
pub(super) fn place_of(text: &[u8], span: &Range<usize>, layout: &[u8]) -> Option<Place> {
    let get = |at: Option<usize>| at.and_then(|at| text.get(at)).copied().unwrap_or(b'\n');
    let (before, far) = (get(span.start.checked_sub(1)), get(span.start.checked_sub(2)));
    let (after, next) = (get(Some(span.end)), get(span.end.checked_add(1)));
    let stuck = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'/' | b'+' | b'@');
    if stuck(before) || stuck(after) || after == b'=' {
        return None;
    }
    if (before == b'.' && far.is_ascii_alphanumeric()) || (after == b'.' && next.is_ascii_alphanumeric()) {
        return None;
    }
    let spaced = layout.contains(&b' ') || layout.contains(&b'~');
    let more = spaced && ((before == b' ' && far.is_ascii_digit()) || (after == b' ' && next.is_ascii_digit()));
    let signed = matches!(before, b'-' | b'$' | b'#') || (after == b'-' && next.is_ascii_alphanumeric());
    let chained = before == b':' && after == b':';
    match (before, more || signed || chained) {
        (_, true) => Some(Place::Near),
        (b'=', false) => Some(Place::Assigned),
        (_, false) => Some(Place::Alone),
    }
}

/// A way to write a row, met at one of its words.
struct Anchor {
    id: Id,
    layout: &'static [u8],
    /// From the layout's start to that word.
    back: usize,
    /// What the layout has right before and right after that word.
    around: [Option<u8>; 2],
}

impl Anchor {
    /// Whether the bytes beside the word are the layout's: most words of source fail here.
    fn could_stand(&self, bytes: [Option<u8>; 2]) -> bool {
        self.around.iter().zip(bytes).all(|(form, byte)| match form {
            None => true,
            Some(b'~') => matches!(byte, Some(b' ' | b'-')),
            Some(form) => byte == Some(*form),
        })
    }
}

type Finder = fn(&[u8], &Range<usize>) -> Option<(Range<usize>, Place)>;

struct Index {
    /// By whether the word has letters, and by its length.
    anchors: [Vec<Vec<Anchor>>; 2],
    finders: Vec<(Id, Finder)>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let lengths = || (0..=WORD_MAX).map(|_| Vec::new()).collect::<Vec<Vec<Anchor>>>();
    let mut index = Index { anchors: [lengths(), lengths()], finders: Vec::new() };
    for id in Id::all() {
        match id.row().form {
            Form::Written(layouts) => layouts.iter().for_each(|layout| index.add(id, layout.as_bytes())),
            Form::Iban => index.finders.push((id, universal::iban)),
            Form::Mrz => index.finders.push((id, universal::mrz)),
            Form::Mac => index.finders.push((id, telematics::mac)),
            Form::Plate => index.finders.push((id, japan::plate)),
            Form::Cell => {}
        }
    }
    index
});

impl Index {
    fn add(&mut self, id: Id, layout: &'static [u8]) {
        let Some(word) = anchor_word(layout) else { return };
        let written = layout.get(word.clone()).unwrap_or_default();
        // A letter-or-digit can make a word with letters and one without.
        let kinds = [!written.contains(&b'A'), written.iter().any(|form| *form != b'd')];
        for (lengths, _) in self.anchors.iter_mut().zip(kinds).filter(|(_, fits)| *fits) {
            if let Some(slot) = lengths.get_mut(written.len()) {
                let around = [word.start.checked_sub(1), Some(word.end)].map(|at| layout.get(at?).copied());
                slot.push(Anchor { id, layout, back: word.start, around });
            }
        }
    }
}

/// The word of a layout in which the sweep finds its first spot: the only word, or the first with one. A letter-or-digit
/// is taken for a letter; a digit there only makes more spots.
fn anchor_word(layout: &[u8]) -> Option<Range<usize>> {
    let sample: Vec<u8> = layout
        .iter()
        .map(|form| match form {
            b'd' => b'1',
            b'A' | b'x' => b'A',
            b'~' => b' ',
            other => *other,
        })
        .collect();
    let spot = Sweep::new(&sample, 0..sample.len()).find(|spot| !matches!(spot, Spot::Parts(_)));
    match spot {
        Some(Spot::Digits(offset) | Spot::Pieces(offset) | Spot::Parts(offset) | Spot::At(offset)) => {
            word(&sample, offset)
        }
        None => word(&sample, 0).filter(|word| word.end == layout.len()),
    }
}

/// Whether a value has a row's check, as somebody's example may; a wrong one has not, or is one that programs write.
#[cfg(test)]
pub(super) fn passes(written: &[u8], id: Id) -> bool {
    let typed = |value: &[u8]| value.windows(2).all(|two| two.first() == two.last());
    Value::of(written).is_some_and(|value| (id.row().valid)(value.as_slice()) && !typed(value.as_slice()))
}

/// Whether the sweep leads to every layout of a row.
#[cfg(test)]
pub(super) fn is_reached(row: &super::Identifier) -> bool {
    match row.form {
        Form::Written(layouts) => layouts.iter().all(|layout| anchor_word(layout.as_bytes()).is_some()),
        Form::Iban | Form::Mrz | Form::Mac | Form::Plate | Form::Cell => true,
    }
}
