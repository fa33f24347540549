//! Walks: builtins that force slots in turn and keep only a number between them. They have frames of their own, because
//! a generator costs more than most of what they force.

#![forbid(unsafe_code)]

use super::{Frame, Signal, Vm};
use crate::primop::{Implementation, Primop, Step};
use crate::source::Pos;

impl<'h> Vm<'h> {
    /// Starts a walk. Its arguments are on the stack from `base` on.
    pub(super) fn start_force_slots(&mut self, builtin: &'h Primop, base: usize, depth: u32) -> Signal<'h> {
        self.state.call_depth.set(depth + 1);
        let base = base as u32;
        self.frames.push(Frame::ForceSlots { builtin, base, next: 0, depth, pos: Pos::NONE, context: None });
        self.resume_force_slots()
    }

    /// Continues the walk on top, whose slot has been forced.
    pub(super) fn resume_force_slots(&mut self) -> Signal<'h> {
        let Some(Frame::ForceSlots { builtin, base, next, depth, pos, context }) = self.frames.last_mut() else {
            unreachable!("the top is a walk")
        };
        let Implementation::ForceSlots(run) = builtin.implementation else { unreachable!("it is declared as one") };
        (*pos, *context) = (Pos::NONE, None);
        match run(self.state, &self.stack[*base as usize..], next) {
            Ok(Step::Done(value)) => {
                self.stack.truncate(*base as usize - 1);
                self.state.call_depth.set(*depth);
                self.frames.pop();
                Signal::Deliver(value)
            }
            Ok(Step::Force { slot, pos: place, context: doing }) => {
                (*pos, *context) = (place, doing);
                self.force_value(slot)
            }
            Err(failure) => Signal::Raise(failure),
        }
    }
}
