//! Walks a package set attribute by attribute, on several evaluators side by side.
//!
//! Many attributes are asked for at once, and as long as all engines answer alike, that is all. Where one fails or they
//! differ, the same attributes are asked for in halves, down to a single one. So an attribute that ends an evaluation
//! hides no other, and a reported difference is what evaluators say of one attribute alone.

mod cause;
pub mod driver;
pub mod said;

use std::collections::{BTreeSet, HashMap};

use nix_evaluator::hash::{Algorithm, HashFormat, Hasher};

pub use driver::{Path, Target};

use driver::Entry;

use crate::{
    case::{Question, questions::Fingerprint},
    differential::{self, Answered, Reply, Rules, compare_all},
    engine::{Named, terms},
    outcome::{
        Ending, Outcome,
        compare::{Comparison, Level, Verdict, compare_on},
    },
    shard::Shard,
};

/// An attribute, with the place in the walked set of the attribute that it is, or is in.
type Placed = (usize, Path);

/// What one worker does at a time.
pub enum Task {
    /// Pass on what is known already: the set itself.
    Told(Box<Answered>),
    /// Ask for these attributes in one evaluation.
    Together(Vec<Placed>),
    /// Ask for one alone. What engines said of it together with others, if that is why.
    Alone(Placed, Option<Vec<Outcome>>),
    /// The same, of one that reached a limit while others were asked for beside it.
    Again(Placed, Option<Vec<Outcome>>),
}

/// The walked set itself, as each engine sees it.
pub struct Root {
    outcomes: Vec<Outcome>,
    /// All names in it, sorted.
    names: Vec<String>,
}

/// A walk over a package set.
pub struct Walk<'a> {
    /// What is walked.
    pub target: Target,
    /// The engines: the subject first.
    pub engines: &'a [Named],
    /// How many attributes are asked for together.
    pub chunk: usize,
    /// Whether an attribute whose failure `tryEval` catches is asked for again alone, to compare what the error says.
    pub messages: bool,
    /// Attributes that an earlier session has finished, and whether each leads to further ones.
    pub finished: HashMap<String, bool>,
    /// What was found out of derivations that differ.
    causes: cause::Found,
}

impl Root {
    /// Asks every engine what is in the set.
    ///
    /// # Errors
    /// When none can tell: what the last one, a reference, says.
    pub fn ask(target: &Target, engines: &[Named]) -> Result<Root, String> {
        let outcomes = evaluate(target, engines, &[Path::new()], false);
        let outcomes: Vec<_> = outcomes.into_iter().map(single).collect();
        let succeeded = |outcome: &Outcome| outcome.ending == Ending::Exited(0) && !outcome.stdout.is_empty();
        if !outcomes.iter().any(succeeded) {
            let last = &outcomes[outcomes.len() - 1];
            let said = said::to_people(&last.stderr);
            return Err(match last.ending {
                Ending::Exited(1) if !said.is_empty() => said,
                _ => format!("{}\n{said}", last.ending).trim_end().to_owned(),
            });
        }
        let names = names(&outcomes);
        let is_derivation = outcomes.iter().any(|outcome| Entry::of(&outcome.stdout).derivation.is_some());
        if names.is_none() && !is_derivation {
            let first = outcomes.iter().find(|outcome| succeeded(outcome)).unwrap_or(&outcomes[0]);
            return Err(format!("it gives something else: {}", String::from_utf8_lossy(&first.stdout)));
        }
        Ok(Root { outcomes, names: names.unwrap_or_default() })
    }

    /// How many attributes it has.
    pub fn attributes(&self) -> usize {
        self.names.len()
    }

    /// What is asked: the set itself, and each attribute directly in it.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hasher = Hasher::new(Algorithm::Sha256);
        for name in &self.names {
            hasher.update(&(name.len() as u64).to_le_bytes());
            hasher.update(name.as_bytes());
        }
        let sha256 = hasher.finish().to_text(HashFormat::Base16, false);
        Fingerprint { count: self.names.len() + 1, sha256 }
    }
}

