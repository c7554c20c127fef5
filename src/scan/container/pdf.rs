//! PDF: its compressed streams, and the text that they show.
//!
//! Streams are found by their keywords, not by the file's tables, so that nothing depends on what a viewer would show.

use super::super::UnreadableKind;
use super::budget::{End, Opening, Unpacked};
use super::gzip::is_zlib;
use super::pdf_cmap::CMap;
use super::stream::{Wrapping, inflate};
use super::{pdf_filter, pdf_text};
use crate::scan::decode::bytes::{at, cut};

/// Viewers look for the magic in the first 1,024 bytes.
const MAGIC_WITHIN: usize = 1024;

/// A stream's dictionary is looked for in this much before the stream.
const MAX_DICTIONARY: usize = 4 << 10;

/// Tables of fonts that are tried on the text; a document of browsers and office programs has a few.
const MAX_FONTS: usize = 16;

/// Filters in a row.
const MAX_FILTERS: usize = 8;

/// Whether this is a PDF.
pub fn is_pdf(bytes: &[u8]) -> bool {
    let head = cut(bytes, 0..bytes.len().min(MAGIC_WITHIN));
    // A program that handles PDF has the magic without a version, or with one that is made up.
    memchr::memmem::find_iter(head, b"%PDF-")
        .any(|at| matches!(cut(bytes, at + 5..at + 8), [b'1' | b'2', b'.', b'0'..=b'9']))
}

/// Whether the trailer names an encryption dictionary: `/Encrypt 12 0 R` or `/Encrypt <<`.
fn is_encrypted(bytes: &[u8]) -> bool {
    memchr::memmem::find_iter(bytes, b"/Encrypt").any(|at| {
        let rest = bytes.get(at + b"/Encrypt".len()..).unwrap_or_default();
        let value =
            rest.iter().position(|b| !b.is_ascii_whitespace()).and_then(|at| rest.get(at..)).unwrap_or_default();
        value.starts_with(b"<<") || value.first().is_some_and(u8::is_ascii_digit)
    })
}

/// Gives each stream that can be decoded, and all the text at the end.
pub fn open(bytes: &[u8], opening: &mut Opening) {
    let encrypted = is_encrypted(bytes);
    if encrypted {
        opening.obstacle(UnreadableKind::Encrypted, b"", "the document is encrypted");
    }
    let mut pages = Pages::default();
    each_stream(bytes, &mut |dictionary, data| {
        let decoded = decode(filters(dictionary), data, opening.left());
        pages.see(dictionary, data, if decoded.changed { &decoded.bytes } else { data });
        // What is encrypted cannot be inflated; that is reported once for the document.
        let end = if encrypted { End::Complete } else { decoded.end };
        if !decoded.changed && end == End::Complete {
            return true;
        }
        opening.give_unpacked(b"", "pdf", &Unpacked { bytes: decoded.bytes, end }, data.len())
    });
    let text = pages.text(opening.left());
    opening.charge(text.len());
    if !text.is_empty() {
        opening.give(b"", "text of pdf", &text);
    }
}

/// What shows text in a document, and the tables that say how.
#[derive(Default)]
struct Pages<'p> {
    text: Vec<u8>,
    fonts: Vec<CMap>,
    shown: Vec<(&'p [u8], &'p [u8])>,
}

impl<'p> Pages<'p> {
    fn see(&mut self, dictionary: &'p [u8], data: &'p [u8], shown: &[u8]) {
        let text = pdf_text::text(shown, None);
        if memchr::memmem::find(shown, b"BT").is_some() {
            self.shown.push((dictionary, data));
        }
        self.text.extend(text);
        if self.fonts.len() < MAX_FONTS {
            self.fonts.extend(CMap::read(shown).filter(|map| !self.fonts.contains(map)));
        }
    }

