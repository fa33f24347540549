//! Where the system refuses memory, `thunkproof` says so in one line and ends with status 2, or leaves a case
//! inconclusive: it does not die of a signal.

use std::process::{Command, Output};

/// Prints `1`.
const ONE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/one");

/// Asks the embedded evaluator for the value of an expression in so much address space, with a budget far beyond it.
fn ask(mebibytes: u32, expression: &str) -> Output {
    Command::new("sh")
        .args(["-c", &format!("ulimit -c 0; ulimit -v {}; exec \"$0\" \"$@\"", mebibytes << 10)])
        .args([env!("CARGO_BIN_EXE_thunkproof"), "diff", "-E", expression, "--memory-limit", "100000"])
        .args(["--subject", "a=embedded", "--reference", &format!("b=cmd:{ONE}")])
        .output()
        .expect("there is a shell")
}

#[test]
fn memory_that_is_refused_is_no_signal() {
    let doubled = "let f = s: n: if n == 0 then s else f (s + s) (n - 1); in f \"abcdefgh\"";
    for expression in [
        format!("{doubled} 28"),
        format!("builtins.toJSON ({doubled} 26)"),
        "builtins.sort (a: b: a < b) (builtins.genList (x: 0 - x) 30000000)".to_owned(),
        "builtins.genList (x: [ x ]) 100000000".to_owned(),
        "builtins.groupBy toString (builtins.genList (x: x) 20000000)".to_owned(),
    ] {
        for mebibytes in [1500, 2500] {
            ends_in_words(mebibytes, &expression);
        }
    }
}

#[test]
fn a_program_that_cannot_start_says_why() {
    // Where exactly it becomes too little depends on the build.
    let ended = (36..=72).step_by(4).filter(|mebibytes| ends_in_words(*mebibytes, "1")).count();
    assert!(ended > 0, "it always had enough");
}

/// Whether the process ended because memory was refused. It may also have gone on without.
fn ends_in_words(mebibytes: u32, expression: &str) -> bool {
    let done = ask(mebibytes, expression);
    let stderr = String::from_utf8_lossy(&done.stderr);
    let what = format!("{mebibytes} MiB, {expression}: {:?}: {stderr}", done.status);
    // Where a thread cannot be started, Rust says so before the last line.
    assert!(!stderr.contains("memory allocation of"), "{what}");
    match done.status.code() {
        Some(0 | 1) => false,
        Some(2) if stderr.ends_with("run fewer cases at once\n") => true,
        _ => panic!("{what}"),
    }
}
