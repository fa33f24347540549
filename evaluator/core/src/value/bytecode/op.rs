//! The instructions of the virtual machine.
//!
//! It is a stack machine: instructions take operands from the top of the value stack and push results. *Slot* n is the
//! n-th value above the frame's base: first the arguments, then what the compiler keeps there. An instruction takes
//! eight bytes, its operand included.
//!
//! “Restarts” in a description means: if an operand is not evaluated yet, the machine evaluates it and then runs the
//! same instruction again. The operands stay on the stack until the instruction completes.

#![forbid(unsafe_code)]

use super::Operand;
use crate::source::Pos;
use crate::symbols::Symbol;

const _: () = assert!(size_of::<Op>() == 8, "an instruction is eight bytes");

/// An instruction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    /// Push a constant of the chunk.
    Constant(u32),
    /// Push a small integer.
    Int(i32),
    /// Push null.
    Null,
    /// Push a boolean.
    Bool(bool),
    /// Push a slot as it is.
    Local(u32),
    /// Push an upvalue as it is.
    Upvalue(u32),
    /// Push a slot's value. Restarts.
    ForceLocal(u32),
    /// Push an upvalue's value. Restarts.
    ForceUpvalue(u32),
    /// Replace the top by its value.
    Force,
    /// Drop the top.
    Pop,
    /// Drop this many values beneath the top.
    Slide(u32),
    /// End the frame with the value on top, which must be evaluated.
    Return,
    /// Continue at an instruction.
    Jump(u32),
    /// Take a boolean; continue elsewhere if it is false.
    JumpIfFalse(u32),
    /// Take a boolean; continue elsewhere if it is true.
    JumpIfTrue(u32),
    /// Fail unless the top is a boolean.
    ExpectBool,
    /// Push a thunk of a prototype.
    Thunk(u32),
    /// Push a closure of a prototype that refers to nothing unfinished; it has no cell.
    Closure(u32),
    /// As `Closure`, in a place where the reference keeps a thunk of the lambda.
    LazyClosure(u32),
    /// Push a closure of a prototype that refers to its own scope, inside a thunk.
    RecursiveClosure(u32),
    /// Complete the thunk or closure in a slot, now that its scope is complete. Exactly once.
    Finalise(u32),
    /// Complete the thunk in a slot if it is one built by this frame (a default), not one that was passed.
    FinaliseIfBuilding(u32),
    /// Call: the function lies under this many arguments.
    Call(u32),
    /// Where both operands are small enough integers, or evaluated to such: push what the operator gives and skip as
    /// many instructions, which do the same in general. Changes nothing a program can observe.
    FastAdd(Operands),
    /// As `FastAdd`, for `-`.
    FastSubtract(Operands),
    /// As `FastAdd`, for `*`.
    FastMultiply(Operands),
    /// As `FastAdd`, for `/`.
    FastDivide(Operands),
    /// As `FastAdd`, for `<`; takes the jump behind what is skipped, if there is one.
    FastLessThan(Operands),
    /// Where both operands are integers, or evaluated to such: push the result in the place of a thunk, marked as not
    /// looked at yet, and skip the next instruction, which builds that thunk.
    SpeculativeAdd(Operands),
    /// As `SpeculativeAdd`, for `-`.
    SpeculativeSubtract(Operands),
    /// As `SpeculativeAdd`, for `*`.
    SpeculativeMultiply(Operands),
    /// Enter an operation that is a call of a builtin for the reference: counted, and one level of `max-call-depth`.
    EnterCall,
    /// Leave it.
    LeaveCall,
    /// Build a set of a shape from the values on the stack, in the shape's order.
    Attrs(u32),
    /// Push a set of a shape whose values are the slots that start at `slot`.
    AttrsOfLocals {
        /// Index of the shape.
        shape: u16,
        /// The first of consecutive slots.
        slot: u32,
    },
    /// Check the name of a dynamic attribute on top of the stack, under which the set lies, and that it is new.
    /// Continue elsewhere, name dropped, if it is null.
    DynamicName(u32),
    /// Add an attribute: set, name, slot on the stack.
    DynamicAttr {
        /// Whether the slot's closure, which is written where it stands, is named after the attribute.
        names_closure: bool,
    },
    /// Put the slot on top into a thunk of its own, so that `__overrides` can redirect it.
    OwnThunk,
    /// With the value of `__overrides` on top: make the thunks in the slots give its attributes instead, and replace
    /// it by the overridden set. Slots and shape as in `AttrsOfLocals`.
    Overrides {
        /// Index of the shape.
        shape: u16,
        /// The first of consecutive slots.
        slot: u32,
    },
    /// Build a list of this many values.
    List(u32),
    /// Take a set, push the slot of an attribute of it, remember where that was defined.
    Select(Symbol),
    /// As `Select` with a computed name on top of the set.
    SelectDynamic,
    /// Push where the attribute that was found last is defined: what comes next may select by itself.
    PushSelected,
    /// Drop what `PushSelected` pushed from beneath the top, and remember it again.
    RestoreSelected,
    /// Force the slot that a selection found, which ends it.
    ForceSelected,
    /// Take a value; if it is a set with the attribute, push its slot and skip the next instruction. Restarts.
    TrySelect(Symbol),
    /// As `TrySelect`, the first of a path: forget what was found before where there is nothing.
    TrySelectFirst(Symbol),
    /// As `TrySelect` with a computed name on top.
    TrySelectDynamic {
        /// Whether it is the first of a path.
        first: bool,
    },
    /// Turn the value on top into the name of an attribute: fail unless it is a string without context.
    ExpectName,
    /// Negate the boolean on top.
    Not,
    /// Compare the two values on top.
    Equal,
    /// `right // left`: the right operand lies beneath the left one, because it is evaluated first.
    Update,
    /// Fail unless the top is a set: an operand of `//`.
    ExpectAttrs,
    /// `left ++ right`
    ConcatLists,
    /// Prepare the left operand of `+`: coerce it if it is no number, string or path.
    AddLeft,
    /// `left + right`
    Add,
    /// Prepare a part of a string or path literal: coerce it to a string. The operand is the part's number.
    Part {
        /// Which part, from 0.
        index: u16,
        /// Whether the result is a string whatever the first part is.
        force_string: bool,
    },
    /// Concatenate this many prepared parts.
    ConcatParts {
        /// How many parts.
        count: u32,
        /// Whether the result is a string whatever the first part is.
        force_string: bool,
    },
    /// `left - right`, both evaluated. Leaves the call that it is, as the next two do.
    Subtract,
    /// `left * right`
    Multiply,
    /// `left / right`
    Divide,
    /// `left < right`
    LessThan,
    /// Take a slot, push the scope it makes as a namespace inside the scope beneath it, if the operand says so.
    PushWith {
        /// Whether an enclosing scope lies on the stack beneath the namespace.
        nested: bool,
        /// Where the `with` stands.
        pos: Pos,
    },
    /// Replace the scope on top by the slot of a variable in it. Restarts.
    WithLookup(Symbol),
    /// Check the argument in a slot against the chunk's formals, and push a slot for each formal.
    Formals(u32),
    /// Continue elsewhere unless a slot is [`crate::value::Value::Missing`].
    JumpUnlessMissing {
        /// The slot.
        slot: u16,
        /// Where to continue.
        target: u32,
    },
    /// Put the top into a slot, and drop it.
    SetLocal(u32),
    /// Fail as an assertion does, with a constant as its text.
    AssertFail(u32),
    /// Fail, saying how the two values on top differ; replace them by null if they do not.
    AssertEqual,
    /// Push the position of the instruction as a set.
    CurrentPosition,
}

/// The operands of a fast arithmetic instruction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Operands {
    /// The left one.
    pub left: Operand,
    /// The right one.
    pub right: Operand,
    /// How many instructions to skip (`Fast…`), or whether the result becomes an argument of a call and so stays in
    /// the one slot it is pushed to (`Speculative…`: 1 if it does).
    pub more: u8,
}
