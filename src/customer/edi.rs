//! People in the messages that hospitals and insurers exchange: X12 (`NM1*IL`, `DMG`) and HL7 (`PID|`).
//!
//! The segments' order of elements is the header: X12 005010 (NM1, DMG, N3, PER), HL7 v2 (PID).

use super::field::Field;
use super::record::Cell;
use std::ops::Range;

/// Whether the text has such messages.
pub(super) fn is_in(text: &[u8]) -> bool {
    [b"NM1*IL*".as_slice(), b"NM1*QC*", b"\nPID|", b"\rPID|"]
        .iter()
        .any(|mark| memchr::memmem::find(text, mark).is_some())
}

/// The cells of one segment that hold something personal.
pub(super) fn cells(text: &[u8], span: &Range<usize>, out: &mut Vec<Cell>) {
    let bytes = text.get(span.clone()).unwrap_or_default();
    let blank = bytes.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let bytes = bytes.get(blank..).unwrap_or_default();
    let segment: (u8, &[(usize, Field)]) = match bytes.get(..4) {
        Some(b"NM1*") if matches!(bytes.get(4..7), Some(b"IL*" | b"QC*")) => {
            (b'*', &[(3, Field::Name), (9, Field::Customer)])
        }
        Some(b"DMG*") => (b'*', &[(2, Field::Birth)]),
        Some(b"PER*") => (b'*', &[(4, Field::Phone), (6, Field::Phone)]),
        Some(b"PID|") => (
            b'|',
            &[(3, Field::Customer), (5, Field::Name), (7, Field::Birth), (11, Field::Address), (13, Field::Phone)],
        ),
        Some([b'N', b'3', b'*', _]) => (b'*', &[(1, Field::Address)]),
        _ => return,
    };
    let mut start = span.start + blank;
    for (index, element) in bytes.split(|b| *b == segment.0).enumerate() {
        if let Some((_, field)) = segment.1.iter().find(|(at, _)| *at == index) {
            // HL7 separates the parts of an element by `^`.
            let len = element.iter().position(|b| *b == b'^' && *field != Field::Name).unwrap_or(element.len());
            out.push((*field, start..start + len));
        }
        start += element.len() + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_of_a_subscriber_and_of_a_patient_are_known_by_their_place() {
        let read = |text: &str| {
            let mut out = Vec::new();
            cells(text.as_bytes(), &(0..text.len()), &mut out);
            out.into_iter().map(|(field, span)| (field, text[span].to_owned())).collect::<Vec<_>>()
        };
        let subscriber = read("NM1*IL*1*ASH*IVY****MI*51234");
        assert_eq!(subscriber, [(Field::Name, "ASH".to_owned()), (Field::Customer, "51234".to_owned())]);
        assert_eq!(read("DMG*D8*19500101*F"), [(Field::Birth, "19500101".to_owned())]);
        assert_eq!(read("PID|1||51234^^^MR||ASH^IVY")[0], (Field::Customer, "51234".to_owned()));
        assert!(read("NM1*85*2*CLINIC").is_empty() && is_in(b"x~NM1*IL*1") && !is_in(b"PID|"));
    }
}
