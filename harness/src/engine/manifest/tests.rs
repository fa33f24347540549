//! Tests of manifests: what is made of a request, and of what a program answers.

use std::{fs, time::Duration};

use super::*;
use crate::outcome::compare::{Terms, Verdict, compare_on};

const DOCUMENT: &str = r#"
    program = "snix-eval"
    [flags]
    "--eval" = []
    "--strict" = ["--deep"]
    "-A" = ["--path={}"]
    "--argstr" = ["--set", "{}", "{2}"]
    [input]
    file = ["{}"]
    expression = ["-e", "{}"]
    [output]
    failure = [2]
    stdout = [{ from = '(?s)^=> (.*) :: .*$', to = "${1}\n" }]
"#;

fn request(words: &[&str], stdin: &str) -> Request {
    Request {
        arguments: words.iter().map(OsString::from).collect(),
        environment: Vec::new(),
        current_dir: "/".into(),
        stdin: stdin.into(),
        ..Request::default()
    }
}

/// The program's own arguments for these of nix-instantiate.
fn check(words: &[&str], stdin: &str, expected: Result<&[&str], &str>) {
    let document: Document = toml::from_str(DOCUMENT).expect("a manifest");
    let expected = expected.map(|words| words.iter().map(OsString::from).collect()).map_err(str::to_owned);
    assert_eq!(document.translate(&request(words, stdin)).map(|it| it.request.arguments), expected, "{words:?}");
}

#[test]
fn flags_and_inputs_are_mapped_or_refused() {
    check(&["--eval", "--strict", "a.nix"], "", Ok(&["--deep", "a.nix"]));
    check(&["--eval", "-A", "x.y", "-"], "1 + 1", Ok(&["--path=x.y", "-e", "1 + 1"]));
    check(&["-E", "{ }", "--argstr", "n", "v"], "", Ok(&["--set", "n", "v", "-e", "{ }"]));
    check(&["--eval", "--xml", "a.nix"], "", Err("the manifest maps no flag `--xml`"));
}

#[test]
fn a_text_that_has_no_hole_goes_to_standard_input() {
    let text = "program = 'x'\n[input]\nexpression = ['read-stdin']";
    let document: Document = toml::from_str(text).expect("a manifest");
    let translated = document.translate(&request(&["-"], "1")).expect("mapped");
    let Request { arguments, stdin, .. } = translated.request;
    assert_eq!((arguments, stdin), (vec!["read-stdin".into()], b"1".to_vec()));
    let error = document.translate(&request(&["a.nix"], "")).expect_err("no files");
    assert_eq!(error, "the manifest maps no [input] file");
}

#[test]
fn output_is_read_as_the_manifest_says() {
    let document: Document = toml::from_str(DOCUMENT).expect("a manifest");
    let outcome = |status, stdout: &str| Outcome {
        ending: Ending::Exited(status),
        stdout: stdout.into(),
        stderr: Vec::new(),
        elapsed: Duration::ZERO,
        work: None,
    };
    assert_eq!(document.read(outcome(0, "=> 1 :: int\n"), None).stdout, b"1\n");
    assert_eq!(document.read(outcome(2, ""), None).ending, Ending::Exited(1));
    assert_eq!(document.read(outcome(3, ""), None).ending, Ending::Exited(3));
}

#[test]
fn a_program_can_be_put_into_an_expression() {
    let text = r#"
        program = "x"
        [flags]
        "--eval" = []
        "--json" = { words = ["--raw"], expression = "builtins.toJSON {}", unquote = true }
        "--arg" = { expression = "{} { {1} = {2}; }" }
        [input]
        expression = ["--expr={}"]
    "#;
    let document: Document = toml::from_str(text).expect("a manifest");
    let check = |words: &[&str], expected: &[&str], unquote| {
        let translated = document.translate(&request(words, "1 # one")).expect("mapped");
        let expected: Vec<_> = expected.iter().map(OsString::from).collect();
        assert_eq!((translated.request.arguments, translated.unquote), (expected, unquote), "{words:?}");
    };
    check(&["--eval", "-E", "-1"], &["--expr=-1"], None);
    check(&["--eval", "--json", "-"], &["--raw", "--expr=builtins.toJSON (1 # one\n)"], Some(End::Line));
    check(
        &["--eval", "--json", "a\"${b}.nix"],
        &[
            "--raw",
            r#"--expr=builtins.toJSON (import "/a\"\${b}.nix"
)"#,
        ],
        Some(End::Line),
    );
    check(&["--arg", "a", "2", "-E", "f"], &["--expr=(f\n) { a = 2; }"], None);
    let nul = Request { stdin: b"a\0".to_vec(), ..request(&["-"], "") };
    assert_eq!(document.translate(&nul).expect_err("refused"), "a program with a NUL byte is no argument");
    assert_eq!(unquoted(b"\"{\\\"a\\\":\\n\\$}\"\n", End::Line).as_deref(), Some(&b"{\"a\":\n$}\n"[..]));
    assert_eq!(unquoted(b"12\n", End::Line), None);
}

