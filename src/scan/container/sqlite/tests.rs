//! Databases, made page by page.

use super::super::samples::{gzip, members};
use super::*;

const PAGE: usize = 512;

fn varint(mut value: u64) -> Vec<u8> {
    let mut out = vec![(value & 0x7f) as u8];
    while value > 0x7f {
        value >>= 7;
        out.insert(0, (value & 0x7f) as u8 | 0x80);
    }
    out
}

/// A record of texts (odd serial types) and blobs (even ones).
fn record(values: &[(bool, &[u8])]) -> Vec<u8> {
    let kinds: Vec<u8> =
        values.iter().flat_map(|(is_text, bytes)| varint(bytes.len() as u64 * 2 + 12 + u64::from(*is_text))).collect();
    // The header's own length counts; all headers here are short enough for one byte of it.
    let mut out = vec![kinds.len() as u8 + 1];
    out.extend(kinds);
    values.iter().for_each(|(_, bytes)| out.extend_from_slice(bytes));
    out
}

/// A table's leaf page with its cells at the end; `skip` bytes of it belong to the file's header.
fn leaf(skip: usize, cells: &[Vec<u8>]) -> Vec<u8> {
    let mut page = vec![0; PAGE];
    let mut end = PAGE;
    page[skip] = 13;
    page[skip + 3..skip + 5].copy_from_slice(&(cells.len() as u16).to_be_bytes());
    for (at, cell) in cells.iter().enumerate() {
        end -= cell.len();
        page[end..end + cell.len()].copy_from_slice(cell);
        page[skip + 8 + 2 * at..skip + 10 + 2 * at].copy_from_slice(&(end as u16).to_be_bytes());
    }
    page
}

fn cell(id: u64, payload: &[u8]) -> Vec<u8> {
    [varint(payload.len() as u64), varint(id), payload.to_vec()].concat()
}

/// A cell whose payload goes on from page `next`, and the pages that it goes on in.
fn long_cell(id: u64, payload: &[u8], next: u32) -> (Vec<u8>, Vec<Vec<u8>>) {
    let least = (PAGE - 12) * 32 / 255 - 23;
    let fitting = least + (payload.len() - least) % (PAGE - 4);
    let local = if fitting <= PAGE - 35 { fitting } else { least };
    let mut cell = [varint(payload.len() as u64), varint(id), payload[..local].to_vec()].concat();
    cell.extend(next.to_be_bytes());
    let parts: Vec<&[u8]> = payload[local..].chunks(PAGE - 4).collect();
    let pages = parts.iter().enumerate().map(|(at, part)| {
        let after = if at + 1 < parts.len() { next + at as u32 + 1 } else { 0 };
        let mut page = [&after.to_be_bytes()[..], part].concat();
        page.resize(PAGE, 0);
        page
    });
    (cell, pages.collect())
}

/// A database of one table `t` at page 2 with the columns `a` and `b`.
fn database(encoding: u8, schema: &[&[u8]], pages: &[Vec<u8>]) -> Vec<u8> {
    let mut row: Vec<(bool, &[u8])> = schema.iter().map(|text| (true, *text)).collect();
    row.insert(3, (true, b""));
    let mut payload = record(&row);
    // The root page is a number: serial type 1, one byte.
    let kind_at = 4;
    assert_eq!(payload[kind_at], 13);
    payload[kind_at] = 1;
    let before: usize = schema[..3].iter().map(|text| text.len()).sum();
    let header = usize::from(payload[0]);
    payload.insert(header + before, 2);
    let mut first = leaf(100, &[cell(1, &payload)]);
    first[..16].copy_from_slice(MAGIC);
    first[16..18].copy_from_slice(&(PAGE as u16).to_be_bytes());
    first[59] = encoding;
    [&[first], pages].concat().concat()
}

const SCHEMA: [&[u8]; 4] = [b"table", b"t", b"t", b"CREATE TABLE t(a,b)"];

