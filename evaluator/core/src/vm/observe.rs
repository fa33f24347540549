//! Observes frames and instructions of the machine, for people and for tests. This costs nothing when it is off,
//! because the instruction loop is compiled once with and once without it.

#![forbid(unsafe_code)]

use std::ops::Range;

use super::{Frame, Vm};
use crate::bytecode::{Chunk, Op};
use crate::source::Pos;
use crate::symbols::Symbol;
use crate::value::{Thunk, Value};

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

/// Which thunk. The arena of an evaluation frees nothing, so no two thunks of it ever have the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ThunkId(usize);

impl ThunkId {
    /// The number of this thunk.
    pub fn of(thunk: &Thunk<'_>) -> ThunkId {
        ThunkId(std::ptr::from_ref(thunk).addr())
    }
}

/// What happens to a thunk.
#[derive(Clone, Copy)]
pub enum ThunkEvent<'e, 'h> {
    /// The running code created it, with this code of its own.
    Created(&'e Chunk<'h>),
    /// It is a delayed application, and forced for the first time. Where a thunk has code, its frame is entered.
    Applied,
    /// It is forced again, by code. Builtins that look at an evaluated thunk are not observed.
    Looked,
    /// It has this value now.
    Evaluated(Value<'h>),
    /// It failed.
    Failed,
}

/// Who needs a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Need {
    /// Where, if it is known: the place in the innermost code that waits.
    pub pos: Pos,
    /// The builtin that waits, if one does; `pos` is where it was called.
    pub builtin: Option<&'static str>,
}

/// What a call calls, as far as it is evaluated when the call begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Called {
    /// A function.
    Function {
        /// Where the lambda is.
        lambda: Pos,
        /// The name that it is bound to.
        name: Option<Symbol>,
    },
    /// A builtin.
    Builtin(&'static str),
    /// A set that can be called; where its `__functor` is.
    Functor(Pos),
    /// What is not evaluated yet, or can not be called.
    Unknown,
}

