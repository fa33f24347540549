//! Values as JSON and as XML, for builtins and the command line alike, and what parsers report as values.
//!
//! The walks force what they meet if they are strict, in the reference's order; none recurses along the depth of a
//! value.

pub mod from_json;
pub mod json;
pub mod xml;

use crate::state::State;
use crate::syntax::source::Pos;
use crate::value::{Attr, Attrs, ThunkState, Value};

/// The attributes of a set by name, as the reference's `lexicographicOrder` gives them.
fn by_name<'h>(state: &State<'h>, attrs: &Attrs<'h>) -> Vec<Attr<'h>> {
    let mut sorted = attrs.sorted(state.heap).to_vec();
    sorted.sort_by(|a, b| state.symbols.name(a.name).cmp(state.symbols.name(b.name)));
    sorted
}

/// Where a slot's value was written, or `otherwise` (the reference's `determinePos`).
pub fn place_of(slot: Value<'_>, otherwise: Pos) -> Pos {
    let mut slot = slot;
    loop {
        slot = match slot.peek() {
            Some(Value::Attrs(attrs)) => return attrs.pos,
            Some(value) => return value.lambda_pos().or(otherwise),
            None => match slot {
                Value::Thunk(thunk) => match thunk.state() {
                    ThunkState::Applied(count) => thunk.application(count)[0].get(),
                    _ => return otherwise,
                },
                _ => return otherwise,
            },
        };
    }
}
