//! The values that a program computes with.
//!
//! A [`Value`] takes 16 bytes and is `Copy`. Numbers, booleans and null are stored inside it; everything else is a
//! reference into the arena. Of what a program can see, only thunks change, and every cycle passes through a thunk.
//! Closures, sets and strings have cells too, in which they cache what was found out about them.
//!
//! A slot (of a list, an attribute set, a frame, a closure) holds any value. *Forcing* a slot gives a value in weak
//! head normal form: anything but [`Value::Thunk`] and [`Value::LazyClosure`].

pub mod attrs;
mod builtin;
pub mod bytecode;
pub mod closure;
mod globals;
pub mod list;
mod packed;
#[cfg(feature = "signals")]
pub(crate) mod signals;
pub mod speculative;
pub mod string;
pub mod thunk;

use crate::bytecode::{Chunk, FormalsSpec};
use crate::source::Pos;
pub use attrs::{Attr, Attrs};
pub use builtin::Builtin;
pub use closure::{Closure, Partial, WithScope};
pub use globals::Globals;
pub use list::{Items, List};
pub use packed::Packed;
pub use speculative::{Site, SpeculationSites, SpeculativeInt};
pub use string::{Context, NixString, StringParts};
pub use thunk::{Application, Delayed, Thunk, ThunkState, Update};

/// A value, or a slot that is not evaluated yet.
#[derive(Clone, Copy)]
#[repr(u64)]
pub enum Value<'h> {
    /// `null`
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// A string with its context.
    String(&'h NixString<'h>),
    /// A path, absolute and canonical.
    Path(&'h &'h [u8]),
    /// A list.
    List(&'h List<'h>),
    /// An attribute set.
    Attrs(&'h Attrs<'h>),
    /// A function of the program.
    Closure(&'h Closure<'h>),
    /// A builtin.
    Builtin(&'h Builtin),
    /// A partial application: a function with some of its arguments.
    Partial(&'h Partial<'h>),
    /// Never seen by a program: the namespaces that `with` brought into scope, innermost first.
    WithScope(&'h WithScope<'h>),
    /// Never seen by a program: a formal for which no argument was passed, or a slot not yet filled.
    Missing,
    /// Never seen by a program: the first operand of a concatenation that was coerced to a string.
    Coerced(&'h NixString<'h>),
    /// A closure in a slot where the reference keeps a thunk of a lambda. Forcing it marks the closure, so that
    /// non-strict printing can tell whether anything has looked at it.
    LazyClosure(&'h Closure<'h>),
    /// A speculative integer, in a slot where the reference keeps a thunk. It is only ever in one slot of the machine's
    /// stack: whatever copies the slot puts it into a thunk first.
    Speculative(SpeculativeInt),
    /// A computation that runs at most once.
    Thunk(&'h Thunk<'h>),
}

/// The types that a program can tell apart, and unevaluated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    /// Not yet evaluated.
    Thunk,
    /// `int`
    Int,
    /// `float`
    Float,
    /// `bool`
    Bool,
    /// `string`
    String,
    /// `path`
    Path,
    /// `null`
    Null,
    /// `set`
    Attrs,
    /// `list`
    List,
    /// `lambda`
    Function,
}

