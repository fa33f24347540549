//! The parts of an evaluator that know neither syntax nor values: number and text formats, regular expressions, hashes,
//! store paths and derivations, references to what is fetched, files, and settings.

#![allow(rustdoc::private_intra_doc_links, reason = "these pages are for those who work on this crate")]
#![forbid(unsafe_code)]

#[macro_use(fault)]
extern crate nix_evaluator_source;

pub mod fetchers;
pub mod format;
pub mod hash;
pub mod io;
pub mod regex;
pub mod settings;
pub mod store;

use nix_evaluator_source::{background, errors, refusal, source};

/// The release of C++ Nix that this evaluator follows, and the value of `builtins.nixVersion`.
pub const REFERENCE_VERSION: &str = "2.34.8";
