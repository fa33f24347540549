//! The command line: one module a subcommand, and what they share.

mod accepted;
mod attrs;
mod bench;
mod check;
mod compare;
mod corpus;
mod diff;
mod engines;
mod fuzz;
mod generate;
mod history;
mod interrupt;
mod known_engines;
mod manual;
mod matrix;
mod merge;
mod outputs;
mod record;
mod reduce;
mod report;
mod session;
mod site;

use std::{
    fmt,
    io::{self, Write},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use globset::{GlobBuilder, GlobMatcher};
use tempfile::TempDir;

use crate::case::{Suite, links};

/// Tells where a Nix evaluator departs from the reference.
#[derive(Debug, Parser)]
#[command(name = "thunkproof", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Attrs(attrs::Arguments),
    Bench(bench::Arguments),
    Check(check::Arguments),
    Compare(compare::Arguments),
    Corpus(corpus::Arguments),
    Diff(diff::Arguments),
    Engines(known_engines::Arguments),
    Fuzz(fuzz::Arguments),
    Generate(generate::Arguments),
    History(history::Arguments),
    Matrix(matrix::Arguments),
    Merge(merge::Arguments),
    Reduce(reduce::Arguments),
    Report(report::Arguments),
    Site(site::Arguments),
    Completions(manual::Completions),
    Man(manual::Man),
}

/// A message for the person who ran the program, when it could not do its work at all.
#[derive(Debug)]
struct Complaint(String);

/// How a subcommand ended that did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Nothing failed.
    Success,
    /// Something did.
    Failure,
    /// A signal ended it early; what was done is kept.
    Interrupted,
}

impl From<bool> for End {
    fn from(succeeded: bool) -> End {
        if succeeded { End::Success } else { End::Failure }
    }
}

impl<E: std::error::Error> From<E> for Complaint {
    fn from(error: E) -> Self {
        Complaint(error.to_string())
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

/// Runs the program. Its status is 0 when nothing failed, 1 when something did, 2 when the work could not be done, and
/// that of an interrupted program when a signal ended it early.
pub fn main() -> ExitCode {
    let command = match Cli::try_parse() {
        Ok(cli) => cli.command,
        Err(said) => {
            // Help that cannot be written is no success.
            let written = said.print().and_then(|()| io::stdout().flush());
            let status = if written.is_ok() { said.exit_code() } else { 2 };
            return ExitCode::from(u8::try_from(status).unwrap_or(2));
        }
    };
    let result = match command {
        Command::Attrs(arguments) => attrs::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments).map(End::from),
        Command::Check(arguments) => check::run(&arguments),
        Command::Compare(arguments) => compare::run(&arguments).map(End::from),
        Command::Corpus(arguments) => corpus::run(&arguments).map(End::from),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Engines(arguments) => known_engines::run(&arguments).map(End::from),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        Command::Generate(arguments) => generate::run(&arguments).map(End::from),
        Command::History(arguments) => history::run(&arguments).map(End::from),
        Command::Matrix(arguments) => matrix::run(&arguments),
        Command::Merge(arguments) => merge::run(&arguments).map(End::from),
        Command::Reduce(arguments) => reduce::run(&arguments).map(End::from),
        Command::Report(arguments) => report::run(&arguments).map(End::from),
        Command::Site(arguments) => site::run(&arguments).map(End::from),
        Command::Completions(arguments) => manual::completions(&arguments).map(End::from),
        Command::Man(arguments) => manual::man(&arguments).map(End::from),
    };
    match result {
        Ok(End::Success) => ExitCode::SUCCESS,
        Ok(End::Failure) => ExitCode::FAILURE,
        Ok(End::Interrupted) => ExitCode::from(interrupt::STATUS),
        Err(complaint) => {
            // Where standard error is closed too, the status has to do.
            let _ = writeln!(anstream::stderr(), "thunkproof: {complaint}");
            ExitCode::from(2)
        }
    }
}

/// Whether a write went well; a reader that has seen enough is no failure of ours.
fn unless_closed(result: io::Result<()>) -> Result<(), Complaint> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Complaint(format!("cannot write to standard output: {error}"))),
        Ok(()) => Ok(()),
    }
}

/// Which names are wanted.
#[derive(Clone)]
enum Filter {
    Substring(String),
    Pattern(GlobMatcher),
}

impl Filter {
    fn new(text: &str) -> Result<Filter, Complaint> {
        if !text.contains(['*', '?', '[', '{']) {
            return Ok(Filter::Substring(text.to_owned()));
        }
        let glob = GlobBuilder::new(text)
            .backslash_escape(false)
            .build()
            .map_err(|error| Complaint(format!("--filter: {error}")))?;
        Ok(Filter::Pattern(glob.compile_matcher()))
    }

    fn accepts(&self, name: &str) -> bool {
        match self {
            Filter::Substring(text) => name.contains(text),
            Filter::Pattern(glob) => glob.is_match(name),
        }
    }
}

/// This suite, or where it has lost its links a copy that has them, which lives as long as `copies`.
fn restored(suite: Suite, copies: &mut Vec<TempDir>) -> io::Result<Suite> {
    let lost = suite.lost_links()?;
    if lost.is_empty() {
        return Ok(suite);
    }
    let copy = tempfile::Builder::new().prefix("thunkproof-").tempdir()?;
    let root = copy.path().canonicalize()?;
    links::copy_with_links(&suite.root, &root, &lost)?;
    copies.push(copy);
    Ok(Suite { root, ..suite })
}
