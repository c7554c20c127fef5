//! Characters that are not seen, between letters of a token: zero-width ones, soft hyphens, direction marks, variation
//! selectors, tags.
//!
//! In honest text they stand beside letters of other scripts or pictographs, not between two ASCII letters.

use super::super::View;
use super::bytes::{Class, TOKEN, at, before};
use super::foreign::{Fate, character, next_wanted, rewrite};
use super::windows::Windows;

/// The first bytes, in UTF-8, of the invisible characters.
static LEADS: Class = Class::of(&[0xc2, 0xcd, 0xd8, 0xe1, 0xe2, 0xe3, 0xef, 0xf0, 0xf3]);

/// The lines with hidden characters inside of words, without them.
pub fn view(input: &[u8]) -> Option<View> {
    let mut windows = Windows::default();
    let mut here = 0;
    while let Some(start) =
        next_wanted(input, here, &LEADS, |offset, byte| may_be_invisible(byte, at(input, offset + 1)))
    {
        here = invisible_end(input, start);
        if here == start {
            here += 1;
            continue;
        }
        if TOKEN.has(before(input, start)) && TOKEN.has(at(input, here)) && !windows.cover(here) {
            windows.add(input, start);
            windows.add(input, here);
        }
    }
    rewrite("stripped of invisible characters", input, &windows, fate)
}

/// By the first two bytes in UTF-8; prose in other scripts costs no more than this.
fn may_be_invisible(first: u8, second: u8) -> bool {
    matches!(
        (first, second),
        (0xc2, 0xad)
            | (0xcd, 0x8f)
            | (0xd8, 0x9c)
            | (0xe1, 0x85 | 0x9e | 0xa0)
            | (0xe2, 0x80 | 0x81)
            | (0xe3, 0x85)
            | (0xef, 0xb8 | 0xbb | 0xbe | 0xbf)
            | (0xf0, 0x9d)
            | (0xf3, 0xa0)
    )
}

fn invisible_end(input: &[u8], start: usize) -> usize {
    let mut here = start;
    while may_be_invisible(at(input, here), at(input, here + 1)) {
        let (found, length) = character(input, here);
        if !found.is_some_and(is_invisible) {
            break;
        }
        here += length;
    }
    here
}

fn fate(character: char) -> Fate {
    if is_invisible(character) { Fate::Drop } else { Fate::Keep }
}

/// Unicode's default-ignorable characters (DerivedCoreProperties), and the other characters of the category `Cf`.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::super::samples::{GREEK, JAPANESE, MINIFIED, RUSSIAN, SOURCE, contains, token};
    use super::*;

    #[test]
    fn hidden_characters_in_a_token_are_stripped() {
        for hidden in [
            "\u{200b}",
            "\u{200d}",
            "\u{ad}",
            "\u{202e}",
            "\u{2066}",
            "\u{2060}",
            "\u{feff}",
            "\u{fe0f}",
            "\u{e0041}",
            "\u{e0101}",
            "\u{34f}",
            "\u{61c}",
            "\u{180e}",
            "\u{3164}",
            "\u{1160}",
            "\u{200b}\u{ad}\u{fe00}",
        ] {
            let token = token();
            for every in [1, 2, 7, 40] {
                let disguised: String = token
                    .char_indices()
                    .map(|(index, letter)| match index % every {
                        0 if index > 0 => format!("{hidden}{letter}"),
                        _ if index == 40 => format!("{hidden}{letter}"),
                        _ => letter.to_string(),
                    })
                    .collect();
                let text = format!("first\nkey = \"{disguised}\"\nlast");
                let view = view(text.as_bytes()).unwrap();
                assert_eq!(view.bytes, format!("key = \"{token}\"\n").as_bytes());
                let span = view.origin.input_span(&(7..7 + token.len()));
                assert!(span.start >= 6 && span.end <= text.len() - 4);
            }
        }
    }

    #[test]
    fn honest_text_has_no_view() {
        let emoji = "ok 👩\u{200d}💻 ❤\u{fe0f} and ©\u{fe0f}2024, را\u{200c}ه and \u{feff}start, क्\u{200d}ष";
        for text in [SOURCE, MINIFIED, JAPANESE, RUSSIAN, GREEK, emoji, "\u{feff}use std;", "“quotes” — dash…"]
        {
            assert_eq!(view(text.as_bytes()), None, "{text}");
        }
        assert_eq!(view(b"\xe2\x80a \xf3\xa0 \xc2\xad"), None);
    }

    #[test]
    fn contained_words_are_kept() {
        let view = view("ключ = abc\u{200b}def, конец".as_bytes()).unwrap();
        assert!(contains(&view.bytes, "ключ = abcdef, конец"));
    }
}
