//! Past runs as a site shows them: for each series plots, and what changed from run to run. Of a run little is kept, so
//! that a folder of many runs fits in memory.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsStr,
    io,
    path::Path,
};

use walkdir::WalkDir;

use crate::{
    history::{
        self, Changes, Kind, Run,
        changes::{Change, What},
        tally::{Counts, Tally},
    },
    outcome::compare::Verdict,
    report::html::plot::{Bounds, Plot, Quantity, Step, plot},
};

/// Changes of one kind that are named; of more the number has to do.
const NAMED: usize = 12;

/// A series of runs.
pub struct Series {
    /// What was compared with what.
    pub title: String,
    /// Its plots.
    pub plots: Vec<Plot>,
    /// Its runs, the earliest first.
    pub nights: Vec<Night>,
}

/// One run.
pub struct Night {
    /// When it began.
    pub date: String,
    /// What links call it on its page.
    pub anchor: String,
    /// On which commit.
    pub commit: Option<String>,
    /// Versions that are not those of the run before.
    pub versions: Vec<String>,
    /// Its counts.
    pub tally: Tally,
    /// How many of a hundred agree.
    pub percentage: f64,
    /// What changed since the run before: words, how many, and the first names.
    pub changes: Vec<(What, usize, Vec<String>)>,
}

/// All series of the runs in `folder`, of each the last so many, with the latest first. What is no run is said in
/// `unreadable`.
///
/// # Errors
/// When the folder cannot be read.
pub fn read(folder: &Path, last: usize, unreadable: &mut Vec<String>) -> io::Result<Vec<Series>> {
    if !folder.metadata()?.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    // In the order in which they are met: a matrix has its subject first.
    let mut by_title: Vec<((Kind, String), Vec<Run>)> = Vec::new();
    for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                unreadable.push(error.to_string());
                continue;
            }
        };
        let file = entry.path();
        let name = file.file_name().unwrap_or_default();
        let is_json = file.extension().is_some_and(|ending| ending == "json" || ending == "jsonl");
        // What a fuzzer found lies beside the runs, and its folder says so.
        let found = file.components().any(|part| part.as_os_str() == OsStr::new("findings"));
        if !is_json || !entry.file_type().is_file() || found || name == "kill-matrix.json" {
            continue;
        }
        match history::read(file) {
            Err(error) => unreadable.push(error.to_string()),
            Ok(runs) => {
                for run in runs.into_iter().filter(|run| run.provenance.started.is_some()) {
                    let key = (run.kind, run.title());
                    let run = slim(run);
                    match by_title.iter_mut().find(|(its, _)| *its == key) {
                        Some((_, runs)) => runs.push(run),
                        None => by_title.push((key, vec![run])),
                    }
                }
            }
        }
    }
    let mut all: Vec<(Option<jiff::Timestamp>, Series)> = Vec::new();
    for (number, ((_, title), mut runs)) in by_title.into_iter().enumerate() {
        runs.sort_by_key(|run| run.provenance.started);
        let left_out = runs.len().saturating_sub(last);
        let runs = &runs[left_out..];
        all.push((runs.last().and_then(|run| run.provenance.started), series(number, title, runs)));
    }
    all.sort_by_key(|(latest, _)| std::cmp::Reverse(*latest));
    Ok(all.into_iter().map(|(_, series)| series).collect())
}

/// A run without what takes most of its room, and is not compared.
fn slim(mut run: Run) -> Run {
    for case in &mut run.cases {
        case.outcomes = Vec::new();
        // An expression is told from others by what it says.
        if case.class.is_some() || case.file.is_some() {
            case.source = None;
        }
    }
    run
}

