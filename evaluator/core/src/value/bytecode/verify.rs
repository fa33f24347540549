//! Verifies that the machine can run a chunk. The machine does not check its code (see `vm/unchecked.rs`); debug builds
//! verify each chunk when it is compiled.
//!
//! Jumps lead forward only. So one pass from the first instruction to the last computes the height of the frame's stack
//! at each instruction. It must be the same on all paths to an instruction.

#![forbid(unsafe_code)]

use std::fmt;

use super::{Capture, Chunk, ChunkKind, Note, Op, Operand, OperandKind, Operands, PathPart, Prototype};
use crate::value::Value;

/// What is wrong with a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The instruction, or the entry of a table, at which it shows.
    pub at: u32,
    /// What it is.
    pub kind: FaultKind,
}

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// An instruction takes more values than the frame has on the stack.
    Underflow,
    /// The stack grows above the chunk's `stack_size`.
    Overflow,
    /// Two paths lead to an instruction with different heights of the stack.
    Join,
    /// A jump leads backwards, to itself or behind the last instruction.
    Target,
    /// Control flow runs past the last instruction.
    End,
    /// A frame returns without a value above its arguments.
    Result,
    /// There is no such slot yet.
    Slot,
    /// There is no such upvalue.
    Upvalue,
    /// There is no such constant, or it is not of the kind that the instruction needs.
    Constant,
    /// There is no such prototype, or it is not of the kind that the instruction needs.
    Prototype,
    /// The number of a prototype's captures is not the number of its chunk's upvalues.
    Captures,
    /// There is no such shape, or its names are not sorted.
    Shape,
    /// An instruction is not followed by one of the kind that it needs.
    Next,
    /// The chunk has no pattern of formals.
    Formals,
    /// An entry of the trace table covers instructions outside the code.
    Region,
    /// The code of a computed name lies outside that of its selection, or does not push exactly one value.
    Name,
    /// The table of positions is not sorted, or has entries for instructions outside the code.
    Position,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            FaultKind::Underflow => "takes more than there is on the stack",
            FaultKind::Overflow => "makes the stack higher than the chunk says",
            FaultKind::Join => "is reached with the stack at different heights",
            FaultKind::Target => "jumps backwards, or behind the code",
            FaultKind::End => "has nothing behind it",
            FaultKind::Result => "ends the frame without a result",
            FaultKind::Slot => "names a slot that is not there",
            FaultKind::Upvalue => "names an upvalue that is not there",
            FaultKind::Constant => "names a constant that is not there, or not of its kind",
            FaultKind::Prototype => "names a prototype that is not there, or not of its kind",
            FaultKind::Captures => "is a prototype that does not capture what its chunk needs",
            FaultKind::Shape => "names a shape that is not there, or not sorted",
            FaultKind::Next => "is followed by another instruction than it needs",
            FaultKind::Formals => "binds formals that the chunk does not have",
            FaultKind::Region => "is a region that is not in the code",
            FaultKind::Name => "is a region with a computed name that has no such code",
            FaultKind::Position => "is a position out of order, or of no instruction",
        };
        write!(formatter, "{} {what} ({:?})", self.at, self.kind)
    }
}

/// The height of the stack at an instruction that no path has reached so far.
const UNREACHED: u32 = u32::MAX;

impl<'h> Chunk<'h> {
    /// Checks what the machine relies on: heights of the stack, targets of jumps, and indices into all tables.
    ///
    /// # Errors
    /// The first fault.
    pub fn verify(&self) -> Result<(), Fault> {
        let height = u32::try_from(self.arity()).unwrap_or(UNREACHED);
        let heights = self.heights_from(0, height)?;
        self.verify_tables(&heights)
    }

    /// Like [`Chunk::verify`], for code that starts at instruction `start` with `height` values on the stack.
    ///
    /// # Errors
    /// The first fault.
    pub fn verify_from(&self, start: u32, height: u32) -> Result<(), Fault> {
        self.heights_from(start, height).map(|_| ())
    }

