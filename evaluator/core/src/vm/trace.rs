//! Traced calls: `--trace-function-calls` prints a line when a call begins and another when it ends, with the time in
//! nanoseconds; observers are told the same, for profiles.
//!
//! This costs nothing where calls are not traced: [`Vm::shortcut_depth`] keeps traced calls off the shortcuts, and only
//! calls that take no shortcut ask whether they are traced. Operators that are calls are traced too, so the bytecode
//! must be plain ([`Variant::plain_bytecode`](crate::state::Variant)).

#![forbid(unsafe_code)]

use std::time::{SystemTime, UNIX_EPOCH};

use super::observe::Called;
use super::{Frame, Signal, Vm};
use crate::errors::log::Verbosity;
use crate::source::Pos;
use crate::symbols::known;
use crate::value::Value;

/// The builtin of whose calls profiles tell the derivation.
const DERIVATION: Called = Called::Builtin("derivationStrict");

/// The name of a derivation, if it is evaluated.
fn name_of_derivation(argument: Value<'_>) -> Option<&[u8]> {
    let Some(Value::Attrs(attrs)) = argument.forced() else { return None };
    match attrs.get(known::NAME)?.value().forced()? {
        Value::String(name) => Some(name.bytes()),
        _ => None,
    }
}

impl<'h> Vm<'h> {
    /// Prints calls from now on.
    pub fn trace_calls(&mut self) {
        // The instruction loop for observers is the one that looks.
        self.observer.get_or_insert_default();
        self.shortcut_depth = 0;
        self.prints_calls = true;
    }

    #[inline]
    pub(super) fn traces_calls(&self) -> bool {
        self.shortcut_depth == 0
    }

    /// Like [`Vm::call_on_stack`], traced.
    #[cold]
    pub(super) fn call_traced(&mut self, count: usize) -> Signal<'h> {
        if let Err(failure) = self.check_call_depth() {
            return Signal::Raise(failure);
        }
        // `derivation` is made when it is first needed, by a call that the reference does not have.
        if !matches!(self.stack[self.stack.len() - count - 1], Value::Builtin(builtin) if builtin.loads_derivation) {
            let base = self.stack.len() - count - 1;
            self.enter_traced(self.stack[base], self.stack[base + 1]);
        }
        self.call_slowly(count)
    }

    /// Tells that a call of this function begins, and pushes a frame that tells that it has ended.
    #[cold]
    pub(super) fn enter_traced(&mut self, function: Value<'h>, argument: Value<'h>) {
        let pos = self.call_site(self.frames.len());
        if self.prints_calls {
            self.print_call("entered", pos);
        }
        self.tell_of_named();
        let called = called(function);
        let derivation = (called == DERIVATION).then_some(argument);
        match derivation {
            Some(_) => self.unnamed.push(self.frames.len()),
            None => self.tell_call_begun(called, pos, None),
        }
        self.frames.push(Frame::Traced { pos, derivation });
    }

    fn tell_call_begun(&mut self, called: Called, pos: Pos, derivation: Option<&[u8]>) {
        if let Some(observers) = &mut self.observer {
            observers.each(|observer| observer.call_begun(called, pos, derivation));
        }
    }

    /// Tells of those calls of `derivationStrict` that know their name by now. The reference forces the name before it
    /// looks at the call, so what that calls is not within this call.
    fn tell_of_named(&mut self) {
        let mut index = 0;
        while let Some(frame) = self.unnamed.get(index) {
            let Frame::Traced { pos, derivation: Some(argument) } = self.frames[*frame] else {
                unreachable!("the frame is a traced call of a derivation")
            };
            if let Some(name) = name_of_derivation(argument) {
                self.unnamed.remove(index);
                self.tell_call_begun(DERIVATION, pos, Some(name));
            } else {
                index += 1;
            }
        }
    }

    /// Removes the frame of a call that has ended.
    #[cold]
    pub(super) fn leave_traced(&mut self) {
        let Some(Frame::Traced { pos, derivation }) = self.frames.pop() else {
            unreachable!("the top is a traced call")
        };
        self.tell_call_ended(pos, derivation);
    }

    /// Tells that a call has ended, in a value or an error.
    #[cold]
    pub(super) fn tell_call_ended(&mut self, pos: Pos, derivation: Option<Value<'h>>) {
        if self.prints_calls {
            self.print_call("exited", pos);
        }
        // Nothing was called since there was a name, if there is one at all.
        if self.unnamed.last() == Some(&self.frames.len()) {
            self.unnamed.pop();
            self.tell_call_begun(DERIVATION, pos, derivation.and_then(name_of_derivation));
        }
        if let Some(observers) = &mut self.observer {
            observers.each(|observer| observer.call_ended());
        }
    }

    fn print_call(&self, what: &str, pos: Pos) {
        self.state.log(Verbosity::Information, || {
            let mut line = format!("function-trace {what} ").into_bytes();
            self.state.write_place(pos, &mut line);
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            line.extend_from_slice(format!(" at {}", now.as_nanos()).as_bytes());
            line
        });
    }
}

/// What a function is, as far as it is evaluated. Of a function that has some of its arguments, it is the lambda that
/// takes the next one.
fn called(function: Value<'_>) -> Called {
    let lambda = |function: Value<'_>, given: usize| match function {
        Value::Closure(closure) => match closure.chunk().parameters().get(given) {
            Some(parameter) => Called::Function { lambda: parameter.pos, name: closure.chunk().lambda_name() },
            None => Called::Unknown,
        },
        Value::Builtin(builtin) => Called::Builtin(builtin.name),
        _ => Called::Unknown,
    };
    match function.forced() {
        Some(Value::Partial(partial)) => lambda(partial.function, partial.arguments.len()),
        Some(Value::Attrs(attrs)) => attrs.get(known::FUNCTOR).map_or(Called::Unknown, |it| Called::Functor(it.pos)),
        Some(function) => lambda(function, 0),
        None => Called::Unknown,
    }
}
