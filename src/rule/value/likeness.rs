//! Whether letters make words: the sum over neighbours of how much likelier they are in words than by chance.
//!
//! Entropy cannot tell `IdentifierExpression2` from a token of its length; what follows what can. Of random base62 strings
//! of 16 characters 97 % get less than -12 bits, of identifiers of that length 99 % more than 5.

use super::bigrams::{BOUND, DIGIT, LIKELIER};

/// Bits by which `value` is likelier a word or an identifier than a random string; negative: likelier random.
#[must_use]
pub fn likeness(value: &[u8]) -> f64 {
    let mut sum = 0_i32;
    let mut last = BOUND;
    let mut previous = 0_u8;
    for (at, byte) in value.iter().enumerate() {
        let hump = byte.is_ascii_uppercase()
            && (previous.is_ascii_lowercase()
                || (previous.is_ascii_uppercase() && value.get(at + 1).is_some_and(u8::is_ascii_lowercase)));
        let symbol = match byte {
            b'a'..=b'z' => byte - b'a',
            b'A'..=b'Z' => byte - b'A',
            b'0'..=b'9' => DIGIT,
            _ => BOUND,
        };
        if (hump || symbol == BOUND) && last != BOUND {
            sum += cell(last, BOUND);
            last = BOUND;
        }
        if symbol != BOUND {
            sum += cell(last, symbol);
            last = symbol;
        }
        previous = *byte;
    }
    if last != BOUND {
        sum += cell(last, BOUND);
    }
    f64::from(sum) / 16.0
}

/// Bits a byte: what [`likeness`] gives, made comparable between lengths.
#[must_use]
pub fn wordiness(value: &[u8]) -> f64 {
    let length = u32::try_from(value.len()).unwrap_or(u32::MAX).max(1);
    likeness(value) / f64::from(length)
}

fn cell(first: u8, second: u8) -> i32 {
    LIKELIER.get(usize::from(first)).and_then(|row| row.get(usize::from(second))).map_or(0, |bits| i32::from(*bits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::expand;

    #[test]
    fn words_and_identifiers_are_likely() {
        for word in
            ["correcthorsebattery", "IdentifierExpression2", "uddiv3ServiceKey", "HTTP_STATUS_CODE", "getElementById"]
        {
            assert!(likeness(word.as_bytes()) > 5.0, "{word}: {}", likeness(word.as_bytes()));
        }
    }

    #[test]
    fn random_strings_are_not() {
        for class in ["alnum", "lownum", "hex", "base64url", "upnum", "lower"] {
            let unlikely = (0..500)
                .filter(|seed| wordiness(expand(&format!("{{{{{class}:24}}}}"), *seed).unwrap().as_bytes()) < -0.5)
                .count();
            assert!(unlikely > 485, "{class}: {unlikely}");
        }
    }

    #[test]
    fn nothing_is_neither() {
        assert_eq!(likeness(b""), 0.0);
        assert_eq!(wordiness(b"--"), 0.0);
    }
}