    /// All text: by its codes, and by each font's table, which comes behind the pages that need it.
    fn text(mut self, limit: u64) -> Vec<u8> {
        for (dictionary, data) in self.shown.iter().filter(|_| !self.fonts.is_empty()) {
            let decoded = decode(filters(dictionary), data, limit);
            let shown = if decoded.changed { &decoded.bytes } else { *data };
            for font in &self.fonts {
                if u64::try_from(self.text.len()).is_ok_and(|length| length < limit) {
                    self.text.extend(pdf_text::text(shown, Some(font)));
                }
            }
        }
        self.text
    }
}

/// Calls `each` with the dictionary and the data of each stream, until it has enough.
fn each_stream<'b>(bytes: &'b [u8], each: &mut dyn FnMut(&'b [u8], &'b [u8]) -> bool) {
    let keyword = memchr::memmem::Finder::new(b"stream");
    let end_keyword = memchr::memmem::Finder::new(b"endstream");
    let mut here = 0;
    while let Some(found) = keyword.find(bytes.get(here..).unwrap_or_default()) {
        let word = here + found;
        let mut start = word + b"stream".len();
        here = start;
        if cut(bytes, word.saturating_sub(3)..word) == b"end" {
            continue;
        }
        start += usize::from(at(bytes, start) == b'\r');
        start += usize::from(at(bytes, start) == b'\n');
        let data = bytes.get(start..).unwrap_or_default();
        let length = end_keyword.find(data).unwrap_or(data.len());
        let low = word.saturating_sub(MAX_DICTIONARY);
        let dictionary = cut(bytes, low..word);
        let dictionary = cut(dictionary, memchr::memmem::rfind(dictionary, b"obj").unwrap_or(0)..dictionary.len());
        here = start + length;
        if !each(dictionary, cut(data, 0..length)) {
            break;
        }
    }
}

struct Decoded {
    bytes: Vec<u8>,
    end: End,
    changed: bool,
}

/// The names of the filters, first to last.
fn filters(dictionary: &[u8]) -> Vec<&[u8]> {
    let Some(at_key) = memchr::memmem::find(dictionary, b"/Filter") else {
        return Vec::new();
    };
    let rest = cut(dictionary, at_key + b"/Filter".len()..dictionary.len()).trim_ascii_start();
    let list = match rest.strip_prefix(b"[") {
        Some(list) => cut(list, 0..memchr::memchr(b']', list).unwrap_or(list.len())),
        None => {
            let name = rest.strip_prefix(b"/").unwrap_or_default();
            cut(name, 0..name.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(name.len()))
        }
    };
    let names = list.split(|byte| *byte == b'/').map(<[u8]>::trim_ascii);
    names.filter(|name| !name.is_empty()).take(MAX_FILTERS).collect()
}

