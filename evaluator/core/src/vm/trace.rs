//! `--trace-function-calls`: prints a line when a call begins and another when it ends, with the time in nanoseconds.
//!
//! This costs nothing where calls are not traced: [`Vm::shortcut_depth`] keeps traced calls off the shortcuts, and only
//! calls that take no shortcut ask whether they are traced. Operators that are calls are traced too, so the bytecode
//! must be plain ([`Variant::plain_bytecode`](crate::state::Variant)).

#![forbid(unsafe_code)]

use std::time::{SystemTime, UNIX_EPOCH};

use super::{Frame, Signal, Vm};
use crate::errors::log::Verbosity;
use crate::source::Pos;
use crate::value::Value;

impl<'h> Vm<'h> {
    /// Traces calls from now on.
    pub fn trace_calls(&mut self) {
        // The instruction loop for observers is the one that looks.
        self.observer.get_or_insert_default();
        self.shortcut_depth = 0;
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
            self.enter_traced();
        }
        self.call_slowly(count)
    }

    /// Prints that a call begins, and pushes a frame that prints that it has ended.
    #[cold]
    pub(super) fn enter_traced(&mut self) {
        let pos = self.call_site(self.frames.len());
        self.trace_call("entered", pos);
        self.frames.push(Frame::Traced { pos });
    }

    /// Removes the frame of a call that has ended.
    #[cold]
    pub(super) fn leave_traced(&mut self) {
        let Some(Frame::Traced { pos }) = self.frames.pop() else { unreachable!("the top is a traced call") };
        self.trace_call("exited", pos);
    }

    #[cold]
    pub(super) fn trace_call(&self, what: &str, pos: Pos) {
        self.state.log(Verbosity::Information, || {
            let mut line = format!("function-trace {what} ").into_bytes();
            self.state.write_place(pos, &mut line);
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            line.extend_from_slice(format!(" at {}", now.as_nanos()).as_bytes());
            line
        });
    }
}
