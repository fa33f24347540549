//! `nix-eval` as a library function: the program's conventions without a process.
//!
//! An [`Invocation`] is the whole input of a run; nothing here reads the environment or the working folder of this
//! process. [`plan`] turns it into a [`Plan`] of what to evaluate and how to print it. Where there is nothing to
//! evaluate (`--help`, `--version`, every wrong command line), it returns the [`Completed`] run.

use std::ffi::OsString;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::errors::highlight::{NORMAL, RED};
use crate::errors::log::{Logger, Verbosity};
use crate::errors::render::Level;
use crate::errors::{Error, ErrorKind};
use crate::io::search_path::Entry;
use crate::io::{FileSystem, Io, native};
use crate::settings::{Environment, Home, Settings, User};
use crate::source::SourceMap;
use crate::store::OpenedStore;

mod arguments;
pub mod attribute_path;
pub mod automatic;
pub mod automatic_call;
mod forcing;
mod help;
mod instantiate;
mod observe;
mod profile;
mod run;
mod saved;
mod statistics;

pub use automatic::{Argument, Stdin};
pub(crate) use run::restricted;
pub use run::{Console, run, run_on};

/// Budgets that an embedder sets for an evaluation. By default nothing is limited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budgets {
    /// How many steps it may take.
    pub fuel: Option<u64>,
    /// How many bytes it may use, for values and for everything else whose size the program chooses.
    pub heap_bytes: Option<u64>,
}

/// All that a process would be given.
#[derive(Clone, Debug, Default)]
pub struct Invocation {
    /// Whether the program was started as `nix-instantiate`, whose `--version` and `--help` it has then.
    pub is_nix_instantiate: bool,
    /// The arguments, without the program's name.
    pub arguments: Vec<OsString>,
    /// The environment variables; the first of equal names counts.
    pub environment: Vec<(OsString, OsString)>,
    /// The working folder, absolute; empty if it no longer exists.
    pub current_dir: PathBuf,
    /// The user who runs it. Without one, HOME is taken as it is.
    pub user: Option<User>,
    /// All that can be read from standard input.
    pub stdin: Vec<u8>,
    /// The system's error number if standard input cannot be read.
    pub stdin_failure: Option<i32>,
    /// Whether standard error is a terminal, which may show colours.
    pub terminal: bool,
    /// Its budgets.
    pub budgets: Budgets,
    /// Another thread sets it to end the evaluation soon, as if a budget had run out.
    pub interrupt: Option<Arc<AtomicBool>>,
}

/// The result of a run, as a process would leave it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completed {
    /// The exit status: 0 or 1.
    pub status: i32,
    /// Its standard output.
    pub stdout: Vec<u8>,
    /// Its standard error.
    pub stderr: Vec<u8>,
    /// The message of the budget that ran out, if one did. Then the fields above are no answer.
    pub exhausted: Option<String>,
    /// The size of the arena of values at the end, which is its largest.
    pub heap_bytes: u64,
}

/// What to do with the inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Evaluate each input and print its derivations: the default, without the flags below.
    #[default]
    Instantiate,
    /// `--eval`: print the value.
    Evaluate,
    /// `--parse`: print the expression.
    Parse,
    /// `--find-file`: print where each name is on the search path.
    FindFile,
}

/// How to print a value. The last of several flags counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Output {
    /// As Nix expressions.
    #[default]
    Plain,
    /// `--raw`: a string as it is, without a line break.
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
    /// A file on the search path, written `<NAME>`; or a name for `--find-file`.
    Lookup(Vec<u8>),
    /// A tarball, by its URL.
    Url(Vec<u8>),
    /// The `default.nix` of a flake, by the flake's reference.
    Flake(Vec<u8>),
}

/// How a recording of what was forced is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As a tree on standard error.
    Tree,
    /// As JSON, in this file.
    Json(Vec<u8>),
    /// As a page, in this file.
    Page(Vec<u8>),
}

