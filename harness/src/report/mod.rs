//! Tells people and programs what came of a run.

pub mod bench;
pub mod coverage;
pub mod diff;
pub mod divergences;
pub mod json;
pub mod lines;
pub mod matrix;
pub mod summary;
pub mod terminal;

pub use summary::{Summary, Tally};
