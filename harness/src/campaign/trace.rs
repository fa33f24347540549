//! Whether a program is asked for the trace of its error. Most are: a trace says more of what was evaluated. What the
//! reference shows of an error without one (which lines are left out, and the hint that more can be shown) is decided
//! elsewhere, so some programs are asked that way.

use std::{ffi::OsString, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{case::Question, outcome::compare::Level};

/// One program in so many is asked without the trace.
const HIDDEN: u64 = 4;

/// The setting that hides it; every question's environment sets it.
const SETTING: [&str; 3] = ["--option", "show-trace", "false"];

/// Whether the trace of an error is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trace {
    /// It is.
    #[default]
    Shown,
    /// It is not.
    Hidden,
}

impl Trace {
    /// How the program of this number is asked in a campaign at this level. Only the bytes of standard error tell the
    /// difference.
    pub fn nth(index: u64, finest: Level) -> Trace {
        match finest == Level::Stderr && index % HIDDEN == HIDDEN - 1 {
            true => Trace::Hidden,
            false => Trace::Shown,
        }
    }

    /// What a command takes beside what it always takes.
    pub fn option(self) -> &'static [&'static str] {
        match self {
            Trace::Shown => &[],
            Trace::Hidden => &SETTING,
        }
    }

    /// Flags before a program, where they are others than to evaluate it strictly.
    pub fn flags(self) -> Option<Arc<[OsString]>> {
        let all = || ["--eval", "--strict"].iter().chain(self.option()).map(OsString::from).collect();
        (self == Trace::Hidden).then(all)
    }

    /// The question, put this way.
    #[must_use]
    pub fn put(self, question: Question) -> Question {
        match self.flags() {
            Some(flags) => question.with_flags(&flags),
            None => question,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn one_program_in_four_is_asked_without_a_trace_where_that_counts() {
        let hidden = |finest| (0..8).filter(|index| Trace::nth(*index, finest) == Trace::Hidden).collect::<Vec<_>>();
        assert_eq!(hidden(Level::Stderr), [3, 7]);
        assert!(hidden(Level::Effects).is_empty());
        let question = Question::expression(String::new(), b"1".into(), Path::new("/"));
        let arguments = Trace::Hidden.put(question).request(false).arguments;
        assert_eq!(arguments, ["--eval", "--strict", "--option", "show-trace", "false", "-"]);
    }
}
