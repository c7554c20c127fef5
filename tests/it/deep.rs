//! Secrets in a coat: encoded, compressed, packed.

use flate2::{Compression, Crc, write::DeflateEncoder};
use std::io::Write;

/// How a zip's members are stored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Zip {
    /// As they are.
    Stored,
    /// Compressed.
    Deflated,
}

/// A zip of `members`.
pub fn zip(members: &[(&str, &[u8])], how: Zip) -> Vec<u8> {
    let (mut out, mut central) = (Vec::new(), Vec::new());
    for (name, bytes) in members {
        let mut crc = Crc::new();
        crc.update(bytes);
        let data = if how == Zip::Stored { bytes.to_vec() } else { deflate(bytes) };
        let offset = out.len() as u32;
        let mut head = Vec::new();
        for number in [20, 0, if how == Zip::Stored { 0 } else { 8 }, 0, 0x5a21] {
            head.extend_from_slice(&u16::to_le_bytes(number));
        }
        for number in [crc.sum(), data.len() as u32, bytes.len() as u32] {
            head.extend_from_slice(&number.to_le_bytes());
        }
        head.extend_from_slice(&(name.len() as u16).to_le_bytes());
        head.extend_from_slice(&[0, 0]);
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&head);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(&data);
        central.extend_from_slice(b"PK\x01\x02\x14\0");
        central.extend_from_slice(&head);
        central.extend_from_slice(&[0; 10]);
        central.extend_from_slice(&offset.to_le_bytes());
        central.extend_from_slice(name.as_bytes());
    }
    let (start, size, count) = (out.len() as u32, central.len() as u32, members.len() as u16);
    out.extend_from_slice(&central);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&size.to_le_bytes());
    out.extend_from_slice(&start.to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A tape archive of one member.
pub fn tar(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut head = vec![0; 512];
    let mut put = |at: usize, text: &[u8]| head[at..at + text.len()].copy_from_slice(text);
    put(0, name.as_bytes());
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{:011o}\0", bytes.len()).as_bytes());
    put(136, b"14000000000\0");
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
    head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    head.extend_from_slice(bytes);
    head.resize(head.len().next_multiple_of(512) + 1024, 0);
    head
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base 64 with padding.
pub fn base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let word = three.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for n in 0..4 {
            out.push(if n <= three.len() { char::from(BASE64[(word >> (18 - 6 * n)) as usize & 63]) } else { '=' });
        }
    }
    out
}

fn each(text: &str, form: impl Fn(u8) -> String) -> String {
    text.bytes().map(form).collect()
}

fn folded(text: &str, width: usize) -> String {
    text.as_bytes().chunks(width).map(|line| String::from_utf8_lossy(line).into_owned() + "\n").collect()
}

fn compress<W: Write>(mut encoder: W, bytes: &[u8], finish: impl FnOnce(W) -> Vec<u8>) -> Vec<u8> {
    encoder.write_all(bytes).unwrap();
    finish(encoder)
}

/// gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    compress(flate2::write::GzEncoder::new(Vec::new(), Compression::default()), bytes, |e| e.finish().unwrap())
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    compress(flate2::write::ZlibEncoder::new(Vec::new(), Compression::default()), bytes, |e| e.finish().unwrap())
}

/// bzip2.
pub fn bzip2(bytes: &[u8]) -> Vec<u8> {
    compress(bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best()), bytes, |e| e.finish().unwrap())
}

/// Through a program of the machine, for formats that nothing here can write.
pub fn through(program: &str, args: &[&str], bytes: &[u8]) -> Vec<u8> {
    let out = crate::harness::run(std::process::Command::new(program).args(args), bytes);
    assert_eq!(out.code, Some(0), "{program}: {}", out.both());
    out.stdout
}

fn lined(value: &str) -> String {
    format!("a first line of some words\nnote = \"{value}\"\na last line of some words\n")
}

fn office(path: &str, xml: &str) -> Vec<u8> {
    let types =
        b"<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    zip(&[("[Content_Types].xml", types), (path, xml.as_bytes())], Zip::Deflated)
}

