//! Tokens that end in a CRC-32 of what stands before: GitHub's scheme and its relatives.

use super::Answer;
use super::bytes::{base64, hex};
use super::crc::{DIGITS, DIGITS_36, crc32, digits};

const VERIFIED: Answer = Answer::Verified("checksum verified");
/// Base-62 digits of a CRC-32.
const WIDTH: usize = 6;

/// Whether the last six characters of `body` are the CRC-32 of the others in base 62.
fn holds(body: &[u8]) -> bool {
    body.split_at_checked(body.len().saturating_sub(WIDTH))
        .is_some_and(|(body, sum)| !body.is_empty() && digits(crc32(body), DIGITS, WIDTH) == sum)
}

/// What follows the last `_`, `.` or `-`: the part that the sum is over.
fn body_of(token: &[u8]) -> &[u8] {
    token.rsplit(|b| matches!(b, b'_' | b'.' | b'-')).next().unwrap_or_default()
}

/// Polar's tokens: 37 characters and their CRC-32; a body of another length is of a kind without a sum.
///
/// <https://github.com/polarsource/polar/blob/main/server/polar/kit/crypto.py>
pub(super) fn polar(token: &[u8]) -> Answer {
    let body = body_of(token);
    match body.len() {
        43 => crc62(token),
        _ => Answer::Silent,
    }
}

/// `prefix_` and a body whose last six characters are its CRC-32 in base 62: npm and whoever took over its scheme.
///
/// <https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/>
pub(super) fn crc62(token: &[u8]) -> Answer {
    if holds(body_of(token)) { VERIFIED } else { Answer::Wrong }
}

/// GitHub's classic tokens: `ghX_`, 30 characters and their CRC-32.
///
/// <https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/>. The longer
/// refresh tokens and the installation tokens that hold a JWT are not described there: no check, no refutation.
pub(super) fn github(token: &[u8]) -> Answer {
    match (token.contains(&b'.'), body_of(token)) {
        (false, body) if holds(body) => VERIFIED,
        (false, body) if body.len() == 36 => Answer::Wrong,
        _ => Answer::Silent,
    }
}

/// Tokens whose vendor speaks of a checksum but not of its making: the usual ones are tried, and none refutes.
///
/// Vercel: six characters at the end, as GitHub's. Cloudflare: eight hexadecimal digits
/// (<https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/>).
pub(super) fn likely(token: &[u8]) -> Answer {
    let body = token.splitn(2, |b| *b == b'_').nth(1).unwrap_or_default();
    let (before, sum) = token.split_at_checked(token.len().saturating_sub(8)).unwrap_or_default();
    let random = body.get(..body.len().saturating_sub(8)).unwrap_or_default();
    let is_hex = [before, random].iter().any(|part| {
        let crc = crc32(part);
        hex(&crc.to_be_bytes()).as_bytes() == sum || hex(&crc.to_le_bytes()).as_bytes() == sum
    });
    if holds(body) || is_hex { VERIFIED } else { Answer::Silent }
}

/// Grafana's service account tokens: `glsa_`, 32 characters, `_` and the CRC-32 of all before it, its bytes in
/// little-endian order, in hexadecimal.
///
/// <https://github.com/grafana/grafana/blob/main/pkg/components/satokengen/tokengen.go>. Other tokens of the vendor
/// (`glc_`) have no such sum.
pub(super) fn grafana(token: &[u8]) -> Answer {
    if !token.starts_with(b"glsa_") {
        return Answer::Silent;
    }
    let Some((before, sum)) = token.split_at_checked(token.len().saturating_sub(8)) else { return Answer::Wrong };
    let Some(before) = before.strip_suffix(b"_") else { return Answer::Wrong };
    let right = hex(&crc32(before).to_le_bytes());
    if right.as_bytes().eq_ignore_ascii_case(sum) { VERIFIED } else { Answer::Wrong }
}

/// The longest prefix that an administrator may put before a token: GitLab's own limit.
const OWN_PREFIX: usize = 20;

