//! An evaluator with conventions of its own, as those who write one meet this program: through `check`, `diff`, `matrix`
//! and `engines`, by a manifest that is shipped. It stands in for Snix's command line, evaluates with our own evaluator, and
//! has a dozen faults; each must be found, and be called what it is.
//!
//! The evaluator is this test program under another name: a link called `snix` starts it as one.

#[path = "stand_in/engine.rs"]
mod engine;
#[path = "common/files.rs"]
mod files;
#[path = "stand_in/lists.rs"]
mod lists;

use std::{
    env, fs,
    os::unix::fs::symlink,
    path::Path,
    process::{Command, ExitCode, Output},
};

use libtest_mimic::{Arguments, Failed, Trial};
use lists::{a_list_of_a_campaign, a_list_of_attributes, a_list_of_fixtures, a_list_of_programs};
use serde_json::Value;

/// The name that makes this program the evaluator.
const NAME: &str = "snix";

fn main() -> ExitCode {
    let called = env::args_os().next().unwrap_or_default();
    if Path::new(&called).file_name().is_some_and(|name| name == NAME) {
        engine::main();
    }
    let test = |name: &str, run: fn()| {
        Trial::test(name, move || {
            run();
            Ok::<(), Failed>(())
        })
    };
    let tests = vec![
        test("fixtures_are_judged_by_class_with_crashes_named_and_the_rest_not_asked", fixtures_are_judged),
        test("differences_are_found_and_called_what_they_are", differences_are_found),
        test("a_run_in_which_nothing_can_be_asked_fails", nothing_can_be_asked),
        test("what_an_engine_can_do_is_found_out_and_shown", what_it_can_do_is_shown),
        test("a_list_of_fixtures_is_green_until_something_changes", a_list_of_fixtures),
        test("a_list_of_programs_is_green_until_something_changes", a_list_of_programs),
        test("a_list_of_attributes_is_green_until_something_changes", a_list_of_attributes),
        test("a_list_of_a_campaign_is_green_until_something_changes", a_list_of_a_campaign),
        test("it_is_measured_in_its_own_words", it_is_measured),
        test("each_manifest_that_is_shipped_can_be_printed_and_used_as_a_file", manifests_are_printed),
    ];
    libtest_mimic::run(&Arguments::from_args(), tests).exit_code()
}

/// A folder with these files, and the evaluator in it.
fn stage(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = files::folder(files);
    let program = env::current_exe().expect("a program");
    symlink(program, folder.path().join(NAME)).expect("writable");
    folder
}