#[test]
fn the_environment_is_that_of_the_case_but_for_what_the_manifest_says() {
    let text = "program = 'x'\n[input]\n[environment]\nset = { A = '1', B = '2' }\nunset = ['C']\npass = ['PATH', 'NO_SUCH_VARIABLE']";
    let document: Document = toml::from_str(text).expect("a manifest");
    let variables = ["A", "C", "D"].map(|name| (name.into(), "0".into()));
    let set = document.environment.of(&Request { environment: variables.into(), ..request(&[], "") });
    let path = std::env::var_os("PATH").expect("it is set");
    let expected = [("D", "0".into()), ("PATH", path), ("A", "1".into()), ("B", "2".into())];
    assert_eq!(set, expected.map(|(name, value)| (OsString::from(name), value)));
}

#[test]
fn the_manifests_that_this_program_brings_can_be_read() {
    for shipped in SHIPPED {
        let document = shipped.document();
        let translated = document.translate(&request(&["--eval", "--strict", "-"], "1"));
        assert!(translated.is_ok(), "{}: {translated:?}", shipped.name);
        assert!(document.program.is_none(), "{} is asked for with its program", shipped.name);
    }
}

/// What `shipped` makes of what its program printed and how it ended: the ending, and both streams.
fn read_as(shipped: &str, status: i32, stdout: &str, stderr: &str) -> (Ending, String, String) {
    let document = Shipped::of(shipped).expect("it is brought").document();
    let (ending, elapsed) = (Ending::Exited(status), Duration::ZERO);
    let outcome = Outcome { ending, stdout: stdout.into(), stderr: stderr.into(), elapsed, work: None };
    let outcome = document.read(outcome, None);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (outcome.ending, text(outcome.stdout), text(outcome.stderr))
}

#[test]
fn output_of_snix_is_read() {
    for name in ["snix", "tvix"] {
        let check = |stdout: &str, expected: &str| assert_eq!(read_as(name, 0, stdout, "").1, expected, "{name}");
        check("=> 12 :: int\n", "12\n");
        check("=> { a = \" :: int\"; } :: set\n", "{ a = \" :: int\"; }\n");
        check("raw", "raw");
        let (_, _, stderr) = read_as(name, 0, "", "trace: \"a b\" :: string\ntrace: 1 :: int\n");
        assert_eq!(stderr, "trace: a b\ntrace: 1\n");
    }
}

#[test]
fn output_of_hnix_is_read() {
    let (ending, _, stderr) = read_as("hnix", 1, "", "hnix: \u{1b}[31mNope\u{1b}[0m\n");
    assert_eq!((ending, stderr.as_str()), (Ending::Exited(1), "error: Nope\n"));
}

#[test]
fn a_manifest_with_a_mistake_is_refused_with_its_place() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("a.toml");
    let check = |text: &str, expected: &str| {
        fs::write(&file, text).expect("writable");
        let error = Manifest::load(&file, Limits::of_time(Duration::from_secs(5))).map(|_| ());
        let error = error.expect_err("refused").to_string();
        assert!(error.contains(expected) && error.contains("a.toml"), "{error}");
    };
    check("program = 'x'", "missing field `input`");
    check("[input]\n", "names no program");
    check("program = 'x'\n[flags]\n'--jsn' = []\n[input]\n", "nix-instantiate has no flag `--jsn`");
    check("program = 'x'\nversion = 1\n[input]\n", "expected arguments as in");
    check("program = 'x'\nprogramme = 'y'\n[input]", "unknown field `programme`");
    check("program = 'x'\n[input]\n[output]\nstdout = [{ from = '(', to = '' }]", "unclosed group");
}

