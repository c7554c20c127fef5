//! The text of XML without its tags: office documents spread a word over several elements.
//!
//! A paragraph (`w:p`, `a:p`, `text:p`), a table cell or row, a shared string (`si`) and everything unknown ends a line;
//! what is known to stand inside a word does not.

use crate::scan::decode::bytes::cut;

/// Elements that may begin or end within a word: runs of text, their properties, and marks of spelling and revision.
const INSIDE_WORDS: [&[u8]; 15] = [
    b"r",
    b"t",
    b"rPr",
    b"span",
    b"proofErr",
    b"ins",
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
