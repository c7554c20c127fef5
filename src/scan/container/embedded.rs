//! Compressed streams behind other bytes: scripts and programs that unpack themselves, images of disks and firmware.
//!
//! Such a file is in no format of its own, and whoever runs it unpacks the stream. The starts of gzip, xz, zstd and bzip2
//! are rare enough to be looked for everywhere in what is not plain ASCII; bare zlib is not, its two bytes prove nothing.
//! A program that handles a format holds its magic as well, so a start counts only with a proof: something comes out, or
//! a checksum is right.
//!
//! *Invariant:* a stream is opened once, from its start to its end; each is charged, so that starts within one another
//! cannot take long.

use super::super::UnreadableKind;
use super::budget::{OUT_OF_BUDGET, Opening};
use super::stream::{Wrapping, inflate};
use super::{bzip2, gzip, xz, zstd};
use crate::scan::decode::bytes::{at, cut};

/// As much is unpacked of a stream for a proof that it is one.
const PROOF: u64 = 64;

/// So early after the magic of bzip2 its data has a byte that is not ASCII.
const BZIP2_PROOF: usize = 80;

/// What starts a stream, and how it is known and opened.
struct Kind {
    /// Bytes that are rare in anything else, and how many stand before them.
    magic: &'static [u8],
    before: usize,
    proof: fn(&[u8]) -> bool,
    unpack: Unpack,
}

type Unpack = fn(&[u8], &mut Opening) -> usize;

static KINDS: [Kind; 7] = [
    Kind { magic: b"\x1f\x8b\x08", before: 0, proof: is_gzip, unpack: gzip::open },
    Kind { magic: b"\xfd7zXZ\0", before: 0, proof: is_xz, unpack: xz::open },
    Kind { magic: b"\x28\xb5\x2f\xfd", before: 0, proof: is_zstd, unpack: zstd::open },
    // The first block's own magic, after `BZh` and a digit.
    Kind { magic: b"1AY&SY", before: 4, proof: is_bzip2, unpack: bzip2::open },
    Kind { magic: SEVEN, before: 0, proof: is_7z, unpack: |bytes, opening| closed(bytes, "a 7z archive", opening) },
    Kind { magic: RAR, before: 0, proof: is_rar, unpack: |bytes, opening| closed(bytes, "a rar archive", opening) },
    Kind { magic: CAB, before: 0, proof: is_cab, unpack: |bytes, opening| closed(bytes, "a cab archive", opening) },
];

/// Archives that are recognised and not opened, behind the program that unpacks them.
const SEVEN: &[u8] = b"7z\xbc\xaf\x27\x1c";
const RAR: &[u8] = b"Rar!\x1a\x07";
/// In installers (.msi) and programs that unpack themselves.
const CAB: &[u8] = b"MSCF\0\0\0\0";

fn closed(bytes: &[u8], what: &str, opening: &mut Opening) -> usize {
    opening.obstacle(UnreadableKind::Unsupported, b"", &format!("{what} in it cannot be opened"));
    bytes.len()
}

/// The checksum of the start header (7zFormat.txt, "SignatureHeader").
fn is_7z(bytes: &[u8]) -> bool {
    bytes.len() >= 32 && cut(bytes, 8..12) == crc(cut(bytes, 12..32)).to_le_bytes()
}

/// The checksum of the first header: of RAR 5 in four bytes over a size in one byte and as much, of older ones in two
/// bytes over the eleven that follow.
fn is_rar(bytes: &[u8]) -> bool {
    let new = || {
        let size = usize::from(at(bytes, 12));
        (1..0x80).contains(&size) && cut(bytes, 8..12) == crc(cut(bytes, 12..13 + size)).to_le_bytes()
    };
    let old = || {
        let [low, high, ..] = crc(cut(bytes, 9..20)).to_le_bytes();
        at(bytes, 9) == 0x73 && cut(bytes, 7..9) == [low, high]
    };
    match (at(bytes, 6), at(bytes, 7)) {
        (1, 0) => new(),
        (0, _) => old(),
        _ => false,
    }
}

