//! Where the objects of an evaluation live: the region that is freed whole, and the symbols that name attributes and
//! variables.

pub mod symbols;

pub use symbols::{Symbol, SymbolTable};
