//! Sources and positions, and the errors that point to them: what every other part of the evaluator builds on.

#![forbid(unsafe_code)]

pub mod errors;
pub mod refusal;
pub mod source;
