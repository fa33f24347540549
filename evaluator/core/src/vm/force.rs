//! Forces a slot to its value.

#![forbid(unsafe_code)]

use std::cell::Cell;

use super::unchecked::enter_thunk;
use super::{Awaiting, CodeFrame, Frame, Signal, ThunkEvent, Vm};
use crate::bytecode::Chunk;
use crate::errors::{Error, ErrorKind, Failure};
use crate::source::Pos;
use crate::value::{Delayed, Packed, Thunk, ThunkState, Update, Value};

impl<'h> Vm<'h> {
    /// Forces a slot: returns its value, or pushes a frame that computes it.
    pub(crate) fn force_value(&mut self, value: Value<'h>) -> Signal<'h> {
        if let Some(value) = value.forced() {
            return Signal::Deliver(value);
        }
        match value {
            Value::Thunk(thunk) => self.force_thunk(thunk),
            Value::Speculative(speculative) => {
                let settled = self.settle_speculative(speculative);
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
                let (update, upvalues) = enter_thunk(thunk, chunk);
                self.push_code(chunk, upvalues, Some(update));
                Signal::Continue
            }
            ThunkState::Speculative(speculative) => match self.settle_speculative(speculative) {
                Value::Thunk(failing) => {
                    thunk.redirect(Value::Thunk(failing));
                    self.force_thunk(failing)
                }
                value => {
                    thunk.settle(value);
                    Signal::Deliver(value)
                }
            },
            ThunkState::Lambda(closure) => Signal::Deliver(thunk.look(closure)),
            ThunkState::Applied(delayed) => {
                let (function, count) = (delayed.function(), delayed.count());
                let update = thunk.begin(delayed);
                if self.state.call_depth.get() + 1 < self.shortcut_depth
                    && let Some(Value::Closure(closure)) = function.forced()
                    && closure.chunk().arity() == count
                {
                    let height = self.stack.len();
                    thunk.push_arguments(delayed, 0, &mut self.stack);
                    return self.enter_closure(closure, height, height, fault!(33, Some(update), None), 0);
                }
                // No blackhole: a delayed application that needs itself is called again, until the calls are too deep.
                self.frames.push(Frame::Update { update });
                if self.observer.is_some() {
                    self.report_thunk(ThunkEvent::Applied, thunk);
                }
                if count > 1 {
                    let wanted = function.peek().map_or(0, |function| function.arguments_wanted());
                    if wanted < count || self.traces_calls() {
                        return self.apply_first(thunk, delayed);
                    }
                    if self.first_argument_is_too_deep(thunk) {
                        return Signal::Raise(self.too_deep());
                    }
                }
                self.stack.push(function);
                thunk.push_arguments(delayed, 0, &mut self.stack);
                self.call_for_frame(count)
            }
            ThunkState::Forward(other) => self.force_value(Value::Thunk(other)),
            ThunkState::Blackhole => {
                let failure: Failure =
                    Error::new(ErrorKind::InfiniteRecursion, "infinite recursion encountered").into();
                fault!(25, failure.set_pos_if_none(self.call_site(self.frames.len())), ());
                thunk.fail(self.state.remember_failure(&failure));
                Signal::Raise(failure)
            }
            ThunkState::Failed(number) => {
                Signal::Raise(fault!(18, self.state.failure(number).raised_again(), self.state.failure(number)))
            }
            ThunkState::Building(_) | ThunkState::BuildingClosure(_) => {
                panic!("forced a thunk before its scope was complete\n{}", self.describe_top_chunk())
            }
        }
    }

    /// Calls the function of a delayed application with its first argument alone. This call is inside the call with the
    /// others. The reference delays it by itself, and so makes it once, however often the whole is started.
    fn apply_first(&mut self, thunk: &'h Thunk<'h>, delayed: Delayed<'h>) -> Signal<'h> {
        if let Err(failure) = self.check_call_depth() {
            return Signal::Raise(failure);
        }
        if self.traces_calls() {
            self.enter_traced(delayed.function(), thunk.first_argument(delayed));
        }
        let (depth, base, count) = (self.state.call_depth.get(), self.stack.len() as u32, delayed.count() as u32);
        self.stack.push(Value::Null);
        thunk.push_arguments(delayed, 1, &mut self.stack);
        self.frames.push(Frame::Apply { base, count: count - 1, depth });
        self.state.call_depth.set(depth + 1);
        self.frames.push(Frame::ApplyFirst { thunk, delayed });
        self.stack.extend([delayed.function(), thunk.first_argument(delayed)]);
        self.call_for_frame(1)
    }

    /// Whether only one more level of calls is allowed, so that calling the delayed application on top with its first
    /// argument is too deep. The reference delays that call by itself, one level deeper, and remembers its result, so
    /// it happens only once.
    fn first_argument_is_too_deep(&self, thunk: &'h Thunk<'h>) -> bool {
        let is_begun = |frame: &Frame<'h>| match frame {
            Frame::Update { update: begun } | Frame::Code(CodeFrame { update: Some(begun), .. }) => {
                std::ptr::eq(begun.thunk(), thunk)
            }
            _ => false,
        };
        self.state.call_depth.get() >= self.state.max_call_depth
            && !self.frames[..self.frames.len() - 1].iter().any(is_begun)
    }

    /// Pushes a frame for the code of a thunk or source.
    #[inline]
    pub(super) fn push_code(
        &mut self,
        chunk: &'h Chunk<'h>,
        upvalues: &'h [Cell<Packed<'h>>],
        update: Option<Update<'h>>,
    ) {
        self.stack.reserve(chunk);
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

    /// Pushes a frame for the code of a whole source.
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
