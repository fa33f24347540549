//! Executes fast and speculative instructions: arithmetic on integers that are evaluated already.

#![forbid(unsafe_code)]

use std::cell::Cell;

use super::Vm;
use crate::bytecode::{Chunk, Note, Op, Operand, OperandKind, Operands, Region};
use crate::print;
use crate::value::{Packed, SpeculativeInt, Thunk, ThunkState, Value};

impl<'h> Vm<'h> {
    /// The operands of a fast instruction, if both are integers that need no evaluation. Speculative integers are
    /// marked as looked at, as in the general code, the left one first.
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
        match operand.kind() {
            OperandKind::Int(value) => Some(i64::from(value)),
            OperandKind::Upvalue(number) => evaluated_integer(upvalues[number as usize].get().value()),
            OperandKind::Local(slot) => {
                let at = base + slot as usize;
                match self.stack[at] {
                    Value::Speculative(speculative) => {
                        if speculative.site().is_some() && self.state.call_depth.get() >= self.state.max_call_depth {
                            // The call that it stands for, inside the one that the operator is, would be too deep.
                            return None;
                        }
                        let value = self.settled(speculative);
                        self.stack[at] = value;
                        evaluated_integer(value)
                    }
                    value => evaluated_integer(value),
                }
            }
        }
    }

    /// The operands of a speculative instruction, if both are integers that something has looked at already.
    #[inline(always)]
    pub(super) fn integers_at_hand(
        &self,
        operands: Operands,
        base: usize,
        upvalues: &'h [Cell<Packed<'h>>],
    ) -> Option<(i64, i64)> {
        let integer = |operand: Operand| match operand.kind() {
            OperandKind::Int(value) => Some(i64::from(value)),
            OperandKind::Upvalue(number) => evaluated_integer(upvalues[number as usize].get().value()),
            OperandKind::Local(slot) => evaluated_integer(self.stack[base + slot as usize]),
        };
        Some((integer(operands.left)?, integer(operands.right)?))
    }

    /// The operands of the operator at instruction `at` as errors show them: a list that is the value of a variable as
    /// the slot of that variable, by which it is known again inside itself. The reference passes that slot to the builtin
    /// that the operator is.
    #[inline]
    pub(super) fn operand_slots(
        &self,
        operands: [Value<'h>; 2],
        chunk: &Chunk<'h>,
        at: usize,
        base: usize,
        upvalues: &'h [Cell<Packed<'h>>],
    ) -> [Value<'h>; 2] {
        match operands.iter().any(|operand| matches!(operand, Value::List(_))) {
            true => self.slots_of_lists(operands, chunk, at, base, upvalues),
            false => operands,
        }
    }

    /// Like [`Vm::operand_slots`], where an operand is a list: apart from numbers, which are in a hurry.
    #[cold]
    fn slots_of_lists(
        &self,
        operands: [Value<'h>; 2],
        chunk: &Chunk<'h>,
        at: usize,
        base: usize,
        upvalues: &'h [Cell<Packed<'h>>],
    ) -> [Value<'h>; 2] {
        let [left, right] = operands;
        let code = chunk.code();
        // What follows a comparison ends the call that it is, and belongs to its region.
        let end = at as u32 + if matches!(code[at], Op::LessThan) { 2 } else { 1 };
        let ends_here = |region: &&Region<'_>| region.end == end && matches!(region.note, Note::Builtin(..));
        let Some(region) = chunk.regions().iter().find(ends_here) else { return operands };
        // An operand that is a variable is forced without a position, and by one instruction.
        let slot = |value: Value<'h>, index: usize| {
            let slot = match code[index] {
                // What is no list must stay the number that it may be.
                _ if !matches!(value, Value::List(_)) => return value,
                _ if chunk.pos_at(index as u32).is_some() => return value,
                Op::ForceLocal(slot) => self.stack[base + slot as usize],
                Op::ForceUpvalue(number) => upvalues[number as usize].get().value(),
                _ => return value,
            };
            print::slot_to_show(slot, value)
        };
        [slot(left, region.start as usize), slot(right, at - 1)]
    }

    /// Pushes a speculative integer: as it is where only a call will take it, inside a thunk elsewhere.
    #[inline]
    pub(super) fn push_speculative(&mut self, speculative: SpeculativeInt, operands: Operands) {
        self.stack.push(match operands.more {
            0 => Value::Thunk(Thunk::speculative(self.state.heap, speculative)),
            _ => Value::Speculative(speculative),
        });
    }

    /// A slot of the stack that is about to be copied. A speculative integer is put into a thunk first, so that both
    /// copies know when something looks at one.
    #[inline(always)]
    pub(super) fn shared_slot(&mut self, at: usize) -> Value<'h> {
        match self.stack[at] {
            Value::Speculative(speculative) => {
                let thunk = Value::Thunk(Thunk::speculative(self.state.heap, speculative));
                self.stack[at] = thunk;
                thunk
            }
            value => value,
        }
    }

    /// What replaces a speculative integer in its slot when something needs it: the integer, or a thunk that fails
    /// because calls are too deep.
    #[inline]
    pub(super) fn settle_speculative(&mut self, speculative: SpeculativeInt) -> Value<'h> {
        match speculative.site() {
            Some(_) if self.is_too_deep() => Value::Thunk(self.speculative_failure(speculative)),
            _ => self.settled(speculative),
        }
    }

    /// The value of a speculative integer that something needs. The call that it stands for is counted and must not be
    /// too deep.
    #[inline(always)]
    pub(super) fn settled(&self, speculative: SpeculativeInt) -> Value<'h> {
        if fault!(22, speculative.site().is_some(), false) {
            self.state.count_builtin_call();
        }
        Value::Int(speculative.value())
    }

    /// The thunk that a speculative integer stands for. It is run where that call is too deep, so it fails before it
    /// reads its operands.
    #[cold]
    pub(super) fn speculative_failure(&self, speculative: SpeculativeInt) -> &'h Thunk<'h> {
        let site = speculative.site().expect("only calls can be too deep");
        Thunk::failing(self.state.heap, self.state.speculation_sites.get(site))
    }
}

/// The speculative result of an operator that is a call; none if it has no result or a too large one. The next
/// instruction says which thunk it stands for.
#[inline(always)]
pub(super) fn speculative_call(result: Option<i64>, chunk: &Chunk<'_>, next: usize) -> Option<SpeculativeInt> {
    let Op::Thunk(number) = chunk.code()[next] else { unreachable!("a thunk comes next") };
    SpeculativeInt::call(result?, chunk.prototypes()[number as usize].site?)
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
