//! A fuzzing campaign: generated programs are put to a subject and to a reference. Programs on which the two differ are
//! sorted into buckets, each bucket is reduced, and buckets of one cause are put together.
//!
//! Each worker has a reference server of its own, so that the reference never waits. One thread in the background
//! reduces what diverges, the most promising first. A campaign with a time ends within it: no more is asked than can
//! still be reduced. Which programs are asked depends on the seed alone, not on how many workers there are or how fast;
//! but for builds that count signals, where [`guide`] has programs changed that reached more than those before them.

pub mod causes;
mod counters;
pub mod guide;
pub mod lacking;
pub mod programs;
pub mod report;
pub mod self_check;
mod titles;
mod triage;

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use jiff::civil::Date;

pub use counters::{CauseSummary, CoverageSummary, Snapshot, Summary};
pub use triage::Finding;

use crate::{
    case::{Question, question::Trace},
    coverage,
    differential::{self, Rules},
    engine::Named,
    known::Known,
    outcome::{
        Ending,
        compare::{Comparison, Level, Verdict},
    },
    program::{Expr, read},
    reduce::{
        self, Effort,
        divergence::{Asker, Kept},
        repair,
    },
};
use causes::Group;
use counters::Counters;
use guide::Guide;
use programs::Programs;
use triage::{Entered, Triage};

/// One in so many programs is looked at for what of the language it exercises.
const SAMPLED: u64 = 8;

/// One in so many programs is asked with a shortened trace, where traces are compared.
const SHORTENED: u64 = 4;

/// How often a worker or the reducer looks again whether there is something to do.
const PAUSE: Duration = Duration::from_millis(20);

/// How long a reduction is thought to take before there was one.
const FIRST_REDUCTION: Duration = Duration::from_secs(2);

/// Of one program, how many causes are looked for beside the first.
const CAUSES: usize = 3;

/// Of the programs of a signature that a bucket explains, so many are all looked into, and then one in so many.
const LOOKED_INTO: [u64; 2] = [16, 8];

/// How often whoever watches is told.
const TICK: Duration = Duration::from_millis(250);

/// How a campaign is run.
pub struct Settings<'a> {
    /// Where programs come from.
    pub programs: &'a Programs,
    /// How long all of it takes, reductions included.
    pub time: Option<Duration>,
    /// How many programs are asked.
    pub cases: Option<u64>,
    /// How many are asked at once.
    pub jobs: usize,
    /// The finest level that counts.
    pub finest: Level,
    /// The folder that programs are evaluated in.
    pub folder: &'a Path,
    /// What one reduction may take.
    pub reduction: Effort,
    /// Differences that are accepted.
    pub known: &'a Known,
    /// The day on which they must still be.
    pub today: Date,
    /// Whether the first bucket that is not accepted ends the campaign, as it was found.
    pub first_only: bool,
    /// What keeps programs that reach more than those before them, where signals are counted.
    pub guide: Option<&'a Guide>,
}

/// What a campaign tells while it runs.
pub enum Event<'e> {
    /// How far it is.
    Progress(&'e Snapshot),
    /// A bucket was found, and reduced as far as it could be.
    Found(&'e Finding),
}

/// What the threads of a campaign share.
struct Shared<'a> {
    settings: &'a Settings<'a>,
    engines: &'a [Named; 2],
    /// Whether both can be asked for a shortened trace.
    shortens: bool,
    stop: &'a AtomicBool,
    /// Whether what was looked for is found.
    done: AtomicBool,
    began: Instant,
    next: AtomicU64,
    /// How many workers still ask.
    asking: AtomicUsize,
    /// Reductions so far, and milliseconds that they took.
    reductions: [AtomicU64; 2],
    counters: Mutex<Counters>,
    triage: Mutex<Triage<'a>>,
}

/// What came of a campaign.
pub struct Campaign {
    /// What it came to.
    pub summary: Summary,
    /// All buckets.
    pub findings: Vec<Finding>,
}

