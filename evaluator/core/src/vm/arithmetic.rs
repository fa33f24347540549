//! Arithmetic on integers that are at hand, and integers computed early: what the fast and early instructions do.

#![forbid(unsafe_code)]

use std::cell::Cell;

use super::Vm;
use crate::bytecode::{Chunk, Op, Operand, Operands, Place};
use crate::value::{Early, Packed, Thunk, ThunkState, Value};

impl<'h> Vm<'h> {
    /// The operands of a fast instruction where both are integers that need no evaluation. Early ones are looked at
    /// by this, as the general code would; the left one first.
    #[inline(always)]
    pub(super) fn integers(
        &mut self,
        operands: Operands,
        base: usize,
        upvalues: &'h [Cell<Packed<'h>>],
    ) -> Option<(i64, i64)> {
        let left = self.integer(operands.left, base, upvalues)?;
        let right = self.integer(operands.right, base, upvalues)?;
        Some((left, right))
    }

    #[inline(always)]
    fn integer(&mut self, operand: Operand, base: usize, upvalues: &'h [Cell<Packed<'h>>]) -> Option<i64> {
        match operand.place() {
            Place::Int(value) => Some(i64::from(value)),
            Place::Upvalue(number) => evaluated_integer(upvalues[number as usize].get().value()),
            Place::Local(slot) => {
                let at = base + slot as usize;
                match self.stack[at] {
                    Value::Early(early) => {
                        if early.site().is_some() && self.state.call_depth.get() >= self.state.max_call_depth {
                            // The call that it stands for, inside the one that the operator is, would be too deep.
                            return None;
                        }
                        let value = self.settled(early);
                        self.stack[at] = value;
                        evaluated_integer(value)
                    }
                    value => evaluated_integer(value),
                }
            }
        }
    }

    /// The operands of an early instruction, where both are integers that something has looked at already.
    #[inline(always)]
    pub(super) fn integers_at_hand(
        &self,
        operands: Operands,
        base: usize,
        upvalues: &'h [Cell<Packed<'h>>],
    ) -> Option<(i64, i64)> {
        let integer = |operand: Operand| match operand.place() {
            Place::Int(value) => Some(i64::from(value)),
            Place::Upvalue(number) => evaluated_integer(upvalues[number as usize].get().value()),
            Place::Local(slot) => evaluated_integer(self.stack[base + slot as usize]),
        };
        Some((integer(operands.left)?, integer(operands.right)?))
    }

    /// Pushes an early integer: as it is where nothing but a call will take it, in a thunk elsewhere.
    #[inline]
    pub(super) fn push_early(&mut self, early: Early, operands: Operands) {
        self.stack.push(match operands.more {
            0 => Value::Thunk(Thunk::early(self.state.heap, early)),
            _ => Value::Early(early),
        });
    }

    /// A slot of the stack, which is about to be copied: an early integer is put into a thunk first, so that both
    /// copies know when something looks at one.
    #[inline(always)]
    pub(super) fn shared_slot(&mut self, at: usize) -> Value<'h> {
        match self.stack[at] {
            Value::Early(early) => {
                let thunk = Value::Thunk(Thunk::early(self.state.heap, early));
                self.stack[at] = thunk;
                thunk
            }
            value => value,
        }
    }

    /// What a slot with an early integer holds from now on, since something needs it: the integer, or a thunk that
    /// fails because calls are too deep.
    #[inline]
    pub(super) fn settle_early(&mut self, early: Early) -> Value<'h> {
        match early.site() {
            Some(_) if self.is_too_deep() => Value::Thunk(self.early_failure(early)),
            _ => self.settled(early),
        }
    }

    /// The value of an early integer, now that something needs it; the call that it stands for, which must not be too
    /// deep, is counted.
    #[inline(always)]
    pub(super) fn settled(&self, early: Early) -> Value<'h> {
        if early.site().is_some() {
            self.state.count_builtin_call();
        }
        Value::Int(early.value())
    }

    /// The thunk that an early integer stands for, to be run where that fails before it looks at its operands.
    #[cold]
    pub(super) fn early_failure(&self, early: Early) -> &'h Thunk<'h> {
        let site = early.site().expect("only calls can be too deep");
        Thunk::failing(self.state.heap, self.state.early_sites.get(site))
    }
}

/// The early result of an operator that is a call, if it has one and that fits. The next instruction says which thunk
/// it stands for.
#[inline(always)]
pub(super) fn early_call(result: Option<i64>, chunk: &Chunk<'_>, next: usize) -> Option<Early> {
    let Op::Thunk(number) = chunk.code()[next] else { unreachable!("a thunk comes next") };
    Early::call(result?, chunk.prototypes()[number as usize].site?)
}

#[inline(always)]
fn evaluated_integer(value: Value<'_>) -> Option<i64> {
    match value {
        Value::Int(value) => Some(value),
        Value::Thunk(thunk) => match thunk.state() {
            ThunkState::Evaluated(Value::Int(value)) => Some(value),
            _ => None,
        },
        _ => None,
    }
}
