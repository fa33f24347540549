//! Depth costs memory and no native stack: structures a million levels deep are built, forced, printed, compared,
//! converted and freed on a thread with a stack of 512 KiB.

mod support;

use nix_evaluator::cli::Budgets;

const LEVELS: &str = "1000000";

/// The value of an expression over `n`, evaluated on a small stack with the limit on call depth lifted.
fn on_a_small_stack(expression: &'static str, flags: &'static [&'static str]) -> Result<String, String> {
    let evaluate = move || {
        let expression = format!(
            "let n = {LEVELS}; nested = builtins.foldl' (acc: _: [ acc ]) [ ] (builtins.genList (x: x) n); in {expression}"
        );
        let mut arguments = vec!["--eval", "--strict", "--max-call-depth", "4000000000"];
        arguments.extend_from_slice(flags);
        arguments.extend_from_slice(&["-E", &expression]);
        let done = support::nix_eval(&arguments);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
        if done.status == 0 { Ok(text(&done.stdout)) } else { Err(text(&done.stderr)) }
    };
    std::thread::Builder::new().stack_size(512 * 1024).spawn(evaluate).unwrap().join().expect("no overflow")
}

#[track_caller]
fn check(expression: &'static str, expected: &str) {
    assert_eq!(on_a_small_stack(expression, &[]).as_deref(), Ok(expected));
}

#[test]
fn calls() {
    check("let f = k: if k == 0 then 0 else 1 + f (k - 1); in f n", LEVELS);
}

#[test]
fn chains_of_thunks() {
    check("(builtins.foldl' (acc: k: { v = acc.v + 1; }) { v = 0; } (builtins.genList (x: x) n)).v", LEVELS);
}

#[test]
fn delayed_applications() {
    check(
        "let f = builtins.foldl' (f: _: x: builtins.head (map f [ (x + 1) ])) (x: x) (builtins.genList (x: x) 200000); in f 0",
        "200000",
    );
}

#[test]
fn builtins_that_call_builtins() {
    check("let f = builtins.all f; in f nested", "true");
    check("let f = builtins.any f; in f nested", "false");
    check("let f = builtins.concatMap f; in f nested", "[ ]");
    check(
        "builtins.foldl' (f: _: builtins.all f) (builtins.all (x: true)) (builtins.genList (x: x) 100000) nested",
        "true",
    );
    check("builtins.foldl' (acc: _: builtins.head (map builtins.head [ [ acc ] ])) 7 (builtins.genList (x: x) n)", "7");
}

#[test]
fn what_calls_itself_without_end_is_an_error() {
    let refused = |expression: &'static str| {
        let evaluate = move || support::nix_eval(&["--eval", "-E", expression]);
        let done =
            std::thread::Builder::new().stack_size(512 * 1024).spawn(evaluate).unwrap().join().expect("no overflow");
        let stderr = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(stderr.contains("stack overflow; max-call-depth exceeded"), "{expression}: {stderr}");
    };
    refused("let f = { __functor = f; }; in f 1");
    refused("let s = { __toString = builtins.toString; }; in toString s");
    refused("let s = { __toString = builtins.toJSON; }; in builtins.toJSON s");
    refused("let l = [ l ]; f = builtins.partition f; in f l");
    refused(
        "let g = { operator = builtins.genericClosure; startSet = [ (g // { key = 1; }) ]; }; in builtins.genericClosure g",
    );
}

#[test]
fn deep_forcing_and_equality() {
    check(
        "let other = builtins.foldl' (acc: _: [ acc ]) [ ] (builtins.genList (x: x) n); in builtins.deepSeq nested (nested == other)",
        "true",
    );
    check(
        "let other = builtins.foldl' (acc: _: [ acc ]) [ 1 ] (builtins.genList (x: x) n); in nested == other",
        "false",
    );
}

