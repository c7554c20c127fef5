//! Secrets between bytes that make a file look like something other than text.

use crate::harness::{Rng, twin};
use flate2::Crc;

fn with(before: &[u8], value: &str, after: &[u8]) -> Vec<u8> {
    [before, value.as_bytes(), after].concat()
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

fn utf32(text: &str, unit: fn(u32) -> [u8; 4]) -> Vec<u8> {
    text.chars().flat_map(|c| unit(c as u32)).collect()
}

fn lined(value: &str) -> String {
    format!("first line\nnote = \"{value}\"\nlast line\n")
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [kind.as_slice(), data].concat();
    let mut crc = Crc::new();
    crc.update(&body);
    [&(data.len() as u32).to_be_bytes(), body.as_slice(), &crc.sum().to_be_bytes()].concat()
}

files! {
    a_nul_at_the_very_beginning_hides_nothing("a.bin", v) { with(b"\0\0note = ", v, b"\n") }
    a_nul_in_the_middle_hides_nothing("a.bin", v) { with(b"line\nbinary \0 here\nnote = ", v, b"\nmore\n") }
    a_nul_on_the_same_line_hides_nothing("a.bin", v) { with(b"x\0note = ", v, b"\0y\n") }
    a_nul_after_nine_kilobytes_hides_nothing("a.txt", v) { with(&[b"word ".repeat(1800), b"\0 note = ".to_vec()].concat(), v, b"\n") }

    utf_16_little_endian_with_a_mark_is_read("a.txt", v) { [b"\xff\xfe".to_vec(), utf16(&lined(v), u16::to_le_bytes)].concat() }
    utf_16_big_endian_with_a_mark_is_read("a.txt", v) { [b"\xfe\xff".to_vec(), utf16(&lined(v), u16::to_be_bytes)].concat() }
    utf_16_little_endian_without_a_mark_is_read("a.txt", v) { utf16(&lined(v), u16::to_le_bytes) }
    utf_16_big_endian_without_a_mark_is_read("a.txt", v) { utf16(&lined(v), u16::to_be_bytes) }
    utf_32_little_endian_with_a_mark_is_read("a.txt", v) { [b"\xff\xfe\0\0".to_vec(), utf32(&lined(v), u32::to_le_bytes)].concat() }
    utf_32_big_endian_with_a_mark_is_read("a.txt", v) { [b"\0\0\xfe\xff".to_vec(), utf32(&lined(v), u32::to_be_bytes)].concat() }
    utf_32_little_endian_without_a_mark_is_read("a.txt", v) { utf32(&lined(v), u32::to_le_bytes) }
    a_utf_16_part_inside_a_byte_text_is_read("a.reg", v) { [b"Windows\n".repeat(40), utf16(&lined(v), u16::to_le_bytes), b"end\n".to_vec()].concat() }

    a_utf_8_mark_hides_nothing("a.txt", v) { with(b"\xef\xbb\xbf", &lined(v), b"") }
    windows_line_ends_hide_nothing("a.txt", v) { lined(v).replace('\n', "\r\n") }
    old_mac_line_ends_hide_nothing("a.txt", v) { lined(v).replace('\n', "\r") }
    vertical_tabs_and_form_feeds_hide_nothing("a.txt", v) { with(b"a\x0b", v, b"\x0cb\n") }
    a_token_without_any_line_end_is_found("a.txt", v) { v }
    a_token_that_is_a_line_of_its_own_is_found("a.txt", v) { format!("{v}\n") }

    shift_jis_text_hides_nothing("a.txt", v) { with(b"\x83\x81\x83\x82 \x95\x5c\x8e\xa6 = ", v, b" \x83\x5c\n") }
    a_shift_jis_character_right_before_a_token_hides_nothing("a.txt", v) { with(b"\x83\x5c", v, b"\x83\x5c\n") }
    euc_jp_text_hides_nothing("a.txt", v) { with(b"\xa5\xe1\xa5\xe2=", v, b"\xa5\xe1\n") }
    iso_2022_jp_text_hides_nothing("a.txt", v) { with(b"\x1b$B%a%b\x1b(B=", v, b"\x1b$B%a\x1b(B\n") }
    gb18030_text_hides_nothing("a.txt", v) { with(b"\xb1\xb8\xd7\xa2=", v, b"\x81\x30\x81\x30\n") }
    latin_1_text_hides_nothing("a.txt", v) { with(b"cl\xe9=", v, b"\xa0\n") }
    invalid_utf_8_hides_nothing("a.txt", v) { with(b"\xff\xc0\x80\xed\xa0\x80", v, b"\xf8\x88\n") }
    utf_8_neighbours_hide_nothing("a.txt", v) { format!("鍵は{v}です\n") }

    a_terminal_s_colours_hide_nothing("a.log", v) { format!("\x1b[31mnote\x1b[0m=\x1b[32m{v}\x1b[0m\n") }
    lines_that_look_like_a_diff_hide_nothing("a.patch", v) { format!("diff --git a/x b/x\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-{v}\n") }
    lines_that_begin_with_pluses_hide_nothing("a.txt", v) { format!("++ /dev/null\n++{v}\n+ b\n") }
    a_notebook_s_output_is_read("a.ipynb", v) {
        format!("{{\"cells\":[{{\"cell_type\":\"code\",\"outputs\":[{{\"text\":[\"login\\n\",\"{v}\\n\"]}}]}}],\"nbformat\":4}}\n")
    }

    a_line_of_six_megabytes_hides_nothing("a.js", v) { with(&b"var a=1;".repeat(786_432), v, b";") }
    a_text_of_twenty_five_megabytes_hides_nothing("a.sql", v) { with(&b"INSERT INTO t VALUES (1,'some words');\n".repeat(640_000), v, b"\n") }
    a_binary_of_twelve_megabytes_hides_nothing("a.bin", v) {
        with(&[b"\0\0\x01".to_vec(), Rng::named("twelve").bytes(12 << 20)].concat(), &format!("\nnote={v}\n"), b"\0\0")
    }

    a_program_s_data_is_read("tool", v) { with(&[b"\x7fELF\x02\x01\x01".to_vec(), Rng::named("elf").bytes(9000)].concat(), v, b"\0.shstrtab\0") }
    a_picture_s_comment_is_read("a.png", v) {
        let comment = with(b"Comment\0", v, b"");
        [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", b"\0\0\0\x01\0\0\0\x01\x08\0\0\0\0"), chunk(b"tEXt", &comment), chunk(b"IEND", b"")].concat()
    }
    a_database_s_page_is_read("a.sqlite", v) { with(&[b"SQLite format 3\0".to_vec(), vec![0; 4080]].concat(), v, &[0; 4000]) }
    a_document_s_plain_stream_is_read("a.pdf", v) {
        format!("%PDF-1.4\n1 0 obj <</Length 60>> stream\nBT ({v}) Tj ET\nendstream endobj\ntrailer <<>>\n%%EOF\n")
    }
    a_tape_archive_s_member_is_read("a.tar", v) { crate::deep::tar("inner.ini", lined(v).as_bytes()) }
    an_uncompressed_zip_s_member_is_read("a.zip", v) { crate::deep::zip(&[("inner.ini", lined(v).as_bytes())], crate::deep::Zip::Stored) }
    a_zip_s_comment_is_read("a.zip", v) {
        let mut bytes = crate::deep::zip(&[("a.txt", b"a\n")], crate::deep::Zip::Stored);
        let length = bytes.len();
        bytes[length - 2..].copy_from_slice(&(v.len() as u16).to_le_bytes());
        [bytes, v.as_bytes().to_vec()].concat()
    }
}

cases! {
    a_token_across_any_read_boundary_is_found(s, p) {
        for (n, size) in (12..=20).map(|bits| 1usize << bits).enumerate() {
            for shift in [1, 20, 39] {
                let value = p.nth(n * 3 + shift / 19);
                let path = format!("at/{size}-{shift}");
                let mut text = b"words and\n".repeat(size / 10 + 1);
                text.truncate(size - shift - 1);
                s.work.write(&path, with(&text, &format!(" {value}\n"), b""));
            }
        }
        s.work.commit("Boundaries");
    }
}

#[test]
fn a_token_is_found_wherever_it_straddles_a_boundary() {
    // Each size alone, so that none hides behind another's finding.
    for bits in [12, 13, 16, 18, 20] {
        twin(&format!("boundary {bits}"), |s, p| {
            let mut text = b"words and\n".repeat((1 << bits) / 10 + 1);
            text.truncate((1 << bits) - 20);
            p.named("at.txt");
            s.work.write("at.txt", with(&text, &format!(" {}\n", p.value()), b"")).commit("Boundary");
        });
    }
}

#[test]
fn twenty_thousand_findings_are_refused_in_a_short_text() {
    twin("twenty thousand findings", |s, p| {
        // Two hundred different tokens, a hundred times over on lines of their own.
        let lines: String = (0..20_000).map(|n| format!("{n} = {}\n", p.nth(n % 200))).collect();
        p.named("many.ini");
        s.work.write("many.ini", lines).commit("Many");
    });
}

#[test]
fn text_made_to_slow_a_matcher_down_is_judged() {
    twin("slow text", |s, p| {
        let mut text = "a".repeat(400_000);
        text.push('\n');
        text.push_str(&"key=key=key=token=".repeat(40_000));
        text.push('\n');
        text.push_str(&"A".repeat(400_000));
        text.push_str(&format!("\n{}\n", p.line()));
        p.named("slow.txt");
        s.work.write("slow.txt", text).commit("Slow");
    });
}
