//! Puts questions to several engines and compares their answers. A case is passed on as soon as it is finished, in
//! whatever order: a case that waited in memory would be lost if the process ended.

mod tally;

use std::{
    collections::VecDeque,
    io, mem,
    panic::resume_unwind,
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use bstr::ByteSlice;
use jiff::civil::Date;
use similar::{ChangeTag, TextDiff};

pub use tally::{EngineSummary, Summary, Tally, worst};

use crate::{
    case::{Question, QuestionsError, Request},
    engine::{Named, room, terms},
    forcing::Forcing,
    known::Known,
    outcome::{
        Outcome,
        compare::{Comparison, Level, Verdict, compare_on},
    },
};

/// Lines that are shown of how two answers of one engine differ.
const DIFF_LINES: usize = 12;

/// How long the smallest such difference is looked for.
const LONGEST_SEARCH: Duration = Duration::from_millis(200);

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
    /// Set from outside to end the run: what is being asked is finished, and nothing more is begun.
    pub stop: &'a AtomicBool,
}

/// One question with all that came of it.
#[derive(Debug)]
pub struct Answered {
    /// Its place among all questions of the run, in whichever part of it it was asked.
    pub index: usize,
    /// The question.
    pub question: Question,
    /// What each engine did: the subject first, then the references in order.
    pub outcomes: Vec<Outcome>,
    /// The subject compared with each reference.
    pub comparisons: Vec<Comparison>,
    /// Whether the answer leads to further questions.
    pub recurses: bool,
    /// Why the answers differ, as far as that was found out, a line each.
    pub cause: Vec<String>,
    /// In which order the worst reference and the subject force, where that was asked for.
    pub forcing: Option<Forcing>,
}

impl Answered {
    /// Whether an engine reached a limit.
    pub fn reached_a_limit(&self) -> bool {
        self.outcomes.iter().any(|outcome| outcome.ending.is_limit())
    }

    /// The worst comparison, and the index of its reference.
    pub fn worst(&self) -> (usize, &Comparison) {
        worst(&self.comparisons)
    }
}

/// Why a run could not go on.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// There is no next question.
    #[error(transparent)]
    Questions(#[from] QuestionsError),
    /// What came cannot be passed on.
    #[error(transparent)]
    Sink(io::Error),
}

/// What a task came to: finished cases, and what must be asked because of them.
pub struct Reply<Task> {
    /// Finished cases.
    pub answered: Vec<Answered>,
    /// Further tasks, which are worked on before others are begun.
    pub more: Vec<Task>,
    /// Tasks that reached a limit: when all others are done they are worked on again, one at a time.
    pub again: Vec<Task>,
}

/// Where the workers of a run meet.
struct Meeting<'t, 'k, Tasks, Task, Sink> {
    tasks: Tasks,
    /// Tasks that came of others, the next one first.
    more: VecDeque<Task>,
    /// Tasks to be worked on alone.
    again: VecDeque<Task>,
    /// How many workers are at a task.
    busy: usize,
    tally: &'t mut Tally<'k>,
    sink: Sink,
    result: Result<(), RunError>,
}

