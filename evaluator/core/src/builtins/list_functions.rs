//! Builtins that call functions on lists: map, filter, fold, group and generate.

use rustc_hash::FxHashMap;

use super::demand::{self, boolean};
use super::evaluation_error;
use crate::errors::Failure;
use crate::errors::highlight::hint;
use crate::primop::{Answer, GeneratorContext};
use crate::primop::{Arguments, Expectation};
use crate::source::Pos;
use crate::state::State;
use crate::symbols::Symbol;
use crate::symbols::known;
use crate::value::{Application, Attr, Attrs, List, Value};

builtins! {
    /// The list of what the function gives for each element; each is computed when it is needed.
    bare "map"(f, list) [
        1: List "while evaluating the second argument passed to builtins.map",
        0: Function "while evaluating the first argument passed to builtins.map" unless_empty
    ] => plain map;
    /// The elements for which the function gives true.
    "filter"(f, list) [
        1: List "while evaluating the second argument passed to builtins.filter",
        0: Function "while evaluating the first argument passed to builtins.filter" unless_empty
    ] => each Filter, fast filter_nothing;
    /// Combines the elements from the left: the operator is called with what it gave before, first the second argument,
    /// and with the next element.
    "foldl'"(op, nul, list) [
        0: Function "while evaluating the first argument passed to builtins.foldlStrict",
        2: List "while evaluating the third argument passed to builtins.foldlStrict"
    ] => each Fold, fast fold_nothing;
    /// Whether the predicate is true for at least one element.
    "any"(pred, list) [
        0: Function "while evaluating the first argument passed to builtins.any",
        1: List "while evaluating the second argument passed to builtins.any"
    ] => each Find(true), fast any_of_nothing;
    /// Whether the predicate is true for all elements.
    "all"(pred, list) [
        0: Function "while evaluating the first argument passed to builtins.all",
        1: List "while evaluating the second argument passed to builtins.all"
    ] => each Find(false), fast all_of_nothing;
    /// The list of what the function gives for 0, 1 and so on, of the given length; each is computed when it is needed.
    "genList"(generator, length) [
        1: Int "while evaluating the second argument passed to builtins.genList"
    ] => generator gen_list, fast gen_list_without_suspending;
    /// A set of two lists: `right` has the elements for which the predicate is true, `wrong` has the others.
    "partition"(pred, list) [
        0: Function "while evaluating the first argument passed to builtins.partition",
        1: List "while evaluating the second argument passed to builtins.partition"
    ] => generator partition, fast partition_nothing;
    /// A set of lists: each has the elements for which the function gives its name.
    "groupBy"(f, list) [
        0: Function "while evaluating the first argument passed to builtins.groupBy",
        1: List "while evaluating the second argument passed to builtins.groupBy"
    ] => generator group_by, fast group_nothing;
    /// The elements of the lists that the function gives for each element.
    "concatMap"(f, list) [
        0: Function "while evaluating the first argument passed to builtins.concatMap",
        1: List "while evaluating the second argument passed to builtins.concatMap"
    ] => each Concatenate, fast concat_map_nothing;
}

fn map<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Answer<'h> {
    match demand::list(arguments[1]) {
        list if list.is_empty() => Ok(arguments[1]),
        list => apply_to_each(state, arguments[0], list),
    }
}

/// The memory of a delayed application with its slot in a list.
const BYTES_PER_APPLICATION: usize = 4 * size_of::<Value<'static>>();

fn apply_to_each<'h>(state: &State<'h>, function: Value<'h>, list: &'h List<'h>) -> Answer<'h> {
    state.reserve(list.len().saturating_mul(BYTES_PER_APPLICATION))?;
    let application = Application::new(state.heap, function, 1);
    let applied = list.items().iter().map(|item| Value::Thunk(application.to(state.heap, &[item])));
    state.collect_list(applied)
}

fn filter_nothing<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    demand::list(arguments[1]).is_empty().then_some(Ok(arguments[1]))
}

fn fold_nothing<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    demand::list(arguments[2]).is_empty().then_some(Ok(arguments[1]))
}

fn any_of_nothing<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    demand::list(arguments[1]).is_empty().then_some(Ok(Value::Bool(false)))
}

fn all_of_nothing<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    demand::list(arguments[1]).is_empty().then_some(Ok(Value::Bool(true)))
}

