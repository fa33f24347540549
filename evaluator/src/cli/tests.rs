//! Whole command lines. Their output was recorded from the reference, in a working folder `/t` with an empty
//! configuration.

use super::*;
use crate::io::InMemory;
use crate::settings::{Diagnose, Feature};

fn invocation(arguments: &[&str], variables: &[(&str, &str)]) -> Invocation {
    let hermetic = [
        ("NIX_REMOTE", "dummy://"),
        ("HOME", "/nonexistent"),
        ("NIX_CONF_DIR", "/nonexistent"),
        ("NIX_STATE_DIR", "/nonexistent"),
        ("NIX_USER_CONF_FILES", ""),
        ("NIX_PATH", ""),
    ];
    let own = hermetic.iter().filter(|(name, _)| !variables.iter().any(|(other, _)| other == name));
    Invocation {
        arguments: arguments.iter().map(OsString::from).collect(),
        environment: variables.iter().chain(own).map(|(name, value)| (name.into(), value.into())).collect(),
        current_dir: "/t".into(),
        ..Invocation::default()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What a command line prints on standard error before anything is evaluated, and that it fails or not.
#[track_caller]
fn check_in(variables: &[(&str, &str)], arguments: &[&str], fails: bool, expected: &str) {
    let (failed, printed) = match plan_with(&invocation(arguments, variables), &InMemory::new()) {
        Ok(plan) => (false, plan.log),
        Err(completed) => (completed.status == 1, completed.stderr),
    };
    assert_eq!((failed, text(&printed).as_str()), (fails, expected), "{arguments:?}");
}

/// A command line that is wrong; the hint at `--help` is added here.
#[track_caller]
fn refuses(arguments: &[&str], expected: &str) {
    let hint = "Try 'nix-instantiate --help' for more information.";
    check_in(&[], arguments, true, &format!("{expected}\n{hint}\n"));
}

/// A command line that is right, and the warnings it causes.
#[track_caller]
fn warns(arguments: &[&str], expected: &str) {
    check_in(&[], arguments, false, expected);
}

#[track_caller]
fn planned(arguments: &[&str]) -> Plan {
    match plan_with(&invocation(arguments, &[]), &InMemory::new()) {
        Ok(plan) => *plan,
        Err(completed) => panic!("{arguments:?} was refused: {}", text(&completed.stderr)),
    }
}

#[test]
fn wrong_flags() {
    refuses(&["--eval", "--bogus", "-E", "1"], "error: unrecognised flag '--bogus'");
    refuses(&["--eval", "-E", "-1"], "error: unrecognised flag '-1'");
    refuses(&["--eval", "--no-strict", "-E", "1"], "error: unrecognised flag '--no-strict'");
    refuses(&["--eval", "-E", "1", "--strict=1"], "error: unrecognised flag '--strict=1'");
    refuses(&["-evalE", "1"], "error: unrecognised flag '-e'");
    refuses(&["--eval", "-E", "--", "-1"], "error: unexpected argument '-1'");
    refuses(&["-j"], "error: flag '-j' requires 1 argument(s), but only 0 were given");
    refuses(&["--arg", "x"], "error: flag '--arg' requires 2 argument(s), but only 1 were given");
    refuses(&["--arg"], "error: flag '--arg' requires 2 argument(s), but only 0 were given");
    refuses(&["--option", "a"], "error: flag '--option' requires 2 argument(s), but only 1 were given");
    refuses(&["--timeout"], "error: flag '--timeout' requires 1 argument(s), but only 0 were given");
    refuses(&["--nix-path"], "error: flag '--nix-path' requires 1 argument(s), but only 0 were given");
    refuses(&["-I"], "error: flag '-I' requires 1 argument(s), but only 0 were given");
    refuses(&["--system"], "error: flag '--system' requires 1 argument(s), but only 0 were given");
    refuses(&["--eval", "-A"], "error: '-A' requires an argument");
    refuses(&["--add-root"], "error: '--add-root' requires an argument");
    refuses(&["--eval", "--", "-E", "1", "-A"], "error: '-A' requires an argument");
}

#[test]
fn people_are_told_the_name_of_the_program() {
    let hint = |terminal, is_nix_instantiate| {
        let arguments = vec!["--bogus".into()];
        let invocation =
            Invocation { arguments, current_dir: "/".into(), terminal, is_nix_instantiate, ..Default::default() };
        let ended = plan_with(&invocation, &InMemory::new()).expect_err("there is no such flag");
        let text = String::from_utf8(ended.stderr).expect("it is text");
        text.lines().last().unwrap_or_default().to_owned()
    };
    assert_eq!(hint(true, false), "Try 'nix-eval --help' for more information.");
    for (terminal, is_nix_instantiate) in [(false, false), (false, true), (true, true)] {
        assert_eq!(hint(terminal, is_nix_instantiate), "Try 'nix-instantiate --help' for more information.");
    }
}

#[test]
fn wrong_values() {
    refuses(&["-jx", "-E", "1"], "error: configuration setting 'max-jobs' should be 'auto' or an integer");
    refuses(&["--max-jobs", "x"], "error: configuration setting 'max-jobs' should be 'auto' or an integer");
    refuses(&["--timeout", "x"], "error: invalid unit specifier 'X'");
    refuses(&["--timeout", "-5"], "error: '-5' is not an integer");
    refuses(&["--cores", "1.5"], "error: '1.5' is not an integer");
    refuses(&["--cores", ""], "error: '' is not an integer");
    refuses(&["--max-call-depth", "-1"], "error: setting 'max-call-depth' has invalid value '-1'");
    refuses(&["--store", "foo"], "error: Cannot parse Nix store 'foo'");
    refuses(&["--eval-store", "foo"], "error: Cannot parse Nix store 'foo'");
    refuses(&["--binary-caches", "foo"], "error: Cannot parse Nix store 'foo'");
    let words = "error: option 'lint-url-literals' has invalid value 'maybe' (expected 'ignore', 'warn', or 'fatal')";
    refuses(&["--lint-url-literals", "maybe"], words);
    let plain = |arguments: &[&str], expected: &str| check_in(&[], arguments, true, expected);
    plain(&["--log-format", "foo"], "error: option 'log-format' has an invalid value 'foo'\n");
    plain(&["--store", "x:1"], "error: don't know how to open Nix store with scheme 'x'\n");
    let words = "error: experimental Nix feature 'flakes' is disabled; \
                 add '--extra-experimental-features flakes' to enable it\n";
    plain(&["--accept-flake-config"], words);
    plain(&["--override-flake", "a", "b"], words);
}

#[test]
fn warnings() {
    warns(&["--option", "foo", "bar"], "warning: unknown setting 'foo'\n");
    warns(&["--option", "show-trace", "maybe"], "warning: Boolean setting 'show-trace' has invalid value 'maybe'\n");
    warns(&["--quiet", "--quiet", "--option", "foo", "bar"], "warning: unknown setting 'foo'\n");
    warns(&["--quiet", "--quiet", "--quiet", "--option", "foo", "bar"], "");
    let words = "warning: Boolean setting 'show-trace' has invalid value 'x'\n";
    warns(&["--option", "show-trace", "x", "--quiet", "--quiet", "--quiet"], words);
    refuses(&["--option", "show-trace", "x", "--bogus"], &format!("{words}error: unrecognised flag '--bogus'"));
    refuses(&["--option", "foo", "bar", "--bogus"], "error: unrecognised flag '--bogus'");
    let words = "warning: 'warn-short-path-literals' is deprecated, use 'lint-short-path-literals = ignore' instead\n";
    warns(&["--no-warn-short-path-literals"], words);
    let words = "warning: unknown experimental feature 'bogus'\n";
    warns(&["--extra-experimental-features", "pipe-operators bogus"], words);
    warns(&["--extra-experimental-features", "flakes", "--accept-flake-config"], "");
}

#[test]
fn configuration() {
    let hint = "Try 'nix-instantiate --help' for more information.\n";
    let words = format!("error: syntax error in configuration line 'foo bar' in \"NIX_CONFIG\"\n{hint}");
    check_in(&[("NIX_CONFIG", "foo bar")], &["--log-format", "internal-json"], true, &words);
    let words = "warning: unknown experimental feature 'bogus'\nwarning: unknown setting 'foo'\n";
    let features = [("NIX_CONFIG", "experimental-features = bogus")];
    check_in(&features, &["--option", "foo", "bar"], false, words);
    let systemd = [("NIX_CONFIG", "foo=\nfoo = 1"), ("IN_SYSTEMD", "1")];
    let words = "<3>error: syntax error in configuration line 'foo=' in \"NIX_CONFIG\"\n<3>";
    check_in(&systemd, &[], true, &format!("{words}{hint}"));
}

#[test]
fn messages_for_machines() {
    let words = r#"@nix {"action":"msg","column":null,"file":null,"level":0,"line":null,"msg":"\u001b[31;1merror:\u001b[0m unrecognised flag '\u001b[35;1m--bogus\u001b[0m'","raw_msg":"unrecognised flag '\u001b[35;1m--bogus\u001b[0m'"}
@nix {"action":"msg","level":0,"msg":"Try 'nix-instantiate --help' for more information."}
"#;
    check_in(&[], &["--log-format", "internal-json", "--bogus"], true, words);
    let words = r#"@nix {"action":"msg","column":null,"file":null,"level":1,"line":null,"msg":"\u001b[35;1mwarning:\u001b[0m Boolean setting '\u001b[35;1mshow-trace\u001b[0m' has invalid value '\u001b[35;1mx\u001b[0m'","raw_msg":"Boolean setting '\u001b[35;1mshow-trace\u001b[0m' has invalid value '\u001b[35;1mx\u001b[0m'"}
@nix {"action":"msg","column":null,"file":null,"level":0,"line":null,"msg":"\u001b[31;1merror:\u001b[0m flag '\u001b[35;1m-j\u001b[0m' requires \u001b[35;1m1\u001b[0m argument(s), but only \u001b[35;1m0\u001b[0m were given","raw_msg":"flag '\u001b[35;1m-j\u001b[0m' requires \u001b[35;1m1\u001b[0m argument(s), but only \u001b[35;1m0\u001b[0m were given"}
@nix {"action":"msg","level":0,"msg":"Try 'nix-instantiate --help' for more information."}
"#;
    check_in(&[], &["--log-format", "internal-json", "--option", "show-trace", "x", "-j"], true, words);
}

#[test]
fn inputs() {
    let inputs = |arguments: &[&str]| planned(arguments).inputs;
    let expression = |text: &str| Input::Expression(text.into());
    let file = |path: &str| Input::File(path.into());
    assert_eq!(inputs(&["--eval"]), [file("/t/default.nix")]);
    assert_eq!(inputs(&["--eval", "d/../x", "/y/"]), [file("/t/x"), file("/y")]);
    assert_eq!(inputs(&["--eval", ""]), [file("/t")]);
    assert_eq!(inputs(&["--eval", "a", "-"]), [Input::Stdin, file("/t/a")]);
    assert_eq!(inputs(&["--eval", "--expr", "1", "--expr", "2", "3"]), ["1", "2", "3"].map(expression));
    assert_eq!(inputs(&["-E1"]), [expression("1")]);
    assert_eq!(inputs(&["--eval", "-QKkE", "1"]), [expression("1")]);
    assert_eq!(inputs(&["--eval", "-E"]), []);
    assert_eq!(inputs(&["--eval", "<a/b>", "<>"]), [Input::Lookup(b"a/b".to_vec()), file("/t/<>")]);
    let channel = "https://channels.nixos.org/a/nixexprs.tar.xz";
    assert_eq!(inputs(&["channel:a", "flake:b"]), [Input::Url(channel.into()), Input::Flake(b"b".to_vec())]);
    assert_eq!(inputs(&["--find-file", "a", "-"]), [Input::Lookup(b"a".to_vec())]);
    assert_eq!(inputs(&["--eval", "--", "--strict", "1"]), [file("/t/1")]);
}

#[test]
fn modes_and_outputs() {
    for (arguments, mode, read_only) in [
        (&[][..], Mode::Instantiate, false),
        (&["--dry-run"], Mode::Instantiate, true),
        (&["--eval"], Mode::Evaluate, true),
        (&["--eval-only", "--read-write-mode"], Mode::Evaluate, false),
        (&["--eval", "--read-write-mode", "--readonly-mode"], Mode::Evaluate, true),
        (&["--parse", "--eval"], Mode::Parse, true),
        (&["--find-file", "--parse-only"], Mode::FindFile, true),
    ] {
        let plan = planned(arguments);
        assert_eq!((plan.mode, plan.read_only), (mode, read_only), "{arguments:?}");
    }
    let plan = planned(&["--json", "--strict", "--xml", "--no-location", "--repair", "--add-root", "r", "--indirect"]);
    assert_eq!((plan.output, plan.strict, plan.xml_location, plan.repair), (Output::Xml, true, false, true));
    assert_eq!(plan.garbage_collector_root.as_deref(), Some(&b"r"[..]));
    assert_eq!(planned(&[]).attribute_paths, [b""]);
    assert_eq!(planned(&["-A", "b", "--attr", "a.c", "-A", ""]).attribute_paths, [&b"b"[..], b"a.c", b""]);
}

#[test]
fn automatic_arguments_are_sorted_and_the_last_wins() {
    let plan = planned(&[
        "--argstr",
        "y",
        "1",
        "--arg",
        "x",
        "1",
        "--argstr",
        "x",
        "2",
        "--arg-from-file",
        "f",
        "p",
        "--arg-from-stdin",
        "a",
    ]);
    let expected = [
        ("a", Argument::Stdin),
        ("f", Argument::File(b"p".to_vec())),
        ("x", Argument::String(b"2".to_vec())),
        ("y", Argument::String(b"1".to_vec())),
    ];
    assert_eq!(plan.automatic_arguments, expected.map(|(name, argument)| (name.as_bytes().to_vec(), argument)));
}

#[test]
fn search_paths() {
    let show = |plan: &Plan| {
        let entries = plan.search_path.iter();
        entries.map(|entry| format!("{}={}", text(&entry.prefix), text(&entry.path))).collect::<Vec<_>>().join(" ")
    };
    let arguments = ["-I", "x=d", "-I", "y", "-I", "a=b=c", "-I", "", "-I", "=z", "--nix-path", "q r=s"];
    assert_eq!(show(&planned(&arguments)), "x=d =y a=b=c = =z =q r=s");
    assert_eq!(show(&planned(&["--pure-eval", "-I", "x=d"])), "");

    let io = InMemory::new().directory("/home/.nix-defexpr/channels");
    let io = io.directory("/st/profiles/per-user/root/channels/nixpkgs");
    let variables = [("HOME", "/home"), ("NIX_STATE_DIR", "/st"), ("NIX_PATH", "q")];
    let shown = |arguments: &[&str]| show(&plan_with(&invocation(arguments, &variables), &io).unwrap());
    let channels = "nixpkgs=/st/profiles/per-user/root/channels/nixpkgs =/st/profiles/per-user/root/channels";
    assert_eq!(shown(&["--extra-nix-path", "z"]), format!("=q =z =/home/.nix-defexpr/channels {channels}"));
    assert_eq!(shown(&["--use-xdg-base-directories"]), format!("=q {channels}"));
    assert_eq!(shown(&["--restrict-eval", "-I", "x"]), "=x =q");
}

#[test]
fn settings_from_flags() {
    let settings =
        planned(&["--pure-eval", "--show-trace", "--max-call-depth", "5k", "--lint-url-literals", "fatal"]).settings;
    assert!(settings.pure_eval && settings.show_trace && settings.max_call_depth == 5120);
    assert_eq!(settings.lint_url_literals, Diagnose::Fatal);
    let settings = planned(&["--pure-eval", "--impure", "--show-trace", "--no-show-trace"]).settings;
    assert!(!settings.pure_eval && !settings.show_trace);
    let settings = planned(&["--extra-experimental-features", "flakes", "--abort-on-warn", "--system", "bar"]).settings;
    assert!(settings.experimental_features.contains(Feature::Flakes) && settings.abort_on_warn);
    assert_eq!(settings.current_system(), b"bar");
    assert_eq!(planned(&["--eval-store", "local", "--store", "auto"]).evaluation_store.as_deref(), Some(&b"local"[..]));
}

#[test]
fn help_and_version_act_when_they_are_reached() {
    let run = |arguments: &[&str]| plan_with(&invocation(arguments, &[]), &InMemory::new()).unwrap_err();
    let version = format!("nix-eval (Thunkproof) {}, answers as C++ Nix 2.34.8\n", env!("CARGO_PKG_VERSION"));
    let expected = Completed { status: 0, stdout: version.clone().into_bytes(), ..Completed::default() };
    assert_eq!(run(&["--option", "foo", "bar", "--version", "--bogus"]), expected);
    assert_eq!(run(&["--", "--version"]), expected);
    let verbose = text(&run(&["-v", "--version"]).stdout);
    assert!(verbose.starts_with(&version) && verbose.contains("\nStore directory: /nix/store\n"), "{verbose}");
    let named = |arguments: &[&str]| Invocation { is_nix_instantiate: true, ..invocation(arguments, &[]) };
    assert_eq!(ran(&named(&["--version"])), (0, "nix-instantiate (Nix) 2.34.8\n".to_owned(), String::new()));
    let verbose = ran(&named(&["-v", "--version"])).1;
    assert!(verbose.contains("\nFeatures: gc, signed-caches\n"), "{verbose}");
    let words = "error: The 'man' command was not found, but it is needed for 'nix-instantiate' and some other 'nix-*' \
                 commands' help text. Perhaps you could install the 'man' command?\n";
    assert_eq!(ran(&named(&["--help"])), (1, String::new(), words.to_owned()));
    let help = run(&["--eval", "-E", "1", "--help"]);
    assert_eq!(help.status, 0);
    assert!(text(&help.stdout).contains("\nUsage: nix-eval "));
    assert_eq!(run(&["--bogus", "--version"]).status, 1);
}

#[test]
fn colours_need_a_capable_terminal() {
    let bogus = |variables: &[(&str, &str)]| {
        let invocation = Invocation { terminal: true, ..invocation(&["--bogus"], variables) };
        let printed = plan_with(&invocation, &InMemory::new()).unwrap_err().stderr;
        printed.contains(&0x1b)
    };
    assert!(bogus(&[("TERM", "xterm")]));
    assert!(!bogus(&[]) && !bogus(&[("TERM", "dumb")]) && !bogus(&[("TERM", "xterm"), ("NO_COLOR", "")]));
}

/// What a whole run prints on standard output and standard error, on files in memory.
fn ran(invocation: &Invocation) -> (i32, String, String) {
    #[derive(Default)]
    struct Collected(std::cell::RefCell<(Vec<u8>, Vec<u8>)>);
    impl Console for Collected {
        fn stdout(&self, bytes: &[u8]) {
            self.0.borrow_mut().0.extend_from_slice(bytes);
        }

        fn stderr(&self, bytes: &[u8]) {
            self.0.borrow_mut().1.extend_from_slice(bytes);
        }
    }
    let console = Rc::new(Collected::default());
    let files = InMemory::new().file("/t/three.nix", "3");
    let status = run_on(invocation, Rc::new(files), console.clone());
    let (stdout, stderr) = console.0.take();
    (status, text(&stdout), text(&stderr))
}

/// On a terminal; the reference draws its empty bar in a thread of its own, mostly after the first message.
#[test]
fn a_progress_bar_is_drawn_and_taken_away() {
    let on_terminal = |arguments: &[&str]| {
        let (_, _, stderr) = ran(&Invocation { terminal: true, ..invocation(arguments, &[("TERM", "xterm")]) });
        stderr
    };
    let trace = "builtins.trace 1 (builtins.trace 2 3)";
    assert_eq!(
        on_terminal(&["--log-format", "bar", "--eval", "-E", trace]),
        "\r\x1b[Ktrace: 1\x1b[0m\n\r\x1b[0m\x1b[K\r\x1b[Ktrace: 2\x1b[0m\n\r\x1b[K"
    );
    assert_eq!(on_terminal(&["--log-format", "bar", "--eval", "-E", "1"]), "\r\x1b[K");
    assert_eq!(on_terminal(&["--log-format", "bar", "--version"]), "\r\x1b[K");
    assert_eq!(on_terminal(&["--log-format", "bar", "--log-format", "raw", "--eval", "-E", "1"]), "\r\x1b[K");
    assert_eq!(on_terminal(&["--log-format", "bar", "-Q", "--eval", "-E", trace]), "\r\x1b[Ktrace: 1\ntrace: 2\n");
    let (_, _, elsewhere) = ran(&invocation(&["--log-format", "bar", "--eval", "-E", trace], &[]));
    assert_eq!(elsewhere, "trace: 1\ntrace: 2\n");
}

/// The lines of `--trace-function-calls` without their times, as the reference printed them.
#[track_caller]
fn traces(expression: &str, expected: &[&str]) {
    let arguments = ["--eval", "--strict", "--trace-function-calls", "-E", expression];
    let (_, _, stderr) = ran(&invocation(&arguments, &[]));
    let lines: Vec<String> = stderr
        .lines()
        .filter_map(|line| line.strip_prefix("function-trace ")?.split_once(" at "))
        .map(|(what, time)| {
            assert!(time.parse::<u64>().is_ok_and(|time| time > 1_700_000_000_000_000_000), "{time}");
            what.replace("«string»:", "")
        })
        .collect();
    assert_eq!(lines, expected, "{expression}");
}

#[test]
fn calls_are_traced() {
    traces("let f = a: b: a + b; in f 1 (f 2 3)", &["entered 1:25", "entered 1:30", "exited 1:30", "exited 1:25"]);
    traces(
        "map (x: x - 1) [ 1 ]",
        &["entered 1:1", "exited 1:1", "entered 1:6", "entered 1:11", "exited 1:11", "exited 1:6"],
    );
    traces(
        "builtins.mapAttrs (n: v: throw \"x\") { a = 1; }",
        &[
            "entered 1:1",
            "exited 1:1",
            "entered «none»:0",
            "entered «none»:0",
            "exited «none»:0",
            "entered 1:26",
            "exited 1:26",
            "exited «none»:0",
        ],
    );
    traces("{ a = 1; }", &[]);
}

/// Like `-` with a folder on standard input, and as any in a folder that has been removed, in the reference.
#[test]
fn surroundings_that_are_not_there() {
    let folder = Invocation { stdin_failure: Some(21), ..invocation(&["--eval", "-"], &[]) };
    assert_eq!(ran(&folder), (1, String::new(), "error: read of 65536 bytes: Is a directory\n".to_owned()));
    let gone = |arguments: &[&str]| Invocation { current_dir: PathBuf::new(), ..invocation(arguments, &[]) };
    let words = "error: cannot get cwd: No such file or directory\n";
    assert_eq!(ran(&gone(&["--eval", "-E", "1"])), (1, String::new(), words.to_owned()));
    assert_eq!(ran(&gone(&["--version"])).0, 0);
}
