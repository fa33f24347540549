//! Reads one fixture in upstream's conventions: which files belong to it, what they ask, what they expect.
//!
//! The conventions are those of `tests/functional/lang.sh` in NixOS/nix: what a class passes by default, when `.flags`
//! replaces that and when it adds to it, which fixtures are printed as XML, and which streams are looked at.

use std::{
    ffi::{OsStr, OsString},
    io,
    path::{Path, PathBuf},
};

use super::{About, Case, Class, Expectation, Form, Mask, Recorded, Request, Suite, about, run};
use crate::{
    names::shown,
    read::{self, DocumentError},
};

/// Endings of the files that may stand beside `NAME.nix`, longest first where one ends another.
pub const ENDINGS: [&str; 7] = [".err.exp", ".exp.xml", ".exp-disabled", ".exp", ".flags", run::ENDING, about::ENDING];

/// The one upstream fixture whose error shows the source of the implementation's own `derivation` function.
const QUOTES_THE_PRELUDE: &str = "eval-fail-derivation-name";

/// The configuration every fixture runs under.
const CONFIG: &str = "experimental-features = nix-command flakes\nshow-trace = true\nbuild-users-group =";

/// Why a fixture could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FixtureError {
    /// The operating system refused.
    #[error("cannot read {}: {source}", shown(file))]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Flags are words, and words are text.
    #[error("{} is not UTF-8: flags are words separated by spaces", shown(.0))]
    FlagsNotText(PathBuf),
    /// A document beside it is not as it should be.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// What lies there is not as its suite's conventions ask for.
    #[error("{}: {message}", shown(file))]
    Odd {
        /// Which file.
        file: PathBuf,
        /// What is wrong.
        message: String,
    },
}

/// Reads the fixture `name` of `suite`.
///
/// # Errors
/// When a file that belongs to it exists and cannot be read.
pub fn read(suite: &Suite, name: impl AsRef<OsStr>, class: Class) -> Result<Case, FixtureError> {
    let name = name.as_ref();
    let case = question(suite, name, class)?;
    let (about, sides) = About::read(suite, name, class)?;
    let about = about.or_titled(&content(&case.source)?);
    let expectation = Expectation { status: case.expectation.status, ..expectation(suite, name, class)? };
    Ok(Case { expectation, about, sides, ..case })
}

/// The answer that is recorded for the fixture `name` of `suite`.
fn expectation(suite: &Suite, name: &OsStr, class: Class) -> Result<Expectation, FixtureError> {
    let recorded = |ending| recorded(suite, name, ending).map(Some);
    let (stdout, stderr) = match class {
        _ if run::exists(suite, name) => (recorded(".exp")?, recorded(".err.exp")?),
        Class::EvalFail | Class::ParseFail => (None, recorded(".err.exp")?),
        Class::EvalOkay if prints_xml(suite, name) => (recorded(".exp.xml")?, None),
        Class::EvalOkay | Class::ParseOkay => (recorded(".exp")?, recorded(".err.exp")?),
    };
    Ok(Expectation { status: class.status(), stdout, stderr })
}

/// Reads what the fixture `name` of `suite` asks, whatever is recorded for it.
///
/// # Errors
/// When a file that the question needs exists and cannot be read.
pub fn question(suite: &Suite, name: impl AsRef<OsStr>, class: Class) -> Result<Case, FixtureError> {
    let name = name.as_ref();
    if run::exists(suite, name) {
        return run::question(suite, name, class);
    }
    let source = suite.file(name, ".nix");
    let relative = [OsStr::new("lang/"), name, OsStr::new(".nix")].into_iter().collect::<OsString>();
    let mut environment = environment();
    let mut stdin = Vec::new();
    let (about, _) = About::read(suite, name, class)?;
    let strictly = |flags: &str| if about.lazy { flags.replace(" --strict", "") } else { flags.to_owned() };
    let arguments = match class {
        Class::ParseFail | Class::ParseOkay => {
            stdin = content(&source)?;
            words("--parse -")
        }
        Class::EvalFail => {
            readable(&source)?;
            let mut arguments = match optional(&suite.file(name, ".flags"))? {
                Some(flags) => words(&without_comments(&text(suite, name, flags)?)),
                None => words(&strictly("--eval --strict --show-trace")),
            };
            arguments.push(relative);
            arguments
        }
        Class::EvalOkay if prints_xml(suite, name) => {
            readable(&source)?;
            let mut arguments = words("--eval --xml --no-location --strict");
            arguments.push(relative);
            arguments
        }
        Class::EvalOkay => {
            readable(&source)?;
            let flags = optional(&suite.file(name, ".flags"))?.unwrap_or_default();
            let flags = text(suite, name, flags)?;
            let mut arguments = words(flags.lines().next().unwrap_or_default());
            arguments.extend(words(&strictly("--eval --strict")));
            arguments.push(relative);
            environment.push(("NIX_PATH".into(), "lang/dir3:lang/dir4".into()));
            environment.retain(|(variable, _)| variable != "HOME");
            environment.push(("HOME".into(), "/fake-home".into()));
            arguments
        }
    };
    let request = Request { arguments, environment, current_dir: suite.root.clone(), stdin, ..Request::default() };
    let mask = if name == QUOTES_THE_PRELUDE { Mask::Excerpts } else { Mask::Nothing };
    Ok(Case { mask, about, ..Case::new(suite, shown(name), class, source, request) })
}

