//! What no one country gives: bank accounts by IBAN, banks by BIC, vehicles, passports as machines read them.

use super::shape::{Place, place_of};
use super::sums::rest_97;
use super::{Form, Identifier, Mode, ROW, limit};
use crate::customer::number::is_placeholder;
use crate::text::Severity;
use std::ops::Range;

pub(super) static ROWS: &[Identifier] = &[
    Identifier {
        id: "iban",
        title: "bank account numbers (IBAN)",
        check: Some("the check digits (ISO 13616, modulo 97) and the country's length"),
        severity: Severity::High,
        usual: Mode::Full,
        named: limit(3, 5),
        bare: limit(5, 10),
        form: Form::Iban,
        valid: is_iban,
        words: &[
            "iban number",
            "iban code",
            "bankverbindung",
            "cuenta bancaria",
            "compte bancaire",
            "bank account",
            "口座番号",
            "konto",
            "compte",
            "cuenta",
        ],
        encoded: &[b"\x8c\xfb\x8d\xc0\x94\xd4\x8d\x86", b"\xb8\xfd\xba\xc2\xc8\xd6\xb9\xe6"],
        tokens: &["iban", "rib", "account", "kto", "accountno"],
        ..ROW
    },
    Identifier {
        id: "vin",
        title: "vehicle identification numbers",
        check: Some("the check digit (ISO 3779 and 49 CFR 565, modulo 11)"),
        severity: Severity::Medium,
        usual: Mode::Full,
        named: limit(5, 20),
        column: true,
        form: Form::Written(&["xxxxxxxxxxxxxxxxx"]),
        valid: is_vin,
        specimens: &["1M8GDM9AXKP042788", "1HGCM82633A004352", "JH4KA7561PC008269", "5GZCZ43D13S812715"],
        words: &[
            "vehicle id",
            "vehicle identification",
            "chassis",
            "fahrgestell",
            "bastidor",
            "châssis",
            "車台番号",
            "車両識別番号",
            "フレーム番号",
            "chasis",
            "chassis no",
            "serie du vehicule",
            "série du véhicule",
            "fahrzeug-identifizierungsnummer",
        ],
        encoded: &[
            b"\x8e\xd4\x91\xe4\x94\xd4\x8d\x86",
            b"\xbc\xd6\xc2\xe6\xc8\xd6\xb9\xe6",
            b"\x8e\xd4\x97\xbc\x8e\xaf\x95\xca\x94\xd4\x8d\x86",
            b"\xbc\xd6\xce\xbe\xbc\xb1\xca\xcc\xc8\xd6\xb9\xe6",
            b"\x83t\x83\x8c\x81[\x83\x80\x94\xd4\x8d\x86",
            b"\xa5\xd5\xa5\xec\xa1\xbc\xa5\xe0\xc8\xd6\xb9\xe6",
        ],
        tokens: &["vin", "vins"],
        capitals: &["FIN"],
        ..ROW
    },
    Identifier {
        id: "passport-mrz",
        title: "machine-readable lines of passports",
        check: Some("five check digits (ICAO 9303, weights 7 3 1)"),
        usual: Mode::Full,
        bare: limit(1, 1),
        form: Form::Mrz,
        valid: is_mrz,
        specimens: &["L898902C36UTO7408122F1204159ZE184226B<<<<<10", "L898902C<3UTO6908061F9406236ZE184226B<<<<<14"],
        words: &["passport", "machine readable zone", "パスポート", "旅券"],
        encoded: &[
            b"\x83p\x83X\x83|\x81[\x83g",
            b"\xa5\xd1\xa5\xb9\xa5\xdd\xa1\xbc\xa5\xc8",
            b"\x97\xb7\x8c\x94",
            b"\xce\xb9\xb7\xf4",
        ],
        tokens: &["mrz"],
        ..ROW
    },
    Identifier {
        id: "bic",
        title: "bank identifier codes (BIC)",
        severity: Severity::Low,
        named: None,
        form: Form::Cell,
        valid: is_bic,
        specimens: &["DEUTDEFF", "BOTKJPJT"],
        words: &["swift code", "bic code", "bank identifier", "銀行識別コード"],
        encoded: &[
            b"\x8b\xe2\x8ds\x8e\xaf\x95\xca\x83R\x81[\x83h",
            b"\xb6\xe4\xb9\xd4\xbc\xb1\xca\xcc\xa5\xb3\xa1\xbc\xa5\xc9",
        ],
        tokens: &["bic", "swift"],
        ..ROW
    },
];

