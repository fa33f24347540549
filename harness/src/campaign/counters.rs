//! The counters of a running campaign.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use serde::Serialize;

use super::{
    Settings, causes,
    triage::{Finding, Triage},
};
use crate::{
    coverage::{self, Group},
    differential::{Answered, EngineSummary},
    engine::Named,
    outcome::{
        Ending,
        compare::{Level, Verdict},
    },
};

/// The counts of a campaign.
#[derive(Default)]
pub(super) struct Counters {
    cases: u64,
    values: u64,
    verdicts: BTreeMap<Verdict, u64>,
    /// By why nothing can be said.
    inconclusive: BTreeMap<String, u64>,
    /// Time of the subject and of the reference, and of making programs.
    spent: [Duration; 2],
    made: Duration,
    sampled: u64,
    exercised: HashMap<(Group, Box<str>), u64>,
}

/// How far a campaign is.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Since its beginning.
    pub elapsed: Duration,
    /// Programs asked.
    pub cases: u64,
    /// Of these, how many the reference evaluates to a value.
    pub values: u64,
    /// How many say nothing.
    pub inconclusive: u64,
    /// Time spent in the subject, in the reference and in making programs.
    pub spent: [Duration; 3],
    /// Builtins that were exercised, and how many there are.
    pub builtins: [usize; 2],
    /// The same of rules and forms of the language.
    pub forms: [usize; 2],
    /// Known buckets, and new ones.
    pub buckets: [usize; 2],
}

/// What a campaign came to, as `summary.json` has it.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// How the subject and the reference are called here.
    pub subject: String,
    /// See `subject`.
    pub reference: String,
    /// The engines by name; their rates are those of one worker that does nothing else.
    pub engines: BTreeMap<String, EngineSummary>,
    /// The finest level that counted.
    pub level: Level,
    /// How many were asked at once.
    pub jobs: usize,
    /// Programs asked.
    pub cases: u64,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Programs a second.
    pub rate: f64,
    /// The rate, of what the reference alone would answer.
    pub of_reference: f64,
    /// The part of programs that the reference evaluates to a value.
    pub success: f64,
    /// How many programs of each verdict.
    pub verdicts: BTreeMap<Verdict, u64>,
    /// How many of each reason for which nothing can be said.
    pub inconclusive: BTreeMap<String, u64>,
    /// The parts of all time that the subject, the reference and the generator took.
    pub shares: BTreeMap<String, f64>,
    /// Causes, and signatures, that are accepted.
    pub known: usize,
    /// Causes that are not.
    pub unexplained: usize,
    /// How many programs showed each signature.
    pub signatures: BTreeMap<String, u64>,
    /// Buckets by cause, the worst level and the most frequent first.
    pub causes: Vec<CauseSummary>,
    /// Builtins that the reference has and the subject lacks: no generated program calls them.
    pub lacking: BTreeSet<String>,
    /// What programs exercised.
    pub coverage: CoverageSummary,
}

/// Buckets that have one cause.
#[derive(Clone, Debug, Serialize)]
pub struct CauseSummary {
    /// What it is, in words.
    pub title: String,
    /// The worst level at which it shows.
    pub level: Level,
    /// How many programs showed it.
    pub programs: u64,
    /// The program that stands for all, and whether it is reduced to the end.
    pub program: String,
    /// See `program`.
    pub reduced: bool,
    /// The reason for which all of it is accepted, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<String>,
    /// Its buckets: signature and shape.
    pub buckets: Vec<String>,
}

impl CauseSummary {
    fn of(group: &causes::Group, findings: &[Finding]) -> CauseSummary {
        let first = &findings[group.members[0]];
        let members = || group.members.iter().map(|at| &findings[*at]);
        CauseSummary {
            title: group.title.clone(),
            level: group.level,
            programs: group.programs,
            program: first.program.clone(),
            reduced: first.reduced,
            known: members().map(|finding| finding.known.clone()).reduce(Option::and).flatten(),
            buckets: members().map(Finding::identity).collect(),
        }
    }
}

/// What of the language a campaign's programs exercised, by a sample of them.
#[derive(Clone, Debug, Serialize)]
pub struct CoverageSummary {
    /// Programs that were looked at.
    pub programs: u64,
    /// How many of them exercise each builtin, rule and form.
    pub exercised: BTreeMap<Group, BTreeMap<String, u64>>,
    /// What none of them exercises.
    pub missing: BTreeMap<Group, BTreeSet<String>>,
}

