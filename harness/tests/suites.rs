//! Folders in the layouts of other projects, judged as they are. All of them are written here; none is copied.

use std::{fs, path::Path, process::Command};

use assert_cmd::prelude::*;
use serde_json::Value;
use tempfile::TempDir;

/// A temporary folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
        fs::write(file, text).expect("writable");
    }
    folder
}

fn thunkproof(words: &[&str]) -> Command {
    let mut command = Command::cargo_bin("thunkproof").expect("it is built");
    command.args(words).env_remove("CI").env("NO_COLOR", "1");
    command
}

/// What `check` on this path makes of each case: `name: verdict`, and its problems.
fn judged(path: &Path) -> (Vec<String>, Vec<String>) {
    let results = tempfile::tempdir().expect("a temporary folder");
    let file = results.path().join("run.json");
    let words = ["check", "--quiet", path.to_str().expect("text"), "--json", file.to_str().expect("text")];
    let ended = thunkproof(&words).output().expect("it starts");
    let text = fs::read(&file).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&ended.stderr)));
    let run: Value = serde_json::from_slice(&text).expect("JSON");
    let texts = |list: &Value, of: &dyn Fn(&Value) -> String| list.as_array().expect("a list").iter().map(of).collect();
    let case = |case: &Value| {
        let reason = case["ending"].as_str().filter(|ending| ending.starts_with("not asked"));
        let reason = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
        format!("{}: {}{reason}", case["name"].as_str().expect("text"), case["verdict"].as_str().expect("text"))
    };
    (texts(&run["cases"], &case), texts(&run["problems"], &|problem| problem.as_str().expect("text").to_owned()))
}

/// That the cases of a folder of these files are judged so, with these problems.
#[track_caller]
fn check(files: &[(&str, &str)], within: &str, expected: &[&str], problems: &[&str]) {
    let folder = folder(files);
    let (cases, found) = judged(&folder.path().join(within));
    assert_eq!(cases, expected);
    assert_eq!(found.len(), problems.len(), "{found:?}");
    for (problem, expected) in found.iter().zip(problems) {
        assert!(problem.contains(expected), "{problem}");
    }
}

#[test]
fn snix_has_fixtures_side_by_side_and_what_it_does_not_pass_yet() {
    check(
        &[
            ("tests/own/eval-okay-a.nix", "import ./data.nix + 1"),
            ("tests/own/eval-okay-a.exp", "3"),
            ("tests/own/data.nix", "2"),
            ("tests/own/eval-okay-unrecorded.nix", "{ a = 1; }"),
            ("tests/own/eval-okay-wrong.nix", "1"),
            ("tests/own/eval-okay-wrong.exp", "2\n"),
            ("tests/own/eval-okay-xml.nix", "true"),
            (
                "tests/own/eval-okay-xml.exp.xml",
                "<?xml version='1.0' encoding='utf-8'?>\n<expr>\n  <bool value=\"true\" />\n</expr>",
            ),
            ("tests/own/eval-fail-a.nix", "throw \"whatever it says\""),
            ("tests/own/eval-fail-wrong.nix", "1"),
            ("tests/own/identity-list.nix", "[ 1 \"a b\" null ]\n\n"),
            ("tests/own/identity-odd.nix", "1 + 1"),
            ("tests/own/eval-okay-gone.exp", "1"),
            ("tests/own/notyetpassing/eval-okay-late.nix", "{ lib }: lib"),
            ("tests/own/notyetpassing/eval-okay-late.flags", "--arg lib import(own/data.nix)"),
            ("tests/own/notyetpassing/eval-okay-late.exp", "2\n"),
            ("tests/other/parse-fail-a.nix", "{"),
            ("tests/other/parse-okay-a b.nix", "x: x"),
        ],
        "tests",
        &[
            "other/parse-fail-a: exact",
            "other/parse-okay-a b: exact",
            "own/eval-fail-a: exact",
            "own/eval-fail-wrong: wrong",
            "own/eval-okay-a: exact",
            "own/eval-okay-unrecorded: exact",
            "own/eval-okay-wrong: wrong",
            "own/eval-okay-xml: exact",
            "own/eval-okay-xml.xml: exact",
            "own/identity-list: exact",
            "own/identity-odd: wrong",
            "own/notyetpassing/eval-okay-late: exact",
        ],
        &["no fixture uses own/eval-okay-gone.exp"],
    );
}

