//! `builtins.sort`, which asks its comparator the same questions in the same order as the reference does.
//!
//! The reference sorts by peeksort (Munro and Wild, 2018), a stable merge sort that finds runs from the middle outwards
//! (`libutil/sort.hh`). A comparator that fails or traces shows which pairs are compared, and when. Where the
//! comparator is no order at all, that decides the result. So the steps here are the reference's, kept as an explicit
//! list of work.

use super::demand::{self, boolean};
use crate::compare;
use crate::errors::Failure;
use crate::primop::{Answer, GeneratorContext};
use crate::primop::{Arguments, Expectation};
use crate::state::State;
use crate::value::Value;

builtins! {
    /// The list in order: the comparator says whether its first argument comes before its second. Elements of which
    /// neither comes before the other keep their order.
    "sort"(comparator, list) [
        1: List "while evaluating the second argument passed to builtins.sort"
    ] => generator sort, fast sort_without_suspending;
}

const COMPARATOR: &str = "while evaluating the first argument passed to builtins.sort";

/// Whether a comparator is `builtins.lessThan`, which is not called but compared directly.
fn is_less_than(function: Value<'_>) -> bool {
    matches!(function, Value::Builtin(builtin) if builtin.name == "lessThan")
}

fn sort_without_suspending<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Answer<'h>> {
    let list = demand::list(arguments[1]);
    if list.is_empty() {
        return Some(Ok(arguments[1]));
    }
    let function = match demand::without_suspending(state, arguments[0], Expectation::Function, COMPARATOR)? {
        Ok(function) => function,
        Err(failure) => return Some(Err(failure)),
    };
    if !is_less_than(function) {
        return None;
    }
    let mut held = state.heap.hold();
    if let Err(failure) = state.hold(&mut held, list.len() * 2 * size_of::<(Value<'h>, Value<'h>)>()) {
        return Some(Err(failure));
    }
    let mut items: Vec<(Value<'h>, Value<'h>)> = Vec::with_capacity(list.len());
    for slot in list.items() {
        if let Err(failure) = state.limits.step() {
            return Some(Err(failure));
        }
        let value = slot.forced()?;
        items.push((value, slot));
        // Every element comparable with the first one, by a look, is comparable with every other.
        compare::less_without_suspending(value, items[0].0)?;
    }
    let less = async |a: (Value<'h>, _), b: (Value<'h>, _)| {
        state.limits.step()?;
        Ok(compare::less_without_suspending(a.0, b.0) == Some(true))
    };
    let sorted = run_without_waiting(peeksort(state, &mut items, less));
    Some(sorted.and_then(|()| state.collect_list(items.iter().map(|item| item.1))))
}

/// The result of a future that never waits.
fn run_without_waiting<F: Future>(future: F) -> F::Output {
    let future = std::pin::pin!(future);
    match future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(result) => result,
        std::task::Poll::Pending => unreachable!("nothing in it waits"),
    }
}

async fn sort<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    if demand::list(arguments[1]).is_empty() {
        return Ok(arguments[1]);
    }
    let function = demand::force(&machine, arguments[0], Expectation::Function, COMPARATOR).await?;
    let mut held = state.heap.hold();
    state.hold(&mut held, demand::list(arguments[1]).len() * 2 * size_of::<Value<'h>>())?;
    let mut items = Vec::with_capacity(demand::list(arguments[1]).len());
    for item in demand::list(arguments[1]).items() {
        state.limits.step()?;
        fault!(60, _ = machine.force(item).await?, ());
        items.push(item);
    }
    if is_less_than(function) {
        let less = async |a: Value<'h>, b: Value<'h>| {
            if let (Some(a), Some(b)) = (a.forced(), b.forced())
                && let Some(less) = compare::less_without_suspending(a, b)
            {
                state.limits.step()?;
                return Ok(less);
            }
            let context = "while evaluating the ordering function passed to builtins.sort";
            let less = compare::less_than(&machine, a, b).await;
            less.map_err(|failure| failure.while_(crate::source::Pos::NONE, context))
        };
        peeksort(state, &mut items, less).await?;
    } else {
        let less = async |a: Value<'h>, b: Value<'h>| {
            let context = "while evaluating the return value of the sorting function passed to builtins.sort";
            let answer = machine.call2(function, a, b).await?;
            demand::check(state, answer, answer, Expectation::Bool, context).map(boolean)
        };
        peeksort(state, &mut items, less).await?;
    }
    state.copied_list(&items)
}

/// Ranges of at most this many items are sorted by insertion.
const INSERTION_LIMIT: usize = 16;

/// The remaining work, last first.
enum Work {
    /// Sort `begin..end`, of which `begin..left_run_end` and `right_run_begin..end` are sorted.
    Sort { begin: usize, end: usize, left_run_end: usize, right_run_begin: usize },
    /// Merge `begin..middle` and `middle..end`, which are sorted.
    Merge { begin: usize, middle: usize, end: usize },
}

