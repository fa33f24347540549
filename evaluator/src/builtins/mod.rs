//! Builtins: one file a family, each builtin declared by the one macro below with its name, its arguments, its
//! strictness and its documentation.
//!
//! Kinds of builtins. A *plain* builtin gets arguments that its strictness rules have forced and checked, and gives a value
//! or a slot (which the machine then forces). A *generator* must call back in the midst of its work and is an
//! asynchronous function over [`GeneratorContext`]; a builtin that can finish without calling back must not start one,
//! which is what its `fast` path is for. What calls a function for each element of a list, and *walks*, which force slots
//! in turn and remember only a number, are frames of the machine; so are `tryEval` and `addErrorContext`.

#[macro_use]
mod declare;

mod alphabetical;
pub(crate) mod arguments;
pub mod arithmetic;
mod attribute_sets;
pub(crate) mod attributes;
mod context;
mod control;
mod conversions;
mod demand;
mod derivation;
mod fetch;
mod fetch_closure;
mod fetch_tree;
mod files;
mod flakes;
mod generic_closure;
mod hashes;
mod import;
mod list_functions;
mod lists;
mod order;
mod path_names;
mod realise;
mod regular_expressions;
mod sorting;
mod store_files;
mod strings;
mod types;
mod versions;

use std::pin::Pin;

use rustc_hash::FxHashMap;

use crate::errors::{Error, ErrorKind, Failure};
use crate::heap::{Symbol, SymbolTable};
use crate::settings::{Feature, Settings};
use crate::state::State;
use crate::syntax::source::Pos;
use crate::value::{Attr, Attrs, Globals, Value};
use crate::vm::{BuiltinFuture, GeneratorContext};

/// The name of the source that defines `derivation`.
pub const DERIVATION_PRELUDE_NAME: &str = "derivation-internal.nix";

pub(crate) use lists::flatten;

/// The families, in no particular order; `order.rs` says in which the reference registers their members.
const FAMILIES: &[&[Builtin]] = &[
    arithmetic::BUILTINS,
    attribute_sets::BUILTINS,
    attributes::BUILTINS,
    context::BUILTINS,
    control::BUILTINS,
    conversions::BUILTINS,
    derivation::BUILTINS,
    fetch::BUILTINS,
    fetch_closure::BUILTINS,
    fetch_tree::BUILTINS,
    files::BUILTINS,
    flakes::BUILTINS,
    generic_closure::BUILTINS,
    hashes::BUILTINS,
    import::BUILTINS,
    list_functions::BUILTINS,
    lists::BUILTINS,
    path_names::BUILTINS,
    regular_expressions::BUILTINS,
    sorting::BUILTINS,
    store_files::BUILTINS,
    strings::BUILTINS,
    types::BUILTINS,
    versions::BUILTINS,
];

