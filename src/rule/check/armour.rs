//! The base64 inside PEM or OpenPGP armour, whatever carries its lines: indentation, quotes, `+`, comment marks, diff
//! marks, escaped line ends.

/// What stands between the dashes of a `BEGIN` line and the next dashes.
pub(super) struct Armour {
    /// The words before `PRIVATE`, such as `RSA`; empty for PKCS #8.
    pub(super) label: Vec<u8>,
    body: Vec<u8>,
}

/// Whether signs at a line's beginning are part of the base64.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Margin {
    /// They are.
    Part,
    /// They mark the line: a diff's `+`, a comment's `//`.
    Mark,
}

impl Armour {
    /// The first armour of a private key in `text`.
    pub(super) fn open(text: &[u8]) -> Option<Self> {
        let begin = memchr::memmem::find(text, b"BEGIN")?;
        let text = text.get(begin + 5..)?;
        let private = memchr::memmem::find(text, b"PRIVATE")?;
        let label = text.get(..private)?.to_vec();
        let after = text.get(private..)?;
        let dashes = memchr::memmem::find(after, b"--")?;
        let rest = after.get(dashes..)?;
        let rest = rest.get(rest.iter().take_while(|b| **b == b'-').count()..)?;
        let body = rest.get(..memchr::memmem::find(rest, b"--").unwrap_or(rest.len()))?;
        Some(Self { label, body: unescaped(body) })
    }

    /// Whether a header says that the body is encrypted: RFC 1421, section 4.6.1.1.
    pub(super) fn is_encrypted(&self) -> bool {
        memchr::memmem::find(&self.body, b"ENCRYPTED").is_some()
    }

    /// The characters of base64 in it, padding and the armour's own checksum included.
    pub(super) fn characters(&self, margin: Margin) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.body.len());
        for line in self.body.split(|b| matches!(b, b'\n' | b'\r')) {
            // A header, such as `Version: GnuPG v2`.
            if line.contains(&b':') {
                continue;
            }
            push_line(&mut out, line, margin);
        }
        out
    }
}

fn push_line(out: &mut Vec<u8>, line: &[u8], margin: Margin) {
    let at = |index: usize| line.get(index).copied().unwrap_or(b' ');
    let is_sign = |byte: u8| matches!(byte, b'+' | b'/');
    let mut index = 0;
    while index < line.len() {
        let byte = at(index);
        let before = if index == 0 { b' ' } else { at(index - 1) };
        if is_sign(byte) {
            let run = line.iter().skip(index).take_while(|b| is_sign(**b)).count();
            let joins = before.is_ascii_alphanumeric() || at(index + run).is_ascii_alphanumeric();
            let marks = match byte {
                _ if margin == Margin::Part || line.iter().take(index).any(|b| !b.is_ascii_whitespace()) => 0,
                b'+' => 1,
                _ => 2,
            };
            if joins {
                out.extend(line.iter().skip(index).take(run).skip(marks));
            }
            index += run;
            continue;
        }
        // `b"…"`, `r'…'`: a letter of the language, not of the key.
        let is_prefix = matches!(byte, b'b' | b'r' | b'u' | b'f' | b'L' | b'@')
            && matches!(at(index + 1), b'"' | b'\'')
            && !before.is_ascii_alphanumeric();
        if (byte.is_ascii_alphanumeric() && !is_prefix) || byte == b'=' {
            out.push(byte);
        }
        index += 1;
    }
}

/// Undoes what source code, JSON, URLs and markup make of line ends and signs.
fn unescaped(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((byte, after)) = rest.split_first() {
        let (replacement, tail) = match byte {
            b'\\' => backslash(after),
            b'%' => hexadecimal(after, 2).unwrap_or((b'%', after)),
            b'&' | b'<' => markup(after).unwrap_or((b' ', after)),
            other => (*other, after),
        };
        out.push(replacement);
        rest = tail;
    }
    out
}

/// What one or more backslashes and the next character stand for.
fn backslash(after: &[u8]) -> (u8, &[u8]) {
    let after = after.get(after.iter().take_while(|b| **b == b'\\').count()..).unwrap_or_default();
    match after.split_first() {
        Some((b'n' | b'r' | b't', tail)) => (b'\n', tail),
        Some((b'u', tail)) => hexadecimal(tail, 4).unwrap_or((b' ', after)),
        Some((other, tail)) => (*other, tail),
        None => (b' ', after),
    }
}

fn hexadecimal(text: &[u8], digits: usize) -> Option<(u8, &[u8])> {
    let (digits, tail) = text.split_at_checked(digits)?;
    let value = digits.iter().try_fold(0_u32, |sum, b| char::from(*b).to_digit(16).map(|digit| sum * 16 + digit))?;
    Some(((value & 0xff) as u8, tail))
}

/// `&#10;`, `&#xA;`, `<br>`, `<br />`: a line's end.
fn markup(after: &[u8]) -> Option<(u8, &[u8])> {
    const LONGEST: usize = 8;
    let end = after.iter().take(LONGEST).position(|b| matches!(b, b';' | b'>'))?;
    let (inside, tail) = (after.get(..end)?, after.get(end + 1..)?);
    (inside.starts_with(b"#") || inside.starts_with(b"br")).then_some((b'\n', tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn characters(body: &str, margin: Margin) -> String {
        let text = format!("-----BEGIN RSA PRIVATE KEY-----{body}-----END RSA PRIVATE KEY-----");
        String::from_utf8(Armour::open(text.as_bytes()).unwrap().characters(margin)).unwrap()
    }

    #[test]
    fn lines_are_put_together_whatever_carries_them() {
        for body in [
            "\nMII+ab/c\n+def/x==\n",
            "\r\n  MII+ab/c\r\n\t+def/x==\r\n",
            r#"\nMII+ab/c\n+def/x==\n"#,
            r#"\\nMII+ab\/c\\r\\n+def\/x==\\n"#,
            "\\n\" +\n  \"MII+ab/c\\n\" +\n  \"+def/x==\\n\" + \"",
            "\\n\"+\"MII+ab/c\\n\"+\"+def/x==\\n\"+\"",
            "'\n  b'MII+ab/c'\n  b'+def/x=='\n  b'",
            "\n> MII+ab/c\n> +def/x==\n",
            "\n# MII+ab/c\n# +def/x==\n",
            "\n// MII+ab/c\n// +def/x==\n",
            " * MII+ab/c\n * +def/x==\n * ",
            "%0AMII%2Bab%2Fc%0A%2Bdef/x%3D%3D%0A",
            "&#10;MII+ab/c&#xA;+def/x==<br />",
            " MII+ab/c +def/x== ",
            r#"\u000aMII\u002bab/c\u000a+def/x\u003d="#,
            "\nVersion: x y\nProc-Type: 4,z\n\nMII+ab/c\n+def/x==\n",
        ] {
            assert_eq!(characters(body, Margin::Part), "MII+ab/c+def/x==", "{body}");
        }
    }

    #[test]
    fn a_diff_s_marks_can_be_left_out() {
        let body = "\n+MII+ab/c\n+def/x==\n+";
        assert_eq!(characters(body, Margin::Mark), "MII+ab/cdef/x==");
        assert_eq!(characters("\n//MII+a\n//b\n", Margin::Mark), "MII+ab");
    }

    #[test]
    fn what_is_no_armour_opens_not() {
        for text in ["", "BEGIN", "-----BEGIN PUBLIC KEY-----", "BEGIN PRIVATE KEY"] {
            assert!(Armour::open(text.as_bytes()).is_none(), "{text}");
        }
        assert!(Armour::open(b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n").unwrap().is_encrypted());
    }
}
