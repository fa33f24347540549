//! Functions of the program: closures (code with upvalues), partial applications, and the namespaces that `with` brings
//! into scope.

#![allow(unsafe_code)]

use std::cell::Cell;
use std::marker::PhantomData;

use super::{Packed, Value};
use crate::bytecode::{Chunk, Prototype};
use crate::heap::Heap;
use crate::heap::trailing::{self, Filling};

/// A closure. Its packed upvalues follow it in memory, so it is only ever handled by reference.
#[repr(C)]
pub struct Closure<'h> {
    /// The address of the prototype. The lowest bit is set once something has looked at the closure in its slot; see
    /// [`Value::LazyClosure`].
    prototype: Cell<*const Prototype<'h>>,
    trailing: [Cell<Packed<'h>>; 0],
}

const FORCED: usize = 1;

impl<'h> Closure<'h> {
    /// A closure with these upvalues.
    ///
    /// # Panics
    /// If they are fewer than the upvalues of the prototype's chunk. They must not be more.
    pub fn alloc(heap: &'h Heap, prototype: &'h Prototype<'h>, upvalues: impl Iterator<Item = Packed<'h>>) -> &'h Self {
        const { assert!(align_of::<Prototype<'static>>() > FORCED, "there is room for a bit") };
        let closure = Closure { prototype: Cell::new(prototype), trailing: [] };
        trailing::alloc(heap, closure, prototype.chunk.upvalue_count(), |slots: &mut Filling<'_, Packed<'h>>| {
            slots.fill(upvalues);
        })
    }

    /// The prototype that it was built from.
    #[inline(always)]
    pub fn prototype(&self) -> &'h Prototype<'h> {
        // SAFETY: `alloc` put the address of a prototype there, which lives as long as the arena, and all that
        // `mark_forced` changes is the lowest bit.
        unsafe { &*self.prototype.get().map_addr(|address| address & !FORCED) }
    }

    /// Its code.
    #[inline]
    pub fn chunk(&self) -> &'h Chunk<'h> {
        self.prototype().chunk
    }

    /// Its upvalues.
    #[inline]
    pub(crate) fn upvalues(&'h self) -> &'h [Cell<Packed<'h>>] {
        // SAFETY: `alloc` puts as many behind every closure as its chunk has, which never changes.
        unsafe { trailing::slots(self, self.chunk().upvalue_count()) }
    }

    #[inline]
    pub(crate) fn mark_forced(&self) {
        self.prototype.set(self.prototype.get().map_addr(|address| address | FORCED));
    }

    pub(crate) fn is_forced(&self) -> bool {
        self.prototype.get().addr() & FORCED != 0
    }
}

/// A partial application: a closure or builtin with fewer arguments than it takes. Only [`Partial::alloc`] makes one, so
/// all are in an arena.
pub struct Partial<'h> {
    /// A closure or builtin, never another partial application.
    pub function: Value<'h>,
    /// At least one argument, as slots.
    pub arguments: &'h [Value<'h>],
    arena: PhantomData<&'h Heap>,
}

impl<'h> Partial<'h> {
    /// A partial application.
    pub(crate) fn alloc(heap: &'h Heap, function: Value<'h>, arguments: &'h [Value<'h>]) -> &'h Self {
        heap.alloc(Partial { function, arguments, arena: PhantomData })
    }
}

/// The namespaces that `with` brings into scope, as a list from the innermost outwards. It is captured like a variable.
/// Only [`WithScope::alloc`] makes one, so all are in an arena.
pub struct WithScope<'h> {
    /// The slot whose attributes are in scope.
    pub namespace: Value<'h>,
    /// The `with` around this one.
    pub outer: Option<&'h WithScope<'h>>,
    /// The position of the `with`.
    pub pos: crate::source::Pos,
    arena: PhantomData<&'h Heap>,
}

impl<'h> WithScope<'h> {
    /// A namespace inside the scope `outer`.
    #[inline]
    pub(crate) fn alloc(
        heap: &'h Heap,
        namespace: Value<'h>,
        outer: Option<&'h WithScope<'h>>,
        pos: crate::source::Pos,
    ) -> &'h Self {
        heap.alloc(WithScope { namespace, outer, pos, arena: PhantomData })
    }
}
