//! Reads the shims that `install.sh` writes. Their text is explained in `hooks/README.md`.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;

/// The newest shim that this version knows.
pub const NEWEST: u32 = 1;

const MARK: &[u8] = b"#!/bin/sh\n# leakgate shim ";
const BINARY: &[u8] = b"\nleakgate='";

/// A hook that `install.sh` wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shim {
    /// The number in its mark.
    pub version: u32,
    /// The binary that it starts; none in a shim that only passes on to the repository's own hook.
    pub binary: Option<PathBuf>,
    /// What it starts afterwards.
    pub next: Next,
}

/// What a shim starts after leakgate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing.
    Nothing,
    /// The hook that was here before, under its kept name.
    Kept,
    /// The repository's own hook, which `core.hooksPath` hides.
    Own,
}

/// The shim in `text`, if it is one.
pub fn parse(text: &[u8]) -> Option<Shim> {
    let rest = text.strip_prefix(MARK)?;
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let version = number(rest.get(..digits)?)?;
    let binary = bstr::ByteSlice::find(rest, BINARY).and_then(|at| unquote(rest.get(at + BINARY.len()..)?));
    let next = if contains(rest, b"next=$0.leakgate-kept\n") {
        Next::Kept
    } else if contains(rest, b"--git-common-dir") {
        Next::Own
    } else {
        Next::Nothing
    };
    Some(Shim { version, binary, next })
}

fn number(digits: &[u8]) -> Option<u32> {
    let (first, rest) = digits.split_first()?;
    let start = u32::from(first - b'0');
    rest.iter().try_fold(start, |n, digit| n.checked_mul(10)?.checked_add(u32::from(digit - b'0')))
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    bstr::ByteSlice::find(text, part).is_some()
}

/// The word whose opening quotation mark was just read; `'\''` stands for a quotation mark in it.
fn unquote(mut text: &[u8]) -> Option<PathBuf> {
    let mut word = Vec::new();
    loop {
        let end = text.iter().position(|&b| b == b'\'')?;
        word.extend_from_slice(text.get(..end)?);
        text = text.get(end..)?;
        match text.strip_prefix(b"'\\''") {
            Some(rest) => {
                word.push(b'\'');
                text = rest;
            }
            None => return Some(OsString::from_vec(word).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shim_names_its_version_its_binary_and_what_comes_next() {
        let text = b"#!/bin/sh\n# leakgate shim 1\nleakgate='/opt/it'\\''s\nhere/leakgate'\nexec \"$leakgate\" update \"$@\"\n";
        let shim = parse(text).unwrap();
        assert_eq!(shim.version, 1);
        assert_eq!(shim.binary.unwrap(), PathBuf::from("/opt/it's\nhere/leakgate"));
        assert_eq!(shim.next, Next::Nothing);
        let chained = b"#!/bin/sh\n# leakgate shim 1\nleakgate='/l'\nnext=$0.leakgate-kept\n";
        assert_eq!(parse(chained).unwrap().next, Next::Kept);
        let pass = b"#!/bin/sh\n# leakgate shim 12\nnext=$(git rev-parse --git-common-dir && printf x)\n";
        assert_eq!(parse(pass).unwrap(), Shim { version: 12, binary: None, next: Next::Own });
    }

    #[test]
    fn other_programs_and_half_written_shims_are_not_shims_with_a_binary() {
        assert_eq!(parse(b""), None);
        assert_eq!(parse(b"#!/bin/sh\nexec leakgate pre-receive\n"), None);
        assert_eq!(parse(b"#!/bin/sh\n# leakgate shim x\n"), None);
        assert_eq!(parse(b"#!/bin/sh\n# leakgate shim 1\nleakgate='/opt/lea").unwrap().binary, None);
    }
}
