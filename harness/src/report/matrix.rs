//! The matrix: for each class of fixtures, how many answers of each engine are as recorded.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use anstyle::Style;
use serde::Serialize;

use super::{Summary, Tally, breakdown::Row};
use crate::{
    case::Class,
    coverage::Group,
    engine::Identity,
    outcome::{Level, Verdict},
    run::Run,
};

const HEADING: Style = Style::new().bold();

/// The whole table as one document.
#[derive(Debug, Default, Serialize)]
pub struct Document<'a> {
    /// Counts by engine's name.
    engines: BTreeMap<&'a str, EngineEntry<'a>>,
    /// By suite and fixture: the verdict of each engine.
    fixtures: BTreeMap<String, BTreeMap<&'a str, Verdict>>,
    /// Counts of each engine by builtin.
    builtins: BTreeMap<&'a str, BTreeMap<&'a str, Tally>>,
    /// Counts of each engine by form of the language: rules of the grammar, and what it does not tell apart.
    forms: BTreeMap<&'a str, BTreeMap<&'a str, Tally>>,
}

#[derive(Debug, Serialize)]
struct EngineEntry<'a> {
    #[serde(flatten)]
    identity: &'a Identity,
    all: Tally,
    classes: BTreeMap<Class, Tally>,
}

impl<'a> Document<'a> {
    /// The document of these runs, one an engine, under their names, with their rows by what is exercised.
    pub fn of(runs: &'a [(String, Run)], rows: &'a [Row]) -> Document<'a> {
        let mut document = Document::default();
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
