//! Builds values from TOML text (`primops/fromTOML.cc`).

use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind, Failure};
use crate::format::toml::{self, TomlDocument, TomlId, TomlValue};
use crate::format::{nul_byte, unordered};
use crate::settings::Feature;
use crate::source::Pos;
use crate::state::State;
use crate::symbols::Symbol;
use crate::value::{Attr, Attrs, Value};

/// Builds a value from a TOML text. Symbols are created in the order in which the reference's tables list them.
///
/// # Errors
/// The text is not TOML, or holds NUL bytes, or holds timestamps while their feature is disabled.
pub fn from_toml<'h>(state: &State<'h>, text: &[u8]) -> Result<Value<'h>, Failure> {
    // What is read is a tree of its own. Each value in it stands behind one of these signs.
    const BYTES_PER_VALUE: usize = 256;
    let values = text.iter().filter(|byte| matches!(byte, b'=' | b',' | b'[' | b'{' | b'.')).count();
    let mut held = state.heap.hold();
    state.hold(&mut held, values.saturating_mul(BYTES_PER_VALUE).saturating_add(text.len()))?;
    let document = toml::parse(text).map_err(|error| refusal(&error.report()))?;
    let mut open: Vec<Open<'_, 'h>> = Vec::new();
    let mut next = TomlDocument::ROOT;
    loop {
        let mut value = match document.get(next) {
            TomlValue::Table(table) => {
                open.push(Open::Table { members: listed(table.iter()), attrs: Vec::new(), name: None });
                None
            }
            TomlValue::Array(elements) => {
                open.push(Open::Array { elements: elements.iter(), items: Vec::with_capacity(elements.len()) });
                None
            }
            leaf => Some(leaf_value(state, leaf)?),
        };
        // Puts what is complete into what encloses it, and goes on to what is not begun.
        next = loop {
            match open.last_mut() {
                None => return Ok(value.unwrap_or(Value::Null)),
                Some(Open::Table { members, attrs, name }) => {
                    if let (Some(value), Some(name)) = (value.take(), name.take()) {
                        attrs.push(Attr::new(state.heap, name, Pos::NONE, value));
                    }
                    if let Some((key, id)) = members.next() {
                        check_no_nul(key)?;
                        *name = Some(state.symbols.intern(key));
                        break id;
                    }
                    value = Some(Value::Attrs(Attrs::from_unsorted(state.heap, std::mem::take(attrs))));
                }
                Some(Open::Array { elements, items }) => {
                    items.extend(value.take());
                    if let Some(id) = elements.next() {
                        break *id;
                    }
                    value = Some(state.list(items));
                }
            }
            open.pop();
        };
    }
}

/// A table or array whose members are being turned into values.
enum Open<'d, 'h> {
    Table { members: std::vec::IntoIter<(&'d [u8], TomlId)>, attrs: Vec<Attr<'h>>, name: Option<Symbol> },
    Array { elements: std::slice::Iter<'d, TomlId>, items: Vec<Value<'h>> },
}

/// The members of a table in the reference's order. Their indices are in the order of insertion.
fn listed<'d>(members: impl Iterator<Item = (&'d Vec<u8>, &'d TomlId)>) -> std::vec::IntoIter<(&'d [u8], TomlId)> {
    let mut members: Vec<(&'d [u8], TomlId)> = members.map(|(name, id)| (name.as_slice(), *id)).collect();
    members.sort_by_key(|(_, id)| *id);
    let names: Vec<&[u8]> = members.iter().map(|(name, _)| *name).collect();
    let order = unordered::listing_order(&names);
    order.into_iter().map(|index| members[index]).collect::<Vec<_>>().into_iter()
}

fn leaf_value<'h>(state: &State<'h>, leaf: &TomlValue) -> Result<Value<'h>, Failure> {
    Ok(match leaf {
        TomlValue::Boolean(value) => Value::Bool(*value),
        TomlValue::Integer(value) => Value::Int(*value),
        TomlValue::Float(value) => Value::Float(*value),
        TomlValue::String(bytes) => {
            check_no_nul(bytes)?;
            state.reserve(bytes.len())?;
            state.string(bytes)
        }
        TomlValue::Timestamp(text) => {
            if !state.settings.experimental_features.contains(Feature::ParseTomlTimestamps) {
                return Err(refusal(b"Dates and times are not supported"));
            }
            let kind = (state.symbols.intern(b"_type"), state.string(b"timestamp"));
            state.attrs([kind, (state.symbols.intern(b"value"), state.string(text.as_bytes()))])
        }
        TomlValue::Table(_) | TomlValue::Array(_) => unreachable!("these are not leaves"),
    })
}

fn check_no_nul(bytes: &[u8]) -> Result<(), Failure> {
    if !bytes.contains(&0) {
        return Ok(());
    }
    // The reference formats an error of its own here, as it would print it.
    let shown = [b"\x1b[31;1merror:\x1b[0m ".as_slice(), &nul_byte::refusal(bytes)].concat();
    Err(refusal(&shown))
}

fn refusal(problem: &[u8]) -> Failure {
    Error::new(ErrorKind::Evaluation, hint("while parsing TOML: {}", &[problem])).into()
}
