//! Counts of an evaluation's work. They show lost sharing even where nothing is traced.

use std::cell::Cell;

use super::State;

/// Counts. Those that NIX_SHOW_STATS prints have its names.
#[derive(Default)]
pub struct Statistics {
    /// `nrFunctionCalls`: calls of functions of the program, one for each argument.
    pub function_calls: Cell<u64>,
    /// `nrPrimOpCalls`: calls of builtins.
    pub builtin_calls: Cell<u64>,
    /// `nrOpUpdates`: uses of `//`.
    pub updates: Cell<u64>,
    /// `nrListConcats`: uses of `++`.
    pub list_concats: Cell<u64>,
}

impl State<'_> {
    #[inline]
    pub(crate) fn count_function_calls(&self, count: usize) {
        let calls = &self.statistics.function_calls;
        calls.set(calls.get() + count as u64);
    }

    pub(crate) fn discount_function_call(&self) {
        let calls = &self.statistics.function_calls;
        calls.set(calls.get() - 1);
    }

    #[inline]
    pub(crate) fn count_builtin_call(&self) {
        let calls = &self.statistics.builtin_calls;
        calls.set(calls.get() + 1);
    }

    pub(crate) fn discount_builtin_call(&self) {
        let calls = &self.statistics.builtin_calls;
        calls.set(calls.get() - 1);
    }

    #[inline]
    pub(crate) fn count_update(&self) {
        let updates = &self.statistics.updates;
        updates.set(updates.get() + 1);
    }

    #[inline]
    pub(crate) fn count_list_concat(&self) {
        let concats = &self.statistics.list_concats;
        concats.set(concats.get() + 1);
    }
}
