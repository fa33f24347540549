//! Thunks: computations that happen at most once, and the only values that change.
//!
//! A thunk is a state of 16 bytes followed in memory by its upvalues (or, for a delayed application, the function and
//! its arguments). The states and who moves between them:
//!
//! ```text
//! Building ──finalise──▶ Suspended ──force──▶ Blackhole ──▶ Evaluated
//!                        Applied   ──force──▶ Blackhole ──▶ Failed
//! BuildingClosure ──finalise──▶ Lambda ──force──▶ Evaluated
//! Early ──force──▶ Evaluated
//! ```
//!
//! *Finalising* happens exactly once, when the scope that a deferred upvalue belongs to is complete, and before
//! anything can be forced: forcing a `Building` thunk and finalising anything else are bugs in the compiler, and panic.
//! A failed thunk fails again with the same error and is not evaluated again (as of 2.34 in the reference).

use std::alloc::Layout;
use std::cell::Cell;

use super::{Closure, Early, Value};
use crate::bytecode::{Chunk, Prototype};
use crate::heap::Heap;

/// What a thunk is at the moment.
#[derive(Clone, Copy)]
pub enum ThunkState<'h> {
    /// Done.
    Evaluated(Value<'h>),
    /// Code to be run with the upvalues that follow the thunk.
    Suspended(&'h Chunk<'h>),
    /// As `Suspended`, but some upvalues wait for their scope to be complete.
    Building(&'h Prototype<'h>),
    /// A closure with upvalues that wait for their scope to be complete.
    BuildingClosure(&'h Closure<'h>),
    /// A closure that refers to its own scope; nothing has looked at it yet.
    Lambda(&'h Closure<'h>),
    /// A function and this many arguments, which follow the thunk.
    Applied(u32),
    /// In a set with `__overrides`: whatever this other thunk gives.
    Forward(&'h Thunk<'h>),
    /// Computed before anything asked for it.
    Early(Early),
    /// Being evaluated.
    Blackhole,
    /// Failed, with the error of this number.
    Failed(u32),
}

impl ThunkState<'_> {
    /// The state in a word.
    pub const fn name(&self) -> &'static str {
        match self {
            ThunkState::Evaluated(_) => "evaluated",
            ThunkState::Suspended(_) => "suspended",
            ThunkState::Building(_) | ThunkState::BuildingClosure(_) => "building",
            ThunkState::Lambda(_) => "lambda",
            ThunkState::Applied(_) => "applied",
            ThunkState::Forward(_) => "forward",
            ThunkState::Early(_) => "early",
            ThunkState::Blackhole => "blackhole",
            ThunkState::Failed(_) => "failed",
        }
    }
}

/// A thunk. Its upvalues follow it in memory; it is only ever handled by reference.
#[repr(C)]
pub struct Thunk<'h> {
    state: Cell<ThunkState<'h>>,
    trailing: [Cell<Value<'h>>; 0],
}

impl<'h> Thunk<'h> {
    fn alloc(heap: &'h Heap, state: ThunkState<'h>, trailing: impl ExactSizeIterator<Item = Value<'h>>) -> &'h Self {
        let length = trailing.len();
        let layout = Layout::new::<ThunkState<'h>>();
        let size = layout.size() + length * size_of::<Value<'h>>();
        let layout = Layout::from_size_align(size, layout.align()).expect("a thunk fits into memory");
        let memory = heap.alloc_layout(layout).cast::<Thunk<'h>>();
        // SAFETY: the memory holds a state and `length` values, is aligned for both (they have the same alignment),
        // lives as long as the region, and is initialised in full before a reference to it exists.
        unsafe {
            let thunk = memory.as_ptr();
            (&raw mut (*thunk).state).write(Cell::new(state));
            let mut slot = (&raw mut (*thunk).trailing).cast::<Cell<Value<'h>>>();
            let end = slot.add(length);
            for value in trailing {
                assert!(slot < end, "an exact iterator");
                slot.write(Cell::new(value));
                slot = slot.add(1);
            }
            assert!(slot == end, "an exact iterator");
            memory.as_ref()
        }
    }

    /// A thunk of code. `upvalues` must be as many as the chunk of `prototype` has; where `deferred`, those that are
    /// [`Value::Missing`] are filled in by [`Thunk::finalise`].
    pub fn suspended(
        heap: &'h Heap,
        prototype: &'h Prototype<'h>,
        upvalues: impl ExactSizeIterator<Item = Value<'h>>,
    ) -> &'h Self {
        debug_assert_eq!(upvalues.len(), prototype.chunk.upvalue_count as usize);
        let state = if prototype.has_deferred {
            ThunkState::Building(prototype)
        } else {
            ThunkState::Suspended(prototype.chunk)
        };
        Thunk::alloc(heap, state, upvalues)
    }

