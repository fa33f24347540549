//! What the machine does without a check. A check at each instruction would cost too much, so the machine trusts its
//! code and its own frames. All unsafe code of the machine is here.
//!
//! It trusts these properties of a chunk: the compiler knows how many values each instruction takes and pushes, and how
//! high the stack gets; code ends with `Return`, and no jump leads behind that. `Chunk::verify` proves them for every
//! chunk that a debug build compiles, and each function here asserts its part in debug builds.

#![allow(unsafe_code)]

use std::cell::Cell;
use std::ops::{Deref, DerefMut};

use super::Frame;
use crate::bytecode::{Chunk, Op};
use crate::value::{Packed, Thunk, Update, Value};

/// The values of all frames.
#[derive(Default)]
pub(super) struct Stack<'h>(Vec<Value<'h>>);

impl<'h> Deref for Stack<'h> {
    type Target = Vec<Value<'h>>;

    #[inline(always)]
    fn deref(&self) -> &Vec<Value<'h>> {
        &self.0
    }
}

impl<'h> DerefMut for Stack<'h> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Vec<Value<'h>> {
        &mut self.0
    }
}

impl<'h> Stack<'h> {
    /// A stack with this capacity.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Stack(Vec::with_capacity(capacity))
    }

    /// The operand on top.
    #[inline(always)]
    pub(super) fn operand(&self) -> Value<'h> {
        debug_assert!(!self.0.is_empty(), "an instruction finds its operands");
        // SAFETY: no instruction takes more than its frame has on the stack.
        unsafe { *self.0.last().unwrap_unchecked() }
    }

    /// Replaces the operand on top by `value`.
    #[inline(always)]
    pub(super) fn set_operand(&mut self, value: Value<'h>) {
        debug_assert!(!self.0.is_empty(), "an instruction finds its operands");
        // SAFETY: no instruction takes more than its frame has on the stack.
        unsafe { *self.0.last_mut().unwrap_unchecked() = value };
    }

    /// Pops the operand on top.
    #[inline(always)]
    pub(super) fn take_operand(&mut self) -> Value<'h> {
        debug_assert!(!self.0.is_empty(), "an instruction finds its operands");
        // SAFETY: no instruction takes more than its frame has on the stack.
        unsafe { self.0.pop().unwrap_unchecked() }
    }

    /// Reserves capacity for all values that the code has on the stack.
    #[inline(always)]
    pub(super) fn reserve(&mut self, chunk: &Chunk<'h>) {
        let wanted = chunk.stack_size() as usize;
        if self.0.capacity() - self.0.len() < wanted {
            self.grow(wanted);
        }
    }

    #[cold]
    fn grow(&mut self, wanted: usize) {
        self.0.reserve(wanted);
    }

    /// Pushes a result. [`Stack::reserve`] reserved its capacity when the frame was entered.
    #[inline(always)]
    pub(super) fn push_result(&mut self, value: Value<'h>) {
        let height = self.0.len();
        debug_assert!(height < self.0.capacity(), "entering the frame reserved capacity");
        // SAFETY: no code has more on the stack than its chunk says, and a vector's capacity never shrinks.
        unsafe {
            self.0.as_mut_ptr().add(height).write(value);
            self.0.set_len(height + 1);
        }
    }

    /// Drops everything above `height`, to which a frame returns.
    #[inline(always)]
    pub(super) fn return_to(&mut self, height: usize) {
        debug_assert!(height <= self.0.len(), "a frame keeps what lies beneath it");
        // SAFETY: a frame never takes off what lay on the stack when it was pushed. Values need no dropping.
        unsafe { self.0.set_len(height) };
    }
}

/// The instruction at the index that the machine has reached. By reference, so that its parts are read one by one.
#[inline(always)]
pub(super) fn instruction(code: &[Op], at: usize) -> &Op {
    debug_assert!(at < code.len(), "code ends with an instruction that leaves it");
    // SAFETY: code ends with `Return`, and nothing leads behind it.
    unsafe { code.get_unchecked(at) }
}

/// Pops the frame on top, which is code.
#[inline(always)]
pub(super) fn forget_code_frame(frames: &mut Vec<Frame<'_>>) {
    debug_assert!(matches!(frames.last(), Some(Frame::Code(_))), "the top is code");
    // SAFETY: there is a frame, which owns nothing that had to be dropped.
    unsafe { frames.set_len(frames.len() - 1) };
}

/// Makes a suspended thunk a blackhole, because its code `chunk` is about to run. Returns the right to update it and
/// its upvalues, both for the frame that runs the code.
#[inline(always)]
pub(super) fn enter_thunk<'h>(thunk: &'h Thunk<'h>, chunk: &'h Chunk<'h>) -> (Update<'h>, &'h [Cell<Packed<'h>>]) {
    // SAFETY: only the instructions of that frame, and those that compute names for a failure in it, read what it
    // captured; a frame is taken off the stack before its thunk is updated.
    unsafe { thunk.enter(chunk) }
}
