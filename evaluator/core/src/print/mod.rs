//! Values as text: what the program prints ([`plain`]) and how errors show values ([`error_value`]) and
//! traces do ([`traced_value`]).
//!
//! Neither evaluates anything: what is not evaluated is shown as such.

#![forbid(unsafe_code)]

mod error_value;
mod plain;

pub use error_value::{describe, error_value, traced_value, type_with_article};
pub use plain::plain;
