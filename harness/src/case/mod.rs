//! What an evaluator is asked, and the answer that was recorded: one type, whatever the case came from.

mod about;
pub mod fixture;
pub mod links;
mod oracle;
pub mod question;
pub mod questions;
pub mod release;
pub mod run;
pub mod suite;

use std::{
    ffi::OsString,
    fmt,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use bstr::ByteSlice;
use serde::Serialize;
use tempfile::TempDir;

pub use about::About;
pub use fixture::FixtureError;
pub use question::Question;
pub use questions::{Questions, QuestionsError};
pub use release::{Release, Side};
pub use suite::{Suite, SuiteError};

/// What a fixture is about and how it should end, told by the first two words of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Evaluation fails with a recorded error.
    EvalFail,
    /// Evaluation gives a recorded value.
    EvalOkay,
    /// Parsing fails with a recorded error.
    ParseFail,
    /// Parsing gives a recorded tree.
    ParseOkay,
}

impl Class {
    /// All of them, in the order of reports.
    pub const ALL: [Class; 4] = [Class::EvalFail, Class::EvalOkay, Class::ParseFail, Class::ParseOkay];

    /// The name as it begins a fixture's file name.
    pub const fn name(self) -> &'static str {
        match self {
            Class::EvalFail => "eval-fail",
            Class::EvalOkay => "eval-okay",
            Class::ParseFail => "parse-fail",
            Class::ParseOkay => "parse-okay",
        }
    }

    /// The class of a fixture of this name, if the name is a fixture's.
    pub fn of(name: impl AsRef<[u8]>) -> Option<Class> {
        let name = name.as_ref();
        let begins = |class: &Class| name.strip_prefix(class.name().as_bytes()).is_some_and(|it| it.starts_with(b"-"));
        Class::ALL.into_iter().find(begins)
    }

    /// The class of the same kind of question that fails, or does not.
    #[must_use]
    pub const fn that_fails(self, fails: bool) -> Class {
        match (self, fails) {
            (Class::EvalFail | Class::EvalOkay, true) => Class::EvalFail,
            (Class::EvalFail | Class::EvalOkay, false) => Class::EvalOkay,
            (Class::ParseFail | Class::ParseOkay, true) => Class::ParseFail,
            (Class::ParseFail | Class::ParseOkay, false) => Class::ParseOkay,
        }
    }

    /// The exit status that the class asks for.
    pub const fn status(self) -> i32 {
        match self {
            Class::EvalOkay | Class::ParseOkay => 0,
            Class::EvalFail | Class::ParseFail => 1,
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.pad(self.name())
    }
}

/// One question to an engine, in nix-instantiate's conventions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The arguments, without the program's name.
    pub arguments: Vec<OsString>,
    /// All variables that may bear on the answer. An engine adds only what it needs to start at all.
    pub environment: Vec<(OsString, OsString)>,
    /// The folder the evaluator runs in.
    pub current_dir: PathBuf,
    /// What it reads from standard input.
    pub stdin: Vec<u8>,
    /// Whether the engine should count its work, if it can: see [`crate::outcome::Work`].
    pub count_work: bool,
    /// The store that it is asked in.
    pub store: Store,
}

/// The store that a request is asked in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Store {
    /// What arguments and environment say.
    #[default]
    AsSaid,
    /// A store of the case's own, which begins empty for each engine: see [`crate::engine::room`].
    Fresh {
        /// A description of files and archives that lie beside it.
        files: Option<PathBuf>,
    },
}

/// A stream's recorded content, and the file it is recorded in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Where it is, or would be, recorded.
    pub file: PathBuf,
    /// The content; a file that does not exist means nothing is written.
    pub bytes: Vec<u8>,
    /// How an answer is compared with it.
    pub form: Form,
}

/// How a stream is compared with what is recorded. Suites differ in this; our own and upstream's compare every byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// Every byte counts.
    Exact,
    /// White space before and after does not count.
    Trimmed,
    /// A parse tree: the recording is YAML, and the answer the same document in JSON. An evaluator that prints no such
    /// document cannot be judged by it.
    Tree,
    /// An error: of a type, with a message in which something is found, or both.
    Error {
        /// A name of C++ Nix's for a type of errors, as nix-unit takes it.
        kind: Option<String>,
        /// A regular expression.
        message: Option<String>,
    },
}

