//! JSON as the reference reads and writes it: the behaviour of the nlohmann library, down to its messages.

mod lexer;
mod normalise;
mod parser;
mod writer;

pub use normalise::normalise_object;
pub use parser::{JsonError, Visitor, parse};
pub use writer::{InvalidUtf8, write_string};