#[test]
fn lix_has_a_folder_for_each_behaviour() {
    check(
        &[
            ("lang/lib.nix", "{ two = 2; }"),
            ("lang/assets/in.nix", "throw \"not a test\""),
            ("lang/plain/in.nix", "(import ./lib.nix).two"),
            ("lang/plain/eval-okay.out.exp", "2\n"),
            ("lang/plain/in-long name.nix", "./x"),
            ("lang/plain/eval-okay-long name.out.exp", "/pwd/x\n"),
            ("lang/plain/in-failing.nix", "throw \"no\""),
            ("lang/plain/eval-fail-failing.err.exp", "error: another text\n"),
            ("lang/plain/notes.txt", "nobody reads this"),
            ("lang/trees/in.nix", "x"),
            ("lang/trees/parse-okay.out.exp", "_type: ExprVar\nvalue: x\n"),
            ("lang/trees/in-defined.nix", "x: x"),
            ("lang/trees/parse-okay-defined.out.exp", "_type: ExprLambda\n"),
            ("lang/script/in.nix", "1"),
            ("lang/script/test_it.py", "pass"),
            ("lang/declared/in.nix", "{ a }: a + import ./other.nix"),
            ("lang/declared/in-b.nix", "{ a }: a"),
            ("lang/declared/other.nix", "\"!\""),
            (
                "lang/declared/test.toml",
                "[[test]]\nrunner = \"eval-okay\"\nflags = [\"--argstr\", \"a\", \"two words\"]\nextra-files = [\"other.nix\"]\n\
                 [[test]]\nname = \"both\"\nrunner = \"eval-okay\"\nmatrix = true\nin = [\"in-b.nix\"]\n\
                 flags = [\"--argstr\", \"a\", \"x\", \"--extra-deprecated-features\", \"something old\"]\n\
                 [[test]]\nname = \"unknown\"\nrunner = \"eval-okay\"\nin = \"in-b.nix\"\nflags = [\"--only-there\"]\n",
            ),
            ("lang/declared/eval-okay.out.exp", "\"two words!\"\n"),
            ("lang/declared/both-b.out.exp", "\"x\"\n"),
            ("lang/broken/in.nix", "1"),
            ("lang/broken/test.toml", "[[test]]\nrunner = \"eval-perhaps\"\n"),
        ],
        ".",
        &[
            "declared:eval-okay: exact",
            "declared:both-b: exact",
            "declared:unknown-b: not-asked (not asked: it has no flag --only-there)",
            "plain:eval-fail-failing: stderr-differs",
            "plain:eval-okay-long name: exact",
            "plain:eval-okay: exact",
            "script:in.nix: not-asked (not asked: how it is run is a program in Python (test_it.py))",
            "trees:parse-okay-defined: not-asked (not asked: the recorded tree is Lix's own, and the evaluator prints no tree \
             in JSON)",
            "trees:parse-okay: wrong",
        ],
        &["broken: ", "no fixture uses plain/notes.txt"],
    );
}

#[test]
fn of_rnix_it_counts_whether_a_program_is_accepted() {
    check(
        &[
            ("test_data/parser/success/undefined.nix", "a |> b\n"),
            ("test_data/parser/success/undefined.expect", "NODE_ROOT@0..6\n"),
            ("test_data/parser/success/odd.nix", "]\n"),
            ("test_data/parser/success/odd.expect", "NODE_ROOT@0..1\n"),
            ("test_data/parser/error/open.nix", "{\n"),
            ("test_data/parser/error/open.expect", "error: unexpected end\nNODE_ROOT@0..1\n"),
            ("test_data/tokenizer/error/sign.nix", "\u{a7}\n"),
            ("test_data/tokenizer/error/sign.expect", "TOKEN_ERROR, \"\u{a7}\"\n"),
            ("test_data/tokenizer/success/one.nix", "1\n"),
            ("test_data/tokenizer/success/one.expect", "TOKEN_INTEGER, \"1\"\n"),
        ],
        ".",
        &[
            "parser/error/open: exact",
            "parser/success/odd: wrong",
            "parser/success/undefined: exact",
            "tokenizer/error/sign: exact",
            "tokenizer/success/one: not-asked (not asked: rnix's tokens are recorded, and tokens alone do not make a program)",
        ],
        &[],
    );
}

const UNITS: &str = r#"{ extra ? 1 }: {
  testRight = { expr = { a = extra; }; expected = { a = 1; }; };
  testWrong = { expr = 1; expected = 2; };
  nested."a.b".testDeep = { expr = map (x: x + 1) [ 1 ]; expected = [ 2 ]; };
  testThrown = { expr = [ (throw "10 of 5") ]; expectedError = { type = "ThrownError"; msg = "\\d+ of"; }; };
  testAborted = { expr = abort "x"; expectedError.type = "ThrownError"; };
  testType = { expr = builtins.length 1; expectedError.type = "TypeError"; };
  testNone = { expr = 1; expectedError.msg = "x"; };
  testNothing = { expr = 1; };
  unnamed = { expr = 1; expected = 1; };
}
"#;

