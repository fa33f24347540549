//! Records expectations: asks a reference, and writes its answer where [`crate::case`] reads it.
//!
//! Expectations are never typed. The release that gave them is written beside them, and one suite never holds answers
//! of two releases.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    case::{Case, Recorded, Release, Suite, links, suite::Layout},
    engine::{Command, Engine, Limits, NamedSpec, RELEASE_OF_RECORD, Spec, SpecError, room},
    outcome::{Ending, normalise},
};

/// The variable that asks for blessing, here and in tests.
pub const VARIABLE: &str = "THUNKPROOF_BLESS";

/// Name of the file, beside `lang/`, that tells who gave the expectations.
pub const PROVENANCE: &str = "reference.toml";

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum BlessError {
    /// A machine that checks must not change what it checks against.
    #[error("blessing is refused where CI is set: record expectations on your own machine and commit them")]
    InCi,
    /// There is no reference to ask.
    #[error(
        "no reference of release {RELEASE_OF_RECORD} under {}: run scripts/provision-reference, or name one with \
         --reference PROGRAM",
        .0.display()
    )]
    NoReference(PathBuf),
    /// What is judged was to give the answers.
    #[error("`{0}` is what is judged: name a reference to record from, as in --reference NAME=cmd:PROGRAM")]
    OwnAnswers(String),
    /// The reference does not work.
    #[error(transparent)]
    Engine(#[from] SpecError),
    /// The recordings of a suite come from another release.
    #[error(
        "{} says that the expectations come from {recorded}, and this is {asked}: record the whole suite anew \
         (without --filter) or ask the same release",
        file.display()
    )]
    OtherRelease {
        /// The file that says so.
        file: PathBuf,
        /// The release in it.
        recorded: String,
        /// The release that was to be asked.
        asked: String,
    },
    /// The file that names the release is not what it should be.
    #[error("{}: {message}", file.display())]
    Provenance {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The answer contradicts the fixture's name.
    #[error("{name}: its name asks for exit status {expected}, and the reference ends with {ending}{message}")]
    Contradicted {
        /// The fixture.
        name: String,
        /// What its class asks for.
        expected: i32,
        /// What came.
        ending: Ending,
        /// The last line of standard error, after a colon.
        message: String,
    },
    /// The reference says one thing and then another.
    #[error("{0}: the reference answers differently when asked twice, from two folders, so nothing can be recorded")]
    Undecided(String),
    /// The fixtures cannot be put into a second folder.
    #[error("cannot copy {} to ask from another folder: {source}", folder.display())]
    Uncopied {
        /// The suite's folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The suite is somebody else's.
    #[error("{} is laid out in another way than this project's fixtures: their own project records them", folder.display())]
    Foreign {
        /// The suite's folder.
        folder: PathBuf,
    },
    /// A recording cannot be written.
    #[error("cannot write {}: {source}", file.display())]
    Unwritable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Provenance {
    /// What the reference answered to `--version`.
    release: String,
    /// What other releases answered that gave expectations of their own, by fixture and side (`NAME.until-2.3`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    sides: BTreeMap<String, String>,
}

/// Whether blessing is asked for, by flag or by variable.
///
/// # Errors
/// When it is, and this is a CI machine.
pub fn requested(flag: bool) -> Result<bool, BlessError> {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0" && value != "false");
    match flag || set(VARIABLE) {
        true if set("CI") => Err(BlessError::InCi),
        asked => Ok(asked),
    }
}

/// The reference to record from: what was named, an engine as everywhere (`NAME=cmd:PROGRAM`) or just a program, or else
/// the release of record as `scripts/provision-reference` leaves it under `root`.
///
/// # Errors
/// When there is none, it does not start, or it is the evaluator that is to be judged.
pub fn reference(named: Option<&OsStr>, root: &Path, limits: Limits) -> Result<Box<dyn Engine>, BlessError> {
    if let Some(named) = named {
        return match named.to_str().and_then(|text| text.parse::<NamedSpec>().ok()) {
            Some(NamedSpec { spec: Spec::Embedded | Spec::Definition, name }) => Err(BlessError::OwnAnswers(name)),
            Some(engine) => Ok(engine.start(limits)?.engine),
            None => Ok(Box::new(Command::new(Path::new(named), limits)?)),
        };
    }
    let folder = root.join("target/reference");
    let mut programs: Vec<_> = fs::read_dir(&folder)
        .map(|entries| entries.flatten().map(|entry| entry.path().join("bin/nix-instantiate")).collect())
        .unwrap_or_default();
    programs.sort();
    let mut started = programs.iter().filter(|program| program.exists()).map(|program| Command::new(program, limits));
    let fits = |engine: &Command| engine.identity().is_of_record();
    match started.find_map(|engine| engine.ok().filter(fits)) {
        Some(engine) => Ok(Box::new(engine)),
        None => Err(BlessError::NoReference(folder)),
    }
}

/// A copy of `suite` in a folder whose path is longer and otherwise unlike, from which the reference is asked again: an
/// answer that depends on where it was asked must not be recorded.
///
/// # Errors
/// When it cannot be written.
pub fn elsewhere(suite: &Suite) -> Result<tempfile::TempDir, BlessError> {
    let uncopied = |source| BlessError::Uncopied { folder: suite.root.clone(), source };
    let length = suite.root.as_os_str().len() % 64;
    let prefix = format!("thunkproof-elsewhere-{}", "x".repeat(length));
    // Programs see the folder without links, and what is recorded is found by its path.
    let temporary = std::env::temp_dir().canonicalize().map_err(uncopied)?;
    let folder = tempfile::Builder::new().prefix(&prefix).tempdir_in(temporary).map_err(uncopied)?;
    links::copy_with_links(&suite.root, folder.path(), &[]).map_err(uncopied)?;
    Ok(folder)
}

/// Of these cases, those that `reference` gives expectations for. Where it is another release than the one that the suite
/// is recorded from, these are the fixtures that hold something for it apart, if there are any.
///
/// # Errors
/// When the suite is not laid out as ours are, or some expectations of another release would stay; `whole` tells that the
/// cases are all of the suite.
pub fn to_record(
    suite: &Suite,
    cases: Vec<Case>,
    reference: &dyn Engine,
    whole: bool,
) -> Result<Vec<Case>, BlessError> {
    if suite.layout != Layout::Upstream {
        return Err(BlessError::Foreign { folder: suite.root.clone() });
    }
    let release = Release::of_version(&reference.identity().version);
    let is_apart = |case: &Case| case.side_for(release.as_ref()).is_some();
    let is_other = provenance(suite)?.is_some_and(|it| it.release != reference.identity().version);
    let mut cases = cases;
    if is_other && !whole && cases.iter().any(is_apart) {
        cases.retain(is_apart);
    } else {
        check_release(suite, reference, whole)?;
    }
    let cases = cases.into_iter().map(|case| case.of_release(release.as_ref()));
    Ok(cases.filter(|case| case.unjudged.is_none()).collect())
}

/// What is written beside the fixtures of a suite, if anything is.
fn provenance(suite: &Suite) -> Result<Option<Provenance>, BlessError> {
    let file = suite.root.join(PROVENANCE);
    let invalid = |message: String| BlessError::Provenance { file: file.clone(), message };
    match fs::read_to_string(&file) {
        Ok(text) => toml::from_str(&text).map(Some).map_err(|error| invalid(error.to_string())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(invalid(error.to_string())),
    }
}

/// Makes sure that answers of `reference` may be recorded in `suite`; `whole` tells that all of the suite's fixtures
/// will be recorded.
///
/// # Errors
/// When some expectations of another release would stay.
pub fn check_release(suite: &Suite, reference: &dyn Engine, whole: bool) -> Result<(), BlessError> {
    let Some(Provenance { release: recorded, .. }) = provenance(suite)? else { return Ok(()) };
    let file = suite.root.join(PROVENANCE);
    let asked = reference.identity().version.clone();
    if whole || recorded == asked { Ok(()) } else { Err(BlessError::OtherRelease { file, recorded, asked }) }
}

/// Writes down that the expectations of these cases of `suite` come from `reference`.
///
/// # Errors
/// When the file cannot be written.
pub fn write_release(suite: &Suite, cases: &[Case], reference: &dyn Engine) -> Result<(), BlessError> {
    let file = suite.root.join(PROVENANCE);
    let version = reference.identity().version.clone();
    let release = Release::of_version(&version);
    let mut provenance = provenance(suite)?.unwrap_or(Provenance { release: version.clone(), sides: BTreeMap::new() });
    let mut all_apart = !cases.is_empty();
    for case in cases {
        match case.side_for(release.as_ref()) {
            Some(side) => {
                provenance.sides.insert(format!("{}.{}", case.name, side.holds.label()), version.clone());
            }
            None => all_apart = false,
        }
    }
    if !all_apart {
        provenance.release = version;
    }
    let body = toml::to_string(&provenance)
        .map_err(|error| BlessError::Provenance { file: file.clone(), message: error.to_string() })?;
    let text = format!("# Written by `thunkproof check --bless`: who gave the expectations in lang/.\n{body}");
    fs::write(&file, text).map_err(|source| BlessError::Unwritable { file, source })
}

/// Asks `reference` twice, the second time in the copy of the suite at `elsewhere`, and records its answer to `case`.
/// Gives whether a recording changed.
///
/// # Errors
/// When the answer contradicts the fixture's name, is not the same twice, or cannot be written. Then nothing is changed.
pub fn record(case: &Case, reference: &dyn Engine, elsewhere: &Path) -> Result<bool, BlessError> {
    let ask = |folder: &Path| {
        let request = case.request_in(folder);
        let outcome = room::ask(reference, &request);
        let stream = |bytes: &[u8]| normalise::without_folder(bytes, folder);
        let (stdout, stderr) = (stream(&outcome.stdout), stream(&outcome.stderr));
        (outcome, stdout, stderr)
    };
    let (outcome, stdout, stderr) = ask(&case.root);
    if outcome.ending != Ending::Exited(case.expectation.status) {
        let text = String::from_utf8_lossy(&stderr);
        let message = text.lines().rfind(|line| !line.trim().is_empty());
        return Err(BlessError::Contradicted {
            name: case.name.clone(),
            expected: case.expectation.status,
            ending: outcome.ending,
            message: message.map(|line| format!(": {}", line.trim())).unwrap_or_default(),
        });
    }
    let (again, again_stdout, again_stderr) = ask(elsewhere);
    if (&again.ending, &again_stdout, &again_stderr) != (&outcome.ending, &stdout, &stderr) {
        return Err(BlessError::Undecided(case.name.clone()));
    }
    let changed_stdout = write(case.expectation.stdout.as_ref(), &stdout, true)?;
    let changed_stderr = write(case.expectation.stderr.as_ref(), &stderr, false)?;
    Ok(changed_stdout || changed_stderr)
}

/// Records a stream; an empty one needs a file only where `always` asks for it.
fn write(recorded: Option<&Recorded>, bytes: &[u8], always: bool) -> Result<bool, BlessError> {
    let Some(Recorded { file, bytes: before, .. }) = recorded else { return Ok(false) };
    let wanted = always || !bytes.is_empty();
    if wanted == file.exists() && before == bytes {
        return Ok(false);
    }
    let result = if wanted { fs::write(file, bytes) } else { fs::remove_file(file) };
    result.map(|()| true).map_err(|source| BlessError::Unwritable { file: file.clone(), source })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        case::{Class, Request, fixture, suite::tests::suite_of},
        engine::Identity,
        outcome::Outcome,
    };

    /// A reference that always says the same, or with `fickle` something new each time.
    struct Oracle {
        identity: Identity,
        status: i32,
        stdout: &'static str,
        stderr: &'static str,
        fickle: Option<std::sync::atomic::AtomicU32>,
    }

    fn oracle(status: i32, stdout: &'static str, stderr: &'static str) -> Oracle {
        let identity = Identity { engine: "cmd:oracle".into(), version: "oracle 1".into() };
        Oracle { identity, status, stdout, stderr, fickle: None }
    }

    impl Engine for Oracle {
        fn identity(&self) -> &Identity {
            &self.identity
        }

        fn evaluate(&self, request: &Request) -> Outcome {
            let root = request.current_dir.to_str().expect("text");
            let count = self.fickle.as_ref().map(|it| it.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
            let here = |text: &str| text.replace("ROOT", root).replace("LENGTH", &root.len().to_string());
            let stderr = here(self.stderr) + &count.map(|it| it.to_string()).unwrap_or_default();
            Outcome {
                ending: Ending::Exited(self.status),
                stdout: here(self.stdout).into_bytes(),
                stderr: stderr.into_bytes(),
                elapsed: Duration::ZERO,
                work: None,
            }
        }
    }

    /// What recording the first of these files does, and which files `lang/` holds afterwards.
    fn check(files: &[(&str, &str)], oracle: &Oracle, result: Result<bool, &str>, after: &[(&str, &str)]) {
        let (folder, suite) = suite_of(files);
        let name = files[0].0.strip_suffix(".nix").expect("the program comes first");
        let case = fixture::read(&suite, name, Class::of(name).expect("a fixture's name")).expect("readable");
        let copy = elsewhere(&suite).expect("writable");
        match (record(&case, oracle, copy.path()), result) {
            (Ok(changed), Ok(expected)) => assert_eq!(changed, expected),
            (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{error}"),
            (came, expected) => panic!("{came:?} instead of {expected:?}"),
        }
        let mut found: Vec<_> = fs::read_dir(folder.path().join("lang"))
            .expect("readable")
            .map(|entry| entry.expect("readable"))
            .map(|entry| (entry.file_name(), fs::read_to_string(entry.path()).expect("text")))
            .collect();
        found.sort();
        let found: Vec<_> = found.iter().map(|(name, text)| (name.to_str().expect("text"), text.as_str())).collect();
        assert_eq!(found, after);
    }

    #[test]
    fn each_class_records_what_is_compared() {
        check(
            &[("eval-okay-a.nix", "p")],
            &oracle(0, "ROOT/x\n", "trace: ROOT\n"),
            Ok(true),
            &[("eval-okay-a.err.exp", "trace: /pwd\n"), ("eval-okay-a.exp", "/pwd/x\n"), ("eval-okay-a.nix", "p")],
        );
        check(
            &[("eval-fail-a.nix", "p")],
            &oracle(1, "ignored", "error: x\n"),
            Ok(true),
            &[("eval-fail-a.err.exp", "error: x\n"), ("eval-fail-a.nix", "p")],
        );
        check(
            &[("eval-okay-a.nix", "p"), ("eval-okay-a.exp.xml", "")],
            &oracle(0, "<x/>", "ignored"),
            Ok(true),
            &[("eval-okay-a.exp.xml", "<x/>"), ("eval-okay-a.nix", "p")],
        );
    }

    #[test]
    fn what_is_no_longer_said_is_taken_out_and_what_is_right_stays() {
        let right = [("eval-okay-a.exp", "1\n"), ("eval-okay-a.nix", "p")];
        check(
            &[("eval-okay-a.nix", "p"), ("eval-okay-a.exp", "1\n"), ("eval-okay-a.err.exp", "trace: old\n")],
            &oracle(0, "1\n", ""),
            Ok(true),
            &right,
        );
        check(&[("eval-okay-a.nix", "p"), ("eval-okay-a.exp", "1\n")], &oracle(0, "1\n", ""), Ok(false), &right);
    }

    #[test]
    fn a_contradiction_records_nothing() {
        let contradiction =
            Err("a: its name asks for exit status 0, and the reference ends with exit status 1: error: x");
        check(
            &[("eval-okay-a.nix", "p")],
            &oracle(1, "", "\nerror: x\n\n"),
            contradiction,
            &[("eval-okay-a.nix", "p")],
        );
        let fickle = Oracle { fickle: Some(0.into()), ..oracle(0, "1", "") };
        check(&[("eval-okay-a.nix", "p")], &fickle, Err("differently when asked twice"), &[("eval-okay-a.nix", "p")]);
    }

    #[test]
    fn an_answer_that_depends_on_the_folder_is_not_recorded() {
        let length = oracle(0, "LENGTH", "");
        check(&[("eval-okay-a.nix", "p")], &length, Err("from two folders"), &[("eval-okay-a.nix", "p")]);
    }

    #[test]
    fn a_reference_is_named_as_engines_are_or_by_its_program() {
        let limits = Limits::of_time(Duration::from_secs(5));
        let one = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/one");
        let check = |named: &str, expected: Result<&str, &str>| {
            let started = reference(Some(OsStr::new(named)), Path::new("/absent"), limits);
            match (started, expected) {
                (Ok(engine), Ok(version)) => assert_eq!(engine.identity().version, version),
                (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
                _ => panic!("{named}"),
            }
        };
        check(one, Ok("one 1.0"));
        check(&format!("cmd:{one}"), Ok("one 1.0"));
        check(&format!("2.34.8=cmd:{one}"), Ok("one 1.0"));
        check("embedded", Err("is what is judged"));
        check("2.34.8=embedded", Err("is what is judged"));
        check("/absent/program", Err("/absent/program"));
    }

    #[test]
    fn releases_are_not_mixed() {
        let (_folder, suite) = suite_of(&[("eval-okay-a.nix", "1")]);
        let (first, other) = (oracle(0, "", ""), oracle(0, "", ""));
        let identity = Identity { version: "oracle 2".into(), ..other.identity.clone() };
        let other = Oracle { identity, ..other };
        check_release(&suite, &first, false).expect("nothing is recorded yet");
        write_release(&suite, &[], &first).expect("writable");
        check_release(&suite, &first, false).expect("the same release");
        check_release(&suite, &other, true).expect("nothing of the old release stays");
        let error = check_release(&suite, &other, false).expect_err("mixed").to_string();
        assert!(error.contains("come from oracle 1, and this is oracle 2"), "{error}");
    }
}
