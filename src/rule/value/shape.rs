//! Values that are something else by their shape: references, paths, addresses, dates, versions, hashes, public keys.
//!
//! *Invariant:* linear in the value, which the parser has bounded.

use super::likeness::likeness;
use bstr::ByteSlice;

/// Beginnings of references to a value that is kept elsewhere, of other things with a scheme, and of public keys.
const ELSEWHERE: &[&[u8]] = &[
    b"enc(",
    b"env.",
    b"env:",
    b"env(",
    b"process.",
    b"os.",
    b"sm://",
    b"vault:",
    b"vault/",
    b"secret:",
    b"secret/",
    b"secrets.",
    b"secrets/",
    b"secretsmanager:",
    b"arn:",
    b"ssm:",
    b"op:/",
    b"projects/",
    b"kms:",
    b"awskms:",
    b"sops:",
    b"keyvault",
    b"akvs",
    b"file:",
    b"classpath:",
    b"resource:",
    b"ref:",
    b"ref+",
    b"urn:",
    b"data:",
    b"javascript:",
    b"mailto:",
    b"var.",
    b"local.",
    b"module.",
    b"self.",
    b"this.",
    b"config.",
    b"settings.",
    b"params.",
    b"args.",
    b"values.",
    b".values",
    b"@string/",
    b"ssh-rsa",
    b"ssh-ed25519",
    b"ssh-dss",
    b"ecdsa-sha2",
    b"-----begin",
    b"pk_live",
    b"pk_test",
    b"pk.",
    b"pub_",
    b"publishable",
    b"age1",
    b"npub1",
    b"ey...",
    b"application/",
    b"text/",
    b"image/",
    b"multipart/",
    b"::",
    b"https:",
    b"http:",
    b"pi_",
    b"seti_",
    b"src_",
    b"cus_",
    b"card_",
    b"tok_",
    b"pm_",
    b"credential:",
    b"azure-",
    b"lookup(",
];

/// Beginnings of hashes: of passwords, which have rules of their own, and of content.
const HASHES: &[&[u8]] = &[
    b"$2a$", b"$2b$", b"$2x$", b"$2y$", b"$1$", b"$5$", b"$6$", b"$y$", b"$apr1$", b"$argon2", b"$pbkdf2", b"$scrypt",
    b"$s2$", b"{ssha", b"{sha", b"{md5", b"{crypt", b"{bcrypt", b"{noop", b"{pbkdf2", b"{scrypt", b"{argon2",
    b"pbkdf2_", b"pbkdf2:", b"pbkdf2-", b"sha1-", b"sha1:", b"sha1$", b"sha256-", b"sha256:", b"sha256$", b"sha384-",
    b"sha384:", b"sha512-", b"sha512:", b"sha512$", b"md5:", b"md5$", b"md5-", b"argon2", b"bcrypt", b"scrypt",
    b"scram-", b"h1:",
];

/// Parts that make a value a template, whatever stands around them.
const TEMPLATES: &[&[u8]] = &[
    b"${",
    b"$(",
    b"{{",
    b"}}",
    b"<%",
    b"%>",
    b"#{",
    b"%(",
    b"@{",
    b"[[",
    b"]]",
    b"{%",
    b"...",
    b"__",
    b"%s",
    b"%d",
    b"%v",
    b"%q",
    b"%@",
    b"%w",
    b"{}",
    b"{0}",
    b"{1}",
    b"\\n",
    b"\xe2\x80\xa6",
    b"()",
    b"=>",
    b"->",
    b"&&",
    b"||",
    b"://",
    b"$2a$",
    b"$2b$",
    b"$2y$",
    b"$apr1$",
    b"$5$",
    b"$6$",
];

