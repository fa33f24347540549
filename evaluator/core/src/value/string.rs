//! Strings: bytes, and a context that names the store paths that they refer to.

#![allow(unsafe_code)]

use std::cell::Cell;
use std::ptr::NonNull;

use super::Value;
use crate::heap::{Heap, trailing};
use crate::symbols::{Symbol, SymbolTable};

/// A string. Its context, if it has one, follows it in memory, so it is only ever handled by reference.
#[repr(C)]
pub struct NixString<'h> {
    start: NonNull<u8>,
    /// The number of bytes; one bit for whether there is a context; and above that one plus the string's symbol, once
    /// something has asked for it as a name.
    numbers: Cell<u64>,
    context: [Context<'h>; 0],
}

const LENGTH_BITS: u32 = 36;
const HAS_CONTEXT: u64 = 1 << LENGTH_BITS;
const SYMBOL_SHIFT: u32 = LENGTH_BITS + 1;

/// Elements of a string's context, in the reference's order and without duplicates, each in its encoded form: `PATH`,
/// `=PATH` or `!OUTPUT!PATH` (`NixStringContextElem::to_string`).
#[derive(Clone, Copy, Default)]
pub struct Context<'h> {
    /// The encoded elements.
    pub elements: &'h [&'h [u8]],
}

/// The bytes and the context of a string, where no value is needed.
pub type StringParts<'h> = (&'h [u8], Context<'h>);

impl<'h> Context<'h> {
    /// No context.
    pub const EMPTY: Context<'h> = Context { elements: &[] };

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    /// The context with one more element.
    pub fn with(self, heap: &'h Heap, element: &[u8]) -> Context<'h> {
        self.union(heap, Context { elements: heap.copy_slice(&[heap.copy_slice(element)]) })
    }

    /// Both contexts.
    pub fn union(self, heap: &'h Heap, other: Context<'h>) -> Context<'h> {
        if other.is_empty() || std::ptr::eq(self.elements, other.elements) {
            return self;
        }
        if self.is_empty() {
            return other;
        }
        let mut merged = Vec::with_capacity(self.elements.len() + other.elements.len());
        let (mut left, mut right) = (self.elements, other.elements);
        while let (Some((a, rest_a)), Some((b, rest_b))) = (left.split_first(), right.split_first()) {
            match order(a, b) {
                std::cmp::Ordering::Less => {
                    merged.push(*a);
                    left = rest_a;
                }
                std::cmp::Ordering::Greater => {
                    merged.push(*b);
                    right = rest_b;
                }
                std::cmp::Ordering::Equal => {
                    fault!(93 => merged.push(*a););
                    merged.push(*a);
                    left = rest_a;
                    right = rest_b;
                }
            }
        }
        merged.extend_from_slice(left);
        merged.extend_from_slice(right);
        if merged.len() == self.elements.len() {
            return self;
        }
        Context { elements: heap.copy_slice(&merged) }
    }

    /// A context from elements in any order.
    pub fn from_unsorted(heap: &'h Heap, elements: impl IntoIterator<Item = Vec<u8>>) -> Context<'h> {
        let mut elements: Vec<Vec<u8>> = elements.into_iter().collect();
        elements.sort_by(|a, b| order(a, b));
        elements.dedup();
        let elements: Vec<&'h [u8]> = elements.iter().map(|element| heap.copy_slice(element)).collect();
        Context { elements: heap.copy_slice(&elements) }
    }
}

/// Compares elements in the order of the reference's set of variants: plain paths first, then whole closures (`=`),
/// then outputs (`!`), which it orders by derivation and then by output.
fn order(a: &[u8], b: &[u8]) -> std::cmp::Ordering {
    fn key(element: &[u8]) -> (u8, &[u8], &[u8]) {
        match element.split_first() {
            Some((b'=', path)) => (1, path, &[]),
            Some((b'!', rest)) => {
                let split = rest.iter().position(|byte| *byte == b'!').unwrap_or(rest.len());
                (2, rest.get(split + 1..).unwrap_or_default(), &rest[..split])
            }
            _ => (0, element, &[]),
        }
    }
    fault!(94, key(a).cmp(&key(b)), key(b).cmp(&key(a)))
}

impl<'h> NixString<'h> {
    /// A string of bytes that are already in the arena and hold no NUL.
    #[inline]
    pub fn alloc(heap: &'h Heap, bytes: &'h [u8], context: Context<'h>) -> &'h NixString<'h> {
        assert!(bytes.len() < 1 << LENGTH_BITS, "no machine of today has room for more");
        let start = NonNull::from(bytes).cast();
        let length = bytes.len() as u64;
        if context.is_empty() {
            return heap.alloc(NixString { start, numbers: Cell::new(length), context: [] });
        }
        let string = NixString { start, numbers: Cell::new(length | HAS_CONTEXT), context: [] };
        trailing::alloc(heap, string, 1, |slots| slots.push(context))
    }