impl<'a> Walk<'a> {
    /// A walk over `target`, on these engines, with `chunk` attributes in an evaluation.
    pub fn new(
        target: Target,
        engines: &'a [Named],
        chunk: usize,
        messages: bool,
        finished: HashMap<String, bool>,
    ) -> Walk<'a> {
        Walk { target, engines, chunk, messages, finished, causes: cause::Found::default() }
    }

    /// The tasks to begin with, of this part of the set. The set itself has place 0, and its attributes follow.
    pub fn tasks(&self, root: Root, shard: Option<Shard>, rules: Rules<'_>) -> impl Iterator<Item = Task> + Send {
        let mine = |place: usize| shard.is_none_or(|shard| shard.has(place));
        let placed = (1..).zip(root.names.into_iter().map(|name| vec![name]));
        let chunks = self.chunks(placed.filter(|(place, _)| mine(*place)));
        let told = (mine(0) && !self.finished.contains_key(&driver::name(&[]))).then(|| {
            let again =
                || evaluate(&self.target, self.engines, &[Path::new()], false).into_iter().map(single).collect();
            let comparisons = compare_all(&self.target.request, &root.outcomes, again, self.engines, rules);
            let question = self.question(&Path::new());
            let cause = self.cause(&Path::new(), &root.outcomes, &comparisons);
            Answered { index: 0, question, outcomes: root.outcomes, comparisons, recurses: true, cause, forcing: None }
        });
        told.into_iter().map(|told| Task::Told(Box::new(told))).chain(chunks)
    }

    /// Works on one task. `found` is told of how many attributes it learns.
    pub fn ask(&self, task: Task, rules: Rules<'_>, found: impl Fn(usize)) -> Reply<Task> {
        let mut reply = Reply { answered: Vec::new(), more: Vec::new(), again: Vec::new() };
        match task {
            Task::Told(answered) => reply.answered.push(*answered),
            Task::Alone(at, together) => self.alone(at, together, false, rules, &found, &mut reply),
            Task::Again(at, together) => self.alone(at, together, true, rules, &found, &mut reply),
            Task::Together(paths) => self.together(paths, rules, &found, &mut reply),
        }
        reply
    }

    fn together(&self, placed: Vec<Placed>, rules: Rules<'_>, found: &impl Fn(usize), reply: &mut Reply<Task>) {
        let paths: Vec<Path> = placed.iter().map(|(_, path)| path.clone()).collect();
        let outcomes = evaluate(&self.target, self.engines, &paths, true);
        // What an evaluation logs is not told apart by attribute, so it must be the same.
        let logs_agree = rules.finest < Level::Effects || outcomes.iter().all(|it| it.stderr == outcomes[0].stderr);
        let steady = !rules.twice || {
            let again = evaluate(&self.target, self.engines, &paths, true);
            outcomes.iter().zip(&again).all(|(one, other)| (&one.stdout, &one.stderr) == (&other.stdout, &other.stderr))
        };
        let entries: Option<Vec<Vec<&[u8]>>> = outcomes
            .iter()
            .map(|outcome| {
                driver::entries(&outcome.stdout, placed.len()).filter(|_| outcome.ending == Ending::Exited(0))
            })
            .collect();
        let Some(entries) = entries.filter(|_| logs_agree && steady) else {
            let mut placed = placed;
            match placed.len() {
                1 => reply.more.extend(placed.pop().map(|at| Task::Alone(at, None))),
                length => {
                    let behind = placed.split_off(length / 2);
                    reply.more.extend([Task::Together(placed), Task::Together(behind)]);
                }
            }
            return;
        };
        for (number, at) in placed.iter().enumerate() {
            let mine: Vec<Outcome> = outcomes
                .iter()
                .zip(&entries)
                .map(|(outcome, entries)| Outcome {
                    ending: Ending::Exited(0),
                    stdout: entries[number].to_vec(),
                    stderr: Vec::new(),
                    elapsed: outcome.elapsed / u32::try_from(placed.len()).unwrap_or(u32::MAX),
                    work: None,
                })
                .collect();
            let agree = mine.iter().all(|outcome| outcome.stdout == mine[0].stdout);
            if !agree || (self.messages && Entry::of(&mine[0].stdout).caught) {
                reply.more.push(Task::Alone(at.clone(), (!agree).then_some(mine)));
                continue;
            }
            let agreed = Comparison { verdict: Verdict::Agree, level: None, bucket: None, reason: None };
            let comparisons = vec![agreed; self.engines.len() - 1];
            self.finish(at.clone(), mine, (comparisons, Vec::new()), found, reply);
        }
    }

    fn alone(
        &self,
        at: Placed,
        together: Option<Vec<Outcome>>,
        is_again: bool,
        rules: Rules<'_>,
        found: &impl Fn(usize),
        reply: &mut Reply<Task>,
    ) {
        let paths = [at.1.clone()];
        let answers =
            || evaluate(&self.target, self.engines, &paths, false).into_iter().map(single).collect::<Vec<_>>();
        let mut outcomes = answers();
        if !is_again && outcomes.iter().any(|outcome| outcome.ending.is_limit()) {
            reply.again.push(Task::Again(at, together));
            return;
        }
        let mut comparisons = compare_all(&self.target.request, &outcomes, answers, self.engines, rules);
        let agree = comparisons.iter().all(|comparison| comparison.verdict == Verdict::Agree);
        if let Some(together) = together.filter(|_| agree) {
            let subject = &*self.engines[0].engine;
            let compared = together[1..].iter().zip(&self.engines[1..]).map(|(reference, named)| {
                compare_on(&together[0], reference, terms(subject, &*named.engine, &self.target.request, rules.finest))
            });
            comparisons = compared
                .map(|comparison| {
                    let differs = comparison.verdict == Verdict::Diverge;
                    let reason = differs.then(|| "only when asked together with other attributes".to_owned());
                    Comparison { reason, ..comparison }
                })
                .collect();
            outcomes = together;
        }
        let cause = if agree { Vec::new() } else { self.cause(&at.1, &outcomes, &comparisons) };
        self.finish(at, outcomes, (comparisons, cause), found, reply);
    }

    /// Why a derivation is not the same on the subject and on the reference that it differs from most.
    fn cause(&self, path: &Path, outcomes: &[Outcome], comparisons: &[Comparison]) -> Vec<String> {
        let (index, worst) = differential::worst(comparisons);
        let is_value = worst.verdict == Verdict::Diverge && worst.level == Some(Level::Value);
        if !is_value || !cause::differ(&outcomes[0], &outcomes[index + 1]) {
            return Vec::new();
        }
        cause::explain(&self.target, path, [&self.engines[0], &self.engines[index + 1]], &self.causes)
    }

    /// Adds a finished attribute to the reply, and what it leads to.
    fn finish(
        &self,
        (index, path): Placed,
        outcomes: Vec<Outcome>,
        (comparisons, cause): (Vec<Comparison>, Vec<String>),
        found: &impl Fn(usize),
        reply: &mut Reply<Task>,
    ) {
        let names = names(&outcomes);
        let recurses = names.is_some();
        let paths = names.into_iter().flatten().map(|name| (index, [path.clone(), vec![name]].concat()));
        let paths: Vec<Placed> = paths.collect();
        found(paths.iter().filter(|(_, path)| !self.finished.contains_key(&driver::name(path))).count());
        reply.more.extend(self.chunks(paths.into_iter()));
        // One that an earlier session has finished was only asked for what it leads to.
        if !self.finished.contains_key(&driver::name(&path)) {
            let question = self.question(&path);
            reply.answered.push(Answered { index, question, outcomes, comparisons, recurses, cause, forcing: None });
        }
    }

    /// Attributes in as many tasks as they need, without those that there is nothing to learn of.
    fn chunks(&self, placed: impl Iterator<Item = Placed>) -> Vec<Task> {
        let wanted: Vec<Placed> =
            placed.filter(|(_, path)| self.finished.get(&driver::name(path)) != Some(&false)).collect();
        wanted.chunks(self.chunk.max(1)).map(|chunk| Task::Together(chunk.to_vec())).collect()
    }

    fn question(&self, path: &Path) -> Question {
        let request = self.target.describe(std::slice::from_ref(path), false);
        Question::request_of(driver::name(path), request)
    }
}

