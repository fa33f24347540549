//! A run as one JSON document. Bytes that are not UTF-8 are written as escapes, as in the diffs; names of files so that no
//! two are written alike (see [`crate::names`]).

use std::time::Duration;

use serde::Serialize;

use super::{Summary, diff::visible, origin::Origin};
use crate::{
    engine::Identity,
    outcome::{Ending, Judgement, Level, Outcome, Verdict, compare, judge::Difference},
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
    /// What the difference is, as `diff` would name it.
    #[serde(flatten)]
    difference: Option<DifferenceKind>,
    expected_status: i32,
    ending: String,
    seconds: f64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differences: Vec<DifferenceEntry>,
}

/// What a difference is, as `diff` would name it.
#[derive(Debug, Serialize)]
pub(super) struct DifferenceKind {
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<compare::Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<String>,
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
        difference: difference(judgement),
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

/// The level and the signature of what came against what is recorded, where they differ.
pub(super) fn difference(judgement: &Judgement) -> Option<DifferenceKind> {
    if judgement.verdict == Verdict::Exact {
        return None;
    }
    // A stream that is as recorded is not at hand here; it is the same on both sides, whatever it holds.
    let side = |ending: Ending, take: fn(&Difference) -> &Vec<u8>| {
        let stream = |name: &str, alike: &[u8]| {
            let differs = judgement.differences.iter().find(|difference| difference.stream == name);
            differs.map_or_else(|| alike.to_vec(), |difference| take(difference).clone())
        };
        Outcome {
            ending,
            stdout: stream("stdout", b"as recorded"),
            stderr: stream("stderr", b""),
            elapsed: Duration::ZERO,
            work: None,
        }
    };
    let came = side(judgement.ending.clone(), |it| &it.came);
    let recorded = side(Ending::Exited(judgement.expected_status), |it| &it.expected);
    let compare::Comparison { level, bucket, .. } = compare::compare(&came, &recorded, compare::Level::Stderr);
    Some(DifferenceKind { level, bucket })
}
