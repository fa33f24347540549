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
    /// Force the top.
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
    /// Push a closure of a prototype without deferred captures.
    Closure(u32),
    /// Like `Closure`, where the reference keeps a thunk of the lambda.
    LazyClosure(u32),
    /// Push a closure of a prototype with deferred captures, inside a thunk.
    RecursiveClosure(u32),
    /// Finalise the thunk or closure in a slot, now that its scope is complete. This happens exactly once.
    Finalise(u32),
    /// Finalise the thunk in a slot if this frame built it (a default). Leave it alone if it was passed.
    FinaliseIfBuilding(u32),
    /// Call a function. It lies under this many arguments.
    Call(u32),
    /// If both operands are evaluated, small enough integers: push the operator's result and skip the general code, as
    /// many instructions as the operand says. This changes nothing that a program can observe.
    FastAdd(Operands),
    /// Like `FastAdd`, for `-`.
    FastSubtract(Operands),
    /// Like `FastAdd`, for `*`.
    FastMultiply(Operands),
    /// Like `FastAdd`, for `/`.
    FastDivide(Operands),
    /// Like `FastAdd`, for `<`. It also takes the jump behind the skipped code, if there is one.
    FastLessThan(Operands),
    /// If both operands are evaluated integers: push the result as a speculative integer and skip the next instruction,
    /// which builds the thunk that the integer stands for.
    SpeculativeAdd(Operands),
    /// Like `SpeculativeAdd`, for `-`.
    SpeculativeSubtract(Operands),
    /// Like `SpeculativeAdd`, for `*`.
    SpeculativeMultiply(Operands),
    /// Enter an operator that is a call of a builtin in the reference: it counts as a call, and as one level of
    /// `max-call-depth`.
    EnterCall,
    /// Leave that call.
    LeaveCall,
    /// Build a set of a shape. Its values are on the stack, in the shape's order.
    Attrs(u32),
    /// Push a set of a shape. Its values are the slots from `slot` on.
    AttrsOfLocals {
        /// Index of the shape.
        shape: u16,
        /// The first of consecutive slots.
        slot: u32,
    },
    /// Check the name of a dynamic attribute: the name is on top of the stack, the set beneath. Fail if the set has the
    /// name already. If the name is null, drop it and jump.
    DynamicName(u32),
    /// Add an attribute. Set, name and slot are on the stack.
    DynamicAttr {
        /// Whether to name the slot's closure after the attribute, because the closure is written right there.
        names_closure: bool,
    },
    /// Wrap the top in a thunk of its own, so that `__overrides` can redirect it.
    OwnThunk,
    /// With the value of `__overrides` on top: redirect the thunks in the slots to its attributes, and replace it by
    /// the overridden set. Slots and shape are as in `AttrsOfLocals`.
    Overrides {
        /// Index of the shape.
        shape: u16,
        /// The first of consecutive slots.
        slot: u32,
    },
    /// Build a list of this many values.
    List(u32),
    /// Take a set, push the slot of its attribute, and remember where the attribute is defined.
    Select(Symbol),
    /// Like `Select`, with a computed name on top of the set.
    SelectDynamic,
    /// Push the position of the attribute that was found last, because the next code may select by itself.
    PushSelected,
    /// Remove from beneath the top what `PushSelected` pushed, and remember it again.
    RestoreSelected,
    /// Force the slot that a selection found. This ends the selection.
    ForceSelected,
    /// Take a value. If it is a set with the attribute, push the attribute's slot and skip the next instruction.
    /// Restarts.
    TrySelect(Symbol),
    /// Like `TrySelect`, for the first name of a path: if nothing is found, forget the attribute that was found last.
    TrySelectFirst(Symbol),
    /// Like `TrySelect` with a computed name on top.
    TrySelectDynamic {
        /// Whether it is the first of a path.
        first: bool,
    },
    /// Check that the value on top can name an attribute: fail unless it is a string without context.
    ExpectName,
    /// Negate the boolean on top.
    Not,
    /// Compare the two values on top.
    Equal,
    /// `left // right`. The right operand lies beneath the left one, because it is evaluated first.
    Update,
    /// Fail unless the top is a set, as operands of `//` must be.
    ExpectAttrs,
    /// `left ++ right`
    ConcatLists,
    /// Prepare the left operand of `+`: coerce it to a string unless it is a number, string or path.
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
    /// `left - right`, both evaluated. Leaves the call that `EnterCall` entered, as the next two do.
    Subtract,
    /// `left * right`
    Multiply,
    /// `left / right`
    Divide,
    /// `left < right`
    LessThan,
    /// Take a slot and push a scope with it as the namespace. The scope is inside the one beneath it if `nested` is
    /// set.
    PushWith {
        /// Whether an enclosing scope is on the stack beneath the namespace.
        nested: bool,
        /// The position of the `with`.
        pos: Pos,
    },
    /// Replace the scope on top by the slot of a variable in it. Restarts.
    WithLookup(Symbol),
    /// Check the argument in a slot against the chunk's formals, and push one slot for each formal.
    Formals(u32),
    /// Jump unless a slot is [`crate::value::Value::Missing`].
    JumpUnlessMissing {
        /// The slot.
        slot: u16,
        /// The target of the jump.
        target: u32,
    },
    /// Move the top into a slot.
    SetLocal(u32),
    /// Fail as an assertion does. A constant holds its text.
    AssertFail(u32),
    /// Fail with how the two values on top differ. If they do not differ, replace them by null.
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
    /// For `Fast…`: how many instructions to skip. For `Speculative…`: 1 if the result is an argument of a call, so
    /// that it stays in the slot that it is pushed to.
    pub more: u8,
}
