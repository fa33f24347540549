//! What is not Nix is refused, by every command and before anything is written: one message with the engine, the program
//! and what to do.

#[path = "common/files.rs"]
mod files;

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use assert_cmd::{Command, assert::Assert};
use files::folder;
use predicates::{prelude::*, str::contains};
use tempfile::TempDir;

const ONE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/one");

/// A folder with all that commands ask for, and programs that are no evaluators.
fn stage() -> TempDir {
    let folder = folder(&[
        ("s/lang/eval-okay-a.nix", "1"),
        ("s/lang/eval-okay-a.exp", "2\n"),
        ("s/reference.toml", "release = \"one 1.0\"\n"),
        ("a.nix", "1"),
        ("echoes", "#!/bin/sh\nfor word; do echo \"$word\"; done; cat\n"),
        (
            "repeats",
            "#!/bin/sh\n[ \"$1\" != --version ] || { echo repeats 1; exit; }\nfor word; do cat -- \"$word\"; done\ncat\n",
        ),
        ("not.toml", "program = '/bin/echo'\n[flags]\n'--eval' = []\n[input]\nexpression = ['-n', '{}']\n"),
    ]);
    for name in ["echoes", "repeats"] {
        fs::set_permissions(folder.path().join(name), PermissionsExt::from_mode(0o755)).expect("writable");
    }
    folder
}

fn run(folder: &Path, words: &str) -> Assert {
    let mut command = Command::cargo_bin("thunkproof").expect("it is built with the tests");
    let words = words.split_whitespace().map(|word| word.replace("ONE", ONE));
    command.current_dir(folder).args(words).env_remove("CI").env_remove("THUNKPROOF_BLESS").assert()
}

/// All files below a folder, with what is in them.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("readable").map(|entry| entry.expect("readable").path()) {
        if entry.is_dir() {
            all.extend(files(&entry));
        } else {
            all.insert(entry.clone(), fs::read(&entry).expect("readable"));
        }
    }
    all
}

/// That these words are refused with one line that holds `parts`, and that nothing is written.
fn refused(folder: &Path, words: &str, parts: &[&str]) {
    let before = files(folder);
    let one_line = predicate::function(|text: &str| text.lines().count() == 1 && text.starts_with("thunkproof: "));
    let mut done = run(folder, words).code(2).stdout("").stderr(one_line);
    for part in parts {
        done = done.stderr(contains(*part));
    }
    assert_eq!(files(folder), before, "{words}");
}

#[test]
fn what_is_not_nix_is_refused_with_its_name_and_a_remedy() {
    let folder = stage();
    let check = |engine: &str, parts: &[&str]| {
        refused(
            folder.path(),
            &format!("check s --quiet --subject ours={engine}"),
            &[&["`ours`", "name"], parts].concat(),
        );
        let words = format!("diff -E 1 --quiet --subject cmd:ONE --reference theirs={engine} --json run.json");
        refused(folder.path(), &words, &[&["`theirs`", "name"], parts].concat());
    };
    let others = "manifest:FILE with a file that maps them";
    for program in ["/bin/true", "/bin/cat", "/bin/echo", "./echoes", "./repeats"] {
        for kind in ["cmd", "fork"] {
            check(&format!("{kind}:{program}"), &[program, "is no Nix evaluator: it answers `let square", others]);
        }
    }
    check("cmd:/bin/false", &["`/bin/false` does not answer `--version`: exit status 1", others]);
    check("cmd:s", &["`s`", "it is a folder"]);
    check("cmd:./a.nix", &["`./a.nix`", "make it executable"]);
    check("cmd:/absent/nix-instantiate", &["`/absent/nix-instantiate`: No such file", "name a program that is there"]);
    check("cmd:absent-program", &["`absent-program`", "none of that name on PATH"]);
    check("manifest:not.toml", &["`/bin/echo, of not.toml` is no Nix evaluator", "it answers `let square", others]);
}

#[test]
fn every_command_asks_what_an_engine_is() {
    let folder = stage();
    for words in [
        "check s --json run.json --subject cmd:/bin/true",
        "check s --bless --reference /bin/true",
        "check s --bless --reference 2.34.8=cmd:/bin/cat",
        "diff s --json run.json --reference cmd:/bin/true",
        "attrs a.nix --json run.json --reference cmd:/bin/true",
        "matrix s --json run.json --reference cmd:/bin/true",
        "bench a.nix --json run.json --subject cmd:/bin/true",
        "bench a.nix --json run.json --subject cmd:ONE --reference cmd:/bin/true",
        "fuzz --cases 1 --out found --reference cmd:/bin/true",
        "reduce a.nix --reference cmd:/bin/true",
        "reduce a.nix --subject cmd:/bin/true --message x",
    ] {
        let program = if words.contains("/bin/cat") { "`/bin/cat`" } else { "`/bin/true`" };
        refused(folder.path(), words, &[program, "is no Nix evaluator"]);
    }
}

#[test]
fn a_reference_that_nothing_is_recorded_from_is_refused() {
    let folder = stage();
    let advice = "add --bless to record, or compare with `thunkproof diff --reference cmd:/bin/x`";
    refused(folder.path(), "check s --reference /bin/x", &[advice]);
    refused(folder.path(), "check s --coverage --reference cmd:/bin/x", &[advice]);
}
