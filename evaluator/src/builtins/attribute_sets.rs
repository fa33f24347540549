//! Attribute sets made from lists, from other sets, and by applying functions.

use rustc_hash::FxHashMap;

use super::attributes::required;
use super::demand::{self, name_value};
use super::{Arguments, Expectation};
use crate::errors::Failure;
use crate::heap::Symbol;
use crate::heap::symbols::known;
use crate::state::State;
use crate::syntax::source::Pos;
use crate::value::{Attr, Attrs, Thunk, Value};
use crate::vm::{Answer, GeneratorContext};

builtins! {
    /// The set without the attributes whose names are in the list.
    bare "removeAttrs"(set, list) [
        0: Attrs "while evaluating the first argument passed to builtins.removeAttrs",
        1: List "while evaluating the second argument passed to builtins.removeAttrs"
    ] => generator remove_attrs, fast remove_attrs_at_once;
    /// The set of the attributes that a list of sets of `name` and `value` describes; of several with the same name
    /// the first counts.
    "listToAttrs"(e) [
        0: List "while evaluating the argument passed to builtins.listToAttrs"
    ] => generator list_to_attrs, fast list_to_attrs_at_once;
    /// The attributes of the second set whose names the first one has too.
    "intersectAttrs"(e1, e2) [
        0: Attrs "while evaluating the first argument passed to builtins.intersectAttrs",
        1: Attrs "while evaluating the second argument passed to builtins.intersectAttrs"
    ] => plain intersect_attrs;
    /// The values of the attributes with the name, of those sets in the list that have one.
    "catAttrs"(attr, list) [
        0: PlainString "while evaluating the first argument passed to builtins.catAttrs"
    ] => generator cat_attrs, fast cat_attrs_at_once;
    /// The set in which each value is what the function gives for name and value; each is computed when it is needed.
    "mapAttrs"(f, attrset) [
        1: Attrs "while evaluating the second argument passed to builtins.mapAttrs"
    ] => plain map_attrs;
    /// The set of all names in a list of sets, in which each value is what the function gives for the name and the list
    /// of its values; each is computed when it is needed.
    "zipAttrsWith"(f, list) [
        0: Function "while evaluating the first argument passed to builtins.zipAttrsWith",
        1: List "while evaluating the second argument passed to builtins.zipAttrsWith"
    ] => generator zip_attrs_with, fast zip_attrs_with_at_once;
}

const REMOVED: &str = "while evaluating the values of the second argument passed to builtins.removeAttrs";

fn remove_attrs_at_once<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    let slots = demand::list(arguments[1]).items();
    let mut names = Vec::with_capacity(slots.len());
    let checked = demand::each_at_once(state, slots, Expectation::PlainString, REMOVED, |name| {
        names.push(state.intern_string(name));
    })?;
    Some(checked.map(|()| without(state, arguments[0], names)))
}

async fn remove_attrs<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let slots = demand::list(arguments[1]).items();
    let mut names = Vec::with_capacity(slots.len());
    let remember = |name| names.push(state.intern_string(name));
    demand::each(&machine, slots, Expectation::PlainString, REMOVED, remember).await?;
    Ok(without(state, arguments[0], names))
}

fn without<'h>(state: &State<'h>, set: Value<'h>, mut names: Vec<Symbol>) -> Value<'h> {
    let attrs = demand::attrs(set).sorted(state.heap);
    names.sort_unstable();
    names.dedup();
    let mut kept = Vec::with_capacity(attrs.len());
    let mut from = 0;
    for name in names {
        let here = from + attrs[from..].partition_point(|attr| attr.name < name);
        kept.extend_from_slice(&attrs[from..here]);
        from = here + usize::from(attrs.get(here).is_some_and(|attr| attr.name == name));
    }
    let kept = match from {
        0 => attrs,
        _ => {
            kept.extend_from_slice(&attrs[from..]);
            state.heap.copy_slice(&kept)
        }
    };
    if kept.is_empty() && !attrs.is_empty() {
        return Value::Attrs(Attrs::emptied(state.heap, Pos::NONE));
    }
    Value::Attrs(Attrs::from_sorted(state.heap, kept, Pos::NONE))
}

