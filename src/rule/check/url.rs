//! Passwords in addresses that keep nobody out: the name again, for a host that only a network of its own knows.

use super::Answer;
use bstr::ByteSlice;

/// `postgres://shop:shop@db:5432/shop`, as the services of a test run are started; RFC 3986, section 3.2, for the parts.
pub(super) fn url(whole: &[u8]) -> Answer {
    let parts = whole.split_once_str("://").and_then(|(_, rest)| rest.split_once_str("@"));
    let Some((login, host)) = parts else { return Answer::Silent };
    let host =
        host.split(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'.' | b'-' | b'_')).next().unwrap_or_default();
    let local = !host.contains(&b'.') || host == b"127.0.0.1";
    match login.split_once_str(":") {
        Some((name, password)) if local && name.eq_ignore_ascii_case(password) => Answer::Foreign,
        Some(_) | None => Answer::Silent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_again_is_a_password_where_everybody_can_try_it() {
        for text in ["postgres://shop:shop@db:5432/shop", " mysql://Shop:shop@localhost/", "a://u:u@127.0.0.1:1/"] {
            assert_eq!(url(text.as_bytes()), Answer::Foreign, "{text}");
        }
        for text in [
            concat!("postgres://shop:", "shop@db.host.io/shop"),
            concat!("postgres://shop:", "shop2@db/shop"),
            "no address",
        ] {
            assert_eq!(url(text.as_bytes()), Answer::Silent, "{text}");
        }
    }
}
