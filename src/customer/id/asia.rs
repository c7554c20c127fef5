//! India, China, Korea, Taiwan, Hong Kong, Singapore, Thailand.

use super::sums::{at, digit, is_date, is_digits, part, verhoeff, weighted};
use super::{Form, Identifier, Pack, ROW, limit};
use crate::text::Severity;

pub(super) static ROWS: &[Identifier] = &[
    Identifier {
        id: "in-aadhaar",
        title: "Aadhaar numbers (India)",
        countries: &["in"],
        check: Some("the check digit (Verhoeff)"),
        column: true,
        form: Form::Written(&["dddddddddddd", "dddd~dddd~dddd"]),
        valid: is_aadhaar,
        specimens: &["234123412346", "999999990019", "999941057058"],
        words: &["aadhaar", "aadhar", "uidai", "आधार", "adhaar"],
        ..ASIA
    },
    Identifier {
        id: "in-pan",
        title: "permanent account numbers (India)",
        countries: &["in"],
        severity: Severity::High,
        bare: limit(5, 10),
        form: Form::Written(&["AAAAAddddA"]),
        valid: is_pan,
        specimens: &["AAAPL1234C", "ABCPE1234F", "ABCDE1234F", "AAAPA1234A", "AFZPK7190K"],
        words: &["permanent account", "pan number", "pan card", "pan no"],
        capitals: &["PAN"],
        ..ASIA
    },
    Identifier {
        id: "cn-resident-id",
        title: "resident identity numbers (China)",
        countries: &["cn"],
        check: Some("the check character (GB 11643, ISO 7064 MOD 11-2) and the date"),
        bare: limit(1, 2),
        form: Form::Written(&["dddddddddddddddddx"]),
        valid: is_resident_id,
        specimens: &["11010519491231002X"],
        words: &["身份证", "身分證號", "居民身份", "resident identity", "identity card", "id card no", "shenfenzheng"],
        tokens: &["idcard", "sfz", "sfzh"],
        ..ASIA
    },
    Identifier {
        id: "kr-rrn",
        title: "resident registration numbers (Korea)",
        countries: &["kr"],
        check: Some("the date; the check digit is not kept since October 2020"),
        form: Form::Written(&["dddddd-ddddddd", "ddddddddddddd"]),
        valid: is_rrn,
        words: &["주민등록번호", "주민번호", "주민등록", "resident registration", "ssn kr", "kr ssn"],
        tokens: &["rrn", "jumin"],
        ..ASIA
    },
    Identifier {
        id: "tw-national-id",
        title: "national identity numbers (Taiwan)",
        countries: &["tw"],
        check: Some("the check digit (weights, modulo 10)"),
        form: Form::Written(&["Addddddddd"]),
        valid: is_taiwanese,
        specimens: &["A123456789", "A200000003"],
        words: &["身分證", "身份證", "統一編號", "national id", "identity card", "tw id", "id no", "identity number"],
        tokens: &["twid"],
        ..ASIA
    },
    Identifier {
        id: "hk-id",
        title: "identity card numbers (Hong Kong)",
        countries: &["hk"],
        check: Some("the check character (modulo 11)"),
        form: Form::Written(&["Adddddd(x)", "AAdddddd(x)", "Addddddx"]),
        valid: is_hkid,
        specimens: &["A1234563", "A9876543", "G1234563"],
        words: &["香港身份證", "身份證號碼", "hong kong id", "hong kong identity"],
        tokens: &["hkid"],
        ..ASIA
    },
    Identifier {
        id: "sg-nric",
        title: "identity numbers (Singapore, NRIC and FIN)",
        countries: &["sg"],
        check: Some("the check letter (weights 2 7 6 5 4 3 2, modulo 11)"),
        bare: limit(3, 10),
        form: Form::Written(&["AdddddddA"]),
        valid: is_nric,
        specimens: &["S1234567D", "G1234567X", "F1234567N", "T1234567J"],
        words: &["nric no", "national registration", "ic no"],
        tokens: &["nric"],
        capitals: &["FIN"],
        ..ASIA
    },
    Identifier {
        id: "th-pid",
        title: "personal identity numbers (Thailand)",
        countries: &["th"],
        check: Some("the check digit (weights 13 to 2, modulo 11)"),
        column: true,
        form: Form::Written(&["ddddddddddddd", "d-dddd-ddddd-dd-d", "d dddd ddddd dd d"]),
        valid: is_thai,
        words: &["เลขประจำตัวประชาชน", "บัตรประชาชน", "thai id", "citizen id", "citizen no"],
        ..ASIA
    },
];

const ASIA: Identifier = Identifier { pack: Pack::AsiaPacific, ..ROW };

/// UIDAI: no 0 or 1 in front, no palindrome, Verhoeff.
fn is_aadhaar(value: &[u8]) -> bool {
    let palindrome = value.iter().eq(value.iter().rev());
    is_digits(value, 12) && (2..=9).contains(&at(value, 0)) && !palindrome && verhoeff(value)
}

