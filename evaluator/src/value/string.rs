//! Strings: bytes, and the context that says which store paths they refer to.

use super::Value;
use crate::heap::Heap;

/// A string.
pub struct NixString<'h> {
    /// Its bytes; never a NUL among them.
    pub bytes: &'h [u8],
    /// What it refers to; empty for most strings.
    pub context: Context<'h>,
}

/// Elements of a string's context, in the reference's order and without duplicates, each in its encoded form: `PATH`,
/// `=PATH` or `!OUTPUT!PATH` (`NixStringContextElem::to_string`).
#[derive(Clone, Copy, Default)]
pub struct Context<'h> {
    /// The encoded elements.
    pub elements: &'h [&'h [u8]],
}

impl<'h> Context<'h> {
    /// No context.
    pub const EMPTY: Context<'h> = Context { elements: &[] };

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    /// The context with one element more.
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

/// The reference keeps a set of variants: plain paths first, then whole closures (`=`), then outputs (`!`), which it
/// orders by derivation and then by output.
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
    key(a).cmp(&key(b))
}

impl<'h> NixString<'h> {
    /// A string without context, of bytes that are already in the region.
    #[inline]
    pub fn plain(heap: &'h Heap, bytes: &'h [u8]) -> Value<'h> {
        Value::String(heap.alloc(NixString { bytes, context: Context::EMPTY }))
    }

    /// A string without context.
    #[inline]
    pub fn copied(heap: &'h Heap, bytes: &[u8]) -> Value<'h> {
        NixString::plain(heap, heap.copy_slice(bytes))
    }

    /// A string with context.
    pub fn with_context(heap: &'h Heap, bytes: &[u8], context: Context<'h>) -> Value<'h> {
        Value::String(heap.alloc(NixString { bytes: heap.copy_slice(bytes), context }))
    }
}
