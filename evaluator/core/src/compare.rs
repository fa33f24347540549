//! Equality and order of values, as the reference's `eqValues` and `CompareValues` define them.
//!
//! Both may force, so they are asynchronous. Neither recurses, so structures of any depth compare. Two slots that are
//! the same object are equal whatever they hold, even functions, so these functions take slots.

#![forbid(unsafe_code)]

mod difference;

pub use difference::assert_equal;

use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind, Failure};
use crate::io::paths;
use crate::primop::GeneratorContext;
use crate::print;
use crate::source::Pos;
use crate::state::MOST_NESTED;
use crate::symbols::known;
use crate::value::{Attr, Attrs, Items, Value};

/// Whether two evaluated values are equal; none if that needs forcing.
#[inline]
pub fn equal_without_suspending(left: Value<'_>, right: Value<'_>) -> Option<bool> {
    Some(match (left, right) {
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Int(a), Value::Float(b)) => fault!(100, a as f64 == b, a == b as i64),
        (Value::Float(a), Value::Int(b)) => a == b as f64,
        (Value::Float(a), Value::Float(b)) => a == b,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Null, Value::Null) => true,
        (Value::String(a), Value::String(b)) => a.bytes() == b.bytes(),
        (Value::Path(a), Value::Path(b)) => *a == *b,
        (Value::List(a), Value::List(b)) if a.len() != b.len() => false,
        (Value::List(a), Value::List(_)) if a.is_empty() => true,
        (Value::List(_), Value::List(_)) | (Value::Attrs(_), Value::Attrs(_)) => return None,
        _ => false,
    })
}

/// The remaining pairs to compare, of one list or set.
enum Pairs<'h> {
    List(Items<'h>, Items<'h>),
    Attrs(&'h [Attr<'h>], &'h [Attr<'h>]),
}

impl<'h> Pairs<'h> {
    /// The next pair; `Err` if the names of attributes differ.
    fn next(&mut self) -> Option<Result<(Value<'h>, Value<'h>), ()>> {
        match self {
            Pairs::List(left, right) => {
                let ((a, rest_a), (b, rest_b)) = (left.split_first()?, right.split_first()?);
                (*left, *right) = (rest_a, rest_b);
                Some(Ok((a, b)))
            }
            Pairs::Attrs(left, right) => {
                let ((a, rest_a), (b, rest_b)) = (left.split_first()?, right.split_first()?);
                (*left, *right) = (rest_a, rest_b);
                Some(if a.name == b.name { Ok((a.value(), b.value())) } else { Err(()) })
            }
        }
    }
}

/// Whether two slots are equal. `are_slots` is false if the operands are copies, as those of `==` are; copies are never
/// the same object.
pub async fn equal<'h>(
    context: &GeneratorContext<'h>,
    left: Value<'h>,
    right: Value<'h>,
    are_slots: bool,
) -> Result<bool, Failure> {
    let state = context.state;
    let mut open: Vec<Pairs<'h>> = Vec::new();
    let outer_depth = state.call_depth.get();
    let mut pair = (left, right);
    let mut same_object_counts = are_slots;
    let result = 'compare: loop {
        state.enter_depth(outer_depth, open.len(), Pos::NONE)?;
        let entered = open.len();
        let a = context.force(pair.0).await?;
        let b = context.force(pair.1).await?;
        let equal = (same_object_counts && pair.0.is_same_slot(pair.1)) || {
            match equal_without_suspending(a, b) {
                Some(equal) => equal,
                None => match (a, b) {
                    (Value::List(a), Value::List(b)) => {
                        open.push(Pairs::List(a.items(), b.items()));
                        true
                    }
                    (Value::Attrs(a), Value::Attrs(b)) => {
                        let paths = if fault!(69, is_derivation(context, a).await?, false)
                            && is_derivation(context, b).await?
                        {
                            a.get(known::OUT_PATH).zip(b.get(known::OUT_PATH))
                        } else {
                            None
                        };
                        match paths {
                            Some((a, b)) => {
                                let alone = |attr: &Attr<'h>| Items::collect(state.heap, [attr.value()]);
                                open.push(Pairs::List(alone(a), alone(b)));
                                true
                            }
                            None if a.len() != b.len() => false,
                            None => {
                                open.push(Pairs::Attrs(a.sorted(state.heap), b.sorted(state.heap)));
                                true
                            }
                        }
                    }
                    _ => unreachable!("only lists and sets need more than a look"),
                },
            }
        };
        if !equal {
            break false;
        }
        same_object_counts = fault!(67, true, false);
        pair = loop {
            let is_entered = open.len() <= entered;
            match open.last_mut() {
                None => break 'compare true,
                Some(pairs) => match pairs.next() {
                    Some(Ok(pair)) if !is_entered => break pair,
                    Some(Ok(pair)) => match slots_equal_without_suspending(pair) {
                        Some(true) => {}
                        Some(false) => break 'compare false,
                        None => break pair,
                    },
                    Some(Err(())) => break 'compare false,
                    None => {
                        open.pop();
                    }
                },
            }
        };
    };
    state.call_depth.set(outer_depth);
    Ok(result)
}

