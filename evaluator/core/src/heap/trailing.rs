//! Objects with a row of slots behind them in memory: closures and thunks with what they captured, attribute sets with
//! their attributes, strings with their context. One allocation holds both, and nothing says twice how many slots
//! there are.
//!
//! A header that has slots ends in `[Cell<T>; 0]` (see [`slots`]) and is only ever handled by reference. The rows are
//! reached from a reference to the header alone, which the Tree Borrows model of aliasing allows; see “Memory safety”
//! in `docs/architecture.md`.

#![allow(unsafe_code)]

use std::alloc::Layout;
use std::convert::Infallible;
use std::marker::PhantomData;

use super::Heap;

/// Slots that are being written, in order. The lifetime `'id` belongs to one row alone, so no other can be put in its
/// place.
pub(crate) struct Filling<'id, T> {
    next: *mut T,
    end: *mut T,
    row: PhantomData<fn(&'id ()) -> &'id ()>,
}

impl<T> Filling<'_, T> {
    /// Writes the next slot.
    ///
    /// # Panics
    /// When all of them are written.
    #[inline(always)]
    pub(crate) fn push(&mut self, value: T) {
        assert!(self.next < self.end, "no more slots than was said");
        // SAFETY: as asserted.
        unsafe { self.push_unchecked(value) };
    }

    /// How many slots are not written yet.
    #[inline(always)]
    pub(crate) fn room(&self) -> usize {
        (self.end.addr() - self.next.addr()) / size_of::<T>()
    }

    /// Writes the next slot.
    ///
    /// # Safety
    /// There must be [room](Filling::room) for it.
    #[inline(always)]
    pub(crate) unsafe fn push_unchecked(&mut self, value: T) {
        debug_assert!(self.next < self.end, "no more slots than was said");
        // SAFETY: by the caller's promise `next` is a slot of the row, which nothing else can reach.
        unsafe {
            self.next.write(value);
            self.next = self.next.add(1);
        }
    }

    /// Writes the next slots.
    ///
    /// # Panics
    /// When there are fewer.
    #[inline(always)]
    pub(crate) fn extend_from_slice(&mut self, values: &[T])
    where
        T: Copy,
    {
        assert!(values.len() <= self.room(), "no more slots than was said");
        // SAFETY: there is room for as many, as asserted, and nothing else reaches it.
        unsafe {
            self.next.copy_from_nonoverlapping(values.as_ptr(), values.len());
            self.next = self.next.add(values.len());
        }
    }
}

/// Puts `header` into the arena with `count` slots behind it, which `fill` writes.
///
/// # Panics
/// When `fill` succeeds and has not written all of them.
#[inline(always)]
pub(crate) fn try_alloc<'h, H, T, E>(
    heap: &'h Heap,
    header: H,
    count: u32,
    fill: impl for<'id> FnOnce(&mut Filling<'id, T>) -> Result<(), E>,
) -> Result<&'h H, E> {
    const {
        assert!(!std::mem::needs_drop::<H>() && !std::mem::needs_drop::<T>(), "the arena never drops");
        assert!(size_of::<T>() > 0, "slots are told apart by their addresses");
        assert!(align_of::<T>() <= align_of::<H>() && size_of::<H>().is_multiple_of(align_of::<T>()));
        assert!(size_of::<H>() <= 1 << 16 && size_of::<T>() <= 1 << 16, "2^32 of these are less than 2^64 bytes");
    }
    let size = size_of::<H>() + count as usize * size_of::<T>();
    let layout = Layout::from_size_align(size, align_of::<H>()).expect("an object fits into memory");
    let memory = heap.alloc_layout(layout).cast::<H>();
    // SAFETY: the memory is as large as the header and `count` slots, is aligned for both (by the constant assertion),
    // lives as long as the arena, and nothing else reaches it until a reference is made to it; by then the header and,
    // as asserted, all slots are written.
    unsafe {
        let first = memory.add(1).cast::<T>().as_ptr();
        let end = first.add(count as usize);
        memory.write(header);
        let mut filling = Filling { next: first, end, row: PhantomData };
        fill(&mut filling)?;
        assert!(filling.next == end, "as many slots as was said");
        Ok(memory.as_ref())
    }
}

/// As [`try_alloc`], where nothing can fail.
#[inline(always)]
pub(crate) fn alloc<'h, H, T>(
    heap: &'h Heap,
    header: H,
    count: u32,
    fill: impl for<'id> FnOnce(&mut Filling<'id, T>),
) -> &'h H {
    let Ok(object) = try_alloc(heap, header, count, |filling| {
        fill(filling);
        Ok::<(), Infallible>(())
    });
    object
}