files! {
    base64_is_decoded("a.yml", v) { format!("data: {}\n", base64(lined(v).as_bytes())) }
    base64_of_the_bare_token_is_decoded("a.yml", v) { format!("data: {}\n", base64(v.as_bytes())) }
    base64_without_padding_is_decoded("a.yml", v) { format!("data: {}\n", base64(format!("x{v}").as_bytes()).trim_end_matches('=')) }
    base64_over_several_lines_is_decoded("a.pem", v) { format!("data:\n{}", folded(&base64(lined(v).repeat(3).as_bytes()), 64)) }
    base64_twice_over_is_decoded("a.yml", v) { format!("data: {}\n", base64(base64(lined(v).as_bytes()).as_bytes())) }
    base64_three_times_over_is_decoded("a.yml", v) { format!("data: {}\n", base64(base64(base64(v.as_bytes()).as_bytes()).as_bytes())) }
    base64_for_addresses_is_decoded("a.txt", v) {
        format!("data: {}\n", base64(format!("\u{3fffe}??>{v}~~~").as_bytes()).replace('+', "-").replace('/', "_").trim_end_matches('='))
    }
    a_kubernetes_secret_is_decoded("secret.yaml", v) {
        format!("apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\ndata:\n  note: {}\n", base64(v.as_bytes()))
    }
    base64_in_utf_16_is_decoded("a.ps1", v) {
        let utf16: Vec<u8> = lined(v).encode_utf16().flat_map(u16::to_le_bytes).collect();
        format!("powershell -EncodedCommand {}\n", base64(&utf16))
    }

    hexadecimal_is_decoded("a.txt", v) { format!("data = {}\n", each(v, |b| format!("{b:02x}"))) }
    hexadecimal_in_capitals_is_decoded("a.txt", v) { format!("data = 0x{}\n", each(v, |b| format!("{b:02X}"))) }
    spaced_hexadecimal_is_decoded("a.txt", v) { format!("data = {}\n", each(v, |b| format!("{b:02x} "))) }
    hexadecimal_over_several_lines_is_decoded("a.txt", v) { folded(&each(v, |b| format!("{b:02x}")), 32) }
    percent_signs_are_decoded("a.txt", v) { format!("https://git.example.com/?q={}\n", each(v, |b| format!("%{b:02X}"))) }
    a_single_percent_sign_is_decoded("a.txt", v) { format!("q={}\n", v.replace('_', "%5F")) }
    unicode_escapes_are_decoded("a.json", v) { format!("{{\"note\": \"{}\"}}\n", each(v, |b| format!("\\u{b:04x}"))) }
    a_single_unicode_escape_is_decoded("a.json", v) { format!("{{\"note\": \"{}\"}}\n", v.replace('_', "\\u005f")) }
    braced_unicode_escapes_are_decoded("a.js", v) { format!("note = \"{}\"\n", each(v, |b| format!("\\u{{{b:x}}}"))) }
    hexadecimal_escapes_are_decoded("a.c", v) { format!("char *note = \"{}\";\n", each(v, |b| format!("\\x{b:02x}"))) }
    octal_escapes_are_decoded("a.c", v) { format!("char *note = \"{}\";\n", each(v, |b| format!("\\{b:03o}"))) }
    decimal_entities_are_decoded("a.html", v) { format!("<p>{}</p>\n", each(v, |b| format!("&#{b};"))) }
    hexadecimal_entities_are_decoded("a.html", v) { format!("<p>{}</p>\n", each(v, |b| format!("&#x{b:x};"))) }
    quoted_printable_is_decoded("a.eml", v) {
        let text = each(v, |b| format!("={b:02X}"));
        format!("Content-Transfer-Encoding: quoted-printable\n\n{}=\n{}\n", &text[..60], &text[60..])
    }
    quoted_printable_with_a_soft_line_break_is_decoded("a.eml", v) {
        format!("Content-Transfer-Encoding: quoted-printable\n\nnote =3D {}=\n{}\n", &v[..17], &v[17..])
    }
    hexadecimal_of_base64_is_decoded("a.txt", v) { format!("data = {}\n", each(&base64(v.as_bytes()), |b| format!("{b:02x}"))) }

    gzip_is_opened("a.gz", v) { gzip(lined(v).as_bytes()) }
    gzip_under_another_name_is_opened("a.png", v) { gzip(lined(v).as_bytes()) }
    two_gzip_members_are_both_opened("a.gz", v) { [gzip(b"a first member\n"), gzip(lined(v).as_bytes())].concat() }
    gzip_in_gzip_is_opened("a.gz", v) { gzip(&gzip(lined(v).as_bytes())) }
    zlib_is_opened("a.z", v) { zlib(lined(v).as_bytes()) }
    bzip2_is_opened("a.bz2", v) { bzip2(lined(v).as_bytes()) }
    xz_is_opened("a.xz", v) { through("xz", &["-c"], lined(v).as_bytes()) }
    lzma_is_opened("a.lzma", v) { through("xz", &["-c", "--format=lzma"], lined(v).as_bytes()) }
    zstd_is_opened("a.zst", v) { through("zstd", &["-c", "-q"], lined(v).as_bytes()) }
    gzip_in_base64_is_opened("a.txt", v) { format!("data: {}\n", base64(&gzip(lined(v).as_bytes()))) }

    a_zip_s_member_is_read("a.zip", v) { zip(&[("a.txt", b"a\n"), ("inner.ini", lined(v).as_bytes())], Zip::Deflated) }
    a_zip_without_a_telling_name_is_read("blob", v) { zip(&[("inner.ini", lined(v).as_bytes())], Zip::Deflated) }
    a_zip_in_a_zip_is_read("a.zip", v) {
        let inner = zip(&[("inner.ini", lined(v).as_bytes())], Zip::Deflated);
        zip(&[("inner.zip", inner.as_slice())], Zip::Deflated)
    }
    a_zip_without_a_directory_is_read("a.zip", v) {
        let mut bytes = zip(&[("inner.ini", lined(v).as_bytes())], Zip::Deflated);
        let directory = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
        bytes.truncate(directory);
        bytes
    }
    a_zip_member_that_the_directory_leaves_out_is_read("a.zip", v) {
        let mut hidden = zip(&[("inner.ini", lined(v).as_bytes())], Zip::Deflated);
        hidden.truncate(hidden.windows(4).position(|four| four == b"PK\x01\x02").unwrap());
        [hidden, zip(&[("a.txt", b"a\n")], Zip::Deflated)].concat()
    }
    a_zip_behind_a_program_is_read("setup.exe", v) {
        [b"MZ\x90\0".to_vec(), crate::harness::Rng::named("exe").bytes(5000), zip(&[("inner.ini", lined(v).as_bytes())], Zip::Deflated)].concat()
    }
    a_zip_member_s_name_is_read("a.zip", v) { zip(&[(v, b"text\n".as_slice())], Zip::Deflated) }
    a_compressed_tape_archive_is_read("a.tar.gz", v) { gzip(&tar("inner.ini", lined(v).as_bytes())) }
    a_spreadsheet_is_read("a.xlsx", v) {
        office("xl/sharedStrings.xml", &format!("<sst><si><t>Name</t></si><si><t>{v}</t></si></sst>"))
    }
    a_text_document_is_read("a.docx", v) {
        office("word/document.xml", &format!("<w:document><w:body><w:p><w:r><w:t>{v}</w:t></w:r></w:p></w:body></w:document>"))
    }
    a_text_document_that_splits_a_word_is_read("a.docx", v) {
        let (a, b) = v.split_at(13);
        office("word/document.xml", &format!("<w:p><w:r><w:t>{a}</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>{b}</w:t></w:r></w:p>"))
    }
    a_document_s_compressed_stream_is_read("a.pdf", v) {
        let stream = zlib(format!("BT /F1 12 Tf ({v}) Tj ET").as_bytes());
        let head = format!("%PDF-1.4\n1 0 obj <</Filter /FlateDecode /Length {}>>\nstream\n", stream.len());
        [head.into_bytes(), stream, b"\nendstream\nendobj\ntrailer <<>>\n%%EOF\n".to_vec()].concat()
    }
}

