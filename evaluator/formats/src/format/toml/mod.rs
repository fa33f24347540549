//! Parses TOML 1.0 as `builtins.fromTOML` does, which uses the library toml11.
//!
//! That library decides what is accepted, what errors say, and where parsing resumes after an error. So this parser
//! takes its decisions in toml11's order. `grammar` and `scanner` are patterns, which also say what they expected.
//! `parser`, `value`, `string` and `timestamp` parse the constructs above them. `insert` decides what may be put where,
//! `recovery` skips what follows an error, and `report` lays out errors.

mod grammar;
mod insert;
mod parser;
mod recovery;
mod report;
mod scanner;
mod string;
mod timestamp;
mod value;

use std::collections::BTreeMap;

pub use parser::parse;
pub use report::TomlError;

/// The most arrays and inline tables that may be open at once. The reference overflows its stack long before.
const MAX_DEPTH: usize = 100_000;

/// The number of a value in a [`TomlDocument`]. Members of a table are numbered in the order of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TomlId(u32);

/// A document: values that name each other by number, so that no nesting is too deep to be read or dropped.
#[derive(Clone, Debug, PartialEq)]
pub struct TomlDocument {
    values: Vec<TomlValue>,
}

impl TomlDocument {
    /// The table that the document is.
    pub const ROOT: TomlId = TomlId(0);

    /// The value with this number.
    pub fn get(&self, id: TomlId) -> &TomlValue {
        &self.values[id.0 as usize]
    }
}

/// A value of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum TomlValue {
    /// A table, by name. Names and strings may hold NUL bytes, which the reference refuses as
    /// `while parsing TOML: error: …` with the text of [`crate::format::nul::refusal`].
    Table(BTreeMap<Vec<u8>, TomlId>),
    /// An array.
    Array(Vec<TomlId>),
    /// `true` or `false`
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number, also infinite or none.
    Float(f64),
    /// A string.
    String(Vec<u8>),
    /// A date, a time or both, in the reference's normal form. Without the feature `parse-toml-timestamps` it refuses
    /// these: `while parsing TOML: Dates and times are not supported`.
    Timestamp(String),
}

#[cfg(test)]
mod tests;
