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

/// A request of a generator to the machine.
pub enum Request<'h> {
    /// Force a slot, for the position that needs it; mostly none.
    Force(Value<'h>, Pos),
    /// Call a slot with one to three arguments, for the position that needs it; mostly none.
    Call(Value<'h>, [Value<'h>; 3], u8, Pos),
    /// The value of the code of a whole source.
    Run(&'h Chunk<'h>),
}

/// The machine's answer: a value in weak head normal form, or a failure.
pub type Answer<'h> = Result<Value<'h>, Failure>;

/// A builtin at work.
pub type PrimopFuture<'h> = Pin<Box<dyn Future<Output = Answer<'h>> + 'h>>;

/// The context of a generator: the evaluation's state, and requests to the machine.
pub struct GeneratorContext<'h> {
    /// The state of the evaluation.
    pub state: &'h State<'h>,
    machine: Co<Request<'h>, Answer<'h>>,
}

impl<'h> GeneratorContext<'h> {
    /// The context of a generator on `machine`.
    pub(crate) fn new(state: &'h State<'h>, machine: Co<Request<'h>, Answer<'h>>) -> Self {
        GeneratorContext { state, machine }
    }

    /// Forces a slot. Does not suspend if there is nothing to evaluate.
    pub async fn force(&self, value: Value<'h>) -> Answer<'h> {
        match value.forced() {
            Some(value) => Ok(value),
            None => self.machine.yield_(Request::Force(value, Pos::NONE)).await,
        }
    }

    /// Like [`GeneratorContext::force`], with the position that errors name if forcing makes a call.
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

    /// Like [`GeneratorContext::call`], with the position that traces name as the call site.
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