/// Country and length, ISO 7064 MOD 97-10, and none that banks publish as an example.
fn is_iban(value: &[u8]) -> bool {
    let known = has_length(value);
    let (head, tail) = value.split_at(value.len().min(4));
    let checked = head.get(2..).is_some_and(|check| check.iter().all(u8::is_ascii_digit));
    let typed = super::super::number::digits_of(tail).is_some_and(|digits| is_placeholder(digits.as_slice()));
    let example = EXAMPLES.iter().any(|example| example.as_bytes() == value);
    known && checked && !typed && !example && rest_97(tail.iter().chain(head).copied()) == 1
}

/// Whether it begins with a country's code and is as long as that country's are.
pub(super) fn has_length(value: &[u8]) -> bool {
    let country = value.get(..2).unwrap_or_default();
    IBAN_LENGTHS.iter().any(|(code, len)| *code == country && usize::from(*len) == value.len())
}

/// IBANs that standards, banks and libraries show.
const EXAMPLES: &[&str] = &[
    "GB82WEST12345698765432",
    "GB29NWBK60161331926819",
    "GB33BUKB20201555555555",
    "DE89370400440532013000",
    "DE75512108001245126199",
    "DE12500105170648489890",
    "FR1420041010050500013M02606",
    "FR7630006000011234567890189",
    "NL91ABNA0417164300",
    "ES9121000418450200051332",
    "IT60X0542811101000000123456",
    "BE68539007547034",
    "CH9300762011623852957",
    "AT611904300234573201",
];

/// The IBAN that a word of it is met in: it begins at most 12 bytes before.
pub(super) fn iban(text: &[u8], word: &Range<usize>) -> Option<(Range<usize>, Place)> {
    let start = iban_start(text, word.start)?;
    let country = text.get(start..start + 2)?;
    let (_, len) = IBAN_LENGTHS.iter().find(|(code, _)| *code == country)?;
    let mut taken = 0u8;
    let mut end = start;
    while taken < *len {
        match text.get(end).copied() {
            Some(b) if b.is_ascii_digit() || b.is_ascii_uppercase() => taken += 1,
            Some(b' ' | b'-') if taken.is_multiple_of(4) => {}
            _ => return None,
        }
        end += 1;
    }
    let span = start..end;
    let place = place_of(text, &span, b"").unwrap_or(Place::Near);
    text.get(end).is_none_or(|b| !b.is_ascii_alphanumeric()).then_some((span, place))
}

fn iban_start(text: &[u8], at: usize) -> Option<usize> {
    let low = at.saturating_sub(12);
    let is_part = |b: &&u8| b.is_ascii_digit() || b.is_ascii_uppercase() || matches!(b, b' ' | b'-');
    let back = text.get(low..at)?.iter().rev().take_while(is_part).count();
    let window = text.get(at - back..)?;
    let is_head = |four: &[u8]| matches!(four, [a, b, c, d] if a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit());
    let offset = window.windows(4).take(back + 1).position(is_head)?;
    let start = at - back + offset;
    let free = start.checked_sub(1).and_then(|at| text.get(at)).is_none_or(|b| !b.is_ascii_alphanumeric());
    free.then_some(start)
}

/// Lengths from the SWIFT registry.
const IBAN_LENGTHS: &[(&[u8], u8)] = &[
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BR", 29),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NL", 18),
    (b"NO", 15),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"SA", 24),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"XK", 20),
];

