//! Japan.

use super::shape::{Place, place_of};
use super::sums::{at, digit, is_digits, part};
use super::{Form, Identifier, Mode, Pack, ROW, limit};
use crate::text::Severity;
use std::ops::Range;

pub(super) static ROWS: &[Identifier] = &[
    Identifier {
        id: "jp-my-number",
        title: "individual numbers (My Number, Japan)",
        check: Some("the check digit (weights, modulo 11)"),
        usual: Mode::Full,
        column: true,
        form: Form::Written(&["dddddddddddd", "dddd~dddd~dddd"]),
        valid: is_my_number,
        specimens: &["123456789018"],
        words: &[
            "my number",
            "individual number",
            "マイナンバー",
            "個人番号",
            "通知カード",
            "共通番号",
            "個人識別番号",
            "ﾏｲﾅﾝﾊﾞｰ",
            "kojin no",
            "kojin bango",
            "individual no",
        ],
        encoded: &[
            b"\x83}\x83C\x83i\x83\x93\x83o\x81[",
            b"\xa5\xde\xa5\xa4\xa5\xca\xa5\xf3\xa5\xd0\xa1\xbc",
            b"\x8c\xc2\x90l\x94\xd4\x8d\x86",
            b"\xb8\xc4\xbf\xcd\xc8\xd6\xb9\xe6",
            b"\x92\xca\x92m\x83J\x81[\x83h",
            b"\xc4\xcc\xc3\xce\xa5\xab\xa1\xbc\xa5\xc9",
            b"\x8b\xa4\x92\xca\x94\xd4\x8d\x86",
            b"\xb6\xa6\xc4\xcc\xc8\xd6\xb9\xe6",
            b"\x8c\xc2\x90l\x8e\xaf\x95\xca\x94\xd4\x8d\x86",
            b"\xb8\xc4\xbf\xcd\xbc\xb1\xca\xcc\xc8\xd6\xb9\xe6",
            b"\xcf\xb2\xc5\xdd\xca\xde\xb0",
            b"\x8e\xcf\x8e\xb2\x8e\xc5\x8e\xdd\x8e\xca\x8e\xde\x8e\xb0",
        ],
        ..JAPAN
    },
    Identifier {
        id: "jp-driving-licence",
        title: "driving licence numbers (Japan)",
        check: Some("the check digit (weights, modulo 11)"),
        severity: Severity::High,
        usual: Mode::Full,
        column: true,
        form: Form::Written(&["dddddddddddd", "dddd~dddd~dddd"]),
        valid: is_licence,
        words: &[
            "driver licen",
            "drivers licen",
            "driving licen",
            "licence no",
            "license no",
            "licence number",
            "license number",
            "運転免許証",
            "免許証番号",
            "免許番号",
            "運転経歴証明書",
            "dl number",
            "dl no",
            "menkyo",
            "driving license",
            "driver licence",
            "免許証",
        ],
        encoded: &[
            b"\x89^\x93]\x96\xc6\x8b\x96\x8f\xd8",
            b"\xb1\xbf\xc5\xbe\xcc\xc8\xb5\xf6\xbe\xda",
            b"\x96\xc6\x8b\x96\x8f\xd8\x94\xd4\x8d\x86",
            b"\xcc\xc8\xb5\xf6\xbe\xda\xc8\xd6\xb9\xe6",
            b"\x96\xc6\x8b\x96\x94\xd4\x8d\x86",
            b"\xcc\xc8\xb5\xf6\xc8\xd6\xb9\xe6",
            b"\x89^\x93]\x8co\x97\xf0\x8f\xd8\x96\xbe\x8f\x91",
            b"\xb1\xbf\xc5\xbe\xb7\xd0\xce\xf2\xbe\xda\xcc\xc0\xbd\xf1",
        ],
        ..JAPAN
    },
    Identifier {
        id: "jp-corporate-number",
        title: "corporate numbers (Japan)",
        check: Some("the check digit (weights, modulo 9)"),
        severity: Severity::Low,
        usual: Mode::Off,
        named: limit(50, 200),
        column: true,
        form: Form::Written(&["ddddddddddddd", "d-dddd-dddd-dddd"]),
        valid: is_corporate,
        specimens: &["8700110005901"],
        words: &["corporate number", "法人番号", "会社法人等番号"],
        encoded: &[
            b"\x96@\x90l\x94\xd4\x8d\x86",
            b"\xcb\xa1\xbf\xcd\xc8\xd6\xb9\xe6",
            b"\x89\xef\x8e\xd0\x96@\x90l\x93\x99\x94\xd4\x8d\x86",
            b"\xb2\xf1\xbc\xd2\xcb\xa1\xbf\xcd\xc5\xf9\xc8\xd6\xb9\xe6",
        ],
        ..JAPAN
    },
    Identifier {
        id: "jp-passport",
        title: "passport numbers (Japan)",
        severity: Severity::High,
        form: Form::Written(&["AAddddddd"]),
        valid: is_passport,
        words: &["passport", "パスポート", "旅券番号", "ryoken", "旅券"],
        encoded: &[
            b"\x83p\x83X\x83|\x81[\x83g",
            b"\xa5\xd1\xa5\xb9\xa5\xdd\xa1\xbc\xa5\xc8",
            b"\x97\xb7\x8c\x94\x94\xd4\x8d\x86",
            b"\xce\xb9\xb7\xf4\xc8\xd6\xb9\xe6",
        ],
        ..JAPAN
    },
    Identifier {
        id: "jp-residence-card",
        title: "residence card numbers (Japan)",
        severity: Severity::High,
        form: Form::Written(&["AAddddddddAA"]),
        valid: is_residence_card,
        words: &["residence card", "zairyu", "在留カード", "特別永住者証明書"],
        encoded: &[b"\x8d\xdd\x97\xaf\x83J\x81[\x83h", b"\xba\xdf\xce\xb1\xa5\xab\xa1\xbc\xa5\xc9"],
        ..JAPAN
    },
    Identifier {
        id: "jp-bank-account",
        title: "bank accounts (Japan)",
        severity: Severity::High,
        named: limit(5, 10),
        form: Form::Written(&["dddd-ddd-ddddddd"]),
        valid: is_bank_account,
        words: &["bank account", "口座番号", "普通預金", "当座預金", "銀行口座", "支店コード", "口座名義"],
        encoded: &[
            b"\x8c\xfb\x8d\xc0\x94\xd4\x8d\x86",
            b"\xb8\xfd\xba\xc2\xc8\xd6\xb9\xe6",
            b"\x95\x81\x92\xca\x97a\x8b\xe0",
            b"\xc9\xe1\xc4\xcc\xcd\xc2\xb6\xe2",
            b"\x93\x96\x8d\xc0\x97a\x8b\xe0",
            b"\xc5\xf6\xba\xc2\xcd\xc2\xb6\xe2",
            b"\x8b\xe2\x8ds\x8c\xfb\x8d\xc0",
            b"\xb6\xe4\xb9\xd4\xb8\xfd\xba\xc2",
            b"\x8ex\x93X\x83R\x81[\x83h",
            b"\xbb\xd9\xc5\xb9\xa5\xb3\xa1\xbc\xa5\xc9",
            b"\x8c\xfb\x8d\xc0\x96\xbc\x8b`",
            b"\xb8\xfd\xba\xc2\xcc\xbe\xb5\xc1",
        ],
        ..JAPAN
    },
    Identifier {
        id: "jp-vehicle-frame",
        title: "vehicle frame numbers (Japan)",
        severity: Severity::Medium,
        named: limit(20, 80),
        form: Form::Cell,
        valid: is_frame,
        words: &["chassis", "frame no", "frame number", "車台番号", "フレーム番号", "車体番号"],
        encoded: &[
            b"\x8e\xd4\x91\xe4\x94\xd4\x8d\x86",
            b"\xbc\xd6\xc2\xe6\xc8\xd6\xb9\xe6",
            b"\x83t\x83\x8c\x81[\x83\x80\x94\xd4\x8d\x86",
            b"\xa5\xd5\xa5\xec\xa1\xbc\xa5\xe0\xc8\xd6\xb9\xe6",
            b"\x8e\xd4\x91\xcc\x94\xd4\x8d\x86",
            b"\xbc\xd6\xc2\xce\xc8\xd6\xb9\xe6",
        ],
        ..JAPAN
    },
    Identifier {
        id: "jp-number-plate",
        title: "number plates (Japan)",
        severity: Severity::Medium,
        named: limit(5, 20),
        bare: limit(5, 20),
        form: Form::Plate,
        valid: |_| true,
        words: &[
            "number plate",
            "license plate",
            "licence plate",
            "ナンバープレート",
            "登録番号",
            "車両番号",
            "car plate",
            "plate number",
            "ナンバー",
            "車番",
        ],
        encoded: &[
            b"\x83i\x83\x93\x83o\x81[\x83v\x83\x8c\x81[\x83g",
            b"\xa5\xca\xa5\xf3\xa5\xd0\xa1\xbc\xa5\xd7\xa5\xec\xa1\xbc\xa5\xc8",
            b"\x93o\x98^\x94\xd4\x8d\x86",
            b"\xc5\xd0\xcf\xbf\xc8\xd6\xb9\xe6",
            b"\x8e\xd4\x97\xbc\x94\xd4\x8d\x86",
            b"\xbc\xd6\xce\xbe\xc8\xd6\xb9\xe6",
        ],
        tokens: &["plate"],
        ..JAPAN
    },
];

