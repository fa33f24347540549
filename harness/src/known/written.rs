//! Lists that `--write-known` wrote: what one command finds wrong with one engine today, in groups. With its list a run is
//! green, and what is newly wrong, newly right or gone fails it.
//!
//! People may edit a list: give a group a reason or a last day, take cases out, or join groups.

use std::collections::{BTreeMap, BTreeSet};

use globset::GlobMatcher;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, de};

use super::{
    anything, date, glob, pattern,
    wrong::{State, Wrong},
};
use crate::{engine::Identity, outcome::Level};

/// Names that stand in a message.
const NAMES: usize = 5;

/// What one command found wrong with one engine.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The command.
    pub command: String,
    /// The engine that is judged: its name on the command line, or a pattern for it.
    #[serde(deserialize_with = "pattern")]
    pub engine: GlobMatcher,
    /// Whom it is compared with, likewise.
    #[serde(default = "anything", deserialize_with = "pattern")]
    pub reference: GlobMatcher,
    /// Which programs were made, of a command that makes them.
    #[serde(default)]
    pub programs: Option<String>,
    /// What is wrong.
    #[serde(default, rename = "group")]
    pub groups: Vec<Group>,
}

/// Cases that are wrong in the same way.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// In which way.
    pub level: Wrong,
    /// Only in suites of this name or pattern.
    #[serde(default = "anything", deserialize_with = "pattern")]
    pub suite: GlobMatcher,
    /// Only these cases; a name may be a pattern.
    #[serde(default)]
    pub cases: Option<Names>,
    /// Only this signature, or those that match this pattern.
    #[serde(default = "anything", deserialize_with = "pattern")]
    pub bucket: GlobMatcher,
    /// How many cases there are.
    #[serde(default)]
    pub count: Option<usize>,
    /// The signature that they had when the list was written. It tells people what the group is, and nothing more.
    #[serde(default)]
    pub signature: Option<String>,
    /// Why it is accepted.
    #[serde(default)]
    pub reason: Option<String>,
    /// The last day on which it is.
    #[serde(default, deserialize_with = "day")]
    pub expires: Option<Date>,
}

/// Names of cases, and patterns for them.
#[derive(Clone, Debug, Default)]
pub struct Names {
    exact: BTreeSet<String>,
    patterns: Vec<GlobMatcher>,
}

/// Which run it is: entries for others do not count.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The command.
    pub command: &'a str,
    /// The engine that is judged, under its name in this run.
    pub engine: (&'a str, &'a Identity),
    /// Whom it is compared with.
    pub reference: Option<(&'a str, &'a Identity)>,
    /// Which programs are made.
    pub programs: Option<&'a str>,
}

/// What a run saw of one case.
#[derive(Clone, Copy, Debug)]
pub struct Sighting<'a> {
    /// The suite, if the case belongs to one.
    pub suite: Option<&'a str>,
    /// The case.
    pub case: &'a str,
    /// What is known of it.
    pub state: State,
    /// The signature of what is wrong.
    pub signature: &'a str,
}

/// Groups that apply to a run, with what it saw of each.
pub struct Book<'a> {
    file: &'a str,
    command: &'a str,
    today: Date,
    groups: Vec<Use<'a>>,
    /// Whether there is a list for this run at all.
    applies: bool,
    /// Cases without an answer that are not on the list, which would be overlooked otherwise.
    fresh: BTreeMap<Wrong, Few>,
}

/// What becomes of a group in the course of a run.
struct Use<'a> {
    group: &'a Group,
    unseen: BTreeSet<&'a str>,
    /// Cases it is about.
    about: usize,
    /// Those that are wrong as it says.
    wrong: usize,
    right: Few,
    is_suite_here: bool,
}

/// A number of names, of which some are kept.
#[derive(Clone, Debug, Default)]
struct Few {
    count: usize,
    names: Vec<String>,
}

impl Few {
    fn add(&mut self, name: &str) {
        self.count += 1;
        if self.names.len() < NAMES {
            self.names.push(name.to_owned());
        }
    }

    fn of<'n>(names: impl IntoIterator<Item = &'n str>) -> Few {
        let mut some = Few::default();
        names.into_iter().for_each(|name| some.add(name));
        some
    }

    fn words(&self) -> String {
        let names = self.names.join(", ");
        match self.count - self.names.len() {
            0 => names,
            more => format!("{names} and {more} more"),
        }
    }
}