/// Runs a campaign on a subject and a reference until its time or its programs are over, or `stop` is set. `watch` is
/// told of what happens, on this thread. `earlier` are buckets of a campaign that is taken up again.
pub fn run(
    engines: &[Named; 2],
    settings: &Settings<'_>,
    stop: &AtomicBool,
    earlier: Vec<Finding>,
    mut watch: impl FnMut(Event<'_>),
) -> Campaign {
    let mut triage = Triage::new(settings.known, settings.today, engines);
    for finding in earlier {
        if let Ok(program) = read(&finding.program) {
            triage.resume(finding, program);
        }
    }
    let shared = Shared {
        settings,
        engines,
        shortens: settings.finest >= Level::Stderr && can_shorten(engines, settings.folder),
        stop,
        done: AtomicBool::new(false),
        began: Instant::now(),
        next: AtomicU64::new(0),
        asking: AtomicUsize::new(settings.jobs.max(1)),
        reductions: [AtomicU64::new(0), AtomicU64::new(0)],
        counters: Mutex::default(),
        triage: Mutex::new(triage),
    };
    let (found, findings) = mpsc::channel();
    thread::scope(|scope| {
        let shared = &shared;
        for _ in 0..settings.jobs.max(1) {
            scope.spawn(move || {
                /// The reducer waits for workers, also for one that panicked.
                struct Asking<'a>(&'a AtomicUsize);
                impl Drop for Asking<'_> {
                    fn drop(&mut self) {
                        self.0.fetch_sub(1, Ordering::Relaxed);
                    }
                }
                let _asking = Asking(&shared.asking);
                shared.ask();
            });
        }
        scope.spawn(move || {
            shared.reduce(|finding| {
                // Whoever watches is there until this thread has ended.
                let _ = found.send(finding);
            });
        });
        attend(&findings, |finding| {
            if let Some(finding) = finding {
                watch(Event::Found(&finding));
            }
            watch(Event::Progress(&shared.snapshot()));
        });
    });
    let left = shared.triage().unreduced();
    for finding in &left {
        watch(Event::Found(finding));
    }
    let groups = shared.groups();
    let snapshot = shared.snapshot();
    let triage = shared.triage.into_inner().unwrap_or_else(PoisonError::into_inner);
    let counters = shared.counters.into_inner().unwrap_or_else(PoisonError::into_inner);
    let summary = counters.summary(&snapshot, engines, &triage, &groups, settings);
    Campaign { summary, findings: triage.into_findings() }
}

/// How much of its trace the program of this number is asked for, where traces are compared.
pub fn trace_of(index: u64) -> Trace {
    if index % SHORTENED == SHORTENED - 1 { Trace::Shortened } else { Trace::Whole }
}

/// Whether both engines can be asked for a shortened trace: one whose flags are mapped may have no such setting.
fn can_shorten(engines: &[Named; 2], folder: &Path) -> bool {
    let question = Question::expression(String::new(), b"1".to_vec(), folder).with_trace(Trace::Shortened);
    let request = question.request(false);
    engines.iter().all(|named| named.engine.evaluate(&request).ending == Ending::Exited(0))
}

