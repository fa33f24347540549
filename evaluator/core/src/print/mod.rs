//! Prints values as text: results ([`plain`]), values in errors ([`error_value`]) and values in traces
//! ([`traced_value`]).
//!
//! None of them evaluates anything; what is not evaluated is shown as such.

#![forbid(unsafe_code)]

mod error_value;
mod plain;

pub use error_value::{describe, error_value, slot_to_show, traced_value, type_with_article, whole_value};
pub use plain::plain;
