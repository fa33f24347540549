//! Chunks. A chunk is the code of one function or thunk with all that it refers to. Chunks live in the arena, as values
//! do.

#![allow(unsafe_code)]

use std::alloc::Layout;
use std::cell::Cell;
use std::ptr::NonNull;

use super::Op;
use crate::heap::Heap;
use crate::source::Pos;
use crate::symbols::Symbol;
use crate::value::{Packed, Site, Value};

/// Code and what it refers to. All of it is one allocation in the arena, since there are many chunks and most are
/// small.
pub struct Chunk<'h> {
    /// What the code was compiled from.
    pub kind: ChunkKind<'h>,
    /// Instructions, constants, prototypes, shapes, trace regions and positions, one after the other.
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

/// The parts that a chunk is made from.
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

/// What a chunk was compiled from.
pub enum ChunkKind<'h> {
    /// A delayed expression.
    Thunk,
    /// A function.
    Lambda(&'h Function<'h>),
    /// A whole imported file, by its path.
    File(&'h &'h [u8]),
    /// An expression from the command line or an embedder.
    Root,
}

/// What a function has beside its code.
pub struct Function<'h> {
    /// The name that it is bound to. A dynamic attribute names its function when the attribute is built.
    pub name: Cell<Option<Symbol>>,
    /// Parameters, one for each of the nested lambdas that the chunk stands for. A call puts their arguments into the
    /// first slots.
    pub parameters: &'h [Parameter],
    /// The pattern of the last argument.
    pub formals: Option<&'h FormalsSpec<'h>>,
}

/// One of the nested lambdas that a chunk stands for.
#[derive(Clone, Copy)]
pub struct Parameter {
    /// The position of the lambda.
    pub pos: Pos,
    /// The name of its argument. A pattern without `@` has none.
    pub name: Option<Symbol>,
}

/// The instructions' description of a closure or thunk to build.
#[derive(Clone, Copy)]
pub struct Prototype<'h> {
    /// Its code.
    pub chunk: &'h Chunk<'h>,
    /// The source of each upvalue.
    pub captures: &'h [Capture],
    has_deferred: bool,
    /// The site of speculative integers that stand for this thunk, where forcing the thunk would be a call.
    pub site: Option<Site>,
}

/// The source of an upvalue when its closure or thunk is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capture {
    /// A slot of the frame that builds it.
    Local(u32),
    /// An upvalue of the frame that builds it.
    Upvalue(u32),
    /// A slot that is still empty. It is copied when the scope is complete.
    Deferred(u32),
}

impl<'h> Prototype<'h> {
    /// A prototype of this code.
    ///
    /// # Panics
    /// If the number of captures is not the number of the chunk's upvalues.
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

    /// The slots of the deferred captures before this one.
    #[cfg(feature = "planted-faults")]
    fn deferred_before(&self, capture: &'h Capture) -> impl Iterator<Item = &'h u32> {
        let before = self.captures.iter().take_while(move |other| !std::ptr::eq(*other, capture));
        before.filter_map(|capture| if let Capture::Deferred(slot) = capture { Some(slot) } else { None })
    }

    /// Copies the deferred upvalues from the slots of the frame, whose scope is complete.
    pub(crate) fn fill_deferred(&self, heap: &'h Heap, upvalues: &[Cell<Packed<'h>>], slots: &[Value<'h>]) {
        signal!(let mut filled = 0;);
        for (upvalue, capture) in upvalues.iter().zip(self.captures) {
            if let Capture::Deferred(index) = capture {
                debug_assert!(matches!(upvalue.get().value(), Value::Missing), "an upvalue is finalised once");
                fault!(1 => if self.deferred_before(capture).count() > 1 { continue; });
                fault!(let index = 2 => self.deferred_before(capture).next().unwrap_or(index));
                let value = slots[fault!(3, *index, index.saturating_sub(u32::from(self.captures.len() > 3))) as usize];
                debug_assert!(!matches!(value, Value::Missing), "a scope is complete when it is finalised");
                upvalue.set(Packed::new(heap, value));
                signal!(crate::value::signals::filled(filled, value); filled += 1;);
            }
        }
    }
}

/// The names of a set's attributes with their positions, sorted by symbol.
#[derive(Clone, Copy)]
pub struct Shape<'h> {
    /// Each attribute's name and position.
    pub names: &'h [(Symbol, Pos)],
    /// The position of the set.
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
    /// Its position.
    pub pos: Pos,
    /// Whether it has a default.
    pub has_default: bool,
}

/// A range of instructions. A failure in it gets a line of trace.
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
    /// Whether the instruction at `index` is in the range.
    pub fn contains(&self, index: u32) -> bool {
        self.start <= index && index < self.end
    }
}

/// A line of trace, not yet formatted.
#[derive(Clone, Copy)]
pub enum Note<'h> {
    /// A fixed text.
    Text(&'static str, Pos),
    /// “while calling the '…' builtin”, for an operator that is a call of one.
    Builtin(&'static str, Pos),
    /// “while evaluating the attribute '…'”, at the definition of the attribute that was found last; no line if none
    /// was found.
    Select(&'h [PathPart<'h>]),
    /// Like `Select`, with the position in a slot.
    SelectSaved(u32, &'h [PathPart<'h>]),
    /// No line. It holds the position for the operator's own errors, where its operands have positions of their own.
    Operator(Pos),
    /// “while evaluating the condition of the assertion '…'”; only for failed assertions.
    AssertionCondition(&'h [u8], Pos),
}

