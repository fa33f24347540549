//! Failures of an evaluation: those that thunks remember, and errors of limits, which any part can raise.

use std::cell::RefCell;

use super::State;
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind, Failure, suggestions};
use crate::heap::Held;
use crate::source::{Origin, Pos};
use crate::symbols::Symbol;
use crate::value::{Attr, Attrs};

/// How deep anything nests that `max-call-depth` does not count: frames without calls, lists that are compared. The
/// reference's native stack ends far earlier. A program that gets this deep depends on its own result.
pub const MOST_NESTED: usize = 4 << 20;

/// The failures that thunks remember, by number. Thunks refer to them by number, because they must own nothing that has
/// to be dropped.
#[derive(Default)]
pub(super) struct Failures(RefCell<Vec<Failure>>);

impl<'h> State<'h> {
    /// “attribute '…' missing”, with suggestions.
    pub fn missing_attribute(&self, attrs: &Attrs<'h>, name: Symbol) -> Box<Error> {
        let mut error =
            Error::new(ErrorKind::MissingAttribute, hint("attribute '{}' missing", &[&self.printed_name(name)]));
        let names = attrs.sorted(self.heap).iter().map(|attr| self.symbols.name(attr.name));
        error.suggestions = suggestions::best_matches(names, self.symbols.name(name));
        error
    }

    pub(crate) fn undefined_variable(&self, name: Symbol) -> Box<Error> {
        crate::syntax::undefined_variable(name, &self.symbols)
    }

    #[cold]
    pub(crate) fn stack_overflow(&self) -> Failure {
        Error::new(ErrorKind::StackOverflow, "stack overflow; max-call-depth exceeded").into()
    }

    /// The same, at the position of what is too deep.
    #[cold]
    pub(crate) fn stack_overflow_at(&self, pos: Pos) -> Failure {
        let failure = self.stack_overflow();
        failure.set_pos_if_none(pos);
        failure
    }

    /// The error where the reference's native stack ends. Nothing catches it, and it has no trace.
    #[cold]
    pub(crate) fn endless_recursion(&self) -> Failure {
        Error::foreign(ErrorKind::StackOverflow, "stack overflow (possible infinite recursion)").into()
    }

    #[cold]
    pub(crate) fn out_of_heap(&self) -> Failure {
        Error::out_of_memory(!self.heap.is_unlimited()).into()
    }

    /// Checks the budget for an allocation whose size the program chooses. Call it before each such allocation.
    pub fn reserve(&self, bytes: usize) -> Result<(), Failure> {
        self.heap.reserve(bytes).map_err(|_| self.out_of_heap())
    }

    /// Runs code of the host, which may evaluate something on the native stack, on a larger stack if little is left.
    ///
    /// # Errors
    /// There is no memory for a larger stack; nothing was run.
    pub fn with_stack<R>(&self, run: impl FnOnce() -> R) -> Result<R, Failure> {
        const LEAST: usize = 256 << 10;
        self.heap.with_stack_of(LEAST, run).map_err(|_| self.out_of_heap())
    }

    /// Like [`State::reserve`], for slots of lists or attributes of sets.
    #[inline]
    pub(crate) fn reserve_slots(&self, count: usize) -> Result<(), Failure> {
        const FEW: usize = 256;
        if count < FEW { Ok(()) } else { self.reserve(count.saturating_mul(size_of::<Attr<'h>>())) }
    }

    /// Like [`State::reserve`], for one more line of `line` bytes in the trace of a failure. Short traces are not
    /// checked.
    pub(crate) fn reserve_trace(&self, failure: &Failure, line: usize) -> Result<(), Failure> {
        const SHORT: usize = 1 << 20;
        let bytes = failure.bytes().saturating_add(line);
        if bytes < SHORT { Ok(()) } else { self.reserve(bytes) }
    }

    /// Counts at least `bytes` against the heap's budget until `held` is dropped. Call it before allocating that much
    /// outside the arena, or afterwards if the size was not known before.
    #[inline]
    pub(crate) fn hold(&self, held: &mut Held<'h>, bytes: usize) -> Result<(), Failure> {
        self.limits.step()?;
        held.at_least(bytes).map_err(|_| self.out_of_heap())
    }

    /// Sets the call depth to `levels` more than `outer`, as recursion at `pos` would.
    pub fn enter_depth(&self, outer: u32, levels: usize, pos: Pos) -> Result<(), Failure> {
        let depth = outer.saturating_add(u32::try_from(levels).unwrap_or(u32::MAX));
        if depth > self.max_call_depth {
            return Err(self.stack_overflow_at(pos));
        }
        self.call_depth.set(depth.saturating_add(1));
        self.limits.step()
    }

    /// Stores a failure for the thunks that failed because of it. Returns its number.
    pub(crate) fn remember_failure(&self, failure: &Failure) -> u32 {
        let mut failures = self.failures.0.borrow_mut();
        if !failures.last().is_some_and(|last| last.is_same(failure)) {
            // By now the one before has got all the trace that it will ever have.
            if let Some(last) = failures.last() {
                self.heap.keep(last.bytes());
            }
            failures.push(failure.clone());
        }
        failures.len() as u32 - 1
    }

    pub(crate) fn failure(&self, number: u32) -> Failure {
        self.failures.0.borrow()[number as usize].clone()
    }

    /// Whether a position is inside the evaluator's own definition of `derivation`, which traces leave out.
    pub(crate) fn is_derivation_prelude(&self, pos: Pos) -> bool {
        self.sources.source_of(pos).is_some_and(|source| source.origin == Origin::Internal(DERIVATION_PRELUDE_NAME))
    }
}

/// The name of the source that defines `derivation`.
pub const DERIVATION_PRELUDE_NAME: &str = "derivation-internal.nix";
