//! Oracles that need no reference: each evaluates a program in two ways that must come to the same.
//!
//! [`variants`] switches off what only makes the evaluator faster. [`round_trip`] writes what was parsed or evaluated
//! and reads it back. [`rewrites`] changes the program in ways that must not change its meaning. `definition` asks a
//! second evaluator. An oracle gives a [`Verdict`]. A difference carries the program and both sides, so that a fuzzer's crash report needs nothing else.
//!
//! The evaluator's own checks (finalisation, blackholes, empty slots: debug assertions) are an oracle as well: a panic
//! is an [`Observed::Crashed`], which agrees with nothing.

mod definition;
pub mod rewrites;
pub mod round_trip;
pub mod variants;

use std::fmt;

use bstr::ByteSlice;
use nix_evaluator::{
    errors::{ErrorKind, highlight},
    io::InMemory,
    session::{Answer, Budget, Calls, FOLDER, Session, Task, Variant},
    settings::FeatureSet,
};

use crate::{panics, program::Expr};

/// What an oracle says of a program.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Both ways came to the same.
    Agree,
    /// They did not: a bug in the evaluator, or in the oracle.
    Differ(Box<Difference>),
    /// A budget ran out on one side, so nothing was learnt.
    Inconclusive,
    /// The program is none that the oracle can judge.
    NotApplicable,
}

/// Two ways of evaluating that must come to the same and did not.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Which oracle found it.
    pub oracle: String,
    /// The program.
    pub program: Vec<u8>,
    /// What else was evaluated, where it was another text.
    pub other: Option<Vec<u8>>,
    /// What the program came to.
    pub left: Observed,
    /// What the other way came to.
    pub right: Observed,
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "oracle {} finds a difference", self.oracle)?;
        writeln!(formatter, "program:\n{}", self.program.to_str_lossy())?;
        if let Some(other) = &self.other {
            writeln!(formatter, "against:\n{}", other.to_str_lossy())?;
        }
        writeln!(formatter, "the one gives:\n{}", self.left)?;
        write!(formatter, "the other gives:\n{}", self.right)
    }
}

/// What one evaluation came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observed {
    /// It ended.
    Answered(Answer),
    /// The evaluator panicked: message and place.
    Crashed(String),
    /// Something that is no evaluation: the text that a writer or a reader gave.
    Text(String),
}

impl Observed {
    /// Whether a budget ran out.
    pub fn is_inconclusive(&self) -> bool {
        matches!(self, Observed::Answered(answer) if answer.is_inconclusive())
    }

    /// Whether the program failed.
    pub fn is_failure(&self) -> bool {
        matches!(self, Observed::Answered(answer) if answer.result.is_err())
    }

    /// The value as it was printed.
    pub fn value(&self) -> Option<&[u8]> {
        match self {
            Observed::Answered(Answer { result: Ok(value), .. }) => Some(value),
            _ => None,
        }
    }
}

impl fmt::Display for Observed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Observed::Crashed(message) => write!(formatter, "crash: {message}"),
            Observed::Text(text) => formatter.write_str(text),
            Observed::Answered(answer) => {
                write!(formatter, "{}", answer.effects.to_str_lossy())?;
                match &answer.result {
                    Ok(value) => write!(formatter, "{}", value.to_str_lossy()),
                    Err(failed) => {
                        let message = highlight::filter_escapes(&failed.message, false);
                        writeln!(formatter, "{:?} error: {}", failed.kind, message.to_str_lossy())
                    }
                }
            }
        }
    }
}

/// How much of two outcomes must be alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alike {
    /// Value, effects, kind and message of an error.
    Exactly,
    /// Value and effects but for names and places of functions, the kind of an error, and its message where the
    /// program wrote it. Where a program traced something that holds what is not evaluated yet, effects are not
    /// compared: when a slot is evaluated is not what a rewrite keeps.
    InMeaning,
}

/// A program under judgement.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Its text.
    pub source: &'a [u8],
    /// Its tree, where there is one.
    pub tree: Option<&'a Expr>,
    /// What decides where oracles that have a choice look.
    pub seed: u64,
}

