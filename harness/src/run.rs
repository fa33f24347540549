//! Puts many cases to one engine, in parallel, and gathers the judgements.

use std::sync::atomic::{AtomicBool, Ordering};

use jiff::civil::Date;
use rayon::prelude::*;

use crate::{
    case::{Case, suite::Contents},
    engine::{Engine, Identity},
    known::{Known, Observation},
    outcome::{Judgement, Level, Verdict, judge},
};

/// A case with its judgement.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The case.
    pub case: Case,
    /// What was said of it.
    pub judgement: Judgement,
    /// How long the evaluation took, in seconds.
    pub seconds: f64,
    /// The reason for which the divergence is accepted, if it diverges and is.
    pub known: Option<String>,
}

impl Judged {
    /// Whether the case fails the run at `level`. Of one that reached a limit nothing is known.
    pub fn fails(&self, level: Level) -> bool {
        !self.judgement.verdict.passes(level) && self.known.is_none() && !self.is_inconclusive()
    }

    /// Whether nothing can be said, because a limit was reached.
    pub fn is_inconclusive(&self) -> bool {
        self.judgement.verdict == Verdict::Inconclusive
    }
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Run {
    /// Who answered.
    pub engine: Identity,
    /// How much had to be alike.
    pub level: Level,
    /// The cases, in the order of suites and names.
    pub cases: Vec<Judged>,
    /// How many fixtures are switched off.
    pub disabled: usize,
    /// What is wrong with the fixtures or with the list of known divergences, a line each.
    pub problems: Vec<String>,
}

impl Run {
    /// Cases that fail the run.
    pub fn failures(&self) -> impl Iterator<Item = &Judged> {
        self.cases.iter().filter(|judged| judged.fails(self.level))
    }

    /// Cases of which nothing can be said.
    pub fn inconclusive(&self) -> impl Iterator<Item = &Judged> {
        self.cases.iter().filter(|judged| judged.is_inconclusive())
    }

    /// Whether every case was judged, nothing failed, and nothing was left out.
    pub fn succeeded(&self) -> bool {
        self.problems.is_empty() && self.failures().next().is_none() && self.inconclusive().next().is_none()
    }
}

/// How a run is judged.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// How much must be alike.
    pub level: Level,
    /// Divergences that are accepted.
    pub known: &'a Known,
    /// The day on which they must still be.
    pub today: Date,
    /// Whether every fixture of the suites is in the run.
    pub complete: bool,
    /// Set when the run should end: what is being asked is finished, and the rest is not begun.
    pub stop: &'a AtomicBool,
}

/// Runs all cases of `suites` (each with its name) on `engine`, in parallel on the current rayon pool. A case that
/// reaches a limit is asked again when all others are done, alone. `finished` is called as each case is done, from any
/// thread.
pub fn run(
    suites: Vec<(String, Contents)>,
    engine: &dyn Engine,
    rules: Rules<'_>,
    finished: impl Fn(&Judged) + Sync,
) -> Run {
    let identity = engine.identity();
    let mut problems = Vec::new();
    let mut stray = Vec::new();
    let mut cases = Vec::new();
    let mut disabled = 0;
    for (suite, contents) in suites {
        disabled += contents.disabled.len();
        problems.extend(contents.unreadable.iter().map(|(name, error)| format!("{suite}: {name}: {error}")));
        stray.extend(contents.unused.into_iter().map(|file| (suite.clone(), file)));
        cases.extend(contents.cases);
    }

    let all = cases.len();
    let mut judged: Vec<Judged> = cases
        .into_par_iter()
        .filter_map(|case| {
            if rules.stop.load(Ordering::Relaxed) {
                return None;
            }
            let judged = ask(case, engine, rules);
            if !judged.is_inconclusive() {
                finished(&judged);
            }
            Some(judged)
        })
        .collect();
    // Beside others, a case may have had too little of the machine.
    for judged in judged.iter_mut().filter(|judged| judged.is_inconclusive()) {
        if !rules.stop.load(Ordering::Relaxed) {
            *judged = ask(judged.case.clone(), engine, rules);
        }
        finished(judged);
    }
    let not_run = all - judged.len();
    if not_run > 0 {
        problems.push(format!("interrupted: {not_run} of {all} cases were not run"));
    }

    let mut observations = Vec::new();
    for (suite, file) in &stray {
        let observation = Observation::of_file(suite, file);
        if rules.known.accepts(&identity.engine, rules.today, observation).is_none() {
            problems.push(format!("{suite}: no fixture uses lang/{file}: delete it, or add what it belongs to"));
        }
        observations.push(observation);
    }
    observations.extend(judged.iter().map(|it| Observation::of(&it.case.suite, &it.case.name, &it.judgement)));
    problems.extend(rules.known.audit(&identity.engine, rules.today, &observations, rules.complete && not_run == 0));
    Run { engine: identity.clone(), level: rules.level, cases: judged, disabled, problems }
}

/// Puts one case to `engine` and judges what comes.
fn ask(case: Case, engine: &dyn Engine, rules: Rules<'_>) -> Judged {
    let outcome = engine.evaluate(&case.request);
    let judgement = judge(&case, &outcome);
    let observation = Observation::of(&case.suite, &case.name, &judgement);
    let accepted = rules.known.accepts(&engine.identity().engine, rules.today, observation);
    let known = accepted.map(|entry| entry.reason.clone());
    Judged { case, judgement, seconds: outcome.elapsed.as_secs_f64(), known }
}
