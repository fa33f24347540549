//! Output on a terminal has the reference's colours. The expectations are recorded by scripts/record-colours.

use std::ffi::OsString;
use std::path::Path;

use nix_evaluator::cli::{Invocation, run};

#[test]
fn terminals_show_the_colours_of_the_reference() {
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/colours/recorded.json");
    let recorded: serde_json::Value = serde_json::from_slice(&std::fs::read(recorded).unwrap()).unwrap();
    let recorded = recorded.as_array().expect("a list of runs");
    assert!(recorded.len() > 100, "{} runs", recorded.len());
    let mut differing = Vec::new();
    for expected in recorded {
        let arguments: Vec<OsString> =
            expected["arguments"].as_array().unwrap().iter().map(|word| word.as_str().unwrap().into()).collect();
        let set = |(name, value): (&str, &str)| (name.into(), value.into());
        let done = run(&Invocation {
            arguments: arguments.clone(),
            environment: [("NIX_REMOTE", "dummy://"), ("TERM", "xterm"), ("HOME", "/nonexistent")].map(set).into(),
            current_dir: "/".into(),
            terminal: true,
            ..Invocation::default()
        });
        let stderr = String::from_utf8(done.stderr).unwrap();
        if (Some(i64::from(done.status)), Some(&*stderr)) != (expected["status"].as_i64(), expected["stderr"].as_str())
        {
            differing.push(format!("{arguments:?}\n  ours      {stderr:?}\n  reference {:?}", expected["stderr"]));
        }
    }
    assert!(differing.is_empty(), "{} of {} differ:\n{}", differing.len(), recorded.len(), differing.join("\n"));
}
