//! The core of the evaluator: values, the compiler, the virtual machine, and builtins.
//!
//! This crate is a part of `nix_evaluator`. Depend on that.

#![allow(rustdoc::private_intra_doc_links, reason = "these pages are for those who work on this crate")]
#![deny(unsafe_code)]

#[macro_use(fault, signal)]
extern crate nix_evaluator_source;

mod arithmetic;
pub mod builtins;
pub mod coerce;
mod compare;
mod compiler;
pub mod convert;
pub mod deep;
pub mod heap;
pub mod primop;
pub mod print;
pub mod state;
pub mod value;
pub mod vm;

// What of the crates below is used here, module by module: tests/layers.rs says which module may name which.

mod errors {
    pub use nix_evaluator_source::errors::*;
}
mod fetchers {
    pub use nix_evaluator_formats::fetchers::*;
}
mod format {
    pub use nix_evaluator_formats::format::*;
}
mod hash {
    pub use nix_evaluator_formats::hash::*;
}
mod io {
    pub use nix_evaluator_formats::io::*;
}
mod background {
    pub use nix_evaluator_source::background::*;
}
mod refusal {
    pub use nix_evaluator_source::refusal::*;
}
mod regex {
    pub use nix_evaluator_formats::regex::*;
}
mod settings {
    pub use nix_evaluator_formats::settings::*;
}
mod source {
    pub use nix_evaluator_source::source::*;
}
mod store {
    pub use nix_evaluator_formats::store::*;
}
mod symbols {
    pub use nix_evaluator_syntax::symbols::*;
}
mod syntax {
    pub use nix_evaluator_syntax::*;
}

use nix_evaluator_formats::REFERENCE_VERSION;
use value::bytecode;
