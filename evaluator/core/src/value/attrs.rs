//! Attribute sets.
//!
//! A set is a header of eight bytes, followed in memory by its attributes, sorted by symbol.
//!
//! A set may instead be a layer on top of another set, whose attributes it hides: `left // right` puts the right side
//! on top and does not copy the left one. Layers are merged so that each is at least twice as large as the one above
//! it. So a chain of updates has logarithmically many layers and costs logarithmic time for each attribute. Whatever
//! walks a whole set flattens it first, once.

#![allow(unsafe_code)]

use std::cell::Cell;

use super::{Packed, Value};
use crate::heap::Heap;
use crate::heap::trailing::{self, Filling};
use crate::source::Pos;
use crate::symbols::Symbol;

/// One attribute.
#[derive(Clone, Copy)]
pub struct Attr<'h> {
    slot: Packed<'h>,
    /// Its name.
    pub name: Symbol,
    /// The position of its definition.
    pub pos: Pos,
}

impl<'h> Attr<'h> {
    /// An attribute with this slot.
    #[inline(always)]
    pub fn new(heap: &'h Heap, name: Symbol, pos: Pos, value: Value<'h>) -> Self {
        Attr { slot: Packed::new(heap, value), name, pos }
    }

    /// The same slot under another name.
    pub fn renamed(self, name: Symbol) -> Self {
        Attr { name, ..self }
    }

    /// Its slot.
    #[inline(always)]
    pub fn value(&self) -> Value<'h> {
        self.slot.value()
    }
}

/// An attribute set. Its attributes or layers follow it in memory, so it is only ever handled by reference.
#[repr(C)]
pub struct Attrs<'h> {
    /// Twice the number of attributes; plus one where [`Layers`] follow instead.
    length: u32,
    pos: Pos,
    /// A cell, because flattening changes the layers.
    contents: [Cell<Attr<'h>>; 0],
}

/// A slice of attributes on top of another set.
struct Layers<'h> {
    top: Cell<&'h [Attr<'h>]>,
    /// The set beneath; none once the set is flat.
    below: Cell<Option<&'h Attrs<'h>>>,
}

const LAYERED: u32 = 1;

impl<'h> Attrs<'h> {
    /// The header of a set.
    #[inline(always)]
    fn header(length: usize, layered: u32, pos: Pos) -> Self {
        const { assert!(size_of::<Attrs<'static>>() == 8, "attributes follow a word") };
        assert!(length < 1 << 31, "fewer attributes than symbols");
        Attrs { length: (length as u32) << 1 | layered, pos, contents: [] }
    }

    /// A set of `length` attributes, which `fill` writes, sorted by symbol and without duplicates.
    #[inline]
    fn filled<E>(
        heap: &'h Heap,
        length: usize,
        pos: Pos,
        fill: impl for<'id> FnOnce(&mut Filling<'id, Attr<'h>>) -> Result<(), E>,
    ) -> Result<&'h Self, E> {
        let set = trailing::try_alloc(heap, Attrs::header(length, 0, pos), length as u32, fill)?;
        debug_assert!(set.layers().is_err_and(|attrs| attrs.is_sorted_by(|a, b| a.name < b.name)), "each name once");
        Ok(set)
    }

    /// Like [`Attrs::filled`], where nothing can fail.
    #[inline]
    fn filled_with(
        heap: &'h Heap,
        length: usize,
        pos: Pos,
        fill: impl for<'id> FnOnce(&mut Filling<'id, Attr<'h>>),
    ) -> &'h Self {
        let Ok(set) = Attrs::filled(heap, length, pos, |attrs| {
            fill(attrs);
            Ok::<_, std::convert::Infallible>(())
        });
        set
    }

