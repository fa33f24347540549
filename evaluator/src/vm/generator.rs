//! Generators: builtins that call back.
//!
//! A builtin that must force, call or compare in the midst of its work is an asynchronous function. It never touches
//! the machine: it yields a [`Request`] and is resumed with an [`Answer`]. Its frame waits on the frame stack like any
//! other, so what it asks for may be of any depth.

use std::future::Future;
use std::pin::Pin;

use genawaiter::GeneratorState;
use genawaiter::rc::{Co, Gen};

use super::{Frame, Signal, Vm};
use crate::builtins::Builtin;
use crate::bytecode::Chunk;
use crate::errors::Failure;
use crate::state::State;
use crate::syntax::source::Pos;
use crate::value::Value;

/// What a generator asks the machine for.
pub enum Request<'h> {
    /// The value of a slot, as needed by what stands at a place; mostly none.
    Force(Value<'h>, Pos),
    /// The result of calling a slot with one to three arguments, for what stands at a place; mostly none.
    Call(Value<'h>, [Value<'h>; 3], u8, Pos),
    /// The value of the code of a whole source.
    Run(&'h Chunk<'h>),
}

/// What the machine answers: a value in weak head normal form, or why there is none.
pub type Answer<'h> = Result<Value<'h>, Failure>;

/// A builtin at work.
pub type BuiltinFuture<'h> = Pin<Box<dyn Future<Output = Answer<'h>> + 'h>>;

/// A generator with what its frame needs.
pub struct Generator<'h> {
    coroutine: Gen<Request<'h>, Answer<'h>, BuiltinFuture<'h>>,
    builtin: Option<&'h Builtin>,
    depth: u32,
    place: Pos,
}

impl Generator<'_> {
    /// The place that what the generator waits for is needed at.
    pub(super) fn place(&self) -> Pos {
        self.place
    }
}

/// What a generator works with: the evaluation's state, and the machine behind its requests.
pub struct GeneratorContext<'h> {
    /// What the evaluation shares.
    pub state: &'h State<'h>,
    machine: Co<Request<'h>, Answer<'h>>,
}

impl<'h> GeneratorContext<'h> {
    /// The value of a slot. Does not suspend where there is nothing to evaluate.
    pub async fn force(&self, value: Value<'h>) -> Answer<'h> {
        match value.forced() {
            Some(value) => Ok(value),
            None => self.machine.yield_(Request::Force(value, Pos::NONE)).await,
        }
    }

    /// As [`GeneratorContext::force`], for what stands at `pos`: the place that errors of a call name, where forcing
    /// makes one.
    pub async fn force_at(&self, value: Value<'h>, pos: Pos) -> Answer<'h> {
        match value.forced() {
            Some(value) => Ok(value),
            None => self.machine.yield_(Request::Force(value, pos)).await,
        }
    }

    /// The result of a call with one argument.
    pub async fn call(&self, function: Value<'h>, argument: Value<'h>) -> Answer<'h> {
        self.call_at(function, argument, Pos::NONE).await
    }

    /// As [`GeneratorContext::call`], with the place that traces name as the call site.
    pub async fn call_at(&self, function: Value<'h>, argument: Value<'h>, pos: Pos) -> Answer<'h> {
        self.machine.yield_(Request::Call(function, [argument, Value::Null, Value::Null], 1, pos)).await
    }

    /// The result of a call with two arguments.
    pub async fn call2(&self, function: Value<'h>, first: Value<'h>, second: Value<'h>) -> Answer<'h> {
        self.machine.yield_(Request::Call(function, [first, second, Value::Null], 2, Pos::NONE)).await
    }

    /// The value of the code of a whole source.
    pub async fn run(&self, chunk: &'h Chunk<'h>) -> Answer<'h> {
        self.machine.yield_(Request::Run(chunk)).await
    }
}

impl<'h> Vm<'h> {
    /// Starts a generator and runs it up to what it waits for.
    pub(super) fn start_generator<F>(&mut self, builtin: Option<&'h Builtin>, start: F) -> Signal<'h>
    where
        F: FnOnce(GeneratorContext<'h>) -> BuiltinFuture<'h>,
    {
        let state = self.state;
        let depth = state.call_depth.get();
        if builtin.is_some() {
            state.call_depth.set(depth + 1);
        }
        let coroutine = Gen::new(|machine| start(GeneratorContext { state, machine }));
        self.frames.push(Frame::Generator(Box::new(Generator { coroutine, builtin, depth, place: Pos::NONE })));
        self.resume_generator(Ok(Value::Null))
    }

    /// Gives the generator on top the answer that it waits for.
    pub(super) fn resume_generator(&mut self, answer: Answer<'h>) -> Signal<'h> {
        let Some(Frame::Generator(generator)) = self.frames.last_mut() else { unreachable!("the top is a generator") };
        generator.place = Pos::NONE;
        match generator.coroutine.resume_with(answer) {
            GeneratorState::Yielded(Request::Force(value, pos)) => {
                generator.place = pos;
                self.force_value(value)
            }
            GeneratorState::Yielded(Request::Call(function, arguments, count, pos)) => {
                generator.place = pos;
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
