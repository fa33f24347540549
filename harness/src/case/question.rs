//! A question without a recorded answer: an expression, a file, or a fixture of which only the question counts.

use std::{
    ffi::OsString,
    io,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

use bstr::ByteSlice;
use nix_evaluator::hash::{Algorithm, HashFormat, Hasher};
use serde::{Deserialize, Serialize};

use super::{Case, Request, fixture};
use crate::{names::shown, read};

/// Something to ask several evaluators.
#[derive(Clone, Debug)]
pub struct Question {
    /// How reports call it.
    pub name: String,
    /// What is asked.
    kind: Kind,
    /// Flags before an expression or a file, where they are others than to evaluate it strictly.
    flags: Option<Arc<[OsString]>>,
}

/// How much of an error's trace an expression is asked for. A trace that is shortened leaves frames out by rules of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trace {
    /// All of it, as every question has it that says nothing else.
    #[default]
    Whole,
    /// What is shown to a person who asks for nothing.
    Shortened,
}

impl Trace {
    /// The setting that asks for it, as flags: none where it is what is asked for anyway.
    pub fn flags(self) -> &'static [&'static str] {
        match self {
            Trace::Whole => &[],
            Trace::Shortened => &["--option", "show-trace", "false"],
        }
    }
}

/// Flags that evaluate strictly and shorten the trace.
static SHORTENED: LazyLock<Arc<[OsString]>> = LazyLock::new(|| {
    let strictly = ["--eval", "--strict"].iter();
    strictly.chain(Trace::Shortened.flags()).map(OsString::from).collect()
});

#[derive(Clone, Debug)]
enum Kind {
    Expression { text: Vec<u8>, folder: Arc<Path> },
    File { file: PathBuf, folder: Arc<Path> },
    Request(Box<Request>),
    Fixture(Box<Case>),
}

/// Longest expression that is its own name, in characters.
const LONGEST: usize = 72;

/// How much of a longer one is shown before its hash.
const SHOWN: usize = 44;

/// What an expression is called: its text, or where that is long or holds more than a line the beginning of it and a
/// short hash of the whole. So it is called the same in every run, wherever it stands.
pub fn name_of_expression(text: &[u8]) -> String {
    let whole = std::str::from_utf8(text).ok().map(str::trim);
    if let Some(whole) = whole.filter(|it| it.chars().count() <= LONGEST && !it.contains(char::is_control)) {
        return whole.to_owned();
    }
    let mut hasher = Hasher::new(Algorithm::Sha256);
    hasher.update(text);
    let hash = hasher.finish().to_text(HashFormat::Base16, false);
    let words: Vec<_> = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
    let start: String = words.join(&b' ').to_str_lossy().chars().filter(|it| !it.is_control()).take(SHOWN).collect();
    format!("{start}… #{}", &hash[..8])
}

impl Question {
    /// The value of an expression, evaluated in `folder`.
    pub fn expression(name: String, text: Vec<u8>, folder: impl Into<Arc<Path>>) -> Question {
        Question { name, kind: Kind::Expression { text, folder: folder.into() }, flags: None }
    }

    /// The value of a file, which is named as it is given; `folder` is the folder that a relative name starts from.
    pub fn file(file: &Path, folder: impl Into<Arc<Path>>) -> Question {
        Question { name: shown(file), kind: Kind::File { file: file.to_owned(), folder: folder.into() }, flags: None }
    }

    /// What a fixture asks.
    pub fn fixture(case: Case) -> Question {
        Question { name: case.name.clone(), kind: Kind::Fixture(Box::new(case)), flags: None }
    }

    /// Whatever this request asks.
    pub fn request_of(name: String, request: Request) -> Question {
        Question { name, kind: Kind::Request(Box::new(request)), flags: None }
    }

    /// The same of an expression or a file with other flags before it. What a fixture or a request asks stays as it is.
    #[must_use]
    pub fn with_flags(self, flags: &Arc<[OsString]>) -> Question {
        Question { flags: Some(flags.clone()), ..self }
    }

    /// The same of an expression or a file, with so much of the trace.
    #[must_use]
    pub fn with_trace(self, trace: Trace) -> Question {
        match trace {
            Trace::Whole => self,
            Trace::Shortened => self.with_flags(&SHORTENED),
        }
    }

    /// Whether it has flags of its own.
    pub(super) fn has_flags(&self) -> bool {
        self.flags.is_some()
    }

