//! `NIX_SHOW_STATS` counts calls as the reference does: of each function, of each builtin, and in total. The answers
//! are the reference's: `THUNKPROOF_BLESS=1 THUNKPROOF_REFERENCE=PROGRAM` records them.

mod support;

use std::path::Path;
use std::process::Command;

use nix_evaluator::cli::{Completed, Invocation, run};
use serde_json::Value;

/// Runs `nix-eval` in the folder of these tests with these variables.
fn counted(arguments: &[&str], variables: &[(&str, &str)]) -> Completed {
    let always = [("NIX_REMOTE", "dummy://"), ("NIX_SHOW_STATS", "1")];
    run(&Invocation {
        arguments: arguments.iter().map(Into::into).collect(),
        environment: variables.iter().chain(&always).map(|(name, value)| (name.into(), value.into())).collect(),
        current_dir: env!("CARGO_MANIFEST_DIR").into(),
        ..Invocation::default()
    })
}

/// The document at the end of standard error.
fn document(stderr: &[u8]) -> Value {
    let text = std::str::from_utf8(stderr).expect("text");
    let start = text.find("{\n  \"").unwrap_or_else(|| panic!("no document in {text}"));
    serde_json::from_str(&text[start..]).expect("JSON")
}

/// The part of a document that can be compared: without times, sizes and numbers of symbols, and with functions in the
/// order of their positions.
fn comparable(stderr: &[u8]) -> String {
    let document = document(stderr);
    let mut lines = Vec::new();
    for function in document["functions"].as_array().expect("calls of functions") {
        let place = [&function["line"], &function["column"]].map(|it| it.as_u64().expect("a number"));
        let file =
            function["file"].as_str().map(|file| Path::new(file).file_name().expect("a file")).unwrap_or_default();
        lines.push((file.to_owned(), place, format!("{} {}", function["name"], function["count"])));
    }
    lines.sort();
    let mut text: String =
        lines.iter().map(|(file, [line, column], it)| format!("{}:{line}:{column} {it}\n", file.display())).collect();
    for (name, count) in document["primops"].as_object().expect("calls of builtins") {
        text += &format!("{name} {count}\n");
    }
    for name in ["nrFunctionCalls", "nrPrimOpCalls"] {
        text += &format!("{name} {}\n", document[name]);
    }
    text + &format!("concats {}\n", document["list"]["concats"])
}

#[test]
fn calls_are_counted_as_the_reference_counts_them() {
    for case in support::cases("statistics") {
        let done = counted(&["--eval", "--strict", case.to_str().unwrap()], &[("NIX_COUNT_CALLS", "1")]);
        assert_eq!(done.status, 0, "{}: {}", case.display(), String::from_utf8_lossy(&done.stderr));
        support::check_recorded(&case.with_extension("exp"), &comparable(&done.stderr), || {
            let reference = std::env::var_os("THUNKPROOF_REFERENCE").expect("THUNKPROOF_REFERENCE names the program");
            let answer = Command::new(reference)
                .args(["--eval".as_ref(), "--strict".as_ref(), case.as_os_str()])
                .env("NIX_REMOTE", "dummy://")
                .env("NIX_SHOW_STATS", "1")
                .env("NIX_COUNT_CALLS", "1")
                .output()
                .expect("the reference runs");
            assert!(answer.status.success(), "{}: {}", case.display(), String::from_utf8_lossy(&answer.stderr));
            comparable(&answer.stderr)
        });
    }
}

#[test]
fn counting_calls_one_by_one_does_not_change_the_sums() {
    for case in support::cases("statistics") {
        let sums = |variables: &[(&str, &str)]| {
            let done = counted(&["--eval", "--strict", case.to_str().unwrap()], variables);
            let document = document(&done.stderr);
            (document["nrFunctionCalls"].clone(), document["nrPrimOpCalls"].clone())
        };
        assert_eq!(sums(&[]), sums(&[("NIX_COUNT_CALLS", "1")]), "{}", case.display());
    }
}

#[test]
fn only_what_succeeds_and_evaluates_is_counted_and_only_where_it_is_asked_for() {
    let check = |arguments: &[&str], variables: &[(&str, &str)], shown: bool| {
        let done = counted(arguments, variables);
        let text = String::from_utf8(done.stderr).unwrap();
        assert_eq!(text.contains("nrFunctionCalls"), shown, "{arguments:?}: {text}");
    };
    check(&["--eval", "-E", "1"], &[], true);
    check(&["--parse", "-E", "1"], &[], true);
    check(&["-E", "{}"], &[], true);
    check(&["--eval", "-E", "1"], &[("NIX_SHOW_STATS", "")], true);
    check(&["--eval", "-E", "1"], &[("NIX_SHOW_STATS", "0")], false);
    check(&["--eval", "-E", "throw ''"], &[], false);
    check(&["--find-file", "x", "-I", "x=/"], &[], false);
    check(&["--version"], &[], false);
}

#[test]
fn the_document_goes_where_the_environment_says() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("statistics.json");
    let path = |path: &Path| counted(&["--eval", "-E", "1"], &[("NIX_SHOW_STATS_PATH", path.to_str().unwrap())]);
    assert_eq!(path(&file).stderr, b"");
    let written = document(&std::fs::read(&file).unwrap());
    assert_eq!(written["nrFunctionCalls"], 0);
    assert_eq!(document(&path(Path::new("-")).stderr)["nrPrimOpCalls"], 0);
    // As the reference: what cannot be written is not missed.
    let absent = path(&folder.path().join("absent/file"));
    assert_eq!((absent.status, absent.stderr), (0, Vec::new()));
}

#[test]
fn symbols_can_be_listed() {
    let done = counted(&["--eval", "-E", "let new-name = 1; in new-name"], &[("NIX_SHOW_SYMBOLS", "1")]);
    let symbols = document(&done.stderr)["symbols"].clone();
    assert_eq!(symbols.as_array().unwrap().last().unwrap(), "new-name");
}
