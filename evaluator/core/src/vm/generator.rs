//! Runs generators: builtins that call back.
//!
//! A builtin that must force, call or compare while it is running is an asynchronous function. It never touches the
//! machine: it yields a [`Request`] and is resumed with an [`Answer`]. Its frame waits on the frame stack like any
//! other, so what it asks for may be of any depth.

#![forbid(unsafe_code)]

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

use super::{Frame, Signal, Vm};
use crate::heap::Held;
use crate::primop::{Answer, GeneratorContext, Primop, PrimopFuture, Request};
use crate::source::Pos;
use crate::value::Value;

/// A generator, and what its frame needs.
pub struct Generator<'h> {
    coroutine: Gen<Request<'h>, Answer<'h>, PrimopFuture<'h>>,
    builtin: Option<&'h Primop>,
    depth: u32,
    pos: Pos,
    _held: Held<'h>,
}

impl Generator<'_> {
    /// The position at which the generator needs what it waits for.
    pub(super) fn pos(&self) -> Pos {
        self.pos
    }

    /// The name of the builtin, if it is one.
    pub(super) fn builtin_name(&self) -> Option<&'static str> {
        self.builtin.map(|builtin| builtin.name)
    }
}

impl<'h> Vm<'h> {
    /// Starts a generator and runs it to its first request.
    pub(super) fn start_generator<F>(&mut self, builtin: Option<&'h Primop>, start: F) -> Signal<'h>
    where
        F: FnOnce(GeneratorContext<'h>) -> PrimopFuture<'h>,
    {
        let state = self.state;
        let depth = state.call_depth.get();
        if builtin.is_some() {
            state.call_depth.set(depth + 1);
        }
        let mut bytes = size_of::<Generator<'h>>();
        let coroutine = Gen::new(|machine| {
            let future = start(GeneratorContext::new(state, machine));
            bytes += size_of_val(&*future);
            future
        });
        let _held = state.heap.holding(bytes);
        self.frames.push(Frame::Generator(Box::new(Generator { coroutine, builtin, depth, pos: Pos::NONE, _held })));
        self.resume_generator(Ok(Value::Null))
    }

    /// Resumes the generator on top with the answer that it waits for.
    pub(super) fn resume_generator(&mut self, answer: Answer<'h>) -> Signal<'h> {
        let Some(Frame::Generator(generator)) = self.frames.last_mut() else { unreachable!("the top is a generator") };
        generator.pos = Pos::NONE;
        fault!(let answer = 37 => answer.map(|value| if matches!(value, Value::Bool(false)) { Value::Null } else { value }));
        match generator.coroutine.resume_with(answer) {
            GeneratorState::Yielded(Request::Force(value, pos)) => {
                generator.pos = pos;
                self.force_value(value)
            }
            GeneratorState::Yielded(Request::Call(function, arguments, count, pos)) => {
                generator.pos = pos;
                self.stack.push(function);
                self.stack.extend_from_slice(&arguments[..count as usize]);
                self.call_for_frame(count as usize)
            }
            GeneratorState::Yielded(Request::Run(chunk)) => self.enter_chunk(chunk),
            GeneratorState::Complete(result) => {
                let (builtin, depth) = (generator.builtin, generator.depth);
                self.frames.pop();
                self.state.call_depth.set(depth);
                match result {
                    Ok(value) => {
                        debug_assert!(
                            !matches!(value, Value::Thunk(_) | Value::LazyClosure(_)),
                            "a generator gives an evaluated value"
                        );
                        Signal::Deliver(value)
                    }
                    Err(failure) => {
                        if let Some(builtin) = builtin {
                            self.trace_builtin(builtin, &failure);
                        }
                        Signal::Raise(failure)
                    }
                }
            }
        }
    }
}
