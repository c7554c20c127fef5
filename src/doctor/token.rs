//! A token that never belonged to anyone, made up for one canary.

use super::DoctorError;
use crate::rule::expand;
use std::fs::File;
use std::io::Read as _;

/// A new token: GitHub's form, its checksum included, so that the gate has every reason to believe it.
pub fn make() -> Result<String, DoctorError> {
    let mut noise = [0; 8];
    let read = File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut noise));
    read.map_err(DoctorError::Scratch)?;
    Ok(made_of(u64::from_le_bytes(noise)))
}

/// The template is sound (a test keeps it so); an empty canary would be accepted and reported as an open gate.
fn made_of(seed: u64) -> String {
    match expand("ghp_{{crc62:36}}", seed) {
        Ok(token) => token,
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_its_form_and_no_two_are_the_same() {
        let (one, two) = (make().unwrap(), make().unwrap());
        assert_ne!(one, two);
        assert_eq!(one.len(), 40);
        assert!(one.strip_prefix("ghp_").unwrap().bytes().all(|b| b.is_ascii_alphanumeric()));
    }
}
