//! North and Latin America.

use super::sums::{at, digit, is_digits, is_yymmdd, luhn, part, weighted};
use super::{Form, Identifier, Mode, Pack, ROW, limit};
use crate::text::Severity;

pub(super) static ROWS: &[Identifier] = &[
    Identifier {
        id: "us-social-security-number",
        title: "social security numbers (US)",
        usual: Mode::Full,
        form: Form::Written(&["ddd-dd-dddd"]),
        valid: is_ssn,
        specimens: &["078051120", "219099999", "457555462"],
        words: &["social security", "社会保障番号", "tax id", "social sec", "soc sec", "ss number", "seguro social"],
        encoded: &[
            b"\x8e\xd0\x89\xef\x95\xdb\x8f\xe1\x94\xd4\x8d\x86",
            b"\xbc\xd2\xb2\xf1\xca\xdd\xbe\xe3\xc8\xd6\xb9\xe6",
        ],
        tokens: &["ssn", "ssns"],
        countries: &["us"],
        pack: Pack::Default,
        ..ROW
    },
    Identifier {
        id: "us-taxpayer-id",
        title: "individual taxpayer numbers (US ITIN)",
        form: Form::Written(&["ddd-dd-dddd"]),
        valid: is_itin,
        specimens: &["900700000"],
        words: &["taxpayer id", "individual taxpayer"],
        tokens: &["itin"],
        countries: &["us"],
        ..AMERICAS
    },
    Identifier {
        id: "us-employer-id",
        title: "employer numbers (US EIN)",
        severity: Severity::Low,
        usual: Mode::Off,
        named: limit(10, 50),
        form: Form::Written(&["dd-ddddddd"]),
        valid: is_ein,
        specimens: &["123456789"],
        words: &["employer id", "employer identification"],
        tokens: &["ein", "fein"],
        countries: &["us"],
        ..AMERICAS
    },
    Identifier {
        id: "us-bank-routing",
        title: "bank routing numbers (US ABA)",
        check: Some("the check digit (weights 3 7 1, modulo 10)"),
        severity: Severity::Low,
        named: None,
        form: Form::Cell,
        valid: is_aba,
        specimens: &["021000021"],
        words: &["routing number", "routing no", "bank routing"],
        tokens: &["aba", "rtn"],
        countries: &["us"],
        ..AMERICAS
    },
    Identifier {
        id: "us-medicare-number",
        title: "Medicare beneficiary numbers (US MBI)",
        form: Form::Written(&["dAxdAxdAAdd", "dAxd-Axd-AAdd"]),
        valid: is_mbi,
        specimens: &["1EG4TE5MK72", "1EG4TE5MK73"],
        words: &["medicare", "beneficiary id"],
        tokens: &["mbi"],
        countries: &["us"],
        ..AMERICAS
    },
    Identifier {
        id: "us-provider-number",
        title: "health care provider numbers (US NPI)",
        check: Some("the check digit (Luhn after 80840)"),
        severity: Severity::Low,
        usual: Mode::Off,
        named: limit(10, 50),
        column: true,
        form: Form::Written(&["dddddddddd"]),
        valid: is_npi,
        words: &["national provider", "provider identifier"],
        tokens: &["npi"],
        countries: &["us"],
        ..AMERICAS
    },
    Identifier {
        id: "ca-social-insurance-number",
        title: "social insurance numbers (Canada)",
        check: Some("the check digit (Luhn)"),
        column: true,
        form: Form::Written(&["ddddddddd", "ddd~ddd~ddd"]),
        valid: |value| is_digits(value, 9) && !matches!(at(value, 0), 0 | 8) && luhn(value),
        specimens: &["046454286", "130692544"],
        words: &["social insurance", "assurance sociale", "sin number", "sin no"],
        capitals: &["SIN", "NAS"],
        countries: &["ca"],
        ..AMERICAS
    },
    Identifier {
        id: "br-cpf",
        title: "taxpayer numbers (Brazil, CPF)",
        check: Some("two check digits (modulo 11)"),
        bare: limit(5, 10),
        column: true,
        form: Form::Written(&["ddddddddddd", "ddd.ddd.ddd-dd"]),
        valid: is_cpf,
        specimens: &["11144477735", "12345678909"],
        words: &["cadastro de pessoa"],
        tokens: &["cpf", "cpfs"],
        countries: &["br"],
        ..AMERICAS
    },
    Identifier {
        id: "br-cnpj",
        title: "company numbers (Brazil, CNPJ)",
        check: Some("two check digits (modulo 11)"),
        severity: Severity::Low,
        usual: Mode::Off,
        named: limit(20, 100),
        column: true,
        form: Form::Written(&["xxxxxxxxxxxxdd", "dd.ddd.ddd/dddd-dd"]),
        valid: is_cnpj,
        specimens: &["11222333000181", "12ABC34501DE35"],
        words: &["cadastro nacional"],
        tokens: &["cnpj"],
        countries: &["br"],
        ..AMERICAS
    },
    Identifier {
        id: "mx-curp",
        title: "population register keys (Mexico, CURP)",
        check: Some("the check digit (base 37, modulo 10) and the date"),
        bare: limit(1, 2),
        form: Form::Written(&["AAAAddddddAAAAAAxd"]),
        valid: is_curp,
        specimens: &["BOXW310820HNERXN09"],
        words: &["registro de poblacion", "registro de población"],
        tokens: &["curp"],
        countries: &["mx"],
        ..AMERICAS
    },
    Identifier {
        id: "mx-rfc",
        title: "taxpayer keys (Mexico, RFC)",
        check: Some("the check digit (modulo 11) and the date"),
        severity: Severity::High,
        form: Form::Written(&["AAAAddddddxxx"]),
        valid: is_rfc,
        specimens: &["GODE561231GR8", "XAXX010101000", "XEXX010101000"],
        words: &["registro federal", "rfc cliente"],
        capitals: &["RFC"],
        countries: &["mx"],
        ..AMERICAS
    },
    Identifier {
        id: "cl-rut",
        title: "national numbers (Chile, RUT)",
        check: Some("the check digit (modulo 11)"),
        severity: Severity::High,
        bare: limit(5, 20),
        column: true,
        form: Form::Written(&["dd.ddd.ddd-x", "d.ddd.ddd-x", "dddddddd-x", "ddddddd-x"]),
        valid: is_rut,
        specimens: &["111111111", "123456785", "11111111"],
        words: &["rol unico", "rol único"],
        tokens: &["rut"],
        capitals: &["RUN"],
        countries: &["cl"],
        ..AMERICAS
    },
    Identifier {
        id: "ar-cuit",
        title: "taxpayer numbers (Argentina, CUIT and CUIL)",
        check: Some("the check digit (modulo 11) and the prefix"),
        severity: Severity::High,
        bare: limit(5, 20),
        column: true,
        form: Form::Written(&["ddddddddddd", "dd-dddddddd-d"]),
        valid: is_cuit,
        specimens: &["20123456786"],
        words: &["clave unica de identificacion"],
        tokens: &["cuit", "cuil"],
        countries: &["ar"],
        ..AMERICAS
    },
];

