//! Builtins, one file a family. The macro in `declare.rs` declares each with its name, arguments, strictness rules and
//! documentation. A builtin that can finish without calling back must not start a generator.

#![forbid(unsafe_code)]

#[macro_use]
mod declare;

mod alphabetical;
mod arguments;
mod arithmetic;
mod attribute_sets;
mod attributes;
mod context;
mod control;
mod conversions;
mod demand;
mod derivation;
mod fetch;
mod fetch_closure;
mod fetch_tree;
mod files;
mod flakes;
mod generic_closure;
mod hashes;
mod import;
mod list_functions;
mod lists;
mod order;
mod path_names;
mod realise;
mod registration;
mod regular_expressions;
mod sorting;
mod start;
mod store_files;
mod strings;
mod table;
mod types;
mod versions;

use crate::errors::{Error, ErrorKind, Failure};
pub use registration::{BuiltinName, names};
pub use start::Template;
pub use table::PRIMOPS;

/// An error of kind `Evaluation` with the reference's message.
fn evaluation_error(message: impl Into<crate::errors::Message>) -> Failure {
    Error::new(ErrorKind::Evaluation, message).into()
}
