//! Encoded words of mail (RFC 2047): `=?utf-8?B?…?=` and `=?utf-8?Q?…?=`, one header's text over several.
//!
//! A word takes 75 characters at most, so that a token goes on in the next one; white space between two is none.

use super::super::View;
use super::base64::sextet;
use super::bytes::{at, cut, hex_pair};
use super::draft::Draft;
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// What each begins with.
static OPEN: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("=?"));

/// An encoded word's longest form is 75 characters; some write longer ones.
const MAX_WORD: usize = 512;

/// White space between two of them.
const MAX_GAP: usize = 16;

/// How much of the line before the first and after the last is shown.
const CONTEXT: usize = 256;

/// The lines with encoded words, decoded.
pub fn view(input: &[u8]) -> Option<View> {
    let mut draft = Draft::new("encoded words");
    let mut done = 0;
    for open in OPEN.find_iter(input) {
        if open < done {
            continue;
        }
        let Some(mut word) = Word::at(input, open) else { continue };
        let low = open.saturating_sub(CONTEXT).max(done);
        let start = low + memchr::memrchr(b'\n', cut(input, low..open)).map_or(0, |last| last + 1);
        draft.end_line();
        draft.mark(start);
        draft.copy(cut(input, start..open), start);
        loop {
            draft.mark(word.text.start);
            word.write(input, &mut draft);
            done = word.end;
            let gap = cut(input, word.end..input.len().min(word.end + MAX_GAP));
            let next = word.end + gap.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            match Word::at(input, next) {
                Some(following) => word = following,
                None => break,
            }
        }
        let rest = cut(input, done..input.len().min(done + CONTEXT));
        let rest = cut(rest, 0..memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len()));
        draft.mark(done);
        draft.copy(rest, done);
        done += rest.len();
        draft.end_line();
    }
    draft.finish(input.len())
}

struct Word {
    is_base64: bool,
    text: std::ops::Range<usize>,
    end: usize,
}

impl Word {
    fn at(input: &[u8], open: usize) -> Option<Self> {
        let all = cut(input, open..input.len().min(open + MAX_WORD));
        let rest = all.strip_prefix(b"=?")?;
        let charset = memchr::memchr(b'?', rest).filter(|length| *length > 0)?;
        if !cut(rest, 0..charset).iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_*".contains(byte)) {
            return None;
        }
        let is_base64 = match (at(rest, charset + 1), at(rest, charset + 2)) {
            (b'B' | b'b', b'?') => true,
            (b'Q' | b'q', b'?') => false,
            _ => return None,
        };
        let from = open + 2 + charset + 3;
        let text = cut(input, from..open + all.len());
        let length = memchr::memmem::find(text, b"?=")?;
        let is_plain = cut(text, 0..length).iter().all(u8::is_ascii_graphic);
        is_plain.then_some(Self { is_base64, text: from..from + length, end: from + length + 2 })
    }

    fn write(&self, input: &[u8], draft: &mut Draft) {
        let text = cut(input, self.text.clone());
        if self.is_base64 {
            let letters = text.iter().take_while(|letter| **letter != b'=');
            let (mut bits, mut count) = (0_u32, 0);
            for letter in letters {
                bits = bits << 6 | sextet(*letter);
                count += 6;
                if count >= 8 {
                    count -= 8;
                    draft.push((bits >> count) as u8);
                }
            }
            return;
        }
        let mut here = 0;
        while here < text.len() {
            match (at(text, here), hex_pair(text, here + 1)) {
                (b'=', Some(byte)) => {
                    draft.push(byte);
                    here += 2;
                }
                (b'_', _) => draft.push(b' '),
                (byte, _) => draft.push(byte),
            }
            here += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::base64::encode;
    use super::super::samples::{JAPANESE, MINIFIED, SOURCE, token};
    use super::*;

    #[test]
    fn a_token_over_two_words_is_read() {
        let token = token();
        let (left, right) = token.split_at(17);
        let base64 = |text: &str| format!("=?utf-8?B?{}?=", encode(text.as_bytes(), b"+/"));
        let quoted = |text: &str| format!("=?UTF-8?q?{}?=", text.replace('_', "=5F"));
        for (one, two) in [(base64(left), base64(right)), (quoted(left), quoted(right)), (base64(left), quoted(right))]
        {
            let text = format!("To: a\nSubject: re {one}\r\n {two} b\nFrom: c\n");
            let view = view(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(String::from_utf8_lossy(&view.bytes), format!("Subject: re {token} b\n"));
        }
    }

    #[test]
    fn what_is_no_encoded_word_is_left_alone() {
        let long = format!("=?utf-8?Q?{}?=", "a".repeat(MAX_WORD));
        for text in
            [SOURCE, MINIFIED, JAPANESE, "a =? b", "=?x?Z?a?=", "=?utf-8?Q?a b?=", "=?utf-8?Q?a", "=?utf-8?B", &long]
        {
            assert_eq!(view(text.as_bytes()), None, "{text}");
        }
    }
}
