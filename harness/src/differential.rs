//! Puts questions to several engines at once and compares their answers, streaming what comes in the order of the
//! questions, however many are asked at a time.

use std::{
    collections::BTreeMap,
    io,
    panic::resume_unwind,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use jiff::civil::Date;
use serde::Serialize;

use crate::{
    case::Question,
    engine::Named,
    known::{
        Known,
        difference::{Ledger, Seen},
    },
    outcome::{
        Ending, Outcome,
        compare::{Comparison, Level, Verdict, compare},
    },
};

/// How far the fastest worker may be ahead of the slowest one. What is ahead waits in memory.
const AHEAD: usize = 1024;

/// How questions are asked and compared.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// How many questions are asked at once.
    pub jobs: usize,
    /// The finest level that counts.
    pub finest: Level,
    /// Whether engines count their work.
    pub count_work: bool,
    /// Whether every engine is asked every question twice; without it, only where there is a difference.
    pub twice: bool,
    /// Differences that are accepted.
    pub known: &'a Known,
    /// The day on which they must still be.
    pub today: Date,
    /// Whether all cases of their folders are asked.
    pub complete: bool,
}

/// One question with all that came of it.
#[derive(Debug)]
pub struct Answered<'a> {
    /// The question.
    pub question: &'a Question,
    /// What each engine did: the subject first, then the references in order.
    pub outcomes: Vec<Outcome>,
    /// The subject compared with each reference.
    pub comparisons: Vec<Comparison>,
}

impl Answered<'_> {
    /// The worst comparison, and the index of its reference.
    pub fn worst(&self) -> (usize, &Comparison) {
        let severity = |comparison: &Comparison| (comparison.verdict, std::cmp::Reverse(comparison.level));
        let mut worst = (0, &self.comparisons[0]);
        for (index, comparison) in self.comparisons.iter().enumerate() {
            if severity(comparison) > severity(worst.1) {
                worst = (index, comparison);
            }
        }
        worst
    }
}

/// What an engine was in a run.
#[derive(Clone, Debug, Serialize)]
pub struct EngineSummary {
    /// How it was asked for.
    pub engine: String,
    /// What it says of its version.
    pub version: String,
    /// How many questions a second it answered, one worker.
    pub rate: f64,
    /// What people should know of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// What a run came to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// How many cases.
    pub cases: usize,
    /// How many of each verdict; each is there.
    pub verdicts: BTreeMap<Verdict, usize>,
    /// How many that diverge or are known to, by level.
    pub levels: BTreeMap<Level, usize>,
    /// How many by signature, without those that agree.
    pub buckets: BTreeMap<String, usize>,
    /// The engines by name.
    pub engines: BTreeMap<String, EngineSummary>,
    /// The subject's name.
    pub subject: String,
    /// What is wrong with the list of accepted differences.
    pub problems: Vec<String>,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Cases a second.
    pub rate: f64,
}

impl Summary {
    /// How many cases have this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.verdicts.get(&verdict).copied().unwrap_or(0)
    }

    /// Whether nothing diverges unexplained, and the list of accepted differences is true.
    pub fn succeeded(&self) -> bool {
        self.count(Verdict::Diverge) == 0 && self.problems.is_empty()
    }
}

/// Where finished cases meet: they leave in order.
struct Meeting<'a, 'q, Sink> {
    next_to_ask: usize,
    next_to_leave: usize,
    waiting: BTreeMap<usize, Answered<'q>>,
    ledger: Ledger<'a>,
    summary: Summary,
    spent: Vec<Duration>,
    sink: Sink,
    result: io::Result<()>,
}

/// Asks all `questions` of the subject and of each of `references`, of which there is at least one. `sink` is given
/// each case in order.
///
/// # Errors
/// When `sink` fails: then nothing more is asked.
pub fn run<Sink>(
    questions: &[Question],
    subject: &Named,
    references: &[Named],
    rules: Rules<'_>,
    sink: Sink,
) -> io::Result<Summary>
where
    Sink: FnMut(&Answered<'_>) -> io::Result<()> + Send,
{
    let engines: Vec<&Named> = std::iter::once(subject).chain(references).collect();
    let start = Instant::now();
    let verdicts = [Verdict::Agree, Verdict::Known, Verdict::Inconclusive, Verdict::Diverge].map(|it| (it, 0)).into();
    let meeting = Mutex::new(Meeting {
        next_to_ask: 0,
        next_to_leave: 0,
        waiting: BTreeMap::new(),
        ledger: Ledger::new(rules.known.differences(), rules.today),
        summary: Summary { cases: questions.len(), verdicts, subject: subject.name.clone(), ..Summary::default() },
        spent: vec![Duration::ZERO; engines.len()],
        sink,
        result: Ok(()),
    });
    let moved = Condvar::new();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..rules.jobs.clamp(1, questions.len().max(1)))
            .map(|_| scope.spawn(|| work(questions, &engines, rules, &meeting, &moved)))
            .collect();
        for worker in workers {
            if let Err(panic) = worker.join() {
                resume_unwind(panic);
            }
        }
    });
    let meeting = meeting.into_inner().unwrap_or_else(PoisonError::into_inner);
    meeting.result?;
    let mut summary = meeting.summary;
    for (named, spent) in engines.iter().zip(&meeting.spent) {
        let identity = named.engine.identity().clone();
        let rate = rate(questions.len(), *spent);
        let notes = named.engine.notes();
        let entry = EngineSummary { engine: identity.engine, version: identity.version, rate, notes };
        summary.engines.insert(named.name.clone(), entry);
    }
    summary.problems = meeting.ledger.audit(rules.complete);
    summary.seconds = start.elapsed().as_secs_f64();
    summary.rate = rate(questions.len(), start.elapsed());
    Ok(summary)
}

