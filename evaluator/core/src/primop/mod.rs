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
pub use demand::{force_as, force_plain_string};
pub(crate) use demand::{force_bool, force_string, string_of};
pub use expect::{Expectation, Strictness, check_value};
pub use generator::{Answer, GeneratorContext, PrimopFuture, Request};

/// The arguments of a generator; as many as the builtin takes, the rest null.
pub type Arguments<'h> = [Value<'h>; 3];

/// A builtin function.
pub struct Primop {
    /// Its name as an attribute of `builtins`.
    pub name: &'static str,
    /// Whether it is a variable under that very name, not behind two underscores.
    pub is_bare: bool,
    /// What its arguments are called.
    pub arguments: &'static [&'static str],
    /// What is forced and checked before it runs, in this order.
    pub strict: &'static [Strictness],
    /// What runs.
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

/// Tries to do without calling back, given forced and checked arguments; gives nothing where that cannot be.
pub type FastPath = for<'h> fn(&'h State<'h>, &[Value<'h>]) -> Option<Result<Value<'h>, Failure>>;

/// How a builtin does its work.
pub enum Implementation {
    /// Without calling back.
    Plain(for<'h> fn(&'h State<'h>, &[Value<'h>]) -> Result<Value<'h>, Failure>),
    /// By calling back, unless the fast path can do without.
    Generator {
        /// Gives the result where no calling back is needed.
        fast: Option<FastPath>,
        /// Starts the work.
        start: for<'h> fn(GeneratorContext<'h>, Arguments<'h>) -> PrimopFuture<'h>,
    },
    /// By calling a function for the elements of a list in turn, in the machine.
    ForEach {
        /// What is done with what the function gives.
        each: ForEach,
        /// Gives the result where no call is needed.
        fast: FastPath,
    },
    /// By forcing slots in turn, with a number for all that is kept in between: from 0, it says how far the work is.
    /// It is called again, with the number as it left it, when what it asked for has been forced.
    ForceSlots(for<'h> fn(&'h State<'h>, &[Value<'h>], &mut u32) -> Result<Step<'h>, Failure>),
    /// In the machine.
    TryEval,
    /// In the machine, and where forcing fails, by a generator that is told of the failure.
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
        /// Where what it is needed for stands; mostly nowhere.
        pos: Pos,
        /// What a failure says was being done, there.
        context: Option<&'static str>,
    },
}

/// What a builtin does with what its first argument, a function, gives for the elements of its last, a list.
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
pub type Primops = &'static [&'static Primop];

/// An asynchronous builtin as the table wants it.
pub(crate) fn boxed<'h, F>(future: F) -> PrimopFuture<'h>
where
    F: Future<Output = Result<Value<'h>, Failure>> + 'h,
{
    let boxed: std::pin::Pin<Box<F>> = Box::pin(future);
    boxed
}
