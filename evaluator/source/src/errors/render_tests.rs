//! Expectations are the reference's, for programs that raise these errors.

use super::super::highlight::hint;
use super::super::log::{LogFormat, Logger, Verbosity};
use super::super::{Error, ErrorKind, suggestions};
use super::*;
use crate::source::Origin;

fn error(message: &str) -> Box<Error> {
    Error::new(ErrorKind::Evaluation, message.to_owned())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn shown(error: &Error, sources: &SourceMap, show_trace: bool) -> String {
    text(&render(error, sources, show_trace, false))
}

/// Renders an error at `offset` of a source on the command line.
fn at(source: &[u8], offset: usize, message: &str) -> String {
    let sources = SourceMap::default();
    let source = sources.add(Origin::Text, source).unwrap();
    shown(&error(message).at(source.at(offset)), &sources, false)
}

#[test]
fn places_and_excerpts() {
    assert_eq!(
        at(b"{}.a", 0, "attribute 'a' missing"),
        "\
error: attribute 'a' missing
       at «string»:1:1:
            1| {}.a
             | ^"
    );
    assert_eq!(
        at(b"1\n+ x\n+ 2\n", 4, "undefined variable 'x'"),
        "\
error: undefined variable 'x'
       at «string»:2:3:
            1| 1
            2| + x
             |   ^
            3| + 2"
    );
    assert_eq!(
        at(b"", 0, "syntax error, unexpected end of file"),
        "\
error: syntax error, unexpected end of file
       at «string»:1:1:"
    );
    assert_eq!(shown(&error("a\nb \n\n c"), &SourceMap::default(), false), "error: a\n       b\n\n        c");
}

/// Tabs go by the columns since `error:`, the name of the source included.
#[test]
fn tabs_in_excerpts() {
    let sources = SourceMap::default();
    let source = sources.add(Origin::Stdin, &b"1 + \"a\tb\t\n  "[..]).unwrap();
    let expected = "\
error: syntax error, unexpected end of file, expecting '\"'
       at «stdin»:2:3:
            1| 1 + \"a   b
            2|
             |   ^";
    let error = error("syntax error, unexpected end of file, expecting '\"'").at(source.at(12));
    assert_eq!(shown(&error, &sources, false), expected);
}

#[test]
fn nothing_but_white_space() {
    let sources = SourceMap::default();
    let source = sources.add(Origin::Text, &b"throw \" \""[..]).unwrap();
    let traced = error(" ").while_(source.at(0), "while calling the 'throw' builtin");
    assert_eq!(
        shown(&traced, &sources, false),
        "\
error:
       … while calling the 'throw' builtin
         at «string»:1:1:
            1| throw \" \"
             | ^

       error:"
    );
}

#[test]
fn names_of_sources() {
    let sources = SourceMap::default();
    for (origin, name) in [
        (Origin::File(b"/x.nix"[..].into()), "/x.nix"),
        (Origin::Stdin, "«stdin»"),
        (Origin::Internal("derivation-internal.nix"), "«nix-internal»/derivation-internal.nix"),
    ] {
        let source = sources.add(origin, &b"q"[..]).unwrap();
        let expected = format!("error: m\n       at {name}:1:1:\n            1| q\n             | ^");
        assert_eq!(shown(&error("m").at(source.at(0)), &sources, false), expected);
    }
}

#[test]
fn traces_are_cut_short() {
    let sources = SourceMap::default();
    let program = &b"builtins.trace 1 (builtins.warn \"w\" (throw \"x\"))"[..];
    let source = sources.add(Origin::Text, program).unwrap();
    let traced = error("x")
        .while_(source.at(37), "while calling the 'throw' builtin")
        .while_(source.at(18), "while calling the 'warn' builtin")
        .while_(source.at(0), "while calling the 'trace' builtin");
    let start = "\
error:
       … while calling the 'trace' builtin
         at «string»:1:1:
            1| builtins.trace 1 (builtins.warn \"w\" (throw \"x\"))
             | ^

       … while calling the 'warn' builtin
         at «string»:1:19:
            1| builtins.trace 1 (builtins.warn \"w\" (throw \"x\"))
             |                   ^
";
    let truncated = "
       (stack trace truncated; use '--show-trace' to show the full, detailed trace)

       error: x";
    assert_eq!(shown(&traced, &sources, false), format!("{start}{truncated}"));
    let whole = "
       … while calling the 'throw' builtin
         at «string»:1:38:
            1| builtins.trace 1 (builtins.warn \"w\" (throw \"x\"))
             |                                      ^

       error: x";
    assert_eq!(shown(&traced, &sources, true), format!("{start}{whole}"));
}

/// Upstream's fixture `eval-fail-addErrorContext-example`.
#[test]
fn context_that_a_program_adds_is_always_shown() {
    let sources = SourceMap::default();
    let source = sources.add(Origin::Text, &b"q"[..]).unwrap();
    let mut traced = error("kaboom").while_(source.at(0), "while calling the 'throw' builtin");
    for number in 1..=10 {
        traced = traced.while_always(format!("while counting down; n = {number}"));
        traced = traced.while_(source.at(0), "");
    }
    let lines: String =
        (1..=10).rev().map(|number| format!("       … while counting down; n = {number}\n\n")).collect();
    let truncated = "       (stack trace truncated; use '--show-trace' to show the full, detailed trace)";
    assert_eq!(shown(&traced, &sources, false), format!("error:\n{lines}{truncated}\n\n       error: kaboom"));
}

/// Upstream's fixture `eval-fail-mutual-recursion`, without its excerpts: what was seen stays seen.
#[test]
fn repeated_frames_are_counted() {
    let mut traced = error("Uh oh!").while_(Pos::NONE, "while calling the 'throw' builtin");
    let calls = |mut traced: Box<Error>, function: &str, caller: &str| {
        for call in 0..11 {
            let caller = if call == 10 { caller } else { function };
            traced = traced.while_(Pos::NONE, format!("while calling '{function}'"));
            traced = traced.while_(Pos::NONE, format!("from call site of '{function}' in '{caller}'"));
        }
        traced
    };
    for (function, caller) in [("A", "B"), ("B", "A"), ("A", "top")] {
        traced = calls(traced, function, caller);
    }
    let expected = "\
error:
       … from call site of 'A' in 'top'

       … while calling 'A'

       … from call site of 'A' in 'A'

       (19 duplicate frames omitted)

       … from call site of 'B' in 'A'

       … while calling 'B'

       … from call site of 'B' in 'B'

       (19 duplicate frames omitted)

       … from call site of 'A' in 'B'

       (21 duplicate frames omitted)

       … while calling the 'throw' builtin

       error: Uh oh!";
    assert_eq!(shown(&traced, &SourceMap::default(), true), expected);
}

#[test]
fn suggestions_follow_the_place() {
    let sources = SourceMap::default();
    let source = sources.add(Origin::Text, &b"{ x = 1; y = 2; xx = 3; }.a"[..]).unwrap();
    let mut missing = error("attribute 'a' missing").at(source.at(0));
    missing.suggestions = suggestions::best_matches([&b"x"[..], b"y", b"xx"], b"a");
    let place = "error: attribute 'a' missing
       at «string»:1:1:
            1| { x = 1; y = 2; xx = 3; }.a
             | ^
       Did you mean ";
    assert_eq!(shown(&missing, &sources, false), format!("{place}one of x, y or xx?"));
    missing.suggestions.truncate(2);
    assert_eq!(shown(&missing, &sources, false), format!("{place}one of x or y?"));
    missing.suggestions.truncate(1);
    assert_eq!(shown(&missing, &sources, false), format!("{place}x?"));
}

#[test]
fn colours_of_a_terminal() {
    let message = hint("unrecognised flag '{}'", &[b"--bogus"]);
    let error = Error::new(ErrorKind::Usage, message);
    let expected = "\x1b[31;1merror:\x1b[0m unrecognised flag '\x1b[35;1m--bogus\x1b[0m'";
    assert_eq!(text(&render(&error, &SourceMap::default(), false, true)), expected);
}

#[test]
fn json_for_machines() {
    let sources = SourceMap::default();
    let program = &b"builtins.trace 1 (throw \"x\")"[..];
    let source = sources.add(Origin::Text, program).unwrap();
    let calling = |name: &str| hint("while calling the '{}' builtin", &[name.as_bytes()]);
    let traced = error("x").while_(source.at(18), calling("throw")).while_(source.at(0), calling("trace"));
    let logger = Logger { format: LogFormat::InternalJson, ..Logger::default() };
    let expected = r#"@nix {"action":"msg","column":null,"file":null,"level":0,"line":null,"msg":"\u001b[31;1merror:\u001b[0m\n       … while calling the '\u001b[35;1mtrace\u001b[0m' builtin\n         \u001b[34;1mat \u001b[35;1m«string»:1:1\u001b[0m:\n            1| builtins.trace 1 (throw \"x\")\n             | \u001b[31;1m^\u001b[0m\n\n       … while calling the '\u001b[35;1mthrow\u001b[0m' builtin\n         \u001b[34;1mat \u001b[35;1m«string»:1:19\u001b[0m:\n            1| builtins.trace 1 (throw \"x\")\n             |                   \u001b[31;1m^\u001b[0m\n\n       \u001b[31;1merror:\u001b[0m x","raw_msg":"x"}"#;
    assert_eq!(text(&logger.report(Level::Error, &traced, &sources, false)), format!("{expected}\n"));
    let frames = r#","raw_msg":"x","trace":[{"column":19,"file":"«string»:1:19","line":1,"raw_msg":"while calling the '\u001b[35;1mthrow\u001b[0m' builtin"},{"column":1,"file":"«string»:1:1","line":1,"raw_msg":"while calling the '\u001b[35;1mtrace\u001b[0m' builtin"}]}"#;
    assert!(text(&logger.report(Level::Error, &traced, &sources, true)).ends_with(&format!("{frames}\n")));
    let expected = r#"@nix {"action":"msg","level":0,"msg":"trace: 1"}"#;
    assert_eq!(text(&logger.trace(b"1")), format!("{expected}\n"));
    let expected = r#"@nix {"action":"msg","level":1,"msg":"\u001b[35;1mwarning:\u001b[0m unknown setting 'foo'"}"#;
    assert_eq!(text(&logger.warning(b"unknown setting 'foo'")), format!("{expected}\n"));
    let expected = r#"@nix {"action":"msg","column":0,"file":"«none»:0","level":1,"line":0,"msg":"\u001b[35;1mevaluation warning:\u001b[0m w","raw_msg":"w"}"#;
    let warned = text(&logger.report(Level::EvaluationWarning, &error("w"), &sources, false));
    assert_eq!(warned, format!("{expected}\n"));
}

#[test]
fn warnings_traces_and_verbosity() {
    let sources = SourceMap::default();
    let raw = Logger::default();
    assert_eq!(text(&raw.trace(b"1")), "trace: 1\n");
    assert_eq!(text(&raw.warning(b"unknown setting 'foo'")), "warning: unknown setting 'foo'\n");
    assert_eq!(text(&raw.report(Level::EvaluationWarning, &error("w"), &sources, false)), "evaluation warning: w\n");
    let source = sources.add(Origin::Text, &b"a/b"[..]).unwrap();
    let words =
        "relative path literal 'a/b' should be prefixed with '.' for clarity: './a/b' (lint-short-path-literals)";
    let expected = format!("warning: {words}\n         at «string»:1:1:\n              1| a/b\n               | ^\n");
    assert_eq!(text(&raw.report(Level::Warning, &error(words).at(source.at(0)), &sources, false)), expected);
    let quiet = Logger { verbosity: Verbosity::Information.quieter().quieter(), ..raw };
    assert_eq!(text(&quiet.warning(b"w")), "warning: w\n");
    let silent = Logger { verbosity: quiet.verbosity.quieter().quieter(), ..raw };
    assert_eq!(text(&silent.warning(b"w")), "");
    assert_eq!(text(&silent.trace(b"1")), "trace: 1\n");
    let systemd = Logger { systemd: true, ..raw };
    assert_eq!(text(&systemd.warning(b"unknown setting 'foo'")), "<4>warning: unknown setting 'foo'\n");
    assert_eq!(text(&systemd.trace(b"2")), "<3>trace: 2\n");
}
