//! Customer data pushed in the shapes in which it leaked before, and what looks like it and is none.

mod identifiers;
mod markers;
pub mod people;
mod scenarios;
