//! Reads what `matrix --json` wrote: a run for each engine, all of the same fixtures.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Engine, Kind, RECORDED, Run,
    read::{CheckedCase, Difference, Recorded},
};
use crate::{
    engine::Identity,
    outcome::{Verdict as Judgement, compare::Level},
    provenance::Provenance,
};

/// The document, as far as runs are made of it.
#[derive(Deserialize)]
pub(super) struct Document {
    #[serde(flatten)]
    provenance: Provenance,
    level: Option<Level>,
    order: Vec<String>,
    engines: BTreeMap<String, Identity>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    suite: Option<String>,
    name: String,
    class: Option<String>,
    title: Option<String>,
    area: Option<String>,
    file: Option<String>,
    source: Option<String>,
    expected_status: i32,
    recorded: Recorded,
    answers: BTreeMap<String, Answer>,
}

#[derive(Deserialize)]
struct Answer {
    verdict: Judgement,
    failed: bool,
    known: Option<String>,
    level: Option<Level>,
    bucket: Option<String>,
    ending: String,
    seconds: Option<f64>,
    #[serde(default)]
    differences: Vec<Difference>,
}

impl Document {
    /// The runs, in the order in which the engines were given. `name` is the file's.
    pub fn into_runs(mut self, name: &str) -> Vec<Run> {
        let level = self.level.unwrap_or(Level::Stderr);
        let order = std::mem::take(&mut self.order);
        order.into_iter().map(|subject| self.run(name, subject, level)).collect()
    }

    /// The run of one engine. An engine that was interrupted has fewer cases than the others.
    fn run(&mut self, name: &str, subject: String, level: Level) -> Run {
        let of_subject = |case: &mut Case| {
            let answer = case.answers.remove(&subject)?;
            let checked = CheckedCase {
                suite: case.suite.clone(),
                name: case.name.clone(),
                class: case.class.clone(),
                verdict: answer.verdict,
                failed: answer.failed,
                known: answer.known,
                level: answer.level,
                bucket: answer.bucket,
                title: case.title.clone(),
                area: case.area.clone(),
                file: case.file.clone(),
                source: case.source.clone(),
                expected_status: case.expected_status,
                ending: answer.ending,
                seconds: answer.seconds,
                differences: answer.differences,
                recorded: case.recorded.clone(),
            };
            Some(checked.into_case(&subject, level))
        };
        let cases = self.cases.iter_mut().filter_map(of_subject).collect();
        let engine = self.engines.remove(&subject).map(|identity| Engine {
            name: subject.clone(),
            engine: identity.engine,
            version: identity.version,
            ..Engine::default()
        });
        let recorded = Engine { name: RECORDED.to_owned(), engine: "recorded answers".to_owned(), ..Engine::default() };
        Run {
            name: name.to_owned(),
            kind: Kind::Check,
            provenance: self.provenance.clone(),
            seconds: None,
            engines: engine.into_iter().chain([recorded]).collect(),
            problems: Vec::new(),
            remarks: Vec::new(),
            cases,
            subject,
        }
    }
}
