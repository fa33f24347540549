//! Builtins that match and split strings with regular expressions.

use std::ops::Range;
use std::rc::Rc;

use crate::errors::Failure;
use crate::primop::{Answer, GeneratorContext};
use crate::regex::{Bounds, Groups, Regex};
use crate::source::Pos;
use crate::state::State;
use crate::value::{NixString, Value};

use super::arguments::evaluated_string;
use crate::primop::Arguments;
use crate::primop::{force_string, string_of};

builtins! {
    /// The groups of a regular expression that matches the whole string, as a list of strings and nulls; null where it
    /// does not match.
    "match"(regex, str) [
        0: PlainString "while evaluating the first argument passed to builtins.match"
    ] => generator match_whole, fast match_whole_without_suspending;
    /// The parts of a string between the matches of a regular expression, and between each two of them the groups of
    /// the match, as a list.
    "split"(regex, str) [
        0: PlainString "while evaluating the first argument passed to builtins.split"
    ] => generator split, fast split_without_suspending;
}

fn compiled<'h>(state: &State<'h>, pattern: &[u8]) -> Result<Rc<Regex>, Failure> {
    // It is kept for the whole evaluation.
    let compiled = state.caches.regular_expressions.compiled(pattern, |bytes| state.heap.keep(bytes));
    compiled.map_err(|error| error.into_error(pattern).into())
}

/// A part of a string, without its context.
fn part<'h>(state: &State<'h>, string: &'h NixString<'h>, range: Range<usize>) -> Value<'h> {
    NixString::plain(state.heap, &string.bytes()[range])
}

/// The texts that groups matched; null for groups that took no part.
fn group_values<'h>(state: &State<'h>, string: &'h NixString<'h>, groups: Groups) -> Value<'h> {
    let groups: Vec<_> =
        groups.into_iter().map(|group| group.map_or(Value::Null, |range| part(state, string, range))).collect();
    state.list(&groups)
}

fn match_whole_without_suspending<'h>(
    state: &'h State<'h>,
    arguments: &[Value<'h>],
) -> Option<Result<Value<'h>, Failure>> {
    let string = evaluated_string(arguments[1])?;
    let regex = compiled(state, string_of(arguments[0]).bytes());
    Some(regex.and_then(|regex| matched(state, &regex, string)))
}

/// Why matching was ended.
fn ended(state: &State<'_>) -> Failure {
    match state.limits.check_stop() {
        Err(failure) => failure,
        Ok(()) => state.out_of_heap(),
    }
}

fn matched<'h>(state: &State<'h>, regex: &Regex, string: &'h NixString<'h>) -> Answer<'h> {
    let stop = || state.limits.must_stop();
    let bounds = Bounds { most_bytes: state.heap.left(), stop: &stop };
    let groups = regex.full_match_within(string.bytes(), bounds).map_err(|_| ended(state))?;
    Ok(groups.map_or(Value::Null, |groups| group_values(state, string, groups)))
}

async fn match_whole<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let regex = compiled(machine.state, string_of(arguments[0]).bytes())?;
    let context = "while evaluating the second argument passed to builtins.match";
    let string = force_string(&machine, arguments[1], Pos::NONE, context).await?;
    matched(machine.state, &regex, string)
}

fn split_without_suspending<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Result<Value<'h>, Failure>> {
    let string = evaluated_string(arguments[1])?;
    let regex = compiled(state, string_of(arguments[0]).bytes());
    Some(regex.and_then(|regex| split_parts(state, &regex, string)))
}

fn split_parts<'h>(state: &State<'h>, regex: &Regex, string: &'h NixString<'h>) -> Answer<'h> {
    let mut held = state.heap.hold();
    let stop = || state.limits.must_stop();
    let bounds = Bounds { most_bytes: state.heap.left(), stop: &stop };
    let mut matches = regex.matches_within(string.bytes(), bounds);
    let mut parts = Vec::new();
    let mut end = 0;
    for found in &mut matches {
        state.limits.step()?;
        parts.push(part(state, string, end..found.range.start));
        parts.push(group_values(state, string, found.groups));
        end = found.range.end;
        if parts.len().is_power_of_two() {
            state.hold(&mut held, parts.capacity() * size_of::<Value<'h>>())?;
            state.reserve_slots(parts.len())?;
        }
    }
    if matches.is_exhausted() {
        return Err(ended(state));
    }
    parts.push(match parts.is_empty() {
        // The string itself, and so with its context, which the parts do not have.
        true => fault!(96, Value::String(string), part(state, string, 0..string.bytes().len())),
        false => part(state, string, end..string.bytes().len()),
    });
    Ok(state.list(&parts))
}

async fn split<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let regex = compiled(machine.state, string_of(arguments[0]).bytes())?;
    let context = "while evaluating the second argument passed to builtins.split";
    let string = force_string(&machine, arguments[1], Pos::NONE, context).await?;
    split_parts(machine.state, &regex, string)
}
