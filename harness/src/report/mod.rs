//! Shows what came of a run, to people and to other programs.

pub mod bench;
pub mod breakdown;
pub mod capabilities;
pub mod changes;
pub mod coverage;
pub mod diff;
pub mod divergences;
pub mod finding;
pub mod html;
pub mod json;
pub mod junit;
pub mod lines;
pub mod markdown;
pub mod matrix;
mod origin;
pub mod progress;
pub mod summary;
pub mod terminal;

pub use progress::Progress;
pub use summary::{Summary, Tally};
