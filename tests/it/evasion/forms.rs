//! Encodings and disguises by name, as the ledger's texts and coats use them.

use super::{coats, dumps, written};
use crate::deep;

/// Applies the form that `filter` names, which may have arguments after colons.
pub fn apply(filter: &str, bytes: &[u8]) -> Vec<u8> {
    let mut words = filter.split(':');
    let name = words.next().unwrap_or_default();
    let arguments: Vec<&str> = words.collect();
    let number = |at: usize| arguments.get(at).map(|word| word.parse::<usize>().unwrap());
    let text = || std::str::from_utf8(bytes).unwrap_or_else(|_| panic!("{filter} is for texts"));
    if let Some(form) = each_byte(name) {
        return bytes.iter().flat_map(|byte| form(*byte).into_bytes()).collect();
    }
    match name {
        "cut" => bytes[number(0).unwrap()..number(1).unwrap().min(bytes.len())].to_vec(),
        "from" => bytes[number(0).unwrap()..].to_vec(),
        "repeat" => bytes.repeat(number(0).unwrap()),
        "fold" => bytes.chunks(number(0).unwrap()).flat_map(|line| [line, b"\n"].concat()).collect(),
        "between" => between(text(), &arguments.join(":")).into_bytes(),
        "instead" => text().replacen(arguments[0], &arguments[1..].join(":"), 1).into_bytes(),
        "reverse" => bytes.iter().rev().copied().collect(),
        "upper" => bytes.to_ascii_uppercase(),
        "base64" => deep::base64(bytes).into_bytes(),
        "base64url" => {
            deep::base64(bytes).replace('+', "-").replace('/', "_").trim_end_matches('=').as_bytes().to_vec()
        }
        "base32" => base32(bytes).into_bytes(),
        "base85" => base85(bytes, B85).into_bytes(),
        "z85" => base85(bytes, Z85).into_bytes(),
        "ascii85" => base85(bytes, &ascii85_alphabet()).into_bytes(),
        "uuencode" => uuencode(bytes).into_bytes(),
        "quoted-printable" => quoted_printable(bytes).into_bytes(),
        "rot13" => bytes.iter().map(rot13).collect(),
        "utf7" => utf7(text()).into_bytes(),
        "utf16le" => text().encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf16be" => text().encode_utf16().flat_map(u16::to_be_bytes).collect(),
        "utf32le" => text().chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
        "utf32be" => text().chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
        "overlong" => bytes.iter().flat_map(|byte| [0xc0 | byte >> 6, 0x80 | byte & 0x3f]).collect(),
        "ebcdic" => bytes.iter().map(ebcdic).collect(),
        "look-alike" => look_alike(text()).into_bytes(),
        "full-width" => shifted(text(), 0xfee0).into_bytes(),
        "mathematical" => mathematical(text()).into_bytes(),
        "xxd" => dumps::xxd(bytes).into_bytes(),
        "hexdump" => dumps::hexdump(bytes).into_bytes(),
        "od" => dumps::od(bytes).into_bytes(),
        "od-words" => dumps::od_words(bytes).into_bytes(),
        "intel-hex" => dumps::intel_hex(bytes).into_bytes(),
        _ => written::apply(name, &arguments, bytes).unwrap_or_else(|| coats::apply(name, &arguments, bytes)),
    }
}

/// Forms that write each byte apart from the others.
fn each_byte(name: &str) -> Option<fn(u8) -> String> {
    Some(match name {
        "hex" => |b| format!("{b:02x}"),
        "hex-upper" => |b| format!("{b:02X}"),
        "hex-spaced" => |b| format!("{b:02x} "),
        "hex-colons" => |b| format!("{b:02x}:"),
        "hex-list" => |b| format!("0x{b:02x}, "),
        "hex-commas" => |b| format!("{b:02x},"),
        "decimal-list" => |b| format!("{b}, "),
        "binary" => |b| format!("{b:08b} "),
        "octal" => |b| format!("\\{b:03o}"),
        "char-list" => |b| format!("'{}', ", char::from(b)),
        "percent" => |b| format!("%{b:02X}"),
        "percent-percent" => |b| format!("%25{b:02X}"),
        "percent-u" => |b| format!("%u{b:04X}"),
        "u-escape" => |b| format!("\\u{b:04x}"),
        "u-braces" => |b| format!("\\u{{{b:x}}}"),
        "u-long" => |b| format!("\\U{b:08x}"),
        "x-escape" => |b| format!("\\x{b:02x}"),
        "css-escape" => |b| format!("\\{b:06x}"),
        "entity" => |b| format!("&#{b};"),
        "entity-hex" => |b| format!("&#x{b:x};"),
        "decimal-escape" => |b| format!("\\{b:03}"),
        "hash-list" => |b| format!("#{b}"),
        "hex-h" => |b| format!("0{b:02X}h, "),
        "hex-basic" => |b| format!("&H{b:02X}, "),
        "octal-list" => |b| format!("0{b:o}, "),
        "braille" => |b| char::from_u32(0x2800 + u32::from(b)).unwrap().to_string(),
        "chr-calls" => |b| format!("chr({b})."),
        _ => return None,
    })
}

