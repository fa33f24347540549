//! Attribute sets.
//!
//! A set is a slice of attributes sorted by symbol, optionally on top of another set whose attributes it hides.
//! `left // right` puts the right side on top instead of copying the left one; layers are merged so that each is at
//! least twice as large as the one above it, so a chain of updates has logarithmically many and costs, per attribute,
//! logarithmic time. Whatever walks a whole set first flattens it, once.

use std::cell::Cell;

use super::Value;
use crate::heap::{Heap, Symbol};
use crate::syntax::source::Pos;

/// One attribute.
#[derive(Clone, Copy)]
pub struct Attr<'h> {
    /// Its name.
    pub name: Symbol,
    /// Where it was defined.
    pub pos: Pos,
    /// Its slot.
    pub value: Value<'h>,
}

/// An attribute set.
pub struct Attrs<'h> {
    top: Cell<&'h [Attr<'h>]>,
    /// Nothing once the set is flat, but for a set that was [`Attrs::emptied`].
    below: Cell<Option<&'h Attrs<'h>>>,
    length: u32,
    /// Where the set was written, if it was.
    pub pos: Pos,
}

impl<'h> Attrs<'h> {
    /// A set of attributes that are sorted by symbol and without duplicates.
    pub fn from_sorted(heap: &'h Heap, attrs: &'h [Attr<'h>], pos: Pos) -> &'h Self {
        debug_assert!(attrs.is_sorted_by(|a, b| a.name < b.name), "sorted, each name once");
        heap.alloc(Attrs { top: Cell::new(attrs), below: Cell::new(None), length: attrs.len() as u32, pos })
    }

    /// A set of attributes in any order. Of two with the same name the first is kept.
    pub fn from_unsorted(heap: &'h Heap, mut attrs: Vec<Attr<'h>>) -> &'h Self {
        if !attrs.is_sorted_by(|a, b| a.name < b.name) {
            attrs.sort_by_key(|attr| attr.name);
            attrs.dedup_by_key(|attr| attr.name);
        }
        Attrs::from_sorted(heap, heap.copy_slice(&attrs), Pos::NONE)
    }

    /// An empty set that had room for attributes. All others are the same set to the reference.
    pub fn emptied(heap: &'h Heap, pos: Pos) -> &'h Self {
        let below = Cell::new(Some(Attrs::empty(heap)));
        heap.alloc(Attrs { top: Cell::new(&[]), below, length: 0, pos })
    }

    /// What tells this set from others to those who remember which they have seen: the same for all empty sets but
    /// those that were [`Attrs::emptied`].
    pub fn identity(&self) -> *const u8 {
        match self.is_empty() && self.below.get().is_none() {
            true => std::ptr::null(),
            false => std::ptr::from_ref(self).cast(),
        }
    }

    /// The empty set.
    pub fn empty(heap: &'h Heap) -> &'h Self {
        Attrs::from_sorted(heap, &[], Pos::NONE)
    }

    /// How many attributes.
    pub fn len(&self) -> usize {
        self.length as usize
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The attribute called `name`.
    #[inline]
    pub fn get(&self, name: Symbol) -> Option<&'h Attr<'h>> {
        let mut layer = self;
        loop {
            if let Some(attr) = find(layer.top.get(), name) {
                return Some(attr);
            }
            layer = layer.below.get()?;
        }
    }

    /// All attributes, sorted by symbol.
    pub fn sorted(&self, heap: &'h Heap) -> &'h [Attr<'h>] {
        let mut below = self.below.get();
        if below.is_none() {
            return self.top.get();
        }
        if self.is_empty() {
            return &[];
        }
        let mut layers = vec![self.top.get()];
        while let Some(layer) = below {
            layers.push(layer.top.get());
            below = layer.below.get();
        }
        // From the top down: layers grow geometrically, so the copies cost no more than the last one.
        let mut merged = layers[0].to_vec();
        for lower in &layers[1..] {
            merged = merge(lower, &merged);
        }
        let flat = heap.copy_slice(&merged);
        self.top.set(flat);
        self.below.set(None);
        flat
    }

    /// `self // right`
    pub fn update(&'h self, heap: &'h Heap, right: &'h Attrs<'h>) -> &'h Attrs<'h> {
        if self.is_empty() {
            return right;
        }
        if right.is_empty() {
            return self;
        }
        let right = right.sorted(heap);
        if self.below.get().is_none() && (heap.flat_sets() || right.len() * 2 > self.top.get().len()) {
            let merged = heap.copy_slice(&merge(self.top.get(), right));
            return Attrs::from_sorted(heap, merged, Pos::NONE);
        }
        let added = right.iter().filter(|attr| self.get(attr.name).is_none()).count() as u32;
        let mut top = std::borrow::Cow::Borrowed(right);
        let mut below = Some(self);
        while let Some(layer) = below {
            let (attrs, beneath) = (layer.top.get(), layer.below.get());
            if attrs.len() > top.len() * 2 {
                break;
            }
            top = std::borrow::Cow::Owned(merge(attrs, &top));
            below = beneath;
        }
        let top = match top {
            std::borrow::Cow::Borrowed(top) => top,
            std::borrow::Cow::Owned(top) => heap.copy_slice(&top),
        };
        let (top, below) = (Cell::new(top), Cell::new(below));
        heap.alloc(Attrs { top, below, length: self.length + added, pos: Pos::NONE })
    }
}

#[inline]
fn find<'h>(attrs: &'h [Attr<'h>], name: Symbol) -> Option<&'h Attr<'h>> {
    let index = attrs.binary_search_by_key(&name, |attr| attr.name).ok()?;
    Some(&attrs[index])
}

/// The attributes of both, those of `right` where both have one; both are sorted and so is the result.
fn merge<'h>(left: &[Attr<'h>], right: &[Attr<'h>]) -> Vec<Attr<'h>> {
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut l, mut r) = (0, 0);
    while l < left.len() && r < right.len() {
        match left[l].name.cmp(&right[r].name) {
            std::cmp::Ordering::Less => {
                merged.push(left[l]);
                l += 1;
            }
            std::cmp::Ordering::Greater => {
                merged.push(right[r]);
                r += 1;
            }
            std::cmp::Ordering::Equal => {
                merged.push(right[r]);
                l += 1;
                r += 1;
            }
        }
    }
    merged.extend_from_slice(&left[l..]);
    merged.extend_from_slice(&right[r..]);
    merged
}
