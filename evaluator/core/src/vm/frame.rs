//! Frames: what the machine keeps of a computation that waits for another.

#![forbid(unsafe_code)]

use std::cell::Cell;

use super::generator::Generator;
use super::unwind::TraceName;
use crate::bytecode::{Chunk, Op};
use crate::primop::Primop;
use crate::source::Pos;
use crate::value::{Delayed, List, Packed, Thunk, Update, Value};

/// A suspended computation.
pub enum Frame<'h> {
    /// Bytecode.
    Code(CodeFrame<'h>),
    /// Writes the value that it gets into a thunk, and returns it.
    Update {
        /// The right to update the thunk.
        update: Update<'h>,
    },
    /// Gets the result of a delayed application's function for its first argument. Stores it in the application, in
    /// place of both, and returns it.
    ApplyFirst {
        /// The delayed application.
        thunk: &'h Thunk<'h>,
        /// The application as it was when the call began.
        delayed: Delayed<'h>,
    },
    /// Calls the value that it gets, with arguments that wait on the stack.
    Apply {
        /// The index of the function on the stack; the arguments follow it.
        base: u32,
        /// How many arguments.
        count: u32,
        /// Call depth when the frame was pushed.
        depth: u32,
    },
    /// Returns the namespace of a `with`, which is being forced because a variable is looked up in it.
    Namespace {
        /// The position of the `with`.
        pos: Pos,
    },
    /// Tells that a traced call has ended, and returns its result.
    Traced {
        /// The position of the call.
        pos: Pos,
        /// The argument of `derivationStrict`, whose name is known some time after the call began.
        derivation: Option<Value<'h>>,
    },
    /// Returns the result of a functor.
    Functor {
        /// Where the functor is defined.
        pos: Pos,
        /// Call depth when it was called.
        depth: u32,
    },
    /// A builtin. Its arguments are being forced, or its result is.
    Builtin {
        /// Which one.
        builtin: &'h Primop,
        /// The index of its arguments on the stack; the function lies beneath.
        base: u32,
        /// The index of the strictness rule being applied; the number of rules while the result is forced.
        step: u8,
        /// Call depth when it was called.
        depth: u32,
    },
    /// A builtin that calls a function for the elements of a list in turn. The function is on the stack at `height`,
    /// with the results so far above it.
    ForEach {
        /// Which one.
        builtin: &'h Primop,
        /// The list.
        list: &'h List<'h>,
        /// The index of the next element.
        next: u32,
        /// Height of the stack to return to.
        height: u32,
        /// Call depth when it was called.
        depth: u32,
    },
    /// A builtin that forces slots in turn. Its arguments are on the stack.
    ForceSlots {
        /// Which one.
        builtin: &'h Primop,
        /// The index of its arguments on the stack; the function lies beneath.
        base: u32,
        /// Its progress, as a number.
        next: u32,
        /// Call depth when it was called.
        depth: u32,
        /// The position that needs the slot being forced.
        pos: Pos,
        /// The line of trace for a failure, at that position.
        context: Option<&'static str>,
    },
    /// `addErrorContext`, whose second argument is being forced.
    ErrorContext {
        /// The builtin.
        builtin: &'h Primop,
        /// Its first argument, which is forced only for a failure.
        message: Value<'h>,
        /// Call depth when it was called.
        depth: u32,
    },
    /// A suspended generator.
    Generator(Box<Generator<'h>>),
    /// `tryEval`: turns a value, or a catchable error, into the result.
    Catch {
        /// Height of the stack to return to.
        height: u32,
        /// Call depth to return to.
        depth: u32,
    },
    /// An error on its way through a code frame, waiting for a computed name in a line of trace.
    TraceName(Box<TraceName<'h>>),
}

/// A frame of bytecode. Its slots are on the machine's stack from `base` on.
#[derive(Clone, Copy)]
pub struct CodeFrame<'h> {
    /// The code.
    pub chunk: &'h Chunk<'h>,
    /// Its upvalues.
    pub upvalues: &'h [Cell<Packed<'h>>],
    /// The thunk that gets the result. Forcing a thunk pushes one frame, which is a code frame and an update frame in
    /// one.
    pub update: Option<Update<'h>>,
    /// The next instruction, or the one to restart.
    pub pc: u32,
    /// The index of slot 0 on the stack.
    pub base: u32,
    /// Height of the stack to return to.
    pub height: u32,
    /// Call depth to return to.
    pub depth: u32,
    /// Where the attribute that a selection found last is defined.
    pub selected: Pos,
    /// What to do with the value that the frame waits for.
    pub awaiting: Awaiting,
    /// Whether the frame is a call of a function.
    pub is_call: bool,
}

/// What a code frame does with the value that it waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Awaiting {
    /// Push it and continue with the next instruction.
    Value,
    /// Push it and run the same instruction again.
    Operand,
    /// Drop it and run the same instruction again.
    Restart,
}

impl CodeFrame<'_> {
    /// The index of the present instruction, for looking it up in the chunk's tables.
    pub fn instruction(&self) -> u32 {
        match self.awaiting {
            Awaiting::Value => self.pc.saturating_sub(1),
            Awaiting::Operand | Awaiting::Restart => self.pc,
        }
    }

    /// The position from which the frame calls or forces. For a selected attribute it is where that is defined.
    pub fn pos(&self) -> Pos {
        let at = self.instruction();
        match self.chunk.code().get(at as usize) {
            Some(Op::ForceSelected) if self.selected.is_some() => self.selected,
            _ => self.chunk.pos_at(at),
        }
    }
}
