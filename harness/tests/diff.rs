//! `thunkproof diff` and `thunkproof matrix` as people run them: what they print, write and return.

#[path = "common/faulty.rs"]
mod faulty;

use std::{collections::BTreeMap, fs, path::Path};

use assert_cmd::{Command, assert::Assert};
use faulty::FAULTY;
use predicates::{prelude::*, str::contains};
use serde_json::Value;
use tempfile::TempDir;

/// Prints `1` for a program that holds `1`, and fails otherwise.
const ONE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/one");

/// Runs thunkproof in `folder`. In the words `ONE` and `FAULTY` stand for those programs, and `_` for a space.
fn run(folder: &Path, words: &str) -> Assert {
    let faulty = FAULTY.to_str().expect("text");
    let word = |word: &str| word.replace("ONE", ONE).replace("FAULTY", faulty).replace('_', " ");
    let mut command = Command::cargo_bin("thunkproof").expect("it is built with the tests");
    command.current_dir(folder).args(words.split_whitespace().map(word)).assert()
}

/// A folder with these files, by their paths.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, content) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
        fs::write(file, content).expect("writable");
    }
    folder
}

/// The lines of a report: the cases by name, and the summary.
fn report(file: &Path) -> (BTreeMap<String, Value>, Value) {
    let text = fs::read_to_string(file).expect("it is written");
    let lines = text.lines().map(|line| serde_json::from_str(line).expect("JSON"));
    let mut lines: Vec<Value> = lines.skip(1).collect();
    let summary = lines.pop().expect("a summary");
    let named = |line: Value| (line["name"].as_str().expect("a name").to_owned(), line);
    (lines.into_iter().map(named).collect(), summary)
}

#[test]
fn engines_that_agree_end_with_status_zero() {
    let folder = folder(&[]);
    run(folder.path(), "diff -E 1 -E 2 --subject a=cmd:ONE --reference b=cmd:FAULTY")
        .success()
        .stdout(contains("2 cases: 2 agree, 0 diverge, 0 known, 0 inconclusive"))
        .stdout(contains("subject   a (cmd:").and(contains("reference b (cmd:")).and(contains("faulty 1.0")));
}

#[test]
fn what_can_be_read_once_is_read_once() {
    let folder = folder(&[("empty", "\n# nothing\n")]);
    let engines = "--subject a=cmd:ONE --reference b=cmd:ONE --json run.json";
    let shell = |script: &str| {
        let program = assert_cmd::cargo::cargo_bin("thunkproof");
        let diff = format!("{} diff {}", program.display(), engines.replace("ONE", ONE));
        let mut command = Command::new("bash");
        command.current_dir(folder.path()).args(["-c", &script.replace("DIFF", &diff)]).assert()
    };
    for script in [
        "DIFF --expressions <(printf '1\n2\n1\n')",
        "printf '1\n2\n1\n' | DIFF --expressions /dev/stdin",
        "printf '1\n2\n1\n' | DIFF --expressions -",
        "mkfifo pipe; printf '1\n2\n1\n' >pipe & DIFF --expressions pipe",
    ] {
        shell(script).success().stdout(contains("3 cases: 3 agree"));
    }
    let names: Vec<_> = report(&folder.path().join("run.json")).0.into_keys().collect();
    assert_eq!(names, ["1", "1 (2)", "2"], "an expression is called by its text");
    shell("DIFF --expressions <(echo)").code(2).stderr(contains("there is nothing to ask"));
    shell("DIFF --expressions empty").code(2).stderr(contains("there is nothing to ask"));
    shell("DIFF <(echo 1)").code(2).stderr(contains("is no file, so that not every evaluator could read it"));
    shell("DIFF pipe").code(2).stderr(contains("pipe is no file"));
}

