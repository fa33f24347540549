//! Compares what two evaluators did with the same question, level by level.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

pub use super::value::is_alike_but_for_repeats;
use super::{
    Ending, Outcome, bucket, effects,
    error::{self, ErrorClass},
};

/// In what two outcomes differ, worst first. A comparison names the first of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// One succeeds and the other fails, or crashes, or ends with another status
    FailsAlike,
    /// Standard output
    #[value(alias = "stdout")]
    #[serde(alias = "stdout")]
    Value,
    /// Trace and warning lines: other ones, another order, more or fewer
    Effects,
    /// Counts of calls of functions and builtins, where both engines can tell
    Work,
    /// The final error message
    Message,
    /// Anything else on standard error: trace, positions, excerpts
    Stderr,
}

impl fmt::Display for Level {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.pad(self.to_possible_value().as_ref().map_or("", |value| value.get_name()))
    }
}

/// What a comparison came to, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Alike at every level that counts.
    Agree,
    /// Different, and accepted for now.
    Known,
    /// One of them was not asked: its engine has no way to.
    NotAsked,
    /// Nothing can be said: a budget ran out, or an engine does not answer alike twice.
    Inconclusive,
    /// Different.
    Diverge,
}

impl fmt::Display for Verdict {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.pad(match self {
            Verdict::Agree => "agree",
            Verdict::Known => "known",
            Verdict::NotAsked => "not asked",
            Verdict::Inconclusive => "inconclusive",
            Verdict::Diverge => "diverge",
        })
    }
}

/// A verdict on two outcomes, with its grounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The verdict.
    pub verdict: Verdict,
    /// The worst level at which they differ, unless they agree or nothing can be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// The signature of the difference: cases that differ for one reason share it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket: Option<String>,
    /// Why nothing can be said, or why the difference is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl fmt::Display for Comparison {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}", self.verdict)?;
        match (&self.bucket, self.level) {
            // A signature begins with its level.
            (Some(bucket), _) => write!(to, " [{bucket}]"),
            (None, Some(level)) => write!(to, " [{level}]"),
            (None, None) => Ok(()),
        }
    }
}

impl Comparison {
    /// One of the two was not asked, for this reason.
    pub fn not_asked(reason: String) -> Comparison {
        let bucket = Some(format!("{NOT_ASKED}{reason}"));
        Comparison { verdict: Verdict::NotAsked, level: None, bucket, reason: Some(reason) }
    }

    /// Nothing can be said, for this reason.
    pub fn inconclusive(kind: &str, reason: String) -> Comparison {
        let bucket = Some(format!("{INCONCLUSIVE}{kind}"));
        Comparison { verdict: Verdict::Inconclusive, level: None, bucket, reason: Some(reason) }
    }
}

/// How the signature begins of what nothing can be said of; in a word or two, why.
pub const INCONCLUSIVE: &str = "inconclusive: ";

/// How the signature begins of what was not asked; the reason follows.
pub const NOT_ASKED: &str = "not asked: ";

/// How an evaluation went, as far as two of them can be alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Succeeded,
    Failed(i32),
    /// It claims to have succeeded, and says nothing but an error.
    Contradictory,
    Crashed,
}

/// How this outcome went, or in one word why it cannot be compared.
pub(super) fn fate(outcome: &Outcome) -> Result<Fate, &'static str> {
    match &outcome.ending {
        Ending::Exited(0) if outcome.stdout.is_empty() && error::parts(&outcome.stderr).error.is_some() => {
            Ok(Fate::Contradictory)
        }
        Ending::Exited(0) => Ok(Fate::Succeeded),
        Ending::Exited(status) => Ok(Fate::Failed(*status)),
        Ending::Signalled(_) | Ending::Crashed(_) => Ok(Fate::Crashed),
        Ending::NotAsked(_) => Err("not asked"),
        Ending::NotStarted(_) => Err("not started"),
        Ending::TimedOut(_) | Ending::Stalled(_) => Err("time"),
        Ending::Exhausted(_) => Err("budget"),
    }
}

/// What counts when two outcomes are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The finest level that does.
    pub finest: Level,
    /// Whether values are compared piece by piece, and one that is printed as a cycle or a repetition is alike to whatever
    /// stands in its place.
    pub repeats_alike: bool,
}

