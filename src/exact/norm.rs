//! One spelling for each value, however it is written: in the list from which a table is built and in the text that is
//! compared with it.
//!
//! *Invariant:* version [`NORM`]. Whoever changes what a function here returns for any value raises it, and old tables
//! are refused: a table whose values are spelled otherwise finds nothing, in silence.

use super::region::Region;
use crate::customer::candidates::is_placeholder;
use crate::text::punycode;
use unicode_normalization::UnicodeNormalization;

/// The version of everything in this file.
pub const NORM: u16 = 1;

/// A number of fewer characters is found everywhere.
const NUMBER_MIN: usize = 6;
/// No number that people are given is longer.
const NUMBER_MAX: usize = 32;
/// The same for numbers of few kinds of characters, in bits: seven digits, or three letters and two digits.
const NUMBER_BITS: f64 = 20.0;
/// A name or address of one letter says nothing.
const TEXT_MIN: usize = 2;
/// Nobody's name or address is longer, in bytes.
const TEXT_MAX: usize = 240;
/// RFC 5321, 4.5.3.1: local part, `@` and domain.
const EMAIL_MAX: usize = 320;
/// The fewest digits with an area code.
const PHONE_MIN: usize = 8;
/// ITU-T E.164.
const PHONE_MAX: usize = 15;

/// What kind of value a field holds, and so how it is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A number that was given to a person: a customer number, a contract, an identity paper.
    Number,
    /// A name or a postal address: never evidence by itself.
    Text,
}

impl Kind {
    /// All of them, in the order of their numbers in a table.
    pub const ALL: [Self; 4] = [Self::Email, Self::Phone, Self::Number, Self::Text];

    /// Its name on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Number => "number",
            Self::Text => "text",
        }
    }
}

/// The one spelling of `value`; none if it is not of the kind, or too short to tell people apart.
#[must_use]
pub fn normal(kind: Kind, value: &[u8], region: &Region) -> Option<Vec<u8>> {
    match kind {
        Kind::Email => email(value),
        Kind::Phone => phone(value, region),
        Kind::Number => number(value),
        Kind::Text => text(value),
    }
}

/// Lower case; a domain with letters beyond ASCII as it stands in the DNS. `+tag` stays: see [`untagged`].
fn email(value: &[u8]) -> Option<Vec<u8>> {
    let folded = folded(value)?;
    let (local, domain) = folded.trim().rsplit_once('@')?;
    if local.is_empty() || domain.is_empty() || folded.len() > EMAIL_MAX {
        return None;
    }
    let domain: Vec<String> = domain.split('.').map(punycode::label).collect::<Option<_>>()?;
    Some(format!("{local}@{}", domain.join(".")).into_bytes())
}

/// The address without what stands after a `+`, if it has that: the same mailbox with most providers.
#[must_use]
pub fn untagged(email: &[u8]) -> Option<Vec<u8>> {
    let at = email.iter().position(|b| *b == b'@')?;
    let plus = email.iter().take(at).position(|b| *b == b'+').filter(|plus| *plus > 0)?;
    Some([email.get(..plus)?, email.get(at..)?].concat())
}

/// Without separators, in capitals, with its leading zeros.
fn number(value: &[u8]) -> Option<Vec<u8>> {
    let folded = folded(value)?;
    let kept: Vec<u8> = folded
        .chars()
        .filter(|c| !is_separator(*c))
        .map(|c| c.is_ascii().then(|| (c as u8).to_ascii_uppercase()))
        .collect::<Option<_>>()?;
    let length = (NUMBER_MIN..=NUMBER_MAX).contains(&kept.len());
    let known = kept.iter().all(u8::is_ascii_alphanumeric) && kept.iter().any(u8::is_ascii_digit);
    (length && known && bits(&kept) >= NUMBER_BITS && !is_placeholder(&kept)).then_some(kept)
}

/// How much a number of this form can tell apart.
fn bits(number: &[u8]) -> f64 {
    number.iter().map(|b| if b.is_ascii_digit() { 10f64.log2() } else { 26f64.log2() }).sum()
}

/// What people set the parts of a number apart with; ー and − are what Japanese keyboards give for a dash.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '.' | '/' | '_' | 'ー' | '−' | '\u{2010}'..='\u{2015}')
}

/// E.164 without the plus, by the table's region where no country is written.
fn phone(value: &[u8], region: &Region) -> Option<Vec<u8>> {
    let folded = folded(value)?;
    let written = folded.trim().replace("(0)", "");
    let is_written = |c: char| c.is_ascii_digit() || is_separator(c) || matches!(c, '+' | '(' | ')');
    if !written.chars().all(is_written) {
        return None;
    }
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let whole = match (written.starts_with('+'), digits.strip_prefix("00")) {
        (true, _) => digits,
        (false, Some(rest)) => rest.to_owned(),
        (false, None) => region.international(&digits),
    };
    let length = (PHONE_MIN..=PHONE_MAX).contains(&whole.len());
    (length && !is_placeholder(whole.as_bytes())).then(|| whole.into_bytes())
}