impl Counters {
    /// Counts one program; gives how many have diverged so far.
    pub fn count(
        &mut self,
        answered: &Answered,
        made: Duration,
        exercised: Option<BTreeSet<(Group, Box<str>)>>,
    ) -> u64 {
        self.cases += 1;
        self.made += made;
        for (spent, outcome) in self.spent.iter_mut().zip(&answered.outcomes) {
            *spent += outcome.elapsed;
        }
        self.values += u64::from(answered.outcomes.get(1).is_some_and(|it| it.ending == Ending::Exited(0)));
        let (_, comparison) = answered.worst();
        *self.verdicts.entry(comparison.verdict).or_default() += 1;
        if let (Verdict::Inconclusive, Some(bucket)) = (comparison.verdict, &comparison.bucket) {
            *self.inconclusive.entry(bucket.clone()).or_default() += 1;
        }
        if let Some(exercised) = exercised {
            self.sampled += 1;
            for name in exercised {
                *self.exercised.entry(name).or_default() += 1;
            }
        }
        self.verdicts.get(&Verdict::Diverge).copied().unwrap_or_default()
    }

    pub fn snapshot(&self, elapsed: Duration, known: usize, new: usize) -> Snapshot {
        let count = |wanted: &dyn Fn(Group) -> bool| {
            let seen = self.exercised.keys().filter(|(group, _)| wanted(*group)).count();
            [seen, coverage::names().filter(|(group, _)| wanted(*group)).count()]
        };
        Snapshot {
            elapsed,
            cases: self.cases,
            values: self.values,
            inconclusive: self.verdicts.get(&Verdict::Inconclusive).copied().unwrap_or_default(),
            spent: [self.spent[0], self.spent[1], self.made],
            builtins: count(&|group| group == Group::Builtin),
            forms: count(&|group| group != Group::Builtin),
            buckets: [known, new],
        }
    }

    pub fn summary(
        &self,
        snapshot: &Snapshot,
        engines: &[Named; 2],
        triage: &Triage<'_>,
        groups: &[causes::Group],
        settings: &Settings<'_>,
    ) -> Summary {
        let seconds = snapshot.elapsed.as_secs_f64();
        let per = |count: f64, of: f64| if of > 0.0 { count / of } else { 0.0 };
        let [subject, reference] = engines;
        let rate_of = |spent: Duration| per(self.cases as f64, spent.as_secs_f64());
        let summary_of = |named: &Named, spent| {
            let identity = named.engine.identity().clone();
            let (engine, version, notes) = (identity.engine, identity.version, named.engine.notes());
            let (rate, peak_memory) = (rate_of(spent), named.engine.peak_memory());
            (named.name.clone(), EngineSummary { engine, version, rate, peak_memory, notes })
        };
        let all = snapshot.spent.iter().sum::<Duration>().as_secs_f64();
        let names = [subject.name.as_str(), reference.name.as_str(), "making programs"];
        let shares =
            names.iter().zip(&snapshot.spent).map(|(name, spent)| ((*name).to_owned(), per(spent.as_secs_f64(), all)));
        let mut coverage =
            CoverageSummary { programs: self.sampled, exercised: BTreeMap::new(), missing: BTreeMap::new() };
        for (group, name) in coverage::names() {
            match self.exercised.get(&(group, name.as_str().into())) {
                Some(count) => {
                    coverage.exercised.entry(group).or_default().insert(name, *count);
                }
                None => {
                    coverage.missing.entry(group).or_default().insert(name);
                }
            }
        }
        let rate = per(self.cases as f64, seconds);
        let causes: Vec<_> = groups.iter().map(|group| CauseSummary::of(group, triage.all())).collect();
        let known = causes.iter().filter(|cause| cause.known.is_some()).count() + triage.known_signatures();
        let unexplained = causes.iter().filter(|cause| cause.known.is_none()).count();
        Summary {
            subject: subject.name.clone(),
            reference: reference.name.clone(),
            engines: [summary_of(subject, self.spent[0]), summary_of(reference, self.spent[1])].into(),
            level: settings.finest,
            jobs: settings.jobs,
            cases: self.cases,
            seconds,
            rate,
            of_reference: per(rate, rate_of(self.spent[1]) * settings.jobs as f64),
            success: per(self.values as f64, self.cases as f64),
            verdicts: self.verdicts.clone(),
            inconclusive: self.inconclusive.clone(),
            shares: shares.collect(),
            known,
            unexplained,
            signatures: triage.signatures(),
            causes,
            lacking: settings.programs.lacking().clone(),
            coverage,
        }
    }
}

impl Snapshot {
    /// Programs a second.
    pub fn rate(&self) -> f64 {
        let seconds = self.elapsed.as_secs_f64();
        if seconds > 0.0 { self.cases as f64 / seconds } else { 0.0 }
    }

    /// The part of programs that evaluate to a value, in per cent.
    pub fn success(&self) -> f64 {
        if self.cases > 0 { 100.0 * self.values as f64 / self.cases as f64 } else { 0.0 }
    }

    /// The parts of all time that the subject, the reference and making programs took, in per cent.
    pub fn shares(&self) -> [f64; 3] {
        let all = self.spent.iter().sum::<Duration>().as_secs_f64();
        self.spent.map(|spent| if all > 0.0 { 100.0 * spent.as_secs_f64() / all } else { 0.0 })
    }
}
