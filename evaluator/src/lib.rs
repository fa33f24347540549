//! A Nix evaluator that answers as C++ Nix 2.34.8 does: values, error texts, and the order in which thunks are forced.
//!
//! An [`Evaluator`] holds what an evaluation may do and see. It gives a lazy [`Value`] to a function, and the evaluation
//! ends with that function:
//!
//! ```
//! use nix_evaluator::{Evaluator, Input};
//!
//! let evaluator = Evaluator::builder().fuel(1_000_000).variable("USER", "alice").build()?;
//! let text = r#"
//!   { port ? 80 }: {
//!     hosts = map (n: "web${toString n}") [ 1 2 ];
//!     inherit port;
//!     broken = throw "nobody looks at it";
//!   }
//! "#;
//! let (port, hosts) = evaluator.evaluate(Input::text(text).argument_expression("port", "8000 + 80"), |config| {
//!     let hosts: Vec<String> = config.select("hosts")?.deserialize()?;
//!     Ok((config.select("port")?.as_int()?, hosts))
//! })?;
//! assert_eq!((port, hosts.join(" ").as_str()), (8080, "web1 web2"));
//!
//! let error = evaluator.evaluate("1 + true", |value| value.as_int()).unwrap_err();
//! assert_eq!(error.message(), "cannot add a Boolean to an integer");
//! # Ok::<(), nix_evaluator::Error>(())
//! ```
//!
//! - Values: [`Value`] is looked at lazily, called, printed, and turned into types of serde. [`Scope`] makes values.
//! - Builtins in Rust: [`Builtin`].
//! - Budgets: [`Builder::fuel`], [`Builder::heap_bytes`], [`Builder::time`], and [`Interrupt`] for other threads.
//! - Errors: [`Error`] has a code, a message, places and a trace, and prints as the reference does.
//!
//! The folder `examples/` has a configuration loader, a service, builtins, rendered errors, and tests of a library.
//!
//! A small build leaves out what it does not need: features `forcing`, `repl`, `serde`, `toml` and `xml`.
//!
//! The modules below are for the conformance harness and the fuzzer: the command line as a function ([`cli`]), many small
//! evaluations in one process ([`session`]), syntax, files and errors. They follow the reference and change with it.
//!
//! Source bytes become a [`syntax::tree::Tree`], the tree becomes bytecode, and a virtual machine on an explicit frame
//! stack runs it. `docs/architecture.md` in the repository draws the layers and says what each must never do. A user needs
//! this crate alone; the crates below (`nix_evaluator_core` and the others) are its parts.

#![forbid(unsafe_code)]

pub mod cli;
#[cfg_attr(not(feature = "forcing"), allow(dead_code, unused_imports, reason = "JSON and the page show all of it"))]
mod forcing;
mod library;
mod profile;
#[cfg(feature = "repl")]
pub mod repl;
pub mod session;

pub use library::{
    Attrs, Builder, Builtin, Call, Error, Evaluator, Formal, Formals, Input, Interrupt, Kind, List, Location, Scope,
    TraceLine, Value,
};
use nix_evaluator_core::builtins::PRIMOPS;
use nix_evaluator_core::{coerce, convert, deep, primop, print, state, value, vm};
pub use nix_evaluator_formats::{REFERENCE_VERSION, hash, io, settings};
use nix_evaluator_formats::{format, store};
#[cfg(feature = "planted-faults")]
pub use nix_evaluator_source::fault;
pub use nix_evaluator_source::{errors, source};
pub use nix_evaluator_syntax as syntax;
pub use nix_evaluator_syntax::symbols;

/// What evaluations reach, counted.
#[cfg(feature = "signals")]
pub mod signal {
    pub use nix_evaluator_source::signal::{COUNTERS, count_into, take};
}

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
