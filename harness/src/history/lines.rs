//! Reads the JSON lines of `diff --json`: the header of the run, a line for each case, and the summary.

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use bstr::ByteSlice;
use serde::{Deserialize, de::IgnoredAny};

use super::{
    Case, Engine, Kind, Outcome, Run,
    read::{class_of, together},
};
use crate::{
    forcing::Forcing,
    outcome::{
        Work,
        compare::{Comparison, Level, Verdict},
    },
    provenance::Provenance,
};

/// A line: which run it is, a case, or the summary. What else is an object is passed over, so that later releases may
/// say more.
#[derive(Deserialize)]
struct Line {
    run: Option<Header>,

    /// The case's place among the questions, where cases are written as they are finished.
    index: Option<u64>,
    name: Option<String>,
    verdict: Option<Verdict>,
    level: Option<Level>,
    bucket: Option<String>,
    reason: Option<String>,
    suite: Option<String>,
    class: Option<String>,
    file: Option<String>,
    source: Option<String>,
    expression: Option<String>,
    /// A program that is not UTF-8.
    expression_base64: Option<String>,
    title: Option<String>,
    area: Option<String>,
    forcing: Option<Forcing>,
    #[serde(default)]
    comparisons: BTreeMap<String, Comparison>,
    #[serde(default)]
    outcomes: BTreeMap<String, Answer>,

    verdicts: Option<IgnoredAny>,
    cases: Option<usize>,
    /// The subject's name, which cases have too.
    subject: Option<String>,
    #[serde(default)]
    engines: BTreeMap<String, EngineEntry>,
    #[serde(default)]
    problems: Vec<String>,
    seconds: Option<f64>,
    #[serde(flatten)]
    provenance: Provenance,
}

#[derive(Deserialize)]
struct Header {
    /// The subject first.
    #[serde(default)]
    engines: Vec<Engine>,
    questions: Option<Questions>,
    /// Which part of the questions.
    shard: Option<IgnoredAny>,
    #[serde(flatten)]
    provenance: Provenance,
}

#[derive(Deserialize)]
struct Questions {
    count: usize,
}

/// An engine's answer, as `diff` and `fuzz` write it.
#[derive(Deserialize)]
pub struct Answer {
    ending: String,
    #[serde(default)]
    stdout: String,
    #[serde(default)]
    stderr: String,
    work: Option<Work>,
    seconds: Option<f64>,
}

impl Answer {
    /// The outcome that it is, of this engine.
    pub fn of(self, engine: String) -> Outcome {
        Outcome {
            engines: vec![engine],
            ending: self.ending,
            stdout: Some(self.stdout),
            stderr: Some(self.stderr),
            work: self.work,
        }
    }
}

#[derive(Deserialize)]
struct EngineEntry {
    #[serde(default)]
    engine: String,
    #[serde(default)]
    version: String,
    rate: Option<f64>,
    #[serde(default)]
    notes: Vec<String>,
}

