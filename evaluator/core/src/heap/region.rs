//! The region that holds every runtime object of one evaluation.
//!
//! Nothing in it is freed before the whole region is, and nothing in it is ever dropped: what is allocated here must
//! not own memory elsewhere (asserted). In return values are plain copies, cycles cost nothing, and ending an
//! evaluation of any depth is one call.

use std::cell::Cell;

use bumpalo::Bump;

/// A region, with a budget of bytes.
pub struct Heap {
    bump: Bump<8>,
    limit: Cell<usize>,
    flat_sets: Cell<bool>,
}

/// More bytes were asked for than the heap's budget allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfHeap;

impl Heap {
    /// An empty region that may grow to `limit` bytes, or without bound.
    pub fn new(limit: Option<u64>) -> Self {
        let limit = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        Heap { bump: Bump::with_min_align(), limit: Cell::new(limit), flat_sets: Cell::new(false) }
    }

    /// Frees all that is in the region, to use it again within the same budget. Memory is kept for what comes next,
    /// up to a bound that a runaway cannot raise.
    pub fn reset(&mut self) {
        const KEPT: usize = 1 << 20;
        if self.bytes() > KEPT {
            self.bump = Bump::with_min_align();
        } else {
            self.bump.reset();
        }
    }

    /// Whether `//` copies both sides, see [`Variant::flat_sets`](crate::state::Variant::flat_sets).
    pub(crate) fn flat_sets(&self) -> bool {
        self.flat_sets.get()
    }

    pub(crate) fn set_flat_sets(&self, flat_sets: bool) {
        self.flat_sets.set(flat_sets);
    }

    /// Puts `value` into the region.
    #[inline]
    pub fn alloc<T>(&self, value: T) -> &T {
        const { assert!(!std::mem::needs_drop::<T>(), "the region never drops") };
        self.bump.alloc(value)
    }

    /// Copies a slice into the region.
    #[inline]
    pub fn copy_slice<T: Copy>(&self, slice: &[T]) -> &[T] {
        self.bump.alloc_slice_copy(slice)
    }

    /// Collects an iterator of known length into the region.
    #[inline]
    pub fn collect<T, I>(&self, items: I) -> &[T]
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: ExactSizeIterator,
    {
        const { assert!(!std::mem::needs_drop::<T>(), "the region never drops") };
        self.bump.alloc_slice_fill_iter(items)
    }

    /// Copies pieces into the region, one after the other.
    pub fn concat(&self, pieces: &[&[u8]]) -> &[u8] {
        let length = pieces.iter().map(|piece| piece.len()).sum();
        let room = self.bump.alloc_slice_fill_copy(length, 0u8);
        let mut rest = &mut *room;
        for piece in pieces {
            let (here, behind) = rest.split_at_mut(piece.len());
            here.copy_from_slice(piece);
            rest = behind;
        }
        room
    }

    /// Room for `layout`, uninitialised.
    #[inline]
    pub(crate) fn alloc_layout(&self, layout: std::alloc::Layout) -> std::ptr::NonNull<u8> {
        self.bump.alloc_layout(layout)
    }

    /// Bytes taken from the system for this region.
    pub fn bytes(&self) -> usize {
        self.bump.allocated_bytes()
    }

    /// Whether the region has outgrown its budget; asked now and then, not at each allocation.
    #[inline]
    pub fn is_overdrawn(&self) -> bool {
        self.bytes() > self.limit.get()
    }

    /// Whether the region may grow without bound.
    pub fn is_unlimited(&self) -> bool {
        self.limit.get() == usize::MAX
    }

    /// Must be asked before an allocation whose size the program chooses.
    pub fn reserve(&self, bytes: usize) -> Result<(), OutOfHeap> {
        // What no machine of today can give is refused before the allocator is asked for it.
        const ADDRESSABLE: usize = 1 << 46;
        // From here on the system may refuse, which neither the region nor a vector survives. Asking costs nothing
        // beside the filling of so much memory.
        const LARGE: usize = 256 << 20;
        let wanted = self.bytes().checked_add(bytes).ok_or(OutOfHeap)?;
        if wanted > self.limit.get().min(ADDRESSABLE) {
            return Err(OutOfHeap);
        }
        if bytes >= LARGE {
            let mut trial = Vec::<u8>::new();
            trial.try_reserve_exact(bytes).map_err(|_| OutOfHeap)?;
            // Or the compiler would see that nobody needs it.
            std::hint::black_box(&mut trial);
        }
        Ok(())
    }
}
