//! Unfolding containers: what is compressed, archived or embedded in a blob, recognised by its bytes, never by a name.
//!
//! One member at a time is in memory, within a budget that the caller holds for a blob over all depths. What cannot be
//! read is reported; what came out before a stream broke or a limit was met has been handed on by then.
//!
//! *Invariant:* nothing is written to disk, and no name out of an archive is used as a path.

mod ar;
mod budget;
mod bzip2;
mod closed;
mod delta;
mod embedded;
mod gzip;
mod keys;
mod pack;
mod pdf;
mod pdf_cmap;
mod pdf_filter;
mod pdf_text;
mod pg_dump;
#[cfg(test)]
mod samples;
mod sqlite;
mod stream;
mod tar;
mod xlsx;
mod xml_text;
mod xz;
mod zip;
mod zstd;

pub use budget::{Budget, Each};
pub use closed::Closed;
pub use keys::describe as describe_keys;
pub use stream::inflated;

use super::{Unreadable, UnreadableKind};
use bstr::BStr;
use budget::Opening;

/// A member of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member<'m> {
    /// The path in the container, as the container's maker wrote it; empty for formats that hold one stream.
    pub name: &'m BStr,
    /// How it was unpacked: the format, or what was done with the content.
    pub how: &'static str,
    /// The content.
    pub bytes: &'m [u8],
}

/// A format that can be recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// gzip.
    Gzip,
    /// zlib, as loose git objects are.
    Zlib,
    /// zip and what is built on it.
    Zip,
    /// bzip2.
    Bzip2,
    /// xz.
    Xz,
    /// lzma.
    Lzma,
    /// Zstandard.
    Zstd,
    /// tar.
    Tar,
    /// ar, as Debian packages are.
    Ar,
    /// PDF.
    Pdf,
    /// An SQLite database.
    Sqlite,
    /// Private keys in a binary form.
    Keys,
    /// A git bundle.
    GitBundle,
    /// A git pack.
    GitPack,
    /// A dump of a PostgreSQL database in pg_dump's own format.
    PgDump,
    /// A format that is recognised and not opened.
    Closed(&'static Closed),
    /// No format of its own, with compressed streams in it.
    Carrier,
}

impl Format {
    /// The name in the report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zlib => "zlib",
            Self::Zip => "zip",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Lzma => "lzma",
            Self::Zstd => "zstd",
            Self::Tar => "tar",
            Self::Ar => "ar",
            Self::Pdf => "pdf",
            Self::Sqlite => "sqlite",
            Self::Keys => "key file",
            Self::GitBundle => "git bundle",
            Self::GitPack => "git pack",
            Self::PgDump => "pg_dump",
            Self::Closed(closed) => closed.name,
            Self::Carrier => "embedded stream",
        }
    }
}

/// The format of `bytes`, if they are a container.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Option<Format> {
    formats(bytes).next().or_else(|| embedded::is_carrier(bytes).then_some(Format::Carrier))
}

/// All formats that `bytes` are in: a file can be a PDF from its start and a zip from its end.
fn formats(bytes: &[u8]) -> impl Iterator<Item = Format> {
    // By cost: magic first, the ends of the file next, trial decompression last.
    let checks: [(Format, Check); 15] = [
        (Format::Gzip, |bytes| gzip::header(bytes).is_some()),
        (Format::Xz, xz::is_xz),
        (Format::Zstd, zstd::is_zstd),
        (Format::Bzip2, bzip2::is_bzip2),
        (Format::GitPack, pack::is_pack),
        (Format::GitBundle, pack::is_bundle),
        (Format::Sqlite, sqlite::is_sqlite),
        (Format::PgDump, pg_dump::is_pg_dump),
        (Format::Keys, keys::is_keys),
        (Format::Ar, ar::is_ar),
        (Format::Tar, tar::is_tar),
        (Format::Zip, zip::is_zip),
        (Format::Pdf, pdf::is_pdf),
        (Format::Zlib, gzip::is_zlib),
        (Format::Lzma, xz::is_lzma),
    ];
    let closed = closed::find(bytes).map(Format::Closed);
    checks.into_iter().filter(|(_, check)| check(bytes)).map(|(format, _)| format).chain(closed)
}

type Check = fn(&[u8]) -> bool;