fn thunkproof(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_thunkproof"));
    command.current_dir(folder).args(words).env_remove("CI").env_remove("THUNKPROOF_BLESS");
    command.output().expect("it is built with the tests")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Fixtures, each with what is recorded and the verdict that the stand-in must get.
const FIXTURES: &[(&str, &str, Option<&str>, &str)] = &[
    ("eval-okay-value", "{ b = 1; a = \"x :: int\"; }", Some("{ a = \"x :: int\"; b = 1; }\n"), "exact"),
    ("eval-okay-repeated", "let s = { a = 1; }; in [ s s ]", Some("[ { a = 1; } «repeated» ]\n"), "exact"),
    ("eval-okay-trace", "builtins.trace \"one\" (builtins.trace 2 3)", Some("3\n"), "exact"),
    ("eval-okay-panic", "builtins.genericClosure { startSet = [ ]; operator = x: [ ]; }", Some("[ ]\n"), "crashed"),
    ("eval-okay-thread", "builtins.splitVersion \"1.2\"", Some("[ \"1\" \"2\" ]\n"), "crashed"),
    ("eval-okay-abort", "builtins.zipAttrsWith (n: v: v) [ ]", Some("{ }\n"), "crashed"),
    ("eval-okay-signal", "builtins.fromTOML \"\"", Some("{ }\n"), "crashed"),
    ("eval-okay-overflow", "builtins.ceil 1.5", Some("2\n"), "crashed"),
    (
        "eval-okay-hang",
        "builtins.hashString \"md5\" \"\"",
        Some("\"d41d8cd98f00b204e9800998ecf8427e\"\n"),
        "inconclusive",
    ),
    ("eval-okay-builtin", "builtins.groupBy (x: x) [ ]", Some("{ }\n"), "wrong"),
    ("eval-okay-wrong", "builtins.bitXor 1 2", Some("3\n"), "wrong"),
    ("eval-okay-twice", "builtins.isPath (builtins.trace \"t\" 1)", Some("false\n"), "stderr-differs"),
    ("eval-fail-thrown", "throw \"no\"", None, "stderr-differs"),
    ("eval-fail-lie", "builtins.toPath 1", None, "wrong"),
    ("parse-okay-tree", "x: x", Some("(x: x)\n"), "not-asked"),
    ("parse-fail-tree", "x:", None, "not-asked"),
];

fn suite() -> tempfile::TempDir {
    let mut files: Vec<(String, String)> = Vec::new();
    for (name, program, value, _) in FIXTURES {
        files.push((format!("s/lang/{name}.nix"), (*program).to_owned()));
        files.extend(value.map(|value| (format!("s/lang/{name}.exp"), value.to_owned())));
    }
    files.push(("s/lang/eval-okay-trace.err.exp".to_owned(), "trace: one\ntrace: 2\n".to_owned()));
    files.push(("s/lang/eval-okay-twice.err.exp".to_owned(), "trace: t\n".to_owned()));
    files.push(("s/lang/eval-okay-select.nix".to_owned(), "{ a = 1; }".to_owned()));
    files.push(("s/lang/eval-okay-select.flags".to_owned(), "-A a".to_owned()));
    files.push(("s/lang/eval-okay-select.exp".to_owned(), "1\n".to_owned()));
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = stage(&files);
    fs::write(folder.path().join("s/lang/eval-okay-bytes.nix"), b"\"\xff\"").expect("writable");
    fs::write(folder.path().join("s/lang/eval-okay-bytes.exp"), b"\"\xff\"\n").expect("writable");
    folder
}

fn fixtures_are_judged() {
    let folder = suite();
    let words = ["check", "s", "--subject", "ours=snix:./snix", "--limit", "2", "--json", "run.json"];
    let output = thunkproof(folder.path(), &words);
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    // The table comes before the run, what was not asked at its head.
    assert!(stderr.contains("parse tree       no: the manifest maps no flag `--parse`"), "{stderr}");
    let head = "not asked: 3 of 18 cases\n     2  the manifest maps no flag `--parse`: parse-fail-tree, \
                parse-okay-tree\n     1  the manifest maps no flag `-A`: eval-okay-select\n";
    assert!(stdout.starts_with(head), "{stdout}");
    assert!(
        stdout.contains("crashed s eval-okay-panic: exit status 0 expected, crashed: panic: operand 62 is no key at ")
    );
    assert!(stdout.contains("6 crashed, 1 inconclusive, 3 not asked\n"), "{stdout}");
    assert!(stdout.contains("of 15 cases"), "{stdout}");

    let document: Value = serde_json::from_slice(&fs::read(folder.path().join("run.json")).expect("it is there"))
        .unwrap_or_else(|error| panic!("{error}"));
    let case = |name: &str| {
        let mut cases = document["cases"].as_array().expect("a list").iter();
        cases.find(|case| case["name"] == name).unwrap_or_else(|| panic!("{name} is missing")).clone()
    };
    for (name, _, _, verdict) in FIXTURES {
        assert_eq!(case(name)["verdict"], *verdict, "{}", case(name));
    }
    assert_eq!(case("eval-okay-bytes")["verdict"], "crashed");
    let bucket = |name: &str| case(name)["bucket"].as_str().map(str::to_owned).unwrap_or_default();
    let panicked = bucket("eval-okay-panic");
    assert!(panicked.contains("crash: panic: operand … is no key at") && panicked.contains("engine.rs:"), "{panicked}");
    assert!(bucket("eval-okay-thread").contains("panic: a version has parts at"), "{}", bucket("eval-okay-thread"));
    assert!(bucket("eval-okay-abort").contains("ended by signal 6 (SIGABRT)"), "{}", bucket("eval-okay-abort"));
    assert!(bucket("eval-okay-signal").contains("ended by signal 4 (SIGILL)"), "{}", bucket("eval-okay-signal"));
    assert!(bucket("eval-okay-overflow").contains("overflowed its stack"), "{}", bucket("eval-okay-overflow"));
    assert_eq!(document["summary"]["all"]["not_asked"], 3);
    assert_eq!(document["summary"]["all"]["crashed"], 6);

    let output = thunkproof(folder.path(), &["check", "s", "--subject", "snix:./snix", "--filter", "value", "--quiet"]);
    assert!(output.status.success(), "{}", text(&output.stdout));
}

/// Programs, each with what must be said of it; nothing where the engines agree.
const PROGRAMS: &[(&str, &str)] = &[
    ("1 + 1", ""),
    ("-1", ""),
    ("let s = { a = s; }; in s", ""),
    ("throw \"x\"", ""),
    ("\"a${\"b\"}\"", ""),
    (
        "builtins.genericClosure { startSet = [ ]; operator = x: [ ]; }",
        "fails-alike: crash: panic: operand … is no key at ",
    ),
    ("builtins.zipAttrsWith (n: v: v) [ ]", "fails-alike: crash: ended by signal 6 (SIGABRT) / value"),
    ("builtins.bitXor 1 2", "value: another value"),
    ("builtins.isPath (builtins.trace \"t\" 1)", "effects: more often"),
    ("builtins.groupBy (x: x) [ ]", "fails-alike: "),
    ("builtins.hashString \"md5\" \"\"", "inconclusive: time"),
    ("builtins.placeholder \"out\"", "inconclusive: not the same twice"),
    ("builtins.currentTime < 0", ""),
];

fn differences_are_found() {
    let folder = stage(&[]);
    let mut words =
        vec!["diff", "--subject", "ours=snix:./snix", "--reference", "theirs=embedded", "--time-limit", "2"];
    words.extend(["--json", "run.jsonl", "--jobs", "2"]);
    words.extend(PROGRAMS.iter().flat_map(|(program, _)| ["-E", program]));
    let output = thunkproof(folder.path(), &words);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let shown = text(&output.stdout);
    assert!(shown.contains("ours answers differently when asked twice, on stdout"), "{shown}");
    assert!(shown.contains("\n  -\"") && shown.contains("\n  +\""), "both answers are shown: {shown}");
    let lines = fs::read_to_string(folder.path().join("run.jsonl")).expect("it is there");
    let cases: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    for (program, expected) in PROGRAMS {
        let case = cases.iter().find(|case| case["expression"] == *program).unwrap_or_else(|| panic!("{program}"));
        let bucket = case["bucket"].as_str().unwrap_or_default();
        assert!(bucket.starts_with(expected) && bucket.is_empty() == expected.is_empty(), "{program}: {case}");
    }
}

fn nothing_can_be_asked() {
    let folder = stage(&[("s/lang/parse-okay-a.nix", "1"), ("s/lang/parse-okay-a.exp", "1\n")]);
    let output = thunkproof(folder.path(), &["check", "s", "--subject", "snix:./snix"]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stdout);
    assert!(said.contains("problem nothing could be asked: the manifest maps no flag `--parse`"), "{said}");
    let words = ["diff", "s", "--subject", "snix:./snix", "--reference", "embedded"];
    let output = thunkproof(folder.path(), &words);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stdout);
    assert!(said.contains("not asked: 1 of 1 cases\n     1  the manifest maps no flag `--parse`"), "{said}");
    assert!(said.contains("problem nothing could be asked"), "{said}");
}

