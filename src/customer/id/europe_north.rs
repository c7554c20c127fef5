//! The Nordic countries.

use super::sums::{at, digit, is_date, is_ddmmyy, is_digits, is_yymmdd, luhn, part, weighted};
use super::{Form, Identifier, Pack, ROW, limit};

pub(super) static ROWS: &[Identifier] = &[
    Identifier {
        id: "se-personnummer",
        title: "personal numbers (Sweden)",
        countries: &["se"],
        check: Some("the check digit (Luhn) and the date"),
        // Ten bare digits are anything; with the dash they are not.
        form: Form::Written(&["dddddd-dddd", "dddddd+dddd", "dddddddd-dddd", "dddddddddddd", "dddddddddd"]),
        valid: is_personnummer,
        specimens: &["191212121212", "1212121212", "8112289874", "198112289874"],
        words: &["personnummer", "samordningsnummer", "person nr", "swedish ssn", "pers nr", "persnr"],
        tokens: &["pnr"],
        ..NORDIC
    },
    Identifier {
        id: "fi-hetu",
        title: "personal identity codes (Finland)",
        countries: &["fi"],
        check: Some("the check character (modulo 31) and the date"),
        bare: limit(2, 4),
        form: Form::Written(&["dddddd-dddx", "dddddd+dddx", "ddddddAdddx"]),
        valid: is_hetu,
        specimens: &["131052308T", "131052A308T", "010100A900F"],
        words: &[
            "henkilötunnus",
            "henkilotunnus",
            "personbeteckning",
            "hlo tunnus",
            "henk tunnus",
            "sosiaaliturvatunnus",
        ],
        tokens: &["hetu", "sotu"],
        ..NORDIC
    },
    Identifier {
        id: "no-fodselsnummer",
        title: "birth numbers (Norway)",
        countries: &["no"],
        check: Some("two check digits (modulo 11) and the date"),
        column: true,
        form: Form::Written(&["ddddddddddd", "dddddd~ddddd"]),
        valid: is_fodselsnummer,
        words: &["fødselsnummer", "fodselsnummer", "fødselsnr", "personnummer", "d-nummer"],
        tokens: &["fnr"],
        ..NORDIC
    },
    Identifier {
        id: "dk-cpr",
        title: "civil registration numbers (Denmark)",
        countries: &["dk"],
        check: Some("the date; the old check digit is not kept since 2007"),
        form: Form::Written(&["dddddd-dddd", "dddddddddd"]),
        valid: is_cpr,
        words: &["cpr nummer", "cpr nr", "cpr number", "personnummer"],
        tokens: &["cpr", "cprnr"],
        ..NORDIC
    },
];

const NORDIC: Identifier = Identifier { pack: Pack::Eu, ..ROW };

/// Skatteverket: date (60 more in the day: coordination number), three digits, Luhn over ten digits.
fn is_personnummer(value: &[u8]) -> bool {
    let Some(ten) = value.len().checked_sub(10).and_then(|from| value.get(from..)) else { return false };
    let century = matches!(value.get(..value.len() - 10), Some(b"" | b"18" | b"19" | b"20"));
    let day = part(ten, 4, 2);
    let day = if day > 60 { day - 60 } else { day };
    century && is_digits(ten, 10) && is_date(day, part(ten, 2, 2), 2000 + part(ten, 0, 2)) && luhn(ten)
}

/// Population Information Act: the date and the three digits as one number modulo 31. 900 to 999: given for a time. The
/// sign of the century is a dash, a plus, or a letter, which alone is left here.
fn is_hetu(value: &[u8]) -> bool {
    let (signed, rest) = match value.len() {
        11 => (value.get(6).is_some_and(|b| b"ABCDEFUVWXY".contains(b)), value.get(7..).unwrap_or_default()),
        10 => (true, value.get(6..).unwrap_or_default()),
        _ => return false,
    };
    let number = part(value, 0, 6) * 1_000 + part(rest, 0, 3);
    let check = b"0123456789ABCDEFHJKLMNPRSTUVWXY".get(usize::try_from(number % 31).unwrap_or(31));
    signed && is_ddmmyy(value, 0) && part(rest, 0, 3) < 1_000 && part(rest, 0, 3) > 1 && rest.get(3) == check
}

/// Skatteetaten: two check digits modulo 11 (10 is never given); 40 more in the day: D-number, in the month: H-number.
fn is_fodselsnummer(value: &[u8]) -> bool {
    let less = |value: u32| if value > 40 { value - 40 } else { value };
    let (day, month) = (less(part(value, 0, 2)), less(part(value, 2, 2)));
    let first = (11 - weighted(value, &[3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11) % 11;
    let second = (11 - weighted(value, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
    let born = is_date(day, month, 2000 + part(value, 4, 2));
    is_digits(value, 11) && born && at(value, 9) == first && at(value, 10) == second
}

/// CPR-kontoret: the date, four digits. The check digit is not asked for: numbers since October 2007 need not have it.
fn is_cpr(value: &[u8]) -> bool {
    is_digits(value, 10)
        && is_ddmmyy(value, 0)
        && !is_yymmdd(value, 4)
        && value.get(6..).is_some_and(|rest| rest.iter().any(|b| digit(*b) > 0))
}