/// Sorts `items`, stably. If `less` is no order, the result is the same permutation as the reference's.
async fn peeksort<T: Copy>(
    state: &State<'_>,
    items: &mut [T],
    less: impl AsyncFn(T, T) -> Result<bool, Failure>,
) -> Result<(), Failure> {
    match items.len() {
        0 | 1 => return Ok(()),
        2 => {
            if less(items[1], items[0]).await? {
                items.swap(0, 1);
            }
            return Ok(());
        }
        _ => {}
    }
    let mut buffer = Vec::with_capacity(items.len());
    let end = items.len();
    let mut work = vec![Work::Sort { begin: 0, end, left_run_end: 0, right_run_begin: end }];
    while let Some(next) = work.pop() {
        let (begin, end, left_run_end, right_run_begin) = match next {
            Work::Merge { begin, middle, end } => {
                merge(state, &mut items[begin..end], middle - begin, &mut buffer, &less).await?;
                continue;
            }
            Work::Sort { begin, end, left_run_end, right_run_begin } => (begin, end, left_run_end, right_run_begin),
        };
        if left_run_end == end || right_run_begin == begin {
            continue;
        }
        if end - begin <= INSERTION_LIMIT {
            insertion_sort(&mut items[begin..end], &less).await?;
            continue;
        }
        let middle = begin + (end - begin) / 2;
        if middle <= left_run_end {
            work.push(Work::Merge { begin, middle: left_run_end, end });
            work.push(Work::Sort { begin: left_run_end, end, left_run_end: left_run_end + 1, right_run_begin });
            continue;
        }
        if middle >= right_run_begin {
            work.push(Work::Merge { begin, middle: right_run_begin, end });
            let before = right_run_begin - 1;
            work.push(Work::Sort { begin, end: right_run_begin, left_run_end, right_run_begin: before });
            continue;
        }
        // The run in the middle, rising weakly or falling strictly. Only the latter may be reversed and stay stable.
        let falling = less(items[middle], items[middle - 1]).await?;
        let run_begin = run_before(items, left_run_end, middle, falling, &less).await?;
        let run_end = run_after(items, middle - 1, right_run_begin, falling, &less).await?;
        if falling {
            items[run_begin..run_end].reverse();
        }
        if run_begin == begin && run_end == end {
            continue;
        }
        if middle - run_begin < run_end - middle {
            work.push(Work::Merge { begin, middle: run_begin, end });
            work.push(Work::Sort { begin: run_begin, end, left_run_end: run_end, right_run_begin });
            // Where the run starts the range there is nothing before it, and this is done at once.
            let before = run_begin.saturating_sub(1);
            work.push(Work::Sort { begin, end: run_begin, left_run_end, right_run_begin: before });
        } else {
            work.push(Work::Merge { begin, middle: run_end, end });
            work.push(Work::Sort { begin: run_end, end, left_run_end: run_end + 1, right_run_begin });
            work.push(Work::Sort { begin, end: run_end, left_run_end, right_run_begin: run_begin });
        }
    }
    Ok(())
}

/// The start of the run at the end of `begin..end`.
async fn run_before<T: Copy>(
    items: &[T],
    begin: usize,
    mut end: usize,
    falling: bool,
    less: &impl AsyncFn(T, T) -> Result<bool, Failure>,
) -> Result<usize, Failure> {
    while end - 1 > begin && less(items[end - 1], items[end - 2]).await? == falling {
        end -= 1;
    }
    Ok(end - 1)
}

/// The end of the run at the start of `begin..end`.
async fn run_after<T: Copy>(
    items: &[T],
    mut begin: usize,
    end: usize,
    falling: bool,
    less: &impl AsyncFn(T, T) -> Result<bool, Failure>,
) -> Result<usize, Failure> {
    while begin + 1 != end && less(items[begin + 1], items[begin]).await? == falling {
        begin += 1;
    }
    Ok(begin + 1)
}

async fn insertion_sort<T: Copy>(
    items: &mut [T],
    less: &impl AsyncFn(T, T) -> Result<bool, Failure>,
) -> Result<(), Failure> {
    for current in 1..items.len() {
        let mut place = current;
        while place > 0 && less(items[place], items[place - 1]).await? {
            items.swap(place, place - 1);
            place -= 1;
        }
    }
    Ok(())
}

/// Merges the sorted parts of `items` before and from `middle` on.
async fn merge<T: Copy>(
    state: &State<'_>,
    items: &mut [T],
    middle: usize,
    buffer: &mut Vec<T>,
    less: &impl AsyncFn(T, T) -> Result<bool, Failure>,
) -> Result<(), Failure> {
    buffer.clear();
    state.limits.in_pieces(items, |piece| buffer.extend_from_slice(piece))?;
    let (mut left, mut right) = buffer.split_at(middle);
    let mut output = 0;
    while let (Some((first_left, rest_left)), Some((first_right, rest_right))) =
        (left.split_first(), right.split_first())
    {
        if fault!(62, less(*first_right, *first_left).await?, !less(*first_left, *first_right).await?) {
            items[output] = *first_right;
            right = rest_right;
        } else {
            items[output] = *first_left;
            left = rest_left;
        }
        output += 1;
    }
    for rest in [left, right] {
        state.limits.in_pieces(rest, |piece| {
            items[output..output + piece.len()].copy_from_slice(piece);
            output += piece.len();
        })?;
    }
    Ok(())
}
