//! The integration tests: real repositories, real hooks, real pushes.
//!
//! Every way to bring a secret in is pushed twice, once with a leak and once with its benign twin, so that a gate which
//! refuses everything fails as surely as one which lets everything in. One binary, a module for a kind of trick.
//!
//! `LEAKGATE_TEST_BIN` names another binary to test instead of the one that cargo built.

// A test stops at the first thing that is not as it should be, and reads the environment that cargo hands it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::let_underscore_must_use,
    clippy::unused_result_ok
)]

#[macro_use]
mod harness;

mod audit;
mod bytes;
mod checksum;
mod compat;
mod controls;
mod customer;
mod deep;
mod disguise;
mod evasion;
mod exact;
mod fault_calls;
mod faults;
mod formats;
mod gitleaks;
mod history;
mod hosts;
mod laptops;
mod living;
mod local;
mod meta;
mod named;
mod oracle;
mod paths;
mod proof;
mod properties;
mod refs;
mod rules;
mod scale;
mod scan;
mod shape;
mod store;
mod story;
mod tidy;
mod transport;
mod versions;

mod install;
