//! A fuzzing campaign: generated programs are put to a subject and to a reference. Programs on which the two differ are
//! sorted into buckets, and each bucket is reduced once.
//!
//! Each worker has a reference server of its own, so that the reference never waits. One thread in the background
//! reduces what diverges. Which programs are asked depends on the seed alone, not on how many workers there are or how
//! fast.

mod counters;
pub mod programs;
pub mod report;
pub mod self_check;
mod triage;

use std::{
    path::Path,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, SyncSender},
    },
    thread,
    time::{Duration, Instant},
};

use jiff::civil::Date;

pub use counters::{CoverageSummary, Snapshot, Summary};
pub use triage::Finding;

use crate::{
    case::Question,
    coverage,
    differential::{self, Rules},
    engine::Named,
    known::Known,
    outcome::compare::{Level, Verdict},
    program::Expr,
    reduce::{
        self, Effort,
        divergence::{Asker, Kept},
        shape,
    },
};
use counters::Counters;
use programs::Programs;
use triage::Triage;

/// One in so many programs is looked at for what of the language it exercises.
const SAMPLED: u64 = 8;

/// Divergent programs that wait to be reduced. What comes while so many wait is counted, and reduced when it is seen
/// again.
const WAITING: usize = 16;

/// How often whoever watches is told.
const TICK: Duration = Duration::from_millis(250);

/// How a campaign is run.
pub struct Settings<'a> {
    /// Where programs come from.
    pub programs: &'a Programs,
    /// How long programs are asked.
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
}

/// What a campaign tells while it runs.
pub enum Event<'e> {
    /// How far it is.
    Progress(&'e Snapshot),
    /// A bucket was found, and reduced as far as it could be.
    Found(&'e Finding),
}

/// A divergent program on its way to the reducer.
struct Suspect {
    name: String,
    program: Expr,
    level: Level,
    signature: String,
}

/// What the threads of a campaign share.
struct Shared<'a> {
    settings: &'a Settings<'a>,
    engines: &'a [Named; 2],
    stop: &'a AtomicBool,
    /// Whether what was looked for is found.
    done: AtomicBool,
    began: Instant,
    next: AtomicU64,
    counters: Mutex<Counters>,
    triage: Mutex<Triage<'a>>,
}

/// Runs a campaign on a subject and a reference until its time or its programs are over, or `stop` is set. `watch` is
/// told of what happens, on this thread.
pub fn run(
    engines: &[Named; 2],
    settings: &Settings<'_>,
    stop: &AtomicBool,
    mut watch: impl FnMut(Event<'_>),
) -> (Summary, Vec<Finding>) {
    let shared = Shared {
        settings,
        engines,
        stop,
        done: AtomicBool::new(false),
        began: Instant::now(),
        next: AtomicU64::new(0),
        counters: Mutex::default(),
        triage: Mutex::new(Triage::new(settings.known, settings.today, engines)),
    };
    let (suspects, waiting) = mpsc::sync_channel(WAITING);
    let (found, findings) = mpsc::channel();
    thread::scope(|scope| {
        let shared = &shared;
        for _ in 0..settings.jobs.max(1) {
            let suspects = suspects.clone();
            scope.spawn(move || shared.ask(&suspects));
        }
        drop(suspects);
        scope.spawn(move || {
            shared.reduce(&waiting, |finding| {
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
    let snapshot = shared.snapshot();
    let mut triage = shared.triage.into_inner().unwrap_or_else(PoisonError::into_inner);
    for finding in triage.unreduced() {
        watch(Event::Found(&finding));
    }
    let counters = shared.counters.into_inner().unwrap_or_else(PoisonError::into_inner);
    let summary = counters.summary(&snapshot, engines, &triage, settings);
    (summary, triage.into_findings())
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
    /// What one worker does: takes the next program, asks, and passes on what diverges.
    fn ask(&self, suspects: &SyncSender<Suspect>) {
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
            let over = settings.time.is_some_and(|time| self.began.elapsed() >= time);
            if over || self.ends() {
                return;
            }
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            if settings.cases.is_some_and(|cases| index >= cases) {
                return;
            }
            let start = Instant::now();
            let (name, program) = settings.programs.nth(index);
            let source = program.to_source();
            let made = start.elapsed();
            let question = Question::expression(name, source.clone().into_bytes(), settings.folder);
            let mut answered = differential::ask(index as usize, question, self.engines, rules);
            let exercised = index.is_multiple_of(SAMPLED).then(|| coverage::exercised(source.as_bytes(), false));
            // What does not parse exercises nothing.
            let exercised = exercised.map(Option::unwrap_or_default);
            self.counters().count(&answered, made, exercised);
            let comparison = answered.comparisons.remove(0);
            let (Verdict::Diverge, Some(level), Some(signature)) =
                (comparison.verdict, comparison.level, comparison.bucket)
            else {
                continue;
            };
            let wanted = self.triage().enter(&answered.question.name, level, &signature, &program);
            if wanted && settings.first_only {
                self.done.store(true, Ordering::Relaxed);
            }
            if wanted {
                let suspect = Suspect { name: answered.question.name, program, level, signature };
                if let Err(refused) = suspects.try_send(suspect) {
                    let (mpsc::TrySendError::Full(suspect) | mpsc::TrySendError::Disconnected(suspect)) = refused;
                    self.triage().put_off(&suspect.signature);
                }
            }
        }
    }

    /// What the reducing thread does until no worker is left.
    fn reduce(&self, suspects: &Receiver<Suspect>, mut tell: impl FnMut(Finding)) {
        // A pool of its own, so that as many candidates are tried at once as there are workers.
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.settings.jobs).build();
        for suspect in suspects {
            if self.ends() {
                self.triage().put_off(&suspect.signature);
                continue;
            }
            let asker = Asker {
                subject: &self.engines[0],
                reference: Some(&self.engines[1]),
                folder: self.settings.folder.to_owned(),
                finest: suspect.level,
                count_work: suspect.level == Level::Work,
            };
            let keeps = asker.keeps(&suspect.program, Kept::Bucket(suspect.signature.clone()));
            // An interrupted campaign ends soon: then nothing smaller is found.
            let shows = |program: &Expr| !self.ends() && keeps(program);
            let reduced = match &pool {
                Ok(pool) => pool.install(|| reduce::reduce(&suspect.program, shows, self.settings.reduction)),
                Err(_) => reduce::reduce(&suspect.program, shows, self.settings.reduction),
            };
            let Ok(reduced) = reduced else {
                self.triage().put_off(&suspect.signature);
                continue;
            };
            let readable = reduced.program.to_readable();
            let outcomes = asker.outcomes(readable.as_bytes());
            let shape = shape::of(&reduced.program);
            if let Some(finding) = self.triage().close(suspect, &reduced, readable, shape, outcomes) {
                tell(finding);
            }
        }
    }

    /// Whether nothing more is to be asked or reduced.
    fn ends(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.done.load(Ordering::Relaxed)
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