fn what_it_can_do_is_shown() {
    let folder = stage(&[]);
    let output = thunkproof(folder.path(), &["engines", "ours=snix:./snix"]);
    let table = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    // Its version is the value of an expression, for it has no flag that tells it.
    assert!(table.starts_with("ours (snix:./snix, 2.34.8) can be asked:\n"), "{table}");
    for (title, answer) in [
        ("standard input", "yes"),
        ("file", "yes"),
        ("strict", "yes"),
        ("JSON", "yes"),
        ("XML", "yes"),
        ("raw string", "yes"),
        ("attribute (-A)", "no: the manifest maps no flag `-A`"),
        ("settings", "no: the manifest maps no flag `--option`"),
        ("traces", "yes"),
        ("exit status", "yes"),
    ] {
        assert!(table.contains(&format!("  {title:<16} {answer}\n")), "{title}: {table}");
    }
    assert!(table.contains("  compared down to effects\n"), "{table}");
    let list = text(&thunkproof(folder.path(), &["engines"]).stdout);
    for name in ["embedded", "cmd:PROGRAM", "nix-2.3:PROGRAM", "lix:PROGRAM", "tvix:PROGRAM", "hnix:PROGRAM"] {
        assert!(list.contains(&format!("\n{name}")) || list.starts_with(name), "{name}: {list}");
    }
    let path = env::var("PATH").expect("it is set");
    let mut command = Command::new(env!("CARGO_BIN_EXE_thunkproof"));
    let path = format!("{}:{path}", folder.path().display());
    let found = command.arg("engines").env("PATH", path).output().expect("it is built with the tests");
    let here = format!("on PATH: {}", folder.path().join(NAME).display());
    assert!(text(&found.stdout).contains(&here), "{}", text(&found.stdout));
}

