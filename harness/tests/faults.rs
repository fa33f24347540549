//! Engines whose program misbehaves: every fault is an outcome, the same for every kind of engine that starts programs,
//! and harms no other case.

#[path = "common/faulty.rs"]
mod faulty;

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use faulty::FAULTY;
use thunkproof::{
    case::Request,
    engine::{Command, Engine, ForkServer, Limits},
    outcome::{Ending, Outcome},
};

/// The time is what a busy machine may need to reach any of the other limits.
const LIMITS: Limits = Limits { memory_mib: Some(512), output_mib: 4, ..Limits::of_time(Duration::from_secs(60)) };

/// For what does not end by itself.
const HANG: Limits = Limits { time: Duration::from_secs(1), clock: Duration::from_secs(2), ..LIMITS };

/// For what uses CPU time until it is ended, and for what uses none.
const SHORT: Limits = Limits { time: Duration::from_secs(1), ..LIMITS };

/// What the program is told: `-` makes a fork server fork at standard input, a file's name before main.
const PLACES: [&str; 2] = ["-", "file.nix"];

fn request(word: &str, last: &str) -> Request {
    Request {
        arguments: ["--eval", "a b", last].map(Into::into).into(),
        environment: vec![("TEST_VAR".into(), "foo".into())],
        current_dir: "/usr".into(),
        stdin: word.into(),
        ..Request::default()
    }
}

/// What each kind of engine makes of `word`, which must be the same.
fn outcome(word: &str) -> Outcome {
    let limits = match word {
        "hang" | "hang with a child" => HANG,
        "spin" | "nap" => SHORT,
        _ => LIMITS,
    };
    let command = Command::new(&FAULTY, limits).expect("it starts");
    let fork = ForkServer::new(&FAULTY, limits).expect("it starts");
    assert_eq!((fork.identity().version.as_str(), fork.notes()), ("faulty 1.0", Vec::new()));
    let expected = command.evaluate(&request(word, PLACES[0]));
    let asked = |engine: &dyn Engine, last: &str| {
        let request = request(word, last);
        let came = engine.evaluate(&request);
        let who = format!("{word} on {} {last}", engine.identity().engine);
        assert_eq!(came.ending, expected.ending, "{who}");
        // Of a flood, how much arrives is chance.
        if !word.starts_with("flood") && word != "surroundings" {
            assert_eq!((&came.stdout, &came.stderr), (&expected.stdout, &expected.stderr), "{who}");
        }
        let next = engine.evaluate(&Request { stdin: b"1".to_vec(), ..request });
        assert_eq!((next.ending, next.stdout), (Ending::Exited(0), b"1\n".to_vec()), "the case after {who}");
    };
    // Side by side, since what hangs takes all the time that it may.
    thread::scope(|scope| {
        for last in PLACES {
            scope.spawn(|| asked(&command, last));
            scope.spawn(|| asked(&fork, last));
        }
    });
    assert_eq!(fork.notes(), Vec::<String>::new(), "every case was forked");
    expected
}

fn check(word: &str, ending: Ending, stdout: &[u8], stderr: &[u8]) {
    let start = Instant::now();
    let came = outcome(word);
    assert_eq!((came.ending, came.stdout.as_slice(), came.stderr.as_slice()), (ending, stdout, stderr), "{word}");
    assert!(start.elapsed() < Duration::from_secs(60), "{word} took {:?}", start.elapsed());
}

#[test]
fn a_hang_is_ended() {
    check("hang", Ending::Stalled(HANG.clock), b"so far", b"");
}

#[test]
fn a_hang_is_ended_with_all_it_started() {
    check("hang with a child", Ending::Stalled(HANG.clock), b"", b"");
}

#[cfg(target_os = "linux")]
#[test]
fn only_cpu_time_counts() {
    check("spin", Ending::TimedOut(SHORT.time), b"so far", b"");
    check("nap", Ending::Exited(0), b"1\n", b"");
}

#[test]
fn what_a_program_leaves_behind_holds_nothing_up() {
    check("leave a child", Ending::Exited(0), b"1\n", b"");
}