impl Names {
    /// These names and patterns.
    ///
    /// # Errors
    /// When one is no pattern.
    pub fn new(names: Vec<String>) -> Result<Names, globset::Error> {
        let (patterns, exact): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| super::is_pattern(name));
        let patterns = patterns.iter().map(|text| glob(text)).collect::<Result<_, _>>()?;
        Ok(Names { exact: exact.into_iter().collect(), patterns })
    }

    /// All of them, as they are written.
    pub fn written(&self) -> impl Iterator<Item = &str> {
        self.exact.iter().map(String::as_str).chain(self.patterns.iter().map(|pattern| pattern.glob().glob()))
    }

    fn has(&self, name: &str) -> bool {
        self.exact.contains(name) || self.patterns.iter().any(|pattern| pattern.is_match(name))
    }
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Names, D::Error> {
        Names::new(Vec::deserialize(from)?).map_err(de::Error::custom)
    }
}

fn day<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
    date(from).map(Some)
}

impl Run {
    /// Whether it is a list for such a run.
    pub fn applies_to(&self, asked: Asked<'_>) -> bool {
        let names = |pattern: &GlobMatcher, (name, identity): (&str, &Identity)| {
            pattern.is_match(name) || pattern.is_match(&identity.engine)
        };
        self.command == asked.command
            && names(&self.engine, asked.engine)
            && asked.reference.is_none_or(|reference| names(&self.reference, reference))
    }
}

impl Group {
    fn is_about(&self, seen: Sighting<'_>) -> bool {
        let suite = seen.suite.map_or(self.suite.glob().glob() == "*", |suite| self.suite.is_match(suite));
        suite && self.cases.as_ref().is_none_or(|cases| cases.has(seen.case))
    }

    /// Whether it accepts what was seen, whatever the day.
    pub fn describes(&self, seen: Sighting<'_>) -> bool {
        seen.state == State::Wrong(self.level) && self.is_about(seen) && self.bucket.is_match(seen.signature)
    }

    /// Why it is accepted, for people.
    pub fn why(&self) -> &str {
        self.reason.as_deref().or(self.signature.as_deref()).unwrap_or("it is on the list")
    }

    /// What people find the group by.
    pub fn label(&self, file: &str) -> String {
        let names = self.cases.iter().flat_map(Names::written).take(2).collect::<Vec<_>>().join(", ");
        let name = match (&self.reason, &self.signature, self.bucket.glob().glob()) {
            (Some(reason), ..) => reason.as_str(),
            (None, Some(signature), _) => signature,
            (None, None, "*") => &names,
            (None, None, bucket) => bucket,
        };
        format!("{file}: group `{name}` (level {})", self.level.name())
    }
}

