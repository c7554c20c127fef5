//! What happens to content that could not be read through.

use serde::Deserialize;

/// Whether content of a kind that was not read through passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unread {
    /// The push is rejected.
    Block,
    /// The push may pass; what could be read was scanned.
    Allow,
}

/// The decision for each kind of obstacle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Encrypted content.
    pub encrypted: Unread,
    /// A compression or archive format that cannot be opened.
    pub unsupported: Unread,
    /// Content that goes over a limit.
    pub over_limit: Unread,
    /// Content that ends early or is damaged.
    pub broken: Unread,
}

/// `[unreadable]` as TOML has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireUnreadable {
    encrypted: Option<Unread>,
    unsupported: Option<Unread>,
    over_limit: Option<Unread>,
    broken: Option<Unread>,
}

impl Unreadable {
    /// What holds when no file says otherwise.
    ///
    /// Damaged content passes: what came before the damage was decoded and scanned, and the raw bytes are scanned too.
    /// Everything else could be read by whoever clones, and was not read here.
    #[must_use]
    pub fn standard() -> Self {
        Self { encrypted: Unread::Block, unsupported: Unread::Block, over_limit: Unread::Block, broken: Unread::Allow }
    }

    /// Takes over what a file sets.
    pub(super) fn apply(&mut self, wire: &WireUnreadable) {
        self.encrypted = wire.encrypted.unwrap_or(self.encrypted);
        self.unsupported = wire.unsupported.unwrap_or(self.unsupported);
        self.over_limit = wire.over_limit.unwrap_or(self.over_limit);
        self.broken = wire.broken.unwrap_or(self.broken);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, with_all};
    use super::*;

    #[test]
    fn a_file_changes_the_kinds_that_it_names_and_no_other() {
        let policy =
            with_all(&["[unreadable]\nbroken = 'block'\nencrypted = 'allow'", "[unreadable]\nencrypted = 'block'"]);
        assert_eq!(policy.unwrap().unreadable, Unreadable { broken: Unread::Block, ..Unreadable::standard() });
    }

    #[test]
    fn another_word_is_no_decision() {
        let message = error("[unreadable]\nencrypted = 'alow'");
        assert!(message.starts_with("p0.toml:2:13: unreadable.encrypted: unknown variant `alow`"), "{message}");
        assert!(message.ends_with("did you mean `allow`?"), "{message}");
    }
}