    /// Its bytes, which hold no NUL.
    #[inline(always)]
    pub fn bytes(&self) -> &'h [u8] {
        let length = self.numbers.get() & (HAS_CONTEXT - 1);
        // SAFETY: `alloc` took both from a slice that lives as long as the arena, and `remember` leaves the length as
        // it is.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), length as usize) }
    }

    /// Whether its context is empty, as for most strings.
    #[inline(always)]
    pub fn is_plain(&self) -> bool {
        self.numbers.get() & HAS_CONTEXT == 0
    }

    /// Its context.
    #[inline(always)]
    pub fn context(&self) -> Context<'h> {
        if self.is_plain() {
            return Context::EMPTY;
        }
        // SAFETY: the bit says that `alloc` put a context behind the string; nothing else sets it.
        let context: &[Context<'h>] = unsafe { trailing::slots(self, 1) };
        context[0]
    }

    /// The string's symbol as a name. It is created if it does not exist yet, and cached in the string.
    #[inline]
    pub fn symbol(&self, symbols: &SymbolTable) -> Symbol {
        let remembered = self.numbers.get() >> SYMBOL_SHIFT;
        if remembered != 0 {
            return Symbol::from_index((remembered - 1) as u32);
        }
        let symbol = symbols.intern(self.bytes());
        self.remember(symbol);
        symbol
    }

    /// Caches the string's symbol. Symbols with the largest numbers are not cached.
    #[inline]
    pub fn remember(&self, symbol: Symbol) {
        let number = u64::from(symbol.index()) + 1;
        if number < 1 << (u64::BITS - SYMBOL_SHIFT) {
            self.numbers.set(self.numbers.get() & ((HAS_CONTEXT << 1) - 1) | number << SYMBOL_SHIFT);
        }
    }

    /// A string without context, of bytes that are already in the arena.
    #[inline]
    pub fn plain(heap: &'h Heap, bytes: &'h [u8]) -> Value<'h> {
        Value::String(NixString::alloc(heap, bytes, Context::EMPTY))
    }

    /// A string without context.
    #[inline]
    pub fn copied(heap: &'h Heap, bytes: &[u8]) -> Value<'h> {
        NixString::plain(heap, heap.copy_slice(bytes))
    }

    /// A string with context.
    pub fn with_context(heap: &'h Heap, bytes: &[u8], context: Context<'h>) -> Value<'h> {
        Value::String(NixString::alloc(heap, heap.copy_slice(bytes), context))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_remembers_its_symbol_beside_all_else() {
        let (heap, symbols) = (Heap::new(None), SymbolTable::new());
        assert_eq!(size_of::<NixString<'static>>(), 16);
        for context in [Context::EMPTY, Context::EMPTY.with(&heap, b"/nix/store/path")] {
            let string = NixString::alloc(&heap, b"a name", context);
            for _ in 0..2 {
                assert_eq!(string.symbol(&symbols), symbols.intern(b"a name"));
                assert_eq!((string.bytes(), string.context().elements), (&b"a name"[..], context.elements));
                assert_eq!(string.is_plain(), context.is_empty());
            }
        }
        let string = NixString::alloc(&heap, b"another", Context::EMPTY);
        string.remember(Symbol::from_index(u32::MAX - 1));
        assert_eq!(string.symbol(&symbols), symbols.intern(b"another"));
    }
}
