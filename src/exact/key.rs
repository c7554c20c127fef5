//! The key, and everything that is computed with it.
//!
//! Without the key a table is noise: with it, all numbers of eight digits are tried against one in under a minute. So
//! the key lies on the server alone, where only the user that runs the hook can read it, and never beside a table's copy.
//!
//! *Invariant:* the key has no `Debug` or `Display` form, and each use of it has a letter of its own in front, so that no
//! value of one kind can stand for another.

use super::error::ExactError;
use super::files::{self, Readers};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

/// Bytes of a key: as many as the digest's, more add nothing.
const KEY: usize = 32;
/// What a key's file begins with: a key says what it is, wherever it turns up.
const MARK: &str = "leakgate-fingerprint-key-1:";
/// A longer file is no key.
const FILE_MAX: u64 = 256;

/// Names a key without telling anything about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyId(pub [u8; 8]);

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

/// A key, ready to compute with.
#[derive(Clone)]
pub struct Key {
    mac: Hmac<Sha256>,
    id: KeyId,
}

impl Key {
    /// Reads a key.
    ///
    /// # Errors
    /// When it cannot be read, is none, or when others than its owner can read it.
    pub fn read(path: &Path) -> Result<Self, ExactError> {
        let file = files::open(path, Readers::Owner).map_err(|refused| refused.about("the key", path))?;
        let mut text = Vec::with_capacity(256);
        file.take(FILE_MAX).read_to_end(&mut text).map_err(|source| ExactError::read(path, source))?;
        let key = text.trim_ascii().strip_prefix(MARK.as_bytes()).and_then(from_hex);
        wipe(&mut text);
        let remedy = "make one with `leakgate fingerprint key FILE`, or name the right file";
        let mut key = key.ok_or_else(|| ExactError::key(path, "it holds no key", remedy))?;
        let made = Self::new(&key).ok_or_else(|| ExactError::key(path, "it cannot be used", remedy));
        wipe(&mut key);
        made
    }

    /// Makes a key from the system's random numbers and writes it to `path`, which must not exist, for its owner alone.
    ///
    /// # Errors
    /// When the system has no random numbers, or the file exists or cannot be written.
    pub fn make(path: &Path) -> Result<Self, ExactError> {
        let mut key = [0u8; KEY];
        let source = Path::new("/dev/urandom");
        let mut random = File::open(source).map_err(|error| ExactError::read(source, error))?;
        random.read_exact(&mut key).map_err(|error| ExactError::read(source, error))?;
        let mut file = files::create_key(path).map_err(|source| ExactError::write(path, source))?;
        let hex: String = key.iter().map(|b| format!("{b:02x}")).collect();
        let written = writeln!(file, "{MARK}{hex}").and_then(|()| file.sync_all());
        written.map_err(|source| ExactError::write(path, source))?;
        let made = Self::new(&key).ok_or_else(|| ExactError::key(path, "it cannot be used", "make another"));
        wipe(&mut key);
        made
    }

