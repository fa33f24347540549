//! What an evaluation counts of its own work: enough to see lost sharing where nothing is traced.

use std::cell::Cell;

/// Counts, named as NIX_SHOW_STATS names them where it has them.
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
