//! Converts values to JSON and XML, for builtins and for the command line, and builds values from JSON and TOML.
//!
//! A strict walk forces what it meets, in the reference's order. No walk recurses along the depth of a value.

#![forbid(unsafe_code)]

pub mod from_json;
#[cfg(feature = "toml")]
pub mod from_toml;
#[cfg(not(feature = "toml"))]
#[path = "without_toml.rs"]
pub mod from_toml;
pub mod json;
#[cfg(feature = "xml")]
pub mod xml;
#[cfg(not(feature = "xml"))]
#[path = "without_xml.rs"]
pub mod xml;
mod xml_conversion;
