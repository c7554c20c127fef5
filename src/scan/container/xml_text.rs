//! The text of XML without its tags: office documents spread a word over several elements.
//!
//! A paragraph (`w:p`, `a:p`, `text:p`), a table cell or row, a shared string (`si`) and everything unknown ends a line;
//! what is known to stand inside a word does not.

use super::budget::Opening;
use crate::scan::decode::bytes::cut;

/// Elements that may begin or end within a word: runs of text, their properties, and marks of spelling and revision.
const INSIDE_WORDS: [&[u8]; 22] = [
    b"r",
    b"t",
    b"rPr",
    b"span",
    b"proofErr",
    b"ins",
    b"del",
    b"delText",
    b"instrText",
    b"moveFrom",
    b"moveTo",
    b"commentRangeStart",
    b"commentRangeEnd",
    b"smartTag",
    b"hyperlink",
    b"bookmarkStart",
    b"bookmarkEnd",
    b"lastRenderedPageBreak",
    b"softHyphen",
    b"noBreakHyphen",
    b"a",
    b"is",
];

/// Hands on the text of XML, and the rows of its tables; false when there may be no more members.
pub fn give(name: &[u8], xml: &[u8], opening: &mut Opening) -> bool {
    let views = [("text of xml", text(xml)), ("rows of xml", rows(xml))];
    views.into_iter().filter(|(_, view)| !view.is_empty()).all(|(how, view)| {
        opening.charge(view.len());
        opening.give(name, how, &view)
    })
}

/// The texts, those of one paragraph or cell joined, one a line.
pub fn text(xml: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(xml.len() / 4);
    let mut here = 0;
    let mut inside_properties = 0_usize;
    while here < xml.len() {
        let rest = cut(xml, here..xml.len());
        let open = memchr::memchr(b'<', rest).unwrap_or(rest.len());
        push_text(&mut out, cut(rest, 0..open));
        let tag = cut(rest, open..rest.len());
        let (inner, len) = tag_at(tag);
        here += open + len.max(1);
        match inner {
            Some(Markup::Text(text)) => out.extend_from_slice(text),
            Some(Markup::Tag(tag)) => {
                inside_properties = properties(tag, inside_properties);
                if inside_properties == 0 && !is_inside_words(tag) && out.last().is_some_and(|last| *last != b'\n') {
                    out.push(b'\n');
                }
            }
            None => {}
        }
    }
    out
}

/// The rows of tables in a document, one a line, their cells separated by tabs; nothing, if it has none.
///
/// A header stands above its values there only: as text, each cell is a line of its own.
pub fn rows(xml: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    if memchr::memmem::find(xml, b"tr>").or_else(|| memchr::memmem::find(xml, b"table-row")).is_none() {
        return out;
    }
    let mut here = 0;
    let (mut cell, mut repeated): (Option<usize>, usize) = (None, 1);
    while here < xml.len() {
        let rest = cut(xml, here..xml.len());
        let open = memchr::memchr(b'<', rest).unwrap_or(rest.len());
        let (inner, len) = tag_at(cut(rest, open..rest.len()));
        let tag_start = here + open;
        here = tag_start + len.max(1);
        let Some(Markup::Tag(tag)) = inner else { continue };
        match (name(tag), tag.starts_with(b"/"), tag.ends_with(b"/")) {
            (b"tc" | b"table-cell", false, true) => out.resize(out.len() + columns(tag), b'\t'),
            (b"tc" | b"table-cell", false, false) => (cell, repeated) = (Some(here), columns(tag)),
            (b"tc" | b"table-cell", true, _) => {
                let Some(start) = cell.take() else { continue };
                let mut text = text(cut(xml, start..tag_start));
                text.truncate(text.trim_ascii_end().len());
                text.iter_mut().filter(|b| matches!(b, b'\n' | b'\r' | b'\t')).for_each(|b| *b = b' ');
                out.extend_from_slice(&text);
                out.resize(out.len() + repeated, b'\t');
            }
            (b"tr" | b"table-row", true, _) => {
                out.truncate(out.len() - out.iter().rev().take_while(|b| **b == b'\t').count());
                if out.last().is_some_and(|last| *last != b'\n') {
                    out.push(b'\n');
                }
            }
            _ => {}
        }
    }
    if out.last().is_some_and(|last| *last != b'\n') {
        out.push(b'\n');
    }
    out
}

/// How many columns a cell of a sheet stands for (`table:number-columns-repeated`); more than these are the rest of the
/// row.
fn columns(tag: &[u8]) -> usize {
    const REPEATED: &[u8] = b"number-columns-repeated=\"";
    const MOST: usize = 64;
    let Some(at) = memchr::memmem::find(tag, REPEATED) else { return 1 };
    let digits = tag.iter().skip(at + REPEATED.len()).take(5).take_while(|b| b.is_ascii_digit());
    digits.fold(0usize, |sum, b| sum * 10 + usize::from(b - b'0')).clamp(1, MOST)
}

