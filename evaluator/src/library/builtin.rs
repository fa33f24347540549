//! Builtins that a program brings along.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Error, Scope, Value};
use crate::errors::Failure;
use crate::primop::{Expectation, HostFunction, Implementation, Primop, Primops, Strictness};
use crate::state::State;
use crate::value;

/// A builtin function, written in Rust.
///
/// ```
/// use nix_evaluator::{Builtin, Evaluator};
///
/// let double = Builtin::new("double", ["n"], |call| Ok(call.scope().int(call.argument(0).as_int()? * 2)));
/// let evaluator = Evaluator::builder().builtin(double).build()?;
/// let sum = evaluator.evaluate("builtins.double 20 + 2", |value| value.as_int())?;
/// assert_eq!(sum, 42);
/// # Ok::<(), nix_evaluator::Error>(())
/// ```
#[derive(Clone)]
pub struct Builtin {
    pub(super) name: &'static str,
    arguments: &'static [&'static str],
    documentation: &'static str,
    is_lazy: bool,
    is_global: bool,
    function: Arc<Function>,
}

type Function = dyn for<'e> Fn(&Call<'_, 'e>) -> Result<Value<'e>, Error> + Send + Sync;

/// A call of a builtin.
pub struct Call<'c, 'e> {
    scope: Scope<'e>,
    arguments: &'c [value::Value<'e>],
}

impl<'e> Call<'_, 'e> {
    /// Makes values of the evaluation.
    pub fn scope(&self) -> Scope<'e> {
        self.scope
    }

    /// An argument, from 0.
    ///
    /// # Panics
    /// The builtin was declared with fewer arguments.
    pub fn argument(&self, index: usize) -> Value<'e> {
        Value::new(self.scope, self.arguments[index])
    }
}

/// How many arguments a builtin may take.
const MOST_ARGUMENTS: usize = 8;

static FORCED: [Strictness; MOST_ARGUMENTS] = {
    const fn force(argument: u8) -> Strictness {
        Strictness { argument, expectation: Expectation::Any, context: "", unless_empty: false }
    }
    [force(0), force(1), force(2), force(3), force(4), force(5), force(6), force(7)]
};

impl Builtin {
    /// A builtin with these arguments. It may keep state of its own, and may be called from several threads.
    ///
    /// Its arguments are forced before it runs; what is inside of them is not. Its result may be unevaluated. An error
    /// of a value that it looked at must be returned as it is, so that programs can catch what they could catch.
    ///
    /// Names are kept for as long as the process runs.
    ///
    /// # Panics
    /// There is no argument, or there are more than eight.
    pub fn new<const ARITY: usize>(
        name: &str,
        arguments: [&str; ARITY],
        function: impl for<'e> Fn(&Call<'_, 'e>) -> Result<Value<'e>, Error> + Send + Sync + 'static,
    ) -> Builtin {
        const { assert!(ARITY >= 1 && ARITY <= MOST_ARGUMENTS, "a builtin takes one to eight arguments") };
        Builtin {
            name: kept(name),
            arguments: kept_list(&arguments),
            documentation: "",
            is_lazy: false,
            is_global: false,
            function: Arc::new(function),
        }
    }

    /// Its arguments are not forced before it runs.
    #[must_use]
    pub fn lazy(mut self) -> Builtin {
        self.is_lazy = true;
        self
    }

    /// It is a variable under its own name too, as `map` is. Without this it is `builtins.NAME` and `__NAME`.
    #[must_use]
    pub fn global(mut self) -> Builtin {
        self.is_global = true;
        self
    }

    /// What it does, for people.
    #[must_use]
    pub fn documentation(mut self, text: &str) -> Builtin {
        self.documentation = kept(text);
        self
    }

    pub(super) fn to_primop(&self) -> Primop {
        Primop {
            name: self.name,
            is_bare: self.is_global,
            arguments: self.arguments,
            strict: if self.is_lazy { &[] } else { &FORCED[..self.arguments.len()] },
            implementation: Implementation::Host(Box::new(Host(self.function.clone()))),
            feature: None,
            adds_trace: true,
            documentation: self.documentation,
        }
    }
}

struct Host(Arc<Function>);

impl HostFunction for Host {
    fn call<'h>(
        &self,
        state: &'h State<'h>,
        primops: Primops<'h>,
        arguments: &[value::Value<'h>],
    ) -> Result<value::Value<'h>, Failure> {
        let call = Call { scope: Scope::new(state, primops), arguments };
        match (self.0)(&call) {
            Ok(value) => Ok(value.slot),
            Err(error) => Err(error.to_failure()),
        }
    }
}

/// A text that lives as long as the process. Equal texts are kept once.
fn kept(text: &str) -> &'static str {
    static KEPT: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = kept.get_or_insert_default();
    match kept.get(text) {
        Some(text) => text,
        None => {
            let text: &'static str = Box::leak(text.into());
            kept.insert(text);
            text
        }
    }
}

fn kept_list(texts: &[&str]) -> &'static [&'static str] {
    static KEPT: Mutex<Option<HashSet<&'static [&'static str]>>> = Mutex::new(None);
    let texts: Vec<&'static str> = texts.iter().map(|text| kept(text)).collect();
    let mut lists = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let lists = lists.get_or_insert_default();
    match lists.get(texts.as_slice()) {
        Some(list) => list,
        None => {
            let list: &'static [&'static str] = Box::leak(texts.into());
            lists.insert(list);
            list
        }
    }
}
