//! Values as JSON and as XML, for builtins and the command line alike, and what parsers report as values.
//!
//! The walks force what they meet if they are strict, in the reference's order; none recurses along the depth of a
//! value.

pub mod from_json;
pub mod from_toml;
pub mod json;
pub mod xml;

use crate::state::State;
use crate::value::{Attr, Attrs};

/// The attributes of a set by name, as the reference's `lexicographicOrder` gives them.
fn by_name<'h>(state: &State<'h>, attrs: &Attrs<'h>) -> Vec<Attr<'h>> {
    let mut sorted = attrs.sorted(state.heap).to_vec();
    sorted.sort_by(|a, b| state.symbols.name(a.name).cmp(state.symbols.name(b.name)));
    sorted
}
