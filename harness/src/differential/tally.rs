//! Counts what a run comes to, case by case, so that no case has to be kept. A case counts the same whether it has just
//! been asked or is read from the file of an earlier session.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use super::Rules;
use crate::{
    engine::Named,
    known::{
        difference::{Ledger, Seen},
        record::Record,
        written::{Asked, Book, Sighting},
        wrong::State,
    },
    outcome::compare::{Comparison, Level, NOT_ASKED, Verdict},
    provenance::Provenance,
};

/// What an engine was in a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EngineSummary {
    /// How it was asked for.
    pub engine: String,
    /// What it says of its version.
    pub version: String,
    /// How many questions a second it answered, one worker.
    pub rate: f64,
    /// The most memory that one evaluation took, in bytes, where the engine can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_memory: Option<u64>,
    /// What people should know of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// What a run came to.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
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
    /// What lay beside the questions and was not asked: how many, by reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub skipped: BTreeMap<String, usize>,
    /// How long it took, in seconds; of a run that was resumed, its last session.
    pub seconds: f64,
    /// Cases a second in that time.
    pub rate: f64,
    /// When and on what it ran.
    #[serde(flatten)]
    pub provenance: Provenance,
}

impl Summary {
    /// Of no cases yet.
    pub fn new(subject: &str) -> Summary {
        let verdicts = [Verdict::Agree, Verdict::Known, Verdict::NotAsked, Verdict::Inconclusive, Verdict::Diverge];
        Summary { subject: subject.to_owned(), verdicts: verdicts.map(|it| (it, 0)).into(), ..Summary::default() }
    }

    /// How many cases have this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.verdicts.get(&verdict).copied().unwrap_or(0)
    }

    /// Whether nothing diverges unexplained, and the list of accepted differences is true.
    pub fn succeeded(&self) -> bool {
        self.count(Verdict::Diverge) == 0 && self.problems.is_empty()
    }

    /// How many cases were not asked, by reason.
    pub fn not_asked(&self) -> impl Iterator<Item = (&str, usize)> {
        self.buckets.iter().filter_map(|(bucket, count)| Some((bucket.strip_prefix(NOT_ASKED)?, *count)))
    }

    /// Counts one case, whose worst comparison this is.
    pub fn add(&mut self, worst: &Comparison) {
        self.cases += 1;
        *self.verdicts.entry(worst.verdict).or_default() += 1;
        if let Some(level) = worst.level {
            *self.levels.entry(level).or_default() += 1;
        }
        if let Some(bucket) = &worst.bucket {
            *self.buckets.entry(bucket.clone()).or_default() += 1;
        }
    }
}

/// The worst of some comparisons, and its index: the worst verdict, and of that the worst level.
pub fn worst(comparisons: &[Comparison]) -> (usize, &Comparison) {
    let severity = |comparison: &Comparison| (comparison.verdict, std::cmp::Reverse(comparison.level));
    let mut worst = (0, &comparisons[0]);
    for (index, comparison) in comparisons.iter().enumerate() {
        if severity(comparison) > severity(worst.1) {
            worst = (index, comparison);
        }
    }
    worst
}

/// Counts in the making.
pub struct Tally<'a> {
    engines: Vec<&'a Named>,
    ledger: Ledger<'a>,
    /// For each reference, what lists of such runs say.
    books: Vec<Book<'a>>,
    /// For each reference, what is wrong, where that is to be written.
    records: Vec<Record>,
    rules: Rules<'a>,
    summary: Summary,
    spent: Vec<Duration>,
    /// Cases that earlier sessions have answered.
    earlier: usize,
}