    /// Computes the height of the stack at each instruction.
    fn heights_from(&self, start: u32, height: u32) -> Result<Vec<u32>, Fault> {
        let code = self.code();
        let mut heights = vec![UNREACHED; code.len()];
        match heights.get_mut(start as usize) {
            Some(first) if height <= self.stack_size() => *first = height,
            Some(_) => return Err(Fault { at: start, kind: FaultKind::Overflow }),
            None => return Err(Fault { at: start, kind: FaultKind::Target }),
        }
        for (at, op) in (0..).zip(code) {
            let height = heights[at as usize];
            if height != UNREACHED {
                Step { chunk: self, heights: &mut heights, at, height }.run(*op)?;
            }
        }
        Ok(heights)
    }

    fn verify_tables(&self, heights: &[u32]) -> Result<(), Fault> {
        let end = self.code().len() as u32;
        for (at, prototype) in (0..).zip(self.prototypes()) {
            if prototype.captures.len() != prototype.chunk.upvalue_count() as usize {
                return Err(Fault { at, kind: FaultKind::Captures });
            }
        }
        for (at, shape) in (0..).zip(self.shapes()) {
            if !shape.names.is_sorted_by(|a, b| a.0 < b.0) {
                return Err(Fault { at, kind: FaultKind::Shape });
            }
        }
        for (at, region) in (0..).zip(self.regions()) {
            let fault = |kind| Err(Fault { at, kind });
            if region.start >= region.end || region.end > end {
                return fault(FaultKind::Region);
            }
            let path = match region.note {
                Note::SelectSaved(slot, _) if slot >= self.stack_size() => return fault(FaultKind::Slot),
                Note::Select(path) | Note::SelectSaved(_, path) => path,
                _ => continue,
            };
            for part in path {
                let PathPart::Computed(name) = part else { continue };
                let code = name.code();
                let height = |at: u32| heights.get(at as usize).copied();
                let is_there = code.start < code.end
                    && height(code.start).is_some_and(|height| height == code.height || height == UNREACHED)
                    && height(code.end).is_some_and(|height| height == code.height + 1 || height == UNREACHED);
                if !is_there {
                    return fault(FaultKind::Name);
                }
            }
        }
        let positions = self.positions();
        let is_sorted = positions.is_sorted_by(|a, b| a.0 < b.0);
        if let Some(entry) = positions.last().filter(|(last, _)| !is_sorted || *last >= end) {
            return Err(Fault { at: entry.0, kind: FaultKind::Position });
        }
        Ok(())
    }
}

/// One instruction, and the height of the frame's stack before it.
struct Step<'s, 'h> {
    chunk: &'s Chunk<'h>,
    heights: &'s mut [u32],
    at: u32,
    height: u32,
}

