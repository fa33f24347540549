//! Releases of the reference on upstream's fixtures: the figures of the matrix, and what differs between two of them, are
//! what was measured by other means. So the harness shows these differences, classed as they should be, and no others.
//!
//! Runs where the releases are (`scripts/provision-reference` brings them; THUNKPROOF_REFERENCES names another folder of
//! theirs) and upstream's fixtures of 2.34.8 (THUNKPROOF_UPSTREAM; `scripts/provision-fixtures` brings them). Where
//! something is missing, the tests say so and pass, or fail where THUNKPROOF_REQUIRE wants it. THUNKPROOF_BLESS=1 records
//! the differences anew.

#[path = "common/required.rs"]
mod required;

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// The release that the fixtures are of.
const FIXTURES_OF: &str = "2.34.8";

/// Exact answers of each release: of all 142 eval-okay, 109 eval-fail, 41 parse-fail and 13 parse-okay.
const FIGURES: &[(&str, [u64; 4])] = &[
    ("2.34.8", [142, 109, 41, 13]),
    ("2.26.3", [129, 85, 16, 13]),
    ("2.8.0", [118, 0, 0, 9]),
    ("2.3.7", [108, 0, 0, 4]),
];

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is a folder of the workspace")
}

/// A folder that the environment names, from the root of the repository on, or this one.
fn folder(variable: &str, otherwise: &str) -> PathBuf {
    let named = env::var_os(variable).filter(|folder| !folder.is_empty());
    workspace().join(named.map_or_else(|| otherwise.into(), PathBuf::from))
}

/// The `nix-instantiate` of a release.
fn program(release: &str) -> Option<PathBuf> {
    let suites = fs::read_dir(folder("THUNKPROOF_REFERENCES", "target/reference")).ok()?;
    let programs = suites.flatten().map(|suite| suite.path().join("bin/nix-instantiate"));
    programs.filter(|program| program.exists()).find(|program| {
        let answer = Command::new(program).arg("--version").env("NIX_REMOTE", "dummy://").output();
        let wanted = format!(" {release}\n");
        answer.is_ok_and(|answer| answer.stdout.ends_with(wanted.as_bytes()))
    })
}

/// The folder of upstream's fixtures.
fn fixtures() -> Option<PathBuf> {
    let folders = [folder("THUNKPROOF_UPSTREAM", "target/fixtures"), workspace().join("../shared/upstream")];
    let inner = format!("nix-{FIXTURES_OF}");
    let folders = folders.into_iter().flat_map(|folder| [folder.join(&inner), folder]);
    folders.into_iter().find(|folder| folder.join("lang/eval-okay-url-literal-warn.nix").is_file())
}

/// The fixtures and the programs of these releases; says what is missing.
fn provisioned(releases: &[&str]) -> Option<(PathBuf, Vec<String>)> {
    let Some(fixtures) = fixtures() else {
        required::missing(
            "fixtures",
            &format!("upstream's fixtures of {FIXTURES_OF} are not here (THUNKPROOF_UPSTREAM)"),
        );
        return None;
    };
    let mut engines = Vec::new();
    for release in releases {
        let Some(program) = program(release) else {
            required::missing("reference", &format!("Nix {release} is not here (scripts/provision-reference)"));
            return None;
        };
        engines.push(format!("{release}=fork:{}", program.display()));
    }
    Some((fixtures, engines))
}

/// Runs thunkproof over the fixtures on these engines, of which the first is the subject, with a report in JSON.
fn report(subcommand: &str, fixtures: &Path, engines: &[String]) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("report.json");
    let mut command = Command::new(env!("CARGO_BIN_EXE_thunkproof"));
    command.arg(subcommand).arg(fixtures).arg("--quiet").arg("--json").arg(&file).current_dir(folder.path());
    command.args(["--subject", &engines[0]]);
    command.args(engines[1..].iter().flat_map(|engine| ["--reference", engine]));
    let output = command.output().expect("it is built with the tests");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{said}");
    fs::read_to_string(file).expect("it is written")
}

#[test]
fn the_matrix_gives_the_measured_figures() {
    let releases: Vec<_> = FIGURES.iter().map(|(release, _)| *release).collect();
    let Some((fixtures, mut engines)) = provisioned(&releases) else { return };
    engines.push("ours=embedded".to_owned());
    let document: Value = serde_json::from_str(&report("matrix", &fixtures, &engines)).expect("JSON");
    let exact = |engine: &str| {
        let classes = &document["engines"][engine]["classes"];
        ["eval-okay", "eval-fail", "parse-fail", "parse-okay"]
            .map(|class| classes[class]["exact"].as_u64().expect("a number"))
    };
    for (release, figures) in FIGURES {
        assert_eq!(exact(release), *figures, "{release}");
    }
    assert_eq!(exact("ours"), FIGURES[0].1, "the embedded evaluator");
}

#[test]
fn what_differs_between_two_releases_is_shown_and_nothing_else() {
    let old = "2.26.3";
    let Some((fixtures, engines)) = provisioned(&[old, FIXTURES_OF]) else { return };
    let report = report("diff", &fixtures, &engines);
    let mut found = BTreeMap::new();
    for line in report.lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let text = |field: &str| case[field].as_str().map(str::to_owned);
        let Some(name) = text("name") else { continue };
        if case["verdict"] != "agree" {
            let level = text("level").unwrap_or_else(|| "inconclusive".to_owned());
            found.insert(name, level);
        }
    }
    let found: String = found.iter().map(|(name, level)| format!("{level} {name}\n")).collect();
    let recorded = workspace().join(format!("harness/tests/releases/{old}-{FIXTURES_OF}.txt"));
    if env::var_os("THUNKPROOF_BLESS").is_some_and(|value| value == "1") {
        assert!(env::var_os("CI").is_none(), "expectations are not blessed in CI");
        fs::write(&recorded, found).expect("writable");
        return;
    }
    let expected = fs::read_to_string(&recorded).expect("recorded");
    assert!(found == expected, "{}", similar::TextDiff::from_lines(&expected, &found).unified_diff());
}

#[test]
fn the_own_fixtures_known_to_diverge_are_known_to_diff_and_matrix() {
    let Some(reference) = program(FIXTURES_OF) else {
        required::missing("reference", &format!("Nix {FIXTURES_OF} is not here (scripts/provision-reference)"));
        return;
    };
    // Fixtures of `builtins.break`, two of which diverge.
    let run = |subcommand: &str, engines: [String; 2]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_thunkproof"));
        command.current_dir(workspace()).args([subcommand, "--filter", "*break*", "--quiet", "--subject"]);
        let output = command.arg(&engines[0]).args(["--reference", &engines[1]]).output();
        let output = output.expect("it is built with the tests");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (ours, record) = ("ours=embedded".to_owned(), format!("{FIXTURES_OF}=fork:{}", reference.display()));
    for engines in [[ours.clone(), record.clone()], [record.clone(), ours.clone()]] {
        let (status, said) = run("diff", engines);
        assert!(status == Some(0) && said.contains(" 0 diverge, 2 known, 0 inconclusive"), "{status:?}: {said}");
    }
    let (status, said) = run("matrix", [ours, record]);
    let known = said.lines().filter(|line| line.ends_with(", 2 known to diverge")).collect::<Vec<_>>();
    assert!(status == Some(0) && known.len() == 1 && known[0].starts_with("ours"), "{status:?}: {said}");
}

#[test]
fn what_is_required_is_named_in_a_list() {
    assert!(required::is_required("reference", "fixtures, reference"));
    assert!(!required::is_required("reference", "references,browser") && !required::is_required("reference", ""));
}