/// Works on all `tasks`, and on what comes of them. `ask` works on one; `sink` is given each case when it is finished
/// and counted. Gives whether the run came to its end: it does not where it was stopped.
///
/// # Errors
/// When a task cannot be had or `sink` fails: then nothing more is begun.
pub fn run<Task, Tasks, Ask, Sink>(
    tasks: Tasks,
    ask: Ask,
    rules: Rules<'_>,
    tally: &mut Tally<'_>,
    sink: Sink,
) -> Result<bool, RunError>
where
    Task: Send,
    Tasks: Iterator<Item = Result<Task, QuestionsError>> + Send,
    Ask: Fn(Task) -> Reply<Task> + Sync,
    Sink: FnMut(&Answered) -> io::Result<()> + Send,
{
    let (more, again) = (VecDeque::new(), VecDeque::new());
    let meeting = Meeting { tasks, more, again, busy: 0, tally, sink, result: Ok(()) };
    let (mut meeting, moved) = (Mutex::new(meeting), Condvar::new());
    loop {
        thread::scope(|scope| {
            let workers: Vec<_> =
                (0..rules.jobs.max(1)).map(|_| scope.spawn(|| work(&ask, rules.stop, &meeting, &moved))).collect();
            for worker in workers {
                if let Err(panic) = worker.join() {
                    resume_unwind(panic);
                }
            }
        });
        let at = meeting.get_mut().unwrap_or_else(PoisonError::into_inner);
        // Beside others, a case may have had too little of the machine.
        while at.result.is_ok()
            && !rules.stop.load(Ordering::Relaxed)
            && let Some(task) = at.again.pop_front()
        {
            at.take(ask(task));
        }
        if at.more.is_empty() || at.result.is_err() || rules.stop.load(Ordering::Relaxed) {
            break;
        }
    }
    let mut meeting = meeting.into_inner().unwrap_or_else(PoisonError::into_inner);
    meeting.result?;
    Ok(meeting.more.is_empty() && meeting.again.is_empty() && meeting.tasks.next().transpose()?.is_none())
}

/// What one worker does until no task is left.
fn work<'t, 'k, Task, Tasks, Sink>(
    ask: &impl Fn(Task) -> Reply<Task>,
    stop: &AtomicBool,
    meeting: &Mutex<Meeting<'t, 'k, Tasks, Task, Sink>>,
    moved: &Condvar,
) where
    Tasks: Iterator<Item = Result<Task, QuestionsError>>,
    Sink: FnMut(&Answered) -> io::Result<()>,
{
    /// Tells the others, when this worker panics at its task, that nothing will come of it: else they would wait.
    struct Busy<'m, 't, 'k, Tasks, Task, Sink>(&'m Mutex<Meeting<'t, 'k, Tasks, Task, Sink>>, &'m Condvar);
    impl<Tasks, Task, Sink> Drop for Busy<'_, '_, '_, Tasks, Task, Sink> {
        fn drop(&mut self) {
            lock(self.0).busy -= 1;
            self.1.notify_all();
        }
    }

    let mut at = lock(meeting);
    loop {
        if stop.load(Ordering::Relaxed) || at.result.is_err() {
            return;
        }
        let task = match at.more.pop_front() {
            Some(task) => task,
            None => match at.tasks.next() {
                Some(Ok(task)) => task,
                Some(Err(error)) => {
                    at.result = Err(error.into());
                    return;
                }
                None if at.busy == 0 => return,
                // What the others are at may lead to further tasks.
                None => {
                    at = moved.wait(at).unwrap_or_else(PoisonError::into_inner);
                    continue;
                }
            },
        };
        at.busy += 1;
        drop(at);
        let busy = Busy(meeting, moved);
        let reply = ask(task);
        mem::forget(busy);
        at = lock(meeting);
        // They wake once the lock is free, and see what is added here.
        at.busy -= 1;
        moved.notify_all();
        at.take(reply);
    }
}

/// What a lock guards stays usable: a worker that panics takes the whole run with it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<Tasks, Task, Sink: FnMut(&Answered) -> io::Result<()>> Meeting<'_, '_, Tasks, Task, Sink> {
    /// Takes what a task came to.
    fn take(&mut self, reply: Reply<Task>) {
        for mut answered in reply.answered {
            self.finish(&mut answered);
        }
        for task in reply.more.into_iter().rev() {
            self.more.push_front(task);
        }
        self.again.extend(reply.again);
    }

    /// Counts a case and lets it leave.
    fn finish(&mut self, answered: &mut Answered) {
        let spent = answered.outcomes.iter().map(|outcome| outcome.elapsed);
        let suite = answered.question.case().map(|case| case.suite.as_str());
        self.tally.count((suite, &answered.question.name), &mut answered.comparisons, spent);
        if self.result.is_ok() {
            self.result = (self.sink)(answered).map_err(RunError::Sink);
        }
    }
}

