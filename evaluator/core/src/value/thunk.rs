//! Thunks: computations that happen at most once, and the only values that change.
//!
//! A thunk is a header of 8 bytes followed in memory by its upvalues, packed (or, for a delayed application, its
//! arguments), and later what it came to: the value's tag in the header, the rest of it in the place of the first
//! upvalue. There is always room for that.
//! Nothing reads what a thunk captured once it has come to something: the frame that ran its code is gone by then, and
//! an application's function and arguments are on the machine's stack. The states and who moves between them:
//!
//! ```text
//! Building ──finalise──▶ Suspended ──force──▶ Blackhole ──▶ Evaluated
//!                        Applied   ──force──────────────▶ Failed
//! BuildingClosure ──finalise──▶ Lambda ──force──▶ Evaluated
//! Early ──force──▶ Evaluated, or Forward to a thunk that fails
//! ```
//!
//! *Finalising* happens exactly once, when the scope that a deferred upvalue belongs to is complete, and before
//! anything can be forced: forcing a `Building` thunk and finalising anything else are bugs in the compiler, and panic.
//! A failed thunk fails again with the same error and is not evaluated again (as of 2.34 in the reference).

use std::alloc::Layout;
use std::cell::Cell;
use std::marker::PhantomData;
use std::mem::MaybeUninit;

use super::{Closure, Early, Packed, Value};
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
    /// A function, see `Thunk::function`, and this many arguments, which follow the thunk.
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

/// A thunk. Its slots follow it in memory; it is only ever handled by reference.
#[repr(C)]
pub struct Thunk<'h> {
    header: Cell<Header>,
    slots: [Cell<Packed<'h>>; 0],
}

/// The state without what is kept in the place of the first slot: an address, or a number in the place of one, with a
/// [`Tag`] in the lowest bits.
type Header = *const u8;

/// What the header's address is of. Addresses in the region are multiples of eight.
#[repr(usize)]
enum Tag {
    /// Of nothing: the value's own tag. What lies behind that is in the place of the first slot.
    Evaluated,
    /// Of the chunk.
    Suspended,
    /// Of the prototype.
    Building,
    /// Of the closure.
    BuildingClosure,
    /// Of the closure.
    Lambda,
    /// Of the other thunk.
    Forward,
    /// Of the function, packed, with the number of arguments in the highest bits.
    Applied,
    /// Of nothing: 0 for a blackhole, 1 for an early integer, which is in the place of the first slot, and 2 or more for
    /// the number of a failure.
    Other,
}

const TAGS: usize = 7;
const BLACKHOLE: usize = 0;
const EARLY: usize = 1;
const FIRST_FAILURE: usize = 2;

/// Where the header of a delayed application has the number of its arguments.
const COUNT_SHIFT: u32 = usize::BITS - 3;

fn header_of<T>(address: &T, tag: Tag) -> Header {
    const { assert!(align_of::<T>() > TAGS, "there is room for a tag") };
    std::ptr::from_ref(address).cast::<u8>().map_addr(|address| address | tag as usize)
}

fn header_of_number(number: usize, tag: Tag) -> Header {
    std::ptr::without_provenance(number << 3 | tag as usize)
}

/// A function that thunks will call with so many arguments each.
#[derive(Clone, Copy)]
pub struct Application<'h> {
    header: Header,
    function: PhantomData<Value<'h>>,
}

impl<'h> Application<'h> {
    /// Of a function to `count` arguments, at least one and few.
    pub fn new(heap: &'h Heap, function: Value<'h>, count: usize) -> Self {
        const { assert!(Packed::TAGS <= 1 << (COUNT_SHIFT % 8), "the count goes above the tag") };
        assert!(0 < count && count < 1 << (usize::BITS - COUNT_SHIFT), "the count fits");
        let mut word = Packed::new(heap, function).into_word();
        if word.addr() & TAGS != 0 {
            // A number in the place of an address, which is no function. Calling a slot that holds it says so as well.
            word = Packed::new(heap, Value::Thunk(Thunk::evaluated(heap, function))).into_word();
        }
        let header = word.map_addr(|address| address | count << COUNT_SHIFT | Tag::Applied as usize);
        Application { header, function: PhantomData }
    }

