//! Accepted differences between engines, the entries `[[difference]]` of known-divergences.toml.

use globset::GlobMatcher;
use jiff::civil::Date;
use serde::Deserialize;

use super::{FILE, anything, date, pattern};
use crate::{engine::Named, outcome::compare::Level};

/// One accepted difference, by case, by bucket or by both.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// The level that is accepted; another level is another difference.
    pub level: Level,
    /// Only cases of this name or pattern.
    #[serde(default = "anything", deserialize_with = "pattern")]
    pub case: GlobMatcher,
    /// Only this signature, or those that match this pattern.
    #[serde(default = "anything", deserialize_with = "pattern")]
    pub bucket: GlobMatcher,
    /// Only where each of these patterns names one side of the comparison, by name, by version or as it was written.
    #[serde(default)]
    pub engines: Vec<Engines>,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it is.
    #[serde(deserialize_with = "date")]
    pub expires: Date,
}

/// A pattern for an engine.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct Engines(#[serde(deserialize_with = "pattern")] GlobMatcher);

/// What a run saw of one case on one pair of engines.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// The case.
    pub case: &'a str,
    /// The level and the signature, where the two differ.
    pub difference: Option<(Level, &'a str)>,
    /// The two engines.
    pub engines: [&'a Named; 2],
}

/// What becomes of an entry in the course of a run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Use {
    /// Cases it is about, whether they differ or not.
    about: usize,
    /// Cases that differ as it says.
    differing: usize,
}

impl Difference {
    /// What people find the entry by.
    pub(super) fn label(&self) -> String {
        format!("{FILE}: difference of `{}` ({}, bucket `{}`)", self.case.glob(), self.level, self.bucket.glob())
    }

    /// Whether the entry could be about this case; a signature is known only where there is a difference.
    fn is_about(&self, seen: Seen<'_>) -> bool {
        let names = |pattern: &Engines, named: &Named| {
            let identity = named.engine.identity();
            [&named.name, &identity.engine, &identity.version].into_iter().any(|text| pattern.0.is_match(text))
        };
        let engines = match self.engines.as_slice() {
            [] => true,
            [one] => seen.engines.iter().any(|engine| names(one, engine)),
            patterns => patterns.iter().all(|pattern| seen.engines.iter().any(|engine| names(pattern, engine))),
        };
        engines && self.case.is_match(seen.case)
    }

    fn describes(&self, seen: Seen<'_>) -> bool {
        let same = |(level, bucket): (Level, &str)| level == self.level && self.bucket.is_match(bucket);
        self.is_about(seen) && seen.difference.is_some_and(same)
    }
}

/// The entries of a list with what a run has seen of each.
pub struct Ledger<'a> {
    entries: Vec<(&'a Difference, Use)>,
    today: Date,
}

impl<'a> Ledger<'a> {
    /// A run's ledger over these entries.
    pub fn new(entries: &'a [Difference], today: Date) -> Ledger<'a> {
        Ledger { entries: entries.iter().map(|entry| (entry, Use::default())).collect(), today }
    }

    /// Enters what was seen, and gives the reason for which it is accepted, if it is.
    pub fn enter(&mut self, seen: Seen<'_>) -> Option<&'a str> {
        let mut accepted = None;
        for (entry, uses) in &mut self.entries {
            uses.about += usize::from(entry.is_about(seen));
            if entry.describes(seen) {
                uses.differing += 1;
                if self.today <= entry.expires {
                    accepted = accepted.or(Some(entry.reason.as_str()));
                }
            }
        }
        accepted
    }

    /// Entries that must change, each as a line for people. Of an entry by pattern nothing can be said where no case
    /// differs: the run may have left the one out that would. An entry of one case is settled by the part of a run in
    /// which that case is.
    pub fn audit(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (entry, uses) in &self.entries {
            let label = entry.label();
            let one_case = !entry.case.glob().glob().contains(['*', '?', '[', '{']);
            if uses.about > 0 && self.today > entry.expires {
                lines.push(format!("{label} expired on {}: mend it or decide anew", entry.expires));
            } else if uses.about > 0 && uses.differing == 0 && one_case {
                lines.push(format!("{label} no longer differs at that level: take it out"));
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        engine::{Embedded, Limits},
        known::Known,
    };

    /// What the ledger says of one sighting of case `a` under this entry, and what its audit says.
    fn check(fields: &str, difference: Option<(Level, &str)>, accepted: bool, audit: &str) {
        let text = format!("[[difference]]\nreason = 'r'\n{fields}");
        let known = toml::from_str::<Known>(&text).unwrap_or_else(|error| panic!("{error}"));
        let engine = |name: &str| {
            let engine = Box::new(Embedded::new(Limits::of_time(Duration::from_secs(1))));
            Named { name: name.to_owned(), engine }
        };
        let (ours, theirs) = (engine("ours"), engine("2.26"));
        let mut ledger = Ledger::new(known.differences(), Date::constant(2030, 6, 15));
        let seen = Seen { case: "a", difference, engines: [&ours, &theirs] };
        assert_eq!(ledger.enter(seen), accepted.then_some("r"), "{fields}");
        let lines = ledger.audit().join("\n");
        assert!(lines.contains(audit) && lines.is_empty() == audit.is_empty(), "{lines}");
    }

    #[test]
    fn an_entry_accepts_its_level_bucket_and_engines() {
        let difference = Some((Level::Message, "message: type / file"));
        let good = "level = 'message'\nexpires = 2031-01-01\n";
        check(good, difference, true, "");
        check(&format!("{good}case = 'a'\nbucket = 'message: type*'\nengines = ['2.26', 'o*']"), difference, true, "");
        check(&format!("{good}engines = ['2.8']"), difference, false, "");
        check(&format!("{good}case = 'b'"), difference, false, "");
        check(&format!("{good}bucket = 'message: file*'"), difference, false, "");
        check("level = 'stderr'\nexpires = 2031-01-01", difference, false, "");
    }

    #[test]
    fn entries_that_must_change_are_named() {
        let difference = Some((Level::Message, "m"));
        check("level = 'message'\nexpires = 2030-06-14", difference, false, "expired on 2030-06-14");
        check("level = 'message'\nexpires = 2030-06-14", None, false, "expired on 2030-06-14");
        check("level = 'message'\nengines = ['2.8']\nexpires = 2030-06-14", difference, false, "");
        check("case = 'a'\nlevel = 'message'\nexpires = 2031-01-01", None, false, "no longer differs");
        check("case = '*'\nlevel = 'message'\nexpires = 2031-01-01", None, false, "");
    }
}
