//! `NAME.run`: how a fixture is run where the conventions of its class cannot say it. Command lines, homes,
//! environments, working folders and standard input have their own behaviour, which programs and flags alone do not
//! show.
//!
//! A TOML document. `/pwd` in arguments and values is the folder above `lang/`, as it is in what is recorded.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    path::Path,
};

use serde::Deserialize;

use super::{Case, Class, FixtureError, Request, Store, Suite, fixture};
use crate::{names::shown, read};

/// The ending of its name.
pub const ENDING: &str = ".run";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Run {
    /// All arguments.
    arguments: Vec<String>,
    /// Variables beside those of every fixture, or in their place.
    #[serde(default)]
    environment: BTreeMap<String, String>,
    /// Variables of every fixture that are not set.
    #[serde(default)]
    unset: Vec<String>,
    /// The working folder, relative to the one above `lang/`, which it is otherwise.
    #[serde(default)]
    current_dir: String,
    /// What is on standard input.
    #[serde(default)]
    stdin: String,
    /// That it is asked in a store of its own.
    store: Option<StoreOfRun>,
    /// The exit status, where it is another than the kind says.
    status: Option<i32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoreOfRun {
    /// What lies beside the store, described in a file relative to the folder above `lang/`.
    files: Option<String>,
}

/// Reads what the fixture `name` of `suite`, which has such a file, asks.
///
/// # Errors
/// When it cannot be read, or is no such document.
pub(super) fn question(suite: &Suite, name: &OsStr, class: Class) -> Result<Case, FixtureError> {
    let source = suite.file(name, ".nix");
    fixture::readable(&source)?;
    let run: Run = read::regular_toml(&suite.file(name, ENDING))?;
    let placed = |text: &str| placed(text, &suite.root);
    let mut environment = fixture::environment();
    environment.retain(|(variable, _)| {
        !run.unset.iter().chain(run.environment.keys()).any(|name| variable.to_str() == Some(name))
    });
    environment.extend(run.environment.iter().map(|(variable, value)| (variable.into(), placed(value))));
    let request = Request {
        arguments: run.arguments.iter().map(|argument| placed(argument)).collect(),
        environment,
        current_dir: suite.root.join(&run.current_dir),
        stdin: run.stdin.into_bytes(),
        count_work: false,
        store: match run.store {
            None => Store::AsSaid,
            Some(StoreOfRun { files }) => Store::Fresh { files: files.map(|files| suite.root.join(files)) },
        },
    };
    let mut case = Case::new(suite, shown(name), class, source, request);
    case.expectation.status = run.status.unwrap_or(case.expectation.status);
    Ok(case)
}

/// Whether the fixture `name` has such a file.
pub(super) fn exists(suite: &Suite, name: &OsStr) -> bool {
    read::lies_there(&suite.file(name, ENDING))
}

fn placed(text: &str, root: &Path) -> OsString {
    let mut parts = text.split("/pwd");
    let mut placed = OsString::from(parts.next().unwrap_or_default());
    for part in parts {
        placed.push(root);
        placed.push(part);
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::suite::tests::suite_of;

    fn case_of(run: &str) -> (tempfile::TempDir, Result<Case, FixtureError>) {
        let (folder, suite) = suite_of(&[("eval-fail-a.nix", "1"), ("eval-fail-a.run", run)]);
        let case = fixture::read(&suite, "eval-fail-a", Class::EvalFail);
        (folder, case)
    }

    #[test]
    fn everything_can_be_said() {
        let (_folder, case) = case_of(
            "arguments = [\"--eval\", \"/pwd/x\", \"a=/pwd\"]\nenvironment = { HOME = \"/pwd/home\", A = \"\" }\n\
             unset = [\"TEST_VAR\"]\ncurrent-dir = \"lang\"\nstdin = \"1\\n\"\n",
        );
        let case = case.expect("it is right");
        let root = case.root.to_str().expect("text");
        assert_eq!(
            case.request.arguments,
            ["--eval".to_owned(), format!("{root}/x"), format!("a={root}")].map(OsString::from)
        );
        assert_eq!(case.request.current_dir, case.root.join("lang"));
        assert_eq!(case.request.stdin, b"1\n");
        let variable = |name: &str| {
            let mut values = case.request.environment.iter().filter(|(variable, _)| variable == name);
            let value = values.next().map(|(_, value)| value.to_str().expect("text").to_owned());
            assert!(values.next().is_none(), "{name} is set twice");
            value
        };
        assert_eq!(variable("HOME"), Some(format!("{root}/home")));
        assert_eq!(variable("A"), Some(String::new()));
        assert_eq!(variable("TEST_VAR"), None);
        assert_eq!(variable("NIX_REMOTE").as_deref(), Some("dummy://"));
        assert_eq!(case.request.store, Store::AsSaid);
        assert!(case.expectation.stdout.is_some() && case.expectation.stderr.is_some());
    }

    #[test]
    fn a_case_can_be_asked_from_another_folder() {
        let (_folder, case) =
            case_of("arguments = [\"/pwd/x\"]\nenvironment = { HOME = \"/pwd\" }\ncurrent-dir = \"lang\"");
        let case = case.expect("it is right");
        let moved = case.request_in(Path::new("/other"));
        assert_eq!(moved.arguments, ["/other/x"]);
        assert_eq!(moved.current_dir, Path::new("/other/lang"));
        assert!(moved.environment.contains(&("HOME".into(), "/other".into())));
    }

    #[test]
    fn a_case_can_have_a_store_and_a_status_of_its_own() {
        let (_folder, case) = case_of("arguments = []\nstatus = 102\n[store]\nfiles = \"lang/files.toml\"");
        let case = case.expect("it is right");
        assert_eq!(case.request.store, Store::Fresh { files: Some(case.root.join("lang/files.toml")) });
        assert_eq!(case.expectation.status, 102);
    }

    #[test]
    fn what_is_wrong_is_refused_by_name() {
        for run in ["", "arguments = 1", "arguments = []\nhome = \"x\""] {
            let (_folder, case) = case_of(run);
            let message = case.expect_err("it is wrong").to_string();
            assert!(message.contains("eval-fail-a.run"), "{message}");
        }
    }
}
