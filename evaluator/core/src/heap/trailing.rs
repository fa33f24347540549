//! Objects with trailing slots: a header, followed in memory by a row of slots. Closures and thunks have their upvalues
//! there, attribute sets their attributes, strings their context. Header and slots are one allocation, and the number
//! of slots is stored once.
//!
//! A header that has slots ends in `[Cell<T>; 0]` (see [`slots`]) and is only ever handled by reference. A row is
//! reached from a reference to its header alone. The Tree Borrows model of aliasing allows that; see “Memory safety” in
//! `docs/architecture.md`.

#![allow(unsafe_code)]

use std::alloc::Layout;
use std::convert::Infallible;
use std::marker::PhantomData;

use super::Heap;

/// Slots that are being written, in order. The lifetime `'id` belongs to one row alone, so rows cannot be exchanged.
pub(crate) struct Filling<'id, T> {
    first: *mut T,
    count: usize,
    /// At most `count`.
    written: usize,
    row: PhantomData<fn(&'id ()) -> &'id ()>,
}

impl<T> Filling<'_, T> {
    /// Starts to write a row of `count` slots.
    ///
    /// # Safety
    /// As long as this is used, that many slots must exist, and nothing else may reach them.
    #[inline(always)]
    unsafe fn of(first: *mut T, count: usize) -> Self {
        Filling { first, count, written: 0, row: PhantomData }
    }

    /// Whether every slot is written.
    #[inline(always)]
    fn is_full(&self) -> bool {
        self.written == self.count
    }

    /// How many slots are not written yet.
    #[inline(always)]
    pub(crate) fn remaining(&self) -> usize {
        self.count - self.written
    }

    /// Writes the next slot.
    ///
    /// # Panics
    /// If all slots are written.
    #[inline(always)]
    pub(crate) fn push(&mut self, value: T) {
        assert!(self.written < self.count, "no more slots than was said");
        // SAFETY: as asserted.
        unsafe { self.push_unchecked(value) };
    }

    /// Writes the next slot.
    ///
    /// # Safety
    /// Some slots must [remain](Filling::remaining).
    #[inline(always)]
    pub(crate) unsafe fn push_unchecked(&mut self, value: T) {
        debug_assert!(self.written < self.count, "no more slots than was said");
        // SAFETY: by the caller's promise the slot is one of the row, which nothing else can reach.
        unsafe { self.first.add(self.written).write(value) };
        self.written += 1;
    }

    /// Writes all slots that are left.
    ///
    /// # Panics
    /// If `values` has fewer. It must not have more; only debug builds check that.
    #[inline(always)]
    pub(crate) fn fill(&mut self, mut values: impl Iterator<Item = T>) {
        while self.written < self.count {
            let value = values.next().expect("as many values as was said");
            // SAFETY: as just compared; to ask for a value cannot change this row.
            unsafe { self.push_unchecked(value) };
        }
        debug_assert!(values.next().is_none(), "no more values than was said");
    }

    /// Like [`Filling::fill`], up to the first failure.
    #[inline(always)]
    pub(crate) fn try_fill<E>(&mut self, mut values: impl Iterator<Item = Result<T, E>>) -> Result<(), E> {
        while self.written < self.count {
            let value = values.next().expect("as many values as was said")?;
            // SAFETY: as in `fill`.
            unsafe { self.push_unchecked(value) };
        }
        debug_assert!(values.next().is_none(), "no more values than was said");
        Ok(())
    }

    /// Writes the next slots.
    ///
    /// # Panics
    /// If there are not as many left.
    #[inline(always)]
    pub(crate) fn extend_from_slice(&mut self, values: &[T])
    where
        T: Copy,
    {
        assert!(values.len() <= self.remaining(), "no more slots than was said");
        // SAFETY: as many slots remain, as asserted, and nothing else reaches it.
        unsafe { self.first.add(self.written).copy_from_nonoverlapping(values.as_ptr(), values.len()) };
        self.written += values.len();
    }
}

