//! Divergences that are known and accepted for a while: `known-divergences.toml`. Every command reads the same list, and
//! an entry means the same to each: what `check` accepts of a fixture, `diff` accepts of it where the other side is the
//! release that recorded it.
//!
//! Entries `[[divergence]]` and `[[difference]]` are written by hand. Entries `[[run]]` are what `--write-known` wrote of one
//! engine, without dates: see [`written`] and [`record`].
//!
//! Each entry that is written by hand has a date. An entry that has expired fails the run, and so does one that no longer diverges: the list
//! must say no more and no less than what is true.

pub mod difference;
pub mod program;
pub mod record;
pub mod written;
pub mod wrong;

use std::path::Path;

use globset::{GlobBuilder, GlobMatcher};
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, de};

use crate::{
    outcome::{Ending, Judgement, Verdict},
    read::{self, DocumentError},
};
use difference::Difference;
use written::Run;

/// Name of the file at the root of the repository.
pub const FILE: &str = "known-divergences.toml";

/// How many days before it expires an entry is warned of.
pub const NOTICE: i32 = 30;

/// What an entry accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Divergence {
    /// Exit status or standard output are not as recorded. A panic, a crash and a hang are never accepted.
    Stdout,
    /// Only standard error is not.
    Stderr,
    /// A file that looks like a fixture's and that nothing reads.
    Unused,
}

impl Divergence {
    /// What a judgement shows, if it is something that an entry can accept.
    pub fn of(judgement: &Judgement) -> Option<Divergence> {
        match (judgement.verdict, &judgement.ending) {
            (Verdict::Wrong, Ending::Exited(_)) => Some(Divergence::Stdout),
            (Verdict::StderrDiffers, _) => Some(Divergence::Stderr),
            _ => None,
        }
    }
}

/// One accepted divergence.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Name of the case, or a pattern with `*`; of an unused file, its whole name.
    #[serde(deserialize_with = "pattern")]
    pub case: GlobMatcher,
    /// What is accepted of it.
    pub level: Divergence,
    /// Only in suites of this name or pattern.
    #[serde(default = "anything", deserialize_with = "pattern")]
    pub suite: GlobMatcher,
    /// Only of engines of this name or pattern.
    #[serde(default = "embedded", deserialize_with = "pattern")]
    pub engine: GlobMatcher,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it is.
    #[serde(deserialize_with = "date")]
    pub expires: Date,
}

/// What the run saw of one case or file.
#[derive(Clone, Copy, Debug)]
pub struct Observation<'a> {
    /// The suite.
    pub suite: &'a str,
    /// The case, or the file.
    pub case: &'a str,
    /// What is wrong with it, if an entry could accept it.
    pub divergence: Option<Divergence>,
    /// Whether it is a file, to which only entries of level `unused` apply.
    pub is_file: bool,
    /// Whether a limit was reached, so that it may diverge or not.
    pub is_inconclusive: bool,
}

impl<'a> Observation<'a> {
    /// What this judgement of a case shows.
    pub fn of(suite: &'a str, case: &'a str, judgement: &Judgement) -> Observation<'a> {
        let is_inconclusive = judgement.verdict == Verdict::Inconclusive;
        Observation { suite, case, divergence: Divergence::of(judgement), is_file: false, is_inconclusive }
    }

    /// A file that nothing reads.
    pub fn of_file(suite: &'a str, file: &'a str) -> Observation<'a> {
        let divergence = Some(Divergence::Unused);
        Observation { suite, case: file, divergence, is_file: true, is_inconclusive: false }
    }
}

/// The list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    #[serde(default, rename = "divergence")]
    entries: Vec<Entry>,
    #[serde(default, rename = "difference")]
    differences: Vec<Difference>,
    #[serde(default, rename = "run")]
    runs: Vec<Run>,
    /// The file that it was read from, as messages name it.
    #[serde(skip)]
    file: String,
}

impl Known {
    /// The list in `file`.
    ///
    /// # Errors
    /// When it cannot be read, or holds anything but entries with all their fields.
    pub fn load(file: &Path) -> Result<Known, DocumentError> {
        let known: Known = read::toml(file)?;
        Ok(Known { file: file.display().to_string(), ..known })
    }