    /// A thunk that calls the function with `arguments`, as many as was said, when forced.
    #[inline]
    pub fn to(self, heap: &'h Heap, arguments: &[Value<'h>]) -> &'h Thunk<'h> {
        assert!(self.header.addr() >> COUNT_SHIFT == arguments.len(), "as many as was said");
        Thunk::alloc(heap, self.header, arguments.iter().map(|argument| Packed::new(heap, *argument)))
    }
}

impl<'h> Thunk<'h> {
    /// A thunk with this header, which must be one of those that `set_state` and [`Application`] make, and whatever goes
    /// with that in its slots.
    #[inline(always)]
    fn alloc(heap: &'h Heap, header: Header, trailing: impl ExactSizeIterator<Item = Packed<'h>>) -> &'h Self {
        let length = trailing.len();
        let size = size_of::<Cell<Header>>() + length.max(1) * size_of::<Packed<'h>>();
        let layout = Layout::from_size_align(size, align_of::<Cell<Header>>()).expect("a thunk fits into memory");
        let memory = heap.alloc_layout(layout).cast::<Thunk<'h>>();
        // SAFETY: the memory holds a header and `length` packed values, or a result, is aligned for all of them (they
        // have the same alignment), lives as long as the region, and is initialised in full before a reference to it
        // exists.
        unsafe {
            let thunk = memory.as_ptr();
            (&raw mut (*thunk).header).write(Cell::new(header));
            let mut slot = (&raw mut (*thunk).slots).cast::<Cell<Packed<'h>>>();
            let end = slot.add(length);
            if length == 0 {
                slot.write(Cell::new(Packed::NULL));
            }
            for value in trailing {
                assert!(slot < end, "an exact iterator");
                slot.write(Cell::new(value));
                slot = slot.add(1);
            }
            assert!(slot == end, "an exact iterator");
            memory.as_ref()
        }
    }

    /// As [`Thunk::alloc`], in a state that needs no slots but that of a result.
    fn in_state(heap: &'h Heap, state: ThunkState<'h>) -> &'h Self {
        let thunk = Thunk::alloc(heap, header_of_number(BLACKHOLE, Tag::Other), std::iter::empty());
        thunk.set_state(state);
        thunk
    }

    /// A thunk of code. `upvalues` must be as many as the chunk of `prototype` has; those that are
    /// `Packed::MISSING` are filled in by `Thunk::finalise`.
    pub fn suspended(
        heap: &'h Heap,
        prototype: &'h Prototype<'h>,
        upvalues: impl ExactSizeIterator<Item = Packed<'h>>,
    ) -> &'h Self {
        debug_assert_eq!(upvalues.len(), prototype.chunk.upvalue_count as usize);
        let header = if prototype.has_deferred {
            header_of(prototype, Tag::Building)
        } else {
            header_of(prototype.chunk, Tag::Suspended)
        };
        Thunk::alloc(heap, header, upvalues)
    }

    /// A closure that captures slots of a scope that is not yet complete.
    pub fn building_closure(heap: &'h Heap, closure: &'h Closure<'h>) -> &'h Self {
        Thunk::in_state(heap, ThunkState::BuildingClosure(closure))
    }

    /// A thunk that calls `function` with `arguments` when forced.
    pub fn applied(heap: &'h Heap, function: Value<'h>, arguments: &[Value<'h>]) -> &'h Self {
        Application::new(heap, function, arguments.len()).to(heap, arguments)
    }

    /// A thunk of an integer that is known already.
    pub fn early(heap: &'h Heap, early: Early) -> &'h Self {
        Thunk::in_state(heap, ThunkState::Early(early))
    }

    /// A thunk of code that will fail before it looks at what it captured.
    pub(crate) fn failing(heap: &'h Heap, chunk: &'h Chunk<'h>) -> &'h Self {
        let upvalues = (0..chunk.upvalue_count).map(|_| Packed::NULL);
        Thunk::alloc(heap, header_of(chunk, Tag::Suspended), upvalues)
    }

    /// An evaluated thunk: a slot with an identity of its own, where the reference copies a value.
    pub fn evaluated(heap: &'h Heap, value: Value<'h>) -> &'h Self {
        Thunk::in_state(heap, ThunkState::Evaluated(value))
    }

    /// A thunk that gives whatever another slot gives.
    pub fn forwarding(heap: &'h Heap, slot: Value<'h>) -> &'h Self {
        let state = match slot {
            Value::Thunk(other) => ThunkState::Forward(other),
            Value::LazyClosure(closure) => ThunkState::Lambda(closure),
            value => ThunkState::Evaluated(value),
        };
        Thunk::in_state(heap, state)
    }

    /// What the thunk is at the moment.
    #[inline]
    pub fn state(&self) -> ThunkState<'h> {
        let header = self.header.get();
        let address = header.map_addr(|address| address & !TAGS);
        // SAFETY: whatever makes a header puts the tag of a type on the address of a reference to it, which lives as
        // long as the region.
        unsafe {
            match header.addr() & TAGS {
                tag if tag == Tag::Evaluated as usize => ThunkState::Evaluated(self.result(header.addr() >> 3)),
                tag if tag == Tag::Suspended as usize => ThunkState::Suspended(&*address.cast()),
                tag if tag == Tag::Building as usize => ThunkState::Building(&*address.cast()),
                tag if tag == Tag::BuildingClosure as usize => ThunkState::BuildingClosure(&*address.cast()),
                tag if tag == Tag::Lambda as usize => ThunkState::Lambda(&*address.cast()),
                tag if tag == Tag::Forward as usize => ThunkState::Forward(&*address.cast()),
                tag if tag == Tag::Applied as usize => ThunkState::Applied((header.addr() >> COUNT_SHIFT) as u32),
                _ => match header.addr() >> 3 {
                    BLACKHOLE => ThunkState::Blackhole,
                    EARLY => ThunkState::Early(self.payload::<Early>().get().assume_init()),
                    failure => ThunkState::Failed((failure - FIRST_FAILURE) as u32),
                },
            }
        }
    }

    /// What this thunk forwards to in the end, itself where it does not. Chains of these are as long as sets with
    /// `__overrides` are nested. Forwarding thunks stay as they are: what is behind them may change, and is told from
    /// them.
    #[cold]
    pub(crate) fn end(&'h self) -> &'h Thunk<'h> {
        let mut thunk = self;
        while let ThunkState::Forward(other) = thunk.state() {
            thunk = other;
        }
        thunk
    }

    /// Moves the thunk on.
    #[inline]
    pub fn set_state(&self, state: ThunkState<'h>) {
        self.header.set(match state {
            ThunkState::Evaluated(value) => {
                // SAFETY: a `repr(u64)` enumeration starts with its tag, and no value is larger than that and a word.
                let (tag, payload) = unsafe {
                    let parts = (&raw const value).cast::<u64>();
                    (parts.read() as usize, parts.add(1).cast::<MaybeUninit<*const u8>>().read())
                };
                self.payload().set(payload);
                header_of_number(tag, Tag::Evaluated)
            }
            ThunkState::Suspended(chunk) => header_of(chunk, Tag::Suspended),
            ThunkState::Building(prototype) => header_of(prototype, Tag::Building),
            ThunkState::BuildingClosure(closure) => header_of(closure, Tag::BuildingClosure),
            ThunkState::Lambda(closure) => header_of(closure, Tag::Lambda),
            ThunkState::Forward(other) => header_of(other, Tag::Forward),
            ThunkState::Applied(_) => unreachable!("`Application` makes these"),
            ThunkState::Early(early) => {
                self.payload().set(MaybeUninit::new(early));
                header_of_number(EARLY, Tag::Other)
            }
            ThunkState::Blackhole => header_of_number(BLACKHOLE, Tag::Other),
            ThunkState::Failed(number) => header_of_number(number as usize + FIRST_FAILURE, Tag::Other),
        });
    }

    /// Where the result goes, but for its tag. Only what `set_state` has written there may be read.
    #[inline(always)]
    fn payload<T>(&self) -> &Cell<MaybeUninit<T>> {
        const { assert!(size_of::<T>() <= size_of::<Packed<'static>>() && align_of::<T>() <= align_of::<Packed<'static>>()) };
        // SAFETY: `alloc` makes room for a word behind the header, and a reference to a thunk is only ever one to
        // what `alloc` gave.
        unsafe { &*self.slots.as_ptr().cast() }
    }

    /// The result, whose tag the header tells.
    ///
    /// # Safety
    /// The thunk must be evaluated, and this the tag that `set_state` has put into the header.
    #[inline(always)]
    unsafe fn result(&self, tag: usize) -> Value<'h> {
        let mut value = MaybeUninit::<Value<'h>>::uninit();
        // SAFETY: `set_state` took both parts from a value.
        unsafe {
            let parts = value.as_mut_ptr().cast::<u64>();
            parts.write(tag as u64);
            parts.add(1).cast::<MaybeUninit<*const u8>>().write(self.payload().get());
            value.assume_init()
        }
    }

    /// What the thunk was allocated with.
    ///
    /// # Safety
    /// `length` must be the number of values the thunk was allocated with.
    #[inline]
    unsafe fn trailing(&'h self, length: usize) -> &'h [Cell<Packed<'h>>] {
        // SAFETY: by the caller's promise; the values were initialised when the thunk was allocated.
        unsafe { std::slice::from_raw_parts(self.slots.as_ptr(), length) }
    }

    /// The upvalues of a thunk of code, given its chunk.
    #[inline]
    pub(crate) fn upvalues(&'h self, chunk: &'h Chunk<'h>) -> &'h [Cell<Packed<'h>>] {
        debug_assert!(
            matches!(self.state(), ThunkState::Suspended(own) if std::ptr::eq(own, chunk))
                || matches!(self.state(), ThunkState::Building(own) if std::ptr::eq(own.chunk, chunk)),
            "a thunk's upvalues are read only while it is suspended, with its own chunk"
        );
        // SAFETY: `suspended` allocates as many upvalues as the chunk has.
        unsafe { self.trailing(chunk.upvalue_count as usize) }
    }

    /// The function of a delayed application.
    #[inline]
    pub(crate) fn function(&self) -> Value<'h> {
        debug_assert!(matches!(self.state(), ThunkState::Applied(_)));
        let word = self.header.get().map_addr(|address| address << 3 >> 3 & !TAGS);
        // SAFETY: `Application` put the rest of the header around the word of a packed value.
        unsafe { Packed::from_word(word) }.value()
    }

    /// The arguments of a delayed application of `count` arguments.
    #[inline]
    pub(crate) fn arguments(&'h self, count: u32) -> &'h [Cell<Packed<'h>>] {
        debug_assert!(matches!(self.state(), ThunkState::Applied(own) if own == count));
        // SAFETY: `applied` allocates at least `count` arguments.
        unsafe { self.trailing(count as usize) }
    }

    /// Puts what the function of a delayed application of `count` arguments gave for the first of them into the place of
    /// both. Does nothing where the thunk has moved on since.
    pub(crate) fn apply_first(&'h self, heap: &'h Heap, count: u32, given: Value<'h>) {
        if matches!(self.state(), ThunkState::Applied(now) if now == count) {
            let slots = self.arguments(count);
            for (slot, next) in slots.iter().zip(&slots[1..]) {
                slot.set(next.get());
            }
            self.header.set(Application::new(heap, given, count as usize - 1).header);
        }
    }

    /// Fills in the upvalues that were deferred, from `slots` of the frame whose scope is now complete.
    ///
    /// # Panics
    /// When the thunk is not one that waits for this: that is a bug in the compiler.
    pub(crate) fn finalise(&'h self, heap: &'h Heap, slot: impl Fn(u32) -> Value<'h>) {
        match self.state() {
            ThunkState::Building(prototype) => {
                prototype.fill_deferred(heap, self.upvalues(prototype.chunk), slot);
                self.set_state(ThunkState::Suspended(prototype.chunk));
            }
            ThunkState::BuildingClosure(closure) => {
                closure.prototype().fill_deferred(heap, closure.upvalues(), slot);
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