#[test]
fn files_of_tests_are_judged_test_by_test() {
    let cases = [
        "nested.\"a.b\".testDeep: exact",
        "testAborted: wrong",
        "testNone: wrong",
        "testRight: exact",
        "testThrown: exact",
        "testType: exact",
        "testWrong: wrong",
        "unnamed: not-asked (not asked: its name does not begin with `test`)",
    ];
    let problem = "testNothing: ";
    check(&[("a b.nix", UNITS)], "a b.nix", &cases, &[problem]);
    let within: Vec<_> = cases.iter().map(|case| format!("x/a b.nix: {case}")).collect();
    let within: Vec<_> = within.iter().map(String::as_str).collect();
    check(&[("x/a b.nix", UNITS), ("plain.nix", "1")], ".", &within, &[problem]);
}

#[test]
fn a_file_that_runs_its_tests_gives_those_that_failed() {
    let run = |value: &str| format!("let tests = {{ testA = {{ expr = 1; expected = 1; }}; }}; in {value}\n");
    check(&[("run.nix", &run("[ ]"))], ".", &["run.nix: exact"], &[]);
    check(&[("run.nix", &run("[ { name = \"testA\"; } ]"))], "run.nix", &["run.nix: wrong"], &[]);
}

#[test]
fn a_folder_of_plain_programs_says_what_would_be_read() {
    let folder = folder(&[("a.nix", "1"), ("b/c.nix", "2")]);
    let path = folder.path().to_str().expect("text");
    let said = thunkproof(&["check", path]).assert().code(2).get_output().stderr.clone();
    let said = String::from_utf8(said).expect("text");
    for part in
        ["holds 2 files `.nix` and no fixtures", "eval-okay", "identity-NAME.nix", "test.toml", ".expect", "diff"]
    {
        assert!(said.contains(part), "{said}");
    }
    let file = folder.path().join("a.nix");
    let said = thunkproof(&["check", file.to_str().expect("text")]).assert().code(2).get_output().stderr.clone();
    assert!(String::from_utf8_lossy(&said).contains("a.nix: it is a int: a file that `check` takes"), "{said:?}");
}

/// Lines of a run of `diff` on these words, without its header and its summary.
fn diff(words: &[&str]) -> Vec<Value> {
    let mut all = vec!["diff", "--quiet", "--json", "-", "--subject", "a=embedded", "--reference", "b=embedded"];
    all.extend(words);
    let output = thunkproof(&all).assert().success().get_output().stdout.clone();
    let lines = String::from_utf8(output).expect("text");
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let mut lines: Vec<_> = lines.filter(|line| line["index"].is_number()).collect();
    // A line is written when its case is finished.
    lines.sort_by_key(|line| line["index"].as_u64());
    lines
}

#[test]
fn the_questions_of_such_folders_can_be_put_to_any_evaluator() {
    let names =
        |lines: &[Value]| lines.iter().map(|it| it["name"].as_str().expect("text").to_owned()).collect::<Vec<_>>();
    let folder = folder(&[
        ("lang/a/in.nix", "1"),
        ("lang/a/eval-okay.out.exp", "1\n"),
        ("snix/identity-one.nix", "1"),
        (
            "oracle.rs",
            "compare_strict_eval_tests! { added(\"1 + 1\"); }\ncompare_lazy_eval_tests! { held(r#\"[ (1 + 1) \"\" ]\"#); }\n",
        ),
    ]);
    let path = |name: &str| folder.path().join(name).to_str().expect("text").to_owned();
    assert_eq!(names(&diff(&[&path("lang")])), ["a:eval-okay"]);
    assert_eq!(names(&diff(&[&path("snix")])), ["identity-one"]);
    let lines = diff(&[&path("oracle.rs")]);
    assert_eq!(names(&lines), ["oracle.rs:added", "oracle.rs:held"]);
    assert_eq!(lines[0]["outcomes"]["a"]["stdout"], "2\n");
    assert_eq!(lines[1]["outcomes"]["a"]["stdout"], "[ <CODE> \"\" ]\n");
}

#[test]
fn an_expression_is_named_by_its_text_and_kept_byte_for_byte() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("cases.txt");
    fs::write(&file, b"1 + 1\n\"a\\n\" + \"b\r\"\n\"\xff\"\n").expect("writable");
    let lines = diff(&["--expressions", file.to_str().expect("text")]);
    assert_eq!(lines[0]["name"], "1 + 1");
    assert_eq!(lines[1]["expression"], "\"a\\n\" + \"b\r\"");
    assert!(lines[1]["name"].as_str().expect("text").contains("… #"), "{}", lines[1]["name"]);
    assert_eq!(lines[2]["expression"], Value::Null);
    assert_eq!(lines[2]["expression_base64"], "Iv8i");
}
