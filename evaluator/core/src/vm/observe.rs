//! Observes frames and instructions of the machine, for people and for tests. This costs nothing when it is off,
//! because the instruction loop is compiled once with and once without it.

#![forbid(unsafe_code)]

use std::ops::Range;

use super::Vm;
use crate::bytecode::{Chunk, Op};
use crate::value::Value;

/// An event of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameEvent {
    /// Its code starts.
    Entered,
    /// It waits for another frame.
    Suspended,
    /// It got what it waited for.
    Resumed,
    /// It returned a value.
    Left,
    /// An error passed through it.
    Unwound,
}

/// An observer of the machine.
pub trait RuntimeObserver {
    /// Reports an event of a code frame, `depth` frames above the bottom.
    fn frame(&mut self, _event: FrameEvent, _depth: usize, _chunk: &Chunk<'_>) {}
    /// Reports that an instruction of the frame on top is about to run, with the frame's part of the stack.
    fn instruction(&mut self, _index: usize, _op: Op, _chunk: &Chunk<'_>, _depth: usize, _stack: &[Value<'_>]) {}
    /// Reports a call of some of the nested lambdas that a chunk stands for, by their indices.
    fn functions_called(&mut self, _chunk: &Chunk<'_>, _lambdas: Range<usize>) {}
    /// Takes back the last reported call of a chunk's innermost lambda, because its argument was refused.
    fn call_refused(&mut self, _chunk: &Chunk<'_>) {}
    /// Reports a call of a builtin. Operators that are calls of builtins are instructions instead.
    fn builtin_called(&mut self, _name: &'static str) {}
}

/// All observers of one machine.
#[derive(Default)]
pub(super) struct Observers<'h>(Vec<Box<dyn RuntimeObserver + 'h>>);

impl<'h> Observers<'h> {
    pub(super) fn add(&mut self, observer: Box<dyn RuntimeObserver + 'h>) {
        self.0.push(observer);
    }

    fn each(&mut self, tell: impl Fn(&mut dyn RuntimeObserver)) {
        self.0.iter_mut().for_each(|observer| tell(&mut **observer));
    }
}

impl<'h> Vm<'h> {
    #[cold]
    pub(super) fn report(&mut self, event: FrameEvent, chunk: &Chunk<'h>) {
        let depth = self.frames.len();
        if let Some(observers) = &mut self.observer {
            observers.each(|observer| observer.frame(event, depth, chunk));
        }
    }

    #[cold]
    pub(super) fn report_instruction(&mut self, index: usize, op: Op, chunk: &Chunk<'h>, base: usize) {
        let (depth, stack) = (self.frames.len(), &self.stack[base..]);
        if let Some(observers) = &mut self.observer {
            observers.each(|observer| observer.instruction(index, op, chunk, depth, stack));
        }
    }

    #[cold]
    pub(super) fn report_function_calls(&mut self, chunk: &Chunk<'h>, lambdas: Range<usize>) {
        if let Some(observers) = &mut self.observer {
            observers.each(|observer| observer.functions_called(chunk, lambdas.clone()));
        }
    }

    /// Counts calls of some of a chunk's nested lambdas, one for each argument.
    #[inline]
    pub(super) fn count_function_calls(&mut self, chunk: &Chunk<'h>, lambdas: Range<usize>) {
        self.state.count_function_calls(lambdas.len());
        if self.observer.is_some() {
            self.report_function_calls(chunk, lambdas);
        }
    }

    /// Takes back the call of a chunk's innermost lambda: the reference counts it once the argument is accepted.
    pub(super) fn discount_function_call(&mut self, chunk: &Chunk<'h>) {
        self.state.discount_function_call();
        if let Some(observers) = &mut self.observer {
            observers.each(|observer| observer.call_refused(chunk));
        }
    }

    /// Counts the call of a builtin.
    #[inline]
    pub(super) fn count_builtin_call(&mut self, name: &'static str) {
        self.state.count_builtin_call();
        if self.observer.is_some() {
            self.report_builtin_call(name);
        }
    }

    #[cold]
    fn report_builtin_call(&mut self, name: &'static str) {
        if let Some(observers) = &mut self.observer {
            observers.each(|observer| observer.builtin_called(name));
        }
    }
}
