//! Symbols: interned names.
//!
//! Symbols are numbered in the order of their creation, and that order is observable: attribute sets are stored and
//! deep forced by it, so it decides which of two failing attributes is reported. [`SymbolTable::new`] therefore creates
//! the reference's own symbols first, in its order (`StaticEvalSymbols` in its `eval.hh`). Whatever interns afterwards
//! must do so in the reference's order.

#![allow(unsafe_code)]

use std::cell::RefCell;
use std::hash::Hasher;

use bumpalo::Bump;
use rustc_hash::FxHasher;

/// A name, interned in one [`SymbolTable`]. Symbols are ordered by creation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(u32);

impl Symbol {
    /// The symbol's number: the order of its creation, from 0.
    pub const fn index(self) -> u32 {
        self.0
    }

    /// The symbol with this [`Symbol::index`].
    pub const fn from_index(index: u32) -> Symbol {
        Symbol(index)
    }
}

impl std::fmt::Debug for Symbol {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Symbol({})", self.0)
    }
}

macro_rules! well_known {
    ($($constant:ident = $text:literal,)*) => {
        /// The symbols that every table starts with, in the reference's order.
        #[allow(missing_docs)]
        pub mod known {
            use super::Symbol;
            #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
            enum Order { $($constant,)* }
            $(pub const $constant: Symbol = Symbol(Order::$constant as u32);)*
        }
        const WELL_KNOWN: &[&str] = &[$($text,)*];
    };
}

well_known! {
    WITH = "<with>",
    OUT_PATH = "outPath",
    DRV_PATH = "drvPath",
    TYPE = "type",
    META = "meta",
    NAME = "name",
    VALUE = "value",
    SYSTEM = "system",
    OVERRIDES = "__overrides",
    OUTPUTS = "outputs",
    OUTPUT_NAME = "outputName",
    IGNORE_NULLS = "__ignoreNulls",
    FILE = "file",
    LINE = "line",
    COLUMN = "column",
    FUNCTOR = "__functor",
    TO_STRING = "__toString",
    RIGHT = "right",
    WRONG = "wrong",
    STRUCTURED_ATTRS = "__structuredAttrs",
    JSON = "__json",
    ALLOWED_REFERENCES = "allowedReferences",
    ALLOWED_REQUISITES = "allowedRequisites",
    DISALLOWED_REFERENCES = "disallowedReferences",
    DISALLOWED_REQUISITES = "disallowedRequisites",
    MAX_SIZE = "maxSize",
    MAX_CLOSURE_SIZE = "maxClosureSize",
    BUILDER = "builder",
    ARGS = "args",
    CONTENT_ADDRESSED = "__contentAddressed",
    IMPURE = "__impure",
    OUTPUT_HASH = "outputHash",
    OUTPUT_HASH_ALGO = "outputHashAlgo",
    OUTPUT_HASH_MODE = "outputHashMode",
    RECURSE_FOR_DERIVATIONS = "recurseForDerivations",
    DESCRIPTION = "description",
    SELF = "self",
    EMPTY = "",
    START_SET = "startSet",
    OPERATOR = "operator",
    KEY = "key",
    PATH = "path",
    PREFIX = "prefix",
    OUTPUT_SPECIFIED = "outputSpecified",
    SUB = "__sub",
    LESS_THAN = "__lessThan",
    MUL = "__mul",
    DIV = "__div",
    OR = "or",
    FIND_FILE = "__findFile",
    NIX_PATH = "__nixPath",
    BODY = "body",
}

/// All names of one evaluation. Names are bytes, not text: an attribute's name may be any string without NUL.
pub struct SymbolTable {
    inner: RefCell<Inner>,
}

struct Inner {
    /// Owns the bytes that `names` points into; dropped with them, never before.
    bytes: Bump,
    names: Vec<&'static [u8]>,
    /// A hash table with linear probing. Its size is a power of two, and at most three quarters of the entries are
    /// taken.
    entries: Box<[Entry]>,
}

/// A symbol with part of its name's hash. The hash saves comparisons of names, and is enough to find the entry in a
/// larger table.
#[derive(Clone, Copy)]
struct Entry {
    hash: u32,
    symbol: u32,
}

/// The symbol of an entry that is not taken.
const FREE: u32 = u32::MAX;

