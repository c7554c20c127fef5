//! Tokens that are JSON in base64: JWTs, and what vendors made of the same parts.

use super::Answer;
use super::bytes::{STANDARD, URL, base64, encode};
use bstr::ByteSlice as _;
use serde_json::Value;

const VERIFIED: Answer = Answer::Verified("structure verified");

/// A signed JWT: header and claims are JSON, the header names an algorithm, the signature is as long as that one's.
///
/// RFC 7519, RFC 7515, RFC 7518. Header or claims that are no JSON were never signed by anybody. A signature of another
/// length may have been cut, or something stands right behind it: a leak all the same, but no proof.
pub(super) fn jwt(token: &[u8]) -> Answer {
    // GitHub's installation tokens have more in front.
    let start = token.find(b"eyJ").unwrap_or(0);
    let mut parts = token.get(start..).unwrap_or_default().split(|b| *b == b'.');
    let (Some(header), Some(claims), Some(signature)) = (parts.next(), parts.next(), parts.next()) else {
        return Answer::Wrong;
    };
    let (Some(header), Some(claims)) = (object(header), object(claims)) else { return Answer::Wrong };
    let Some(algorithm) = header.get("alg").and_then(Value::as_str) else { return Answer::Wrong };
    if is_specimen(&claims) {
        return Answer::Wrong;
    }
    match signature.len() {
        length if fits(algorithm, length) => VERIFIED,
        length if length < SHORT => Answer::Wrong,
        _ => Answer::Silent,
    }
}

/// Fewer characters than three quarters of the shortest signature were typed by somebody.
const SHORT: usize = 32;

/// Claims of tokens that every installation has: Supabase's own demo keys
/// (<https://supabase.com/docs/guides/self-hosting/docker>).
fn is_specimen(claims: &Value) -> bool {
    claims.get("iss").and_then(Value::as_str) == Some("supabase-demo")
}

/// Characters of base64 that a signature has: RFC 7518, section 3.1; RFC 8037. RSA keys have 1,024 bits and more.
fn fits(algorithm: &str, length: usize) -> bool {
    match algorithm {
        "HS256" => length == 43,
        "HS384" => length == 64,
        "HS512" | "ES256" | "ES256K" => length == 86,
        "ES384" => length == 128,
        "ES512" => length == 176,
        "EdDSA" | "Ed25519" => matches!(length, 86 | 152),
        "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" => {
            [1024, 1536, 2048, 3072, 4096, 8192].contains(&(length * 6 / 8 * 8))
        }
        _ => false,
    }
}

fn object(part: &[u8]) -> Option<Value> {
    // One character holds no byte.
    if part.len() % 4 == 1 {
        return None;
    }
    match serde_json::from_slice::<Value>(&base64(part)?) {
        Ok(value) if value.is_object() => Some(value),
        Ok(_) | Err(_) => None,
    }
}

/// Sentry's organisation tokens: `sntrys_`, JSON with the organisation, `_`, a secret.
///
/// <https://github.com/getsentry/rfcs/blob/main/text/0091-ci-upload-tokens.md>
pub(super) fn sentry(token: &[u8]) -> Answer {
    let json = token.strip_prefix(b"sntrys_").and_then(|rest| rest.split(|b| *b == b'_').next());
    match json.and_then(object) {
        Some(claims) if claims.get("org").is_some() && claims.get("iat").is_some() => VERIFIED,
        _ => Answer::Silent,
    }
}

/// 1Password's service account tokens: `ops_` and JSON with the account's keys.
///
/// <https://developer.1password.com/docs/service-accounts/>
pub(super) fn onepassword(token: &[u8]) -> Answer {
    match token.strip_prefix(b"ops_").and_then(object) {
        Some(fields) if fields.get("email").is_some() || fields.get("signInAddress").is_some() => VERIFIED,
        _ => Answer::Silent,
    }
}

/// A name and a password in base64, with a colon between: Docker's `auth`. What does not decode to that is another thing.
pub(super) fn basic(text: &[u8]) -> Answer {
    credentials(text, |password| if password.is_empty() { Answer::Foreign } else { Answer::Silent })
}

/// The same in a `Basic` header (RFC 7617), which stands in every test of a client: a password such as `password` or
/// `ferret` opens nothing.
pub(super) fn header(text: &[u8]) -> Answer {
    credentials(text, super::password)
}

fn credentials(text: &[u8], judge: fn(&[u8]) -> Answer) -> Answer {
    let bytes = base64(text).unwrap_or_default();
    // Docker pads with NUL, which its own reader takes off.
    let is_text = bytes.to_str().is_ok_and(|text| !text.contains(|c: char| c.is_control() && c != '\0'));
    match bytes.split_once_str(b":") {
        Some((_, password)) if is_text => judge(password.trim_end_with(|c| c == '\0')),
        _ => Answer::Foreign,
    }
}