/// Whether the runner reads the file of this ending for the fixture `name`; one it never reads is dead weight that
/// looks like an expectation.
pub(super) fn reads(suite: &Suite, name: &OsStr, class: Class, ending: &str) -> bool {
    match ending {
        ".exp-disabled" | run::ENDING | about::ENDING => true,
        _ if run::exists(suite, name) => [".exp", ".err.exp"].contains(&ending),
        ".exp.xml" => class == Class::EvalOkay,
        ".exp" => class == Class::ParseOkay || (class == Class::EvalOkay && !prints_xml(suite, name)),
        ".err.exp" => !(class == Class::EvalOkay && prints_xml(suite, name)),
        ".flags" => class == Class::EvalFail || (class == Class::EvalOkay && !prints_xml(suite, name)),
        _ => false,
    }
}

fn prints_xml(suite: &Suite, name: &OsStr) -> bool {
    read::lies_there(&suite.file(name, ".exp.xml"))
}

/// What is set for every fixture. `HOME` and the configuration folders lead nowhere, so that no setting of the person
/// who runs the harness changes an answer.
pub(crate) fn environment() -> Vec<(OsString, OsString)> {
    [
        ("HOME", "/nonexistent"),
        ("NIX_CONFIG", CONFIG),
        ("NIX_CONF_DIR", "/nonexistent"),
        ("NIX_REMOTE", "dummy://"),
        ("NIX_STATE_DIR", "/nonexistent"),
        ("NIX_STORE_DIR", "/nix/store"),
        ("NIX_USER_CONF_FILES", ""),
        ("TEST_VAR", "foo"),
    ]
    .map(|(name, value)| (name.into(), value.into()))
    .into()
}

pub(super) fn recorded(suite: &Suite, name: &OsStr, ending: &str) -> Result<Recorded, FixtureError> {
    recorded_in(suite.file(name, ending), Form::Exact)
}

/// What is recorded in `file`, which need not be there.
pub(super) fn recorded_in(file: PathBuf, form: Form) -> Result<Recorded, FixtureError> {
    let bytes = optional(&file)?.unwrap_or_default();
    Ok(Recorded { file, bytes, form })
}

pub(super) fn content(file: &Path) -> Result<Vec<u8>, FixtureError> {
    read::whole(file).map_err(|source| FixtureError::Unreadable { file: file.to_owned(), source })
}

/// A source that is only named to the evaluator is read here too: a fixture that nobody can read must not count as one
/// that fails as it should.
pub(super) fn readable(file: &Path) -> Result<(), FixtureError> {
    content(file).map(drop)
}

pub(super) fn optional(file: &Path) -> Result<Option<Vec<u8>>, FixtureError> {
    match content(file) {
        // A link that leads nowhere is there, and somebody meant something by it.
        Err(FixtureError::Unreadable { .. }) if !read::lies_there(file) => Ok(None),
        other => other.map(Some),
    }
}

fn text(suite: &Suite, name: &OsStr, flags: Vec<u8>) -> Result<String, FixtureError> {
    String::from_utf8(flags).map_err(|_| FixtureError::FlagsNotText(suite.file(name, ".flags")))
}

