//! Kerberos keytabs (MIT's file format, versions 1 and 2): keys of services, in the clear.

use super::Keys;

/// Entries are shorter than this, in bytes; the format has no bound of its own.
const LONGEST_ENTRY: usize = 4096;

/// The entries of a keytab; none when the first one makes no sense, since two bytes are a weak magic.
pub fn read(bytes: &[u8]) -> Option<Keys> {
    let mut rest = bytes.get(2..)?;
    let mut keys = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = i32::from_be_bytes(*length);
        // A negative length is a hole.
        let size = usize::try_from(length.unsigned_abs()).unwrap_or(usize::MAX);
        let (entry, after) = after.split_at_checked(size).filter(|_| (1..LONGEST_ENTRY).contains(&size))?;
        if length > 0 {
            if !is_entry(entry) {
                return None;
            }
            keys.push(entry.to_vec());
        }
        rest = after;
    }
    (!keys.is_empty()).then_some(Keys { kind: "keytab", keys, is_closed: false })
}

/// Component count, then the realm: printable, as names of hosts and realms are.
fn is_entry(entry: &[u8]) -> bool {
    let [_, components @ 1..=8, high, low, rest @ ..] = entry else { return false };
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    let realm = rest.get(..length).unwrap_or_default();
    *components > 0 && !realm.is_empty() && realm.iter().all(u8::is_ascii_graphic)
}