/// A judge of programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oracle {
    /// Nothing but that the evaluator does not panic.
    NoCrash,
    /// See [`variants`].
    Variant(variants::Way),
    /// See [`round_trip`].
    RoundTrip(round_trip::Way),
    /// See [`rewrites`]. One rewrite, at one place, both drawn from the seed.
    Rewrite,
    /// See `definition`.
    Definition,
}

impl Oracle {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Oracle> {
        std::iter::once(Oracle::NoCrash)
            .chain(variants::Way::ALL.map(Oracle::Variant))
            .chain(round_trip::Way::ALL.map(Oracle::RoundTrip))
            .chain([Oracle::Rewrite, Oracle::Definition])
    }

    /// How often it is drawn, beside others: the definition sees by far the most, and of what it does not see the rewrites
    /// see most.
    pub fn weight(self) -> usize {
        match self {
            Oracle::Definition => 8,
            Oracle::Rewrite => 3,
            Oracle::NoCrash | Oracle::Variant(_) | Oracle::RoundTrip(_) => 1,
        }
    }

    /// Two of them that begin with the same evaluation, drawn by this number. All come up; those that see most come up
    /// most often.
    pub fn drawn(number: u64) -> [Oracle; 2] {
        let (group, first, step) = (number % 8, (number >> 8) as usize, (number >> 16) as usize);
        match group {
            0..=2 => [Oracle::Definition, Oracle::Variant(variants::Way::ALL[first % variants::Way::ALL.len()])],
            3..=5 => [Oracle::Rewrite, Oracle::RoundTrip(round_trip::Way::Print)],
            6 => {
                let ways = round_trip::Way::OF_DATA;
                let first = first % ways.len();
                [first, (first + 1 + step % (ways.len() - 1)) % ways.len()].map(|way| Oracle::RoundTrip(ways[way]))
            }
            _ => [Oracle::NoCrash, Oracle::RoundTrip(round_trip::Way::Parse)],
        }
    }

    /// Whether it looks at the tree of a program.
    pub fn wants_tree(self) -> bool {
        matches!(self, Oracle::Rewrite | Oracle::Definition)
    }

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Oracle::NoCrash => "no-crash",
            Oracle::Variant(way) => way.name(),
            Oracle::RoundTrip(way) => way.name(),
            Oracle::Rewrite => "rewrite",
            Oracle::Definition => "definition",
        }
    }

    /// Whether it evaluates the program, rather than only parsing it.
    fn evaluates(self) -> bool {
        self != Oracle::RoundTrip(round_trip::Way::Parse)
    }

    /// Judges a program.
    pub fn judge(self, runner: &mut Runner, subject: Subject<'_>) -> Verdict {
        match self {
            Oracle::NoCrash => match runner.run(subject.source, Task::STRICT, Variant::default()) {
                crashed @ Observed::Crashed(_) => {
                    let right = Observed::Text("no crash expected".to_owned());
                    runner.differ(self.name(), subject.source, None, crashed, right)
                }
                other if other.is_inconclusive() => Verdict::Inconclusive,
                _ => Verdict::Agree,
            },
            Oracle::Variant(way) => way.judge(runner, subject.source),
            Oracle::RoundTrip(way) => way.judge(runner, subject.source),
            Oracle::Rewrite => match subject.tree {
                Some(tree) => rewrites::judge(runner, subject.source, tree, subject.seed),
                None => Verdict::NotApplicable,
            },
            Oracle::Definition => match subject.tree {
                Some(tree) => definition::judge(runner, subject.source, tree, subject.seed),
                None => Verdict::NotApplicable,
            },
        }
    }
}

/// What oracles that were asked in turn say of a program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// What was found, and by which oracle; none was asked after it.
    pub difference: Option<(Oracle, Box<Difference>)>,
    /// Whether a budget kept an oracle from saying anything.
    pub inconclusive: bool,
    /// Whether an oracle said that nothing is wrong.
    pub agreed: bool,
}