/// The run that these JSON lines are, or why they are none.
pub(super) fn run(name: String, bytes: &[u8]) -> Result<Run, String> {
    let mut remarks = Vec::new();
    let mut cases = Vec::new();
    let mut header = None;
    let mut summary = None;
    let ended = bytes.ends_with(b"\n");
    let mut rows = bytes.split(|byte| *byte == b'\n').enumerate().peekable();
    while let Some((index, row)) = rows.next() {
        if row.trim_ascii().is_empty() {
            continue;
        }
        let line: Line = match serde_json::from_slice(row) {
            Ok(line) => line,
            Err(error) if rows.peek().is_none() && !ended && error.is_eof() => {
                remarks.push("the last line is cut off: the run was interrupted while it wrote it".to_owned());
                continue;
            }
            // serde_json counts lines within the row.
            Err(error) => return Err(format!("line {} is neither a case nor a summary ({error})", index + 1)),
        };
        if line.verdicts.is_some() {
            summary = Some(line);
        } else if line.name.is_some() && line.verdict.is_some() {
            cases.push(line);
        } else if line.run.is_some() {
            header = line.run;
        }
    }
    cases.sort_by_key(|line| line.index);
    match &summary {
        None => remarks.push(interrupted(header.as_ref(), cases.len())),
        Some(Line { cases: Some(claimed), .. }) if *claimed != cases.len() => {
            remarks.push(format!("the summary counts {claimed} cases, and the file holds {}", cases.len()));
        }
        Some(_) => {}
    }
    let subject = [summary.as_ref(), cases.first()].into_iter().flatten().find_map(|line| line.subject.clone());
    let subject = subject.or_else(|| header.as_ref()?.engines.first().map(|engine| engine.name.clone()));
    // Cases name their engines too, but not which of them is the subject.
    let named = || cases.first().into_iter().flat_map(|case| case.outcomes.keys().cloned());
    let subject = subject.or_else(|| named().next()).unwrap_or_default();
    let provenance =
        provenance([summary.as_ref().map(|line| &line.provenance), header.as_ref().map(|header| &header.provenance)]);
    let (seconds, problems, told) = match summary {
        Some(summary) => (summary.seconds, summary.problems, summary.engines),
        None => (None, Vec::new(), BTreeMap::new()),
    };
    let mut engines: Vec<Engine> = told
        .into_iter()
        .map(|(name, it)| Engine { name, engine: it.engine, version: it.version, rate: it.rate, notes: it.notes })
        .collect();
    if engines.is_empty() {
        engines = header.map(|header| header.engines).unwrap_or_default();
    }
    if engines.is_empty() {
        engines = named().map(|name| Engine { name, ..Engine::default() }).collect();
    }
    engines.sort_by_key(|engine| engine.name != subject);
    let cases = cases.into_iter().map(|line| line.into_case(&subject)).collect();
    Ok(Run { name, kind: Kind::Diff, provenance, seconds, subject, engines, problems, remarks, cases })
}

/// What is said of a run without a summary.
fn interrupted(header: Option<&Header>, finished: usize) -> String {
    let all = header.filter(|header| header.shard.is_none()).and_then(|header| header.questions.as_ref());
    let after = all.map(|all| format!(" after {finished} of {} cases", all.count)).unwrap_or_default();
    format!("there is no summary: the run was interrupted{after}, and cases that it had not finished are missing")
}

/// What the first of these says, field by field.
fn provenance(all: [Option<&Provenance>; 2]) -> Provenance {
    let all = || all.into_iter().flatten();
    Provenance {
        started: all().find_map(|it| it.started),
        commit: all().find_map(|it| it.commit.clone()),
        thunkproof: all().find_map(|it| it.thunkproof.clone()),
    }
}

impl Line {
    fn into_case(self, subject: &str) -> Case {
        let name = self.name.unwrap_or_default();
        let verdict = self.verdict.unwrap_or(Verdict::Inconclusive);
        let seconds = self.outcomes.iter().filter_map(|(name, it)| Some((name.clone(), it.seconds?))).collect();
        let mut outcomes: Vec<Outcome> = self.outcomes.into_iter().map(|(name, it)| it.of(name)).collect();
        outcomes.sort_by_key(|outcome| outcome.engines[0] != subject);
        let bytes = self.expression_base64.and_then(|text| BASE64_STANDARD.decode(text).ok());
        let expression = self.expression.or_else(|| bytes.map(|bytes| bytes.escape_bytes().to_string()));
        Case {
            // A name tells a class only where the case is a fixture; an expression may look like anything.
            class: self.class.or_else(|| if expression.is_none() { class_of(&name) } else { None }),
            name,
            suite: self.suite,
            verdict,
            fails: verdict == Verdict::Diverge,
            level: self.level,
            bucket: self.bucket,
            reason: self.reason,
            title: self.title,
            area: self.area,
            file: self.file,
            source: self.source.or(expression),
            outcomes: together(outcomes),
            comparisons: self.comparisons,
            seconds,
            forcing: self.forcing,
        }
    }
}
