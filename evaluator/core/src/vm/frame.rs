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
    /// Writes the value it is given into a thunk, and passes it on.
    Update {
        /// The thunk's.
        update: Update<'h>,
    },
    /// Keeps the value it is given, what a delayed application's function gave for its first argument, in the place of
    /// both, and passes it on.
    ApplyFirst {
        /// The delayed application.
        thunk: &'h Thunk<'h>,
        /// What it was.
        delayed: Delayed<'h>,
    },
    /// Calls the value it is given with arguments that wait on the stack.
    Apply {
        /// Where the function will be put; the arguments follow.
        base: u32,
        /// How many arguments.
        count: u32,
        /// Call depth when the frame was pushed.
        depth: u32,
    },
    /// Passes on the namespace of a `with` that is being forced because a variable is looked up in it.
    Namespace {
        /// Where the `with` stands.
        pos: Pos,
    },
    /// Says that a call is over, and passes on its result; where calls are traced.
    Traced {
        /// Where the call stands.
        pos: Pos,
    },
    /// Passes on the result of a functor that is being called.
    Functor {
        /// Where the functor is defined.
        pos: Pos,
        /// Call depth when it was called.
        depth: u32,
    },
    /// A builtin whose arguments are being forced, or whose result is.
    Builtin {
        /// Which one.
        builtin: &'static Primop,
        /// Where its arguments are on the stack; the function lies beneath.
        base: u32,
        /// Which of its strictness rules is being met; one more than there are while the result is forced.
        step: u8,
        /// Call depth when it was called.
        depth: u32,
    },
    /// A builtin that calls a function for the elements of a list in turn. The function lies on the stack at `height`,
    /// with what is kept so far above it.
    ForEach {
        /// Which one.
        builtin: &'static Primop,
        /// The list.
        list: &'h List<'h>,
        /// The element that comes next.
        next: u32,
        /// Height of the stack to return to.
        height: u32,
        /// Call depth when it was called.
        depth: u32,
    },
    /// A builtin that forces slots in turn. Its arguments are on the stack.
    ForceSlots {
        /// Which one.
        builtin: &'static Primop,
        /// Where its arguments are on the stack; the function lies beneath.
        base: u32,
        /// How far it is.
        next: u32,
        /// Call depth when it was called.
        depth: u32,
        /// Where what needs the slot that is being forced stands.
        pos: Pos,
        /// What a failure says was being done, there.
        context: Option<&'static str>,
    },
    /// `addErrorContext`, whose second argument is being forced.
    ErrorContext {
        /// The builtin.
        builtin: &'static Primop,
        /// Its first argument, which a failure asks for.
        message: Value<'h>,
        /// Call depth when it was called.
        depth: u32,
    },
    /// A suspended generator.
    Generator(Box<Generator<'h>>),
    /// Turns a value, or an error that can be caught, into the result of `tryEval`.
    Catch {
        /// Height of the stack to return to.
        height: u32,
        /// Call depth to return to.
        depth: u32,
    },
    /// An error on its way through a frame of code, which waits for a computed name in a line of trace.
    TraceName(Box<TraceName<'h>>),
}

/// A frame of bytecode. Its locals are on the machine's stack from `base` on.
#[derive(Clone, Copy)]
pub struct CodeFrame<'h> {
    /// The code.
    pub chunk: &'h Chunk<'h>,
    /// What it captured.
    pub upvalues: &'h [Cell<Packed<'h>>],
    /// The thunk that gets the result: forcing pushes one frame that is a code and an update frame in one.
    pub update: Option<Update<'h>>,
    /// The next instruction, or the suspended one if it restarts.
    pub pc: u32,
    /// Slot 0 on the stack.
    pub base: u32,
    /// Height of the stack to return to.
    pub height: u32,
    /// Call depth to return to.
    pub depth: u32,
    /// Where the attribute that a selection found last is defined.
    pub selected: Pos,
    /// What is done with the value that the frame waits for.
    pub awaiting: Awaiting,
    /// Whether the frame is a call of a function.
    pub is_call: bool,
}

/// What a code frame does with the value that it waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Awaiting {
    /// Push it and go on with the next instruction.
    Value,
    /// Push it and run the same instruction again.
    Operand,
    /// Drop it and run the same instruction again.
    Restart,
}

impl CodeFrame<'_> {
    /// The instruction that the frame is at, for looking it up in the chunk's tables.
    pub fn instruction(&self) -> u32 {
        match self.awaiting {
            Awaiting::Value => self.pc.saturating_sub(1),
            Awaiting::Operand | Awaiting::Restart => self.pc,
        }
    }

    /// The place that the frame calls or forces something from: of a selected attribute, where that is defined.
    pub fn place(&self) -> Pos {
        let at = self.instruction();
        match self.chunk.code().get(at as usize) {
            Some(Op::ForceSelected) if self.selected.is_some() => self.selected,
            _ => self.chunk.pos_at(at),
        }
    }
}
