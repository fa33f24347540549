//! A run as one JSON document. Bytes that are not UTF-8 are written as escapes, as in the diffs.

use serde::Serialize;

use super::{Summary, diff::visible};
use crate::{
    case::Class,
    engine::Identity,
    outcome::{Level, Verdict},
    run::{Judged, Run},
};

/// The document.
#[derive(Debug, Serialize)]
pub struct Document<'a> {
    engine: &'a Identity,
    level: Level,
    succeeded: bool,
    summary: Summary,
    problems: &'a [String],
    cases: Vec<CaseEntry<'a>>,
}

#[derive(Debug, Serialize)]
struct CaseEntry<'a> {
    suite: &'a str,
    name: &'a str,
    class: Class,
    verdict: Verdict,
    failed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<&'a str>,
    expected_status: i32,
    ending: String,
    seconds: f64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differences: Vec<DifferenceEntry>,
}

#[derive(Debug, Serialize)]
struct DifferenceEntry {
    stream: &'static str,
    expected: String,
    came: String,
}

impl Document<'_> {
    /// The document of `run`.
    pub fn of(run: &Run) -> Document<'_> {
        Document {
            engine: &run.engine,
            level: run.level,
            succeeded: run.succeeded(),
            summary: Summary::of(run),
            problems: &run.problems,
            cases: run.cases.iter().map(|judged| entry(judged, run.level)).collect(),
        }
    }
}

fn entry(judged: &Judged, level: Level) -> CaseEntry<'_> {
    let judgement = &judged.judgement;
    CaseEntry {
        suite: &judged.case.suite,
        name: &judged.case.name,
        class: judged.case.class,
        verdict: judgement.verdict,
        failed: judged.fails(level),
        known: judged.known.as_deref(),
        expected_status: judgement.expected_status,
        ending: judgement.ending.to_string(),
        seconds: judged.seconds,
        differences: judgement
            .differences
            .iter()
            .map(|it| DifferenceEntry { stream: it.stream, expected: visible(&it.expected), came: visible(&it.came) })
            .collect(),
    }
}