/// Income Tax Department: the fourth letter is the holder's kind. The last one's rule is not published.
fn is_pan(value: &[u8]) -> bool {
    let letters = |part: Option<&[u8]>| part.is_some_and(|part| part.iter().all(u8::is_ascii_uppercase));
    let holder = value.get(3).is_some_and(|b| b"ABCFGHJLPT".contains(b));
    let digits = value.get(5..9).unwrap_or_default();
    value.len() == 10
        && letters(value.get(..5))
        && letters(value.get(9..))
        && holder
        && is_digits(digits, 4)
        && digits != b"0000"
}

/// GB 11643-1999.
fn is_resident_id(value: &[u8]) -> bool {
    let sum = weighted(value, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    let check = b"10X98765432".get(usize::try_from(sum % 11).unwrap_or(11));
    let body = value.get(..17).is_some_and(|body| is_digits(body, 17));
    let region = (11..=82).contains(&part(value, 0, 2));
    let year = part(value, 6, 4);
    let born = (1880..2200).contains(&year) && is_date(part(value, 12, 2), part(value, 10, 2), year);
    value.len() == 18 && body && region && born && value.get(17) == check
}

/// Date, sex and century, six more. Numbers since October 2020 have a random tail, older ones a check digit (weights 2
/// to 9 and 2 to 5, modulo 11): with the date alone one random number of 27 passes, with the digit of 260.
fn is_rrn(value: &[u8]) -> bool {
    let sum = weighted(value, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
    let right = at(value, 12) == (11 - sum % 11) % 10;
    let year = 2000 + part(value, 0, 2);
    let born = is_date(part(value, 4, 2), part(value, 2, 2), year);
    let recent = matches!(at(value, 6), 3 | 4 | 7 | 8) && (2020..2040).contains(&year);
    is_digits(value, 13) && born && (1..=8).contains(&at(value, 6)) && (right || recent)
}

/// Ministry of the interior: the letter is 10 to 35, its digits and the rest weigh 1 9 8 7 6 5 4 3 2 1 1.
fn is_taiwanese(value: &[u8]) -> bool {
    let Some(letter) = value.first().and_then(|b| b"ABCDEFGHJKLMNPQRSTUVXYWZIO".iter().position(|l| l == b)) else {
        return false;
    };
    let code = u32::try_from(letter).unwrap_or(0) + 10;
    let tail = value.get(1..).unwrap_or_default();
    let sum = code / 10 + code % 10 * 9 + weighted(tail, &[8, 7, 6, 5, 4, 3, 2, 1, 1]);
    is_digits(tail, 9) && matches!(at(tail, 0), 1 | 2 | 8 | 9) && sum.is_multiple_of(10)
}

/// Immigration Department: letters 10 to 35 (none in front of one letter is 36), weights 9 to 1, modulo 11; 10 is A.
fn is_hkid(value: &[u8]) -> bool {
    let letters = value.iter().take_while(|b| b.is_ascii_uppercase()).count();
    let code = |at: usize| value.get(at).map_or(0, |b| u32::from(b.wrapping_sub(b'A')) + 10);
    let head = match letters {
        1 => 36 * 9 + code(0) * 8,
        2 => code(0) * 9 + code(1) * 8,
        _ => return false,
    };
    let digits = value.get(letters..letters + 6).unwrap_or_default();
    let check = match value.get(letters + 6) {
        Some(b'A') => 10,
        Some(b) => digit(*b),
        None => return false,
    };
    let sum = head + weighted(digits, &[7, 6, 5, 4, 3, 2]) + check % 1_000;
    value.len() == letters + 7 && is_digits(digits, 6) && check <= 10 && sum.is_multiple_of(11)
}

/// ICA; the letters as public implementations have them (those of M since 2022).
fn is_nric(value: &[u8]) -> bool {
    let Some((series, rest)) = value.split_first() else { return false };
    let sum = weighted(rest, &[2, 7, 6, 5, 4, 3, 2]);
    let (letters, more) = match series {
        b'S' => (b"JZIHGFEDCBA", 0),
        b'T' => (b"JZIHGFEDCBA", 4),
        b'F' => (b"XWUTRQPNMLK", 0),
        b'G' => (b"XWUTRQPNMLK", 4),
        b'M' => (b"XWUTRQPNJLK", 3),
        _ => return false,
    };
    let place = usize::try_from((sum + more) % 11).unwrap_or(11);
    let digits = rest.get(..7).is_some_and(|digits| is_digits(digits, 7));
    value.len() == 9 && digits && value.get(8) == letters.get(place)
}

/// Weights 13 to 2; eleven less the rest, its last digit.
fn is_thai(value: &[u8]) -> bool {
    let sum = weighted(value, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    is_digits(value, 13) && (1..=8).contains(&at(value, 0)) && at(value, 12) == (11 - sum % 11) % 10
}