/// The size of a table for this many symbols and as many more.
fn table_size(symbols: usize) -> usize {
    (symbols * 2).next_power_of_two().max(2048)
}

/// An empty table for this many symbols.
fn entries_for(symbols: usize) -> Box<[Entry]> {
    vec![Entry { hash: 0, symbol: FREE }; table_size(symbols)].into_boxed_slice()
}

fn hash(name: &[u8]) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(name);
    let hash = hasher.finish();
    (hash ^ hash >> 32) as u32
}

impl Inner {
    /// The symbol for `name`, or the index of the free entry for it.
    #[inline]
    fn find(&self, name: &[u8], hash: u32) -> Result<Symbol, usize> {
        let mask = self.entries.len() - 1;
        let mut index = hash as usize & mask;
        loop {
            let entry = self.entries[index];
            if entry.symbol == FREE {
                return Err(index);
            }
            if entry.hash == hash && self.names[entry.symbol as usize] == name {
                return Ok(Symbol(entry.symbol));
            }
            index = (index + 1) & mask;
        }
    }

    /// The index of the entry of a symbol that exists.
    fn entry_of(&self, symbol: u32, hash: u32) -> usize {
        let mask = self.entries.len() - 1;
        let mut index = hash as usize & mask;
        while self.entries[index].symbol != symbol {
            index = (index + 1) & mask;
        }
        index
    }

    fn add(&mut self, name: &[u8], hash: u32, mut index: usize) -> Symbol {
        let number = u32::try_from(self.names.len()).ok().filter(|number| *number != FREE);
        let symbol = number.expect("fewer than 2^32 symbols");
        if (self.names.len() + 1) * 4 > self.entries.len() * 3 {
            let mut larger = entries_for(self.entries.len());
            for entry in self.entries.iter().filter(|entry| entry.symbol != FREE) {
                let free = free_from(&larger, entry.hash);
                larger[free] = *entry;
            }
            self.entries = larger;
            index = free_from(&self.entries, hash);
        }
        self.names.push(store(&self.bytes, name));
        self.entries[index] = Entry { hash, symbol };
        Symbol(symbol)
    }
}

/// The index of the free entry for a name with this hash.
fn free_from(entries: &[Entry], hash: u32) -> usize {
    let mask = entries.len() - 1;
    let mut index = hash as usize & mask;
    while entries[index].symbol != FREE {
        index = (index + 1) & mask;
    }
    index
}

impl SymbolTable {
    /// A table with the [`known`] symbols in place.
    pub fn new() -> Self {
        let inner = Inner { bytes: Bump::new(), names: Vec::new(), entries: entries_for(0) };
        let table = SymbolTable { inner: RefCell::new(inner) };
        for name in WELL_KNOWN {
            table.intern(name.as_bytes());
        }
        table
    }

    /// The symbol for `name`, created if it does not exist yet.
    pub fn intern(&self, name: &[u8]) -> Symbol {
        let inner = &mut *self.inner.borrow_mut();
        let hash = hash(name);
        match inner.find(name, hash) {
            Ok(symbol) => symbol,
            Err(index) => inner.add(name, hash, index),
        }
    }

    /// The symbol for `name`, if it exists.
    pub fn lookup(&self, name: &[u8]) -> Option<Symbol> {
        self.inner.borrow().find(name, hash(name)).ok()
    }

    /// The name that `symbol` stands for.
    #[inline]
    pub fn name(&self, symbol: Symbol) -> &[u8] {
        self.inner.borrow().names[symbol.0 as usize]
    }