const GENERATED: &str = "while evaluating the first argument passed to builtins.genList";

/// The length that `genList` was asked for.
fn wanted_length(length: Value<'_>) -> Result<usize, Failure> {
    let Value::Int(length) = length else { unreachable!("checked to be an integer") };
    usize::try_from(length)
        .map_err(|_| evaluation_error(hint("cannot create list of size {}", &[length.to_string().as_bytes()])))
}

fn gen_list_without_suspending<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    let length = match wanted_length(arguments[1]) {
        Ok(length) => length,
        Err(failure) => return Some(Err(failure)),
    };
    let function = demand::without_suspending(state, arguments[0], Expectation::Function, GENERATED)?;
    Some(function.and_then(|function| generate(state, function, length)))
}

async fn gen_list<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let length = wanted_length(arguments[1])?;
    let function = demand::force(&machine, arguments[0], Expectation::Function, GENERATED).await?;
    generate(machine.state, function, length)
}

fn generate<'h>(state: &State<'h>, function: Value<'h>, length: usize) -> Answer<'h> {
    state.reserve(length.saturating_mul(BYTES_PER_APPLICATION))?;
    let application = Application::new(state.heap, function, 1);
    let applied = (0..length).map(|index| Value::Thunk(application.to(state.heap, &[Value::Int(index as i64)])));
    state.collect_list(applied)
}

fn partition_nothing<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    demand::list(arguments[1]).is_empty().then(|| parts(state, &[], &[]))
}

async fn partition<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let context = "while evaluating the return value of the partition function passed to builtins.partition";
    let (mut right, mut wrong) = (Vec::new(), Vec::new());
    let mut held = machine.state.heap.hold();
    for item in demand::list(arguments[1]).items() {
        fault!(59, _ = machine.force(item).await?, ());
        let answer = machine.call(arguments[0], item).await?;
        match boolean(demand::check(machine.state, answer, answer, Expectation::Bool, context)?) {
            true => right.push(item),
            false => wrong.push(item),
        }
        machine.state.hold(&mut held, (right.capacity() + wrong.capacity()) * size_of::<Value<'h>>())?;
    }
    machine.state.reserve_slots(right.len() + wrong.len())?;
    parts(machine.state, &right, &wrong)
}

fn parts<'h>(state: &State<'h>, right: &[Value<'h>], wrong: &[Value<'h>]) -> Answer<'h> {
    let parts = [(known::RIGHT, state.copied_list(right)?), (known::WRONG, state.copied_list(wrong)?)];
    Ok(state.attrs(parts))
}

fn group_nothing<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    demand::list(arguments[1]).is_empty().then(|| Ok(Value::Attrs(Attrs::empty(state.heap))))
}

/// The memory of a group while groups are built, besides its elements: its entry in both tables, and spare capacity.
const BYTES_PER_GROUP: usize = 160;

async fn group_by<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let context = "while evaluating the return value of the grouping function passed to builtins.groupBy";
    let mut numbers: FxHashMap<Symbol, usize> = FxHashMap::default();
    let mut groups: Vec<(Symbol, Vec<Value<'h>>)> = Vec::new();
    let mut held = state.heap.hold();
    let mut count = 0;
    for item in demand::list(arguments[1]).items() {
        let answer = machine.call(arguments[0], item).await?;
        let name = state.intern_string(demand::check(state, answer, answer, Expectation::PlainString, context)?);
        let number = *numbers.entry(name).or_insert_with(|| {
            groups.push((name, Vec::new()));
            groups.len() - 1
        });
        groups[number].1.push(item);
        count += 1;
        state.hold(&mut held, count * 2 * size_of::<Value<'h>>() + groups.len() * BYTES_PER_GROUP)?;
    }
    state.reserve_slots(count)?;
    let attr = |(name, items): (Symbol, Vec<Value<'h>>)| {
        state.limits.step()?;
        Ok(Attr::new(state.heap, name, Pos::NONE, state.copied_list(&items)?))
    };
    let attrs = groups.into_iter().map(attr).collect::<Result<_, Failure>>()?;
    Ok(Value::Attrs(Attrs::from_unsorted(state.heap, attrs)))
}

fn concat_map_nothing<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    demand::list(arguments[1]).is_empty().then(|| Ok(state.list(&[])))
}
