//! Rules: what a secret looks like, compiled on first need.
//!
//! *Invariant:* a rule knows bytes and paths, nothing of commits; whether a line is new is decided elsewhere.

mod adopt;
mod borrowed;
mod check;
mod entropy;
mod example;
mod exception;
mod globs;
mod keywords;
mod named;
mod pattern;
mod placeholder;
mod prefilter;
mod rarest;
mod reach;
mod sample;
mod set;
mod spec;
mod splitmix;
mod text;
mod value;

pub use borrowed::{Borrowed, Borrowings, Looks, Need, Ready, Report};
pub use entropy::shannon;
pub use example::{ExampleError, expand};
pub use exception::{Exception, ExceptionSpec, Holds, Sight, Target};
pub use globs::{GlobError, PathGlobs};
pub use named::{Ask, AskSpec, Look, NamedSpec, Pair, Reader, Stands, TELLING};
pub use pattern::{Pattern, PatternError};
pub use placeholder::is_placeholder;
pub use prefilter::Hit;
pub use reach::reach;
pub use sample::samples;
pub use set::{Belief, Rule, RuleSet, RuleSetError};
pub use spec::{Papers, RuleSpec, Scope, Unicode};
pub use text::Text;