/// Opens `bytes`, giving each member to `each` together with the budget for what is found inside it; returns what could
/// not be read.
///
/// Other formats that `bytes` are in as well are opened too.
pub fn open(format: Format, bytes: &[u8], budget: &mut Budget, each: &mut Each<'_>) -> Vec<Unreadable> {
    let mut obstacles = open_as(format, bytes, budget, each);
    for other in formats(bytes).filter(|other| *other != format) {
        obstacles.extend(open_as(other, bytes, budget, each));
    }
    // A magic in front of other bytes makes no archive of them: where that is all, they are looked through as well.
    let broken = obstacles.iter().any(|obstacle| obstacle.kind == UnreadableKind::Broken);
    if format != Format::Carrier && (broken || !covers(format, bytes)) {
        obstacles.extend(open_as(Format::Carrier, bytes, budget, each));
    }
    obstacles
}

/// Whether a file in this format has nothing but its members in it.
fn covers(format: Format, bytes: &[u8]) -> bool {
    match format {
        Format::Pdf | Format::Keys | Format::Closed(_) | Format::Carrier => false,
        Format::Zip => bytes.starts_with(b"PK"),
        Format::Gzip
        | Format::Zlib
        | Format::Bzip2
        | Format::Xz
        | Format::Lzma
        | Format::Zstd
        | Format::Tar
        | Format::Ar
        | Format::Sqlite
        | Format::GitBundle
        | Format::GitPack
        | Format::PgDump => true,
    }
}

fn open_as(format: Format, bytes: &[u8], budget: &mut Budget, each: &mut Each<'_>) -> Vec<Unreadable> {
    let mut opening = Opening::new(format.name(), budget, each);
    let end = match format {
        Format::Gzip => Some(gzip::open(bytes, &mut opening)),
        Format::Zlib => Some(gzip::open_zlib(bytes, &mut opening)),
        Format::Bzip2 => Some(bzip2::open(bytes, &mut opening)),
        Format::Xz => Some(xz::open(bytes, &mut opening)),
        Format::Zstd => Some(zstd::open(bytes, &mut opening)),
        Format::Lzma
        | Format::Zip
        | Format::Tar
        | Format::Ar
        | Format::Pdf
        | Format::Sqlite
        | Format::Keys
        | Format::GitBundle
        | Format::GitPack
        | Format::PgDump
        | Format::Closed(_)
        | Format::Carrier => {
            open_archive(format, bytes, &mut opening);
            None
        }
    };
    // What follows a stream is scanned as it is by the caller; only another container has to be handed on.
    let rest = end.filter(|end| *end > 0).and_then(|end| bytes.get(end..));
    if let Some(rest) = rest.filter(|rest| sniff(rest).is_some()) {
        opening.give(b"", "appended", rest);
    }
    opening.finish()
}

/// Opens what takes the whole of `bytes`.
fn open_archive(format: Format, bytes: &[u8], opening: &mut Opening) {
    match format {
        Format::Lzma => xz::open_lzma(bytes, opening),
        Format::Zip => zip::open(bytes, opening),
        Format::Tar => tar::open(bytes, opening),
        Format::Ar => ar::open(bytes, opening),
        Format::Pdf => pdf::open(bytes, opening),
        Format::Sqlite => sqlite::open(bytes, opening),
        Format::Keys => keys::open(bytes, opening),
        Format::GitBundle => pack::open_bundle(bytes, opening),
        Format::GitPack => pack::open(bytes, opening),
        Format::PgDump => pg_dump::open(bytes, opening),
        Format::Closed(closed) => opening.obstacle(closed.kind, b"", closed.why()),
        Format::Carrier => embedded::open(bytes, opening),
        Format::Gzip | Format::Zlib | Format::Bzip2 | Format::Xz | Format::Zstd => {}
    }
}

#[cfg(test)]
mod tests {
    use super::samples::{gzip, members, tar, zip, zlib};
    use super::*;
    use proptest::prelude::*;

    fn valid() -> Vec<Vec<u8>> {
        let text = b"some text with some repetition, some text with some repetition".repeat(3);
        let xml = b"<w:p><w:t>ab</w:t><w:t>cd</w:t></w:p>";
        vec![
            gzip(&text),
            zlib(&text),
            zip(&[("a.xml", xml, 8, 0), ("b", &text, 0, 8), ("c", &text, 8, 8)]),
            tar(&[("a", b'0', &text), ("x", b'x', b"11 path=b\n"), ("b", b'L', b"long")]),
            [b"%PDF-1.4 obj <</Filter /Fl>> stream\n", &zlib(b"BT [(a) 1 <62>] TJ ET")[..], b" endstream"].concat(),
            [b"PACK\0\0\0\x02\0\0\0\x02\x33", &zlib(b"abc")[..], b"\x64\x0c", &zlib(&[3, 4, 0x90, 3, 1, b'd'])]
                .concat(),
            ruzstd::encoding::compress_to_vec(&text[..], ruzstd::encoding::CompressionLevel::Fastest),
            [b"!<arch>\na               0           0     0     644     3         `\n", &b"abc"[..]].concat(),
        ]
    }

