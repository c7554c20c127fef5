//! Unfolding text: other encodings of the same characters, encodings of bytes as text, and disguises.
//!
//! Every function takes bytes and returns views of them; a view is scanned, and unfolded again, by the caller, who holds
//! the bound on the depth. Each function costs time linear in its input, and its output is linear too.
//!
//! *Invariant:* nothing here decides what a secret is, and nothing here fails: what cannot be decoded has no view.

mod backslash;
mod base32;
mod base64;
pub(in crate::scan) mod bytes;
mod confusable;
mod decimal;
mod draft;
mod encoded_word;
mod entities;
mod escapes;
mod foreign;
mod framed;
mod hex;
mod invisible;
mod joined;
mod markup;
mod patch_binary;
mod percent;
mod plausible;
mod quoted_printable;
pub(in crate::scan) mod recording;
mod rows;
#[cfg(test)]
mod samples;
mod signature;
mod terminal;
mod unwrapped;
mod utf16;
mod windows;
mod wrap;

pub use utf16::{is_all_wide, text};

use super::View;

/// Whether `how` names a whole text in another encoding, whose lines are the file's lines.
#[must_use]
pub fn is_encoding(how: &str) -> bool {
    matches!(how, "utf-16le" | "utf-16be" | "utf-32le" | "utf-32be")
}

/// Views of what is encoded as text in `input`: base64, base32, hexadecimal, decimal, uuencode, Ascii85, percent-encoding,
/// escapes, character references, quoted-printable, headers of mail, binary patches, recordings of terminals. Text that encodes nothing has no view.
#[must_use]
pub fn encoded(input: &[u8]) -> Vec<View> {
    let mut views = base64::views(input);
    views.extend(hex::views(input));
    views.extend(base32::views(input));
    views.extend(framed::views(input));
    views.extend(patch_binary::views(input));
    views.extend(decimal::view(input));
    views.extend(encoded_word::view(input));
    views.extend(recording::view(input));
    let families = [&percent::FAMILY, &backslash::FAMILY, &entities::FAMILY, &quoted_printable::FAMILY];
    views.extend(families.into_iter().filter_map(|family| family.view(input)));
    views
}

