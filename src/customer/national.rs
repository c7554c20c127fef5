//! Numbers that states and banks give to people: My Number, Japanese driving licences, US social security, IBAN.
//!
//! *Invariant:* none counts without a word for it nearby or over its column. Of random twelve-digit numbers one in ten
//! passes the check of My Number, and among those is the account number in every cloud provider's documentation.

use super::field::{Field, beside};
use super::number::{Digits, Group, Stands, digits_of, has_placeholder_parts, is_placeholder};
use std::ops::Range;

/// A number with the form and the check digit of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct National {
    pub span: Range<usize>,
    pub field: Field,
}

/// The number in (or around) a group of digits that a word beside it, or `column`, calls by its name.
pub(super) fn in_group(text: &[u8], group: &Group, column: Option<Field>) -> Option<National> {
    let named = |found: &National| column == Some(found.field) || beside(text, &found.span, found.field);
    forms(text, group).into_iter().flatten().find(named)
}

/// Whether a group has a form and a check digit of these, whatever stands beside it.
pub(super) fn has_form(text: &[u8], group: &Group) -> bool {
    forms(text, group).iter().any(Option::is_some)
}

fn forms(text: &[u8], group: &Group) -> [Option<National>; 4] {
    let found = |field| move |span| National { span, field };
    let iban = iban(text, group).map(found(Field::Iban));
    if group.stands == Stands::Stuck {
        return [iban, None, None, None];
    }
    let twelve = || group.laid_out(text, &[12]).chain(group.laid_out(text, &[4, 4, 4]));
    let passes = |span: &Range<usize>, check: fn(&Digits) -> bool| {
        text.get(span.clone()).and_then(digits_of).is_some_and(|digits| check(&digits))
    };
    [
        twelve().find(|span| passes(span, is_my_number)).map(found(Field::MyNumber)),
        twelve().find(|span| passes(span, is_licence)).map(found(Field::Licence)),
        group.laid_out(text, &[3, 2, 4]).find(|span| is_social_security(text, span)).map(found(Field::Ssn)),
        iban,
    ]
}

/// Twelve digits; check digit as in the ministerial ordinance of 2014 (weights 2 to 7, then 2 to 6, modulo 11).
fn is_my_number(digits: &Digits) -> bool {
    let Some((check, body)) = digits.as_slice().split_last() else { return false };
    let weigh = |(n, b): (usize, &u8)| (n % 6 + 2) * usize::from(b.wrapping_sub(b'0'));
    let rest = body.iter().rev().enumerate().map(weigh).sum::<usize>() % 11;
    let wanted = if rest <= 1 { 0 } else { 11 - rest };
    body.len() == 11 && usize::from(check.wrapping_sub(b'0')) == wanted && !is_constant(digits.as_slice())
}

/// Twelve digits: commission, year, serial, check digit, count of re-issues.
fn is_licence(digits: &Digits) -> bool {
    let digits = digits.as_slice();
    let value = |b: &u8| usize::from(b.wrapping_sub(b'0'));
    let [a, b, ..] = digits else { return false };
    let commission = value(a) * 10 + value(b);
    let weights = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
    let sum: usize = digits.iter().zip(weights).map(|(b, weight)| value(b) * weight).sum();
    let known = matches!(commission, 10..=14 | 20..=25 | 30 | 40..=55 | 60..=65 | 70..=74 | 80..=83 | 90..=97);
    let check = (11 - sum % 11) % 10;
    known && digits.len() == 12 && digits.get(10).map(value) == Some(check) && !is_constant(digits)
}

/// Constants that pass a check: counting numbers, cloud documentation's account ids, placeholders.
fn is_constant(digits: &[u8]) -> bool {
    let documented: [&[u8]; 3] = [b"111122223333", b"444455556666", b"222233334444"];
    let pairs = digits.chunks(4).all(|four| four.iter().all(|b| Some(b) == four.first()));
    pairs
        || documented.contains(&digits)
        || digits.starts_with(b"1234567891")
        || digits.starts_with(b"1234567890")
        || digits.starts_with(b"123456789")
        || all_same(digits)
}

fn all_same(digits: &[u8]) -> bool {
    digits.iter().all(|b| Some(b) == digits.first())
}

/// `AAA-GG-SSSS` with dashes; never 000, 666 or 9xx, no part all zeros, none of the numbers published as examples.
fn is_social_security(text: &[u8], span: &Range<usize>) -> bool {
    let Some(written) = text.get(span.clone()) else { return false };
    let parts: Vec<&[u8]> = written.split(|b| *b == b'-').collect();
    let [area, group, serial] = parts.as_slice() else { return false };
    let issued = *area != b"000" && *area != b"666" && !area.starts_with(b"9") && *group != b"00" && *serial != b"0000";
    let examples: [&[u8]; 2] = [b"078-05-1120", b"219-09-9999"];
    let typed = written.starts_with(b"123-45-") || has_placeholder_parts(written);
    issued && !typed && !examples.contains(&written)
}

/// An IBAN that begins at most a few bytes before the group: country, two check digits, the country's length, modulo 97.
fn iban(text: &[u8], group: &Group) -> Option<Range<usize>> {
    let start = iban_start(text, group.span.start)?;
    let country = text.get(start..start + 2)?;
    let (_, len) = IBAN_LENGTHS.iter().find(|(code, _)| *code == country)?;
    let mut value = [0u8; 34];
    let mut taken = 0usize;
    let mut end = start;
    while taken < usize::from(*len) {
        match text.get(end).copied() {
            Some(b) if b.is_ascii_digit() || b.is_ascii_uppercase() => {
                *value.get_mut(taken)? = b;
                taken += 1;
            }
            Some(b' ') if taken.is_multiple_of(4) => {}
            _ => return None,
        }
        end += 1;
    }
    let ends = text.get(end).is_none_or(|b| !b.is_ascii_alphanumeric());
    let value = value.get(..taken)?;
    (ends && modulo_97(value) == 1 && !is_example_iban(value)).then_some(start..end)
}