fn without_comments(flags: &str) -> String {
    flags.lines().map(|line| line.split('#').next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

pub(super) fn words(text: &str) -> Vec<OsString> {
    text.split_whitespace().map(OsString::from).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::case::suite::tests::suite_of;

    /// What the fixture of these files (name and content) passes to the evaluator.
    fn check(files: &[(&str, &str)], arguments: &str) {
        let (_folder, suite) = suite_of(files);
        let name = files[0].0.strip_suffix(".nix").expect("the program comes first");
        let case = read(&suite, name, Class::of(name).expect("a fixture's name")).expect("readable");
        assert_eq!(case.request.arguments, words(arguments), "{name}");
    }

    #[test]
    fn arguments_follow_class_and_flags() {
        check(&[("parse-okay-a.nix", "1"), ("parse-okay-a.flags", "--ignored")], "--parse -");
        check(&[("parse-fail-a.nix", "{")], "--parse -");
        check(&[("eval-fail-a.nix", "")], "--eval --strict --show-trace lang/eval-fail-a.nix");
        check(
            &[("eval-fail-a.nix", ""), ("eval-fail-a.flags", "# why\n--eval # not --strict\n--max-call-depth 3\n")],
            "--eval --max-call-depth 3 lang/eval-fail-a.nix",
        );
        check(
            &[("eval-okay-a.nix", ""), ("eval-okay-a.flags", "-A a\n--never-read")],
            "-A a --eval --strict lang/eval-okay-a.nix",
        );
        check(
            &[("eval-okay-a.nix", ""), ("eval-okay-a.exp.xml", ""), ("eval-okay-a.flags", "-A a")],
            "--eval --xml --no-location --strict lang/eval-okay-a.nix",
        );
    }

    /// The variable's value for the one fixture of this name.
    fn variable(name: &str, variable: &str) -> Option<String> {
        let (_folder, suite) = suite_of(&[(&format!("{name}.nix"), "1")]);
        let case = read(&suite, name, Class::of(name).expect("a fixture's name")).expect("readable");
        let mut values = case.request.environment.iter().filter(|(key, _)| key == variable);
        let value = values.next().map(|(_, value)| value.to_str().expect("text").to_owned());
        assert_eq!(values.next(), None, "{variable} is set twice");
        value
    }

    #[test]
    fn only_eval_okay_has_a_search_path_and_a_home() {
        assert_eq!(variable("eval-okay-a", "NIX_PATH").as_deref(), Some("lang/dir3:lang/dir4"));
        assert_eq!(variable("eval-okay-a", "HOME").as_deref(), Some("/fake-home"));
        assert_eq!(variable("eval-fail-a", "NIX_PATH"), None);
        assert_eq!(variable("eval-fail-a", "HOME").as_deref(), Some("/nonexistent"));
        assert_eq!(variable("parse-okay-a", "TEST_VAR").as_deref(), Some("foo"));
    }

    #[test]
    fn streams_that_are_not_compared() {
        let compared = |files: &[(&str, &str)], name: &str| {
            let (_folder, suite) = suite_of(files);
            let case = read(&suite, name, Class::of(name).expect("a fixture's name")).expect("readable");
            (case.expectation.stdout.map(|it| it.bytes), case.expectation.stderr.map(|it| it.bytes))
        };
        let bytes = |text: &str| Some(text.as_bytes().to_vec());
        assert_eq!(
            compared(&[("eval-okay-a.nix", "1"), ("eval-okay-a.exp", "1\n")], "eval-okay-a"),
            (bytes("1\n"), bytes(""))
        );
        assert_eq!(
            compared(&[("eval-okay-a.nix", "1"), ("eval-okay-a.exp.xml", "<int/>")], "eval-okay-a"),
            (bytes("<int/>"), None)
        );
        assert_eq!(
            compared(&[("parse-fail-a.nix", "("), ("parse-fail-a.err.exp", "error")], "parse-fail-a"),
            (None, bytes("error"))
        );
    }

    #[test]
    fn flags_that_are_not_text_are_refused_by_name() {
        let (folder, suite) = suite_of(&[("eval-okay-a.nix", "1")]);
        fs::write(folder.path().join("lang/eval-okay-a.flags"), b"-A \xff").expect("writable");
        let error = read(&suite, "eval-okay-a", Class::EvalOkay).expect_err("not text").to_string();
        assert!(error.contains("eval-okay-a.flags is not UTF-8"), "{error}");
    }
}
