//! The grammar of Nix and the generator of its parse tables. This code runs while the crate is built (`build.rs`) and
//! is not part of the library. `automaton` turns the productions of `nix` into an LALR(1) automaton, `tables` resolves
//! it into the actions that bison would take, and `emit` writes them as Rust.

pub mod automaton;
pub mod emit;
pub mod nix;
pub mod tables;
