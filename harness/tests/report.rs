//! `thunkproof report`, `compare` and `history` as people run them: what they print, write and return.

#[path = "common/files.rs"]
mod files;

use std::{fs, path::Path};

use assert_cmd::{Command, assert::Assert};
use files::folder;
use predicates::{
    prelude::*,
    str::{contains, is_match},
};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Prints `1` for a program that holds `1`, and fails otherwise.
const ONE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/one");

fn thunkproof(folder: &Path, words: &str) -> Assert {
    let mut command = Command::cargo_bin("thunkproof").expect("it is built with the tests");
    let words = words.split_whitespace().map(|word| word.replace("ONE", ONE));
    command.current_dir(folder).env_remove("CI").env("THUNKPROOF_COMMIT", "0123abc").args(words).assert()
}

/// JSON lines of a run on `day` of 2.26 against 2.34, with cases written `NAME VERDICT`.
fn run(day: &str, cases: &[(&str, &str)]) -> String {
    let outcome = |text: &str| json!({"ending": "exit status 0", "stdout": text, "stderr": "", "seconds": 0.01});
    let mut lines = Vec::new();
    for (name, verdict) in cases {
        let diverges = *verdict == "diverge";
        let ours = outcome(if diverges { "2 </script> & \"x\"\n" } else { "1\n" });
        lines.push(json!({
            "name": name, "verdict": verdict, "level": diverges.then_some("value"),
            "bucket": diverges.then_some("value: integer / float"), "class": "eval-okay", "suite": "lang",
            "file": format!("lang/{name}.nix"), "source": "1 + 1", "subject": "2.26",
            "outcomes": {"2.34": outcome("1\n"), "2.26": ours},
        }));
    }
    let engine = |version: &str| json!({"engine": "cmd:x", "version": version, "rate": 50.0});
    lines.push(json!({
        "cases": cases.len(), "verdicts": {}, "subject": "2.26", "problems": [], "seconds": 2.0,
        "engines": {"2.26": engine("2.26.3"), "2.34": engine("2.34.8")}, "started": format!("2026-05-{day}T03:00:00Z"),
    }));
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn read(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn one_line(expected: &str) -> impl Predicate<str> {
    is_match("^thunkproof: [^\n]*\n$").expect("a constant").and(contains(expected.to_owned()))
}

const BEFORE: [(&str, &str); 5] =
    [("steady", "agree"), ("regressed", "agree"), ("mended", "diverge"), ("gone", "agree"), ("wrong", "diverge")];
const AFTER: [(&str, &str); 5] =
    [("steady", "agree"), ("regressed", "diverge"), ("mended", "agree"), ("added", "agree"), ("wrong", "diverge")];

#[test]
fn a_planted_regression_fix_new_case_and_vanished_case_are_all_named() {
    let folder = folder(&[("a.json", &run("01", &BEFORE)), ("b.json", &run("02", &AFTER))]);
    let words = "compare a.json b.json --markdown c.md --html c.html --json c.json";
    thunkproof(folder.path(), words)
        .code(1)
        .stdout(contains("broke regressed: agree → diverge [value: integer / float]\n"))
        .stdout(contains("fixed mended: diverge [value: integer / float] → agree\n"))
        .stdout(contains("appeared added: agree\n").and(contains("vanished gone: agree\n")))
        .stdout(contains("\n1 broke, 1 vanished, 1 appeared, 1 fixed, 2 as they were\n"));
    for name in ["regressed", "mended", "added", "gone"] {
        assert!(read(&folder, "c.md").contains(&format!("\n- `{name}`: ")), "{name}");
        assert!(read(&folder, "c.html").contains(&format!("<span class=\"name\">{name}</span>")), "{name}");
    }
    let document: Value = serde_json::from_str(&read(&folder, "c.json")).expect("JSON");
    assert_eq!((&document["same"], document["changes"].as_array().map(Vec::len)), (&json!(2), Some(4)));
    thunkproof(folder.path(), "compare a.json b.json --format markdown").code(1).stdout(read(&folder, "c.md"));
}

#[test]
fn what_only_gets_better_or_grows_ends_with_status_zero() {
    let before = run("01", &[("a", "diverge"), ("b", "inconclusive")]);
    let after = run("02", &[("a", "agree"), ("b", "agree"), ("c", "diverge")]);
    let folder = folder(&[("a.json", &before), ("b.json", &after)]);
    thunkproof(folder.path(), "compare a.json b.json")
        .success()
        .stdout(contains("0 broke, 0 vanished, 1 appeared, 1 fixed, 1 no longer inconclusive, 0 as they were\n"));
    thunkproof(folder.path(), "compare a.json a.json").success().stdout(contains("0 fixed, 2 as they were\n"));
}

#[test]
fn runs_of_check_and_of_diff_are_read_alike() {
    let files = [
        ("s/lang/eval-okay-a.nix", "1"),
        ("s/lang/eval-okay-a.exp", "1\n"),
        ("s/lang/eval-okay-b.nix", "1 # \u{1}</script>"),
        ("s/lang/eval-okay-b.exp", "2\n"),
    ];
    let folder = folder(&files);
    thunkproof(folder.path(), "check s --subject mine=cmd:ONE --json check.json").code(1);
    thunkproof(folder.path(), "diff s -E 2 --subject mine=cmd:ONE --reference o=fork:ONE --json diff.json").success();
    let words = "report check.json diff.json --html r.html --junit r.xml --markdown r.md --json r.json";
    thunkproof(folder.path(), words).success().stdout("");
    let document: Value = serde_json::from_str(&read(&folder, "r.json")).expect("JSON");
    let (check, diff) = (&document["runs"][0], &document["runs"][1]);
    assert_eq!(
        (&check["kind"], &check["subject"], &check["commit"]),
        (&json!("check"), &json!("mine"), &json!("0123abc"))
    );
    assert!(check["started"].is_string() && diff["started"].is_string() && check["seconds"].is_number());
    let wrong = &check["cases"][1];
    assert_eq!((&wrong["verdict"], &wrong["bucket"]), (&json!("diverge"), &json!("fails-alike: `not one` / value")));
    assert_eq!((&wrong["source"], &wrong["file"]), (&json!("1 # \\u{1}</script>"), &json!("lang/eval-okay-b.nix")));
    assert_eq!((&diff["cases"][2]["source"], &diff["cases"][2]["class"]), (&wrong["source"], &json!("eval-okay")));
    assert_eq!((&diff["cases"][0]["source"], &diff["cases"][0]["class"]), (&json!("2"), &Value::Null));
    assert_eq!(diff["cases"][2]["outcomes"].as_array().map(Vec::len), Some(1), "what is alike is kept once");
    assert_eq!(document["summary"]["all"]["cases"], 5);
    // What was written is read again, and gives the same.
    thunkproof(folder.path(), "report r.json --json again.json").success();
    assert_eq!(read(&folder, "r.json"), read(&folder, "again.json"));
    assert!(
        read(&folder, "r.xml").contains("tests=\"5\"")
            && read(&folder, "r.md").contains("| all | 1 | 0 | 0 | 0 | 4 | 5 |")
    );
    assert!(!read(&folder, "r.html").contains("</script>\""));
}

#[test]
fn an_interrupted_run_is_shown_as_one() {
    let whole = run("01", &BEFORE);
    let cut = &whole[..whole.len() - 40];
    let folder = folder(&[("a.json", &whole), ("cut.json", cut)]);
    thunkproof(folder.path(), "report cut.json --html r.html --junit r.xml --markdown r.md").success();
    for report in ["r.html", "r.xml", "r.md"] {
        assert!(read(&folder, report).contains("there is no summary: the run was interrupted"), "{report}");
    }
    thunkproof(folder.path(), "compare a.json cut.json").success().stdout(contains("the run was interrupted"));
}

#[test]
fn a_history_links_runs_and_what_changed_between_them() {
    let truncated = &run("05", &BEFORE)[..30];
    let files = [
        ("past/b.jsonl", run("02", &AFTER)),
        ("past/deep/a.json", run("01", &BEFORE)),
        ("past/c.json", run("03", &AFTER[1..])),
        ("past/notes.txt", "no run".to_owned()),
        ("past/foreign.json", "{\"a\": 1}".to_owned()),
        ("past/cut.json", truncated.to_owned()),
    ];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let folder = folder(&files);
    thunkproof(folder.path(), "history past --out site")
        .success()
        .stdout("site/index.html: 3 runs, 2 files not shown\n");
    let index = read(&folder, "site/index.html");
    assert!(index.contains("past/foreign.json is no run of thunkproof") && index.contains("past/cut.json ends in the"));
    let pages = ["20260501-030000-a", "20260502-030000-b", "20260503-030000-c"];
    let places: Vec<_> = pages.map(|page| index.find(&format!("runs/{page}.html"))).to_vec();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "plots are in the order of dates");
    assert!(index.contains("1 broke, 1 vanished, 1 appeared, 1 fixed"), "{index}");
    // Every relative link leads to a file, and every link to a case to one that is there.
    let mut links = 0;
    for entry in walkdir::WalkDir::new(folder.path().join("site")) {
        let entry = entry.expect("readable");
        if !entry.file_type().is_file() {
            continue;
        }
        let text = fs::read_to_string(entry.path()).expect("text");
        for link in text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let (file, fragment) = link.split_once('#').unwrap_or((link, ""));
            if file.is_empty() || file.starts_with("data:") {
                continue;
            }
            let target = entry.path().parent().expect("a folder").join(file);
            let text = fs::read_to_string(&target).unwrap_or_else(|error| panic!("{link}: {error}"));
            if let Some(case) = fragment.strip_prefix("case=") {
                assert!(text.contains(&format!("\"name\":\"{case}\"")), "{link}");
            }
            links += 1;
        }
    }
    assert!(links > 20, "{links}");
    assert!(read(&folder, "site/compare/20260503-030000-c.html").contains("vanished"));
    thunkproof(folder.path(), "history past --out last --last 1")
        .success()
        .stdout(contains("1 runs, 2 older ones left out"));
}

