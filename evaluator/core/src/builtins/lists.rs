//! Builtins on lists that call no function of the program: length, elements, parts and concatenation.

use super::demand;
use super::evaluation_error;
use crate::compare;
use crate::errors::Failure;
use crate::errors::highlight::hint;
use crate::primop::{Answer, GeneratorContext};
use crate::primop::{Arguments, Expectation};
use crate::state::State;
use crate::value::{List, Value};

builtins! {
    /// The element of the list at the index, from 0.
    "elemAt"(xs, n) [
        1: Int "while evaluating the second argument passed to 'builtins.elemAt'",
        0: List "while evaluating the first argument passed to 'builtins.elemAt'"
    ] => plain elem_at;
    /// The first element of the list.
    "head"(list) [0: List "while evaluating the first argument passed to 'builtins.head'"] => plain head;
    /// The list without its first element.
    "tail"(list) [0: List "while evaluating the first argument passed to 'builtins.tail'"] => plain tail;
    /// How many elements the list has.
    "length"(e) [0: List "while evaluating the first argument passed to builtins.length"] => plain length;
    /// Whether a value equal to the first argument is in the list.
    "elem"(x, xs) [
        1: List "while evaluating the second argument passed to builtins.elem"
    ] => generator elem, fast elem_without_suspending;
    /// The elements of all the lists in the list.
    "concatLists"(lists) [
        0: List "while evaluating the first argument passed to builtins.concatLists"
    ] => generator concat_lists, fast concat_lists_without_suspending;
}

fn elem_at<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Answer<'h> {
    let Value::Int(index) = arguments[1] else { unreachable!("checked to be an integer") };
    let list = demand::list(arguments[0]);
    let element = usize::try_from(index).ok().and_then(|index| list.items().get(index));
    element.ok_or_else(|| {
        let words = "'builtins.elemAt' called with index {} on a list of size {}";
        evaluation_error(hint(words, &[index.to_string().as_bytes(), list.len().to_string().as_bytes()]))
    })
}

fn head<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Answer<'h> {
    let first = demand::list(arguments[0]).items().get(0);
    first.ok_or_else(|| evaluation_error("'builtins.head' called on an empty list"))
}

fn tail<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Answer<'h> {
    match demand::list(arguments[0]).items().split_first() {
        Some((_, rest)) => Ok(List::of(state.heap, rest)),
        None => Err(evaluation_error("'builtins.tail' called on an empty list")),
    }
}

fn length<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Answer<'h> {
    Ok(Value::Int(demand::list(arguments[0]).len() as i64))
}

fn elem_without_suspending<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    let items = demand::list(arguments[1]).items();
    let mut found = false;
    if !items.is_empty() {
        let wanted = arguments[0].forced()?;
        for item in items {
            if let Err(failure) = state.limits.step() {
                return Some(Err(failure));
            }
            let value = item.forced()?;
            if fault!(70, arguments[0].is_same_slot(item), false) || compare::equal_without_suspending(wanted, value)? {
                found = true;
                break;
            }
        }
    }
    Some(Ok(Value::Bool(found)))
}

async fn elem<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    for item in demand::list(arguments[1]).items() {
        if compare::equal(&machine, arguments[0], item, true).await? {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

const CONCATENATED: &str = "while evaluating a value of the list passed to builtins.concatLists";

fn concat_lists_without_suspending<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    let slots = demand::list(arguments[0]).items();
    let mut lists = Vec::with_capacity(slots.len());
    let checked = demand::each_without_suspending(state, slots, Expectation::List, CONCATENATED, |value| {
        lists.push(demand::list(value))
    })?;
    Some(checked.and_then(|()| concatenate(state, &lists)))
}

async fn concat_lists<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let slots = demand::list(arguments[0]).items();
    let mut lists = Vec::with_capacity(slots.len());
    demand::each(&machine, slots, Expectation::List, CONCATENATED, |value| lists.push(demand::list(value))).await?;
    concatenate(machine.state, &lists)
}

/// One list of the elements of all `lists`; a list itself if the others are empty.
pub(super) fn concatenate<'h>(state: &State<'h>, lists: &[&'h List<'h>]) -> Result<Value<'h>, Failure> {
    state.count_list_concat();
    let length: usize = lists.iter().map(|list| list.len()).sum();
    if let Some(only) = lists
        .iter()
        .find(|list| !list.is_empty() && fault!(86, list.len() == length, list.len() == length || lists.len() > 3))
    {
        return Ok(Value::List(only));
    }
    Ok(List::of(state.heap, state.concatenated(lists, length)?))
}
