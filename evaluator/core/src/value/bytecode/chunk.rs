//! A chunk is the code of one function or thunk with all it refers to. Chunks live in the arena, like values.

#![allow(unsafe_code)]

use std::alloc::Layout;
use std::cell::Cell;
use std::ptr::NonNull;

use super::Op;
use crate::heap::Heap;
use crate::source::Pos;
use crate::symbols::Symbol;
use crate::value::{Packed, Site, Value};

/// Code, and what it refers to. All of that lies in one piece of the region, since most chunks have little of it and
/// there are many chunks.
pub struct Chunk<'h> {
    /// What the code is of.
    pub kind: ChunkKind<'h>,
    /// Instructions, constants, prototypes, shapes, regions and places, one after the other.
    parts: NonNull<u8>,
    constants: u32,
    prototypes: u32,
    shapes: u32,
    regions: u32,
    code: u32,
    positions: u32,
    upvalue_count: u32,
    stack_size: u32,
    arity: u32,
}

/// What a chunk is made of.
#[derive(Clone, Copy)]
pub struct Parts<'p, 'h> {
    /// See [`Chunk::constants`].
    pub constants: &'p [Value<'h>],
    /// See [`Chunk::prototypes`].
    pub prototypes: &'p [Prototype<'h>],
    /// See [`Chunk::shapes`].
    pub shapes: &'p [Shape<'h>],
    /// See [`Chunk::regions`].
    pub regions: &'p [Region<'h>],
    /// See [`Chunk::code`].
    pub code: &'p [Op],
    /// See [`Chunk::pos_at`]; sorted.
    pub positions: &'p [(u32, Pos)],
}

/// What a chunk is the code of.
pub enum ChunkKind<'h> {
    /// A delayed expression.
    Thunk,
    /// A function.
    Lambda(&'h Function<'h>),
    /// A whole file, imported, by its path.
    File(&'h &'h [u8]),
    /// An expression from the command line or an embedder.
    Root,
}

/// What is known of a function beside its code.
pub struct Function<'h> {
    /// What it was bound to. A dynamic attribute names its function when it is built.
    pub name: Cell<Option<Symbol>>,
    /// Arguments that a call puts into the first slots: one for each of the nested lambdas that the chunk stands for.
    pub parameters: &'h [Parameter],
    /// The pattern of the last argument.
    pub formals: Option<&'h FormalsSpec<'h>>,
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
#[derive(Clone, Copy)]
pub struct Prototype<'h> {
    /// Its code.
    pub chunk: &'h Chunk<'h>,
    /// Where each upvalue comes from.
    pub captures: &'h [Capture],
    has_deferred: bool,
    /// The number that speculatively evaluated integers have which stand for this thunk, where forcing it would be a call.
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
    /// How to build a closure or thunk of this code.
    ///
    /// # Panics
    /// When the chunk has more upvalues than there are captures, or fewer.
    pub fn new(chunk: &'h Chunk<'h>, captures: &'h [Capture]) -> Self {
        assert_eq!(captures.len(), chunk.upvalue_count as usize, "each upvalue is captured from somewhere");
        let has_deferred = captures.iter().any(|capture| matches!(capture, Capture::Deferred(_)));
        Prototype { chunk, captures, has_deferred, site: None }
    }

    /// Whether any capture is deferred.
    #[inline(always)]
    pub fn has_deferred(&self) -> bool {
        self.has_deferred
    }

    /// Copies the deferred upvalues from the slots of the frame whose scope is complete.
    pub(crate) fn fill_deferred(&self, heap: &'h Heap, upvalues: &[Cell<Packed<'h>>], slots: &[Value<'h>]) {
        for (upvalue, capture) in upvalues.iter().zip(self.captures) {
            if let Capture::Deferred(index) = capture {
                debug_assert!(matches!(upvalue.get().value(), Value::Missing), "an upvalue is finalised once");
                let value = slots[*index as usize];
                debug_assert!(!matches!(value, Value::Missing), "a scope is complete when it is finalised");
                upvalue.set(Packed::new(heap, value));
            }
        }
    }
}

/// Names and places of a set's attributes, sorted by symbol.
#[derive(Clone, Copy)]
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
#[derive(Clone, Copy)]
pub struct Region<'h> {
    /// First instruction.
    pub start: u32,
    /// One past the last instruction.
    pub end: u32,
    /// The line.
    pub note: Note<'h>,
}

impl Region<'_> {
    /// Whether the instruction at an index is one of them.
    pub fn contains(&self, index: u32) -> bool {
        self.start <= index && index < self.end
    }
}

/// A line of trace, before it is worded.
#[derive(Clone, Copy)]
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
    /// Computed, by code that runs again for each line of trace.
    Computed(ComputedName<'h>),
}

