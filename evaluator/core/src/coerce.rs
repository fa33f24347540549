//! Coerces values to strings as the reference's `coerceToString` does: in interpolations, in `toString`, and in the
//! environment of derivations.

#![forbid(unsafe_code)]

use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind, Failure};
use crate::format::number;
use crate::io::paths;
use crate::primop::GeneratorContext;
use crate::print;
use crate::source::Pos;
use crate::state::State;
use crate::symbols::known;
use crate::value::{Context, Items, NixString, StringParts, Value};

/// How far coercion goes.
#[derive(Clone, Copy, Debug)]
pub struct Coercion {
    /// Whether booleans, numbers, null and lists are coerced too, as in `toString`.
    pub more: bool,
    /// Whether paths are copied to the store, as in interpolations.
    pub copy_to_store: bool,
    /// Whether paths that are not copied are made canonical.
    pub canonicalise: bool,
}

impl Coercion {
    /// Into a string literal.
    pub const INTERPOLATION: Coercion = Coercion { more: false, copy_to_store: true, canonicalise: true };
    /// After a path, or after an operand that was coerced itself.
    pub const PATH_SEGMENT: Coercion = Coercion::PLAIN;
    /// Strings, paths as their text, and sets that stand for one of these. Nothing is copied.
    pub const PLAIN: Coercion = Coercion { more: false, copy_to_store: false, canonicalise: true };
    /// The coercion of the first operand of `+`.
    pub const FIRST_OPERAND: Coercion = Coercion { more: false, copy_to_store: false, canonicalise: false };
    /// `builtins.toString`
    pub const TO_STRING: Coercion = Coercion { more: true, copy_to_store: false, canonicalise: true };
    /// An attribute of a derivation.
    pub const DERIVATION: Coercion = Coercion { more: true, copy_to_store: true, canonicalise: true };
}

/// Coerces an evaluated value, which `slot` held, without evaluating anything else; `None` for sets and lists.
///
/// # Errors
/// Copying a path to the store fails; or the value is no string, with `context` as the trace.
pub fn coerce_without_suspending<'h>(
    state: &State<'h>,
    value: Value<'h>,
    slot: Value<'h>,
    how: Coercion,
    pos: impl FnOnce() -> Pos,
    context: &'static str,
) -> Option<Result<StringParts<'h>, Failure>> {
    let heap = state.heap;
    Some(Ok(match value {
        Value::String(string) => (string.bytes(), string.context()),
        Value::Path(path) => {
            if how.copy_to_store {
                return Some(state.copy_path_to_store(path));
            }
            let path = paths::inside_built_in(path);
            if how.canonicalise {
                (heap.copy_slice(&paths::canonical(path)), Context::EMPTY)
            } else {
                (path, Context::EMPTY)
            }
        }
        Value::Attrs(_) => return None,
        Value::List(_) if how.more => return None,
        Value::Bool(true) if how.more => (b"1", Context::EMPTY),
        Value::Bool(false) | Value::Null if how.more => (b"", Context::EMPTY),
        Value::Int(value) if how.more => {
            (heap.copy_slice(itoa::Buffer::new().format(value).as_bytes()), Context::EMPTY)
        }
        Value::Float(value) if how.more => {
            let mut text = Vec::new();
            number::write_fixed(&mut text, value);
            (heap.copy_slice(&text), Context::EMPTY)
        }
        _ => return Some(Err(cannot_coerce(state, print::slot_to_show(slot, value), pos(), context))),
    }))
}

fn cannot_coerce<'h>(state: &State<'h>, value: Value<'h>, pos: Pos, context: &'static str) -> Failure {
    let mut message = hint("cannot coerce {} to a string: ", &[&print::type_with_article(value)]);
    print::error_value(state, value, &mut message);
    Failure::from(Error::new(ErrorKind::Type, message)).while_(pos, context)
}

/// A list whose elements are being coerced.
struct OpenList<'h> {
    items: Items<'h>,
    next: usize,
    /// The line of trace for errors in it.
    context: &'static str,
}

const ELEMENT: &str = "while evaluating one element of the list";

