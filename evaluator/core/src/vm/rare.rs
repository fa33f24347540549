//! Instructions that programs seldom run. They are outside the instruction loop, so that its registers serve the
//! frequent ones.

#![forbid(unsafe_code)]

use super::Vm;
use crate::bytecode::{Chunk, Op};
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind, Failure};
use crate::source::Pos;
use crate::value::{Thunk, Value};

/// How the instruction loop continues.
pub(super) enum Rare<'h> {
    /// With the next instruction.
    Next,
    /// After skipping the next instruction.
    Skip,
    /// At this instruction.
    Jump(u32),
    /// With the same instruction, once this slot is evaluated.
    Restart(Value<'h>),
    /// With the result of comparing two values for an assertion.
    AssertEqual(Value<'h>, Value<'h>),
}

impl<'h> Vm<'h> {
    /// Runs the instruction with index `at` of the frame on top, whose slots start at `base`.
    #[inline(never)]
    pub(super) fn run_rare(&mut self, op: Op, chunk: &'h Chunk<'h>, base: usize, at: u32) -> Result<Rare<'h>, Failure> {
        let state = self.state;
        match op {
            Op::DynamicName(target) => {
                if self.dynamic_name(chunk.pos_at(at))? {
                    self.stack.pop();
                    return Ok(Rare::Jump(target));
                }
            }
            Op::DynamicAttr { names_closure } => self.add_dynamic_attr(names_closure, chunk.pos_at(at)),
            Op::OwnThunk => {
                let slot = self.top();
                self.set_top(Value::Thunk(Thunk::forwarding(state.heap, slot)));
            }
            Op::Overrides { shape, slot } => {
                let shape = &chunk.shapes()[shape as usize];
                let result = self.override_attrs(self.top(), shape, base + slot as usize)?;
                self.set_top(result);
            }
            Op::TrySelectDynamic { first } => {
                let (name_value, subject) = self.dynamic_selection();
                let Some(value) = subject.forced() else { return Ok(Rare::Restart(subject)) };
                self.stack.pop();
                let found = match value {
                    Value::Attrs(attrs) => attrs.get(state.intern_string(name_value)),
                    _ => None,
                };
                let Some(attr) = found else {
                    if first {
                        self.running().selected = Pos::NONE;
                    }
                    self.stack.pop();
                    return Ok(Rare::Next);
                };
                self.running().selected = attr.pos;
                self.set_top(attr.value());
                return Ok(Rare::Skip);
            }
            Op::PushSelected => {
                let selected = self.running().selected;
                self.stack.push(Value::Int(i64::from(selected.number())));
            }
            Op::RestoreSelected => {
                let name = self.pop();
                let Value::Int(saved) = self.top() else { unreachable!("a place lies beneath") };
                self.running().selected = Self::saved_pos(saved);
                self.set_top(name);
            }
            Op::ExpectName => {
                fault!(95 => if matches!(self.top(), Value::String(_)) { return Ok(Rare::Next); });
                if let Err(failure) = state.expect_plain_string(self.top()) {
                    if failure.kind() == ErrorKind::Type {
                        failure.set_pos_if_none(chunk.pos_at(at));
                    }
                    return Err(failure);
                }
            }
            Op::AssertFail(number) => {
                let Value::String(text) = chunk.constants()[number as usize] else {
                    unreachable!("the condition's text")
                };
                let message = hint("assertion '{}' failed", &[text.bytes()]);
                return Err(Error::new(ErrorKind::Assertion, message).at(chunk.pos_at(at)).into());
            }
            Op::AssertEqual => {
                let right = self.pop();
                let left = self.pop();
                return Ok(Rare::AssertEqual(left, right));
            }
            Op::CurrentPosition => {
                let position = state.position_value(chunk.pos_at(at));
                self.stack.push(position);
            }
            other => unreachable!("{other:?} is one of the instruction loop's own"),
        }
        Ok(Rare::Next)
    }

    /// The name on top of the stack, and the set beneath it.
    #[inline]
    pub(super) fn dynamic_selection(&self) -> (Value<'h>, Value<'h>) {
        (self.top(), self.stack[self.stack.len() - 2])
    }
}
