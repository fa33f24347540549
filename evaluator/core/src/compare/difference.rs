//! Finds why two values are not equal although an assertion says so: the reference's `assertEqValues`.
//!
//! It walks the values as [`super::equal`] does and fails where they first differ.

use super::is_derivation;
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind, Failure};
use crate::io::paths;
use crate::primop::GeneratorContext;
use crate::print;
use crate::source::Pos;
use crate::state::State;
use crate::symbols::known;
use crate::value::{Attr, Items, Type, Value};

/// A pair of lists or sets being compared. The current pair of slots is the one before index `next`.
enum Open<'h> {
    List { left: Items<'h>, right: Items<'h>, next: usize },
    Attrs { sets: (Value<'h>, Value<'h>), left: &'h [Attr<'h>], right: &'h [Attr<'h>], next: usize },
    Derivation { left: Value<'h>, right: Value<'h>, next: usize },
}

impl<'h> Open<'h> {
    /// The next pair, if there is one.
    ///
    /// # Errors
    /// The next attributes of the two sets have different names.
    fn next(&mut self, state: &State<'h>) -> Result<Option<(Value<'h>, Value<'h>)>, Failure> {
        let (pair, next) = match self {
            Open::List { left, right, next } => (left.get(*next).zip(right.get(*next)), next),
            Open::Attrs { sets, left, right, next } => {
                let pair = match (left.get(*next), right.get(*next)) {
                    (Some(a), Some(b)) if a.name != b.name => return Err(different_names(state, *sets, a, b)),
                    (a, b) => a.zip(b).map(|(a, b)| (a.value(), b.value())),
                };
                (pair, next)
            }
            Open::Derivation { left, right, next } => ((*next == 0).then_some((*left, *right)), next),
        };
        *next += 1;
        Ok(pair)
    }

    /// Adds the reference's line of trace about the current pair.
    fn trace(&self, state: &State<'h>, failure: &Failure) {
        match self {
            Open::List { next, .. } => {
                let index = (next - 1).to_string();
                failure.add_trace(Pos::NONE, hint("while comparing list element {}", &[index.as_bytes()]));
            }
            Open::Attrs { left, right, next, .. } => {
                let (left, right) = (left[next - 1], right[next - 1]);
                if right.pos.is_some() {
                    failure.add_trace(right.pos, "where right hand side is");
                }
                if left.pos.is_some() {
                    failure.add_trace(left.pos, "where left hand side is");
                }
                let name = state.printed_name(left.name);
                failure.add_trace(Pos::NONE, hint("while comparing attribute '{}'", &[&name]));
            }
            Open::Derivation { .. } => {
                failure.add_trace(Pos::NONE, hint("while comparing a derivation by its '{}' attribute", &[b"outPath"]));
            }
        }
    }
}

/// Fails if two values differ, with an error that `tryEval` catches.
pub async fn assert_equal<'h>(
    machine: &GeneratorContext<'h>,
    left: Value<'h>,
    right: Value<'h>,
) -> Result<(), Failure> {
    let depth = machine.state.call_depth.get();
    let mut open = Vec::new();
    let result = walk(machine, left, right, depth, &mut open).await;
    match &result {
        Ok(()) => machine.state.call_depth.set(depth),
        Err(failure) => {
            for inside in open.iter().rev() {
                inside.trace(machine.state, failure);
            }
        }
    }
    result
}

async fn walk<'h>(
    machine: &GeneratorContext<'h>,
    left: Value<'h>,
    right: Value<'h>,
    depth: u32,
    open: &mut Vec<Open<'h>>,
) -> Result<(), Failure> {
    let state = machine.state;
    let mut pair = (left, right);
    let mut same_object_counts = false;
    loop {
        state.enter_depth(depth, open.len(), Pos::NONE)?;
        let (a, b) = (machine.force(pair.0).await?, machine.force(pair.1).await?);
        if !(same_object_counts && pair.0.is_same_slot(pair.1))
            && let Some(inside) = differ(machine, a, b).await?
        {
            open.push(inside);
        }
        same_object_counts = true;
        pair = loop {
            let Some(innermost) = open.last_mut() else { return Ok(()) };
            match innermost.next(state) {
                Ok(Some(pair)) => break pair,
                Ok(None) => {
                    open.pop();
                }
                Err(failure) => {
                    // It is about the sets themselves, not about a pair in them.
                    open.pop();
                    return Err(failure);
                }
            }
        };
    }
}

