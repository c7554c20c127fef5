//! Payment card numbers: issuer range, check digit, layout, and the numbers that gateways publish for tests.
//!
//! *Invariant:* a number that only passes the check digit is nothing: one number of ten does.

use super::number::{Digits, Group, Stands, digits_of, is_placeholder, longest_repeat};
use super::specimen::SPECIMENS;
use std::ops::Range;

/// A number that can be a card's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Card {
    /// Its place.
    pub span: Range<usize>,
    /// How it is written.
    pub form: Form,
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Sixteen digits, or in groups as on the card, and standing alone: counts without a word beside it.
    Plain,
    /// Anything else: counts only beside a word or in a column for cards.
    NeedsWord,
}

/// How cards group their digits; 14 and 15 digits only in the issuers' own layout.
const LAYOUTS: &[&[usize]] = &[&[4, 4, 4, 4], &[4, 4, 4, 4, 3], &[4, 6, 5], &[4, 6, 4]];

/// Whether a group is written as sixteen digits on a card are, whatever the digits.
pub(super) fn is_sixteen(text: &[u8], group: &Group) -> bool {
    group.stands == Stands::Free
        && (matches!(group.runs(), [(_, 16)]) || group.laid_out(text, &[4, 4, 4, 4]).any(|span| span == group.span))
}

/// The card numbers in a group of digits.
pub(super) fn in_group(text: &[u8], group: &Group) -> Option<Card> {
    if group.stands == Stands::Stuck || group.stands == Stands::Prefixed(b'+') {
        return None;
    }
    let lone = group.runs().iter().filter(|(_, len)| (13..=19).contains(len)).map(|(at, len)| *at..at + len);
    let grouped = LAYOUTS.iter().flat_map(|layout| group.laid_out(text, layout));
    lone.chain(grouped).find_map(|span| judged(text, span, group))
}

fn judged(text: &[u8], span: Range<usize>, group: &Group) -> Option<Card> {
    let written = text.get(span.clone())?;
    let digits = digits_of(written)?;
    if !is_card(&digits) {
        return None;
    }
    let plain = span == group.span
        && group.stands == Stands::Free
        && (written.len() == 16 || written.len() > digits.as_slice().len());
    Some(Card { span, form: if plain { Form::Plain } else { Form::NeedsWord } })
}

/// Whether these digits are an issued card's as far as can be told without the issuer.
pub(super) fn is_card(digits: &Digits) -> bool {
    let digits = digits.as_slice();
    is_issued(digits) && !is_specimen(digits) && !is_placeholder(digits) && !is_typed_in(digits)
}

/// Whether a network could have issued it, an example or not.
pub(super) fn is_issued(digits: &[u8]) -> bool {
    has_issuer(digits) && luhn(digits)
}

/// ISO/IEC 7812 issuer ranges of the networks in use, with the lengths each issues.
fn has_issuer(digits: &[u8]) -> bool {
    let head = |n: usize| digits.iter().take(n).fold(0u32, |sum, b| sum * 10 + u32::from(b.wrapping_sub(b'0')));
    let len = digits.len();
    match (head(1), head(2), head(3), head(4)) {
        (4, ..) => matches!(len, 13 | 16 | 19),
        (_, 51..=55, ..) | (_, _, _, 2221..=2720) => len == 16,
        (_, 34 | 37, ..) => len == 15,
        (_, 36 | 38 | 39, ..) | (_, _, 300..=305, _) | (_, _, _, 3095) => (14..=19).contains(&len),
        (_, 65, ..) | (_, _, 644..=649, _) | (_, _, _, 6011 | 3528..=3589) | (_, 62, ..) => (16..=19).contains(&len),
        _ => false,
    }
}

/// ISO/IEC 7812-1 annex B.
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, b)| {
            let digit = u32::from(b.wrapping_sub(b'0'));
            let weighed = if place % 2 == 1 { digit * 2 } else { digit };
            if weighed > 9 { weighed - 9 } else { weighed }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// One digit five times in a row: test cards are made so by hand, one of 900 issued numbers is.
fn is_typed_in(digits: &[u8]) -> bool {
    longest_repeat(digits) > 4
}

/// Numbers that payment services publish for tests.
fn is_specimen(digits: &[u8]) -> bool {
    SPECIMENS.iter().any(|known| known.as_bytes() == digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Option<Form> {
        let at = text.find(|c: char| c.is_ascii_digit()).unwrap();
        in_group(text.as_bytes(), &Group::around(text.as_bytes(), at)).map(|card| card.form)
    }

    #[test]
    fn published_test_cards_pass_every_check_and_still_do_not_count() {
        for card in SPECIMENS {
            let card = card.as_bytes();
            assert!(has_issuer(card) && luhn(card), "{}", String::from_utf8_lossy(card));
            assert!(!is_card(&digits_of(card).unwrap()));
        }
    }

    #[test]
    fn numbers_typed_by_hand_do_not_count() {
        for (card, counts) in
            [("4009830000001985", false), ("4012002222260014", false), (concat!("42004108", "86320101"), true)]
        {
            assert!(luhn(card.as_bytes()), "{card}");
            assert_eq!(is_card(&digits_of(card.as_bytes()).unwrap()), counts, "{card}");
        }
    }

    #[test]
    fn layouts_of_cards_count_alone_and_others_beside_a_word() {
        assert_eq!(first(concat!("40001234", "56789017")), Some(Form::Plain));
        assert_eq!(first(concat!("4000 1234", " 5678 9017")), Some(Form::Plain));
        assert_eq!(first(concat!("4000-1234", "-5678-9017,")), Some(Form::Plain));
        assert_eq!(first(concat!("40001234", "56789017 12")), Some(Form::NeedsWord));
        assert_eq!(first("=4000123456789017"), Some(Form::NeedsWord));
        assert_eq!(first("40 00123456789017"), None);
        assert_eq!(first("0.4000123456789017"), None);
        assert_eq!(first("4000123456789017e10"), None);
        assert_eq!(first("4000123456789018"), None);
    }
}
