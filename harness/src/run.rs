//! Puts many cases to one engine, in parallel, and gathers the judgements.

use std::sync::atomic::{AtomicBool, Ordering};

use jiff::civil::Date;
use rayon::prelude::*;

use crate::{
    case::{Case, Release, Request, Suite, suite::Contents},
    engine::{Engine, Identity, finest, room},
    known::{
        Known, Observation,
        written::{Asked, Book, Sighting},
        wrong::{State, Wrong},
    },
    outcome::{Ending, Judgement, Level, Outcome, Verdict, compare, error, judge, normalise::without_folder},
};

/// A case with its judgement.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The case.
    pub case: Case,
    /// What was said of it.
    pub judgement: Judgement,
    /// The finest level at which the engine's answer to it counts.
    pub finest: Level,
    /// How long the evaluation took, in seconds.
    pub seconds: f64,
    /// The reason for which the divergence is accepted, if it diverges and is.
    pub known: Option<String>,
}

impl Judged {
    /// Whether it is enough at `level`, or at the coarser one at which the engine's answer counts.
    pub fn passes(&self, level: Level) -> bool {
        self.judgement.passes(level.min(self.finest))
    }

    /// Whether the case fails the run at `level`. Of one that reached a limit nothing is known.
    pub fn fails(&self, level: Level) -> bool {
        !self.passes(level) && self.known.is_none() && self.is_conclusive()
    }

    /// Whether something can be said: it was asked, and reached no limit.
    fn is_conclusive(&self) -> bool {
        !self.is_inconclusive() && self.judgement.verdict != Verdict::NotAsked
    }

