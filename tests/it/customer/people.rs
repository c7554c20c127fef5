//! Customers drawn at run time, and the files that they leak in. None of them belongs to anybody.

use crate::deep::{Zip, zip};
use crate::harness::Rng;

const LETTERS: &[u8] = b"abcdefghijkmnoprstuwyz";
const DIGITS: &[u8] = b"0123456789";

/// One customer.
#[derive(Clone, Debug)]
pub struct Person {
    pub name: String,
    pub email: String,
    pub number: String,
    pub phone: String,
    pub address: String,
    pub born: String,
}

/// Customers that follow from `seed`.
pub fn people(seed: &str, count: usize) -> Vec<Person> {
    let mut rng = Rng::named(seed);
    let mut person = |_| Person {
        name: format!("{} {}", rng.pick(&["樫村", "楡井", "欅田", "椚"]), rng.pick(&["苺", "林檎", "蜜柑"])),
        email: format!("{}{}@{}.co.jp", rng.string(LETTERS, 6), rng.string(DIGITS, 3), rng.string(LETTERS, 8)),
        number: format!("{}{}", 1 + rng.below(9), rng.string(DIGITS, 7)),
        phone: format!("090-{}{}-{}", 1 + rng.below(9), rng.string(DIGITS, 3), rng.string(DIGITS, 4)),
        address: format!("東京都楓区{}-{}-{}", 1 + rng.below(9), 1 + rng.below(99), 1 + rng.below(99)),
        born: format!("19{}0{}1{}", 50 + rng.below(49), 1 + rng.below(9), rng.below(10)),
    };
    (0..count).map(&mut person).collect()
}

/// Rows under a header, `row` by `row`.
pub fn rows(header: &str, people: &[Person], row: impl Fn(&Person) -> String) -> String {
    let body: String = people.iter().map(|person| row(person) + "\n").collect();
    format!("{header}{body}")
}

/// T-Connect's two columns, without a header.
pub fn pairs(people: &[Person]) -> String {
    rows("", people, |p| format!("{},{}", p.number, p.email))
}

/// `お客様管理番号,メールアドレス` as Japanese Windows writes it.
pub const CP932_HEADER: &[u8] =
    b"\x82\xa8\x8bq\x97l\x8a\xc7\x97\x9d\x94\xd4\x8d\x86,\x83\x81\x81[\x83\x8b\x83A\x83h\x83\x8c\x83X\r\n";

/// A workbook: words in a table of strings, numbers in their cells.
pub fn workbook(cells: &[Vec<String>]) -> Vec<u8> {
    let (mut strings, mut sheet, mut count) = (String::from("<sst>"), String::from("<worksheet><sheetData>"), 0);
    for (row, line) in cells.iter().enumerate() {
        sheet.push_str(&format!("<row r=\"{}\">", row + 1));
        for (column, cell) in line.iter().enumerate() {
            let place = format!("{}{}", char::from(b'A' + column as u8), row + 1);
            if cell.bytes().all(|b| b.is_ascii_digit()) {
                sheet.push_str(&format!("<c r=\"{place}\"><v>{cell}</v></c>"));
            } else {
                sheet.push_str(&format!("<c r=\"{place}\" t=\"s\"><v>{count}</v></c>"));
                strings.push_str(&format!("<si><t>{cell}</t></si>"));
                count += 1;
            }
        }
        sheet.push_str("</row>");
    }
    let (strings, sheet) = (strings + "</sst>", sheet + "</sheetData></worksheet>");
    let parts = [("xl/worksheets/sheet1.xml", sheet.as_bytes()), ("xl/sharedStrings.xml", strings.as_bytes())];
    zip(&parts, Zip::Deflated)
}

/// UTF-16 with a mark, as spreadsheets call "Unicode text".
pub fn utf16(text: &str) -> Vec<u8> {
    [b"\xff\xfe".to_vec(), text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat()
}

/// A database of one table and two pages (the schema and a leaf), as SQLite lays it out.
pub fn sqlite(people: &[Person]) -> Vec<u8> {
    const PAGE: usize = 65_536;
    let sql = "CREATE TABLE customers (number TEXT, email TEXT, phone TEXT)";
    let schema = record(&["table", "customers", "customers", "\u{2}", sql]);
    let cells: Vec<Vec<u8>> = people.iter().map(|p| record(&[&p.number, &p.email, &p.phone])).collect();
    let mut first = page(PAGE, 100, &[schema]);
    first[..16].copy_from_slice(b"SQLite format 3\0");
    first[16..24].copy_from_slice(&[0, 1, 1, 1, 0, 64, 32, 32]);
    first[28..32].copy_from_slice(&2u32.to_be_bytes());
    first[44..48].copy_from_slice(&4u32.to_be_bytes());
    first[56..60].copy_from_slice(&1u32.to_be_bytes());
    [first, page(PAGE, 0, &cells)].concat()
}

/// A record of texts; the page number `\u{2}` is an integer.
fn record(values: &[&str]) -> Vec<u8> {
    let mut header: Vec<u8> = Vec::new();
    for value in values {
        let kind = if *value == "\u{2}" { 1 } else { value.len() * 2 + 13 };
        header.extend(varint(kind));
    }
    header.insert(0, header.len() as u8 + 1);
    let body: Vec<u8> = values.iter().flat_map(|value| value.bytes()).collect();
    [header, body].concat()
}

fn varint(value: usize) -> Vec<u8> {
    if value < 128 { vec![value as u8] } else { vec![0x80 | (value >> 7) as u8, (value & 0x7f) as u8] }
}

/// A leaf of a table.
fn page(size: usize, lead: usize, records: &[Vec<u8>]) -> Vec<u8> {
    let mut page = vec![0; size];
    let mut end = size;
    for (n, record) in records.iter().enumerate() {
        let cell = [varint(record.len()), varint(n + 1), record.clone()].concat();
        end -= cell.len();
        page[end..end + cell.len()].copy_from_slice(&cell);
        page[lead + 8 + n * 2..lead + 10 + n * 2].copy_from_slice(&(end as u16).to_be_bytes());
    }
    page[lead] = 13;
    page[lead + 3..lead + 5].copy_from_slice(&(records.len() as u16).to_be_bytes());
    page[lead + 5..lead + 7].copy_from_slice(&(end as u16).to_be_bytes());
    page
}

/// Luhn's digit for `body`.
pub fn luhn(body: &str) -> u32 {
    let weigh = |(n, digit): (usize, u32)| if n % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit };
    let sum: u32 = body.bytes().rev().map(|digit| u32::from(digit - b'0')).enumerate().map(weigh).sum();
    (10 - sum % 10) % 10
}

/// The last digit of a Japanese individual number.
pub fn my_number_digit(body: &str) -> usize {
    let weigh = |(n, digit): (usize, u8)| (n % 6 + 2) * usize::from(digit - b'0');
    let rest = body.bytes().rev().enumerate().map(weigh).sum::<usize>() % 11;
    if rest <= 1 { 0 } else { 11 - rest }
}
