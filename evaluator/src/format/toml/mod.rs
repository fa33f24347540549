//! TOML 1.0 as `builtins.fromTOML` reads it, which is through the library toml11.
//!
//! `toml_parser` finds keys, values and headers. It follows TOML 1.1, so what 1.0 does not have is refused here, and
//! unquoted values are read here, by toml11's rules. Two things differ. Messages: toml11 shows excerpts in a form of
//! its own, and ours say where and what in a line. And toml11 lets a header follow a value on the same line
//! (`a=1[b]`), which is refused here; nothing else was found in 4,000 seeded mutations of the recorded documents.

mod document;
mod scalar;

use std::collections::BTreeMap;

pub use document::parse;

/// The most brackets that may be open at once. The reference overflows its stack long before.
const MAX_DEPTH: usize = 100_000;

/// The number of a value in a [`TomlDocument`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// Why a text is not TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TomlError {
    /// Where, counted in bytes from the start.
    pub offset: usize,
    /// What is wrong; the reference puts `while parsing TOML: ` before its own words for it.
    pub message: String,
}

#[cfg(test)]
mod tests;