cases! {
    a_basic_authorization_header_is_decoded(s, p) {
        // Any name and password in such a header is a secret: the twin says where to get one.
        let encoded = if p.leaks() { base64(format!("bot:{}", p.value()).as_bytes()) } else { "${CREDENTIALS}".to_owned() };
        p.named("a.http");
        s.work.write("a.http", format!("GET / HTTP/1.1\nAuthorization: Basic {encoded}\n")).commit("Request");
    }
}

/// A push whose leak must be stopped, as a finding or as something that could not be read; no benign twin is promised.
fn stopped(name: &str, bytes: impl Fn(&crate::harness::Stage, &str) -> Vec<u8>) {
    let (stage, payload) = (crate::harness::Stage::new(), crate::harness::Payload::new(name, true));
    let bytes = bytes(&stage, &payload.value());
    stage.work.write(name, bytes).commit("Add a file");
    let pushed = stage.push("origin main");
    pushed.stopped(&payload);
    assert!(pushed.shows(name), "{}", pushed.stderr);
}

#[test]
fn a_bundle_is_read_or_refused() {
    stopped("a.bundle", |s, value| {
        s.work
            .branch("hidden", "main")
            .write("x.ini", lined(value))
            .commit("X")
            .run("bundle create -q ../a.bundle hidden");
        s.work.checkout("main");
        std::fs::read(s.home().join("a.bundle")).unwrap()
    });
}

#[test]
fn a_secret_behind_three_hundred_megabytes_of_zeros_is_refused_or_could_not_be_checked() {
    stopped("bomb.gz", |_, value| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::best());
        let zeros = vec![0; 1 << 20];
        (0..300).for_each(|_| encoder.write_all(&zeros).unwrap());
        encoder.write_all(lined(value).as_bytes()).unwrap();
        encoder.finish().unwrap()
    });
}

#[test]
fn a_secret_behind_fifty_coats_is_refused_or_could_not_be_checked() {
    stopped("onion.gz", |_, value| (0..50).fold(lined(value).into_bytes(), |inner, _| gzip(&inner)));
}

#[test]
fn a_truncated_archive_is_refused_for_what_can_still_be_read() {
    stopped("cut.gz", |_, value| {
        let mut bytes =
            gzip(format!("{}{}", lined(value), crate::harness::Rng::named("cut").string(BASE64, 50_000)).as_bytes());
        bytes.truncate(bytes.len() - 2000);
        bytes
    });
}
