//! `nix-eval repl` from a pipe, and on a terminal.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

fn piped(lines: &str, arguments: &[&str], folder: &Path) -> String {
    let mut running = Command::new(env!("CARGO_BIN_EXE_nix-eval"))
        .arg("repl")
        .args(arguments)
        .current_dir(folder)
        .env_remove("NIX_PATH")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("nix-eval starts");
    running.stdin.take().expect("it is piped").write_all(lines.as_bytes()).expect("it reads");
    let output = running.wait_with_output().expect("it ends");
    assert!(output.status.success());
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8(text).expect("it is text")
}

/// What `nix repl` of 2.34.8 prints for the same lines (without its colours and prompts).
#[test]
fn values_are_printed_as_nix_repl_prints_them() {
    let folder = tempfile::tempdir().expect("there is room");
    let shown = |lines: &str| piped(lines, &[], folder.path());
    assert_eq!(shown("1 + 1\n"), "2\n\n");
    assert_eq!(
        shown("{ a = 1; b = { c = 2; }; d = [ 1 2 [ 3 ] ]; e = throw \"x\"; f = x: x; }\n"),
        "{\n  a = 1;\n  b = { ... };\n  d = [ ... ];\n  e = «error: x»;\n  f = «lambda f @ «string»:1:64»;\n}\n\n"
    );
    assert_eq!(shown(":p { b = { c = 2; }; }\n"), "{\n  b = { c = 2; };\n}\n\n");
    assert_eq!(
        shown("[ ]\n{ }\n[ 1 ]\n[ [ 1 ] ]\n{ x = 1; }\n"),
        "[ ]\n\n{ }\n\n[ 1 ]\n\n[\n  [ ... ]\n]\n\n{ x = 1; }\n\n"
    );
    assert_eq!(shown("let x = { y = x; }; in x\n"), "{\n  y = «repeated»;\n}\n\n");
    assert_eq!(
        shown("x = 5\nx + 1\nx = 6; y = 7;\nx + y\ninherit (builtins) map;\nmap\n"),
        "6\n\n13\n\n«primop map»\n\n"
    );
    assert_eq!(shown("1 +\n2\n:t 1.5\n"), "3\n\na float\n\n");
    assert_eq!(shown(":p \"a\\nb\"\n\"a\\nb\"\n"), "a\nb\n\n\"a\\nb\"\n\n");
}