/// Views of what is disguised in `input`: literals that a program joins, words broken over lines, hidden characters,
/// terminal sequences or markup inside of words, characters that look like others. Honest text has no view.
#[must_use]
pub fn disguised(input: &[u8]) -> Vec<View> {
    let views = [
        joined::view(input),
        unwrapped::view(input),
        invisible::view(input),
        terminal::view(input),
        markup::view(input),
        confusable::view(input),
    ];
    views.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::samples::{GREEK, JAPANESE, MINIFIED, RUSSIAN, SOURCE, contains, deep_contains, time_of, token};
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    fn all(input: &[u8]) -> Vec<View> {
        text(input).into_iter().chain(encoded(input)).chain(disguised(input)).collect()
    }

    #[test]
    fn ordinary_text_has_no_view() {
        for plain in [SOURCE, MINIFIED, JAPANESE, RUSSIAN, GREEK] {
            assert_eq!(all(plain.as_bytes()), []);
        }
    }

    #[test]
    fn encodings_in_one_another_are_undone_one_by_one() {
        let token = token();
        let percent: String = token.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let inner = base64::encode(percent.as_bytes(), b"+/");
        let escaped: String =
            base64::encode(inner.as_bytes(), b"-_").bytes().map(|byte| format!("\\x{byte:02x}")).collect();
        let views = encoded(format!("key = \"{escaped}\"").as_bytes());
        assert!(!deep_contains(&views, &token, 2) && deep_contains(&views, &token, 3));
    }

    #[test]
    fn every_decoder_is_linear_on_the_bytes_it_looks_for() {
        // Ten times what an unoptimised build needs; a quadratic step would take hours.
        let most = Duration::from_secs(20);
        let patterns: [&[u8]; 37] = [
            b"%",
            b"\\",
            b"\"",
            b"=",
            b"A",
            b" ",
            b"&",
            b"\0",
            b"\n",
            b"a\0",
            b"%41",
            b"\\x41",
            b"=41",
            b"&#65;",
            b"a=\n",
            b"\"a\"+",
            b"a\" \"",
            b"a\n  ",
            b"a\\\n",
            b"41 ",
            b"0x41,",
            b"41\n",
            b"abcdefghijklmnopqrst\n",
            b"a\xe2\x80\x8b",
            b"\xef\xbd\x81",
            b"\xd0\xb0a",
            b"\\u0041",
            b"QUJDREVGR0hJSktMTU5P\"\n  \"",
            b"\\",
            b"aA1\n\t",
            b"a<b>",
            b"a1<b ",
            b"a1<!--",
            b"=?",
            b"=?a?Q?a?=",
            b"\"a\", concat(",
            b"GIT binary patch\nliteral 1\nA",
        ];
        for pattern in patterns {
            let shown = String::from_utf8_lossy(pattern);
            // The plain bytes in full; a quadratic step would show in a tenth of that as well.
            let size = if pattern.len() == 1 { 10 << 20 } else { 1 << 20 };
            let time = time_of(pattern, size, |input| {
                let views = all(input);
                let total: usize = views.iter().map(|view| view.bytes.len()).sum();
                assert!(total <= 6 * input.len(), "{shown:?} grows to {total}");
            });
            assert!(time < most, "{shown:?} takes {time:?}");
        }
    }

    fn check(input: &[u8]) {
        for view in all(input) {
            assert!(!view.bytes.is_empty());
            let length = view.bytes.len();
            for range in (0..length).map(|at| at..at + 1).chain([0..length, length..length]) {
                let span = view.origin.input_span(&range);
                let ends = (span.end, input.len());
                assert!(
                    span.start <= span.end && ends.0 <= ends.1,
                    "{}: {range:?} is {span:?} of {}",
                    view.how,
                    ends.1
                );
            }
            if let crate::scan::Origin::Points(points) = &view.origin {
                assert_eq!(points.first().map(|point| point.0), Some(0));
                assert!(points.windows(2).all(|pair| pair[0].0 < pair[1].0));
                assert!(points.iter().all(|point| point.1 <= input.len() && point.0 <= view.bytes.len()));
            }
        }
    }

    proptest! {
        #[test]
        fn no_view_of_random_bytes_leaves_its_text(input in proptest::collection::vec(any::<u8>(), 0..400)) {
            check(&input);
        }

        #[test]
        fn no_view_of_pieces_of_encodings_leaves_its_text(
            pieces in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..60)
        ) {
            check(&pieces.concat());
        }

        #[test]
        fn a_token_in_any_encoding_is_found_after_any_text(
            lead in "[ -~\\n]{0,40}", token in "[A-Za-z0-9_]{32,48}", pick in 0..ENCODINGS.len()
        ) {
            let input = format!("{lead}\n{}\n", ENCODINGS[pick](&token));
            let views = encoded(input.as_bytes());
            prop_assert!(views.iter().any(|view| contains(&view.bytes, &token)), "{}", input);
        }
    }

    const PIECES: [&[u8]; 54] = [
        b"%",
        b"%4",
        b"%41",
        b"%u0041",
        b"\\",
        b"\\x4",
        b"\\x41",
        b"\\u00",
        b"\\u{41}",
        b"\\ud83d",
        b"\\101",
        b"&",
        b"&#",
        b"&#65;",
        b"&amp;",
        b"=",
        b"=4",
        b"=41",
        b"=\n",
        b"=\r\n",
        b"\n",
        b"\r\n",
        b"\r",
        b" ",
        b"\t",
        b"\"",
        b"'",
        b"`",
        b"+",
        b" + ",
        b"..",
        b"abcd1",
        b"QUJDREVGR0hJSktMTU5P",
        b"4142434445464748494a4b4c4d4e4f50",
        b"41 42 43 44 45 46 47 48 49 4a 4b 4c",
        b"0x41, ",
        b"(byte)",
        b"// ",
        b"# ",
        b"key: >-\n  ",
        b"a\0b\0c\0d\0e\0f\0g\0h\0",
        b"\0",
        b"\xff\xfe",
        b"\xe2\x80\x8b",
        b"\xd0\xb0",
        b"\xef\xbd\x81",
        b"\xf0\x9d\x90\x80",
        b"\xe2",
        b"<b>",
        b"]]><![CDATA[",
        b"=?utf-8?B?QUJD?=",
        b"=?a?Q?=41",
        b"concat!(\"a1\", ",
        b"GIT binary patch\nliteral 9\nA00000\n",
    ];

    const ENCODINGS: [fn(&str) -> String; 9] = [
        |token| base64::encode(token.as_bytes(), b"+/"),
        |token| base64::encode(token.as_bytes(), b"-_"),
        |token| token.bytes().map(|byte| format!("{byte:02x}")).collect(),
        |token| token.bytes().map(|byte| format!("{byte:02X} ")).collect(),
        |token| token.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        |token| token.bytes().map(|byte| format!("\\u{byte:04x}")).collect(),
        |token| token.bytes().map(|byte| format!("\\{byte:03o}")).collect(),
        |token| token.bytes().map(|byte| format!("&#{byte};")).collect(),
        |token| token.bytes().map(|byte| format!("={byte:02X}")).collect(),
    ];
}