#[test]
fn parsers_are_compared_and_settings_reach_evaluators() {
    let folder = folder(&[("p/a.nix", "x: x |> x"), ("p/b.nix", "{ b = 1; a = 2; }"), ("s/lang/eval-okay-a.nix", "1")]);
    // A parser that takes the operator for an error, and one that knows it.
    let engines = "--subject a=embedded --reference b=embedded --json run.json";
    let stdout = |words: &str, name: &str| {
        run(folder.path(), &format!("diff {words} {engines}")).success();
        let (cases, _) = report(&folder.path().join("run.json"));
        cases[name]["outcomes"]["a"].clone()
    };
    let parsed = stdout("p --parse", "p/b.nix");
    assert!(parsed.to_string().contains("{ a = 2; b = 1; }"), "{parsed}");
    let refused = stdout("p --parse", "p/a.nix").to_string();
    assert!(refused.contains("pipe-operators"), "{refused}");
    let accepted = stdout("p --parse --option extra-experimental-features pipe-operators", "p/a.nix").to_string();
    assert!(!accepted.contains("error"), "{accepted}");
    let traced = stdout("-E throw_1 --option show-trace true", "throw 1").to_string();
    assert!(traced.contains("while evaluating"), "{traced}");
    run(folder.path(), &format!("diff s --parse {engines}"))
        .code(2)
        .stderr(contains("a fixture's name and its .flags say what is asked of it"));
}

#[test]
fn each_fault_has_its_verdict() {
    let folder = folder(&[]);
    let words = "-E 1 -E crash -E garbage -E flood -E middle -E lie -E fickle -E memory";
    let engines = "--subject a=fork:FAULTY --reference b=cmd:ONE --memory-limit 512";
    if cfg!(target_os = "linux") {
        run(folder.path(), &format!("diff -E spin {engines} --time-limit 1 --json spin.json"))
            .success()
            .stdout(contains("inconclusive spin (the subject's end: no end after 1 s of CPU time)"));
        let (spin, _) = report(&folder.path().join("spin.json"));
        assert_eq!(spin["spin"]["bucket"], "inconclusive: time");
    }
    run(folder.path(), &format!("diff {words} {engines} --time-limit 60 --json run.json")).code(1).stdout(contains(
        "diverge crash [fails-alike: crash: ended by signal 11 (SIGSEGV) / `not one`]\nb: exit status 1\na: ended by",
    ));
    let (cases, summary) = report(&folder.path().join("run.json"));
    let check = |name: &str, verdict: &str, level: Option<&str>, bucket: &str| {
        let case = &cases[name];
        assert_eq!((case["verdict"].as_str(), case["level"].as_str()), (Some(verdict), level), "{case}");
        assert_eq!(case["bucket"].as_str().unwrap_or_default(), bucket);
    };
    check("1", "agree", None, "");
    check("crash", "diverge", Some("fails-alike"), "fails-alike: crash: ended by signal 11 (SIGSEGV) / `not one`");
    check("garbage", "diverge", Some("fails-alike"), "fails-alike: value / `not one`");
    check("flood", "inconclusive", None, "inconclusive: budget");
    check("middle", "diverge", Some("fails-alike"), "fails-alike: crash: ended by signal 9 / `not one`");
    check("lie", "diverge", Some("fails-alike"), "fails-alike: error with exit status 0 / `not one`");
    check("fickle", "inconclusive", None, "inconclusive: not the same twice");
    if cfg!(target_os = "linux") {
        check("memory", "inconclusive", None, "inconclusive: budget");
    }
    assert_eq!(cases["garbage"]["outcomes"]["a"]["stdout"], "\\xff\\xfe\\u{1}\\u{1b}[31m\\xc3");
    assert_eq!(cases["1"]["outcomes"]["b"]["status"], 0);
    assert_eq!((&summary["cases"], &summary["verdicts"]["diverge"]), (&8.into(), &4.into()));
    assert_eq!(summary["verdicts"]["inconclusive"], if cfg!(target_os = "linux") { 3 } else { 2 });
    assert_eq!(summary["engines"]["a"]["version"], "faulty 1.0");
    assert!(summary["rate"].as_f64().is_some_and(|rate| rate > 0.0));
}