/// What [`Form::Error`] reads beside the error: a program writes this line where `tryEval` catches its failure.
pub const CAUGHT: &str = "trace: caught by tryEval";

/// The recorded answer. A stream that is `None` is not compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// Exit status.
    pub status: i32,
    /// Standard output.
    pub stdout: Option<Recorded>,
    /// Standard error.
    pub stderr: Option<Recorded>,
}

/// What is taken out of both sides before standard error is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// Nothing: every byte counts.
    Nothing,
    /// Source excerpts and numbers, for an error that quotes the implementation's own prelude.
    Excerpts,
}

/// A question with its recorded answer.
#[derive(Clone, Debug)]
pub struct Case {
    /// Name of the suite that holds it.
    pub suite: String,
    /// Its own name, without folder and ending, as reports and lists write it: see [`crate::names::shown`].
    pub name: String,
    /// Its class.
    pub class: Class,
    /// The file it comes from.
    pub source: PathBuf,
    /// The folder above `lang/`, which outputs show as `/pwd`.
    pub root: PathBuf,
    /// What is asked.
    pub request: Request,
    /// What should come.
    pub expectation: Expectation,
    /// What does not count.
    pub mask: Mask,
    /// What people are told of it.
    pub about: About,
    /// Why no answer can be judged, where none can.
    pub unjudged: Option<String>,
    /// What is recorded for other releases.
    pub sides: Vec<Side>,
    /// Flags that only the project it comes from has: a flag's name, and the number of words after it. An evaluator
    /// that knows no such flag is asked without it, for it does what the flag allows, or it is not asked at all.
    pub dialect: Vec<(String, Option<usize>)>,
    /// The folder that holds its files, where they had to be put together first; it is there as long as the case.
    pub stage: Option<Arc<TempDir>>,
}

impl Case {
    /// A case in `suite` that asks `request`, of which only the exit status is judged.
    pub(crate) fn new(suite: &Suite, name: String, class: Class, source: PathBuf, request: Request) -> Case {
        Case {
            suite: suite.name.clone(),
            name,
            class,
            source,
            root: suite.root.clone(),
            request,
            expectation: Expectation { status: class.status(), stdout: None, stderr: None },
            mask: Mask::Nothing,
            about: About::default(),
            unjudged: None,
            sides: Vec::new(),
            dialect: Vec::new(),
            stage: None,
        }
    }

    /// What is recorded for this release apart from the others.
    pub fn side_for(&self, release: Option<&Release>) -> Option<&Side> {
        self.sides.iter().find(|side| release.is_some_and(|release| side.holds.has(release)))
    }

    /// The case as it is for an evaluator of this release of C++ Nix: with what is recorded for it, and not judged
    /// where the fixture does not hold for it. One that is of no such release answers as the release of record should.
    #[must_use]
    pub fn of_release(mut self, release: Option<&Release>) -> Case {
        let Some(release) = release else { return self };
        if let Some(Side { class, expectation, .. }) = self.side_for(Some(release)).cloned() {
            (self.class, self.expectation) = (class, expectation);
        } else if !self.about.holds.has(release) {
            self.unjudged = Some(format!("it holds {}", self.about.holds));
        }
        self
    }

    /// The same question in a copy of the suite at `folder`.
    pub fn request_in(&self, folder: &Path) -> Request {
        let moved = |text: &OsString| {
            let moved = text.as_bytes().replace(self.root.as_os_str().as_bytes(), folder.as_os_str().as_bytes());
            OsString::from_vec(moved)
        };
        let request = &self.request;
        let within = request.current_dir.strip_prefix(&self.root).unwrap_or(&request.current_dir);
        // Joining nothing would put a slash at the end.
        let current_dir = if within.as_os_str().is_empty() { folder.to_owned() } else { folder.join(within) };
        Request {
            arguments: request.arguments.iter().map(moved).collect(),
            environment: request.environment.iter().map(|(name, value)| (name.clone(), moved(value))).collect(),
            current_dir,
            ..request.clone()
        }
    }
}
