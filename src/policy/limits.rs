//! How much of a push is read before the gate says "too much", which is not "yes".
//!
//! *Invariant:* no limit is zero or endless. Going over one never passes: it rejects, or it is an unreadable content
//! that `[unreadable] over_limit` decides.

use super::document::Document;
use super::error::PolicyError;
use serde::Deserialize;
use std::ops::RangeInclusive;
use toml::Spanned;

/// One limit's name in the policy file, its default and what it may be set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitRange {
    /// The key under `[limits]`.
    pub name: &'static str,
    /// What holds when no file sets it; none: no limit.
    pub default: Option<u64>,
    /// What it may be set to.
    pub range: RangeInclusive<u64>,
}

macro_rules! limits {
    ($( $(#[$doc:meta])* $name:ident = $default:literal in $range:expr; )*) => {
        /// The bounds of one run.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Limits {
            $( $(#[$doc])* pub $name: u64, )*
            /// Seconds after which a run gives up and rejects; none: it takes the time it needs.
            pub time_seconds: Option<u64>,
        }

        /// `[limits]` as TOML has it.
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct WireLimits {
            $( $name: Option<Spanned<i64>>, )*
            time_seconds: Option<Spanned<i64>>,
        }

        impl Limits {
            /// The limits that hold when no file sets one.
            #[must_use]
            pub fn standard() -> Self {
                Self { $( $name: $default, )* time_seconds: None }
            }

            /// Every limit's name, default and range.
            #[must_use]
            pub fn ranges() -> Vec<LimitRange> {
                vec![
                    $( LimitRange { name: stringify!($name), default: Some($default), range: $range }, )*
                    LimitRange { name: "time_seconds", default: None, range: TIME_RANGE },
                ]
            }

            /// Takes over what a file sets.
            pub(super) fn apply(&mut self, doc: &Document, wire: &WireLimits) -> Result<(), PolicyError> {
                $( if let Some(value) = &wire.$name {
                    self.$name = whole(doc, value, concat!("limits.", stringify!($name)), $range, Some($default))?;
                } )*
                if let Some(value) = &wire.time_seconds {
                    self.time_seconds = Some(whole(doc, value, "limits.time_seconds", TIME_RANGE, None)?);
                }
                Ok(())
            }
        }
    };
}

/// A day: a hook that needs longer has hung.
const TIME_RANGE: RangeInclusive<u64> = 1..=86_400;

limits! {
    /// Bytes of the largest git object that is read.
    object_bytes = 1_073_741_824 in 1..=1_099_511_627_776;
    /// Bytes that one blob may unpack to, all its members and layers together.
    decompressed_bytes = 268_435_456 in 1..=68_719_476_736;
    /// Containers within containers that are opened.
    container_depth = 4 in 1..=16;
    /// Members of one blob's containers that are opened, all together.
    container_members = 100_000 in 1..=10_000_000;
    /// Encodings within encodings (base64 in a URL in base64) that are undone.
    decode_depth = 3 in 1..=8;
    /// References that one push may update.
    refs_per_push = 1_000_000 in 1..=10_000_000;
    /// Changed paths, of the commits that add something suspicious, that are looked at one by one.
    paths_per_push = 5_000_000 in 1..=1_000_000_000;
    /// Tags of tags that are followed.
    tag_depth = 100 in 1..=10_000;
    /// Folders within folders that are followed.
    tree_depth = 2_048 in 1..=10_000;
    /// Findings that the message shows one by one; all are counted.
    findings_shown = 10 in 1..=1_000;
}

/// The number at `value`, which must lie in `range`.
pub(super) fn whole(
    doc: &Document,
    value: &Spanned<i64>,
    key: &str,
    range: RangeInclusive<u64>,
    default: Option<u64>,
) -> Result<u64, PolicyError> {
    match u64::try_from(*value.get_ref()) {
        Ok(n) if range.contains(&n) => Ok(n),
        Ok(_) | Err(_) => {
            let bounds = format!("{} to {}", range.start(), range.end());
            let default = default.map_or("no limit".to_owned(), |n| format!("the default, {n}"));
            let problem = format!("{} is out of range", value.get_ref());
            let remedy = format!("give a whole number from {bounds}, or delete the line for {default}");
            Err(doc.wrong(value, key, &problem, &remedy))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, with, with_all};
    use super::*;

    #[test]
    fn every_limit_takes_its_least_and_its_most_and_nothing_beyond() {
        for LimitRange { name, range, .. } in Limits::ranges() {
            let set = |n: u64| format!("[limits]\n{name} = {n}");
            assert!(*range.start() > 0, "{name}");
            assert!(with(&set(*range.start())).is_ok() && with(&set(*range.end())).is_ok(), "{name}");
            for wrong in [range.start() - 1, range.end() + 1] {
                let message = error(&set(wrong));
                let column = name.len() + 4;
                let start = format!("p0.toml:2:{column}: limits.{name}: {wrong} is out of range");
                assert!(message.starts_with(&start), "{message}");
                assert!(message.contains(&format!("from {} to {}", range.start(), range.end())), "{message}");
            }
        }
    }

    #[test]
    fn every_default_lies_in_its_range() {
        assert!(Limits::ranges().iter().all(|l| l.default.is_none_or(|n| l.range.contains(&n))));
        assert_eq!(Limits::standard().object_bytes, 1 << 30);
        assert_eq!(Limits::standard().decompressed_bytes, 256 << 20);
    }

    #[test]
    fn a_negative_or_endless_limit_is_an_error() {
        assert!(error("[limits]\ntime_seconds = -1").contains("limits.time_seconds: -1 is out of range"));
        assert!(error("[limits]\ntime_seconds = 0").contains("delete the line for no limit"));
        assert!(error("[limits]\ntag_depth = inf").starts_with("p0.toml:2:13: limits.tag_depth: "));
        assert!(
            error("[limits]\nobject_bytes = 99999999999999999999").starts_with("p0.toml:2:16: limits.object_bytes: ")
        );
    }

    #[test]
    fn a_file_changes_the_limits_that_it_names_and_no_other() {
        let limits =
            with_all(&["[limits]\ntag_depth = 7\ntime_seconds = 9", "[limits]\ntag_depth = 8"]).unwrap().limits;
        assert_eq!(limits, Limits { tag_depth: 8, time_seconds: Some(9), ..Limits::standard() });
    }
}