/// Puts a slice of `count` elements into the arena, which `fill` writes.
///
/// # Panics
/// When `fill` does not write all of them.
#[inline]
pub(crate) fn alloc_slice<'h, T>(
    heap: &'h Heap,
    count: usize,
    fill: impl for<'id> FnOnce(&mut Filling<'id, T>),
) -> &'h [T] {
    const { assert!(!std::mem::needs_drop::<T>(), "the arena never drops") };
    const { assert!(size_of::<T>() > 0, "elements are told apart by their addresses") };
    let layout = Layout::array::<T>(count).expect("a slice fits into memory");
    let first = heap.alloc_layout(layout).cast::<T>().as_ptr();
    // SAFETY: the memory is as large as `count` elements and aligned for them, lives as long as the arena, and nothing
    // else reaches it until there is a reference to it; by then, as asserted, all of them are written.
    unsafe {
        let end = first.add(count);
        let mut filling = Filling { next: first, end, row: PhantomData };
        fill(&mut filling);
        assert!(filling.next == end, "as many elements as was said");
        std::slice::from_raw_parts(first, count)
    }
}

/// A vector of `count` elements, which `fill` writes.
///
/// # Panics
/// When `fill` does not write all of them.
#[inline]
pub(crate) fn vec<T>(count: usize, fill: impl for<'id> FnOnce(&mut Filling<'id, T>)) -> Vec<T> {
    const { assert!(size_of::<T>() > 0, "elements are told apart by their addresses") };
    let mut elements = Vec::with_capacity(count);
    // SAFETY: the vector has room for `count` elements, which nothing else reaches meanwhile, and as asserted all of
    // them are written before it is told so.
    unsafe {
        let first: *mut T = elements.as_mut_ptr();
        let end = first.add(count);
        let mut filling = Filling { next: first, end, row: PhantomData };
        fill(&mut filling);
        assert!(filling.next == end, "as many elements as was said");
        elements.set_len(count);
    }
    elements
}

/// The first `count` slots behind a header. What is written through the result later must go through a `Cell`, and the
/// header's type must hold one (`[Cell<T>; 0]` is enough): else the compiler takes what lies behind for constant.
///
/// # Safety
/// The header must be one that [`alloc`] or [`try_alloc`] gave, with at least `count` slots of type `T`, in an arena
/// that lives as long as `'h`.
#[inline(always)]
pub(crate) unsafe fn slots<'h, H, T>(header: &H, count: u32) -> &'h [T] {
    // SAFETY: by the caller's promise; `alloc` has written the slots right behind the header.
    unsafe {
        let first = std::ptr::from_ref(header).add(1).cast::<T>();
        std::slice::from_raw_parts(first, count as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[repr(C)]
    struct Row {
        count: u32,
        name: u32,
        slots: [Cell<u64>; 0],
    }

    impl Row {
        fn new<'h>(heap: &'h Heap, name: u32, values: &[u64], count: u32) -> &'h Row {
            alloc(heap, Row { count, name, slots: [] }, count, |filling| {
                values.iter().for_each(|value| filling.push(Cell::new(*value)));
            })
        }

        fn slots(&self) -> &[Cell<u64>] {
            // SAFETY: `new` makes as many.
            unsafe { slots(self, self.count) }
        }
    }

    #[test]
    fn slots_lie_behind_their_header_and_may_change() {
        let heap = Heap::new(None);
        let rows: Vec<&Row> =
            (0..50).map(|number| Row::new(&heap, number, &vec![7; number as usize], number)).collect();
        for row in &rows {
            row.slots().iter().for_each(|slot| slot.set(slot.get() + u64::from(row.name)));
        }
        for (number, row) in (0..).zip(&rows) {
            let slots: Vec<u64> = row.slots().iter().map(Cell::get).collect();
            assert_eq!((row.name, slots), (number, vec![7 + u64::from(number); number as usize]));
        }
    }

    #[test]
    fn a_row_is_filled_in_full_and_no_further() {
        let heap = Heap::new(None);
        for (values, count) in [(&[1, 2, 3][..], 4), (&[1, 2, 3], 2), (&[], 1), (&[1], 0)] {
            let made = catch_unwind(AssertUnwindSafe(|| Row::new(&heap, 0, values, count)));
            assert!(made.is_err(), "{values:?} into {count} slots");
            let made = catch_unwind(AssertUnwindSafe(|| {
                alloc_slice(&heap, count as usize, |filling| filling.extend_from_slice(values))
            }));
            assert!(made.is_err(), "{values:?} into {count} slots at once");
        }
        assert_eq!(alloc_slice(&heap, 3, |filling| filling.extend_from_slice(&[1u8, 2, 3])), [1, 2, 3]);
    }

    #[test]
    fn a_row_that_fails_is_never_seen() {
        let heap = Heap::new(None);
        let made = try_alloc(&heap, Row { count: 2, name: 0, slots: [] }, 2, |filling: &mut Filling<'_, u64>| {
            filling.push(1);
            Err("no second slot")
        });
        assert_eq!(made.err(), Some("no second slot"));
    }
}