#[test]
fn a_crash_is_told_with_what_came_before_it() {
    check("crash", Ending::Signalled(11), b"", b"");
    check("middle", Ending::Signalled(9), b"{ a = ", b"");
}

#[test]
fn garbage_and_lies_are_passed_on_as_they_are() {
    check("garbage", Ending::Exited(0), b"\xff\xfe\x01\x1b[31m\xc3", b"\x80\x81\n");
    check("lie", Ending::Exited(0), b"", b"error: this did not go well\n");
}

#[test]
fn a_flood_is_cut_off() {
    for word in ["flood", "flood of errors"] {
        assert_eq!(outcome(word).ending, Ending::Exhausted("more than 4 MiB of output".to_owned()), "{word}");
    }
}

#[test]
fn a_program_that_is_gone_is_no_answer() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let link = folder.path().join("program");
    std::os::unix::fs::symlink(&*FAULTY, &link).expect("writable");
    let engine = Command::new(&link, LIMITS).expect("it starts");
    std::fs::remove_file(&link).expect("it is there");
    let came = engine.evaluate(&request("1", PLACES[0]));
    assert!(matches!(&came.ending, Ending::NotStarted(reason) if reason.contains("No such file")), "{came:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn memory_is_limited() {
    check("memory", Ending::Exhausted("more than 512 MiB of memory".to_owned()), b"", b"error: out of memory\n");
}

#[test]
fn a_forked_case_sees_what_a_process_sees() {
    let fork = ForkServer::new(&FAULTY, LIMITS).expect("it starts");
    let command = Command::new(&FAULTY, LIMITS).expect("it starts");
    for last in PLACES {
        let (forked, started) =
            (fork.evaluate(&request("surroundings", last)), command.evaluate(&request("surroundings", last)));
        let shown = String::from_utf8_lossy(&forked.stdout);
        let unset = "HOME=unset LD_PRELOAD=unset THUNKPROOF_FORK_SERVER=unset";
        assert_eq!(shown, format!("[--eval][a b][{last}] in /usr TEST_VAR=foo {unset}\n"));
        assert_eq!(forked.stdout, started.stdout);
        let traced = |engine: &dyn Engine| engine.evaluate(&request("trace", last)).stderr;
        assert_eq!(traced(&fork), traced(&command), "the program sees the same name of itself");
    }
    let elsewhere = Request {
        environment: vec![("TEST_VAR".into(), "bar".into())],
        current_dir: "/".into(),
        ..request("surroundings", "-")
    };
    let shown = fork.evaluate(&elsewhere).stdout;
    assert!(shown.starts_with(b"[--eval][a b][-] in / TEST_VAR=bar "), "{}", String::from_utf8_lossy(&shown));
}

#[test]
fn a_server_that_dies_is_replaced_and_its_case_answered() {
    let fork = ForkServer::new(&FAULTY, LIMITS).expect("it starts");
    for last in PLACES {
        let came = fork.evaluate(&request("end the server", last));
        assert_eq!((came.ending, came.stdout), (Ending::Exited(0), b"1\n".to_vec()));
        assert_eq!(fork.evaluate(&request("1", last)).stdout, b"1\n");
    }
    assert!(fork.notes().iter().any(|note| note.starts_with("a fork server ended")), "{:?}", fork.notes());
}

#[test]
fn a_folder_that_cannot_be_entered_is_no_answer() {
    let fork = ForkServer::new(&FAULTY, LIMITS).expect("it starts");
    let folder = tempfile::tempdir().expect("a temporary folder");
    for last in PLACES {
        let came = fork.evaluate(&Request { current_dir: folder.path().join("absent"), ..request("1", last) });
        assert!(matches!(came.ending, Ending::NotStarted(_)), "{came:?}");
    }
}

#[test]
fn a_program_that_cannot_be_preloaded_is_started_for_each_case() {
    let script = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/one"));
    let fork = ForkServer::new(script, LIMITS).expect("it starts");
    let came = fork.evaluate(&request("1", "-"));
    assert_eq!((came.ending, came.stdout), (Ending::Exited(0), b"1\n".to_vec()));
    let notes = fork.notes().join("\n");
    assert!(notes.contains("so a process a case") && notes.contains("programs/one"), "{notes}");
}