/// Whether a slot is the variable `derivation` before its first use. The reference has evaluated it by then.
pub(crate) fn is_derivation_function(slot: Value<'_>) -> bool {
    match slot {
        Value::Thunk(thunk) => match thunk.state() {
            crate::value::ThunkState::Applied(_) => loads_derivation(thunk.function()),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a function is what makes the variable `derivation` when it is first needed.
pub(crate) fn loads_derivation(function: Value<'_>) -> bool {
    matches!(function, Value::Builtin(builtin) if std::ptr::eq(builtin, &control::LOAD_DERIVATION))
}

/// What builtins remember between calls.
#[derive(Default)]
pub struct Caches {
    /// Derivations of this evaluation.
    instantiated: std::cell::RefCell<derivation::Instantiated>,
    /// Regular expressions, by their text.
    regular_expressions: regular_expressions::Cache,
}

/// The arguments of a generator; as many as the builtin takes, the rest null.
pub type Arguments<'h> = [Value<'h>; 3];

/// A builtin function.
pub struct Builtin {
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

impl Builtin {
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
        start: for<'h> fn(GeneratorContext<'h>, Arguments<'h>) -> BuiltinFuture<'h>,
    },
    /// By calling a function for the elements of a list in turn, in the machine.
    Each {
        /// What is done with what the function gives.
        each: Each,
        /// Gives the result where no call is needed.
        fast: FastPath,
    },
    /// By forcing slots in turn, with a number for all that is kept in between: from 0, it says how far the work is.
    /// It is called again, with the number as it left it, when what it asked for has been forced.
    Walk(for<'h> fn(&'h State<'h>, &[Value<'h>], &mut u32) -> Result<Step<'h>, Failure>),
    /// In the machine.
    TryEval,
    /// In the machine, and where forcing fails, by a generator that is told of the failure.
    AddErrorContext(for<'h> fn(GeneratorContext<'h>, Value<'h>, Failure) -> BuiltinFuture<'h>),
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
pub enum Each {
    /// Passes it to the next call.
    Fold,
    /// Keeps the elements for which it is true.
    Filter,
    /// Ends at the first that is this boolean.
    Find(bool),
    /// Joins the lists.
    Concatenate,
}

/// A builtin's demand on one of its arguments.
pub struct Strictness {
    /// Which argument, from 0.
    pub argument: u8,
    /// What it must be.
    pub expectation: Expectation,
    /// What errors about it say was being done.
    pub context: &'static str,
    /// Whether the argument is needed only if the second one, a list by then, is not empty.
    pub unless_empty: bool,
}

/// What a forced argument must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expectation {
    /// Anything.
    Any,
    /// An integer.
    Int,
    /// A number.
    Float,
    /// A boolean.
    Bool,
    /// A string, with context or without.
    String,
    /// A string without context.
    PlainString,
    /// A list.
    List,
    /// A set.
    Attrs,
    /// A function or functor.
    Function,
    /// Anything; forced as what is coerced to a string is, one level deeper than other arguments.
    Coercible,
}

impl Strictness {
    /// Whether the rule demands nothing of these arguments.
    #[inline]
    pub(crate) fn is_idle(&self, arguments: &[Value<'_>]) -> bool {
        self.unless_empty && matches!(arguments[1], Value::List(list) if list.is_empty())
    }

    /// Checks the value of the argument.
    pub(crate) fn check<'h>(&self, value: Value<'h>, state: &State<'h>) -> Result<(), Failure> {
        match check_value(state, value, self.expectation) {
            Ok(()) => Ok(()),
            Err(failure) => Err(failure.while_(Pos::NONE, self.context)),
        }
    }

    /// Adds to a failure of forcing the argument what the reference adds.
    pub(crate) fn trace_forcing(&self, failure: &Failure) {
        // The reference's forceList and forceAttrs mention their context only where the type is wrong.
        if !matches!(
            self.expectation,
            Expectation::Any | Expectation::Coercible | Expectation::List | Expectation::Attrs
        ) {
            failure.add_trace(Pos::NONE, self.context);
        }
    }
}

/// Checks that an evaluated value is what is expected.
pub fn check_value<'h>(state: &State<'h>, value: Value<'h>, expectation: Expectation) -> Result<(), Failure> {
    let wanted = match (expectation, value) {
        (Expectation::Any | Expectation::Coercible, _)
        | (Expectation::Int, Value::Int(_))
        | (Expectation::Float, Value::Int(_) | Value::Float(_))
        | (Expectation::Bool, Value::Bool(_))
        | (Expectation::String, Value::String(_))
        | (Expectation::List, Value::List(_))
        | (Expectation::Attrs, Value::Attrs(_))
        | (Expectation::Function, Value::Closure(_) | Value::Builtin(_) | Value::Partial(_)) => return Ok(()),
        (Expectation::PlainString, Value::String(_)) => return state.expect_plain_string(value).map(|_| ()),
        (Expectation::Function, Value::Attrs(attrs)) if attrs.get(crate::heap::symbols::known::FUNCTOR).is_some() => {
            return Ok(());
        }
        (Expectation::Int, _) => "an integer",
        (Expectation::Float, _) => "a float",
        (Expectation::Bool, _) => "a Boolean",
        (Expectation::String | Expectation::PlainString, _) => "a string",
        (Expectation::List, _) => "a list",
        (Expectation::Attrs, _) => "a set",
        (Expectation::Function, _) => "a function",
    };
    Err(state.type_error(wanted, value).into())
}

/// A name that every source sees.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BuiltinName {
    /// As an attribute of `builtins`.
    pub attribute: &'static str,
    /// As a variable: the same for some, behind two underscores for the rest.
    pub variable: &'static str,
    /// The experimental feature that it is part of.
    pub feature: Option<Feature>,
}

