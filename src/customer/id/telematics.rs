//! What connected devices have: handsets and their cards, network interfaces, terminals in vehicles.

use super::shape::Place;
use super::sums::{is_digits, luhn, part};
use super::{Form, Identifier, Pack, ROW, limit};
use crate::text::Severity;
use std::ops::Range;

pub(super) static ROWS: &[Identifier] = &[
    Identifier {
        id: "imei",
        title: "handset numbers (IMEI)",
        check: Some("the check digit (Luhn)"),
        severity: Severity::Medium,
        named: limit(5, 20),
        column: true,
        form: Form::Written(&["ddddddddddddddd", "dd-dddddd-dddddd-d", "dd dddddd dddddd d"]),
        valid: |value| is_digits(value, 15) && luhn(value),
        specimens: &["490154203237518", "356938035643809", "353918057996174", "123456789012347"],
        words: &["端末識別番号", "imei number", "device imei", "端末imei"],
        encoded: &[
            b"\x92[\x96\x96\x8e\xaf\x95\xca\x94\xd4\x8d\x86",
            b"\xc3\xbc\xcb\xf6\xbc\xb1\xca\xcc\xc8\xd6\xb9\xe6",
        ],
        tokens: &["imei", "imeis"],
        ..TELEMATICS
    },
    Identifier {
        id: "iccid",
        title: "SIM card numbers (ICCID)",
        check: Some("the check digit (Luhn) and the country"),
        severity: Severity::Medium,
        named: limit(5, 20),
        column: true,
        form: Form::Written(&["dddddddddddddddddd", "ddddddddddddddddddd", "dddddddddddddddddddd"]),
        valid: is_iccid,
        specimens: &["8991101200003204514", "8991101200003204510"],
        words: &["sim card", "sim number", "車載通信機", "sim番号", "sim serial", "simカード"],
        encoded: &[
            b"\x8e\xd4\x8d\xda\x92\xca\x90M\x8b@",
            b"\xbc\xd6\xba\xdc\xc4\xcc\xbf\xae\xb5\xa1",
            b"sim\x94\xd4\x8d\x86",
            b"sim\xc8\xd6\xb9\xe6",
        ],
        tokens: &["iccid", "iccids", "sim"],
        ..TELEMATICS
    },
    Identifier {
        id: "mac-address",
        title: "network interface addresses (MAC)",
        severity: Severity::Low,
        usual: super::Mode::Off,
        named: limit(50, 200),
        bare: limit(50, 200),
        form: Form::Mac,
        valid: is_mac,
        words: &["mac address", "mac addr", "macアドレス", "無線"],
        encoded: &[
            b"mac\x83A\x83h\x83\x8c\x83X",
            b"mac\xa5\xa2\xa5\xc9\xa5\xec\xa5\xb9",
            b"\x96\xb3\x90\xfc",
            b"\xcc\xb5\xc0\xfe",
        ],
        tokens: &["mac", "bssid", "macs"],
        ..TELEMATICS
    },
    Identifier {
        id: "terminal-id",
        title: "ids of terminals in vehicles",
        severity: Severity::Medium,
        named: limit(20, 100),
        form: Form::Cell,
        valid: is_terminal,
        words: &[
            "in vehicle terminal",
            "vehicle terminal",
            "terminal id",
            "dcm id",
            "device serial",
            "車載機id",
            "車載機番号",
            "端末id",
            "端末番号",
            "ナビid",
            "ナビ番号",
        ],
        encoded: &[
            b"\x8e\xd4\x8d\xda\x8b@id",
            b"\xbc\xd6\xba\xdc\xb5\xa1id",
            b"\x8e\xd4\x8d\xda\x8b@\x94\xd4\x8d\x86",
            b"\xbc\xd6\xba\xdc\xb5\xa1\xc8\xd6\xb9\xe6",
            b"\x92[\x96\x96id",
            b"\xc3\xbc\xcb\xf6id",
            b"\x92[\x96\x96\x94\xd4\x8d\x86",
            b"\xc3\xbc\xcb\xf6\xc8\xd6\xb9\xe6",
            b"\x83i\x83rid",
            b"\xa5\xca\xa5\xd3id",
            b"\x83i\x83r\x94\xd4\x8d\x86",
            b"\xa5\xca\xa5\xd3\xc8\xd6\xb9\xe6",
        ],
        ..TELEMATICS
    },
];

const TELEMATICS: Identifier = Identifier { pack: Pack::Telematics, ..ROW };

/// ITU-T E.118: 89, the country, issuer and account, Luhn.
fn is_iccid(value: &[u8]) -> bool {
    let sized = (18..=20).contains(&value.len());
    sized && is_digits(value, value.len()) && value.starts_with(b"89") && part(value, 2, 2) > 0 && luhn(value)
}

/// Twelve hexadecimal digits: not all alike, none of the range for documents (RFC 7042, 00-00-5E-00-53), no broadcast.
fn is_mac(value: &[u8]) -> bool {
    let same = value.windows(2).all(|two| two.first() == two.last());
    let hex = value.len() == 12 && value.iter().all(u8::is_ascii_hexdigit);
    let zeros = value.iter().filter(|b| **b == b'0').count() >= 8;
    hex && !same && !zeros && !value.starts_with(b"00005E0053") && !typed(value)
}

/// `00:11:22:33:44:55`, `01:23:45:67:89:AB`, `AA:BB:CC:DD:EE:FF`: as people write placeholders.
fn typed(value: &[u8]) -> bool {
    let pairs = value.chunks(2).filter(|pair| pair.first() == pair.last()).count();
    pairs >= 5 || value.starts_with(b"0123456789") || value.starts_with(b"123456") || value.starts_with(b"DEADBEEF")
}

/// The address around a pair of digits that the sweep met.
pub(super) fn mac(text: &[u8], word: &Range<usize>) -> Option<(Range<usize>, Place)> {
    if word.len() != 2 {
        return None;
    }
    let starts = (0..6).filter_map(|pairs| word.start.checked_sub(3 * pairs));
    starts.filter_map(|start| mac_at(text, start)).next().map(|span| (span, Place::Alone))
}

/// The address that begins at `start`: six pairs, one kind of separator, nothing that goes on.
pub(super) fn mac_at(text: &[u8], start: usize) -> Option<Range<usize>> {
    let written = text.get(start..start + 17)?;
    let separator = *written.get(2)?;
    let fits = |(place, b): (usize, &u8)| if place % 3 == 2 { *b == separator } else { b.is_ascii_hexdigit() };
    let on = |at: Option<usize>| {
        at.and_then(|at| text.get(at)).is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'-' | b'_'))
    };
    let whole = matches!(separator, b':' | b'-') && written.iter().enumerate().all(fits);
    (whole && !on(start.checked_sub(1)) && !on(Some(start + 17))).then_some(start..start + 17)
}

/// As the maker likes: five to 24 letters and digits, four digits in a row.
fn is_terminal(value: &[u8]) -> bool {
    (5..=24).contains(&value.len())
        && value.windows(4).any(|four| four.iter().all(u8::is_ascii_digit))
        && value.windows(2).any(|two| two.first() != two.last())
}
