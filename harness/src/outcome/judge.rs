//! Compares an outcome with what was recorded.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    Ending, Outcome,
    compare::{self, Level},
    normalise, tree, unit,
};
use crate::case::{Case, Form, Recorded};

/// What a comparison came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every byte that is compared is as recorded.
    Exact,
    /// Exit status and standard output are; standard error is not.
    StderrDiffers,
    /// Exit status or standard output differ, or there was no proper end.
    Wrong,
    /// It broke down: a panic, an abort, a signal, a sanitizer's report.
    Crashed,
    /// A limit was reached, so that nothing can be said. Not a pass.
    Inconclusive,
    /// The engine has no way to ask that. Neither right nor wrong.
    NotAsked,
}

/// A stream on which the two sides differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// `stdout` or `stderr`.
    pub stream: &'static str,
    /// What was recorded.
    pub expected: Vec<u8>,
    /// What came.
    pub came: Vec<u8>,
    /// Whether there is a recording at all: without one, nothing is expected.
    pub recorded: bool,
}

/// A verdict with its grounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// The exit status that was asked for.
    pub expected_status: i32,
    /// How it ended instead, or as asked.
    pub ending: Ending,
    /// Streams that differ, standard output first.
    pub differences: Vec<Difference>,
}

impl Judgement {
    /// Whether it is enough where what differs only at levels beyond `finest` does not count.
    pub fn passes(&self, finest: Level) -> bool {
        match self.verdict {
            Verdict::Exact => true,
            Verdict::Crashed | Verdict::Inconclusive | Verdict::NotAsked => false,
            Verdict::Wrong | Verdict::StderrDiffers => self.level().is_some_and(|level| level > finest),
        }
    }

    /// The worst level at which what came differs from what is recorded; nothing where it does not, or where nothing is
    /// known. Counts of work are not recorded.
    pub fn level(&self) -> Option<Level> {
        match self.verdict {
            Verdict::Exact | Verdict::Inconclusive | Verdict::NotAsked => None,
            Verdict::Crashed => Some(Level::FailsAlike),
            Verdict::Wrong if self.ending != Ending::Exited(self.expected_status) => Some(Level::FailsAlike),
            Verdict::Wrong => Some(Level::Value),
            // What cannot be told apart more finely is a difference of standard error.
            Verdict::StderrDiffers => Some(self.compared().level.unwrap_or(Level::Stderr)),
        }
    }

    /// The signature of the difference, as `diff` would name it; nothing where there is none.
    pub fn bucket(&self) -> Option<String> {
        if self.verdict == Verdict::Exact { None } else { self.compared().bucket }
    }

    /// What came, compared with what is recorded as two evaluators are.
    fn compared(&self) -> compare::Comparison {
        // A stream that is as recorded is not at hand here; it is the same on both sides, whatever it holds.
        let side = |ending: Ending, take: fn(&Difference) -> &Vec<u8>| {
            let stream = |name: &str, alike: &[u8]| {
                let differs = self.differences.iter().find(|difference| difference.stream == name);
                differs.map_or_else(|| alike.to_vec(), |difference| take(difference).clone())
            };
            Outcome {
                ending,
                stdout: stream("stdout", b"as recorded"),
                stderr: stream("stderr", b""),
                elapsed: Duration::ZERO,
                work: None,
            }
        };
        let came = side(self.ending.clone(), |it| &it.came);
        let recorded = side(Ending::Exited(self.expected_status), |it| &it.expected);
        compare::compare(&came, &recorded, Level::Stderr)
    }
}

/// What comparing a stream came to.
enum Compared {
    /// As recorded, or not compared.
    Alike,
    /// Not as recorded.
    Differs(Difference),
    /// Nothing can be said, for this reason.
    Unjudged(String),
}

/// Judges `outcome` by what `case` has recorded.
pub fn judge(case: &Case, outcome: &Outcome) -> Judgement {
    let expected = &case.expectation;
    let status = outcome.ending == Ending::Exited(expected.status);
    let mut ending = outcome.ending.clone();
    let mut differences = Vec::new();
    for (stream, recorded, came) in
        [("stdout", &expected.stdout, &outcome.stdout), ("stderr", &expected.stderr, &outcome.stderr)]
    {
        match recorded.as_ref().map_or(Compared::Alike, |recorded| compare(case, stream, recorded, came)) {
            Compared::Alike => {}
            Compared::Differs(difference) => differences.push(difference),
            // An evaluation that did not end as it should is wrong whatever it printed.
            Compared::Unjudged(reason) if status => ending = Ending::NotAsked(reason),
            Compared::Unjudged(_) => {}
        }
    }
    // Where an error of a type is asked for, another one is not what was asked for.
    let stderr_counts = expected.stderr.as_ref().is_some_and(|it| matches!(it.form, Form::Error { .. }));
    let verdict = if ending.is_limit() {
        Verdict::Inconclusive
    } else if matches!(ending, Ending::NotAsked(_)) {
        differences.clear();
        Verdict::NotAsked
    } else if outcome.crashed() {
        Verdict::Crashed
    } else if !status || differences.iter().any(|it| it.stream == "stdout" || stderr_counts) {
        Verdict::Wrong
    } else if !differences.is_empty() {
        Verdict::StderrDiffers
    } else {
        Verdict::Exact
    };
    Judgement { verdict, expected_status: expected.status, ending, differences }
}

