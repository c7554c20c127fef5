//! Workbooks, whole and broken: what stands in the rows, and that the rest of the XML is not lost.

use super::*;
use crate::scan::container::{Budget, Format, open, samples::zip};

/// The rows of a sheet and the XML that is not in them, and what is left of the strings.
fn read(strings: &str, sheet: &str, most: usize) -> (String, Option<String>, String) {
    let mut words = Words::of(strings.as_bytes());
    let sheet = Sheet::of(sheet.as_bytes(), &mut words, most);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(sheet.rows), sheet.rest.map(text), text(words.rest()))
}

#[test]
fn cells_stand_in_their_rows_with_their_words() {
    let strings = "<sst><si><t>mail</t></si><si/><si><r><t>a@</t></r><r><t>b&amp;c</t></r></si></sst>";
    let sheet = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" t=\"inlineStr\"><is><t>tel</t></is></c></row>\
        <row r=\"2\"><c r=\"A2\" t=\"s\"><v>2</v></c><c r=\"B2\"/><c r=\"C2\"><v>7</v></c></row></sheetData>";
    let (rows, rest, left) = read(strings, sheet, 1 << 20);
    assert_eq!(rows, "mail\t\ttel\na@b&c\t\t7\n");
    assert_eq!(rest.unwrap(), "<sheetData></sheetData>");
    // Words in pieces are read in pieces, too.
    assert_eq!(left, "<sst><si/><si><r><t>a@</t></r><r><t>b&amp;c</t></r></si></sst>");
}

#[test]
fn what_is_not_in_the_rows_stays_in_the_xml() {
    for (cell, shown) in [
        ("<c r=\"A1\"><f>HYPERLINK(\"u\")</f><v>9</v></c>", "9"),
        ("<c r=\"A1\" note=\"x\"><v>9</v></c>", "9"),
        ("<c r=\"A1\" s=\"abcdefghijklmnopqrstu\"><v>9</v></c>", "9"),
        ("<c r=\"A1\" s='1'><v>9</v></c>", "9"),
        ("<c r=\"A1\"><v>9</v><!-- x --></c>", "9"),
        ("<c r=\"A1\" t=\"inlineStr\"><is><t>a\nb</t></is></c>", "a b"),
        ("<c r=\"A1\" t=\"inlineStr\"><is><r><t>a</t></r><r><t>b</t></r></is></c>", "ab"),
    ] {
        let (rows, rest, _) = read("", &format!("<row r=\"1\">{cell}</row>"), 1 << 20);
        assert_eq!((rows, rest.unwrap()), (format!("{shown}\n"), cell.to_owned()));
    }
    let around = "<a>x</a><row r=\"1\" why=\"x\"></row><hf>y</hf>";
    assert_eq!(read("", around, 99).1.unwrap(), "<a>x</a><row r=\"1\" why=\"x\"><hf>y</hf>");
    // A word that no cell shows, and one with lines of its own.
    let strings = "<sst><si><t>a</t></si><si><t>b</t></si><si><t>c\nd</t></si></sst>";
    let sheet = "<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>2</v></c></row>";
    assert_eq!(read(strings, sheet, 99).2, "<sst><si><t>b</t></si><si><t>c\nd</t></si></sst>");
}

#[test]
fn a_sheet_whose_rows_have_no_room_is_left_as_it_is() {
    let sheet = "<row><c><v>1234</v></c></row><row><c><v>5678</v></c></row>";
    for (most, all) in [(9, false), (10, true), (11, true)] {
        assert_eq!(read("", sheet, most).1.is_some(), all, "{most}");
    }
}

#[test]
fn broken_sheets_give_what_can_be_read() {
    for xml in ["", "<row", "<row>", "<row><c", "<row><c r=\"", "<row><c><v></row>", "<si>", "<row><c><v>1</v>"] {
        let (_, rest, left) = read(xml, xml, 10);
        assert_eq!(left, xml);
        assert_eq!(rest.unwrap(), xml.strip_prefix("<row>").unwrap_or(xml).replace("</row>", ""));
    }
    assert_eq!(number(b"12"), Some(12));
    assert_eq!(column_of(b"AB12"), Some(27));
}

/// What is handed on, in order: how, and the content.
fn given(entries: &[(&str, &[u8], u16, u16)]) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    let mut budget = Budget { bytes: 1 << 20, members: 100 };
    let obstacles = open(Format::Zip, &zip(entries), &mut budget, &mut |member, _| {
        all.push((member.how, String::from_utf8_lossy(member.bytes).into_owned()));
    });
    assert_eq!(obstacles, []);
    all
}

#[test]
fn parts_that_are_no_plain_xml_are_handed_on_as_they_are() {
    let sheet: &[u8] = b"<worksheet><row><c t=\"s\"><v>0</v></c></row></worksheet>";
    let strings: &[u8] = b"<sst><si><t>a</t></si></sst>";
    let names = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"];
    let plain = given(&[(names[1], strings, 8, 0), (names[0], sheet, 0, 0)]);
    let rest = [("rows of xlsx", "a\n"), ("zip", "<worksheet></worksheet>"), ("zip", "<sst></sst>")];
    assert_eq!(plain, rest.map(|(how, text)| (how, text.to_owned())));
    for odd in [&b"key = value"[..], b"<a>\0</a>", b"<sst>x</sst>"] {
        let shown = given(&[(names[1], strings, 8, 0), (names[1], odd, 8, 0), (names[0], odd, 8, 0)]);
        let odd = String::from_utf8_lossy(odd).into_owned();
        assert!(shown.contains(&("zip", odd.clone())), "{odd}: {shown:?}");
        assert_eq!(shown.iter().filter(|(how, text)| *how == "zip" && *text == odd).count(), 2, "{odd}: {shown:?}");
    }
}