/// A name of a selected path that is computed. Its code is told when it is made, and stays:
/// ```compile_fail,E0599
/// # fn run(name: &nix_evaluator_core::value::bytecode::ComputedName<'_>, code: nix_evaluator_core::value::bytecode::NameCode) {
/// name.set_code(code);
/// # }
/// ```
pub struct ComputedName<'h> {
    /// Its source, shown where its code fails.
    pub text: &'h [u8],
    code: NameCode,
    /// The code by itself, once it was asked for.
    alone: Cell<Option<&'h Chunk<'h>>>,
}

/// Where the code of a computed name is in that of the selection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NameCode {
    /// The first instruction.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// How many values the frame has on the stack when the code starts.
    pub height: u32,
}

impl<'h> ComputedName<'h> {
    /// A name with this source, whose code is there.
    ///
    /// # Panics
    /// When there is no code.
    pub fn new(text: &'h [u8], code: NameCode) -> Self {
        assert!(code.start < code.end, "a computed name has code");
        ComputedName { text, code, alone: Cell::new(None) }
    }

    /// Where the code is.
    pub fn code(&self) -> NameCode {
        self.code
    }

    /// The code by itself, to be run from its start on in a frame like that of `chunk`, the selection's.
    ///
    /// # Panics
    /// When it is not in that chunk.
    pub fn alone(&self, heap: &'h Heap, chunk: &'h Chunk<'h>) -> &'h Chunk<'h> {
        if let Some(alone) = self.alone.get() {
            return alone;
        }
        let NameCode { start, end, .. } = self.code();
        let ops = &chunk.code()[..end as usize];
        // What reaches the end, where the name is checked, is of the selection: a name's own failure is told nobody.
        let regions = chunk.regions().iter().filter(|region| start <= region.start && region.end < end);
        let regions: Vec<_> = regions.copied().collect();
        let parts = Parts {
            constants: chunk.constants(),
            prototypes: chunk.prototypes(),
            shapes: chunk.shapes(),
            regions: &regions,
            code: &[ops, &[Op::Return]].concat(),
            positions: chunk.positions(),
        };
        let alone = Chunk::alloc(heap, ChunkKind::Thunk, parts, chunk.upvalue_count, chunk.stack_size);
        #[cfg(debug_assertions)]
        if let Err(fault) = alone.verify_from(start, self.code.height) {
            panic!("the code of a computed name: {fault}");
        }
        self.alone.set(Some(alone));
        alone
    }
}

impl<'h> Chunk<'h> {
    /// A chunk of these parts. The machine trusts what [`Chunk::verify`] checks.
    ///
    /// # Panics
    /// When the last instruction does not leave the code.
    pub(crate) fn alloc(
        heap: &'h Heap,
        kind: ChunkKind<'h>,
        parts: Parts<'_, 'h>,
        upvalue_count: u32,
        stack_size: u32,
    ) -> &'h Self {
        const {
            assert!(align_of::<Value<'static>>() == 8 && size_of::<Value<'static>>().is_multiple_of(8));
            assert!(align_of::<Prototype<'static>>() == 8 && align_of::<Shape<'static>>() == 8);
            assert!(align_of::<Region<'static>>() == 8);
            assert!(size_of::<Op>() == 8 && align_of::<Op>() <= 8, "the other parts come behind instructions");
            assert!(align_of::<(u32, Pos)>() <= 8);
        }
        let Parts { constants, prototypes, shapes, regions, code, positions } = parts;
        assert!(matches!(code.last(), Some(Op::Return)), "code ends with an instruction that leaves it");
        let parameters = match &kind {
            ChunkKind::Lambda(function) => function.parameters.len(),
            _ => 0,
        };
        // One look at all lengths: there are many chunks.
        let lengths = constants.len() | prototypes.len() | shapes.len() | regions.len() | code.len() | positions.len();
        assert!(u32::try_from(lengths | parameters).is_ok(), "a chunk has fewer than 2^32 of each part");
        let size = size_of_val(constants)
            + size_of_val(prototypes)
            + size_of_val(shapes)
            + size_of_val(regions)
            + size_of_val(code)
            + size_of_val(positions);
        let layout = Layout::from_size_align(size, 8).expect("code fits into memory");
        let start = heap.alloc_layout(layout);
        // SAFETY: the room is as large as all parts together, which are written one after the other; the size of each
        // but the last is a multiple of the largest alignment (by the constant assertions), and so is where the first
        // starts.
        unsafe {
            let mut at = start;
            at = put(at, code);
            at = put(at, constants);
            at = put(at, prototypes);
            at = put(at, shapes);
            at = put(at, regions);
            put(at, positions);
        }
        heap.alloc(Chunk {
            kind,
            parts: start,
            constants: constants.len() as u32,
            prototypes: prototypes.len() as u32,
            shapes: shapes.len() as u32,
            regions: regions.len() as u32,
            code: code.len() as u32,
            positions: positions.len() as u32,
            upvalue_count,
            stack_size,
            arity: parameters as u32,
        })
    }

