//! A campaign without a reference: the built-in oracles judge generated programs, in this process, as fast as the
//! evaluator goes.
//!
//! An *execution* is one new program, judged by one oracle. The oracle is drawn for each program, because another
//! program is more likely to show something than a second look at the same one; only entries of a corpus are judged by
//! all oracles. Generating a program takes longer than evaluating it, so each generated program brings a family:
//! changes of its tree, which cost little. As in every campaign, a program is a function of the seed and its number, unless
//! signals are counted: then programs that reached more than those before them are changed too.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{self, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use fastrand::Rng;
use nix_evaluator::{
    session::Budget,
    settings::{Feature, FeatureSet},
};
use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;

use super::{attend, guide::Guide, programs::Programs};
use crate::{
    generate::Configuration,
    mutate,
    oracle::{self, Difference, Observed, Oracle, Runner, Subject, Verdict},
    outcome::Crash,
    program::{Expr, source::Tightness},
    reduce::{self, Effort},
};

/// How many programs come of one that was generated.
const FAMILY: u64 = 8;

/// What one evaluation may use: a fuzzer that waits for runaways finds little.
pub const BUDGET: Budget = Budget { fuel: 5_000, heap_bytes: 32 << 20 };

/// What evaluates, within [`BUDGET`]. Pipe operators are on: there is no reference that might not know them.
pub fn runner() -> Runner {
    let mut features = FeatureSet::default();
    features.insert(Feature::PipeOperators);
    Runner::within(BUDGET, features)
}

/// What programs are like where nothing else is asked for. The shapes that finalisation and blackholes go wrong on are
/// small, and many small programs show more of them in a second than a few large ones.
pub fn configuration() -> Configuration {
    Configuration { size: 4, depth: 3, pipe_operators: true, ..Configuration::default() }
}

/// How a campaign is run.
pub struct Settings<'a> {
    /// Where programs come from.
    pub programs: &'a Programs,
    /// Who judges them, at least one.
    pub oracles: &'a [Oracle],
    /// Makes what evaluates for them, one for each worker.
    pub runner: fn() -> Runner,
    /// How long programs are judged.
    pub time: Option<Duration>,
    /// How many programs are judged; rounded up to whole families.
    pub cases: Option<u64>,
    /// How many workers there are.
    pub jobs: usize,
    /// What one reduction may take.
    pub reduction: Effort,
    /// Whether the first bucket ends the campaign, as it was found.
    pub first_only: bool,
    /// What keeps programs that reach more than those before them, where signals are counted.
    pub guide: Option<&'a Guide>,
}

/// A bucket: a crash at one place, or what one oracle found.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The oracle; of a crash what failed and where.
    pub bucket: String,
    /// The program that shows it.
    pub program: String,
    /// Whether it is as small as the reducer can make it.
    pub reduced: bool,
    /// The program of the campaign that it comes from, and its source.
    pub found_in: String,
    /// See `found_in`.
    pub original: String,
    /// The program, and what both ways came to, for people.
    pub report: String,
}

/// How far a campaign is, and what it came to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// The names of the oracles.
    pub oracles: Vec<&'static str>,
    /// Whether the evaluator's own checks are compiled in.
    pub checks: bool,
    /// How many workers there are.
    pub jobs: usize,
    /// Programs judged.
    pub cases: u64,
    /// Evaluations that this took.
    pub evaluations: u64,
    /// How many of these gave a value.
    pub values: u64,
    /// Programs of which nothing was learnt, because a budget ran out.
    pub inconclusive: u64,
    /// Programs that the oracle drawn for them does not judge, such as one that fails where values are read back.
    pub not_applicable: u64,
    /// On the clock.
    pub seconds: f64,
    /// Of all workers, making programs included.
    pub cpu_seconds: f64,
    /// Programs for each second of a processor, all included that it takes to make them and to judge them.
    pub rate: f64,
    /// Evaluations for each second of a processor.
    pub evaluation_rate: f64,
    /// How many programs showed each bucket.
    pub buckets: BTreeMap<String, u64>,
}

/// What a campaign tells while it runs.
pub enum Event<'e> {
    /// How far it is.
    Progress(&'e Summary),
    /// A bucket was found, and reduced as far as it could be.
    Found(&'e Finding),
}

/// What the workers share.
struct Shared<'a> {
    settings: &'a Settings<'a>,
    stop: &'a AtomicBool,
    done: AtomicBool,
    began: Instant,
    next: AtomicU64,
    /// The oracles, each as often as it is to be drawn.
    drawn: Vec<Oracle>,
    totals: Mutex<Summary>,
}

