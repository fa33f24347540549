//! `thunkproof check` as people run it: what it prints, writes and returns.

#[path = "common/files.rs"]
mod files;

use std::{fs, path::Path};

use assert_cmd::{Command, assert::Assert};
use files::folder;
use predicates::{
    prelude::*,
    str::{contains, is_match},
};

/// Stands in for an evaluator: prints `1` for a program that holds `1`, and fails otherwise.
const SCRIPTED: &str = concat!("cmd:", env!("CARGO_MANIFEST_DIR"), "/tests/programs/one");

/// Runs `thunkproof check` in `folder` with these words; `ONE` stands for the engine above.
fn check(folder: &Path, words: &str) -> Assert {
    check_with(folder, words, &[])
}

fn check_with(folder: &Path, words: &str, variables: &[(&str, &str)]) -> Assert {
    let mut command = Command::cargo_bin("thunkproof").expect("it is built with the tests");
    let words = words.split_whitespace().map(|word| if word == "ONE" { SCRIPTED } else { word });
    command.current_dir(folder).arg("check").args(words);
    command.env_remove("CI").env_remove("THUNKPROOF_BLESS").envs(variables.iter().copied()).assert()
}

const RIGHT: [(&str, &str); 2] = [("s/lang/eval-okay-right.nix", "1"), ("s/lang/eval-okay-right.exp", "1\n")];
const WRONG: [(&str, &str); 2] = [("s/lang/eval-okay-wrong.nix", "1"), ("s/lang/eval-okay-wrong.exp", "2\n")];
const FAILS: [(&str, &str); 2] = [("s/lang/eval-fail-a.nix", "x"), ("s/lang/eval-fail-a.err.exp", "error: old\n")];

#[test]
fn a_suite_that_is_as_recorded_passes() {
    let folder = folder(&RIGHT);
    check(folder.path(), "s --engine ONE")
        .success()
        .stdout(contains("tests/programs/one (one 1.0)").and(is_match("all +1 +1 +1\npassed\n").expect("a constant")));
}

#[test]
fn a_failure_shows_its_diff_without_colour_and_fails_the_run() {
    let folder = folder(&[RIGHT, WRONG].concat());
    check(folder.path(), "s --engine ONE")
        .code(1)
        .stdout(contains("failed  s eval-okay-wrong: stdout not as recorded\n--- expected stdout\n"))
        .stdout(contains("\n-2\n+1\n").and(contains("failed: 1 of 2 cases, 0 other problems\n")));
}

#[test]
fn standard_error_counts_only_where_it_should() {
    let folder = folder(&FAILS);
    check(folder.path(), "s --engine ONE").code(1).stdout(contains("-error: old\n+error: not one\n"));
    let counts = is_match("eval-fail +1 +0 +1\n").expect("a constant");
    for level in ["stdout", "fails-alike", "value", "effects", "work"] {
        check(folder.path(), &format!("s --engine ONE --level {level}")).success().stdout(counts.clone());
    }
    for level in ["message", "stderr"] {
        check(folder.path(), &format!("s --engine ONE --level {level}")).code(1);
    }
}

