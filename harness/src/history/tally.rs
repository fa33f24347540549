//! Counts over the cases of past runs.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use serde::Serialize;

use super::{Case, Run};
use crate::outcome::compare::{Level, Verdict};

/// All verdicts, in the order of reports: worst first.
pub const VERDICTS: [Verdict; 5] =
    [Verdict::Diverge, Verdict::Inconclusive, Verdict::NotAsked, Verdict::Known, Verdict::Agree];

/// Counts over some cases.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// How many there are.
    pub cases: usize,
    /// How many of each verdict that occurs.
    pub verdicts: BTreeMap<Verdict, usize>,
    /// How many fail their run.
    pub fails: usize,
}

/// Cases that share a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bucket {
    /// The signature.
    pub bucket: String,
    /// How many cases share it.
    pub cases: usize,
    /// Their worst verdict.
    pub verdict: Verdict,
    /// The first of them.
    pub example: String,
}

/// All counts of a report.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Counts {
    /// Over all cases.
    pub all: Tally,
    /// By class; what is no fixture has a class of its own.
    pub classes: BTreeMap<String, Tally>,
    /// By level, of those that differ.
    pub levels: BTreeMap<Level, usize>,
    /// By signature, the largest first.
    pub buckets: Vec<Bucket>,
}

impl Tally {
    /// Counts this case.
    pub fn add(&mut self, case: &Case) {
        self.cases += 1;
        *self.verdicts.entry(case.verdict).or_default() += 1;
        self.fails += usize::from(case.fails);
    }

    /// How many have this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.verdicts.get(&verdict).copied().unwrap_or(0)
    }

    /// How many of a hundred that were asked agree.
    pub fn percentage(&self) -> f64 {
        let asked = self.cases - self.count(Verdict::NotAsked);
        if asked == 0 { 0.0 } else { self.count(Verdict::Agree) as f64 * 100.0 / asked as f64 }
    }
}

impl Counts {
    /// The counts of all cases of these runs.
    pub fn of<'a>(runs: impl IntoIterator<Item = &'a Run>) -> Counts {
        let mut counts = Counts::default();
        let mut index = HashMap::new();
        for case in runs.into_iter().flat_map(|run| &run.cases) {
            counts.all.add(case);
            counts.classes.entry(case.class_name().to_owned()).or_default().add(case);
            if let Some(level) = case.level {
                *counts.levels.entry(level).or_default() += 1;
            }
            if let Some(name) = &case.bucket {
                let at = *index.entry(name).or_insert_with(|| {
                    let example = case.name.clone();
                    counts.buckets.push(Bucket { bucket: name.clone(), cases: 0, verdict: case.verdict, example });
                    counts.buckets.len() - 1
                });
                let bucket = &mut counts.buckets[at];
                bucket.cases += 1;
                bucket.verdict = bucket.verdict.max(case.verdict);
            }
        }
        counts.buckets.sort_by_key(|bucket| (Reverse(bucket.verdict), Reverse(bucket.cases)));
        counts
    }
}