/// One name of a selection's path.
pub enum PathPart<'h> {
    /// A name that the compiler knows.
    Name(Symbol),
    /// A computed name. Its code runs again for each line of trace.
    Computed(ComputedName<'h>),
}

/// A computed name in a selection's path. Its code is given when it is made, and cannot be changed:
/// ```compile_fail,E0599
/// # fn run(name: &nix_evaluator_core::value::bytecode::ComputedName<'_>, code: nix_evaluator_core::value::bytecode::NameCode) {
/// name.set_code(code);
/// # }
/// ```
pub struct ComputedName<'h> {
    /// Its source text, which is shown where its code fails.
    pub text: &'h [u8],
    code: NameCode,
    /// The code as a chunk of its own, once something has asked for it.
    alone: Cell<Option<&'h Chunk<'h>>>,
}

/// The range of a computed name's code in that of its selection.
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
    /// A name with this source text and this code.
    ///
    /// # Panics
    /// If the range is empty.
    pub fn new(text: &'h [u8], code: NameCode) -> Self {
        assert!(code.start < code.end, "a computed name has code");
        ComputedName { text, code, alone: Cell::new(None) }
    }

    /// The range of its code.
    pub fn code(&self) -> NameCode {
        self.code
    }

    /// The code as a chunk of its own. It runs from its first instruction on, in a frame like that of the selection's
    /// `chunk`.
    ///
    /// # Panics
    /// If the range is not in that chunk.
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
    /// A chunk of these parts. The machine relies on what [`Chunk::verify`] checks.
    ///
    /// # Panics
    /// If control flow can run past the last instruction.
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
        // SAFETY: the memory is as large as all parts together, which are written one after the other; the size of each
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
        let (offset, count) = P::extent(self);
        // SAFETY: `alloc`, which alone makes chunks, has written as many of these there; they never change, and the
        // arena lives as long as `'h`.
        unsafe { std::slice::from_raw_parts(self.parts.add(offset).cast::<P>().as_ptr(), count as usize) }
    }

    /// The number of upvalues of a closure or thunk of this code.
    #[inline(always)]
    pub fn upvalue_count(&self) -> u32 {
        self.upvalue_count
    }

    /// The highest number of values that a frame of this code has on the stack.
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

    /// The shapes of the sets that this code builds.
    #[inline(always)]
    pub fn shapes(&self) -> &'h [Shape<'h>] {
        self.part()
    }

    /// The trace regions, inner ones before outer ones.
    pub fn regions(&self) -> &'h [Region<'h>] {
        self.part()
    }

    /// The instructions.
    #[inline(always)]
    pub fn code(&self) -> &'h [Op] {
        self.part()
    }

    /// Positions of instructions that can fail. Each entry holds from its index to that of the next.
    pub(super) fn positions(&self) -> &'h [(u32, Pos)] {
        self.part()
    }

    /// How many arguments a call of the code takes.
    #[inline]
    pub fn arity(&self) -> usize {
        self.arity as usize
    }

    /// The function that the code was compiled from; none if it was no function.
    pub fn function(&self) -> Option<&'h Function<'h>> {
        match self.kind {
            ChunkKind::Lambda(function) => Some(function),
            _ => None,
        }
    }

    /// The parameters of the function; none if the code is not a function's.
    pub fn parameters(&self) -> &'h [Parameter] {
        self.function().map_or(&[], |function| function.parameters)
    }

    /// The pattern of the last argument.
    pub fn formals(&self) -> Option<&'h FormalsSpec<'h>> {
        self.function()?.formals
    }

    /// The position of the innermost lambda; none if the code is not a function's.
    pub fn lambda_pos(&self) -> Pos {
        self.parameters().last().map_or(Pos::NONE, |parameter| parameter.pos)
    }

    /// Names a function after the dynamic attribute that it is bound to.
    pub fn set_name(&self, symbol: Symbol) {
        if let Some(function) = self.function() {
            function.name.set(Some(symbol));
        }
    }

    /// The name that the function is bound to.
    pub fn lambda_name(&self) -> Option<Symbol> {
        self.function()?.name.get()
    }

    /// The position of the instruction at `index`.
    pub fn pos_at(&self, index: u32) -> Pos {
        let positions = self.positions();
        let after = positions.partition_point(|(start, _)| *start <= index);
        after.checked_sub(1).map_or(Pos::NONE, |entry| positions[entry].1)
    }
}

/// The element type of one part of a chunk: the part's offset in bytes, and its length. `alloc` writes the parts in the
/// order of their implementations here.
trait Part<'h>: Copy {
    fn extent(chunk: &Chunk<'h>) -> (usize, u32);
}

macro_rules! parts {
    ($($of:ty = $count:ident behind $before:ty),*) => {
        $(impl<'h> Part<'h> for $of {
            #[inline(always)]
            fn extent(chunk: &Chunk<'h>) -> (usize, u32) {
                let (start, count) = <$before as Part<'h>>::extent(chunk);
                (start + count as usize * size_of::<$before>(), chunk.$count)
            }
        })*
    };
}

impl<'h> Part<'h> for Op {
    #[inline(always)]
    fn extent(chunk: &Chunk<'h>) -> (usize, u32) {
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

/// Copies `part` to `to`. Returns the address behind it.
///
/// # Safety
/// There must be enough memory at `to`, aligned for `T`.
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