/// ISO 3779; the ninth character as 49 CFR 565.15 has it. Europe and Japan do not compute it: their numbers pass in one
/// of eleven cases.
fn is_vin(value: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let code = |b: &u8| match *b {
        b'0'..=b'9' => Some(u32::from(*b - b'0')),
        b'A'..=b'H' => Some(u32::from(*b - b'A') + 1),
        b'J'..=b'N' => Some(u32::from(*b - b'J') + 1),
        b'P' => Some(7),
        b'R' => Some(9),
        b'S'..=b'Z' => Some(u32::from(*b - b'S') + 2),
        _ => None,
    };
    let codes: Option<Vec<u32>> = value.iter().map(code).collect();
    let Some(codes) = codes.filter(|codes| codes.len() == WEIGHTS.len()) else { return false };
    let rest = codes.iter().zip(WEIGHTS).map(|(code, weight)| code * weight).sum::<u32>() % 11;
    let wanted = if rest == 10 { b'X' } else { b'0' + u8::try_from(rest).unwrap_or(0) };
    let letters = value.iter().filter(|b| b.is_ascii_alphabetic()).count();
    value.get(8) == Some(&wanted) && (1..17).contains(&letters)
}

/// ICAO 9303-4: number, country, birth, sex, expiry, personal number, each followed by its check digit, then one over
/// all of them.
fn is_mrz(line: &[u8]) -> bool {
    let code = |b: u8| match b {
        b'0'..=b'9' => Some(u32::from(b - b'0')),
        b'A'..=b'Z' => Some(u32::from(b - b'A') + 10),
        b'<' => Some(0),
        _ => None,
    };
    let Some(codes) = line.iter().map(|b| code(*b)).collect::<Option<Vec<u32>>>() else { return false };
    let digit = |at: usize| match line.get(at) {
        Some(b @ b'0'..=b'9') => Some(u32::from(b - b'0')),
        Some(b'<') => Some(0),
        _ => None,
    };
    let sum = |parts: &[Range<usize>]| -> u32 {
        let all = parts.iter().flat_map(|part| codes.get(part.clone()).unwrap_or_default());
        all.zip([7, 3, 1].into_iter().cycle()).map(|(code, weight)| code * weight).sum::<u32>() % 10
    };
    let is = |parts: &[Range<usize>], check: usize| digit(check) == Some(sum(parts));
    let date = |at: usize| super::sums::is_yymmdd(line, at);
    line.len() == 44
        && date(13)
        && date(21)
        && line.get(10..13).is_some_and(|country| country.iter().all(|b| b.is_ascii_uppercase() || *b == b'<'))
        && matches!(line.get(20), Some(b'M' | b'F' | b'X' | b'<'))
        && [(0..9, 9), (13..19, 19), (21..27, 27), (28..42, 42)].into_iter().all(|(part, check)| is(&[part], check))
        && is(&[0..10, 13..20, 21..43], 43)
}

/// The line around a word: letters, digits and `<`, 44 of them.
pub(super) fn mrz(text: &[u8], word: &Range<usize>) -> Option<(Range<usize>, Place)> {
    let is_part = |b: &&u8| b.is_ascii_digit() || b.is_ascii_uppercase() || **b == b'<';
    let whole = word.len() == 44
        || [word.start.checked_sub(1), Some(word.end)].into_iter().flatten().any(|at| text.get(at) == Some(&b'<'));
    if !whole {
        return None;
    }
    let back = text.get(word.start.saturating_sub(45)..word.start)?.iter().rev().take_while(is_part).count();
    let ahead = text.get(word.start..text.len().min(word.start + 45))?.iter().take_while(is_part).count();
    let span = word.start - back..word.start + ahead;
    let place = place_of(text, &span, b"").filter(|_| span.len() == 44)?;
    Some((span, place))
}

/// ISO 9362: four letters, a country, two more, three more or none.
fn is_bic(value: &[u8]) -> bool {
    let letters = |part: Option<&[u8]>| part.is_some_and(|part| part.iter().all(u8::is_ascii_uppercase));
    let country = value.get(4..6).unwrap_or_default();
    matches!(value.len(), 8 | 11)
        && letters(value.get(..6))
        && value.iter().all(u8::is_ascii_alphanumeric)
        && COUNTRIES.as_bytes().chunks(2).any(|known| known == country)
}

/// ISO 3166-1.
const COUNTRIES: &str = concat!(
    "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZ",
    "DEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJM",
    "JOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONP",
    "NRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTO",
    "TRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW",
);
