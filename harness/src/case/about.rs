//! `NAME.toml`: what a fixture is about, for people who did not write it, and which releases it holds for.
//!
//! Everything in it may be left out; the title is then the comment in the first line of the program, and the area the
//! word after the class in its name.

use std::{ffi::OsStr, path::Path};

use serde::{Deserialize, Serialize};

use super::{
    Class, Expectation, FixtureError, Suite, fixture,
    release::{Release, Side, Span},
};
use crate::read::{self, DocumentError};

/// The ending of its name.
pub const ENDING: &str = ".toml";

/// Longest title that a program's first line gives, in characters.
const LONGEST: usize = 200;

/// What people are told of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct About {
    /// What it shows, in one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is about: a form of the language, laziness, errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// The builtins that it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub builtins: Vec<String>,
    /// What an evaluator does that fails it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breaks: Option<String>,
    /// Whether its result is printed as far as it is evaluated.
    #[serde(skip)]
    pub lazy: bool,
    /// Releases that it holds for.
    #[serde(skip)]
    pub holds: Span,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    title: Option<String>,
    area: Option<String>,
    #[serde(default)]
    builtins: Vec<String>,
    breaks: Option<String>,
    #[serde(default)]
    lazy: bool,
    since: Option<Release>,
    until: Option<Release>,
    #[serde(default, rename = "release")]
    releases: Vec<Other>,
}

/// Other releases, with what is recorded for them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Other {
    since: Option<Release>,
    until: Option<Release>,
    /// Whether evaluation fails there, where that is not as the fixture's name says.
    fails: Option<bool>,
}

impl About {
    /// What is said of the fixture `name`, and what is recorded for other releases.
    ///
    /// # Errors
    /// When its file cannot be read, or is not as it should be.
    pub(super) fn read(suite: &Suite, name: &OsStr, class: Class) -> Result<(About, Vec<Side>), FixtureError> {
        let path = suite.file(name, ENDING);
        let file: File = if read::lies_there(&path) { read::regular_toml(&path)? } else { File::default() };
        let invalid = |message: String| FixtureError::Document(DocumentError::Invalid { file: path.clone(), message });
        if file.title.as_ref().is_some_and(|title| title.contains('\n')) {
            return Err(invalid("`title` is one line".to_owned()));
        }
        if file.lazy && matches!(class, Class::ParseOkay | Class::ParseFail) {
            return Err(invalid("`lazy` is for what is evaluated".to_owned()));
        }
        let mut sides = Vec::new();
        for other in file.releases {
            let holds = Span { since: other.since, until: other.until };
            if holds == Span::default() {
                return Err(invalid("a [[release]] needs `since`, `until` or both".to_owned()));
            }
            let class = other.fails.map_or(class, |fails| class.that_fails(fails));
            sides.push(Side { expectation: side(suite, name, class, &holds)?, class, holds });
        }
        let about = About {
            title: file.title,
            area: file.area.or_else(|| area(name, class)),
            builtins: file.builtins,
            breaks: file.breaks,
            lazy: file.lazy,
            holds: Span { since: file.since, until: file.until },
        };
        Ok((about, sides))
    }

    /// The same with a title from the program, where there is none.
    #[must_use]
    pub(super) fn or_titled(mut self, program: &[u8]) -> About {
        self.title = self.title.or_else(|| title(program));
        self
    }
}

/// What is recorded for the releases of `holds`.
fn side(suite: &Suite, name: &OsStr, class: Class, holds: &Span) -> Result<Expectation, FixtureError> {
    let recorded = |ending: &str| fixture::recorded(suite, name, &format!(".{}{ending}", holds.label())).map(Some);
    let stdout = if class.status() == 0 { recorded(".exp")? } else { None };
    Ok(Expectation { status: class.status(), stdout, stderr: recorded(".err.exp")? })
}

/// The comment that a program begins with.
fn title(program: &[u8]) -> Option<String> {
    let line = program.split(|byte| *byte == b'\n').next()?;
    let text = std::str::from_utf8(line).ok()?.trim().strip_prefix('#')?.trim();
    (!text.is_empty() && text.chars().count() <= LONGEST).then(|| text.to_owned())
}

/// The word after the class.
fn area(name: &OsStr, class: Class) -> Option<String> {
    let rest = name.to_str()?.strip_prefix(class.name())?.strip_prefix('-')?;
    rest.split_once('-').map(|(word, _)| word.to_owned())
}

