//! Captures upvalues from the frame that builds a closure or thunk.

#![forbid(unsafe_code)]

use std::cell::Cell;

use super::Vm;
use crate::bytecode::{Capture, Prototype};
use crate::value::Packed;

impl<'h> Vm<'h> {
    /// The upvalues of a closure or thunk, captured from the frame that builds it.
    #[inline(always)]
    pub(super) fn captured<'v>(
        &'v mut self,
        prototype: &'h Prototype<'h>,
        base: usize,
        upvalues: &'h [Cell<Packed<'h>>],
    ) -> Captured<'v, 'h> {
        signal!(crate::value::signals::captures(prototype););
        Captured { captures: prototype.captures.iter(), vm: self, base, upvalues }
    }
}

/// See [`Vm::captured`]. It is no closure, because it must be inlined into the loop that writes the upvalues.
pub(super) struct Captured<'v, 'h> {
    captures: std::slice::Iter<'h, Capture>,
    vm: &'v mut Vm<'h>,
    base: usize,
    upvalues: &'h [Cell<Packed<'h>>],
}

impl<'h> Iterator for Captured<'_, 'h> {
    type Item = Packed<'h>;

    #[inline(always)]
    fn next(&mut self) -> Option<Packed<'h>> {
        let capture = self.captures.next()?;
        let captured = match *capture {
            Capture::Local(slot) => {
                let heap = self.vm.state.heap;
                Packed::new(heap, self.vm.shared_slot(self.base + slot as usize))
            }
            Capture::Upvalue(number) => {
                self.upvalues[fault!(12, number, number - u32::from(number > 4)) as usize].get()
            }
            Capture::Deferred(_) => Packed::MISSING,
        };
        signal!(crate::value::signals::captured(capture, captured););
        Some(captured)
    }

    #[inline(always)]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.captures.size_hint()
    }
}

impl ExactSizeIterator for Captured<'_, '_> {}
