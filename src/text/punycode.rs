//! A label of a domain name as the DNS has it (RFC 3492 with the parameters of IDNA).
//!
//! Apart because it is an algorithm of its own: addresses of customers and of remotes are compared in this form.

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const FIRST_BIAS: u32 = 72;
const FIRST_CODE: u32 = 0x80;
/// RFC 1035: longer labels have no form in the DNS.
const LABEL_MAX: usize = 63;

/// The label, small letters assumed; none if it is empty or too long.
#[must_use]
pub fn label(label: &str) -> Option<String> {
    let written = match label.is_ascii() {
        true => label.to_owned(),
        false if label.len() > 4 * LABEL_MAX => return None,
        false => format!("xn--{}", encode(label)?),
    };
    (1..=LABEL_MAX).contains(&written.len()).then_some(written)
}

/// RFC 3492, 6.3.
fn encode(label: &str) -> Option<String> {
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(out.len()).map_or(0, |len| len);
    if basic > 0 {
        out.push('-');
    }
    let (mut code, mut delta, mut bias, mut done) = (FIRST_CODE, 0u32, FIRST_BIAS, basic);
    let total = u32::try_from(label.chars().count()).map_or(0, |count| count);
    while done < total {
        let next = label.chars().map(u32::from).filter(|c| *c >= code).min()?;
        delta = delta.checked_add((next - code).checked_mul(done + 1)?)?;
        code = next;
        for c in label.chars().map(u32::from) {
            if c < code {
                delta = delta.checked_add(1)?;
            }
            if c == code {
                push(&mut out, delta, bias);
                bias = adapt(delta, done + 1, done == basic);
                delta = 0;
                done += 1;
            }
        }
        delta = delta.checked_add(1)?;
        code += 1;
    }
    Some(out)
}

fn push(out: &mut String, delta: u32, bias: u32) {
    let mut rest = delta;
    let mut k = BASE;
    loop {
        let threshold = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
        if rest < threshold {
            out.push(digit(rest));
            return;
        }
        let value = threshold + (rest - threshold) % (BASE - threshold);
        out.push(digit(value));
        rest = (rest - threshold) / (BASE - threshold);
        k += BASE;
    }
}

/// The RFC counts a to z first, then the digits.
fn digit(value: u32) -> char {
    char::from_digit((value + 10) % BASE, BASE).map_or('a', |c| c)
}

fn adapt(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > ((BASE - T_MIN) * T_MAX) / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (((BASE - T_MIN + 1) * delta) / (delta + SKEW))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_those_of_the_dns() {
        for (text, dns) in [
            ("qwertz", "qwertz"),
            ("bücher", "xn--bcher-kva"),
            ("日本語", "xn--wgv71a119e"),
            ("münchen-ost", "xn--mnchen-ost-9db"),
            ("ドメイン名例", "xn--eckwd4c7cu47r2wf"),
        ] {
            assert_eq!(label(text).as_deref(), Some(dns));
        }
        assert_eq!((label(""), label(&"ü".repeat(200)), label(&"a".repeat(64))), (None, None, None));
    }
}
