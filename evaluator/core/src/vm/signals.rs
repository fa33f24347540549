//! Counts what the machine meets; see `nix_evaluator_source::signal`.

#![forbid(unsafe_code)]

use std::cell::Cell;

use nix_evaluator_source::signal::{Group, count, number};

use super::{CodeFrame, Frame, Vm};
use crate::bytecode::Op;
use crate::errors::Failure;
use crate::value::signals::state_of;
use crate::value::{Builtin, Packed, Value};

/// The number of no frame.
const BOTTOM: usize = 15;

/// The number of what a slot holds that is not there.
const NOTHING: usize = 31;

impl<'h> Vm<'h> {
    /// An instruction is about to run.
    pub(super) fn signal_instruction(&self, op: Op, base: usize, upvalues: &[Cell<Packed<'h>>]) {
        let stack = |from_top: usize| self.stack.len().checked_sub(from_top).and_then(|at| self.stack.get(at));
        let slot = |slot: u32| self.stack.get(base + slot as usize);
        let upvalue;
        let met = match op {
            Op::Local(number)
            | Op::ForceLocal(number)
            | Op::Formals(number)
            | Op::Finalise(number)
            | Op::FinaliseIfBuilding(number) => slot(number),
            Op::JumpUnlessMissing { slot: number, .. } => slot(number.into()),
            Op::Upvalue(number) | Op::ForceUpvalue(number) => {
                upvalue = upvalues.get(number as usize).map(|upvalue| upvalue.get().value());
                upvalue.as_ref()
            }
            Op::Call(count) => stack(count as usize + 1),
            _ => stack(1),
        };
        let state = |slot: Option<&Value<'h>>| slot.map_or(NOTHING, |slot| state_of(*slot));
        let op = number(&op);
        count(Group::MET, [op, state(met), 0]);
        count(Group::BENEATH, [op, state(stack(2)), 0]);
    }

    /// The frame on top gets a value.
    pub(super) fn signal_delivered(&self) {
        count(Group::DELIVERED, [self.number_of_frame(1), self.number_of_frame(2), 0]);
    }

    /// A failure is about to go through the frame on top.
    pub(super) fn signal_unwound(&self, failure: &Failure) {
        let top = self.number_of_frame(1);
        count(Group::UNWOUND, [top, self.number_of_frame(2), 0]);
        count(Group::FAILED, [top, number(&failure.kind()), 0]);
    }

    /// Code has returned; its frame is gone.
    pub(super) fn signal_returned(&self, frame: &CodeFrame<'h>) {
        let waiting =
            matches!(self.frames.last(), Some(Frame::Code(below)) if below.awaiting != super::Awaiting::Value);
        let how = usize::from(frame.is_call) + 2 * usize::from(frame.update.is_some()) + 4 * usize::from(waiting);
        count(Group::RETURNED, [self.number_of_frame(1), how, 0]);
    }

    /// A builtin is called, with these arguments.
    pub(super) fn signal_call(&self, builtin: &Builtin, arguments: &[Value<'h>]) {
        for (index, argument) in arguments.iter().enumerate() {
            count(Group::ARGUMENT, [builtin.number as usize, index, state_of(*argument)]);
        }
    }

    /// An evaluation has ended.
    pub(super) fn signal_ended(&self, result: &Result<Value<'h>, Failure>) {
        match result {
            Ok(value) => count(Group::ENDED, [0, state_of(*value), 0]),
            Err(failure) => count(Group::ENDED, [1, number(&failure.kind()), 0]),
        }
    }

    fn number_of_frame(&self, from_top: usize) -> usize {
        let frame = self.frames.len().checked_sub(from_top).and_then(|at| self.frames.get(at));
        frame.map_or(BOTTOM, number)
    }
}