/// All names of builtins, constants and `builtins` itself among them, with every feature on, in the reference's order
/// of registration.
pub fn names() -> impl Iterator<Item = BuiltinName> {
    order::REGISTRATION.iter().copied().chain(["builtins"]).map(|variable| {
        let attribute = variable.strip_prefix("__").unwrap_or(variable);
        let builtin = FAMILIES.iter().copied().flatten().find(|builtin| builtin.name == attribute);
        BuiltinName { attribute, variable, feature: builtin.and_then(|builtin| builtin.feature) }
    })
}

/// The variables that every source sees, by name: what a state makes its globals from.
pub(crate) struct Registered {
    /// Sorted by attribute: as a variable, as an attribute of `builtins`, and what it is.
    members: Vec<(Symbol, Symbol, Member)>,
    /// What the numbers of all variables are below.
    end: usize,
}

#[derive(Clone, Copy)]
enum Member {
    /// `builtins`.
    Itself,
    Builtin(&'static Builtin),
    Constant(&'static str),
}

/// Names all builtins that `settings` allow, creating symbols in the reference's order.
pub(crate) fn register(settings: &Settings) -> (SymbolTable, Registered) {
    let symbols = SymbolTable::new();
    let by_name: FxHashMap<&str, &'static Builtin> =
        FAMILIES.iter().copied().flatten().map(|builtin| (builtin.name, builtin)).collect();
    let mut members = Vec::with_capacity(128);
    let builtins = symbols.intern(b"builtins");
    members.push((builtins, builtins, Member::Itself));
    for entry in order::REGISTRATION {
        let short = entry.strip_prefix("__").unwrap_or(entry);
        let builtin = by_name.get(short);
        let feature = builtin.and_then(|builtin| builtin.feature);
        if feature.is_some_and(|feature| !settings.experimental_features.contains(feature)) {
            continue;
        }
        if *entry == order::INTERNAL.1 {
            symbols.intern(order::INTERNAL.0.as_bytes());
        }
        let full = symbols.intern(entry.as_bytes());
        let name = symbols.intern(short.as_bytes());
        let member = match builtin {
            Some(builtin) => {
                debug_assert_eq!(builtin.is_bare, !entry.starts_with("__"), "{entry} is declared as it is registered");
                Member::Builtin(builtin)
            }
            None => Member::Constant(short),
        };
        members.push((full, name, member));
    }
    for name in order::PRELUDE_SYMBOLS {
        symbols.intern(name.as_bytes());
    }
    members.sort_by_key(|(_, name, _)| *name);
    let end = symbols.len();
    (symbols, Registered { members, end })
}

impl Registered {
    /// How many symbols there are before any source is read.
    pub(crate) fn fresh_symbols(&self) -> usize {
        self.end
    }

    /// Makes the variables that every source of an evaluation sees.
    pub(crate) fn instantiate<'h>(&self, state: &State<'h>) -> Globals<'h> {
        let mut globals = Globals::with_room(self.end);
        // `builtins` contains itself, through a thunk as every cycle must.
        let myself = crate::value::Thunk::evaluated(state.heap, Value::Null);
        let mut attributes: Vec<Attr<'h>> = Vec::with_capacity(self.members.len());
        for (variable, name, member) in &self.members {
            let value = match member {
                Member::Itself => Value::Thunk(myself),
                Member::Builtin(builtin) => Value::Builtin(builtin),
                Member::Constant(name) => match control::constant(state, name) {
                    Some(value) => value,
                    None => continue,
                },
            };
            globals.define(*variable, value);
            attributes.push(Attr::new(state.heap, *name, Pos::NONE, value));
        }
        let set = Value::Attrs(Attrs::from_unsorted(state.heap, attributes));
        myself.set_state(crate::value::ThunkState::Evaluated(set));
        globals
    }
}

/// An asynchronous builtin as the table wants it.
fn boxed<'h, F>(future: F) -> BuiltinFuture<'h>
where
    F: Future<Output = Result<Value<'h>, Failure>> + 'h,
{
    let boxed: Pin<Box<F>> = Box::pin(future);
    boxed
}

/// An error of the program in the reference's words.
fn evaluation_error(message: impl Into<crate::errors::Message>) -> Failure {
    Error::new(ErrorKind::Evaluation, message).into()
}