#[test]
fn names_of_fixtures_are_bytes() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    let folder = folder(&RIGHT);
    let lang = folder.path().join("s/lang");
    let put = |name: &[u8], content: &str| fs::write(lang.join(OsStr::from_bytes(name)), content).expect("writable");
    put(b"eval-okay-\xff.nix", "1 + 1");
    put(b"eval-okay-\xff.exp", "3\n");
    put(b"parse-fail-\xfe\n.nix", "(");
    let words = "s --filter x --subject a=embedded --json run.json";
    check(folder.path(), words)
        .code(1)
        .stdout(contains(r"failed  s eval-okay-\xff: stdout not as recorded").and(contains("-3\n+2\n")))
        .stdout(contains(r"failed  s parse-fail-\xfe\n: stderr not as recorded").and(contains("failed: 2 of 2 cases")));
    let text = fs::read(folder.path().join("run.json")).expect("it is written");
    let document: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    assert_eq!(document["cases"][0]["name"], r"eval-okay-\xff");
    assert_eq!(document["cases"][0]["file"], r"lang/eval-okay-\xff.nix");
    let known = "[[divergence]]\ncase = 'eval-okay-\\xff'\nlevel = 'stdout'\nengine = 'embedded'\nreason = 'r'\n\
                 expires = 2999-12-31";
    fs::write(folder.path().join("known.toml"), known).expect("writable");
    check(folder.path(), r"s --known known.toml --filter okay-\xff --subject a=embedded")
        .success()
        .stdout(contains("1 known to diverge\npassed"));
    let mut diff = Command::cargo_bin("thunkproof").expect("it is built with the tests");
    let words = ["diff", "s", "--subject", "a=embedded", "--reference", "b=embedded", "--json", "-"];
    diff.current_dir(folder.path()).args(words).assert().success().stdout(contains(r#""name":"eval-okay-\\xff""#));
}

#[test]
fn a_filter_leaves_the_rest_alone() {
    let folder = folder(&[RIGHT, WRONG].concat());
    check(folder.path(), "s --engine ONE --filter right").success();
    check(folder.path(), "s --engine ONE --filter *-right").success();
    check(folder.path(), "s --engine ONE --filter left")
        .code(2)
        .stderr("thunkproof: no fixture is named like `left`\n");
}

#[test]
fn parts_have_every_fixture_once() {
    let folder = folder(&[RIGHT, WRONG].concat());
    let failed = |shard: &str| {
        let done = check(folder.path(), &format!("s --engine ONE --quiet --shard {shard} --json run.json"));
        let status = done.get_output().status.code();
        let text = fs::read_to_string(folder.path().join("run.json")).expect("it is written");
        let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let cases = document["cases"].as_array().expect("cases");
        (status, cases.iter().map(|case| case["name"].to_string()).collect::<Vec<_>>())
    };
    let (first, second) = (failed("1/2"), failed("2/2"));
    assert_eq!((first.0, second.0, first.1.len(), second.1.len()), (Some(0), Some(1), 1, 1));
    assert_ne!(first.1, second.1);
}

#[test]
fn parts_are_merged_into_the_whole() {
    let folder = folder(&[RIGHT, WRONG, FAILS].concat());
    let one = |words: &str| drop(check(folder.path(), &format!("s --engine ONE --quiet {words}")));
    one("--json whole.json");
    for part in 1..=2 {
        one(&format!("--shard {part}/2 --json {part}.json"));
    }
    one("--shard 1/3 --json third.json");
    one("--shard 2/2 --filter wrong --json other.json");
    one("--shard 2/2 --level stdout --json level.json");
    let merge = |words: &str| {
        let mut command = Command::cargo_bin("thunkproof").expect("it is built with the tests");
        command.current_dir(folder.path()).arg("merge").args(words.split_whitespace()).assert()
    };
    // The run has failures, and so has what is put together from its parts.
    merge("all.json 2.json 1.json")
        .code(1)
        .stdout("3 cases: 1 exact, 2 failed, 0 known, 0 inconclusive; 0 other problems\n");
    let document = |name: &str| {
        let text = fs::read(folder.path().join(name)).expect("it is written");
        let mut document: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
        for case in document["cases"].as_array_mut().expect("cases") {
            case["seconds"].take();
        }
        document["seconds"].take();
        document["started"].take();
        document
    };
    assert_eq!(document("all.json"), document("whole.json"));
    let refused = |words: &str, expected: &str| {
        merge(&format!("new.json {words}")).code(2).stderr(contains(expected));
        assert!(!folder.path().join("new.json").exists());
    };
    refused("1.json", "parts are missing: 2/2");
    refused("1.json 1.json", "1.json and 1.json overlap: both are part 1/2");
    refused("1.json third.json", "third.json is one of 3 parts, and 1.json one of 2");
    refused("1.json level.json", "level.json and 1.json are of different runs: `level` differs");
    refused("1.json other.json", "1.json holds 2 cases, where part 1/2 of 2 holds 1");
    refused("whole.json 1.json", "whole.json is a whole run: there is nothing to merge");
}

#[cfg(target_os = "linux")]
#[test]
fn what_reaches_a_limit_is_asked_again_and_then_inconclusive() {
    let once = [("s/lang/eval-okay-once.nix", "spin-once"), ("s/lang/eval-okay-once.exp", "1\n")];
    let spin = [("s/lang/eval-okay-spin.nix", "spin"), ("s/lang/eval-okay-spin.exp", "1\n")];
    let folder = folder(&[RIGHT, once, spin].concat());
    let before = check(folder.path(), "s --engine ONE --limit 1 --filter once --json before.json");
    before.success().stdout(contains("passed"));
    assert!(folder.path().join("s/spun").exists(), "it reached the limit once");
    let done = check(folder.path(), "s --engine ONE --limit 1 --json after.json").code(1);
    done.stdout(contains("inconclusive s eval-okay-spin: no end after 1 s of CPU time\n"))
        .stdout(contains("inconclusive: 1 of 3 cases reached a limit, and nothing failed\n"))
        .stdout(contains("failed").count(1));
    let text = fs::read(folder.path().join("after.json")).expect("it is written");
    let document: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    let all = serde_json::json!({
        "cases": 3, "exact": 2, "stdout": 2, "crashed": 0, "inconclusive": 1, "known": 0, "failed": 0, "not_asked": 0
    });
    assert_eq!((&document["summary"]["all"], &document["succeeded"]), (&all, &false.into()));
    // What could not be judged did not break.
    fs::remove_file(folder.path().join("s/lang/eval-okay-spin.nix")).expect("it is there");
    fs::write(folder.path().join("s/lang/eval-okay-spin.nix"), "1").expect("writable");
    check(folder.path(), "s --engine ONE --limit 1 --json before.json").success();
    let mut compare = Command::cargo_bin("thunkproof").expect("it is built with the tests");
    compare
        .current_dir(folder.path())
        .args(["compare", "before.json", "after.json"])
        .assert()
        .success()
        .stdout(contains("became inconclusive").and(contains("eval-okay-spin")));
}

#[test]
fn an_interrupted_run_keeps_what_was_finished() {
    let names: Vec<_> = (0..40).map(|number| format!("s/lang/eval-okay-{number:02}")).collect();
    let files: Vec<_> = names.iter().flat_map(|name| [format!("{name}.nix"), format!("{name}.exp")]).collect();
    let files: Vec<_> =
        files.iter().map(|file| (file.as_str(), if file.ends_with("nix") { "1" } else { "1\n" })).collect();
    let folder = folder(&files);
    let slow = concat!("cmd:", env!("CARGO_MANIFEST_DIR"), "/tests/programs/slow");
    let interrupted = |words: &str| {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("thunkproof"));
        let words = words.split_whitespace().map(|word| word.replace("SLOW", slow));
        command.current_dir(folder.path()).args(words).args(["--jobs", "1", "--quiet"]);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let child = command.spawn().expect("it starts");
        while !folder.path().join("s/begun").exists() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        fs::remove_file(folder.path().join("s/begun")).expect("it is there");
        let process = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(process, rustix::process::Signal::INT).expect("it runs");
        let done = child.wait_with_output().expect("it ends");
        assert_eq!(done.status.code(), Some(130));
        let text = fs::read(folder.path().join("run.json")).expect("what was finished is kept");
        let document: serde_json::Value = serde_json::from_slice(&text).expect("a whole document");
        (document, String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned())
    };
    let (document, said) = interrupted("check s --engine SLOW --json run.json");
    let finished = document["cases"].as_array().expect("cases").len();
    assert!((1..40).contains(&finished), "{finished} cases");
    let line = format!("interrupted: {} of 40 cases were not run", 40 - finished);
    assert_eq!((&document["problems"], &document["succeeded"]), (&serde_json::json!([line]), &false.into()));
    assert!(said.contains(&line), "{said}");
    let (document, said) = interrupted("matrix s --subject a=SLOW --reference b=SLOW --json run.json");
    let finished = document["fixtures"].as_object().expect("fixtures").len();
    assert!((1..40).contains(&finished), "{finished} fixtures");
    let line = format!("a: interrupted: {} of 40 cases were not run", 40 - finished);
    assert!(said.contains(&line) && said.contains("interrupted: not asked at all: b"), "{said}");
}

