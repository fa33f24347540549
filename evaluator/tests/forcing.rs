//! Recordings of what is forced: they agree with the trace probes of the fixtures, whose order the reference has
//! recorded, and say what they should of small programs.

use std::path::{Path, PathBuf};

use nix_evaluator::cli::{self, Invocation};
use serde_json::Value;

/// Where fixtures are.
const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../nix-lang-tests/lang");

/// Evaluates with a recording.
fn recorded(arguments: &[&str]) -> (cli::Completed, Value) {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let file = folder.path().join("recording.json");
    let mut all = vec!["--eval".into(), "--strict".into(), "--forcing-json".into(), file.clone().into_os_string()];
    all.extend(arguments.iter().map(Into::into));
    let completed = cli::run(&Invocation { arguments: all, current_dir: FIXTURES.into(), ..Invocation::default() });
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| {
        panic!("no recording of {arguments:?}: {error}\n{}", String::from_utf8_lossy(&completed.stderr))
    });
    (completed, serde_json::from_str(&text).expect("a recording is JSON"))
}

fn recording(expression: &str) -> Value {
    recorded(&["--expr", expression]).1
}

fn list<'r>(recording: &'r Value, name: &str) -> &'r [Value] {
    recording[name].as_array().expect("it is a list")
}

/// The fates of the thunks whose expression begins with `text`.
fn fates(recording: &Value, text: &str) -> Vec<String> {
    let begins = |thunk: &&Value| thunk["location"]["text"].as_str().is_some_and(|at| at.starts_with(text));
    let thunks = list(recording, "thunks").iter().filter(begins);
    thunks.map(|thunk| thunk["fate"].as_str().expect("a fate is a text").to_owned()).collect()
}

/// How the message of a probe in this text begins: with the literal that `trace`, or a function around it, is called with
/// first, up to what is interpolated.
fn probe(text: &str) -> Option<&str> {
    let (function, rest) = text.split_once(' ')?;
    let is_name = function.chars().all(|each| each.is_ascii_alphanumeric() || ".-_'".contains(each));
    let (message, _) = rest.strip_prefix('"')?.split_once(['"', '$', '\\'])?;
    (is_name && !message.is_empty()).then_some(message)
}

/// The message that a call of `trace` prints, if the source says so where it is called, or where the function is called
/// that calls it.
fn message<'r>(steps: &'r [Value], call: &'r Value) -> Option<&'r str> {
    let here = call["location"]["text"].as_str();
    let outside = call["parent"].as_u64().map(|parent| &steps[parent as usize]);
    let outside = outside.filter(|step| step["kind"] == "function").and_then(|step| step["need"]["text"].as_str());
    // There it is the first argument, if here it is a parameter.
    let is_parameter = here.is_some_and(|text| text.starts_with("builtins.trace name "));
    here.and_then(probe).or_else(|| outside.filter(|_| is_parameter).and_then(probe))
}

/// Here a message is itself a call of `trace`, which begins later and prints first.
const NESTED: &str = "eval-okay-force-trace-prints-before-value.nix";

fn fixtures_with_probes() -> Vec<PathBuf> {
    let entries =
        std::fs::read_dir(FIXTURES).expect("the fixtures are there").map(|entry| entry.expect("it is readable").path());
    let mut files: Vec<PathBuf> = entries
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_plain = !path.with_extension("flags").exists() && !path.with_extension("postprocess").exists();
            name.starts_with("eval-okay-")
                && name.ends_with(".nix")
                && is_plain
                && path.with_extension("err.exp").exists()
        })
        .filter(|path| std::fs::read(path).is_ok_and(|text| String::from_utf8_lossy(&text).contains("trace")))
        .collect();
    files.sort();
    files
}

