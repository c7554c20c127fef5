//! Bytes in, findings-to-be out: unfolding (encodings, decoders, containers) and matching.
//!
//! *Invariant:* no `git`, no `policy`, no I/O: a pure function of bytes and rules, so that it can be fuzzed alone.

mod borrowed;
pub mod container;
pub mod decode;
mod detect;
mod excerpt;
mod fresh;
mod layer;
mod unfold;

pub use detect::{Form, Match, Role, matches};
pub use fresh::Matched;
pub use layer::{Origin, Unreadable, UnreadableKind, View};
pub use unfold::{Candidate, Limits, Step, Text, scan, scan_while};