const PAIR: &str = "while evaluating an element of the list passed to builtins.listToAttrs";
const PAIR_NAME: &str =
    "while evaluating the `name` attribute of an element of the list passed to builtins.listToAttrs";
const PAIR_ATTRIBUTE: &str = "in a {name=...; value=...;} pair";

fn list_to_attrs_at_once<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    let slots = demand::list(arguments[0]).items();
    let mut pairs = Vec::with_capacity(slots.len());
    for slot in slots {
        let pair = demand::at_once(state, *slot, Expectation::Attrs, PAIR)?;
        let attr = match pair.and_then(|pair| required(state, demand::attrs(pair), known::NAME, PAIR_ATTRIBUTE)) {
            Ok(attr) => attr,
            Err(failure) => return Some(Err(failure)),
        };
        match pair_name(state, attr.value.forced()?, attr.pos) {
            Ok(name) => pairs.push((name, *slot)),
            Err(failure) => return Some(Err(failure)),
        }
    }
    Some(from_pairs(state, pairs))
}

async fn list_to_attrs<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let slots = demand::list(arguments[0]).items();
    let mut pairs = Vec::with_capacity(slots.len());
    for slot in slots {
        let pair = demand::attrs(demand::force(&machine, *slot, Expectation::Attrs, PAIR).await?);
        let attr = required(state, pair, known::NAME, PAIR_ATTRIBUTE)?;
        let name =
            machine.force_at(attr.value, attr.pos).await.map_err(|failure| failure.while_(attr.pos, PAIR_NAME))?;
        pairs.push((pair_name(state, name, attr.pos)?, *slot));
    }
    from_pairs(state, pairs)
}

/// The symbol that the name of a pair, defined at `pos`, stands for.
fn pair_name<'h>(state: &State<'h>, name: Value<'h>, pos: Pos) -> Result<Symbol, Failure> {
    match name {
        Value::String(_) => match state.expect_plain_string(name) {
            Ok(bytes) => Ok(state.symbols.intern(bytes)),
            Err(failure) => Err(failure.while_(pos, PAIR_NAME)),
        },
        other => Err(state.type_error("a string", other).at(pos).while_(pos, PAIR_NAME).into()),
    }
}

/// The set that evaluated pairs describe. Only the first pair of a name need have a value.
fn from_pairs<'h>(state: &State<'h>, mut pairs: Vec<(Symbol, Value<'h>)>) -> Answer<'h> {
    pairs.sort_by_key(|(name, _)| *name);
    let mut attrs: Vec<Attr<'h>> = Vec::with_capacity(pairs.len());
    for (name, slot) in pairs {
        if attrs.last().is_some_and(|last| last.name == name) {
            continue;
        }
        let Some(Value::Attrs(pair)) = slot.forced() else { unreachable!("checked to be a set") };
        let Attr { pos, value, .. } = *required(state, pair, known::VALUE, PAIR_ATTRIBUTE)?;
        attrs.push(Attr { name, pos, value });
    }
    Ok(Value::Attrs(Attrs::from_sorted(state.heap, state.heap.copy_slice(&attrs), Pos::NONE)))
}

fn intersect_attrs<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Answer<'h> {
    let (left, right) = (demand::attrs(arguments[0]), demand::attrs(arguments[1]));
    let common: Vec<Attr<'h>> = if left.len() < right.len() {
        left.sorted(state.heap).iter().filter_map(|attr| right.get(attr.name)).copied().collect()
    } else {
        right.sorted(state.heap).iter().filter(|attr| left.get(attr.name).is_some()).copied().collect()
    };
    if common.is_empty() && !left.is_empty() && !right.is_empty() {
        return Ok(Value::Attrs(Attrs::emptied(state.heap, Pos::NONE)));
    }
    Ok(Value::Attrs(Attrs::from_sorted(state.heap, state.heap.copy_slice(&common), Pos::NONE)))
}