    /// Adds to a hash all that the question asks, as far as it does not hang on the machine it is asked on.
    ///
    /// # Errors
    /// When the file that it asks cannot be read: the file, and what the system said.
    pub fn add_to(&self, hasher: &mut Hasher) -> Result<(), (PathBuf, io::Error)> {
        let mut add = |bytes: &[u8]| {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        // Where a fixture's files lie says nothing of the question.
        let request = match &self.kind {
            Kind::Fixture(case) => case.request_in(Path::new("/pwd")),
            _ => self.request(false),
        };
        add(self.name.as_bytes());
        for argument in &request.arguments {
            add(argument.as_bytes());
        }
        add(&request.stdin);
        match &self.kind {
            // That evaluators agree on a file which none can read says nothing.
            Kind::File { file, folder } => {
                add(&read::whole(&folder.join(file)).map_err(|error| (file.clone(), error))?);
            }
            Kind::Fixture(case) => add(&read::whole(&case.source).map_err(|error| (case.source.clone(), error))?),
            Kind::Expression { .. } | Kind::Request(_) => {}
        }
        Ok(())
    }

    /// The expression, if the question is one.
    pub fn text(&self) -> Option<&[u8]> {
        match &self.kind {
            Kind::Expression { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The fixture, if the question is what one asks.
    pub fn case(&self) -> Option<&Case> {
        match &self.kind {
            Kind::Fixture(case) => Some(case),
            _ => None,
        }
    }

    /// The file that holds the program, if the question is one.
    pub fn path(&self) -> Option<PathBuf> {
        match &self.kind {
            Kind::File { file, folder } => Some(folder.join(file)),
            _ => None,
        }
    }

    /// The request that puts the question. Expressions go to standard input, for one that begins with a dash would be
    /// taken for a flag.
    pub fn request(&self, count_work: bool) -> Request {
        let strictly = || ["--eval", "--strict"].map(OsString::from).into();
        let evaluate = |what: OsString, folder: &Path, stdin: Vec<u8>| Request {
            arguments: [self.flags.as_deref().map_or_else(strictly, Vec::from), vec![what]].concat(),
            environment: fixture::environment(),
            current_dir: folder.to_owned(),
            stdin,
            count_work,
            ..Request::default()
        };
        match &self.kind {
            Kind::Expression { text, folder } => evaluate("-".into(), folder, text.clone()),
            Kind::File { file, folder } => {
                // A bare name is looked for below the current folder only when it is written as a path.
                let file = if file.is_absolute() { file.clone() } else { Path::new(".").join(file) };
                evaluate(file.into_os_string(), folder, Vec::new())
            }
            Kind::Fixture(case) => Request { count_work, ..case.request.clone() },
            Kind::Request(request) => Request { count_work, ..(**request).clone() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_stand_before_what_is_asked() {
        let flags: Arc<[OsString]> = ["--parse"].map(OsString::from).into();
        let arguments = |question: Question| question.with_flags(&flags).request(false).arguments;
        let folder = Path::new("/x");
        assert_eq!(arguments(Question::expression(String::new(), b"1".into(), folder)), ["--parse", "-"]);
        assert_eq!(arguments(Question::file(Path::new("a.nix"), folder)), ["--parse", "./a.nix"]);
        let question = Question::expression(String::new(), b"1".into(), folder);
        let shortened = question.clone().with_trace(Trace::Shortened).request(false);
        assert_eq!(shortened.arguments, ["--eval", "--strict", "--option", "show-trace", "false", "-"]);
        assert_eq!(question.clone().with_trace(Trace::Whole).request(false), question.request(false));
    }

    #[test]
    fn an_expression_is_called_by_its_text_or_by_a_hash() {
        let check = |text: &[u8], expected: &str| assert_eq!(name_of_expression(text), expected);
        check(b" 1 + 1 ", "1 + 1");
        check("\"\\n é\"".as_bytes(), "\"\\n é\"");
        check(b"let\r\n  a = 1; in a", "let a = 1; in a… #6dc00d34");
        let name = name_of_expression(&[b"[ ", &b"1 ".repeat(50)[..], b"]"].concat());
        assert!(name.starts_with("[ 1 1 1 1") && name.chars().count() == SHOWN + 11, "{name}");
        assert_ne!(name_of_expression(b"\"\xff\""), name_of_expression(b"\"\xfe\""));
    }

    #[test]
    fn a_file_is_named_as_a_path() {
        let argument =
            |file: &str| Question::file(Path::new(file), Path::new("/x")).request(false).arguments[2].clone();
        assert_eq!(argument("a.nix"), "./a.nix");
        assert_eq!(argument("-a.nix"), "./-a.nix");
        assert_eq!(argument("/a.nix"), "/a.nix");
    }
}
