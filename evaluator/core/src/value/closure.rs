//! Functions of the program: code with the values it captured, partial applications, and the namespaces that `with`
//! brought into scope.

use std::alloc::Layout;
use std::cell::Cell;

use super::{Packed, Value};
use crate::bytecode::{Chunk, Prototype};
use crate::heap::Heap;

/// A function. Its upvalues follow it in memory, packed; it is only ever handled by reference.
#[repr(C)]
pub struct Closure<'h> {
    /// The address of the prototype, with a one in its lowest bit if anything has looked at the closure since it was
    /// put into its slot; see [`Value::LazyClosure`].
    prototype: Cell<*const Prototype<'h>>,
    trailing: [Cell<Packed<'h>>; 0],
}

const FORCED: usize = 1;

impl<'h> Closure<'h> {
    /// A closure with as many `upvalues` as the chunk of `prototype` has.
    pub fn alloc(
        heap: &'h Heap,
        prototype: &'h Prototype<'h>,
        upvalues: impl ExactSizeIterator<Item = Packed<'h>>,
    ) -> &'h Self {
        const { assert!(align_of::<Prototype<'static>>() > FORCED, "there is room for a bit") };
        let length = upvalues.len();
        assert_eq!(length, prototype.chunk.upvalue_count as usize);
        let header = Layout::new::<Closure<'h>>();
        let size = header.size() + length * size_of::<Packed<'h>>();
        let layout = Layout::from_size_align(size, header.align()).expect("a closure fits into memory");
        let memory = heap.alloc_layout(layout).cast::<Closure<'h>>();
        // SAFETY: the memory holds a closure's header and `length` packed values, is aligned for both (a multiple of
        // eight bytes each), lives as long as the region, and is initialised in full before a reference to it exists.
        unsafe {
            let closure = memory.as_ptr();
            (&raw mut (*closure).prototype).write(Cell::new(prototype));
            let mut slot = (&raw mut (*closure).trailing).cast::<Cell<Packed<'h>>>();
            let end = slot.add(length);
            upvalues.for_each(|value| {
                assert!(slot < end, "an exact iterator");
                slot.write(Cell::new(value));
                slot = slot.add(1);
            });
            assert!(slot == end, "an exact iterator");
            memory.as_ref()
        }
    }

    /// How the closure was built.
    #[inline(always)]
    pub fn prototype(&self) -> &'h Prototype<'h> {
        // SAFETY: the address is that of a prototype in the region, but for the lowest bit.
        unsafe { &*self.prototype.get().map_addr(|address| address & !FORCED) }
    }

    /// Its code.
    #[inline]
    pub fn chunk(&self) -> &'h Chunk<'h> {
        self.prototype().chunk
    }

    /// What it captured.
    #[inline]
    pub(crate) fn upvalues(&'h self) -> &'h [Cell<Packed<'h>>] {
        // SAFETY: `alloc` puts as many upvalues behind the header as the chunk has.
        unsafe { std::slice::from_raw_parts(self.trailing.as_ptr(), self.chunk().upvalue_count as usize) }
    }

    #[inline]
    pub(crate) fn mark_forced(&self) {
        self.prototype.set(self.prototype.get().map_addr(|address| address | FORCED));
    }

    pub(crate) fn is_forced(&self) -> bool {
        self.prototype.get().addr() & FORCED != 0
    }
}

/// A closure or builtin with some of its arguments, fewer than it takes.
pub struct Partial<'h> {
    /// A closure or builtin, never another partial application.
    pub function: Value<'h>,
    /// At least one argument, as slots.
    pub arguments: &'h [Value<'h>],
}

/// The namespaces in scope through `with`, as a list from the innermost outwards. Captured like a variable.
pub struct WithScope<'h> {
    /// The slot whose attributes are in scope.
    pub namespace: Value<'h>,
    /// The `with` around this one.
    pub outer: Option<&'h WithScope<'h>>,
    /// Where the `with` stands.
    pub pos: crate::source::Pos,
}
