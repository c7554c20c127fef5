//! Characters that look like ASCII or stand for it: full-width forms, mathematical alphabets, letters and digits in circles, and
//! Cyrillic, Greek and Armenian letters in a word of Latin ones.
//!
//! Prose in these scripts has no long words that mix them with ASCII, so it is passed over.

use super::super::View;
use super::bytes::{Class, TOKEN, WORD, at, before, cut};
use super::foreign::{Fate, character, next_wanted, rewrite};
use super::windows::Windows;

/// The shortest word with letters of compatibility (full-width and so on): a Japanese telephone number.
const MIN_WIDE: usize = 10;

/// The shortest word with letters of another script, and how many of them must be ASCII.
const MIN_MIXED: usize = 12;
const MIN_ASCII: usize = 6;

/// How far back a word of ASCII letters is followed; longer words are long enough.
const REACH: usize = 64;

/// A long word is shown in windows, one so often.
const WINDOW_EVERY: usize = 1024;

/// The first bytes, in UTF-8, of the characters that are folded.
static LEADS: Class = Class::of(&[0xc4, 0xc9, 0xce, 0xcf, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xe2, 0xef, 0xf0]);

/// The lines with disguised words, folded to ASCII.
pub fn view(input: &[u8]) -> Option<View> {
    let mut windows = Windows::default();
    let mut here = 0;
    while let Some(start) = next_wanted(input, here, &LEADS, |offset, byte| may_be_folded(input, offset, byte)) {
        here = start + 1;
        if !character(input, start).0.is_some_and(|found| fate(found) != Fate::Keep) {
            continue;
        }
        let word = Word::around(input, start);
        if word.is_suspicious() {
            for hit in (start..word.end).step_by(WINDOW_EVERY).chain([word.end]) {
                windows.add(input, hit);
            }
        }
        here = word.end.max(here);
    }
    rewrite("folded to ascii", input, &windows, fate)
}

/// By the first bytes in UTF-8. A letter of another script counts where it meets ASCII: prose has that at the ends of
/// some words at most, and costs no more than this.
fn may_be_folded(input: &[u8], offset: usize, first: u8) -> bool {
    match first {
        0xc4..=0xd6 => TOKEN.has(before(input, offset)) || TOKEN.has(at(input, offset + 2)),
        0xe2 => matches!(at(input, offset + 1), 0x80 | 0x84 | 0x88 | 0x91..=0x93),
        0xef => matches!(at(input, offset + 1), 0xbc | 0xbd),
        0xf0 => at(input, offset + 1) == 0x9d,
        _ => false,
    }
}

/// A stretch of characters that are ASCII or look like it.
#[derive(Default)]
struct Word {
    /// ASCII letters and digits.
    ascii: usize,
    /// Letters and digits of compatibility.
    wide: usize,
    /// Letters of other scripts.
    mixed: usize,
    end: usize,
}

impl Word {
    fn around(input: &[u8], start: usize) -> Self {
        let back = cut(input, start.saturating_sub(REACH)..start);
        let lead = back.iter().rev().take_while(|byte| TOKEN.has(**byte));
        let mut word = Self { ascii: lead.filter(|byte| WORD.has(**byte)).count(), end: start, ..Self::default() };
        loop {
            let byte = at(input, word.end);
            if TOKEN.has(byte) {
                word.ascii += usize::from(WORD.has(byte));
                word.end += 1;
                continue;
            }
            if !LEADS.has(byte) {
                return word;
            }
            let (found, length) = character(input, word.end);
            match found.map(|found| (compatible(found), alike(found))) {
                Some((Some(folded), _)) => word.wide += usize::from(WORD.has(folded)),
                Some((None, Some(_))) => word.mixed += 1,
                Some((None, None)) | None => return word,
            }
            word.end += length;
        }
    }

    fn is_suspicious(&self) -> bool {
        let length = self.ascii + self.wide + self.mixed;
        self.wide > 0 && length >= MIN_WIDE || self.mixed > 0 && self.ascii >= MIN_ASCII && length >= MIN_MIXED
    }
}

fn fate(character: char) -> Fate {
    compatible(character).or_else(|| alike(character)).map_or(Fate::Keep, Fate::Become)
}

/// The ASCII character that a character of compatibility stands for (NFKC), and the dashes that are typed for a hyphen.
fn compatible(character: char) -> Option<u8> {
    let code = u32::from(character);
    let letter = |first: u8, index: u32| u8::try_from(index).map_or(None, |index| first.checked_add(index));
    match code {
        0xff01..=0xff5e => letter(b'!', code - 0xff01),
        0x1_d400..=0x1_d6a3 => match (code - 0x1_d400) % 52 {
            index @ 0..26 => letter(b'A', index),
            index => letter(b'a', index - 26),
        },
        0x1_d7ce..=0x1_d7ff => letter(b'0', (code - 0x1_d7ce) % 10),
        0x2460..=0x2468 => letter(b'1', code - 0x2460),
        0x24ea => Some(b'0'),
        0x24b6..=0x24cf => letter(b'A', code - 0x24b6),
        0x24d0..=0x24e9 => letter(b'a', code - 0x24d0),
        0x2010..=0x2015 | 0x2212 => Some(b'-'),
        0x2100..=0x2134 => paired(character, LETTERLIKE),
        _ => None,
    }
}