/// Version 1.3, reserved fields of zeros, and a size that fits (MS-CAB 2.1).
fn is_cab(bytes: &[u8]) -> bool {
    let size = match cut(bytes, 8..12) {
        [a, b, c, d] => u32::from_le_bytes([*a, *b, *c, *d]) as usize,
        _ => return false,
    };
    let zeros = cut(bytes, 12..16) == [0; 4] && cut(bytes, 20..24) == [0; 4];
    zeros && cut(bytes, 24..26) == [3, 1] && (36..=bytes.len()).contains(&size)
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// Whether a stream starts somewhere behind the start of `bytes`.
pub fn is_carrier(bytes: &[u8]) -> bool {
    Starts::of(bytes).any(|_| true)
}

/// Opens the streams.
pub fn open(bytes: &[u8], opening: &mut Opening) {
    let mut done = 0;
    for (start, unpack) in Starts::of(bytes) {
        if start < done {
            continue;
        }
        if opening.left() == 0 {
            opening.obstacle(UnreadableKind::OverLimit, b"", OUT_OF_BUDGET);
            return;
        }
        done = start + unpack(bytes.get(start..).unwrap_or_default(), opening);
    }
}

/// The places where streams start, in order.
struct Starts<'b> {
    bytes: &'b [u8],
    upcoming: Vec<Upcoming<'b>>,
}

/// Where the next stream of a kind starts.
struct Upcoming<'b> {
    kind: &'static Kind,
    places: memchr::memmem::FindIter<'b, 'static>,
    next: Option<usize>,
}

impl<'b> Starts<'b> {
    fn of(bytes: &'b [u8]) -> Self {
        // Nothing that is compressed is ASCII; most of what is pushed is, and costs one fast look.
        let bytes = if bytes.is_ascii() { &[] } else { bytes };
        let start = |kind: &'static Kind| {
            let mut upcoming = Upcoming { kind, places: memchr::memmem::find_iter(bytes, kind.magic), next: None };
            upcoming.advance(bytes);
            upcoming
        };
        Self { bytes, upcoming: KINDS.iter().map(start).collect() }
    }
}

impl Upcoming<'_> {
    fn advance(&mut self, bytes: &[u8]) {
        let kind = self.kind;
        self.next = self.places.find_map(|place| {
            let start = place.checked_sub(kind.before).filter(|start| *start > 0)?;
            (kind.proof)(cut(bytes, start..bytes.len())).then_some(start)
        });
    }
}

impl Iterator for Starts<'_> {
    type Item = (usize, Unpack);

    fn next(&mut self) -> Option<Self::Item> {
        let first = self.upcoming.iter_mut().filter(|kind| kind.next.is_some()).min_by_key(|kind| kind.next)?;
        let start = first.next?;
        let unpack = first.kind.unpack;
        first.advance(self.bytes);
        Some((start, unpack))
    }
}

/// Three bytes occur by chance, so something must come out as well.
fn is_gzip(bytes: &[u8]) -> bool {
    let Some(start) = gzip::header(bytes) else { return false };
    let mut out = Vec::new();
    inflate(cut(bytes, start..bytes.len()), Wrapping::Bare, PROOF, &mut out);
    !out.is_empty()
}

/// The checksum of the stream's flags (the .xz file format, 2.1.1.3).
fn is_xz(bytes: &[u8]) -> bool {
    xz::is_xz(bytes) && cut(bytes, 8..12) == crc(cut(bytes, 6..8)).to_le_bytes()
}

/// A text can name the magic.
fn is_bzip2(bytes: &[u8]) -> bool {
    let head = cut(bytes, 0..bytes.len().min(BZIP2_PROOF));
    bzip2::is_bzip2(head) && !head.is_ascii()
}