    /// A part.
    #[inline(always)]
    fn part<P: Part<'h>>(&self) -> &'h [P] {
        let (offset, count) = P::place(self);
        // SAFETY: `alloc`, which alone makes chunks, has written as many of these there; they never change, and the
        // arena lives as long as `'h`.
        unsafe { std::slice::from_raw_parts(self.parts.add(offset).cast::<P>().as_ptr(), count as usize) }
    }

    /// How many values a closure or thunk of this code captures.
    #[inline(always)]
    pub fn upvalue_count(&self) -> u32 {
        self.upvalue_count
    }

    /// The most values that a frame of this code has on the stack.
    #[inline(always)]
    pub fn stack_size(&self) -> u32 {
        self.stack_size
    }

    /// Constants: numbers, strings, paths, globals.
    #[inline(always)]
    pub fn constants(&self) -> &'h [Value<'h>] {
        self.part()
    }

    /// Functions and thunks built by this code.
    #[inline(always)]
    pub fn prototypes(&self) -> &'h [Prototype<'h>] {
        self.part()
    }

    /// Names and places of the sets built by this code.
    #[inline(always)]
    pub fn shapes(&self) -> &'h [Shape<'h>] {
        self.part()
    }

    /// What was being done, for traces: inner regions before outer ones.
    pub fn regions(&self) -> &'h [Region<'h>] {
        self.part()
    }

    /// The instructions.
    #[inline(always)]
    pub fn code(&self) -> &'h [Op] {
        self.part()
    }

    /// Where instructions that can fail stand: each from its index up to that of the next.
    pub(super) fn positions(&self) -> &'h [(u32, Pos)] {
        self.part()
    }

    /// How many arguments the code takes at once.
    #[inline]
    pub fn arity(&self) -> usize {
        self.arity as usize
    }

    /// What is known of the function that the code is of, if it is one.
    pub fn function(&self) -> Option<&'h Function<'h>> {
        match self.kind {
            ChunkKind::Lambda(function) => Some(function),
            _ => None,
        }
    }

    /// Arguments that a call puts into the first slots; none for what is no function.
    pub fn parameters(&self) -> &'h [Parameter] {
        self.function().map_or(&[], |function| function.parameters)
    }

    /// The pattern of the last argument.
    pub fn formals(&self) -> Option<&'h FormalsSpec<'h>> {
        self.function()?.formals
    }

    /// Where the innermost lambda starts; none for what is no function.
    pub fn lambda_pos(&self) -> Pos {
        self.parameters().last().map_or(Pos::NONE, |parameter| parameter.pos)
    }

    /// Names a function after the dynamic attribute that it is bound to.
    pub fn set_name(&self, symbol: Symbol) {
        if let Some(function) = self.function() {
            function.name.set(Some(symbol));
        }
    }

    /// What a function was bound to.
    pub fn lambda_name(&self) -> Option<Symbol> {
        self.function()?.name.get()
    }

    /// The place of the instruction at `index`.
    pub fn pos_at(&self, index: u32) -> Pos {
        let positions = self.positions();
        let after = positions.partition_point(|(start, _)| *start <= index);
        after.checked_sub(1).map_or(Pos::NONE, |entry| positions[entry].1)
    }
}

/// What one of a chunk's parts consists of. Where it starts, in bytes, and how many there are; `alloc` writes the parts
/// in the order in which they stand here.
trait Part<'h>: Copy {
    fn place(chunk: &Chunk<'h>) -> (usize, u32);
}

macro_rules! parts {
    ($($of:ty = $count:ident behind $before:ty),*) => {
        $(impl<'h> Part<'h> for $of {
            #[inline(always)]
            fn place(chunk: &Chunk<'h>) -> (usize, u32) {
                let (start, count) = <$before as Part<'h>>::place(chunk);
                (start + count as usize * size_of::<$before>(), chunk.$count)
            }
        })*
    };
}

impl<'h> Part<'h> for Op {
    #[inline(always)]
    fn place(chunk: &Chunk<'h>) -> (usize, u32) {
        (0, chunk.code)
    }
}

parts! {
    Value<'h> = constants behind Op,
    Prototype<'h> = prototypes behind Value<'h>,
    Shape<'h> = shapes behind Prototype<'h>,
    Region<'h> = regions behind Shape<'h>,
    (u32, Pos) = positions behind Region<'h>
}

/// Copies `part` to `to`. What comes behind it.
///
/// # Safety
/// There must be room for it, aligned as it wants.
unsafe fn put<T: Copy>(to: NonNull<u8>, part: &[T]) -> NonNull<u8> {
    if part.is_empty() {
        return to;
    }
    // SAFETY: by the caller's promise.
    unsafe {
        to.cast::<T>().as_ptr().copy_from_nonoverlapping(part.as_ptr(), part.len());
        to.add(size_of_val(part))
    }
}
