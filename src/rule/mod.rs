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
mod needed;
mod one;
mod packed;
mod pattern;
mod placeholder;
mod prefilter;
mod rarest;
mod reach;
mod records;
mod rules;
mod sample;
mod set;
mod sketch;
mod sound;
mod spec;
mod splitmix;
mod text;
mod value;

pub use borrowed::{Borrowed, Borrowings, Looks, Need, Ready, Report};
pub use entropy::shannon;
pub use example::{ExampleError, expand};
pub use exception::{Exception, ExceptionSpec, Holds, Sight, Target};
pub use globs::{GlobError, PathGlobs};
pub use named::{Ask, AskSpec, Look, NamedSpec, Pair, Reader, Stands, TELLING, in_code_cell};
pub use one::{Belief, Rule};
pub use packed::{Packed, PackedError};
pub use pattern::{Pattern, PatternError, SIZE_LIMIT};
pub use placeholder::is_placeholder;
pub use prefilter::Hit;
use rarest::Rarest;
pub use reach::reach;
pub use rules::{Choice, Rules};
pub use sample::samples;
pub use set::{RuleSet, RuleSetError};
pub use sound::{Sound, sound};
pub use spec::{Notice, Papers, RuleSpec, Scope, Unicode};
pub use text::Text;
