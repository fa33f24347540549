//! Where the system refuses memory, `nix-eval` prints the reference's message and ends with status 1, whatever it was
//! doing: without a signal and without a backtrace.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The outcome of a program under a limit.
#[derive(Clone, Copy, PartialEq)]
enum Expected {
    /// It must be refused memory.
    Refusal,
    /// It may be refused memory or evaluate.
    Either,
}
use Expected::{Either, Refusal};

const SMALL: u64 = 64 << 20;
const MEDIUM: u64 = 192 << 20;
const LARGE: u64 = 700 << 20;
const HUGE: u64 = 2 << 30;

/// A text of 8 bytes, doubled this many times.
macro_rules! doubled {
    ($times:literal) => {
        concat!("(let f = s: n: if n == 0 then s else f (s + s) (n - 1); in f \"<bcdefgh\" ", $times, ")")
    };
}

/// Flags, a program, and the limits under which it runs, each with what is expected.
type Program = (&'static [&'static str], &'static str, &'static [(u64, Expected)]);

/// Programs that need more memory than the limit.
const PROGRAMS: &[Program] = &[
    // One request that is refused at once.
    (
        &[],
        "builtins.concatStringsSep \"\" (builtins.genList (x: \"aaaaaaaaaaaaaaaaaaaaaaaa\") 50000000)",
        &[(SMALL, Refusal), (MEDIUM, Refusal), (LARGE, Refusal), (HUGE, Refusal)],
    ),
    (&[], "builtins.genList (x: x) 9223372036854775807", &[(SMALL, Refusal), (HUGE, Refusal)]),
    (&[], "builtins.sort builtins.lessThan (builtins.genList (x: x) 100000000)", &[(SMALL, Refusal), (HUGE, Refusal)]),
    (&[], "toString (builtins.genList (x: \"abcdefgh\") 100000000)", &[(MEDIUM, Refusal), (HUGE, Refusal)]),
    (&["--strict"], concat!("builtins.hashString \"sha256\" ", doubled!(40)), &[(SMALL, Refusal), (LARGE, Refusal)]),
    (&[], "builtins.all (x: true) (map (x: x) (builtins.genList (x: x) 60000000))", &[(HUGE, Refusal)]),
    (
        &[],
        "builtins.substring 0 1 (builtins.concatStringsSep \"0123456789\" (builtins.genList (x: \"\") 40000000))",
        &[(LARGE, Refusal)],
    ),
    // Printing.
    (&["--raw"], doubled!(22), &[(SMALL, Refusal), (LARGE, Either)]),
    (&["--json"], doubled!(22), &[(SMALL, Refusal), (MEDIUM, Either)]),
    (&["--xml"], concat!("[ 1 ", doubled!(22), " ]"), &[(SMALL, Either)]),
    (&["--xml", "--strict"], concat!("[ 1 ", doubled!(22), " ]"), &[(SMALL, Refusal), (LARGE, Either)]),
    (&["--strict"], concat!("[ 1 ", doubled!(22), " ]"), &[(SMALL, Refusal), (LARGE, Either)]),
    (&["--strict"], "builtins.genList (x: builtins.genList (y: y) 1000) 1000000", &[(SMALL, Refusal)]),
    (&["--json", "--strict"], "builtins.genList (x: builtins.genList (y: y) 1000) 1000000", &[(SMALL, Refusal)]),
    (&["--xml", "--strict"], "builtins.genList (x: builtins.genList (y: y) 1000) 1000000", &[(SMALL, Refusal)]),
    // Depth: frames, the stack of values, the native stack.
    (&[], "let f = n: 1 + f (n + 1); in f 0", &[(SMALL, Either)]),
    (&["--max-call-depth", "4000000000"], "let f = n: 1 + f (n + 1); in f 0", &[(SMALL, Refusal), (MEDIUM, Refusal)]),
    (
        &["--max-call-depth", "4000000000"],
        "let f = n: [ (f (n + 1)) ]; in builtins.deepSeq (f 0) 1",
        &[(SMALL, Refusal)],
    ),
    (
        &["--max-call-depth", "4000000000"],
        "let f = n: toString { __toString = self: f (n + 1); }; in f 0",
        &[(SMALL, Refusal)],
    ),
    (
        &[],
        "builtins.trace (builtins.foldl' (acc: _: [ acc ]) [ ] (builtins.genList (x: x) 400000)) 1",
        &[(SMALL, Refusal)],
    ),
    // What grows step by step.
    (
        &[],
        "builtins.foldl' (a: x: a + \"${toString x}0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\") \"\" (builtins.genList (x: x) 500000)",
        &[(SMALL, Refusal)],
    ),
    (
        &[],
        "builtins.foldl' (l: x: l ++ [ x x x x x x x x x x x x x x x x x x x x x x ]) [ ] (builtins.genList (x: x) 400000)",
        &[(SMALL, Refusal)],
    ),
    (
        &[],
        "builtins.genericClosure { startSet = [ { key = 0; } ]; operator = x: [ { key = x.key + 1; } ]; }",
        &[(SMALL, Refusal)],
    ),
    (
        &[],
        "builtins.foldl' (a: x: a // { ${\"n\" + toString x} = x; }) { } (builtins.genList (x: x) 300000)",
        &[(SMALL, Refusal)],
    ),
    (
        &[],
        "builtins.listToAttrs (builtins.genList (x: { name = \"n\" + toString x; value = x; }) 400000)",
        &[(SMALL, Refusal)],
    ),
    (&[], "builtins.groupBy (x: toString x) (builtins.genList (x: x) 400000)", &[(SMALL, Refusal)]),
    (&[], "builtins.partition (x: x > 5) (builtins.genList (x: x) 1500000)", &[(SMALL, Refusal)]),
    (&[], "builtins.concatMap (x: [ x x x x x x x x ]) (builtins.genList (x: x) 700000)", &[(SMALL, Refusal)]),
    (&[], "builtins.sort (a: b: a < b) (builtins.genList (x: 0 - x) 1200000)", &[(SMALL, Refusal)]),
    (
        &[],
        "builtins.filter (x: (builtins.tryEval (throw \"no ${toString x}\")).success) (builtins.genList (x: x) 300000)",
        &[(SMALL, Refusal)],
    ),
    // Conversions.
    (&[], "builtins.toJSON (builtins.genList (x: { a = x; b = [ x ]; }) 300000)", &[(SMALL, Refusal)]),
    (&[], "builtins.toXML (builtins.genList (x: { a = x; b = [ x ]; }) 300000)", &[(SMALL, Refusal)]),
    (
        &[],
        "let f = s: n: if n == 0 then s else f (s + \",\" + s) (n - 1); in builtins.fromJSON \"[${f \"[{}]\" 20}]\"",
        &[(SMALL, Refusal)],
    ),
    (
        &[],
        "builtins.fromTOML (\"a = [\" + builtins.concatStringsSep \",\" (builtins.genList (x: \"1\") 300000) + \"]\")",
        &[(SMALL, Refusal)],
    ),
    (&[], concat!("builtins.split \"b\" ", doubled!(20)), &[(SMALL, Refusal)]),
    (
        &[],
        "builtins.match \"(a|b|c)*(b*a*)*\" (builtins.concatStringsSep \"\" (builtins.genList (x: \"ab\") 500000))",
        &[(SMALL, Refusal)],
    ),
    (&[], "builtins.match \"((a{0,300}){0,300}){0,300}\" \"aaa\"", &[(SMALL, Either)]),
    (
        &[],
        concat!("builtins.replaceStrings [ \"b\" ] [ \"0123456789012345678901234567890123456789\" ] ", doubled!(21)),
        &[(SMALL, Refusal)],
    ),
    // Messages.
    (&[], concat!("throw ", doubled!(22)), &[(SMALL, Refusal), (MEDIUM, Either)]),
    (&[], concat!("builtins.trace ", doubled!(22), " 1"), &[(SMALL, Refusal), (MEDIUM, Either)]),
    (&["--show-trace"], concat!("builtins.addErrorContext ", doubled!(21), " (throw \"x\")"), &[(SMALL, Either)]),
    (&[], concat!("{ }.${", doubled!(22), "}"), &[(SMALL, Refusal), (MEDIUM, Either)]),
];

