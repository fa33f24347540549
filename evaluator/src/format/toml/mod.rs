//! TOML 1.0 as `builtins.fromTOML` reads it, which is through the library toml11.
//!
//! `toml_parser` finds keys, values and headers. It follows TOML 1.1, so what 1.0 does not have is refused here, and
//! unquoted values are read here, by toml11's rules. Two things differ. What is wrong with the syntax is said in words
//! of our own where toml11's depend on how its parser is built; what is wrong with keys and tables is said as toml11
//! does. And toml11 lets a header follow a value on the same line (`a=1[b]`), which is refused here; nothing else was
//! found in 4,000 seeded mutations of the recorded documents.

mod document;
mod report;
mod scalar;

use std::collections::BTreeMap;

pub use document::parse;
pub use report::TomlError;

/// The most brackets that may be open at once. The reference overflows its stack long before.
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
