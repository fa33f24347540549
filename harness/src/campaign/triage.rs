//! Decides which divergent programs are reduced, in which order, and to which bucket each belongs.
//!
//! A program is taken for another example of a bucket if it holds everything that the bucket's reduced program is made
//! of. That can be wrong. So whoever asks takes what points to the cause out of the program, and enters what is left of
//! it where that diverges too. Where nothing points to the cause, such a program is reduced all the same now and then.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::causes::Mark;
use crate::{
    case::question::Trace,
    engine::Named,
    known::{
        Known,
        difference::{Ledger, Seen},
    },
    outcome::{Outcome, bucket, compare::Level},
    program::Expr,
    reduce::{Reduced, shape},
};

/// Programs of one signature that are reduced, at most.
const REDUCTIONS: u32 = 60;

/// Programs of one signature that wait to be reduced, at most: the smallest.
const WAITING: usize = 4;

/// Unexplained programs of one signature of which it is kept what they are made of.
const KEPT: usize = 4096;

/// A bucket: a signature with a reduced program.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The level at which the engines differ.
    pub level: Level,
    /// The signature, as other commands show it.
    pub signature: String,
    /// What the reduced program is made of.
    pub shape: BTreeSet<String>,
    /// What it is grouped by.
    pub mark: Mark,
    /// The program.
    pub program: String,
    /// Whether it is as small as the reducer can make it.
    pub reduced: bool,
    /// The program of the campaign that it comes from, and its source.
    pub found_in: String,
    /// See `found_in`.
    pub original: String,
    /// What the subject and the reference do with the program.
    pub outcomes: Vec<Outcome>,
    /// The reason for which it is accepted, if it is.
    pub known: Option<String>,
    /// How many programs showed it.
    pub programs: u64,
    /// How much of a trace was asked for.
    pub trace: Trace,
}

impl Finding {
    /// The signature with the shape behind it: what tells this bucket from others.
    pub fn identity(&self) -> String {
        shape::identity(&self.signature, &self.shape)
    }

    /// Whether the signature tells the cause, whatever the program is made of.
    pub fn is_told_by_signature(&self) -> bool {
        tells_all(self.level, &self.signature)
    }
}

/// Why a program is to be reduced, the most promising reason first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doubt {
    /// No bucket explains it.
    Unexplained,
    /// One does whose program has nothing in it that points to a cause.
    Common,
    /// One does, and that is looked into.
    Audit,
}

/// A divergent program that waits to be reduced.
#[derive(Clone, Debug)]
pub(super) struct Suspect {
    pub name: String,
    pub program: Expr,
    pub level: Level,
    pub signature: String,
    pub doubt: Doubt,
    /// How much of a trace was asked for.
    pub trace: Trace,
}

/// What becomes of a divergent program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entered {
    /// It is accepted, or counted with others.
    Counted,
    /// A bucket explains it; these parts of the program are taken for the cause.
    Explained(BTreeSet<String>),
    /// No bucket does.
    Unexplained,
}

/// What is known of one signature.
struct Signature {
    level: Level,
    count: u64,
    reductions: u32,
    /// Buckets, by their place among all.
    findings: Vec<usize>,
    /// What programs are made of that no bucket explains yet.
    unexplained: Vec<BTreeSet<String>>,
    /// The reason for which all of it is accepted.
    known: Option<String>,
    /// The smallest program that showed it, its name, and how much of a trace was asked for.
    smallest: (String, String, Trace),
}

/// All divergences of a campaign.
pub(super) struct Triage<'a> {
    ledger: Ledger<'a>,
    engines: &'a [Named; 2],
    signatures: BTreeMap<String, Signature>,
    findings: Vec<Finding>,
    queue: Vec<Suspect>,
}

