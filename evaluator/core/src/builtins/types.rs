//! Builtins that test for types.

use crate::errors::Failure;
use crate::state::State;
use crate::value::{Type, Value};

builtins! {
    /// The type of a value as a string, such as `"int"` or `"lambda"`.
    "typeOf"(e) [0: Any ""] => plain type_of;
    /// Whether a value is null.
    bare "isNull"(e) [0: Any ""] => plain is_null;
    /// Whether a value is a function.
    "isFunction"(e) [0: Any ""] => plain is_function;
    /// Whether a value is an integer.
    "isInt"(e) [0: Any ""] => plain is_int;
    /// Whether a value is a float.
    "isFloat"(e) [0: Any ""] => plain is_float;
    /// Whether a value is a string.
    "isString"(e) [0: Any ""] => plain is_string;
    /// Whether a value is a boolean.
    "isBool"(e) [0: Any ""] => plain is_bool;
    /// Whether a value is a path.
    "isPath"(e) [0: Any ""] => plain is_path;
    /// Whether a value is a list.
    "isList"(e) [0: Any ""] => plain is_list;
    /// Whether a value is a set.
    "isAttrs"(e) [0: Any ""] => plain is_attrs;
}

fn type_of<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    Ok(state.string(arguments[0].type_of().name().as_bytes()))
}

/// Defines a predicate on the type of the argument.
macro_rules! is_type {
    ($($name:ident $type:ident,)*) => {
        $(fn $name<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
            Ok(Value::Bool(arguments[0].type_of() == Type::$type))
        })*
    };
}

is_type! {
    is_null Null,
    is_function Function,
    is_int Int,
    is_float Float,
    is_string String,
    is_bool Bool,
    is_path Path,
    is_list List,
    is_attrs Attrs,
}
