//! South Africa, Turkey, Israel.

use super::sums::{at, is_digits, is_yymmdd, luhn};
use super::{Form, Identifier, Pack, ROW, limit};

pub(super) static ROWS: &[Identifier] = &[
    Identifier {
        id: "za-id",
        title: "identity numbers (South Africa)",
        countries: &["za"],
        check: Some("the check digit (Luhn) and the date"),
        bare: limit(2, 4),
        form: Form::Written(&["ddddddddddddd", "dddddd dddd ddd"]),
        valid: is_south_african,
        specimens: &["8001015009087", "9202204720082"],
        words: &["id number", "id no", "identity number", "south african id", "sa id"],
        tokens: &["idnumber", "rsaid"],
        ..PACK
    },
    Identifier {
        id: "tr-tckn",
        title: "identity numbers (Turkey)",
        countries: &["tr"],
        check: Some("two check digits"),
        bare: limit(5, 10),
        form: Form::Written(&["ddddddddddd"]),
        valid: is_tckn,
        specimens: &["10000000146", "12345678950"],
        words: &["tc kimlik", "kimlik no", "kimlik numara", "tc no"],
        tokens: &["tckn", "kimlik", "tcno"],
        ..PACK
    },
    Identifier {
        id: "il-id",
        title: "identity numbers (Israel)",
        countries: &["il"],
        check: Some("the check digit (Luhn)"),
        column: true,
        form: Form::Written(&["ddddddddd", "dddddddd-d"]),
        valid: |value| is_digits(value, 9) && luhn(value),
        specimens: &["123456782"],
        words: &["תעודת זהות", "מספר זהות", "ת.ז", "ת״ז", "teudat zehut", "israeli id", "mispar zehut"],
        ..PACK
    },
];

const PACK: Identifier = Identifier { pack: Pack::AfricaMiddleEast, ..ROW };

/// Department of Home Affairs: date, serial, citizenship 0 to 2, 8 or 9, Luhn.
fn is_south_african(value: &[u8]) -> bool {
    let kind = at(value, 10) <= 2 && matches!(at(value, 11), 8 | 9 | 0);
    is_digits(value, 13) && is_yymmdd(value, 0) && kind && luhn(value)
}

/// NVİ: the tenth digit is seven times the odd places less the even ones, the eleventh the sum of ten, modulo 10.
fn is_tckn(value: &[u8]) -> bool {
    let sum = |places: [usize; 5]| places.into_iter().map(|place| at(value, place) % 1_000).sum::<u32>();
    let (odd, even) = (
        sum([0, 2, 4, 6, 8]),
        at(value, 1) % 1_000 + [3, 5, 7].map(|place| at(value, place) % 1_000).iter().sum::<u32>(),
    );
    let tenth = (odd * 7 + 100 - even) % 10;
    is_digits(value, 11) && at(value, 0) != 0 && at(value, 9) == tenth && at(value, 10) == (odd + even + tenth) % 10
}
