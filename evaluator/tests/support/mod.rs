//! Shared by the integration tests: runs `nix-eval` in process, and compares with recorded expectations.

#![allow(dead_code, reason = "each test target uses its part")]

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use nix_evaluator::cli::{Budgets, Completed, Invocation, run};

/// Runs `nix-eval` with arguments, in the folder of this crate and with nothing in the environment.
pub fn nix_eval(arguments: &[&str]) -> Completed {
    nix_eval_with(arguments, Budgets::default())
}

/// Like [`nix_eval`], with budgets.
pub fn nix_eval_with(arguments: &[&str], budgets: Budgets) -> Completed {
    run(&Invocation {
        arguments: arguments.iter().map(OsString::from).collect(),
        environment: vec![("NIX_REMOTE".into(), "dummy://".into())],
        current_dir: env!("CARGO_MANIFEST_DIR").into(),
        budgets,
        interrupt: None,
        ..Invocation::default()
    })
}

/// The value of an expression, which must evaluate, as `--eval --strict` prints it.
#[track_caller]
pub fn value_of(expression: &str) -> String {
    let done = nix_eval(&["--eval", "--strict", "-E", expression]);
    assert_eq!(done.status, 0, "{expression}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap().trim_end().to_owned()
}

/// The `.nix` files of a folder under `tests/`, sorted.
pub fn cases(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut cases: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "nix"))
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "no case in {}", folder.display());
    cases
}

/// Whether expectations are to be written instead of compared: THUNKPROOF_BLESS=1, never in CI.
pub fn blessing() -> bool {
    let blessing = std::env::var_os("THUNKPROOF_BLESS").is_some_and(|value| value == "1");
    assert!(!(blessing && std::env::var_os("CI").is_some()), "expectations are not blessed in CI");
    blessing
}

/// Compares a text with what is recorded in `path`, or records what `answer` says.
#[track_caller]
pub fn check_recorded(path: &Path, found: &str, answer: impl FnOnce() -> String) {
    if blessing() {
        std::fs::write(path, answer()).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(found, expected, "{} (THUNKPROOF_BLESS=1 records anew)", path.display());
}
