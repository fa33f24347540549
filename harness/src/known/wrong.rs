//! What can be wrong with a case, in the words of lists: how far the answer is from the right one, or why there is none.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::outcome::{
    Judgement, Level, Verdict,
    compare::{self, Comparison},
};

/// What is wrong with a case, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Wrong {
    /// The engine broke down.
    Crash,
    /// A limit of time, memory or output was reached.
    Hang,
    /// One succeeds and the other fails.
    FailsAlike,
    /// Another value.
    Value,
    /// Other traces and warnings.
    Effects,
    /// Other counts of calls.
    Work,
    /// Another message.
    Message,
    /// Anything else on standard error.
    Stderr,
    /// An engine answers differently when it is asked twice.
    Unsteady,
    /// The engine has no way to ask that.
    NotAsked,
    /// A file that no fixture reads.
    Unused,
}

/// What is known of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is right, as far as it is compared.
    Right,
    /// It is wrong in this way.
    Wrong(Wrong),
    /// Nothing can be said.
    Unknown,
}

impl Wrong {
    /// How lists write it.
    pub fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// The finest level at which it can be seen; nothing where it is seen at each.
    pub fn level(self) -> Option<Level> {
        match self {
            Wrong::FailsAlike => Some(Level::FailsAlike),
            Wrong::Value => Some(Level::Value),
            Wrong::Effects => Some(Level::Effects),
            Wrong::Work => Some(Level::Work),
            Wrong::Message => Some(Level::Message),
            Wrong::Stderr => Some(Level::Stderr),
            Wrong::Crash | Wrong::Hang | Wrong::Unsteady | Wrong::NotAsked | Wrong::Unused => None,
        }
    }

    /// Whether this is a way not to have an answer, which by itself is no failure of a comparison.
    pub fn is_silent(self) -> bool {
        matches!(self, Wrong::Hang | Wrong::Unsteady | Wrong::NotAsked)
    }

    fn of_level(level: Level) -> Wrong {
        match level {
            Level::FailsAlike => Wrong::FailsAlike,
            Level::Value => Wrong::Value,
            Level::Effects => Wrong::Effects,
            Level::Work => Wrong::Work,
            Level::Message => Wrong::Message,
            Level::Stderr => Wrong::Stderr,
        }
    }

    /// What a signature of a difference at `level` is of.
    pub fn of_difference(level: Level, signature: &str) -> Wrong {
        let is_crash = level == Level::FailsAlike && signature.contains("crash: ");
        if is_crash { Wrong::Crash } else { Wrong::of_level(level) }
    }
}

impl State {
    /// What a judgement shows where no finer level than `finest` counts.
    pub fn of_judgement(judgement: &Judgement, finest: Level) -> State {
        match judgement.verdict {
            Verdict::Crashed => State::Wrong(Wrong::Crash),
            Verdict::Inconclusive => State::Wrong(Wrong::Hang),
            Verdict::NotAsked => State::Wrong(Wrong::NotAsked),
            _ if judgement.passes(finest) => State::Right,
            _ => judgement.level().map_or(State::Right, |level| State::Wrong(Wrong::of_level(level))),
        }
    }

    /// What a comparison shows.
    pub fn of_comparison(comparison: &Comparison) -> State {
        let signature = comparison.bucket.as_deref().unwrap_or_default();
        match (comparison.verdict, comparison.level) {
            (compare::Verdict::Agree, _) => State::Right,
            (compare::Verdict::NotAsked, _) => State::Wrong(Wrong::NotAsked),
            (compare::Verdict::Inconclusive, _) => match signature.strip_prefix(compare::INCONCLUSIVE) {
                Some("time" | "budget") => State::Wrong(Wrong::Hang),
                Some("not the same twice") => State::Wrong(Wrong::Unsteady),
                _ => State::Unknown,
            },
            (_, Some(level)) => State::Wrong(Wrong::of_difference(level, signature)),
            (_, None) => State::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_says_what_is_wrong() {
        let check = |verdict, level, bucket: &str, expected| {
            let comparison = Comparison { verdict, level, bucket: Some(bucket.to_owned()), reason: None };
            assert_eq!(State::of_comparison(&comparison), expected, "{bucket}");
        };
        use compare::Verdict::{Agree, Diverge, Inconclusive, Known};
        check(Agree, None, "", State::Right);
        check(Diverge, Some(Level::FailsAlike), "fails-alike: crash: panic: x / value", State::Wrong(Wrong::Crash));
        check(Diverge, Some(Level::FailsAlike), "fails-alike: type / value", State::Wrong(Wrong::FailsAlike));
        check(Known, Some(Level::Value), "value: integer / integer", State::Wrong(Wrong::Value));
        let inconclusive = |kind: &str| Comparison::inconclusive(kind, String::new());
        for (kind, expected) in [
            ("time", State::Wrong(Wrong::Hang)),
            ("budget", State::Wrong(Wrong::Hang)),
            ("not the same twice", State::Wrong(Wrong::Unsteady)),
            ("stack", State::Unknown),
        ] {
            let bucket = inconclusive(kind).bucket.unwrap_or_default();
            check(Inconclusive, None, &bucket, expected);
        }
        assert_eq!(State::of_comparison(&Comparison::not_asked("x".into())), State::Wrong(Wrong::NotAsked));
    }
}
