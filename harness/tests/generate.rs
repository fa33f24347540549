//! `thunkproof generate`, as people run it.

use std::fs;

use assert_cmd::Command;

fn generate(arguments: &[&str]) -> String {
    let mut command = Command::cargo_bin("thunkproof").expect("the program is built");
    let output = command.arg("generate").args(arguments).assert().success();
    String::from_utf8(output.get_output().stdout.clone()).expect("programs are UTF-8")
}

#[test]
fn a_seed_gives_the_same_program_in_every_run() {
    let programs = generate(&["--seed", "7", "--count", "5"]);
    assert_eq!(programs.lines().count(), 5);
    assert_eq!(generate(&["--seed", "7", "--count", "5"]), programs);
    assert_eq!(generate(&["--seed", "8", "--count", "4"]), programs.split_once('\n').expect("several").1);
}

#[test]
fn files_are_named_by_their_seeds() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("new").join("folder");
    generate(&["--seed", "3", "--count", "2", "--out", out.to_str().expect("UTF-8")]);
    let mut names: Vec<_> = fs::read_dir(&out).expect("a folder").map(|it| it.expect("an entry").file_name()).collect();
    names.sort();
    assert_eq!(names, ["3.nix", "4.nix"]);
}

#[test]
fn statistics_tell_what_became_of_the_programs() {
    let text = generate(&["--count", "40", "--stats"]);
    assert!(text.starts_with("40 programs, 0 of which do not parse\n"), "{text}");
    assert!(text.contains(" % give a value\n") && text.contains("builtin: "), "{text}");
}

#[test]
fn what_cannot_be_done_is_said() {
    let fails = |arguments: &[&str], message: &str| {
        let mut command = Command::cargo_bin("thunkproof").expect("the program is built");
        let failed = command.arg("generate").args(arguments).assert().code(2);
        let stderr = String::from_utf8_lossy(&failed.get_output().stderr).into_owned();
        assert!(stderr.contains(message), "{stderr}");
    };
    fails(&["--seed", "18446744073709551615", "--count", "2"], "there are no seeds beyond 2^64");
    fails(&["--out", "/dev/null/a"], "cannot make the folder /dev/null/a");
    fails(&["--out", "a", "--stats"], "--stats");
}