fn decode(filters: Vec<&[u8]>, data: &[u8], limit: u64) -> Decoded {
    let mut decoded = Decoded { bytes: Vec::new(), end: End::Complete, changed: false };
    // A name may be written with escapes or be given elsewhere; the stream itself tells.
    let filters = if filters.is_empty() && is_zlib(data) { vec![&b"FlateDecode"[..]] } else { filters };
    for filter in filters {
        let input = if decoded.changed { std::mem::take(&mut decoded.bytes) } else { data.to_vec() };
        let mut out = Vec::new();
        decoded.end = match filter {
            b"FlateDecode" | b"Fl" => inflate(&input, Wrapping::Zlib, limit, &mut out).1,
            b"ASCIIHexDecode" | b"AHx" => pdf_filter::hexadecimal(&input, &mut out),
            b"ASCII85Decode" | b"A85" => pdf_filter::ascii85(&input, &mut out),
            b"RunLengthDecode" | b"RL" => pdf_filter::run_lengths(&input, limit, &mut out),
            b"LZWDecode" | b"LZW" => End::Unsupported("LZW in a PDF cannot be opened"),
            // Pictures, whose decoders give no text, and escaped names.
            _ if is_zlib(&input) => inflate(&input, Wrapping::Zlib, limit, &mut out).1,
            _ => {
                decoded.bytes = if decoded.changed { input } else { Vec::new() };
                return decoded;
            }
        };
        decoded.bytes = out;
        decoded.changed = true;
        if decoded.end != End::Complete {
            return decoded;
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::super::samples::{members, zlib};
    use super::super::{Format, sniff};
    use super::*;

    fn pdf(dictionary: &str, data: &[u8]) -> Vec<u8> {
        let head = format!("%PDF-1.7\n1 0 obj\n<</Length {} {dictionary}>>\nstream\r\n", data.len());
        [head.as_bytes(), data, b"\nendstream\nendobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"].concat()
    }

    #[test]
    fn deflated_streams_and_their_text_are_given() {
        let content = b"BT /F1 12 Tf 72 700 Td [(left) -5 (right)] TJ ET";
        for dictionary in [
            "/Filter /FlateDecode",
            "/Filter/FlateDecode/X 1",
            "/Filter [/FlateDecode]",
            "/Filter 5 0 R",
            "/Filter /Fl#61teDecode",
            "",
        ] {
            let bytes = pdf(dictionary, &zlib(content));
            assert_eq!(sniff(&bytes), Some(Format::Pdf));
            let (found, obstacles) = members(&bytes, 1000);
            assert_eq!((found[0].1, found[0].2.as_slice()), ("pdf", &content[..]), "{dictionary}");
            assert_eq!((found[1].1, found[1].2.as_slice()), ("text of pdf", &b"leftright\n"[..]));
            assert_eq!(obstacles, []);
        }
    }

    #[test]
    fn text_in_fonts_that_number_their_letters_anew_is_given() {
        let map = b"begincmap begincodespacerange <0000> <ffff> endcodespacerange beginbfrange <0044> <005d> <0061> endbfrange";
        let page = zlib(b"BT /F4 12 Tf [<00440045> -3 (\\0F)] TJ ET");
        let bytes = [pdf("/Filter /FlateDecode", &page), pdf("/Filter /FlateDecode", &zlib(map))].concat();
        let found = members(&bytes, 10_000).0;
        let text = String::from_utf8_lossy(&found.last().unwrap().2).into_owned();
        assert!(text.ends_with("\nabc\n"), "{text:?}");
    }

    #[test]
    fn text_of_plain_streams_and_chained_filters_are_given() {
        assert_eq!(members(&pdf("", b"BT (pl) Tj (ain) Tj ET"), 1000).0[0].2, b"plain\n");
        let hex: String = zlib(b"inner content").iter().map(|byte| format!("{byte:02x}")).collect();
        let found = members(&pdf("/Filter [/ASCIIHexDecode /FlateDecode]", format!("{hex}>").as_bytes()), 1000);
        assert_eq!(found.0[0].2, b"inner content");
        assert_eq!(found.1, []);
    }

    #[test]
    fn pictures_are_passed_over_and_damage_is_reported() {
        assert_eq!(members(&pdf("/Filter /DCTDecode", b"\xff\xd8\xff picture"), 1000), (vec![], vec![]));
        let (_, obstacles) = members(&pdf("/Filter /FlateDecode", b"not deflate"), 1000);
        assert_eq!(obstacles[0].kind, UnreadableKind::Broken);
        let (_, obstacles) = members(&pdf("/Filter /LZWDecode", b"abc"), 1000);
        assert_eq!(obstacles[0].kind, UnreadableKind::Unsupported);
    }

    #[test]
    fn an_encrypted_document_is_reported_once() {
        let bytes = [pdf("/Filter /FlateDecode", b"random"), b"trailer <</Encrypt 9 0 R>>".to_vec()].concat();
        let (_, obstacles) = members(&bytes, 1000);
        assert_eq!(obstacles.len(), 1);
        assert_eq!(obstacles[0].kind, UnreadableKind::Encrypted);
    }

    #[test]
    fn the_budget_holds() {
        let bytes = pdf("/Filter /FlateDecode", &zlib(&[b' '; 1000]));
        for (limit, over) in [(999, true), (1000, false), (1001, false)] {
            let (found, obstacles) = members(&bytes, limit);
            assert_eq!((found[0].2.len() as u64, obstacles.is_empty()), (limit.min(1000), !over));
        }
    }
}