    /// The same list, which messages name so.
    #[must_use]
    pub fn called(self, file: &str) -> Known {
        Known { file: file.to_owned(), ..self }
    }

    /// The list that this text is, which stands in `file`.
    ///
    /// # Errors
    /// When it is no list.
    pub fn read(text: &str, file: &Path) -> Result<Known, toml::de::Error> {
        let known: Known = toml::from_str(text)?;
        Ok(Known { file: file.display().to_string(), ..known })
    }

    /// The file that it was read from, as messages name it.
    pub fn file(&self) -> &str {
        if self.file.is_empty() { FILE } else { &self.file }
    }

    /// All of it as a text, the same wherever it was read from.
    pub fn described(&self) -> String {
        format!("{:?}", (&self.entries, &self.differences, &self.runs))
    }

    /// Lists that were written of engines.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Whether there is anything in it that was written by hand.
    pub fn is_by_hand(&self) -> bool {
        !(self.entries.is_empty() && self.differences.is_empty())
    }

    /// Differences between engines that are accepted.
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }

    /// The entry that accepts what was seen, if one does and has not expired; `engine` are the names of the engine: that of
    /// the run, and how it was written.
    pub fn accepts(&self, engine: &[&str], today: Date, seen: Observation<'_>) -> Option<&Entry> {
        self.entries.iter().find(|entry| {
            seen.divergence == Some(entry.level) && entry.is_about(engine, seen) && today <= entry.expires
        })
    }

    /// Entries that expire within [`NOTICE`] days of `today`, which is not past them, each as a line for people:
    /// whatever a run saw, and before it fails.
    pub fn expiring(&self, today: Date) -> Vec<String> {
        let file = self.file();
        let entries = self.entries.iter().map(|entry| (entry.label(file), entry.expires));
        let differences = self.differences.iter().map(|entry| (entry.label(file), entry.expires));
        let groups = self.runs.iter().flat_map(|run| &run.groups);
        let groups = groups.filter_map(|group| Some((group.label(file), group.expires?)));
        let soon = |(label, expires): (String, Date)| {
            let days = today.until(expires).ok()?.get_days();
            let when = match days {
                0 => "today".to_owned(),
                1 => "tomorrow".to_owned(),
                2..=NOTICE => format!("in {days} days"),
                _ => return None,
            };
            Some(format!("{label} expires on {expires}, {when}: mend it or decide anew"))
        };
        entries.chain(differences).chain(groups).filter_map(soon).collect()
    }

    /// Entries that must change, each as a line for people. `complete` tells that no fixture of the suites was left out;
    /// without that, nothing can be said of a pattern or of an entry that saw no case.
    pub fn audit(&self, engine: &[&str], today: Date, seen: &[Observation<'_>], complete: bool) -> Vec<String> {
        let mut lines = Vec::new();
        for entry in &self.entries {
            let about: Vec<_> = seen.iter().filter(|seen| entry.is_about(engine, **seen)).collect();
            let label = entry.label(self.file());
            if about.is_empty() {
                // Without a suite of its own, the entry may be about a suite that is not in this run.
                let should_be_here = entry.suite.glob().glob() != "*"
                    && entry.applies_to_engine(engine)
                    && seen.iter().any(|seen| entry.suite.is_match(seen.suite));
                if complete && should_be_here {
                    lines.push(format!("{label} names nothing in its suite: take it out"));
                }
            } else if today > entry.expires {
                lines.push(format!("{label} expired on {}: mend it or decide anew", entry.expires));
            } else if (complete || !entry.is_pattern())
                && about.iter().all(|seen| seen.divergence != Some(entry.level) && !seen.is_inconclusive)
            {
                lines.push(format!("{label} no longer diverges at that level: take it out"));
            }
        }
        lines
    }
}

impl Entry {
    /// What people find the entry by.
    fn label(&self, file: &str) -> String {
        let level = format!("{:?}", self.level).to_lowercase();
        format!("{file}: entry `{}` (level {level})", self.case.glob())
    }

    fn is_about(&self, engine: &[&str], seen: Observation<'_>) -> bool {
        (self.level == Divergence::Unused) == seen.is_file
            && self.applies_to_engine(engine)
            && self.suite.is_match(seen.suite)
            && self.case.is_match(seen.case)
    }

