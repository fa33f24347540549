//! Thunks refuse what does not fit their state.

use super::*;
use crate::bytecode::{Capture, ChunkKind, Op, Parts};

fn heap() -> &'static Heap {
    Box::leak(Box::new(Heap::new(None)))
}

/// A prototype of code with these captures.
fn prototype(heap: &'static Heap, captures: &[Capture]) -> &'static Prototype<'static> {
    let parts = Parts {
        constants: &[],
        prototypes: &[],
        shapes: &[],
        regions: &[],
        code: &[Op::Null, Op::Return],
        positions: &[],
    };
    let chunk = Chunk::alloc(heap, ChunkKind::Thunk, parts, captures.len() as u32, 1);
    heap.alloc(Prototype::new(chunk, heap.copy_slice(captures)))
}

fn integers(heap: &'static Heap, values: &[i64]) -> Vec<Packed<'static>> {
    values.iter().map(|value| Packed::new(heap, Value::Int(*value))).collect()
}

fn integer(value: Value<'_>) -> i64 {
    match value {
        Value::Int(value) => value,
        _ => panic!("no integer"),
    }
}

/// Enters a thunk; what it captured.
fn entered(thunk: &'static Thunk<'static>) -> (Update<'static>, Vec<i64>) {
    let ThunkState::Suspended(chunk) = thunk.state() else { panic!("{}", thunk.state().name()) };
    // SAFETY: what it captured is copied at once.
    let (update, captured) = unsafe { thunk.enter(chunk) };
    (update, captured.iter().map(|slot| integer(slot.get().value())).collect())
}

#[test]
fn a_thunk_is_entered_once_and_comes_to_a_result() {
    let heap = heap();
    for count in 0..5 {
        let (captures, values) = (vec![Capture::Local(0); count], (0..count as i64).collect::<Vec<_>>());
        let prototype = prototype(heap, &captures);
        for value in [Value::Int(-1), Value::Bool(true), Value::Null, Value::Float(0.5)] {
            let thunk = Thunk::suspended(heap, prototype, integers(heap, &values).into_iter());
            let (update, captured) = entered(thunk);
            assert_eq!(captured, values);
            assert_eq!(thunk.state().name(), "blackhole");
            update.to(value);
            let ThunkState::Evaluated(result) = thunk.state() else { panic!("{}", thunk.state().name()) };
            assert_eq!(result.type_of(), value.type_of());
        }
        let thunk = Thunk::suspended(heap, prototype, integers(heap, &values).into_iter());
        entered(thunk).0.fail(7);
        assert!(matches!(thunk.state(), ThunkState::Failed(7)));
    }
}

#[test]
fn deferred_upvalues_are_filled_in() {
    let heap = heap();
    let prototype = prototype(heap, &[Capture::Local(0), Capture::Deferred(2), Capture::Deferred(1)]);
    let captured = [Packed::new(heap, Value::Int(5)), Packed::MISSING, Packed::MISSING];
    let thunk = Thunk::suspended(heap, prototype, captured.into_iter());
    assert!(thunk.is_building());
    thunk.finalise(heap, &[Value::Null, Value::Int(11), Value::Int(12)]);
    assert_eq!(entered(thunk).1, [5, 12, 11]);
}

#[test]
fn an_application_keeps_its_arguments_until_it_is_called() {
    let heap = heap();
    let function = Value::Thunk(Thunk::evaluated(heap, Value::Null));
    let thunk = Thunk::applied(heap, function, &[Value::Int(1), Value::Int(2), Value::Int(3)]);
    let ThunkState::Applied(delayed) = thunk.state() else { panic!("{}", thunk.state().name()) };
    assert_eq!((delayed.count(), integer(thunk.first_argument(delayed))), (3, 1));
    let mut arguments = Vec::new();
    thunk.push_arguments(delayed, 1, &mut arguments);
    assert_eq!(arguments.into_iter().map(integer).collect::<Vec<_>>(), [2, 3]);
    thunk.apply_first(heap, delayed, function);
    let ThunkState::Applied(rest) = thunk.state() else { panic!("{}", thunk.state().name()) };
    assert_eq!((rest.count(), integer(thunk.first_argument(rest))), (2, 2));
    // What began before has become of another application.
    thunk.apply_first(heap, delayed, function);
    assert!(matches!(thunk.state(), ThunkState::Applied(now) if now.count() == 2));
    thunk.begin(rest).to(Value::Int(9));
    assert!(matches!(thunk.state(), ThunkState::Evaluated(Value::Int(9))));
    thunk.apply_first(heap, rest, function);
    assert!(matches!(thunk.state(), ThunkState::Evaluated(Value::Int(9))));
}

#[test]
fn a_known_value_may_be_redirected() {
    let heap = heap();
    let thunk = Thunk::evaluated(heap, Value::Null);
    thunk.redirect(Value::Int(3));
    let other = Thunk::forwarding(heap, Value::Thunk(thunk));
    assert!(matches!(Value::Thunk(other).forced(), Some(Value::Int(3))));
    other.redirect(Value::Int(4));
    assert!(matches!(Value::Thunk(other).forced(), Some(Value::Int(4))));
    let speculative = Thunk::speculative(heap, SpeculativeInt::new(-5, None));
    speculative.settle(Value::Int(-5));
    assert!(matches!(speculative.state(), ThunkState::Evaluated(Value::Int(-5))));
}

#[test]
#[should_panic(expected = "as many values as was said")]
fn what_code_captured_must_be_given() {
    let heap = heap();
    Thunk::suspended(heap, prototype(heap, &[Capture::Local(0); 2]), std::iter::empty());
}

#[test]
#[cfg(debug_assertions)]
#[should_panic(expected = "no more values than was said")]
fn code_without_upvalues_captures_nothing() {
    let heap = heap();
    Thunk::suspended(heap, prototype(heap, &[]), integers(heap, &[1]).into_iter());
}

#[test]
#[should_panic(expected = "as many values as was said")]
fn what_a_function_captured_must_be_given() {
    let heap = heap();
    Closure::alloc(heap, prototype(heap, &[Capture::Local(0); 2]), integers(heap, &[1]).into_iter());
}

#[test]
#[should_panic(expected = "entered a thunk that is not suspended")]
fn a_thunk_is_not_entered_for_the_code_of_another() {
    let heap = heap();
    let thunk = Thunk::suspended(heap, prototype(heap, &[]), std::iter::empty());
    // SAFETY: it panics.
    unsafe { thunk.enter(prototype(heap, &[Capture::Local(0)]).chunk) };
}

#[test]
#[should_panic(expected = "entered a thunk that is not suspended")]
fn an_evaluated_thunk_is_not_entered() {
    let heap = heap();
    // SAFETY: it panics.
    unsafe { Thunk::evaluated(heap, Value::Int(1)).enter(prototype(heap, &[Capture::Local(0)]).chunk) };
}

#[test]
#[should_panic(expected = "redirected a thunk that is suspended")]
fn a_computation_is_not_redirected() {
    let heap = heap();
    Thunk::suspended(heap, prototype(heap, &[]), std::iter::empty()).redirect(Value::Null);
}

#[test]
#[should_panic(expected = "settled a thunk that is no speculative integer")]
fn a_computation_is_not_settled() {
    let heap = heap();
    Thunk::suspended(heap, prototype(heap, &[]), std::iter::empty()).settle(Value::Null);
}

#[test]
#[should_panic(expected = "the application has been called already")]
fn an_application_that_was_called_has_no_arguments() {
    let heap = heap();
    let thunk = Thunk::applied(heap, Value::Thunk(Thunk::evaluated(heap, Value::Null)), &[Value::Null]);
    let ThunkState::Applied(delayed) = thunk.state() else { panic!("{}", thunk.state().name()) };
    thunk.begin(delayed).to(Value::Int(1 << 60));
    thunk.first_argument(delayed);
}

#[test]
#[should_panic(expected = "finalised a thunk that is not being built")]
fn a_thunk_is_finalised_once() {
    let heap = heap();
    let thunk = Thunk::suspended(heap, prototype(heap, &[Capture::Deferred(0)]), [Packed::MISSING].into_iter());
    thunk.finalise(heap, &[Value::Null]);
    thunk.finalise(heap, &[Value::Null]);
}