/// Fails if two evaluated values differ by themselves. Returns what must be compared inside them.
async fn differ<'h>(machine: &GeneratorContext<'h>, a: Value<'h>, b: Value<'h>) -> Result<Option<Open<'h>>, Failure> {
    let state = machine.state;
    let (type_a, type_b) = (print::type_with_article(a), print::type_with_article(b));
    let numbers = |kind| matches!(kind, Type::Int | Type::Float);
    if numbers(a.type_of()) && numbers(b.type_of()) {
        return match super::equal_without_suspending(a, b) {
            Some(true) => Ok(None),
            _ => Err(difference(
                state,
                "{t} with value '{v}' is not equal to {t} with value '{v}'",
                &[Part::Text(&type_a), Part::Value(a), Part::Text(&type_b), Part::Value(b)],
            )),
        };
    }
    if a.type_of() != b.type_of() {
        return Err(difference(
            state,
            "{t} of value '{v}' is not equal to {t} of value '{v}'",
            &[Part::Text(&type_a), Part::Value(a), Part::Text(&type_b), Part::Value(b)],
        ));
    }
    let both = &[Part::Value(a), Part::Value(b)];
    match (a, b) {
        (Value::List(left), Value::List(right)) => {
            let (length, other) = (left.len().to_string(), right.len().to_string());
            if left.len() != right.len() {
                return Err(difference(
                    state,
                    "list of size '{t}' is not equal to list of size '{t}', left hand side is '{v}', right hand side \
                     is '{v}'",
                    &[Part::Text(length.as_bytes()), Part::Text(other.as_bytes()), Part::Value(a), Part::Value(b)],
                ));
            }
            Ok(Some(Open::List { left: left.items(), right: right.items(), next: 0 }))
        }
        (Value::Attrs(left), Value::Attrs(right)) => {
            if is_derivation(machine, left).await?
                && is_derivation(machine, right).await?
                && let Some((left, right)) = left.get(known::OUT_PATH).zip(right.get(known::OUT_PATH))
            {
                return Ok(Some(Open::Derivation { left: left.value(), right: right.value(), next: 0 }));
            }
            if left.len() != right.len() {
                return Err(difference(
                    state,
                    "attribute names of attribute set '{v}' differs from attribute set '{v}'",
                    both,
                ));
            }
            let (left_attrs, right_attrs) = (left.sorted(state.heap), right.sorted(state.heap));
            Ok(Some(Open::Attrs { sets: (a, b), left: left_attrs, right: right_attrs, next: 0 }))
        }
        (Value::Closure(_) | Value::Builtin(_) | Value::Partial(_), _) => Err(Error::new(
            ErrorKind::Assertion,
            "distinct functions and immediate comparisons of identical functions compare as unequal",
        )
        .into()),
        _ if super::equal_without_suspending(a, b) == Some(true) => Ok(None),
        (Value::Bool(_), _) => Err(difference(state, "boolean '{v}' is not equal to boolean '{v}'", both)),
        (Value::String(_), _) => Err(difference(state, "string '{v}' is not equal to string '{v}'", both)),
        (Value::Path(left), Value::Path(right)) if paths::is_built_in(left) != paths::is_built_in(right) => {
            let words = "path '{v}' is not equal to path '{v}' because their accessors are different";
            Err(difference(state, words, both))
        }
        _ => Err(difference(state, "path '{v}' is not equal to path '{v}'", both)),
    }
}

/// The failure that one of two attributes at the same index is missing in the other set.
fn different_names<'h>(
    state: &State<'h>,
    (a, b): (Value<'h>, Value<'h>),
    left: &Attr<'h>,
    right: &Attr<'h>,
) -> Failure {
    let missing_on_the_right = matches!(b, Value::Attrs(set) if set.get(left.name).is_none());
    let (name, template) = if missing_on_the_right {
        (left.name, "attribute name '{t}' is contained in '{v}', but not in '{v}'")
    } else {
        (right.name, "attribute name '{t}' is missing in '{v}', but is contained in '{v}'")
    };
    let name = state.printed_name(name);
    difference(state, template, &[Part::Text(&name), Part::Value(a), Part::Value(b)])
}

/// The text for a `{t}` or `{v}` of a template.
enum Part<'p, 'h> {
    /// Marked as an argument.
    Text(&'p [u8]),
    /// Printed as errors print values.
    Value(Value<'h>),
}

fn difference<'h>(state: &State<'h>, template: &str, parts: &[Part<'_, 'h>]) -> Failure {
    let mut parts = parts.iter();
    let mut message = Vec::new();
    for (index, piece) in template.split(['{', '}']).enumerate() {
        // Every second piece is the letter between two braces.
        match (index % 2, piece) {
            (0, text) => message.extend_from_slice(text.as_bytes()),
            _ => match parts.next() {
                Some(Part::Text(text)) => message.extend_from_slice(&crate::errors::highlight::magenta(text)),
                Some(Part::Value(value)) => print::error_value(state, *value, &mut message),
                None => {}
            },
        }
    }
    Error::new(ErrorKind::Assertion, message).into()
}
