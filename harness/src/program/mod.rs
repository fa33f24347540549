//! Nix programs as trees. The generator builds them, the mutator and the metamorphic rewrites change them, the reducer
//! shrinks them.
//!
//! The evaluator's own tree cannot serve: it no longer shows what the parser desugars (attribute paths, `inherit`,
//! indented strings), and a divergence often lies just there. [`tree`] keeps the surface syntax. [`read()`] makes it of
//! source. [`source`] writes it on one line, fast, for machines, and `readable` over several lines, for people.
//! [`walk`] numbers expressions and exchanges them.

mod indentation;
mod joined;
pub mod read;
mod readable;
pub mod source;
pub mod tree;
pub mod walk;

pub use read::{ReadError, read};
pub use tree::{
    AttrName, BinaryOperator, Binding, Expr, Formal, Inherited, Lambda, Node, Parameter, Pattern, TextPart, TextStyle,
    UnaryOperator,
};