fn compare(case: &Case, stream: &'static str, recorded: &Recorded, came: &[u8]) -> Compared {
    let mask = if stream == "stderr" { case.mask } else { crate::case::Mask::Nothing };
    let mut expected = normalise::masked(&recorded.bytes, mask);
    let mut came = normalise::masked(&normalise::without_folder(came, &case.root), mask);
    let alike = match &recorded.form {
        Form::Exact => expected == came,
        Form::Trimmed => {
            for text in [&mut expected, &mut came] {
                *text = text.trim_ascii().to_vec();
                text.push(b'\n');
            }
            expected == came
        }
        Form::Tree if expected.is_empty() => came.is_empty(),
        Form::Tree => match tree::compare(&expected, &came) {
            Ok(alike) => alike,
            Err(reason) => return Compared::Unjudged(reason),
        },
        Form::Error { kind, message } => unit::is_error(&came, kind.as_deref(), message.as_deref()),
    };
    if alike {
        return Compared::Alike;
    }
    Compared::Differs(Difference { stream, expected, came, recorded: recorded.file.exists() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        case::{Class, fixture, suite::tests::suite_of},
        outcome::Crash,
    };

    /// The verdict on a fixture with these recordings when this came.
    fn check(name: &str, files: &[(&str, &str)], ending: Ending, stdout: &str, stderr: &str, expected: Verdict) {
        let (_folder, suite) = suite_of(&[&[(format!("{name}.nix").as_str(), "")], files].concat());
        let case = fixture::read(&suite, name, Class::of(name).expect("a fixture's name")).expect("readable");
        let root = suite.root.to_str().expect("text");
        let bytes = |text: &str| text.replace("ROOT", root).into_bytes();
        let outcome = Outcome {
            ending,
            stdout: bytes(stdout),
            stderr: bytes(stderr),
            elapsed: Duration::from_millis(1),
            work: None,
        };
        assert_eq!(judge(&case, &outcome).verdict, expected, "{name} {outcome:?}");
    }

    #[test]
    fn a_value_counts_with_its_status_and_its_traces() {
        let files = [("eval-okay-a.exp", "/pwd/x\n"), ("eval-okay-a.err.exp", "trace: 1\n")];
        let exited = Ending::Exited;
        check("eval-okay-a", &files, exited(0), "ROOT/x\n", "trace: 1\n", Verdict::Exact);
        check("eval-okay-a", &files, exited(0), "ROOT/x\n", "", Verdict::StderrDiffers);
        check("eval-okay-a", &files, exited(0), "ROOT/x", "trace: 1\n", Verdict::Wrong);
        check("eval-okay-a", &files, exited(1), "ROOT/x\n", "trace: 1\n", Verdict::Wrong);
        check("eval-okay-a", &files, Ending::Signalled(11), "ROOT/x\n", "trace: 1\n", Verdict::Crashed);
    }

    #[test]
    fn of_a_failure_only_status_and_standard_error_count() {
        let files = [("eval-fail-a.err.exp", "error: x\n")];
        check("eval-fail-a", &files, Ending::Exited(1), "partial", "error: x\n", Verdict::Exact);
        check("eval-fail-a", &files, Ending::Exited(1), "", "error: y\n", Verdict::StderrDiffers);
        check("eval-fail-a", &files, Ending::Exited(0), "", "error: x\n", Verdict::Wrong);
    }

    #[test]
    fn nothing_but_a_proper_end_passes() {
        let files = [("eval-fail-a.err.exp", "")];
        check("eval-fail-a", &files, Ending::Exhausted("fuel".into()), "", "", Verdict::Inconclusive);
        check("eval-fail-a", &files, Ending::TimedOut(Duration::from_secs(20)), "", "", Verdict::Inconclusive);
        check("eval-fail-a", &files, Ending::Stalled(Duration::from_secs(200)), "", "", Verdict::Inconclusive);
        check("eval-fail-a", &files, Ending::Crashed(Crash::of_panic("index")), "", "", Verdict::Crashed);
        check("eval-fail-a", &files, Ending::NotAsked("no flag".into()), "", "", Verdict::NotAsked);
    }

    #[test]
    fn a_case_passes_where_what_differs_does_not_count() {
        use Level::{Effects, FailsAlike, Message, Stderr, Value};
        let difference = |stream, expected: &str, came: &str| Difference {
            stream,
            expected: expected.into(),
            came: came.into(),
            recorded: true,
        };
        let check = |verdict, status, differences: &[Difference], worst: Option<Level>| {
            let ending = Ending::Exited(status);
            let judgement = Judgement { verdict, expected_status: 1, ending, differences: differences.into() };
            assert_eq!(judgement.level(), worst, "{judgement:?}");
            for level in [FailsAlike, Value, Effects, Message, Stderr] {
                assert_eq!(judgement.passes(level), worst.is_none_or(|worst| worst > level), "{level} {judgement:?}");
            }
        };
        let stderr = |expected, came| [difference("stderr", expected, came)];
        check(Verdict::Exact, 1, &[], None);
        check(Verdict::Wrong, 0, &stderr("error: a\n", ""), Some(FailsAlike));
        check(Verdict::Wrong, 1, &[difference("stdout", "1\n", "2\n")], Some(Value));
        check(Verdict::StderrDiffers, 1, &stderr("trace: a\nerror: b\n", "error: b\n"), Some(Effects));
        check(Verdict::StderrDiffers, 1, &stderr("error: a\n", "error: b\n"), Some(Message));
        check(Verdict::StderrDiffers, 1, &stderr("error: a\n       at «stdin»:1:1:\n", "error: a\n"), Some(Stderr));
        for verdict in [Verdict::Crashed, Verdict::Inconclusive, Verdict::NotAsked] {
            let ending = Ending::Exited(1);
            let judgement = Judgement { verdict, expected_status: 1, ending, differences: Vec::new() };
            assert!(!judgement.passes(FailsAlike), "{verdict:?}");
        }
    }
}
