//! Values as JSON and as XML, for builtins and the command line alike, and what parsers report as values.
//!
//! The walks force what they meet if they are strict, in the reference's order; none recurses along the depth of a
//! value.

#![forbid(unsafe_code)]

pub mod from_json;
pub mod from_toml;
pub mod json;
pub mod xml;