fn series(number: usize, title: String, runs: &[Run]) -> Series {
    let mut nights: Vec<Night> = Vec::new();
    let mut classes: Vec<BTreeMap<String, Tally>> = Vec::new();
    for (at, run) in runs.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| &runs[before]);
        let counts = Counts::of([run]);
        let started = run.provenance.started;
        nights.push(Night {
            date: started.map(|it| it.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default(),
            anchor: format!("run-{number}-{at}"),
            commit: run.provenance.commit.clone(),
            versions: before.map(|before| versions(before, run)).unwrap_or_default(),
            percentage: counts.all.percentage(),
            tally: counts.all,
            changes: before.map(|before| changes(&Changes::between(before, run))).unwrap_or_default(),
        });
        classes.push(counts.classes);
    }
    let plots = plots(&nights, &classes);
    Series { title, plots, nights }
}

fn versions(before: &Run, run: &Run) -> Vec<String> {
    let version = |engine: &&history::Engine| {
        let then = before.engines.iter().find(|it| it.name == engine.name);
        then.is_none_or(|then| then.version != engine.version)
    };
    run.engines.iter().filter(version).map(|engine| format!("{}: {}", engine.name, engine.version)).collect()
}

fn changes(changes: &Changes) -> Vec<(What, usize, Vec<String>)> {
    let named = |what| changes.of(what).take(NAMED).map(|change: &Change| change.name.clone()).collect();
    let counts = changes.counts().into_iter().filter(|(_, count)| *count > 0);
    counts.map(|(what, count)| (what, count, named(what))).collect()
}

fn plots(nights: &[Night], classes: &[BTreeMap<String, Tally>]) -> Vec<Plot> {
    let steps: Vec<Step> = nights
        .iter()
        .map(|night| Step {
            date: night.date.clone(),
            page: format!("#{}", night.anchor),
            compare: Some((format!("#{}", night.anchor), said(&night.changes))),
        })
        .collect();
    let agree = Quantity {
        label: String::new(),
        colour: 0,
        values: nights.iter().map(|night| Some(night.percentage)).collect(),
    };
    let verdicts = [Verdict::Diverge, Verdict::Known, Verdict::Inconclusive];
    let by_verdict = verdicts.into_iter().zip(1..).map(|(verdict, colour)| Quantity {
        label: verdict.to_string(),
        colour,
        values: nights.iter().map(|night| Some(night.tally.count(verdict) as f64)).collect(),
    });
    let names: BTreeSet<&String> = classes.iter().flat_map(BTreeMap::keys).collect();
    let by_class = names.into_iter().enumerate().map(|(colour, class)| Quantity {
        label: class.clone(),
        colour,
        values: classes
            .iter()
            .map(|tallies| tallies.get(class).map(|tally| tally.count(Verdict::Diverge) as f64))
            .collect(),
    });
    let cases = Bounds { most: f64::MAX, step: 1.0 };
    [
        plot("Agree, in percent", &steps, vec![agree], Bounds { most: 100.0, step: 0.01 }),
        plot("Cases that do not agree, by verdict", &steps, by_verdict.collect(), cases),
        plot("Cases that diverge, by class", &steps, by_class.collect(), cases),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What changed, in words.
fn said(changes: &[(What, usize, Vec<String>)]) -> String {
    let parts: Vec<_> = changes.iter().map(|(what, count, _)| format!("{count} {what}")).collect();
    if parts.is_empty() { "nothing changed".to_owned() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::changes::tests::run;

    #[test]
    fn a_series_says_what_changed_from_run_to_run() {
        let night = |day: u32, cases: &[&str]| {
            let mut run = run(cases);
            run.provenance.started = Some(format!("2026-05-0{day}T03:00:00Z").parse().expect("a date"));
            slim(run)
        };
        let runs = [night(1, &["a agree", "b agree"]), night(2, &["a diverge value: x", "b agree", "c agree"])];
        let series = series(0, "x".to_owned(), &runs);
        let changes: Vec<_> =
            series.nights[1].changes.iter().map(|(what, count, names)| (*what, *count, names.concat())).collect();
        assert_eq!(changes, [(What::Broke, 1, "a".to_owned()), (What::Appeared, 1, "c".to_owned())]);
        assert!(series.nights[0].changes.is_empty() && series.plots.len() == 3);
        assert_eq!(series.plots[0].lines[0].dots[1].href, "#run-0-1");
    }
}
