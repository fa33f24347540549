//! Concatenations that grow: `acc + "x"`, `"${acc}x"`, `acc ++ [ x ]`.
//!
//! Each step's result is a slice of its own, and older slices stay valid. Copying all of them takes quadratic time, and
//! quadratic memory in an arena that frees nothing. So a result that is concatenated again gets a buffer with spare
//! capacity at both ends. The next concatenation writes there if the slice reaches to the edge of the used part. Other
//! slices never change, because only bytes that no slice covers are written.

#![allow(unsafe_code)]

use std::alloc::Layout;
use std::cell::Cell;
use std::ptr::NonNull;

use super::{Heap, trailing};

/// Shorter results are copied each time.
const WORTHWHILE: usize = 64;

/// A buffer from `low` to `high`, of which `start` to `end` is used.
struct Buffer<T> {
    low: NonNull<T>,
    start: NonNull<T>,
    end: NonNull<T>,
    high: NonNull<T>,
}

impl<T> Clone for Buffer<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Buffer<T> {}

/// The buffers of recent concatenations in one arena.
pub struct Growing<'h, T> {
    heap: &'h Heap,
    recent: [Cell<Option<Buffer<T>>>; 4],
    next: Cell<usize>,
}

impl<'h, T: Copy> Growing<'h, T> {
    /// No buffers yet. All slices must live in `heap`.
    pub fn new(heap: &'h Heap) -> Self {
        Growing { heap, recent: Default::default(), next: Cell::new(0) }
    }

