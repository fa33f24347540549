//! The definition of the language, judged by the fixtures: what it answers is what was recorded. How many it answers may
//! not shrink.

#[path = "common/required.rs"]
mod required;

use std::{env, path::Path};

use rayon::prelude::*;
use thunkproof::{
    case::{Case, Class, Suite, fixture},
    engine::{Definition, Engine},
    outcome::{
        Ending, Level, Outcome,
        error::{self, ErrorClass},
        judge,
    },
    project,
};

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is a folder of the workspace")
}

/// What it does not do as an evaluator: it knows one set of features, in which there are pipe operators; and it says that an
/// `assert` of an equation fails, and not how the two differ.
const NOT_ITS_OWN: [&str; 3] =
    ["eval-fail-assert-equal-function-direct", "eval-fail-form-assert-equal-functions", "eval-fail-pipe-operators"];

/// What is wrong with an answer. Where it has no words for an error, it fails as it should.
fn complaint(case: &Case, outcome: &Outcome) -> Option<String> {
    let judgement = judge(case, outcome);
    if case.class == Class::EvalOkay {
        return (!judgement.passes(Level::Value)).then(|| format!("{judgement:?}"));
    }
    let class = |stderr: &[u8]| error::parts(stderr).error.map(|error| ErrorClass::of(&error::message(error)));
    let recorded = case.expectation.stderr.as_ref().and_then(|recorded| class(&recorded.bytes));
    let came = class(&outcome.stderr);
    let alike = outcome.ending == Ending::Exited(case.expectation.status)
        && (came == recorded || came == Some(ErrorClass::Other));
    (!alike).then(|| format!("{:?} {came:?}, not {recorded:?}: {}", outcome.ending, outcome.stderr.escape_ascii()))
}

/// How many fixtures of a suite it answers.
fn judged(root: &Path) -> usize {
    let suite = Suite::open(root).unwrap_or_else(|error| panic!("{error}"));
    let lang = suite.root.join("lang");
    let mut names: Vec<String> = std::fs::read_dir(lang)
        .expect("fixtures are in lang/")
        .filter_map(|entry| Some(entry.ok()?.file_name().to_str()?.strip_suffix(".nix")?.to_owned()))
        .collect();
    names.sort();
    let engine = Definition::new();
    let answers: Vec<Result<usize, String>> = names
        .par_iter()
        .map(|name| {
            let class = Class::of(name).filter(|class| matches!(class, Class::EvalOkay | Class::EvalFail));
            let Some(class) = class else { return Ok(0) };
            if suite.file(name, ".exp-disabled").exists() || NOT_ITS_OWN.contains(&name.as_str()) {
                return Ok(0);
            }
            let case = fixture::read(&suite, name, class).map_err(|error| format!("{name}: {error}"))?;
            let outcome = engine.evaluate(&case.request);
            if matches!(outcome.ending, Ending::NotAsked(_)) {
                return Ok(0);
            }
            complaint(&case, &outcome).map_or(Ok(1), |complaint| Err(format!("{name}: {complaint}")))
        })
        .collect();
    let wrong: Vec<&str> = answers.iter().filter_map(|answer| answer.as_ref().err()).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
    answers.into_iter().flatten().sum()
}

#[test]
fn own_fixtures_are_answered_as_recorded() {
    let answered = judged(&workspace().join(project::FIXTURES));
    assert!(answered >= 820, "only {answered} of this project's fixtures are answered");
}

#[test]
fn upstreams_fixtures_are_answered_as_recorded() {
    let given = env::var_os("THUNKPROOF_UPSTREAM").filter(|folder| !folder.is_empty());
    let folder = match given {
        Some(folder) => workspace().join(folder),
        None => workspace().join("../shared/upstream/nix-2.34.8"),
    };
    if !folder.join("lang").is_dir() {
        required::missing("fixtures", "upstream's fixtures are not on this machine");
        return;
    }
    let answered = judged(&folder);
    assert!(answered >= 151, "only {answered} of upstream's fixtures are answered");
}