/// Compares two outcomes of the same question on these terms.
pub fn compare_on(subject: &Outcome, reference: &Outcome, terms: Terms) -> Comparison {
    if terms.repeats_alike && is_alike_but_for_repeats(&subject.stdout, &reference.stdout) {
        let subject = Outcome { stdout: reference.stdout.clone(), ..subject.clone() };
        return compare(&subject, reference, terms.finest);
    }
    compare(subject, reference, terms.finest)
}

/// Compares two outcomes of the same question; what differs only at levels beyond `finest` does not count.
pub fn compare(subject: &Outcome, reference: &Outcome, finest: Level) -> Comparison {
    for side in [subject, reference] {
        if let Ending::NotAsked(reason) = &side.ending {
            return Comparison::not_asked(reason.clone());
        }
    }
    let (ours, theirs) = match (fate(subject), fate(reference)) {
        (Ok(ours), Ok(theirs)) => (ours, theirs),
        (Err(kind), _) => return Comparison::inconclusive(kind, format!("the subject's end: {}", subject.ending)),
        (_, Err(kind)) => return Comparison::inconclusive(kind, format!("the reference's end: {}", reference.ending)),
    };
    if (ours, theirs) == (Fate::Crashed, Fate::Crashed) {
        return Comparison::inconclusive("crash", format!("both crashed: {}, {}", subject.ending, reference.ending));
    }
    let succeeded = [ours, theirs].contains(&Fate::Succeeded);
    if succeeded && ours != theirs && (ran_out_of_stack(subject) || ran_out_of_stack(reference)) {
        return Comparison::inconclusive("stack", "one of them ran out of stack, the other did not".to_owned());
    }
    match level(subject, reference, ours != theirs).filter(|level| *level <= finest) {
        None => Comparison { verdict: Verdict::Agree, level: None, bucket: None, reason: None },
        Some(level) => {
            let bucket = Some(bucket::of(subject, reference, level));
            Comparison { verdict: Verdict::Diverge, level: Some(level), bucket, reason: None }
        }
    }
}

/// The worst level at which two outcomes differ.
fn level(subject: &Outcome, reference: &Outcome, fates_differ: bool) -> Option<Level> {
    if fates_differ {
        return Some(Level::FailsAlike);
    }
    if subject.stdout != reference.stdout {
        return Some(Level::Value);
    }
    if let (Some(ours), Some(theirs)) = (subject.work, reference.work)
        && ours != theirs
        && effects::of(&subject.stderr) == effects::of(&reference.stderr)
    {
        return Some(Level::Work);
    }
    if subject.stderr == reference.stderr {
        return None;
    }
    if effects::of(&subject.stderr) != effects::of(&reference.stderr) {
        return Some(Level::Effects);
    }
    let message = |outcome: &Outcome| error::parts(&outcome.stderr).error.map(error::message);
    Some(if message(subject) != message(reference) { Level::Message } else { Level::Stderr })
}

