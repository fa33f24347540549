//! Primops: what a builtin is. A primop has a name, arguments, strictness rules and an implementation. The machine runs
//! primops, and builtins are primops, so neither needs to know the other.
//!
//! Kinds of primops:
//! - A *plain* primop gets arguments that its strictness rules have forced and checked. It returns a value, or a slot
//!   that the machine then forces.
//! - A *generator* must call back while it is running. It is an asynchronous function over [`GeneratorContext`]. Its
//!   `fast` path handles what can finish without calling back, because a generator is expensive to start.
//! - A *for-each* primop calls a function for each element of a list. A *walk* forces slots in turn and keeps only a
//!   number between them. Both are frames of the machine, and so are `tryEval` and `addErrorContext`.

#![forbid(unsafe_code)]

mod demand;
mod expect;
mod generator;

use crate::errors::Failure;
use crate::settings::Feature;
use crate::source::Pos;
use crate::state::State;
use crate::value::Value;
pub(crate) use demand::{check_as, force_bool, force_string, string_of};
pub use demand::{force_as, force_plain_string};
pub use expect::{Expectation, Strictness, check_value};
pub use generator::{Answer, GeneratorContext, PrimopFuture, Request};

/// The arguments of a generator. Unused ones are null.
pub type Arguments<'h> = [Value<'h>; 3];

/// A builtin function.
pub struct Primop {
    /// Its name as an attribute of `builtins`.
    pub name: &'static str,
    /// Whether it is a variable under its own name, not only with two underscores before it.
    pub is_bare: bool,
    /// The names of its arguments.
    pub arguments: &'static [&'static str],
    /// The strictness rules, applied in this order before it runs.
    pub strict: &'static [Strictness],
    /// Its implementation.
    pub implementation: Implementation,
    /// The experimental feature it is part of.
    pub feature: Option<Feature>,
    /// Whether a failure in it gets a line of trace.
    pub adds_trace: bool,
    /// What it does, for people.
    pub documentation: &'static str,
}

impl Primop {
    /// How many arguments it takes.
    #[inline]
    pub const fn arity(&self) -> usize {
        self.arguments.len()
    }
}

/// Tries to compute the result without calling back, from forced and checked arguments; none if that is impossible.
pub type FastPath = for<'h> fn(&'h State<'h>, &[Value<'h>]) -> Option<Result<Value<'h>, Failure>>;

/// How a builtin does its work.
pub enum Implementation {
    /// Without calling back.
    Plain(for<'h> fn(&'h State<'h>, &[Value<'h>]) -> Result<Value<'h>, Failure>),
    /// Calls back, unless the fast path succeeds.
    Generator {
        /// Computes the result where calling back is not necessary.
        fast: Option<FastPath>,
        /// Starts the work.
        start: for<'h> fn(GeneratorContext<'h>, Arguments<'h>) -> PrimopFuture<'h>,
    },
    /// Calls a function for the elements of a list in turn, in the machine.
    ForEach {
        /// How the results of the function are used.
        each: ForEach,
        /// Gives the result where no call is needed.
        fast: FastPath,
    },
    /// Forces slots in turn. The only state between them is a number, which starts at 0 and says how far the work is.
    /// The function is called again, with the number as it left it, when the slot that it asked for has been forced.
    ForceSlots(for<'h> fn(&'h State<'h>, &[Value<'h>], &mut u32) -> Result<Step<'h>, Failure>),
    /// Runs in the machine.
    TryEval,
    /// A function of the program that embeds the evaluator.
    Host(Box<dyn HostFunction>),
    /// Runs in the machine. Where forcing fails, this generator gets the failure.
    AddErrorContext(for<'h> fn(GeneratorContext<'h>, Value<'h>, Failure) -> PrimopFuture<'h>),
}

/// How far a walk has come.
pub enum Step<'h> {
    /// To its end.
    Done(Value<'h>),
    /// To a slot that must be forced.
    Force {
        /// The slot.
        slot: Value<'h>,
        /// The position that needs it; mostly none.
        pos: Pos,
        /// The line of trace for a failure, at that position.
        context: Option<&'static str>,
    },
}

/// What a builtin does with the results of its first argument, a function, for the elements of its last, a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ForEach {
    /// Passes it to the next call.
    Fold,
    /// Keeps the elements for which it is true.
    Filter,
    /// Ends at the first that is this boolean.
    Find(bool),
    /// Joins the lists.
    Concatenate,
}

/// The primops that the machine finds by the numbers of builtins.
pub type Primops<'h> = &'h [&'h Primop];

/// A builtin that the program that embeds the evaluator brings.
pub trait HostFunction: Send + Sync {
    /// Computes the result from forced and checked arguments: a value, or a slot that the machine then forces. What it
    /// evaluates meanwhile runs on a machine of its own, which finds the same primops.
    fn call<'h>(
        &self,
        state: &'h State<'h>,
        primops: Primops<'h>,
        arguments: &[Value<'h>],
    ) -> Result<Value<'h>, Failure>;
}

/// An asynchronous builtin as the table wants it.
pub(crate) fn boxed<'h, F>(future: F) -> PrimopFuture<'h>
where
    F: Future<Output = Result<Value<'h>, Failure>> + 'h,
{
    let boxed: std::pin::Pin<Box<F>> = Box::pin(future);
    boxed
}