fn evaluate(target: &Target, engines: &[Named], paths: &[Path], guarded: bool) -> Vec<Outcome> {
    let request = target.describe(paths, guarded);
    engines.iter().map(|named| named.engine.evaluate(&request)).collect()
}

/// What an outcome for a single attribute says of that one, in the words of who wrote the set.
fn single(outcome: Outcome) -> Outcome {
    let outcome = Outcome { stderr: said::without_driver(&outcome.stderr), ..outcome };
    // Evaluators that print as they go leave the beginning of a list before an error: 2.8.0 does.
    if outcome.ending != Ending::Exited(0) {
        return Outcome { stdout: Vec::new(), ..outcome };
    }
    match driver::entries(&outcome.stdout, 1).map(|entries| entries[0].to_vec()) {
        Some(stdout) => Outcome { stdout, ..outcome },
        None => outcome,
    }
}

/// The names that an attribute leads to by any of these outcomes, sorted; nothing where it leads nowhere.
fn names(outcomes: &[Outcome]) -> Option<Vec<String>> {
    let all: Vec<_> = outcomes.iter().filter_map(|outcome| Entry::of(&outcome.stdout).recurse).collect();
    let names = |all: Vec<Vec<String>>| all.into_iter().flatten().collect::<BTreeSet<_>>().into_iter().collect();
    (!all.is_empty()).then(|| names(all))
}

#[cfg(test)]
mod tests;