/// Puts one question to all engines and compares.
pub fn ask(index: usize, question: Question, engines: &[Named], rules: Rules<'_>) -> Answered {
    let request = question.request(rules.count_work);
    let answers = || engines.iter().map(|named| room::ask(&*named.engine, &request)).collect::<Vec<_>>();
    let outcomes = answers();
    let comparisons = compare_all(&request, &outcomes, answers, engines, rules);
    Answered { index, question, outcomes, comparisons, recurses: false, cause: Vec::new(), forcing: None }
}

/// Compares what the subject did when it was asked `request` with what each reference did. Where they differ, `again` asks once more.
pub fn compare_all(
    request: &Request,
    outcomes: &[Outcome],
    again: impl FnOnce() -> Vec<Outcome>,
    engines: &[Named],
    rules: Rules<'_>,
) -> Vec<Comparison> {
    let subject = &*engines[0].engine;
    let compared = |(reference, named): (&Outcome, &Named)| {
        compare_on(&outcomes[0], reference, terms(subject, &*named.engine, request, rules.finest))
    };
    let mut comparisons: Vec<_> = outcomes[1..].iter().zip(&engines[1..]).map(compared).collect();
    let differs = |comparison: &Comparison| comparison.verdict == Verdict::Diverge;
    if rules.twice || comparisons.iter().any(differs) {
        let again = again();
        let unsteady: Vec<bool> = outcomes.iter().zip(&again).map(|(one, other)| !one.is_same(other)).collect();
        for (index, comparison) in comparisons.iter_mut().enumerate() {
            let sides = [0, index + 1];
            // A crash is a finding, however rarely it comes.
            let crashed = sides.iter().any(|side| outcomes[*side].crashed() || again[*side].crashed());
            if let Some(side) = sides.into_iter().find(|side| unsteady[*side])
                && !(crashed && differs(comparison))
                && ![Verdict::Inconclusive, Verdict::NotAsked].contains(&comparison.verdict)
            {
                let reason = format!(
                    "{} answers differently when asked twice{}",
                    engines[side].name,
                    between_answers(&outcomes[side], &again[side])
                );
                *comparison = Comparison::inconclusive("not the same twice", reason);
            }
        }
    }
    comparisons
}

