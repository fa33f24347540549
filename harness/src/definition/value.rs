//! What the definition computes with: values, slots, scopes and failures.
//!
//! A [`Slot`] is what the reference has a pointer to a value for: equality and printing compare slots, so which slot a
//! thing is in is part of the meaning. Slots are numbers, never counted references, so that no cycle keeps memory.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{builtins::Builtin, term::LambdaTerm, term::Term};

/// A name. Names are ordered by creation, and sets go by that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(pub u32);

/// A place for one value, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub usize);

/// The attributes of a set.
pub type Attrs = BTreeMap<Name, Slot>;

/// An evaluated value. A copy of a list or set is the same list or set.
#[derive(Clone)]
pub enum Value {
    /// `null`
    Null,
    /// A Boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A floating-point number.
    Float(f64),
    /// A string.
    Text(Text),
    /// A path.
    Path(Rc<[u8]>),
    /// A list.
    List(Rc<[Slot]>),
    /// A set.
    Attrs(Rc<Attrs>),
    /// A function and the scope it was made in.
    Lambda(Rc<LambdaTerm>, Scope),
    /// A builtin.
    Builtin(&'static Builtin),
    /// A builtin, or another of these, with one more argument.
    Partial(Slot, Slot),
}

/// A string with its context.
#[derive(Clone)]
pub struct Text {
    /// The bytes.
    pub bytes: Rc<[u8]>,
    /// What it refers to in the store.
    pub context: Rc<Context>,
}

/// The context of a string.
pub type Context = BTreeSet<Element>;

/// One thing that a string refers to, by the last part of its store path. The variants are in the reference's order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Element {
    /// A store path.
    Plain(String),
    /// A derivation with all that it needs.
    Deep(String),
    /// An output of a derivation.
    Output {
        /// The derivation.
        derivation: String,
        /// The output's name.
        output: String,
    },
}

impl Text {
    /// A string without context.
    pub fn plain(bytes: impl Into<Rc<[u8]>>) -> Text {
        Text { bytes: bytes.into(), context: Rc::default() }
    }
}

impl Value {
    /// A string without context.
    pub fn text(bytes: impl AsRef<[u8]>) -> Value {
        Value::Text(Text::plain(bytes.as_ref()))
    }

    /// A string with a context.
    pub fn text_in(bytes: impl AsRef<[u8]>, context: Context) -> Value {
        Value::Text(Text { bytes: bytes.as_ref().into(), context: Rc::new(context) })
    }

    /// Its type, as messages name it.
    pub fn described(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "a Boolean",
            Value::Int(_) => "an integer",
            Value::Float(_) => "a float",
            Value::Text(text) if !text.context.is_empty() => "a string with context",
            Value::Text(_) => "a string",
            Value::Path(_) => "a path",
            Value::List(_) => "a list",
            Value::Attrs(_) => "a set",
            Value::Lambda(..) => "a function",
            Value::Builtin(_) => "the built-in function ''",
            Value::Partial(..) => "the partially applied built-in function ''",
        }
    }

    /// Its type, as `typeOf` names it. Values of different types are never equal, numbers apart.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Float(_) => "float",
            Value::Text(_) => "string",
            Value::Path(_) => "path",
            Value::List(_) => "list",
            Value::Attrs(_) => "set",
            Value::Lambda(..) | Value::Builtin(_) | Value::Partial(..) => "lambda",
        }
    }
}

/// What is in a slot.
#[derive(Clone)]
pub enum State {
    /// A value.
    Ready(Value),
    /// An expression that nobody has needed yet, with its scope.
    Delayed(Rc<Term>, Scope),
    /// A call that nobody has needed yet: a function and its argument.
    Call(Slot, Slot),
    /// An expression that is being evaluated: whoever needs its value needs itself.
    Busy,
    /// What was evaluated failed, and fails again.
    Failed(Failure),
}

/// A linked list of scopes, innermost first.
pub type Scope = Rc<Frame>;

/// One scope.
pub struct Frame {
    /// The scope around.
    pub up: Option<Scope>,
    /// What it holds.
    pub holds: Holds,
}

/// What a scope holds.
pub enum Holds {
    /// Variables. Those of a scope in the making have no slot yet.
    Names(RefCell<BTreeMap<Name, Option<Slot>>>),
    /// The set of a `with`.
    Namespace(Slot),
    /// The sets that `inherit (…)` of one scope takes from, in order.
    Sources(Vec<Slot>),
}

/// Why there is no value.
#[derive(Clone, Debug)]
pub enum Failure {
    /// The program fails.
    Error(Rc<Error>),
    /// The definition does not say, or does not go on: why.
    Outside(Rc<str>),
}

/// An error of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The message. Values that the reference would print in it are left out.
    pub message: Vec<u8>,
    /// Whether `tryEval` makes a value of it.
    pub is_caught: bool,
    /// Whether the message is the program's own, of `throw` or `abort`.
    pub is_own: bool,
}

/// What may fail.
pub type Outcome<T> = Result<T, Failure>;

/// An error of the program, with this message.
pub fn error(message: impl AsRef<[u8]>) -> Failure {
    Failure::Error(Rc::new(Error { message: message.as_ref().to_vec(), is_caught: false, is_own: false }))
}

/// Something that the definition does not cover.
pub fn outside(what: &str) -> Failure {
    Failure::Outside(what.into())
}
