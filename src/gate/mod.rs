//! The gate: a push or a commit in, a verdict out.

pub mod attribute;
pub mod before;
mod by_path;
mod comment;
pub mod destination;
pub mod discover;
pub mod error;
pub mod files;
pub mod gauge;
pub mod history;
pub mod hooks;
pub mod judge;
mod known;
mod names;
mod overlap;
pub mod packages;
mod parallel;
pub mod remembered;
pub mod scan;
pub mod sift;
pub mod site;
pub mod ssh;
mod sum;
