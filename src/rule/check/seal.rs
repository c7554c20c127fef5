//! Made-up values that pass the checks, for examples, tests and the installer's proof.
//!
//! *Invariant:* whatever is made here belonged to nobody; it follows from the seed alone.

use super::super::splitmix::SplitMix;
use super::bytes::{URL, encode, hex};
use super::crc::{DIGITS, DIGITS_36, crc32, digits};
use super::{azure, base58, bech32, ids, jwt, macaroon, mnemonic, strkey};

const ALNUM: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The classes that are known here, for messages.
pub(crate) const CLASSES: &str = "crc62, gitlab, grafana, bech32, wif, xprv, bip38, edsk, ripple, strkey, nkey, mnemonic, jwt, pypi, basic, discord, azureASt and others";

/// A value of `class` and size `n` that goes on from the text `before`; none when the class is unknown.
///
/// | class | `n` | value |
/// |---|---|---|
/// | `crc62` | characters | base 62, the last six the CRC-32 of the others |
/// | `gitlab` | characters of payload | a routable token's payload, version, length and sum over the word before as well |
/// | `grafana` | characters | that many, `_`, the sum over the word before as well |
/// | `bech32` | characters | the data part and checksum for the name and the `1` before |
/// | `wif`, `xprv`, `bip38`, `edsk` | bytes | a key in Base58Check with its version in front |
/// | `ripple`, `strkey`, `nkey` | bytes | a seed of the XRP Ledger, of Stellar, of NATS |
/// | `mnemonic` | words: 12, 15, 18, 21 or 24 | a phrase of BIP 39 |
/// | `jwt` | characters in a claim | a token signed with HS256 |
/// | `pypi` | bytes of identifier | a macaroon |
/// | `basic` | characters of password | `user:` and a password in base64 |
/// | `discord` | digits | an application's id in base64 |
/// | `azureASt`, `azureAzFu`, … | bytes | a key with that mark |
pub(crate) fn seal(class: &str, n: usize, before: &str, random: &mut SplitMix) -> Option<String> {
    Some(match class {
        "crc62" => {
            let body = random.text(ALNUM, n.saturating_sub(6));
            body.clone() + &text(&digits(crc32(body.as_bytes()), DIGITS, 6))
        }
        "gitlab" => gitlab(n, word(before), random),
        "grafana" => {
            let body = random.text(ALNUM, n);
            let sum = crc32(format!("{}{body}", word(before)).as_bytes());
            format!("{body}_{}", hex(&sum.to_le_bytes()))
        }
        "bech32" => bech32::seal(word(before), &random.bytes(n.saturating_sub(6))),
        "wif" => {
            let mut bytes = [&[0x80], &random.bytes(32)[..]].concat();
            // The mark of a compressed public key.
            bytes.resize(n.saturating_add(1), 1);
            base58::seal(&bytes)
        }
        "xprv" => base58::seal(&[&[0x04, 0x88, 0xad, 0xe4], &random.bytes(n)[..]].concat()),
        "bip38" => base58::seal(&[&[0x01, 0x42, 0xc0], &random.bytes(n.saturating_sub(1))[..]].concat()),
        "edsk" => base58::seal(&[&[13, 15, 58, 7], &random.bytes(n)[..]].concat()),
        "ripple" => base58::seal_ripple(&random.bytes(n)),
        "nkey" => strkey::seal_nkey(&random.bytes(n)),
        "strkey" => strkey::seal(&random.bytes(n)),
        "mnemonic" => mnemonic::seal(&random.bytes(n / 3 * 4)),
        "jwt" => jwt::seal(&random.text(ALNUM, n), &random.bytes(32)),
        "pypi" => macaroon::seal(random.text(ALNUM, n).as_bytes(), &random.bytes(32)),
        "basic" => jwt::seal_basic(&random.text(ALNUM, n)),
        "discord" => ids::seal_discord(&random.text("0123456789", n.saturating_sub(1))),
        other => azure::seal(other.strip_prefix("azure")?, &random.bytes(n))?,
    })
}

/// What stands before, back to a character that no prefix has.
fn word(before: &str) -> &str {
    before.rsplit(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))).next().unwrap_or_default()
}

/// The last byte of the payload counts the lines of routing before it, here four bytes.
fn gitlab(n: usize, prefix: &str, random: &mut SplitMix) -> String {
    let length = n * 6 / 8;
    let mut bytes = random.bytes(length.saturating_sub(5));
    bytes.extend(b"o:1\n\x04");
    let payload = encode(&bytes, URL);
    let said = text(&digits(u32::try_from(payload.len()).unwrap_or(0), DIGITS_36, 2));
    let sum = crc32(format!("{prefix}{payload}.01.{said}").as_bytes());
    format!("{payload}.01.{said}{}", text(&digits(sum, DIGITS_36, 7)))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