#[test]
fn errors_keep_the_session() {
    let folder = tempfile::tempdir().expect("there is room");
    let shown = piped("x = 1\nthrow \"e\"\n:nope\n)\n:b x\n:doc x\nx\n", &[], folder.path());
    assert!(shown.starts_with("1\n\nerror:\n"), "{shown}");
    for part in [
        "error: e",
        "unknown command ':nope'",
        "syntax error, unexpected ')'",
        "builds nothing",
        "value does not have documentation",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
}

#[test]
fn files_are_loaded_and_loaded_again() {
    let folder = tempfile::tempdir().expect("there is room");
    std::fs::write(folder.path().join("a.nix"), "{ n ? 2 }: { one = 1; two = n; }").expect("there is room");
    assert_eq!(
        piped("one + two\n:l a.nix\n:r\ntwo\n", &["a.nix"], folder.path()),
        "Added 2 variables.\n3\n\nAdded 2 variables.\nAdded 2 variables.\n2\n\n"
    );
    let missing = piped("1\n", &["missing.nix"], folder.path());
    assert!(missing.starts_with("1\n\nerror:") && missing.contains("missing.nix"), "{missing}");
}

#[test]
fn only_here_forcing_is_seen() {
    let folder = tempfile::tempdir().expect("there is room");
    let shown = |lines: &str| piped(lines, &[], folder.path());
    let forcing = shown(":forcing let a = 1 + b; b = builtins.seq c 2; c = builtins.add 1 2; in { inherit a b; }\n");
    let places: Vec<_> = forcing.lines().filter_map(|line| line.split("string»:").nth(1)).collect();
    let columns: Vec<_> = places.iter().filter_map(|place| place.split(": ").next()).collect();
    // Each thunk, and in the last two the builtin that they call.
    assert_eq!(columns, ["1:13", "1:20", "1:20", "1:42", "1:42"], "{forcing}");
    assert!(forcing.contains("← seq") && forcing.contains("thunks: "), "{forcing}");
    assert_eq!(
        shown(":thunks [ 1 (1 + 1) (x: x) ]\n"),
        "0: a value, never a thunk: 1\n1: thunk, suspended\n2: function, not looked at\n\n"
    );
    let why = shown("w = builtins.add 1 2\n:why w { q = { r = w * 2; }; }\nw\n:why w w\n:why v 1\n");
    assert!(why.starts_with("w is forced by\n  thunk at «string»:1:13: w * 2; }; }\n"), "{why}");
    assert!(why.contains("w is evaluated already") && why.contains("there is no variable 'v'"), "{why}");
    assert!(shown(":bytecode x: x\n").contains("Return"));
    assert!(shown(":stats map (x: x) [ 1 2 3 ]\n").contains("           3 calls of functions\n"));
}

#[cfg(unix)]
mod on_a_terminal {
    use rexpect::session::{PtySession, spawn_command};

    fn started(home: &std::path::Path) -> PtySession {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_nix-eval"));
        command.arg("repl").env("XDG_DATA_HOME", home).env("TERM", "xterm").env("NO_COLOR", "1").env_remove("NIX_PATH");
        let mut session = spawn_command(command, Some(60_000)).expect("nix-eval starts");
        session.exp_string("Type :? for help.").expect("it greets");
        session.exp_string("nix-eval> ").expect("it asks");
        session
    }

    /// Waits until the line that was sent is taken, and the next one is asked for: the prompt is also drawn before a line
    /// that is being edited, and what is typed before the terminal is set up is lost.
    fn asked_again(session: &mut PtySession) {
        for shown in ["\x1b[?2004l", "\x1b[?2004h", "nix-eval> "] {
            session.exp_string(shown).expect("it asks");
        }
    }

    fn typed(session: &mut PtySession, keys: &str) {
        session.send(keys).and_then(|_| session.flush()).expect("it reads");
    }

    #[test]
    fn lines_go_on_complete_and_are_remembered() {
        let home = tempfile::tempdir().expect("there is room");
        let mut session = started(home.path());
        session.send_line("set = { first = 20;").expect("it reads");
        session.send_line("second = 22; }").expect("it reads");
        asked_again(&mut session);
        typed(&mut session, "set.fi\t + set.sec\t\r");
        session.exp_string("set.first + set.second").expect("names are completed");
        session.exp_string("42").expect("it evaluates");
        session.exp_string("nix-eval> ").expect("it asks");
        session.send_control('d').expect("it reads");
        session.exp_eof().expect("Ctrl-D ends it");

        let mut session = started(home.path());
        // The line before the last one of the run before.
        typed(&mut session, "\x1b[A");
        session.exp_string("set.first + set.second").expect("history is kept");
        session.send_control('c').expect("it reads");
        session.exp_string("nix-eval> ").expect("Ctrl-C throws the line away");
        session.send_line("1 + 2").expect("it reads");
        session.exp_string("3").expect("it evaluates");
        session.send_line(":q").expect("it reads");
        session.exp_eof().expect(":q ends it");
    }

    #[test]
    fn control_c_ends_an_evaluation_and_not_the_session() {
        let home = tempfile::tempdir().expect("there is room");
        let mut session = started(home.path());
        let numbers = "builtins.genList (x: x) 30000";
        session
            .send_line(&format!("let n = {numbers}; in builtins.trace \"begun\" (builtins.foldl' (a: b: builtins.foldl' (c: d: c + d) a n) 0 n)"))
            .expect("it reads");
        session.exp_string("trace: begun").expect("it evaluates");
        session.send_control('c').expect("it reads");
        session.exp_string("the evaluation was interrupted").expect("it ends");
        session.exp_string("nix-eval> ").expect("it asks");
        session.send_line("40 + 2").expect("it reads");
        session.exp_string("42").expect("it evaluates");
        session.send_control('d').expect("it reads");
        session.exp_eof().expect("Ctrl-D ends it");
    }
}
