//! Which variable a name means.
//!
//! A name resolves to the innermost binding of it, whatever `with` stands in between: `with` only catches names that
//! nothing binds. Every binding is a slot of the function that was being compiled when it was declared.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::heap::Symbol;

/// A slot of one of the functions being compiled.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Binding {
    /// Index of the function, outermost first.
    pub function: usize,
    /// Its slot.
    pub slot: u32,
}

/// All scopes that are open.
#[derive(Default)]
pub(super) struct Scopes {
    names: FxHashMap<Symbol, SmallVec<[(u32, Binding); 2]>>,
    /// The names of each open scope, for closing it.
    open: Vec<Vec<Symbol>>,
    /// The slots that hold the namespaces of `with`, innermost last.
    withs: Vec<Binding>,
    /// First slots of the sources of `inherit (…)`, innermost set last.
    inherit_sources: Vec<Binding>,
    /// A scope that resolution must not see: `inherit x;` looks for `x` outside the set that it stands in.
    hidden: Option<u32>,
}

impl Scopes {
    /// Opens a scope; its number goes to [`Scopes::hide`].
    pub fn open(&mut self) -> u32 {
        self.open.push(Vec::new());
        self.open.len() as u32 - 1
    }

    /// Binds a name in the innermost scope.
    pub fn declare(&mut self, name: Symbol, binding: Binding) {
        let scope = self.open.len() as u32 - 1;
        self.names.entry(name).or_default().push((scope, binding));
        self.open.last_mut().expect("a scope is open").push(name);
    }

    /// Closes the innermost scope.
    pub fn close(&mut self) {
        for name in self.open.pop().expect("a scope is open") {
            if let Some(bindings) = self.names.get_mut(&name) {
                bindings.pop();
            }
        }
    }

    /// Makes a scope invisible until the result is given back.
    pub fn hide(&mut self, scope: Option<u32>) -> Option<u32> {
        std::mem::replace(&mut self.hidden, scope)
    }

    /// What `name` is bound to.
    pub fn resolve(&self, name: Symbol) -> Option<Binding> {
        let bindings = self.names.get(&name)?;
        bindings.iter().rev().find(|(scope, _)| Some(*scope) != self.hidden).map(|(_, binding)| *binding)
    }

    pub fn push_with(&mut self, binding: Binding) {
        self.withs.push(binding);
    }

    pub fn pop_with(&mut self) {
        self.withs.pop();
    }

    pub fn innermost_with(&self) -> Option<Binding> {
        self.withs.last().copied()
    }

    pub fn push_inherit_sources(&mut self, first: Binding) {
        self.inherit_sources.push(first);
    }

    pub fn pop_inherit_sources(&mut self) {
        self.inherit_sources.pop();
    }

    /// The slot of the `index`-th source of the innermost set.
    pub fn inherit_source(&self, index: u32) -> Binding {
        let first = self.inherit_sources.last().expect("inherited attributes stand in a set with sources");
        Binding { function: first.function, slot: first.slot + index }
    }
}