#[test]
fn what_has_no_end_is_not_read_and_a_long_line_not_shown_whole() {
    let folder = folder(&[RIGHT, [("s/lang/eval-okay-long.nix", "1"), ("s/lang/eval-okay-link.exp", "")]].concat());
    let lang = folder.path().join("s/lang");
    fs::write(lang.join("eval-okay-long.exp"), vec![b'x'; 8 << 20]).expect("writable");
    let mut mkfifo = std::process::Command::new("mkfifo");
    mkfifo.args(["eval-okay-pipe.nix", "eval-okay-right.err.exp"]).current_dir(&lang);
    assert!(mkfifo.status().expect("it is on this machine").success());
    std::os::unix::fs::symlink("/dev/zero", lang.join("eval-okay-link.nix")).expect("writable");
    let done = check(folder.path(), "s --engine ONE").code(1);
    let shown = String::from_utf8_lossy(&done.get_output().stdout).into_owned();
    for name in ["eval-okay-pipe.nix", "eval-okay-right.err.exp", "eval-okay-link.nix"] {
        assert!(shown.contains(&format!("{name}: it is no regular file")), "{name}: {shown}");
    }
    assert!(shown.contains("x… and 8386608 bytes more") && shown.len() < 20_000, "{} bytes", shown.len());
    // Of a fixture, `diff` needs the question only.
    for name in ["eval-okay-pipe.nix", "eval-okay-link.nix"] {
        fs::remove_file(lang.join(name)).expect("it is there");
    }
    let mut command = Command::cargo_bin("thunkproof").expect("it is built with the tests");
    let engines = ["--subject", SCRIPTED, "--reference"].map(str::to_owned);
    command.current_dir(folder.path()).args(["diff", "s"]).args(engines).arg(format!("b={SCRIPTED}"));
    command.assert().success().stdout(contains("2 cases: 2 agree"));
}