    fn new(key: &[u8; KEY]) -> Option<Self> {
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(key) else { return None };
        let mut made = Self { mac, id: KeyId([0; 8]) };
        made.id = KeyId(first(&made.digest(b'I', &[])));
        Some(made)
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The fingerprint of one value: the first 64 bits of HMAC-SHA256. At 30 million entries a foreign value has one with
    /// a chance of 10⁻¹².
    #[must_use]
    pub fn single(&self, field: &str, value: &[u8]) -> u64 {
        u64::from_be_bytes(first(&self.digest(b'S', &[field.as_bytes(), &[0], value])))
    }

    /// The fingerprint of two values of one record. Which is first does not matter: the fields' names decide.
    #[must_use]
    pub fn pair(&self, a: (&str, &[u8]), b: (&str, &[u8])) -> u64 {
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        let length = u64::try_from(a.1.len()).map_or(u64::MAX, |len| len).to_be_bytes();
        let parts = [a.0.as_bytes(), &[0], b.0.as_bytes(), &[0], &length, a.1, b.1];
        u64::from_be_bytes(first(&self.digest(b'P', &parts)))
    }

    /// The seal of a part of a table or of another file.
    pub(super) fn seal<const N: usize>(&self, parts: &[&[u8]]) -> [u8; N] {
        first(&self.digest(b'F', parts))
    }

    /// The digest of a list, which only the key's owner can compare with another list.
    pub(super) fn source(&self) -> Source {
        let mut mac = self.mac.clone();
        mac.update(b"L");
        Source(mac)
    }

    fn digest(&self, what: u8, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.mac.clone();
        mac.update(&[what]);
        parts.iter().for_each(|part| mac.update(part));
        mac.finalize().into_bytes().into()
    }
}

/// Takes in a list.
pub(super) struct Source(Hmac<Sha256>);

impl Source {
    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(super) fn digest(&self) -> [u8; 16] {
        let digest: [u8; 32] = self.0.clone().finalize().into_bytes().into();
        first(&digest)
    }
}

fn first<const N: usize>(digest: &[u8; 32]) -> [u8; N] {
    std::array::from_fn(|at| digest.get(at).copied().unwrap_or(0))
}

fn from_hex(text: &[u8]) -> Option<[u8; KEY]> {
    let digits: Vec<u8> = text.iter().map(|b| char::from(*b).to_digit(16).and_then(as_byte)).collect::<Option<_>>()?;
    if digits.len() != 2 * KEY {
        return None;
    }
    let (pairs, _) = digits.as_chunks::<2>();
    let mut key = [0; KEY];
    key.iter_mut().zip(pairs).for_each(|(to, [high, low])| *to = high << 4 | low);
    Some(key)
}

fn as_byte(digit: u32) -> Option<u8> {
    match u8::try_from(digit) {
        Ok(digit) => Some(digit),
        Err(_larger) => None,
    }
}

/// Overwrites what was secret; the barrier keeps the compiler from leaving the work out.
pub(super) fn wipe(bytes: &mut [u8]) {
    bytes.fill(0);
    std::hint::black_box(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Key {
        Key::new(&[byte; KEY]).unwrap()
    }

    #[test]
    fn fingerprints_are_those_that_were_written_down() {
        // HMAC-SHA256 by Python's hmac module over the same bytes: a table of yesterday must be readable tomorrow.
        let key = key(7);
        assert_eq!(key.id().to_string(), "14aa35647efeb220");
        assert_eq!(format!("{:016x}", key.single("email", b"hana@qwertz.de")), "93c68dbd781a88c4");
        let pair = key.pair(("email", b"hana@qwertz.de"), ("customer", b"TC73920184"));
        assert_eq!(format!("{pair:016x}"), "cc440ce62e369238");
    }

    #[test]
    fn order_does_not_matter_and_everything_else_does() {
        let one = key(1);
        let (a, b) = (("a", b"xy".as_slice()), ("b", b"z".as_slice()));
        assert_eq!(one.pair(a, b), one.pair(b, a));
        let others = [
            one.pair(("a", b"x"), ("b", b"yz")),
            one.pair(("a", b"z"), ("b", b"xy")),
            one.pair(("ab", b"xy"), ("b", b"z")),
            key(2).pair(a, b),
        ];
        assert!(others.iter().all(|other| *other != one.pair(a, b)));
        assert_ne!(one.single("a", b"b"), one.single("ab", b""));
    }

    #[test]
    fn a_key_that_is_made_can_be_read_by_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("k");
        let made = Key::make(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o400);
        assert_eq!(Key::read(&path).unwrap().id(), made.id());
        assert!(Key::make(&path).is_err(), "a key is never overwritten");
        for mode in [0o440, 0o404, 0o420, 0o602] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let Err(error) = Key::read(&path) else { panic!("{mode:o}") };
            assert!(error.to_string().starts_with("the key `"), "{error}");
            assert!(error.hint().contains("chmod 400"), "{}", error.hint());
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let short = format!("{MARK}{}", "ab".repeat(31));
        let odd = format!("{MARK}{}", "zz".repeat(32));
        for (name, text) in [("a", ""), ("b", "x"), ("c", short.as_str()), ("d", odd.as_str()), ("e", "\0\0")] {
            let path = dir.path().join(name);
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            assert!(Key::read(&path).is_err(), "{text}");
        }
        assert!(Key::read(dir.path()).is_err() && Key::read(&dir.path().join("none")).is_err());
    }
}
