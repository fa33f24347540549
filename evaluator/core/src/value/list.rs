//! Lists: slices of packed slots.

#![forbid(unsafe_code)]

use super::{Packed, Value};
use crate::heap::Heap;

/// A list.
pub struct List<'h> {
    items: Items<'h>,
}

/// The slots of a list.
#[derive(Clone, Copy)]
pub struct Items<'h>(&'h [Packed<'h>]);

/// An iterator over the slots of a list.
#[derive(Clone)]
pub struct Iter<'h>(std::slice::Iter<'h, Packed<'h>>);

impl<'h> List<'h> {
    /// A list of slots that are already in the arena.
    pub fn of(heap: &'h Heap, items: Items<'h>) -> Value<'h> {
        Value::List(heap.alloc(List { items }))
    }

    /// A list of copied slots.
    pub fn copied(heap: &'h Heap, items: &[Value<'h>]) -> Value<'h> {
        List::collect(heap, items.iter().copied())
    }

    /// A list of slots from an iterator.
    #[inline]
    pub fn collect(
        heap: &'h Heap,
        items: impl IntoIterator<Item = Value<'h>, IntoIter: ExactSizeIterator>,
    ) -> Value<'h> {
        List::of(heap, Items::collect(heap, items))
    }

    /// The slots.
    #[inline]
    pub fn items(&self) -> Items<'h> {
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

impl<'h> Items<'h> {
    /// Slots that are already in the arena.
    pub fn new(slots: &'h [Packed<'h>]) -> Self {
        Items(slots)
    }

    /// Slots from an iterator.
    #[inline]
    pub fn collect(heap: &'h Heap, items: impl IntoIterator<Item = Value<'h>, IntoIter: ExactSizeIterator>) -> Self {
        Items(heap.collect(items.into_iter().map(|item| Packed::new(heap, item))))
    }

    /// The slots as they are in the arena.
    pub fn packed(self) -> &'h [Packed<'h>] {
        self.0
    }

    /// How many.
    #[inline]
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The slot at an index, from 0.
    #[inline]
    pub fn get(self, index: usize) -> Option<Value<'h>> {
        self.0.get(index).map(|slot| slot.value())
    }

    /// The first slot, and the others.
    #[inline]
    pub fn split_first(self) -> Option<(Value<'h>, Items<'h>)> {
        self.0.split_first().map(|(first, rest)| (first.value(), Items(rest)))
    }

    /// An iterator over the slots.
    #[inline]
    pub fn iter(self) -> Iter<'h> {
        Iter(self.0.iter())
    }

    /// A copy of the slots that can be changed.
    pub fn to_vec(self) -> Vec<Value<'h>> {
        self.iter().collect()
    }
}

impl<'h> IntoIterator for Items<'h> {
    type Item = Value<'h>;
    type IntoIter = Iter<'h>;

    #[inline]
    fn into_iter(self) -> Iter<'h> {
        self.iter()
    }
}

impl<'h> Iterator for Iter<'h> {
    type Item = Value<'h>;

    #[inline]
    fn next(&mut self) -> Option<Value<'h>> {
        self.0.next().map(|slot| slot.value())
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for Iter<'_> {}
