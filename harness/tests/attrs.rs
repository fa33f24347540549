//! `thunkproof attrs` as people run it: what it takes, writes and refuses; how it goes on and is split.

use std::{collections::BTreeSet, fs, path::Path};

use assert_cmd::{Command, assert::Assert};
use predicates::{prelude::*, str::contains};
use serde_json::Value;
use tempfile::TempDir;

const ONE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/one");

const SET: &str = r#"{ system ? "none", n }: {
    list = [ n ];
    inner.${system} = { recurseForDerivations = true; a = n; b = throw "no"; c = { recurseForDerivations = true; d = 1; }; };
    fails = 1 + "a";
    many = builtins.listToAttrs (builtins.genList (i: { name = "x${toString i}"; value = i; }) 9) // { recurseForDerivations = true; };
}"#;

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("default.nix"), SET).expect("writable");
    fs::write(folder.path().join("five.nix"), "5").expect("writable");
    folder
}

/// Runs `thunkproof attrs` in `folder`. `_` stands for a space.
fn run(folder: &Path, words: &str) -> Assert {
    let mut command = Command::cargo_bin("thunkproof").expect("it is built with the tests");
    let words = words.split_whitespace().map(|word| word.replace('_', " "));
    command.current_dir(folder).env_remove("NIX_PATH").arg("attrs").args(words).assert()
}

const BOTH: &str = "--subject a=embedded --reference b=embedded";

/// The cases in a report: name, and what the subject printed.
fn cases(folder: &Path, file: &str) -> BTreeSet<(String, String)> {
    let text = fs::read_to_string(folder.join(file)).expect("it is written");
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let cases: Vec<_> = lines
        .filter(|line| line["name"].is_string())
        .map(|line| (text(&line["name"]), text(&line["outcomes"]["a"]["stdout"])))
        .collect();
    let set: BTreeSet<_> = cases.iter().cloned().collect();
    assert_eq!(set.len(), cases.len(), "each case once");
    set
}

#[test]
fn files_arguments_and_search_paths_are_taken_as_evaluators_take_them() {
    let folder = folder();
    let check = |words: &str, name: &str, printed: &str| {
        run(folder.path(), &format!("{words} {BOTH} --quiet --json run.jsonl")).success();
        let cases = cases(folder.path(), "run.jsonl");
        assert!(cases.contains(&(name.to_owned(), printed.to_owned())), "{cases:?}");
        fs::remove_file(folder.path().join("run.jsonl")).expect("it is there");
    };
    check(". --arg n 1_+_1 -A inner.none", "a", "{\"value\":2}");
    check("default.nix --argstr n 1_+_1 -A inner.none", "a", "{\"value\":\"1 + 1\"}");
    check("<set> -I set=. --arg n import_<five> -I five=five.nix -A inner.none.c", "d", "{\"value\":1}");
    check(". --arg n 1 --argstr system a.b -A inner.\"a.b\"", "b", "{\"caught\":true}");
    check(". --arg n 1", "inner", "{\"set\":[\"none\"]}");
    check(". --arg n 1", "many.x8", "{\"value\":8}");
    check(". --arg n builtins.fetchTree --option extra-experimental-features fetch-tree", "list", "{\"list\":1}");
}

#[test]
fn a_walk_is_resumed_split_and_merged() {
    let folder = folder();
    let path = folder.path();
    let words = format!(". --arg n 1 {BOTH} --quiet --chunk 3");
    run(path, &format!("{words} --json whole")).success().stdout(contains("15 cases: 15 agree"));
    let whole = cases(path, "whole");
    let text = fs::read_to_string(path.join("whole")).expect("it is written");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for kept in 1..lines.len() {
        // Ended within the line after those that are kept.
        let half = &lines[kept][..lines[kept].len() / 2];
        fs::write(path.join("part"), lines[..kept].concat() + half).expect("writable");
        run(path, &format!("{words} --json part --resume")).success().stdout(contains("15 cases: 15 agree"));
        assert_eq!(cases(path, "part"), whole, "{kept} lines kept");
    }
    run(path, &format!("{words} --json p1 --shard 1/2")).success();
    run(path, &format!("{words} --json p2 --shard 2/2")).success();
    let mut merge = Command::cargo_bin("thunkproof").expect("it is built with the tests");
    merge
        .current_dir(path)
        .args(["merge", "all", "p2", "p1"])
        .assert()
        .success()
        .stdout(contains("15 cases: 15 agree"));
    assert_eq!(cases(path, "all"), whole);
    run(path, &format!(". --arg n 2 {BOTH} --json part --resume")).code(2).stderr(contains("--arg was `n 1` there"));
}

#[test]
fn an_evaluator_that_answers_nothing_of_use_diverges_on_each_attribute() {
    let folder = folder();
    run(folder.path(), &format!(". --arg n 1 --reference b=cmd:{ONE} --quiet"))
        .code(1)
        .stdout(contains("15 cases: 0 agree, 15 diverge").and(contains("fails-alike: value / `not one`")));
}

#[test]
fn what_cannot_be_done_is_said() {
    let folder = folder();
    let complaint = |words: &str, expected: &str| {
        run(folder.path(), words).code(2).stderr(contains(format!("thunkproof: {expected}")));
    };
    complaint(". --arg n 1", "there is nobody to compare with");
    complaint(&format!("absent.nix {BOTH}"), "cannot read absent.nix: No such file or directory");
    complaint(
        &format!(". {BOTH}"),
        ". gives no set: error: function 'anonymous lambda' called without required argument 'n'",
    );
    fs::create_dir(folder.path().join("flake")).expect("writable");
    fs::write(folder.path().join("flake/flake.nix"), "{ outputs = { self }: { }; }").expect("writable");
    for name in ["flake", "flake/flake.nix"] {
        complaint(
            &format!("{name} {BOTH}"),
            &format!("{name} is a flake, and the outputs of a flake cannot be walked yet"),
        );
    }
    complaint(&format!("five.nix {BOTH}"), "five.nix gives no set: it gives something else: {\"value\":5}");
    complaint(&format!(". {BOTH} -A a..b"), "`a..b` is no attribute path: write names with dots between them");
}