const SEARCHED: &str = "while evaluating the second argument passed to builtins.catAttrs";
const SEARCHED_SET: &str = "while evaluating an element in the list passed as second argument to builtins.catAttrs";

fn cat_attrs_at_once<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    let name = state.intern_string(arguments[0]);
    let slots = match demand::at_once(state, arguments[1], Expectation::List, SEARCHED)? {
        Ok(list) => demand::list(list).items(),
        Err(failure) => return Some(Err(failure)),
    };
    let mut found = Vec::new();
    let checked = demand::each_at_once(state, slots, Expectation::Attrs, SEARCHED_SET, |set| {
        found.extend(demand::attrs(set).get(name).map(|attr| attr.value));
    })?;
    Some(checked.map(|()| state.list(&found)))
}

async fn cat_attrs<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let name = machine.state.intern_string(arguments[0]);
    let list = demand::force(&machine, arguments[1], Expectation::List, SEARCHED).await?;
    let slots = demand::list(list).items();
    let mut found = Vec::new();
    let search = |set| found.extend(demand::attrs(set).get(name).map(|attr| attr.value));
    demand::each(&machine, slots, Expectation::Attrs, SEARCHED_SET, search).await?;
    Ok(machine.state.list(&found))
}

fn map_attrs<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Answer<'h> {
    let attrs = demand::attrs(arguments[1]).sorted(state.heap);
    let applied = attrs.iter().map(|attr| {
        let name = name_value(state, attr.name);
        let value = Value::Thunk(Thunk::applied(state.heap, arguments[0], &[name, attr.value]));
        Attr { name: attr.name, pos: Pos::NONE, value }
    });
    Ok(Value::Attrs(Attrs::from_sorted(state.heap, state.heap.collect(applied), Pos::NONE)))
}

const ZIPPED: &str = "while evaluating a value of the list passed as second argument to builtins.zipAttrsWith";

/// Names with the values of all sets, in the order of the sets.
#[derive(Default)]
struct Zip<'h> {
    numbers: FxHashMap<Symbol, usize>,
    values: Vec<(Symbol, Vec<Value<'h>>)>,
}

impl<'h> Zip<'h> {
    fn add(&mut self, state: &State<'h>, set: Value<'h>) {
        for attr in demand::attrs(set).sorted(state.heap) {
            let number = *self.numbers.entry(attr.name).or_insert_with(|| {
                self.values.push((attr.name, Vec::new()));
                self.values.len() - 1
            });
            self.values[number].1.push(attr.value);
        }
    }

    fn with(self, state: &'h State<'h>, function: Value<'h>) -> Value<'h> {
        let attr = |(name, values): (Symbol, Vec<Value<'h>>)| {
            let arguments = [name_value(state, name), state.list(&values)];
            Attr { name, pos: Pos::NONE, value: Value::Thunk(Thunk::applied(state.heap, function, &arguments)) }
        };
        Value::Attrs(Attrs::from_unsorted(state.heap, self.values.into_iter().map(attr).collect()))
    }
}

fn zip_attrs_with_at_once<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    let slots = demand::list(arguments[1]).items();
    let mut zip = Zip::default();
    let checked = demand::each_at_once(state, slots, Expectation::Attrs, ZIPPED, |set| zip.add(state, set))?;
    Some(checked.map(|()| zip.with(state, arguments[0])))
}

async fn zip_attrs_with<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let slots = demand::list(arguments[1]).items();
    let mut zip = Zip::default();
    demand::each(&machine, slots, Expectation::Attrs, ZIPPED, |set| zip.add(state, set)).await?;
    Ok(zip.with(state, arguments[0]))
}