/// What an invocation asks for. The reference works through it in the order of these fields.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// What has been printed to standard error already: warnings about settings.
    pub log: Vec<u8>,
    /// How further messages are to be printed.
    pub logger: Logger,
    /// All settings.
    pub settings: Settings,
    /// Whether nothing is written to the store: `--dry-run`, `--readonly-mode`, or `--eval` without
    /// `--read-write-mode`.
    pub read_only: bool,
    /// `--eval-store`: the URL of the store to evaluate with, if it is not the setting `store`.
    pub evaluation_store: Option<Vec<u8>>,
    /// `--input-cache`, ours: folders of store objects, for inputs that are locked by a hash. Absolute.
    pub input_caches: Vec<Vec<u8>>,
    /// The store to evaluate with.
    pub store: OpenedStore,
    /// `-I` in order, then `nix-path` and channels as far as settings allow them.
    pub search_path: Vec<Entry>,
    /// `--arg` and similar flags, sorted by name, in which order they are parsed; of equal names the last one. All of
    /// them are parsed before any input.
    pub automatic_arguments: Vec<(Vec<u8>, Argument)>,
    /// What to do with the inputs.
    pub mode: Mode,
    /// Standard input first, then the others in order. Each is evaluated and printed before the next.
    pub inputs: Vec<Input>,
    /// `-A` in order, or one empty path without it; see [`attribute_path::parse`].
    pub attribute_paths: Vec<Vec<u8>>,
    /// How to print.
    pub output: Output,
    /// `--strict`: force the whole value before printing it.
    pub strict: bool,
    /// `--observe-compiler`, ours: print the bytecode of every chunk on standard error.
    pub observe_compiler: bool,
    /// `--observe-runtime`, ours: print frames and instructions on standard error as they are entered and executed.
    pub observe_runtime: bool,
    /// `--forcing`, `--forcing-json` and `--forcing-page`, ours: where to show what was forced.
    pub forcing: Vec<Shown>,
    /// `--profile`, ours: files to write profiles to.
    pub profiles: Vec<Vec<u8>>,
    /// `--error-codes`, ours: print the code of the error's kind after the error.
    pub error_codes: bool,
    /// Whether XML has positions; not with `--no-location`.
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
    /// Its budgets.
    pub budgets: Budgets,
}

/// Reads an invocation, with configuration files from the machine. See [`plan_with`].
pub fn plan(invocation: &Invocation) -> Result<Box<Plan>, Completed> {
    plan_with(invocation, &FileSystem::new())
}

/// Reads an invocation, with configuration files from `io`. `Err` is a run that has ended: with status 0 after `--help`
/// and `--version`, with 1 after anything wrong. It holds all that such a run prints.
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
    let current_dir = native::bytes(invocation.current_dir.as_os_str());
    let logger = logger(environment, invocation.terminal);
    let home = Home::find(environment, invocation.user.as_ref(), current_dir, io);
    let (settings, outcome) = Settings::from_environment(environment, &home, current_dir, io);
    let mut parser = arguments::Parser::new(settings, logger, environment, Rc::new(home), current_dir);
    parser.is_nix_instantiate = invocation.is_nix_instantiate;
    parser.user_id = invocation.user.as_ref().map(|user| user.id);
    let arguments = invocation.arguments.iter().map(|argument| native::bytes(argument));
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
            let mut failure = failure(parser.logger(), &error, &SourceMap::default(), false);
            let is_for_people = invocation.terminal && !invocation.is_nix_instantiate;
            if is_for_people && let Some(at) = failure.windows(HINT.len()).rposition(|it| it == HINT.as_bytes()) {
                failure.splice(at..at + HINT.len(), OWN_HINT.bytes());
            }
            let end = parser.logger().end();
            let stderr = [&parser.into_log(), &*failure, end].concat();
            let completed = Completed { status: 1, stderr, ..Completed::default() };
            Err(Over { completed, error: Some(error), is_help: false })
        }
    }
}

/// What the reference prints after an error of the command line.
const HINT: &str = "Try 'nix-instantiate --help' for more information.";
/// The same for a person who did not start nix-instantiate. Programs, which compare, get the reference's.
const OWN_HINT: &str = "Try 'nix-eval --help' for more information.";

/// What the reference prints when an error ends it. Where the command line was wrong, a hint at `--help` is added.
pub fn failure(logger: &Logger, error: &Error, sources: &SourceMap, show_trace: bool) -> Vec<u8> {
    failure_within(logger, error, sources, show_trace, usize::MAX).unwrap_or_default()
}

/// Like [`failure`]; none if that is longer than about `most` bytes.
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
        text.extend_from_slice(&logger.message(Verbosity::Error, HINT.as_bytes()));
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
