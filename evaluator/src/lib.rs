//! A Nix evaluator that answers as C++ Nix 2.34.8 does: values, error texts, and the order in which thunks are forced.
//!
//! Source bytes become a [`syntax::tree::Tree`], the tree becomes bytecode, and a virtual machine on an explicit frame
//! stack runs it. `docs/architecture.md` in the repository draws the layers and says what each must never do.
//!
//! A user needs this crate alone; the crates below (`nix_evaluator_core` and the others) are its parts.

#![forbid(unsafe_code)]

pub mod cli;
mod library;
pub mod session;

pub use library::{
    Attrs, Builder, Builtin, Call, Error, Evaluator, Formal, Formals, Input, Interrupt, Kind, List, Location, Scope,
    TraceLine, Value,
};
use nix_evaluator_core::builtins::PRIMOPS;
use nix_evaluator_core::{coerce, convert, deep, primop, print, state, value, vm};
use nix_evaluator_formats::format;
pub use nix_evaluator_formats::{REFERENCE_VERSION, hash, io, settings};
pub use nix_evaluator_source::{errors, source};
pub use nix_evaluator_syntax as syntax;
pub use nix_evaluator_syntax::symbols;

/// Bytecode, for observers of the compiler.
pub mod bytecode {
    pub use nix_evaluator_core::value::bytecode::*;
}

/// The names of builtins.
pub mod builtins {
    pub(crate) use nix_evaluator_core::builtins::Template;
    pub use nix_evaluator_core::builtins::{BuiltinName, names};
}

/// Handles memory that the system refuses.
pub mod refusal {
    pub use nix_evaluator_core::heap::EndsProcess;
    pub(crate) use nix_evaluator_source::refusal::MESSAGE;
    pub use nix_evaluator_source::refusal::is_meant;
}

use nix_evaluator_core::heap;
