//! The arena that holds every runtime object of one evaluation.
//!
//! The arena is freed whole, and nothing in it is ever dropped. So what is allocated here must not own memory elsewhere
//! (asserted). In return values are plain copies, cycles cost nothing, and one call ends an evaluation of any depth.

#![allow(unsafe_code)]

use std::alloc::Layout;
use std::cell::Cell;
use std::ptr::NonNull;

use bumpalo::Bump;

use super::trailing;
use crate::{background, refusal};

/// An arena with a budget of bytes. Temporary memory outside the arena counts against the same budget, see [`Held`].
pub struct Heap {
    /// The bump allocator. Its own limit keeps it from growing, except in [`Heap::grow`].
    bump: Bump<8>,
    limit: Cell<usize>,
    outside: Cell<usize>,
    flat_sets: Cell<bool>,
}

/// A request exceeds the heap's budget, or the system refused it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfHeap;

/// The most bits of the address of an object in an arena. The others are for tags.
pub(crate) const ADDRESS_BITS: u32 = usize::BITS - 8;

/// Larger requests are refused without asking the allocator, because no machine of today can meet them.
const ADDRESSABLE: usize = 1 << 46;

impl Heap {
    /// An empty arena that may grow to `limit` bytes, or without bound.
    pub fn new(limit: Option<u64>) -> Self {
        let limit = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let heap = Heap {
            bump: Bump::with_min_align(),
            limit: Cell::new(limit),
            outside: Cell::new(0),
            flat_sets: Cell::new(false),
        };
        heap.stop_growing();
        heap
    }

    /// Frees all that is in the arena, to use it again with the same budget. Some memory is kept for reuse, up to a
    /// bound that a runaway evaluation cannot raise.
    pub fn reset(&mut self) {
        const KEPT: usize = 1 << 20;
        if self.bytes() > KEPT {
            self.bump = Bump::with_min_align();
        } else {
            self.bump.reset();
        }
        self.stop_growing();
        self.outside.set(0);
    }

    /// Frees all of it, without letting the caller wait where it is large.
    pub fn free_in_background(self) {
        const LARGE: usize = 8 << 20;
        if self.bytes() >= LARGE {
            background::free(self);
        }
    }

    /// Makes the arena call [`Heap::grow`] when it needs more memory.
    fn stop_growing(&self) {
        self.bump.set_allocation_limit(Some(self.bump.allocated_bytes()));
    }

    /// Allocates uninitialised memory for `layout`, which the arena takes from the system.
    ///
    /// The arena's size doubles each time, within what the budget leaves: unused memory in the arena counts. If the
    /// system refuses that much, the arena asks for less.
    #[cold]
    #[inline(never)]
    fn grow(&self, layout: Layout) -> NonNull<u8> {
        /// Larger requests get a chunk of their own. Less is not worth asking the system for.
        const SPARE: usize = 64 << 10;
        let within_budget = self.limit.get().saturating_sub(self.in_use());
        // A chunk's size is halved until it is allowed, but never to less than the request.
        let needed = layout.size().saturating_mul(2).saturating_add(SPARE);
        let most = needed.max(within_budget);
        self.bump.set_allocation_limit(Some(self.bump.allocated_bytes().saturating_add(most)));
        let memory = refusal::expected(|| self.bump.try_alloc_layout(layout));
        self.stop_growing();
        let memory = memory.unwrap_or_else(|_| refusal::give_up());
        // This memory has the highest addresses of its chunk, which holds all objects up to the next call.
        assert!(
            memory.addr().get() >> ADDRESS_BITS == 0,
            "the system gives addresses that leave the highest byte free"
        );
        memory
    }

    /// Whether `//` copies both sides, see [`Variant::flat_sets`](crate::state::Variant::flat_sets).
    pub(crate) fn flat_sets(&self) -> bool {
        self.flat_sets.get()
    }

    pub(crate) fn set_flat_sets(&self, flat_sets: bool) {
        self.flat_sets.set(flat_sets);
    }

    /// Puts `value` into the arena.
    #[inline]
    pub fn alloc<T>(&self, value: T) -> &T {
        const { assert!(!std::mem::needs_drop::<T>(), "the arena never drops") };
        let memory = self.alloc_layout(Layout::new::<T>()).cast::<T>();
        // SAFETY: the memory is as large as a `T` and aligned for it, and nothing else knows it.
        unsafe {
            memory.write(value);
            memory.as_ref()
        }
    }

