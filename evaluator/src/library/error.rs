//! Errors of evaluations as data: a code, a message, a place and a trace, and the text that the reference prints.

use std::fmt;

use crate::errors::highlight::filter_escapes;
use crate::errors::render::render;
use crate::errors::{self, ErrorKind, Failure};
use crate::source::{Place, Pos, SourceMap};
use crate::state::State;

/// Why there is no value.
///
/// [`Display`](fmt::Display) gives the text that `nix-instantiate` prints, over several lines and without colours. Within
/// a [`Builtin`](super::Builtin) an error has neither places nor a trace yet; it gets them when it leaves the evaluation.
#[derive(Clone)]
pub struct Error(Box<Details>);

#[derive(Clone)]
struct Details {
    error: errors::Error,
    message: String,
    location: Option<Location>,
    trace: Vec<TraceLine>,
    text: String,
}

/// A place in a source.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Location {
    /// The file's path, `«string»` for text that was given to the evaluator, `«nix-internal»/…` for what is part of it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in bytes, from 1.
    pub column: usize,
    /// Bytes from the start of the source.
    pub offset: usize,
    /// The whole source. Bytes that are no UTF-8 are replaced.
    pub source: std::sync::Arc<str>,
}

/// One line of a trace: what was being done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TraceLine {
    /// As in `while evaluating the attribute 'x'`.
    pub message: String,
    /// Where.
    pub location: Option<Location>,
}

impl Error {
    /// An error that a builtin of the host raises. `builtins.tryEval` does not catch it.
    pub fn new(message: impl Into<String>) -> Error {
        Error::of(ErrorKind::Evaluation, message.into())
    }

    /// An error like that of `throw`, which `builtins.tryEval` catches.
    pub fn thrown(message: impl Into<String>) -> Error {
        Error::of(ErrorKind::Thrown, message.into())
    }

    pub(super) fn of(kind: ErrorKind, message: String) -> Error {
        Error::from_error(*errors::Error::new(kind, message), &SourceMap::default(), false)
    }

    /// Within a call, which a builtin of the host makes, places and traces are left out: the error may go through
    /// thousands of such builtins, and each would write all of it.
    pub(super) fn from_failure(state: &State<'_>, failure: &Failure) -> Error {
        let error = failure.to_error();
        if state.call_depth.get() > 0 {
            let message = error.plain_message();
            let text = format!("error: {message}");
            return Error(Box::new(Details { error, message, location: None, trace: Vec::new(), text }));
        }
        Error::from_error(error, &state.sources, state.settings.show_trace)
    }

    pub(super) fn from_error(error: errors::Error, sources: &SourceMap, show_trace: bool) -> Error {
        let mut shown = Shown { sources, last: None };
        let text = |bytes: &[u8]| String::from_utf8_lossy(&filter_escapes(bytes, false)).into_owned();
        let location = shown.location(error.pos);
        let line =
            |trace: &errors::Trace| TraceLine { message: text(&trace.message), location: shown.location(trace.pos) };
        let trace = error.trace.iter().map(line).collect();
        let rendered = text(&render(&error, sources, show_trace, false));
        let text = rendered.trim_end_matches('\n').to_owned();
        Error(Box::new(Details { message: error.plain_message(), location, trace, text, error }))
    }

    pub(super) fn to_failure(&self) -> Failure {
        Box::new(self.0.error.clone()).into()
    }

    /// What kind of error it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.error.kind
    }

    /// The code of its kind, as in `TP001`. It never changes; messages may. `docs/errors.md` explains each.
    pub fn code(&self) -> &'static str {
        self.kind().code()
    }

    /// The message alone, on one line or more, without `error: `.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The place of the error itself; where it has none, as that of `throw`, the innermost one of the trace.
    pub fn location(&self) -> Option<&Location> {
        self.0.location.as_ref().or_else(|| self.0.trace.iter().find_map(|line| line.location.as_ref()))
    }

    /// What was being done when it happened, the innermost line first.
    pub fn trace(&self) -> &[TraceLine] {
        &self.0.trace
    }

    /// Whether a budget ran out or the evaluation was interrupted, so that nothing is known about the program.
    pub fn is_budget(&self) -> bool {
        self.kind() == ErrorKind::Budget
    }
}

/// Makes locations. Texts of sources are shared between neighbours, which are mostly of the same file.
struct Shown<'s> {
    sources: &'s SourceMap,
    last: Option<(std::rc::Rc<crate::source::Source>, std::sync::Arc<str>)>,
}

impl Shown<'_> {
    fn location(&mut self, pos: Pos) -> Option<Location> {
        let place @ Place { offset, line, column, .. } = self.sources.place(pos)?;
        let described = String::from_utf8_lossy(&place.describe()).into_owned();
        let suffix = format!(":{line}:{column}");
        let file = described.strip_suffix(&suffix).unwrap_or(&described).to_owned();
        let source = match &self.last {
            Some((source, text)) if std::rc::Rc::ptr_eq(source, &place.source) => text.clone(),
            _ => {
                let text: std::sync::Arc<str> = String::from_utf8_lossy(&place.source.text).into();
                self.last = Some((place.source, text.clone()));
                text
            }
        };
        Some(Location { file, line, column, offset, source })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.text)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("code", &self.code())
            .field("message", &self.0.message)
            .field("location", &self.location().map(|at| format!("{}:{}:{}", at.file, at.line, at.column)))
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {}