/// What Snix was asked when its answers in tests/recorded/snix were recorded, as nix-instantiate would be, and whether the
/// answer is the right one. Those with a document are made by its builtins.
const RECORDED: &[(&str, &[&str], bool)] = &[
    ("cycle", &["--eval", "--strict", "-E", "let a = { b = a; }; in a"], true),
    ("file", &["--eval", "recorded/file.nix"], true),
    ("infinite", &["--eval", "-E", "let a = a; in a"], true),
    ("integer", &["--eval", "-E", "1 + 1"], true),
    ("missing", &["--eval", "-E", "{ a = 1; }.b"], true),
    ("missing-builtin", &["--eval", "-E", "builtins.fetchGit"], false),
    // nix-instantiate takes it for a flag, and Snix for an expression.
    ("negative-dash", &["--eval", "-E", "-1"], false),
    ("overrides", &["--eval", "--strict", "-E", "rec { __overrides = { a = 1; }; b = a; a = 2; }"], false),
    ("second-use", &["--eval", "--strict", "-E", "let a = { b = 1; }; in [ a a ]"], true),
    ("set-lazy", &["--eval", "-E", "{ b = [ 1 (1 + 1) ]; a = 1 + 1; }"], true),
    (
        "set-strict",
        &[
            "--eval",
            "--strict",
            "-E",
            "{ b = [ 1 (1 + 1) ]; a = x: x; c = builtins.map; d = 1.5; e = null; f = /a/b; }",
        ],
        true,
    ),
    ("string", &["--eval", "-E", r#""a\"b\\c\n${toString 1}""#], true),
    ("syntax-error", &["--eval", "-E", "{ a = ; }"], true),
    ("throw", &["--eval", "-E", "throw \"thrown\""], true),
    // It evaluates the value before it prints the message.
    ("trace", &["--eval", "-E", "builtins.trace \"traced\" (builtins.trace { a = 1; } 2)"], false),
    ("type-error", &["--eval", "-E", "1 + \"a\""], true),
    ("undefined", &["--eval", "-E", "nonesuch"], true),
    ("version", &["--eval", "-E", "builtins.nixVersion"], false),
    ("warning-expression", &["--eval", "-E", "let a = 1; in let b = a; in 2"], true),
    ("json-by-builtin", &["--eval", "--strict", "--json", "-E", "{ a = [ 1 \"b\" ]; }"], true),
    ("string-raw", &["--eval", "--raw", "-E", r#""a\"b\n""#], true),
    ("toxml", &["--eval", "--strict", "--xml", "--no-location", "-E", "[ 1 ]"], true),
];

#[test]
fn what_snix_was_seen_to_answer_is_compared_as_it_should_be() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded");
    let ours = crate::engine::Embedded::new(Limits::of_time(Duration::from_secs(60)));
    let document = Shipped::of("snix").expect("it is brought").document();
    let mut names: Vec<_> = RECORDED.iter().map(|(name, ..)| (*name).to_owned()).collect();
    for (name, words, is_right) in RECORDED {
        let file = |ending: &str| fs::read(folder.join("snix").join(format!("{name}.{ending}"))).expect("recorded");
        let text = |ending: &str| String::from_utf8(file(ending)).expect("text");
        let question = Request { environment: fixture::environment(), ..request(words, "") };
        let translated = document.translate(&question).unwrap_or_else(|reason| panic!("{name}: {reason}"));
        if translated.unquote.is_none() {
            let said: Vec<_> = translated.request.arguments.iter().map(|word| word.to_string_lossy()).collect();
            // The order of flags does not matter.
            let sorted = |text: &str| {
                let mut words: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
                words.sort();
                words
            };
            assert_eq!(sorted(&format!("snix {}", said.join(" "))), sorted(&text("command")), "{name}");
        }
        let status = text("status").trim().parse().expect("a number");
        let (stdout, stderr) = (file("stdout"), file("stderr"));
        let (ending, elapsed) = (Ending::Exited(status), Duration::ZERO);
        let came = Outcome { ending, stdout, stderr, elapsed, work: None };
        let came = document.read(came, translated.unquote);
        let current_dir = folder.parent().expect("it has one").to_owned();
        let right = ours.evaluate(&Request { current_dir, ..question });
        let terms = Terms {
            finest: document.compare.level.expect("it has one"),
            repeats_alike: document.compare.repeats_alike,
        };
        let comparison = compare_on(&came, &right, terms);
        assert_eq!(comparison.verdict == Verdict::Agree, *is_right, "{name}: {comparison} {came:?} {right:?}");
    }
    // Without a store it has no `derivation`, which is no matter of conventions.
    names.push("derivation".to_owned());
    let all = fs::read_dir(folder.join("snix")).expect("readable").flatten();
    for entry in all.map(|entry| entry.path()) {
        let name = entry.file_stem().expect("a name").to_string_lossy().into_owned();
        assert!(names.contains(&name), "{name} is recorded and not looked at");
    }
}

#[test]
fn flags_may_be_those_of_nix_instantiate() {
    let text = "same-flags = true\nlacks = ['--raw']\n[flags]\n'--strict' = ['--deep']\n[input]\nexpression = ['-']";
    let document: Document = toml::from_str(text).expect("a manifest");
    let check = |words: &[&str], expected: Result<&[&str], &str>| {
        let translated = document.translate(&request(words, "1")).map(|it| it.request.arguments);
        let expected = expected.map(|words| words.iter().map(OsString::from).collect()).map_err(str::to_owned);
        assert_eq!(translated, expected, "{words:?}");
    };
    check(
        &["--eval", "--strict", "--arg", "-A", "2", "-vv", "--cores", "3", "-"],
        Ok(&["--eval", "--deep", "--arg", "-A", "2", "-vv", "--cores", "3", "-"]),
    );
    check(&["--raw", "-"], Err("the manifest maps no flag `--raw`"));
    check(&["--no-such-flag", "-"], Err("the manifest maps no flag `--no-such-flag`"));
    let lix = Shipped::of("lix").expect("it is brought").document();
    let error = lix.translate(&request(&["--arg-from-stdin", "a", "-"], "1")).expect_err("lacked");
    assert_eq!(error, "the manifest maps no flag `--arg-from-stdin`");
    assert!(!lix.compare.parse_tree && lix.compare.level == Some(Level::Effects));
}

#[test]
fn a_value_is_chosen_before_it_is_converted() {
    let text = r#"
        [flags]
        "--json" = { expression = "builtins.toJSON {}", unquote = true }
        "--xml" = { expression = "builtins.toXML {}", unquote = true }
        "--no-location" = []
        "-A" = { expression = "{}.{1}" }
        "--arg" = { expression = "{} { {1} = {2}; }" }
        [input]
        expression = ["{}"]
    "#;
    let document: Document = toml::from_str(text).expect("a manifest");
    let words = ["--json", "-A", "x", "--arg", "a", "1", "-E", "f"];
    let translated = document.translate(&request(&words, "")).expect("mapped");
    assert_eq!(translated.request.arguments, ["builtins.toJSON (((f\n) { a = 1; }\n).x\n)"]);
    let xml = |words: &[&str]| document.translate(&request(words, "")).map(|it| it.unquote);
    assert_eq!(xml(&["--xml", "--no-location", "-E", "1"]), Ok(Some(End::AsItIs)));
    assert_eq!(xml(&["--xml", "-E", "1"]), Err("its XML is without locations".to_owned()));
}

/// The manifest of 2.3 says what 2.3.7 lacks. Runs where `scripts/provision-reference bullseye` has put it.
#[test]
fn what_the_manifest_of_nix_2_3_says_is_so() {
    let references = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/reference");
    let references = std::env::var_os("THUNKPROOF_REFERENCES").map_or(references, PathBuf::from);
    let program = references.join("bullseye/bin/nix-instantiate");
    if !program.exists() {
        eprintln!("skipped: Nix 2.3.7 is not here (scripts/provision-reference bullseye)");
        return;
    }
    let limits = Limits::of_time(Duration::from_secs(20));
    let shipped = Shipped::of("nix-2.3").expect("it is brought");
    let manifest = Manifest::shipped(shipped, &program, limits).expect("it evaluates");
    assert_eq!(manifest.notes(), Vec::<String>::new(), "it forks");
    assert_eq!(manifest.identity().version, "nix-instantiate (Nix) 2.3.7");
    let ask = |words: &[&str]| {
        let environment = fixture::environment();
        Request { environment, ..request(words, "") }
    };
    for flag in &shipped.document().lacks {
        let arguments = vec!["1"; flags::arity(flag)];
        let words = [&["--eval", flag.as_str()][..], &arguments, &["-E", "1"]].concat();
        let outcome = manifest.program.evaluate(&ask(&words));
        let said = String::from_utf8_lossy(&outcome.stderr).into_owned();
        assert!(outcome.ending != Ending::Exited(0) && said.contains("unrecognised flag"), "{flag}: {said}");
    }
    for words in [
        &["--eval", "--strict", "--json", "-E", "{ a = 1; }"][..],
        &["--eval", "--xml", "--no-location", "-E", "1"],
        &["--eval", "-A", "a", "-E", "{ a = 1; }"],
        &["--eval", "--arg", "a", "1", "-E", "{ a }: a"],
        &["--eval", "--restrict-eval", "-E", "1"],
        &["--eval", "--option", "restrict-eval", "true", "-E", "1"],
        &["--parse", "-E", "1"],
    ] {
        assert_eq!(manifest.evaluate(&ask(words)).ending, Ending::Exited(0), "{words:?}");
    }
    let ours = crate::engine::Embedded::new(limits);
    let compared = |words: &[&str]| {
        let question = ask(words);
        let terms = crate::engine::terms(&manifest, &ours, &question, Level::Stderr);
        compare_on(&manifest.evaluate(&question), &ours.evaluate(&question), terms).verdict
    };
    assert_eq!(compared(&["--eval", "--strict", "-E", "let s = { a = 1; }; in [ s s ]"]), Verdict::Agree);
    assert_eq!(compared(&["--eval", "--strict", "-E", "let s = { a = s; }; in s"]), Verdict::Agree);
    assert_eq!(compared(&["--parse", "-E", "f x"]), Verdict::Agree, "trees have a form of their own");
    assert_eq!(compared(&["--eval", "-E", "1 + \"a\""]), Verdict::Agree, "and so have messages");
    assert_eq!(compared(&["--eval", "-E", "builtins.nixVersion"]), Verdict::Diverge);
}
