//! Where the objects of an evaluation live: the region that is freed whole, and the symbols that name attributes and
//! variables.

pub mod growing;
pub mod region;
pub mod symbols;

pub use growing::Growing;
pub use region::Heap;
pub use symbols::{Symbol, SymbolTable};
