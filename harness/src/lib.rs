//! Conformance harness for Nix evaluators: runs cases on an evaluator and tells where it departs from the reference.
//!
//! A [`case::Case`] is a question with its recorded answer; an [`engine::Engine`] answers questions with an
//! [`outcome::Outcome`]; [`outcome::judge`] compares the two; [`run`] does so for many cases at once;
//! [`differential`] compares engines with each other instead, and [`attrs`] walks package sets with it; [`results`] keeps
//! what came in files that a run can go on from; [`report`] tells people and programs what came out; [`past`] reads that
//! back. Dependencies point that way only: a case knows no engine, an engine no report.

#![forbid(unsafe_code)]

pub mod attrs;
pub mod bench;
pub mod bless;
pub mod campaign;
pub mod case;
pub mod cli;
pub mod corpus;
pub mod coverage;
pub mod differential;
pub mod engine;
pub mod fuzzing;
pub mod generate;
pub mod known;
pub mod mutate;
pub mod oracle;
pub mod outcome;
pub mod panics;
pub mod past;
pub mod program;
pub mod project;
pub mod provenance;
pub mod read;
pub mod reduce;
pub mod report;
pub mod results;
pub mod run;
pub mod shard;
pub mod write;
