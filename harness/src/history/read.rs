//! Reads what `check --json`, `diff --json`, `matrix --json` and `report --json` wrote.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::{Deserialize, de::IgnoredAny};
use serde_json::error::Category;

use super::{Case, Engine, Kind, Outcome, RECORDED, Run, lines, matrix};
use crate::{
    case::Class,
    engine::Identity,
    outcome::{
        Verdict as Judgement,
        compare::{Level, Verdict},
    },
    provenance::Provenance,
    read::{self, Unreadable},
};

/// What a document that `report --json` wrote says of itself.
pub const FORMAT: &str = "thunkproof-report-1";

/// What to do about a file that is no run.
const REMEDY: &str =
    "name a file that `thunkproof check --json`, `diff --json`, `matrix --json` or `report --json` wrote";

/// Why no run could be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The operating system refused.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// It is something else.
    #[error("{} is no run of thunkproof: {reason}; {REMEDY}", file.display())]
    NoRun {
        /// Which file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// It ends where nothing can be read from it yet.
    #[error("{} ends in the middle of its {what}: the run was interrupted, or the file copied in part", file.display())]
    Truncated {
        /// Which file.
        file: PathBuf,
        /// What is not whole.
        what: &'static str,
    },
}

/// The runs that `file` holds: one, unless it is a report over several, or a matrix, which is a run an engine.
///
/// # Errors
/// When the file cannot be read, or is something else. JSON lines of a run that was interrupted are a run, and its
/// remarks say so.
pub fn read(file: &Path) -> Result<Vec<Run>, ReadError> {
    parse(file, &read::bytes(file)?)
}

/// The same of bytes that are at hand; `file` is where they come from.
fn parse(file: &Path, bytes: &[u8]) -> Result<Vec<Run>, ReadError> {
    let no_run = |reason: String| ReadError::NoRun { file: file.to_owned(), reason };
    let refused = |error: serde_json::Error| match error.classify() {
        Category::Eof => ReadError::Truncated { file: file.to_owned(), what: "document" },
        Category::Data => no_run(format!("its JSON is not that of a run ({error})")),
        Category::Io | Category::Syntax => no_run(format!("it is not JSON ({error})")),
    };
    let first = serde_json::Deserializer::from_slice(bytes).into_iter::<Probe>().next();
    let probe = match first.ok_or_else(|| no_run("it is empty".to_owned()))? {
        Err(error) if error.is_eof() && !bytes.trim_ascii().contains(&b'\n') => {
            return Err(ReadError::Truncated { file: file.to_owned(), what: "first line" });
        }
        first => first.map_err(refused)?,
    };
    let name = file.display().to_string();
    match probe {
        Probe { format: Some(format), .. } if format == FORMAT => {
            let document: Normalised = serde_json::from_slice(bytes).map_err(refused)?;
            Ok(document.runs)
        }
        Probe { format: Some(format), .. } => Err(no_run(format!("its format is `{format}`, not `{FORMAT}`"))),
        Probe { engine: Some(_), cases: Some(_), .. } => {
            let document: Checked = serde_json::from_slice(bytes).map_err(refused)?;
            Ok(vec![document.into_run(name)])
        }
        Probe { name: Some(_), verdict: Some(_), .. }
        | Probe { verdicts: Some(_), .. }
        | Probe { run: Some(_), .. } => Ok(vec![lines::run(name, bytes).map_err(no_run)?]),
        Probe { fixtures: Some(_), cases: Some(_), .. } => {
            let document: matrix::Document = serde_json::from_slice(bytes).map_err(refused)?;
            Ok(document.into_runs(&name))
        }
        Probe { fixtures: Some(_), .. } => {
            let why = "it is a table of an older `thunkproof matrix`, without the answers: run it again";
            Err(no_run(why.to_owned()))
        }
        Probe { counted: Some(_), .. } => Err(no_run("it is the coverage of `thunkproof check --coverage`".to_owned())),
        Probe { .. } => Err(no_run("its JSON has neither cases nor a summary".to_owned())),
    }
}

