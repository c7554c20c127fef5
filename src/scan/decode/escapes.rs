//! Escapes of single characters, full or partial: `%67`, `\u0067`, `&#103;`.
//!
//! Each family has a byte that starts its escapes. Only the lines around escapes that may hide a token are shown, with
//! all their escapes decoded; text without the byte costs one search for it.

use super::super::View;
use super::bytes::{TOKEN, at, before, cut, hex_pair};
use super::draft::Draft;
use super::windows::Windows;

/// After an escape for a separator, as many token characters are worth a look: `\nAKIA…` hides a word's start.
const WORD: usize = 8;

/// One decoded escape.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub struct Escape {
    /// How many bytes of input it takes.
    pub len: usize,
    /// What it stands for.
    pub meaning: Meaning,
}

/// What an escape stands for.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Meaning {
    /// A byte.
    Byte(u8),
    /// A code point.
    Code(u32),
    /// Nothing: a line break that is no part of the text.
    Nothing,
}

/// A family of escapes.
pub struct Family {
    /// The name in the report.
    pub how: &'static str,
    /// The byte that all its escapes start with.
    pub trigger: u8,
    /// Decodes the escape at an offset.
    pub decode: fn(&[u8], usize) -> Option<Escape>,
    /// Whether the escape at an offset may hide a token.
    pub hides: fn(&[u8], usize, Escape) -> bool,
}

impl Family {
    /// The lines with escapes that may hide something, decoded.
    pub fn view(&self, input: &[u8]) -> Option<View> {
        let windows = self.windows(input);
        let mut draft = Draft::new(self.how);
        for window in windows.iter() {
            draft.end_line();
            draft.mark(window.start);
            self.write(input, window, &mut draft);
        }
        draft.finish(input.len())
    }

    fn windows(&self, input: &[u8]) -> Windows {
        let mut windows = Windows::default();
        let mut next = 0;
        for hit in memchr::memchr_iter(self.trigger, input) {
            if hit < next {
                continue;
            }
            let Some(escape) = (self.decode)(input, hit) else {
                continue;
            };
            next = hit + escape.len;
            if !windows.cover(next) && (self.hides)(input, hit, escape) {
                windows.add(input, hit);
                windows.add(input, next);
            }
        }
        windows
    }

    fn write(&self, input: &[u8], window: std::ops::Range<usize>, draft: &mut Draft) {
        let mut here = window.start;
        while here < window.end {
            let rest = cut(input, here..window.end);
            let plain = memchr::memchr(self.trigger, rest).unwrap_or(rest.len());
            draft.copy(cut(rest, 0..plain), here);
            here += plain;
            if here == window.end {
                break;
            }
            let Some(escape) = (self.decode)(input, here) else {
                draft.copy(cut(input, here..here + 1), here);
                here += 1;
                continue;
            };
            draft.note(here);
            match escape.meaning {
                Meaning::Byte(byte) => draft.push(byte),
                Meaning::Code(code) => draft.push_code(code),
                Meaning::Nothing => {}
            }
            here += escape.len;
            if escape.meaning == Meaning::Nothing {
                draft.mark(here);
            }
        }
    }
}

/// Whether an escape stands for, or stands before, something that a token may consist of.
pub fn near_token(input: &[u8], offset: usize, escape: Escape) -> bool {
    let end = offset + escape.len;
    let trigger = at(input, offset);
    let byte = match escape.meaning {
        Meaning::Nothing => return true,
        Meaning::Byte(byte) if byte.is_ascii() => byte,
        Meaning::Code(code @ 0..0x80) => code as u8,
        Meaning::Byte(_) | Meaning::Code(_) => return at(input, end) == trigger || TOKEN.has(at(input, end)),
    };
    // The escape of an escape: `%2567`, `&amp;#103;`.
    if byte == trigger && (at(input, end) == b'#' || hex_pair(input, end).is_some()) {
        return true;
    }
    if TOKEN.has(byte) {
        let next = at(input, end);
        return next == trigger || TOKEN.has(next) || TOKEN.has(before(input, offset));
    }
    let next = cut(input, end..input.len().min(end + WORD));
    next.len() == WORD && next.iter().all(|byte| TOKEN.has(*byte))
}