#[test]
fn without_a_folder_the_projects_own_fixtures_are_run() {
    let own = folder(&[("nix-lang-tests/lang/eval-okay-a.nix", "1"), ("nix-lang-tests/lang/eval-okay-a.exp", "1\n")]);
    let below = own.path().join("deep/below");
    fs::create_dir_all(&below).expect("writable");
    check(&below, "--engine ONE").success().stdout(contains("passed"));
    let empty = folder(&[]);
    check(empty.path(), "--engine ONE").code(2).stderr(contains("name a folder of fixtures"));
}

#[test]
fn what_cannot_be_done_is_said_in_one_line() {
    let folder = folder(&RIGHT);
    let complaint = |words: &str, expected: &str| {
        let one_line = is_match("^thunkproof: [^\n]*\n$").expect("a constant");
        check(folder.path(), words).code(2).stdout("").stderr(one_line.and(contains(expected)));
    };
    complaint("absent --engine ONE", "cannot read absent: No such file or directory");
    complaint("s/.. --engine ONE", "no fixtures. What is read: lang/CLASS-NAME.nix");
    complaint("s --engine cmd:./absent", "cannot start engine `./absent`");
    complaint("s --engine ONE --json absent/run.json", "cannot write absent/run.json");
    complaint("s --engine ONE --known absent.toml", "cannot read absent.toml");
    complaint("s --bless", "run scripts/provision-reference, or name one with --reference PROGRAM");
    check(folder.path(), "s --engine nix").code(2).stderr(contains("write `embedded`, `cmd:PROGRAM`"));
}

#[test]
fn stray_and_unreadable_files_fail_the_run_by_name() {
    let folder = folder(&[RIGHT, [("s/lang/eval-okay-gone.exp", ""), ("s/lang/eval-fail-gone.err.exp", "")]].concat());
    // A folder where a program is expected cannot be read as one, whoever runs the tests.
    fs::create_dir(folder.path().join("s/lang/parse-okay-folder.nix")).expect("writable");
    check(folder.path(), "s --engine ONE")
        .code(1)
        .stdout(contains("problem s: no fixture uses lang/eval-okay-gone.exp"))
        .stdout(contains("problem s: no fixture uses lang/eval-fail-gone.err.exp"))
        .stdout(contains("parse-okay-folder.nix: Is a directory"))
        .stdout(contains("failed: 0 of 1 cases, 3 other problems"));
}

#[test]
fn the_json_document_has_cases_counts_and_engine() {
    let folder = folder(&[RIGHT, WRONG, FAILS].concat());
    check(folder.path(), "s --engine ONE --json run.json").code(1);
    let text = fs::read(folder.path().join("run.json")).expect("it is written");
    let document: serde_json::Value = serde_json::from_slice(&text).expect("one document");
    assert_eq!(document["engine"]["version"], "one 1.0");
    assert_eq!(document["succeeded"], false);
    let all = serde_json::json!({
        "cases": 3, "exact": 1, "stdout": 2, "crashed": 0, "inconclusive": 0, "known": 0, "failed": 2, "not_asked": 0
    });
    assert_eq!(document["summary"]["all"], all);
    assert_eq!(document["summary"]["classes"]["eval-fail"]["stdout"], 1);
    let cases = document["cases"].as_array().expect("a list");
    let verdicts: Vec<_> = cases.iter().map(|case| (case["name"].as_str(), case["verdict"].as_str())).collect();
    let expected = [("eval-fail-a", "stderr-differs"), ("eval-okay-right", "exact"), ("eval-okay-wrong", "wrong")];
    assert_eq!(verdicts, expected.map(|(name, verdict)| (Some(name), Some(verdict))));
    let difference = serde_json::json!([{"stream": "stdout", "expected": "2\n", "came": "1\n"}]);
    assert_eq!(cases[2]["differences"], difference);
}

