//! Rules: what a secret looks like, compiled on first need.
//!
//! *Invariant:* a rule knows bytes and paths, nothing of commits; whether a line is new is decided elsewhere.

mod check;
mod entropy;
mod example;
mod globs;
mod pattern;
mod placeholder;
mod prefilter;
mod set;
mod spec;

pub use entropy::shannon;
pub use example::{ExampleError, expand};
pub use globs::{GlobError, PathGlobs};
pub use pattern::{Pattern, PatternError};
pub use placeholder::is_placeholder;
pub use prefilter::Hit;
pub use set::{Rule, RuleSet, RuleSetError};
pub use spec::{RuleSpec, Scope, Unicode};
