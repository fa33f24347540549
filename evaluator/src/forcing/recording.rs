//! What a recording holds: the steps of an evaluation in the order in which they began, and the fate of each thunk.

use std::fmt;
use std::rc::Rc;

use crate::source::{Place, Source};

/// A recording.
#[derive(Default)]
pub struct Recording {
    /// What ran, in the order in which it began. A step's parent comes before it.
    pub steps: Vec<Step>,
    /// Thunks, in the order in which they were first seen.
    pub thunks: Vec<Thunk>,
    /// The sources that they come from.
    pub sources: Vec<SourceText>,
    /// How many steps did not fit.
    pub steps_left_out: usize,
    /// How many thunks did not fit.
    pub thunks_left_out: usize,
    /// The steps that were running when the watched slot was forced, outermost first.
    pub first_need: Option<Vec<usize>>,
    known: Vec<Rc<Source>>,
}

/// A source.
pub struct SourceText {
    /// Its path, or what the reference calls it.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A place in a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The index of the source.
    pub source: usize,
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in bytes.
    pub column: usize,
    /// The line from there on, at most 40 characters.
    pub text: Rc<str>,
}

/// Something that ran: the code of a thunk, function, file or expression, or a delayed application.
pub struct Step {
    /// What it is.
    pub kind: Kind,
    /// Where it is written. Of a delayed application, where it was needed first.
    pub location: Option<Location>,
    /// The step that it ran in.
    pub parent: Option<usize>,
    /// When it began, in nanoseconds from the start.
    pub begun: u64,
    /// When it ended, if it has.
    pub ended: Option<u64>,
    /// The thunk that was forced.
    pub thunk: Option<usize>,
    /// Where its value was needed; of a function, where it was called.
    pub need: Option<Location>,
    /// The builtin that needed it, if one did.
    pub builtin: Option<&'static str>,
    /// How it ended.
    pub outcome: Outcome,
}

/// What ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A delayed expression.
    Thunk,
    /// A delayed application of a function, such as an element of what `map` gives.
    Application,
    /// A call of a function, by the name that it is bound to.
    Function(Option<String>),
    /// A call of a builtin. It is a moment: what it forces and calls stands behind it, in the step that calls it.
    Builtin(&'static str),
    /// A whole file.
    File(String),
    /// An expression from the command line.
    Expression,
}

/// How something ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// Not at all, or not yet.
    #[default]
    Unfinished,
    /// A step gave a value.
    Returned,
    /// A thunk has a value of this type.
    Value(&'static str),
    /// With an error.
    Failed,
}

/// The fate of a thunk.
#[derive(Default)]
pub struct Thunk {
    /// Where its expression is.
    pub location: Option<Location>,
    /// The step that created it; unknown for what builtins create.
    pub created_in: Option<usize>,
    /// The steps that evaluated it. More than one is a bug of an evaluator, but for delayed applications that fail.
    pub forced_in: Vec<usize>,
    /// How often code looked at it again once it was evaluated. Looks of builtins are not counted.
    pub looks: u64,
    /// What it came to.
    pub outcome: Outcome,
}

/// What became of a thunk, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Never forced.
    Unforced,
    /// Forced, and not looked at by code again.
    ForcedOnce,
    /// Forced, and its value used again.
    Shared,
    /// Failed.
    Failed,
    /// Still being evaluated at the end.
    Unfinished,
}

impl Fate {
    /// Its name in JSON and on the page.
    pub const fn name(self) -> &'static str {
        match self {
            Fate::Unforced => "unforced",
            Fate::ForcedOnce => "forced once",
            Fate::Shared => "shared",
            Fate::Failed => "failed",
            Fate::Unfinished => "unfinished",
        }
    }
}

impl Thunk {
    /// What became of it.
    pub fn fate(&self) -> Fate {
        match &self.outcome {
            _ if self.forced_in.is_empty() => Fate::Unforced,
            Outcome::Failed => Fate::Failed,
            Outcome::Unfinished => Fate::Unfinished,
            _ if self.looks > 0 => Fate::Shared,
            _ => Fate::ForcedOnce,
        }
    }
}

impl Recording {
    /// The location of a place.
    pub(super) fn locate(&mut self, place: &Place) -> Location {
        let source = self.known.iter().position(|known| Rc::ptr_eq(known, &place.source)).unwrap_or_else(|| {
            self.known.push(place.source.clone());
            let name = place.describe();
            let end = name.len() - format!(":{}:{}", place.line, place.column).len();
            self.sources.push(SourceText {
                name: String::from_utf8_lossy(&name[..end]).into_owned(),
                text: String::from_utf8_lossy(&place.source.text).into_owned(),
            });
            self.known.len() - 1
        });
        let rest = place.source.text.get(place.offset..).unwrap_or_default();
        let line = rest.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
        let text: String = String::from_utf8_lossy(line).chars().take(40).collect();
        Location { source, line: place.line, column: place.column, text: text.trim_end().into() }
    }

    /// How many thunks had this fate.
    pub fn count(&self, fate: Fate) -> usize {
        self.thunks.iter().filter(|thunk| thunk.fate() == fate).count()
    }

    /// The step in words: what, where, and how the source goes on there.
    pub fn describe(&self, step: &Step) -> String {
        let what = match &step.kind {
            Kind::Thunk => "thunk".to_owned(),
            Kind::Application => "delayed call".to_owned(),
            Kind::Function(Some(name)) => format!("function {name}"),
            Kind::Function(None) => "function".to_owned(),
            Kind::Builtin(name) => format!("builtin {name}"),
            Kind::File(path) => return format!("file {path}"),
            Kind::Expression => "expression".to_owned(),
        };
        match &step.location {
            Some(location) => format!("{what} at {}: {}", self.place(location), location.text),
            None => what,
        }
    }

    /// A location as `file:line:column`.
    pub fn place(&self, location: &Location) -> String {
        format!("{}:{}:{}", self.sources[location.source].name, location.line, location.column)
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
