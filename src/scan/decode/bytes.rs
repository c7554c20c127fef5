//! Looking at bytes without indexing: out of range reads as NUL or empty, never as a panic.

use std::ops::Range;

/// A set of bytes.
pub struct Class([bool; 256]);

impl Class {
    /// The bytes of `members`.
    #[expect(clippy::indexing_slicing, reason = "runs at compile time, where going out of bounds is a build error")]
    pub const fn of(members: &[u8]) -> Self {
        let mut set = [false; 256];
        let mut at = 0;
        while at < members.len() {
            set[members[at] as usize] = true;
            at += 1;
        }
        Self(set)
    }

    /// ASCII letters and digits and the bytes of `others`.
    #[expect(clippy::indexing_slicing, reason = "runs at compile time, where going out of bounds is a build error")]
    pub const fn alnum_and(others: &[u8]) -> Self {
        let Self(mut set) = Self::of(others);
        let mut byte = 0;
        while byte < 128 {
            if (byte as u8).is_ascii_alphanumeric() {
                set[byte] = true;
            }
            byte += 1;
        }
        Self(set)
    }

    /// Whether `byte` is a member.
    #[inline]
    pub fn has(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte)).copied().unwrap_or(false)
    }

    /// The end of the stretch of members that starts at `from`.
    #[inline]
    pub fn end(&self, input: &[u8], from: usize) -> usize {
        let rest = cut(input, from..input.len());
        from + rest.iter().position(|byte| !self.has(*byte)).unwrap_or(rest.len())
    }

    /// The next stretch of at least `min` members that begins at or after `from`.
    ///
    /// Looks at every `min`th byte first, so that text of shorter words costs little.
    pub fn next_run(&self, input: &[u8], from: usize, min: usize) -> Option<Range<usize>> {
        let mut start = from;
        loop {
            let window = input.get(start..start.checked_add(min)?)?;
            match window.iter().rposition(|byte| !self.has(*byte)) {
                Some(last) => start += last + 1,
                None => return Some(start..self.end(input, start + min)),
            }
        }
    }
}

/// Bytes that tokens, keys and addresses are made of.
pub static TOKEN: Class = Class::alnum_and(b"_-+/=.~:@");

/// ASCII letters, digits and the underscore.
pub static WORD: Class = Class::alnum_and(b"_");

/// Blanks within a line.
pub static BLANK: Class = Class::of(b" \t");

/// The byte at `offset`, NUL outside.
#[inline]
pub fn at(input: &[u8], offset: usize) -> u8 {
    input.get(offset).copied().unwrap_or(0)
}

/// The byte before `offset`, NUL at the start.
#[inline]
pub fn before(input: &[u8], offset: usize) -> u8 {
    offset.checked_sub(1).map_or(0, |previous| at(input, previous))
}

/// The part of `input` in `range`, empty when the range does not lie inside.
#[inline]
pub fn cut(input: &[u8], range: Range<usize>) -> &[u8] {
    input.get(range).unwrap_or_default()
}

/// The value of a hexadecimal digit.
#[inline]
pub fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// The byte that two hexadecimal digits at `offset` stand for.
pub fn hex_pair(input: &[u8], offset: usize) -> Option<u8> {
    let high = hex_digit(at(input, offset))?;
    let low = hex_digit(at(input, offset + 1))?;
    Some(high << 4 | low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found_at_and_above_the_minimum_and_not_below() {
        let class = Class::of(b"x");
        assert_eq!(class.next_run(b"..xxxx..", 0, 4), Some(2..6));
        assert_eq!(class.next_run(b"..xxxxx", 0, 4), Some(2..7));
        assert_eq!(class.next_run(b"xxx.xxx.xxx", 0, 4), None);
        assert_eq!(class.next_run(b"", 0, 4), None);
        assert_eq!(class.next_run(b"xxxx", 1, 4), None);
    }

    #[test]
    fn reading_outside_is_nul_or_empty() {
        assert_eq!(at(b"a", 5), 0);
        assert_eq!(before(b"a", 0), 0);
        assert!(cut(b"abc", 2..9).is_empty());
        assert_eq!(hex_pair(b"4", 0), None);
        assert_eq!(hex_pair(b"4a", 0), Some(0x4a));
    }
}
