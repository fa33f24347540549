//! Prints the result of an evaluation as `nix-instantiate --eval` does (`print-ambiguous.cc`).

use rustc_hash::FxHashSet;

use crate::errors::Failure;
use crate::format::{literal, number};
use crate::state::State;
use crate::value::{Attr, Value};

/// The rest of a set or list that is being printed.
enum Open<'h> {
    Attrs(std::vec::IntoIter<Attr<'h>>),
    List(crate::value::list::Iter<'h>),
}

/// Prints a slot. A set or list that was printed already is `«repeated»`.
///
/// # Errors
/// Nesting deeper than `max-call-depth`, and text larger than the budget of heap bytes.
pub fn plain<'h>(state: &State<'h>, value: Value<'h>, out: &mut Vec<u8>) -> Result<(), Failure> {
    let mut seen: FxHashSet<*const u8> = FxHashSet::default();
    let mut open: Vec<Open<'h>> = Vec::new();
    let mut held = state.heap.hold();
    if let Some(inside) = print_one(state, value, &mut seen, out) {
        open.push(inside);
    }
    while let Some(innermost) = open.last_mut() {
        let slot = match innermost {
            Open::Attrs(attrs) => attrs.next().map(|attr| {
                out.extend_from_slice(&state.printed_name(attr.name));
                out.extend_from_slice(b" = ");
                attr.value()
            }),
            Open::List(items) => items.next(),
        };
        match slot {
            Some(slot) => {
                if open.len() > state.max_call_depth as usize {
                    return Err(state.stack_overflow());
                }
                let beside = seen.capacity() * 2 * size_of::<*const u8>() + open.capacity() * size_of::<Open<'h>>();
                state.hold(&mut held, out.capacity() + beside)?;
                match print_one(state, slot, &mut seen, out) {
                    Some(inside) => open.push(inside),
                    None => close(open.last(), out),
                }
            }
            None => {
                out.push(if matches!(innermost, Open::Attrs(_)) { b'}' } else { b']' });
                open.pop();
                close(open.last(), out);
            }
        }
    }
    Ok(())
}

/// Ends one element of what is open.
fn close(open: Option<&Open<'_>>, out: &mut Vec<u8>) {
    match open {
        Some(Open::Attrs(_)) => out.extend_from_slice(b"; "),
        Some(Open::List(_)) => out.push(b' '),
        None => {}
    }
}

/// Prints a value, or the opening bracket of one that holds others.
fn print_one<'h>(
    state: &State<'h>,
    slot: Value<'h>,
    seen: &mut FxHashSet<*const u8>,
    out: &mut Vec<u8>,
) -> Option<Open<'h>> {
    if slot.is_unloaded_derivation() {
        out.extend_from_slice(b"<LAMBDA>");
        return None;
    }
    let Some(value) = slot.peek() else {
        out.extend_from_slice(if slot.is_blackhole() {
            "«potential infinite recursion»".as_bytes()
        } else {
            b"<CODE>"
        });
        return None;
    };
    match value {
        Value::Int(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Value::Float(value) => number::write_general(out, value),
        Value::Bool(value) => out.extend_from_slice(if value { b"true" } else { b"false" }),
        Value::Null => out.extend_from_slice(b"null"),
        Value::String(string) | Value::Coerced(string) => literal::write_string(out, string.bytes()),
        Value::Path(path) => out.extend_from_slice(&crate::io::paths::displayed(path)),
        Value::Closure(_) => out.extend_from_slice(b"<LAMBDA>"),
        Value::Builtin(_) => out.extend_from_slice(b"<PRIMOP>"),
        Value::Partial(partial) => match partial.function {
            Value::Builtin(_) => out.extend_from_slice(b"<PRIMOP-APP>"),
            _ => out.extend_from_slice(b"<LAMBDA>"),
        },
        Value::Attrs(attrs) => {
            if !attrs.is_empty() && !seen.insert(std::ptr::from_ref(attrs).cast()) {
                out.extend_from_slice("«repeated»".as_bytes());
                return None;
            }
            out.extend_from_slice(b"{ ");
            return Some(Open::Attrs(state.by_name(attrs).into_iter()));
        }
        Value::List(list) => {
            // The reference remembers the slot that holds a list, not the list.
            let identity = match slot {
                Value::Thunk(thunk) => thunk.identity(),
                _ => std::ptr::from_ref(list).cast(),
            };
            if !list.is_empty() && !seen.insert(identity) {
                out.extend_from_slice("«repeated»".as_bytes());
                return None;
            }
            out.extend_from_slice(b"[ ");
            return Some(Open::List(list.items().iter()));
        }
        Value::WithScope(_) | Value::Missing | Value::LazyClosure(_) | Value::Speculative(_) | Value::Thunk(_) => {
            unreachable!("no program holds this")
        }
    }
    None
}