#[test]
fn what_cannot_be_done_is_said_in_one_line_and_leaves_nothing_behind() {
    let folder = folder(&[("a.json", &run("01", &BEFORE)), ("text.json", "no"), ("kept.html", "kept")]);
    let complaint = |words: &str, expected: &str| {
        thunkproof(folder.path(), words).code(2).stdout("").stderr(one_line(expected));
    };
    complaint("compare a.json absent.json", "cannot read absent.json: No such file or directory");
    complaint("compare text.json a.json", "text.json is no run of thunkproof: it is not JSON");
    complaint("report text.json --html kept.html", "name a file that `thunkproof check --json`");
    complaint("report a.json --html absent/r.html", "cannot write absent/r.html: No such file or directory");
    complaint("history a.json --out site", "a.json is no folder");
    complaint("history absent --out site", "cannot read absent: No such file or directory");
    complaint("history . --out a.json/site", "cannot make a.json/site/runs: Not a directory");
    if cfg!(target_os = "linux") {
        for report in ["--html", "--junit", "--markdown", "--json"] {
            complaint(&format!("report a.json {report} /dev/full"), "cannot write /dev/full: No space left on device");
        }
        complaint("compare a.json a.json --markdown /dev/full", "cannot write /dev/full: No space left on device");
    }
    assert_eq!(read(&folder, "kept.html"), "kept");
    thunkproof(folder.path(), "report a.json").code(2).stderr(contains("--html <FILE>"));
    thunkproof(folder.path(), "report a.json a.json --json two.json").success();
    complaint("compare two.json a.json", "two.json holds 2 runs; compare takes one");
}
