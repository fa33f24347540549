//! Where reports go: `-` is standard output everywhere, nothing overwrites what is read, and what could not be written is
//! no success.

#[path = "common/files.rs"]
mod files;

use std::{fs, path::Path};

use assert_cmd::{Command, assert::Assert};
use files::folder;
use predicates::str::contains;
use tempfile::TempDir;

const ONE: &str = concat!("cmd:", env!("CARGO_MANIFEST_DIR"), "/tests/programs/one");

/// A folder with a suite that passes, a workload, and runs of the suite.
fn prepared() -> TempDir {
    let folder = folder(&[
        ("s/lang/eval-okay-a.nix", "1"),
        ("s/lang/eval-okay-a.exp", "1\n"),
        ("s/lang/eval-okay-b.nix", "1"),
        ("s/lang/eval-okay-b.exp", "1\n"),
        ("work.nix", "1"),
    ]);
    run(folder.path(), "check s --engine ONE --json run.json").success();
    for part in [1, 2] {
        let words =
            format!("diff s --subject a=ONE --reference b=ONE --quiet --shard {part}/2 --json part{part}.jsonl");
        run(folder.path(), &words).success();
    }
    folder
}

/// Runs `thunkproof` in `folder` with these words; `ONE` is a stand-in for an evaluator.
fn run(folder: &Path, words: &str) -> Assert {
    command(folder, words).assert()
}

fn command(folder: &Path, words: &str) -> Command {
    let mut command = Command::cargo_bin("thunkproof").expect("it is built with the tests");
    command.current_dir(folder).args(words.split_whitespace().map(|word| word.replace("ONE", ONE)));
    command.env_remove("CI").env_remove("THUNKPROOF_BLESS").env_remove("GITHUB_ACTIONS");
    command
}

/// Names of what lies in a folder.
fn listed(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .expect("readable")
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_dash_is_standard_output_and_what_is_for_people_goes_elsewhere() {
    let folder = prepared();
    let path = folder.path();
    let before = listed(path);
    let json = |words: &str, people: &str| {
        let done = run(path, words).success().stderr(contains(people));
        let text = String::from_utf8(done.get_output().stdout.clone()).expect("text");
        let documents = serde_json::Deserializer::from_str(&text).into_iter::<serde_json::Value>();
        let documents: Result<Vec<_>, _> = documents.collect();
        let documents = documents.unwrap_or_else(|error| panic!("{words}: {error}: {text}"));
        assert!(!documents.is_empty(), "{words} wrote nothing");
        documents.len()
    };
    assert_eq!(json("check s --engine ONE --quiet --json -", "passed"), 1);
    assert_eq!(json("matrix s --subject a=ONE --quiet --json -", "eval-okay"), 1);
    assert_eq!(json("bench work.nix --subject a=ONE --rounds 1 --quiet --json -", "work"), 1);
    // The run, its cases, the summary.
    assert_eq!(json("diff s --subject a=ONE --reference b=ONE --quiet --json -", "2 cases: 2 agree"), 4);
    assert_eq!(json("compare run.json run.json --json -", ""), 1);
    assert_eq!(json("merge - part1.jsonl part2.jsonl", "2 cases: 2 agree"), 4);
    assert_eq!(json("report run.json --json -", ""), 1);
    // What no fixture exercises is a failure.
    let coverage = run(path, "check s --coverage --json -").code(1);
    serde_json::from_slice::<serde_json::Value>(&coverage.get_output().stdout).expect("one document");
    for (format, begins) in [("html", "<!DOCTYPE html>"), ("junit", "<?xml"), ("markdown", "")] {
        let done = run(path, &format!("report run.json --{format} -")).success();
        let text = String::from_utf8(done.get_output().stdout.clone()).expect("text");
        assert!(text.len() > 20 && text.to_lowercase().starts_with(&begins.to_lowercase()), "{format}: {text}");
    }
    assert_eq!(listed(path), before, "nothing is left, least of all a file called -");
}

#[test]
fn one_report_goes_to_one_place() {
    let folder = prepared();
    let path = folder.path();
    let before = listed(path);
    let refused = |words: &str, expected: &str| {
        run(path, words).code(2).stdout("").stderr(contains(expected));
    };
    refused("report run.json --html - --json -", "--html and --json both write to standard output");
    refused("report run.json --html a --json a", "--html and --json both write to a");
    refused("report run.json --html run.json", "--html would overwrite run.json, which is read");
    refused("compare run.json run.json --markdown ./run.json", "--markdown would overwrite run.json, which is read");
    refused("merge part1.jsonl part1.jsonl part2.jsonl", "OUT would overwrite part1.jsonl, which is read");
    refused("diff s --subject a=ONE --reference b=ONE --json - --resume", "standard output holds no run");
    for words in ["generate --out -", "history . --out -", "man -", "corpus minimise s --out -"] {
        refused(words, "a folder is wanted, and `-` is standard output");
    }
    assert_eq!(listed(path), before);
}

#[test]
fn what_cannot_be_written_leaves_what_was_there() {
    let folder = prepared();
    let path = folder.path();
    let before = fs::read(path.join("run.json")).expect("readable");
    for words in ["check s --engine ONE", "matrix s --subject a=ONE", "bench work.nix --subject a=ONE --rounds 1"] {
        run(path, &format!("{words} --json absent/x")).code(2).stderr(contains("cannot write absent/x: No such file"));
        run(path, &format!("{words} --json s")).code(2).stderr(contains("cannot write s: "));
    }
    // One that fails in the middle, on a disk that is full: limits of the shell stand in for it.
    let program = assert_cmd::cargo::cargo_bin("thunkproof");
    let script =
        format!("ulimit -f 0; trap '' XFSZ; exec {} check s --engine {ONE} --json run.json", program.display());
    let mut shell = Command::new("/bin/sh");
    shell.current_dir(path).args(["-c", &script]).assert().code(2).stderr(contains("cannot write run.json"));
    assert_eq!(fs::read(path.join("run.json")).expect("readable"), before);
    assert_eq!(listed(path).iter().filter(|name| name.starts_with(".thunkproof-")).count(), 0);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_standard_output_is_no_success() {
    let folder = prepared();
    for words in [
        "check s --engine ONE",
        "check s --coverage",
        "matrix s --subject a=ONE",
        "bench work.nix --subject a=ONE --rounds 1",
        "diff s --subject a=ONE --reference b=ONE --quiet",
        "diff s --subject a=ONE --reference b=ONE --json -",
        "compare run.json run.json",
        "report run.json --json -",
        "merge whole.jsonl part1.jsonl part2.jsonl",
        "generate",
        "corpus stats s",
    ] {
        let full = fs::File::options().write(true).open("/dev/full").expect("Linux has it");
        let program = assert_cmd::cargo::cargo_bin("thunkproof");
        let mut command = std::process::Command::new(program);
        command.current_dir(folder.path()).args(words.split_whitespace().map(|word| word.replace("ONE", ONE)));
        let done = command.stdout(full).output().expect("it starts");
        let stderr = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(2), "{words}: {stderr}");
        assert!(stderr.contains("No space left on device"), "{words}: {stderr}");
    }
}
