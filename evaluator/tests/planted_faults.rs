//! Planted faults (`nix_evaluator_source::fault`): each has its place and its line in the table, and each shows on the
//! program that the table gives for it. The latter needs the feature: `cargo test -p nix_evaluator --features
//! planted-faults --test planted_faults`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A line of the table: number, family, title, program.
fn table() -> Vec<(u32, [String; 3])> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("source/src/faults.tsv"));
    let line = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [number, rest @ ..] = fields.as_slice() else { panic!("no number: {line}") };
        let rest: Vec<String> = rest.iter().map(|field| (*field).to_owned()).collect();
        (number.parse().expect("a number"), rest.try_into().expect("family, title and program"))
    };
    text.expect("the table").lines().map(line).collect()
}

/// The numbers of the faults in the sources of one folder.
fn planted(folder: &Path, numbers: &mut BTreeSet<u32>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            planted(&entry, numbers);
        } else if entry.extension().is_some_and(|extension| extension == "rs") && !entry.ends_with("fault.rs") {
            let text = fs::read_to_string(&entry).expect("a source");
            for place in text.split("fault!(").skip(1) {
                let place = place.trim_start();
                let place =
                    place.strip_prefix("let ").map_or(place, |named| named.split(" = ").nth(1).unwrap_or(place));
                let number: String = place.chars().take_while(char::is_ascii_digit).collect();
                numbers.extend(number.parse::<u32>());
            }
        }
    }
}

#[test]
fn each_fault_has_its_place_and_its_line() {
    let table = table();
    let listed: BTreeSet<u32> = table.iter().map(|(number, _)| *number).collect();
    assert!(table.is_sorted_by(|one, next| one.0 < next.0), "the table is in order, and no number is there twice");
    assert!(listed.len() >= 100, "{} faults", listed.len());
    let mut found = BTreeSet::new();
    for part in ["source/src", "formats/src", "syntax/src", "core/src", "src"] {
        planted(&Path::new(env!("CARGO_MANIFEST_DIR")).join(part), &mut found);
    }
    assert_eq!(listed, found, "the table and the sources name the same faults");
}

#[cfg(feature = "planted-faults")]
mod shown {
    use std::process::{Command, Stdio};
    use std::thread;
    use std::time::{Duration, Instant};

    use super::{Path, fs, table};

    /// What a program came to: status, output and, of what is counted, the calls. None if it did not end.
    fn outcome(fault: u32, program: &str) -> Option<(Option<i32>, Vec<u8>, Vec<u8>)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/planted_faults");
        let kept = std::env::temp_dir().join(format!("planted-fault-{}-{fault}", std::process::id()));
        let (out, err) = (kept.with_extension("out"), kept.with_extension("err"));
        let mut child = Command::new(env!("CARGO_BIN_EXE_nix-eval"))
            .args(["--eval", "--strict", "-E", program])
            .env_clear()
            .envs([("HOME", "/nonexistent"), ("NIX_STATE_DIR", "/nonexistent"), ("NIX_CONF_DIR", "/nonexistent")])
            .envs([("NIX_SHOW_STATS", "1"), ("NIX_EVAL_FAULT", &fault.to_string())])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(fs::File::create(&out).expect("a file"))
            .stderr(fs::File::create(&err).expect("a file"))
            .spawn()
            .expect("the program starts");
        let began = Instant::now();
        let status = loop {
            match child.try_wait().expect("a child") {
                Some(status) => break Some(status.code()),
                None if began.elapsed() > Duration::from_secs(60) => {
                    child.kill().expect("it runs");
                    child.wait().expect("it ends");
                    break None;
                }
                None => thread::sleep(Duration::from_millis(2)),
            }
        };
        let (text, messages) = (fs::read(&out).expect("output"), fs::read(&err).expect("messages"));
        fs::remove_file(out).expect("it is there");
        fs::remove_file(err).expect("it is there");
        // Of the statistics only the calls count: memory and time are others each time.
        let lines = messages.split_inclusive(|byte| *byte == b'\n');
        let is_statistic = |line: &&[u8]| line.starts_with(b"  ") && line.trim_ascii().starts_with(b"\"");
        let counts = |line: &&[u8]| line.trim_ascii().starts_with(b"\"nrPrimOpCalls") || !is_statistic(line);
        Some((status?, text, lines.filter(counts).collect::<Vec<_>>().concat()))
    }

    #[test]
    fn each_fault_shows_on_its_program() {
        for (number, [family, title, program]) in table() {
            let sound = outcome(0, &program);
            assert!(sound.is_some(), "{number} ({family}): without a fault it does not end: {program}");
            assert_eq!(sound, outcome(0, &program), "{number} ({family}): not the same twice: {program}");
            assert_ne!(sound, outcome(number, &program), "{number} ({family}, {title}) does not show: {program}");
        }
    }
}
