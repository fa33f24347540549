//! A run as one JSON document. Bytes that are not UTF-8 are written as escapes, as in the diffs; names of files so that no
//! two are written alike (see [`crate::names`]).

use serde::Serialize;

use super::{Summary, diff::visible, origin::Origin};
use crate::{
    engine::Identity,
    outcome::{Judgement, Level, Verdict, judge::Difference},
    provenance::Provenance,
    run::{Judged, Run},
    shard::Shard,
};

/// The document.
#[derive(Debug, Serialize)]
pub struct Document<'a> {
    /// The name under which the engine was asked.
    subject: &'a str,
    engine: &'a Identity,
    level: Level,
    #[serde(flatten)]
    provenance: &'a Provenance,
    seconds: f64,
    /// Which part of the fixtures it is, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<Shard>,
    succeeded: bool,
    summary: Summary,
    problems: &'a [String],
    cases: Vec<CaseEntry<'a>>,
}

#[derive(Debug, Serialize)]
struct CaseEntry<'a> {
    name: &'a str,
    #[serde(flatten)]
    origin: Origin<'a>,
    verdict: Verdict,
    failed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<&'a str>,
    /// The worst level at which it differs, and the signature, as `diff` would name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<String>,
    expected_status: i32,
    ending: String,
    seconds: f64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differences: Vec<DifferenceEntry>,
}

/// A stream that is not as recorded.
#[derive(Debug, Serialize)]
pub(super) struct DifferenceEntry {
    stream: &'static str,
    expected: String,
    came: String,
}

impl<'a> Document<'a> {
    /// The document of `run`, of which `subject` was judged, and which took `seconds`; `shard` is the part that it is of
    /// the fixtures.
    pub fn of(
        run: &'a Run,
        subject: &'a str,
        provenance: &'a Provenance,
        seconds: f64,
        shard: Option<Shard>,
    ) -> Document<'a> {
        Document {
            subject,
            provenance,
            seconds,
            shard,
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
        name: &judged.case.name,
        origin: Origin::of_case(&judged.case),
        verdict: judgement.verdict,
        failed: judged.fails(level),
        known: judged.known.as_deref(),
        level: judgement.level(),
        bucket: judgement.bucket(),
        expected_status: judgement.expected_status,
        ending: judgement.ending.to_string(),
        seconds: judged.seconds,
        differences: differences(judgement),
    }
}

/// The streams that are not as recorded.
pub(super) fn differences(judgement: &Judgement) -> Vec<DifferenceEntry> {
    let entry = |it: &Difference| DifferenceEntry {
        stream: it.stream,
        expected: visible(&it.expected),
        came: visible(&it.came),
    };
    judgement.differences.iter().map(entry).collect()
}
