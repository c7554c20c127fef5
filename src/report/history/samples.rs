//! Sightings for this module's tests.

use super::{Results, Sighting, Summary};

pub(in crate::report) fn sighting(rule: &str, value: usize, path: &str, time: i64) -> Sighting {
    let severities = ["critical", "high", "medium", "low"];
    Sighting {
        rule: rule.to_owned(),
        description: format!("key of {rule}"),
        severity: severities[value % 4].to_owned(),
        kind: "secret".to_owned(),
        subject: "file".to_owned(),
        path: Some(path.to_owned()),
        line: 3,
        column: 7,
        commit: Some(format!("{value:040x}")),
        title: Some("add settings".to_owned()),
        secret: Some("abc**** (40 bytes)".to_owned()),
        fingerprint: format!("{value:016x}"),
        repository: "/srv/git/shop.git".to_owned(),
        time: Some(time),
        in_head: Some(value.is_multiple_of(3)),
        ..Sighting::default()
    }
}

pub(in crate::report) fn results(sightings: Vec<Sighting>) -> Results {
    let repository = Summary {
        kind: "repository".to_owned(),
        repository: "/srv/git/shop.git".to_owned(),
        version: "0.1.0".to_owned(),
        commits: 1_234,
        bytes: 5_600_000,
        places: sightings.len(),
        ..Summary::default()
    };
    Results { repositories: vec![repository], sightings }
}
