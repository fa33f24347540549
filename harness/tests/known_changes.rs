//! Differences in forcing order and sharing between releases of the reference that its release notes and issue tracker
//! tell of: `docs/known-changes.tsv`. Each has a source and a program that shows it.
//!
//! A line holds, between tabs: the release that brought the change, what changed, where that is told, a program, and
//! what the releases of [`RELEASES`] answer: the messages of `builtins.trace`, then the value or `error`. Releases are
//! asked where they are (`scripts/provision-reference`; THUNKPROOF_REFERENCES names another folder of theirs).
//! THUNKPROOF_BLESS=1 records the answers anew.

#[path = "common/known_changes.rs"]
mod listed;
#[path = "common/required.rs"]
mod required;

use std::{
    collections::BTreeSet,
    env, fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use listed::{Change, RELEASES, changes, file, program};
use thunkproof::{
    case::{Question, Request},
    engine::{Embedded, Engine, Limits},
};

/// How many changes must be listed.
const FEWEST: usize = 25;

fn request(program: &str) -> Request {
    Question::expression(String::new(), program.as_bytes().to_vec(), Path::new("/")).request(false)
}

/// An answer as it is recorded.
fn answer(succeeded: bool, stdout: &[u8], stderr: &[u8]) -> String {
    let (stdout, stderr) = (String::from_utf8_lossy(stdout), String::from_utf8_lossy(stderr));
    let traces = stderr.lines().filter_map(|line| line.strip_prefix("trace: "));
    let last = if succeeded { stdout.trim() } else { "error" };
    traces.chain([last]).collect::<Vec<_>>().join(" | ")
}

fn ask(nix_instantiate: &Path, request: &Request) -> String {
    let mut command = Command::new(nix_instantiate);
    command.args(&request.arguments).current_dir(&request.current_dir);
    command.envs(request.environment.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("a reference that answers");
    child.stdin.take().expect("a pipe").write_all(&request.stdin).expect("it reads its program");
    let output = child.wait_with_output().expect("an answer");
    answer(output.status.success(), &output.stdout, &output.stderr)
}

#[test]
fn each_change_has_a_source_of_its_own_kind_and_two_releases_that_differ() {
    let changes = changes();
    assert!(changes.len() >= FEWEST, "{} changes", changes.len());
    let programs: BTreeSet<&str> = changes.iter().map(|change| change.program.as_str()).collect();
    let titles: BTreeSet<&str> = changes.iter().map(|change| change.title.as_str()).collect();
    assert_eq!((programs.len(), titles.len()), (changes.len(), changes.len()), "a change is listed twice");
    let version = |release: &str| -> Vec<u32> { release.split('.').filter_map(|part| part.parse().ok()).collect() };
    for Change { since, title, source, answers, .. } in &changes {
        let told = ["pull/", "issues/", "commit/", "blob/master/doc/manual/source/release-notes/"];
        let path = source.strip_prefix("https://github.com/NixOS/nix/").unwrap_or_default();
        assert!(told.iter().any(|kind| path.starts_with(kind)), "{title}: {source}");
        // The releases before the change differ from those behind it.
        let before = RELEASES.iter().rposition(|release| version(release) < version(since)).expect("one before it");
        assert_ne!(answers[before], answers[before + 1], "{title}: {since} changes nothing that was recorded");
    }
}

#[test]
fn our_evaluator_answers_as_the_newest_release() {
    let engine = Embedded::new(Limits::of_time(Duration::from_secs(60)));
    for change in changes() {
        let outcome = engine.evaluate(&request(&change.program));
        let succeeded = outcome.ending == thunkproof::outcome::Ending::Exited(0);
        assert_eq!(answer(succeeded, &outcome.stdout, &outcome.stderr), change.answers[3], "{}", change.program);
    }
}

#[test]
fn releases_answer_as_recorded() {
    let bless = env::var("THUNKPROOF_BLESS").is_ok_and(|value| value == "1");
    let mut changes = changes();
    for (index, release) in RELEASES.iter().enumerate() {
        let Some(program) = program(release) else {
            required::missing("reference", &format!("Nix {release} is not here (scripts/provision-reference)"));
            continue;
        };
        for change in &mut changes {
            let said = ask(&program, &request(&change.program));
            match bless {
                true => change.answers[index] = said,
                false => assert_eq!(said, change.answers[index], "{release}: {}", change.program),
            }
        }
    }
    if bless {
        let line = |change: &Change| {
            let Change { since, title, source, program, answers } = change;
            format!("{since}\t{title}\t{source}\t{program}\t{}\n", answers.join("\t"))
        };
        fs::write(file(), changes.iter().map(line).collect::<String>()).expect("writable");
    }
}
