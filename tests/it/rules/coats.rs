//! The encodings and containers that leakgate looks through, as people and programs write them.

use crate::deep::{Zip, base64, bzip2, gzip, tar, through, zip};

/// What a coat takes and gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cloth {
    /// Any bytes in, text out; it stands in a file beside other text.
    BytesAsText,
    /// Text in, text out.
    TextAsText,
    /// Text in, bytes out: another encoding of a whole file.
    File,
    /// Any bytes in, bytes out.
    Container,
}

/// One way to carry a secret.
#[derive(Clone, Copy, Debug)]
pub struct Coat {
    pub name: &'static str,
    pub cloth: Cloth,
    pub put_on: fn(&[u8]) -> Vec<u8>,
}

impl Coat {
    /// Whether it can be worn over `inner`, and is looked through there.
    ///
    /// Bytes only fit into what holds any byte. That an archive's bytes are spelled out in escapes is what a program
    /// that handles the format does, and is not looked into.
    pub fn fits_over(&self, inner: &Self) -> bool {
        let is_text = matches!(inner.cloth, Cloth::BytesAsText | Cloth::TextAsText);
        is_text || matches!(self.cloth, Cloth::BytesAsText | Cloth::Container)
    }

    /// Whether a rule for text as it stands sees through it.
    pub fn is_plain(&self) -> bool {
        matches!(self.cloth, Cloth::File | Cloth::Container)
    }
}

fn each(bytes: &[u8], form: impl Fn(u8) -> String) -> Vec<u8> {
    bytes.iter().map(|b| form(*b)).collect::<String>().into_bytes()
}

/// Lines of at most `width` characters, each with `before` and `after`.
fn folded(text: &str, width: usize, before: &str, after: &str) -> Vec<u8> {
    text.as_bytes().chunks(width).flat_map(|line| [before.as_bytes(), line, after.as_bytes()].concat()).collect()
}

/// Beside other settings, on a line of its own.
fn set(value: &[u8]) -> Vec<u8> {
    [b"name: settings\ndata: ", value, b"\nmode: 7\n"].concat()
}

fn for_addresses(bytes: &[u8]) -> String {
    base64(bytes).replace('+', "-").replace('/', "_").trim_end_matches('=').to_owned()
}

/// Every byte but the line ends in the form `=41`, in lines of at most 76 characters.
fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = b"Content-Transfer-Encoding: quoted-printable\n\n".to_vec();
    for line in bytes.split(|b| *b == b'\n') {
        let quoted: Vec<String> = line.iter().map(|b| format!("={b:02X}")).collect();
        let soft: Vec<String> = quoted.chunks(25).map(<[String]>::concat).collect();
        out.extend_from_slice(soft.join("=\n").as_bytes());
        out.push(b'\n');
    }
    out
}

fn utf16(text: &[u8], unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    String::from_utf8_lossy(text).encode_utf16().flat_map(unit).collect()
}

fn utf32(text: &[u8], unit: fn(u32) -> [u8; 4]) -> Vec<u8> {
    String::from_utf8_lossy(text).chars().flat_map(|c| unit(u32::from(c))).collect()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// All of them.
pub const COATS: [Coat; 27] = [
    coat("base64", Cloth::BytesAsText, |b| set(base64(b).as_bytes())),
    coat("base64 for addresses", Cloth::BytesAsText, |b| set(for_addresses(b).as_bytes())),
    coat("base64 in lines", Cloth::BytesAsText, |b| [b"data:\n".to_vec(), folded(&base64(b), 76, "", "\n")].concat()),
    coat("base64 in CRLF lines", Cloth::BytesAsText, |b| folded(&base64(b), 64, "", "\r\n")),
    coat("base64 in indented lines", Cloth::BytesAsText, |b| {
        [b"data: |\n".to_vec(), folded(&base64(b), 64, "    ", "\n"), b"mode: 7\n".to_vec()].concat()
    }),
    coat("hexadecimal", Cloth::BytesAsText, |b| set(&each(b, |b| format!("{b:02x}")))),
    coat("hexadecimal in capitals", Cloth::BytesAsText, |b| set(&each(b, |b| format!("{b:02X}")))),
    coat("percent", Cloth::TextAsText, |b| set(&each(b, |b| format!("%{b:02X}")))),
    coat("\\u", Cloth::TextAsText, |b| set(&[b"\"", &each(b, |b| format!("\\u{b:04x}"))[..], b"\""].concat())),
    coat("\\x", Cloth::TextAsText, |b| set(&[b"\"", &each(b, |b| format!("\\x{b:02x}"))[..], b"\""].concat())),
    coat("decimal entities", Cloth::TextAsText, |b| set(&each(b, |b| format!("&#{b};")))),
    coat("hexadecimal entities", Cloth::TextAsText, |b| set(&each(b, |b| format!("&#x{b:X};")))),
    coat("quoted-printable", Cloth::TextAsText, quoted_printable),
    coat("UTF-16LE", Cloth::File, |b| utf16(b, u16::to_le_bytes)),
    coat("UTF-16BE", Cloth::File, |b| utf16(b, u16::to_be_bytes)),
    coat("UTF-16LE with its mark", Cloth::File, |b| [b"\xff\xfe".to_vec(), utf16(b, u16::to_le_bytes)].concat()),
    coat("UTF-16BE with its mark", Cloth::File, |b| [b"\xfe\xff".to_vec(), utf16(b, u16::to_be_bytes)].concat()),
    coat("UTF-32LE with its mark", Cloth::File, |b| [b"\xff\xfe\0\0".to_vec(), utf32(b, u32::to_le_bytes)].concat()),
    coat("UTF-32BE with its mark", Cloth::File, |b| [b"\0\0\xfe\xff".to_vec(), utf32(b, u32::to_be_bytes)].concat()),
    coat("UTF-8 with its mark", Cloth::File, |b| [b"\xef\xbb\xbf", b].concat()),
    coat("gzip", Cloth::Container, gzip),
    coat("zip", Cloth::Container, |b| zip(&[("read.me", b"nothing\n"), ("inner.ini", b)], Zip::Deflated)),
    coat("zip, stored", Cloth::Container, |b| zip(&[("inner.ini", b)], Zip::Stored)),
    coat("tar", Cloth::Container, |b| tar("inner.ini", b)),
    coat("bzip2", Cloth::Container, bzip2),
    coat("xz", Cloth::Container, |b| through("xz", &["-c", "-0"], b)),
    coat("zstd", Cloth::Container, zstd),
];

const fn coat(name: &'static str, cloth: Cloth, put_on: fn(&[u8]) -> Vec<u8>) -> Coat {
    Coat { name, cloth, put_on }
}