    /// A stray file is there whichever engine is judged.
    fn applies_to_engine(&self, engine: &[&str]) -> bool {
        self.level == Divergence::Unused || engine.iter().any(|name| self.engine.is_match(name))
    }

    fn is_pattern(&self) -> bool {
        is_pattern(self.case.glob().glob())
    }
}

/// Whether a name is a pattern.
fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

fn glob(text: &str) -> Result<GlobMatcher, globset::Error> {
    // A backslash is one: names that are no text are written with it.
    GlobBuilder::new(text).backslash_escape(false).build().map(|glob| glob.compile_matcher())
}

fn anything() -> GlobMatcher {
    glob("*").expect("a constant")
}

fn embedded() -> GlobMatcher {
    glob("embedded").expect("a constant")
}

fn pattern<'de, D: Deserializer<'de>>(from: D) -> Result<GlobMatcher, D::Error> {
    glob(&String::deserialize(from)?).map_err(de::Error::custom)
}

fn date<'de, D: Deserializer<'de>>(from: D) -> Result<Date, D::Error> {
    let date = toml::value::Datetime::deserialize(from)?;
    match (date.date, date.time) {
        (Some(day), None) => {
            let (year, month) = (i16::try_from(day.year), i8::try_from(day.month));
            let (year, month) = (year.map_err(de::Error::custom)?, month.map_err(de::Error::custom)?);
            Date::new(year, month, i8::try_from(day.day).map_err(de::Error::custom)?).map_err(de::Error::custom)
        }
        _ => Err(de::Error::custom("`expires` is a day, as in 2030-01-31")),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::outcome::Crash;

    const TODAY: Date = date(2030, 6, 15);

    fn entry(fields: &str) -> Known {
        toml::from_str::<Known>(&format!("[[divergence]]\nreason = \"r\"\n{fields}")).expect("a valid list")
    }

    fn seen(case: &str, divergence: Option<Divergence>) -> Observation<'_> {
        let is_file = divergence == Some(Divergence::Unused);
        Observation { suite: "s", case, divergence, is_file, is_inconclusive: false }
    }

    /// Whether the entry accepts `divergence` of case `eval-fail-a` on the embedded engine.
    fn accepts(fields: &str, divergence: Divergence) -> bool {
        entry(fields).accepts(&["embedded"], TODAY, seen("eval-fail-a", Some(divergence))).is_some()
    }

    #[test]
    fn an_entry_accepts_its_own_level_in_its_own_place() {
        let stderr = "case = 'eval-fail-a'\nlevel = 'stderr'\nexpires = 2030-06-15";
        assert!(accepts(stderr, Divergence::Stderr));
        assert!(!accepts(stderr, Divergence::Stdout), "a worse divergence is a new one");
        assert!(!accepts("case = 'eval-fail-a'\nlevel = 'stdout'\nexpires = 2031-01-01", Divergence::Stderr));
        assert!(accepts("case = 'eval-*'\nlevel = 'stdout'\nexpires = 2031-01-01", Divergence::Stdout));
        assert!(accepts("case = '*'\nsuite = 's'\nlevel = 'stdout'\nexpires = 2031-01-01", Divergence::Stdout));
        assert!(!accepts("case = '*'\nsuite = 't'\nlevel = 'stdout'\nexpires = 2031-01-01", Divergence::Stdout));
        assert!(!accepts("case = '*'\nengine = 'cmd:*'\nlevel = 'stdout'\nexpires = 2031-01-01", Divergence::Stdout));
        assert!(
            !accepts("case = 'eval-fail-a'\nlevel = 'stderr'\nexpires = 2030-06-14", Divergence::Stderr),
            "expired"
        );
    }

    #[test]
    fn crashes_are_never_accepted() {
        let judgement = |ending| Judgement { verdict: Verdict::Wrong, expected_status: 0, ending, differences: vec![] };
        assert_eq!(Divergence::of(&judgement(Ending::Exited(1))), Some(Divergence::Stdout));
        assert_eq!(Divergence::of(&judgement(Ending::Crashed(Crash::of_panic("")))), None);
        assert_eq!(Divergence::of(&judgement(Ending::Signalled(11))), None);
    }

    /// What the audit says of an entry when the run saw these cases.
    fn audit(fields: &str, cases: &[(&str, Option<Divergence>)], complete: bool) -> String {
        let cases: Vec<_> = cases.iter().map(|(case, divergence)| seen(case, *divergence)).collect();
        entry(fields).audit(&["embedded"], TODAY, &cases, complete).join("\n")
    }

    #[test]
    fn entries_that_must_change_are_named() {
        let fields = "case = 'eval-fail-*'\nlevel = 'stderr'\nexpires = 2031-01-01";
        let (diverges, passes) = (("eval-fail-a", Some(Divergence::Stderr)), ("eval-fail-b", None));
        assert_eq!(audit(fields, &[diverges, passes], true), "");
        assert!(audit(fields, &[passes], true).contains("`eval-fail-*` (level stderr) no longer diverges"));
        assert_eq!(audit(fields, &[passes], false), "", "the divergent one may be among those left out");
        let doubtful = [Observation { is_inconclusive: true, ..seen("eval-fail-a", None) }];
        assert!(entry(fields).audit(&["embedded"], TODAY, &doubtful, true).is_empty(), "it may still diverge");
        assert!(
            audit("case = 'eval-fail-b'\nlevel = 'stderr'\nexpires = 2031-01-01", &[passes], false)
                .contains("no longer")
        );
        let expired = "case = 'eval-fail-a'\nlevel = 'stderr'\nexpires = 2030-06-14";
        assert!(audit(expired, &[diverges], true).contains("expired on 2030-06-14"));
        assert_eq!(audit(expired, &[passes], true), "", "it is about no case of this run");
        let elsewhere = "case = 'eval-okay-x'\nsuite = 's'\nlevel = 'stdout'\nexpires = 2031-01-01";
        assert!(audit(elsewhere, &[passes], true).contains("names nothing in its suite"));
        let unused = "case = 'a.exp'\nlevel = 'unused'\nexpires = 2031-01-01";
        assert_eq!(audit(unused, &[("a.exp", Some(Divergence::Unused)), passes], true), "");
    }

    #[test]
    fn entries_that_expire_soon_are_named_before_they_do() {
        let check = |expires: &str, expected: &str| {
            let fields = format!("case = 'eval-*'\nlevel = 'stderr'\nexpires = {expires}");
            let difference = format!("\n[[difference]]\nlevel = 'message'\nreason = 'r'\nexpires = {expires}");
            let lines = entry(&(fields + &difference)).expiring(TODAY);
            let labels = ["entry `eval-*` (level stderr)", "difference of `*` (message, bucket `*`)"];
            let expected: Vec<_> = match expected {
                "" => Vec::new(),
                when => {
                    let line = |label| format!("{FILE}: {label} expires on {expires}, {when}: mend it or decide anew");
                    labels.map(line).into()
                }
            };
            assert_eq!(lines, expected, "{expires}");
        };
        check("2030-06-14", "");
        check("2030-06-15", "today");
        check("2030-06-16", "tomorrow");
        check("2030-07-15", "in 30 days");
        check("2030-07-16", "");
        check("2031-06-15", "");
    }

    #[test]
    fn a_list_with_a_mistake_is_refused_with_its_place() {
        let check = |text: &str, expected: &str| {
            let error = toml::from_str::<Known>(text).expect_err(text).to_string();
            assert!(error.contains(expected), "{error}");
        };
        check("[[divergence]]\ncase = 'a'\nlevel = 'stdout'\nexpires = 2030-01-01", "missing field `reason`");
        check("[[divergence]]\ncase = 'a'\nlevel = 'all'\nreason = ''\nexpires = 2030-01-01", "line 3");
        check("[[divergence]]\ncase = 'a'\nlevel = 'stdout'\nreason = ''\nexpires = 07:32:00", "is a day");
        check("[[divergence]]\ncase = 'a{'\nlevel = 'stdout'\nreason = ''\nexpires = 2030-01-01", "line 2");
        check("[[divergence]]\nwhen = 1", "unknown field `when`");
        check("[[divergences]]", "unknown field `divergences`");
    }
}
