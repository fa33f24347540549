//! Lists: slices of slots.

use super::Value;
use crate::heap::Heap;

/// A list.
pub struct List<'h> {
    items: &'h [Value<'h>],
}

impl<'h> List<'h> {
    /// A list of slots that are already in the region.
    pub fn from_slice(heap: &'h Heap, items: &'h [Value<'h>]) -> Value<'h> {
        Value::List(heap.alloc(List { items }))
    }

    /// A list of copied slots.
    pub fn copied(heap: &'h Heap, items: &[Value<'h>]) -> Value<'h> {
        List::from_slice(heap, heap.copy_slice(items))
    }

    /// The slots.
    #[inline]
    pub fn items(&self) -> &'h [Value<'h>] {
        self.items
    }

    /// How many elements.
    #[inline]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}