    fn sighting<'s>(&'s self, level: Level, signature: &'s str) -> Sighting<'s> {
        let state = State::of_judgement(&self.judgement, level.min(self.finest));
        Sighting { suite: Some(&self.case.suite), case: &self.case.name, state, signature }
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
    /// The name of the engine in this run.
    pub subject: String,
    /// Files that no fixture uses: the suite, the file, and the folder that its name starts from.
    pub stray: Vec<(String, String, &'static str)>,
    /// Whether every fixture of the suites was asked.
    pub complete: bool,
    /// How many fixtures are switched off.
    pub disabled: usize,
    /// What is wrong with the fixtures or the run, and can be on no list, a line each.
    pub faults: Vec<String>,
    /// What is wrong with the fixtures or with the list of known divergences, a line each; the faults are among them.
    pub problems: Vec<String>,
}

impl Run {
    /// Cases that fail the run.
    pub fn failures(&self) -> impl Iterator<Item = &Judged> {
        self.cases.iter().filter(|judged| judged.fails(self.level))
    }

    /// Cases of which nothing can be said, and which are not known to be so.
    pub fn inconclusive(&self) -> impl Iterator<Item = &Judged> {
        self.cases.iter().filter(|judged| judged.is_inconclusive() && judged.known.is_none())
    }

    /// Which run it is to the lists of what is wrong.
    pub fn asked(&self) -> Asked<'_> {
        Asked { command: "check", engine: (&self.subject, &self.engine), reference: None, programs: None }
    }

    /// All that was seen, for a list of what is wrong; `enter` is given each case and each stray file.
    pub fn sightings(&self, mut enter: impl FnMut(Sighting<'_>)) {
        for (suite, file, _) in &self.stray {
            enter(stray_sighting(suite, file));
        }
        for judged in &self.cases {
            let signature = judged.judgement.bucket().unwrap_or_default();
            enter(judged.sighting(self.level, &signature));
        }
    }

    /// Sorts what is known from what is not by this list, and finds out whether the list is true.
    pub fn settle(&mut self, known: &Known, today: Date) {
        let engine = self.engine.clone();
        let names = [self.subject.clone(), engine.engine.clone()];
        let names = names.each_ref().map(String::as_str);
        let asked = Asked { command: "check", engine: (names[0], &engine), reference: None, programs: None };
        let mut book = Book::new(known.runs(), known.file(), asked, today);
        self.problems = self.faults.clone();
        let mut observations = Vec::new();
        for (suite, file, folder) in &self.stray {
            let observation = Observation::of_file(suite, file);
            let is_listed = book.enter(stray_sighting(suite, file)).is_some();
            if !is_listed && known.accepts(&names, today, observation).is_none() {
                self.problems
                    .push(format!("{suite}: no fixture uses {folder}{file}: delete it, or add what it belongs to"));
            }
            observations.push(observation);
        }
        for judged in &mut self.cases {
            let signature = judged.judgement.bucket().unwrap_or_default();
            let listed = book.enter(judged.sighting(self.level, &signature)).map(str::to_owned);
            let observation = Observation::of(&judged.case.suite, &judged.case.name, &judged.judgement);
            let entry = || known.accepts(&names, today, observation).map(|entry| entry.reason.clone());
            judged.known = listed.or_else(entry);
        }
        // Of what was not asked nothing is known, so that an entry of the list is neither right nor wrong.
        let asked = self.cases.iter().filter(|judged| judged.judgement.verdict != Verdict::NotAsked);
        observations.extend(asked.map(|it| Observation::of(&it.case.suite, &it.case.name, &it.judgement)));
        let complete = self.complete && observations.len() == self.stray.len() + self.cases.len();
        let problems = known.audit(&names, today, &observations, complete);
        drop(observations);
        self.problems.extend(problems);
        self.problems.extend(book.audit(self.complete, self.level));
    }

    /// Whether every case was judged, nothing failed, and nothing was left out.
    pub fn succeeded(&self) -> bool {
        self.problems.is_empty() && self.failures().next().is_none() && self.inconclusive().next().is_none()
    }
}

fn stray_sighting<'s>(suite: &'s str, file: &'s str) -> Sighting<'s> {
    Sighting { suite: Some(suite), case: file, state: State::Wrong(Wrong::Unused), signature: "" }
}

/// How a run is judged.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The name of the engine.
    pub subject: &'a str,
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

/// Runs all cases of `suites` on `engine`, in parallel on the current rayon pool. A case that
/// reaches a limit is asked again when all others are done, alone. `finished` is called as each case is done, from any
/// thread.
pub fn run(
    suites: Vec<(Suite, Contents)>,
    engine: &dyn Engine,
    rules: Rules<'_>,
    finished: impl Fn(&Judged) + Sync,
) -> Run {
    let identity = engine.identity();
    let level = engine.finest().map_or(rules.level, |finest| finest.min(rules.level));
    let mut faults = Vec::new();
    let mut stray = Vec::new();
    let mut cases = Vec::new();
    let mut disabled = 0;
    let release = Release::of_version(&identity.version);
    for (Suite { name: suite, .. }, contents) in &suites {
        disabled += contents.disabled.len();
        faults.extend(contents.unreadable.iter().map(|(name, error)| format!("{suite}: {name}: {error}")));
    }
    for (suite, contents) in suites {
        let folder = suite.folder();
        stray.extend(contents.unused.into_iter().map(|file| (suite.name.clone(), file, folder)));
        cases.extend(contents.cases.into_iter().map(|case| case.of_release(release.as_ref())));
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
        faults.push(format!("interrupted: {not_run} of {all} cases were not run"));
    }
    faults.extend(nothing_asked(&judged));
    let (subject, complete) = (rules.subject.to_owned(), rules.complete && not_run == 0);
    let engine = identity.clone();
    let mut run =
        Run { subject, engine, level, cases: judged, stray, complete, disabled, faults, problems: Vec::new() };
    run.settle(rules.known, rules.today);
    run
}

/// What is wrong with a run in which there were cases, and none could be asked.
fn nothing_asked(judged: &[Judged]) -> Option<String> {
    let first = judged.first()?;
    let all = judged.iter().all(|judged| judged.judgement.verdict == Verdict::NotAsked);
    let Ending::NotAsked(reason) = &first.judgement.ending else { return None };
    all.then(|| format!("nothing could be asked: {reason}"))
}

/// Puts one case to `engine` and judges what comes.
fn ask(case: Case, engine: &dyn Engine, rules: Rules<'_>) -> Judged {
    let mut outcome = match &case.unjudged {
        Some(reason) => Outcome::not_asked(reason.clone()),
        None => in_dialect(&case, engine),
    };
    if let (true, Some(recorded)) = (engine.repeats_are_alike(), &case.expectation.stdout)
        && compare::is_alike_but_for_repeats(&without_folder(&outcome.stdout, &case.root), &recorded.bytes)
    {
        outcome.stdout.clone_from(&recorded.bytes);
    }
    let judgement = judge(&case, &outcome);
    let finest = finest(engine, &case.request, rules.level);
    Judged { case, judgement, finest, seconds: outcome.elapsed.as_secs_f64(), known: None }
}

/// Puts a case whose flags only one project may have: without a flag that the engine does not know and that allows what
/// the engine allows anyway; where it means anything else, the case is not asked.
fn in_dialect(case: &Case, engine: &dyn Engine) -> Outcome {
    let mut request = case.request.clone();
    loop {
        let outcome = room::ask(engine, &request);
        let refused = case.dialect.iter().find(|(flag, _)| error::is_flag_refused(&outcome.stderr, flag));
        match refused.filter(|_| matches!(outcome.ending, Ending::Exited(status) if status != 0)) {
            None => return outcome,
            Some((flag, None)) => return Outcome::not_asked(format!("it has no flag {flag}")),
            Some((flag, Some(words))) => {
                let Some(shorter) = without_flag(&request, flag, *words) else { return outcome };
                request = shorter;
            }
        }
    }
}

/// The request without a flag and the words after it, if it has the flag.
fn without_flag(request: &Request, flag: &str, words: usize) -> Option<Request> {
    let at = request.arguments.iter().position(|argument| argument == flag)?;
    let mut arguments = request.arguments.clone();
    arguments.drain(at..(at + 1 + words).min(arguments.len()));
    Some(Request { arguments, ..request.clone() })
}
