//! The page of a history: plots and a table for each series of runs.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;

use super::{
    Frame, PageError, filters,
    plot::{Bounds, Plot, Quantity, Step, plot},
    rate,
};
use crate::{
    history::{
        Tally,
        changes::What,
        trend::{Point, Series},
    },
    outcome::compare::Verdict,
};

#[derive(Template)]
#[template(path = "history.html")]
struct Page<'a> {
    frame: Frame,
    folder: &'a str,
    shown: usize,
    left_out: usize,
    unreadable: &'a [String],
    series: Vec<SeriesView<'a>>,
}

struct SeriesView<'a> {
    title: &'a str,
    plots: Vec<Plot>,
    points: Vec<PointView<'a>>,
}

struct PointView<'a> {
    page: &'a str,
    date: String,
    notes: Vec<String>,
    commit: Option<&'a str>,
    tally: &'a Tally,
    counts: Vec<usize>,
    percentage: String,
    rate: String,
    compare: Option<&'a str>,
    changed: String,
}

/// What a history shows.
pub struct History<'a> {
    /// The folder it was made from.
    pub folder: &'a str,
    /// The runs.
    pub series: &'a [Series],
    /// Older runs that are not shown.
    pub left_out: usize,
    /// Files that could not be read or have no date, each with the reason.
    pub unreadable: &'a [String],
}

/// The page of a history.
///
/// # Errors
/// When the template cannot be filled in, which is a bug.
pub fn page(history: &History<'_>) -> Result<String, PageError> {
    let page = Page {
        frame: Frame::new("Conformance over time".to_owned(), Vec::new()),
        folder: history.folder,
        shown: history.series.iter().map(|series| series.points.len()).sum(),
        left_out: history.left_out,
        unreadable: history.unreadable,
        series: history.series.iter().map(view).collect(),
    };
    Ok(page.render()?)
}

fn view(series: &Series) -> SeriesView<'_> {
    let mut before: Option<&Point> = None;
    let mut points = Vec::new();
    for point in &series.points {
        points.push(PointView {
            page: &point.page,
            date: date(point),
            notes: [versions(before, point), point.remarks.clone()].concat(),
            commit: point.commit.as_deref(),
            tally: &point.tally,
            counts: [Verdict::Agree, Verdict::Known, Verdict::Inconclusive, Verdict::Diverge]
                .map(|verdict| point.tally.count(verdict))
                .into(),
            percentage: format!("{:.2}", point.tally.percentage()),
            rate: rate(point.rate),
            compare: point.compare.as_ref().map(|(page, _)| page.as_str()),
            changed: point.compare.as_ref().map(|(_, counts)| changed(counts)).unwrap_or_default(),
        });
        before = Some(point);
    }
    SeriesView { title: &series.title, plots: plots(&series.points), points }
}

fn date(point: &Point) -> String {
    point.started.strftime("%Y-%m-%d %H:%M").to_string()
}

/// Versions of engines that are not those of the run before.
fn versions(before: Option<&Point>, point: &Point) -> Vec<String> {
    let version = |engine: &&crate::history::Engine| {
        let then = before.and_then(|before| before.engines.iter().find(|it| it.name == engine.name));
        !engine.version.is_empty() && then.is_none_or(|then| then.version != engine.version)
    };
    point.engines.iter().filter(version).map(|engine| format!("{}: {}", engine.name, engine.version)).collect()
}

fn changed(counts: &BTreeMap<What, usize>) -> String {
    let parts: Vec<_> =
        counts.iter().filter(|(_, count)| **count > 0).map(|(what, count)| format!("{count} {what}")).collect();
    if parts.is_empty() { "nothing changed".to_owned() } else { parts.join(", ") }
}

fn plots(points: &[Point]) -> Vec<Plot> {
    let steps: Vec<Step> = points
        .iter()
        .map(|point| Step {
            date: date(point),
            page: point.page.clone(),
            compare: point.compare.as_ref().map(|(page, counts)| (page.clone(), changed(counts))),
        })
        .collect();
    let count = |tally: Option<&Tally>, verdict: Verdict| tally.map(|tally| tally.count(verdict) as f64);
    let over = |label: &str, colour: usize, value: &dyn Fn(&Point) -> Option<f64>| Quantity {
        label: label.to_owned(),
        colour,
        values: points.iter().map(value).collect(),
    };
    let classes: BTreeSet<&String> = points.iter().flat_map(|point| point.classes.keys()).collect();
    let by_class = classes
        .into_iter()
        .enumerate()
        .map(|(colour, class)| over(class, colour, &|point| count(point.classes.get(class), Verdict::Diverge)));
    let verdicts = [Verdict::Diverge, Verdict::Known, Verdict::Inconclusive];
    let by_verdict = verdicts
        .into_iter()
        .zip(1..)
        .map(|(verdict, colour)| over(&verdict.to_string(), colour, &|point| count(Some(&point.tally), verdict)));
    let references: BTreeSet<&String> = points.iter().flat_map(|point| point.departures.keys()).collect();
    let by_engine = references
        .into_iter()
        .enumerate()
        .map(|(colour, name)| over(name, colour, &|point| point.departures.get(name).map(|count| *count as f64)));
    let agree = over("", 0, &|point| Some(point.tally.percentage()));
    let passing = over("", 0, &|point| count(Some(&point.tally), Verdict::Agree));
    let speed = over("", 4, &|point| point.rate);
    let cases = Bounds { most: f64::MAX, step: 1.0 };
    [
        plot("Agree, in percent", &steps, vec![agree], Bounds { most: 100.0, step: 0.01 }),
        plot("Cases that agree", &steps, vec![passing], cases),
        plot("Cases that do not agree, by verdict", &steps, by_verdict.collect(), cases),
        plot("Cases that diverge, by class", &steps, by_class.collect(), cases),
        plot("Cases that differ, by reference", &steps, by_engine.collect(), cases),
        plot("Cases a second", &steps, vec![speed], cases),
    ]
    .into_iter()
    .flatten()
    .collect()
}
