//! The variables that every source sees. They lie in a table indexed by symbol, because their symbols are the first
//! ones. Many small evaluations start by making the table, so it must be cheap.

#![forbid(unsafe_code)]

use super::Value;
use crate::symbols::Symbol;

/// The variables that every source of an evaluation sees.
pub struct Globals<'h> {
    by_symbol: Vec<Option<Value<'h>>>,
}

impl<'h> Globals<'h> {
    /// No variables, with capacity for symbols below `end`.
    pub fn with_capacity(end: usize) -> Self {
        Globals { by_symbol: vec![None; end] }
    }

    /// Defines a variable. Its symbol must be within the capacity.
    pub fn define(&mut self, name: Symbol, value: Value<'h>) {
        self.by_symbol[name.index() as usize] = Some(value);
    }

    /// The value of the variable called `name`.
    #[inline]
    pub fn get(&self, name: Symbol) -> Option<Value<'h>> {
        self.by_symbol.get(name.index() as usize).copied().flatten()
    }

    /// Whether there is a variable called `name`.
    pub fn contains(&self, name: Symbol) -> bool {
        self.get(name).is_some()
    }
}
