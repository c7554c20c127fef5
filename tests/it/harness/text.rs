//! What may stand in a text that a hook shows to a person.

/// The columns of the pusher's terminal that are left beside `remote: `.
const COLUMNS: usize = 72;
/// More than this is no message but a flood, however much was found.
const MOST_BYTES: usize = 64 * 1024;
/// The longest run of a secret that may be shown.
const SHOWN: usize = 3;

/// Says what is wrong with a hook's text: a control character, a line too long, a piece of one of `secrets`.
pub fn check_text(text: &[u8], secrets: &[String]) -> Result<(), String> {
    if text.len() > MOST_BYTES {
        return Err(format!("the text has {} bytes", text.len()));
    }
    let text = std::str::from_utf8(text).map_err(|error| format!("the text is not UTF-8: {error}"))?;
    if let Some(c) = text.chars().find(|c| is_forbidden(*c)) {
        return Err(format!("the text holds U+{:04X}", c as u32));
    }
    if let Some(line) = text.lines().find(|line| width(line) > COLUMNS) {
        return Err(format!("a line is {} columns wide: {line}", width(line)));
    }
    for secret in secrets {
        for run in secret.as_bytes().windows(SHOWN + 1) {
            if text.as_bytes().windows(run.len()).any(|shown| shown == run) {
                return Err(format!("the text shows {:?} of a secret", String::from_utf8_lossy(run)));
            }
        }
    }
    Ok(())
}

fn is_forbidden(c: char) -> bool {
    c.is_control() && c != '\n'
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The columns that `line` takes on a terminal: two for the wide characters of East Asian scripts.
pub fn width(line: &str) -> usize {
    line.chars().map(|c| if matches!(c as u32, 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd) { 2 } else { 1 }).sum()
}
