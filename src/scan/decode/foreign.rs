//! Walking over what is not ASCII, and writing lines with some characters replaced or left out.

use super::super::View;
use super::bytes::{Class, at, cut};
use super::draft::Draft;
use super::windows::Windows;
use bstr::ByteSlice;

/// What becomes of a character.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It stays.
    Keep,
    /// It is left out.
    Drop,
    /// This ASCII character takes its place.
    Become(u8),
}

/// The first byte at or after `from` that is not ASCII.
pub fn next(input: &[u8], from: usize) -> Option<usize> {
    cut(input, from..input.len()).find_non_ascii_byte().map(|at| from + at)
}

/// How much is looked through byte by byte before looking again for the end of ASCII at speed.
const STRETCH: usize = 256;

/// The next place at or after `from` with a byte of `leads`, none of them ASCII, that is `wanted`.
pub fn next_wanted(input: &[u8], from: usize, leads: &Class, wanted: impl Fn(usize, u8) -> bool) -> Option<usize> {
    let mut here = from;
    loop {
        here = next(input, here)?;
        let end = input.len().min(here + STRETCH);
        while let Some(found) = cut(input, here..end).iter().position(|byte| leads.has(*byte)) {
            here += found;
            if wanted(here, at(input, here)) {
                return Some(here);
            }
            here += 1;
        }
        here = end;
    }
}

/// The character at `offset` and its length; none (of length 1) where the input is not UTF-8.
pub fn character(input: &[u8], offset: usize) -> (Option<char>, usize) {
    if at(input, offset + 1) & 0xc0 != 0x80 {
        return (None, 1);
    }
    let (character, length) = bstr::decode_utf8(cut(input, offset..input.len().min(offset + 4)));
    (character, length.max(1))
}

/// The windows with each character that is not ASCII given its fate.
pub fn rewrite(how: &'static str, input: &[u8], windows: &Windows, fate: fn(char) -> Fate) -> Option<View> {
    let mut draft = Draft::new(how);
    for window in windows.iter() {
        draft.end_line();
        draft.mark(window.start);
        let mut here = window.start;
        while here < window.end {
            let end = next(input, here).unwrap_or(window.end).min(window.end);
            draft.copy(cut(input, here..end), here);
            here = end;
            if here == window.end {
                break;
            }
            let (found, length) = character(input, here);
            match found.map_or(Fate::Keep, fate) {
                Fate::Keep => draft.extend(cut(input, here..here + length)),
                Fate::Drop => {}
                Fate::Become(byte) => {
                    draft.note(here);
                    draft.push(byte);
                }
            }
            here += length;
            if at(input, here).is_ascii() {
                draft.note(here);
            }
        }
    }
    draft.finish(input.len())
}