/// The ASCII letter that a letter of another script looks like.
fn alike(character: char) -> Option<u8> {
    match character {
        'ı' | 'ɡ' | 'ɑ' | '\u{370}'..='\u{58f}' => paired(character, ALIKE),
        _ => None,
    }
}

/// The ASCII letter before `character` in a list of pairs.
fn paired(character: char, pairs: &str) -> Option<u8> {
    let at = pairs.find(character)?;
    pairs.as_bytes().get(at.checked_sub(1)?).copied()
}

/// Letters that the mathematical alphabets left out because they were there already.
const LETTERLIKE: &str = "CℂgℊHℋHℌHℍhℎIℐIℑLℒNℕPℙQℚRℛRℜRℝZℤZℨK\u{212a}BℬCℭeℯEℰFℱMℳoℴ";

/// Cyrillic, Greek and Armenian letters, and two more, that look like the ASCII letter before them.
const ALIKE: &str = "aаcсdԁeеhһiіjјkкoоpрqԛsѕvѵwԝxхyуAАBВCСEЕGԌHНIІJЈKКMМOОPРQԚSЅTТVѴWԜXХYҮYУlӀbЬ\
    aαiιkκoοpρuυvνxχyγnηwωAΑBΒEΕZΖHΗIΙKΚMΜNΝOΟPΡTΤYΥXΧjϳJͿcϲCϹoօuսhհgցnոqգOՕSՏUՍLԼiıgɡaɑ";

#[cfg(test)]
mod tests {
    use super::super::samples::{GREEK, JAPANESE, MINIFIED, RUSSIAN, SOURCE, contains, token};
    use super::*;

    fn shifted(text: &str, upper: u32, lower: u32, digit: u32) -> String {
        let shift =
            |letter: char, from: char, to: u32| char::from_u32(u32::from(letter) - u32::from(from) + to).unwrap();
        text.chars()
            .map(|letter| match letter {
                'A'..='Z' => shift(letter, 'A', upper),
                'a'..='z' => shift(letter, 'a', lower),
                '0'..='9' => shift(letter, '0', digit),
                _ => letter,
            })
            .collect()
    }

    #[test]
    fn tokens_in_full_width_and_mathematical_letters_are_folded() {
        let token = token();
        for disguised in [
            shifted(&token, 0xff21, 0xff41, 0xff10),
            shifted(&token, 0xff21, 0xff41, 0xff10).replace('_', "＿"),
            shifted(&token, 0x1d400, 0x1d41a, 0x1d7ce),
            shifted(&token, 0x1d670, 0x1d68a, 0x1d7f6),
            shifted(&token, 0x24b6, 0x24d0, 0x30),
            token.replacen('k', "ｋ", 1),
        ] {
            let view = view(format!("first\nkey = {disguised};\nlast").as_bytes()).unwrap();
            assert_eq!(view.bytes, format!("key = {token};\n").as_bytes());
        }
        assert_eq!(compatible('ℎ'), Some(b'h'));
    }

    #[test]
    fn tokens_with_letters_of_other_scripts_are_folded() {
        let mut token = token();
        token.push_str("aceopx");
        let pairs = [('a', 'а'), ('c', 'с'), ('e', 'е'), ('o', 'ο'), ('p', 'р'), ('x', 'χ'), ('A', 'Α'), ('O', 'Օ')];
        let all = pairs.into_iter().fold(token.clone(), |text, (latin, other)| text.replace(latin, &other.to_string()));
        for disguised in [all, token.replacen('a', "а", 1)] {
            let view = view(format!("first\nключ = {disguised};\nlast").as_bytes()).unwrap();
            assert!(contains(&view.bytes, &token), "{disguised}");
        }
    }

    #[test]
    fn every_pair_is_one_ascii_letter_and_one_other() {
        for list in [LETTERLIKE, ALIKE] {
            let letters: Vec<char> = list.chars().collect();
            assert!(letters.chunks(2).all(|pair| pair[0].is_ascii_alphabetic() && !pair[1].is_ascii()), "{list}");
        }
    }

    #[test]
    fn a_japanese_telephone_number_is_folded() {
        let view = view("電話：０９０−０００−００００（代表）\n".as_bytes()).unwrap();
        assert!(contains(&view.bytes, "090-000-0000"));
    }

    #[test]
    fn words_count_at_and_above_the_minimum_and_not_below() {
        for (length, some) in [(MIN_WIDE - 1, false), (MIN_WIDE, true), (MIN_WIDE + 1, true)] {
            assert_eq!(view("ａ".repeat(length).as_bytes()).is_some(), some, "{length}");
        }
        for (length, some) in [(MIN_MIXED - 1, false), (MIN_MIXED, true), (MIN_MIXED + 1, true)] {
            let text = format!("о{}", "a".repeat(length - 1));
            assert_eq!(view(text.as_bytes()).is_some(), some, "{length}");
        }
    }

    #[test]
    fn honest_text_has_no_view() {
        for text in [SOURCE, MINIFIED, JAPANESE, RUSSIAN, GREEK, "café naïve Straße", "µs ≤ 5 Ω, α=0.05, Δx"] {
            assert_eq!(view(text.as_bytes()), None, "{text}");
        }
    }
}
