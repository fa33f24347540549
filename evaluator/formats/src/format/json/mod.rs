//! Reads and writes JSON as the reference does: as the nlohmann library, messages included.

mod lexer;
mod normalise;
mod parser;
mod writer;

pub use normalise::normalise_object;
pub use parser::{JsonError, Visitor, parse};
pub use writer::{InvalidUtf8, write_string};
