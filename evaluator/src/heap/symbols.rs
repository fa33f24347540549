//! Interned names.
//!
//! A symbol's number is the order of its creation, and that order is observable: attribute sets are stored and deep
//! forced by it, so it decides which of two failing attributes is reported. [`SymbolTable::new`] therefore creates the
//! reference's own symbols first, in its order (`StaticEvalSymbols` in its `eval.hh`), and everything that interns
//! afterwards must do so in the order in which the reference would.

use std::cell::RefCell;

use bumpalo::Bump;
use rustc_hash::FxHashMap;

/// A name, interned in one [`SymbolTable`]. Ordered by creation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(u32);

impl Symbol {
    /// The symbol's number: the order of its creation, from 0.
    pub const fn index(self) -> u32 {
        self.0
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
    /// Owns the bytes that `names` and the keys of `numbers` point into; dropped with them, never before.
    bytes: Bump,
    names: Vec<&'static [u8]>,
    numbers: FxHashMap<&'static [u8], Symbol>,
}

impl SymbolTable {
    /// A table with the [`known`] symbols in place.
    pub fn new() -> Self {
        let table = SymbolTable {
            inner: RefCell::new(Inner { bytes: Bump::new(), names: Vec::new(), numbers: FxHashMap::default() }),
        };
        for name in WELL_KNOWN {
            table.intern(name.as_bytes());
        }
        table
    }

    /// The symbol for `name`, created if it does not exist yet.
    pub fn intern(&self, name: &[u8]) -> Symbol {
        let inner = &mut *self.inner.borrow_mut();
        if let Some(symbol) = inner.numbers.get(name) {
            return *symbol;
        }
        let stored = store(&inner.bytes, name);
        let symbol = Symbol(u32::try_from(inner.names.len()).expect("fewer than 2^32 symbols"));
        inner.names.push(stored);
        inner.numbers.insert(stored, symbol);
        symbol
    }

    /// The symbol for `name` if anything has created it.
    pub fn lookup(&self, name: &[u8]) -> Option<Symbol> {
        self.inner.borrow().numbers.get(name).copied()
    }

    /// The name that `symbol` stands for.
    pub fn name(&self, symbol: Symbol) -> &[u8] {
        self.inner.borrow().names[symbol.0 as usize]
    }

    /// The name as text, with what is not UTF-8 replaced; for messages to people.
    pub fn text(&self, symbol: Symbol) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.name(symbol))
    }

    /// All names, in order of creation.
    pub fn names(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|index| self.inner.borrow().names[index])
    }

    /// Forgets all but the first `count` symbols.
    pub(crate) fn truncate(&mut self, count: usize) {
        let inner = self.inner.get_mut();
        for name in inner.names.drain(count..) {
            inner.numbers.remove(name);
        }
        if inner.bytes.allocated_bytes() > MOST_BYTES {
            // No name may be dropped before what points to it, so the bytes of those that stay move first.
            let bytes = Bump::new();
            let numbers = inner.names.iter_mut().enumerate().map(|(number, name)| {
                *name = store(&bytes, name);
                (*name, Symbol(number as u32))
            });
            inner.numbers = numbers.collect();
            inner.names.shrink_to_fit();
            inner.bytes = bytes;
        }
    }

    /// How many symbols exist.
    pub fn len(&self) -> usize {
        self.inner.borrow().names.len()
    }

    /// Never true: a table is born with the [`known`] symbols.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// How many bytes of names a table keeps when it is truncated.
const MOST_BYTES: usize = 256 << 10;

fn store(bytes: &Bump, name: &[u8]) -> &'static [u8] {
    let stored: &[u8] = bytes.alloc_slice_copy(name);
    // SAFETY: the bytes live in the table's `bytes`, which is never reset and is dropped together with every holder of
    // this reference; `name()` hands it out only for as long as the table is borrowed.
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
}
