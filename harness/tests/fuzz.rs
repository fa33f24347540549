//! `thunkproof fuzz` and `thunkproof reduce` as people run them: what they print, write and return.

use std::{fs, path::Path};

use assert_cmd::{Command, assert::Assert};
use predicates::{prelude::*, str::contains};
use serde_json::Value;

/// Says `null` to every program.
const NOTHING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/nothing");

/// Runs thunkproof in `folder`. In the words `NOTHING` stands for that program, and `_` for a space.
fn run(folder: &Path, words: &str) -> Assert {
    let mut command = Command::cargo_bin("thunkproof").expect("it is built with the tests");
    let words = words.split_whitespace().map(|word| word.replace("NOTHING", NOTHING).replace('_', " "));
    command.current_dir(folder).args(words).assert()
}

fn json(file: &Path) -> Value {
    serde_json::from_slice(&fs::read(file).expect("it is written")).expect("JSON")
}

#[test]
fn an_evaluator_agrees_with_itself_and_the_same_programs_are_asked_at_any_speed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let coverage = ["1", "3"].map(|jobs| {
        let words = "fuzz --subject a=embedded --reference b=embedded --cases 64 --seed 7 --out";
        run(folder.path(), &format!("{words} out{jobs} --jobs {jobs}"))
            .success()
            .stdout(contains("64 programs in").and(contains("0 unexplained causes, 0 known")));
        let summary = json(&folder.path().join(format!("out{jobs}/summary.json")));
        assert_eq!((&summary["cases"], &summary["verdicts"]["agree"]), (&64.into(), &64.into()), "{summary}");
        assert!(summary["success"].as_f64().is_some_and(|success| success > 0.5), "{summary}");
        summary["coverage"].clone()
    });
    assert_eq!(coverage[0], coverage[1]);
    assert_eq!(coverage[0]["programs"], 8);
}

#[test]
fn buckets_are_reduced_written_and_accepted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let words = "fuzz --reference r=cmd:NOTHING --cases 12 --seed 1 --level value";
    run(folder.path(), &format!("{words} --out out")).code(1).stdout(contains("\n  value: another value ["));
    let files = fs::read_dir(folder.path().join("out/buckets")).expect("a folder");
    let mut files: Vec<_> = files.map(|entry| entry.expect("readable").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    let mut buckets = files.iter().map(|file| json(file));
    let bucket = buckets.find(|bucket| bucket["signature"] == "value: another value").expect("it is there");
    assert_eq!((&bucket["program"], &bucket["reduced"]), (&"0".into(), &true.into()), "{bucket}");
    assert_eq!(bucket["reference"]["stdout"], "null\n");
    let again = bucket["again"].as_str().expect("a command");
    assert!(
        again.starts_with("thunkproof diff -E '[ ]' --subject ") && again.contains(" --reference r=cmd:"),
        "{again}"
    );
    let fixture = bucket["fixture"].as_str().expect("a name");
    assert!(fixture.starts_with("eval-okay-fuzz-") && fixture.ends_with("-value-another-value"), "{fixture}");
    let issue = fs::read_to_string(folder.path().join(format!("out/buckets/{fixture}.md"))).expect("it is written");
    assert!(issue.contains("```nix\n[ ]\n```") && issue.contains("\n-null\n+[ ]\n"), "{issue}");
    let lang = folder.path().join("out/lang");
    assert_eq!(fs::read_to_string(lang.join(format!("{fixture}.nix"))).expect("it is written"), "0\n");
    assert_eq!(fs::read_to_string(lang.join(format!("{fixture}.exp"))).expect("it is recorded"), "null\n");
    let entry = |level: &str| format!("[[difference]]\nlevel = '{level}'\nreason = 'r'\nexpires = 2999-01-01\n");
    fs::write(folder.path().join("known.toml"), entry("value") + &entry("fails-alike")).expect("writable");
    run(folder.path(), &format!("{words} --known known.toml")).success().stdout(contains("0 unexplained causes,"));
    run(folder.path(), &format!("{words} --out out")).code(2).stderr(contains("buckets of another campaign"));
    let alone = "fuzz --subject a=cmd:NOTHING --cases 1";
    run(folder.path(), alone).code(2).stderr(contains("judge the embedded evaluator only: name one with --reference"));
}

#[test]
fn a_program_is_reduced_to_what_shows_the_difference() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).expect("writable");
    write("a.nix", b"let a = { b = [ 2 3 ]; }; c = 4; in with a; { d = b; e = c + 5; }");
    run(folder.path(), "reduce a.nix --reference r=cmd:NOTHING --out b.nix")
        .success()
        .stdout("0\n")
        .stderr(contains("[value: another value]"));
    assert_eq!(fs::read_to_string(folder.path().join("b.nix")).expect("it is written"), "0\n");
    write("c.nix", b"let a = throw \"words\"; in [ a 2 ]");
    run(folder.path(), "reduce c.nix --message error:_words").success().stdout("throw \"words\"\n");
    write("d.nix", b"1 + + 2 \xff\n");
    run(folder.path(), "reduce d.nix --message unexpected_'+'").success().stdout("+");
    write("e.nix", b"null");
    run(folder.path(), "reduce e.nix --reference r=cmd:NOTHING").code(2).stderr(contains("the engines agree"));
    run(folder.path(), "reduce e.nix --message words").code(2).stderr(contains("nothing to reduce"));
}

#[test]
fn without_a_reference_the_built_in_oracles_judge() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    run(folder.path(), "fuzz --cases 32 --seed 3 --jobs 1 --out out").success().stdout(
        contains("oracles: no-crash, plain-bytecode,").and(contains("32 programs in ")).and(contains("\n0 buckets")),
    );
    let summary = json(&folder.path().join("out/summary.json"));
    let evaluations = summary["evaluations"].as_u64().expect("a number");
    assert!(evaluations > 32 && summary["values"].as_u64() > Some(evaluations / 2), "{summary}");
    run(folder.path(), "fuzz --cases 32 --seed 3 --oracle crash").success().stdout(contains("oracles: no-crash ("));
    run(folder.path(), "fuzz --oracle crash --reference r=cmd:NOTHING").code(2).stderr(contains("cannot be used with"));
}