const AMERICAS: Identifier = Identifier { pack: Pack::Americas, ..ROW };

/// Area not 000, 666 or 9xx, group not 00, serial not 0000; none that ends an advertisement (987-65-432x).
fn is_ssn(value: &[u8]) -> bool {
    let (area, group, serial) = (part(value, 0, 3), part(value, 3, 2), part(value, 5, 4));
    let issued = area != 0 && area != 666 && area < 900 && group != 0 && serial != 0;
    let parts = [value.get(..3), value.get(3..5), value.get(5..)];
    let typed = parts.into_iter().flatten().all(super::super::number::is_typed) || value.starts_with(b"12345");
    is_digits(value, 9) && issued && !typed
}

/// IRS: 9xx with groups 50 to 65, 70 to 88, 90 to 92, 94 to 99.
fn is_itin(value: &[u8]) -> bool {
    let group = matches!(part(value, 3, 2), 50..=65 | 70..=88 | 90..=92 | 94..=99);
    is_digits(value, 9) && at(value, 0) == 9 && group
}

/// IRS list of prefixes by campus.
fn is_ein(value: &[u8]) -> bool {
    let prefix = matches!(
        part(value, 0, 2),
        1..=6 | 10..=16 | 20..=27 | 30..=48 | 50..=68 | 71..=77 | 80..=88 | 90..=95 | 98 | 99
    );
    is_digits(value, 9) && prefix
}

