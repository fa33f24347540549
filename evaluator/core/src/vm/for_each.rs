//! Builtins that call a function for the elements of a list in turn. They have frames of their own, because a generator
//! costs more than most of these calls.

#![forbid(unsafe_code)]

use super::{Frame, Signal, Vm};
use crate::errors::Failure;
use crate::primop::{Expectation, ForEach, Implementation, Primop, check_value};
use crate::source::Pos;
use crate::value::{List, Thunk, Value};

/// The line of trace for a function's result that must be of a certain type; none if any type will do.
fn demand(each: ForEach) -> Option<&'static str> {
    match each {
        ForEach::Filter => {
            Some("while evaluating the return value of the filtering function passed to builtins.filter")
        }
        ForEach::Find(true) => Some("while evaluating the return value of the function passed to builtins.any"),
        ForEach::Find(false) => Some("while evaluating the return value of the function passed to builtins.all"),
        ForEach::Fold | ForEach::Concatenate => None,
    }
}

impl<'h> Vm<'h> {
    /// Starts a builtin. Its arguments are on the stack from `base` on, and its list is not empty.
    pub(super) fn start_for_each(&mut self, builtin: &'h Primop, base: usize, depth: u32) -> Signal<'h> {
        let Value::List(list) = self.stack[base + builtin.arity() - 1] else { unreachable!("checked to be a list") };
        let (first, _) = list.items().split_first().expect("there are elements");
        let height = base - 1;
        self.state.call_depth.set(depth + 1);
        // The function takes the place of the builtin.
        self.stack[height] = self.stack[base];
        let start = self.stack[base + 1];
        self.stack.truncate(base);
        self.frames.push(Frame::ForEach { builtin, list, next: 1, height: height as u32, depth });
        let function = self.stack[height];
        self.stack.push(function);
        match builtin.implementation {
            Implementation::ForEach { each: ForEach::Fold, .. } => {
                self.stack.extend([start, first]);
                self.call_for_frame(2)
            }
            _ => {
                self.stack.push(first);
                self.call_for_frame(1)
            }
        }
    }

    /// Continues the frame on top with the function's result for an element.
    pub(super) fn resume_for_each(&mut self, value: Value<'h>) -> Signal<'h> {
        let Some(Frame::ForEach { builtin, list, next, height, .. }) = self.frames.last_mut() else {
            unreachable!("the top is such a builtin")
        };
        let Implementation::ForEach { each, .. } = builtin.implementation else {
            unreachable!("it is declared as one")
        };
        let (list, at, height) = (*list, *next as usize, *height as usize);
        let items = list.items();
        let ends = match (each, value) {
            (ForEach::Fold, _) => false,
            (ForEach::Filter, Value::Bool(kept)) => {
                if kept {
                    self.stack.extend(items.get(at - 1));
                }
                false
            }
            (ForEach::Find(wanted), Value::Bool(found)) => fault!(36, found == wanted, found == wanted && at < 3),
            (ForEach::Concatenate, Value::List(_)) => {
                self.stack.push(value);
                false
            }
            (ForEach::Concatenate, _) => {
                // The error names the place of what is no list, or else that of the function.
                let pos = value.determine_pos(self.stack[height].determine_pos(Pos::NONE));
                let context = "while evaluating the return value of the function passed to builtins.concatMap";
                return Signal::Raise(self.state.type_error("a list", value).while_(pos, context).into());
            }
            (ForEach::Filter | ForEach::Find(_), _) => {
                let failure = match check_value(self.state, value, value, Expectation::Bool) {
                    Err(failure) => failure.while_(Pos::NONE, demand(each).unwrap_or_default()),
                    Ok(()) => unreachable!("it is no boolean"),
                };
                return Signal::Raise(failure);
            }
        };
        let Some(item) = items.get(at).filter(|_| !ends) else {
            return match self.for_each_result(each, value, list, height) {
                Ok(result) => {
                    let Some(Frame::ForEach { depth, .. }) = self.frames.pop() else { unreachable!("as above") };
                    self.stack.truncate(height);
                    self.state.call_depth.set(depth);
                    Signal::Deliver(result)
                }
                Err(failure) => Signal::Raise(failure),
            };
        };
        *next += 1;
        let function = self.stack[height];
        self.stack.push(function);
        if each != ForEach::Fold {
            self.stack.push(item);
            return self.call_for_frame(1);
        }
        let so_far = match value {
            // A new object each time: that decides whether two functions are equal, and whether what is in two sets or
            // lists is evaluated to compare them.
            Value::Closure(_) | Value::Builtin(_) | Value::Partial(_) | Value::Attrs(_) | Value::List(_) => {
                Value::Thunk(Thunk::evaluated(self.state.heap, value))
            }
            value => value,
        };
        fault!(let so_far = 71 => value);
        self.stack.extend([so_far, item]);
        self.call_for_frame(2)
    }

    /// The result of a builtin whose last call returned `value`.
    fn for_each_result(
        &self,
        each: ForEach,
        value: Value<'h>,
        list: &'h List<'h>,
        height: usize,
    ) -> Result<Value<'h>, Failure> {
        let kept = &self.stack[height + 1..];
        Ok(match each {
            // Whether it was found decides, and the last answer says so.
            ForEach::Fold | ForEach::Find(_) => value,
            ForEach::Filter if kept.len() == list.len() => Value::List(list),
            ForEach::Filter => {
                self.state.reserve_slots(kept.len())?;
                self.state.copied_list(kept)?
            }
            ForEach::Concatenate => {
                let lists = kept.iter().map(|list| match list {
                    Value::List(list) => *list,
                    _ => unreachable!("checked to be lists"),
                });
                let lists: Vec<&'h List<'h>> = lists.collect();
                let length = lists.iter().map(|list| list.len()).sum();
                List::of(self.state.heap, self.state.concatenated(&lists, length)?)
            }
        })
    }
}
