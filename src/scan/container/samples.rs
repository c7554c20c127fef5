//! What the containers' tests share: packing, and opening into values.

use super::super::Unreadable;
use super::{Budget, open, sniff};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use std::io::Write;

/// Bare deflate.
pub fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// zlib.
pub fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A member by name, how and content.
pub type Found = (String, &'static str, Vec<u8>);

/// The members of a container and what could not be read, within `bytes` and a thousand members.
pub fn members(container: &[u8], bytes: u64) -> (Vec<Found>, Vec<Unreadable>) {
    members_within(container, &mut Budget { bytes, members: 1000 })
}

/// The members of a container and what could not be read.
pub fn members_within(container: &[u8], budget: &mut Budget) -> (Vec<Found>, Vec<Unreadable>) {
    let mut found = Vec::new();
    let format = sniff(container).expect("a container");
    let obstacles = open(format, container, budget, &mut |member, _| {
        found.push((member.name.to_string(), member.how, member.bytes.to_vec()));
    });
    (found, obstacles)
}

/// One entry of a zip: local header, data, and the sizes after it when `flags` say so.
pub fn zip_entry(name: &str, content: &[u8], method: u16, flags: u16) -> Vec<u8> {
    let data = if method == 0 { content.to_vec() } else { deflated(content) };
    let after = flags & 8 != 0;
    let sizes = [data.len() as u32, content.len() as u32];
    let shown = if after { [0; 2] } else { sizes };
    let mut out = b"PK\x03\x04\x14\0".to_vec();
    for field in [flags, method, 0, 0] {
        out.extend(field.to_le_bytes());
    }
    for field in [0, shown[0], shown[1]] {
        out.extend(field.to_le_bytes());
    }
    out.extend((name.len() as u16).to_le_bytes());
    out.extend([0; 2]);
    out.extend(name.as_bytes());
    out.extend(data);
    if after {
        out.extend(b"PK\x07\x08");
        for field in [0, sizes[0], sizes[1]] {
            out.extend(field.to_le_bytes());
        }
    }
    out
}

/// A zip's directory with its end record, for entries by name, offset and method.
pub fn zip_directory(entries: &[(&str, usize, u16)], start: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, offset, method) in entries {
        out.extend(b"PK\x01\x02");
        out.extend([0; 6]);
        out.extend(method.to_le_bytes());
        out.extend([0; 16]);
        out.extend((name.len() as u16).to_le_bytes());
        out.extend([0; 12]);
        out.extend((*offset as u32).to_le_bytes());
        out.extend(name.as_bytes());
    }
    let size = out.len() as u32;
    out.extend(b"PK\x05\x06\0\0\0\0");
    for _ in 0..2 {
        out.extend((entries.len() as u16).to_le_bytes());
    }
    out.extend(size.to_le_bytes());
    out.extend((start as u32).to_le_bytes());
    out.extend([0; 2]);
    out
}

/// A zip of entries: name, content, method, flags.
pub fn zip(entries: &[(&str, &[u8], u16, u16)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut offsets = Vec::new();
    for (name, content, method, flags) in entries {
        offsets.push((*name, out.len(), *method));
        out.extend(zip_entry(name, content, *method, *flags));
    }
    let start = out.len();
    out.extend(zip_directory(&offsets, start));
    out
}

/// One member of a tar.
pub fn tar_entry(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
    let mut header = [0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    header[148..156].fill(b' ');
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..154].copy_from_slice(format!("{sum:06o}").as_bytes());
    let mut out = [&header[..], content].concat();
    out.resize(out.len().next_multiple_of(512), 0);
    out
}

/// A tar of members: name, kind, content.
pub fn tar(entries: &[(&str, u8, &[u8])]) -> Vec<u8> {
    let mut out: Vec<u8> = entries.iter().flat_map(|(name, kind, content)| tar_entry(name, *kind, content)).collect();
    out.extend([0; 1024]);
    out
}

/// Bytes written as hexadecimal digits.
pub fn unhex(digits: &str) -> Vec<u8> {
    let digits: Vec<u32> = digits.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits.chunks(2).map(|pair| (pair[0] << 4 | pair[1]) as u8).collect()
}
