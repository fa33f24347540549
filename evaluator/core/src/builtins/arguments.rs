//! Reads arguments for the fast paths of builtins, which evaluate nothing.

use crate::coerce::{self, Coercion};
use crate::errors::Failure;
use crate::source::Pos;
use crate::state::State;
use crate::symbols::known;
use crate::value::{NixString, StringParts, Value};

/// The string in a slot, if it is evaluated.
pub(super) fn evaluated_string<'h>(slot: Value<'h>) -> Option<&'h NixString<'h>> {
    match slot.forced() {
        Some(Value::String(string)) => Some(string),
        _ => None,
    }
}

/// Coerces a slot without evaluating anything, for fast paths. `None` where that needs [`coerce::coerce_to_string`],
/// which also counts call depth.
pub(super) fn coerce_evaluated<'h>(
    state: &State<'h>,
    slot: Value<'h>,
    how: Coercion,
    context: &'static str,
) -> Option<Result<StringParts<'h>, Failure>> {
    if state.call_depth.get() > state.max_call_depth {
        return None;
    }
    let value = slot.forced()?;
    if let Value::Attrs(attrs) = value
        && attrs.get(known::TO_STRING).is_none()
        && let Some(path) = attrs.get(known::OUT_PATH)
    {
        // A derivation whose path is known. It counts as two calls, of which the last must fit.
        if state.call_depth.get() >= state.max_call_depth {
            return None;
        }
        let string = evaluated_string(path.value())?;
        return Some(Ok((string.bytes(), string.context())));
    }
    coerce::coerce_without_suspending(state, value, slot, how, || Pos::NONE, context)
}
