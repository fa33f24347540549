//! Forcing: from a slot to its value.

use std::cell::Cell;

use super::{Awaiting, CodeFrame, Frame, Signal, Vm};
use crate::bytecode::Chunk;
use crate::errors::{Error, ErrorKind, Failure};
use crate::source::Pos;
use crate::value::{Packed, Thunk, ThunkState, Value};

impl<'h> Vm<'h> {
    /// Forces a slot: gives its value at once, or pushes what computes it.
    pub(crate) fn force_value(&mut self, value: Value<'h>) -> Signal<'h> {
        if let Some(value) = value.forced() {
            return Signal::Deliver(value);
        }
        match value {
            Value::Thunk(thunk) => self.force_thunk(thunk),
            Value::Early(early) => {
                let settled = self.settle_early(early);
                self.force_value(settled)
            }
            _ => unreachable!("only thunks need evaluation"),
        }
    }

    pub(super) fn force_thunk(&mut self, thunk: &'h Thunk<'h>) -> Signal<'h> {
        match thunk.state() {
            ThunkState::Evaluated(value) => Signal::Deliver(value),
            ThunkState::Suspended(chunk) => {
                if let Err(failure) = self.tick() {
                    return Signal::Raise(failure);
                }
                let upvalues = thunk.upvalues(chunk);
                thunk.set_state(ThunkState::Blackhole);
                self.push_code(chunk, upvalues, Some(thunk));
                Signal::Continue
            }
            ThunkState::Early(early) => match self.settle_early(early) {
                Value::Thunk(failing) => {
                    thunk.set_state(ThunkState::Forward(failing));
                    self.force_thunk(failing)
                }
                value => {
                    thunk.set_state(ThunkState::Evaluated(value));
                    Signal::Deliver(value)
                }
            },
            ThunkState::Lambda(closure) => {
                let value = Value::Closure(closure);
                thunk.set_state(ThunkState::Evaluated(value));
                Signal::Deliver(value)
            }
            ThunkState::Applied(count) => {
                let (function, arguments) = (thunk.function(), thunk.arguments(count));
                if self.state.call_depth.get() + 1 < self.shortcut_depth
                    && let Some(Value::Closure(closure)) = function.forced()
                    && closure.chunk().arity() == count as usize
                {
                    let height = self.stack.len();
                    for slot in arguments {
                        self.stack.push(slot.get().value());
                    }
                    return self.enter_closure(closure, height, height, Some(thunk), 0);
                }
                // No blackhole: a delayed application that needs itself is called again, until the calls are too deep.
                self.frames.push(Frame::Update { thunk });
                if count > 1 {
                    let wanted = function.peek().map_or(0, |function| function.arguments_wanted());
                    if wanted < count as usize || self.traces_calls() {
                        return self.apply_first(thunk, function, arguments);
                    }
                    if self.first_argument_is_too_deep(thunk) {
                        return Signal::Raise(self.too_deep());
                    }
                }
                self.stack.push(function);
                self.stack.extend(arguments.iter().map(|slot| slot.get().value()));
                self.call_for_frame(count as usize)
            }
            ThunkState::Forward(other) => self.force_value(Value::Thunk(other)),
            ThunkState::Blackhole => {
                let failure: Failure =
                    Error::new(ErrorKind::InfiniteRecursion, "infinite recursion encountered").into();
                failure.set_pos_if_none(self.call_site(self.frames.len()));
                thunk.set_state(ThunkState::Failed(self.state.remember_failure(&failure)));
                Signal::Raise(failure)
            }
            ThunkState::Failed(number) => Signal::Raise(self.state.failure(number).raised_again()),
            ThunkState::Building(_) | ThunkState::BuildingClosure(_) => {
                panic!("forced a thunk before its scope was complete\n{}", self.describe_top_chunk())
            }
        }
    }

    /// Calls the function of a delayed application with its first argument alone, inside the call with the others: the
    /// reference delays that call by itself, and so makes it once however often the whole is begun.
    fn apply_first(
        &mut self,
        thunk: &'h Thunk<'h>,
        function: Value<'h>,
        arguments: &'h [Cell<Packed<'h>>],
    ) -> Signal<'h> {
        if let Err(failure) = self.check_call_depth() {
            return Signal::Raise(failure);
        }
        if self.traces_calls() {
            self.enter_traced();
        }
        let (depth, base, count) = (self.state.call_depth.get(), self.stack.len() as u32, arguments.len() as u32);
        self.stack.push(Value::Null);
        self.stack.extend(arguments[1..].iter().map(|slot| slot.get().value()));
        self.frames.push(Frame::Apply { base, count: count - 1, depth });
        self.state.call_depth.set(depth + 1);
        self.frames.push(Frame::ApplyFirst { thunk, count });
        self.stack.extend([function, arguments[0].get().value()]);
        self.call_for_frame(1)
    }

    /// Whether the delayed application on top, which the reference delays argument by argument, is the last that may
    /// be called: the call with its first argument is one level deeper. The result of that is remembered, so it is
    /// called only once.
    fn first_argument_is_too_deep(&self, thunk: &'h Thunk<'h>) -> bool {
        let is_begun = |frame: &Frame<'h>| match frame {
            Frame::Update { thunk: begun } | Frame::Code(CodeFrame { update: Some(begun), .. }) => {
                std::ptr::eq(*begun, thunk)
            }
            _ => false,
        };
        self.state.call_depth.get() >= self.state.max_call_depth
            && !self.frames[..self.frames.len() - 1].iter().any(is_begun)
    }

    /// Makes room on the stack for the code of a frame that is entered.
    #[inline(always)]
    pub(super) fn make_room(&mut self, chunk: &Chunk<'h>) {
        let wanted = chunk.stack_size as usize;
        if self.stack.capacity() - self.stack.len() < wanted {
            self.grow_stack(wanted);
        }
    }

    #[cold]
    fn grow_stack(&mut self, wanted: usize) {
        self.stack.reserve(wanted);
    }

    /// Pushes a frame for the code of a thunk or source.
    #[inline]
    pub(super) fn push_code(
        &mut self,
        chunk: &'h Chunk<'h>,
        upvalues: &'h [Cell<Packed<'h>>],
        update: Option<&'h Thunk<'h>>,
    ) {
        self.make_room(chunk);
        let base = self.stack.len() as u32;
        self.frames.push(Frame::Code(CodeFrame {
            chunk,
            upvalues,
            update,
            pc: 0,
            base,
            height: base,
            depth: self.state.call_depth.get(),
            selected: Pos::NONE,
            awaiting: Awaiting::Value,
            is_call: false,
        }));
    }

    /// Enters the code of a whole source.
    pub(crate) fn enter_chunk(&mut self, chunk: &'h Chunk<'h>) -> Signal<'h> {
        if let Err(failure) = self.tick() {
            return Signal::Raise(failure);
        }
        self.push_code(chunk, &[], None);
        Signal::Continue
    }

    pub(super) fn describe_top_chunk(&self) -> String {
        self.frames
            .iter()
            .rev()
            .find_map(|frame| match frame {
                Frame::Code(frame) => Some(crate::bytecode::disassemble::disassemble(frame.chunk, &self.state.symbols)),
                _ => None,
            })
            .unwrap_or_default()
    }
}
