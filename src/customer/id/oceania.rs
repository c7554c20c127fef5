//! Australia.

use super::sums::{at, is_digits, part, weighted};
use super::{Form, Identifier, Mode, Pack, ROW, limit};
use crate::text::Severity;

pub(super) static ROWS: &[Identifier] = &[
    Identifier {
        id: "au-tax-file-number",
        title: "tax file numbers (Australia)",
        check: Some("the check digit (weights, modulo 11)"),
        column: true,
        form: Form::Written(&["ddddddddd", "ddd ddd ddd"]),
        valid: is_tfn,
        specimens: &["123456782", "876543210"],
        words: &["tax file"],
        tokens: &["tfn"],
        ..AUSTRALIA
    },
    Identifier {
        id: "au-medicare",
        title: "Medicare numbers (Australia)",
        check: Some("the check digit (weights 1 3 7 9, modulo 10)"),
        column: true,
        form: Form::Written(&["dddddddddd", "dddd~ddddd~d"]),
        valid: is_medicare,
        specimens: &["2123456701", "2428778132"],
        words: &["medicare", "mcare"],
        ..AUSTRALIA
    },
    Identifier {
        id: "au-business-number",
        title: "business numbers (Australia, ABN)",
        check: Some("the check digits (weights, modulo 89)"),
        severity: Severity::Low,
        usual: Mode::Off,
        named: limit(20, 100),
        column: true,
        form: Form::Written(&["ddddddddddd", "dd ddd ddd ddd"]),
        valid: is_abn,
        specimens: &["51824753556", "53004085616"],
        words: &["australian business"],
        tokens: &["abn"],
        ..AUSTRALIA
    },
];

const AUSTRALIA: Identifier = Identifier { pack: Pack::AsiaPacific, countries: &["au"], ..ROW };

/// ATO: weights 1 4 3 7 5 8 6 9 10, modulo 11.
fn is_tfn(value: &[u8]) -> bool {
    is_digits(value, 9) && value != b"000000000" && weighted(value, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11)
}

/// Services Australia: weights 1 3 7 9 1 3 7 9 over eight digits, then the check digit, then the card's issue.
fn is_medicare(value: &[u8]) -> bool {
    let sum = weighted(value, &[1, 3, 7, 9, 1, 3, 7, 9]);
    is_digits(value, 10) && (2..=6).contains(&at(value, 0)) && at(value, 8) == sum % 10 && at(value, 9) > 0
}

/// ABR: one less in the first digit, weights 10 1 3 5 … 19, modulo 89.
fn is_abn(value: &[u8]) -> bool {
    let sum = weighted(value, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    is_digits(value, 11) && part(value, 0, 2) > 10 && (sum - 10).is_multiple_of(89)
}
