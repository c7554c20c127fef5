//! Containers by name, honest ones and such as no honest program writes.

use crate::deep::{self, Zip};
use crate::harness::Rng;
use flate2::{Compression, Crc};
use std::io::Write;

/// Puts `bytes` into the container `name`.
pub fn apply(name: &str, arguments: &[&str], bytes: &[u8]) -> Vec<u8> {
    let member = arguments.first().copied().unwrap_or("inner.ini");
    match name {
        "gzip" => deep::gzip(bytes),
        "zlib" => zlib(bytes),
        "deflate" => raw_deflate(bytes),
        "bzip2" => deep::bzip2(bytes),
        "run" => deep::through(arguments[0], &arguments[1..], bytes),
        "zip" => deep::zip(&[(member, bytes)], Zip::Deflated),
        "zip-stored" => deep::zip(&[(member, bytes)], Zip::Stored),
        "zip-second" => deep::zip(&[("first.txt", b"a first member\n"), (member, bytes)], Zip::Deflated),
        "zip-no-directory" => before(&deep::zip(&[(member, bytes)], Zip::Deflated), b"PK\x01\x02"),
        "zip-method-by-directory" => patched(deep::zip(&[(member, bytes)], Zip::Deflated), b"PK\x03\x04", 8, &[0, 0]),
        "zip-method-by-header" => patched(deep::zip(&[(member, bytes)], Zip::Deflated), b"PK\x01\x02", 10, &[0, 0]),
        "zip-stored-said-deflated" => patched(zipped_gzip(member, bytes), b"PK\x03\x04", 8, &[8, 0]),
        "zip-no-sizes" => patched(deep::zip(&[(member, bytes)], Zip::Deflated), b"PK\x03\x04", 14, &[0; 12]),
        "zip-descriptor" => descriptor(member, bytes),
        "zip-encrypted" => patched(deep::zip(&[(member, bytes)], Zip::Deflated), b"PK\x03\x04", 6, &[1, 0]),
        "zip-deflate64" => patched(deep::zip(&[(member, bytes)], Zip::Deflated), b"PK\x03\x04", 8, &[9, 0]),
        "zip-spanned" => [b"PK\x30\x30".to_vec(), deep::zip(&[(member, bytes)], Zip::Deflated)].concat(),
        "tar" => deep::tar(member, bytes),
        "tar-signed-sum" => signed_sum(deep::tar("n\u{e9}e.gz", bytes)),
        "tar-zeros-first" => [vec![0; 1024], deep::tar(member, bytes)].concat(),
        "cpio" => cpio(member, bytes),
        "ar" => [
            format!("!<arch>\n{member:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 0, 100_644, bytes.len()).as_bytes(),
            bytes,
        ]
        .concat(),
        "png-text" => png(b"tEXt", &[b"Comment\0", bytes].concat()),
        "png-ztxt" => png(b"zTXt", &[b"Comment\0\0".to_vec(), zlib(bytes)].concat()),
        "png-tail" => [png(b"tEXt", b"Comment\0none"), bytes.to_vec()].concat(),
        "7z-header" => seven(bytes),
        "after-script" => [b"#!/bin/sh\ntail -n +4 \"$0\" | tar xz\nexit 0\n", bytes].concat(),
        "after-noise" => [Rng::named("noise").bytes(3000), bytes.to_vec()].concat(),
        "between-noise" => [Rng::named("noise").bytes(3000), bytes.to_vec(), Rng::named("more").bytes(3000)].concat(),
        "pdf" => pdf("/FlateDecode", &zlib(&shown(bytes))),
        "pdf-escaped-filter" => pdf("/Fl#61teDecode", &zlib(&shown(bytes))),
        "pdf-ascii85" => {
            pdf("/ASCII85Decode", &[super::forms::apply("ascii85", &shown(bytes)), b"~>".to_vec()].concat())
        }
        "docx" => office("word/document.xml", bytes),
        "xlsx" => office("xl/sharedStrings.xml", bytes),
        "loose-object" => zlib(&[format!("blob {}\0", bytes.len()).as_bytes(), bytes].concat()),
        "zstd-skippable" => {
            [b"\x50\x2a\x4d\x18\x04\0\0\0none".to_vec(), deep::through("zstd", &["-c", "-q"], bytes)].concat()
        }
        "broken-tail" => [bytes, b"\0\0\0"].concat(),
        "cut-tail" => bytes[..bytes.len() - 12].to_vec(),
        "gzip-then-noise" => [deep::gzip(bytes), Rng::named("tail").bytes(600)].concat(),
        _ => panic!("no form is called {name:?}"),
    }
}

fn compressed<W: Write>(mut encoder: W, bytes: &[u8], finish: impl FnOnce(W) -> Vec<u8>) -> Vec<u8> {
    encoder.write_all(bytes).unwrap();
    finish(encoder)
}

pub fn zlib(bytes: &[u8]) -> Vec<u8> {
    compressed(flate2::write::ZlibEncoder::new(Vec::new(), Compression::best()), bytes, |e| e.finish().unwrap())
}

fn raw_deflate(bytes: &[u8]) -> Vec<u8> {
    compressed(flate2::write::DeflateEncoder::new(Vec::new(), Compression::best()), bytes, |e| e.finish().unwrap())
}

fn find(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).position(|window| window == what).unwrap()
}

