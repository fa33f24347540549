//! Conformance harness for Nix evaluators: runs cases on an evaluator and tells where it departs from the reference.
//!
//! A [`case::Case`] is a question with its recorded answer. An [`engine::Engine`] answers it with an
//! [`outcome::Outcome`], and [`outcome::judge()`] compares the two. [`run`] does so for many cases at once;
//! [`differential`] compares engines with each other instead, and [`package_set`] does that for the attributes of a
//! package set. [`results`] keeps what came in files that a run can go on from, [`report`] shows it, [`history`] reads it
//! back, and [`site`] makes pages of many runs. Dependencies point that way only: a case knows no engine, an engine no report.

#![forbid(unsafe_code)]

pub mod bench;
pub mod bless;
pub mod campaign;
pub mod case;
pub mod cli;
pub mod corpus;
pub mod coverage;
pub mod definition;
pub mod differential;
pub mod engine;
pub mod forcing;
pub mod fuzzing;
pub mod generate;
pub mod history;
pub mod known;
pub mod mutate;
pub mod names;
pub mod oracle;
pub mod outcome;
pub mod package_set;
pub mod panics;
pub mod program;
pub mod project;
pub mod provenance;
pub mod read;
pub mod reduce;
pub mod report;
pub mod results;
pub mod run;
pub mod shard;
pub mod site;
pub mod write;
