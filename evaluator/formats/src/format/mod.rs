//! Text formats that builtins and printing share: numbers, literals, JSON, XML, TOML, versions.
//!
//! Everything here is a function over bytes. Nothing knows values or the virtual machine, so each rule of the reference
//! can be tested by itself.

pub mod date;
mod grisu;
pub mod json;
pub mod literal;
pub mod nul_byte;
pub mod number;
#[cfg(feature = "toml")]
pub mod toml;
pub mod unordered;
pub mod version;
#[cfg(feature = "xml")]
pub mod xml;
