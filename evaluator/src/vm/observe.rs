//! Watching the machine: frames and instructions, for people and for tests. Costs nothing when off, because the
//! instruction loop exists once with and once without it.

use super::Vm;
use crate::bytecode::{Chunk, Op};
use crate::value::Value;

/// What happened to a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameEvent {
    /// Its code begins.
    Entered,
    /// It waits for another frame.
    Suspended,
    /// It has what it waited for.
    Resumed,
    /// Its code gave a value.
    Left,
    /// An error passed through it.
    Unwound,
}

/// Is told what the machine does.
pub trait RuntimeObserver {
    /// Something happened to a frame of code at `depth` frames from the bottom.
    fn frame(&mut self, event: FrameEvent, depth: usize, chunk: &Chunk<'_>);
    /// An instruction of the frame on top is about to be executed, with the frame's part of the stack.
    fn instruction(&mut self, index: usize, op: Op, chunk: &Chunk<'_>, depth: usize, stack: &[Value<'_>]);
}

impl<'h> Vm<'h> {
    #[cold]
    pub(super) fn report(&mut self, event: FrameEvent, chunk: &Chunk<'h>) {
        let depth = self.frames.len();
        if let Some(observer) = &mut self.observer {
            observer.frame(event, depth, chunk);
        }
    }

    #[cold]
    pub(super) fn report_instruction(&mut self, index: usize, op: Op, chunk: &Chunk<'h>, base: usize) {
        if let Some(observer) = &mut self.observer {
            observer.instruction(index, op, chunk, self.frames.len(), &self.stack[base..]);
        }
    }
}
