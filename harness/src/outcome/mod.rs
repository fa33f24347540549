//! What an evaluation did, the same for every engine.

pub(crate) mod bucket;
pub mod compare;
pub mod crash;
mod effects;
pub mod error;
pub mod judge;
pub mod normalise;
mod tree;
mod unit;
mod value;
pub mod words;
pub mod work;

use std::{fmt, time::Duration};

pub use compare::Level;
pub use crash::Crash;
pub use judge::{Judgement, Verdict, judge};
pub use work::Work;

/// How an evaluation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It ran to its end.
    Exited(i32),
    /// A signal ended it.
    Signalled(i32),
    /// It broke down, and its runtime said how.
    Crashed(Crash),
    /// It could not be started; why.
    NotStarted(String),
    /// It was not asked, because the engine has no way to ask that; why.
    NotAsked(String),
    /// It was ended because it used up its CPU time.
    TimedOut(Duration),
    /// It was ended because it did not end in this time on the clock, most of which it waited.
    Stalled(Duration),
    /// A budget ran out; which.
    Exhausted(String),
}

impl Ending {
    /// Whether a limit was reached: that says something of the limit and of the machine, and nothing of the program.
    pub fn is_limit(&self) -> bool {
        matches!(self, Ending::TimedOut(_) | Ending::Stalled(_) | Ending::Exhausted(_))
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ending::Exited(status) => write!(to, "exit status {status}"),
            Ending::Signalled(signal) => {
                write!(to, "ended by signal {signal}")?;
                crash::signal_name(*signal).map_or(Ok(()), |name| write!(to, " ({name})"))
            }
            Ending::Crashed(crash) => write!(to, "crashed: {crash}"),
            Ending::NotStarted(reason) => write!(to, "could not be started: {reason}"),
            Ending::NotAsked(reason) => write!(to, "not asked: {reason}"),
            Ending::TimedOut(limit) => write!(to, "no end after {} s of CPU time", limit.as_secs_f32()),
            Ending::Stalled(limit) => write!(to, "no end after {} s on the clock", limit.as_secs_f32()),
            Ending::Exhausted(budget) => write!(to, "ran out of budget: {budget}"),
        }
    }
}

/// Everything an engine can tell about one evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub ending: Ending,
    /// All it wrote to standard output.
    pub stdout: Vec<u8>,
    /// All it wrote to standard error.
    pub stderr: Vec<u8>,
    /// How long it took, on the clock.
    pub elapsed: Duration,
    /// What it counted of its work, where it was asked to and can.
    pub work: Option<Work>,
}

impl Outcome {
    /// The outcome of a case that could not be put to its evaluator, for this reason.
    pub fn not_started(reason: String) -> Outcome {
        Outcome::without_output(Ending::NotStarted(reason))
    }

    /// The outcome of a case that its engine has no way to ask, for this reason.
    pub fn not_asked(reason: String) -> Outcome {
        Outcome::without_output(Ending::NotAsked(reason))
    }

    pub(crate) fn without_output(ending: Ending) -> Outcome {
        Outcome { ending, stdout: Vec::new(), stderr: Vec::new(), elapsed: Duration::ZERO, work: None }
    }

    /// Whether it broke down.
    pub fn crashed(&self) -> bool {
        matches!(self.ending, Ending::Crashed(_) | Ending::Signalled(_))
    }

    /// Whether another answer to the same question is the same, up to what differs each time that a process runs.
    pub fn is_same(&self, other: &Outcome) -> bool {
        let ending = |outcome: &Outcome| match &outcome.ending {
            Ending::Crashed(crash) => crash.signature(),
            ending => ending.to_string(),
        };
        let streams = |outcome: &Outcome| (outcome.stdout.clone(), normalise::steady(&outcome.stderr).into_owned());
        ending(self) == ending(other) && self.work == other.work && streams(self) == streams(other)
    }
}