#[test]
fn ordering() {
    check(
        "let other = builtins.foldl' (acc: _: [ acc ]) [ 1 ] (builtins.genList (x: x) 2000); mine = builtins.foldl' (acc: _: [ acc ]) [ 0 ] (builtins.genList (x: x) 2000); in mine < other",
        "true",
    );
}

#[test]
fn printing() {
    let printed = on_a_small_stack("nested", &[]).unwrap();
    let levels: usize = LEVELS.parse().unwrap();
    assert_eq!(printed.len(), "[ ".len() * levels + "[ ]".len() + " ]".len() * levels);
    assert!(printed.starts_with("[ [ [ ") && printed.ends_with(" ] ] ]"));
    let sets = on_a_small_stack("builtins.foldl' (acc: _: { a = acc; }) 1 (builtins.genList (x: x) n)", &[]).unwrap();
    assert_eq!(sets.len(), "{ a = ".len() * levels + "1".len() + "; }".len() * levels);
}

#[test]
fn conversions() {
    let levels: usize = LEVELS.parse().unwrap();
    let json = on_a_small_stack("nested", &["--json"]).unwrap();
    assert_eq!(json.len(), 2 * (levels + 1));
    // Its indentation makes deep XML quadratic in size, whoever writes it.
    let shallow = "builtins.foldl' (acc: _: [ acc ]) [ ] (builtins.genList (x: x) 2000)";
    assert_eq!(on_a_small_stack(shallow, &["--xml"]).unwrap().matches("<list>").count(), 2000 + 1);
    check("builtins.stringLength (builtins.toJSON nested)", "2000002");
    check("builtins.fromJSON (builtins.toJSON nested) == nested", "true");
    check("toString nested", "\"\"");
}

#[test]
fn errors_through_a_million_frames() {
    let error = on_a_small_stack("let f = k: if k == 0 then throw \"deep\" else 1 + f (k - 1); in f n", &[]);
    assert!(error.unwrap_err().ends_with("error: deep"));
}

#[test]
fn sources() {
    let evaluate = || {
        let depth = 100_000;
        for (open, middle, close) in [
            ("(", "1", ")"),
            ("[", "", "]"),
            ("-", "1", ""),
            ("{ a = ", "1", "; }"),
            ("x: ", "1", ""),
            ("if true then ", "1", " else 2"),
            ("let a = 1; in ", "a", ""),
            ("with { }; ", "1", ""),
            ("\"${", "\"\"", "}\""),
        ] {
            let source = format!("{}{middle}{}", open.repeat(depth), close.repeat(depth));
            let file =
                std::env::temp_dir().join(format!("nix-evaluator-depth-{}-{}.nix", std::process::id(), open.len()));
            std::fs::write(&file, source).unwrap();
            let done = support::nix_eval(&["--eval", "--max-call-depth", "4000000000", file.to_str().unwrap()]);
            std::fs::remove_file(&file).unwrap();
            assert_eq!(done.status, 0, "{open}: {}", String::from_utf8_lossy(&done.stderr));
        }
    };
    std::thread::Builder::new().stack_size(512 * 1024).spawn(evaluate).unwrap().join().expect("no overflow");
}

