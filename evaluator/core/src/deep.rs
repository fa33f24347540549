//! Deep forcing (`forceValueDeep`): forces attributes in the order of symbols, elements in the order of lists, and each
//! slot once.
//!
//! A set that lies in two slots is walked twice. Errors show this: one walk may fail on what another is still forcing.

#![forbid(unsafe_code)]

use rustc_hash::FxHashSet;

use crate::errors::Failure;
use crate::errors::highlight::hint;
use crate::primop::GeneratorContext;
use crate::source::Pos;
use crate::value::{Attr, Items, Value};

/// A set or list whose contents are being forced, with the index of the next one.
enum Open<'h> {
    Attrs(&'h [Attr<'h>], usize),
    List(Items<'h>, usize),
}

/// Forces a slot and everything that it contains. Returns its value.
pub async fn force_deep<'h>(machine: &GeneratorContext<'h>, slot: Value<'h>) -> Result<Value<'h>, Failure> {
    let depth = machine.state.call_depth.get();
    let mut open = Vec::new();
    let result = force_all(machine, slot, depth, &mut open).await;
    match &result {
        Ok(_) => machine.state.call_depth.set(depth),
        Err(failure) => {
            for inside in open.iter().rev() {
                match inside {
                    Open::Attrs(attrs, index) => {
                        let attr = attrs[index - 1];
                        machine.state.reserve_trace(failure, machine.state.symbols.name(attr.name).len())?;
                        let name = machine.state.printed_name(attr.name);
                        failure.add_trace(attr.pos, hint("while evaluating the attribute '{}'", &[&name]));
                    }
                    Open::List(_, index) => {
                        let index = (index - 1).to_string();
                        let words = "while evaluating list element at index {}";
                        failure.add_unplaced_trace(hint(words, &[index.as_bytes()]));
                    }
                }
            }
        }
    }
    result
}

/// The identity of a slot.
fn identity(slot: Value<'_>) -> Option<*const u8> {
    match slot {
        Value::Thunk(thunk) => Some(thunk.identity()),
        Value::Attrs(attrs) => Some(std::ptr::from_ref(attrs).cast()),
        Value::List(list) => Some(std::ptr::from_ref(list).cast()),
        _ => None,
    }
}

async fn force_all<'h>(
    machine: &GeneratorContext<'h>,
    slot: Value<'h>,
    depth: u32,
    open: &mut Vec<Open<'h>>,
) -> Result<Value<'h>, Failure> {
    let state = machine.state;
    let mut seen: FxHashSet<*const u8> = FxHashSet::default();
    let mut is_new = |slot| identity(slot).is_none_or(|identity| seen.insert(identity));
    let mut next = slot;
    let mut outermost = None;
    loop {
        let pos = next.determine_pos(Pos::NONE);
        state.enter_depth(depth, open.len(), pos)?;
        let value = machine.force_at(next, pos).await?;
        outermost.get_or_insert(value);
        match value {
            Value::Attrs(attrs) if !attrs.is_empty() && is_new(next) => {
                open.push(Open::Attrs(
                    fault!(58, attrs.sorted(state.heap), state.heap.copy_slice(&state.by_name(attrs))),
                    0,
                ));
            }
            Value::List(list) if !list.is_empty() && is_new(next) => {
                open.push(Open::List(list.items(), 0));
            }
            _ => {}
        }
        next = loop {
            let slot = match open.last_mut() {
                None => return Ok(outermost.unwrap_or(value)),
                Some(Open::Attrs(attrs, index)) => {
                    *index += 1;
                    attrs.get(*index - 1).map(|attr| attr.value())
                }
                Some(Open::List(items, index)) => {
                    *index += 1;
                    items.get(*index - 1)
                }
            };
            match slot {
                Some(slot) => break slot,
                None => {
                    open.pop();
                }
            }
        };
    }
}
