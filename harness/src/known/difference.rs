//! Accepted differences between engines: the entries `[[difference]]` of known-divergences.toml, and what the entries
//! `[[divergence]]` of fixtures say of two engines.

use globset::GlobMatcher;
use jiff::civil::Date;
use serde::Deserialize;

use super::{
    Divergence, Entry, Known, anything, date, is_pattern, pattern,
    program::Pattern,
    written::{Asked, Group, Sighting},
    wrong::{State, Wrong},
};
use crate::{engine::Named, outcome::compare::Level, program::Expr};

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
    /// Only where the reduced program holds this, in which `…` stands for anything; only commands that reduce programs
    /// can tell.
    #[serde(default)]
    pub program: Option<Pattern>,
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
    /// The folder of fixtures that the case belongs to, if it is one.
    pub suite: Option<&'a str>,
    /// The case.
    pub case: &'a str,
    /// The level and the signature, where the two differ.
    pub difference: Option<(Level, &'a str)>,
    /// The reduced program that shows it, where there is one.
    pub program: Option<&'a Expr>,
    /// Whether nothing can be said of it.
    pub is_inconclusive: bool,
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
    pub(super) fn label(&self, file: &str) -> String {
        format!("{file}: difference of `{}` ({}, bucket `{}`)", self.case.glob(), self.level, self.bucket.glob())
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
        let holds = |pattern: &Pattern| seen.program.is_some_and(|program| pattern.is_in(program));
        self.is_about(seen) && seen.difference.is_some_and(same) && self.program.as_ref().is_none_or(holds)
    }
}

impl Entry {
    /// Whether the entry could be about this fixture: one side is the engine that it names, and the other is the release
    /// that recorded what is expected.
    fn is_about_difference(&self, seen: Seen<'_>) -> bool {
        let is_engine =
            |named: &Named| self.engine.is_match(&named.name) || self.engine.is_match(&named.engine.identity().engine);
        let [one, other] = seen.engines;
        let of_record = |named: &Named| named.engine.identity().is_of_record();
        self.level != Divergence::Unused
            && ((is_engine(one) && of_record(other)) || (is_engine(other) && of_record(one)))
            && seen.suite.is_some_and(|suite| self.suite.is_match(suite))
            && self.case.is_match(seen.case)
    }

    /// What is accepted of the answers is accepted of their difference.
    fn accepts_level(&self, level: Level) -> bool {
        match self.level {
            Divergence::Stdout => matches!(level, Level::FailsAlike | Level::Value),
            Divergence::Stderr => matches!(level, Level::Effects | Level::Message | Level::Stderr),
            Divergence::Unused => false,
        }
    }
}