impl<'a> Book<'a> {
    /// The groups of `runs`, which were read from `file`, that apply to a run.
    pub fn new(runs: &'a [Run], file: &'a str, asked: Asked<'a>, today: Date) -> Book<'a> {
        let applying: Vec<_> = runs.iter().filter(|run| run.applies_to(asked)).collect();
        let groups = applying.iter().flat_map(|run| &run.groups).map(|group| Use {
            group,
            unseen: group.cases.iter().flat_map(|cases| &cases.exact).map(String::as_str).collect(),
            about: 0,
            wrong: 0,
            right: Few::default(),
            is_suite_here: group.suite.glob().glob() == "*",
        });
        let (groups, applies, fresh) = (groups.collect(), !applying.is_empty(), BTreeMap::new());
        Book { file, command: asked.command, today, groups, applies, fresh }
    }

    /// Enters what was seen, and gives the reason for which it is accepted, if it is.
    pub fn enter(&mut self, seen: Sighting<'_>) -> Option<&'a str> {
        let mut accepted = None;
        for entry in &mut self.groups {
            entry.is_suite_here |= seen.suite.is_some_and(|suite| entry.group.suite.is_match(suite));
            // A file that no fixture reads has no other state than to be there.
            let is_file = seen.state == State::Wrong(Wrong::Unused);
            if is_file != (entry.group.level == Wrong::Unused) || !entry.group.is_about(seen) {
                continue;
            }
            entry.unseen.remove(seen.case);
            let describes = entry.group.describes(seen);
            // Without names, a group is about whatever has its signature.
            entry.about += usize::from(describes || entry.group.cases.is_some());
            if describes {
                entry.wrong += 1;
                if entry.group.expires.is_none_or(|last| self.today <= last) {
                    accepted = accepted.or(Some(entry.group.why()));
                }
            } else if seen.state == State::Right && entry.group.cases.is_some() {
                entry.right.add(seen.case);
            }
        }
        if let (State::Wrong(wrong), None, true) = (seen.state, &accepted, self.applies)
            && wrong.is_silent()
        {
            self.fresh.entry(wrong).or_default().add(seen.case);
        }
        accepted
    }

    /// What must change in the list, and what is new beside it, each as a line for people. `complete` tells that nothing was
    /// left out of the run, and `finest` is the finest level that counted: of what is finer nothing is known.
    pub fn audit(&self, complete: bool, finest: Level) -> Vec<String> {
        let mut lines = Vec::new();
        for entry in &self.groups {
            let Use { group, unseen, about, wrong, right, is_suite_here } = entry;
            let label = group.label(self.file);
            let is_settled = complete && *is_suite_here;
            if group.level.level().is_some_and(|level| level > finest) {
                continue;
            }
            if let Some(last) = group.expires.filter(|last| self.today > *last && *about > 0) {
                lines.push(format!("{label} expired on {last}: mend it or decide anew"));
                continue;
            }
            if right.count > 0 {
                lines.push(format!("{label} is no longer wrong in {}: {REMEDY}", right.words()));
            }
            if is_settled && !unseen.is_empty() {
                let names = Few::of(unseen.iter().copied()).words();
                lines.push(format!("{label} names what is gone: {names}: {REMEDY}"));
            }
            // What is gone or right has been said, and what is wrong in another way fails by itself.
            let Some(count) = group.count.filter(|_| is_settled) else { continue };
            let missing = count.saturating_sub(*about + unseen.len());
            if missing > 0 {
                lines.push(format!("{label} counts {count} cases, of which {missing} are gone: {REMEDY}"));
            } else if *wrong > count {
                lines.push(format!("{label} counts {count} cases, and there are {wrong}: {REMEDY}"));
            }
        }
        for (wrong, cases) in &self.fresh {
            // `check` fails by each case that reaches a limit.
            if self.command == "check" && *wrong == Wrong::Hang {
                continue;
            }
            lines.push(format!("newly `{}`, and not on the list: {}", wrong.name(), cases.words()));
        }
        lines
    }
}

/// What to do about a list that is not true any more.
const REMEDY: &str = "take it out, or write the list anew with --write-known";

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"
        command = "check"
        engine = "ours"
        [[group]]
        level = "value"
        suite = "s"
        count = 2
        signature = "value: integer / integer"
        cases = ["eval-okay-a", "eval-okay-b"]
        [[group]]
        level = "not-asked"
        suite = "s"
        count = 3
        cases = ["parse-okay-*"]
        [[group]]
        level = "message"
        bucket = "message: x*"
        count = 1
    "#;

    fn identity() -> Identity {
        Identity { engine: "snix:./snix".into(), version: "1".into() }
    }

    /// What is accepted of these cases, in order, and what the audit says.
    fn check(list: &str, seen: &[(&str, State)], complete: bool, accepted: &[&str], audit: &[&str]) {
        let run: Run = toml::from_str(list).unwrap_or_else(|error| panic!("{error}"));
        let (runs, identity) = ([run], identity());
        let asked = Asked { command: "check", engine: ("ours", &identity), reference: None, programs: None };
        let mut book = Book::new(&runs, "mine.toml", asked, Date::constant(2030, 6, 15));
        let mut came = Vec::new();
        for (case, state) in seen {
            let sighting = Sighting { suite: Some("s"), case, state: *state, signature: "message: x1" };
            came.extend(book.enter(sighting).map(|_| *case));
        }
        assert_eq!(came, accepted);
        let lines = book.audit(complete, Level::Stderr);
        assert_eq!(lines.len(), audit.len(), "{lines:?}");
        for (line, expected) in lines.iter().zip(audit) {
            assert!(line.contains(expected) && (line.starts_with("mine.toml: ") || line.contains("newly")), "{line}");
        }
    }

    const VALUE: State = State::Wrong(Wrong::Value);
    const NOT_ASKED: State = State::Wrong(Wrong::NotAsked);

    /// All that the list says, and nothing else.
    fn as_listed() -> Vec<(&'static str, State)> {
        let wrong = [("eval-okay-a", VALUE), ("eval-okay-b", VALUE), ("eval-fail-m", State::Wrong(Wrong::Message))];
        let silent = ["parse-okay-1", "parse-okay-2", "parse-okay-3"].map(|case| (case, NOT_ASKED));
        [wrong.as_slice(), &silent, &[("eval-okay-c", State::Right)]].concat()
    }

    #[test]
    fn a_run_that_is_as_listed_is_accepted_whole() {
        let all = ["eval-okay-a", "eval-okay-b", "eval-fail-m", "parse-okay-1", "parse-okay-2", "parse-okay-3"];
        check(LIST, &as_listed(), true, &all, &[]);
        check(LIST, &as_listed()[2..], false, &all[2..], &[]);
    }

    #[test]
    fn what_changes_is_named() {
        let all = ["eval-okay-a", "eval-okay-b", "eval-fail-m", "parse-okay-1", "parse-okay-2", "parse-okay-3"];
        let with = |changed: &[(usize, State)]| {
            let mut seen = as_listed();
            changed.iter().for_each(|(place, state)| seen[*place].1 = *state);
            seen
        };
        let right = "mine.toml: group `value: integer / integer` (level value) is no longer wrong in eval-okay-a: take";
        check(LIST, &with(&[(0, State::Right)]), true, &all[1..], &[right]);
        // Wrong in another way, it fails by itself.
        check(LIST, &with(&[(0, State::Wrong(Wrong::FailsAlike))]), true, &all[1..], &[]);
        check(LIST, &with(&[(0, State::Unknown)]), true, &all[1..], &[]);
        let fresh = "newly `not-asked`, and not on the list: eval-okay-c";
        check(LIST, &with(&[(6, NOT_ASKED)]), true, &all, &[fresh]);
        check(LIST, &as_listed()[1..], true, &all[1..], &["names what is gone: eval-okay-a"]);
        check(LIST, &as_listed()[..5], true, &all[..5], &["counts 3 cases, of which 1 are gone"]);
        let more = [as_listed(), vec![("parse-okay-4", NOT_ASKED)]].concat();
        check(LIST, &more, true, &[&all[..], &["parse-okay-4"]].concat(), &["counts 3 cases, and there are 4"]);
        let more = [as_listed(), vec![("eval-fail-n", State::Wrong(Wrong::Message))]].concat();
        check(LIST, &more, true, &[&all[..], &["eval-fail-n"]].concat(), &["counts 1 cases, and there are 2"]);
        let none: Vec<_> = as_listed().into_iter().filter(|(case, _)| *case != "eval-fail-m").collect();
        let rest: Vec<_> = all.into_iter().filter(|case| *case != "eval-fail-m").collect();
        check(LIST, &none, true, &rest, &["group `message: x*` (level message) counts 1 cases, of which 1 are gone"]);
    }

    #[test]
    fn a_day_may_be_the_last() {
        let list = |day: &str| {
            format!("command = 'check'\nengine = 'ours'\n[[group]]\nlevel = 'value'\ncases = ['a']\nexpires = {day}")
        };
        check(&list("2030-06-15"), &[("a", VALUE)], true, &["a"], &[]);
        check(&list("2030-06-14"), &[("a", VALUE)], true, &[], &["expired on 2030-06-14"]);
    }

    #[test]
    fn a_list_is_for_its_engine_and_command() {
        let run: Run = toml::from_str("command = 'diff'\nengine = 'ours'\nreference = '2.34*'").expect("a list");
        let (ours, theirs) = (identity(), Identity { engine: "fork:/nix".into(), version: "2".into() });
        let check = |command, engine, reference, expected| {
            let asked =
                Asked { command, engine: (engine, &ours), reference: Some((reference, &theirs)), programs: None };
            assert_eq!(run.applies_to(asked), expected, "{asked:?}");
        };
        check("diff", "ours", "2.34.8", true);
        check("diff", "ours", "2.8.0", false);
        check("diff", "other", "2.34.8", false);
        check("attrs", "ours", "2.34.8", false);
        let run: Run = toml::from_str("command = 'diff'\nengine = 'snix:./snix'").expect("a list");
        let asked = Asked { command: "diff", engine: ("any", &ours), reference: Some(("r", &theirs)), programs: None };
        assert!(run.applies_to(asked), "as it was written on the command line");
    }
}
