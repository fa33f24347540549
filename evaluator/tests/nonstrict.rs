//! Printing without `--strict` shows which slots are unevaluated, and so which thunks the compiler may avoid. Fixtures
//! always run with `--strict`, so these cases are tests of their own. Their answers are the reference's:
//! `THUNKPROOF_BLESS=1 THUNKPROOF_REFERENCE=PROGRAM` records them.

mod support;

use std::process::Command;

#[test]
fn unevaluated_slots_are_those_of_the_reference() {
    for case in support::cases("nonstrict") {
        let done = support::nix_eval(&["--eval", case.to_str().unwrap()]);
        let found = String::from_utf8(done.stdout).unwrap();
        support::check_recorded(&case.with_extension("exp"), &found, || {
            let reference = std::env::var_os("THUNKPROOF_REFERENCE").expect("THUNKPROOF_REFERENCE names the program");
            let answer = Command::new(reference)
                .args(["--eval".as_ref(), case.as_os_str()])
                .env("NIX_REMOTE", "dummy://")
                .output()
                .expect("the reference runs");
            assert!(answer.status.success(), "{}: {}", case.display(), String::from_utf8_lossy(&answer.stderr));
            String::from_utf8(answer.stdout).unwrap()
        });
    }
}