    /// A closure that captures slots of a scope that is not yet complete.
    pub fn building_closure(heap: &'h Heap, closure: &'h Closure<'h>) -> &'h Self {
        Thunk::alloc(heap, ThunkState::BuildingClosure(closure), std::iter::empty())
    }

    /// A thunk that calls `function` with `arguments` when forced.
    pub fn applied(heap: &'h Heap, function: Value<'h>, arguments: &[Value<'h>]) -> &'h Self {
        let count = arguments.len() as u32;
        let trailing = (0..arguments.len() + 1).map(|index| if index == 0 { function } else { arguments[index - 1] });
        Thunk::alloc(heap, ThunkState::Applied(count), trailing)
    }

    /// A thunk of an integer that is known already.
    pub fn early(heap: &'h Heap, early: Early) -> &'h Self {
        Thunk::alloc(heap, ThunkState::Early(early), std::iter::empty())
    }

    /// A thunk of code that will fail before it looks at what it captured.
    pub(crate) fn failing(heap: &'h Heap, chunk: &'h Chunk<'h>) -> &'h Self {
        let upvalues = (0..chunk.upvalue_count).map(|_| Value::Int(0));
        Thunk::alloc(heap, ThunkState::Suspended(chunk), upvalues)
    }

    /// An evaluated thunk: a slot with an identity of its own, where the reference copies a value.
    pub fn evaluated(heap: &'h Heap, value: Value<'h>) -> &'h Self {
        Thunk::alloc(heap, ThunkState::Evaluated(value), std::iter::empty())
    }

    /// A thunk that gives whatever another slot gives.
    pub fn forwarding(heap: &'h Heap, slot: Value<'h>) -> &'h Self {
        let state = match slot {
            Value::Thunk(other) => ThunkState::Forward(other),
            Value::LazyClosure(closure) => ThunkState::Lambda(closure),
            value => ThunkState::Evaluated(value),
        };
        Thunk::alloc(heap, state, std::iter::empty())
    }

    /// What the thunk is at the moment.
    #[inline]
    pub fn state(&self) -> ThunkState<'h> {
        self.state.get()
    }

    /// Moves the thunk on.
    #[inline]
    pub fn set_state(&self, state: ThunkState<'h>) {
        self.state.set(state);
    }

    /// The values that follow the thunk.
    ///
    /// # Safety
    /// `length` must be the number of values the thunk was allocated with.
    #[inline]
    unsafe fn trailing(&'h self, length: usize) -> &'h [Cell<Value<'h>>] {
        // SAFETY: by the caller's promise; the values were initialised when the thunk was allocated.
        unsafe { std::slice::from_raw_parts(self.trailing.as_ptr(), length) }
    }

    /// The upvalues of a thunk of code, given its chunk.
    #[inline]
    pub(crate) fn upvalues(&'h self, chunk: &'h Chunk<'h>) -> &'h [Cell<Value<'h>>] {
        debug_assert!(
            matches!(self.state(), ThunkState::Suspended(own) if std::ptr::eq(own, chunk))
                || matches!(self.state(), ThunkState::Building(own) if std::ptr::eq(own.chunk, chunk)),
            "a thunk's upvalues are read only while it is suspended, with its own chunk"
        );
        // SAFETY: `suspended` allocates as many upvalues as the chunk has.
        unsafe { self.trailing(chunk.upvalue_count as usize) }
    }

    /// The function and the arguments of a delayed application of `count` arguments.
    pub(crate) fn application(&'h self, count: u32) -> &'h [Cell<Value<'h>>] {
        debug_assert!(matches!(self.state(), ThunkState::Applied(own) if own == count));
        // SAFETY: `applied` allocates the function and `count` arguments.
        unsafe { self.trailing(count as usize + 1) }
    }

    /// Fills in the upvalues that were deferred, from `slots` of the frame whose scope is now complete.
    ///
    /// # Panics
    /// When the thunk is not one that waits for this: that is a bug in the compiler.
    pub(crate) fn finalise(&'h self, slot: impl Fn(u32) -> Value<'h>) {
        match self.state() {
            ThunkState::Building(prototype) => {
                prototype.fill_deferred(self.upvalues(prototype.chunk), slot);
                self.set_state(ThunkState::Suspended(prototype.chunk));
            }
            ThunkState::BuildingClosure(closure) => {
                closure.prototype().fill_deferred(closure.upvalues(), slot);
                self.set_state(ThunkState::Lambda(closure));
            }
            _ => panic!("finalised a thunk that is not being built"),
        }
    }

    /// Whether [`Thunk::finalise`] is still to come.
    pub(crate) fn is_building(&self) -> bool {
        matches!(self.state(), ThunkState::Building(_) | ThunkState::BuildingClosure(_))
    }
}
