//! `--eval-profiler flamegraph` samples what the reference samples, and `--profile` writes what other tools read.
//!
//! `profile/recorded.tsv` holds, between tabs, a program and the lines of the reference's profile of it with a sample at
//! each call (`eval-profiler-frequency` 0), sorted, with ` | ` between them: the reference's own order hangs on addresses.
//! THUNKPROOF_BLESS=1 records them anew from target/reference/forky.

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

fn run(program: &Path, arguments: &[&str], folder: &Path) -> Output {
    let environment = [
        ("NIX_REMOTE", "dummy://"),
        ("HOME", "/nonexistent"),
        ("NIX_CONF_DIR", "/nonexistent"),
        ("NIX_STATE_DIR", "/nonexistent"),
        ("NIX_USER_CONF_FILES", ""),
        ("NIX_PATH", ""),
        // The reference is a script where its packages are unpacked.
        ("PATH", "/usr/bin:/bin"),
    ];
    let mut command = Command::new(program);
    command.args(["--eval", "--strict"]).args(arguments).current_dir(folder).env_clear().envs(environment);
    command.output().expect("it starts")
}

fn ours() -> PathBuf {
    env!("CARGO_BIN_EXE_nix-eval").into()
}

/// The lines of a profile with a sample at each call.
fn sampled(program: &Path, text: &str) -> String {
    let folder = tempfile::tempdir().expect("there is room");
    let profiler = ["--option", "eval-profiler", "flamegraph", "--option", "eval-profiler-frequency", "0"];
    run(program, &[&profiler[..], &["-E", text]].concat(), folder.path());
    let written = fs::read_to_string(folder.path().join("nix.profile")).expect("a profile is written");
    let mut lines: Vec<&str> = written.lines().collect();
    lines.sort_unstable();
    lines.join(" | ")
}

#[test]
fn samples_are_the_references() {
    let file = Path::new(FOLDER).join("tests/profile/recorded.tsv");
    let recorded = fs::read_to_string(&file).expect("it is there");
    if support::blessing() {
        let reference = Path::new(FOLDER).join("../target/reference/forky/bin/nix-instantiate");
        let lines = recorded.lines().map(|line| {
            let text = line.split('\t').next().unwrap_or_default();
            format!("{text}\t{}\n", sampled(&reference, text))
        });
        return fs::write(&file, lines.collect::<String>()).expect("writable");
    }
    assert!(recorded.lines().count() >= 25, "too few programs");
    for line in recorded.lines() {
        let (text, expected) = line.split_once('\t').expect("a tab");
        assert_eq!(sampled(&ours(), text), expected, "{text}");
    }
}

#[test]
fn a_profile_that_cannot_be_written_is_an_error() {
    let folder = tempfile::tempdir().expect("there is room");
    let error = |arguments: &[&str]| {
        let output = run(&ours(), arguments, folder.path());
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).expect("text")
    };
    let message = error(&["-E", "1", "--profile", "a.exe"]);
    assert!(message.contains("--profile does not know how to write 'a.exe'"), "{message}");
    let message = error(&["-E", "1", "--profile", "missing/a.json"]);
    assert!(message.contains("cannot write the profile to") && message.contains("a folder that exists"), "{message}");
    let options = ["--option", "eval-profiler", "flamegraph", "--option", "eval-profile-file", "missing/a"];
    let message = error(&[&["-E", "1"], &options[..]].concat());
    assert!(message.contains("opening file \"missing/a\""), "{message}");
}

#[cfg(feature = "profile")]
#[test]
fn every_format_says_the_same() {
    let folder = tempfile::tempdir().expect("there is room");
    let text = "let twice = f: x: f (f x); inc = n: n + 1; in builtins.foldl' (a: b: a + twice inc b) 0 [ 1 2 3 ]";
    let names = ["p.json", "p.svg", "p.pb.gz", "p.folded", "p.txt"];
    let flags: Vec<&str> = names.iter().flat_map(|name| ["--profile", *name]).collect();
    let output = run(&ours(), &[&["-E", text], &flags[..]].concat(), folder.path());
    assert_eq!(String::from_utf8_lossy(&output.stdout), "12\n");
    let read = |name: &str| fs::read(folder.path().join(name)).expect("it is written");

    let speedscope: serde_json::Value = serde_json::from_slice(&read("p.json")).expect("JSON");
    let frames = speedscope["shared"]["frames"].as_array().expect("frames");
    let place = |name: &str| frames.iter().position(|frame| frame["name"] == name).expect("it was called");
    let inc = place("inc");
    assert_eq!(frames[inc]["file"], "«string»");
    assert_eq!((frames[inc]["line"].as_u64(), frames[inc]["col"].as_u64()), (Some(1), Some(34)));
    let calls = &speedscope["profiles"][1];
    let of_inc = calls["samples"].as_array().expect("stacks").iter().zip(calls["weights"].as_array().expect("weights"));
    let of_inc = of_inc.filter(|(stack, _)| stack.as_array().and_then(|it| it.last()) == Some(&inc.into()));
    assert_eq!(of_inc.map(|(_, weight)| weight.as_u64().expect("a number")).sum::<u64>(), 6);
    for profile in speedscope["profiles"].as_array().expect("profiles") {
        let weights = profile["weights"].as_array().expect("weights").iter();
        assert_eq!(
            weights.map(|it| it.as_u64().expect("a number")).sum::<u64>(),
            profile["endValue"].as_u64().unwrap()
        );
    }

    let folded = String::from_utf8(read("p.folded")).expect("text");
    assert!(folded.contains("evaluation;builtins.foldl';anonymous lambda («string»:1:64);"), "{folded}");
    let table = String::from_utf8(read("p.txt")).expect("text");
    assert!(table.contains("inc («string»:1:34)") && table.contains("builtins.foldl'"), "{table}");
    let drawn = String::from_utf8(read("p.svg")).expect("text");
    assert!(drawn.contains("<svg") && drawn.contains("twice"));
    // pprof's own tool reads it in docs/profiling.md; here, that it is what gzip makes.
    assert_eq!(read("p.pb.gz")[..2], [0x1f, 0x8b]);
}