    /// Copies a slice into the arena.
    #[inline]
    pub fn copy_slice<T: Copy>(&self, slice: &[T]) -> &[T] {
        trailing::alloc_slice(self, slice.len(), |row| row.extend_from_slice(slice))
    }

    /// Collects an iterator of known length into the arena.
    #[inline]
    pub fn collect<T, I>(&self, items: I) -> &[T]
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: ExactSizeIterator,
    {
        let items = items.into_iter();
        trailing::alloc_slice(self, items.len(), |row| row.fill(items))
    }

    /// Like [`Heap::collect`], up to the first failure.
    #[inline]
    pub(crate) fn try_collect<T, E, I>(&self, items: I) -> Result<&[T], E>
    where
        I: IntoIterator<Item = Result<T, E>>,
        I::IntoIter: ExactSizeIterator,
    {
        let items = items.into_iter();
        trailing::try_alloc_slice(self, items.len(), |row| row.try_fill(items))
    }

    /// Uninitialised memory for `layout`.
    #[inline]
    pub(crate) fn alloc_layout(&self, layout: Layout) -> NonNull<u8> {
        match self.bump.try_alloc_layout(layout) {
            Ok(memory) => memory,
            Err(_) => self.grow(layout),
        }
    }

    /// Bytes taken from the system for this arena.
    pub fn bytes(&self) -> usize {
        self.bump.allocated_bytes()
    }

    /// Bytes of this arena that hold something; between two objects it grows by what the second takes.
    pub fn filled(&self) -> usize {
        self.bump.allocated_bytes() - self.bump.chunk_capacity()
    }

    /// Bytes that count against the budget: the arena's, and those that are [`Held`].
    pub fn in_use(&self) -> usize {
        self.bytes().saturating_add(self.outside.get())
    }

    /// Whether memory in use exceeds the budget. This is asked now and then, not at each allocation. `besides` is
    /// memory that the caller knows of and that is not counted otherwise.
    #[inline]
    pub fn is_overdrawn(&self, besides: usize) -> bool {
        self.in_use().saturating_add(besides) > self.limit.get()
    }

    /// Whether the arena may grow without bound.
    pub fn is_unlimited(&self) -> bool {
        self.limit.get() == usize::MAX
    }

    /// Checks the budget for an allocation whose size the program chooses, in the arena or elsewhere. Call it before
    /// each such allocation.
    pub fn reserve(&self, bytes: usize) -> Result<(), OutOfHeap> {
        // From here on the system may refuse, which a vector does not survive. Asking costs nothing beside the filling
        // of so much memory.
        const LARGE: usize = 64 << 20;
        let wanted = self.in_use().checked_add(bytes).ok_or(OutOfHeap)?;
        if wanted > self.limit.get().min(ADDRESSABLE) {
            return Err(OutOfHeap);
        }
        if bytes >= LARGE {
            let mut trial = Vec::<u8>::new();
            refusal::expected(|| trial.try_reserve_exact(bytes)).map_err(|_| OutOfHeap)?;
            // Or the compiler would see that nobody needs it.
            std::hint::black_box(&mut trial);
        }
        Ok(())
    }

    /// How many bytes are left of the budget.
    pub fn left(&self) -> usize {
        self.limit.get().saturating_sub(self.in_use())
    }

    /// Runs code that recurses on the native stack, on a larger stack if too little is left.
    ///
    /// # Errors
    /// Neither the budget nor the system has more memory; nothing was run.
    #[inline(always)]
    pub(crate) fn with_stack<R>(&self, run: impl FnOnce() -> R) -> Result<R, OutOfHeap> {
        /// The least stack that must be left.
        const RED_ZONE: usize = 64 << 10;
        self.with_stack_of(RED_ZONE, run)
    }

    /// Like [`Heap::with_stack`], where at least `least` bytes must be left, half a segment at the most.
    #[inline(always)]
    pub(crate) fn with_stack_of<R>(&self, least: usize, run: impl FnOnce() -> R) -> Result<R, OutOfHeap> {
        match stacker::remaining_stack() {
            Some(remaining) if remaining >= least => Ok(run()),
            _ => self.with_more_stack(run),
        }
    }

