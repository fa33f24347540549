//! A global allocator for programs. Where the system refuses memory, and the caller cannot go on without it, the
//! allocator prints a message and ends the process.
//!
//! Rust itself would abort with a backtrace. Nothing may be allocated at that point, so the message is ready from the
//! start. A program must keep no output in buffers of its own while it evaluates, because the buffers would be lost.

#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout};
use std::sync::OnceLock;

use crate::refusal;

/// An allocator that ends the process where the allocator beneath it fails.
pub struct EndsProcess<A> {
    allocator: A,
    status: i32,
    plain: &'static str,
    message: OnceLock<Vec<u8>>,
}

impl<A> EndsProcess<A> {
    /// Allocates from `allocator`. Where that fails, the process writes `message` to standard error and ends with
    /// `status`.
    pub const fn new(allocator: A, status: i32, message: &'static str) -> Self {
        EndsProcess { allocator, status, plain: message, message: OnceLock::new() }
    }

    /// Changes the message, once.
    pub fn set_message(&self, message: Vec<u8>) {
        let _ = self.message.set(message);
    }

    /// Ends the process as if memory had been refused. Allocates nothing.
    pub fn end(&self) -> ! {
        let mut message = self.message.get().map_or(self.plain.as_bytes(), Vec::as_slice);
        // SAFETY: the pointer and the length are of one slice. `_exit` runs nothing of the program's any more.
        unsafe {
            loop {
                let written = libc::write(libc::STDERR_FILENO, message.as_ptr().cast(), message.len() as _);
                match usize::try_from(written).ok().and_then(|written| message.get(written..)) {
                    Some(rest) if written > 0 && !rest.is_empty() => message = rest,
                    _ => break,
                }
            }
            libc::_exit(self.status)
        }
    }

    #[inline]
    fn given(&self, memory: *mut u8) -> *mut u8 {
        if memory.is_null() { self.refused() } else { memory }
    }

    #[cold]
    #[inline(never)]
    fn refused(&self) -> *mut u8 {
        if refusal::is_expected() { std::ptr::null_mut() } else { self.end() }
    }
}

// SAFETY: all is the other allocator's doing; where it gives nothing, neither does this one, as the trait allows, or it
// does not return at all.
unsafe impl<A: GlobalAlloc> GlobalAlloc for EndsProcess<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: by the caller's promise, as below.
        self.given(unsafe { self.allocator.alloc(layout) })
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        self.given(unsafe { self.allocator.alloc_zeroed(layout) })
    }

    #[inline]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        self.given(unsafe { self.allocator.realloc(memory, layout, size) })
    }

    #[inline]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { self.allocator.dealloc(memory, layout) };
    }
}
