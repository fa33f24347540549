//! The variables that every source sees. Many small evaluations begin by making them, so they cost next to nothing:
//! they lie in a row by the numbers of their symbols, which are the first there are.

#![forbid(unsafe_code)]

use super::Value;
use crate::symbols::Symbol;

/// The variables that every source of an evaluation sees.
pub struct Globals<'h> {
    by_symbol: Vec<Option<Value<'h>>>,
}

impl<'h> Globals<'h> {
    /// No variables, with room for symbols numbered below `end`.
    pub fn with_room(end: usize) -> Self {
        Globals { by_symbol: vec![None; end] }
    }

    /// Defines a variable. Its symbol must be one that there is room for.
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
