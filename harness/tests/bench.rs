//! `thunkproof bench` as people run it.

use std::{fs, path::Path};

use assert_cmd::{Command, assert::Assert};
use predicates::str::contains;
use tempfile::TempDir;

/// Stands in for an evaluator: prints `1` for a program that holds `1`, and fails otherwise.
const SCRIPTED: &str = concat!("=cmd:", env!("CARGO_MANIFEST_DIR"), "/tests/programs/one");

/// Runs `thunkproof bench` with these words in a folder with `one.nix` and `two.nix`; `=ONE` stands for the engine
/// above.
fn check(words: &str) -> (TempDir, Assert) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, content) in [("one.nix", "1"), ("two.nix", "2")] {
        fs::write(folder.path().join(name), content).expect("writable");
    }
    let mut command = Command::cargo_bin("thunkproof").expect("it is built with the tests");
    let words = words.split_whitespace().map(|word| word.replace("=ONE", SCRIPTED));
    let assert = command.current_dir(&folder).arg("bench").args(words).assert();
    (folder, assert)
}

#[test]
fn both_are_measured_in_each_round() {
    let (folder, assert) = check("one.nix --subject a=ONE --reference b=ONE --rounds 3 --json run.json");
    assert.success().stdout(contains("one ")).stdout(contains("geometric means of a / b: CPU"));
    let document = fs::read(Path::new(folder.path()).join("run.json")).expect("written");
    let document: serde_json::Value = serde_json::from_slice(&document).expect("JSON");
    let samples = &document["workloads"][0]["samples"];
    assert_eq!(samples.as_array().map(Vec::len), Some(2));
    assert!(samples.as_array().expect("a list").iter().all(|it| it.as_array().map(Vec::len) == Some(3)), "{samples}");
}

#[test]
fn sizes_tell_how_cost_grows() {
    let (_folder, assert) = check("one.nix --subject a=ONE --reference b=ONE --rounds 1 --sizes 10,20");
    assert.success().stdout(contains("ns/element at 20"));
}

#[test]
fn what_cannot_be_measured_is_told_in_a_line() {
    let check = |words: &str, message: &str| {
        let (_folder, assert) = check(words);
        assert.code(2).stderr(contains(message));
    };
    check("two.nix --subject a=ONE", "a fails on two (exit status: 1)");
    check("no.nix --subject a=ONE", "cannot read no.nix");
    check("one.nix --subject a=embedded", "`a=embedded` has no process of its own to measure: write NAME=cmd:PROGRAM");
    check("one.nix --subject a=ONE --reference a=ONE", "two engines are called `a`");
    check("one.nix --subject a=ONE --filter z", "no workload is left");
    check("one.nix --subject a=ONE --json /dev/null/x.json", "cannot write /dev/null/x.json");
}
