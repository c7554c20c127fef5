//! Tells an e-mail address of a person from everything else that is written with an `@`.
//!
//! *Invariant:* no list of all top-level domains; what code writes with `@` is known by its surroundings and by file
//! suffixes, and a stray one costs nothing since addresses count only in numbers.

use std::ops::Range;

/// RFC 5321, 4.5.3.1.1.
const LOCAL_MAX: usize = 64;
/// RFC 5321, 4.5.3.1.2.
const DOMAIN_MAX: usize = 253;
/// How far back a URL's scheme is looked for.
const SCHEME_BACK: usize = 100;

/// An address in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// The whole address.
    pub span: Range<usize>,
    /// Whose it can be.
    pub standing: Standing,
}

/// Whose an address can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// A person's or an organisation's.
    Real,
    /// Nobody's: a domain reserved for examples, a machine's sender, or one of the organisation's own.
    Reserved,
}

/// The address around the `@` at `at`, if that is what it is.
pub(super) fn around(text: &[u8], at: usize, own_domains: &[String]) -> Option<Address> {
    let start = local_start(text, at)?;
    let end = domain_end(text, at + 1)?;
    let local = text.get(start..at)?;
    let domain = text.get(at + 1..end)?;
    if is_login(local) || follows_like_code(text, end) || stands_in_url(text, start) || is_message_id(local) {
        return None;
    }
    if !has_routable_suffix(domain) || starts_like_version(domain) {
        return None;
    }
    let standing = match is_reserved(local, domain, own_domains) {
        true => Standing::Reserved,
        false => Standing::Real,
    };
    Some(Address { span: start..end, standing })
}

fn local_start(text: &[u8], at: usize) -> Option<usize> {
    let low = at.saturating_sub(LOCAL_MAX + 1);
    let before = text.get(low..at)?;
    let is_local = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'%' | b'+' | b'-' | b'&' | b'\'');
    let len = before.iter().rev().take_while(|b| is_local(b)).count();
    if len > LOCAL_MAX {
        return None;
    }
    let skip =
        text.get(at - len..at)?.iter().take_while(|b| matches!(b, b'.' | b'\'' | b'-' | b'%' | b'+' | b'&')).count();
    let start = at - len + skip;
    (start < at && text.get(at.checked_sub(1)?) != Some(&b'.')).then_some(start)
}

fn domain_end(text: &[u8], start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let len =
        rest.iter().take(DOMAIN_MAX + 1).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-')).count();
    let name = rest.get(..len)?;
    // A stop or dash that ends a sentence is not part of the name.
    let len = len - name.iter().rev().take_while(|b| matches!(b, b'.' | b'-')).count();
    let name = rest.get(..len)?;
    if len > DOMAIN_MAX || !name.contains(&b'.') || name.windows(2).any(|two| two == b"..") {
        return None;
    }
    let whole = name
        .split(|b| *b == b'.')
        .all(|label| label.len() <= 63 && !label.is_empty() && !label.starts_with(b"-") && !label.ends_with(b"-"));
    whole.then_some(start + len)
}

/// Accounts that are written before a host to log in there, not to write to.
fn is_login(local: &[u8]) -> bool {
    matches!(local, b"git" | b"hg" | b"svn" | b"root" | b"gitea" | b"gitlab" | b"ssh" | b"aur" | b"anonymous" | b"cvs")
}

/// What follows shows code or a remote path: `user@host:dir/repo`, `user@host.tld/path`, `object@module.call(`.
fn follows_like_code(text: &[u8], end: usize) -> bool {
    match text.get(end) {
        Some(b'(' | b'/' | b'_' | b'@' | b'=') => true,
        Some(b':') => {
            let path = text.get(end + 1..).unwrap_or_default().iter().take(64);
            let mut path = path.take_while(|b| b.is_ascii_graphic() && !matches!(b, b',' | b'"' | b'\'' | b'<'));
            path.any(|b| *b == b'/')
        }
        _ => false,
    }
}

/// `scheme://user@host`, `scheme://user:password@host`, `//host/path/user@host`.
fn stands_in_url(text: &[u8], start: usize) -> bool {
    if !matches!(start.checked_sub(1).and_then(|at| text.get(at)), Some(b':' | b'/' | b'=' | b'@')) {
        return false;
    }
    let before = text.get(start.saturating_sub(SCHEME_BACK)..start).unwrap_or_default();
    let word =
        before.iter().rev().take_while(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\'' | b'<' | b',')).count();
    let word = before.get(before.len() - word..).unwrap_or_default();
    word.ends_with(b"@") || word.windows(2).any(|two| two == b"//")
}