/// Asks oracles in turn until one finds something. Where the program by itself runs out of a budget, it would in
/// whatever evaluates it, so only oracles that do not are asked from there on. What several of them evaluate is evaluated
/// once.
pub fn judge(runner: &mut Runner, subject: Subject<'_>, oracles: impl IntoIterator<Item = Oracle>) -> Judgement {
    let mut judgement = Judgement::default();
    let mut runs_out = false;
    runner.share(subject.source);
    for oracle in oracles {
        if runs_out && oracle.evaluates() {
            continue;
        }
        match oracle.judge(runner, subject) {
            Verdict::Differ(difference) => {
                judgement.difference = Some((oracle, difference));
                break;
            }
            Verdict::Inconclusive => {
                judgement.inconclusive = true;
                runs_out |= oracle == Oracle::NoCrash;
            }
            Verdict::Agree => judgement.agreed = true,
            Verdict::NotApplicable => {}
        }
    }
    runner.shared = None;
    judgement
}

/// An evaluation that a test puts in the place of the real one, for the texts it gives an answer to.
type Fault = fn(&[u8], Task, Variant) -> Option<Observed>;

/// Evaluates for the oracles: a session, its budget, and in tests a fault that an oracle must find.
#[derive(Default)]
pub struct Runner {
    session: Session,
    /// Where calls may not be deep; made when it is wanted.
    shallow: Option<Session>,
    features: FeatureSet,
    budget: Budget,
    /// Evaluates in the place of the session: how tests show that an oracle finds a fault.
    faulty: Option<Fault>,
    evaluations: u64,
    values: u64,
    /// What several oracles evaluate, while they judge it.
    shared: Option<Shared>,
}

/// A program, and what evaluations of it came to.
struct Shared {
    source: Vec<u8>,
    came: Vec<(Task, Variant, Observed)>,
}

impl Runner {
    /// A runner in which each evaluation may use this much, with these experimental features.
    pub fn within(budget: Budget, features: FeatureSet) -> Runner {
        Runner { session: session_with(features), features, budget, ..Runner::default() }
    }

    /// A runner that evaluates wrongly.
    #[cfg(test)]
    pub(crate) fn with_fault(fault: Fault) -> Runner {
        Runner { faulty: Some(fault), ..Runner::default() }
    }

    /// How many evaluations there have been.
    pub fn evaluations(&self) -> u64 {
        self.evaluations
    }

    /// How many of them gave a value.
    pub fn values(&self) -> u64 {
        self.values
    }

    /// From now on remembers what evaluations of this text come to.
    fn share(&mut self, source: &[u8]) {
        self.shared = Some(Shared { source: source.to_vec(), came: Vec::new() });
    }

    /// Evaluates a text. A panic ends the evaluation only.
    pub fn run(&mut self, source: &[u8], task: Task, variant: Variant) -> Observed {
        let shared = self.shared.as_ref().filter(|shared| shared.source == source);
        let is_shared = shared.is_some();
        let same = |(of, by, _): &&(Task, Variant, Observed)| (*of, *by) == (task, variant);
        if let Some((_, _, observed)) = shared.and_then(|shared| shared.came.iter().find(same)) {
            return observed.clone();
        }
        let observed = self.evaluate(source, task, variant);
        if is_shared && let Some(shared) = &mut self.shared {
            shared.came.push((task, variant, observed.clone()));
        }
        observed
    }

    fn evaluate(&mut self, source: &[u8], task: Task, variant: Variant) -> Observed {
        self.evaluations += 1;
        if let Some(observed) = self.faulty.and_then(|faulty| faulty(source, task, variant)) {
            return observed;
        }
        let (session, budget) = (&mut self.session, self.budget);
        match panics::catch(|| session.run(source, task, variant, budget)) {
            Ok(answer) => {
                self.values += u64::from(answer.result.is_ok());
                Observed::Answered(answer)
            }
            Err(message) => {
                // Whatever state the panic left behind is not to be looked at.
                self.session = session_with(self.features);
                Observed::Crashed(message)
            }
        }
    }

    /// Evaluates and forces a text, and counts calls. What comes is remembered like any other evaluation of it.
    fn run_counted(&mut self, source: &[u8]) -> (Observed, Calls) {
        let (task, variant) = (Task::EvaluateAndForce, Variant::default());
        let observed = self.evaluate(source, task, variant);
        if let Some(shared) = self.shared.as_mut().filter(|shared| shared.source == source) {
            shared.came.push((task, variant, observed.clone()));
        }
        (observed, self.session.calls())
    }

