//! Example values made when they are needed, so that no file of this repository holds one.
//!
//! A rule's example is a template such as `key = abc_{{alnum:36}}`. A scanner that reads the rule file sees no token in
//! it, and neither does this gate when its own repository is pushed.
//!
//! *Invariant:* no randomness of the machine; the same template and seed give the same text for ever.

use super::check::{CLASSES, seal};
use super::splitmix::SplitMix;

/// The most characters one placeholder may ask for: a long private key, with room.
const MOST: usize = 8192;

const DIGIT: &str = "0123456789";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ALPHA: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const UPNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const LOWNUM: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
const HEX: &str = "0123456789abcdef";
const HEX_UPPER: &str = "0123456789ABCDEF";
/// RFC 4648, section 6.
const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// RFC 4648, section 4.
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// RFC 4648, section 5.
const BASE64_URL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A template that cannot be expanded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExampleError {
    /// The class is none of the twelve, nor one of the values that are made with their check.
    #[error(
        "unknown class `{0}`; known are digit, lower, upper, alpha, alnum, upnum, lownum, hex, HEX, base32, base64, base64url; and, with a right check: {CLASSES}"
    )]
    Class(String),
    /// The length is too large.
    #[error("`{0}` characters; at most {MOST} are possible")]
    Length(String),
}

/// Replaces each `{{class:n}}` in `template` by `n` characters of the class, no two equal ones in a row, or by a value of
/// size `n` that ends in a right checksum, or holds together otherwise (see `check::seal`).
///
/// A length of 0 gives nothing and serves to break up a fixed text that would look like a secret. Other braces stay as
/// they are: a counter-example may well be somebody else's template.
///
/// # Errors
/// When a placeholder's class is unknown, or its length is more than 8192.
pub fn expand(template: &str, seed: u64) -> Result<String, ExampleError> {
    let mut random = SplitMix(seed);
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((class, length, tail)) = placeholder(after) else {
            out.push_str("{{");
            rest = after;
            continue;
        };
        let value = match alphabet(class) {
            Some(alphabet) => random.text(alphabet, count(length)?),
            None => {
                seal(class, count(length)?, &out, &mut random).ok_or_else(|| ExampleError::Class(class.to_owned()))?
            }
        };
        out.push_str(&value);
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}

/// Splits `class:n}}tail`; anything of another shape is ordinary text.
fn placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (inside, tail) = text.split_once("}}")?;
    let (class, length) = inside.split_once(':')?;
    let is_class = !class.is_empty() && class.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_length = !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit());
    (is_class && is_length).then_some((class, length, tail))
}

fn alphabet(class: &str) -> Option<&'static str> {
    Some(match class {
        "digit" => DIGIT,
        "lower" => LOWER,
        "upper" => UPPER,
        "alpha" => ALPHA,
        "alnum" => ALNUM,
        "upnum" => UPNUM,
        "lownum" => LOWNUM,
        "hex" => HEX,
        "HEX" => HEX_UPPER,
        "base32" => BASE32,
        "base64" => BASE64,
        "base64url" => BASE64_URL,
        _ => return None,
    })
}

fn count(length: &str) -> Result<usize, ExampleError> {
    match length.parse::<usize>() {
        Ok(n) if n <= MOST => Ok(n),
        Ok(_) | Err(_) => Err(ExampleError::Length(length.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_gives_as_many_of_its_characters_as_asked() {
        for class in [
            "digit",
            "lower",
            "upper",
            "alpha",
            "alnum",
            "upnum",
            "lownum",
            "hex",
            "HEX",
            "base32",
            "base64",
            "base64url",
        ] {
            let text = expand(&format!("<{{{{{class}:500}}}}>"), 7).unwrap();
            let inner = text.strip_prefix('<').unwrap().strip_suffix('>').unwrap();
            assert_eq!(inner.len(), 500, "{class}");
            assert!(inner.chars().all(|c| alphabet(class).unwrap().contains(c)), "{class}: {inner}");
        }
    }

    #[test]
    fn no_character_repeats_at_once() {
        let text = expand("{{digit:5000}}", 1).unwrap();
        assert!(text.as_bytes().windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn the_same_seed_gives_the_same_text_and_another_seed_another() {
        let template = "k_{{alnum:36}} and {{hex:8}}";
        assert_eq!(expand(template, 3), expand(template, 3));
        assert_ne!(expand(template, 3), expand(template, 4));
    }

    #[test]
    fn two_placeholders_of_one_class_differ() {
        let text = expand("{{hex:32}}-{{hex:32}}", 1).unwrap();
        let (a, b) = text.split_once('-').unwrap();
        assert_ne!(a, b);
    }

    #[test]
    fn other_braces_are_ordinary_text() {
        for text in ["{{ db_password }}", "{{x}}", "{{a:b}}", "{{", "}}", "{{alnum:}}", "${{ secrets.KEY }}"] {
            assert_eq!(expand(text, 1).unwrap(), text);
        }
    }

    #[test]
    fn a_misspelt_class_is_an_error_not_text() {
        assert_eq!(expand("{{alfa:3}}", 1), Err(ExampleError::Class("alfa".to_owned())));
    }

    #[test]
    fn a_length_below_at_and_above_its_bounds() {
        assert_eq!(expand("a{{hex:0}}b", 1).unwrap(), "ab");
        assert_eq!(expand("{{hex:1}}", 1).unwrap().len(), 1);
        assert_eq!(expand("{{hex:8192}}", 1).unwrap().len(), 8192);
        assert_eq!(expand("{{hex:8193}}", 1), Err(ExampleError::Length("8193".to_owned())));
    }
}