    fn layered(heap: &'h Heap, length: usize, pos: Pos, layers: Layers<'h>) -> &'h Self {
        trailing::alloc(heap, Attrs::header(length, LAYERED, pos), 1, |row| row.push(layers))
    }

    /// A set of attributes that are sorted by symbol and without duplicates.
    pub fn from_sorted(heap: &'h Heap, attrs: &[Attr<'h>], pos: Pos) -> &'h Self {
        Attrs::filled_with(heap, attrs.len(), pos, |row| row.extend_from_slice(attrs))
    }

    /// Like [`Attrs::from_sorted`], from an iterator.
    #[inline]
    pub fn collect(heap: &'h Heap, attrs: impl ExactSizeIterator<Item = Attr<'h>>, pos: Pos) -> &'h Self {
        Attrs::filled_with(heap, attrs.len(), pos, |row| row.fill(attrs))
    }

    /// Like [`Attrs::collect`]; fails if an attribute does.
    #[inline]
    pub fn try_collect<E>(
        heap: &'h Heap,
        attrs: impl ExactSizeIterator<Item = Result<Attr<'h>, E>>,
        pos: Pos,
    ) -> Result<&'h Self, E> {
        Attrs::filled(heap, attrs.len(), pos, |row| row.try_fill(attrs))
    }

    /// A set of attributes in any order. Of attributes with the same name the first is kept.
    pub fn from_unsorted(heap: &'h Heap, mut attrs: Vec<Attr<'h>>) -> &'h Self {
        if !attrs.is_sorted_by(|a, b| a.name < b.name) {
            attrs.sort_by_key(|attr| attr.name);
            attrs.dedup_by_key(|attr| attr.name);
        }
        Attrs::from_sorted(heap, &attrs, Pos::NONE)
    }

    /// Another set with the same attributes and no position.
    pub fn same(&'h self, heap: &'h Heap) -> &'h Self {
        if self.is_empty() {
            return Attrs::empty(heap);
        }
        let top = Cell::new(self.sorted(heap));
        Attrs::layered(heap, self.len(), Pos::NONE, Layers { top, below: Cell::new(None) })
    }

    /// An empty set that the reference allocates: it has space for attributes. To the reference all other empty sets
    /// are the same object. This is the only empty set that has layers.
    pub fn emptied(heap: &'h Heap, pos: Pos) -> &'h Self {
        Attrs::layered(heap, 0, pos, Layers { top: Cell::new(&[]), below: Cell::new(None) })
    }

    /// The identity of the set, for those who record which sets they have seen. All empty sets have the same one,
    /// except those that [`Attrs::emptied`] made.
    pub fn identity(&self) -> *const u8 {
        match self.is_empty() && self.layers().is_err() {
            true => std::ptr::null(),
            false => std::ptr::from_ref(self).cast(),
        }
    }

    /// The empty set.
    pub fn empty(heap: &'h Heap) -> &'h Self {
        Attrs::from_sorted(heap, &[], Pos::NONE)
    }

    /// The position of the set, if it was written in a source.
    #[inline]
    pub fn pos(&self) -> Pos {
        self.pos
    }

    /// How many attributes.
    #[inline]
    pub fn len(&self) -> usize {
        (self.length >> 1) as usize
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The layers; or the attributes, if the set is flat.
    #[inline(always)]
    fn layers(&self) -> Result<&'h Layers<'h>, &'h [Attr<'h>]> {
        // SAFETY: every set is made by `filled` or `layered`, whose header tells which of them it was and how many
        // attributes there are; neither ever changes.
        unsafe {
            if self.length & LAYERED != 0 {
                let row: &'h [Layers<'h>] = trailing::slots(self, 1);
                Ok(&row[0])
            } else {
                Err(trailing::slots(self, self.length >> 1))
            }
        }
    }

    /// The attributes on top, and the set beneath them.
    #[inline(always)]
    fn parts(&self) -> (&'h [Attr<'h>], Option<&'h Attrs<'h>>) {
        match self.layers() {
            Ok(layers) => (layers.top.get(), layers.below.get()),
            Err(attrs) => (attrs, None),
        }
    }

    /// The attribute called `name`.
    #[inline]
    pub fn get(&self, name: Symbol) -> Option<&'h Attr<'h>> {
        let mut layer = self;
        loop {
            let (top, below) = layer.parts();
            if let Some(attr) = find(top, name) {
                return Some(attr);
            }
            layer = below?;
        }
    }

    /// All attributes, sorted by symbol.
    #[inline]
    pub fn sorted(&self, heap: &'h Heap) -> &'h [Attr<'h>] {
        match self.layers() {
            Ok(layers) => layers.flat(heap),
            Err(attrs) => attrs,
        }
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
        let (top, below) = self.parts();
        if below.is_none() && (heap.flat_sets() || right.len() * 2 > top.len()) {
            let merge = Merge::of(top, right);
            return Attrs::filled_with(heap, merge.length, Pos::NONE, |row| merge.write(row));
        }
        let added = right.iter().filter(|attr| self.get(attr.name).is_none()).count();
        fault!(let added = 73 => right.len());
        let mut merging = Merging { top: right, merged: Vec::new() };
        let mut below = Some(self);
        while let Some(layer) = below {
            let (attrs, beneath) = layer.parts();
            if attrs.len() > merging.top().len() * 2 {
                break;
            }
            merging.with(heap, attrs, |length| beneath.is_none_or(|beneath| beneath.parts().0.len() > length * 2));
            below = beneath;
        }
        let layers = Layers { top: Cell::new(merging.finish(heap)), below: Cell::new(below) };
        Attrs::layered(heap, self.len() + added, Pos::NONE, layers)
    }
}

