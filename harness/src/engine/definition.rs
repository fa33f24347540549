//! The definition of the language ([`crate::definition`]) as an engine, so that it can be compared with any other.
//!
//! It answers `--eval`, with `--strict` or without, of standard input or of a file. Where the definition does not say
//! what a program means, it is not asked.

use std::{
    cell::RefCell,
    ffi::{OsStr, OsString},
    fs,
    os::unix::ffi::OsStrExt,
    time::{Duration, Instant},
};

use nix_evaluator::{
    REFERENCE_VERSION,
    io::InMemory,
    session::Session,
    settings::{Feature, FeatureSet},
};

use super::{Engine, Identity};
use crate::{
    case::Request,
    definition::{self, Depth, Limits, Said, Surroundings},
    outcome::{Ending, Outcome, Work, compare::Level},
    program,
};

thread_local! {
    /// Parses for the order of names.
    static SESSION: RefCell<Session> = RefCell::new(Session::new(InMemory::new(), features()));
}

/// The features that the environment of fixtures and campaigns switches on, and pipe operators.
fn features() -> FeatureSet {
    let mut features = FeatureSet::default();
    for feature in [Feature::Flakes, Feature::FetchTree, Feature::PipeOperators] {
        features.insert(feature);
    }
    features
}

/// The definition of the language.
pub struct Definition {
    identity: Identity,
}

impl Definition {
    /// The definition.
    pub fn new() -> Definition {
        let version = format!("definition {}, of {REFERENCE_VERSION}", env!("CARGO_PKG_VERSION"));
        Definition { identity: Identity { engine: "definition".to_owned(), version } }
    }
}

impl Default for Definition {
    fn default() -> Definition {
        Definition::new()
    }
}

/// What a request asks.
struct Asked {
    program: Vec<u8>,
    /// The folder of its relative paths.
    folder: Vec<u8>,
    depth: Depth,
    limits: Limits,
}

fn asked(request: &Request) -> Result<Asked, String> {
    let (mut depth, mut is_eval, mut what) = (Depth::Outermost, false, None);
    let mut limits = Limits::default();
    let mut arguments = request.arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_bytes() {
            b"--max-call-depth" => {
                let calls = arguments.next().and_then(|calls| calls.to_str()?.parse().ok());
                limits.calls = calls.ok_or("it knows no such depth")?;
            }
            b"--show-trace" => {}
            // It has no traces.
            b"--option" if arguments.as_slice().first().is_some_and(|name| name == "show-trace") => {
                arguments.nth(1);
            }
            b"--eval" => is_eval = true,
            b"--strict" => depth = Depth::Whole,
            [b'-', _, ..] => return Err(format!("it has no flag {}", argument.display())),
            _ if what.is_some() => return Err("it takes one program".to_owned()),
            other => what = Some(other),
        }
    }
    let what = what.filter(|_| is_eval).ok_or("it only evaluates")?;
    if what == b"-" {
        let folder = request.current_dir.as_os_str().as_bytes().to_vec();
        return Ok(Asked { program: request.stdin.clone(), folder, depth, limits });
    }
    let file = request.current_dir.join(OsStr::from_bytes(what));
    let program = fs::read(&file).map_err(|error| format!("it cannot read {}: {error}", file.display()))?;
    let folder = file.parent().and_then(|folder| folder.canonicalize().ok()).ok_or("it has no folder")?;
    Ok(Asked { program, folder: folder.as_os_str().as_bytes().to_vec(), depth, limits })
}

fn outcome_of(request: &Request) -> Result<Outcome, String> {
    let Asked { program: source, folder, depth, limits } = asked(request)?;
    let text = str::from_utf8(&source).map_err(|_| "a source that is no text")?;
    let program = program::read(text).map_err(|error| error.to_string())?;
    let names = SESSION.with_borrow_mut(|session| session.names(&source));
    let names = names.iter().map(|name| &**name);
    // A search path can also come from a person's home.
    let is_empty = |(name, value): &(OsString, OsString)| match name.as_bytes() {
        b"NIX_PATH" => value.is_empty(),
        b"HOME" => ["/nonexistent", "/fake-home"].iter().any(|home| value == home),
        _ => true,
    };
    let no_search_path = request.environment.iter().all(is_empty);
    let around = Surroundings { folder: &folder, features: features(), no_search_path };
    let answer = definition::evaluate(&program, names, around, depth, limits);
    let counts = answer.counts;
    let mut outcome = Outcome {
        ending: Ending::Exited(0),
        stdout: Vec::new(),
        stderr: answer.effects,
        elapsed: Duration::ZERO,
        work: None,
    };
    match answer.said {
        Said::Outside(why) => return Err(why),
        _ if answer.shows_places => return Err("an effect that shows where a function is".to_owned()),
        Said::Value(value) => {
            outcome.stdout = value;
            if request.count_work {
                outcome.work = Some(Work { function_calls: counts.functions, builtin_calls: counts.builtins });
            }
        }
        Said::Failed(error) => {
            outcome.ending = Ending::Exited(1);
            outcome.stderr.extend([b"error: ", &*error.message, b"\n"].concat());
        }
    }
    Ok(outcome)
}

impl Engine for Definition {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn evaluate(&self, request: &Request) -> Outcome {
        let start = Instant::now();
        let outcome = outcome_of(request).unwrap_or_else(Outcome::not_asked);
        Outcome { elapsed: start.elapsed(), ..outcome }
    }

    /// Its messages leave out values and places.
    fn finest(&self) -> Option<Level> {
        Some(Level::Work)
    }
}
