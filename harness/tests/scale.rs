//! Long runs as people and machines treat them: killed, interrupted, resumed, split, merged, and out of room.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process,
};

use assert_cmd::{Command, assert::Assert};
use predicates::{prelude::*, str::contains};
use serde_json::Value;
use tempfile::TempDir;

const COUNTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/counted");
const ENGINES: &str = "--subject a=cmd:./subject --reference b=cmd:./reference";

/// A folder with two evaluators that write down what they are asked, and `list`, with these questions a line each.
fn folder(questions: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in ["subject", "reference"] {
        symlink(COUNTED, folder.path().join(name)).expect("writable");
    }
    fs::write(folder.path().join("list"), questions.join("\n")).expect("writable");
    folder
}

/// So many questions, of which one is `word`.
fn questions(count: usize, at: usize, word: &str) -> Vec<String> {
    (0..count).map(|number| if number == at { word.to_owned() } else { format!("q{number}") }).collect()
}

fn command(folder: &Path, words: &str) -> Command {
    let mut command = Command::cargo_bin("thunkproof").expect("it is built with the tests");
    command.current_dir(folder).args(words.split_whitespace());
    command
}

fn run(folder: &Path, words: &str) -> Assert {
    command(folder, words).assert()
}

fn text(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join(file)).unwrap_or_default()
}

