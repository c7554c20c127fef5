//! Values that stand for a secret in documentation: no finding.
//!
//! Kept narrow, because every word here is a way past the gate: a random token of 40 letters holds a given word of seven
//! letters by chance once in 10^9. Shorter words count only where they stand apart.

/// Words that nobody's generator makes; anywhere in the value, ASCII case ignored.
const ANYWHERE: &[&[u8]] = &[
    b"example",
    b"changeme",
    b"change_me",
    b"change-me",
    b"placeholder",
    b"redacted",
    b"replaceme",
    b"replace_me",
    b"replace-me",
    b"replace_with",
    b"your_",
    b"your-",
    b"<your",
    b"yourtoken",
    b"yourapi",
    b"yourkey",
    b"yoursecret",
    b"insert_",
    b"insert-",
    b"todo_",
    b"dummy",
    b"xxxxxx",
    b"******",
    b"......",
];
/// Words that count as one part between `-`, `_`, `.`, or ends.
const APART: &[&[u8]] = &[
    b"fake",
    b"sample",
    b"invalid",
    b"notreal",
    b"notasecret",
    b"foobar",
    b"mock",
    b"testing",
    b"test",
    b"abc123",
    b"token",
    b"secret",
    b"password",
    b"key",
    b"here",
    b"goes",
    b"my",
    b"api",
];
/// A value made of this many words of [`APART`] and nothing else is none; one alone may be a prefix (`sk_test_…`).
const MOST_RANDOM_REST: usize = 6;

/// Whether `secret` is a placeholder: a template or variable, a word that says so, a run, or a sequence.
#[must_use]
pub fn is_placeholder(secret: &[u8]) -> bool {
    let lower = secret.to_ascii_lowercase();
    is_template(&lower) || says_so(&lower) || is_monotonous(&lower) || is_only_words(&lower)
}

/// `${VAR}`, `{{ var }}`, `<token>`, `$(cmd)`, `%(name)s`, `#{expr}`: a reference to a value, not the value.
fn is_template(value: &[u8]) -> bool {
    let pairs: [(&[u8], &[u8]); 7] =
        [(b"${", b"}"), (b"{{", b"}}"), (b"<", b">"), (b"$(", b")"), (b"%(", b")"), (b"#{", b"}"), (b"[%", b"%]")];
    pairs.iter().any(|(open, close)| {
        memchr::memmem::find(value, open)
            .and_then(|at| value.get(at + open.len()..))
            .is_some_and(|rest| memchr::memmem::find(rest, close).is_some())
    })
}

fn says_so(value: &[u8]) -> bool {
    ANYWHERE.iter().any(|word| memchr::memmem::find(value, word).is_some())
}

/// A run of one byte or a sequence (`12345678`, `abcdefgh`, `87654321`) that makes up most of the value.
fn is_monotonous(value: &[u8]) -> bool {
    let mut longest = [1_usize; 3];
    let mut current = [1_usize; 3];
    for (a, b) in value.iter().zip(value.iter().skip(1)) {
        let step = i16::from(*b) - i16::from(*a);
        for ((want, run), best) in [0, 1, -1].into_iter().zip(&mut current).zip(&mut longest) {
            *run = if step == want { *run + 1 } else { 1 };
            *best = (*best).max(*run);
        }
    }
    let [same, up, down] = longest;
    let distinct = {
        let mut seen = [false; 256];
        for b in value {
            if let Some(flag) = seen.get_mut(usize::from(*b)) {
                *flag = true;
            }
        }
        seen.iter().filter(|s| **s).count()
    };
    let half = value.len().div_ceil(2);
    same >= half.max(4) || up.max(down) >= 8 || up.max(down) >= half.max(4) || (value.len() >= 12 && distinct <= 3)
}

fn is_only_words(value: &[u8]) -> bool {
    let mut words = 0;
    let mut rest = 0;
    for part in value.split(|b| matches!(b, b'-' | b'_' | b'.' | b' ' | b'/' | b':')) {
        let stem = trim_digits(part);
        match APART.contains(&stem) {
            true => words += 1,
            false => rest += part.len(),
        }
    }
    words >= 2 && rest <= MOST_RANDOM_REST
}

fn trim_digits(part: &[u8]) -> &[u8] {
    let end = part.iter().rposition(|b| !b.is_ascii_digit()).map_or(part.len(), |at| at + 1);
    part.get(..end).unwrap_or(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documentation_values_are_placeholders() {
        for value in [
            "AKIAIOSFODNN7EXAMPLE",
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "ghp_000000000000000000000000000000000000",
            "${GITHUB_TOKEN}",
            "<your-token>",
            "changeme",
            "my-secret-token",
            "test_password",
            "AKIA1234567890ABCDEF",
            "abcdefghijklmnop",
            "{{ vault.password }}",
            "****************",
        ] {
            assert!(is_placeholder(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn random_values_are_not() {
        let with_prefix = ["sk_test", "Zq8t3vKx0Lm5Rw2Yb7Nc"].join("_");
        for value in ["q8Zt3vKx0Lm5Rw2Yb7Nc", &with_prefix, "hunter2-Gx9", "S3cr3t-Wq8zK"] {
            assert!(!is_placeholder(value.as_bytes()), "{value}");
        }
    }
}