#[test]
fn known_divergences_are_accepted_until_they_pass() {
    let list = |case: &str, expires: &str| {
        format!(
            "[[divergence]]\ncase = '{case}'\nlevel = 'stdout'\nengine = 'cmd:*'\nreason = 'r'\nexpires = {expires}"
        )
    };
    let run = |case: &str, expires: &str| {
        let folder = folder(&[RIGHT, WRONG].concat());
        fs::create_dir_all(folder.path().join("nix-lang-tests/lang")).expect("writable");
        fs::write(folder.path().join("known-divergences.toml"), list(case, expires)).expect("writable");
        check(folder.path(), "s --engine ONE")
    };
    run("eval-okay-wrong", "2999-12-31").success().stdout(contains("1 known to diverge\npassed"));
    run("eval-okay-wrong", "2020-01-01").code(1).stdout(contains("entry `eval-okay-wrong` (level stdout) expired"));
    run("eval-okay-right", "2999-12-31").code(1).stdout(contains("no longer diverges"));
}

#[test]
fn what_expires_soon_is_warned_of() {
    let day = |days: i64| jiff::Zoned::now().date().saturating_add(jiff::ToSpan::days(days)).to_string();
    let folder = folder(&[RIGHT, WRONG].concat());
    let run = |words: &str, expires: &str, variables: &[(&str, &str)]| {
        let list = format!(
            "[[divergence]]\ncase = 'eval-okay-wrong'\nlevel = 'stdout'\nengine = 'cmd:*'\nreason = 'r'\nexpires = \
             {expires}\n[[difference]]\nlevel = 'value'\nbucket = '50% off'\nreason = 'r'\nexpires = {expires}\n"
        );
        fs::write(folder.path().join("list.toml"), list).expect("writable");
        let mut command = Command::cargo_bin("thunkproof").expect("it is built with the tests");
        let words = words.split_whitespace().map(|word| word.replace("ONE", SCRIPTED));
        command.current_dir(folder.path()).args(words).args(["--known", "list.toml", "--quiet"]);
        command.env_remove("GITHUB_ACTIONS").env_remove("CI").envs(variables.iter().copied()).assert().success()
    };
    let expires = format!("(level stdout) expires on {}, in 20 days: mend it or decide anew\n", day(20));
    let entry = format!("thunkproof: warning: list.toml: entry `eval-okay-wrong` {expires}");
    let difference = "thunkproof: warning: list.toml: difference of `*` (value, bucket `50% off`)";
    let diff = "diff s --subject a=ONE --reference b=ONE";
    for words in ["check s --engine ONE", diff] {
        let warned = run(words, &day(20), &[]).stderr(contains(&entry).and(contains(difference)));
        warned.stderr(contains("::warning").not());
        run(words, &day(40), &[]).stderr(contains("warning").not());
    }
    run(diff, &day(1), &[("GITHUB_ACTIONS", "true")]).stderr(
        contains("\n::warning file=list.toml,title=A known divergence expires soon::list.toml")
            .and(contains("bucket `50%25 off`"))
            .and(contains("tomorrow")),
    );
}

#[test]
fn a_run_of_nothing_is_no_success() {
    let folder = folder(&[("s/lang/eval-okay-a.nix", "1"), ("s/lang/eval-okay-a.exp-disabled", "")]);
    check(folder.path(), "s --engine ONE")
        .code(2)
        .stderr(contains("there is nothing to run: every fixture is switched"));
    check(folder.path(), "s --engine ONE --shard 2/2").success();
}

#[test]
fn blessing_records_and_says_who_answered() {
    let folder = folder(&[WRONG, FAILS].concat());
    let program = SCRIPTED.strip_prefix("cmd:").expect("a command");
    let bless = format!("s --reference {program}");
    check_with(folder.path(), &bless, &[("THUNKPROOF_BLESS", "1")]).success().stdout(
        contains("recorded s eval-okay-wrong\n").and(contains("2 fixtures asked of one 1.0, 2 changed, 0 refused")),
    );
    let read = |name: &str| fs::read_to_string(folder.path().join("s").join(name)).expect("recorded");
    assert_eq!(read("lang/eval-okay-wrong.exp"), "1\n");
    assert_eq!(read("lang/eval-fail-a.err.exp"), "error: not one\n");
    assert!(read("reference.toml").ends_with("release = \"one 1.0\"\n"));
    check(folder.path(), "s --engine ONE").success();
    check(folder.path(), &format!("{bless} --bless")).success().stdout(contains("0 changed"));
}