fn iban_start(text: &[u8], at: usize) -> Option<usize> {
    let low = at.saturating_sub(12);
    let back =
        text.get(low..at)?.iter().rev().take_while(|b| b.is_ascii_digit() || b.is_ascii_uppercase() || **b == b' ');
    let back = back.count();
    let window = text.get(at - back..)?;
    let is_head = |four: &[u8]| matches!(four, [a, b, c, d] if a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit());
    let offset = window.windows(4).take(back + 1).position(is_head)?;
    let start = at - back + offset;
    let free = start.checked_sub(1).and_then(|at| text.get(at)).is_none_or(|b| !b.is_ascii_alphanumeric());
    free.then_some(start)
}

/// ISO 7064 over the value with its first four characters moved to the end, letters as 10 to 35.
fn modulo_97(value: &[u8]) -> u32 {
    let (head, tail) = value.split_at(value.len().min(4));
    tail.iter().chain(head).fold(0u32, |rest, b| match b.is_ascii_digit() {
        true => (rest * 10 + u32::from(b - b'0')) % 97,
        false => (rest * 100 + u32::from(b.wrapping_sub(b'A')) + 10) % 97,
    })
}

/// IBANs that standards and banks publish as examples, and placeholders.
fn is_example_iban(value: &[u8]) -> bool {
    let examples: [&[u8]; 6] = [
        b"GB82WEST12345698765432",
        b"GB29NWBK60161331926819",
        b"DE89370400440532013000",
        b"FR1420041010050500013M02606",
        b"NL91ABNA0417164300",
        b"ES9121000418450200051332",
    ];
    let digits = value.get(4..).and_then(digits_of);
    examples.contains(&value) || digits.is_some_and(|d| is_placeholder(d.as_slice()))
}

/// Lengths from the SWIFT registry, for the countries with most accounts.
const IBAN_LENGTHS: &[(&[u8], u8)] = &[
    (b"AT", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"CH", 21),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DK", 18),
    (b"EE", 20),
    (b"ES", 24),
    (b"FI", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GR", 27),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IS", 26),
    (b"IT", 27),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"MC", 27),
    (b"MT", 31),
    (b"NL", 18),
    (b"NO", 15),
    (b"PL", 28),
    (b"PT", 25),
    (b"RO", 24),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"AE", 23),
    (b"IL", 23),
    (b"SA", 24),
    (b"TR", 26),
    (b"BR", 29),
    (b"UA", 29),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Digits {
        digits_of(text.as_bytes()).unwrap()
    }

    fn field(text: &str) -> Option<Field> {
        let at = text.rfind(|c: char| c.is_ascii_digit()).unwrap();
        in_group(text.as_bytes(), &Group::around(text.as_bytes(), at), None).map(|n| n.field)
    }

    #[test]
    fn the_vectors_pass_or_fail_their_checks() {
        assert!(
            is_my_number(&d(concat!("99999999", "9996")))
                && !is_my_number(&d("123456789012"))
                && !is_my_number(&d("999999999999"))
        );
        assert!(is_licence(&d("304500000150")) && is_licence(&d("975899999950")));
        assert!(!is_licence(&d("304500000140")) && !is_licence(&d("994500000150")));
        let ssn = |text: &str| is_social_security(text.as_bytes(), &(0..text.len()));
        assert!(
            ssn(concat!("899-99", "-9998"))
                && ssn(concat!("898-99", "-9999"))
                && !ssn("666-12-3456")
                && !ssn("987-65-4320")
        );
        assert_eq!((modulo_97(b"GB82WEST12345698765432"), modulo_97(b"DE89370400440532013000")), (1, 1));
        assert_ne!(modulo_97(b"DE88370400440532013000"), 1);
    }

    #[test]
    fn a_number_counts_only_beside_a_word_for_it() {
        assert_eq!(field(concat!("マイナンバー: 9999 9999", " 9996")), Some(Field::MyNumber));
        assert_eq!(field(concat!("個人番号=99999999", "9996")), Some(Field::MyNumber));
        assert_eq!(field("account: 999999999996"), None);
        assert_eq!(field(concat!("運転免許証 30450000", "0150")), Some(Field::Licence));
        assert_eq!(field(concat!("ssn: 899-99", "-9998")), Some(Field::Ssn));
        assert_eq!(field("part 899-99-9998"), None);
    }

    #[test]
    fn an_iban_is_found_with_and_without_groups() {
        let whole = "IBAN: DE71500105175407324931";
        let check = (0..97).map(|n| format!("IBAN: DE{n:02}500105175407324931")).find(|t| field(t).is_some()).unwrap();
        assert_eq!(check.len(), whole.len());
        let body = &check[6..];
        let grouped: Vec<&str> = (0..body.len()).step_by(4).map(|at| &body[at..body.len().min(at + 4)]).collect();
        assert_eq!(field(&format!("iban {}", grouped.join(" "))), Some(Field::Iban));
        assert_eq!(field("IBAN: GB82WEST12345698765432"), None);
    }
}