fn between(text: &str, what: &str) -> String {
    let what = match what {
        "zero-width-space" => "\u{200b}",
        "word-joiner" => "\u{2060}",
        "soft-hyphen" => "\u{ad}",
        "bidi" => "\u{202d}\u{202c}",
        "tag" => "\u{e0061}",
        "selector" => "\u{fe0f}",
        "combining" => "\u{301}",
        "nul" => "\0",
        "backspace" => "x\u{8}",
        "blank" => " ",
        "backslash" => "\\",
        "quotes" => "''",
        other => other,
    };
    // Not around the underscore alone: the middle of the token as well as its prefix.
    text.chars()
        .enumerate()
        .map(|(n, c)| if (1..20).contains(&n) { format!("{what}{c}") } else { c.to_string() })
        .collect()
}

fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::new();
    for five in bytes.chunks(5) {
        let word = (0..5).fold(0_u64, |word, at| word << 8 | u64::from(*five.get(at).unwrap_or(&0)));
        let letters = (five.len() * 8).div_ceil(5);
        (0..8).for_each(|n| {
            out.push(if n < letters { char::from(ALPHABET[(word >> (35 - 5 * n)) as usize & 31]) } else { '=' });
        });
    }
    out
}

const B85: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

const Z85: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

fn ascii85_alphabet() -> Vec<u8> {
    (b'!'..=b'u').collect()
}

fn base85(bytes: &[u8], alphabet: &[u8]) -> String {
    let mut out = String::new();
    for four in bytes.chunks(4) {
        let word = (0..4).fold(0_u32, |word, at| word << 8 | u32::from(*four.get(at).unwrap_or(&0)));
        let digits = [85_u32.pow(4), 85_u32.pow(3), 85 * 85, 85, 1].map(|unit| word / unit % 85);
        out.extend(digits.iter().take(four.len() + 1).map(|digit| char::from(alphabet[*digit as usize])));
    }
    out
}

fn uuencode(bytes: &[u8]) -> String {
    let letter = |six: usize| if six == 0 { '`' } else { char::from(32 + six as u8) };
    let mut out = String::from("begin 644 note.txt\n");
    for line in bytes.chunks(45) {
        out.push(letter(line.len()));
        for three in line.chunks(3) {
            let word = (0..3).fold(0_usize, |word, at| word << 8 | usize::from(*three.get(at).unwrap_or(&0)));
            (0..4).for_each(|n| out.push(letter(word >> (18 - 6 * n) & 63)));
        }
        out.push('\n');
    }
    out + "`\nend\n"
}

fn quoted_printable(bytes: &[u8]) -> String {
    let all: String = bytes.iter().map(|b| format!("={b:02X}")).collect();
    all.as_bytes().chunks(72).map(|line| String::from_utf8_lossy(line).into_owned() + "=\n").collect()
}

fn rot13(byte: &u8) -> u8 {
    match byte {
        b'a'..=b'z' => (byte - b'a' + 13) % 26 + b'a',
        b'A'..=b'Z' => (byte - b'A' + 13) % 26 + b'A',
        _ => *byte,
    }
}

fn utf7(text: &str) -> String {
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    format!("+{}-", deep::base64(&wide).trim_end_matches('='))
}

/// Code page 037, for letters, digits and the signs of a settings file.
fn ebcdic(byte: &u8) -> u8 {
    match byte {
        b'a'..=b'i' => byte - b'a' + 0x81,
        b'j'..=b'r' => byte - b'j' + 0x91,
        b's'..=b'z' => byte - b's' + 0xa2,
        b'A'..=b'I' => byte - b'A' + 0xc1,
        b'J'..=b'R' => byte - b'J' + 0xd1,
        b'S'..=b'Z' => byte - b'S' + 0xe2,
        b'0'..=b'9' => byte - b'0' + 0xf0,
        b'_' => 0x6d,
        b'=' => 0x7e,
        b'"' => 0x7f,
        b'\n' => 0x25,
        _ => 0x40,
    }
}

fn look_alike(text: &str) -> String {
    const PAIRS: &str = "aаeеoоpрcсxхAАBВEЕHНKКMМOОPРCСTТXХiіjјsѕ";
    let find = |c: char| PAIRS.chars().zip(PAIRS.chars().skip(1)).step_by(2).find(|pair| pair.0 == c);
    text.chars().map(|c| find(c).map_or(c, |pair| pair.1)).collect()
}

fn shifted(text: &str, by: u32) -> String {
    text.chars().map(|c| char::from_u32(u32::from(c) + by).unwrap()).collect()
}

/// Bold letters and digits of the mathematical alphabets.
fn mathematical(text: &str) -> String {
    let bold = |c: char| match c {
        'A'..='Z' => 0x1_d400 + u32::from(c) - u32::from('A'),
        'a'..='z' => 0x1_d41a + u32::from(c) - u32::from('a'),
        '0'..='9' => 0x1_d7ce + u32::from(c) - u32::from('0'),
        c => u32::from(c),
    };
    text.chars().map(|c| char::from_u32(bold(c)).unwrap()).collect()
}