#[test]
fn blessing_is_refused_where_ci_is_set_and_where_the_name_lies() {
    let folder = folder(&[("s/lang/eval-okay-a.nix", "x")]);
    let program = SCRIPTED.strip_prefix("cmd:").expect("a command");
    let words = format!("s --bless --reference {program}");
    check_with(folder.path(), &words, &[("CI", "true")]).code(2).stderr(contains("refused where CI is set"));
    check(folder.path(), &words).code(1).stdout(contains("ends with exit status 1: error: not one"));
    assert!(!folder.path().join("s/lang/eval-okay-a.exp").exists());
}

#[test]
fn lost_links_are_noticed_and_can_be_put_back() {
    let files = [
        ("s/lang/eval-okay-a.nix", "1"),
        ("s/lang/eval-okay-a.exp", "1\n"),
        ("s/lang/d/link", "eval"),
        ("s/lang/d/eval", ""),
    ];
    let folder = folder(&files);
    check(folder.path(), "s --engine ONE").success().stderr(contains("s: lang/d/link were symbolic links"));
    check(folder.path(), "s --engine ONE --restore-links").success().stderr("");
    assert!(!folder.path().join("s/lang/d/link").is_symlink(), "the folder itself is left as it is");
}

#[test]
fn coverage_counts_by_class_and_names_what_no_fixture_uses() {
    let folder = folder(&[
        ("s/lang/eval-okay-a.nix", "builtins.head [ 1 ] + (1.5 |> (x: 1))"),
        ("s/lang/eval-okay-a.flags", "--extra-experimental-features pipe-operators"),
        ("s/lang/eval-okay-b.nix", "let head = 1; in head"),
        ("s/lang/eval-fail-a.nix", "builtins.head [ ]"),
        ("s/lang/parse-okay-a.nix", "builtins.tail"),
        ("s/lang/parse-fail-a.nix", "builtins.tail ("),
    ]);
    let row = |text: &str| is_match(text).expect("a constant");
    check(folder.path(), "s --coverage --json coverage.json")
        .code(1)
        .stdout(row(r"(?m)^head +1 +1 +0$"))
        .stdout(row(r"(?m)^tail +0 +0 +1$"))
        .stdout(row(r"(?m)^pipe_into: operation PipeInto operation +1 +0 +0$"))
        .stdout(row(r"(?m)^float: digits on both sides +1 +0 +0$"))
        .stdout(contains("4 fixtures counted; 1 more do not parse\n"))
        .stdout(contains("no fixture for builtin `tail`\n").and(contains("for builtin `head`").not()))
        .stdout(contains("no fixture for rule of the grammar `pipe_from: operation PipeFrom operation`\n"))
        .stdout(row(r"not covered: \d+ of \d+ builtins, rules and forms\n$"));
    let text = fs::read(folder.path().join("coverage.json")).expect("it is written");
    let document: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    let entries = document["entries"].as_array().expect("a list");
    let head = entries.iter().find(|entry| entry["name"] == "head").expect("a builtin");
    assert_eq!(head["fixtures"], serde_json::json!({ "eval-okay": 1, "eval-fail": 1, "parse-okay": 0 }));
    assert_eq!(document["succeeded"], false);
    let missing = document["missing"].as_array().expect("a list");
    assert!(missing.contains(&"tail".into()) && !missing.contains(&"head".into()));
}

#[test]
fn coverage_looks_only_at_the_fixtures_that_are_asked_for() {
    let folder = folder(&[("s/lang/eval-okay-a.nix", "1"), ("s/lang/eval-okay-b.nix", "2 + 2")]);
    check(folder.path(), "s --coverage --filter okay-a").code(1).stdout(contains("1 fixtures counted; 0 more"));
    check(folder.path(), "s --coverage --bless").code(2).stderr(contains("cannot be used with"));
}

#[test]
fn the_projects_own_fixtures_cover_everything() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    check(root, "--coverage").success().stdout(is_match("covered: all \\d+ builtins").expect("a constant"));
}
