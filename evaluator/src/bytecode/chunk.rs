//! A chunk is the code of one function or thunk with all it refers to. Chunks live in the region, like values.

use std::cell::Cell;

use super::Op;
use crate::heap::{Heap, Symbol};
use crate::syntax::source::Pos;
use crate::value::{Packed, Site, Value};

/// Code, and what it refers to.
pub struct Chunk<'h> {
    /// What the code is of.
    pub kind: ChunkKind<'h>,
    /// The instructions.
    pub code: &'h [Op],
    /// Constants: numbers, strings, paths, globals.
    pub constants: &'h [Value<'h>],
    /// Functions and thunks built by this code.
    pub prototypes: &'h [Prototype<'h>],
    /// Names and places of the sets built by this code.
    pub shapes: &'h [Shape<'h>],
    /// Arguments that a call puts into the first slots: one for each of the nested lambdas that the chunk stands for.
    pub parameters: &'h [Parameter],
    /// How many values a closure or thunk of this code captures.
    pub upvalue_count: u32,
    /// The most values that a frame of this code has on the stack.
    pub stack_size: u32,
    /// The pattern of the last argument.
    pub formals: Option<&'h FormalsSpec<'h>>,
    /// The place of each instruction that can fail: the entry with the largest index not above the instruction's.
    pub positions: &'h [(u32, Pos)],
    /// What was being done, for traces: inner regions before outer ones.
    pub regions: &'h [Region<'h>],
}

/// What a chunk is the code of.
pub enum ChunkKind<'h> {
    /// A delayed expression.
    Thunk,
    /// A function.
    Lambda {
        /// What it was bound to. A dynamic attribute names its function when it is built.
        name: Cell<Option<Symbol>>,
    },
    /// A whole file, imported.
    File {
        /// Its path.
        path: &'h [u8],
    },
    /// An expression from the command line or an embedder.
    Root,
}

/// One of the nested lambdas that a chunk stands for.
#[derive(Clone, Copy)]
pub struct Parameter {
    /// Where the lambda starts.
    pub pos: Pos,
    /// The name of its argument; none for a pattern without `@`.
    pub name: Option<Symbol>,
}

/// How to build a closure or thunk.
pub struct Prototype<'h> {
    /// Its code.
    pub chunk: &'h Chunk<'h>,
    /// Where each upvalue comes from.
    pub captures: &'h [Capture],
    /// Whether any capture is deferred.
    pub has_deferred: bool,
    /// The number that early integers have which stand for this thunk, where forcing it would be a call.
    pub site: Option<Site>,
}

/// Where an upvalue comes from when its closure or thunk is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capture {
    /// A slot of the building frame.
    Local(u32),
    /// An upvalue of the building frame.
    Upvalue(u32),
    /// A slot of the building frame that holds nothing yet; copied when the scope is complete.
    Deferred(u32),
}

impl<'h> Prototype<'h> {
    /// Copies the deferred upvalues from `slot`.
    pub(crate) fn fill_deferred(&self, heap: &'h Heap, upvalues: &[Cell<Packed<'h>>], slot: impl Fn(u32) -> Value<'h>) {
        for (upvalue, capture) in upvalues.iter().zip(self.captures) {
            if let Capture::Deferred(index) = capture {
                debug_assert!(matches!(upvalue.get().value(), Value::Missing), "an upvalue is finalised once");
                let value = slot(*index);
                debug_assert!(!matches!(value, Value::Missing), "a scope is complete when it is finalised");
                upvalue.set(Packed::new(heap, value));
            }
        }
    }
}

/// Names and places of a set's attributes, sorted by symbol.
pub struct Shape<'h> {
    /// Each attribute's name and place.
    pub names: &'h [(Symbol, Pos)],
    /// Where the set was written.
    pub pos: Pos,
}

/// The pattern of a function's last argument.
pub struct FormalsSpec<'h> {
    /// The formals, sorted by symbol.
    pub formals: &'h [FormalSpec],
    /// Whether other attributes are accepted.
    pub ellipsis: bool,
    /// The name of the whole argument, if it has one.
    pub argument: Option<Symbol>,
}

/// One formal.
#[derive(Clone, Copy)]
pub struct FormalSpec {
    /// Its name.
    pub name: Symbol,
    /// Where it stands.
    pub pos: Pos,
    /// Whether it may be left out.
    pub has_default: bool,
}

/// Instructions during which a failure gets a line of trace.
pub struct Region<'h> {
    /// First instruction.
    pub start: u32,
    /// One past the last instruction.
    pub end: u32,
    /// The line.
    pub note: Note<'h>,
}

/// A line of trace, before it is worded.
pub enum Note<'h> {
    /// A fixed text.
    Text(&'static str, Pos),
    /// “while calling the '…' builtin”, for an operator that stands for a call of one.
    Builtin(&'static str, Pos),
    /// “while evaluating the attribute '…'”, at the place where the attribute that was found last is defined; nothing
    /// if none was found.
    Select(&'h [PathPart<'h>]),
    /// As `Select`, with the place in a slot.
    SelectSaved(u32, &'h [PathPart<'h>]),
    /// No line: the place that errors of the operator itself name, where its operands have places of their own.
    Operator(Pos),
    /// “while evaluating the condition of the assertion '…'”; only for failed assertions.
    AssertionCondition(&'h [u8], Pos),
}

/// One name of a selected path.
pub enum PathPart<'h> {
    /// Known when compiling.
    Name(Symbol),
    /// Computed; kept in a slot once it is, and until then shown as its source.
    Computed(u32, &'h [u8]),
}

impl Chunk<'_> {
    /// How many arguments the code takes at once.
    #[inline]
    pub fn arity(&self) -> usize {
        self.parameters.len()
    }

    /// Where the innermost lambda starts; none for what is no function.
    pub fn lambda_pos(&self) -> Pos {
        self.parameters.last().map_or(Pos::NONE, |parameter| parameter.pos)
    }

    /// Names a function after the dynamic attribute that it is bound to.
    pub fn set_name(&self, symbol: Symbol) {
        if let ChunkKind::Lambda { name } = &self.kind {
            name.set(Some(symbol));
        }
    }

    /// What a function was bound to.
    pub fn lambda_name(&self) -> Option<Symbol> {
        match &self.kind {
            ChunkKind::Lambda { name } => name.get(),
            _ => None,
        }
    }

    /// The place of the instruction at `index`.
    pub fn pos_at(&self, index: u32) -> Pos {
        let after = self.positions.partition_point(|(start, _)| *start <= index);
        after.checked_sub(1).map_or(Pos::NONE, |entry| self.positions[entry].1)
    }
}