    /// The name as text for messages. Bytes that are not UTF-8 are replaced.
    pub fn text(&self, symbol: Symbol) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.name(symbol))
    }

    /// All names, in order of creation.
    pub fn names(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|index| self.inner.borrow().names[index])
    }

    /// Forgets all but the first `count` symbols.
    pub fn truncate(&mut self, count: usize) {
        let inner = self.inner.get_mut();
        if inner.entries.len() == table_size(count) {
            // The newest name's entry was free before, and no other was found beyond it.
            while inner.names.len() > count
                && let Some(name) = inner.names.pop()
            {
                let index = inner.entry_of(inner.names.len() as u32, hash(name));
                inner.entries[index].symbol = FREE;
            }
        } else if count < inner.names.len() {
            let mut entries = entries_for(count);
            for (number, name) in (0..).zip(&inner.names[..count]) {
                let hash = hash(name);
                let free = free_from(&entries, hash);
                entries[free] = Entry { hash, symbol: number };
            }
            inner.names.truncate(count);
            inner.entries = entries;
        }
        if inner.bytes.allocated_bytes() > MOST_BYTES {
            // All bytes are copied before any of the old ones go: an allocation may fail.
            let bytes = Bump::new();
            let names: Vec<&'static [u8]> = inner.names.iter().map(|name| store(&bytes, name)).collect();
            // Names first, so that none ever points to what has been dropped.
            inner.names = names;
            inner.bytes = bytes;
        }
    }

    /// How many symbols exist.
    pub fn len(&self) -> usize {
        self.inner.borrow().names.len()
    }

    /// How much memory they take.
    pub fn bytes(&self) -> usize {
        let inner = self.inner.borrow();
        let names = inner.names.capacity() * size_of::<&[u8]>();
        inner.bytes.allocated_bytes() + names + inner.entries.len() * size_of::<Entry>()
    }

    /// Never true: every table starts with the [`known`] symbols.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// How many bytes of names a table keeps when it is truncated.
const MOST_BYTES: usize = 256 << 10;

fn store(bytes: &Bump, name: &[u8]) -> &'static [u8] {
    let stored: &[u8] = bytes.alloc_slice_copy(name);
    // SAFETY: the bytes live in what becomes or is the table's `bytes`, which is never reset and is dropped only with, or
    // after, every name in it (see `truncate`, which needs the table for itself); `name()` and `names()` hand a name out
    // only for as long as the table is borrowed.
    unsafe { std::mem::transmute::<&[u8], &'static [u8]>(stored) }
}

impl Default for SymbolTable {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names that make a table grow, and how far apart those are that are looked up. Miri takes ten milliseconds to
    /// write one and to find it, so there the table grows once.
    const MANY: u32 = if cfg!(miri) { 1_500 } else { 50_000 };
    const STEP: usize = if cfg!(miri) { 50 } else { 1 };

    #[test]
    fn symbols_are_numbered_in_order_of_creation() {
        let table = SymbolTable::new();
        let (z, a) = (table.intern(b"z-new"), table.intern(b"a-new"));
        assert!(z < a);
        assert_eq!(table.intern(b"z-new"), z);
        assert_eq!(table.name(a), b"a-new");
        assert_eq!(table.name(known::BODY), b"body");
        assert_eq!(table.lookup(b"body"), Some(known::BODY));
        assert_eq!(table.lookup(b"never interned"), None);
    }

    #[test]
    fn a_table_is_truncated_many_times() {
        let mut table = SymbolTable::new();
        let born_with = table.len();
        // Miri takes a second for each round.
        for round in 0..if cfg!(miri) { 2 } else { 50 } {
            let names: Vec<Vec<u8>> = (0..300).map(|number| format!("{round} {number}").into_bytes()).collect();
            let symbols: Vec<Symbol> = names.iter().map(|name| table.intern(name)).collect();
            assert_eq!(symbols[0].index() as usize, born_with);
            table.truncate(born_with + 100);
            for (number, name) in names.iter().enumerate() {
                assert_eq!(table.lookup(name), (number < 100).then_some(symbols[number]), "{round} {number}");
            }
            table.truncate(born_with);
            assert!(names.iter().all(|name| table.lookup(name).is_none()));
            assert!(WELL_KNOWN.iter().all(|name| table.lookup(name.as_bytes()).is_some()));
        }
    }

    #[test]
    fn names_are_found_in_a_table_that_grows_and_shrinks() {
        let mut table = SymbolTable::new();
        let born_with = table.len();
        let name = |number: u32| format!("name {number}").into_bytes();
        for round in 0..2 {
            let symbols: Vec<Symbol> = (0..MANY).map(|number| table.intern(&name(number))).collect();
            for (number, symbol) in (0..).zip(&symbols).step_by(STEP) {
                assert_eq!((table.lookup(&name(number)), table.name(*symbol)), (Some(*symbol), &name(number)[..]));
            }
            table.truncate(born_with + 1000 * round);
            assert_eq!(table.len(), born_with + 1000 * round);
            assert_eq!(table.lookup(&name(MANY - 1)), None);
            assert_eq!(table.lookup(b"body"), Some(known::BODY));
            assert_eq!(table.lookup(&name(999)).is_some(), round == 1);
        }
    }
}
