//! `nix-eval` as a library function: the program's conventions without a process.
//!
//! An [`Invocation`] is all that a process would be given; nothing here reads the process's own environment or working
//! folder. [`plan`] turns it into a [`Plan`] of what to evaluate and how to print it, or, where there is nothing to
//! evaluate, into the [`Completed`] run: `--help`, `--version`, and every wrong command line.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::errors::highlight::{NORMAL, RED};
use crate::errors::log::{Logger, Verbosity};
use crate::errors::render::Level;
use crate::errors::{Error, ErrorKind};
use crate::io::search_path::Entry;
use crate::io::{FileSystem, Io};
use crate::settings::{Environment, Home, Settings, User};
use crate::source::SourceMap;

mod arguments;
pub mod attribute_path;
pub mod automatic;
pub mod automatic_call;
mod help;
mod instantiate;
mod observe;
mod run;
mod statistics;

pub use automatic::{Argument, Stdin};
pub use run::{Console, run, run_on};

/// What an embedder allows an evaluation to use. Nothing is limited unless it says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budgets {
    /// How many steps it may take.
    pub fuel: Option<u64>,
    /// How many bytes it may use, for values and for all else whose size the program chooses.
    pub heap_bytes: Option<u64>,
}

/// All that a process would be given.
#[derive(Clone, Debug, Default)]
pub struct Invocation {
    /// Whether the program was started as `nix-instantiate`, whose `--version` and `--help` it has then.
    pub is_nix_instantiate: bool,
    /// The arguments, without the program's name.
    pub arguments: Vec<OsString>,
    /// The environment variables; of two alike the first counts.
    pub environment: Vec<(OsString, OsString)>,
    /// The working folder, absolute; empty where it is gone.
    pub current_dir: PathBuf,
    /// Who runs it; where nobody says, HOME is taken as it is.
    pub user: Option<User>,
    /// All that can be read from standard input.
    pub stdin: Vec<u8>,
    /// The number of the system's error where standard input cannot be read.
    pub stdin_failure: Option<i32>,
    /// Whether standard error is a terminal, which may show colours.
    pub terminal: bool,
    /// What the evaluation may use.
    pub budgets: Budgets,
    /// Set by another thread, it ends the evaluation soon, as a budget that ran out.
    pub interrupt: Option<Arc<AtomicBool>>,
}

/// What a process would have left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completed {
    /// The exit status: 0 or 1.
    pub status: i32,
    /// What it printed on standard output.
    pub stdout: Vec<u8>,
    /// What it printed on standard error.
    pub stderr: Vec<u8>,
    /// The message of the budget that ran out, if one did: then nothing above is an answer.
    pub exhausted: Option<String>,
    /// How much memory the arena of values had in the end, which is its largest.
    pub heap_bytes: u64,
}

/// What to do with the inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Evaluate each and print its derivations: without any of the flags below.
    #[default]
    Instantiate,
    /// `--eval`: print the value.
    Evaluate,
    /// `--parse`: print the expression.
    Parse,
    /// `--find-file`: print where each name is on the search path.
    FindFile,
}

/// How a value is printed. Of several flags the last counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Output {
    /// As an expression.
    #[default]
    Plain,
    /// `--raw`: a string as it is, without a line break after it.
    Raw,
    /// `--xml`
    Xml,
    /// `--json`
    Json,
}

/// One thing to work on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// An expression on standard input.
    Stdin,
    /// An expression given with `-E`, relative to the working folder.
    Expression(Vec<u8>),
    /// A file or folder, by canonical path.
    File(Vec<u8>),
    /// A file on the search path, written `<NAME>`; and what `--find-file` looks for.
    Lookup(Vec<u8>),
    /// A tarball, by its URL.
    Url(Vec<u8>),
    /// A flake, by its reference, whose `default.nix` is meant.
    Flake(Vec<u8>),
}

/// What an invocation asks for. The reference goes through it in the order of its fields.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// What is on standard error already: warnings about settings.
    pub log: Vec<u8>,
    /// How further messages are to be printed.
    pub logger: Logger,
    /// All settings.
    pub settings: Settings,
    /// Nothing is written to the store: `--dry-run`, `--readonly-mode`, or `--eval` without `--read-write-mode`.
    pub read_only: bool,
    /// `--eval-store`: the URL of the store to evaluate with, where it is not the setting `store`.
    pub evaluation_store: Option<Vec<u8>>,
    /// `-I` in order, then `nix-path` and channels as far as settings allow.
    pub search_path: Vec<Entry>,
    /// `--arg` and its like, sorted by name, which is the order they are parsed in; the last of a name has won. All of
    /// them are parsed before any input is.
    pub automatic_arguments: Vec<(Vec<u8>, Argument)>,
    /// What to do with the inputs.
    pub mode: Mode,
    /// Standard input first, then the others in order. Each is evaluated and printed before the next.
    pub inputs: Vec<Input>,
    /// `-A` in order, one empty path where there is none; see [`attribute_path::parse`].
    pub attribute_paths: Vec<Vec<u8>>,
    /// How to print.
    pub output: Output,
    /// `--strict`: force all of the value before printing it.
    pub strict: bool,
    /// `--observe-compiler`, ours: print the bytecode of every chunk on standard error.
    pub observe_compiler: bool,
    /// `--observe-runtime`, ours: print frames and instructions on standard error as they are entered and executed.
    pub observe_runtime: bool,
    /// `--error-codes`, ours: print the code of the error's kind behind the error.
    pub error_codes: bool,
    /// Whether XML tells positions; not with `--no-location`.
    pub xml_location: bool,
    /// `--repair`
    pub repair: bool,
    /// `--add-root`
    pub garbage_collector_root: Option<Vec<u8>>,
    /// Whether to warn that results have no root; not with `--no-gc-warning`.
    pub garbage_collector_warning: bool,
    /// The working folder, absolute.
    pub current_dir: Vec<u8>,
    /// The home folder, for paths that start with `~/`.
    pub home: Rc<Home>,
    /// What the evaluation may use.
    pub budgets: Budgets,
}

