//! Writes a differential run as JSON lines: the header of the run, a line for each case as it is finished, and the
//! summary as the last line. Bytes that are not UTF-8 are written as escapes, as in the diffs.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::Serialize;

use super::{diff::visible, origin::Origin};
use crate::{
    differential::{Answered, Summary},
    engine::Named,
    forcing::Forcing,
    outcome::{
        Ending, Outcome, Work,
        compare::{Comparison, Level, Verdict},
    },
};

#[derive(Serialize)]
struct CaseLine<'a> {
    index: usize,
    name: &'a str,
    #[serde(flatten)]
    origin: Origin<'a>,
    verdict: Verdict,
    level: Option<Level>,
    bucket: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    /// The program, byte for byte; one that is not UTF-8 is in Base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    expression: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expression_base64: Option<String>,
    /// Who is looked at, so that the line can be understood by itself.
    subject: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    recurses: bool,
    /// Why the answers differ, as far as it is known.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    cause: &'a [String],
    /// In which order engines force, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    forcing: Option<&'a Forcing>,
    /// By reference, where there is more than one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    comparisons: BTreeMap<&'a str, &'a Comparison>,
    outcomes: BTreeMap<&'a str, OutcomeEntry>,
}

/// An outcome as reports have it.
#[derive(Serialize)]
pub(crate) struct OutcomeEntry {
    ending: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<i32>,
    stdout: String,
    stderr: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    work: Option<Work>,
    seconds: f64,
}

/// Writes one case. `engines` are the subject and the references, in order.
///
/// # Errors
/// When `to` cannot be written to.
pub fn write_case(answered: &Answered, engines: &[Named], to: &mut impl Write) -> io::Result<()> {
    let (_, worst) = answered.worst();
    let references = engines[1..].iter().map(|named| named.name.as_str());
    let comparisons = if engines.len() > 2 { references.zip(&answered.comparisons).collect() } else { BTreeMap::new() };
    let outcomes = engines.iter().zip(&answered.outcomes).map(|(named, outcome)| (named.name.as_str(), entry(outcome)));
    let text = answered.question.text();
    let expression = text.and_then(|text| std::str::from_utf8(text).ok());
    let bytes = text.filter(|_| expression.is_none());
    let line = CaseLine {
        index: answered.index,
        name: &answered.question.name,
        origin: Origin::of_question(&answered.question),
        verdict: worst.verdict,
        level: worst.level,
        bucket: worst.bucket.as_deref(),
        reason: worst.reason.as_deref(),
        expression,
        expression_base64: bytes.map(|bytes| BASE64_STANDARD.encode(bytes)),
        subject: &engines[0].name,
        recurses: answered.recurses,
        cause: &answered.cause,
        forcing: answered.forcing.as_ref(),
        comparisons,
        outcomes: outcomes.collect(),
    };
    serde_json::to_writer(&mut *to, &line)?;
    to.write_all(b"\n")
}

/// Writes the summary.
///
/// # Errors
/// When `to` cannot be written to.
pub fn write_summary(summary: &Summary, to: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *to, summary)?;
    to.write_all(b"\n")?;
    to.flush()
}

/// The entry of an outcome.
pub(crate) fn entry(outcome: &Outcome) -> OutcomeEntry {
    let status = if let Ending::Exited(status) = outcome.ending { Some(status) } else { None };
    OutcomeEntry {
        ending: outcome.ending.to_string(),
        status,
        stdout: visible(&outcome.stdout),
        stderr: visible(&outcome.stderr),
        work: outcome.work,
        seconds: outcome.elapsed.as_secs_f64(),
    }
}
