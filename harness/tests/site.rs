//! `thunkproof site` as people run it: what it writes, how large that is with many cases, and what it says of wrong inputs.

#[path = "common/files.rs"]
mod files;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::Path,
    process::{Command as Process, Stdio},
};

use assert_cmd::{Command, assert::Assert};
use files::folder;
use predicates::{
    prelude::*,
    str::{contains, is_match},
};
use serde_json::{Value, json};

/// Prints `1` for a program that holds `1`, and fails otherwise.
const ONE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/one");

/// How many cases a large site has.
const MANY: usize = 5000;

/// Its engines.
const ENGINES: [&str; 5] = ["ours", "2.34.8", "2.26.3", "2.8.0", "2.3.7"];

fn thunkproof(folder: &Path, words: &str) -> Assert {
    let mut command = Command::cargo_bin("thunkproof").expect("it is built with the tests");
    let words = words.split_whitespace().map(|word| word.replace("ONE", ONE));
    command.current_dir(folder).env_remove("CI").env("THUNKPROOF_COMMIT", "0123abc").args(words).assert()
}

/// A document of `matrix --json` with so many cases, of which engines answer some in ways of their own.
fn matrix(cases: usize) -> String {
    let classes = ["eval-okay", "eval-fail", "parse-okay", "parse-fail"];
    let builtins = ["map", "genList", "sort", "foldl'", "replaceStrings", "toJSON", "match", "elemAt"];
    let case = |index: usize| {
        let class = classes[index % classes.len()];
        let builtin = builtins[index % builtins.len()];
        let source =
            format!("# Case {index} of many.\nbuiltins.{builtin} (x: x + {index}) [ {index} {} ]\n", index * 7);
        let answer = |place: usize| {
            let exact = json!({"verdict": "exact", "failed": false, "ending": "exit status 0", "seconds": 0.012});
            if index % (3 + 40 / (place + 1)) != place {
                return exact;
            }
            let mut trace = String::new();
            for line in 0..12 {
                let _ = writeln!(trace, "       … while calling the '{builtin}' builtin, frame {line} of case {index}");
            }
            json!({
                "verdict": "stderr-differs", "failed": true, "level": "stderr", "bucket": format!("stderr: trace in {builtin}"),
                "ending": "exit status 0", "seconds": 0.012,
                "differences": [{"stream": "stderr", "expected": "error: x\n", "came": trace}],
            })
        };
        let answers: BTreeMap<_, _> = ENGINES.iter().zip(0..).map(|(name, place)| (*name, answer(place))).collect();
        json!({
            "name": format!("{class}-{builtin}-case-{index}"), "suite": "lang", "class": class,
            "file": format!("lang/case-{index}.nix"), "source": source, "expected_status": 0,
            "recorded": {"stdout": format!("[ {index} ]\n"), "stderr": "error: x\n"}, "answers": answers,
        })
    };
    let engines: BTreeMap<_, _> =
        ENGINES.iter().map(|name| (*name, json!({"engine": "cmd:x", "version": format!("nix {name}")}))).collect();
    json!({
        "started": "2026-05-01T03:00:00Z", "level": "stderr", "order": ENGINES, "engines": engines, "fixtures": {},
        "cases": (0..cases).map(case).collect::<Vec<_>>(),
    })
    .to_string()
}

/// How long a file is when a server compresses it.
fn compressed(file: &Path) -> usize {
    let mut gzip = Process::new("gzip")
        .arg("-6")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("gzip is on every machine that builds this");
    let bytes = fs::read(file).expect("it is written");
    let mut input = gzip.stdin.take().expect("it is piped");
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let output = gzip.wait_with_output().expect("gzip ends");
    writer.join().expect("it does not panic").expect("gzip reads");
    output.stdout.len()
}

fn one_line(expected: &str) -> impl Predicate<str> {
    is_match("^thunkproof: [^\n]*\n$").expect("a constant").and(contains(expected.to_owned()))
}

/// The document in a shard.
fn shard(site: &Path, name: &str) -> Value {
    let text =
        fs::read_to_string(site.join(format!("data/{name}.js"))).unwrap_or_else(|error| panic!("{name}: {error}"));
    let inside = text.strip_prefix(&format!("thunkproofData(\"{name}\",")).and_then(|text| text.strip_suffix(");\n"));
    serde_json::from_str(inside.unwrap_or_else(|| panic!("{text}"))).expect("JSON")
}

#[test]
fn with_five_thousand_cases_the_first_page_stays_light() {
    let folder = folder(&[("matrix.json", &matrix(MANY))]);
    thunkproof(folder.path(), "site out matrix.json")
        .success()
        .stdout("out/index.html: 5 columns, 5000 cases, 0 findings\n");
    let site = folder.path().join("out");
    let index = fs::read_to_string(site.join("index.html")).expect("it is written");
    assert!(index.len() < 80 << 10 && compressed(&site.join("index.html")) < 20 << 10, "{}", index.len());
    assert!(!index.contains("data/"), "the first page loads nothing");
    assert!(compressed(&site.join("cases.html")) < 20 << 10);
    let mut all = 0;
    for entry in fs::read_dir(site.join("data")).expect("it is written") {
        let file = entry.expect("readable").path();
        let (name, size) = (file.file_stem().expect("a name").to_string_lossy().into_owned(), compressed(&file));
        let is_list = name.matches('-').count() == 2;
        assert!(size < if is_list { 24 << 10 } else { 40 << 10 }, "{name} has {size} bytes when compressed");
        all += size;
    }
    assert!(all < 2 << 20, "all data has {all} bytes when compressed");
    // Each case of a list is where the list says.
    let list = shard(&site, "0-eval-okay");
    let cases = list["cases"].as_array().expect("cases");
    assert_eq!(cases.len(), MANY / 4);
    for case in cases.iter().step_by(97) {
        let chunk = shard(&site, &format!("0-eval-okay-{}", case[3]));
        let details = &chunk[case[4].as_u64().expect("a place") as usize];
        let number = case[0].as_str().and_then(|name| name.rsplit('-').next()).expect("a number").to_owned();
        assert_eq!(details["file"], format!("lang/case-{number}.nix"));
        assert_eq!(details["answers"].as_array().map(|it| !it.is_empty()), Some(true));
    }
}