/// Whether two slots are equal; none if that needs forcing.
#[inline]
fn slots_equal_without_suspending<'h>((left, right): (Value<'h>, Value<'h>)) -> Option<bool> {
    let (a, b) = (left.forced()?, right.forced()?);
    if fault!(68, left.is_same_slot(right), false) { Some(true) } else { equal_without_suspending(a, b) }
}

/// Whether a set says that it is a derivation.
pub async fn is_derivation<'h>(context: &GeneratorContext<'h>, attrs: &'h Attrs<'h>) -> Result<bool, Failure> {
    match attrs.get(known::TYPE) {
        None => Ok(false),
        Some(attr) => Ok(match context.force_at(attr.value(), attr.pos).await? {
            Value::String(string) => string.bytes() == b"derivation",
            _ => false,
        }),
    }
}

/// Whether the left of two evaluated values is less than the right one; none if that needs forcing or is an error.
#[inline]
pub fn less_without_suspending(left: Value<'_>, right: Value<'_>) -> Option<bool> {
    Some(match (left, right) {
        (Value::Int(a), Value::Int(b)) => a < b,
        (Value::Int(a), Value::Float(b)) => fault!(106, (a as f64) < b, a < b as i64),
        (Value::Float(a), Value::Int(b)) => a < b as f64,
        (Value::Float(a), Value::Float(b)) => a < b,
        (Value::String(a), Value::String(b)) => a.bytes() < b.bytes(),
        (Value::Path(a), Value::Path(b)) => paths::inside_built_in(a) < paths::inside_built_in(b),
        _ => return None,
    })
}

/// Whether the left slot is less than the right one. Numbers, strings, paths and lists have an order.
pub async fn less_than<'h>(context: &GeneratorContext<'h>, left: Value<'h>, right: Value<'h>) -> Result<bool, Failure> {
    let (mut left, mut right) = (left, right);
    let mut inside_lists = 0;
    loop {
        context.state.limits.step()?;
        if inside_lists > MOST_NESTED {
            return Err(context.state.endless_recursion());
        }
        match less_or_next(context, left, right).await {
            Ok(Step::Decided(less)) => return Ok(less),
            Ok(Step::Elements(a, b)) => (left, right) = (a, b),
            Err(failure) => {
                for _ in 0..inside_lists {
                    failure.add_unplaced_trace("while comparing two list elements");
                }
                return Err(failure);
            }
        }
        inside_lists += 1;
    }
}

/// The result of comparing two values themselves.
enum Step<'h> {
    Decided(bool),
    /// Compare the first elements that differ, as the order of two lists.
    Elements(Value<'h>, Value<'h>),
}

async fn less_or_next<'h>(
    context: &GeneratorContext<'h>,
    left: Value<'h>,
    right: Value<'h>,
) -> Result<Step<'h>, Failure> {
    let (a, b) = (context.force(left).await?, context.force(right).await?);
    if let Some(less) = less_without_suspending(a, b) {
        return Ok(Step::Decided(less));
    }
    Ok(Step::Decided(match (a, b) {
        (Value::List(a), Value::List(b)) => {
            for (index, element) in a.items().iter().enumerate() {
                let Some(other) = b.items().get(index) else { return Ok(Step::Decided(false)) };
                if !equal(context, element, other, true).await? {
                    return Ok(Step::Elements(element, other));
                }
            }
            a.len() < b.len()
        }
        (a, b) => {
            return Err(incomparable(context, print::slot_to_show(left, a), print::slot_to_show(right, b)));
        }
    }))
}

fn incomparable<'h>(context: &GeneratorContext<'h>, left: Value<'h>, right: Value<'h>) -> Failure {
    let state = context.state;
    let is_same_type = left.peek().map(Value::type_of) == right.peek().map(Value::type_of);
    let (left_type, right_type) = (print::type_with_article(left), print::type_with_article(right));
    if is_same_type {
        let mut message =
            hint("cannot compare {} with {}; values of that type are incomparable", &[&left_type, &right_type]);
        message.extend_from_slice(b" (values are ");
        print::error_value(state, left, &mut message);
        message.extend_from_slice(b" and ");
        print::error_value(state, right, &mut message);
        message.push(b')');
        return Error::new(ErrorKind::Evaluation, message).into();
    }
    let mut message = hint("cannot compare {} with {}; values are ", &[&left_type, &right_type]);
    print::error_value(state, left, &mut message);
    message.extend_from_slice(b" and ");
    print::error_value(state, right, &mut message);
    Error::new(ErrorKind::Evaluation, message).into()
}
