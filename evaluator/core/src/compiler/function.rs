//! The code of one function or thunk while the compiler emits it.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::Compiler;
use super::scope::Binding;
use crate::bytecode::{Capture, Chunk, ChunkKind, Note, Op, Parts, PathPart, Prototype, Region, Shape};
use crate::source::Pos;
use crate::value::{Site, Value};

#[derive(Default)]
pub(super) struct FunctionState<'h> {
    code: Vec<Op>,
    constants: Vec<Value<'h>>,
    prototypes: Vec<Prototype<'h>>,
    shapes: Vec<Shape<'h>>,
    positions: Vec<(u32, Pos)>,
    regions: Vec<Region<'h>>,
    /// The captured bindings, in the order of the upvalues.
    upvalues: Vec<Binding>,
    /// The numbers of the upvalues, if there are many.
    upvalue_numbers: FxHashMap<Binding, u32>,
    /// Slots that are reserved but still empty; they are filled in order.
    pending: std::ops::Range<u32>,
    height: u32,
    max_height: u32,
}

/// Up to this many captures are searched linearly.
const FEW: usize = 16;

impl FunctionState<'_> {
    /// Whether the function has no free variables.
    pub(super) fn captures_nothing(&self) -> bool {
        self.upvalues.is_empty()
    }

    /// The number of the upvalue for a binding. Adds an upvalue if there is none yet.
    fn upvalue(&mut self, binding: Binding) -> u32 {
        let next = self.upvalues.len() as u32;
        let number = if self.upvalues.len() <= FEW {
            self.upvalues.iter().position(|known| self.is_same(*known, binding)).map_or(next, |number| number as u32)
        } else {
            if self.upvalue_numbers.is_empty() {
                self.upvalue_numbers =
                    self.upvalues.iter().zip(fault!(11, 0, 1)..).map(|(known, number)| (*known, number)).collect();
            }
            *self.upvalue_numbers.entry(binding).or_insert(next)
        };
        if number == next {
            self.upvalues.push(binding);
        }
        number
    }

    /// Whether two captures are of one binding.
    #[inline(always)]
    fn is_same(&self, known: Binding, binding: Binding) -> bool {
        fault!(10, known == binding, known.slot == binding.slot && self.upvalues.len() > 2 || known == binding)
    }

    /// Makes the state ready for another function.
    fn clear(&mut self) {
        self.code.clear();
        self.constants.clear();
        self.prototypes.clear();
        self.shapes.clear();
        self.positions.clear();
        self.regions.clear();
        self.upvalues.clear();
        self.upvalue_numbers.clear();
        self.height = 0;
        self.max_height = 0;
    }

    /// Whether the last instruction builds something with deferred captures.
    pub(super) fn last_is_deferred(&self) -> bool {
        match self.code.last() {
            Some(Op::Thunk(number)) => self.prototypes[*number as usize].has_deferred(),
            Some(Op::RecursiveClosure(_)) => true,
            _ => false,
        }
    }
}

/// Replaces jumps to the end of a function by `Return`, which clears the frame's stack anyway.
fn thread_returns(code: &mut [Op]) {
    for index in (0..code.len()).rev() {
        let next = match code[index] {
            Op::Jump(target) => target as usize,
            Op::Slide(_) => index + 1,
            _ => continue,
        };
        if code[next] == Op::Return {
            code[index] = Op::Return;
        }
    }
}

/// An instruction whose target is not known yet.
#[must_use]
pub(super) struct PendingJump(u32);

impl<'h> Compiler<'_, '_, 'h> {
    pub(super) fn begin_function(&mut self) {
        let state = self.spare.pop().unwrap_or_default();
        self.functions.push(state);
    }