/// The fields that tell documents apart.
#[derive(Deserialize)]
struct Probe {
    format: Option<String>,
    run: Option<IgnoredAny>,
    name: Option<IgnoredAny>,
    verdict: Option<IgnoredAny>,
    verdicts: Option<IgnoredAny>,
    engine: Option<IgnoredAny>,
    cases: Option<IgnoredAny>,
    fixtures: Option<IgnoredAny>,
    counted: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Normalised {
    runs: Vec<Run>,
}

/// What `check --json` writes; what older releases did not write is optional.
#[derive(Deserialize)]
struct Checked {
    engine: Identity,
    subject: Option<String>,
    level: Level,
    #[serde(flatten)]
    provenance: Provenance,
    seconds: Option<f64>,
    #[serde(default)]
    problems: Vec<String>,
    cases: Vec<CheckedCase>,
}

/// A fixture with one answer.
#[derive(Deserialize)]
pub(super) struct CheckedCase {
    pub suite: Option<String>,
    pub name: String,
    pub class: Option<String>,
    pub verdict: Judgement,
    pub failed: bool,
    pub known: Option<String>,
    pub level: Option<Level>,
    pub bucket: Option<String>,
    pub title: Option<String>,
    pub area: Option<String>,
    pub file: Option<String>,
    pub source: Option<String>,
    pub expected_status: i32,
    pub ending: String,
    pub seconds: Option<f64>,
    #[serde(default)]
    pub differences: Vec<Difference>,
    /// What is recorded, where the file has it.
    #[serde(default)]
    pub recorded: Recorded,
}

/// What is recorded of each stream that is compared.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Recorded {
    stdout: Option<String>,
    stderr: Option<String>,
}

#[derive(Clone, Deserialize)]
pub(super) struct Difference {
    stream: String,
    expected: String,
    came: String,
}

impl Checked {
    fn into_run(self, name: String) -> Run {
        let subject = self.subject.unwrap_or_else(|| self.engine.engine.clone());
        let engine = Engine {
            name: subject.clone(),
            engine: self.engine.engine,
            version: self.engine.version,
            ..Engine::default()
        };
        let recorded = Engine { name: RECORDED.to_owned(), engine: "recorded answers".to_owned(), ..Engine::default() };
        let level = self.level;
        Run {
            name,
            kind: Kind::Check,
            provenance: self.provenance,
            seconds: self.seconds,
            engines: vec![engine, recorded],
            problems: self.problems,
            remarks: Vec::new(),
            cases: self.cases.into_iter().map(|case| case.into_case(&subject, level)).collect(),
            subject,
        }
    }
}

impl CheckedCase {
    pub fn into_case(self, subject: &str, finest: Level) -> Case {
        let expected = format!("exit status {}", self.expected_status);
        let guessed = match self.verdict {
            Judgement::Exact | Judgement::Inconclusive | Judgement::NotAsked => None,
            Judgement::Crashed => Some(Level::FailsAlike),
            Judgement::Wrong if self.ending != expected => Some(Level::FailsAlike),
            Judgement::Wrong => Some(Level::Value),
            Judgement::StderrDiffers => Some(Level::Stderr),
        };
        let level = self.level.or(guessed);
        let verdict = match self.verdict {
            Judgement::Exact => Verdict::Agree,
            Judgement::Wrong | Judgement::StderrDiffers
                if level.is_some_and(|level| level > finest) || (!self.failed && self.known.is_none()) =>
            {
                Verdict::Agree
            }
            _ if self.known.is_some() => Verdict::Known,
            Judgement::Inconclusive => Verdict::Inconclusive,
            Judgement::NotAsked => Verdict::NotAsked,
            _ => Verdict::Diverge,
        };
        let stream = |name: &str, take: fn(&Difference) -> &String| {
            self.differences.iter().find(|difference| difference.stream == name).map(|it| take(it).clone())
        };
        let asked = self.verdict != Judgement::NotAsked;
        let outcome = |engine: &str, ending: &str, take: fn(&Difference) -> &String| {
            // A stream that does not differ is as recorded.
            let known = if asked || engine == RECORDED { self.recorded.clone() } else { Recorded::default() };
            Outcome {
                engines: vec![engine.to_owned()],
                ending: ending.to_owned(),
                stdout: stream("stdout", take).or(known.stdout),
                stderr: stream("stderr", take).or(known.stderr),
                work: None,
            }
        };
        let ours = outcome(subject, &self.ending, |it| &it.came);
        let theirs = outcome(RECORDED, &expected, |it| &it.expected);
        Case {
            class: self.class.or_else(|| class_of(&self.name)),
            name: self.name,
            suite: self.suite,
            verdict,
            fails: self.failed,
            level: if verdict == Verdict::Agree { None } else { level },
            bucket: if verdict == Verdict::Agree { None } else { self.bucket },
            reason: self.known,
            title: self.title,
            area: self.area,
            file: self.file,
            source: self.source,
            outcomes: together([ours, theirs]),
            comparisons: BTreeMap::new(),
            seconds: self.seconds.map(|seconds| (subject.to_owned(), seconds)).into_iter().collect(),
            forcing: None,
        }
    }
}