#[test]
fn differences_can_be_accepted_with_a_reason_and_a_date() {
    let entry = |rest: &str| format!("[[difference]]\nlevel = 'fails-alike'\nreason = 'lies'\n{rest}\n");
    let words = "diff -E 1 -E lie --subject a=cmd:FAULTY --reference b=cmd:ONE --known known.toml";
    let check = |known: &str| run(folder(&[("known.toml", known)]).path(), words);
    let good = "case = 'lie'\nengines = ['a', 'one 1.0']\nexpires = 2999-01-01";
    check(&entry(good)).success().stdout(contains("1 agree, 0 diverge, 1 known"));
    check(&entry("case = 'lie'\nexpires = 2020-01-01")).code(1).stdout(contains("expired on 2020-01-01"));
    check(&entry("case = '1'\nexpires = 2999-01-01")).code(1).stdout(contains("no longer differs at that level"));
    check(&entry("case = 'lie'\nengines = ['c']\nexpires = 2999-01-01")).code(1).stdout(contains("1 diverge, 0 known"));
}

#[test]
fn a_manifest_brings_in_a_program_with_other_conventions_and_work_is_compared() {
    let manifest = "program = 'FAULTY'\n[flags]\n'--eval' = ['--more']\n'--strict' = []\n[input]\nexpression = []";
    let manifest = manifest.replace("FAULTY", FAULTY.to_str().expect("text"));
    let folder = folder(&[("more.toml", &manifest), ("a.nix", "1")]);
    let engines = "--subject a=manifest:more.toml --reference b=cmd:FAULTY";
    run(folder.path(), &format!("diff -E work {engines}")).success();
    run(folder.path(), &format!("diff -E work {engines} --work"))
        .code(1)
        .stdout(contains("[work: more calls of functions]"))
        .stdout(contains("a: 4 calls of functions, 2 of builtins"));
    run(folder.path(), &format!("diff a.nix -E 1 {engines}"))
        .success()
        .stdout(contains("not asked: 1 of 2 cases\n     1  the manifest maps no [input] file\n"))
        .stdout(contains("1 agree, 0 diverge, 0 known, 0 inconclusive, 1 not asked"));
    run(folder.path(), &format!("diff a.nix {engines}"))
        .code(1)
        .stdout(contains("problem nothing could be asked: the manifest maps no [input] file"));
}

#[test]
fn every_reference_counts_and_the_worst_is_named() {
    let folder = folder(&[]);
    let engines = "--subject a=cmd:ONE --reference b=cmd:FAULTY --reference c=cmd:ONE";
    run(folder.path(), &format!("diff -E 1 -E work {engines} --json run.json")).code(1);
    let (cases, _) = report(&folder.path().join("run.json"));
    let comparisons = &cases["work"]["comparisons"];
    assert_eq!((&comparisons["b"]["verdict"], &comparisons["c"]["verdict"]), (&"diverge".into(), &"agree".into()));
    assert_eq!(cases["work"]["verdict"], "diverge");
}

#[test]
fn files_folders_lists_and_shards_are_asked_in_order() {
    let files = [("d/b.nix", "1"), ("d/a.nix", "1"), ("d/a.txt", "2"), ("s/lang/eval-okay-x.nix", "1")];
    let folder = folder(&[&files[..], &[("list", "1\n# no\n\n1\n")]].concat());
    let names = |words: &str| {
        let engines = "--subject a=cmd:ONE --reference b=fork:ONE --jobs 2 --quiet --json run.json";
        run(folder.path(), &format!("diff {words} {engines}")).success();
        let text = fs::read_to_string(folder.path().join("run.json")).expect("it is written");
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let mut cases: Vec<_> =
            lines.filter_map(|line| Some((line["index"].as_u64()?, line["name"].as_str()?.to_owned()))).collect();
        cases.sort();
        cases.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
    };
    assert_eq!(names("d s --expressions list"), ["1", "1 (2)", "d/a.nix", "d/b.nix", "eval-okay-x"]);
    assert_eq!(names("d s --expressions list --shard 2/3"), ["1 (2)", "eval-okay-x"]);
    assert_eq!(names("d/b.nix d --filter b.nix"), ["d/b.nix", "d/b.nix"]);
}