/// Message ids have the form of an address; senders make them long and full of digits.
fn is_message_id(local: &[u8]) -> bool {
    local.len() >= 24 && local.iter().filter(|b| b.is_ascii_digit()).count() >= 6
}

/// `@scope/pkg@1.0.0-beta.io`, `name@v1.2.3.tgz`: two labels of digits, or a version's `v`, begin no mail domain.
fn starts_like_version(domain: &[u8]) -> bool {
    let mut labels = domain.split(|b| *b == b'.').map(|label| label.strip_prefix(b"v").unwrap_or(label));
    let numeric = |label: Option<&[u8]>| label.is_some_and(|l| !l.is_empty() && l.iter().all(u8::is_ascii_digit));
    numeric(labels.next()) && labels.next().is_some_and(|l| l.first().is_some_and(u8::is_ascii_digit))
}

/// The last label is letters and no file suffix that code writes after `@`.
fn has_routable_suffix(domain: &[u8]) -> bool {
    let mut labels = domain.rsplit(|b| *b == b'.');
    let Some(last) = labels.next() else { return false };
    let letters = (2..=24).contains(&last.len()) && last.iter().all(u8::is_ascii_alphabetic);
    if !letters && !last.get(..4).is_some_and(|head| head.eq_ignore_ascii_case(b"xn--")) {
        return false;
    }
    let is_in = |list: &[&[u8]]| list.iter().any(|suffix| suffix.eq_ignore_ascii_case(last));
    !(is_in(FILE_SUFFIXES) || (labels.count() == 1 && is_in(LONE_FILE_SUFFIXES)))
}

/// Suffixes that are no top-level domains, or none that people have mail in.
const FILE_SUFFIXES: &[&[u8]] = &[
    b"png",
    b"jpg",
    b"jpeg",
    b"gif",
    b"svg",
    b"webp",
    b"ico",
    b"bmp",
    b"avif",
    b"pdf",
    b"js",
    b"mjs",
    b"cjs",
    b"jsx",
    b"ts",
    b"tsx",
    b"vue",
    b"css",
    b"scss",
    b"less",
    b"map",
    b"html",
    b"htm",
    b"xml",
    b"json",
    b"yml",
    b"yaml",
    b"toml",
    b"lock",
    b"conf",
    b"cfg",
    b"ini",
    b"txt",
    b"csv",
    b"php",
    b"rb",
    b"java",
    b"class",
    b"jar",
    b"gz",
    b"tgz",
    b"exe",
    b"dll",
    b"plist",
    b"service",
    b"socket",
    b"timer",
    b"target",
    b"mount",
    b"slice",
    b"scope",
    b"device",
    b"path",
    b"swap",
    b"local",
    b"localdomain",
    b"internal",
    b"intranet",
    b"lan",
    b"home",
    b"corp",
    b"arpa",
    b"onion",
];
/// Country codes that are file suffixes too: `setup@main.py` is a file, `ana@banco.com.py` is not.
const LONE_FILE_SUFFIXES: &[&[u8]] = &[b"py", b"md", b"sh", b"so", b"ps", b"zip", b"mov"];

fn is_reserved(local: &[u8], domain: &[u8], own_domains: &[String]) -> bool {
    let (mut local_buffer, mut domain_buffer) = ([0u8; LOCAL_MAX], [0u8; DOMAIN_MAX]);
    let local = lower(local, &mut local_buffer);
    let domain = lower(domain, &mut domain_buffer);
    let machine = [b"noreply".as_slice(), b"no-reply", b"no_reply", b"donotreply", b"do-not-reply"];
    machine.iter().any(|name| local.starts_with(name) || local.ends_with(name))
        || is_list(local, domain)
        || has_reserved_name(domain)
        || own_domains.iter().any(|own| is_under(domain, own.to_ascii_lowercase().as_bytes()))
}

/// Lower case without an allocation: millions of addresses come by.
fn lower<'b>(bytes: &[u8], buffer: &'b mut [u8]) -> &'b [u8] {
    for (to, from) in buffer.iter_mut().zip(bytes) {
        *to = from.to_ascii_lowercase();
    }
    buffer.get(..bytes.len()).unwrap_or_default()
}

/// Mailing lists have public addresses, and nobody lives there.
fn is_list(local: &[u8], domain: &[u8]) -> bool {
    let tails: [&[u8]; 8] = [b"-list", b"-users", b"-devel", b"-dev", b"-announce", b"-subscribe", b"-request", b"-l"];
    tails.iter().any(|tail| local.ends_with(tail))
        || domain.split(|b| *b == b'.').any(|label| matches!(label, b"lists" | b"list" | b"groups" | b"googlegroups"))
}

