//! leakgate: a gate that git runs as a hook.
//!
//! It reads what a push (or a commit) adds, scans it, judges it, and says yes only when everything was read.
//! `gate` reads from top to bottom as that sentence; the modules below it are its nouns, in reading order.
//!
//! *Invariant:* imports point down. `text` knows nothing; `rule`, `push` and `hook_env` know `text`; `git`, `scan`,
//! `customer` and `policy` know those and not one another (`policy` and `scan` may name `rule`); `exact` asks
//! `customer` where values stand; `verdict` judges without `git`; `report` prints, `audit` records; `gate` ties them; `catalogue` tells
//! people about the rules. `tests/it/tidy.rs` holds the table.

pub mod text;

pub mod hook_env;
pub mod push;
pub mod rule;

pub mod customer;
pub mod git;
pub mod policy;
pub mod scan;

pub mod exact;

pub mod verdict;

pub mod report;

pub mod audit;

pub mod gate;

pub mod catalogue;

pub mod cli;
pub mod doctor;
pub mod run;
