//! Forces a slot and checks its type while a builtin is running, with a line of trace.
//!
//! Strictness rules cover arguments that a builtin always needs. This module covers what it needs only sometimes, or
//! only after it has looked at something else. Functions named `…without_suspending` are for fast paths: they succeed
//! only where nothing must be evaluated. The others are for generators, which ask the machine.

use crate::errors::Failure;
use crate::primop::{Answer, GeneratorContext};
use crate::primop::{Expectation, Strictness};
use crate::state::State;
use crate::value::{Attrs, Items, List, Value};

const fn rule(expectation: Expectation, context: &'static str) -> Strictness {
    Strictness { argument: 0, expectation, context, unless_empty: false }
}

/// Checks an evaluated value, which `slot` held; gives it back.
///
/// # Errors
/// A wrong type, with the context.
#[inline]
pub(super) fn check<'h>(
    state: &State<'h>,
    value: Value<'h>,
    slot: Value<'h>,
    expectation: Expectation,
    context: &'static str,
) -> Answer<'h> {
    rule(expectation, context).check(value, slot, state).map(|()| value)
}

/// The checked value of a slot that needs no evaluation; `None` if it needs some.
#[inline]
pub(super) fn without_suspending<'h>(
    state: &State<'h>,
    slot: Value<'h>,
    expectation: Expectation,
    context: &'static str,
) -> Option<Answer<'h>> {
    slot.forced().map(|value| check(state, value, slot, expectation, context))
}

/// The checked value of a slot.
///
/// # Errors
/// What forcing gives, with the context where the reference adds it; or a wrong type, always with the context.
pub(super) async fn force<'h>(
    machine: &GeneratorContext<'h>,
    slot: Value<'h>,
    expectation: Expectation,
    context: &'static str,
) -> Answer<'h> {
    match machine.force(slot).await {
        Ok(value) => check(machine.state, value, slot, expectation, context),
        Err(failure) => {
            rule(expectation, context).trace_forcing(&failure);
            Err(failure)
        }
    }
}

/// Shows the checked value of each slot to `visit`, if none needs evaluation.
pub(super) fn each_without_suspending<'h>(
    state: &State<'h>,
    slots: Items<'h>,
    expectation: Expectation,
    context: &'static str,
    mut visit: impl FnMut(Value<'h>),
) -> Option<Result<(), Failure>> {
    for slot in slots {
        let checked = without_suspending(state, slot, expectation, context)?;
        match checked.and_then(|value| state.limits.step().map(|()| value)) {
            Ok(value) => visit(value),
            Err(failure) => return Some(Err(failure)),
        }
    }
    Some(Ok(()))
}

/// Shows the checked value of each slot to `visit`, before the next one is forced.
pub(super) async fn each<'h>(
    machine: &GeneratorContext<'h>,
    slots: Items<'h>,
    expectation: Expectation,
    context: &'static str,
    mut visit: impl FnMut(Value<'h>),
) -> Result<(), Failure> {
    for slot in slots {
        machine.state.limits.step()?;
        visit(force(machine, slot, expectation, context).await?);
    }
    Ok(())
}

/// The list in a value that was checked to be one.
#[inline]
pub(super) fn list<'h>(value: Value<'h>) -> &'h List<'h> {
    match value {
        Value::List(list) => list,
        _ => unreachable!("checked to be a list"),
    }
}

/// The set in a value that was checked to be one.
#[inline]
pub(super) fn attrs<'h>(value: Value<'h>) -> &'h Attrs<'h> {
    match value {
        Value::Attrs(attrs) => attrs,
        _ => unreachable!("checked to be a set"),
    }
}

/// The boolean in a value that was checked to be one.
#[inline]
pub(super) fn boolean(value: Value<'_>) -> bool {
    match value {
        Value::Bool(value) => value,
        _ => unreachable!("checked to be a boolean"),
    }
}
