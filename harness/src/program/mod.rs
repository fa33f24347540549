//! Nix programs as trees that can be made, changed and written: what the generator builds, the mutator and the
//! metamorphic rewrites change, and the reducer shrinks.
//!
//! The evaluator's own tree is of no use here: it has forgotten what the parser desugars (attribute paths, `inherit`,
//! indented strings), and a divergence often lies just there. [`tree`] keeps the surface; [`read()`] makes it of source;
//! [`source`] writes it on one line, fast, for machines, and `readable` over several, for people; [`walk`] addresses and exchanges expressions in it.

mod indentation;
pub mod read;
mod readable;
pub mod source;
pub mod tree;
pub mod walk;

pub use read::{ReadError, read};
pub use tree::{
    AttrName, BinaryOperator, Binding, Expr, Formal, Inherited, Lambda, Parameter, Pattern, TextPart, TextStyle,
    UnaryOperator,
};