fn before(bytes: &[u8], what: &[u8]) -> Vec<u8> {
    bytes[..find(bytes, what)].to_vec()
}

/// `bytes` with `new` at `offset` from the first place of `mark`.
fn patched(mut bytes: Vec<u8>, mark: &[u8], offset: usize, new: &[u8]) -> Vec<u8> {
    let at = find(&bytes, mark) + offset;
    bytes[at..at + new.len()].copy_from_slice(new);
    bytes
}

/// A compressed file, stored in a zip.
fn zipped_gzip(member: &str, bytes: &[u8]) -> Vec<u8> {
    deep::zip(&[(member, &deep::gzip(bytes))], Zip::Stored)
}

/// A zip written as a stream: the header has no sizes, and a descriptor follows the data.
fn descriptor(member: &str, bytes: &[u8]) -> Vec<u8> {
    let (data, mut crc) = (raw_deflate(bytes), Crc::new());
    crc.update(bytes);
    let mut out = b"PK\x03\x04\x14\0\x08\0\x08\0\0\0\x21\x5a".to_vec();
    out.extend_from_slice(&[0; 12]);
    out.extend_from_slice(&(member.len() as u16).to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out.extend_from_slice(member.as_bytes());
    out.extend_from_slice(&data);
    out.extend_from_slice(b"PK\x07\x08");
    for number in [crc.sum(), data.len() as u32, bytes.len() as u32] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    out
}

/// The checksum of a tape archive's header as old programs make it: from signed bytes.
fn signed_sum(mut tar: Vec<u8>) -> Vec<u8> {
    tar[148..156].copy_from_slice(b"        ");
    let sum: i32 = tar[..512].iter().map(|byte| i32::from(*byte as i8)).sum();
    tar[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    tar
}

/// The portable format of cpio with ASCII headers.
fn cpio(member: &str, bytes: &[u8]) -> Vec<u8> {
    let entry = |name: &str, bytes: &[u8]| {
        let fields = [1, 0o100_644, 0, 0, 1, 0, bytes.len(), 0, 0, 0, 0, name.len() + 1, 0];
        let head: String = fields.iter().map(|field| format!("{field:08x}")).collect();
        let mut out = format!("070701{head}{name}\0").into_bytes();
        out.resize(out.len().next_multiple_of(4), 0);
        out.extend_from_slice(bytes);
        out.resize(out.len().next_multiple_of(4), 0);
        out
    };
    [entry(member, bytes), entry("TRAILER!!!", b"")].concat()
}

fn png(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let body = [kind.as_slice(), data].concat();
        let mut crc = Crc::new();
        crc.update(&body);
        [&(data.len() as u32).to_be_bytes(), body.as_slice(), &crc.sum().to_be_bytes()].concat()
    };
    let head = chunk(b"IHDR", b"\0\0\0\x01\0\0\0\x01\x08\0\0\0\0");
    [b"\x89PNG\r\n\x1a\n".to_vec(), head, chunk(kind, data), chunk(b"IEND", b"")].concat()
}

/// A page that shows `text`.
fn shown(text: &[u8]) -> Vec<u8> {
    [b"BT /F1 12 Tf (", text, b") Tj ET"].concat()
}

fn pdf(filter: &str, stream: &[u8]) -> Vec<u8> {
    let head = format!("%PDF-1.4\n1 0 obj <</Filter {filter} /Length {}>>\nstream\n", stream.len());
    [head.as_bytes(), stream, b"\nendstream\nendobj\ntrailer <<>>\n%%EOF\n"].concat()
}

fn office(path: &str, xml: &[u8]) -> Vec<u8> {
    let types =
        b"<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    deep::zip(&[("[Content_Types].xml", types), (path, xml)], Zip::Deflated)
}

/// A 7z archive as far as its first header, which has a checksum; what follows could be anything.
fn seven(bytes: &[u8]) -> Vec<u8> {
    let header = [&(bytes.len() as u64).to_le_bytes()[..], &[0; 12]].concat();
    let mut crc = Crc::new();
    crc.update(&header);
    [b"7z\xbc\xaf\x27\x1c\0\x04", &crc.sum().to_le_bytes()[..], &header, bytes].concat()
}