fn texts(bytes: &[u8]) -> Vec<(String, String)> {
    let (found, obstacles) = members(bytes, 1 << 20);
    assert_eq!(obstacles, []);
    found.into_iter().map(|(name, _, bytes)| (name, String::from_utf8(bytes).unwrap())).collect()
}

#[test]
fn a_row_is_a_line_with_its_columns_names() {
    let rows = [record(&[(true, b"x\"y"), (true, b"two\nlines")]), record(&[(true, b"last")])];
    let bytes = database(1, &SCHEMA, &[leaf(0, &[cell(1, &rows[0]), cell(2, &rows[1])])]);
    let expected = "{\"a\": \"x\\\"y\", \"b\": \"two\\nlines\"}\n{\"a\": \"last\"}\n";
    assert_eq!(texts(&bytes), [("t".to_owned(), expected.to_owned())]);
}

#[test]
fn a_long_value_is_joined_over_its_pages() {
    let long: String = (0..400).map(|n| format!("{n:04} ")).collect();
    let (cell, rest) = long_cell(1, &record(&[(true, b"k"), (true, long.as_bytes())]), 3);
    let bytes = database(1, &SCHEMA, &[vec![leaf(0, &[cell])], rest].concat());
    assert_eq!(texts(&bytes)[0].1, format!("{{\"a\": \"k\", \"b\": \"{long}\"}}\n"));
}

#[test]
fn utf_16_is_read() {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let schema = ["table", "t", "t", "CREATE TABLE t(a,b)"].map(wide);
    let row = record(&[(true, &wide("hällo"))]);
    let bytes = database(2, &schema.each_ref().map(Vec::as_slice), &[leaf(0, &[cell(1, &row)])]);
    assert_eq!(texts(&bytes), [("t".to_owned(), "{\"a\": \"hällo\"}\n".to_owned())]);
}

#[test]
fn a_container_in_a_blob_is_handed_on() {
    let packed = gzip(b"inner");
    let bytes = database(1, &SCHEMA, &[leaf(0, &[cell(1, &record(&[(true, b"k"), (false, &packed)]))])]);
    let (found, _) = members(&bytes, 1 << 20);
    assert!(found.iter().any(|(name, how, bytes)| (name.as_str(), *how, bytes) == ("t", "sqlite", &packed)));
}

#[test]
fn a_missing_page_and_a_tree_in_a_circle_are_reported() {
    let row = record(&[(true, &[b'x'; 600])]);
    let (cut_off, _) = long_cell(1, &row, 3);
    let (circular, _) = long_cell(1, &row, 2);
    for cell in [cut_off, circular] {
        let (found, obstacles) = members(&database(1, &SCHEMA, &[leaf(0, &[cell])]), 1 << 20);
        assert!(found[0].2.starts_with(b"{\"a\": \"xxxx"), "what is there is read");
        assert_eq!(obstacles[0].kind, UnreadableKind::Broken);
    }
}

#[test]
fn more_than_the_limit_is_reported() {
    let bytes = database(1, &SCHEMA, &[leaf(0, &[cell(1, &record(&[(true, b"0123456789")]))])]);
    let text = texts(&bytes)[0].1.len() as u64;
    assert_eq!(members(&bytes, text).1, []);
    assert_eq!(members(&bytes, text - 1).1[0].kind, UnreadableKind::OverLimit);
}

#[test]
fn damage_anywhere_ends_without_panic() {
    let row = record(&[(true, b"some text"), (false, &[7; 90])]);
    let valid = database(1, &SCHEMA, &[leaf(0, &[cell(1, &row), cell(2, &row)])]);
    for at in 16..valid.len() {
        for byte in [0, 1, 0x7f, 0xff] {
            let mut bytes = valid.clone();
            bytes[at] = byte;
            members(&bytes, 1 << 20);
        }
        members(&valid[..at.max(100)], 1 << 20);
    }
}
