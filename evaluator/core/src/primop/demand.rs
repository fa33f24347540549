//! Forces a slot and checks its type while a builtin is running, with the errors of the reference's `forceString` and
//! similar functions. Arguments that a builtin needs before it starts are strictness rules of its declaration.

use super::{Expectation, GeneratorContext, check_value};
use crate::errors::{ErrorKind, Failure};
use crate::source::Pos;
use crate::state::State;
use crate::value::{NixString, Value};

/// Forces a slot and checks its type.
///
/// # Errors
/// Forcing fails, or the type is wrong. `context` becomes a line of trace at `pos`. As in the reference's `forceList`
/// and `forceAttrs`, lists and sets get it only if the type is wrong.
pub async fn force_as<'h>(
    machine: &GeneratorContext<'h>,
    slot: Value<'h>,
    expectation: Expectation,
    pos: Pos,
    context: &'static str,
) -> Result<Value<'h>, Failure> {
    let value = match machine.force_at(slot, pos).await {
        Ok(value) => value,
        Err(failure) if is_quiet(expectation) => return Err(failure),
        Err(failure) => return Err(with_context(failure, pos, context)),
    };
    check_as(machine.state, value, slot, expectation, pos, context).map(|()| value)
}

/// Checks the type of an evaluated value, which `slot` held.
///
/// # Errors
/// The type is wrong. `context` becomes a line of trace at `pos`, which is also the position of an error about the type
/// itself, other than of lists and sets.
pub(crate) fn check_as<'h>(
    state: &State<'h>,
    value: Value<'h>,
    slot: Value<'h>,
    expectation: Expectation,
    pos: Pos,
    context: &'static str,
) -> Result<(), Failure> {
    check_value(state, value, slot, expectation).map_err(|failure| {
        if !is_quiet(expectation) && failure.kind() == ErrorKind::Type {
            failure.set_pos_if_none(pos);
        }
        with_context(failure, pos, context)
    })
}

/// Whether the reference's function for it gives its line of trace to a wrong type only.
fn is_quiet(expectation: Expectation) -> bool {
    matches!(expectation, Expectation::Any | Expectation::List | Expectation::Attrs)
}

/// Adds a line of trace to a failure; an empty text adds none.
fn with_context(failure: Failure, pos: Pos, context: &'static str) -> Failure {
    if context.is_empty() { failure } else { failure.while_(pos, context) }
}

/// Like [`force_as`] for a boolean.
pub(crate) async fn force_bool<'h>(
    machine: &GeneratorContext<'h>,
    slot: Value<'h>,
    pos: Pos,
    context: &'static str,
) -> Result<bool, Failure> {
    Ok(matches!(force_as(machine, slot, Expectation::Bool, pos, context).await?, Value::Bool(true)))
}

/// Like [`force_as`] for a string of any context.
pub(crate) async fn force_string<'h>(
    machine: &GeneratorContext<'h>,
    slot: Value<'h>,
    pos: Pos,
    context: &'static str,
) -> Result<&'h NixString<'h>, Failure> {
    Ok(string_of(force_as(machine, slot, Expectation::String, pos, context).await?))
}

/// Like [`force_as`], for the bytes of a string without context.
pub async fn force_plain_string<'h>(
    machine: &GeneratorContext<'h>,
    slot: Value<'h>,
    pos: Pos,
    context: &'static str,
) -> Result<&'h [u8], Failure> {
    Ok(string_of(force_as(machine, slot, Expectation::PlainString, pos, context).await?).bytes())
}

/// The string that rules have made sure of.
pub(crate) fn string_of<'h>(value: Value<'h>) -> &'h NixString<'h> {
    match value {
        Value::String(string) => string,
        _ => unreachable!("checked to be a string"),
    }
}