pub(super) fn class_of(name: &str) -> Option<String> {
    Class::of(name).map(|class| class.name().to_owned())
}

/// Outcomes that are alike as one, in the order of the first.
pub(super) fn together(outcomes: impl IntoIterator<Item = Outcome>) -> Vec<Outcome> {
    let mut distinct: Vec<Outcome> = Vec::new();
    for mut outcome in outcomes {
        let same = |it: &&mut Outcome| {
            (&it.ending, &it.stdout, &it.stderr, &it.work)
                == (&outcome.ending, &outcome.stdout, &outcome.stderr, &outcome.work)
        };
        match distinct.iter_mut().find(same) {
            Some(there) => there.engines.append(&mut outcome.engines),
            None => distinct.push(outcome),
        }
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &str = r#"{"name":"eval-okay-a","verdict":"diverge","level":"value","bucket":"value: integer / float","outcomes":{"a":{"ending":"exit status 0","status":0,"stdout":"1.5\n","stderr":"","seconds":0.1},"b":{"ending":"exit status 0","status":0,"stdout":"1\n","stderr":"","seconds":0.2},"c":{"ending":"exit status 0","status":0,"stdout":"1.5\n","stderr":"","seconds":0.2}}}"#;
    const SUMMARY: &str = r#"{"cases":1,"verdicts":{"diverge":1},"levels":{},"buckets":{},"engines":{"a":{"engine":"cmd:x","version":"1","rate":2.0},"b":{"engine":"cmd:y","version":"2","rate":2.0}},"subject":"b","problems":["p"],"seconds":2.0,"rate":1.0,"started":"2026-05-01T10:00:00Z"}"#;

    fn parsed(text: &str) -> Result<Vec<Run>, ReadError> {
        parse(Path::new("run.json"), text.as_bytes())
    }

    /// The remarks of a run that can be read all the same.
    fn remarks(text: &str) -> String {
        parsed(text).unwrap_or_else(|error| panic!("{error}"))[0].remarks.join("\n")
    }

    /// That this is no run, and how it is said.
    fn refused(text: &str, expected: &str) {
        let error = parsed(text).expect_err("it is no run").to_string();
        assert!(error.contains(expected) && !error.contains('\n') && error.starts_with("run.json "), "{error}");
    }

    #[test]
    fn lines_become_cases_with_the_subject_first_and_equal_outcomes_together() {
        let runs = parsed(&format!("{CASE}\n{SUMMARY}\n")).expect("a run");
        let run = &runs[0];
        assert_eq!((run.kind, run.subject.as_str(), run.rate()), (Kind::Diff, "b", Some(0.5)));
        assert_eq!(run.engines.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!((run.problems.len(), run.date().as_deref()), (1, Some("2026-05-01 10:00 UTC")));
        let case = &run.cases[0];
        assert_eq!((case.class.as_deref(), case.level, case.fails), (Some("eval-okay"), Some(Level::Value), true));
        let engines: Vec<_> = case.outcomes.iter().map(|it| it.engines.join("+")).collect();
        assert_eq!(engines, ["b", "a+c"]);
        assert!(run.remarks.is_empty() && !run.succeeded());
    }

    #[test]
    fn a_checked_document_becomes_cases_of_the_same_kind() {
        let case = |name: &str, rest: &str| {
            format!(r#"{{"suite":"s","name":"{name}","class":"eval-okay","expected_status":0,"seconds":0.1,{rest}}}"#)
        };
        let status = r#""ending":"exit status 0""#;
        let document = |level: &str| {
            let cases = [
                case("a", &format!(r#""verdict":"exact","failed":false,{status}"#)),
                case(
                    "b",
                    &format!(
                        r#""verdict":"stderr-differs","failed":true,{status},"differences":[{{"stream":"stderr","expected":"x","came":"y"}}]"#
                    ),
                ),
                case("c", &format!(r#""verdict":"wrong","failed":false,"known":"why",{status}"#)),
                case("d", r#""verdict":"wrong","failed":true,"ending":"exit status 1""#),
                case("e", r#""verdict":"inconclusive","failed":true,"ending":"ran out of budget: fuel""#),
            ];
            let engine = r#""engine":{"engine":"embedded","version":"1"}"#;
            format!(r#"{{{engine},"level":"{level}","cases":[{}]}}"#, cases.join(","))
        };
        let verdicts = |level: &str| {
            let run = parsed(&document(level)).expect("a run").remove(0);
            run.cases.iter().map(|it| (it.verdict, it.level)).collect::<Vec<_>>()
        };
        use Verdict::*;
        let rest = [(Known, Some(Level::Value)), (Diverge, Some(Level::FailsAlike)), (Inconclusive, None)];
        assert_eq!(verdicts("stderr"), [&[(Agree, None), (Diverge, Some(Level::Stderr))], &rest[..]].concat());
        assert_eq!(verdicts("stdout"), [&[(Agree, None), (Agree, None)], &rest[..]].concat());
        let run = parsed(&document("stderr")).expect("a run").remove(0);
        assert_eq!(run.cases[0].outcomes.len(), 1, "nothing is kept twice of what agrees");
        assert_eq!(run.cases[1].outcomes[1].stderr.as_deref(), Some("x"));
        assert_eq!(run.title(), "embedded against recorded answers");
    }

    #[test]
    fn a_matrix_is_a_run_an_engine_in_the_order_of_the_command_line() {
        let wrong = r#"{"verdict":"wrong","failed":true,"level":"value","bucket":"value: integer / integer","ending":"exit status 0","seconds":0.1,"differences":[{"stream":"stdout","expected":"1\n","came":"2\n"}]}"#;
        let exact = r#"{"verdict":"exact","failed":false,"ending":"exit status 0","seconds":0.1}"#;
        let left_out = r#"{"verdict":"not-asked","failed":false,"ending":"not asked: no flag","seconds":0.0}"#;
        let recorded = r#""expected_status":0,"recorded":{"stdout":"1\n","stderr":""}"#;
        let engine = r#"{"engine":"cmd:x","version":"1"}"#;
        let text = format!(
            r#"{{"started":"2026-05-01T10:00:00Z","level":"stderr","order":["z","a","m"],"engines":{{"a":{engine},"m":{engine},"z":{engine}}},
            "fixtures":{{}},"cases":[{{"suite":"s","name":"eval-okay-x","class":"eval-okay","source":"1",{recorded},"answers":{{"a":{wrong},"z":{exact},"m":{left_out}}}}},
            {{"suite":"s","name":"eval-okay-y",{recorded},"answers":{{"z":{exact}}}}}]}}"#
        );
        let runs = parsed(&text).expect("runs");
        let shown: Vec<_> = runs.iter().map(|run| (run.subject.as_str(), run.cases.len())).collect();
        assert_eq!(shown, [("z", 2), ("a", 1), ("m", 1)], "an engine that was interrupted has fewer");
        assert!(runs.iter().all(|run| run.kind == Kind::Check && run.date().is_some()));
        let alike = &runs[0].cases[0].outcomes;
        assert_eq!((alike.len(), alike[0].stdout.as_deref(), alike[0].engines.len()), (1, Some("1\n"), 2));
        let case = &runs[1].cases[0];
        assert_eq!(
            (case.verdict, case.level, case.source.as_deref()),
            (Verdict::Diverge, Some(Level::Value), Some("1"))
        );
        assert_eq!(case.outcomes[0].stdout.as_deref(), Some("2\n"));
        assert_eq!((case.outcomes[1].stdout.as_deref(), case.outcomes[1].stderr.as_deref()), (Some("1\n"), Some("")));
        let not_asked = &runs[2].cases[0];
        assert_eq!((not_asked.verdict, not_asked.outcomes[0].stdout.as_deref()), (Verdict::NotAsked, None));
    }

    #[test]
    fn an_interrupted_run_is_read_and_says_so() {
        assert_eq!(remarks(&format!("{CASE}\n{SUMMARY}")), "");
        let missing = "there is no summary: the run was interrupted";
        assert!(remarks(&format!("{CASE}\n")).starts_with(missing));
        let cut = remarks(&format!("{CASE}\n{}", &CASE[..40]));
        assert!(cut.starts_with("the last line is cut off") && cut.contains(missing), "{cut}");
        assert!(remarks(&format!("{CASE}\n{CASE}\n{SUMMARY}\n")).contains("counts 1 cases, and the file holds 2"));
    }

    #[test]
    fn a_line_that_says_which_run_it_is_serves_where_there_is_no_summary() {
        let engine = |name: &str| format!(r#"{{"name":"{name}","engine":"cmd:{name}","version":"1"}}"#);
        let engines = ["b", "a", "c"].map(engine).join(",");
        let header = format!(
            r#"{{"run":{{"engines":[{engines}],"started":"2026-05-01T10:00:00Z","questions":{{"count":3}}}}}}"#
        );
        let case = |name: &str, index: u32| CASE.replace("eval-okay-a\"", &format!("{name}\",\"index\":{index}"));
        let text = format!("{header}\n{}\n{}\n", case("y", 1), case("x", 0));
        let run = parsed(&text).expect("a run").remove(0);
        assert_eq!((run.subject.as_str(), run.engines.len(), run.date().is_some()), ("b", 3, true));
        assert_eq!(run.cases.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["x", "y"]);
        assert!(run.remarks[0].contains("interrupted after 2 of 3 cases"), "{:?}", run.remarks);
        assert_eq!(remarks(&format!("{text}{}\n", SUMMARY.replace("\"cases\":1", "\"cases\":2"))), "");
        assert!(parsed(&format!("{header}\n")).expect("a run").remove(0).cases.is_empty());
    }

    #[test]
    fn what_is_no_run_is_refused_in_one_line() {
        refused("", "it is empty");
        refused("PK\u{3}\u{4}", "it is not JSON (expected value at line 1 column 1)");
        refused("[1, 2]", "its JSON is not that of a run");
        refused("{\"a\": 1}", "its JSON has neither cases nor a summary; name a file that `thunkproof check --json`");
        refused(&CASE[..40], "ends in the middle of its first line");
        refused("{\n  \"engine\": {\n", "ends in the middle of its document");
        refused(&format!("{CASE}\nmore\n{SUMMARY}\n"), "line 2 is neither a case nor a summary");
        refused(&format!("{CASE}\n{}\n", &CASE[..40]), "line 2 is neither a case nor a summary");
        refused("{\"engines\": {}, \"fixtures\": {}}", "a table of an older `thunkproof matrix`");
        refused("{\"format\": \"thunkproof-report-9\"}", "its format is `thunkproof-report-9`");
        refused("{\"name\": \"a\", \"verdict\": \"maybe\"}", "line 1 is neither a case nor a summary (unknown variant");
    }
}
