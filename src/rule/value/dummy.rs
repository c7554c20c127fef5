//! Values made of nothing but the words of examples: `test`, `MyPassword1`, `your-api-key-here`.
//!
//! Narrower than it looks: every letter must belong to a word of the list, so a random token never does.

/// What examples are made of. Sorted by nothing; looked through for values that got so far only.
const WORDS: &str = "\
    password passwords passwd pass pwd passwort passphrase passcode word secret secrets token tokens key keys api \
    apikey auth access private public client user username usr admin administrator root login logon test tests \
    testing tester example examples sample demo dummy foo bar baz qux foobar hello world change changed changeit \
    changeme me my your our the a an i this that is are not real really new old current super strong secure safe \
    weak very long longer short some any random none null nil undefined unset true false default value values \
    string str text here goes put insert enter replace replaced with todo fixme x xx xxx abc abcd abcdef asdf \
    asdfgh qwer qwerty qwertz azerty qwertyuiop letmein welcome guest temp tmp temporary invalid valid wrong bad \
    good incorrect correct fake mock stub placeholder dev devel develop development prod production staging local \
    localhost database db data mysql mariadb postgres postgresql redis mongo mongodb rabbit rabbitmq elastic minio \
    oracle mssql sql server host service account email mail app application web site sha md aes rsa hmac base utf \
    oauth jwt http https encrypted encryption hash hashed generated please do use used only for of to in on at by \
    and or no yes ok okay number id name code one two three first second another other different same mismatch \
    must be should chars characters bytes bit bits least min minimum length session cookie signing signed bearer \
    basic refresh device reset confirm confirmation required optional hidden masked redacted removed supersecret \
    topsecret top person company acme spring rails laravel django docker kubernetes grafana github gitlab aws \
    azure google it how what empty blank missing unknown anonymous anything something whatever expired stale bogus \
    horse battery staple shared master global project team org member customer consumer issuer provider";

/// The longest word of the list, with room.
const LONGEST: usize = 16;

/// The longest value looked at, in bytes: examples are short.
const MOST: usize = 64;

/// Whether every letter of `value` belongs to a word of examples; digits and punctuation between count for nothing.
pub(super) fn is_dummy(value: &[u8]) -> bool {
    if value.len() > MOST {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    if is_digest_of_nothing(&lower) {
        return true;
    }
    let digits = lower.iter().filter(|b| b.is_ascii_digit()).count();
    let symbols = lower.iter().filter(|b| !b.is_ascii_alphanumeric()).count();
    let letters = lower.len() - digits - symbols;
    if letters == 0 {
        return false;
    }
    let plain = digits <= 6 && runs_are_words(&lower) && (digits <= 1 || ordinary_digits(&lower) || letters >= 8);
    plain || is_password_in_disguise(&lower) || is_interleaved(&lower)
}

/// What MD5, SHA-1 and SHA-256 (RFC 1321, FIPS 180-4) give for no bytes at all: a password that is none.
fn is_digest_of_nothing(lower: &[u8]) -> bool {
    const BEGINNINGS: &[(usize, &[u8])] =
        &[(32, b"d41d8cd98f00b204"), (40, b"da39a3ee5e6b4b0d"), (64, b"e3b0c44298fc1c14")];
    // Behind the name of the digest, as some write it: `$SHA1$…`.
    let value = lower.rsplit(|b| *b == b'$').next().unwrap_or_default();
    let digits: Vec<u8> = value.iter().copied().filter(|b| !matches!(b, b'-' | b':')).collect();
    BEGINNINGS.iter().any(|(length, start)| digits.len() == *length && digits.starts_with(start))
}

/// `A1B2C3D4`: the alphabet and the digits, each in its order.
fn is_interleaved(lower: &[u8]) -> bool {
    let rising = |of: fn(&u8) -> bool| {
        let mut all = lower.iter().copied().filter(of).collect::<Vec<_>>();
        // Digits begin again after nine.
        all.dedup();
        all.len() >= 4 && all.windows(2).all(|pair| matches!(pair, [a, b] if *b == a + 1 || (*a == b'9' && *b == b'0')))
    };
    rising(u8::is_ascii_alphabetic) && rising(u8::is_ascii_digit)
}

/// `1234`, `123456`, `000`, `111`, `2024`, `99`: what people append.
fn ordinary_digits(value: &[u8]) -> bool {
    value.split(|b| !b.is_ascii_digit()).filter(|run| !run.is_empty()).all(|run| {
        run.len() <= 2
            || run.windows(2).all(|pair| matches!(pair, [a, b] if *b == a.wrapping_add(1) || a == b))
            || matches!(
                run,
                [b'1' | b'2', b'9' | b'0', _, _] | [b'3', b'2', b'1'] | [b'2', b'5', b'6'] | [b'5', b'1', b'2']
            )
    })
}

fn runs_are_words(value: &[u8]) -> bool {
    value.split(|b| !b.is_ascii_lowercase()).filter(|run| !run.is_empty()).all(is_of_words)
}

/// Whether `run` can be cut into words of the list: reachable ends, left to right.
fn is_of_words(run: &[u8]) -> bool {
    if run.iter().all(|b| Some(b) == run.first()) {
        return true;
    }
    let mut reachable = vec![false; run.len() + 1];
    if let Some(start) = reachable.first_mut() {
        *start = true;
    }
    for at in 0..run.len() {
        if !reachable.get(at).is_some_and(|r| *r) {
            continue;
        }
        let rest = run.get(at..(at + LONGEST).min(run.len())).unwrap_or_default();
        for word in WORDS.split_ascii_whitespace().filter(|word| rest.starts_with(word.as_bytes())) {
            if let Some(end) = reachable.get_mut(at + word.len()) {
                *end = true;
            }
        }
    }
    reachable.last().is_some_and(|end| *end)
}

/// `P@ssw0rd1!`, `passw0rd`: the one word that everybody disguises.
fn is_password_in_disguise(lower: &[u8]) -> bool {
    let letters: Vec<u8> = lower
        .iter()
        .map(|b| match b {
            b'0' => b'o',
            b'@' | b'4' => b'a',
            b'$' | b'5' => b's',
            b'1' | b'!' => b'i',
            b'3' => b'e',
            other => *other,
        })
        .collect();
    let disguised = ["password", "passwort", "passwd", "topsecret"].iter().find_map(|word| {
        let at = memchr::memmem::find(&letters, word.as_bytes())?;
        Some((at, at + word.len()))
    });
    let Some((start, end)) = disguised else { return false };
    let rest = [lower.get(..start).unwrap_or_default(), lower.get(end..).unwrap_or_default()];
    rest.iter().all(|part| part.len() <= 8 && ordinary_digits(part) && runs_are_words(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_dummies() {
        for value in [
            "test",
            "MyPassword1",
            "your-api-key-here",
            "Test1234!",
            "P@ssw0rd1!",
            "passw0rd",
            "T0pS3cr3t",
            "changeit",
            "foobar123",
            "secret_key_123",
            "A1B2C3D4E5F6",
            "DA39A3EE-5E6B4B0D-3255BFEF-95601890-AFD80709",
            "$SHA1$DA39A3EE5E6B4B0D3255BFEF95601890AFD80709",
        ] {
            assert!(is_dummy(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn other_words_and_random_letters_are_not() {
        for value in ["Winter2023!", "hunter2x!", "S3cr3tP@ssGx", "Tr0ub4dor&3", "k8Zt3vKx0L", "", "12345678"] {
            assert!(!is_dummy(value.as_bytes()), "{value}");
        }
    }
}