/// Reads an invocation, with configuration files from the machine. See [`plan_with`].
pub fn plan(invocation: &Invocation) -> Result<Box<Plan>, Completed> {
    plan_with(invocation, &FileSystem::new())
}

/// Reads an invocation, with configuration files from `io`. `Err` is a run that is over: status 0 after `--help` and
/// `--version`, 1 after anything wrong, and all that such a run prints.
pub fn plan_with(invocation: &Invocation, io: &dyn Io) -> Result<Box<Plan>, Completed> {
    plan_or_error(invocation, io).map_err(|over| over.completed)
}

/// A run that was over before there was anything to evaluate.
struct Over {
    completed: Completed,
    /// The error that it was over because of.
    error: Option<Box<Error>>,
    /// Whether it was asked how the program is used.
    is_help: bool,
}

/// As [`plan_with`], with why a run was over.
fn plan_or_error(invocation: &Invocation, io: &dyn Io) -> Result<Box<Plan>, Over> {
    let environment = Environment(&invocation.environment);
    let current_dir = invocation.current_dir.as_os_str().as_bytes();
    let logger = logger(environment, invocation.terminal);
    let home = Home::find(environment, invocation.user.as_ref(), current_dir, io);
    let (settings, outcome) = Settings::from_environment(environment, &home, current_dir, io);
    let mut parser = arguments::Parser::new(settings, logger, environment, Rc::new(home), current_dir);
    parser.is_nix_instantiate = invocation.is_nix_instantiate;
    let arguments = invocation.arguments.iter().map(|argument| argument.as_bytes());
    let ending = outcome.and_then(|()| parser.parse(arguments, io)).and_then(|ending| match ending {
        arguments::Ending::Plan if current_dir.is_empty() => {
            Err(Error::new(ErrorKind::System, "cannot get cwd: No such file or directory"))
        }
        ending => Ok(ending),
    });
    match ending {
        Ok(arguments::Ending::Plan) => {
            let mut plan = parser.finish();
            plan.budgets = invocation.budgets;
            Ok(Box::new(plan))
        }
        Ok(ending) => {
            let (stdout, is_help) = match ending {
                arguments::Ending::Help => (help::HELP.into(), true),
                arguments::Ending::Print(stdout) => (stdout, false),
                arguments::Ending::Plan => unreachable!("there is something to evaluate"),
            };
            let end = parser.logger().end();
            let stderr = [&parser.into_log(), end].concat();
            Err(Over {
                completed: Completed { status: 0, stdout, stderr, ..Completed::default() },
                error: None,
                is_help,
            })
        }
        Err(error) => {
            let failure = failure(parser.logger(), &error, &SourceMap::default(), false);
            let end = parser.logger().end();
            let stderr = [&parser.into_log(), &*failure, end].concat();
            let completed = Completed { status: 1, stderr, ..Completed::default() };
            Err(Over { completed, error: Some(error), is_help: false })
        }
    }
}

/// What the reference prints when an error ends it, with a hint at `--help` where the command line was wrong.
pub fn failure(logger: &Logger, error: &Error, sources: &SourceMap, show_trace: bool) -> Vec<u8> {
    failure_within(logger, error, sources, show_trace, usize::MAX).unwrap_or_default()
}

/// As [`failure`], unless that is longer than `most` bytes or so.
fn failure_within(
    logger: &Logger,
    error: &Error,
    sources: &SourceMap,
    show_trace: bool,
    most: usize,
) -> Option<Vec<u8>> {
    if error.is_foreign && error.kind == ErrorKind::Budget {
        // The reference has no error object for it, only words.
        let words = [RED.as_bytes(), b"error:", NORMAL.as_bytes(), b" ", &error.message].concat();
        return Some(logger.message(Verbosity::Error, &words));
    }
    let mut text = logger.report_within(Level::Error, error, sources, show_trace, most)?;
    if error.kind == ErrorKind::Usage {
        let words = b"Try 'nix-instantiate --help' for more information.";
        text.extend_from_slice(&logger.message(Verbosity::Error, words));
    }
    Some(text)
}

fn logger(environment: Environment<'_>, terminal: bool) -> Logger {
    let capable = environment.get("TERM").is_some_and(|terminal| terminal != b"dumb");
    let unwanted = environment.get("NO_COLOR").is_some() || environment.get("NOCOLOR").is_some();
    Logger {
        colour: terminal && capable && !unwanted,
        systemd: environment.get("IN_SYSTEMD") == Some(b"1"),
        process: std::process::id(),
        ..Logger::default()
    }
}

#[cfg(test)]
mod tests;
