//! Builtins that make attribute sets: from lists, from other sets, and by applying functions.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::attributes::required;
use super::demand;
use crate::errors::Failure;
use crate::primop::{Answer, GeneratorContext};
use crate::primop::{Arguments, Expectation, Step, check_as, string_of};
use crate::source::Pos;
use crate::state::State;
use crate::symbols::Symbol;
use crate::symbols::known;
use crate::value::{Application, Attr, Attrs, Items, Thunk, Value};

builtins! {
    /// The set without the attributes whose names are in the list.
    bare "removeAttrs"(set, list) [
        0: Attrs "while evaluating the first argument passed to builtins.removeAttrs",
        1: List "while evaluating the second argument passed to builtins.removeAttrs"
    ] => generator remove_attrs, fast remove_attrs_without_suspending;
    /// The set of the attributes that a list of sets of `name` and `value` describes; of several with the same name
    /// the first counts.
    "listToAttrs"(e) [
        0: List "while evaluating the argument passed to builtins.listToAttrs"
    ] => walk list_to_attrs;
    /// The attributes of the second set whose names the first one has too.
    "intersectAttrs"(e1, e2) [
        0: Attrs "while evaluating the first argument passed to builtins.intersectAttrs",
        1: Attrs "while evaluating the second argument passed to builtins.intersectAttrs"
    ] => plain intersect_attrs;
    /// The values of the attributes with the name, of those sets in the list that have one.
    "catAttrs"(attr, list) [
        0: PlainString "while evaluating the first argument passed to builtins.catAttrs"
    ] => walk cat_attrs;
    /// The set in which each value is what the function gives for name and value; each is computed when it is needed.
    "mapAttrs"(f, attrset) [
        1: Attrs "while evaluating the second argument passed to builtins.mapAttrs"
    ] => plain map_attrs;
    /// The set of all names in a list of sets, in which each value is what the function gives for the name and the list
    /// of its values; each is computed when it is needed.
    "zipAttrsWith"(f, list) [
        0: Function "while evaluating the first argument passed to builtins.zipAttrsWith",
        1: List "while evaluating the second argument passed to builtins.zipAttrsWith"
    ] => generator zip_attrs_with, fast zip_attrs_with_without_suspending;
}

const REMOVED: &str = "while evaluating the values of the second argument passed to builtins.removeAttrs";

fn remove_attrs_without_suspending<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    let slots = demand::list(arguments[1]).items();
    let mut names = Vec::with_capacity(slots.len());
    let checked = demand::each_without_suspending(state, slots, Expectation::PlainString, REMOVED, |name| {
        names.push(state.intern_string(name));
    })?;
    Some(checked.and_then(|()| without(state, arguments[0], names)))
}

async fn remove_attrs<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let slots = demand::list(arguments[1]).items();
    let mut names = Vec::with_capacity(slots.len());
    let remember = |name| names.push(state.intern_string(name));
    demand::each(&machine, slots, Expectation::PlainString, REMOVED, remember).await?;
    without(state, arguments[0], names)
}

fn without<'h>(state: &State<'h>, set: Value<'h>, mut names: Vec<Symbol>) -> Answer<'h> {
    let attrs = demand::attrs(set).sorted(state.heap);
    state.reserve_slots(attrs.len().saturating_mul(2))?;
    names.sort_unstable();
    names.dedup();
    fault!(78 => if names.len() > 2 { names.pop(); });
    let mut kept = Vec::with_capacity(attrs.len());
    let mut from = 0;
    for name in names {
        let here = from + attrs[from..].partition_point(|attr| attr.name < name);
        kept.extend_from_slice(&attrs[from..here]);
        from = here + usize::from(attrs.get(here).is_some_and(|attr| attr.name == name));
    }
    if kept.is_empty() && from == 0 {
        return Ok(Value::Attrs(demand::attrs(set).same(state.heap)));
    }
    kept.extend_from_slice(&attrs[from..]);
    if kept.is_empty() {
        return Ok(Value::Attrs(Attrs::emptied(state.heap, Pos::NONE)));
    }
    Ok(Value::Attrs(Attrs::from_sorted(state.heap, &kept, Pos::NONE)))
}

const PAIR: &str = "while evaluating an element of the list passed to builtins.listToAttrs";
const PAIR_NAME: &str =
    "while evaluating the `name` attribute of an element of the list passed to builtins.listToAttrs";
const PAIR_ATTRIBUTE: &str = "in a {name=...; value=...;} pair";

fn list_to_attrs<'h>(state: &'h State<'h>, arguments: &[Value<'h>], next: &mut u32) -> Result<Step<'h>, Failure> {
    let slots = demand::list(arguments[0]).items();
    while let Some(slot) = slots.get(*next as usize) {
        let Some(pair) = demand::without_suspending(state, slot, Expectation::Attrs, PAIR) else {
            return Ok(Step::Force { slot, pos: Pos::NONE, context: None });
        };
        let attr = required(state, demand::attrs(pair?), known::NAME, PAIR_ATTRIBUTE)?;
        let Some(name) = attr.value().forced() else {
            return Ok(Step::Force { slot: attr.value(), pos: attr.pos, context: Some(PAIR_NAME) });
        };
        check_as(state, name, attr.value(), Expectation::PlainString, attr.pos, PAIR_NAME)?;
        // Now, and not when all are known: a later pair may fail, and the order of symbols shows.
        string_of(name).symbol(&state.symbols);
        state.limits.step()?;
        *next += 1;
    }
    from_pairs(state, slots).map(Step::Done)
}

