//! The regular expressions of `builtins.match` and `builtins.split`: POSIX extended ones over bytes, as C++'s
//! `std::regex` (libstdc++, flag `extended`, locale C) parses and matches them.
//!
//! No library has these semantics. Repetition takes the first path that leads to a match, as in Perl. Alternatives are
//! compared by length when searching, as in POSIX. Captures of earlier iterations persist, and a loop may iterate twice
//! without consuming anything. libstdc++ gets there by backtracking. This module makes the same choices with a memo
//! table: time and memory are at most the product of the lengths of pattern and input, and the use of the native stack
//! does not grow with either.

mod execute;
mod program;
mod syntax;

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind};
use execute::Execution;
use program::Program;

/// Why a pattern cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegexError {
    /// It is not a regular expression.
    Invalid,
    /// It needs more states than the reference allows.
    TooLarge,
}

impl RegexError {
    /// The error that the reference reports for `pattern`.
    pub fn into_error(self, pattern: &[u8]) -> Box<Error> {
        let words = match self {
            RegexError::Invalid => "invalid regular expression '{}'",
            RegexError::TooLarge => "memory limit exceeded by regular expression '{}'",
        };
        Error::new(ErrorKind::Evaluation, hint(words, &[pattern]))
    }
}

/// The ranges that groups matched, from the first group on; none for a group that was never closed.
pub type Groups = Vec<Option<Range<usize>>>;

/// A match found in an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Its range.
    pub range: Range<usize>,
    /// The ranges of its groups.
    pub groups: Groups,
}

/// Bounds of matching.
#[derive(Clone, Copy)]
pub struct Bounds<'a> {
    /// About how many bytes of memory it may use.
    pub most_bytes: usize,
    /// Asked now and then whether it must stop.
    pub stop: &'a dyn Fn() -> bool,
}

impl Bounds<'static> {
    /// No bounds.
    pub const NONE: Bounds<'static> = Bounds { most_bytes: usize::MAX, stop: &|| false };
}

/// Matching needs more memory than it may use, or was told to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhausted;

/// A compiled regular expression. Cache it, as the reference does for the whole evaluation.
#[derive(Debug)]
pub struct Regex {
    program: Program,
}

impl Regex {
    /// Compiles `pattern`. Fails where the reference does.
    pub fn new(pattern: &[u8]) -> Result<Regex, RegexError> {
        Ok(Regex { program: syntax::compile(pattern)? })
    }

    /// About how much memory it takes itself.
    pub fn bytes(&self) -> usize {
        self.program.nodes.len() * size_of::<program::Node>() + self.program.sets.len() * size_of::<program::ByteSet>()
    }

    /// The groups if the expression matches the whole `input` (`builtins.match`).
    pub fn full_match(&self, input: &[u8]) -> Option<Groups> {
        self.full_match_within(input, Bounds::NONE).unwrap_or_default()
    }

    /// Like [`Regex::full_match`], within bounds.
    pub fn full_match_within(&self, input: &[u8], bounds: Bounds<'_>) -> Result<Option<Groups>, Exhausted> {
        let mut execution = Execution::new(&self.program, input, true, bounds);
        let found = execution.find_at(0, Some(0), false);
        if execution.is_exhausted() { Err(Exhausted) } else { Ok(found.map(|found| found.groups)) }
    }

    /// The successive matches in `input` (what `builtins.split` splits at).
    pub fn matches<'a>(&'a self, input: &'a [u8]) -> Matches<'a> {
        self.matches_within(input, Bounds::NONE)
    }

    /// Like [`Regex::matches`], within bounds.
    pub fn matches_within<'a>(&'a self, input: &'a [u8], bounds: Bounds<'a>) -> Matches<'a> {
        Matches { execution: Execution::new(&self.program, input, false, bounds), next: Next::First }
    }
}

/// A cache of regular expressions by their text, including those that failed to compile.
#[derive(Default)]
pub struct Cache(RefCell<FxHashMap<Box<[u8]>, Compiled>>);

type Compiled = Result<Rc<Regex>, RegexError>;

impl Cache {
    /// The regular expression for `pattern`, from the cache or compiled. Fails if [`Regex::new`] does. `keeps` is
    /// called with about how many bytes the cache has grown.
    pub fn compiled(&self, pattern: &[u8], keeps: impl FnOnce(usize)) -> Compiled {
        if let Some(compiled) = self.0.borrow().get(pattern) {
            return compiled.clone();
        }
        let compiled = Regex::new(pattern).map(Rc::new);
        keeps(pattern.len() + compiled.as_ref().map_or(0, |regex| regex.bytes()));
        self.0.borrow_mut().insert(pattern.into(), compiled.clone());
        compiled
    }
}

/// The successive matches in an input.
pub struct Matches<'a> {
    execution: Execution<'a>,
    next: Next,
}

impl Matches<'_> {
    /// Whether the search ended because it needed too much memory, or was told to stop.
    pub fn is_exhausted(&self) -> bool {
        self.execution.is_exhausted()
    }
}

/// The state of the search.
#[derive(Clone, Copy, Debug)]
enum Next {
    /// From the beginning.
    First,
    /// From the end of the match before.
    After { end: usize, was_empty: bool, searched_again: bool },
    /// Not at all.
    Never,
}

impl Iterator for Matches<'_> {
    type Item = Match;

    fn next(&mut self) -> Option<Match> {
        let length = self.execution.input_length();
        let (found, searched_again) = match self.next {
            Next::Never => return None,
            Next::First => (self.execution.search(0, Some(0)), false),
            Next::After { end, was_empty: false, .. } => (self.execution.search(end, None), true),
            Next::After { end, .. } if end == length => (None, true),
            Next::After { end, searched_again, .. } => {
                // An empty match is followed by one here that is not, or by any further on. The library knows that
                // something precedes `end` only once it has searched again, and `^` depends on that.
                let line_start = if searched_again { None } else { Some(end) };
                match self.execution.find_at(end, line_start, true) {
                    Some(found) => (Some(found), searched_again),
                    None => (self.execution.search(end + 1, None), true),
                }
            }
        };
        self.next = match &found {
            Some(found) => Next::After { end: found.range.end, was_empty: found.range.is_empty(), searched_again },
            None => Next::Never,
        };
        found
    }
}

#[cfg(test)]
mod tests;
