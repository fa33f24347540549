//! Runs that are killed at a random moment: gone on with, they leave the same file as one that was not; and a file that is
//! written in one piece is there whole or not at all.
//!
//! `THUNKPROOF_KILLS` is how many runs of each kind there are, `THUNKPROOF_SEED` the seed of the moments.

#[path = "common/times.rs"]
mod times;

use std::{
    env, fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Instant,
};

use fastrand::Rng;
use serde_json::Value;
use tempfile::TempDir;
use times::without_times;

const BOTH: [&str; 6] = ["--subject", "a=embedded", "--reference", "b=embedded", "--quiet", "--jobs"];

fn number(variable: &str, otherwise: u64) -> u64 {
    let text = env::var(variable).ok();
    text.map_or(otherwise, |text| text.parse().unwrap_or_else(|error| panic!("{variable}={text}: {error}")))
}

/// A folder with expressions, a package set and fixtures, some of which take their time.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let slow = |number: usize| format!("builtins.foldl' (a: b: a + b) {number} (builtins.genList (i: i) 20000)");
    let lines: Vec<_> = (0..150).map(|it| if it % 3 == 0 { slow(it) } else { format!("{it} + x{it}") }).collect();
    fs::write(folder.path().join("cases.txt"), lines.join("\n")).expect("writable");
    let set = format!(
        "{{ ... }}: builtins.listToAttrs (builtins.genList (i: {{ name = \"x${{toString i}}\"; value = {{
          recurseForDerivations = true; a = {}; b = throw \"no\"; c = 1 + \"a\"; }}; }}) 30)",
        slow(1)
    );
    fs::write(folder.path().join("set.nix"), set).expect("writable");
    fs::create_dir_all(folder.path().join("s/lang")).expect("writable");
    for number in 0..40 {
        let file = folder.path().join(format!("s/lang/eval-okay-{number:02}.nix"));
        fs::write(file, slow(number)).expect("writable");
    }
    folder
}

fn start(folder: &Path, words: &[&str]) -> Child {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("thunkproof"));
    command.args(words).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts")
}

/// What a file holds, which must be whole.
fn content(file: &Path) -> Vec<Value> {
    let bytes = fs::read(file).expect("it is written");
    let last = bytes.trim_ascii_end().rsplit(|byte| *byte == b'\n').next().expect("a line");
    let is_lines = bytes.starts_with(b"{\"run\"");
    assert!(!is_lines || last.starts_with(b"{\"cases\""), "the summary is the last line");
    without_times(&bytes)
}

/// Kills the command of `words` at random moments, as often as wanted. Where it `resumes`, it then goes on, and may be
/// killed again; else its file must be whole or not there.
fn check(words: &[&str], resumes: bool) {
    let (kills, mut random) = (number("THUNKPROOF_KILLS", 6), Rng::with_seed(number("THUNKPROOF_SEED", 1)));
    let folder = folder();
    let path = folder.path();
    let begin = Instant::now();
    let whole_words = [words, &["--json", "whole"]].concat();
    let status = start(path, &whole_words).wait().expect("it ends");
    let (whole, time) = (content(&path.join("whole")), begin.elapsed());
    let first = [words, &["--json", "part"]].concat();
    let resume = [first.as_slice(), &["--resume"]].concat();
    let next = if resumes { &resume } else { &first };
    let part = path.join("part");
    let (mut killed, mut cut) = (0, 0);
    for round in 0..kills {
        let _ = fs::remove_file(&part);
        let mut command = &first;
        loop {
            let mut child = start(path, command);
            thread::sleep(time.mul_f64(random.f64()));
            child.kill().expect("it was started here");
            let ended = child.wait().expect("it ends");
            if ended.code().is_some() {
                assert_eq!(ended.code(), status.code(), "round {round}");
                break;
            }
            killed += 1;
            cut += usize::from(resumes && part.exists());
            if !resumes && part.exists() {
                assert_eq!(content(&part), whole, "round {round}: half a file");
            }
            command = next;
            if random.bool() {
                assert_eq!(start(path, command).wait().expect("it ends").code(), status.code(), "round {round}");
                break;
            }
        }
        assert_eq!(content(&part), whole, "round {round}");
    }
    println!("{kills} runs of {words:?}: killed {killed} times, {cut} of these with something written");
    assert!(kills < 6 || killed > 0, "no run was killed in its course");
}

#[test]
fn diff_goes_on_as_if_nothing_had_been() {
    check(&[&["diff", "--expressions", "cases.txt"], &BOTH[..], &["2"]].concat(), true);
}

#[test]
fn attrs_goes_on_as_if_nothing_had_been() {
    check(&[&["attrs", "set.nix", "--chunk", "4"], &BOTH[..], &["2"]].concat(), true);
}

#[test]
fn check_leaves_a_whole_document_or_none() {
    check(&["check", "s", "--quiet", "--jobs", "2"], false);
}
