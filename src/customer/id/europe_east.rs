//! Poland, the Czech Republic, Slovakia, Romania, Greece.

use super::sums::{at, is_date, is_ddmmyy, is_digits, long, luhn, part, weighted};
use super::{Form, Identifier, Pack, ROW};

pub(super) static ROWS: &[Identifier] = &[
    Identifier {
        id: "pl-pesel",
        title: "PESEL numbers (Poland)",
        countries: &["pl"],
        check: Some("the check digit (weights 1 3 7 9, modulo 10) and the date"),
        column: true,
        form: Form::Written(&["ddddddddddd"]),
        valid: is_pesel,
        specimens: &["44051401359", "44051401458", "02070803628"],
        words: &["numer pesel", "ewidencyjny"],
        tokens: &["pesel"],
        ..EU
    },
    Identifier {
        id: "cz-rodne-cislo",
        title: "birth numbers (Czech Republic, Slovakia)",
        countries: &["cz", "sk"],
        check: Some("the number is a multiple of 11, and the date"),
        form: Form::Written(&["dddddd/dddd", "dddddddddd"]),
        valid: is_rodne_cislo,
        specimens: &["7103192745"],
        words: &["rodné číslo", "rodne cislo", "rodnécíslo"],
        ..EU
    },
    Identifier {
        id: "ro-cnp",
        title: "personal numeric codes (Romania)",
        countries: &["ro"],
        check: Some("the check digit (weights, modulo 11), county and date"),
        column: true,
        form: Form::Written(&["ddddddddddddd"]),
        valid: is_cnp,
        specimens: &["1800101221144", "1630615123457"],
        words: &["cod numeric personal", "numeric personal"],
        tokens: &["cnp"],
        ..EU
    },
    Identifier {
        id: "gr-amka",
        title: "social security numbers (Greece)",
        countries: &["gr"],
        check: Some("the check digit (Luhn) and the date"),
        column: true,
        form: Form::Written(&["ddddddddddd"]),
        valid: |value| is_digits(value, 11) && is_ddmmyy(value, 0) && luhn(value),
        specimens: &["01013099997"],
        words: &["αμκα", "α.μ.κ.α", "κοινωνικής ασφάλισης"],
        tokens: &["amka"],
        ..EU
    },
];

const EU: Identifier = Identifier { pack: Pack::Eu, ..ROW };

/// Ministry of the interior: 80, 20, 40, 60 more in the month for the 1800s, 2000s, 2100s, 2200s.
fn is_pesel(value: &[u8]) -> bool {
    let sum = weighted(value, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]);
    let month = part(value, 2, 2);
    let born = month < 100 && is_date(part(value, 4, 2), month % 20, 2000 + part(value, 0, 2));
    is_digits(value, 11) && born && at(value, 10) == (10 - sum % 10) % 10
}

/// Act 133/2000 Coll.: 50 more in the month for women, 20 where a day ran out (since 2004); ten digits since 1954, a
/// multiple of 11, or a rest of 10 with the last digit 0 (until 1985).
fn is_rodne_cislo(value: &[u8]) -> bool {
    let month = part(value, 2, 2);
    let month = if month > 50 { month.wrapping_sub(50) } else { month };
    let month = if month > 20 { month - 20 } else { month };
    let body = long(value.get(..9).unwrap_or_default());
    let right = long(value).is_multiple_of(11) || (body % 11 == 10 && at(value, 9) == 0);
    is_digits(value, 10) && is_date(part(value, 4, 2), month, 2000 + part(value, 0, 2)) && right
}

/// Sex and century, date, county, serial; weights 2 7 9 1 4 6 3 5 8 2 7 9, modulo 11, 10 is 1.
fn is_cnp(value: &[u8]) -> bool {
    let wanted = match weighted(value, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11 {
        10 => 1,
        rest => rest,
    };
    let born = is_date(part(value, 5, 2), part(value, 3, 2), 2000 + part(value, 1, 2));
    let county = matches!(part(value, 7, 2), 1..=52 | 70 | 80..=83);
    is_digits(value, 13) && at(value, 0) != 0 && born && county && at(value, 12) == wanted
}
