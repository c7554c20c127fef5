//! Account numbers inside tokens.

use super::Answer;
use super::bytes::{URL, base32, base64, encode};

/// AWS account ids have twelve digits.
const ACCOUNTS: u64 = 1_000_000_000_000;

/// AWS access key ids: four letters for the kind and 80 bits, of which, in the generation since 2019, the first is set
/// and the next forty are the account's id. In the older generation they mean nothing known.
///
/// <https://labs.withsecure.com/publications/a-bitwise-analysis-of-aws-access-key-identifiers>: observed, not documented
/// by AWS, so that what contradicts it is not refuted.
pub(super) fn aws(id: &[u8]) -> Answer {
    let bytes = id.get(4..).and_then(base32).unwrap_or_default();
    let Some((head, _)) = bytes.split_first_chunk::<6>() else { return Answer::Silent };
    let bits = head.iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    let (is_new, account) = (bits >> 47 == 1, (bits >> 7) & 0xff_ffff_ffff);
    if is_new && account < ACCOUNTS { Answer::Verified("encodes an account id") } else { Answer::Silent }
}

/// Discord's bot tokens: the application's id in base64, a time, a signature. Ids count milliseconds since 2015.
///
/// <https://discord.com/developers/docs/reference#snowflakes>. Three words with dots between are many things.
pub(super) fn discord(token: &[u8]) -> Answer {
    let first = token.split(|b| *b == b'.').next().unwrap_or_default();
    let digits = base64(first).unwrap_or_default();
    let is_id = (17..=20).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    let id = digits.iter().try_fold(0_u64, |sum, digit| {
        sum.checked_mul(10).and_then(|sum| sum.checked_add(u64::from(digit.wrapping_sub(b'0'))))
    });
    match id {
        // 2015 and 2050, in milliseconds since 2015.
        Some(id) if is_id && (1..1_104_537_600_000).contains(&(id >> 22)) => Answer::Verified("encodes an account id"),
        _ => Answer::Foreign,
    }
}

/// The id of `digits` digits in base64.
pub(super) fn seal_discord(digits: &str) -> String {
    // An id of 17 to 19 digits that begins with 1 is of the years 2015 to 2026.
    encode(format!("1{digits}").as_bytes(), URL)
}

/// Hexadecimal private keys of secp256k1: not zero, below the group's order, more than a small number.
///
/// <https://www.secg.org/sec2-v2.pdf>, section 2.4.1
pub(super) fn secp256k1(key: &[u8]) -> Answer {
    const ORDER: &[u8; 64] = b"fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    let digits = key.strip_prefix(b"0x").unwrap_or(key).to_ascii_lowercase();
    let small = digits.iter().take_while(|b| **b == b'0').count() > 24;
    if digits.len() == 64 && (small || digits.as_slice() >= &ORDER[..]) { Answer::Foreign } else { Answer::Silent }
}

#[cfg(test)]
mod tests {
    use super::super::bytes::BASE32;
    use super::super::testing::made;
    use super::*;

    #[test]
    fn an_account_id_is_read_from_the_newer_key_ids_only() {
        let id = |account: u64, new: u64| {
            let bits = (u128::from(new) << 79) | (u128::from(account) << 39) | 0x55_5555;
            format!("AKIA{}", encode(&bits.to_be_bytes()[6..], BASE32))
        };
        assert_eq!(id(123_456_789_012, 1).len(), 20);
        assert_eq!(aws(id(123_456_789_012, 1).as_bytes()), Answer::Verified("encodes an account id"));
        assert_eq!(aws(id(ACCOUNTS - 1, 1).as_bytes()), Answer::Verified("encodes an account id"));
        assert_eq!(aws(id(ACCOUNTS, 1).as_bytes()), Answer::Silent);
        assert_eq!(aws(id(123_456_789_012, 0).as_bytes()), Answer::Silent);
        assert_eq!(aws(b"AKIA"), Answer::Silent);
        assert_eq!(aws(b""), Answer::Silent);
    }

    #[test]
    fn a_discord_token_begins_with_an_application_s_id() {
        for length in [17, 18, 19] {
            let right = made(&format!("{{{{discord:{length}}}}}.{{{{alnum:6}}}}.{{{{base64url:38}}}}"), 2);
            assert_eq!(discord(right.as_bytes()), Answer::Verified("encodes an account id"), "{right}");
            assert_eq!(discord(format!("x{right}").as_bytes()), Answer::Foreign);
        }
        assert_eq!(discord(made("M{{alnum:25}}.{{alnum:6}}.{{base64url:38}}", 1).as_bytes()), Answer::Foreign);
        assert_eq!(discord(encode(b"00000000000000001", URL).as_bytes()), Answer::Foreign);
        assert_eq!(discord(encode(b"99999999999999999999", URL).as_bytes()), Answer::Foreign);
    }

    #[test]
    fn a_private_key_lies_within_the_group() {
        assert_eq!(secp256k1(made("0x{{hex:64}}", 1).as_bytes()), Answer::Silent);
        assert_eq!(secp256k1("f".repeat(64).as_bytes()), Answer::Foreign);
        assert_eq!(secp256k1(format!("{:064x}", 1).as_bytes()), Answer::Foreign);
    }
}
