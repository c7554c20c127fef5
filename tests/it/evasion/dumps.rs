//! Hex dumps as the usual programs print them.

/// `xxd`: offset, pairs of bytes, letters.
pub fn xxd(bytes: &[u8]) -> String {
    let line = |(n, line): (usize, &[u8])| {
        let pairs: Vec<String> = line.chunks(2).map(digits).collect();
        format!("{:08x}: {:<39}  {}\n", n * 16, pairs.join(" "), letters(line))
    };
    bytes.chunks(16).enumerate().map(line).collect()
}

/// `hexdump -C`: offset, two groups of eight bytes, letters in a frame.
pub fn hexdump(bytes: &[u8]) -> String {
    let line = |(n, line): (usize, &[u8])| {
        let half = |range: std::ops::Range<usize>| {
            let pair = |at: usize| line.get(at).map_or(String::from("  "), |byte| format!("{byte:02x}"));
            range.map(pair).collect::<Vec<_>>().join(" ")
        };
        format!("{:08x}  {}  {}  |{}|\n", n * 16, half(0..8), half(8..16), letters(line))
    };
    bytes.chunks(16).enumerate().map(line).collect()
}

/// `od -A x -t x1`: offset and bytes.
pub fn od(bytes: &[u8]) -> String {
    let line = |(n, line): (usize, &[u8])| {
        format!("{:06x}{}\n", n * 16, line.iter().map(|byte| format!(" {byte:02x}")).collect::<String>())
    };
    bytes.chunks(16).enumerate().map(line).collect::<String>() + &format!("{:06x}\n", bytes.len())
}

/// `od -x`: octal offset and words of two bytes, the low byte last in the file and first in the word.
pub fn od_words(bytes: &[u8]) -> String {
    let word = |two: &[u8]| format!(" {:02x}{:02x}", two.get(1).unwrap_or(&0), two[0]);
    let line = |(n, line): (usize, &[u8])| format!("{:07o}{}\n", n * 16, line.chunks(2).map(word).collect::<String>());
    bytes.chunks(16).enumerate().map(line).collect::<String>() + &format!("{:07o}\n", bytes.len())
}

/// Intel's hex records: a colon, length, address, type, data, sum.
pub fn intel_hex(bytes: &[u8]) -> String {
    let line = |(n, line): (usize, &[u8])| {
        let head = [line.len() as u8, ((n * 16) >> 8) as u8, (n * 16) as u8, 0];
        let record = [&head[..], line].concat();
        let sum = record.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)).wrapping_neg();
        format!(":{}{sum:02X}\n", digits(&record).to_ascii_uppercase())
    };
    bytes.chunks(16).enumerate().map(line).collect::<String>() + ":00000001FF\n"
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn letters(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| if matches!(byte, 0x20..0x7f) { char::from(*byte) } else { '.' }).collect()
}