/// Whether `value` refers to a secret, or is plainly another kind of thing.
pub(super) fn is_something_else(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    // Two signs of equality are base64's padding at the end, a comparison before.
    let unpadded = lower.trim_end_with(|c| c == '=');
    starts(&lower, ELSEWHERE)
        || starts(&lower, HASHES)
        || TEMPLATES.iter().any(|part| lower.find(part).is_some())
        || unpadded.find(b"==").is_some()
        || is_reference(value)
        || is_path(value)
        || is_dotted(value)
        || is_number_like(value)
        || is_setting(&lower)
        || is_charset(&lower)
        || is_sealed(value)
}

/// What Bitnami's sealed-secrets encrypts to a cluster's public key: two bytes that give the length of the encrypted
/// session key, 512 (`crypto.go`, HybridEncrypt), that key, and the text, in base64.
fn is_sealed(value: &[u8]) -> bool {
    value.len() > 300 && matches!(value, [b'A', b'g', b'A'..=b'D', ..])
}

/// Names of character sets (IANA's registry), which stand beside passwords where these become bytes.
fn is_charset(lower: &[u8]) -> bool {
    const STARTS: &[&[u8]] =
        &[b"iso-8859-", b"iso8859-", b"iso8859_", b"iso_8859-", b"windows-125", b"utf-16", b"utf-32"];
    lower.len() <= 14 && starts(lower, STARTS) || matches!(lower, b"us-ascii" | b"latin-1" | b"shift_jis" | b"utf8mb4")
}

fn starts(value: &[u8], with: &[&[u8]]) -> bool {
    with.iter().any(|start| value.starts_with(start))
}

/// `$NAME`, `%NAME%`, `@name`, `&anchor`, `*alias`, `!tag`, `<name>`, `{name}`, `:name`, `(…`, `name(…`, `name[…`.
fn is_reference(value: &[u8]) -> bool {
    let Some((first, rest)) = value.split_first() else { return true };
    let names = |part: &[u8]| part.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b':'));
    let is_word = |part: &[u8]| names(part) && likeness(part) > 0.0;
    match first {
        b'$' => rest.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_') && names(rest),
        b'%' => value.ends_with(b"%"),
        b'@' | b'&' | b'*' | b'!' | b':' | b'#' => is_word(rest),
        b'<' | b'{' | b'(' | b'[' | b'"' | b'\'' | b',' | b';' | b'=' | b')' => true,
        _ => is_call(value),
    }
}

fn is_call(value: &[u8]) -> bool {
    let head = value.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'$')).count();
    let opens = value.get(head).is_some_and(|b| matches!(b, b'(' | b'[' | b'{'));
    opens && head > 0 && value.last().is_some_and(|b| matches!(b, b')' | b']' | b'}' | b'(' | b'[' | b'{'))
}

/// Absolute, relative or drive paths, and words with slashes that end in a file's extension.
fn is_path(value: &[u8]) -> bool {
    let drive = matches!(value, [d, b':', b'\\' | b'/', ..] if d.is_ascii_alphabetic());
    let root = [&b"./"[..], b"../", b"~/", b"\\\\"].iter().any(|start| value.starts_with(start));
    let words = |part: &[u8]| part.len() < 2 || likeness(part) > 0.0;
    let slashes = value.iter().filter(|b| **b == b'/').count();
    let absolute = value.starts_with(b"/")
        && (value.split(|b| *b == b'/').all(words)
            || value
                .split(|b| *b == b'/')
                .any(|p| p.len() > 3 && p.iter().all(u8::is_ascii_lowercase) && likeness(p) > 2.0));
    let relative = slashes > 0 && value.split(|b| *b == b'/').all(|p| !p.is_empty() && words(p));
    drive || root || absolute || relative || has_extension(value)
}