/// Passes findings on as they come, and nothing every [`TICK`] or at the end, until no thread is left that could find
/// something.
fn attend<F>(findings: &Receiver<F>, mut watch: impl FnMut(Option<F>)) {
    loop {
        match findings.recv_timeout(TICK) {
            Ok(finding) => watch(Some(finding)),
            Err(RecvTimeoutError::Timeout) => watch(None),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    watch(None);
}

impl Shared<'_> {
    /// What one worker does: takes the next program, asks, and enters what diverges.
    fn ask(&self) {
        let settings = self.settings;
        let rules = Rules {
            jobs: 1,
            finest: settings.finest,
            count_work: settings.finest >= Level::Work,
            twice: false,
            known: settings.known,
            today: settings.today,
            stop: self.stop,
        };
        loop {
            if self.ends() {
                return;
            }
            if self.backlog_takes_the_rest() {
                thread::sleep(PAUSE);
                continue;
            }
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            if settings.cases.is_some_and(|cases| index >= cases) {
                return;
            }
            let start = Instant::now();
            let guided = settings.guide.and_then(|guide| guide.nth(settings.programs, index));
            let (name, program) = guided.unwrap_or_else(|| settings.programs.nth(index));
            let source = program.to_source();
            let made = start.elapsed();
            let trace = self.trace(index);
            let question = Question::expression(name, source.clone().into_bytes(), settings.folder).with_trace(trace);
            let mut answered = differential::ask(index as usize, question, self.engines, rules);
            if let Some(guide) = settings.guide {
                guide.look(&program);
            }
            let exercised = index.is_multiple_of(SAMPLED).then(|| coverage::exercised(source.as_bytes(), false));
            // What does not parse exercises nothing.
            let exercised = exercised.map(Option::unwrap_or_default);
            let seen = self.counters().count(&answered, made, exercised);
            let comparison = answered.comparisons.remove(0);
            if comparison.verdict == Verdict::Diverge {
                self.enter(&answered.question.name, comparison, (program, trace), seen);
            }
        }
    }

    /// Enters a divergent program. Where a bucket explains it, what points to the cause is taken out: what is left of
    /// the program may diverge by itself. `seen` tells how many programs diverged before.
    fn enter(&self, name: &str, mut comparison: Comparison, (mut program, trace): (Expr, Trace), seen: u64) {
        for _ in 0..CAUSES {
            let (Some(level), Some(signature)) = (comparison.level, &comparison.bucket) else { return };
            let telling = match self.triage().enter(name, level, signature, (&program, trace)) {
                Entered::Counted => return,
                Entered::Unexplained => {
                    if self.settings.first_only {
                        self.done.store(true, Ordering::Relaxed);
                    }
                    return;
                }
                Entered::Explained(telling) => telling,
            };
            let [first, every] = LOOKED_INTO;
            if seen > first && !seen.is_multiple_of(every) {
                return;
            }
            match self.without((&program, trace), &telling) {
                Some((rest, found)) if found.verdict == Verdict::Diverge => (program, comparison) = (rest, found),
                _ => return,
            }
        }
    }

    /// The program without what points to a cause, and how the engines compare on it; nothing where it cannot be taken
    /// out. The reference should still give a value: where both fail, what comes behind is not evaluated.
    fn without(&self, (program, trace): (&Expr, Trace), telling: &BTreeSet<String>) -> Option<(Expr, Comparison)> {
        let asker = self.asker(self.settings.finest, trace);
        let mut first = None;
        for rest in repair::without(program, telling) {
            let ([_, reference], comparison) = asker.ask(rest.to_source().as_bytes())?;
            if reference.ending == Ending::Exited(0) {
                return Some((rest, comparison));
            }
            first.get_or_insert((rest, comparison));
        }
        first
    }

    fn asker(&self, finest: Level, trace: Trace) -> Asker<'_> {
        Asker {
            subject: &self.engines[0],
            reference: Some(&self.engines[1]),
            folder: self.settings.folder.to_owned(),
            finest,
            count_work: finest >= Level::Work,
            trace,
        }
    }

    /// How much of its trace the program of this number is asked for.
    fn trace(&self, index: u64) -> Trace {
        if self.shortens { trace_of(index) } else { Trace::Whole }
    }

    /// What the reducing thread does until no worker is left and nothing waits, or the time is over.
    fn reduce(&self, mut tell: impl FnMut(Finding)) {
        // A pool of its own, so that as many candidates are tried at once as there are workers.
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.settings.jobs).build();
        while !self.ends() {
            // First who asks, then what they left: what the last worker enters is not missed.
            let asking = self.asking.load(Ordering::Relaxed) > 0;
            let Some(suspect) = self.triage().next() else {
                if !asking {
                    return;
                }
                thread::sleep(PAUSE);
                continue;
            };
            let start = Instant::now();
            let asker = self.asker(suspect.level, suspect.trace);
            let keeps = asker.keeps(&suspect.program, Kept::Bucket(suspect.signature.clone()));
            // A campaign that ends takes the smallest so far.
            let shows = |program: &Expr| !self.ends() && keeps(program);
            let effort = self.settings.reduction;
            let reduced = match &pool {
                Ok(pool) => pool.install(|| reduce::reduce(&suspect.program, shows, effort)),
                Err(_) => reduce::reduce(&suspect.program, shows, effort),
            };
            let ended = self.ends();
            let Ok(mut reduced) = reduced else {
                if ended {
                    self.triage().put_back(suspect);
                }
                continue;
            };
            reduced.finished &= !ended;
            let readable = reduced.program.to_readable();
            let outcomes = asker.outcomes(readable.as_bytes());
            let [count, milliseconds] = &self.reductions;
            count.fetch_add(1, Ordering::Relaxed);
            let took = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
            milliseconds.fetch_add(took, Ordering::Relaxed);
            let closed = self.triage().close(&suspect, &reduced, readable, outcomes);
            if let Some(finding) = closed {
                let telling = finding.mark.telling().clone();
                tell(finding);
                // A cause that is found, or accepted, must not hide another one in the same program.
                if !ended
                    && let Some((rest, found)) = self.without((&suspect.program, suspect.trace), &telling)
                    && let (Verdict::Diverge, Some(level), Some(signature)) =
                        (found.verdict, found.level, &found.bucket)
                {
                    self.triage().enter(&suspect.name, level, signature, (&rest, suspect.trace));
                }
            }
        }
    }

    /// Whether what waits to be reduced takes all the time that is left.
    fn backlog_takes_the_rest(&self) -> bool {
        let Some(left) = self.left() else { return false };
        let [count, milliseconds] = self.reductions.each_ref().map(|it| it.load(Ordering::Relaxed));
        let each = milliseconds.checked_div(count).map_or(FIRST_REDUCTION, Duration::from_millis);
        let backlog = u32::try_from(self.triage().backlog()).unwrap_or(u32::MAX);
        each.saturating_mul(backlog.saturating_add(1)) >= left && backlog > 0
    }

    /// The time that is left, where there is a limit.
    fn left(&self) -> Option<Duration> {
        self.settings.time.map(|time| time.saturating_sub(self.began.elapsed()))
    }

    /// Buckets of one cause, put together. Whether a program still diverges without a cause is asked as long as there
    /// is time.
    fn groups(&self) -> Vec<Group> {
        let findings = self.triage().all().to_vec();
        let marks: Vec<_> = findings.iter().map(|finding| (finding.mark.clone(), finding.programs)).collect();
        causes::group(&marks, |first, at| {
            let program = read(&findings[at].original).ok().filter(|_| !self.ends())?;
            let (_, comparison) = self.without((&program, findings[at].trace), findings[first].mark.telling())?;
            Some(comparison.bucket.as_ref() == Some(&findings[at].signature))
        })
    }

    /// Whether nothing more is to be asked or reduced.
    fn ends(&self) -> bool {
        let over = self.left().is_some_and(|left| left.is_zero());
        over || self.stop.load(Ordering::Relaxed) || self.done.load(Ordering::Relaxed)
    }

    fn snapshot(&self) -> Snapshot {
        let (known, new) = self.triage().counts();
        self.counters().snapshot(self.began.elapsed(), known, new)
    }

    fn counters(&self) -> MutexGuard<'_, Counters> {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Shared<'a> {
    fn triage(&self) -> MutexGuard<'_, Triage<'a>> {
        self.triage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