/// Judges programs until time or programs are over, or `stop` is set. `watch` is told of what happens, on this thread.
pub fn run(settings: &Settings<'_>, stop: &AtomicBool, mut watch: impl FnMut(Event<'_>)) -> (Summary, Vec<Finding>) {
    let totals = Summary {
        oracles: settings.oracles.iter().map(|oracle| oracle.name()).collect(),
        checks: cfg!(debug_assertions),
        jobs: settings.jobs.max(1),
        ..Summary::default()
    };
    let shared = Shared {
        settings,
        stop,
        done: AtomicBool::new(false),
        began: Instant::now(),
        next: AtomicU64::new(0),
        drawn: settings.oracles.iter().flat_map(|oracle| std::iter::repeat_n(*oracle, oracle.weight())).collect(),
        totals: Mutex::new(totals),
    };
    let (found, findings) = mpsc::channel();
    let mut all = Vec::new();
    thread::scope(|scope| {
        let shared = &shared;
        for _ in 0..settings.jobs.max(1) {
            let found = found.clone();
            scope.spawn(move || shared.work(&found));
        }
        drop(found);
        attend(&findings, |finding| {
            if let Some(finding) = finding {
                watch(Event::Found(&finding));
                all.push(finding);
            }
            watch(Event::Progress(&shared.summary()));
        });
    });
    (shared.summary(), all)
}

/// What one worker evaluates on and writes programs into, from one program to the next.
struct Desk {
    runner: Runner,
    source: String,
    counts: Counts,
}

/// What came of a family.
#[derive(Default)]
struct Counts {
    cases: u64,
    inconclusive: u64,
    not_applicable: u64,
}

impl Shared<'_> {
    /// What one worker does.
    fn work(&self, found: &Sender<Finding>) {
        let settings = self.settings;
        let mut desk = Desk { runner: (settings.runner)(), source: String::new(), counts: Counts::default() };
        loop {
            let over = settings.time.is_some_and(|time| self.began.elapsed() >= time);
            let family = self.next.fetch_add(1, Ordering::Relaxed);
            let enough = settings.cases.is_some_and(|cases| family.saturating_mul(FAMILY) >= cases);
            if over || enough || self.ends() {
                return;
            }
            let start = cpu_time();
            let before = (desk.runner.evaluations(), desk.runner.values());
            self.judge_family(&mut desk, family, found);
            let counts = std::mem::take(&mut desk.counts);
            let mut totals = self.totals();
            totals.cases += counts.cases;
            totals.evaluations += desk.runner.evaluations() - before.0;
            totals.values += desk.runner.values() - before.1;
            totals.inconclusive += counts.inconclusive;
            totals.not_applicable += counts.not_applicable;
            totals.cpu_seconds += cpu_time().saturating_sub(start).as_secs_f64();
        }
    }

    fn judge_family(&self, desk: &mut Desk, family: u64, found: &Sender<Finding>) {
        let settings = self.settings;
        let guided = settings.guide.and_then(|guide| guide.nth(settings.programs, family));
        let (name, first) = guided.unwrap_or_else(|| settings.programs.nth(family));
        let mut rng = Rng::with_seed(family);
        for member in 0..FAMILY {
            let changed;
            let program = if member == 0 {
                &first
            } else {
                let mut mutant = first.clone();
                mutate::change(&mut mutant, None, &mut rng);
                changed = mutant;
                &changed
            };
            desk.source.clear();
            program.write(&mut desk.source, Tightness::Function);
            let (seed, drawn) = (rng.u64(..), rng.usize(0..self.drawn.len()));
            let oracles = match member == 0 && settings.programs.is_entry(family) {
                true => settings.oracles,
                false => &self.drawn[drawn..=drawn],
            };
            let subject = Subject { source: desk.source.as_bytes(), tree: Some(program), seed };
            let judgement = oracle::judge(&mut desk.runner, subject, oracles.iter().copied());
            if let Some(guide) = settings.guide {
                guide.look(program);
            }
            desk.counts.cases += 1;
            match judgement.difference {
                Some((oracle, difference)) => {
                    self.found(|| format!("{name}-{member}"), oracle, program, seed, &difference, found);
                }
                None if judgement.inconclusive => desk.counts.inconclusive += 1,
                None if !judgement.agreed => desk.counts.not_applicable += 1,
                None => {}
            }
            if self.ends() {
                return;
            }
        }
    }

    /// Counts a difference; the first of its bucket is reduced, while the other workers go on.
    fn found(
        &self,
        name: impl FnOnce() -> String,
        oracle: Oracle,
        program: &Expr,
        seed: u64,
        difference: &Difference,
        found: &Sender<Finding>,
    ) {
        let bucket = bucket_of(difference);
        let count = {
            let mut totals = self.totals();
            let count = totals.buckets.entry(bucket.clone()).or_default();
            *count += 1;
            *count
        };
        if count > 1 {
            return;
        }
        if self.settings.first_only {
            self.done.store(true, Ordering::Relaxed);
        }
        let original = program.to_source();
        let shown_by = |oracle: Oracle, candidate: &Expr| -> Option<Box<Difference>> {
            let source = candidate.to_source();
            let subject = Subject { source: source.as_bytes(), tree: Some(candidate), seed };
            match oracle.judge(&mut (self.settings.runner)(), subject) {
                Verdict::Differ(difference) if bucket_of(&difference) == bucket => Some(difference),
                _ => None,
            }
        };
        // Where an evaluation alone crashes, no second one is needed to see it.
        let alone = oracle != Oracle::NoCrash && shown_by(Oracle::NoCrash, program).is_some();
        let oracle = if alone { Oracle::NoCrash } else { oracle };
        let shows = |candidate: &Expr| shown_by(oracle, candidate);
        let reduced =
            reduce::reduce(program, |candidate| !self.ends() && shows(candidate).is_some(), self.settings.reduction);
        let (program, reduced) = match reduced {
            Ok(reduced) => (reduced.program, reduced.finished && !self.ends()),
            Err(_) => (program.clone(), false),
        };
        let report = shows(&program).map_or_else(|| difference.to_string(), |difference| difference.to_string());
        let finding = Finding { bucket, program: program.to_readable(), reduced, found_in: name(), original, report };
        // Whoever watches is there until this thread has ended.
        let _ = found.send(finding);
    }

    fn ends(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.done.load(Ordering::Relaxed)
    }

    fn summary(&self) -> Summary {
        let mut summary = self.totals().clone();
        summary.seconds = self.began.elapsed().as_secs_f64();
        if summary.cpu_seconds > 0.0 {
            summary.rate = summary.cases as f64 / summary.cpu_seconds;
            summary.evaluation_rate = summary.evaluations as f64 / summary.cpu_seconds;
        }
        summary
    }

    fn totals(&self) -> MutexGuard<'_, Summary> {
        self.totals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The oracle; or of a crash what failed and where, whichever oracle met it. The evaluator's own checks also show the code
