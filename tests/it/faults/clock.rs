//! Clocks that are wrong, that jump and that race: none of them opens the gate.
//!
//! `faketime` stands between the binary and the C library's clock, so a binary without a dynamic loader is not tried.

use super::{Offer, closed_under};
use crate::harness::Call;
use std::path::Path;
use std::process::Command;

/// Days at which counters end, and days on which nothing existed yet.
const DAYS: [&str; 6] = [
    "1970-01-01 00:00:00",
    "1999-12-31 23:59:59",
    "2038-01-19 03:14:07",
    "2106-02-07 06:28:15",
    "2262-04-11 23:47:16",
    "9999-12-31 23:59:59",
];

/// The library that lies about the time, where it is installed and has an effect.
pub fn liar() -> Option<&'static str> {
    let places = [
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
        "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
        "/usr/lib64/faketime/libfaketimeMT.so.1",
    ];
    let found = places.into_iter().find(|place| Path::new(place).exists());
    assert!(found.is_some() || std::env::var("CI").is_err(), "faketime is missing: .ci/run installs it");
    let is_ours = std::env::var_os("LEAKGATE_TEST_BIN").is_none();
    if found.is_none() || !is_ours {
        eprintln!("skipped: there is no faketime here, or another binary is tested");
    }
    found.filter(|_| is_ours)
}

fn at(call: Call, liar: &str, time: &str) -> Call {
    call.env("LD_PRELOAD", liar).env("FAKETIME", time).env("FAKETIME_DONT_RESET", "1")
}

#[test]
fn the_liar_is_believed() {
    let Some(liar) = liar() else { return };
    let out = Command::new("date").arg("+%Y").env("LD_PRELOAD", liar).env("FAKETIME", DAYS[2]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&out.stdout).trim(), "2038");
}

#[test]
fn a_clock_that_is_wrong_changes_nothing() {
    let Some(liar) = liar() else { return };
    for day in DAYS {
        super::all_the_same(day, |_| {}, |call| at(call, liar, &format!("@{day}")));
    }
}

#[test]
fn a_clock_that_races_or_jumps_opens_nothing() {
    let Some(liar) = liar() else { return };
    let limited = |offer: &Offer| {
        offer.stage.server.policy("limits.time_seconds = 5\n");
    };
    // A year passes in a third of a second, and time runs out; one that goes back gives nothing away.
    for time in ["+0 x100000000", "-10y x0.001", "+0 i-3600", "+0 i86400"] {
        closed_under(time, limited, |call| at(call, liar, time));
    }
}