    /// Concatenates the pieces.
    pub fn concat(&self, pieces: &[&'h [T]]) -> &'h [T] {
        const { assert!(size_of::<T>() > 0, "elements are told apart by their addresses") };
        let length = pieces.iter().try_fold(0, |sum: usize, piece| sum.checked_add(piece.len()));
        let length = length.expect("a slice fits into memory");
        let largest = (0..pieces.len()).max_by_key(|index| pieces[*index].len());
        let Some(largest) = largest.filter(|index| length >= WORTHWHILE && pieces[*index].len() * 2 >= length) else {
            return self.copied(pieces, length);
        };
        let kept = pieces[largest];
        let before: usize = pieces[..largest].iter().map(|piece| piece.len()).sum();
        let behind = length - before - kept.len();
        if before + behind == 0 {
            return kept;
        }
        let range = kept.as_ptr_range();
        let grown = self.recent.iter().find(|entry| {
            entry.get().is_some_and(|buffer| {
                (before == 0 || buffer.start.as_ptr().cast_const() == range.start)
                    && (behind == 0
                        || buffer.end.as_ptr().cast_const() == fault!(84, range.end, buffer.end.as_ptr().cast_const()))
            })
        });
        let Some(entry) = grown else {
            let result = self.copied(pieces, length);
            let range = result.as_ptr_range();
            let (Some(start), Some(end)) = (NonNull::new(range.start.cast_mut()), NonNull::new(range.end.cast_mut()))
            else {
                unreachable!("slices are not at address 0")
            };
            // No spare capacity yet: most strings are put together only once. `low` and `high` say so.
            self.remember(Buffer { low: start, start, end, high: end });
            return result;
        };
        let buffer = entry.get().expect("found above");
        let capacity = |from: NonNull<T>, to: NonNull<T>| (to.addr().get() - from.addr().get()) / size_of::<T>();
        let (capacity_before, capacity_behind) =
            (capacity(buffer.low, buffer.start), capacity(buffer.end, buffer.high));
        if before <= capacity_before && behind <= capacity_behind {
            // SAFETY: what lies from `start` to `end` is initialised and covered by `kept`'s buffer; `before` and
            // `behind` elements beyond are inside the allocation, as just compared, and no slice covers them, because
            // every slice handed out lies between a `start` and an `end` of before. `kept` is not empty and begins or
            // ends where what is used does, so it lies in there.
            unsafe {
                let start = if before == 0 { buffer.start } else { buffer.start.sub(before) };
                let end = if behind == 0 { buffer.end } else { buffer.end.add(behind) };
                copy_to(start, &pieces[..largest]);
                copy_to(buffer.end, if behind == 0 { &[] } else { &pieces[largest + 1..] });
                let grown = Buffer { start, end, ..buffer };
                entry.set(Some(grown));
                // The slice may be a part of the buffer only, at the side that did not grow.
                let first = if before == 0 {
                    grown.start.add(range.start.offset_from_unsigned(buffer.start.as_ptr()))
                } else {
                    start
                };
                return std::slice::from_raw_parts(first.as_ptr(), length);
            }
        }
        let spare = |added| if added > 0 { length } else { 0 };
        let (headroom, tailroom) = (spare(before), spare(behind));
        let layout = Layout::array::<T>(headroom + length + tailroom).expect("a slice fits into memory");
        let low = self.heap.alloc_layout(layout).cast::<T>();
        // SAFETY: the memory is as large as the three parts together, and nothing else knows it. The `length` elements
        // that are written now will not be written again.
        unsafe {
            let start = low.add(headroom);
            let end = start.add(length);
            copy_to(start, pieces);
            entry.set(Some(Buffer { low, start, end, high: end.add(tailroom) }));
            std::slice::from_raw_parts(start.as_ptr(), length)
        }
    }

    fn remember(&self, buffer: Buffer<T>) {
        let index = self.next.get();
        self.recent[index].set(Some(buffer));
        self.next.set((index + 1) % self.recent.len());
    }

    fn copied(&self, pieces: &[&[T]], length: usize) -> &'h [T] {
        trailing::alloc_slice(self.heap, length, |row| pieces.iter().for_each(|piece| row.extend_from_slice(piece)))
    }
}

/// Writes the pieces to `to`, one after the other.
///
/// # Safety
/// There must be enough memory at `to` for all pieces, and no piece may overlap it.
unsafe fn copy_to<T: Copy>(to: NonNull<T>, pieces: &[&[T]]) {
    let mut to = to;
    for piece in pieces {
        // SAFETY: by the caller's promise.
        unsafe {
            to.as_ptr().copy_from_nonoverlapping(piece.as_ptr(), piece.len());
            to = to.add(piece.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Concatenates step by step and looks at every result again at the end.
    fn check(step: impl Fn(&'static [u8], u8) -> Vec<&'static [u8]>) -> (usize, Vec<Vec<u8>>) {
        let heap: &'static Heap = Box::leak(Box::new(Heap::new(None)));
        let growing = Growing::new(heap);
        let (mut slices, mut expected): (Vec<&'static [u8]>, Vec<Vec<u8>>) = (vec![b"seed"], vec![b"seed".to_vec()]);
        // Under Miri each byte counts, and a hundredth of the steps reaches the same code.
        for number in 0..if cfg!(miri) { 20u32 } else { 2000 } {
            let pieces = step(slices[slices.len() - 1], number as u8);
            expected.push(pieces.concat());
            slices.push(growing.concat(&pieces));
        }
        for (slice, expected) in slices.iter().zip(&expected) {
            assert_eq!(*slice, &expected[..]);
        }
        (heap.bytes(), expected)
    }

    fn one(byte: u8) -> &'static [u8] {
        Box::leak(Box::new([byte]))
    }

    #[test]
    fn every_result_stays_as_it_was_and_memory_grows_with_the_last() {
        for (name, (bytes, _)) in [
            ("behind", check(|so_far, byte| vec![so_far, one(byte)])),
            ("before", check(|so_far, byte| vec![one(byte), so_far])),
            ("both", check(|so_far, byte| vec![one(byte), so_far, one(byte)])),
            ("empty", check(|so_far, byte| vec![b"", so_far, one(byte), b""])),
        ] {
            assert!(bytes < 80_000, "{name}: {bytes}");
        }
    }

    #[test]
    fn two_that_grow_from_one_do_not_meet() {
        let heap = Heap::new(None);
        let growing = Growing::new(&heap);
        let seed = heap.copy_slice(&[7u8; 100]);
        let first = growing.concat(&[seed, b"a"]);
        let second = growing.concat(&[first, b"b"]);
        let third = growing.concat(&[first, b"c"]);
        let fourth = growing.concat(&[second, b"d"]);
        let part = growing.concat(&[&second[40..], b"e"]);
        assert_eq!(&second[100..], b"ab");
        assert_eq!(&third[100..], b"ac");
        assert_eq!(&fourth[100..], b"abd");
        assert_eq!(&part[60..], b"abe");
        let part = growing.concat(&[&fourth[3..], b"f"]);
        assert_eq!((part.len(), &part[97..]), (101, &b"abdf"[..]));
    }
}
