//! Counts, by class and in all.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    case::Class,
    outcome::{Level, Verdict},
    run::{Judged, Run},
};

/// Counts over some cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// How many were asked.
    pub cases: usize,
    /// With every compared byte as recorded.
    pub exact: usize,
    /// With exit status and standard output as recorded, whatever standard error says.
    pub stdout: usize,
    /// That the evaluator broke down on.
    pub crashed: usize,
    /// On which a limit was reached: they neither pass nor fail.
    pub inconclusive: usize,
    /// That do not pass at the run's level, and are accepted for now.
    pub known: usize,
    /// That fail the run.
    pub failed: usize,
    /// That the engine has no way to ask; none of the other counts has them.
    pub not_asked: usize,
    /// That pass at the run's level.
    #[serde(skip)]
    pub passed: usize,
}

impl Tally {
    /// Counts one more.
    pub(super) fn add(&mut self, judged: &Judged, level: Level) {
        let verdict = judged.judgement.verdict;
        if verdict == Verdict::NotAsked {
            self.not_asked += 1;
            return;
        }
        self.cases += 1;
        self.crashed += usize::from(verdict == Verdict::Crashed);
        self.exact += usize::from(verdict == Verdict::Exact);
        self.stdout += usize::from(matches!(verdict, Verdict::Exact | Verdict::StderrDiffers));
        self.inconclusive += usize::from(verdict == Verdict::Inconclusive && judged.known.is_none());
        let passes = judged.passes(level);
        self.passed += usize::from(passes);
        self.known += usize::from(!passes && judged.known.is_some());
        self.failed += usize::from(judged.fails(level));
    }
}

/// Counts of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Over all cases.
    pub all: Tally,
    /// By class.
    pub classes: BTreeMap<Class, Tally>,
    /// Fixtures that are switched off.
    pub disabled: usize,
    /// Problems that belong to no case.
    pub problems: usize,
}

impl Summary {
    /// The counts of `run`.
    pub fn of(run: &Run) -> Summary {
        let mut all = Tally::default();
        let mut classes = BTreeMap::<Class, Tally>::new();
        for judged in &run.cases {
            all.add(judged, run.level);
            classes.entry(judged.case.class).or_default().add(judged, run.level);
        }
        Summary { all, classes, disabled: run.disabled, problems: run.problems.len() }
    }
}