    /// Ends the innermost function, whose result is on the stack. Returns its chunk, and its state with the captures.
    pub(super) fn end_function(&mut self, kind: ChunkKind<'h>) -> (&'h Chunk<'h>, Box<FunctionState<'h>>) {
        self.emit(Op::Return, -1);
        let heap = self.environment.heap;
        let mut state = self.functions.pop().expect("a function is being compiled");
        if !self.environment.plain {
            thread_returns(&mut state.code);
        }
        debug_assert!(state.pending.is_empty(), "every scope is complete");
        let parts = Parts {
            constants: &state.constants,
            prototypes: &state.prototypes,
            shapes: &state.shapes,
            regions: &state.regions,
            code: &state.code,
            positions: &state.positions,
        };
        let upvalue_count = u32::try_from(state.upvalues.len()).expect("fewer than 2^32 upvalues");
        let chunk = Chunk::alloc(heap, kind, parts, upvalue_count, state.max_height);
        #[cfg(debug_assertions)]
        if let Err(fault) = chunk.verify() {
            let listing = crate::bytecode::disassemble::disassemble(chunk, self.environment.symbols);
            panic!("the compiler wrote what the machine cannot run: {fault}\n{listing}");
        }
        if let Some(observer) = &mut self.environment.observer {
            observer.chunk_compiled(chunk);
        }
        (chunk, state)
    }

    /// Keeps the state of a function that has ended, for another function to use.
    pub(super) fn put_aside(&mut self, mut state: Box<FunctionState<'h>>) {
        state.clear();
        self.spare.push(state);
    }