impl<'h> Step<'_, 'h> {
    fn fault<T>(&self, kind: FaultKind) -> Result<T, Fault> {
        Err(Fault { at: self.at, kind })
    }

    fn check(&self, holds: bool, kind: FaultKind) -> Result<(), Fault> {
        if holds { Ok(()) } else { self.fault(kind) }
    }

    /// The instruction takes `taken` values and pushes `left`. Execution continues `further` instructions on.
    fn goes_on(&mut self, taken: u32, left: u32, further: u32) -> Result<(), Fault> {
        let next = self.at.saturating_add(1).saturating_add(further);
        self.leads_to(taken, left, next, FaultKind::End)
    }

    /// Like [`Step::goes_on`], where execution continues at the target of a jump.
    fn jumps(&mut self, taken: u32, left: u32, target: u32) -> Result<(), Fault> {
        self.check(target > self.at, FaultKind::Target)?;
        self.leads_to(taken, left, target, FaultKind::Target)
    }

    fn leads_to(&mut self, taken: u32, left: u32, next: u32, missing: FaultKind) -> Result<(), Fault> {
        let Some(beneath) = self.height.checked_sub(taken) else { return self.fault(FaultKind::Underflow) };
        let height = beneath.saturating_add(left);
        self.check(height <= self.chunk.stack_size(), FaultKind::Overflow)?;
        match self.heights.get_mut(next as usize) {
            None => self.fault(missing),
            Some(known) if *known == UNREACHED || *known == height => {
                *known = height;
                Ok(())
            }
            Some(_) => Err(Fault { at: next, kind: FaultKind::Join }),
        }
    }

    fn slot(&self, slot: u32) -> Result<(), Fault> {
        self.check(slot < self.height, FaultKind::Slot)
    }

    /// Checks `count` slots from `first` on; `count` may be 0.
    fn slots(&self, first: u32, count: usize) -> Result<(), Fault> {
        self.check(first as usize + count <= self.height as usize, FaultKind::Slot)
    }

    fn upvalue(&self, number: u32) -> Result<(), Fault> {
        self.check(number < self.chunk.upvalue_count(), FaultKind::Upvalue)
    }

    fn operands(&self, operands: Operands) -> Result<(), Fault> {
        let operand = |operand: Operand| match operand.kind() {
            OperandKind::Local(slot) => self.slot(u32::from(slot)),
            OperandKind::Upvalue(number) => self.upvalue(u32::from(number)),
            OperandKind::Int(_) => Ok(()),
        };
        operand(operands.left)?;
        operand(operands.right)
    }

    fn names_of(&self, shape: u32) -> Result<usize, Fault> {
        match self.chunk.shapes().get(shape as usize) {
            Some(shape) => Ok(shape.names.len()),
            None => self.fault(FaultKind::Shape),
        }
    }

    /// Checks a prototype that the instruction builds, of a function or of a thunk. It may have deferred captures.
    fn builds(&self, number: u32, of_function: bool) -> Result<&Prototype<'h>, Fault> {
        let Some(prototype) = self.chunk.prototypes().get(number as usize) else {
            return self.fault(FaultKind::Prototype);
        };
        let is_function = matches!(prototype.chunk.kind, ChunkKind::Lambda(_));
        self.check(is_function == of_function, FaultKind::Prototype)?;
        for capture in prototype.captures {
            match *capture {
                Capture::Local(slot) => self.slot(slot)?,
                Capture::Upvalue(number) => self.upvalue(number)?,
                // It holds nothing yet, and may not be on the stack, but will be.
                Capture::Deferred(slot) => self.check(slot < self.chunk.stack_size(), FaultKind::Slot)?,
            }
        }
        Ok(prototype)
    }

    fn next_is(&self, is_wanted: impl Fn(&Op) -> bool) -> Result<(), Fault> {
        self.check(self.chunk.code().get(self.at as usize + 1).is_some_and(is_wanted), FaultKind::Next)
    }

    /// Checks the instruction, and records the height of the stack at its successors.
    fn run(mut self, op: Op) -> Result<(), Fault> {
        match op {
            Op::Constant(number) => {
                self.check((number as usize) < self.chunk.constants().len(), FaultKind::Constant)?;
                self.goes_on(0, 1, 0)
            }
            Op::Int(_) | Op::Null | Op::Bool(_) | Op::PushSelected | Op::CurrentPosition => self.goes_on(0, 1, 0),
            Op::Local(slot) | Op::ForceLocal(slot) => {
                self.slot(slot)?;
                self.goes_on(0, 1, 0)
            }
            Op::Upvalue(number) | Op::ForceUpvalue(number) => {
                self.upvalue(number)?;
                self.goes_on(0, 1, 0)
            }
            Op::Force
            | Op::ExpectBool
            | Op::ExpectName
            | Op::ExpectAttrs
            | Op::OwnThunk
            | Op::Select(_)
            | Op::ForceSelected
            | Op::Not
            | Op::AddLeft
            | Op::WithLookup(_) => self.goes_on(1, 1, 0),
            Op::Pop => self.goes_on(1, 0, 0),
            Op::Slide(count) => self.goes_on(count.saturating_add(1), 1, 0),
            Op::Return => self.check(self.height as usize > self.chunk.arity(), FaultKind::Result),
            Op::Jump(target) => self.jumps(0, 0, target),
            Op::JumpIfFalse(target) | Op::JumpIfTrue(target) => {
                self.goes_on(1, 0, 0)?;
                self.jumps(1, 0, target)
            }
            Op::Thunk(number) => {
                self.builds(number, false)?;
                self.goes_on(0, 1, 0)
            }
            Op::Closure(number) | Op::LazyClosure(number) => {
                let prototype = self.builds(number, true)?;
                self.check(!prototype.has_deferred(), FaultKind::Prototype)?;
                self.goes_on(0, 1, 0)
            }
            Op::RecursiveClosure(number) => {
                let prototype = self.builds(number, true)?;
                self.check(prototype.has_deferred(), FaultKind::Prototype)?;
                self.goes_on(0, 1, 0)
            }
            Op::Finalise(slot) | Op::FinaliseIfBuilding(slot) => {
                self.slot(slot)?;
                self.goes_on(0, 0, 0)
            }
            Op::Call(count) => self.goes_on(count.saturating_add(1), 1, 0),
            Op::FastAdd(operands)
            | Op::FastSubtract(operands)
            | Op::FastMultiply(operands)
            | Op::FastDivide(operands)
            | Op::FastLessThan(operands) => {
                self.operands(operands)?;
                self.goes_on(0, 0, 0)?;
                self.goes_on(0, 1, u32::from(operands.more))
            }
            Op::SpeculativeAdd(operands) | Op::SpeculativeSubtract(operands) | Op::SpeculativeMultiply(operands) => {
                self.operands(operands)?;
                self.next_is(|next| matches!(next, Op::Thunk(_)))?;
                self.goes_on(0, 0, 0)?;
                self.goes_on(0, 1, 1)
            }
            Op::EnterCall | Op::LeaveCall => self.goes_on(0, 0, 0),
            Op::Attrs(shape) => {
                let count = self.names_of(shape)? as u32;
                self.goes_on(count, 1, 0)
            }
            Op::AttrsOfLocals { shape, slot } => {
                self.slots(slot, self.names_of(u32::from(shape))?)?;
                self.goes_on(0, 1, 0)
            }
            Op::Overrides { shape, slot } => {
                self.slots(slot, self.names_of(u32::from(shape))?)?;
                self.goes_on(1, 1, 0)
            }
            Op::DynamicName(target) => {
                self.goes_on(2, 2, 0)?;
                self.jumps(2, 1, target)
            }
            Op::DynamicAttr { .. } => self.goes_on(3, 1, 0),
            Op::List(count) => self.goes_on(count, 1, 0),
            Op::SelectDynamic | Op::RestoreSelected => self.goes_on(2, 1, 0),
            Op::TrySelect(_) | Op::TrySelectFirst(_) => {
                self.goes_on(1, 0, 0)?;
                self.goes_on(1, 1, 1)
            }
            Op::TrySelectDynamic { .. } => {
                self.goes_on(2, 0, 0)?;
                self.goes_on(2, 1, 1)
            }
            Op::Equal
            | Op::Update
            | Op::ConcatLists
            | Op::Add
            | Op::Subtract
            | Op::Multiply
            | Op::Divide
            | Op::AssertEqual => self.goes_on(2, 1, 0),
            Op::LessThan => {
                self.next_is(|next| matches!(next, Op::LeaveCall))?;
                self.goes_on(2, 1, 0)
            }
            Op::Part { index, .. } => {
                let count = u32::from(index) + 1;
                self.goes_on(count, count, 0)
            }
            Op::ConcatParts { count, .. } => self.goes_on(count, 1, 0),
            Op::PushWith { nested, .. } => self.goes_on(1 + u32::from(nested), 1, 0),
            Op::Formals(slot) => {
                self.slot(slot)?;
                let Some(formals) = self.chunk.formals() else { return self.fault(FaultKind::Formals) };
                self.goes_on(0, formals.formals.len() as u32, 0)
            }
            Op::JumpUnlessMissing { slot, target } => {
                self.slot(u32::from(slot))?;
                self.goes_on(0, 0, 0)?;
                self.jumps(0, 0, target)
            }
            Op::SetLocal(slot) => {
                self.check(slot.saturating_add(1) < self.height, FaultKind::Slot)?;
                self.goes_on(1, 0, 0)
            }
            Op::AssertFail(number) => {
                let text = self.chunk.constants().get(number as usize);
                self.check(matches!(text, Some(Value::String(_))), FaultKind::Constant)
            }
        }
    }
}

#[cfg(test)]
mod tests;