enum Markup<'x> {
    Text(&'x [u8]),
    Tag(&'x [u8]),
}

/// What stands at the start of `markup`, and its length; a comment is nothing.
fn tag_at(markup: &[u8]) -> (Option<Markup<'_>>, usize) {
    let long = [(&b"<![CDATA["[..], &b"]]>"[..]), (b"<!--", b"-->")];
    if let Some((start, end)) = long.into_iter().find(|(start, _)| markup.starts_with(start)) {
        let body = cut(markup, start.len()..markup.len());
        let length = memchr::memmem::find(body, end).unwrap_or(body.len());
        let text = (start == b"<![CDATA[").then(|| Markup::Text(cut(body, 0..length)));
        return (text, start.len() + length + end.len());
    }
    match memchr::memchr(b'>', markup) {
        Some(end) => (Some(Markup::Tag(cut(markup, 1..end))), end + 1),
        None => (None, markup.len()),
    }
}

/// The local name of a tag, without slash, prefix and attributes.
fn name(tag: &[u8]) -> &[u8] {
    let tag = tag.strip_prefix(b"/").unwrap_or(tag);
    let end = tag.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'/').unwrap_or(tag.len());
    let name = cut(tag, 0..end);
    memchr::memchr(b':', name).map_or(name, |colon| cut(name, colon + 1..name.len()))
}

fn is_inside_words(tag: &[u8]) -> bool {
    INSIDE_WORDS.contains(&name(tag))
}

/// How deep in the properties of a run, whose elements have other names, this tag leaves.
fn properties(tag: &[u8], depth: usize) -> usize {
    match (name(tag), tag.starts_with(b"/"), tag.ends_with(b"/")) {
        (b"rPr", true, _) => depth.saturating_sub(1),
        (b"rPr", false, false) => depth + 1,
        _ => depth,
    }
}

/// Appends text with the references that XML knows decoded; numeric ones are left to the scan of escapes.
fn push_text(out: &mut Vec<u8>, text: &[u8]) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest) {
        out.extend_from_slice(cut(rest, 0..at));
        rest = cut(rest, at..rest.len());
        let known = [(&b"&amp;"[..], b'&'), (b"&lt;", b'<'), (b"&gt;", b'>'), (b"&quot;", b'"'), (b"&apos;", b'\'')];
        let (name, byte) = known.into_iter().find(|(name, _)| rest.starts_with(name)).unwrap_or((b"&", b'&'));
        out.push(byte);
        rest = cut(rest, name.len()..rest.len());
    }
    out.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(xml: &str) -> String {
        String::from_utf8(text(xml.as_bytes())).unwrap()
    }

    #[test]
    fn runs_of_a_paragraph_are_joined_and_paragraphs_are_not() {
        let xml = "<w:p w:id=\"1\"><w:r><w:rPr><w:b/><w:lang w:val=\"en\"/></w:rPr><w:t>ab</w:t></w:r>\
            <w:proofErr w:type=\"spellStart\"/><w:r><w:t xml:space=\"preserve\">cd</w:t></w:r></w:p><w:p><w:r><w:t>ef</w:t></w:r></w:p>";
        assert_eq!(shown(xml), "abcd\nef\n");
    }

    #[test]
    fn cells_and_shared_strings_are_apart() {
        assert_eq!(shown("<si><t>a</t></si><si><r><t>b</t></r><r><t>c</t></r></si>"), "a\nbc\n");
        assert_eq!(shown("<row><c t=\"inlineStr\"><is><t>x</t></is></c><c><v>7</v></c></row>"), "x\n7\n");
        assert_eq!(shown("<a:p><a:r><a:t>sl</a:t></a:r><a:r><a:t>ide</a:t></a:r></a:p>"), "slide\n");
        assert_eq!(shown("<text:p>o<text:span text:style-name=\"T1\">d</text:span>t</text:p>"), "odt\n");
    }

    #[test]
    fn rows_of_tables_have_their_cells_side_by_side() {
        let rows = |xml: &str| String::from_utf8(rows(xml.as_bytes())).unwrap();
        let word = "<w:tbl><w:tr><w:trPr/><w:tc><w:p><w:r><w:t>name</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc><w:tc>\
            <w:p><w:r><w:t>a</w:t></w:r></w:p><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
        assert_eq!(rows(word), "name\t\ta b\n");
        let sheet = "<table:table-row><table:table-cell><text:p>x</text:p></table:table-cell><table:table-cell \
            table:number-columns-repeated=\"2\"/><table:table-cell><text:p>7</text:p></table:table-cell>\
            <table:table-cell table:number-columns-repeated=\"16000\"/></table:table-row>";
        assert_eq!(rows(sheet), "x\t\t\t7\n");
        for none in ["", "<w:p><w:t>x</w:t></w:p>", "<w:tc>", "</w:tc></w:tr>", "<w:tr></w:tr>"] {
            assert_eq!(rows(none).trim_ascii(), "", "{none}");
        }
    }

    #[test]
    fn references_and_character_data_are_text_and_comments_are_not() {
        assert_eq!(shown("<t>a&amp;b&lt;c</t><!-- <t>no</t> --><t><![CDATA[d<e]]></t>"), "a&b<cd<e");
    }

    #[test]
    fn broken_xml_gives_what_can_be_read() {
        for (xml, want) in
            [("", ""), ("abc", "abc"), ("a<b", "a"), ("<![CDATA[x", "x"), ("<!--", ""), ("<", ""), ("a&", "a&")]
        {
            assert_eq!(shown(xml), want, "{xml}");
        }
    }
}
