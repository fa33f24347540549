//! The requests by which a running builtin asks the machine to force or call.
//!
//! Such a builtin is an asynchronous function. It never touches the machine: it yields a [`Request`] and is resumed
//! with an [`Answer`].

use std::future::Future;
use std::pin::Pin;

use genawaiter::rc::Co;

use crate::bytecode::Chunk;
use crate::errors::Failure;
use crate::source::Pos;
use crate::state::State;
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
pub type PrimopFuture<'h> = Pin<Box<dyn Future<Output = Answer<'h>> + 'h>>;

/// What a generator works with: the evaluation's state, and the machine behind its requests.
pub struct GeneratorContext<'h> {
    /// What the evaluation shares.
    pub state: &'h State<'h>,
    machine: Co<Request<'h>, Answer<'h>>,
}

impl<'h> GeneratorContext<'h> {
    /// What a generator on `machine` works with.
    pub(crate) fn new(state: &'h State<'h>, machine: Co<Request<'h>, Answer<'h>>) -> Self {
        GeneratorContext { state, machine }
    }

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
