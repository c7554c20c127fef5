//! A view while it is being written: the decoded bytes and where they come from.

use super::super::{Origin, View};

/// Points closer together than this many bytes of the view are left out, so that the map stays within twice the size
/// of the view; a column can be off by what was left out, a line cannot (see [`Draft::mark`]).
const STRIDE: usize = 8;

/// A view in the making.
pub struct Draft {
    how: &'static str,
    bytes: Vec<u8>,
    points: Vec<(usize, usize)>,
}

impl Draft {
    /// An empty draft of a view decoded by `how`.
    pub fn new(how: &'static str) -> Self {
        Self { how, bytes: Vec::new(), points: Vec::new() }
    }

    /// What comes next stems from `offset` of the input, to be kept exactly.
    pub fn mark(&mut self, offset: usize) {
        let view = self.bytes.len();
        match self.points.last_mut() {
            Some(last) if last.0 == view => last.1 = offset,
            Some(_) | None => self.points.push((view, offset)),
        }
    }

    /// What comes next stems from `offset`; kept when the last point is some bytes away.
    pub fn note(&mut self, offset: usize) {
        if self.points.last().is_none_or(|(view, _)| self.bytes.len() - view >= STRIDE) {
            self.mark(offset);
        }
    }

    /// Appends one byte.
    pub fn push(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Appends a code point as UTF-8, U+FFFD for what is none.
    pub fn push_code(&mut self, code: u32) {
        let letter = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        self.bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// Appends input that starts at `offset` as it is, keeping a point for each line.
    pub fn copy(&mut self, text: &[u8], offset: usize) {
        if text.is_empty() {
            return;
        }
        self.note(offset);
        let mut done = 0;
        for end in memchr::memchr_iter(b'\n', text) {
            self.bytes.extend_from_slice(text.get(done..=end).unwrap_or_default());
            done = end + 1;
            self.mark(offset + done);
        }
        self.bytes.extend_from_slice(text.get(done..).unwrap_or_default());
    }

    /// Appends decoded bytes without points of their own.
    pub fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Ends the line, so that what follows does not run into what is there.
    pub fn end_line(&mut self) {
        if self.bytes.last().is_some_and(|last| *last != b'\n') {
            self.bytes.push(b'\n');
        }
    }

    /// The bytes so far.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The view of an input of `length` bytes, if anything was written.
    ///
    /// A last point bounds the map: what decodes to more than it takes up must not point behind the input, nor a line
    /// end that only the view has.
    pub fn finish(mut self, length: usize) -> Option<View> {
        if self.bytes.is_empty() {
            return None;
        }
        self.points.iter_mut().for_each(|(_, input)| *input = (*input).min(length.saturating_sub(1)));
        self.mark(length);
        if self.points.first().is_none_or(|(view, _)| *view > 0) {
            self.points.insert(0, (0, 0));
        }
        Some(View { bytes: self.bytes, how: self.how, origin: Origin::Points(self.points) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_draft_is_no_view() {
        assert_eq!(Draft::new("test").finish(9), None);
    }

    #[test]
    fn every_copied_line_has_a_point() {
        let mut draft = Draft::new("test");
        draft.copy(b"ab\ncd\n", 10);
        draft.copy(b"ef", 30);
        let view = draft.finish(32).unwrap();
        assert_eq!(view.bytes, b"ab\ncd\nef");
        assert_eq!(view.origin, Origin::Points(vec![(0, 10), (3, 13), (6, 16), (8, 32)]));
    }

    #[test]
    fn a_mark_at_the_same_place_replaces_the_older_one() {
        let mut draft = Draft::new("test");
        draft.mark(5);
        draft.mark(7);
        draft.push(b'x');
        assert_eq!(draft.finish(8).unwrap().origin, Origin::Points(vec![(0, 7), (1, 8)]));
    }
}
