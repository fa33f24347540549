//! A Nix evaluator that answers as C++ Nix 2.34.8 does: value, error text, and the order in which thunks are forced.
//!
//! Source bytes become a [`syntax::tree::Tree`], the tree becomes bytecode, and a virtual machine on an explicit frame
//! stack runs it. `docs/architecture.md` in the repository draws the layers and says what each must never do.

pub mod builtins;
pub mod bytecode;
pub mod cli;
pub mod coerce;
pub mod compare;
pub mod compiler;
pub mod convert;
pub mod deep;
pub mod errors;
pub mod fetchers;
pub mod format;
pub mod hash;
pub mod heap;
pub mod io;
pub mod print;
pub mod regex;
pub mod session;
pub mod settings;
pub mod state;
pub mod store;
pub mod syntax;
pub mod value;
pub mod vm;

/// The release of C++ Nix whose answers this evaluator gives, and what `builtins.nixVersion` says.
pub const REFERENCE_VERSION: &str = "2.34.8";