/// What one worker does until no question is left.
fn work<'q, Sink: FnMut(&Answered<'_>) -> io::Result<()>>(
    questions: &'q [Question],
    engines: &[&Named],
    rules: Rules<'_>,
    meeting: &Mutex<Meeting<'_, 'q, Sink>>,
    moved: &Condvar,
) {
    loop {
        let mut at = lock(meeting);
        while at.next_to_ask >= at.next_to_leave + AHEAD && at.result.is_ok() {
            at = moved.wait(at).unwrap_or_else(PoisonError::into_inner);
        }
        let index = at.next_to_ask;
        let Some(question) = questions.get(index).filter(|_| at.result.is_ok()) else { return };
        at.next_to_ask += 1;
        drop(at);
        let answered = ask(question, engines, rules);
        let mut at = lock(meeting);
        at.waiting.insert(index, answered);
        at.leave(engines);
        moved.notify_all();
    }
}

/// What a lock guards stays usable: a worker that panics takes the whole run with it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts one question to all engines and compares.
pub(crate) fn ask<'q>(question: &'q Question, engines: &[&Named], rules: Rules<'_>) -> Answered<'q> {
    let request = question.request(rules.count_work);
    let answers = || engines.iter().map(|named| named.engine.evaluate(&request)).collect::<Vec<_>>();
    let outcomes = answers();
    let mut comparisons: Vec<_> =
        outcomes[1..].iter().map(|reference| compare(&outcomes[0], reference, rules.finest)).collect();
    let differs = |comparison: &Comparison| comparison.verdict == Verdict::Diverge;
    if rules.twice || comparisons.iter().any(differs) {
        let again = answers();
        let unsteady: Vec<bool> = outcomes.iter().zip(&again).map(|(one, other)| !same(one, other)).collect();
        for (index, comparison) in comparisons.iter_mut().enumerate() {
            let sides = [0, index + 1];
            // A crash is a finding, however rarely it comes.
            let crashed = sides.iter().any(|side| {
                let endings = [&outcomes[*side].ending, &again[*side].ending];
                endings.iter().any(|ending| matches!(ending, Ending::Signalled(_) | Ending::Panicked(_)))
            });
            if let Some(side) = sides.into_iter().find(|side| unsteady[*side])
                && !(crashed && differs(comparison))
                && comparison.verdict != Verdict::Inconclusive
            {
                let reason = format!("{} answers differently when asked twice", engines[side].name);
                *comparison = Comparison::inconclusive("not the same twice", reason);
            }
        }
    }
    Answered { question, outcomes, comparisons }
}

/// Whether two answers of one engine are the same.
fn same(one: &Outcome, other: &Outcome) -> bool {
    (&one.ending, &one.stdout, &one.stderr, &one.work) == (&other.ending, &other.stdout, &other.stderr, &other.work)
}

impl<Sink: FnMut(&Answered<'_>) -> io::Result<()>> Meeting<'_, '_, Sink> {
    /// Lets all cases leave whose turn it is.
    fn leave(&mut self, engines: &[&Named]) {
        while let Some(mut answered) = self.waiting.remove(&self.next_to_leave) {
            self.next_to_leave += 1;
            for (index, comparison) in answered.comparisons.iter_mut().enumerate() {
                let difference = comparison.level.zip(comparison.bucket.as_deref());
                let seen =
                    Seen { case: &answered.question.name, difference, engines: [engines[0], engines[index + 1]] };
                if let Some(reason) = self.ledger.enter(seen) {
                    comparison.verdict = Verdict::Known;
                    comparison.reason = Some(reason.to_owned());
                }
            }
            for (spent, outcome) in self.spent.iter_mut().zip(&answered.outcomes) {
                *spent += outcome.elapsed;
            }
            let (_, worst) = answered.worst();
            *self.summary.verdicts.entry(worst.verdict).or_default() += 1;
            if let Some(level) = worst.level {
                *self.summary.levels.entry(level).or_default() += 1;
            }
            if let Some(bucket) = &worst.bucket {
                *self.summary.buckets.entry(bucket.clone()).or_default() += 1;
            }
            if self.result.is_ok() {
                self.result = (self.sink)(&answered);
            }
        }
    }
}

fn rate(cases: usize, time: Duration) -> f64 {
    let seconds = time.as_secs_f64();
    if seconds > 0.0 { cases as f64 / seconds } else { 0.0 }
}
