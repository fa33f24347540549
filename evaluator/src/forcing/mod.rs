//! Forcing, seen: a recording of which thunk was created where, forced when and by what, how often it was looked at, and
//! what became of it. Nothing of this is in the machine when it is not observed ([`RuntimeObserver`]).
//!
//! `nix-eval --forcing` shows a recording as a tree, writes it as JSON, and as a page; the repl's `:forcing` and `:why`
//! show it too. What is recorded is an evaluation in plain bytecode ([`Variant`]), in which each expression that the
//! reference delays is one thunk; in the repl it is the session's.
//!
//! [`RuntimeObserver`]: crate::vm::RuntimeObserver
//! [`Variant`]: crate::state::Variant

#[cfg(feature = "forcing")]
mod json;
#[cfg(feature = "forcing")]
mod page;
mod recorder;
mod recording;
mod tree;

#[cfg(feature = "forcing")]
pub use json::document;
#[cfg(feature = "forcing")]
pub use page::page;
pub use recorder::{MOST, Recorder};
pub use recording::Recording;
pub use tree::tree;
