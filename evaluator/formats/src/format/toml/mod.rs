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

/// The most nested arrays and inline tables. The reference overflows its stack long before.
const MAX_DEPTH: usize = 100_000;

/// The index of a value in a [`TomlDocument`]. Members of a table are numbered in the order of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TomlId(u32);

/// A document. Values refer to each other by index, so that nesting of any depth can be read and dropped.
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
    /// A table, by name. Names and strings may hold NUL bytes. The reference refuses these with `while parsing TOML:
    /// error: …` and the text of [`crate::format::nul_byte::refusal`].
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
    /// A date, a time or both, in the reference's normal form. Without the feature `parse-toml-timestamps` the
    /// reference refuses it: `while parsing TOML: Dates and times are not supported`.
    Timestamp(String),
}

#[cfg(test)]
mod tests;