    /// Opens what there is to open, three deep.
    fn open_all(bytes: &[u8], budget: &mut Budget, depth: usize) {
        let Some(format) = sniff(bytes).filter(|_| depth > 0) else {
            return;
        };
        open(format, bytes, budget, &mut |member, budget| open_all(member.bytes, budget, depth - 1));
    }

    proptest! {
        #[test]
        fn random_bytes_are_opened_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            open_all(&bytes, &mut Budget { bytes: 1 << 20, members: 100 }, 3);
        }

        #[test]
        fn damaged_containers_are_opened_without_panic(
            pick in 0..8_usize,
            damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
            cut in any::<prop::sample::Index>(),
        ) {
            let mut bytes = valid().swap_remove(pick);
            for (at, byte) in damage {
                *at.get_mut(&mut bytes) = byte;
            }
            open_all(&bytes, &mut Budget { bytes: 1 << 20, members: 100 }, 3);
            bytes.truncate(cut.index(bytes.len()));
            open_all(&bytes, &mut Budget { bytes: 1 << 20, members: 100 }, 3);
        }
    }

    #[test]
    fn the_containers_that_are_damaged_in_tests_are_valid() {
        for bytes in valid() {
            let (found, obstacles) = members(&bytes, 1 << 20);
            assert!(!found.is_empty());
            assert_eq!(obstacles, []);
        }
    }

    #[test]
    fn a_file_in_two_formats_is_opened_in_both() {
        let archive = zip(&[("in-zip", b"zipped text", 8, 0)]);
        let document =
            [&b"%PDF-1.4\n1 0 obj\n<<>>\nstream\n"[..], &zlib(b"deflated text"), b"\nendstream\n", &archive].concat();
        let (found, obstacles) = members(&document, 1 << 20);
        let texts: Vec<_> = found.iter().map(|member| member.2.as_slice()).collect();
        assert!(texts.contains(&&b"zipped text"[..]) && texts.contains(&&b"deflated text"[..]));
        assert_eq!(obstacles, []);
    }

    #[test]
    fn a_container_behind_a_stream_is_handed_on() {
        let bytes = [gzip(b"first"), zip(&[("second", b"2", 0, 0)])].concat();
        let (found, _) = members(&bytes, 1 << 20);
        assert!(found.iter().any(|member| member.1 == "zip" && member.2 == b"2"));
        let bytes = [gzip(b"first"), tar(&[("second", b'0', b"2")])].concat();
        let (found, _) = members(&bytes, 1 << 20);
        assert_eq!(found.iter().map(|member| member.1).collect::<Vec<_>>(), ["gzip", "appended"]);
    }

    #[test]
    fn what_is_inside_is_opened_by_the_caller_on_the_same_budget() {
        let bytes = gzip(&gzip(&gzip(b"inner")));
        let mut budget = Budget { bytes: 1000, members: 10 };
        let mut seen = Vec::new();
        let obstacles = open(Format::Gzip, &bytes, &mut budget, &mut |outer, budget| {
            let mut each = |member: Member<'_>, _: &mut Budget| seen.push(member.bytes.to_vec());
            assert_eq!(open(Format::Gzip, outer.bytes, budget, &mut each), []);
        });
        assert_eq!((seen, obstacles), (vec![gzip(b"inner")], vec![]));
        assert_eq!(budget.members, 8);
        assert!(budget.bytes < 1000);
    }

    #[test]
    fn ordinary_bytes_are_no_container() {
        let long = "BZh9 is how bzip2 begins; PK is for zip; Rar! ".repeat(100);
        for text in ["", "P", "PK", "BZ", "BZh9", "7z", "hello", "ustar", "x", "]", "# v2 git", "PACK", &long] {
            assert_eq!(sniff(text.as_bytes()), None, "{text}");
        }
        assert_eq!(sniff(&[0; 2000]), None);
        assert_eq!(sniff(&[0xff; 2000]), None);
    }
}