    #[cold]
    fn with_more_stack<R>(&self, run: impl FnOnce() -> R) -> Result<R, OutOfHeap> {
        /// How much stack is added.
        const SEGMENT: usize = 1 << 20;
        let mut held = self.hold();
        held.at_least(SEGMENT)?;
        // Whoever maps the stack does not take a refusal, so the system is asked before.
        let mut trial = Vec::<u8>::new();
        refusal::expected(|| trial.try_reserve_exact(SEGMENT + (64 << 10))).map_err(|_| OutOfHeap)?;
        drop(std::hint::black_box(trial));
        Ok(stacker::grow(SEGMENT, run))
    }

    /// A counter of bytes outside the arena, starting at 0.
    pub fn hold(&self) -> Held<'_> {
        Held { heap: self, bytes: 0 }
    }

    /// A counter of `bytes` outside the arena, even if they exceed the budget. Callers hold few enough at a time that
    /// the next check finds it.
    pub fn holding(&self, bytes: usize) -> Held<'_> {
        self.keep(bytes);
        Held { heap: self, bytes }
    }

    /// Counts bytes outside the arena that stay until the evaluation ends.
    pub fn keep(&self, bytes: usize) {
        self.outside.set(self.outside.get().saturating_add(bytes));
    }
}

/// Counts bytes outside the arena against its budget until it is dropped.
pub struct Held<'h> {
    heap: &'h Heap,
    bytes: usize,
}

impl Held<'_> {
    /// Raises the count to at least `bytes`.
    ///
    /// # Errors
    /// The budget does not allow it, or the system would refuse that much. The count stays as it is.
    #[inline]
    pub fn at_least(&mut self, bytes: usize) -> Result<(), OutOfHeap> {
        if bytes <= self.bytes { Ok(()) } else { self.grow(bytes) }
    }

    #[cold]
    fn grow(&mut self, bytes: usize) -> Result<(), OutOfHeap> {
        let more = bytes - self.bytes;
        self.heap.reserve(more)?;
        self.heap.keep(more);
        self.bytes = bytes;
        Ok(())
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.heap.outside.set(self.heap.outside.get().saturating_sub(self.bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arena_takes_no_more_than_the_budget_leaves() {
        let heap = Heap::new(Some(1 << 20));
        let mut held = heap.hold();
        held.at_least(300 << 10).unwrap();
        let mut bytes = 0;
        while !heap.is_overdrawn(0) {
            heap.copy_slice(&[7u8; 1000]);
            bytes += 1000;
        }
        assert!((600 << 10..800 << 10).contains(&bytes), "{bytes}");
        assert!(heap.in_use() < 5 << 18, "{}", heap.in_use());
        assert_eq!(heap.reserve(1), Err(OutOfHeap));
    }

    #[test]
    fn what_is_held_counts_until_it_is_dropped() {
        let mut heap = Heap::new(Some(1000));
        {
            let mut held = heap.hold();
            assert_eq!((held.at_least(600), held.at_least(500), heap.in_use()), (Ok(()), Ok(()), 600));
            assert_eq!((held.at_least(1001), heap.in_use()), (Err(OutOfHeap), 600));
            let _more = heap.holding(300);
            assert_eq!((heap.reserve(100), heap.reserve(101)), (Ok(()), Err(OutOfHeap)));
        }
        assert_eq!(heap.in_use(), 0);
        heap.keep(10);
        heap.reset();
        assert_eq!(heap.in_use(), 0);
    }

    #[test]
    fn stack_counts_too() {
        // Miri tells nobody how much stack is left, so each call takes a segment there.
        const DEEP: usize = if cfg!(miri) { 20 } else { 20_000 };
        fn depth(heap: &Heap, so_far: usize) -> Result<usize, OutOfHeap> {
            let frame = std::hint::black_box([0u8; 1000]);
            if so_far == DEEP {
                return Ok(so_far);
            }
            heap.with_stack(|| depth(heap, so_far + 1)).flatten().map(|depth| depth + usize::from(frame[0]))
        }
        assert_eq!(depth(&Heap::new(None), 0), Ok(DEEP));
        assert_eq!(depth(&Heap::new(Some(4 << 20)), 0), Err(OutOfHeap));
    }
}
