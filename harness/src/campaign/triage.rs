//! Decides which divergences have the same cause: by signature as they come in, by signature and shape once they are
//! reduced.
//!
//! A program is taken for another example of a known cause if it holds everything that the reduced program of that
//! cause is made of. That can be wrong, so now and then such a program is reduced all the same.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Suspect;
use crate::{
    engine::Named,
    known::{
        Known,
        difference::{Ledger, Seen},
    },
    outcome::{Outcome, compare::Level},
    program::Expr,
    reduce::{Reduced, shape},
};

/// Programs of one signature that are reduced, at most.
const REDUCTIONS: u32 = 40;

/// A bucket: one cause, as far as can be told.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The level at which the engines differ.
    pub level: Level,
    /// The signature, as other commands show it.
    pub signature: String,
    /// What the reduced program is made of.
    pub shape: BTreeSet<String>,
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
}

impl Finding {
    /// The signature with the shape behind it: what tells this bucket from others.
    pub fn identity(&self) -> String {
        shape::identity(&self.signature, &self.shape)
    }
}

/// What is known of one signature.
struct Signature {
    level: Level,
    count: u64,
    reductions: u32,
    /// Whether a program is on its way to the reducer, or in it.
    pending: bool,
    /// Shapes of reduced programs.
    shapes: Vec<BTreeSet<String>>,
    /// The reason for which all of it is accepted.
    known: Option<String>,
    /// The smallest program that showed it, and its name.
    smallest: (String, String),
}

/// All divergences of a campaign.
pub(super) struct Triage<'a> {
    ledger: Ledger<'a>,
    engines: &'a [Named; 2],
    signatures: BTreeMap<String, Signature>,
    findings: Vec<Finding>,
}

impl<'a> Triage<'a> {
    pub fn new(known: &'a Known, today: Date, engines: &'a [Named; 2]) -> Triage<'a> {
        let ledger = Ledger::new(known, today);
        Triage { ledger, engines, signatures: BTreeMap::new(), findings: Vec::new() }
    }

    /// Enters a divergent program. Gives whether it is to be reduced; then it counts as on its way.
    pub fn enter(&mut self, name: &str, level: Level, signature: &str, program: &Expr) -> bool {
        let source = program.to_source();
        let known = self.accepted(name, level, signature);
        let entry = self.signatures.entry(signature.to_owned()).or_insert_with(|| Signature {
            level,
            count: 0,
            reductions: 0,
            pending: false,
            shapes: Vec::new(),
            known,
            smallest: (name.to_owned(), source.clone()),
        });
        entry.count += 1;
        if source.len() < entry.smallest.1.len() {
            entry.smallest = (name.to_owned(), source);
        }
        if entry.pending || entry.known.is_some() || entry.reductions >= REDUCTIONS {
            return false;
        }
        let made_of = shape::of(program);
        let explained = entry.shapes.iter().any(|shape| shape.is_subset(&made_of));
        // At 16, 256, 4096 … programs of one signature, one that seems to be explained is reduced too.
        let audited = entry.count.is_power_of_two() && entry.count.ilog2().is_multiple_of(4);
        entry.pending = !explained || audited;
        entry.pending
    }

    /// Takes back that a program of this signature is on its way.
    pub fn put_off(&mut self, signature: &str) {
        if let Some(entry) = self.signatures.get_mut(signature) {
            entry.pending = false;
        }
    }

    /// Enters a reduced program; gives the bucket if it is a new one.
    pub fn close(
        &mut self,
        suspect: Suspect,
        reduced: &Reduced<Expr>,
        program: String,
        shape: BTreeSet<String>,
        outcomes: Vec<Outcome>,
    ) -> Option<Finding> {
        let entry = self.signatures.get_mut(&suspect.signature)?;
        entry.pending = false;
        entry.reductions += 1;
        if entry.shapes.contains(&shape) {
            return None;
        }
        entry.shapes.push(shape.clone());
        let known = self.accepted(&suspect.name, suspect.level, &shape::identity(&suspect.signature, &shape));
        let finding = Finding {
            level: suspect.level,
            signature: suspect.signature,
            shape,
            program,
            reduced: reduced.finished,
            found_in: suspect.name,
            original: suspect.program.to_source(),
            outcomes,
            known,
        };
        self.findings.push(finding.clone());
        Some(finding)
    }

    /// Makes buckets of signatures of which no program was reduced.
    pub fn unreduced(&mut self) -> Vec<Finding> {
        let left = self.signatures.iter().filter(|(_, entry)| entry.shapes.is_empty() && entry.known.is_none());
        let findings: Vec<Finding> = left
            .map(|(signature, entry)| Finding {
                level: entry.level,
                signature: signature.clone(),
                shape: BTreeSet::new(),
                program: entry.smallest.1.clone(),
                reduced: false,
                found_in: entry.smallest.0.clone(),
                original: entry.smallest.1.clone(),
                outcomes: Vec::new(),
                known: None,
            })
            .collect();
        self.findings.extend(findings.iter().cloned());
        findings
    }

    /// How many buckets are accepted, and how many are not.
    pub fn counts(&self) -> (usize, usize) {
        let signatures = self.signatures.values().filter(|entry| entry.known.is_some()).count();
        let findings = self.findings.iter().filter(|finding| finding.known.is_some()).count();
        (signatures + findings, self.findings.len() - findings)
    }

    /// How many programs showed each signature.
    pub fn signatures(&self) -> BTreeMap<String, u64> {
        self.signatures.iter().map(|(signature, entry)| (signature.clone(), entry.count)).collect()
    }

    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    fn accepted(&mut self, case: &str, level: Level, bucket: &str) -> Option<String> {
        let seen = Seen {
            suite: None,
            case,
            difference: Some((level, bucket)),
            is_inconclusive: false,
            engines: self.engines.each_ref(),
        };
        self.ledger.enter(seen).map(str::to_owned)
    }
}