/// American Bankers Association: Federal Reserve prefix, weights 3 7 1, modulo 10.
fn is_aba(value: &[u8]) -> bool {
    let prefix = matches!(part(value, 0, 2), 0..=12 | 21..=32 | 61..=72 | 80);
    is_digits(value, 9)
        && prefix
        && weighted(value, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
        && value != b"000000000"
}

/// CMS: digits and letters at fixed places, no S, L, O, I, B, Z.
fn is_mbi(value: &[u8]) -> bool {
    let letter = |b: u8| b.is_ascii_uppercase() && !matches!(b, b'S' | b'L' | b'O' | b'I' | b'B' | b'Z');
    let fits = |(b, form): (&u8, &u8)| match form {
        b'c' => (b'1'..=b'9').contains(b),
        b'd' => b.is_ascii_digit(),
        b'A' => letter(*b),
        _ => b.is_ascii_digit() || letter(*b),
    };
    value.len() == 11 && value.iter().zip(b"cAxdAxdAAdd").all(fits)
}

/// 45 CFR 162.406: Luhn over 80840 and the ten digits.
fn is_npi(value: &[u8]) -> bool {
    is_digits(value, 10) && matches!(at(value, 0), 1 | 2) && luhn(&[b"80840", value].concat())
}

/// Receita Federal: weights 10 to 2, then 11 to 2; ten times the sum modulo 11, 10 is 0.
fn is_cpf(value: &[u8]) -> bool {
    let check = |weights: &[u32]| weighted(value, weights) * 10 % 11 % 10;
    let first = check(&[10, 9, 8, 7, 6, 5, 4, 3, 2]);
    let second = check(&[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    is_digits(value, 11) && at(value, 9) == first && at(value, 10) == second
}

/// Receita Federal, letters since July 2026 (ASCII less 48).
fn is_cnpj(value: &[u8]) -> bool {
    let check = |weights: &[u32]| {
        let sum: u32 = value.iter().zip(weights).map(|(b, weight)| u32::from(b.wrapping_sub(b'0')) * weight).sum();
        if sum % 11 < 2 { 0 } else { 11 - sum % 11 }
    };
    let first = check(&[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
    let second = check(&[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
    let alphabet = value.iter().all(u8::is_ascii_alphanumeric);
    value.len() == 14 && alphabet && at(value, 12) == first && at(value, 13) == second
}

/// RENAPO: base 37 (0-9, A-N, Ñ, O-Z), weights 18 to 2.
fn is_curp(value: &[u8]) -> bool {
    let code = |b: u8| match b {
        b'0'..=b'9' => u32::from(b - b'0'),
        b'A'..=b'N' => u32::from(b - b'A') + 10,
        b => u32::from(b.wrapping_sub(b'A')) + 11,
    };
    let sum: u32 = value.iter().take(17).zip((2..=18).rev()).map(|(b, weight)| code(*b) * weight).sum();
    let date = is_yymmdd(value, 4);
    let sex = matches!(value.get(10), Some(b'H' | b'M' | b'X'));
    let states = value.get(11..13).is_some_and(|state| STATES.as_bytes().chunks(2).any(|known| known == state));
    value.len() == 18 && date && sex && states && at(value, 17) == (10 - sum % 10) % 10
}

/// Mexico's states as CURP has them; NE: born abroad.
const STATES: &str = "ASBCBSCCCLCMCSCHDFDGGTGRHGJCMCMNMSNTNLOCPLQTQRSPSLSRTCTSTLVZYNZSNE";

/// SAT: four letters for people (three for companies, which are not people), date, two more, check digit.
fn is_rfc(value: &[u8]) -> bool {
    let code = |b: u8| match b {
        b'0'..=b'9' => u32::from(b - b'0'),
        b'A'..=b'N' => u32::from(b - b'A') + 10,
        b'&' => 24,
        b => u32::from(b.wrapping_sub(b'A')) + 11,
    };
    let sum: u32 = value.iter().take(12).zip((2..=13).rev()).map(|(b, weight)| code(*b) * weight).sum();
    let wanted = match 11 - sum % 11 {
        11 => b'0',
        10 => b'A',
        check => b'0' + u8::try_from(check).unwrap_or(0),
    };
    value.len() == 13 && is_yymmdd(value, 4) && value.get(12) == Some(&wanted)
}

/// Registro Civil: weights 2 to 7 from the right; eleven less the rest, 11 is 0, 10 is K.
fn is_rut(value: &[u8]) -> bool {
    let Some((check, body)) = value.split_last() else { return false };
    let sum: u32 = body.iter().rev().zip((2..=7).cycle()).map(|(b, weight)| digit(*b) * weight).sum();
    let wanted = match 11 - sum % 11 {
        11 => b'0',
        10 => b'K',
        check => b'0' + u8::try_from(check).unwrap_or(0),
    };
    let sized = (7..=8).contains(&body.len()) && body.iter().all(u8::is_ascii_digit) && !body.starts_with(b"0");
    sized && *check == wanted
}

/// AFIP: prefix of people or companies, weights 5 4 3 2 7 6 5 4 3 2; 11 is 0, 10 is 9.
fn is_cuit(value: &[u8]) -> bool {
    let sum = weighted(value, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
    let wanted = match 11 - sum % 11 {
        11 => 0,
        10 => 9,
        check => check,
    };
    let prefix = matches!(part(value, 0, 2), 20 | 23 | 24 | 27 | 30 | 33 | 34 | 50 | 51 | 55);
    is_digits(value, 11) && prefix && at(value, 10) == wanted
}