/// Whether an evaluator failed for want of native stack, which says nothing about the program. Exceeding
/// `max-call-depth` is another matter: that limit is part of the language.
fn ran_out_of_stack(outcome: &Outcome) -> bool {
    let message = error::parts(&outcome.stderr).error.map(error::message).unwrap_or_default();
    ErrorClass::of(&message) == ErrorClass::StackOverflow && !message.contains("max-call-depth")
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use super::*;
    use crate::outcome::{Crash, Work};

    /// An outcome with this status and these streams.
    pub fn exited(status: i32, stdout: &str, stderr: &str) -> Outcome {
        ended(Ending::Exited(status), stdout, stderr)
    }

    fn ended(ending: Ending, stdout: &str, stderr: &str) -> Outcome {
        Outcome { ending, stdout: stdout.into(), stderr: stderr.into(), elapsed: Duration::ZERO, work: None }
    }

    /// The verdict on two outcomes, and the level at which they differ: the same whichever is the subject.
    fn check(one: &Outcome, other: &Outcome, verdict: Verdict, level: Option<Level>) {
        for (subject, reference) in [(one, other), (other, one)] {
            let came = compare(subject, reference, Level::Stderr);
            assert_eq!((came.verdict, came.level), (verdict, level), "{came:?} on {subject:?} {reference:?}");
            assert_eq!(came.bucket.is_some(), verdict != Verdict::Agree);
        }
    }

    #[test]
    fn the_worst_level_is_named() {
        use Level::*;
        let differ = |one: &Outcome, other: &Outcome, level| check(one, other, Verdict::Diverge, Some(level));
        let value = exited(0, "1\n", "");
        let error = exited(1, "", "error: a\n       at «stdin»:1:1:\n");
        check(&value, &value, Verdict::Agree, None);
        check(&error, &error, Verdict::Agree, None);
        differ(&value, &error, FailsAlike);
        differ(&error, &exited(2, "", "error: a\n"), FailsAlike);
        differ(&value, &ended(Ending::Signalled(11), "", ""), FailsAlike);
        differ(&error, &ended(Ending::Crashed(Crash::of_panic("x")), "", ""), FailsAlike);
        differ(&value, &exited(0, "2\n", "trace: x\n"), Value);
        differ(&value, &exited(0, "1\n", "trace: x\n"), Effects);
        differ(&exited(1, "", "trace: x\nerror: a\n"), &exited(1, "", "error: b\n"), Effects);
        differ(&error, &exited(1, "", "error: b\n       at «stdin»:1:1:\n"), Message);
        differ(&error, &exited(1, "", "error: a\n       at «stdin»:1:2:\n"), Stderr);
    }

    #[test]
    fn an_error_with_status_zero_is_no_success() {
        let liar = exited(0, "", "error: a\n");
        check(&liar, &exited(0, "", ""), Verdict::Diverge, Some(Level::FailsAlike));
        check(&liar, &exited(1, "", "error: a\n"), Verdict::Diverge, Some(Level::FailsAlike));
    }

    #[test]
    fn what_has_no_answer_is_inconclusive() {
        let value = exited(0, "1\n", "");
        for ending in [
            Ending::TimedOut(Duration::from_secs(1)),
            Ending::Stalled(Duration::from_secs(10)),
            Ending::Exhausted("fuel".into()),
            Ending::NotStarted("gone".into()),
        ] {
            check(&value, &ended(ending, "", ""), Verdict::Inconclusive, None);
        }
        check(&value, &ended(Ending::NotAsked("no flag".into()), "", ""), Verdict::NotAsked, None);
        let overflow = exited(1, "", "error: stack overflow (possible infinite recursion)\n");
        check(&value, &overflow, Verdict::Inconclusive, None);
        let depth = exited(1, "", "error: stack overflow; max-call-depth exceeded\n");
        check(&value, &depth, Verdict::Diverge, Some(Level::FailsAlike));
        check(&depth, &overflow, Verdict::Diverge, Some(Level::Message));
        let crash = ended(Ending::Signalled(11), "", "");
        check(&crash, &crash, Verdict::Inconclusive, None);
    }

    #[test]
    fn work_counts_where_both_tell() {
        let worked = |function_calls| {
            let work = Some(Work { function_calls, builtin_calls: 1 });
            Outcome { work, ..exited(0, "1\n", "trace: x\n") }
        };
        check(&worked(1), &worked(2), Verdict::Diverge, Some(Level::Work));
        check(&worked(1), &exited(0, "1\n", "trace: x\n"), Verdict::Agree, None);
    }

    #[test]
    fn what_is_printed_again_can_be_left_out() {
        let on = |one: &str, other: &str, repeats_alike| {
            let terms = Terms { finest: Level::Stderr, repeats_alike };
            compare_on(&exited(0, one, ""), &exited(0, other, ""), terms).verdict
        };
        let (whole, again) = ("{ a = { b = 1; }; c = { b = 1; }; }\n", "{ a = { b = 1; }; c = «repeated»; }\n");
        assert_eq!(on(whole, again, true), Verdict::Agree);
        assert_eq!(on(whole, again, false), Verdict::Diverge);
        assert_eq!(on("{ a = <CYCLE>; }\n", "{ a = «repeated»; }\n", true), Verdict::Agree);
        assert_eq!(on("{ a = <CYCLE>; b = 2; }\n", "{ a = { a = «repeated»; }; b = 1; }\n", true), Verdict::Diverge);
    }

    #[test]
    fn finer_levels_can_be_left_out() {
        let (one, other) = (exited(1, "", "error: a\n"), exited(1, "", "error: b\n"));
        assert_eq!(compare(&one, &other, Level::Effects).verdict, Verdict::Agree);
        assert_eq!(compare(&one, &other, Level::Message).verdict, Verdict::Diverge);
    }
}