/// Chains of operators and names, 100,000 links long: the value, or the last line of the error. All but those that the
/// reference has no stack or no time for were recorded from it.
#[test]
fn long_chains() {
    let evaluate = || {
        let depth = 100_000;
        let overflow = "error: stack overflow; max-call-depth exceeded";
        for (first, link, last, expected) in [
            ("", "!", "true", "true"),
            ("1", " + 1", "", "100001"),
            ("1", " - 1", "", overflow),
            ("1", " * 1", "", overflow),
            ("true", " && true", "", "true"),
            ("false", " || false", "", "false"),
            ("false", " -> true", "", "true"),
            ("[ ]", " ++ [ ]", "", "[ ]"),
            ("{ }", " // { }", "", "{ }"),
            ("{ }", ".a", "", "error: attribute 'a' missing"),
            ("{ a", ".a", " = 1; }", overflow),
            ("", "if false then 1 else ", "2", "2"),
            ("", "assert true; ", "1", "1"),
            ("", "/* */ ", "1", "1"),
            ("", "(", "", "error: syntax error, unexpected end of file"),
            ("", "\"${", "", "error: syntax error, unexpected end of file"),
        ] {
            let source = format!("{first}{}{last}", link.repeat(depth));
            let file = tempfile(link);
            std::fs::write(&file, source).unwrap();
            let done = support::nix_eval(&["--eval", "--strict", file.to_str().unwrap()]);
            std::fs::remove_file(&file).unwrap();
            let said = if done.status == 0 { done.stdout } else { done.stderr };
            let said = String::from_utf8_lossy(&said).into_owned();
            let is_it = |line: &str| line.trim() == expected;
            assert!(said.lines().any(is_it), "{link}: {}", said.get(..300).unwrap_or(&said));
        }
    };
    std::thread::Builder::new().stack_size(512 * 1024).spawn(evaluate).unwrap().join().expect("no overflow");
}

/// A name for a source that no other test uses.
fn tempfile(link: &str) -> std::path::PathBuf {
    let name: String = link.bytes().map(|byte| format!("{byte:02x}")).collect();
    std::env::temp_dir().join(format!("nix-evaluator-chain-{}-{name}.nix", std::process::id()))
}

#[test]
fn memory_that_no_machine_has() {
    let done = support::nix_eval(&["--eval", "-E", "builtins.genList (x: x) 9223372036854775807"]);
    assert_eq!(done.status, 1);
    assert!(String::from_utf8_lossy(&done.stderr).trim_end().ends_with("error: out of memory"));
}

/// The system may refuse memory for a growing result that the budget allows.
#[test]
fn memory_that_the_system_refuses() {
    let double = "let t = n: if n == 0 then \"a\" else let h = t (n - 1); in h + h; in";
    let long = "builtins.stringLength (builtins.replaceStrings [ \"a\" ] [ (t 9) ] (t 20))";
    // The result takes 512 MiB, and twice that as it grows.
    let done = std::process::Command::new("sh")
        .args(["-c", "ulimit -v 900000; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_nix-eval"), "--eval", "-E"])
        .arg(format!("{double} {long}"))
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(1), "{stderr}");
    assert!(stderr.trim_end().ends_with("error: out of memory"), "{stderr}");
}

#[test]
fn budgets_end_what_does_not_end() {
    let run = |expression: &str, budgets| {
        let done = support::nix_eval_with(&["--eval", "--max-call-depth", "4000000000", "-E", expression], budgets);
        assert_eq!(done.status, 1);
        String::from_utf8(done.stderr).unwrap()
    };
    let fuel = Budgets { fuel: Some(100_000), ..Budgets::default() };
    assert!(run("let f = x: f (x + 1); in f 0", fuel).contains("fuel"));
    let heap = Budgets { heap_bytes: Some(64 << 20), ..Budgets::default() };
    assert!(run("let f = x: [ (f (x + 1)) ] ++ f (x + 2); in f 0", heap).contains("heap"));
    assert!(run("builtins.length (builtins.genList (x: x) 1000000000)", heap).contains("heap"));
    assert!(run("let s = x: s (x + x); in s \"abc\"", heap).contains("heap"));
    assert!(run("let f = x: f (x + 1); in f 0", Budgets { heap_bytes: None, fuel: Some(3_000_000) }).contains("fuel"));
}

#[test]
fn nesting_that_does_not_end_ends_without_budgets() {
    let caught = "builtins.tryEval (let f = x: f (x + 1); in f 0)";
    let done = support::nix_eval(&["--eval", "--max-call-depth", "4000000000", "-E", caught]);
    let stderr = String::from_utf8(done.stderr).unwrap();
    assert_eq!((done.status, stderr.as_str()), (1, "error: stack overflow (possible infinite recursion)\n"));
}
