//! Western and southern Europe: the United Kingdom, Ireland, Germany, Austria, Switzerland, France, Spain, Portugal,
//! Italy, Belgium, the Netherlands.

use super::sums::{at, digit, is_date, is_ddmmyy, is_digits, iso_11_10, long, part, weighted};
use super::{Form, Identifier, Pack, ROW, limit};
use crate::text::Severity;

pub(super) static ROWS: &[Identifier] = &[
    Identifier {
        id: "uk-national-insurance-number",
        title: "national insurance numbers (UK)",
        pack: Pack::Uk,
        countries: &["gb", "uk"],
        bare: limit(5, 10),
        form: Form::Written(&["AAddddddA", "AA dd dd dd A"]),
        valid: is_nino,
        specimens: &["AB123456C", "QQ123456C"],
        words: &["national insurance", "ni number", "nat ins", "ni no"],
        tokens: &["nino"],
        ..ROW
    },
    Identifier {
        id: "uk-nhs-number",
        title: "NHS numbers (UK)",
        pack: Pack::Uk,
        countries: &["gb", "uk"],
        check: Some("the check digit (weights 10 to 2, modulo 11)"),
        column: true,
        form: Form::Written(&["dddddddddd", "ddd~ddd~dddd"]),
        valid: is_nhs,
        specimens: &["9434765919", "9990123454", "4505577104", "4010232137"],
        words: &["nhs number", "nhs no", "nhs id", "patient number", "patient no", "nhsnum", "patient id"],
        tokens: &["nhs", "patient"],
        ..ROW
    },
    Identifier {
        id: "ie-pps",
        title: "personal public service numbers (Ireland)",
        countries: &["ie"],
        check: Some("the check letter (modulo 23)"),
        form: Form::Written(&["dddddddA", "dddddddAA"]),
        valid: is_pps,
        specimens: &["1234567T", "1234567FA"],
        words: &["personal public service", "pps number", "pps no"],
        tokens: &["pps", "ppsn"],
        ..EU
    },
    Identifier {
        id: "de-tax-id",
        title: "tax identification numbers (Germany)",
        countries: &["de"],
        check: Some("the check digit (ISO 7064 MOD 11,10) and the repeated digit"),
        column: true,
        form: Form::Written(&["ddddddddddd", "dd ddd ddd ddd"]),
        valid: is_steuer_id,
        specimens: &["86095742719", "47036892816", "65929970489", "57549285017", "25768131411"],
        words: &[
            "steuer id",
            "steueridentifikation",
            "steuerliche identifikation",
            "steuer identifikation",
            "tax id",
            "identifikationsnummer",
        ],
        tokens: &["idnr", "steuerid", "tin"],
        ..EU
    },
    Identifier {
        id: "at-svnr",
        title: "social insurance numbers (Austria)",
        countries: &["at"],
        check: Some("the check digit (weights, modulo 11) and the date"),
        form: Form::Written(&["dddddddddd", "dddd~dddddd"]),
        valid: is_svnr,
        specimens: &["1237010180"],
        words: &["sozialversicherung", "versicherungsnummer", "sv nummer", "sv nr"],
        tokens: &["svnr"],
        ..EU
    },
    Identifier {
        id: "ch-ahv",
        title: "old-age insurance numbers (Switzerland)",
        countries: &["ch"],
        check: Some("the check digit (EAN-13)"),
        bare: limit(3, 10),
        form: Form::Written(&["ddddddddddddd", "ddd.dddd.dddd.dd"]),
        valid: is_ahv,
        specimens: &["7569217076985", "7561234567897"],
        words: &["ahv nummer", "ahv nr", "sozialversicherung", "numero avs", "numéro avs"],
        tokens: &["ahv", "avs", "ahvn"],
        ..EU
    },
    Identifier {
        id: "fr-nir",
        title: "social security numbers (France)",
        countries: &["fr"],
        check: Some("the key (97 less the rest modulo 97), month and department"),
        bare: limit(3, 10),
        form: Form::Written(&["dddddxxdddddddd", "d dd dd dx ddd ddd dd", "d dd dd dx ddd ddd-dd"]),
        valid: is_nir,
        specimens: &["295109912611193", "255081416802538"],
        words: &[
            "sécurité sociale",
            "securite sociale",
            "numéro de sécu",
            "insee",
            "num secu",
            "n° sécu",
            "no ss",
            "numero securite sociale",
        ],
        tokens: &["nir", "nss"],
        ..EU
    },
    Identifier {
        id: "es-dni",
        title: "identity numbers (Spain, DNI)",
        countries: &["es"],
        check: Some("the check letter (modulo 23)"),
        severity: Severity::High,
        column: true,
        form: Form::Written(&["ddddddddA", "dddddddd-A", "dd.ddd.ddd-A", "dd.ddd.dddA"]),
        valid: is_dni,
        specimens: &["12345678Z", "00000000T", "00000001R", "99999999R"],
        words: &["documento nacional", "documento de identidad", "documento identidad"],
        tokens: &["dni", "nif"],
        ..EU
    },
    Identifier {
        id: "es-nie",
        title: "foreigners' numbers (Spain, NIE)",
        countries: &["es"],
        check: Some("the check letter (modulo 23)"),
        severity: Severity::High,
        bare: limit(5, 10),
        form: Form::Written(&["AdddddddA", "A-ddddddd-A"]),
        valid: is_nie,
        specimens: &["X1234567L", "X0000000T"],
        words: &["extranjero", "identidad de extranjero"],
        tokens: &["nie", "nif"],
        ..EU
    },
    Identifier {
        id: "pt-nif",
        title: "taxpayer numbers (Portugal)",
        countries: &["pt"],
        check: Some("the check digit (weights 9 to 2, modulo 11)"),
        severity: Severity::High,
        column: true,
        form: Form::Written(&["ddddddddd", "ddd ddd ddd"]),
        valid: is_portuguese_nif,
        specimens: &["123456789", "999999990"],
        words: &["número de identificação fiscal", "numero de contribuinte", "número de contribuinte", "contribuinte"],
        tokens: &["nif"],
        ..EU
    },
    Identifier {
        id: "it-codice-fiscale",
        title: "tax codes (Italy)",
        countries: &["it"],
        check: Some("the check letter (modulo 26), month and day"),
        bare: limit(3, 10),
        form: Form::Written(&["AAAAAAxxAxxAxxxA"]),
        valid: is_codice_fiscale,
        specimens: &["RSSMRA85T10A562S", "RSSMRA80A01H501U", "RSSMRA85M01H501Q"],
        words: &["codice fiscale", "cod fiscale", "fiscal code", "cod fisc"],
        capitals: &["CF"],
        ..EU
    },
    Identifier {
        id: "be-national-number",
        title: "national register numbers (Belgium)",
        countries: &["be"],
        check: Some("97 less the rest modulo 97, and the date"),
        column: true,
        form: Form::Written(&["ddddddddddd", "dd.dd.dd-ddd.dd", "dddddd-ddd.dd", "dddddd-ddd-dd"]),
        valid: is_belgian,
        words: &["rijksregister", "registre national", "numéro national", "insz", "niss"],
        capitals: &["NN", "RRN"],
        ..EU
    },
    Identifier {
        id: "nl-bsn",
        title: "citizen service numbers (Netherlands)",
        countries: &["nl"],
        check: Some("the eleven-test (weights 9 to 2 and -1)"),
        column: true,
        form: Form::Written(&["ddddddddd", "dddd.dd.ddd", "ddd.ddd.ddd", "ddd ddd ddd"]),
        valid: is_bsn,
        specimens: &["111222333", "123456782"],
        words: &["burgerservice", "sofinummer", "sofi nummer"],
        tokens: &["bsn"],
        ..EU
    },
];

