//! What the two targets over fixtures share: one fixture file is one test.
//!
//! `THUNKPROOF_ENGINE` (as `--engine` of `thunkproof check`) puts another evaluator under the same tests.

use std::{
    env,
    path::{Path, PathBuf},
    sync::LazyLock,
    time::Duration,
};

use thunkproof::{
    case::{Class, Release, Suite, fixture},
    engine::{Engine, Limits, NamedSpec},
    known::{self, Known, Observation},
    outcome::{Ending, judge},
    report::diff,
};

/// The files that are fixtures.
pub const PATTERN: &str = r"^lang/(eval|parse)-(okay|fail)-[^/]*\.nix$";

/// What one fixture may take on the clock; tests share the machine with other tests.
pub const LIMITS: Limits = Limits::of_time(Duration::from_secs(60));

/// The root of the repository.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is a folder of the workspace").to_owned()
}

/// A folder in the form that the test runner takes.
pub fn root(folder: PathBuf) -> String {
    folder.into_os_string().into_string().unwrap_or_else(|folder| panic!("{} is not UTF-8", folder.display()))
}

static ENGINE: LazyLock<Box<dyn Engine>> = LazyLock::new(|| {
    let spec = env::var("THUNKPROOF_ENGINE").unwrap_or_else(|_| "embedded".to_owned());
    spec.parse::<NamedSpec>()
        .and_then(|it| it.spec.start(LIMITS))
        .unwrap_or_else(|error| panic!("THUNKPROOF_ENGINE: {error}"))
});

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let file = workspace().join(known::FILE);
    if file.exists() { Known::load(&file).unwrap_or_else(|error| panic!("{error}")) } else { Known::default() }
});

/// Judges one fixture: it is exact, or its divergence is listed as known and is as listed.
pub fn check(suite: &Suite, name: &str) -> datatest_stable::Result<()> {
    if suite.file(name, ".exp-disabled").exists() {
        return Ok(());
    }
    let class = Class::of(name).ok_or("not a fixture's name")?;
    let release = Release::of_version(&ENGINE.identity().version);
    let case = fixture::read(suite, name, class)?.of_release(release.as_ref());
    if case.unjudged.is_some() {
        return Ok(());
    }
    let judgement = judge(&case, &thunkproof::engine::room::ask(&**ENGINE, &case.request));
    let seen = Observation::of(&suite.name, name, &judgement);
    let (engine, today) = (&ENGINE.identity().engine, jiff::Zoned::now().date());
    let stale = KNOWN.audit(&[engine], today, &[seen], false);
    if !stale.is_empty() {
        return Err(stale.join("\n").into());
    }
    let exited = judgement.ending == Ending::Exited(judgement.expected_status);
    if (exited && judgement.differences.is_empty()) || KNOWN.accepts(&[engine], today, seen).is_some() {
        return Ok(());
    }
    let mut message = format!("exit status {} expected, {}\n", judgement.expected_status, judgement.ending);
    for difference in &judgement.differences {
        message += &diff::unified(difference.stream, &difference.expected, &difference.came, 80);
    }
    Err(anstream::adapter::strip_str(&message).to_string().into())
}
