//! Lists and functions: mapping, filtering, folding, grouping, generating.

use rustc_hash::FxHashMap;

use super::demand::{self, boolean};
use super::lists::flatten;
use super::{Arguments, Expectation, evaluation_error};
use crate::errors::highlight::hint;
use crate::heap::Symbol;
use crate::heap::symbols::known;
use crate::state::State;
use crate::syntax::source::Pos;
use crate::value::{Attr, Attrs, List, Thunk, Value};
use crate::vm::{Answer, GeneratorContext};

builtins! {
    /// The list of what the function gives for each element; each is computed when it is needed.
    bare "map"(f, list) [
        1: List "while evaluating the second argument passed to builtins.map"
    ] => generator map, fast map_at_once;
    /// The elements for which the function gives true.
    "filter"(f, list) [
        1: List "while evaluating the second argument passed to builtins.filter"
    ] => generator filter, fast filter_nothing;
    /// Combines the elements from the left: the operator is called with what it gave before, first the second argument,
    /// and with the next element.
    "foldl'"(op, nul, list) [
        0: Function "while evaluating the first argument passed to builtins.foldlStrict",
        2: List "while evaluating the third argument passed to builtins.foldlStrict"
    ] => generator fold, fast fold_nothing;
    /// Whether the predicate is true for at least one element.
    "any"(pred, list) [
        0: Function "while evaluating the first argument passed to builtins.any",
        1: List "while evaluating the second argument passed to builtins.any"
    ] => generator any, fast any_of_nothing;
    /// Whether the predicate is true for all elements.
    "all"(pred, list) [
        0: Function "while evaluating the first argument passed to builtins.all",
        1: List "while evaluating the second argument passed to builtins.all"
    ] => generator all, fast all_of_nothing;
    /// The list of what the function gives for 0, 1 and so on, of the given length; each is computed when it is needed.
    "genList"(generator, length) [
        1: Int "while evaluating the second argument passed to builtins.genList"
    ] => generator gen_list, fast gen_list_at_once;
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
    ] => generator concat_map, fast concat_map_nothing;
}

const MAPPED: &str = "while evaluating the first argument passed to builtins.map";

fn map_at_once<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    let list = demand::list(arguments[1]);
    if list.is_empty() {
        return Some(Ok(arguments[1]));
    }
    let function = demand::at_once(state, arguments[0], Expectation::Function, MAPPED)?;
    Some(function.and_then(|function| apply_to_each(state, function, list)))
}

async fn map<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let function = demand::force(&machine, arguments[0], Expectation::Function, MAPPED).await?;
    apply_to_each(machine.state, function, demand::list(arguments[1]))
}

/// What an application that waits to be needed takes, with its place in a list.
const BYTES_PER_APPLICATION: usize = 4 * size_of::<Value<'static>>();

fn apply_to_each<'h>(state: &State<'h>, function: Value<'h>, list: &'h List<'h>) -> Answer<'h> {
    state.reserve(list.len().saturating_mul(BYTES_PER_APPLICATION))?;
    let applied = list.items().iter().map(|item| Value::Thunk(Thunk::applied(state.heap, function, &[*item])));
    Ok(List::from_slice(state.heap, state.heap.collect(applied)))
}

fn filter_nothing<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    demand::list(arguments[1]).is_empty().then_some(Ok(arguments[1]))
}

async fn filter<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let context = "while evaluating the first argument passed to builtins.filter";
    let function = demand::force(&machine, arguments[0], Expectation::Function, context).await?;
    let items = demand::list(arguments[1]).items();
    let mut kept = Vec::new();
    for item in items {
        let context = "while evaluating the return value of the filtering function passed to builtins.filter";
        let answer = machine.call(function, *item).await?;
        if boolean(demand::check(machine.state, answer, Expectation::Bool, context)?) {
            kept.push(*item);
        }
    }
    Ok(if kept.len() == items.len() { arguments[1] } else { machine.state.list(&kept) })
}

fn fold_nothing<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    demand::list(arguments[2]).is_empty().then_some(Ok(arguments[1]))
}

async fn fold<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let [operator, mut so_far, list] = arguments;
    let Some((last, before)) = demand::list(list).items().split_last() else { return machine.force(so_far).await };
    for item in before {
        so_far = match machine.call2(operator, so_far, *item).await? {
            // A new object each time: that decides whether two functions are equal.
            function @ (Value::Closure(_) | Value::Builtin(_) | Value::Partial(_)) => {
                Value::Thunk(Thunk::evaluated(machine.state.heap, function))
            }
            value => value,
        };
    }
    machine.call2(operator, so_far, *last).await
}

fn any_of_nothing<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    demand::list(arguments[1]).is_empty().then_some(Ok(Value::Bool(false)))
}

async fn any<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let context = "while evaluating the return value of the function passed to builtins.any";
    finds(&machine, arguments, true, context).await.map(Value::Bool)
}

fn all_of_nothing<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    demand::list(arguments[1]).is_empty().then_some(Ok(Value::Bool(true)))
}

