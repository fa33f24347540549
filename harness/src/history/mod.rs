//! Runs that are over, read back from their files into one model, whether `check` or `diff` wrote them. All reports are
//! made from it. Nothing here asks an engine or changes a verdict.

pub mod changes;
mod lines;
mod matrix;
pub mod read;
pub mod tally;
pub mod trend;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use changes::Changes;
pub(crate) use lines::Answer;
pub use read::{ReadError, read};
pub use tally::Tally;

use crate::{
    engine::NamedSpec,
    forcing::Forcing,
    outcome::{
        Work,
        compare::{Comparison, Level, Verdict},
    },
    provenance::Provenance,
};

/// The name under which recorded answers stand beside engines.
pub const RECORDED: &str = "recorded";

/// What kind of run it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Fixtures against recorded answers.
    Check,
    /// Engines against each other.
    Diff,
}

/// A run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// What people call it: the file it was read from.
    pub name: String,
    /// What kind of run it was.
    pub kind: Kind,
    /// When and on what it ran.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// How long it took, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Who was looked at.
    pub subject: String,
    /// Who answered: the subject, then those it was compared with.
    pub engines: Vec<Engine>,
    /// What was wrong and belongs to no case.
    #[serde(default)]
    pub problems: Vec<String>,
    /// What people must know of the file itself: that the run was interrupted, say.
    #[serde(default)]
    pub remarks: Vec<String>,
    /// The cases, in the order of the run.
    pub cases: Vec<Case>,
}

/// An engine of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Engine {
    /// Its name in the run.
    pub name: String,
    /// How it was asked for.
    #[serde(default)]
    pub engine: String,
    /// What it said of its version.
    #[serde(default)]
    pub version: String,
    /// How many questions a second it answered, one worker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    /// What people should know of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A case with all that is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// The folder of fixtures it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suite: Option<String>,
    /// Its class, as fixtures have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// Whether it fails its run.
    pub fails: bool,
    /// The worst level at which there is a difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// The signature of the difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket: Option<String>,
    /// Why nothing can be said, or why the difference is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What it shows, in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// The file that the program is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What came: the subject's first, and those that are alike together.
    pub outcomes: Vec<Outcome>,
    /// The subject compared with each reference, where there is more than one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub comparisons: BTreeMap<String, Comparison>,
    /// How long each engine took, in seconds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub seconds: BTreeMap<String, f64>,
    /// In which order engines force, where `diff --forcing` asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forcing: Option<Forcing>,
}

/// What one or more engines did. A stream that is `None` was not kept, because it was as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Who did it.
    pub engines: Vec<String>,
    /// How it ended.
    pub ending: String,
    /// Standard output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stdout: Option<String>,
    /// Standard error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stderr: Option<String>,
    /// What was counted of the work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<Work>,
}

impl Engine {
    /// What titles call it. Older releases named an engine without a name as it was written, by its path.
    fn called(&self) -> String {
        match self.name.parse::<NamedSpec>() {
            Ok(spec) if self.name == self.engine => spec.name_of(&self.version),
            _ => self.name.clone(),
        }
    }
}

impl Run {
    /// What was compared with what, in words.
    pub fn title(&self) -> String {
        let (subjects, others): (Vec<_>, Vec<_>) = self.engines.iter().partition(|it| it.name == self.subject);
        let subject = subjects.first().map_or_else(|| self.subject.clone(), |engine| engine.called());
        match (self.kind, others.as_slice()) {
            (Kind::Check, _) => format!("{subject} against recorded answers"),
            (Kind::Diff, []) => subject,
            (Kind::Diff, others) => {
                let others: Vec<_> = others.iter().map(|engine| engine.called()).collect();
                format!("{subject} against {}", others.join(", "))
            }
        }
    }

    /// Cases a second, where it is known how long the run took.
    pub fn rate(&self) -> Option<f64> {
        self.seconds.filter(|seconds| *seconds > 0.0).map(|seconds| self.cases.len() as f64 / seconds)
    }

    /// The day and the minute it began, for people.
    pub fn date(&self) -> Option<String> {
        self.provenance.started.map(|started| started.strftime("%Y-%m-%d %H:%M UTC").to_string())
    }

    /// Whether nothing failed.
    pub fn succeeded(&self) -> bool {
        self.problems.is_empty() && !self.cases.iter().any(|case| case.fails)
    }
}

impl Case {
    /// Whether the subject does not agree with this reference here.
    pub fn departs_from(&self, reference: &str) -> bool {
        match self.comparisons.get(reference) {
            Some(comparison) => comparison.verdict != Verdict::Agree,
            None => self.comparisons.is_empty() && self.verdict != Verdict::Agree,
        }
    }

    /// The class, or a word for those that have none.
    pub fn class_name(&self) -> &str {
        self.class.as_deref().unwrap_or(NO_CLASS)
    }
}

/// The class of what is no fixture.
pub const NO_CLASS: &str = "no class";

#[cfg(test)]
mod tests {
    use super::{Engine, changes::tests::run};

    #[test]
    fn a_title_calls_engines_by_name_or_by_program_and_release() {
        let mut run = run(&[]);
        let engine = |name: &str, engine: &str| Engine {
            name: name.to_owned(),
            engine: engine.to_owned(),
            version: "nix-instantiate (Nix) 2.34.8".to_owned(),
            ..Engine::default()
        };
        let path = "cmd:/a/b/bin/nix-instantiate";
        run.subject = path.to_owned();
        run.engines = vec![engine(path, path), engine("new", "fork:/c/nix-instantiate")];
        assert_eq!(run.title(), "nix-instantiate 2.34.8 against new");
    }
}
