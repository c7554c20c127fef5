//! Values without I/O: places in a text, secrets that cannot be printed, findings, escaping.
//!
//! *Invariant:* nothing here reads a file, an object or the environment.

pub mod clock;
mod escape;
mod finding;
pub mod japanese;
mod lines;
mod memory;
mod pieces;
pub mod punycode;
mod secret;
mod severity;

pub use escape::printable;
pub use finding::{Beneath, Finding, Fingerprint, KnowsBy, RuleInfo, Subject, Value};
pub use lines::{Extent, LineIndex, Place};
pub use memory::Memory;
pub use pieces::{Around, NEAR, Pieces};
pub use secret::Secret;
pub use severity::{Kind, Severity};