const EU: Identifier = Identifier { pack: Pack::Eu, ..ROW };

/// HMRC: letters that are never used, prefixes that were never given.
fn is_nino(value: &[u8]) -> bool {
    let [a, b, digits @ .., suffix] = value else { return false };
    let first = a.is_ascii_uppercase() && !b"DFIQUV".contains(a);
    let second = b.is_ascii_uppercase() && !b"DFIOQUV".contains(b);
    let never = [b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"].contains(&&[*a, *b]);
    is_digits(digits, 6) && first && second && !never && (b'A'..=b'D').contains(suffix)
}

/// NHS data dictionary: weights 10 to 2, eleven less the rest; 11 is 0, 10 is never given.
fn is_nhs(value: &[u8]) -> bool {
    let wanted = (11 - weighted(value, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11;
    is_digits(value, 10) && at(value, 9) == wanted
}

/// Revenue: weights 8 to 2, a second letter times 9, modulo 23; W is 0.
fn is_pps(value: &[u8]) -> bool {
    let code = |b: u8| if b == b'W' { 0 } else { u32::from(b.wrapping_sub(b'A')) + 1 };
    let second = match value.get(8) {
        None => 0,
        Some(b @ (b'A'..=b'I' | b'W')) => code(*b) * 9,
        Some(_) => return false,
    };
    let sum = weighted(value.get(..7).unwrap_or_default(), &[8, 7, 6, 5, 4, 3, 2]) + second;
    let digits = value.get(..7).is_some_and(|digits| is_digits(digits, 7));
    let check = value.get(7).filter(|b| b.is_ascii_uppercase());
    digits && (8..=9).contains(&value.len()) && check.is_some_and(|b| code(*b) == sum % 23)
}

/// Section 139b AO and the BZSt's test procedure: no zero in front, among the first ten digits one that comes twice or
/// thrice (then not in a row), ISO 7064 MOD 11,10.
fn is_steuer_id(value: &[u8]) -> bool {
    let body = value.get(..10).unwrap_or_default();
    let count = |digit: u8| body.iter().filter(|b| **b == digit).count();
    let twice = (b'0'..=b'9').filter(|digit| count(*digit) == 2).count();
    let thrice = (b'0'..=b'9').filter(|digit| count(*digit) == 3).count();
    let most = (b'0'..=b'9').map(count).max().unwrap_or(0);
    let row = body.windows(3).any(|three| three.iter().all(|b| Some(b) == three.first()));
    let repeats = most <= 3 && twice + thrice == 1 && !row;
    is_digits(value, 11) && at(value, 0) != 0 && repeats && iso_11_10(value)
}

/// Dachverband: the fourth digit checks the others (weights 3 7 9, 5 8 4 2 1 6); then day, month and year of birth, the
/// month above 12 where days ran out.
fn is_svnr(value: &[u8]) -> bool {
    let rest = weighted(value, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11;
    let (day, month) = (part(value, 4, 2), part(value, 6, 2));
    let born = is_ddmmyy(value, 4) || ((13..=15).contains(&month) && (1..=31).contains(&day));
    is_digits(value, 10) && at(value, 0) != 0 && born && at(value, 3) == rest
}

/// 756 and EAN-13.
fn is_ahv(value: &[u8]) -> bool {
    let sum = weighted(value, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]);
    is_digits(value, 13) && value.starts_with(b"756") && sum.is_multiple_of(10)
}

/// INSEE: sex, year, month (or a code for an unknown one), department (2A is 19, 2B is 18 in the sum), key.
fn is_nir(value: &[u8]) -> bool {
    let mut digits: Vec<u8> = value.to_vec();
    let place = match digits.get_mut(5..7) {
        Some(place) if place == b"2A" => Some((place, *b"19")),
        Some(place) if place == b"2B" => Some((place, *b"18")),
        _ => None,
    };
    if let Some((place, number)) = place {
        place.copy_from_slice(&number);
    }
    let month = matches!(part(&digits, 3, 2), 1..=12 | 20..=42 | 50..=99);
    let sex = matches!(at(&digits, 0), 1 | 2 | 3 | 7 | 8);
    let key = 97 - long(digits.get(..13).unwrap_or_default()) % 97;
    is_digits(&digits, 15) && sex && month && u64::from(part(&digits, 13, 2)) == key
}

const DNI: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";

/// Real Decreto 1553/2005: the letter is the number modulo 23.
fn is_dni(value: &[u8]) -> bool {
    let digits = value.get(..8).unwrap_or_default();
    let rest = usize::try_from(long(digits) % 23).unwrap_or(0);
    value.len() == 9 && is_digits(digits, 8) && value.get(8) == DNI.get(rest)
}

/// X, Y, Z in front are 0, 1, 2.
fn is_nie(value: &[u8]) -> bool {
    let Some((first @ b'X'..=b'Z', rest)) = value.split_first() else { return false };
    is_dni(&[&[first - b'X' + b'0'], rest].concat())
}

/// Autoridade Tributária: weights 9 to 2, eleven less the rest; 10 and 11 are 0.
fn is_portuguese_nif(value: &[u8]) -> bool {
    let wanted = match 11 - weighted(value, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 {
        10 | 11 => 0,
        check => check,
    };
    let kind = matches!(at(value, 0), 1 | 2 | 3 | 5 | 6 | 8 | 9) || value.starts_with(b"45");
    is_digits(value, 9) && kind && at(value, 8) == wanted
}

/// Decreto ministeriale 23 dicembre 1976. Digits may be letters (omocodia: L M N P Q R S T U V for 0 to 9).
fn is_codice_fiscale(value: &[u8]) -> bool {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let ordinal = |b: u8| if b.is_ascii_digit() { b - b'0' } else { b.wrapping_sub(b'A') };
    let weigh = |(place, b): (usize, &u8)| match place % 2 {
        0 => ODD.get(usize::from(ordinal(*b))).copied().unwrap_or(0),
        _ => u32::from(ordinal(*b)),
    };
    let sum: u32 = value.iter().take(15).enumerate().map(weigh).sum();
    let plain = |at: usize| match value.get(at).copied() {
        Some(b) if b.is_ascii_digit() => Some(u32::from(b - b'0')),
        Some(b) => (0u32..).zip(b"LMNPQRSTUV").find(|(_, letter)| **letter == b).map(|(digit, _)| digit),
        None => None,
    };
    let digits: Option<Vec<u32>> = [6, 7, 9, 10, 12, 13, 14].into_iter().map(plain).collect();
    let Some([_, _, tens, ones, ..]) = digits.as_deref() else { return false };
    let day = tens * 10 + ones;
    let month = value.get(8).is_some_and(|b| b"ABCDEHLMPRST".contains(b));
    let letters = value.len() == 16 && value.iter().take(6).all(u8::is_ascii_uppercase);
    let check = value.get(15).is_some_and(|b| u32::from(b.wrapping_sub(b'A')) == sum % 26);
    letters && month && matches!(day, 1..=31 | 41..=71) && check
}

/// Royal decree of 3 April 1984: 97 less the first nine digits modulo 97, with a 2 in front for those born since 2000;
/// the month may be 20 or 40 higher (foreigners without a register entry).
fn is_belgian(value: &[u8]) -> bool {
    let body = long(value.get(..9).unwrap_or_default());
    let check = u64::from(part(value, 9, 2));
    let right = check == 97 - body % 97 || check == 97 - (2_000_000_000 + body) % 97;
    let month = part(value, 2, 2) % 20;
    let born = is_date(part(value, 4, 2), month, 2000 + part(value, 0, 2)) && part(value, 2, 2) < 60;
    is_digits(value, 11) && born && right
}

/// RvIG: weights 9 to 2, the last digit less, modulo 11.
fn is_bsn(value: &[u8]) -> bool {
    let sum = weighted(value, &[9, 8, 7, 6, 5, 4, 3, 2]);
    let last = value.last().map_or(0, |b| digit(*b));
    is_digits(value, 9) && sum > 0 && sum % 11 == last % 11 && last < 10
}