/// The whole lines of a report.
fn lines(folder: &Path, file: &str) -> Vec<Value> {
    let text = text(folder, file);
    let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    whole.map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

/// The places of the cases in a report.
fn places(lines: &[Value]) -> Vec<u64> {
    lines.iter().filter_map(|line| line["index"].as_u64()).collect()
}

/// Checks that a report is whole: these cases, each once, between the line of the run and a summary that counts them.
fn assert_whole(folder: &Path, file: &str, cases: u64) {
    let lines = lines(folder, file);
    assert!(lines[0]["run"].is_object(), "{}", lines[0]);
    let mut places = places(&lines);
    places.sort_unstable();
    assert_eq!(places, (0..cases).collect::<Vec<_>>());
    let summary = lines.last().expect("a summary");
    assert_eq!((&summary["cases"], &summary["verdicts"]["agree"]), (&cases.into(), &cases.into()));
    assert_eq!(lines.len() as u64, cases + 2);
}

/// Ends a run of 60 cases at the 20th by `word`, resumes it, and checks that no case that was finished by then is lost or
/// asked again.
fn end_and_resume(word: &str, ended: impl FnOnce(Assert) -> Assert) {
    let questions = questions(60, 20, word);
    let folder = folder(&questions.iter().map(String::as_str).collect::<Vec<_>>());
    let words = format!("diff --expressions list {ENGINES} --jobs 2 --json run.jsonl");
    ended(run(folder.path(), &words));
    let before = text(folder.path(), "run.jsonl");
    let finished = places(&lines(folder.path(), "run.jsonl"));
    assert!((10..60).contains(&finished.len()), "it was ended in its course: {}", finished.len());
    run(folder.path(), &words).code(2).stderr(contains("run.jsonl holds a run that was not finished: --resume"));
    run(folder.path(), &format!("{words} --resume")).success().stdout(contains("60 cases: 60 agree"));
    let kept = before.rfind('\n').map_or("", |end| &before[..=end]);
    assert!(text(folder.path(), "run.jsonl").starts_with(kept), "what was written stays");
    assert_whole(folder.path(), "run.jsonl", 60);
    for engine in ["subject", "reference"] {
        let asked = text(folder.path(), &format!("asked-by-{engine}"));
        for place in &finished {
            let question = questions[usize::try_from(*place).expect("small")].as_str();
            assert_eq!(asked.lines().filter(|line| *line == question).count(), 1, "{question} was asked by {engine}");
        }
    }
    // A run that is finished is told again, and nothing is asked.
    let asked = text(folder.path(), "asked-by-subject");
    run(folder.path(), &format!("{words} --resume")).success().stdout(contains("60 cases: 60 agree"));
    assert_eq!(text(folder.path(), "asked-by-subject"), asked);
}

#[test]
fn a_killed_run_loses_no_finished_case_and_repeats_none() {
    end_and_resume("kill", |ended| ended.interrupted());
}

#[test]
fn an_interrupted_run_finishes_what_it_is_at_and_says_how_to_go_on() {
    let how = "cases: the same command with --resume goes on with run.jsonl";
    end_and_resume("interrupt", |ended| ended.code(130).stderr(contains(how)));
}

#[test]
fn a_second_signal_ends_a_run_that_hangs() {
    let folder = folder(&["insist"]);
    let words = format!("diff --expressions list {ENGINES} --json run.jsonl --time-limit 600");
    run(folder.path(), &words).code(130).stderr(contains("once more ends it at once"));
    assert!(places(&lines(folder.path(), "run.jsonl")).is_empty());
}

#[test]
fn a_line_that_was_cut_off_is_asked_again_and_damage_is_refused() {
    let folder = folder(&["1", "2", "3"]);
    let file = folder.path().join("run.jsonl");
    let words = format!("diff --expressions list {ENGINES} --jobs 1 --json run.jsonl --resume");
    run(folder.path(), &words).success();
    let whole = text(folder.path(), "run.jsonl");
    let ends: Vec<usize> = whole.match_indices('\n').map(|(end, _)| end + 1).collect();
    // Wherever it is cut, what is missing is asked, and only that.
    for (cut, missing) in [(0, 3), (5, 3), (ends[0], 3), (ends[0] + 9, 3), (ends[1], 2), (ends[2] - 1, 2), (ends[3], 0)]
    {
        fs::write(&file, &whole[..cut]).expect("writable");
        fs::remove_file(folder.path().join("asked-by-subject")).unwrap_or_default();
        run(folder.path(), &words).success().stdout(contains("3 cases: 3 agree"));
        assert_whole(folder.path(), "run.jsonl", 3);
        assert_eq!(text(folder.path(), "asked-by-subject").lines().count(), missing, "cut at {cut}");
    }
    let damaged = format!("{}{{\n{}", &whole[..ends[0]], &whole[ends[0]..]);
    fs::write(&file, &damaged).expect("writable");
    run(folder.path(), &words).code(2).stderr(contains("run.jsonl:2: this is no finished case"));
    assert_eq!(text(folder.path(), "run.jsonl"), damaged);
}

#[test]
fn another_run_is_not_gone_on_with() {
    let folder = folder(&["1", "2"]);
    run(folder.path(), &format!("diff --expressions list {ENGINES} --json run.jsonl --shard 1/2")).success();
    let before = text(folder.path(), "run.jsonl");
    let refused = |words: &str, expected: &str| {
        run(folder.path(), &format!("diff {words} --json run.jsonl --resume"))
            .code(2)
            .stderr(contains("run.jsonl holds another run: ").and(contains(expected)));
        assert_eq!(text(folder.path(), "run.jsonl"), before);
    };
    let same = "--expressions list --shard 1/2";
    refused(&format!("{ENGINES} --expressions list --shard 2/2"), "(--shard) was `1/2` there, and is `2/2` here");
    refused(&format!("{ENGINES} -E 1 --shard 1/2"), "it asks other questions (2 there, 1 here)");
    refused(&format!("{ENGINES} {same} --level value"), "--level was `stderr` there, and is `value` here");
    refused(&format!("{ENGINES} {same} --memory-limit 100"), "--memory-limit was `4096`");
    refused(&format!("--subject a=cmd:./subject --reference c=cmd:./reference {same}"), "the list of engines was");
    let known = "[[difference]]\nlevel = 'value'\nreason = 'r'\nexpires = 2999-01-01\n";
    fs::write(folder.path().join("known.toml"), known).expect("writable");
    refused(&format!("{ENGINES} {same} --known known.toml"), "the list of accepted differences has changed");
    fs::write(folder.path().join("other"), "{}\n").expect("writable");
    run(folder.path(), &format!("diff {ENGINES} {same} --json other --resume"))
        .code(2)
        .stderr(contains("other does not begin with a line that says which run it is"));
    run(folder.path(), &format!("diff {ENGINES} -E 1 --resume")).code(2).stderr(contains("--json <FILE>"));
}

#[test]
fn parts_are_merged_into_the_whole_run() {
    let folder = folder(&questions(7, 0, "q").iter().map(String::as_str).collect::<Vec<_>>());
    let path = folder.path();
    let part = |shard: &str, file: &str| {
        run(path, &format!("diff --expressions list {ENGINES} --shard {shard} --json {file}")).success();
    };
    part("1/1", "whole");
    for (shard, file) in [("1/3", "p1"), ("2/3", "p2"), ("3/3", "p3"), ("1/2", "half")] {
        part(shard, file);
    }
    run(path, "merge all p3 p1 p2").success().stdout(contains("7 cases: 7 agree"));
    assert_whole(path, "all", 7);
    assert_eq!(places(&lines(path, "all")), [0, 1, 2, 3, 4, 5, 6], "in the order of the run");
    let names = |file: &str| -> BTreeMap<u64, String> {
        let name = |line: &Value| Some((line["index"].as_u64()?, line["name"].as_str()?.to_owned()));
        lines(path, file).iter().filter_map(name).collect()
    };
    assert_eq!(names("all"), names("whole"));
    run(path, "merge again all").success();
    let refused = |words: &str, expected: &str| {
        run(path, &format!("merge out {words}")).code(2).stderr(contains(expected));
        assert!(!path.join("out").exists(), "{words}");
    };
    refused("p1 p3", "parts are missing: 2/3");
    refused("p2", "parts are missing: 1/3, 3/3");
    refused("p1 p2 p3 p2", "p2 and p2 overlap: both are part 2/3");
    refused("p1 half", "half is one of 2 parts, and p1 one of 3");
    refused("p1 all", "all is one of 1 parts");
    refused("absent", "cannot read absent: No such file or directory");
    refused("list", "list does not begin with a line that says which run it is");
    run(path, "merge p1 p1 p2 p3").code(2).stderr(contains("OUT would overwrite p1, which is read"));
    let other = "--subject a=cmd:./subject --reference c=cmd:./reference";
    run(path, &format!("diff --expressions list {other} --shard 2/3 --json other")).success();
    refused("p1 other p3", "other and p1 are of different runs: the list of engines was");
    let (first, _) = text(path, "p2")
        .rsplit_once("{\"cases\"")
        .map(|(one, two)| (one.to_owned(), two.to_owned()))
        .expect("a summary");
    fs::write(path.join("p2"), first).expect("writable");
    refused("p1 p2 p3", "p2 is not finished: go on with it (--resume) first");
}

#[test]
fn a_report_that_cannot_be_written_is_said_in_one_line() {
    let folder = folder(&["1"]);
    let check = |words: &str, expected: &str| {
        let expected = format!("thunkproof: cannot write {expected}");
        run(folder.path(), words).code(2).stderr(contains(expected).and(contains('\n').count(1)));
    };
    fs::create_dir(folder.path().join("lang")).expect("writable");
    fs::write(folder.path().join("lang/eval-okay-a.nix"), "1").expect("writable");
    fs::write(folder.path().join("lang/eval-okay-a.exp"), "1\n").expect("writable");
    fs::write(folder.path().join("set.nix"), "{ a = 1; }").expect("writable");
    run(folder.path(), &format!("diff -E 1 {ENGINES} --json part --quiet")).success();
    let both = "--reference b=embedded";
    let commands = [
        format!("diff -E 1 {ENGINES} --quiet --json"),
        format!("attrs set.nix {both} --quiet --json"),
        format!("matrix . {both} --quiet --json"),
        "check . --quiet --json".to_owned(),
    ];
    for command in &commands {
        check(&format!("{command} /dev/full"), "/dev/full: No space left on device");
        check(&format!("{command} ."), ".: Is a directory");
        check(&format!("{command} absent/run"), "absent/run: No such file or directory");
    }
    check("merge /dev/full part", "/dev/full: No space left on device");
    check("merge absent/run part", "absent/run: No such file or directory");
}

/// The disk is full in the course of the run: here, the file may not grow beyond a size.
#[test]
fn a_run_that_ran_out_of_room_goes_on_once_there_is_some() {
    let questions = questions(60, 0, "q");
    let folder = folder(&questions.iter().map(String::as_str).collect::<Vec<_>>());
    let words = format!("diff --expressions list {ENGINES} --jobs 2 --quiet --json run.jsonl");
    let program: PathBuf = assert_cmd::cargo::cargo_bin("thunkproof");
    // Without the trap, the system would end the process instead of refusing the write.
    let script = format!("trap '' XFSZ; ulimit -f 8; exec \"$0\" {words}");
    let output = process::Command::new("sh").arg("-c").arg(script).arg(program).current_dir(folder.path()).output();
    let output = output.expect("a shell");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        (output.status.code(), said.as_ref()),
        (Some(2), "thunkproof: cannot write run.jsonl: File too large (os error 27)\n")
    );
    let finished = places(&lines(folder.path(), "run.jsonl")).len();
    assert!((1..60).contains(&finished), "{finished}");
    run(folder.path(), &format!("{words} --resume")).success();
    assert_whole(folder.path(), "run.jsonl", 60);
}

#[test]
fn progress_has_no_control_sequences_where_there_is_no_terminal() {
    let folder = folder(&["1", "2"]);
    let diff = format!("diff --expressions list {ENGINES}");
    run(folder.path(), &diff).success().stderr("").stdout(contains('\u{1b}').not());
    run(folder.path(), &format!("{diff} --quiet")).success().stderr("");
}
