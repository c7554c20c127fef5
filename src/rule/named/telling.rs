//! Whether an identifier says that its value is a secret, or only speaks of one.
//!
//! `dbPassword` does; `passwordField`, `token_type`, `secret_name`, `csrf_token`, `next_page_token` do not.

use super::Look;
use super::words::{begins_word, ends_word, words};
use std::ops::Range;

/// How surely a name says that its value is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Telling {
    /// It does.
    Sure,
    /// Something follows that is neither usual nor excluding: `tokenGithub`.
    Loose,
    /// The lone word `token`, which names everything, or a name that calls itself a test's.
    Vague,
}

/// Behind the noun: the value is something about the secret.
const ABOUT: &str = "\
    field fields input label labels hint placeholder id ids name names url urls uri path paths file files filename \
    dir directory folder length len size min max count type types kind class regex regexp pattern policy policies \
    rule rules reset forgot expiry expires expire expiration expired ttl timeout lifetime age date time at header \
    headers param params parameter parameters prefix suffix format message messages msg error errors title \
    description desc required enabled disabled strength algorithm alg algo hash hashes hashed digest checksum \
    integrity hasher hashing encoder encoding validator validation generator provider manager service repository \
    factory handler controller form view page screen component dialog button btn icon link column table selector \
    xpath css locator element attribute attr property ref reference arn version index position endpoint host \
    issuer audience scope scopes grant store storage source mode changed created updated visibility visible toggle \
    mask masked env var variable template fingerprint thumbprint public salt iv nonce keyid state status event \
    events action method request response result node pos span stream range list set map tokens usage budget limit \
    price cost symbol address contract data info config options settings schema model module package resource role \
    group hostname port region namespace mount engine backend help text tooltip question answer tests spec \
    rotation leak leaks scanner scan check checker signature record records parse parser reader loader builder \
    util utils helper sha md bcrypt argon crypt scrypt";
/// Behind the noun: the value is still the secret.
const STILL: &str = "\
    s prod production dev development stage staging stg qa uat live default value val plain plaintext string str \
    raw base b for of in as key secret token current new old main primary secondary admin root user db database \
    mysql postgres redis confirmation confirm again repeat pass password hex base64 encoded fallback bytes pwd \
    credential credentials code";
/// Behind the noun: what it opens follows.
const FOR: &str = "for of on at to für fuer von zum zur pour de du del para";
/// Before the noun, at once: another kind of token.
const OTHER: &str = "\
    next nextpage forward backward previous prev page paging pagination cursor continuation continue starting \
    start end change update sync lock resume watch sequence request idempotency csrf xsrf csrfmiddleware \
    authenticity forgery antiforgery verification etag device push fcm public cancel cancellation cancelation \
    design syntax css color colour theme parser lexer first last stop eos bos pad unk sep cls form foreign pub \
    reference confirmation keyword string word input output special max min num total hidden erc nft setup \
    download upload preview unsubscribe invite invitation invalid expired click tracking recaptcha captcha \
    hcaptcha turnstile site fake wrong bad no is has forgot show hide validate check verify html struts source";
/// Before `token` and `auth`, at once: what stands for a thing of a shop, or a coin. `checkout_secret_key` is a key.
const STANDS_FOR: &str = "\
    payment card transaction customer network checkout order cart invoice billing product unit reward native gas";
/// Anywhere in the name: the value is no secret, or no longer one.
const NEVER: &str = "\
    hash hashed encrypted crypted digest masked redacted placeholder hint label sealed invalid wrong public csrf \
    xsrf";
/// Anywhere in the name: a test's own.
const TEST: &str = "\
    test tests testing fake mock dummy example sample stub demo expected unit spec";
/// What short nouns may be glued to: `dbpass`, `userpwd`.
const GLUED: &str = "\
    db user usr root my admin ftp smtp mail sql mysql auth require ssh api login bind key keystore ldap x http \
    proxy vnc rpc store pg";
/// What passes requests on in a web server's configuration: `proxy_pass`.
const PASSES: &str = "\
    proxy fastcgi uwsgi scgi grpc memcached by render first second";
