//! A chunk is the code of one function or thunk with all it refers to. Chunks live in the region, like values.

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
    /// How many values a closure or thunk of this code captures.
    pub upvalue_count: u32,
    /// The most values that a frame of this code has on the stack.
    pub stack_size: u32,
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

/// A name of a selected path that is computed.
pub struct ComputedName<'h> {
    /// Its source, shown where its code fails.
    pub text: &'h [u8],
    /// Where its code is, which the compiler knows later than that it is needed.
    code: Cell<NameCode>,
    /// The code by itself, once it was asked for.
    alone: Cell<Option<&'h Chunk<'h>>>,
}

/// Where the code of a computed name is in that of the selection.
#[derive(Clone, Copy, Default)]
pub struct NameCode {
    /// The first instruction.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// How many values the frame has on the stack when the code starts.
    pub height: u32,
}

impl<'h> ComputedName<'h> {
    /// A name of which nothing but the source is known yet.
    pub fn new(text: &'h [u8]) -> Self {
        ComputedName { text, code: Cell::default(), alone: Cell::new(None) }
    }

    /// Where the code is.
    pub fn code(&self) -> NameCode {
        self.code.get()
    }

    /// Notes where the code is.
    pub fn set_code(&self, code: NameCode) {
        self.code.set(code);
    }

    /// The code by itself, to be run from its start on in a frame like that of `chunk`, the selection's.
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
        self.alone.set(Some(alone));
        alone
    }
}

impl<'h> Chunk<'h> {
    /// A chunk of these parts.
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
        let size = size_of_val(constants)
            + size_of_val(prototypes)
            + size_of_val(shapes)
            + size_of_val(regions)
            + size_of_val(code)
            + size_of_val(positions);
        let layout = Layout::from_size_align(size, 8).expect("code fits into memory");
        let start = heap.alloc_layout(layout);
        // SAFETY: the room is as large as all parts together, which are written one after the other; the size of each
        // but the last is a multiple of the largest alignment, and so is where the first starts.
        unsafe {
            let mut at = start;
            at = put(at, code);
            at = put(at, constants);
            at = put(at, prototypes);
            at = put(at, shapes);
            at = put(at, regions);
            put(at, positions);
        }
        let arity = match &kind {
            ChunkKind::Lambda(function) => function.parameters.len() as u32,
            _ => 0,
        };
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
            arity,
        })
    }

    /// The part that starts `offset` bytes in.
    ///
    /// # Safety
    /// `alloc` must have written `count` of these there.
    #[inline(always)]
    unsafe fn part<T>(&self, offset: usize, count: u32) -> &'h [T] {
        // SAFETY: by the caller's promise; the region lives as long as `'h`.
        unsafe { std::slice::from_raw_parts(self.parts.add(offset).cast::<T>().as_ptr(), count as usize) }
    }

    /// Constants: numbers, strings, paths, globals.
    #[inline(always)]
    pub fn constants(&self) -> &'h [Value<'h>] {
        // SAFETY: `alloc` writes them behind the instructions.
        unsafe { self.part(self.constants_at(), self.constants) }
    }

    #[inline(always)]
    fn constants_at(&self) -> usize {
        self.code as usize * size_of::<Op>()
    }

    #[inline(always)]
    fn prototypes_at(&self) -> usize {
        self.constants_at() + self.constants as usize * size_of::<Value<'h>>()
    }

    /// Functions and thunks built by this code.
    #[inline(always)]
    pub fn prototypes(&self) -> &'h [Prototype<'h>] {
        // SAFETY: `alloc` writes them behind the constants.
        unsafe { self.part(self.prototypes_at(), self.prototypes) }
    }

    #[inline(always)]
    fn shapes_at(&self) -> usize {
        self.prototypes_at() + self.prototypes as usize * size_of::<Prototype<'h>>()
    }

    /// Names and places of the sets built by this code.
    #[inline(always)]
    pub fn shapes(&self) -> &'h [Shape<'h>] {
        // SAFETY: `alloc` writes them behind the prototypes.
        unsafe { self.part(self.shapes_at(), self.shapes) }
    }

    #[inline(always)]
    fn regions_at(&self) -> usize {
        self.shapes_at() + self.shapes as usize * size_of::<Shape<'h>>()
    }

    /// What was being done, for traces: inner regions before outer ones.
    pub fn regions(&self) -> &'h [Region<'h>] {
        // SAFETY: `alloc` writes them behind the shapes.
        unsafe { self.part(self.regions_at(), self.regions) }
    }

    /// The instructions.
    #[inline(always)]
    pub fn code(&self) -> &'h [Op] {
        // SAFETY: `alloc` writes them first.
        unsafe { self.part(0, self.code) }
    }

    /// Where instructions that can fail stand: each from its index up to that of the next.
    fn positions(&self) -> &'h [(u32, Pos)] {
        // SAFETY: `alloc` writes them behind the regions.
        unsafe { self.part(self.regions_at() + self.regions as usize * size_of::<Region<'h>>(), self.positions) }
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
