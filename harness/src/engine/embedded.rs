//! The evaluator of this repository, called as a function.
//!
//! Cases are evaluated on threads that are kept from case to case. A panic is caught there, a deep parse has a large
//! stack, and a case that does not return is abandoned together with its thread, so that it holds up no other. Long
//! before that, budgets of fuel and heap end a runaway.

use std::{
    os::unix::ffi::OsStringExt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use nix::unistd::{self, Uid};
use nix_evaluator::{
    cli::{Budgets, Completed, Invocation},
    refusal,
    settings::User,
};
use rustix::process::Pid;

use super::{Engine, Identity, Limits, clock};
use crate::{
    case::Request,
    outcome::{Crash, Ending, Outcome, work},
    panics,
};

/// Address space, not memory: pages are taken as the stack grows.
const STACK_BYTES: usize = 256 << 20;

/// Far above what any fixture takes; a busy loop reaches it in well under a minute.
const FUEL: u64 = 1_000_000_000;

/// Where no limit of memory is given.
const HEAP_MIB: u32 = 4096;

/// The evaluator in this process.
pub struct Embedded {
    identity: Identity,
    evaluate: fn(&Invocation) -> Completed,
    limits: Limits,
    /// The largest heap of an evaluation, in bytes.
    peak: AtomicU64,
    /// Threads that wait for a case.
    idle: Mutex<Vec<Worker>>,
}

/// A thread that evaluates. It ends when this is dropped, or where it is busy then, after its case.
struct Worker {
    cases: Sender<Invocation>,
    answers: Receiver<Result<Completed, Ending>>,
    began: Arc<Began>,
}

/// Whose CPU time counts for a case, and from where on. What is here is as the worker left it when it began the case:
/// nobody looks before the case has had its time.
#[derive(Default)]
struct Began {
    /// The thread's number, 0 where it has not begun.
    thread: AtomicI32,
    /// Its CPU time in nanoseconds when it took up the case.
    at: AtomicU64,
}

impl Began {
    /// The case begins now, on this thread.
    #[cfg(target_os = "linux")]
    fn now(&self) {
        let at = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        let nanoseconds = Duration::try_from(at).map_or(0, |at| u64::try_from(at.as_nanos()).unwrap_or(u64::MAX));
        self.at.store(nanoseconds, Ordering::Relaxed);
        self.thread.store(rustix::thread::gettid().as_raw_nonzero().get(), Ordering::Relaxed);
    }

    /// Other systems do not tell the CPU time of a thread to another.
    #[cfg(not(target_os = "linux"))]
    fn now(&self) {}

    /// The CPU time of the case so far.
    fn used(&self) -> Option<Duration> {
        let thread = Pid::from_raw(self.thread.load(Ordering::Relaxed))?;
        let before = Duration::from_nanos(self.at.load(Ordering::Relaxed));
        Some(clock::of_thread(thread)?.saturating_sub(before))
    }
}

impl Worker {
    fn start(evaluate: fn(&Invocation) -> Completed) -> Result<Worker, Ending> {
        let (cases, to_do) = mpsc::channel::<Invocation>();
        let (done, answers) = mpsc::channel();
        let began = Arc::new(Began::default());
        let begins = began.clone();
        let thread = thread::Builder::new().name("evaluation".to_owned()).stack_size(STACK_BYTES).spawn(move || {
            for invocation in to_do {
                begins.now();
                // Nobody listens any more once the time limit has passed.
                let answer = panics::catch(|| evaluate(&invocation)).map_err(|panic| match refusal::is_meant(&panic) {
                    true => Ending::Exhausted("the system has no more memory".to_owned()),
                    false => Ending::Crashed(Crash::of_panic(&panic)),
                });
                if done.send(answer).is_err() {
                    return;
                }
            }
        });
        thread.map(|_| Worker { cases, answers, began }).map_err(|error| Ending::NotStarted(error.to_string()))
    }

    /// What comes of a case within `limits`, or which of them it reaches: then the worker is of no further use, and is
    /// told to end what it does.
    fn evaluate(&self, mut invocation: Invocation, limits: Limits) -> Result<Result<Completed, Ending>, Ending> {
        let interrupt = Arc::new(AtomicBool::new(false));
        invocation.interrupt = Some(interrupt.clone());
        // It fails only where the thread has ended, and then nothing comes.
        let _ = self.cases.send(invocation);
        let answer = clock::within(limits, || self.began.used(), |time| self.answers.recv_timeout(time).ok());
        interrupt.store(answer.is_err(), Ordering::Relaxed);
        answer
    }
}

impl Embedded {
    /// The evaluator this program is built with; a case that takes more than `limits` is given up.
    pub fn new(limits: Limits) -> Embedded {
        Embedded::calling(nix_evaluator::cli::run, limits)
    }

    fn calling(evaluate: fn(&Invocation) -> Completed, limits: Limits) -> Embedded {
        let version = format!("nix_evaluator {}", env!("CARGO_PKG_VERSION"));
        Embedded {
            identity: Identity { engine: "embedded".to_owned(), version },
            evaluate,
            limits,
            peak: AtomicU64::new(0),
            idle: Mutex::default(),
        }
    }

    /// What comes of a case, on a thread that waits or on a new one.
    fn answer(&self, invocation: Invocation) -> Result<Completed, Ending> {
        let waiting = self.idle().pop();
        let worker = match waiting {
            Some(worker) => worker,
            None => Worker::start(self.evaluate)?,
        };
        let answer = worker.evaluate(invocation, self.limits);
        if answer.is_ok() {
            self.idle().push(worker);
        }
        answer.unwrap_or_else(Err)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The user who runs this process, as the program has one: whose a home folder is decides whether it is taken.
fn user() -> User {
    User { id: Uid::effective().as_raw(), registered_home }
}

fn registered_home(id: u32) -> Option<Vec<u8>> {
    let entry = unistd::User::from_uid(Uid::from_raw(id)).ok()??;
    Some(entry.dir.into_os_string().into_vec())
}

impl Engine for Embedded {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn evaluate(&self, request: &Request) -> Outcome {
        let mut environment = request.environment.clone();
        if request.count_work {
            environment.push((work::VARIABLE.into(), "1".into()));
        }
        let heap = u64::from(self.limits.memory_mib.unwrap_or(HEAP_MIB)) << 20;
        let invocation = Invocation {
            is_nix_instantiate: false,
            terminal: false,
            arguments: request.arguments.clone(),
            environment,
            current_dir: request.current_dir.clone(),
            user: Some(user()),
            stdin: request.stdin.clone(),
            stdin_failure: None,
            budgets: Budgets { fuel: Some(FUEL), heap_bytes: Some(heap) },
            interrupt: None,
        };
        let start = Instant::now();
        let answer = self.answer(invocation);
        let elapsed = start.elapsed();
        match answer {
            Ok(Completed { status, stdout, mut stderr, exhausted, heap_bytes }) => {
                self.peak.fetch_max(heap_bytes, Ordering::Relaxed);
                let work = if request.count_work { work::take(&mut stderr) } else { None };
                let most = (self.limits.output_mib as usize) << 20;
                let ending = if stdout.len().max(stderr.len()) > most {
                    Ending::Exhausted(format!("more than {} MiB of output", self.limits.output_mib))
                } else {
                    exhausted.map_or(Ending::Exited(status), Ending::Exhausted)
                };
                Outcome { ending, stdout, stderr, elapsed, work }
            }
            Err(ending) => Outcome { ending, stdout: Vec::new(), stderr: Vec::new(), elapsed, work: None },
        }
    }

    fn peak_memory(&self) -> Option<u64> {
        Some(self.peak.load(Ordering::Relaxed)).filter(|bytes| *bytes > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(arguments: &[&str]) -> Request {
        Request {
            arguments: arguments.iter().map(Into::into).collect(),
            environment: Vec::new(),
            current_dir: "/".into(),
            stdin: b"1".to_vec(),
            ..Request::default()
        }
    }

    fn ending(evaluate: fn(&Invocation) -> Completed) -> Ending {
        Embedded::calling(evaluate, LIMITS).evaluate(&request(&["--eval"])).ending
    }

    const LIMITS: Limits = Limits { clock: Duration::from_millis(1500), ..Limits::of_time(Duration::from_millis(500)) };

    fn completed(status: i32, stderr: &str) -> Completed {
        Completed { status, stderr: stderr.into(), ..Completed::default() }
    }

    #[test]
    fn a_panic_is_an_ending_with_message_and_place() {
        let Ending::Crashed(crash) = ending(|_| panic!("operand {} executed", 7)) else { panic!("no panic seen") };
        assert_eq!(crash.message, "panic: operand 7 executed");
        assert!(crash.place.as_ref().is_some_and(|place| place.contains("embedded.rs:")), "{crash}");
        assert_eq!(ending(|_| completed(0, "")), Ending::Exited(0), "the next case is not harmed");
    }

    #[test]
    fn where_no_home_is_set_it_is_the_users() {
        let engine = Embedded::new(LIMITS);
        let outcome = engine.evaluate(&request(&["--eval", "--expr", "~/a"]));
        let home = registered_home(user().id).expect("whoever runs tests is in the user database");
        assert_eq!(outcome.stdout, [&*home, b"/a\n"].concat(), "{}", outcome.stderr.escape_ascii());
    }

    #[test]
    fn a_case_that_does_not_come_back_is_left_behind() {
        let hangs = |_: &Invocation| loop {
            thread::sleep(Duration::from_secs(3600));
        };
        assert_eq!(ending(hangs), Ending::Stalled(LIMITS.clock));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn only_the_cpu_time_of_the_case_counts() {
        let spin = |invocation: &Invocation| {
            let interrupt = invocation.interrupt.as_ref().expect("every case has one");
            while !interrupt.load(Ordering::Relaxed) {}
            completed(0, "")
        };
        let engine = Embedded::calling(spin, Limits { clock: Duration::from_secs(120), ..LIMITS });
        assert_eq!(engine.evaluate(&request(&["--eval"])).ending, Ending::TimedOut(LIMITS.time));
        let naps = |_: &Invocation| {
            thread::sleep(Duration::from_millis(800));
            completed(0, "")
        };
        let engine = Embedded::calling(naps, Limits { clock: Duration::from_secs(120), ..LIMITS });
        for _ in 0..2 {
            assert_eq!(engine.evaluate(&request(&["--eval"])).ending, Ending::Exited(0));
        }
        // What earlier cases have used on the same thread is not this one's.
        let works = |_: &Invocation| {
            let start = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
            let used = || rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime) - start;
            while used().tv_sec == 0 && used().tv_nsec < 300_000_000 {}
            thread::sleep(Duration::from_millis(500));
            completed(0, "")
        };
        let engine = Embedded::calling(works, Limits { clock: Duration::from_secs(120), ..LIMITS });
        for _ in 0..3 {
            assert_eq!(engine.evaluate(&request(&["--eval"])).ending, Ending::Exited(0));
        }
    }

    #[test]
    fn what_is_left_behind_ends() {
        static ENDED: AtomicBool = AtomicBool::new(false);
        let evaluate = |invocation: &Invocation| {
            let completed = nix_evaluator::cli::run(invocation);
            ENDED.store(completed.exhausted.as_deref() == Some("the evaluation was interrupted"), Ordering::Relaxed);
            completed
        };
        let limit = Duration::from_millis(50);
        let engine = Embedded::calling(evaluate, Limits { clock: Duration::from_secs(120), ..Limits::of_time(limit) });
        let endless =
            "builtins.genericClosure { startSet = [ { key = 0; } ]; operator = x: [ { key = x.key + 1; } ]; }";
        let forever = Request { stdin: endless.into(), ..request(&["--eval", "-"]) };
        assert_eq!(engine.evaluate(&forever).ending, Ending::TimedOut(limit));
        let given_up = Instant::now();
        while !ENDED.load(Ordering::Relaxed) {
            assert!(given_up.elapsed() < Duration::from_secs(60), "it goes on");
            thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_budget_that_ran_out_is_told_from_an_error() {
        let exhausted =
            ending(|_| Completed { exhausted: Some("no fuel".to_owned()), ..completed(1, "error: no fuel\n") });
        assert_eq!(exhausted, Ending::Exhausted("no fuel".to_owned()));
        assert_eq!(ending(|_| completed(1, "error: the budget of fuel\n")), Ending::Exited(1));
        let memory = Limits { memory_mib: Some(16), ..Limits::of_time(Duration::from_secs(60)) };
        let engine = Embedded::new(memory);
        let evaluate =
            |text: &str| engine.evaluate(&Request { stdin: text.into(), ..request(&["--eval", "--strict", "-"]) });
        let grown = evaluate("builtins.length (builtins.genList (x: [ x ]) 10000000)");
        assert!(matches!(&grown.ending, Ending::Exhausted(what) if what.contains("heap")), "{grown:?}");
        assert_eq!(
            evaluate("throw \"the evaluation ran out of memory (the budget of heap bytes)\"").ending,
            Ending::Exited(1)
        );
        assert_eq!(evaluate("builtins.length (builtins.genList (x: x) 100000)").ending, Ending::Exited(0));
        assert!(engine.peak_memory().is_some_and(|bytes| bytes > 1 << 16), "{:?}", engine.peak_memory());
    }

    #[test]
    fn deep_native_recursion_has_room() {
        fn sum(depth: u64) -> u64 {
            if depth == 0 { 0 } else { std::hint::black_box(depth) + sum(depth - 1) }
        }
        let deep = ending(|_| completed((sum(300_000) % 2) as i32, ""));
        assert_eq!(deep, Ending::Exited(0));
    }
}
