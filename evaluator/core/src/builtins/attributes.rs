//! Builtins that read attribute sets: names, values, look-up, and positions of definitions.

use super::{alphabetical, demand};
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind, Failure};
use crate::primop::Answer;
use crate::primop::{Implementation, Primop};
use crate::source::{Place, Pos};
use crate::state::State;
use crate::symbols::Symbol;
use crate::value::{Attr, Attrs, List, Value};

builtins! {
    /// The names of the attributes, in alphabetical order.
    "attrNames"(set) [0: Attrs "while evaluating the argument passed to builtins.attrNames"] => plain attr_names;
    /// The values of the attributes, in the alphabetical order of their names.
    "attrValues"(set) [0: Attrs "while evaluating the argument passed to builtins.attrValues"] => plain attr_values;
    /// The value of the attribute with the name.
    "getAttr"(s, set) [
        0: PlainString "while evaluating the first argument passed to builtins.getAttr",
        1: Attrs "while evaluating the second argument passed to builtins.getAttr"
    ] => plain get_attr;
    /// Whether the set has an attribute with the name.
    "hasAttr"(s, set) [
        0: PlainString "while evaluating the first argument passed to builtins.hasAttr",
        1: Attrs "while evaluating the second argument passed to builtins.hasAttr"
    ] => plain has_attr;
    /// Where the attribute with the name was defined: a set of `file`, `line` and `column`, or null.
    "unsafeGetAttrPos"(s, set) [
        0: PlainString "while evaluating the first argument passed to builtins.unsafeGetAttrPos",
        1: Attrs "while evaluating the second argument passed to builtins.unsafeGetAttrPos"
    ] => plain unsafe_get_attr_pos;
    /// The names in the pattern of a function's argument; the value of each is whether it has a default.
    "functionArgs"(f) [0: Any ""] => plain function_args;
}

fn attr_names<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Answer<'h> {
    let attrs = demand::attrs(arguments[0]).sorted(state.heap);
    state.reserve_slots(attrs.len().saturating_mul(2))?;
    let order = alphabetical::order(attrs.iter().map(|attr| state.symbols.name(attr.name)));
    let other = |index: u32| fault!(82, index as usize, attrs.len() - 1 - index as usize);
    let names = order.map(|index| state.name_value(attrs[other(index)].name));
    Ok(List::collect(state.heap, names))
}

fn attr_values<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Answer<'h> {
    let attrs = demand::attrs(arguments[0]).sorted(state.heap);
    state.reserve_slots(attrs.len())?;
    let order = alphabetical::order(attrs.iter().map(|attr| state.symbols.name(attr.name)));
    let values = order.map(|index| attrs[index as usize].value());
    Ok(List::collect(state.heap, values))
}

/// The attribute of a set that a builtin needs.
///
/// # Errors
/// There is none; without the suggestions that `.` makes.
pub(super) fn required<'h>(
    state: &State<'h>,
    attrs: &Attrs<'h>,
    name: Symbol,
    context: &'static str,
) -> Result<&'h Attr<'h>, Failure> {
    attrs.get(name).ok_or_else(|| {
        let message = hint("attribute '{}' missing", &[&state.printed_name(name)]);
        Error::new(ErrorKind::MissingAttribute, message).while_(Pos::NONE, context).into()
    })
}

fn get_attr<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Answer<'h> {
    let name = state.intern_string(arguments[0]);
    let attr = required(state, demand::attrs(arguments[1]), name, "in the attribute set under consideration")?;
    Ok(attr.value())
}

fn has_attr<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Answer<'h> {
    let name = state.intern_string(arguments[0]);
    Ok(Value::Bool(demand::attrs(arguments[1]).get(name).is_some()))
}

fn unsafe_get_attr_pos<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Answer<'h> {
    let name = state.intern_string(arguments[0]);
    let attr = demand::attrs(arguments[1]).get(name);
    Ok(attr.map_or(Value::Null, |attr| state.position_value(attr.pos)))
}

/// Not in the table, because only thunks of positions call these two.
pub(super) static LINE_OF_POSITION: Primop =
    position_accessor(|state, arguments| count(state, arguments, |place| place.line));
pub(super) static COLUMN_OF_POSITION: Primop =
    position_accessor(|state, arguments| count(state, arguments, |place| place.column));

const fn position_accessor(run: for<'h> fn(&'h State<'h>, &[Value<'h>]) -> Answer<'h>) -> Primop {
    Primop {
        name: "",
        is_bare: false,
        arguments: &["position"],
        strict: &[],
        implementation: Implementation::Plain(run),
        feature: None,
        adds_trace: false,
        documentation: "",
    }
}

fn count<'h>(state: &State<'h>, arguments: &[Value<'h>], which: fn(&Place) -> usize) -> Answer<'h> {
    let Value::Int(number) = arguments[0] else { unreachable!("applied to the number of a position") };
    let place = u32::try_from(number).ok().and_then(|number| state.sources.place(Pos::from_number(number)));
    Ok(Value::Int(place.map_or(0, |place| which(&place) as i64)))
}

fn function_args<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Answer<'h> {
    let function = arguments[0];
    if !matches!(function, Value::Closure(_) | Value::Builtin(_) | Value::Partial(_)) {
        return Err(Failure::from(Error::new(ErrorKind::Type, "'functionArgs' requires a function")));
    }
    let formals = function.next_formals().map_or(&[][..], |formals| formals.formals);
    let attrs =
        formals.iter().map(|formal| Attr::new(state.heap, formal.name, formal.pos, Value::Bool(formal.has_default)));
    Ok(Value::Attrs(Attrs::collect(state.heap, attrs, Pos::NONE)))
}