/// GitLab's routable tokens: a prefix, a base64 payload, `.01` in the newer version, `.`, the payload's length in two
/// base-36 digits and the CRC-32 of all before it in seven. The match may begin with an instance's own prefix, which the
/// sum covers too. Tokens without dots are of the older kind.
///
/// <https://github.com/gitlabhq/gitlabhq/blob/master/lib/authn/token_field/generator/routable_token.rb>
pub(super) fn gitlab(whole: &[u8]) -> Answer {
    if !whole.contains(&b'.') {
        return Answer::Silent;
    }
    let Some((before, sum)) = whole.split_at_checked(whole.len().saturating_sub(7)) else { return Answer::Wrong };
    let starts = 0..before.len().min(OWN_PREFIX + 1);
    let holds = |from: usize| before.get(from..).is_some_and(|text| digits(crc32(text), DIGITS_36, 7) == sum);
    if starts.clone().any(holds) && routable(before) { VERIFIED } else { Answer::Wrong }
}

/// Whether the payload's length is as said and its last byte counts the routing lines before it.
fn routable(before: &[u8]) -> bool {
    let Some((rest, length)) = before.split_at_checked(before.len().saturating_sub(2)) else { return false };
    let payload = rest.split(|b| *b == b'.').next().unwrap_or_default();
    let said = length
        .iter()
        .try_fold(0, |sum, digit| DIGITS_36.iter().position(|it| it == digit).map(|value| sum * 36 + value));
    // Where the prefix ends in the first part is known from the length alone.
    let Some(start) = said.and_then(|said| payload.len().checked_sub(said)) else { return false };
    let Some(bytes) = payload.get(start..).and_then(base64) else { return false };
    bytes.split_last().is_some_and(|(count, rest)| usize::from(*count) < rest.len())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{changed, made};
    use super::*;

    #[test]
    fn a_right_sum_is_verified_and_one_changed_character_refutes() {
        type Case = (&'static str, fn(&[u8]) -> Answer, usize);
        let cases: [Case; 8] = [
            ("ghp_{{crc62:36}}", github, 4),
            ("gho_{{crc62:36}}", github, 4),
            ("npm_{{crc62:36}}", crc62, 4),
            ("polar_oat_{{crc62:43}}", polar, 10),
            ("glsa_{{grafana:32}}", grafana, 5),
            ("glpat-{{gitlab:40}}", gitlab, 6),
            ("ACME-glpat-{{gitlab:60}}", gitlab, 11),
            ("glrt-t1_{{gitlab:40}}", gitlab, 8),
        ];
        for (template, check, from) in cases {
            for seed in 0..16 {
                let token = made(template, seed);
                assert_eq!(check(token.as_bytes()), VERIFIED, "{template}");
                for at in from..token.len() {
                    let other = changed(&token, at);
                    assert_eq!(check(other.as_bytes()), Answer::Wrong, "{template} at {at}");
                }
            }
        }
    }

    #[test]
    fn githubs_tokens_are_sums_over_the_body_alone() {
        let token = made("ghs_{{crc62:36}}", 5);
        let sum = digits(crc32(&token.as_bytes()[4..34]), DIGITS, 6);
        assert_eq!(&token.as_bytes()[34..], sum);
    }

    #[test]
    fn generations_without_a_known_sum_are_silent() {
        assert_eq!(github(made("ghr_{{alnum:76}}", 1).as_bytes()), Answer::Silent);
        assert_eq!(github(b"ghs_123456_eyJhbGciOiJSUzI1NiJ9.eyJ.sig"), Answer::Silent);
        assert_eq!(polar(made("polar_whs_{{alnum:40}}", 1).as_bytes()), Answer::Silent);
        assert_eq!(gitlab(made("glpat-{{alnum:20}}", 1).as_bytes()), Answer::Silent);
        assert_eq!(grafana(made("glc_eyJ{{base64:80}}", 1).as_bytes()), Answer::Silent);
        assert_eq!(likely(made("vcp_{{alnum:56}}", 1).as_bytes()), Answer::Silent);
        assert_eq!(likely(made("vcp_{{crc62:56}}", 1).as_bytes()), VERIFIED);
    }

    #[test]
    fn empty_and_short_values_are_no_tokens() {
        for check in [crc62, gitlab, grafana] {
            for text in [&b""[..], b"_", b"glsa_", b".", b"a.b"] {
                assert!(!matches!(check(text), Answer::Verified(_)));
            }
        }
    }
}
