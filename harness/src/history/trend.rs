//! Runs in the order of their dates; those that ask the same engines the same questions form a series.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Engine, Kind, Run, Tally, changes::What, tally::Counts};

/// What a trend keeps of a run, which is little: a folder of runs does not fit in memory.
#[derive(Clone, Debug)]
pub struct Point {
    /// What was compared with what.
    pub title: String,
    /// What kind of run it was.
    pub kind: Kind,
    /// When it began.
    pub started: Timestamp,
    /// On which commit.
    pub commit: Option<String>,
    /// Counts over all cases.
    pub tally: Tally,
    /// Counts by class.
    pub classes: BTreeMap<String, Tally>,
    /// In how many cases the subject departs from each reference, where there is more than one.
    pub departures: BTreeMap<String, usize>,
    /// Cases a second.
    pub rate: Option<f64>,
    /// Who answered.
    pub engines: Vec<Engine>,
    /// What people must know of the run.
    pub remarks: Vec<String>,
    /// The page of the run, relative to that of the history.
    pub page: String,
    /// The page of what changed since the run before, with the counts.
    pub compare: Option<(String, BTreeMap<What, usize>)>,
}

/// Runs of one kind, the earliest first.
#[derive(Clone, Debug)]
pub struct Series {
    /// What was compared with what.
    pub title: String,
    /// The runs.
    pub points: Vec<Point>,
}

impl Point {
    /// The point of a run that has a date, whose page will be `page`.
    pub fn of(run: &Run, page: String) -> Option<Point> {
        let counts = Counts::of([run]);
        let references = run.engines.iter().map(|engine| &engine.name).filter(|name| **name != run.subject);
        let departs = |name: &str| run.cases.iter().filter(|case| case.departs_from(name)).count();
        let departures: BTreeMap<_, _> = references.map(|name| (name.clone(), departs(name))).collect();
        Some(Point {
            title: run.title(),
            kind: run.kind,
            started: run.provenance.started?,
            commit: run.provenance.commit.clone(),
            tally: counts.all,
            classes: counts.classes,
            departures: if departures.len() > 1 { departures } else { BTreeMap::new() },
            rate: run.rate(),
            engines: run.engines.clone(),
            remarks: run.remarks.clone(),
            page,
            compare: None,
        })
    }
}

/// Points by what was compared with what, each by date; the series with the latest run comes first.
pub fn series(points: Vec<Point>) -> Vec<Series> {
    let mut by_title: BTreeMap<(Kind, String), Vec<Point>> = BTreeMap::new();
    for point in points {
        by_title.entry((point.kind, point.title.clone())).or_default().push(point);
    }
    let mut all: Vec<Series> = by_title
        .into_iter()
        .map(|((_, title), mut points)| {
            points.sort_by_key(|point| point.started);
            Series { title, points }
        })
        .collect();
    all.sort_by_key(|series| std::cmp::Reverse(series.points.last().map(|point| point.started)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::changes::tests::run;

    #[test]
    fn runs_are_ordered_by_date_and_kept_apart_by_what_they_compare() {
        let point = |subject: &str, date: &str| {
            let mut run = run(&["x agree", "y diverge value: a"]);
            run.subject = subject.to_owned();
            run.provenance.started = Some(date.parse().expect("a date"));
            Point::of(&run, String::new()).expect("it has a date")
        };
        let points = [("a", "2026-01-03T00:00:00Z"), ("b", "2026-01-02T00:00:00Z"), ("a", "2026-01-01T00:00:00Z")];
        let all = series(points.map(|(subject, date)| point(subject, date)).into());
        let titles: Vec<_> = all.iter().map(|it| (it.title.as_str(), it.points.len())).collect();
        assert_eq!(titles, [("a", 2), ("b", 1)]);
        assert!(all[0].points[0].started < all[0].points[1].started);
        assert_eq!(all[0].points[0].tally.percentage(), 50.0);
        assert!(Point::of(&run(&[]), String::new()).is_none(), "a run without a date has no place");
    }
}