/// Letters and digits alone, in small letters.
fn text(value: &[u8]) -> Option<Vec<u8>> {
    let folded = folded(value)?;
    let kept: String = folded.chars().filter(|c| c.is_alphanumeric() || *c == 'ー').collect();
    (kept.chars().count() >= TEXT_MIN && kept.len() <= TEXT_MAX).then(|| kept.into_bytes())
}

/// Small letters in the compatibility form: full-width letters and half-width kana become the usual ones.
fn folded(value: &[u8]) -> Option<String> {
    // The common case by far, and the only one at the speed of a push.
    if value.is_ascii() {
        let text = std::str::from_utf8(value).map_or("", |text| text);
        return (!text.contains('\0')).then(|| text.to_ascii_lowercase());
    }
    let Ok(text) = std::str::from_utf8(value) else { return None };
    (!text.contains('\0')).then(|| text.nfkc().flat_map(char::to_lowercase).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spelled(kind: Kind, value: &str) -> Option<String> {
        let region = Region::named("JP").unwrap();
        normal(kind, value.as_bytes(), &region).map(|it| String::from_utf8(it).unwrap())
    }

    fn is(kind: Kind, value: &str, expected: &str) {
        assert_eq!(spelled(kind, value).as_deref(), Some(expected), "{value}");
    }

    #[test]
    fn an_address_is_small_and_its_domain_as_in_the_dns() {
        is(Kind::Email, " Hana@Qwertz.DE ", "hana@qwertz.de");
        is(Kind::Email, "ｈａｎａ＠ｑｗｅｒｔｚ．ｄｅ", "hana@qwertz.de");
        is(Kind::Email, "hana@Bücher.de", "hana@xn--bcher-kva.de");
        is(Kind::Email, "a@日本語.jp", "a@xn--wgv71a119e.jp");
        for wrong in ["", "hana", "@x.de", "hana@", "h\0@x.de"] {
            assert_eq!(spelled(Kind::Email, wrong), None, "{wrong:?}");
        }
        assert_eq!(untagged(b"hana+shop@x.de").as_deref(), Some(b"hana@x.de".as_slice()));
        assert_eq!((untagged(b"hana@x.de"), untagged(b"+x@x.de"), untagged(b"a@x+y.de")), (None, None, None));
    }

    #[test]
    fn a_number_keeps_its_zeros_and_loses_its_separators() {
        is(Kind::Number, "tc-0073 9201.84", "TC0073920184");
        is(Kind::Number, "ＴＣ７３９２０１８４", "TC73920184");
        is(Kind::Number, "7392ー0184−5‐6", "7392018456");
        for wrong in ["12345", "739201", "7777777777", "12345678", "９９９９９９９９", "TC７39番2018", "ABCDEFGHIJ", ""]
        {
            assert_eq!(spelled(Kind::Number, wrong), None, "{wrong:?}");
        }
        is(Kind::Number, "AB7392", "AB7392");
    }

    #[test]
    fn a_telephone_number_is_the_same_in_every_form() {
        for same in [
            "090-7391-5264",
            "09073915264",
            "+81 90-7391-5264",
            "+81 (0)90 7391 5264",
            "0081 90 7391 5264",
            "０９０－７３９１－５２６４",
            "(090)7391-5264",
            "819073915264",
            "9073915264",
        ] {
            is(Kind::Phone, same, "819073915264");
        }
        is(Kind::Phone, "+1 415-739-2604", "14157392604");
        for wrong in ["", "110", "090-7391-5264 ext 5", "+81 1234567890123456"] {
            assert_eq!(spelled(Kind::Phone, wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_name_is_its_letters() {
        is(Kind::Text, "山田　太郎", "山田太郎");
        is(Kind::Text, "ﾔﾏﾀﾞ ﾀﾛｰ", "ヤマダタロー");
        is(Kind::Text, "O'Brien, Seán", "obrienseán");
        assert_eq!((spelled(Kind::Text, "A."), spelled(Kind::Text, " ・ ")), (None, None));
    }

    proptest! {
        #[test]
        fn a_normal_spelling_is_its_own(kind in 0usize..4, value in "[\\PC\\x00-\\x7f]{0,40}") {
            let kind = Kind::ALL[kind];
            if let Some(once) = spelled(kind, &value) {
                // Telephone numbers lose the mark that says a country is written.
                let again = if kind == Kind::Phone { format!("+{once}") } else { once.clone() };
                prop_assert_eq!(spelled(kind, &again), Some(once));
            }
        }

        #[test]
        fn any_bytes_have_a_spelling_or_none(kind in 0usize..4, value in proptest::collection::vec(any::<u8>(), 0..80)) {
            let region = Region::named("US").unwrap();
            let spelled = normal(Kind::ALL[kind], &value, &region);
            prop_assert!(spelled.is_none_or(|it| !it.is_empty() && !it.contains(&0)));
        }
    }
}
