//! Files as programs write them, by name: recordings, patches, dumps, documents with fonts of their own.

use super::coats::zlib;
use super::forms;
use crate::deep;

/// Puts `bytes` into the form `name`.
pub fn apply(name: &str, arguments: &[&str], bytes: &[u8]) -> Option<Vec<u8>> {
    let text = || std::str::from_utf8(bytes).unwrap_or_else(|_| panic!("{name} is for texts"));
    Some(match name {
        "encoded-words" => encoded_words(arguments[0], text()).into_bytes(),
        "recording" => recording(text()).into_bytes(),
        "git-patch" => git_patch(bytes).into_bytes(),
        "pg-dump" => pg_dump(&zlib(bytes)),
        "pdf-font" => pdf_with_font(text()),
        "msi" => [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), vec![0; 504], cab(bytes)].concat(),
        "before-lines" => {
            // `|` is the ledger's own sign.
            let before = arguments.join(":").replace("bar", "| ");
            text().lines().map(|line| format!("{before}{line}\n")).collect::<String>().into_bytes()
        }
        "after-lines" => text().replace('\n', &format!("\n{}", arguments.join(":"))).into_bytes(),
        "lines-joined" => text().lines().collect::<Vec<_>>().join(&arguments.join(":")).into_bytes(),
        "carriage-references" => text().replace('\n', "&#xD;\n").into_bytes(),
        "circled" => text().chars().map(circled).collect::<String>().into_bytes(),
        "srec" => srec(bytes).into_bytes(),
        "yenc" => bytes.iter().map(|byte| byte.wrapping_add(42)).collect(),
        // As LZ77 of several makers writes what does not repeat: a byte of flags or length before each few.
        "flagged" => bytes.chunks(8).flat_map(|eight| [b"\0", eight].concat()).collect(),
        _ => return None,
    })
}

fn encoded_words(letter: &str, text: &str) -> String {
    let word = |part: &[u8]| match letter {
        "B" => deep::base64(part),
        _ => part.iter().map(|byte| format!("={byte:02X}")).collect(),
    };
    let words = text.as_bytes().chunks(18).map(|part| format!("=?utf-8?{letter}?{}?=", word(part)));
    words.collect::<Vec<_>>().join("\n ")
}

/// A terminal's recording (asciicast 2) in which the text is typed.
fn recording(text: &str) -> String {
    let typed =
        (1..).zip(text.chars()).map(|(n, c)| format!("[{n}.125, \"o\", {}]\n", serde_json::json!(c.to_string())));
    ["{\"version\": 2, \"width\": 80, \"height\": 24}\n".to_owned()].into_iter().chain(typed).collect()
}

fn git_patch(bytes: &[u8]) -> String {
    let letter = |length: usize| char::from(if length <= 26 { b'A' - 1 } else { b'a' - 27 } + length as u8);
    let line = |part: &[u8]| {
        let mut whole = part.to_vec();
        whole.resize(part.len().next_multiple_of(4), 0);
        format!("{}{}\n", letter(part.len()), String::from_utf8(forms::apply("base85", &whole)).unwrap())
    };
    let lines: String = zlib(bytes).chunks(52).map(line).collect();
    format!(
        "diff --git a/x.bin b/x.bin\nindex 9daeafb..6dd90d2 100644\nGIT binary patch\nliteral {}\n{lines}\n\
         literal 5\nMcmYdHNli;pN&x@|00000\n\n",
        bytes.len()
    )
}

/// pg_dump's custom format as far as it matters: chunks of a stream, each after its length.
fn pg_dump(stream: &[u8]) -> Vec<u8> {
    let int = |number: usize| [&[0][..], &(number as u32).to_le_bytes()].concat();
    let chunks = stream.chunks(100).flat_map(|part| [int(part.len()), part.to_vec()].concat());
    let table = b"COPY public.notes (id, note) FROM stdin;\n\x01";
    let head = [b"PGDMP\x01\x0f\0\x04\x08\x01\x01".to_vec(), int(1), table.to_vec(), int(17)].concat();
    head.into_iter().chain(chunks).chain(int(0)).collect()
}

/// A page as browsers print it: letters by their number in the font, with the table that says which they are.
fn pdf_with_font(text: &str) -> Vec<u8> {
    let codes: String = text.bytes().map(|byte| format!("{:04X}", u16::from(byte) - 29)).collect();
    let page = format!("BT /F4 12 Tf 1 0 0 1 72 700 Tm [<{codes}>] TJ ET");
    let table = "/CIDInit /ProcSet findresource begin begincmap\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n\
                 1 beginbfrange <0003> <0061> <0020> endbfrange\nendcmap end";
    let object = |number: usize, content: &str| {
        let stream = zlib(content.as_bytes());
        let head = format!("{number} 0 obj <</Filter /FlateDecode /Length {}>>\nstream\n", stream.len());
        [head.as_bytes(), &stream, b"\nendstream\nendobj\n"].concat()
    };
    [b"%PDF-1.4\n".to_vec(), object(1, &page), object(2, table), b"trailer <<>>\n%%EOF\n".to_vec()].concat()
}

/// The header of a cabinet; what is in it no longer matters.
fn cab(bytes: &[u8]) -> Vec<u8> {
    let packed = zlib(bytes);
    let size = (36 + packed.len() as u32).to_le_bytes();
    let head =
        [b"MSCF\0\0\0\0", &size[..], &[0; 4], b"\x2c\0\0\0", &[0; 4], b"\x03\x01", &[1, 0, 1, 0, 0, 0, 0, 0, 0, 0]];
    [head.concat(), packed].concat()
}

fn circled(c: char) -> char {
    let moved = match c {
        'a'..='z' => u32::from(c) - u32::from('a') + 0x24d0,
        'A'..='Z' => u32::from(c) - u32::from('A') + 0x24b6,
        '1'..='9' => u32::from(c) - u32::from('1') + 0x2460,
        '0' => 0x24ea,
        c => u32::from(c),
    };
    char::from_u32(moved).unwrap()
}

/// Motorola's S-records.
fn srec(bytes: &[u8]) -> String {
    let record = |(n, part): (usize, &[u8])| {
        let body = [&[part.len() as u8 + 3][..], &((n * 16) as u16).to_be_bytes(), part].concat();
        let sum = !body.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
        let digits: String = body.iter().chain([&sum]).map(|byte| format!("{byte:02X}")).collect();
        format!("S1{digits}\n")
    };
    bytes.chunks(16).enumerate().map(record).collect()
}
