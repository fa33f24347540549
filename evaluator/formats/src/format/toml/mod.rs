//! TOML 1.0 as `builtins.fromTOML` reads it, which is through the library toml11.
//!
//! What is accepted, what is said about the rest and where reading goes on behind an error are all that library's, so
//! this is a parser in its order of decisions: a grammar of patterns (`grammar`, `scanner`) which also say what they
//! expected, the constructs above it (`parser`, with `value`, `string`, `timestamp`), what may be put where (`insert`),
//! what is passed over behind an error (`recovery`), and how errors are laid out (`report`).

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