/// that was running, which is another one for each program.
fn bucket_of(difference: &Difference) -> String {
    for side in [&difference.left, &difference.right] {
        if let Observed::Crashed(message) = side {
            return format!("crash: {}", Crash::of_panic(message).signature().trim_start_matches("panic: "));
        }
    }
    difference.oracle.clone()
}

/// What this thread has had of a processor.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn campaign(runner: fn() -> Runner, oracles: &[Oracle], jobs: usize) -> (Summary, Vec<Finding>) {
        let programs = Programs::generated(5, configuration());
        let reduction = Effort { time: Duration::from_secs(60), tries: 20_000 };
        let settings = Settings {
            programs: &programs,
            oracles,
            runner,
            time: None,
            cases: Some(1600),
            jobs,
            reduction,
            first_only: false,
            guide: None,
        };
        let (mut progress, mut told) = (0, Vec::new());
        let (summary, findings) = run(&settings, &AtomicBool::new(false), |event| match event {
            Event::Progress(_) => progress += 1,
            Event::Found(finding) => told.push(finding.bucket.clone()),
        });
        assert!(progress > 0);
        assert_eq!(told, findings.iter().map(|finding| finding.bucket.clone()).collect::<Vec<_>>());
        (summary, findings)
    }

    #[test]
    fn the_same_programs_are_judged_by_any_number_of_workers() {
        let oracles: Vec<Oracle> = Oracle::all().collect();
        let (one, findings) = campaign(runner, &oracles, 1);
        assert!(findings.is_empty(), "{findings:?}");
        assert_eq!((one.cases, one.jobs), (1600, 1));
        assert!(one.evaluations > 1600 && one.not_applicable < 1600 / 3 && one.values > one.evaluations / 2, "{one:?}");
        let (three, _) = campaign(runner, &oracles, 3);
        assert_eq!((one.cases, one.evaluations, one.values), (three.cases, three.evaluations, three.values));
        assert_eq!(one.not_applicable, three.not_applicable);
    }

    #[test]
    fn a_fault_is_found_once_reduced_and_named() {
        let faulty = || {
            Runner::with_fault(|source, _, _| {
                let crashes = source.windows(2).any(|window| window == b"++");
                let listing = String::from_utf8_lossy(source).into_owned();
                let message = format!("lists are too long\n{listing}\n at evaluator/core/src/vm/force.rs:1:2");
                crashes.then_some(Observed::Crashed(message))
            })
        };
        let (summary, findings) = campaign(faulty, &[Oracle::NoCrash], 2);
        let bucket = "crash: lists are too long at evaluator/core/src/vm/force.rs:1:2";
        assert!(summary.buckets.keys().eq([bucket]) && summary.buckets[bucket] > 1, "{:?}", summary.buckets);
        let [finding] = findings.as_slice() else { panic!("{findings:?}") };
        assert!(finding.reduced && finding.program.contains("++") && finding.program.len() < 20, "{finding:?}");
        assert!(
            finding.report.contains("lists are too long") && finding.found_in.starts_with("fuzz-5-"),
            "{finding:?}"
        );
    }
}