/// How two answers of one engine differ, on lines of its own: the ending, or the first stream that differs, as a diff.
fn between_answers(one: &Outcome, other: &Outcome) -> String {
    let (first, second) = (one.ending.to_string(), other.ending.to_string());
    if first != second {
        return format!(":\n-{first}\n+{second}");
    }
    let streams = [("stdout", &one.stdout, &other.stdout), ("stderr", &one.stderr, &other.stderr)];
    let Some((stream, one, other)) = streams.into_iter().find(|(_, one, other)| one != other) else {
        return ": its counts of work".to_owned();
    };
    let (one, other) = (one.to_str_lossy(), other.to_str_lossy());
    let diff = TextDiff::configure().timeout(LONGEST_SEARCH).diff_lines(&*one, &*other);
    let changes = diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal);
    let mut lines: Vec<String> = changes
        .take(DIFF_LINES + 1)
        .map(|change| format!("{}{:.200}", change.tag(), change.value().trim_end_matches('\n')))
        .collect();
    if lines.len() > DIFF_LINES {
        lines[DIFF_LINES] = "…".to_owned();
    }
    format!(", on {stream}:\n{}", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Ending;
    use crate::{
        engine::{Embedded, Limits},
        known::Known,
    };

    /// A case that reaches a limit is asked again when all others are done, and counts once.
    #[test]
    fn what_reaches_a_limit_is_asked_again_alone() {
        use crate::{case::Request, engine::Identity};

        /// Reaches a limit as long as others are asked, and where the question says so always; writes down what it does.
        struct Crowded(Identity, Mutex<(usize, Vec<String>)>);
        impl crate::engine::Engine for Crowded {
            fn identity(&self) -> &Identity {
                &self.0
            }

            fn evaluate(&self, request: &Request) -> Outcome {
                let text = String::from_utf8_lossy(&request.stdin).into_owned();
                let mut seen = lock(&self.1);
                seen.0 += 1;
                seen.1.push(text.clone());
                let limit = text == "always" || (text == "crowded" && seen.0 <= 4);
                let ending = if limit { Ending::TimedOut(Default::default()) } else { Ending::Exited(0) };
                Outcome { ending, stdout: text.into(), stderr: Vec::new(), elapsed: Default::default(), work: None }
            }
        }

        let crowded = || {
            let identity = Identity { engine: "cmd:crowded".into(), version: "crowded 1".into() };
            Box::new(Crowded(identity, Mutex::default()))
        };
        let engines = ["a", "b"].map(|name| Named { name: name.to_owned(), engine: crowded() });
        let (known, stop) = (Known::default(), AtomicBool::new(false));
        let today = jiff::civil::date(2030, 1, 1);
        let rules = Rules {
            jobs: 2,
            finest: Level::Stderr,
            count_work: false,
            twice: false,
            known: &known,
            today,
            stop: &stop,
        };
        let texts = ["crowded", "always", "1", "2"];
        let one = |(index, alone): (usize, bool)| {
            let question = Question::expression(texts[index].into(), texts[index].into(), std::path::Path::new("/"));
            let answered = ask(index, question, &engines, rules);
            match answered.reached_a_limit() && !alone {
                true => Reply { answered: Vec::new(), more: Vec::new(), again: vec![(index, true)] },
                false => Reply { answered: vec![answered], more: Vec::new(), again: Vec::new() },
            }
        };
        let mut left = Vec::new();
        let mut tally = Tally::new("diff", &engines, rules);
        let tasks = (0..texts.len()).map(|index| Ok((index, false)));
        let sink = |answered: &Answered| -> io::Result<()> {
            left.push((answered.question.name.clone(), answered.worst().1.verdict));
            Ok(())
        };
        assert!(run(tasks, one, rules, &mut tally, sink).expect("it runs"));
        left.sort();
        let expected = [("1", Verdict::Agree), ("2", Verdict::Agree), ("always", Verdict::Inconclusive)];
        let expected = [expected.as_slice(), &[("crowded", Verdict::Agree)]].concat();
        assert_eq!(left, expected.into_iter().map(|(name, it)| (name.to_owned(), it)).collect::<Vec<_>>());
    }

    /// A worker that panics, at its task or while its case leaves, ends the run: the others do not wait for it.
    #[test]
    fn a_panic_ends_the_run() {
        for at_task in [true, false] {
            let engine = || Box::new(Embedded::new(Limits::of_time(Duration::from_secs(60))));
            let engines = ["a", "b"].map(|name| Named { name: name.to_owned(), engine: engine() });
            let (known, stop) = (Known::default(), AtomicBool::new(false));
            let rules = Rules {
                jobs: 4,
                finest: Level::Stderr,
                count_work: false,
                twice: false,
                known: &known,
                today: jiff::civil::date(2030, 1, 1),
                stop: &stop,
            };
            let question = |text: &str| Question::expression(text.to_owned(), text.into(), std::path::Path::new("/"));
            let one = |index: usize| {
                assert!(!at_task, "at its task");
                Reply {
                    answered: vec![ask(index, question("1"), &engines, rules)],
                    more: Vec::new(),
                    again: Vec::new(),
                }
            };
            let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                let mut tally = Tally::new("diff", &engines, rules);
                let sink = |_: &Answered| -> io::Result<()> { panic!("while it leaves") };
                run((0..1).map(Ok), one, rules, &mut tally, sink).is_ok()
            }));
            assert!(ended.is_err());
        }
    }
}