#[test]
fn calls_of_trace_are_recorded_in_the_order_of_the_references_probes() {
    let (mut fixtures, mut probes, mut all) = (0, 0, 0);
    for file in fixtures_with_probes() {
        let (completed, recording) = recorded(&[file.to_str().expect("its name is text")]);
        // What `cargo test` compares with what the reference has printed (nix_lang_tests).
        let printed = String::from_utf8_lossy(&completed.stderr).into_owned();
        let printed: Vec<&str> = printed.lines().filter_map(|line| line.strip_prefix("trace: ")).collect();
        let steps = list(&recording, "steps");
        let is_trace = |step: &&Value| step["kind"] == "builtin" && step["name"] == "trace";
        let calls: Vec<&Value> = steps.iter().filter(is_trace).collect();
        assert_eq!(calls.len(), printed.len(), "{}", file.display());
        if file.ends_with(NESTED) {
            continue;
        }
        fixtures += 1;
        all += calls.len();
        for (call, line) in calls.iter().zip(&printed) {
            if let Some(message) = message(steps, call) {
                assert!(line.starts_with(message), "{}: {message} is not {line}", file.display());
                probes += 1;
            }
        }
    }
    assert!(fixtures > 150 && all > 800 && probes > 250, "{probes} of {all} probes in {fixtures} fixtures");
}

#[test]
fn each_thunk_has_its_fate() {
    let recording = recording("let lost = 1 + 1; once = 2 + 2; often = 3 + 3; in once + (often + often)");
    assert_eq!(fates(&recording, "1;"), ["unforced"]);
    assert_eq!(fates(&recording, "2;"), ["forced once"]);
    assert_eq!(fates(&recording, "3;"), ["shared"]);
}

#[test]
fn what_fails_is_recorded_with_who_needed_it() {
    let recording = recording("let broken = throw \"a\" + 1; in (builtins.tryEval broken).success");
    let thunks = list(&recording, "thunks");
    let failed: Vec<&Value> = thunks.iter().filter(|thunk| thunk["fate"] == "failed").collect();
    assert_eq!(failed.len(), 1, "{recording}");
    let step = &recording["steps"][failed[0]["forced_in"][0].as_u64().expect("it was forced") as usize];
    assert_eq!((&step["builtin"], &step["outcome"]), (&"tryEval".into(), &"failed".into()));
}

#[test]
fn steps_end_inside_their_parents() {
    let recording = recording(
        "let f = n: if n == 0 then [ ] else f (n - 1) ++ [ (n * 2) ]; in builtins.foldl' (a: b: a + b) 0 (map (x: x + 1) (f 5))",
    );
    let steps = list(&recording, "steps");
    assert!(steps.len() > 20, "{}", steps.len());
    for step in steps.iter().filter(|step| step["kind"] != "builtin") {
        let ended = step["ended"].as_u64().expect("everything has ended");
        assert!(step["begun"].as_u64().expect("it has begun") <= ended);
        if let Some(parent) = step["parent"].as_u64() {
            assert!(steps[parent as usize]["ended"].as_u64().expect("it has ended") >= ended, "{step}");
        }
    }
}

#[test]
fn a_page_holds_the_recording_and_nothing_of_it_ends_the_script() {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let file = folder.path().join("page.html");
    let text = "let a = \"</script><b>\"; in a + (if 1 < 2 then \"x\" else \"y\")";
    let arguments = ["--eval", "--expr", text, "--forcing-page", file.to_str().expect("its name is text")];
    let arguments = arguments.map(Into::into).to_vec();
    let completed = cli::run(&Invocation { arguments, current_dir: FIXTURES.into(), ..Invocation::default() });
    assert_eq!(completed.status, 0, "{}", String::from_utf8_lossy(&completed.stderr));
    let page = std::fs::read_to_string(&file).expect("the page is there");
    assert_eq!(page.matches("</script>").count(), 2, "the page's own two");
    assert!(page.contains("<svg"), "there is a flame graph");
}

#[test]
fn a_file_that_cannot_be_written_is_an_error_that_names_it() {
    let file = Path::new(FIXTURES).join("no-such-folder/recording.json");
    let arguments = ["--eval", "--expr", "1", "--forcing-json", file.to_str().expect("its name is text")];
    let arguments = arguments.map(Into::into).to_vec();
    let completed = cli::run(&Invocation { arguments, current_dir: FIXTURES.into(), ..Invocation::default() });
    let stderr = String::from_utf8_lossy(&completed.stderr).into_owned();
    assert_eq!(completed.status, 1);
    assert!(stderr.contains("no-such-folder/recording.json") && stderr.contains("folder that exists"), "{stderr}");
}
