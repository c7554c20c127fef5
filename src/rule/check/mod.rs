//! Checks in code on a value that a rule's pattern found, by the name that the rule gives: proof instead of a guess.
//!
//! Apart from the patterns, because a checksum or a structure is no regular language. Each check is documented with the
//! source of its format.
//!
//! *Invariant:* offline and bounded: no check asks anybody, and each is linear in the value's length (the words of a
//! phrase and the digits of a Base58 key are few).

mod armour;
mod azure;
mod base58;
mod bech32;
mod bytes;
mod crc;
mod der;
mod ids;
mod jwt;
mod luhn;
mod macaroon;
mod mnemonic;
mod pem;
mod seal;
mod strkey;
mod suffix;
mod url;

#[cfg(test)]
mod testing;

pub(super) use seal::{CLASSES, seal};

use super::Look;
use super::value::strength;

/// What a check says of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The check holds; the words say which, such as `checksum verified`.
    Verified(&'static str),
    /// The format carries a check and it fails: nobody issued this value, whatever stands beside it.
    Wrong,
    /// Nothing to check in this generation or part of the format: a finding, without a proof.
    Silent,
    /// Not of this format after all: no finding of this rule, and no word on what another rule makes of it.
    Foreign,
}

/// A check.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Of the secret's bytes.
    Secret(fn(&[u8]) -> Answer),
    /// Of the whole match, the words around the secret included.
    Match(fn(&[u8]) -> Answer),
}

impl Check {
    /// The check called `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "luhn" => Self::Secret(luhn::luhn),
            "github" => Self::Secret(suffix::github),
            "polar" => Self::Secret(suffix::polar),
            "crc62" => Self::Secret(suffix::crc62),
            "likely-crc" => Self::Secret(suffix::likely),
            "gitlab" => Self::Match(suffix::gitlab),
            "grafana" => Self::Secret(suffix::grafana),
            "base58check" => Self::Secret(base58::base58check),
            "wif" => Self::Secret(base58::wif),
            "ripple" => Self::Secret(base58::ripple),
            "nkey" => Self::Secret(strkey::nkey),
            "bech32" => Self::Secret(bech32::bech32),
            "strkey" => Self::Secret(strkey::strkey),
            "mnemonic" => Self::Secret(mnemonic::mnemonic),
            "jwt" => Self::Secret(jwt::jwt),
            "sentry" => Self::Secret(jwt::sentry),
            "onepassword" => Self::Secret(jwt::onepassword),
            "basic" => Self::Secret(jwt::basic),
            "basic-header" => Self::Secret(jwt::header),
            "password" => Self::Secret(password),
            "pypi" => Self::Secret(macaroon::pypi),
            "pem" => Self::Match(pem::pem),
            "azure" => Self::Secret(azure::azure),
            "aws" => Self::Secret(ids::aws),
            "discord" => Self::Secret(ids::discord),
            "url" => Self::Match(url::url),
            "secp256k1" => Self::Secret(ids::secp256k1),
            _ => return None,
        })
    }

    /// What it says of a match and the secret in it.
    #[must_use]
    pub fn ask(self, whole: &[u8], secret: &[u8]) -> Answer {
        match self {
            Self::Secret(check) => check(secret),
            Self::Match(check) => check(whole),
        }
    }
}

/// The longest password that a person makes up, in bytes.
const LONGEST: usize = 128;

/// A value that a person could have made up to keep others out: no word, no placeholder, nothing that has another use.
fn password(value: &[u8]) -> Answer {
    // What is too long to be made up by a person is a machine's token: [`strength`] is no judge of it.
    match strength(value, Look::Password) {
        None if value.len() <= LONGEST => Answer::Foreign,
        None | Some(_) => Answer::Silent,
    }
}
