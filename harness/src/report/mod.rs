//! Tells people and programs what came of a run.

pub mod coverage;
pub mod diff;
pub mod json;
pub mod summary;
pub mod terminal;

pub use summary::{Summary, Tally};