/// Layers being merged into one.
struct Merging<'h> {
    /// The first layer, or the result.
    top: &'h [Attr<'h>],
    /// The first layer merged with others, if there are more to come.
    merged: Vec<Attr<'h>>,
}

impl<'h> Merging<'h> {
    fn top(&self) -> &[Attr<'h>] {
        if self.merged.is_empty() { self.top } else { &self.merged }
    }

    /// Adds the attributes of `lower` that the others do not hide. `is_last` tells, given the length of the result,
    /// whether `lower` is the last layer; then the result goes straight into the arena.
    fn with(&mut self, heap: &'h Heap, lower: &[Attr<'h>], is_last: impl FnOnce(usize) -> bool) {
        let merge = fault!(74, Merge::of(lower, self.top()), Merge::of(self.top(), lower));
        let length = merge.length;
        if is_last(length) {
            self.top = trailing::alloc_slice(heap, length, |row| merge.write(row));
            self.merged = Vec::new();
        } else {
            self.merged = trailing::vec(length, |row| merge.write(row));
        }
    }

    fn finish(self, heap: &'h Heap) -> &'h [Attr<'h>] {
        if self.merged.is_empty() { self.top } else { heap.copy_slice(&self.merged) }
    }
}

impl<'h> Layers<'h> {
    /// Flattens the set, for good; returns its attributes.
    fn flat(&self, heap: &'h Heap) -> &'h [Attr<'h>] {
        let Some(mut below) = self.below.get() else { return self.top.get() };
        // From the top down: layers grow geometrically, so the copies cost no more than the last one.
        let mut merging = Merging { top: self.top.get(), merged: Vec::new() };
        loop {
            let (attrs, beneath) = below.parts();
            merging.with(heap, attrs, |_| beneath.is_none());
            match beneath {
                Some(beneath) => below = beneath,
                None => break,
            }
        }
        let flat = merging.finish(heap);
        self.top.set(flat);
        self.below.set(None);
        flat
    }
}

#[inline]
fn find<'h>(attrs: &'h [Attr<'h>], name: Symbol) -> Option<&'h Attr<'h>> {
    let attrs = if attrs.len() > 16 { around(attrs, name)? } else { attrs };
    let index = attrs.binary_search_by_key(&name, |attr| attr.name).ok()?;
    Some(&attrs[index])
}

/// The part of a large set in which `name` must be. Symbols of names that were created together, as in generated sets,
/// are consecutive numbers, so the number alone tells the index: there are no more names between the first one and
/// `name` than there are numbers between them.
#[inline]
fn around<'h>(attrs: &'h [Attr<'h>], name: Symbol) -> Option<&'h [Attr<'h>]> {
    let most = attrs.len() - 1;
    let before = name.index().checked_sub(attrs[0].name.index())? as usize;
    let behind = attrs[most].name.index().checked_sub(name.index())? as usize;
    Some(&attrs[most - behind.min(most)..=fault!(75, before.min(most), before.min(most - 1))])
}

/// Two slices of attributes being merged. `right` hides attributes of the same name on the left.
struct Merge<'a, 'h> {
    left: &'a [Attr<'h>],
    right: &'a [Attr<'h>],
    length: usize,
}

impl<'a, 'h> Merge<'a, 'h> {
    /// Counts the names of both slices together; both are sorted.
    fn of(left: &'a [Attr<'h>], right: &'a [Attr<'h>]) -> Self {
        let (mut l, mut r, mut length) = (0, 0, 0);
        while l < left.len() && r < right.len() {
            let (a, b) = (left[l].name, right[r].name);
            l += usize::from(a <= b);
            r += usize::from(b <= a);
            length += 1;
        }
        Merge { left, right, length: length + (left.len() - l) + (right.len() - r) }
    }

    /// Writes the merged attributes, sorted. Inlined, so that the address of the next one stays in a register.
    #[inline(always)]
    fn write(self, row: &mut Filling<'_, Attr<'h>>) {
        let Merge { left, right, length } = self;
        assert!(row.remaining() >= length, "there are slots for all");
        let (mut l, mut r) = (0, 0);
        while l < left.len() && r < right.len() {
            let (a, b) = (&left[l], &right[r]);
            // SAFETY: this takes the same steps as the loop in `of`, which counted each.
            unsafe {
                row.push_unchecked(
                    if fault!(72, a.name < b.name, a.name < b.name || a.name == b.name && left.len() > 6) {
                        *a
                    } else {
                        *b
                    },
                )
            };
            let (a, b) = (a.name, b.name);
            l += usize::from(a <= b);
            r += usize::from(b <= a);
        }
        row.extend_from_slice(&left[l..]);
        row.extend_from_slice(&right[r..]);
    }
}