fn evaluate(limit: u64, flags: &[&str], program: &[u8], folder: &Path) -> Output {
    let mut child = Command::new("sh")
        .args(["-c", &format!("ulimit -c 0; ulimit -v {}; exec \"$0\" \"$@\"", limit >> 10)])
        .args([env!("CARGO_BIN_EXE_nix-eval"), "--eval", "-"])
        .args(flags)
        .env_clear()
        .env("NIX_REMOTE", "dummy://")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that is longer than what the process can hold is not read to its end.
    let _ = child.stdin.take().expect("piped").write_all(program);
    child.wait_with_output().unwrap()
}

/// A complaint about how a program ended, if it ended wrongly.
fn complaint(limit: u64, flags: &[&str], program: &[u8], folder: &Path, expected: Expected) -> Option<String> {
    let done = evaluate(limit, flags, program, folder);
    let start = |bytes: &[u8]| String::from_utf8_lossy(&bytes[..bytes.len().min(300)]).into_owned();
    let stderr = start(&done.stderr);
    let refused = done.stderr.ends_with(b"error: out of memory\n") && done.status.code() == Some(1);
    let ended = matches!(done.status.code(), Some(0 | 1)) && !stderr.contains("bug in nix-eval");
    let right = refused || (ended && expected == Either);
    (!right).then(|| format!("{limit} bytes, {flags:?}, {}: {:?}: {stderr}", start(program), done.status))
}