impl<'h> Value<'h> {
    /// The value of the slot, if it needs no evaluation. This looks through an evaluated thunk.
    #[inline(always)]
    pub fn forced(self) -> Option<Value<'h>> {
        match self {
            Value::Thunk(thunk) => match thunk.state() {
                ThunkState::Evaluated(value) => Some(value),
                _ => self.forced_with_a_mark(),
            },
            Value::Speculative(_) | Value::LazyClosure(_) => self.forced_with_a_mark(),
            value => Some(value),
        }
    }

    /// The slow path of [`Value::forced`].
    #[inline(never)]
    fn forced_with_a_mark(self) -> Option<Value<'h>> {
        match self {
            Value::Thunk(thunk) => match thunk.state() {
                ThunkState::Lambda(closure) => Some(thunk.look(closure)),
                ThunkState::Forward(other) => Value::Thunk(other.end()).forced(),
                _ => None,
            },
            Value::LazyClosure(closure) => {
                closure.mark_forced();
                Some(Value::Closure(closure))
            }
            _ => None,
        }
    }

    /// The value of the slot, if something has evaluated it already, or if it needs neither evaluation nor a mark.
    #[inline(always)]
    pub fn at_hand(self) -> Option<Value<'h>> {
        match self {
            Value::Thunk(thunk) => match thunk.state() {
                ThunkState::Evaluated(value) => Some(value),
                _ => None,
            },
            Value::LazyClosure(_) | Value::Speculative(_) => None,
            value => Some(value),
        }
    }

    /// Like [`Value::forced`], but sets no mark: for printing and for asking a type.
    pub fn peek(self) -> Option<Value<'h>> {
        match self {
            Value::Thunk(thunk) => match thunk.state() {
                ThunkState::Evaluated(value) => Some(value),
                ThunkState::Forward(other) => Value::Thunk(other.end()).peek(),
                _ => None,
            },
            Value::LazyClosure(closure) => closure.is_forced().then_some(Value::Closure(closure)),
            Value::Speculative(_) => None,
            value => Some(value),
        }
    }

    /// Whether the slot is the variable `derivation` before its first use. The reference has it evaluated from the
    /// start.
    pub fn is_unloaded_derivation(self) -> bool {
        match self {
            Value::Thunk(thunk) if let ThunkState::Applied(delayed) = thunk.state() => {
                matches!(delayed.function(), Value::Builtin(builtin) if builtin.loads_derivation)
            }
            _ => false,
        }
    }

    /// Whether the slot is being evaluated right now.
    pub fn is_blackhole(self) -> bool {
        matches!(self, Value::Thunk(thunk) if matches!(thunk.end().state(), ThunkState::Blackhole))
    }

    /// The type, without evaluating anything.
    pub fn type_of(self) -> Type {
        match self.peek() {
            None => Type::Thunk,
            Some(value) => match value {
                Value::Null => Type::Null,
                Value::Bool(_) => Type::Bool,
                Value::Int(_) => Type::Int,
                Value::Float(_) => Type::Float,
                Value::String(_) => Type::String,
                Value::Path(_) => Type::Path,
                Value::List(_) => Type::List,
                Value::Attrs(_) => Type::Attrs,
                Value::Closure(_) | Value::Builtin(_) | Value::Partial(_) => Type::Function,
                Value::Coerced(_) => Type::String,
                Value::WithScope(_)
                | Value::Missing
                | Value::LazyClosure(_)
                | Value::Speculative(_)
                | Value::Thunk(_) => Type::Thunk,
            },
        }
    }

    /// Whether two slots are the same object where the reference compares addresses. A program can see this only for
    /// slots that can hold functions.
    pub fn is_same_slot(self, other: Value<'h>) -> bool {
        match (self, other) {
            (Value::Thunk(a), Value::Thunk(b)) => std::ptr::eq(a, b),
            (Value::LazyClosure(a), Value::LazyClosure(b)) => std::ptr::eq(a, b),
            (Value::Closure(a), Value::Closure(b)) => std::ptr::eq(a, b),
            (Value::Builtin(a), Value::Builtin(b)) => std::ptr::eq(a, b),
            (Value::Partial(a), Value::Partial(b)) => std::ptr::eq(a, b),
            (Value::Attrs(a), Value::Attrs(b)) => std::ptr::eq(a, b),
            (Value::List(a), Value::List(b)) => std::ptr::eq(a, b),
            _ => false,
        }
    }

    /// The position of a function's lambda; of a partial application, that of the lambda that takes the next argument.
    /// Builtins have none.
    pub fn lambda_pos(self) -> Pos {
        let given = match self {
            Value::Partial(partial) => partial.arguments.len(),
            _ => 0,
        };
        let parameters = self.lambda_chunk().map_or(&[][..], |chunk| chunk.parameters());
        parameters.get(given).map_or(Pos::NONE, |parameter| parameter.pos)
    }

    /// The position of an evaluated set or function, or of the function of a delayed application; `otherwise` for all
    /// else (the reference's `determinePos`). A set that was not written in a source has no position.
    pub fn determine_pos(self, otherwise: Pos) -> Pos {
        let mut slot = self;
        loop {
            slot = match (slot.peek(), slot) {
                (Some(Value::Attrs(attrs)), _) => return attrs.pos(),
                (Some(value), _) => return value.lambda_pos().or(otherwise),
                (None, Value::Thunk(thunk)) => match thunk.state() {
                    ThunkState::Applied(delayed) => delayed.function(),
                    _ => return otherwise,
                },
                (None, _) => return otherwise,
            };
        }
    }

    /// How many more arguments a function takes before its body runs; none for what is no function.
    pub fn arguments_wanted(self) -> usize {
        match self {
            Value::Closure(closure) => closure.chunk().arity(),
            Value::Builtin(builtin) => builtin.arity(),
            Value::Partial(partial) => partial.function.arguments_wanted() - partial.arguments.len(),
            _ => 0,
        }
    }

    /// The pattern of a function's next argument, if it has one.
    pub fn next_formals(self) -> Option<&'h FormalsSpec<'h>> {
        let given = match self {
            Value::Partial(partial) => partial.arguments.len(),
            _ => 0,
        };
        let chunk = self.lambda_chunk()?;
        if given + 1 == chunk.arity() { chunk.formals() } else { None }
    }

    /// The chunk of a function's innermost lambda; none for builtins.
    pub fn lambda_chunk(self) -> Option<&'h Chunk<'h>> {
        match self {
            Value::Closure(closure) => Some(closure.chunk()),
            Value::Partial(partial) => partial.function.lambda_chunk(),
            _ => None,
        }
    }
}

impl Type {
    /// The type with its article, as error messages name it.
    pub const fn with_article(self) -> &'static str {
        match self {
            Type::Thunk => "a thunk",
            Type::Int => "an integer",
            Type::Float => "a float",
            Type::Bool => "a Boolean",
            Type::String => "a string",
            Type::Path => "a path",
            Type::Null => "null",
            Type::Attrs => "a set",
            Type::List => "a list",
            Type::Function => "a function",
        }
    }

    /// The type as `builtins.typeOf` names it.
    pub const fn name(self) -> &'static str {
        match self {
            Type::Thunk => "thunk",
            Type::Int => "int",
            Type::Float => "float",
            Type::Bool => "bool",
            Type::String => "string",
            Type::Path => "path",
            Type::Null => "null",
            Type::Attrs => "set",
            Type::List => "list",
            Type::Function => "lambda",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_sixteen_bytes() {
        assert_eq!(size_of::<Value<'static>>(), 16);
        assert_eq!(size_of::<ThunkState<'static>>(), 16);
        assert_eq!(size_of::<Option<Value<'static>>>(), 16);
        assert_eq!(size_of::<Result<Value<'static>, crate::errors::Failure>>(), 16);
        assert_eq!(size_of::<Thunk<'static>>(), 8, "slots follow the header");
        assert_eq!(size_of::<Attr<'static>>(), 16);
        assert_eq!(size_of::<Attrs<'static>>(), 8, "attributes follow the header");
    }
}
