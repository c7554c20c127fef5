//! A secret that was found: kept to compare and to mask, never to print.

use std::fmt;

/// The bytes of a secret.
///
/// *Invariant:* no `Display`, no `Deref`, and `Debug` shows the length alone; what leaves the process is
/// [`Secret::redacted`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Secret(Box<[u8]>);

/// Values shorter than this show no byte at all: three of eight characters would be a gift.
const SHOW_FROM: usize = 20;
/// At most this many leading bytes are shown; four in a row of any secret are never printed.
const SHOWN: usize = 3;

impl Secret {
    /// Takes the secret's bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// What may be printed: at most three leading letters or digits, stars, and the length in bytes.
    #[must_use]
    pub fn redacted(&self) -> String {
        let shown: String = match self.0.len() {
            SHOW_FROM.. => {
                self.0.iter().take(SHOWN).take_while(|b| b.is_ascii_alphanumeric()).map(|b| char::from(*b)).collect()
            }
            _ => String::new(),
        };
        format!("{shown}**** ({} bytes)", self.0.len())
    }

    /// The bytes, for comparing, hashing and masking; never for output.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_secret_shows_nothing_and_a_long_one_three_bytes() {
        assert_eq!(Secret::new(b"hunter2hunter2").redacted(), "**** (14 bytes)");
        assert_eq!(Secret::new(b"abcdefghijklmnopqrstuvwxyz").redacted(), "abc**** (26 bytes)");
        assert_eq!(Secret::new(b"-----BEGIN PRIVATE KEY-----").redacted(), "**** (27 bytes)");
        assert_eq!(format!("{:?}", Secret::new(b"hunter2")), "Secret(7 bytes)");
    }
}