async fn all<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let context = "while evaluating the return value of the function passed to builtins.all";
    let found = finds(&machine, arguments, false, context).await?;
    Ok(Value::Bool(!found))
}

/// Whether the predicate gives `wanted` for some element. Those after the first such are not looked at.
async fn finds<'h>(
    machine: &GeneratorContext<'h>,
    arguments: Arguments<'h>,
    wanted: bool,
    context: &'static str,
) -> Result<bool, crate::errors::Failure> {
    for item in demand::list(arguments[1]).items() {
        let answer = machine.call(arguments[0], *item).await?;
        if boolean(demand::check(machine.state, answer, Expectation::Bool, context)?) == wanted {
            return Ok(true);
        }
    }
    Ok(false)
}

const GENERATED: &str = "while evaluating the first argument passed to builtins.genList";

/// The length that `genList` was asked for.
fn wanted_length(length: Value<'_>) -> Result<usize, crate::errors::Failure> {
    let Value::Int(length) = length else { unreachable!("checked to be an integer") };
    usize::try_from(length)
        .map_err(|_| evaluation_error(hint("cannot create list of size {}", &[length.to_string().as_bytes()])))
}

fn gen_list_at_once<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    let length = match wanted_length(arguments[1]) {
        Ok(length) => length,
        Err(failure) => return Some(Err(failure)),
    };
    let function = demand::at_once(state, arguments[0], Expectation::Function, GENERATED)?;
    Some(function.and_then(|function| generate(state, function, length)))
}

async fn gen_list<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let length = wanted_length(arguments[1])?;
    let function = demand::force(&machine, arguments[0], Expectation::Function, GENERATED).await?;
    generate(machine.state, function, length)
}

fn generate<'h>(state: &State<'h>, function: Value<'h>, length: usize) -> Answer<'h> {
    state.reserve(length.saturating_mul(BYTES_PER_APPLICATION))?;
    let applied =
        (0..length).map(|index| Value::Thunk(Thunk::applied(state.heap, function, &[Value::Int(index as i64)])));
    Ok(List::from_slice(state.heap, state.heap.collect(applied)))
}

fn partition_nothing<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    demand::list(arguments[1]).is_empty().then(|| Ok(parts(state, &[], &[])))
}

async fn partition<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let context = "while evaluating the return value of the partition function passed to builtins.partition";
    let (mut right, mut wrong) = (Vec::new(), Vec::new());
    for item in demand::list(arguments[1]).items() {
        machine.force(*item).await?;
        let answer = machine.call(arguments[0], *item).await?;
        match boolean(demand::check(machine.state, answer, Expectation::Bool, context)?) {
            true => right.push(*item),
            false => wrong.push(*item),
        }
    }
    Ok(parts(machine.state, &right, &wrong))
}

fn parts<'h>(state: &State<'h>, right: &[Value<'h>], wrong: &[Value<'h>]) -> Value<'h> {
    state.attrs([(known::RIGHT, state.list(right)), (known::WRONG, state.list(wrong))])
}

fn group_nothing<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    demand::list(arguments[1]).is_empty().then(|| Ok(Value::Attrs(Attrs::empty(state.heap))))
}

async fn group_by<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let context = "while evaluating the return value of the grouping function passed to builtins.groupBy";
    let mut numbers: FxHashMap<Symbol, usize> = FxHashMap::default();
    let mut groups: Vec<(Symbol, Vec<Value<'h>>)> = Vec::new();
    for item in demand::list(arguments[1]).items() {
        let answer = machine.call(arguments[0], *item).await?;
        let name = state.intern_string(demand::check(state, answer, Expectation::PlainString, context)?);
        let number = *numbers.entry(name).or_insert_with(|| {
            groups.push((name, Vec::new()));
            groups.len() - 1
        });
        groups[number].1.push(*item);
    }
    let attr = |(name, items): (Symbol, Vec<Value<'h>>)| Attr { name, pos: Pos::NONE, value: state.list(&items) };
    Ok(Value::Attrs(Attrs::from_unsorted(state.heap, groups.into_iter().map(attr).collect())))
}

fn concat_map_nothing<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    demand::list(arguments[1]).is_empty().then(|| Ok(state.list(&[])))
}

async fn concat_map<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let items = demand::list(arguments[1]).items();
    let mut lists = Vec::with_capacity(items.len());
    let mut length = 0;
    for item in items {
        match machine.call(arguments[0], *item).await? {
            Value::List(list) => {
                length += list.len();
                lists.push(list);
            }
            other => {
                // The error names the place of what is no list, or else that of the function.
                let pos = other.determine_pos(arguments[0].determine_pos(Pos::NONE));
                let context = "while evaluating the return value of the function passed to builtins.concatMap";
                return Err(state.type_error("a list", other).while_(pos, context).into());
            }
        }
    }
    Ok(List::from_slice(state.heap, flatten(state, &lists, length)?))
}