fn is_zstd(bytes: &[u8]) -> bool {
    let mut out = Vec::new();
    zstd::is_zstd(bytes) && {
        zstd::unpack(bytes, PROOF, &mut out);
        !out.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{gzip, members, zip};
    use super::super::{Format, sniff};
    use crate::scan::UnreadableKind;

    const TEXT: &[u8] = b"some content that repeats, some content that repeats, some content that repeats";

    /// Bytes that look compressed.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 0x9e37_79b9_u64;
        let next = || {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            (state >> 56) as u8
        };
        std::iter::repeat_with(next).take(length).collect()
    }

    #[test]
    fn streams_behind_a_script_and_between_other_bytes_are_opened() {
        for (before, after) in
            [(b"#!/bin/sh\nexit 0\n".to_vec(), vec![]), (noise(3000), noise(3000)), (vec![0], vec![0])]
        {
            let bytes = [before, gzip(TEXT), b"between".to_vec(), gzip(b"and another"), after].concat();
            assert_eq!(sniff(&bytes), Some(Format::Carrier));
            let texts: Vec<Vec<u8>> = members(&bytes, 1 << 20).0.into_iter().map(|member| member.2).collect();
            assert!(texts.contains(&TEXT.to_vec()) && texts.contains(&b"and another".to_vec()));
        }
    }

    #[test]
    fn streams_in_one_another_are_charged() {
        // Every stream would unpack to a thousand zeros; the budget is for ten.
        let bytes = [b"x".to_vec(), gzip(&[0; 1000])].concat().repeat(20);
        let (found, obstacles) = members(&bytes, 10_000);
        assert!(found.iter().map(|member| member.2.len()).sum::<usize>() <= 10_000);
        assert!(obstacles.iter().any(|obstacle| obstacle.kind == UnreadableKind::OverLimit));
    }

    #[test]
    fn a_cabinet_in_an_installer_is_reported() {
        for (size, version, some) in [(40, 1, true), (41, 1, false), (35, 1, false), (40, 2, false)] {
            let cab = [super::CAB, &[size, 0, 0, 0], &[0; 4], b"\x2c\0\0\0", &[0; 4], &[3, version], &[0; 14]].concat();
            let bytes = [b"\xd0\xcf\x11\xe0 an installer".to_vec(), cab].concat();
            assert_eq!(sniff(&bytes), some.then_some(Format::Carrier), "{size} {version}");
            assert!(!some || members(&bytes, 1 << 20).1[0].kind == UnreadableKind::Unsupported);
        }
    }

    #[test]
    fn archives_that_cannot_be_opened_are_reported_behind_a_program() {
        let header = [[0; 8], [7; 8]].concat();
        let seven =
            [super::SEVEN, b"\0\x04", &super::crc(&[&header[..], b"tail"].concat()).to_le_bytes(), &header, b"tail"]
                .concat();
        let new = [b"\x0a\x01".to_vec(), vec![9; 9]].concat();
        let new = [super::RAR, b"\x01\0", &super::crc(&new).to_le_bytes(), &new].concat();
        let old = [b"\x73\0\0\x0d\0".to_vec(), vec![0; 6]].concat();
        let old = [super::RAR, b"\0", &super::crc(&old).to_le_bytes()[..2], &old].concat();
        for archive in [seven, new, old] {
            let bytes = [b"MZ\x90\0 a program".to_vec(), archive].concat();
            let (found, obstacles) = members(&bytes, 1 << 20);
            assert_eq!((found.len(), obstacles.len()), (0, 1), "{bytes:?}");
            assert_eq!(obstacles[0].kind, UnreadableKind::Unsupported);
            let damaged: Vec<u8> =
                bytes.iter().enumerate().map(|(n, byte)| byte ^ u8::from(n + 3 == bytes.len())).collect();
            assert_eq!(sniff(&damaged), None);
        }
    }

    #[test]
    fn a_damaged_archive_is_looked_through_for_streams() {
        let bytes = [b"!<arch>\nno header at all \xff".to_vec(), gzip(TEXT)].concat();
        assert!(members(&bytes, 1 << 20).0.iter().any(|member| member.2 == TEXT));
    }

    #[test]
    fn an_archive_s_members_are_opened_as_its_members_alone() {
        let bytes = zip(&[("a.gz", &gzip(TEXT), 0, 0)]);
        assert_eq!(members(&bytes, 1 << 20).0.len(), 1);
    }

    #[test]
    fn ordinary_bytes_carry_nothing() {
        for bytes in [
            noise(100_000),
            [b"x BZh91AY&SY, ".to_vec(), b"words ".repeat(20), b"\x1f\x8b\x08\xff\xff \xfd7zXZ\0\0\x04".to_vec()]
                .concat(),
            vec![0x8b; 1000],
            vec![0xfd; 1000],
        ] {
            assert_eq!(sniff(&bytes), None);
        }
    }
}