/// Allocates `header` with `count` slots behind it, which `fill` writes.
///
/// # Panics
/// If `fill` succeeds without writing all of them.
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
        memory.write(header);
        let mut filling = Filling::of(memory.add(1).cast::<T>().as_ptr(), count as usize);
        fill(&mut filling)?;
        assert!(filling.is_full(), "as many slots as was said");
        Ok(memory.as_ref())
    }
}

/// Like [`try_alloc`], where nothing can fail.
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

/// Allocates a slice of `count` elements, which `fill` writes.
///
/// # Errors
/// Those of `fill`; then the memory holds nothing until the arena is freed.
///
/// # Panics
/// If `fill` succeeds without writing all of them.
#[inline]
pub(crate) fn try_alloc_slice<'h, T, E>(
    heap: &'h Heap,
    count: usize,
    fill: impl for<'id> FnOnce(&mut Filling<'id, T>) -> Result<(), E>,
) -> Result<&'h [T], E> {
    const { assert!(!std::mem::needs_drop::<T>(), "the arena never drops") };
    const { assert!(size_of::<T>() > 0, "elements are told apart by their addresses") };
    let layout = Layout::array::<T>(count).expect("a slice fits into memory");
    let first = heap.alloc_layout(layout).cast::<T>().as_ptr();
    // SAFETY: the memory is as large as `count` elements and aligned for them, lives as long as the arena, and nothing
    // else reaches it until there is a reference to it; by then, as asserted, all of them are written.
    unsafe {
        let mut filling = Filling::of(first, count);
        fill(&mut filling)?;
        assert!(filling.is_full(), "as many elements as was said");
        Ok(std::slice::from_raw_parts(first, count))
    }
}

/// Like [`try_alloc_slice`], where nothing can fail.
#[inline]
pub(crate) fn alloc_slice<'h, T>(
    heap: &'h Heap,
    count: usize,
    fill: impl for<'id> FnOnce(&mut Filling<'id, T>),
) -> &'h [T] {
    let Ok(slice) = try_alloc_slice(heap, count, |filling| {
        fill(filling);
        Ok::<(), Infallible>(())
    });
    slice
}

/// A vector of `count` elements, which `fill` writes.
///
/// # Panics
/// If `fill` does not write all of them.
#[inline]
pub(crate) fn vec<T>(count: usize, fill: impl for<'id> FnOnce(&mut Filling<'id, T>)) -> Vec<T> {
    const { assert!(size_of::<T>() > 0, "elements are told apart by their addresses") };
    let mut elements = Vec::with_capacity(count);
    // SAFETY: the vector has capacity for `count` elements, which nothing else reaches meanwhile, and as asserted all of
    // them are written before it is told so.
    unsafe {
        let mut filling = Filling::of(elements.as_mut_ptr(), count);
        fill(&mut filling);
        assert!(filling.is_full(), "as many elements as was said");
        elements.set_len(count);
    }
    elements
}

/// The first `count` slots behind a header. Later writes through the result must go through a `Cell`, and the header's
/// type must hold one (`[Cell<T>; 0]` is enough): otherwise the compiler takes the slots for constant.
///
/// # Safety
/// [`alloc`] or [`try_alloc`] must have given the header, with at least `count` slots of type `T`, or of
/// what `T` is a `Cell` of, in an arena that lives as long as `'h`.
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
    fn a_row_takes_from_an_iterator_as_many_values_as_it_has_slots() {
        let heap = Heap::new(None);
        assert_eq!(alloc_slice(&heap, 3, |filling| filling.fill([1u8, 2, 3].into_iter())), [1, 2, 3]);
        let halves = |filling: &mut Filling<'_, u8>| {
            filling.push(7);
            filling.fill([8, 9].into_iter());
        };
        assert_eq!(alloc_slice(&heap, 3, halves), [7, 8, 9]);
        assert!(catch_unwind(AssertUnwindSafe(|| alloc_slice(&heap, 4, halves))).is_err());
        let more = catch_unwind(AssertUnwindSafe(|| alloc_slice(&heap, 2, halves)));
        assert!(if cfg!(debug_assertions) { more.is_err() } else { more.is_ok_and(|row| row == [7, 8]) });
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
