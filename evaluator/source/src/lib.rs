//! Sources and positions, and the errors that point to them. Every other part of the evaluator builds on these.

#![allow(rustdoc::private_intra_doc_links, reason = "these pages are for those who work on this crate")]
#![forbid(unsafe_code)]

pub mod background;
pub mod errors;
pub mod fault;
pub mod refusal;
pub mod signal;
pub mod source;