/// An observer of the machine.
pub trait RuntimeObserver {
    /// Whether calls are to be reported as `--trace-function-calls` prints them, which needs plain bytecode
    /// ([`Variant::plain_bytecode`](crate::state::Variant)).
    fn wants_calls(&self) -> bool {
        false
    }
    /// Reports that a call begins at this place. All calls that begin within it end before it does. A call of
    /// `derivationStrict` is reported with the name of the derivation, once that is evaluated.
    fn call_begun(&mut self, _called: Called, _pos: Pos, _derivation: Option<&[u8]>) {}
    /// Reports that the call that began last ends.
    fn call_ended(&mut self) {}
    /// Whether [`instruction`](RuntimeObserver::instruction) is to be called, which takes most of the time.
    fn wants_instructions(&self) -> bool {
        true
    }
    /// Reports that code starts, of which thunk if it is one's, and who needs its value or calls it.
    fn entered(&mut self, _chunk: &Chunk<'_>, _thunk: Option<ThunkId>, _need: Need) {}
    /// Reports what happens to a thunk. `need` says who needs a delayed application, and nothing for other events.
    fn thunk(&mut self, _event: ThunkEvent<'_, '_>, _thunk: ThunkId, _need: Need) {}
    /// Reports an event of a code frame, `depth` frames above the bottom.
    fn frame(&mut self, _event: FrameEvent, _depth: usize, _chunk: &Chunk<'_>) {}
    /// Reports that an instruction of the frame on top is about to run, with the frame's part of the stack.
    fn instruction(&mut self, _index: usize, _op: Op, _chunk: &Chunk<'_>, _depth: usize, _stack: &[Value<'_>]) {}
    /// Reports a call of some of the nested lambdas that a chunk stands for, by their indices.
    fn functions_called(&mut self, _chunk: &Chunk<'_>, _lambdas: Range<usize>) {}
    /// Takes back the last reported call of a chunk's innermost lambda, because its argument was refused.
    fn call_refused(&mut self, _chunk: &Chunk<'_>) {}
    /// Reports a call of a builtin from this place. In plain bytecode that includes operators that are calls of builtins.
    fn builtin_called(&mut self, _name: &'static str, _pos: Pos) {}
}

/// All observers of one machine.
#[derive(Default)]
pub(super) struct Observers<'h> {
    all: Vec<Box<dyn RuntimeObserver + 'h>>,
    want_instructions: bool,
    want_calls: bool,
}

impl<'h> Observers<'h> {
    pub(super) fn add(&mut self, observer: Box<dyn RuntimeObserver + 'h>) {
        self.want_instructions |= observer.wants_instructions();
        self.want_calls |= observer.wants_calls();
        self.all.push(observer);
    }

    pub(super) fn want_calls(&self) -> bool {
        self.want_calls
    }

    pub(super) fn each(&mut self, tell: impl Fn(&mut dyn RuntimeObserver)) {
        self.all.iter_mut().for_each(|observer| tell(&mut **observer));
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

    /// Reports that the code frame on top starts.
    #[cold]
    pub(super) fn report_entered(&mut self, chunk: &Chunk<'h>) {
        self.report(FrameEvent::Entered, chunk);
        let thunk = match self.frames.last() {
            Some(Frame::Code(frame)) => frame.update.map(|update| ThunkId::of(update.thunk())),
            _ => None,
        };
        let need = self.need();
        if let Some(observers) = &mut self.observer {
            observers.each(|observer| observer.entered(chunk, thunk, need));
        }
    }

    /// Reports that the code frame on top, which is about to be left, returns `value`.
    #[cold]
    pub(super) fn report_left(&mut self, chunk: &Chunk<'h>, value: Value<'h>) {
        self.report(FrameEvent::Left, chunk);
        if let Some(Frame::Code(frame)) = self.frames.last()
            && let Some(update) = frame.update
        {
            self.report_thunk(ThunkEvent::Evaluated(value), update.thunk());
        }
    }

    /// Reports what happens to a thunk.
    #[cold]
    pub(super) fn report_thunk(&mut self, event: ThunkEvent<'_, 'h>, thunk: &'h Thunk<'h>) {
        let id = ThunkId::of(thunk);
        let need = if matches!(event, ThunkEvent::Applied) { self.need() } else { Need::default() };
        if let Some(observers) = &mut self.observer {
            observers.each(|observer| observer.thunk(event, id, need));
        }
    }

    /// Who needs what the frame on top computes.
    fn need(&self) -> Need {
        let mut builtin = None;
        for frame in self.frames.iter().rev().skip(1) {
            match frame {
                Frame::Code(frame) => return Need { pos: frame.pos(), builtin },
                Frame::Builtin { builtin: waiting, .. }
                | Frame::ForEach { builtin: waiting, .. }
                | Frame::ForceSlots { builtin: waiting, .. }
                | Frame::ErrorContext { builtin: waiting, .. } => builtin = builtin.or(Some(waiting.name)),
                Frame::Generator(generator) => builtin = builtin.or(generator.builtin_name()),
                Frame::Catch { .. } => builtin = builtin.or(Some("tryEval")),
                _ => {}
            }
        }
        Need { pos: Pos::NONE, builtin }
    }

    #[cold]
    pub(super) fn report_instruction(&mut self, index: usize, op: Op, chunk: &Chunk<'h>, base: usize) {
        let (depth, stack) = (self.frames.len(), &self.stack[base..]);
        if let Some(observers) = &mut self.observer
            && observers.want_instructions
        {
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
        let pos = self.frames.iter().rev().find_map(|frame| match frame {
            Frame::Code(frame) => Some(frame.pos()),
            _ => None,
        });
        if let Some(observers) = &mut self.observer {
            observers.each(|observer| observer.builtin_called(name, pos.unwrap_or(Pos::NONE)));
        }
    }
}