#[test]
fn hungry_programs_end_with_the_words_of_the_reference() {
    assert!(PROGRAMS.len() >= 25);
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for (flags, program, limits) in PROGRAMS {
        for (limit, expected) in *limits {
            wrong.extend(complaint(*limit, flags, program.as_bytes(), folder.path(), *expected));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_and_sources_that_are_too_large() {
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    let path = folder.path().join("sparse");
    std::fs::File::create(path).unwrap().set_len(10 << 30).unwrap();
    for program in
        ["builtins.readFile ./sparse", "builtins.hashFile \"sha256\" ./sparse", "import ./sparse", "\"${./.}\""]
    {
        wrong.extend(complaint(LARGE, &[], program.as_bytes(), folder.path(), Refusal));
    }
    let wide = format!("[ {} ]", "1 ".repeat(3_000_000));
    let nested = format!("{}1{}", "[ ".repeat(400_000), " ]".repeat(400_000));
    let chain = format!("1{}", " + 1".repeat(400_000));
    let sets = format!("{{ {} }}", (0..400_000).map(|name| format!("n{name} = x: x;")).collect::<String>());
    for program in [wide, nested, chain, sets] {
        wrong.extend(complaint(SMALL, &[], program.as_bytes(), folder.path(), Refusal));
        wrong.extend(complaint(HUGE, &["--parse"], program.as_bytes(), folder.path(), Either));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_came_before_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let hungry = "builtins.genList (x: x) 9223372036854775807";
    std::fs::write(folder.path().join("one.nix"), "\"first\"").unwrap();
    std::fs::write(folder.path().join("two.nix"), format!("builtins.trace \"here\" (builtins.length ({hungry}))"))
        .unwrap();
    let done = evaluate(SMALL, &["--raw", "./one.nix", "./two.nix"], b"\"zeroth\"", folder.path());
    assert_eq!(done.status.code(), Some(1));
    assert_eq!(done.stdout, b"zerothfirst");
    assert_eq!(String::from_utf8_lossy(&done.stderr), "trace: here\nerror: out of memory\n");
    // As the reference: what is of an XML document, and nothing of JSON; the words in the log's form.
    let document = format!("let x = builtins.length ({hungry}); in [ 1 \"a\" x 3 ]");
    let done = evaluate(SMALL, &["--xml", "--strict"], document.as_bytes(), folder.path());
    let expected = "<?xml version='1.0' encoding='utf-8'?>\n<expr>\n  <list>\n    <int value=\"1\" />\n    \
                    <string value=\"a\" />\n  </list>\n</expr>\n";
    assert_eq!((done.status.code(), String::from_utf8_lossy(&done.stdout).as_ref()), (Some(1), expected));
    let done = evaluate(SMALL, &["--json", "--strict"], document.as_bytes(), folder.path());
    assert_eq!((done.status.code(), done.stdout.as_slice()), (Some(1), &b""[..]));
    let json = "@nix {\"action\":\"msg\",\"level\":0,\"msg\":\"\\u001b[31;1merror:\\u001b[0m out of memory\"}\n";
    for program in [hungry.to_owned(), format!("[ {} ]", "1 ".repeat(3_000_000))] {
        let done = evaluate(SMALL, &["--log-format", "internal-json"], program.as_bytes(), folder.path());
        assert_eq!((done.status.code(), String::from_utf8_lossy(&done.stderr).as_ref()), (Some(1), json));
    }
}
