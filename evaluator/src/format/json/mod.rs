//! JSON as the reference reads and writes it: the behaviour of the nlohmann library, down to its messages.

mod lexer;
mod parser;
mod writer;

pub use parser::{JsonError, Visitor, parse};
pub use writer::{InvalidUtf8, write_string};