    /// Evaluates and forces a text where calls may be [`definition::SHALLOW`] deep only.
    fn run_shallow(&mut self, source: &[u8]) -> Observed {
        self.evaluations += 1;
        let (task, variant, budget) = (Task::EvaluateAndForce, Variant::default(), self.budget);
        if let Some(observed) = self.faulty.and_then(|faulty| faulty(source, task, variant)) {
            return observed;
        }
        let files = || InMemory::new().directory(FOLDER);
        let mut session = (self.shallow.take())
            .unwrap_or_else(|| Session::with_call_depth(files(), self.features, definition::SHALLOW));
        match panics::catch(|| session.run(source, task, variant, budget)) {
            Ok(answer) => {
                self.values += u64::from(answer.result.is_ok());
                self.shallow = Some(session);
                Observed::Answered(answer)
            }
            Err(message) => Observed::Crashed(message),
        }
    }

    /// The names that exist once a text is parsed, in the order of their creation.
    fn names(&mut self, source: &[u8]) -> Vec<Box<[u8]>> {
        let session = &mut self.session;
        panics::catch(|| session.names(source)).unwrap_or_default()
    }

    /// Compares what a program came to with what another way came to.
    fn compare(
        &self,
        oracle: &str,
        program: &[u8],
        other: Option<&[u8]>,
        sides: (Observed, Observed),
        alike: Alike,
    ) -> Verdict {
        let (left, right) = sides;
        if left.is_inconclusive() || right.is_inconclusive() {
            return Verdict::Inconclusive;
        }
        if are_alike(&left, &right, alike) {
            return Verdict::Agree;
        }
        self.differ(oracle, program, other, left, right)
    }

    fn differ(&self, oracle: &str, program: &[u8], other: Option<&[u8]>, left: Observed, right: Observed) -> Verdict {
        Verdict::Differ(Box::new(Difference {
            oracle: oracle.to_owned(),
            program: program.to_vec(),
            other: other.map(<[u8]>::to_vec),
            left,
            right,
        }))
    }
}

/// A session over an empty folder.
fn session_with(features: FeatureSet) -> Session {
    Session::new(InMemory::new().directory(FOLDER), features)
}

fn are_alike(left: &Observed, right: &Observed, alike: Alike) -> bool {
    let (Observed::Answered(left), Observed::Answered(right)) = (left, right) else {
        return matches!((left, right), (Observed::Text(left), Observed::Text(right)) if left == right);
    };
    match alike {
        Alike::Exactly => left == right,
        Alike::InMeaning => {
            let result = match (&left.result, &right.result) {
                (Ok(left), Ok(right)) => left == right,
                (Err(left), Err(right)) => {
                    let is_own = matches!(left.kind, ErrorKind::Thrown | ErrorKind::Abort);
                    left.kind == right.kind && (!is_own || left.message == right.message)
                }
                _ => false,
            };
            result && same_effects(&left.effects, &right.effects)
        }
    }
}

/// Whether two programs had the same effects, as far as a rewrite keeps them.
fn same_effects(left: &[u8], right: &[u8]) -> bool {
    let unevaluated = "«thunk»".as_bytes();
    left == right
        || left.contains_str(unevaluated)
        || right.contains_str(unevaluated)
        || without_names(left) == without_names(right)
}

/// Effects with `«lambda name @ place»` shortened to `«lambda»`.
fn without_names(effects: &[u8]) -> Vec<u8> {
    let start = "«lambda".as_bytes();
    let mut out = Vec::with_capacity(effects.len());
    let mut rest = effects;
    while let Some(at) = rest.find(start) {
        let behind = at + start.len();
        out.extend_from_slice(&rest[..behind]);
        rest = &rest[behind..];
        // The place may have marks of its own: «string».
        let mut open = 1_usize;
        let end = rest.char_indices().find(|(_, _, character)| {
            match character {
                '«' => open += 1,
                '»' => open -= 1,
                _ => {}
            }
            open == 0
        });
        rest = end.map_or(&[][..], |(at, _, _)| &rest[at..]);
    }
    out.extend_from_slice(rest);
    out
}

#[cfg(test)]
mod tests;
