//! The matrix: for each class of fixtures, how many answers of each engine are as recorded; and, as a document, what each
//! engine answered.

use std::{
    collections::{BTreeMap, HashMap},
    io::{self, Write},
};

use anstyle::Style;
use serde::Serialize;

use super::{
    Summary, Tally,
    breakdown::Row,
    diff::visible,
    json::{DifferenceEntry, differences},
    origin::Origin,
};
use crate::{
    case::{Case, Class, Recorded},
    coverage::Group,
    engine::Identity,
    outcome::{Level, Verdict},
    provenance::Provenance,
    run::{Judged, Run},
};

const HEADING: Style = Style::new().bold();

/// The whole table as one document.
#[derive(Debug, Default, Serialize)]
pub struct Document<'a> {
    #[serde(flatten)]
    provenance: Option<&'a Provenance>,
    level: Option<Level>,
    /// The engines' names, in the order in which they were given.
    order: Vec<&'a str>,
    /// Counts by engine's name.
    engines: BTreeMap<&'a str, EngineEntry<'a>>,
    /// By suite and fixture: the verdict of each engine.
    fixtures: BTreeMap<String, BTreeMap<&'a str, Verdict>>,
    /// Counts of each engine by builtin.
    builtins: BTreeMap<&'a str, BTreeMap<&'a str, Tally>>,
    /// Counts of each engine by form of the language: rules of the grammar, and what it does not tell apart.
    forms: BTreeMap<&'a str, BTreeMap<&'a str, Tally>>,
    /// What each engine answered to each fixture, in the order of the run.
    cases: Vec<CaseEntry<'a>>,
}

#[derive(Debug, Serialize)]
struct CaseEntry<'a> {
    name: &'a str,
    #[serde(flatten)]
    origin: Origin<'a>,
    expected_status: i32,
    recorded: RecordedEntry,
    answers: BTreeMap<&'a str, Answer<'a>>,
}

/// What is recorded of each stream that is compared.
#[derive(Debug, Serialize)]
struct RecordedEntry {
    #[serde(skip_serializing_if = "Option::is_none")]
    stdout: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stderr: Option<String>,
}

#[derive(Debug, Serialize)]
struct Answer<'a> {
    verdict: Verdict,
    failed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<String>,
    ending: String,
    seconds: f64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differences: Vec<DifferenceEntry>,
}

#[derive(Debug, Serialize)]
struct EngineEntry<'a> {
    #[serde(flatten)]
    identity: &'a Identity,
    all: Tally,
    classes: BTreeMap<Class, Tally>,
}

impl<'a> Document<'a> {
    /// The document of these runs, one an engine, under their names, with their rows by what is exercised. All are of
    /// the same fixtures in the same order; an interrupted one may end early.
    pub fn of(runs: &'a [(String, Run)], rows: &'a [Row], provenance: &'a Provenance) -> Document<'a> {
        let mut document = Document {
            provenance: Some(provenance),
            level: runs.first().map(|(_, run)| run.level),
            order: runs.iter().map(|(name, _)| name.as_str()).collect(),
            cases: cases(runs),
            ..Document::default()
        };
        for row in rows {
            let table = match row.group {
                Some(Group::Builtin) => &mut document.builtins,
                _ => &mut document.forms,
            };
            let engines = runs.iter().zip(&row.engines).map(|((name, _), tally)| (name.as_str(), *tally));
            table.insert(&row.name, engines.collect());
        }
        for (name, run) in runs {
            let Summary { all, classes, .. } = Summary::of(run);
            document.engines.insert(name, EngineEntry { identity: &run.engine, all, classes });
            for judged in &run.cases {
                let fixture = format!("{}/{}", judged.case.suite, judged.case.name);
                document.fixtures.entry(fixture).or_default().insert(name, judged.judgement.verdict);
            }
        }
        document
    }
}

/// Each fixture with the answers of all engines that were asked.
fn cases(runs: &[(String, Run)]) -> Vec<CaseEntry<'_>> {
    let mut cases: Vec<CaseEntry<'_>> = Vec::new();
    let mut places = HashMap::new();
    for (name, run) in runs {
        for judged in &run.cases {
            let case = &judged.case;
            let place = *places.entry((&case.suite, &case.name)).or_insert_with(|| {
                cases.push(case_entry(case));
                cases.len() - 1
            });
            cases[place].answers.insert(name, answer(judged, run.level));
        }
    }
    cases
}

fn case_entry(case: &Case) -> CaseEntry<'_> {
    let text = |recorded: &Option<Recorded>| recorded.as_ref().map(|recorded| visible(&recorded.bytes));
    CaseEntry {
        name: &case.name,
        origin: Origin::of_case(case),
        expected_status: case.expectation.status,
        recorded: RecordedEntry { stdout: text(&case.expectation.stdout), stderr: text(&case.expectation.stderr) },
        answers: BTreeMap::new(),
    }
}

fn answer(judged: &Judged, level: Level) -> Answer<'_> {
    let judgement = &judged.judgement;
    let asked = judgement.verdict != Verdict::NotAsked;
    Answer {
        verdict: judgement.verdict,
        failed: judged.fails(level),
        known: judged.known.as_deref(),
        level: judgement.level().filter(|_| asked),
        bucket: judgement.bucket().filter(|_| asked),
        ending: judgement.ending.to_string(),
        seconds: judged.seconds,
        differences: if asked { differences(judgement) } else { Vec::new() },
    }
}

/// Writes a table with a line an engine: how many of all pass, by class.
///
/// # Errors
/// When `to` cannot be written to.
pub fn write(runs: &[(String, Run)], to: &mut impl Write) -> io::Result<()> {
    let width = runs.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).max("engine".len());
    let classes: Vec<String> = Class::ALL.iter().map(|class| format!("{class:>12}")).collect();
    writeln!(to, "{HEADING}{:<width$}{} {:>12}{HEADING:#}", "engine", classes.concat(), "all")?;
    for (name, run) in runs {
        let summary = Summary::of(run);
        let cell = |tally: Option<&Tally>| {
            let tally = tally.copied().unwrap_or_default();
            format!("{}/{}", tally.passed, tally.cases)
        };
        let cells: Vec<_> =
            Class::ALL.iter().map(|class| format!("{:>12}", cell(summary.classes.get(class)))).collect();
        writeln!(to, "{name:<width$}{} {:>12}", cells.concat(), cell(Some(&summary.all)))?;
    }
    writeln!(to)
}

/// Writes who the engines are, and who is judged at another level than `level`.
///
/// # Errors
/// When `to` cannot be written to.
pub fn write_engines(runs: &[(String, Run)], level: Level, to: &mut impl Write) -> io::Result<()> {
    let width = runs.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    for (name, run) in runs {
        let all = Summary::of(run).all;
        let remarks = [(all.known, "known to diverge"), (all.inconclusive, "inconclusive")];
        let remarks = remarks.into_iter().filter(|(count, _)| *count > 0);
        let remarks: String = remarks.map(|(count, what)| format!(", {count} {what}")).collect();
        // A level of the engine's own makes its numbers another thing than those beside it.
        let level = if run.level == level { String::new() } else { format!(", judged at level {}", run.level) };
        writeln!(to, "{name:<width$}  {} ({}){level}{remarks}", run.engine.engine, run.engine.version)?;
    }
    Ok(())
}