/// RFC 2606 and 6761, the JPRS names `example*.jp`, hosts that never deliver, and the placeholders people type.
fn has_reserved_name(domain: &[u8]) -> bool {
    let mut labels = domain.rsplit(|b| *b == b'.');
    if matches!(labels.next(), Some(b"example" | b"test" | b"invalid" | b"localhost")) {
        return true;
    }
    let names_example = |label: &[u8]| {
        label.strip_prefix(b"example").is_some_and(|rest| rest.iter().all(|b| b.is_ascii_digit() || *b == b'-'))
    };
    labels.any(|label| names_example(label) || label == b"noreply") || PLACEHOLDERS.contains(&last_two_labels(domain))
}

/// The registered name, in most countries.
fn last_two_labels(domain: &[u8]) -> &[u8] {
    let mut stops = domain.iter().enumerate().rev().filter(|(_, b)| **b == b'.').map(|(at, _)| at + 1);
    domain.get(stops.nth(1).unwrap_or(0)..).unwrap_or_default()
}

/// Domains that stand for "any domain" in documentation and fixtures.
const PLACEHOLDERS: &[&[u8]] = &[
    b"foo.com",
    b"bar.com",
    b"baz.com",
    b"foobar.com",
    b"foo.org",
    b"bar.org",
    b"foo.bar",
    b"test.com",
    b"test.org",
    b"testing.com",
    b"domain.com",
    b"domain.tld",
    b"yourdomain.com",
    b"mydomain.com",
    b"somewhere.com",
    b"host.com",
    b"email.tld",
    b"acme.com",
    b"company.com",
    b"yourcompany.com",
    b"mycompany.com",
    b"a.com",
    b"b.com",
    b"x.com",
];

fn is_under(domain: &[u8], parent: &[u8]) -> bool {
    let Some(rest) = domain.strip_suffix(parent) else { return false };
    !parent.is_empty() && (rest.is_empty() || rest.ends_with(b"."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(text: &str) -> Option<(String, Standing)> {
        let at = text.rfind('@').unwrap();
        let own = ["corp.example".to_owned(), "kaisha.co.jp".to_owned()];
        around(text.as_bytes(), at, &own).map(|a| (text[a.span.clone()].to_owned(), a.standing))
    }

    fn real(text: &str, address: &str) {
        assert_eq!(standing(text), Some((address.to_owned(), Standing::Real)), "{text}");
    }

    #[test]
    fn addresses_of_people_are_seen_in_their_usual_surroundings() {
        real("u7f3k2@qwertz-shop.co.jp", "u7f3k2@qwertz-shop.co.jp");
        real("a.b+c@mail.hogefuga.ne.jp", "a.b+c@mail.hogefuga.ne.jp");
        real("x='taro@docomo-mail.ne.jp';", "taro@docomo-mail.ne.jp");
        real("<mailto:hana@qwertz.de>", "hana@qwertz.de");
        real("email=hana@qwertz.de&x=1", "hana@qwertz.de");
        real("write to hana@qwertz.de.", "hana@qwertz.de");
        real("1,hana@163.com,x", "hana@163.com");
        real("hana@qwertz.de:hunter2", "hana@qwertz.de");
        real("https://site.de/,hana@qwertz.de", "hana@qwertz.de");
    }

    #[test]
    fn what_code_writes_with_an_at_sign_is_no_address() {
        for text in [
            "git@github.com",
            "logo@2x.png",
            "@app.route",
            "@scope/pkg@1.2",
            "pkg@1.0.0-beta.io",
            "deploy@host.de:srv/app.git",
            "https://user:pw@host.de",
            "ssh://joe@host.de",
            "getty@tty1.service",
            "x@y",
            "20200101120000.GA12345678@mail.host.de",
            "joe@host.de/path",
            "obj@mod.call(",
        ] {
            assert_eq!(standing(text), None, "{text}");
        }
    }

    #[test]
    fn nobodys_addresses_are_reserved() {
        for text in [
            "a@example.com",
            "a@mail.example.org",
            "a@example2.jp",
            "a@example.co.jp",
            "a@x.test",
            "1+joe@users.noreply.github.com",
            "noreply@qwertz.de",
            "a@kaisha.co.jp",
            "a@mail.kaisha.co.jp",
            "joe@www.foo.com",
            "rust@googlegroups.com",
        ] {
            assert_eq!(standing(text).map(|s| s.1), Some(Standing::Reserved), "{text}");
        }
        real("a@notkaisha.co.jp", "a@notkaisha.co.jp");
    }
}
