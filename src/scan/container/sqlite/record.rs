//! A row's payload as values (file format, section 2.1).

use crate::scan::decode::bytes::{at, cut};

/// How the database's text is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
}

/// A value of a row.
#[derive(Debug, PartialEq, Eq)]
pub enum Value {
    /// NULL; also the alias of a row id, which is stored elsewhere.
    Null,
    /// A number, as digits.
    Number(String),
    /// Text, as UTF-8.
    Text(Vec<u8>),
    /// Bytes.
    Blob(Vec<u8>),
}

/// The number at `offset` and the offset behind it: up to nine bytes, seven bits each, the ninth whole.
pub fn varint(bytes: &[u8], offset: usize) -> (u64, usize) {
    let mut value = 0_u64;
    for step in 0..8 {
        let byte = at(bytes, offset.saturating_add(step));
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return (value, offset.saturating_add(step + 1));
        }
    }
    (value << 8 | u64::from(at(bytes, offset.saturating_add(8))), offset.saturating_add(9))
}

/// The values of a payload; those that are cut off are as short as what is there.
pub fn values(payload: &[u8], encoding: Encoding) -> Vec<Value> {
    let (header, mut offset) = varint(payload, 0);
    let header = usize::try_from(header).unwrap_or(usize::MAX).min(payload.len());
    let mut body = header;
    let mut out = Vec::new();
    while offset < header {
        let (kind, next) = varint(payload, offset);
        offset = next;
        let size = size_of(kind);
        let end = body.saturating_add(size).min(payload.len());
        out.push(value(kind, cut(payload, body..end), encoding));
        body = end;
    }
    out
}

/// The bytes that a value of the serial type takes.
fn size_of(kind: u64) -> usize {
    match kind {
        0 | 8 | 9 | 10 | 11 => 0,
        1..=4 => usize::try_from(kind).unwrap_or(0),
        5 => 6,
        6 | 7 => 8,
        _ => usize::try_from((kind - 12) / 2).unwrap_or(usize::MAX),
    }
}

fn value(kind: u64, bytes: &[u8], encoding: Encoding) -> Value {
    match kind {
        0 | 10 | 11 => Value::Null,
        1..=6 => Value::Number(integer(bytes).to_string()),
        7 => match bytes.try_into() {
            Ok(eight) => Value::Number(f64::from_be_bytes(eight).to_string()),
            Err(_) => Value::Null,
        },
        8 => Value::Number("0".to_owned()),
        9 => Value::Number("1".to_owned()),
        _ if kind.is_multiple_of(2) => Value::Blob(bytes.to_vec()),
        _ => Value::Text(text(bytes, encoding)),
    }
}

/// Big-endian, two's complement.
fn integer(bytes: &[u8]) -> i64 {
    let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
    bytes.iter().fold(if negative { -1 } else { 0 }, |value, byte| value << 8 | i64::from(*byte))
}

fn text(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
    let units = bytes.chunks_exact(2).map(|pair| match (encoding, pair) {
        (Encoding::Utf16Be, &[high, low]) | (_, &[low, high]) => u16::from_be_bytes([high, low]),
        _ => 0,
    });
    match encoding {
        Encoding::Utf8 => bytes.to_vec(),
        Encoding::Utf16Le | Encoding::Utf16Be => {
            char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')).collect::<String>().into_bytes()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_have_one_to_nine_bytes() {
        assert_eq!(varint(&[0x7f], 0), (127, 1));
        assert_eq!(varint(&[0x81, 0x00], 0), (128, 2));
        assert_eq!(varint(&[0xff; 9], 0), (u64::MAX, 9));
        assert_eq!(varint(&[0x80], 0).0, 0);
    }

    #[test]
    fn integers_keep_their_sign() {
        assert_eq!(integer(&[0xff]), -1);
        assert_eq!(integer(&[0x01, 0x00]), 256);
        assert_eq!(integer(&[0xff, 0x00, 0x00]), -65_536);
        assert_eq!(integer(&[]), 0);
    }

    #[test]
    fn text_of_all_encodings_becomes_utf_8() {
        assert_eq!(text(b"ab", Encoding::Utf8), b"ab");
        assert_eq!(text(&[b'a', 0, 0xfc, 0], Encoding::Utf16Le), "aü".as_bytes());
        assert_eq!(text(&[0, b'a', 0, 0xfc], Encoding::Utf16Be), "aü".as_bytes());
    }
}