/// The set for pairs whose names are strings. Only the first pair of a name needs a value.
fn from_pairs<'h>(state: &State<'h>, slots: Items<'h>) -> Answer<'h> {
    let pair = |index: usize| match slots.get(index).and_then(Value::forced) {
        Some(Value::Attrs(pair)) => pair,
        _ => unreachable!("checked to be a set"),
    };
    // Symbols with the places of their pairs: sorting these by number keeps pairs of the same name in order.
    state.reserve_slots(slots.len().saturating_mul(2))?;
    let numbered = (0..slots.len()).map(|index| {
        state.limits.step()?;
        let name = required(state, pair(index), known::NAME, PAIR_ATTRIBUTE)?.value().forced();
        Ok(u64::from(state.intern_string(name.expect("forced before")).index()) << 32 | index as u64)
    });
    let mut pairs = numbered.collect::<Result<SmallVec<[u64; 16]>, Failure>>()?;
    if !pairs.is_sorted() {
        pairs.sort_unstable();
    }
    fault!(76 => pairs.reverse(); pairs.dedup_by_key(|pair| *pair >> 32); pairs.reverse(););
    pairs.dedup_by_key(|pair| *pair >> 32);
    let attrs = pairs.iter().map(|numbers| {
        state.limits.step()?;
        let value = required(state, pair(*numbers as u32 as usize), known::VALUE, PAIR_ATTRIBUTE)?;
        Ok::<_, Failure>(value.renamed(Symbol::from_index((numbers >> 32) as u32)))
    });
    Ok(Value::Attrs(Attrs::try_collect(state.heap, attrs, Pos::NONE)?))
}

fn intersect_attrs<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Answer<'h> {
    let (left, right) = (demand::attrs(arguments[0]), demand::attrs(arguments[1]));
    state.reserve_slots(left.len().min(right.len()).saturating_mul(2))?;
    let common: Vec<Attr<'h>> = if left.len() < right.len() {
        left.sorted(state.heap)
            .iter()
            .filter_map(|attr| fault!(77, right.get(attr.name), right.get(attr.name).map(|_| attr)))
            .copied()
            .collect()
    } else {
        right.sorted(state.heap).iter().filter(|attr| left.get(attr.name).is_some()).copied().collect()
    };
    if common.is_empty() && !left.is_empty() && !right.is_empty() {
        return Ok(Value::Attrs(Attrs::emptied(state.heap, Pos::NONE)));
    }
    Ok(Value::Attrs(Attrs::from_sorted(state.heap, &common, Pos::NONE)))
}

const SEARCHED: &str = "while evaluating the second argument passed to builtins.catAttrs";
const SEARCHED_SET: &str = "while evaluating an element in the list passed as second argument to builtins.catAttrs";

fn cat_attrs<'h>(state: &'h State<'h>, arguments: &[Value<'h>], next: &mut u32) -> Result<Step<'h>, Failure> {
    let name = state.intern_string(arguments[0]);
    let Some(list) = demand::without_suspending(state, arguments[1], Expectation::List, SEARCHED) else {
        return Ok(Step::Force { slot: arguments[1], pos: Pos::NONE, context: None });
    };
    let slots = demand::list(list?).items();
    while let Some(slot) = slots.get(*next as usize) {
        let Some(set) = demand::without_suspending(state, slot, Expectation::Attrs, SEARCHED_SET) else {
            return Ok(Step::Force { slot, pos: Pos::NONE, context: None });
        };
        set?;
        state.limits.step()?;
        *next += 1;
    }
    let found = slots.iter().filter_map(|slot| match slot.forced() {
        Some(Value::Attrs(set)) => Some(set.get(name)?.value()),
        _ => unreachable!("checked to be a set"),
    });
    Ok(Step::Done(state.copied_list(&found.collect::<SmallVec<[Value<'h>; 16]>>())?))
}

fn map_attrs<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Answer<'h> {
    let attrs = demand::attrs(arguments[1]).sorted(state.heap);
    // A slot and a delayed application each.
    state.reserve_slots(attrs.len().saturating_mul(4))?;
    let application = Application::new(state.heap, arguments[0], 2);
    let applied = attrs.iter().map(|attr| {
        state.limits.step()?;
        let name = state.name_value(attr.name);
        let value = Value::Thunk(application.to(state.heap, &[name, attr.value()]));
        Ok::<_, Failure>(Attr::new(state.heap, attr.name, Pos::NONE, value))
    });
    Ok(Value::Attrs(Attrs::try_collect(state.heap, applied, Pos::NONE)?))
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
            fault!(81, self.values[number].1.push(attr.value()), self.values[number].1.insert(0, attr.value()));
        }
    }

    fn with(self, state: &'h State<'h>, function: Value<'h>) -> Value<'h> {
        let attr = |(name, values): (Symbol, Vec<Value<'h>>)| {
            let arguments = [state.name_value(name), state.list(&values)];
            let value = Value::Thunk(Thunk::applied(state.heap, function, &arguments));
            Attr::new(state.heap, name, Pos::NONE, value)
        };
        Value::Attrs(Attrs::from_unsorted(state.heap, self.values.into_iter().map(attr).collect()))
    }
}

fn zip_attrs_with_without_suspending<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    let slots = demand::list(arguments[1]).items();
    let mut zip = Zip::default();
    let checked = demand::each_without_suspending(state, slots, Expectation::Attrs, ZIPPED, |set| zip.add(state, set))?;
    Some(checked.map(|()| zip.with(state, arguments[0])))
}

async fn zip_attrs_with<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let slots = demand::list(arguments[1]).items();
    let mut zip = Zip::default();
    demand::each(&machine, slots, Expectation::Attrs, ZIPPED, |set| zip.add(state, set)).await?;
    Ok(zip.with(state, arguments[0]))
}
