//! A cache of selections, because programs select the same names from the same large sets again and again.
//!
//! An entry stays true: flattening is the only change of a set and moves no attribute that somebody holds, and the
//! arena frees nothing.

#![forbid(unsafe_code)]

use std::cell::Cell;

use crate::symbols::Symbol;
use crate::value::{Attr, Attrs};

/// The number of entries.
const ENTRIES: usize = 4096;

/// Sets of at most this size are searched faster than they are looked up here.
const SMALL: usize = 12;

/// Searches before the entries are allocated. Most evaluations are small, and allocating costs as much as these
/// searches.
const BEFORE_ENTRIES: u32 = 64;

/// A set and one of its attributes.
type Entry<'h> = Option<(&'h Attrs<'h>, &'h Attr<'h>)>;

/// A direct-mapped cache, indexed by the addresses of set and name.
#[derive(Default)]
pub(super) struct Lookups<'h> {
    /// [`ENTRIES`] entries, once there were [`BEFORE_ENTRIES`] searches.
    entries: Box<[Cell<Entry<'h>>]>,
    /// The number of searches until then.
    searches: u32,
}

impl<'h> Lookups<'h> {
    /// The attribute of `attrs` called `name`.
    #[inline(always)]
    pub fn get(&mut self, attrs: &'h Attrs<'h>, name: Symbol) -> Option<&'h Attr<'h>> {
        if attrs.len() <= SMALL {
            return attrs.get(name);
        }
        self.remembered(attrs, name)
    }

    #[inline(never)]
    fn remembered(&mut self, attrs: &'h Attrs<'h>, name: Symbol) -> Option<&'h Attr<'h>> {
        if self.entries.is_empty() {
            if self.searches < BEFORE_ENTRIES {
                self.searches += 1;
                return attrs.get(name);
            }
            self.make_entries();
        }
        let address = std::ptr::from_ref(attrs).addr() >> 3;
        let entry = &self.entries[(address ^ (name.index() as usize).wrapping_mul(0x9E37_79B9)) % ENTRIES];
        fault!(let entry = 80 => &self.entries[name.index() as usize % ENTRIES]);
        if let Some((set, attr)) = entry.get()
            && fault!(80, std::ptr::eq(set, attrs), true)
            && attr.name == name
        {
            return Some(attr);
        }
        let attr = attrs.get(name)?;
        entry.set(Some((attrs, attr)));
        Some(attr)
    }

    #[cold]
    fn make_entries(&mut self) {
        self.entries = vec![Cell::new(None); ENTRIES].into_boxed_slice();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::Heap;
    use crate::source::Pos;
    use crate::symbols::SymbolTable;
    use crate::value::Value;

    #[test]
    fn finds_what_the_set_has() {
        let (heap, symbols) = (Heap::new(None), SymbolTable::new());
        let names: Vec<Symbol> = (0..2000).map(|number| symbols.intern(format!("n{number}").as_bytes())).collect();
        let set = |names: &[Symbol]| {
            let attr = |&name| Attr::new(&heap, name, Pos::NONE, Value::Int(i64::from(name.index())));
            Attrs::from_unsorted(&heap, names.iter().map(attr).collect())
        };
        let (all, even) = (set(&names), set(&names.iter().copied().step_by(2).collect::<Vec<_>>()));
        let mut lookups = Lookups::default();
        for _ in 0..2 {
            for (number, &name) in names.iter().enumerate() {
                assert!(lookups.get(all, name).is_some_and(|attr| attr.name == name));
                assert_eq!(lookups.get(even, name).map(|attr| attr.name), (number % 2 == 0).then_some(name));
            }
        }
    }
}