/// A token of HS256 with `noise` in its claims and `signature` behind it.
pub(super) fn seal(noise: &str, signature: &[u8]) -> String {
    let claims = format!("{{\"sub\":\"{noise}\",\"iat\":1700000000}}");
    let parts: [&[u8]; 3] = [b"{\"alg\":\"HS256\",\"typ\":\"JWT\"}", claims.as_bytes(), signature];
    parts.map(|part| encode(part, URL)).join(".")
}

/// `user:` and `password` in base64, padded.
pub(super) fn seal_basic(password: &str) -> String {
    let mut text = encode(format!("user:{password}").as_bytes(), STANDARD);
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::testing::made;
    use super::*;

    fn token(header: &str, claims: &str, signature: usize) -> String {
        let signature = "A".repeat(signature);
        format!("{}.{}.{signature}", encode(header.as_bytes(), URL), encode(claims.as_bytes(), URL))
    }

    #[test]
    fn a_signed_token_is_verified_and_what_is_no_json_refutes() {
        for seed in 0..8 {
            let right = made("{{jwt:24}}", seed);
            assert_eq!(jwt(right.as_bytes()), VERIFIED);
            assert_eq!(jwt(&right.as_bytes()[..right.len() - 1]), Answer::Silent);
            assert_eq!(jwt(right.replacen('.', "x.", 1).as_bytes()), Answer::Wrong);
            assert_eq!(jwt(right.split('.').next().unwrap().as_bytes()), Answer::Wrong);
            assert_eq!(jwt(format!("ghs_123_{right}").as_bytes()), VERIFIED);
            assert_eq!(jwt(&right.as_bytes()[..right.len() - 12]), Answer::Wrong);
        }
        assert_eq!(jwt(made("eyJ{{base64url:33}}.eyJ{{base64url:90}}.{{base64url:43}}", 1).as_bytes()), Answer::Wrong);
    }

    #[test]
    fn the_signature_fits_the_algorithm() {
        let cases =
            [("HS256", 43), ("HS384", 64), ("HS512", 86), ("ES256", 86), ("EdDSA", 86), ("RS256", 342), ("PS512", 683)];
        for (algorithm, length) in cases {
            let header = format!("{{\"alg\":\"{algorithm}\"}}");
            let check = |length| jwt(token(&header, "{\"a\":1}", length).as_bytes());
            assert_eq!(check(length), VERIFIED, "{algorithm}");
            assert_eq!(check(length + 5), Answer::Silent, "{algorithm}");
        }
        assert_eq!(jwt(token("{\"typ\":\"JWT\"}", "{\"a\":1}", 43).as_bytes()), Answer::Wrong);
        assert_eq!(jwt(token("{\"alg\":\"HS256\"}", "{\"iss\":\"supabase-demo\"}", 43).as_bytes()), Answer::Wrong);
    }

    #[test]
    fn vendors_json_is_verified_and_anything_else_silent() {
        let json = |text: &str| encode(text.as_bytes(), STANDARD);
        let right = format!("sntrys_{}_{}", json("{\"iat\":1,\"org\":\"o\"}"), made("{{base64:43}}", 1));
        assert_eq!(sentry(right.as_bytes()), VERIFIED);
        assert_eq!(sentry(made("sntrys_eyJ{{base64:80}}", 1).as_bytes()), Answer::Silent);
        assert_eq!(onepassword(format!("ops_{}", json("{\"email\":\"a\"}")).as_bytes()), VERIFIED);
        assert_eq!(onepassword(made("ops_eyJ{{base64:80}}", 1).as_bytes()), Answer::Silent);
    }

    #[test]
    fn a_name_and_a_password_are_credentials() {
        assert_eq!(basic(made("{{basic:12}}", 1).as_bytes()), Answer::Silent);
        assert_eq!(basic(encode(b"user:kx83-vq02\0\0", STANDARD).as_bytes()), Answer::Silent);
        for text in ["no colon", "user:", "a:\u{1}", ""] {
            assert_eq!(basic(encode(text.as_bytes(), STANDARD).as_bytes()), Answer::Foreign, "{text:?}");
            assert_eq!(header(encode(text.as_bytes(), STANDARD).as_bytes()), Answer::Foreign, "{text:?}");
        }
        for text in ["user:password", "admin:changeme1"] {
            assert_eq!(basic(encode(text.as_bytes(), STANDARD).as_bytes()), Answer::Silent, "{text:?}");
            assert_eq!(header(encode(text.as_bytes(), STANDARD).as_bytes()), Answer::Foreign, "{text:?}");
        }
        // A registry's token stands where a password does.
        for length in [12, 128, 129, 1_800] {
            assert_eq!(header(made(&format!("{{{{basic:{length}}}}}"), 1).as_bytes()), Answer::Silent, "{length}");
        }
        assert_eq!(basic(b"!!"), Answer::Foreign);
    }
}
