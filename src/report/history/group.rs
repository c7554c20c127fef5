//! Places gathered by value: what there is to revoke, and not how often it was copied.

use super::Sighting;
use std::collections::{BTreeSet, HashMap};

/// One value, or one list, with all its places.
#[derive(Debug)]
pub struct Leak<'a> {
    /// Its first place.
    pub first: &'a Sighting,
    /// All of them, by time; those without one come last.
    pub places: Vec<&'a Sighting>,
    /// When it came in, by its commits' clocks.
    pub since: Option<i64>,
    /// When it was last added somewhere.
    pub last: Option<i64>,
    /// Whether a HEAD still holds it; none when no repository with it has a commit at HEAD.
    pub in_head: Option<bool>,
    /// The repositories.
    pub repositories: BTreeSet<&'a str>,
}

impl Leak<'_> {
    /// Whether it is still there, in words.
    pub(super) fn whereabouts(&self) -> &'static str {
        match self.in_head {
            None => "HEAD has no commit to look in",
            Some(false) => "in the history alone",
            Some(true) => {
                let files = self.places.iter().any(|it| it.still() == Some("in HEAD"));
                if files { "still in HEAD" } else { "still there" }
            }
        }
    }
}

/// The order of severities, worst first.
pub(super) const SEVERITIES: [&str; 4] = ["critical", "high", "medium", "low"];

/// 0 for the worst.
pub(super) fn rank(severity: &str) -> usize {
    SEVERITIES.iter().position(|known| *known == severity).unwrap_or(SEVERITIES.len() - 1)
}

/// Gathers `sightings`: what a HEAD still holds first, then the worst, then the latest.
#[must_use]
pub fn leaks(sightings: &[Sighting]) -> Vec<Leak<'_>> {
    let mut by_value: HashMap<(&str, &str), Vec<&Sighting>> = HashMap::new();
    for it in sightings {
        by_value.entry((&it.rule, &it.fingerprint)).or_default().push(it);
    }
    let mut all: Vec<Leak<'_>> = by_value.into_values().filter_map(leak).collect();
    all.sort_by_key(|leak| {
        let worst = rank(&leak.first.severity);
        (leak.in_head != Some(true), worst, std::cmp::Reverse(leak.last), &leak.first.rule, &leak.first.fingerprint)
    });
    all
}

fn leak(mut places: Vec<&Sighting>) -> Option<Leak<'_>> {
    places.sort_by_key(|it| (it.time.is_none(), it.time, &it.repository, &it.path, it.line, it.column, &it.commit));
    let first = *places.first()?;
    Some(Leak {
        first,
        since: places.iter().filter_map(|it| it.time).min(),
        last: places.iter().filter_map(|it| it.time).max(),
        in_head: places.iter().filter_map(|it| it.in_head).max(),
        repositories: places.iter().map(|it| it.repository.as_str()).collect(),
        places,
    })
}
