//! A place in a text that only moves forward, in small bounded steps.

/// Reads on from a place; every step has a bound of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'t> {
    pub(super) text: &'t [u8],
    pub(super) at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t [u8], at: usize) -> Self {
        Self { text, at }
    }

    /// The byte here; 0 at the end.
    pub(super) fn peek(&self) -> u8 {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    pub(super) fn rest(&self) -> &'t [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// At most `most` bytes from here.
    pub(super) fn window(&self, most: usize) -> &'t [u8] {
        self.text.get(self.at..self.at.saturating_add(most).min(self.text.len())).unwrap_or_default()
    }

    pub(super) fn eat(&mut self, token: &[u8]) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// As [`Self::eat`], ASCII case ignored.
    pub(super) fn eat_word(&mut self, token: &[u8]) -> bool {
        let found = self.window(token.len()).eq_ignore_ascii_case(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Eats the bytes that are `of`, at most `most`; how many.
    pub(super) fn skip(&mut self, most: usize, of: impl Fn(u8) -> bool) -> usize {
        let count = self.window(most).iter().take_while(|b| of(**b)).count();
        self.at += count;
        count
    }

    pub(super) fn blanks(&mut self) -> usize {
        self.skip(40, |b| matches!(b, b' ' | b'\t'))
    }

    pub(super) fn blanks_and_lines(&mut self) -> usize {
        self.skip(60, |b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
    }
}

/// Bytes of identifiers.
pub(super) fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

/// The quotes that open a value.
pub(super) fn is_quote(b: u8) -> bool {
    matches!(b, b'"' | b'\'' | b'`')
}