impl<'a> Tally<'a> {
    /// Of no cases yet, over these engines: the subject first. `command` is what asks them.
    pub fn new(command: &'a str, engines: &'a [Named], rules: Rules<'a>) -> Tally<'a> {
        let known = rules.known;
        let asked = engines[1..].iter().map(|reference| asked(command, &engines[0], reference));
        Tally {
            engines: engines.iter().collect(),
            ledger: Ledger::new(known, rules.today),
            books: asked.map(|asked| Book::new(known.runs(), known.file(), asked, rules.today)).collect(),
            records: Vec::new(),
            rules,
            summary: Summary::new(&engines[0].name),
            spent: vec![Duration::ZERO; engines.len()],
            earlier: 0,
        }
    }

    /// Has what is wrong written down; then nothing of it fails the run.
    pub fn record(&mut self, record: &Record) {
        self.records = vec![record.clone(); self.engines.len() - 1];
    }

    /// The list of what is wrong, which `command` found, where it was written down.
    pub fn list(&self, command: &str) -> Option<String> {
        let all = self.records.iter().zip(&self.engines[1..]);
        let asked = all.map(|(record, reference)| (record, asked(command, self.engines[0], reference)));
        Record::together(asked)
    }

    /// Counts a case (with the folder of fixtures that it belongs to, if it is one): the subject compared with each
    /// reference, and how long each engine took. A difference that is accepted becomes known.
    pub fn count(
        &mut self,
        (suite, case): (Option<&str>, &str),
        comparisons: &mut [Comparison],
        spent: impl Iterator<Item = Duration>,
    ) {
        for (index, comparison) in comparisons.iter_mut().enumerate() {
            let difference = comparison.level.zip(comparison.bucket.as_deref());
            let is_inconclusive = comparison.verdict == Verdict::Inconclusive;
            let engines = [self.engines[0], self.engines[index + 1]];
            let seen = Seen { suite, case, difference, program: None, is_inconclusive, engines };
            let signature = comparison.bucket.clone().unwrap_or_default();
            let sighting = Sighting { suite, case, state: State::of_comparison(comparison), signature: &signature };
            let listed = self.books[index].enter(sighting);
            let accepted = self.ledger.enter(seen).or(listed).map(str::to_owned);
            let written = self.records.get_mut(index).is_some_and(|record| record.enter(sighting));
            let accepted = accepted.or_else(|| written.then(|| "written to the list".to_owned()));
            // What has no answer stays what it is, on a list or not.
            if let Some(reason) = accepted.filter(|_| comparison.verdict == Verdict::Diverge) {
                comparison.verdict = Verdict::Known;
                comparison.reason = Some(reason);
            }
        }
        self.summary.add(worst(comparisons).1);
        for (total, spent) in self.spent.iter_mut().zip(spent) {
            *total += spent;
        }
    }

    /// Counts a case of an earlier session.
    pub fn count_earlier(
        &mut self,
        case: (Option<&str>, &str),
        comparisons: &mut [Comparison],
        spent: impl Iterator<Item = Duration>,
    ) {
        self.count(case, comparisons, spent);
        self.earlier += 1;
    }

    /// How many cases were counted.
    pub fn cases(&self) -> usize {
        self.summary.cases
    }

    /// The sum of it all, for a session that began at `start`. `complete` tells that all was asked that there is.
    pub fn finish(self, start: Instant, complete: bool) -> Summary {
        let mut summary = self.summary;
        for (named, spent) in self.engines.iter().zip(&self.spent) {
            let identity = named.engine.identity().clone();
            let entry = EngineSummary {
                engine: identity.engine,
                version: identity.version,
                rate: rate(summary.cases, *spent),
                peak_memory: named.engine.peak_memory(),
                notes: named.engine.notes(),
            };
            summary.engines.insert(named.name.clone(), entry);
        }
        // A list that is being written says nothing yet.
        if self.records.is_empty() {
            let listed = self.books.iter().flat_map(|book| book.audit(complete, self.rules.finest));
            summary.problems = self.ledger.audit().into_iter().chain(listed).collect();
        }
        if summary.cases > 0 && summary.count(Verdict::NotAsked) == summary.cases {
            let reason = summary.not_asked().next().map(|(reason, _)| reason.to_owned()).unwrap_or_default();
            summary.problems.push(format!("nothing could be asked: {reason}"));
        }
        summary.seconds = start.elapsed().as_secs_f64();
        summary.rate = rate(summary.cases - self.earlier, start.elapsed());
        summary
    }
}

fn asked<'a>(command: &'a str, subject: &'a Named, reference: &'a Named) -> Asked<'a> {
    let [engine, reference] = [subject, reference].map(|named| (named.name.as_str(), named.engine.identity()));
    Asked { command, engine, reference: Some(reference), programs: None }
}

fn rate(cases: usize, time: Duration) -> f64 {
    let seconds = time.as_secs_f64();
    if seconds > 0.0 { cases as f64 / seconds } else { 0.0 }
}
