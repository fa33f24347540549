//! Every command on what has no end, cannot be read, or lies where a file is meant, and on a full disk: it says what is
//! wrong and ends with 2, and never waits or succeeds.

use std::{
    fs::{self, File},
    path::Path,
    time::Duration,
};

use assert_cmd::Command;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use tempfile::TempDir;

/// A folder with a suite, programs and runs that are as they should be, and things that are not.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    for name in ["s/lang", "pipes", "runs", "corpus"] {
        fs::create_dir_all(at(name)).expect("writable");
    }
    for (name, text) in [
        ("s/lang/eval-okay-a.nix", "1 + 1"),
        ("s/lang/eval-okay-a.exp", "2\n"),
        ("a.nix", "{ a = 1; }"),
        ("pipes/b.nix", "1"),
        ("corpus/c.nix", "1 + 1"),
        ("cases.txt", "1\n2\n"),
    ] {
        fs::write(at(name), text).expect("writable");
    }
    for name in ["pipes/p.nix", "runs/p.json"] {
        mknodat(CWD, at(name), FileType::Fifo, Mode::RWXU, 0).expect("writable");
    }
    for name in ["huge", "huge.nix", "runs/huge.json"] {
        File::create(at(name)).and_then(|it| it.set_len(1 << 40)).expect("there are holes in files");
    }
    // Not even root can read it.
    std::os::unix::fs::symlink("/proc/self/mem", at("closed")).expect("writable");
    run(folder.path(), "check s --quiet --json check.json", None, 0, "");
    run(folder.path(), &format!("diff --expressions cases.txt {BOTH} --json diff.jsonl --quiet"), None, 0, "");
    folder
}

const BOTH: &str = "--subject a=embedded --reference b=embedded";

/// Runs `thunkproof` in `folder`: it ends with this status, and says this on standard error.
fn run(folder: &Path, words: &str, stdout: Option<&str>, status: i32, said: &str) {
    let mut command = Command::cargo_bin("thunkproof").expect("it is built with the tests");
    command.current_dir(folder).args(words.split_whitespace()).env_remove("CI").env_remove("THUNKPROOF_BLESS");
    let output = match stdout {
        None => command.timeout(Duration::from_secs(120)).output().expect("it ends by itself"),
        Some(file) => {
            let mut plain = std::process::Command::new(command.get_program());
            plain.args(command.get_args()).current_dir(folder).stdout(File::create(file).expect("writable"));
            plain.output().expect("it starts")
        }
    };
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{words}: {stderr}");
    assert!(stderr.contains(said), "{words}: {stderr}");
}

#[test]
fn what_has_no_end_or_cannot_be_read_is_refused_by_name() {
    let folder = folder();
    for (words, file, why) in [
        ("report FILE --html out.html", "huge", "it holds more than 2048 MiB"),
        ("report FILE --html out.html", "closed", "Input/output error"),
        ("site pages FILE", "huge", "it holds more than 2048 MiB"),
        ("site pages FILE", "closed", "Input/output error"),
        ("compare FILE check.json", "huge", "it holds more than 2048 MiB"),
        ("compare check.json FILE", "closed", "Input/output error"),
        ("merge out.jsonl FILE", "huge", "does not begin with a line that says which run it is"),
        ("merge out.jsonl FILE", "closed", "Input/output error"),
        ("merge out.jsonl FILE", "pipes/p.nix", "it is no regular file"),
        ("diff FILE BOTH", "huge.nix", "it holds more than 256 MiB"),
        ("diff pipes BOTH", "pipes/p.nix", "it is no regular file"),
        ("diff --expressions FILE BOTH", "huge", "a line of it holds more than 256 MiB"),
        ("diff --expressions FILE BOTH", "closed", "Input/output error"),
        ("diff -E 1 BOTH --known FILE", "huge", "it holds more than 256 MiB"),
        ("diff -E 1 BOTH --resume --json FILE", "huge", "does not begin with a line that says which run it is"),
        ("check s --known FILE", "closed", "Input/output error"),
        ("reduce FILE BOTH", "huge.nix", "it holds more than 2048 MiB"),
        ("reduce FILE BOTH", "closed", "Input/output error"),
        ("corpus stats pipes FILE", "pipes/p.nix", "it is no regular file"),
        ("corpus minimise pipes --out out", "pipes/p.nix", "it is no regular file"),
        ("fuzz --cases 1 --corpus pipes", "pipes/p.nix", "it is no regular file"),
        ("bench pipes --subject a=cmd:true", "pipes/p.nix", "it is no regular file"),
        ("bench FILE --subject a=cmd:true", "pipes/p.nix", "it is no regular file"),
        ("check s --subject manifest:FILE", "huge", "it holds more than 256 MiB"),
    ] {
        let words = words.replace("FILE", file).replace("BOTH", BOTH);
        run(folder.path(), &words, None, 2, why);
        run(folder.path(), &words, None, 2, file);
    }
    // A folder of runs is shown without what is none.
    run(folder.path(), "history runs --out out", None, 2, "");
    fs::copy(folder.path().join("check.json"), folder.path().join("runs/a.json")).expect("writable");
    run(folder.path(), "history runs --out out", None, 0, "");
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_no_success() {
    let folder = folder();
    for words in [
        "check s --quiet",
        "check s --quiet --json -",
        "check s --coverage",
        "diff -E 1 BOTH",
        "diff -E 1 BOTH --json -",
        "attrs a.nix BOTH",
        "matrix s BOTH",
        "compare check.json check.json",
        "report check.json --markdown -",
        "report check.json --json -",
        "merge - diff.jsonl",
        "generate --count 3",
        "generate --count 3 --stats",
        "corpus stats corpus",
        "fuzz --cases 3",
        "completions bash",
        "man man",
        "--help",
        "diff --help",
        "--version",
    ] {
        let words = words.replace("BOTH", BOTH);
        let said = if words.ends_with("--help") || words.ends_with("--version") {
            ""
        } else {
            "cannot write to standard output: No space left on device"
        };
        run(folder.path(), &words, Some("/dev/full"), 2, said);
    }
    for words in
        ["check s --quiet --json /dev/full", "report check.json --html /dev/full", "merge /dev/full diff.jsonl"]
    {
        run(folder.path(), words, None, 2, "cannot write /dev/full: No space left on device");
    }
}

#[test]
fn no_report_takes_the_place_of_what_is_read() {
    let folder = folder();
    let before = fs::read(folder.path().join("check.json")).expect("readable");
    for words in [
        "report check.json --html check.json",
        "report check.json --json s/../check.json",
        "compare check.json check.json --markdown check.json",
        "merge check.json check.json",
    ] {
        run(folder.path(), words, None, 2, "would overwrite check.json, which is read: name another file");
        assert_eq!(fs::read(folder.path().join("check.json")).expect("it is there"), before);
    }
}
