//! Resolves a name to a variable.
//!
//! A name resolves to its innermost binding, whatever `with` stands in between: `with` only catches names that nothing
//! binds. Every binding is a slot of the function that was being compiled when it was declared.

use crate::symbols::Symbol;

/// A slot of one of the functions being compiled.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Binding {
    /// Index of the function, outermost first.
    pub function: u32,
    /// Its slot.
    pub slot: u32,
}

/// A name that is bound.
struct Bound {
    name: Symbol,
    binding: Binding,
    /// The scope that binds it.
    scope: u32,
    /// The enclosing binding of the same name: an index as in [`Scopes::latest`].
    outside: u32,
}

/// All open scopes. Kept from source to source, because a table indexed by symbol is large.
#[derive(Default)]
pub struct Scopes {
    /// The innermost binding of each symbol: an index into `bound` plus one, or 0 for none.
    latest: Vec<u32>,
    /// Innermost last.
    bound: Vec<Bound>,
    /// The index of the first name of each open scope.
    open: Vec<u32>,
    /// The slots that hold the namespaces of `with`, innermost last.
    withs: Vec<Binding>,
    /// First slots of the sources of `inherit (…)`, innermost set last.
    inherit_sources: Vec<Binding>,
    /// A scope that resolution skips: `inherit x;` looks for `x` outside the set that it is in.
    hidden: Option<u32>,
}

impl Scopes {
    /// Opens a scope. Returns its number for [`Scopes::hide`].
    pub(super) fn open(&mut self) -> u32 {
        self.open.push(self.bound.len() as u32);
        self.open.len() as u32 - 1
    }

    /// Binds a name in the innermost scope.
    pub(super) fn declare(&mut self, name: Symbol, binding: Binding) {
        let scope = self.open.len() as u32 - 1;
        let index = name.index() as usize;
        if index >= self.latest.len() {
            self.latest.resize((index + 1).next_power_of_two(), 0);
        }
        self.bound.push(Bound { name, binding, scope, outside: self.latest[index] });
        self.latest[index] = self.bound.len() as u32;
    }

    /// Closes the innermost scope.
    pub(super) fn close(&mut self) {
        let start = self.open.pop().expect("a scope is open") as usize;
        for bound in self.bound.drain(start..).rev() {
            self.latest[bound.name.index() as usize] = bound.outside;
        }
    }

    /// Hides a scope, until the result is passed back.
    pub(super) fn hide(&mut self, scope: Option<u32>) -> Option<u32> {
        std::mem::replace(&mut self.hidden, scope)
    }

    /// The binding of `name`.
    pub(super) fn resolve(&self, name: Symbol) -> Option<Binding> {
        let mut latest = *self.latest.get(name.index() as usize)?;
        loop {
            let bound = &self.bound[latest.checked_sub(1)? as usize];
            if fault!(9, Some(bound.scope) != self.hidden, bound.scope > 3 || Some(bound.scope) != self.hidden) {
                return Some(bound.binding);
            }
            latest = bound.outside;
        }
    }

    pub(super) fn push_with(&mut self, binding: Binding) {
        self.withs.push(binding);
    }

    pub(super) fn pop_with(&mut self) {
        self.withs.pop();
    }

    pub(super) fn innermost_with(&self) -> Option<Binding> {
        fault!(14 => if self.withs.len() > 2 { return self.withs.first().copied(); });
        self.withs.last().copied()
    }

    pub(super) fn push_inherit_sources(&mut self, first: Binding) {
        self.inherit_sources.push(first);
    }

    pub(super) fn pop_inherit_sources(&mut self) {
        self.inherit_sources.pop();
    }

    /// The slot of the `index`-th source of the innermost set.
    pub(super) fn inherit_source(&self, index: u32) -> Binding {
        let first = self.inherit_sources.last().expect("inherited attributes stand in a set with sources");
        Binding { function: first.function, slot: first.slot + index }
    }
}