impl<'a> Triage<'a> {
    pub fn new(known: &'a Known, today: Date, engines: &'a [Named; 2]) -> Triage<'a> {
        let (ledger, signatures) = (Ledger::new(known, today), BTreeMap::new());
        Triage { ledger, engines, signatures, findings: Vec::new(), queue: Vec::new() }
    }

    /// Enters a divergent program, which waits to be reduced if no bucket explains it.
    pub fn enter(&mut self, name: &str, level: Level, signature: &str, (program, trace): (&Expr, Trace)) -> Entered {
        let source = program.to_source();
        let known = self.accepted(name, level, signature, None);
        let entry = self.signatures.entry(signature.to_owned()).or_insert_with(|| Signature {
            level,
            count: 0,
            reductions: 0,
            findings: Vec::new(),
            unexplained: Vec::new(),
            known,
            smallest: (name.to_owned(), source.clone(), trace),
        });
        entry.count += 1;
        if source.len() < entry.smallest.1.len() {
            entry.smallest = (name.to_owned(), source, trace);
        }
        if entry.known.is_some() {
            return Entered::Counted;
        }
        let made_of = shape::of(program);
        let suspect = |doubt| Suspect {
            name: name.to_owned(),
            program: program.clone(),
            level,
            signature: signature.to_owned(),
            doubt,
            trace,
        };
        let Some(at) = explanation(&self.findings, entry, &made_of) else {
            if entry.unexplained.len() < KEPT {
                entry.unexplained.push(made_of);
            }
            self.wait(suspect(Doubt::Unexplained));
            return Entered::Unexplained;
        };
        let finding = &mut self.findings[at];
        finding.programs += 1;
        let telling = finding.mark.telling().clone();
        if tells_all(entry.level, signature) {
            return Entered::Counted;
        }
        // At 16, 256, 4096 … programs of one signature, one that seems to be explained is reduced too.
        let audited = entry.count.is_power_of_two() && entry.count.ilog2().is_multiple_of(4);
        if telling.is_empty() {
            self.wait(suspect(Doubt::Common));
        } else if audited {
            self.wait(suspect(Doubt::Audit));
        }
        Entered::Explained(telling)
    }

    /// Has a program wait to be reduced, unless smaller ones of its signature do.
    fn wait(&mut self, suspect: Suspect) {
        if self.signatures.get(&suspect.signature).is_none_or(|entry| entry.reductions >= REDUCTIONS) {
            return;
        }
        let is_alike = |other: &&Suspect| other.signature == suspect.signature && other.doubt == suspect.doubt;
        if self.queue.iter().filter(is_alike).count() >= WAITING {
            let sizes = self.queue.iter().enumerate().filter(|(_, other)| is_alike(other));
            let largest = sizes.map(|(at, other)| (other.program.size(), at)).max();
            match largest {
                Some((size, at)) if size > suspect.program.size() => drop(self.queue.swap_remove(at)),
                _ => return,
            }
        }
        self.queue.push(suspect);
    }

    /// The most promising of the programs that wait: one that nothing explains, of a signature without a bucket, of the
    /// worst level, that most programs show, and that is small. Nothing where none waits.
    pub fn next(&mut self) -> Option<Suspect> {
        loop {
            let rank = |suspect: &Suspect| {
                let entry = self.signatures.get(&suspect.signature);
                let (count, buckets) = entry.map_or((0, 0), |entry| (entry.count, entry.findings.len()));
                (suspect.doubt, buckets, suspect.level, std::cmp::Reverse(count), suspect.program.size())
            };
            let best = (0..self.queue.len()).min_by_key(|at| rank(&self.queue[*at]))?;
            let suspect = self.queue.swap_remove(best);
            let explained = self.signatures.get(&suspect.signature).is_some_and(|entry| {
                explanation(&self.findings, entry, &shape::of(&suspect.program)).is_some()
                    || entry.reductions >= REDUCTIONS
            });
            if suspect.doubt != Doubt::Unexplained || !explained {
                return Some(suspect);
            }
        }
    }

    /// How many signatures have a program that waits and that nothing explains.
    pub fn backlog(&self) -> usize {
        let waiting = self.queue.iter().filter(|suspect| suspect.doubt == Doubt::Unexplained);
        waiting.map(|suspect| suspect.signature.as_str()).collect::<BTreeSet<_>>().len()
    }

    /// Puts a program back whose reduction did not come to anything because the campaign ends.
    pub fn put_back(&mut self, suspect: Suspect) {
        self.queue.push(suspect);
    }

    /// Enters a reduced program; gives the bucket if it is a new one.
    pub fn close(
        &mut self,
        suspect: &Suspect,
        reduced: &Reduced<Expr>,
        program: String,
        outcomes: Vec<Outcome>,
    ) -> Option<Finding> {
        let shape = shape::of(&reduced.program);
        let identity = shape::identity(&suspect.signature, &shape);
        let entry = self.signatures.get_mut(&suspect.signature)?;
        entry.reductions += 1;
        let own = shape::of(&suspect.program);
        let own = entry.unexplained.iter().position(|made_of| *made_of == own);
        if let Some(at) = own {
            entry.unexplained.swap_remove(at);
        }
        let before = entry.findings.iter().copied().find(|at| self.findings[*at].shape == shape);
        if let Some(at) = before {
            self.findings[at].programs += u64::from(own.is_some());
            return None;
        }
        let at = self.findings.len();
        entry.findings.push(at);
        let mark = Mark::of(suspect.level, &suspect.signature, &reduced.program);
        let known = self.accepted(&suspect.name, suspect.level, &identity, Some(&reduced.program));
        self.findings.push(Finding {
            level: suspect.level,
            signature: suspect.signature.clone(),
            shape,
            mark,
            program,
            reduced: reduced.finished,
            found_in: suspect.name.clone(),
            original: suspect.program.to_source(),
            outcomes,
            known,
            programs: u64::from(own.is_some()),
            trace: suspect.trace,
        });
        if let Some(entry) = self.signatures.get_mut(&suspect.signature) {
            let left = std::mem::take(&mut entry.unexplained);
            for made_of in left {
                match explanation(&self.findings, entry, &made_of) {
                    Some(at) => self.findings[at].programs += 1,
                    None => entry.unexplained.push(made_of),
                }
            }
        }
        Some(self.findings[at].clone())
    }

    /// Makes buckets of what is left to be reduced: signatures without a bucket, and programs that no bucket explains.
    pub fn unreduced(&mut self) -> Vec<Finding> {
        let first = self.findings.len();
        for (signature, entry) in &self.signatures {
            if entry.known.is_some() || (!entry.findings.is_empty() && entry.unexplained.is_empty()) {
                continue;
            }
            let waiting = self.queue.iter().filter(|it| it.signature == *signature && it.doubt == Doubt::Unexplained);
            let waiting = waiting.min_by_key(|suspect| suspect.program.size());
            let (name, source, mark, trace) = match waiting {
                Some(suspect) => {
                    let mark = Mark::of(entry.level, signature, &suspect.program);
                    (suspect.name.clone(), suspect.program.to_source(), mark, suspect.trace)
                }
                None if entry.findings.is_empty() => {
                    let (name, source, trace) = entry.smallest.clone();
                    let mark = Mark::of(entry.level, signature, &Expr::text(source.clone()));
                    (name, source, mark, trace)
                }
                None => continue,
            };
            self.findings.push(Finding {
                level: entry.level,
                signature: signature.clone(),
                shape: BTreeSet::new(),
                mark,
                program: source.clone(),
                reduced: false,
                found_in: name,
                original: source,
                outcomes: Vec::new(),
                known: None,
                programs: entry.unexplained.len() as u64,
                trace,
            });
        }
        self.findings[first..].to_vec()
    }

    /// Takes up a bucket of an earlier campaign: as it is if it is reduced, else to be reduced now.
    pub fn resume(&mut self, finding: Finding, program: Expr) {
        let entry = self.signatures.entry(finding.signature.clone()).or_insert_with(|| Signature {
            level: finding.level,
            count: 0,
            reductions: 0,
            findings: Vec::new(),
            unexplained: Vec::new(),
            known: None,
            smallest: (finding.found_in.clone(), finding.program.clone(), finding.trace),
        });
        entry.count += finding.programs;
        if finding.reduced {
            entry.findings.push(self.findings.len());
            self.findings.push(finding);
            return;
        }
        let made_of = shape::of(&program);
        entry.unexplained.extend((0..finding.programs.max(1)).map(|_| made_of.clone()));
        let (name, signature, trace) = (finding.found_in, finding.signature, finding.trace);
        self.queue.push(Suspect { name, program, level: finding.level, signature, doubt: Doubt::Unexplained, trace });
    }

    /// All buckets so far.
    pub fn all(&self) -> &[Finding] {
        &self.findings
    }

    /// How many signatures are accepted as a whole.
    pub fn known_signatures(&self) -> usize {
        self.signatures.values().filter(|entry| entry.known.is_some()).count()
    }

    /// How many buckets are accepted, and how many are not.
    pub fn counts(&self) -> (usize, usize) {
        let findings = self.findings.iter().filter(|finding| finding.known.is_some()).count();
        (self.known_signatures() + findings, self.findings.len() - findings)
    }

    /// How many programs showed each signature.
    pub fn signatures(&self) -> BTreeMap<String, u64> {
        self.signatures.iter().map(|(signature, entry)| (signature.clone(), entry.count)).collect()
    }

    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    fn accepted(&mut self, case: &str, level: Level, bucket: &str, program: Option<&Expr>) -> Option<String> {
        let seen = Seen {
            suite: None,
            case,
            difference: Some((level, bucket)),
            program,
            is_inconclusive: false,
            engines: self.engines.each_ref(),
        };
        self.ledger.enter(seen).map(str::to_owned)
    }
}

/// The bucket that explains a program made of this, if one does: of several the one of which most is in it.
fn explanation(findings: &[Finding], entry: &Signature, made_of: &BTreeSet<String>) -> Option<usize> {
    let explains = |finding: &Finding| {
        tells_all(entry.level, &finding.signature) || (finding.reduced && finding.shape.is_subset(made_of))
    };
    let explaining = entry.findings.iter().copied().filter(|at| explains(&findings[*at]));
    explaining.max_by_key(|at| (findings[*at].mark.telling().len(), findings[*at].shape.len()))
}

/// Whether a signature tells the cause by itself.
fn tells_all(level: Level, signature: &str) -> bool {
    signature.split_once(": ").is_some_and(|(_, details)| bucket::is_telling(level, details))
}