#[test]
fn runs_of_every_kind_and_campaigns_become_one_site() {
    let files = [
        ("s/lang/eval-okay-map-a.nix", "1"),
        ("s/lang/eval-okay-map-a.exp", "1\n"),
        ("s/lang/eval-okay-b.nix", "2 # </script>"),
        ("s/lang/eval-okay-b.exp", "1\n"),
        ("past/one.json", &matrix(8)),
        ("past/notes.json", "{}"),
        (
            "found/summary.json",
            r#"{"subject":"old","reference":"new","engines":{"old":{"version":"1"},"new":{"version":"2"}},"cases":7,"seconds":2.0,"signatures":{"value: x":3}}"#,
        ),
        (
            "found/buckets/a.json",
            r#"{"signature":"value: x","program":"1 <b>","reduced":true,"again":"thunkproof diff -E 1","subject":{"ending":"exit status 0","stdout":"1\n","stderr":""},"reference":{"ending":"exit status 0","stdout":"2\n","stderr":""}}"#,
        ),
    ];
    let folder = folder(&files);
    thunkproof(folder.path(), "check s --subject mine=cmd:ONE --json check.json").code(1);
    thunkproof(folder.path(), "matrix s --subject a=cmd:ONE --reference b=fork:ONE --quiet --json matrix.json")
        .success();
    thunkproof(folder.path(), "diff s -E 2 --subject mine=cmd:ONE --reference o=fork:ONE --json diff.json").success();
    thunkproof(folder.path(), "site out check.json matrix.json diff.json found --history past --title Answers")
        .success()
        .stdout("out/index.html: 4 columns, 5 cases, 1 findings\n");
    let site = folder.path().join("out");
    let page = |name: &str| fs::read_to_string(site.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let index = page("index.html");
    for expected in
        ["<h1>Answers</h1>", "commit <code", "<b>mine</b>", "1 wrong", "findings.html#finding-1", "mine against o"]
    {
        assert!(index.contains(expected), "{expected}: {index}");
    }
    assert!(page("trends.html").contains("past/notes.json is no run of thunkproof"));
    let findings = page("findings.html");
    assert!(findings.contains("1 &lt;b&gt;") || findings.contains("1 &#60;b&#62;"), "{findings}");
    assert!(findings.contains("thunkproof diff -E 1") && findings.contains("3 programs"));
    // The three engines stand in one row, with what is recorded.
    let list = shard(&site, "0-eval-okay");
    let row =
        list["cases"].as_array().expect("cases").iter().find(|case| case[0] == "eval-okay-b").expect("it is there");
    assert_eq!(row[1], "www");
    let details = &shard(&site, "0-eval-okay-0")[row[4].as_u64().expect("a place") as usize];
    assert_eq!((&details["baseline"]["stdout"], &details["source"]), (&json!("1\n"), &json!("2 # </script>")));
    assert_eq!(details["answers"][0][0], json!([0, 1, 2]), "engines with one answer stand together");
    for name in ["index.html", "cases.html", "findings.html", "trends.html"] {
        let text = page(name);
        for outside in ["http:", "https:", "src=\"", "@import", "url("] {
            assert!(!text.contains(outside), "{name}: {outside}");
        }
        assert!(text.contains("default-src"));
    }
}

#[test]
fn a_site_is_replaced_as_a_whole_and_nothing_else_is() {
    let folder = folder(&[("matrix.json", &matrix(8)), ("less.json", &matrix(1)), ("other/kept.txt", "kept")]);
    thunkproof(folder.path(), "site out matrix.json").success();
    assert!(folder.path().join("out/data/0-eval-fail.js").exists());
    thunkproof(folder.path(), "site out less.json").success();
    assert!(!folder.path().join("out/data/0-eval-fail.js").exists(), "nothing is left of the site before");
    let left: Vec<_> =
        fs::read_dir(folder.path()).expect("readable").map(|entry| entry.expect("readable").file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".thunkproof")), "{left:?}");
    let complaint = |words: &str, expected: &str| {
        thunkproof(folder.path(), words).code(2).stdout("").stderr(one_line(expected));
    };
    complaint(
        "site other matrix.json",
        "other holds other files: name a new folder, or one that `thunkproof site` wrote",
    );
    assert!(folder.path().join("other/kept.txt").exists());
    complaint("site matrix.json less.json", "cannot write matrix.json: Not a directory");
    complaint("site new absent.json", "cannot read absent.json: No such file or directory");
    complaint("site new other", "other is no campaign: name a folder that `thunkproof fuzz --out` wrote");
    complaint("site new other/kept.txt", "other/kept.txt is no run of thunkproof");
    complaint("site new matrix.json matrix.json", "is judged in matrix.json and in matrix.json: leave one of them out");
    complaint("site new matrix.json --history matrix.json", "cannot read matrix.json: not a directory");
    assert!(!folder.path().join("new").exists(), "nothing is half written");
    thunkproof(folder.path(), "site new").code(2).stderr(contains("<INPUT>"));
}
