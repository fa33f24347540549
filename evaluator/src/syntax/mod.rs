//! From source bytes to a resolved-enough tree: positions, the lexer, the parser, and printing a tree as
//! `nix-instantiate --parse` prints it.

pub mod source;
pub mod tree;