fn has_extension(value: &[u8]) -> bool {
    const KNOWN: &[&[u8]] = &[
        b"js",
        b"ts",
        b"tsx",
        b"jsx",
        b"vue",
        b"css",
        b"scss",
        b"html",
        b"htm",
        b"php",
        b"py",
        b"rb",
        b"go",
        b"rs",
        b"java",
        b"cs",
        b"json",
        b"yml",
        b"yaml",
        b"toml",
        b"xml",
        b"txt",
        b"md",
        b"pem",
        b"key",
        b"crt",
        b"cer",
        b"der",
        b"p12",
        b"pfx",
        b"jks",
        b"pub",
        b"conf",
        b"cfg",
        b"ini",
        b"env",
        b"sh",
        b"png",
        b"svg",
        b"jpg",
        b"gif",
        b"so",
        b"dll",
        b"properties",
        b"gpg",
        b"enc",
        b"com",
        b"org",
        b"net",
        b"io",
        b"local",
        b"tpl",
        b"tmpl",
        b"example",
    ];
    let Some(dot) = value.rfind_byte(b'.') else { return false };
    let (stem, ext) = (value.get(..dot).unwrap_or_default(), value.get(dot + 1..).unwrap_or_default());
    let words = stem.contains(&b'/') || likeness(stem) > 0.0;
    words
        && KNOWN.contains(&ext)
        && stem.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'/' | b'@'))
}

/// `a.b.c`, `a::b`, `a:b`: names joined, each made of words.
fn is_dotted(value: &[u8]) -> bool {
    let is_name = |part: &[u8]| {
        part.first().is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'$'))
            && part.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'$'))
            && (part.len() < 3 || likeness(part) > 0.0)
    };
    let joint = |b: &u8| matches!(b, b'.' | b':');
    value.iter().any(joint)
        && value.split(joint).all(|part| part.is_empty() || is_name(part))
        && value.split(joint).any(|part| part.len() > 2)
}

/// Versions, dates, addresses, sizes, UUIDs are asked elsewhere: digits and their punctuation only.
fn is_number_like(value: &[u8]) -> bool {
    let digits = value.iter().filter(|b| b.is_ascii_digit()).count();
    let others = value
        .iter()
        .filter(|b| !b.is_ascii_digit() && !matches!(b, b'.' | b':' | b'-' | b'+' | b'/' | b',' | b' ' | b'_'))
        .count();
    let punctuated = digits + others < value.len();
    let version = matches!(value, [b'v' | b'V', d, ..] if d.is_ascii_digit()) && value.contains(&b'.') && others <= 6;
    let date = matches!(value, [b'1' | b'2', b'0' | b'9', c, d, b'-' | b'/', e, f, b'-' | b'/', ..]
        if [c, d, e, f].iter().all(|b| b.is_ascii_digit()));
    // A number, or an address of Ethereum.
    let hex_number = value.starts_with(b"0x") && (value.len() <= 18 || value.len() == 42);
    let port = value.split_once_str(":").is_some_and(|(host, port)| {
        (2..=5).contains(&port.len())
            && port.iter().all(u8::is_ascii_digit)
            && host.iter().all(|b| b.is_ascii_lowercase() || matches!(b, b'-' | b'.'))
    });
    version || date || hex_number || port || (others == 0 && punctuated && digits > 0)
}

/// `name=value` pairs, e-mail addresses, actions pinned to a commit, colours.
fn is_setting(lower: &[u8]) -> bool {
    let setting = lower.split_once_str("=").is_some_and(|(name, rest)| {
        !rest.is_empty()
            && rest != b"="
            && name.len() > 1
            && name.iter().all(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_' | b'.'))
            && likeness(name) > 0.0
    });
    let mail = lower.split_once_str("@").is_some_and(|(user, host)| {
        host.contains(&b'.')
            && likeness(host) > 0.0
            && !user.is_empty()
            && host.iter().all(|b| b.is_ascii_lowercase() || matches!(b, b'.' | b'-'))
    });
    let pinned = lower.split_once_str("@").is_some_and(|(name, commit)| {
        name.contains(&b'/') && commit.len() >= 40 && commit.iter().all(u8::is_ascii_hexdigit)
    });
    let colour = lower.starts_with(b"#") && lower.len() <= 9 && lower.iter().skip(1).all(u8::is_ascii_hexdigit);
    setting || mail || pinned || colour
}

/// 8-4-4-4-12 hexadecimal digits.
pub(super) fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => *b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}