/// The longest noun that must stand at the beginning of a word: `pass` is in `bypass`, `auth` in `author`.
const SHORT: usize = 5;

/// What `ident` says with the noun at `noun`; none: nothing of a secret.
pub(super) fn telling(ident: &[u8], noun: &Range<usize>, behind: &[u8], look: Look) -> Option<Telling> {
    let head = ident.get(..noun.start)?;
    let own = ident.get(noun.clone())?;
    let begins =
        begins_word(ident, noun.start) || own.len() > SHORT || words(head).last().is_some_and(|word| has(GLUED, word));
    if !begins || !ends_word(ident, noun.end) {
        return None;
    }
    let before = words(head);
    let mut after = words(ident.get(noun.end..)?);
    // `password for the staging server`: what it opens, and not what it is.
    let mut behind = words(behind);
    let opens = behind.iter().position(|word| has(FOR, word)).unwrap_or(behind.len());
    let opened = behind.split_off(opens);
    after.append(&mut behind);
    if before.iter().chain(&after).chain(&opened).any(|word| has(NEVER, word))
        || after.iter().any(|word| has(ABOUT, word))
    {
        return None;
    }
    let last = before.last();
    if own.eq_ignore_ascii_case(b"pass") && last.is_some_and(|word| has(PASSES, word)) {
        return None;
    }
    let is_token = [&b"token"[..], b"auth"].iter().any(|noun| own.eq_ignore_ascii_case(noun));
    if last.is_some_and(|word| has(OTHER, word) || (is_token && has(STANDS_FOR, word))) {
        return None;
    }
    if before.iter().chain(&after).chain(&opened).any(|word| has(TEST, word)) {
        return Some(Telling::Vague);
    }
    if !after.iter().all(|word| has(STILL, word)) {
        return Some(Telling::Loose);
    }
    let lone = before.is_empty()
        && look == Look::Token
        && (own.eq_ignore_ascii_case(b"token") || own.eq_ignore_ascii_case(b"auth"));
    Some(if lone { Telling::Vague } else { Telling::Sure })
}

/// Whether `word` is in a list.
fn has(list: &str, word: &[u8]) -> bool {
    list.split_ascii_whitespace().any(|it| it.as_bytes() == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ident: &str, noun: &str) -> Option<Telling> {
        let at = ident.to_lowercase().find(noun).unwrap();
        telling(ident.as_bytes(), &(at..at + noun.len()), b"", Look::Token)
    }

    #[test]
    fn names_of_secrets_are_telling() {
        for (ident, noun) in [
            ("dbPassword", "password"),
            ("DB_PASSWORD_PROD", "password"),
            ("spring.datasource.password", "password"),
            ("dbpass", "pass"),
            ("userPwd", "pwd"),
            ("clientSecret2", "secret"),
            ("GITHUB_TOKEN", "token"),
            ("CHECKOUT_SECRET_KEY", "secret"),
            ("credentials", "credential"),
        ] {
            assert_eq!(of(ident, noun), Some(Telling::Sure), "{ident}");
        }
    }

    #[test]
    fn names_about_secrets_are_not() {
        for (ident, noun) in [
            ("passwordField", "password"),
            ("token_type", "token"),
            ("tokenizer", "token"),
            ("secret_name", "secret"),
            ("csrf_token", "token"),
            ("nextPageToken", "token"),
            ("bypass", "pass"),
            ("author", "auth"),
            ("password_hash", "password"),
            ("PUBLIC_TOKEN", "token"),
            ("tokenId", "token"),
            ("paymentToken", "token"),
            ("order_token", "token"),
            ("transactionAuth", "auth"),
            ("secretary", "secret"),
        ] {
            assert_eq!(of(ident, noun), None, "{ident}");
        }
    }

    #[test]
    fn the_rest_is_in_between() {
        assert_eq!(of("tokenGithub", "token"), Some(Telling::Loose));
        assert_eq!(of("token", "token"), Some(Telling::Vague));
        assert_eq!(of("test_secret", "secret"), Some(Telling::Vague));
    }
}