const JAPAN: Identifier = Identifier { pack: Pack::Japan, countries: &["jp"], ..ROW };

/// Ministerial ordinance 85 of 2014: weights 2 to 7, then 2 to 6, from the right, modulo 11.
fn is_my_number(value: &[u8]) -> bool {
    let body = value.iter().take(11).rev();
    let sum: u32 = body.enumerate().map(|(n, b)| digit(*b) * if n < 6 { n as u32 + 2 } else { n as u32 - 4 }).sum();
    let wanted = if sum % 11 <= 1 { 0 } else { 11 - sum % 11 };
    is_digits(value, 12) && at(value, 11) == wanted
}

/// Public safety commission, year of the first issue, serial, check digit, count of re-issues. No official source; the
/// weights as owners' pages give them (jiko0.com/bangou.html).
fn is_licence(value: &[u8]) -> bool {
    let sum = super::sums::weighted(value, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
    let commission = matches!(
        part(value, 0, 2),
        10..=14 | 20..=25 | 30 | 40..=55 | 60..=65 | 70..=74 | 80..=83 | 90..=97
    );
    is_digits(value, 12) && commission && at(value, 10) == (11 - sum % 11) % 10
}

/// Ordinance on corporate numbers: weights 1 and 2 from the right over twelve digits, nine less the rest modulo 9, in
/// front.
fn is_corporate(value: &[u8]) -> bool {
    let sum: u32 =
        value.iter().skip(1).rev().zip([1, 2].into_iter().cycle()).map(|(b, weight)| digit(*b) * weight).sum();
    is_digits(value, 13) && at(value, 0) == 9 - sum % 9
}

/// Two letters without I and O, seven digits.
fn is_passport(value: &[u8]) -> bool {
    let letter = |b: &u8| b.is_ascii_uppercase() && !matches!(b, b'I' | b'O');
    value.len() == 9 && value.iter().take(2).all(letter) && value.iter().skip(2).all(u8::is_ascii_digit)
}

fn is_residence_card(value: &[u8]) -> bool {
    let letters = |part: Option<&[u8]>| part.is_some_and(|part| part.iter().all(u8::is_ascii_uppercase));
    let digits = value.get(2..10).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    value.len() == 12 && letters(value.get(..2)) && digits && letters(value.get(10..))
}

/// Bank, branch and account; in a column for accounts the account alone.
fn is_bank_account(value: &[u8]) -> bool {
    let whole = is_digits(value, 14) && part(value, 0, 4) > 0 && part(value, 7, 7) > 0;
    whole || ((7..=8).contains(&value.len()) && value.iter().all(u8::is_ascii_digit))
}

/// A model code and a serial number: known by its column alone, since it is written as many a ticket is.
fn is_frame(value: &[u8]) -> bool {
    let serial = value.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let model = value.get(..value.len().saturating_sub(serial.min(7))).unwrap_or_default();
    (8..=15).contains(&value.len())
        && serial >= 5
        && model.iter().any(u8::is_ascii_alphabetic)
        && !value.starts_with(b"CVE")
}

/// `品川 330 あ 12-34` around the digits of its class: a place's name, class, one kana, up to four digits.
pub(super) fn plate(text: &[u8], word: &Range<usize>) -> Option<(Range<usize>, Place)> {
    let before = text.get(word.start.saturating_sub(16)..word.start)?;
    let blank = usize::from(before.last() == Some(&b' '));
    let place = before.len() - blank;
    let place = before.get(..place)?.iter().rev().take_while(|b| **b >= 0x80).count();
    if place == 0 {
        return None;
    }
    let after = text.get(word.end..text.len().min(word.end + 24))?;
    let len = after.iter().take_while(|b| !matches!(b, b'\n' | b'\r' | b',' | b'\t' | b'"')).count();
    let end = after.get(..len)?.iter().rposition(u8::is_ascii_digit)? + 1;
    let span = word.start - blank - place..word.end + end;
    let place = place_of(text, &span, b"")?;
    is_plate(text.get(span.clone())?).then_some((span, place))
}

/// Place, class of two or three with a digit in front (letters since 2018), kana, number with dots for leading zeros.
pub(super) fn is_plate(written: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(written) else { return false };
    let text: Vec<char> = text.chars().filter(|c| *c != ' ' && *c != '\u{3000}').collect();
    let place = text.iter().take_while(|c| ('\u{3040}'..='\u{9fff}').contains(*c)).count();
    let Some(rest) = text.get(place..).filter(|_| (1..=4).contains(&place)) else { return false };
    let class = rest.iter().take_while(|c| c.is_ascii_digit() || "ACFHKLMPXY".contains(**c)).count();
    let kana = rest.get(class).is_some_and(|c| ('\u{3041}'..='\u{3096}').contains(c));
    let number: Vec<char> = rest.iter().skip(class + 1).copied().filter(|c| *c != '-').collect();
    let dots = number.iter().take_while(|c| matches!(c, '・' | '.')).count();
    let digits = number.iter().skip(dots).take_while(|c| c.is_ascii_digit()).count();
    let classed = (2..=3).contains(&class) && rest.first().is_some_and(char::is_ascii_digit);
    classed && kana && (1..=4).contains(&digits) && dots + digits == number.len() && number.len() <= 4
}
