//! The forms in which bytes are scanned: as they are, decoded, or taken out of a container.

use bstr::BString;
use std::ops::Range;

/// A decoded form of some bytes, to be scanned like the bytes themselves.
#[derive(Debug, PartialEq, Eq)]
pub struct View {
    /// The decoded bytes.
    pub bytes: Vec<u8>,
    /// How they were decoded, for the report: `base64`, `utf-16le`, `joined`.
    pub how: &'static str,
    /// Where they come from.
    pub origin: Origin,
}

/// Maps offsets in a view to offsets in the bytes that it was decoded from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// All of the view stems from this range of the input.
    Region(Range<usize>),
    /// Pairs (offset in the view, offset in the input), ascending, the first at view offset 0; between two pairs both
    /// grow alike, but stay before the next pair's input offset.
    Points(Vec<(usize, usize)>),
}

impl Origin {
    /// Moves it for an input of which the one so far is a part that begins at `by`.
    pub(super) fn shift(&mut self, by: usize) {
        match self {
            Self::Region(region) => *region = region.start + by..region.end + by,
            Self::Points(points) => points.iter_mut().for_each(|(_, input)| *input += by),
        }
    }

    /// The range of the input behind the range `view` of the view.
    #[must_use]
    pub fn input_span(&self, view: &Range<usize>) -> Range<usize> {
        match self {
            Self::Region(region) => region.clone(),
            Self::Points(points) => {
                let start = at(points, view.start);
                let last = view.end.checked_sub(1).filter(|last| *last >= view.start);
                start..last.map_or(start, |last| at(points, last).saturating_add(1)).max(start)
            }
        }
    }
}

fn at(points: &[(usize, usize)], offset: usize) -> usize {
    let next = points.partition_point(|(view, _)| *view <= offset);
    let (view, input) = points.get(next.saturating_sub(1)).copied().unwrap_or((0, 0));
    let mapped = input.saturating_add(offset.saturating_sub(view));
    match points.get(next) {
        Some((_, limit)) => mapped.min(limit.saturating_sub(1).max(input)),
        None => mapped,
    }
}

/// Something that could not be read through; the policy says whether it passes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// What kind of obstacle.
    pub kind: UnreadableKind,
    /// The format, such as `zip` or `gzip`.
    pub format: &'static str,
    /// The path inside the container, if the obstacle lies in a member.
    pub member: Option<BString>,
    /// What stood in the way, lower case, no stop.
    pub why: String,
}

/// Why something could not be read through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnreadableKind {
    /// Its content is encrypted.
    Encrypted,
    /// A compression or archive format that leakgate cannot open.
    Unsupported,
    /// Opening it would go over a limit (size, members, depth).
    OverLimit,
    /// It ends early or is damaged; what came before the damage was scanned.
    Broken,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_in_a_view_maps_to_its_source() {
        let points = Origin::Points(vec![(0, 10), (4, 20), (8, 30)]);
        assert_eq!(points.input_span(&(0..2)), 10..12);
        assert_eq!(points.input_span(&(5..9)), 21..31);
        assert_eq!(Origin::Region(3..9).input_span(&(0..1)), 3..9);
    }
}