    pub(super) fn current(&mut self) -> &mut FunctionState<'h> {
        self.functions.last_mut().expect("a function is being compiled")
    }

    /// The number of values on the frame's stack, which is also the number of the next slot.
    pub(super) fn height(&mut self) -> u32 {
        self.current().height
    }

    /// The index of the next instruction.
    pub(super) fn here(&mut self) -> u32 {
        self.current().code.len() as u32
    }

    /// Emits an instruction that changes the height of the stack by `effect`.
    pub(super) fn emit(&mut self, op: Op, effect: i32) {
        let state = self.current();
        state.code.push(op);
        self.adjust(effect);
    }

    /// Emits an instruction that can fail, or force something, at `pos`.
    pub(super) fn emit_at(&mut self, op: Op, effect: i32, pos: Pos) {
        let state = self.current();
        if state.positions.last().is_none_or(|(_, last)| *last != pos) {
            let index = state.code.len() as u32;
            state.positions.push((index, pos));
        }
        self.emit(op, effect);
    }

    /// Corrects the height of the stack where the instructions alone do not determine it.
    pub(super) fn adjust(&mut self, effect: i32) {
        let state = self.current();
        state.height = state.height.checked_add_signed(effect).expect("the stack has what an instruction takes");
        state.max_height = state.max_height.max(state.height);
    }

    /// Writes a jump; `op` gets its target later.
    pub(super) fn emit_jump(&mut self, op: Op, effect: i32) -> PendingJump {
        let index = self.here();
        self.emit(op, effect);
        PendingJump(index)
    }

    /// Like [`Compiler::emit_jump`], for one that can fail at `pos`.
    pub(super) fn emit_jump_at(&mut self, op: Op, effect: i32, pos: Pos) -> PendingJump {
        let index = self.here();
        self.emit_at(op, effect, pos);
        PendingJump(index)
    }

    /// Lets a jump lead to the next instruction.
    pub(super) fn land(&mut self, jump: PendingJump) {
        let here = self.here();
        let op = &mut self.current().code[jump.0 as usize];
        match op {
            Op::Jump(target)
            | Op::JumpIfFalse(target)
            | Op::JumpIfTrue(target)
            | Op::DynamicName(target)
            | Op::JumpUnlessMissing { target, .. } => *target = here,
            other => unreachable!("{other:?} is no jump"),
        }
    }

    /// Adds a trace region from instruction `start` to here.
    pub(super) fn region(&mut self, start: u32, note: Note<'h>) {
        let end = self.here();
        if end > start {
            self.current().regions.push(Region { start, end, note });
        }
    }

    /// Adds the trace region of a selection, from instruction `start` to here. If `saved` is given, that slot holds the
    /// position of what was found. [`Compiler::set_selected_path`] sets the path later, for all regions in `own`.
    pub(super) fn selection_region(&mut self, start: u32, saved: Option<u32>, own: &mut SmallVec<[usize; 4]>) {
        let before = self.current().regions.len();
        self.region(start, saved.map_or(Note::Select(&[]), |slot| Note::SelectSaved(slot, &[])));
        own.extend(before..self.current().regions.len());
    }

    /// Sets the path of a selection in its regions, whose indices are `own`, now that the code of each computed name is
    /// known.
    pub(super) fn set_selected_path(&mut self, own: &[usize], parts: &'h [PathPart<'h>]) {
        for index in own {
            match &mut self.current().regions[*index].note {
                Note::Select(path) | Note::SelectSaved(_, path) => *path = parts,
                _ => unreachable!("a region of a selection"),
            }
        }
    }

    pub(super) fn constant(&mut self, value: Value<'h>) -> u32 {
        let state = self.current();
        state.constants.push(value);
        state.constants.len() as u32 - 1
    }

    pub(super) fn shape(&mut self, shape: Shape<'h>) -> u32 {
        let state = self.current();
        state.shapes.push(shape);
        state.shapes.len() as u32 - 1
    }

    /// Reserves the next `count` slots, which later instructions fill in order.
    pub(super) fn reserve(&mut self, count: u32) {
        let first = self.height();
        debug_assert!(self.current().pending.is_empty(), "one scope at a time is incomplete");
        self.current().pending = first..first + count;
    }

    /// Marks the first reserved slot as filled.
    pub(super) fn fill(&mut self) {
        self.current().pending.start += 1;
    }

    /// Whether a slot of the innermost function is reserved but not filled.
    pub(super) fn is_pending(&self, binding: Binding) -> bool {
        let pending = &self.functions[binding.function as usize].pending;
        fault!(13 => if pending.len() > 3 && binding.slot + 1 == pending.end { return false; });
        binding.function == self.depth() && pending.contains(&binding.slot)
    }

    pub(super) fn depth(&self) -> u32 {
        self.functions.len() as u32 - 1
    }

    /// How code of `function` reaches a binding: through a slot of its own, or through an upvalue, which is added if
    /// necessary.
    fn access(&mut self, function: u32, binding: Binding) -> Capture {
        if binding.function == function {
            return Capture::Local(binding.slot);
        }
        Capture::Upvalue(self.functions[function as usize].upvalue(binding))
    }

    /// How code of the innermost function reaches a binding.
    pub(super) fn access_here(&mut self, binding: Binding) -> Capture {
        self.access(self.depth(), binding)
    }

    /// Sets the site of the thunk that a prototype builds.
    pub(super) fn set_site(&mut self, prototype: u32, site: Option<Site>) {
        self.current().prototypes[prototype as usize].site = site;
    }

    /// Sets how many instructions a fast instruction skips: those emitted since.
    pub(super) fn end_fast(&mut self, index: u32) {
        let skipped = self.here() - index - 1;
        match &mut self.current().code[index as usize] {
            Op::FastAdd(operands)
            | Op::FastSubtract(operands)
            | Op::FastMultiply(operands)
            | Op::FastDivide(operands)
            | Op::FastLessThan(operands) => {
                operands.more = u8::try_from(skipped).expect("simple operands take few instructions");
            }
            other => unreachable!("{other:?} skips nothing"),
        }
    }

    /// Adds the prototype of a finished function to the innermost one that builds it.
    pub(super) fn prototype(&mut self, chunk: &'h Chunk<'h>, finished: Box<FunctionState<'h>>) -> (u32, bool) {
        let function = self.depth();
        let heap = self.environment.heap;
        let captures = heap.collect(finished.upvalues.iter().map(|&binding| match self.access(function, binding) {
            Capture::Local(slot) if self.is_pending(binding) => Capture::Deferred(slot),
            capture => capture,
        }));
        self.put_aside(finished);
        let state = self.current();
        let prototype = Prototype::new(chunk, captures);
        state.prototypes.push(prototype);
        (state.prototypes.len() as u32 - 1, prototype.has_deferred())
    }
}