fn it_is_measured() {
    let programs =
        [("one.nix", "1 + 1"), ("wrong.nix", "builtins.bitXor 1 0"), ("panics.nix", "builtins.zipAttrsWith")];
    let folder = stage(&[&programs[..], &[("other/mended", "bitXor\n")]].concat());
    symlink(env::current_exe().expect("a program"), folder.path().join("other").join(NAME)).expect("writable");
    let engines = ["--subject", "ours=snix:./snix", "--reference", "theirs=snix:other/snix"];
    let measured = |file: &str| {
        let output = thunkproof(folder.path(), &[&["bench", file, "--rounds", "2", "--quiet"], &engines[..]].concat());
        (output.status.code(), format!("{}{}", text(&output.stdout), text(&output.stderr)))
    };
    let (status, said) = measured("one.nix");
    assert!(status == Some(0) && said.contains("geometric means of ours / theirs: CPU"), "{said}");
    let (status, said) = measured("wrong.nix");
    assert!(status == Some(2) && said.contains("ours and theirs answer wrong differently"), "{said}");
    assert!(said.contains("`-1` and `1`"), "{said}");
    let (status, said) = measured("panics.nix");
    assert!(status == Some(2) && said.contains("ours fails on panics (signal: 6 (SIGABRT)"), "{said}");
}

fn manifests_are_printed() {
    let folder = stage(&[]);
    let manifest = text(&thunkproof(folder.path(), &["engines", "--manifest", "snix"]).stdout);
    fs::write(folder.path().join("mine.toml"), format!("program = './snix'\n{manifest}")).expect("writable");
    let words = ["diff", "--subject", "manifest:mine.toml", "--reference", "embedded", "-E", "[ 1 ]", "--quiet"];
    let output = thunkproof(folder.path(), &words);
    assert!(output.status.success(), "{} {}", text(&output.stdout), text(&output.stderr));
    let output = thunkproof(folder.path(), &["engines", "--manifest", "what"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("there is no manifest `what`: name one of nix, nix-2.3, lix,"));
}