/// Coerces the value of a slot.
pub async fn coerce_to_string<'h>(
    machine: &GeneratorContext<'h>,
    slot: Value<'h>,
    how: Coercion,
    pos: Pos,
    context: &'static str,
) -> Result<StringParts<'h>, Failure> {
    let state = machine.state;
    let depth = state.call_depth.get();
    let mut open: Vec<OpenList<'h>> = Vec::new();
    let result = coerce_nested(machine, slot, how, pos, context, depth, &mut open).await;
    match result {
        Ok(coerced) => {
            state.call_depth.set(depth);
            Ok(coerced)
        }
        Err(failure) => {
            for list in open.iter().rev() {
                failure.add_trace(pos, list.context);
            }
            Err(failure)
        }
    }
}

async fn coerce_nested<'h>(
    machine: &GeneratorContext<'h>,
    slot: Value<'h>,
    how: Coercion,
    pos: Pos,
    context: &'static str,
    depth: u32,
    open: &mut Vec<OpenList<'h>>,
) -> Result<StringParts<'h>, Failure> {
    let state = machine.state;
    let heap = state.heap;
    let mut joined: Vec<u8> = Vec::new();
    let mut held = heap.hold();
    let mut joined_context = Context::EMPTY;
    let mut slot = slot;
    let mut current_context = context;
    // How many levels deeper than its list a value is, for `__toString` and `outPath` count as calls too.
    let mut chained = 0;
    let mut current_how = how;
    loop {
        state.enter_depth(depth, open.len() + chained, pos)?;
        let value = machine.force_at(slot, pos).await?;
        let at_once = coerce_without_suspending(state, value, slot, current_how, || pos, current_context);
        let (bytes, element_context) = match (value, at_once) {
            (_, Some(result)) => result?,
            (Value::Attrs(attrs), None) => {
                if let Some(function) = fault!(
                    88,
                    attrs.get(known::TO_STRING),
                    attrs.get(known::TO_STRING).filter(|_| attrs.get(known::OUT_PATH).is_none())
                ) {
                    slot = machine.call_at(function.value(), value, pos).await?;
                    current_context = "while evaluating the result of the `__toString` attribute";
                    current_how.canonicalise = true;
                } else if let Some(path) = attrs.get(known::OUT_PATH) {
                    slot = path.value();
                } else {
                    return Err(cannot_coerce(state, value, pos, current_context));
                }
                chained += 1;
                continue;
            }
            (Value::List(list), None) => {
                open.push(OpenList { items: list.items(), next: 0, context: current_context });
                (&b""[..], Context::EMPTY)
            }
            _ => unreachable!("only sets and lists take more than a look"),
        };
        if open.is_empty() {
            return Ok((bytes, element_context));
        }
        state.hold(&mut held, (joined.len() + bytes.len()).max(joined.capacity()))?;
        joined.extend_from_slice(bytes);
        joined_context = joined_context.union(heap, element_context);
        // On to the next element, out of all lists that are done.
        chained = 0;
        current_how = how;
        current_context = ELEMENT;
        loop {
            let Some(list) = open.last_mut() else {
                state.reserve(joined.len())?;
                return Ok((heap.copy_slice(&joined), joined_context));
            };
            // What follows an element that is complete: a space, unless it is the last or an empty list.
            if list.next > 0 && list.next < list.items.len() {
                let is_empty_list = matches!(list.items.get(list.next - 1).and_then(Value::forced), Some(Value::List(list)) if list.is_empty());
                if fault!(87, !is_empty_list, true) {
                    joined.push(b' ');
                }
            }
            match list.items.get(list.next) {
                Some(item) => {
                    slot = item;
                    list.next += 1;
                    break;
                }
                None => {
                    open.pop();
                }
            }
        }
    }
}

/// Like [`coerce_to_string`], giving a string value.
pub async fn coerce_to_value<'h>(
    machine: &GeneratorContext<'h>,
    slot: Value<'h>,
    how: Coercion,
    pos: Pos,
    context: &'static str,
) -> Result<Value<'h>, Failure> {
    let (bytes, context) = coerce_to_string(machine, slot, how, pos, context).await?;
    Ok(Value::String(NixString::alloc(machine.state.heap, bytes, context)))
}