#[test]
fn what_cannot_be_done_is_said_in_one_line() {
    let folder = folder(&[]);
    let complaint = |words: &str, expected: &str| {
        run(folder.path(), &format!("diff {words}")).code(2).stderr(contains(expected).and(contains("thunkproof: ")));
    };
    let engines = "--subject a=cmd:ONE --reference b=cmd:ONE";
    complaint(engines, "there is nothing to ask: name files, folders or expressions (-E)");
    complaint("-E 1 --subject a=cmd:ONE", "name an engine with --reference");
    complaint("-E 1 --subject a=cmd:ONE --reference a=cmd:ONE", "two engines are called `a`");
    complaint(&format!("absent.nix {engines}"), "cannot read absent.nix: No such file or directory");
    complaint(&format!("-E 1 {engines} --json absent/run.json"), "cannot write absent/run.json");
    if cfg!(target_os = "linux") {
        complaint(&format!("-E 1 {engines} --json /dev/full"), "cannot write /dev/full: No space left on device");
    }
}

#[test]
fn a_matrix_counts_exact_answers_by_class() {
    let files = [
        ("s/lang/eval-okay-a.nix", "1"),
        ("s/lang/eval-okay-a.exp", "1\n"),
        ("s/lang/eval-okay-b.nix", "1"),
        ("s/lang/eval-okay-b.exp", "2\n"),
        ("s/lang/eval-fail-a.nix", "x"),
        ("s/lang/eval-fail-a.err.exp", "error: not one\n"),
    ];
    let folder = folder(&files);
    let words = "matrix s --subject ours=cmd:ONE --reference theirs=cmd:FAULTY --quiet --json matrix.json";
    let table = "engine   eval-fail   eval-okay  parse-fail  parse-okay          all\n\
                 ours           1/1         1/2         0/0         0/0          2/3\n";
    run(folder.path(), words).success().stdout(contains(table));
    let text = fs::read_to_string(folder.path().join("matrix.json")).expect("it is written");
    let document: Value = serde_json::from_str(&text).expect("one document");
    assert_eq!(document["engines"]["ours"]["classes"]["eval-okay"]["exact"], 1);
    assert_eq!(document["fixtures"]["s/eval-okay-b"]["ours"], "wrong");
}

#[test]
fn a_matrix_counts_by_builtin_and_by_form() {
    let files = [
        ("s/lang/eval-okay-a.nix", "1"),
        ("s/lang/eval-okay-a.exp", "1\n"),
        ("s/lang/eval-okay-b.nix", "map toString [ ]"),
        ("s/lang/eval-okay-b.exp", "1\n"),
        ("s/lang/parse-fail-c.nix", "1 +"),
        ("s/lang/parse-fail-c.err.exp", "error: not one\n"),
    ];
    let folder = folder(&files);
    let words = |by: &str| format!("matrix s --by {by} --subject ours=cmd:ONE --reference theirs=cmd:FAULTY --quiet");
    let builtins = "builtin                ours     theirs\n\
                    map                     0/1        0/1\n\
                    toString                0/1        0/1\n\n\
                    (does not parse)        1/1        1/1\n\n\
                    ours    cmd:";
    run(folder.path(), &words("builtin")).success().stdout(contains(builtins));
    run(folder.path(), &words("form"))
        .success()
        .stdout(contains("rule of the grammar").and(contains("finer form")).and(contains("simple: Integer")));
    run(folder.path(), &format!("{} --json matrix.json", words("class"))).success();
    let text = fs::read_to_string(folder.path().join("matrix.json")).expect("it is written");
    let document: Value = serde_json::from_str(&text).expect("one document");
    assert_eq!(document["builtins"]["map"]["ours"]["cases"], 1);
    assert_eq!(document["forms"]["simple: Integer"]["ours"]["exact"], 1);
}