/// An entry of either kind.
#[derive(Clone, Copy)]
enum Accepted<'a> {
    Difference(&'a Difference),
    Divergence(&'a Entry),
}

impl<'a> Accepted<'a> {
    fn label(self, file: &str) -> String {
        match self {
            Accepted::Difference(entry) => entry.label(file),
            Accepted::Divergence(entry) => entry.label(file),
        }
    }

    fn is_about(self, seen: Seen<'_>) -> bool {
        match self {
            Accepted::Difference(entry) => entry.is_about(seen),
            Accepted::Divergence(entry) => entry.is_about_difference(seen),
        }
    }

    fn describes(self, seen: Seen<'_>) -> bool {
        match self {
            Accepted::Difference(entry) => entry.describes(seen),
            Accepted::Divergence(entry) => {
                entry.is_about_difference(seen) && seen.difference.is_some_and(|(level, _)| entry.accepts_level(level))
            }
        }
    }

    fn reason_and_expiry(self) -> (&'a str, Date) {
        match self {
            Accepted::Difference(entry) => (&entry.reason, entry.expires),
            Accepted::Divergence(entry) => (&entry.reason, entry.expires),
        }
    }

    /// Whether it is about a single case.
    fn is_one_case(self) -> bool {
        match self {
            Accepted::Difference(entry) => !is_pattern(entry.case.glob().glob()),
            Accepted::Divergence(entry) => !entry.is_pattern(),
        }
    }
}

/// The entries of a list with what a run has seen of each.
pub struct Ledger<'a> {
    entries: Vec<(Accepted<'a>, Use)>,
    known: &'a Known,
    today: Date,
}

impl<'a> Ledger<'a> {
    /// A run's ledger over the entries of this list.
    pub fn new(known: &'a Known, today: Date) -> Ledger<'a> {
        let differences = known.differences.iter().map(Accepted::Difference);
        let entries = differences.chain(known.entries.iter().map(Accepted::Divergence));
        Ledger { entries: entries.map(|entry| (entry, Use::default())).collect(), known, today }
    }

    /// Enters what was seen, and gives the reason for which it is accepted, if it is.
    pub fn enter(&mut self, seen: Seen<'_>) -> Option<&'a str> {
        let mut accepted = None;
        // Whether it still differs is not known.
        if seen.is_inconclusive {
            return None;
        }
        for (entry, uses) in &mut self.entries {
            uses.about += usize::from(entry.is_about(seen));
            if entry.describes(seen) {
                uses.differing += 1;
                let (reason, expires) = entry.reason_and_expiry();
                if self.today <= expires {
                    accepted = accepted.or(Some(reason));
                }
            }
        }
        accepted.or_else(|| self.found_by_a_campaign(seen))
    }

    /// The reason for which a list that `fuzz` wrote accepts what was seen, if it does. What `diff` and `attrs` wrote is
    /// entered in a book of its own.
    fn found_by_a_campaign(&self, seen: Seen<'_>) -> Option<&'a str> {
        let (level, signature) = seen.difference?;
        let [engine, reference] = seen.engines.map(|named| (named.name.as_str(), named.engine.identity()));
        let asked = Asked { command: "fuzz", engine, reference: Some(reference), programs: None };
        let state = State::Wrong(Wrong::of_difference(level, signature));
        let sighting = Sighting { suite: None, case: seen.case, state, signature };
        let applying = self.known.runs().iter().filter(|run| run.applies_to(asked));
        let in_time = |group: &&Group| group.expires.is_none_or(|last| self.today <= last);
        let mut groups = applying.flat_map(|run| &run.groups).filter(in_time);
        groups.find(|group| group.describes(sighting)).map(Group::why)
    }

    /// Entries that must change, each as a line for people. Of an entry by pattern nothing can be said where no case
    /// differs: the run may have left the one out that would. An entry of one case is settled by the part of a run in
    /// which that case is.
    pub fn audit(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (entry, uses) in &self.entries {
            let label = entry.label(self.known.file());
            let (_, expires) = entry.reason_and_expiry();
            if uses.about > 0 && self.today > expires {
                lines.push(format!("{label} expired on {expires}: mend it or decide anew"));
            } else if uses.about > 0 && uses.differing == 0 && entry.is_one_case() {
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
        case::Request,
        engine::{Embedded, Engine, Identity, Limits},
        outcome::Outcome,
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
        let mut ledger = Ledger::new(&known, Date::constant(2030, 6, 15));
        let program = crate::program::read("rec { __overrides = { a = 1; }; a = 0; }").expect("it parses");
        let seen = Seen {
            suite: None,
            case: "a",
            difference,
            program: Some(&program),
            is_inconclusive: false,
            engines: [&ours, &theirs],
        };
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
        check(&format!("{good}program = 'rec {{ __overrides … }}'"), difference, true, "");
        check(&format!("{good}program = '{{ __overrides … }}'"), difference, false, "");
    }

    /// An engine that is only called.
    struct Called(Identity);

    impl Engine for Called {
        fn identity(&self) -> &Identity {
            &self.0
        }

        fn evaluate(&self, _: &Request) -> Outcome {
            Outcome::not_started("it is only called".to_owned())
        }
    }

    #[test]
    fn what_is_accepted_of_a_fixture_is_accepted_between_engines() {
        let named = |engine: &str, version: &str| {
            let identity = Identity { engine: engine.to_owned(), version: version.to_owned() };
            Named { name: "n".to_owned(), engine: Box::new(Called(identity)) }
        };
        let (ours, record) = (named("embedded", "nix_evaluator 1"), named("fork:x", "nix-instantiate (Nix) 2.34.8"));
        let older = named("fork:x", "nix-instantiate (Nix) 12.34.8");
        let check =
            |level: &str, engines: [&Named; 2], suite, difference: Option<Level>, accepted: bool, audit: &str| {
                let text = format!(
                    "[[divergence]]\ncase = 'a'\nsuite = 's'\nlevel = '{level}'\nreason = 'r'\nexpires = 2031-01-01\n"
                );
                let known = toml::from_str::<Known>(&text).unwrap_or_else(|error| panic!("{error}"));
                let mut ledger = Ledger::new(&known, Date::constant(2030, 6, 15));
                let seen = |is_inconclusive| {
                    let difference = difference.map(|level| (level, "b"));
                    Seen { suite, case: "a", difference, program: None, is_inconclusive, engines }
                };
                assert_eq!(ledger.enter(seen(false)), accepted.then_some("r"), "{level} {difference:?} {suite:?}");
                let lines = ledger.audit().join("\n");
                assert!(lines.contains(audit) && lines.is_empty() == audit.is_empty(), "{lines}");
                let mut ledger = Ledger::new(&known, Date::constant(2030, 6, 15));
                assert_eq!((ledger.enter(seen(true)), ledger.audit()), (None, Vec::new()), "nothing is known of it");
            };
        let pair = [&ours, &record];
        check("stdout", pair, Some("s"), Some(Level::Value), true, "");
        check("stdout", [&record, &ours], Some("s"), Some(Level::FailsAlike), true, "");
        check("stderr", pair, Some("s"), Some(Level::Effects), true, "");
        check("stderr", pair, Some("s"), Some(Level::Value), false, "no longer differs");
        check("stdout", pair, Some("s"), Some(Level::Message), false, "no longer differs");
        check("stdout", pair, Some("s"), None, false, "no longer differs");
        check("stdout", pair, Some("t"), Some(Level::Value), false, "");
        check("stdout", pair, None, Some(Level::Value), false, "");
        check("stdout", [&ours, &older], Some("s"), Some(Level::Value), false, "");
        check("stdout", [&older, &record], Some("s"), Some(Level::Value), false, "");
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