/// The name of the fixture that a file of this name (without its ending) is recorded for, where that is for other
/// releases.
pub(super) fn base_of_side(name: &OsStr) -> Option<&OsStr> {
    let name = Path::new(name);
    let is_label = |text: &str| text.starts_with("since-") || text.starts_with("until-");
    // The label's own dots stand between numbers.
    let text = name.to_str()?;
    let at = text.match_indices('.').map(|(at, _)| at).find(|at| is_label(&text[at + 1..]))?;
    Some(OsStr::new(&text[..at]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Case, suite::tests::suite_of};

    fn case(files: &[(&str, &str)]) -> Result<Case, FixtureError> {
        let (_folder, suite) = suite_of(files);
        let name = files[0].0.strip_suffix(".nix").expect("the program comes first");
        fixture::read(&suite, name, Class::of(name).expect("a fixture's name"))
    }

    #[test]
    fn a_title_is_written_or_the_first_comment() {
        let check = |program: &str, toml: &str, expected: Option<&str>| {
            let case = case(&[("eval-okay-form-a.nix", program), ("eval-okay-form-a.toml", toml)]).expect("right");
            assert_eq!(case.about.title.as_deref(), expected, "{program}");
            assert_eq!(case.about.area.as_deref(), Some("form"));
        };
        check("# What it shows.\n1", "", Some("What it shows."));
        check("# What it shows.\n1", "title = \"Another\"", Some("Another"));
        check("1 # one", "", None);
        check("#\n1", "", None);
    }

    #[test]
    fn a_lazy_fixture_is_printed_as_far_as_it_is_evaluated() {
        let arguments = |name: &str| {
            let case = case(&[(&format!("{name}.nix"), "1"), (&format!("{name}.toml"), "lazy = true")]).expect("right");
            case.request.arguments
        };
        assert_eq!(arguments("eval-okay-a"), ["--eval", "lang/eval-okay-a.nix"]);
        assert_eq!(arguments("eval-fail-a"), ["--eval", "--show-trace", "lang/eval-fail-a.nix"]);
    }

    #[test]
    fn a_release_is_judged_by_what_is_recorded_for_it() {
        let case = case(&[
            ("eval-okay-a.nix", "1"),
            ("eval-okay-a.toml", "since = \"2.3\"\n[[release]]\nuntil = \"2.3\"\nfails = true"),
            ("eval-okay-a.exp", "1\n"),
            ("eval-okay-a.until-2.3.err.exp", "error: old\n"),
        ]);
        let case = case.expect("right");
        let of = |release: &str| case.clone().of_release(Some(&release.parse().expect("a release")));
        let stream = |it: Option<&crate::case::Recorded>| it.map(|it| it.bytes.clone());
        assert_eq!(stream(of("2.34.8").expectation.stdout.as_ref()), Some(b"1\n".to_vec()));
        let old = of("2.3.7");
        assert_eq!((old.class, old.expectation.status), (Class::EvalFail, 1));
        assert_eq!(stream(old.expectation.stderr.as_ref()), Some(b"error: old\n".to_vec()));
        assert_eq!(of("2.2").class, Class::EvalFail);
        assert_eq!(case.clone().of_release(None).class, Class::EvalOkay);
    }

    #[test]
    fn a_release_for_which_nothing_holds_is_not_asked() {
        let case = case(&[("eval-okay-a.nix", "1"), ("eval-okay-a.toml", "since = \"2.24\"")]).expect("right");
        let of = |release: &str| case.clone().of_release(Some(&release.parse().expect("a release"))).unjudged;
        assert_eq!(of("2.8.0").as_deref(), Some("it holds from 2.24 on"));
        assert_eq!(of("2.34.8"), None);
    }

    #[test]
    fn what_is_wrong_is_refused_by_name() {
        for (toml, expected) in [
            ("titel = \"x\"", "unknown field"),
            ("title = \"a\\nb\"", "one line"),
            ("since = \"new\"", "no release"),
            ("[[release]]", "needs `since`"),
        ] {
            let message = case(&[("eval-okay-a.nix", "1"), ("eval-okay-a.toml", toml)]).expect_err("wrong").to_string();
            assert!(message.contains("eval-okay-a.toml") && message.contains(expected), "{message}");
        }
        let parsed = case(&[("parse-okay-a.nix", "1"), ("parse-okay-a.toml", "lazy = true")]);
        assert!(parsed.expect_err("wrong").to_string().contains("`lazy`"));
    }

    #[test]
    fn files_of_other_releases_are_found_by_their_names() {
        let check = |name: &str, base: Option<&str>| assert_eq!(base_of_side(OsStr::new(name)), base.map(OsStr::new));
        check("eval-okay-a.until-2.3", Some("eval-okay-a"));
        check("eval-okay-a.b.since-2.4-until-2.8.1", Some("eval-okay-a.b"));
        check("eval-okay-since-2.3", None);
        check("eval-okay-a", None);
    }
}
