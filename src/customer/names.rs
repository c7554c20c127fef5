//! What the names of keys and columns say, remembered.

use super::field::Field;
use super::id::Choice;
use std::collections::HashMap;

/// What names were found to say: a dump repeats few of them, and looking one up costs more than reading it.
#[derive(Default)]
pub(super) struct Names(HashMap<u64, Option<Field>>);

/// A file with more different names than this is asked anew.
const NAMES_MAX: usize = 4_096;

impl Names {
    /// What the key with this digest says.
    pub(super) fn key(&mut self, choice: &Choice, digest: u64, name: &[u8]) -> Option<Field> {
        self.column(choice, digest, name).or_else(|| is_correspondent(name).then_some(Field::Email))
    }

    /// What the name of a column with this digest says.
    pub(super) fn column(&mut self, choice: &Choice, digest: u64, name: &[u8]) -> Option<Field> {
        if let Some(known) = self.0.get(&digest) {
            return *known;
        }
        let field = choice.field(name);
        if self.0.len() < NAMES_MAX {
            self.0.insert(digest, field);
        }
        field
    }
}

/// The headers of a mail that name people (RFC 5322, 3.6): a mailbox is a list of correspondents.
fn is_correspondent(name: &[u8]) -> bool {
    [b"from".as_slice(), b"to", b"cc", b"bcc", b"sender", b"reply-to"].iter().any(|key| name.eq_ignore_ascii_case(key))
}
