//! Formats that are recognised and not opened: the policy decides whether they pass.

use super::super::UnreadableKind;

/// A format that is not opened.
#[derive(Debug, PartialEq, Eq)]
pub struct Closed {
    /// The name in the report.
    pub name: &'static str,
    /// Whether nobody without a key can open it, or only this program cannot.
    pub kind: UnreadableKind,
    /// What it starts with.
    magic: &'static [u8],
}

const fn unsupported(name: &'static str, magic: &'static [u8]) -> Closed {
    Closed { name, kind: UnreadableKind::Unsupported, magic }
}

const fn encrypted(name: &'static str, magic: &'static [u8]) -> Closed {
    Closed { name, kind: UnreadableKind::Encrypted, magic }
}

/// Signatures from the formats' own documents.
static FORMATS: [Closed; 15] = [
    unsupported("7z", b"7z\xbc\xaf\x27\x1c"),
    unsupported("rar", b"Rar!\x1a\x07"),
    unsupported("cab", b"MSCF\0\0\0\0"),
    unsupported("lz4", b"\x04\x22\x4d\x18"),
    unsupported("lzip", b"LZIP\x01"),
    unsupported("lzop", b"\x89LZO\0\r\n\x1a\n"),
    unsupported("snappy", b"\xff\x06\0\0sNaPpY"),
    unsupported("compress", COMPRESS),
    unsupported("xar", b"xar!\0\x1c"),
    unsupported("rpm", b"\xed\xab\xee\xdb"),
    unsupported("squashfs", b"hsqs"),
    unsupported("zpaq", b"7kSt\xa0\x31\x83\xd3\x8c\xb2\x28\xb0\xd3"),
    encrypted("luks", b"LUKS\xba\xbe"),
    encrypted("keepass", b"\x03\xd9\xa2\x9a"),
    encrypted("office", OLE),
];

/// The magic of `compress`; the byte after it says how many bits a code has at most.
const COMPRESS: &[u8] = b"\x1f\x9d";

/// Whether the third byte is one of `compress`: 9 to 16 bits a code, two reserved bits clear.
fn is_compress(bytes: &[u8]) -> bool {
    bytes.get(2).is_some_and(|bits| bits & 0x60 == 0 && matches!(bits & 0x1f, 9..=16))
}

/// The magic of OLE compound files. Old office documents are such, and lie in them as they are; new ones with a
/// password are encrypted inside of one.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// `EncryptedPackage`, the stream that holds an encrypted document (MS-OFFCRYPTO 2.3.4.4), as the directory names it.
const PACKAGE: &[u8] = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";

/// The closed format of `bytes`, if it is one.
pub fn find(bytes: &[u8]) -> Option<&'static Closed> {
    let found = FORMATS.iter().find(|format| bytes.starts_with(format.magic))?;
    let holds = match found.magic {
        OLE => memchr::memmem::find(bytes, PACKAGE).is_some(),
        COMPRESS => is_compress(bytes),
        _ => true,
    };
    holds.then_some(found)
}

impl Closed {
    /// Why it is not opened.
    pub fn why(&self) -> &'static str {
        match self.kind {
            UnreadableKind::Encrypted => "the content is encrypted",
            UnreadableKind::Unsupported | UnreadableKind::OverLimit | UnreadableKind::Broken => {
                "the format cannot be opened"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::members;
    use super::*;

    #[test]
    fn closed_formats_are_reported_and_give_nothing() {
        for format in FORMATS.iter().filter(|format| format.magic != OLE) {
            let more = if format.magic == COMPRESS { &b"\x8d"[..] } else { b"" };
            let bytes = [format.magic, more, b" and some content"].concat();
            let (found, obstacles) = members(&bytes, 99);
            assert_eq!(found, []);
            assert_eq!((obstacles[0].format, obstacles[0].kind), (format.name, format.kind));
        }
    }

    #[test]
    fn compress_is_known_by_its_bits() {
        let closed: Vec<u8> = (0..=255).filter(|bits| find(&[0x1f, 0x9d, *bits]).is_some()).collect();
        assert_eq!(closed, [9, 10, 11, 12, 13, 14, 15, 16, 0x89, 0x8a, 0x8b, 0x8c, 0x8d, 0x8e, 0x8f, 0x90]);
        assert_eq!(find(COMPRESS), None);
    }

    #[test]
    fn only_office_documents_with_a_password_are_closed() {
        assert_eq!(find(&[OLE, b"WordDocument"].concat()), None);
        assert_eq!(find(&[OLE, b"padding", PACKAGE].concat()).map(|format| format.name), Some("office"));
    }
}
