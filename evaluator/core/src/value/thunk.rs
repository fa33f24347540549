//! Thunks: computations that run at most once, and the only values that change.
//!
//! A thunk is a header of 8 bytes, followed in memory by its packed upvalues, or by the arguments of a delayed
//! application. The result overwrites them: its tag goes into the header, the rest into the place of the first upvalue,
//! for which there is always space. This is safe because nothing reads the upvalues of an evaluated thunk. The frame
//! that ran its code has ended by then, and an application's function and arguments are on the machine's stack.
//!
//! The states and the transitions between them:
//!
//! ```text
//! Building ──finalise──▶ Suspended ──force──▶ Blackhole ──▶ Evaluated
//!                        Applied   ──force──────────────▶ Failed
//! BuildingClosure ──finalise──▶ Lambda ──force──▶ Evaluated
//! Speculative ──force──▶ Evaluated, or Forward to a thunk that fails
//! ```
//!
//! *Finalising* happens exactly once: when the scope of a deferred upvalue is complete, and before anything can be
//! forced. Forcing a `Building` thunk and finalising anything else are bugs of the compiler, and panic. A failed thunk
//! fails again with the same error and is not evaluated again (as in the reference since 2.34).

#![allow(unsafe_code)]

use std::cell::Cell;
use std::marker::PhantomData;
use std::mem::MaybeUninit;

use super::packed::Payload;
#[cfg(feature = "signals")]
use super::signals;
use super::{Closure, Packed, SpeculativeInt, Value};
use crate::bytecode::{Chunk, Prototype};
use crate::heap::Heap;
use crate::heap::trailing::{self, Filling};

/// The state of a thunk.
#[derive(Clone, Copy)]
pub enum ThunkState<'h> {
    /// Evaluated, to this value.
    Evaluated(Value<'h>),
    /// Not yet run: code, whose upvalues follow the thunk.
    Suspended(&'h Chunk<'h>),
    /// Like `Suspended`, with deferred upvalues that are not filled in yet.
    Building(&'h Prototype<'h>),
    /// A closure with deferred upvalues that are not filled in yet.
    BuildingClosure(&'h Closure<'h>),
    /// A finalised closure that nothing has looked at yet.
    Lambda(&'h Closure<'h>),
    /// A delayed application: a function, and arguments, which follow the thunk.
    Applied(Delayed<'h>),
    /// In a set with `__overrides`: gives the value of another thunk.
    Forward(&'h Thunk<'h>),
    /// A speculative integer that nothing has looked at yet.
    Speculative(SpeculativeInt),
    /// Being evaluated.
    Blackhole,
    /// Failed, with the error of this number.
    Failed(u32),
}

impl ThunkState<'_> {
    /// The name of the state.
    pub const fn name(&self) -> &'static str {
        match self {
            ThunkState::Evaluated(_) => "evaluated",
            ThunkState::Suspended(_) => "suspended",
            ThunkState::Building(_) | ThunkState::BuildingClosure(_) => "building",
            ThunkState::Lambda(_) => "lambda",
            ThunkState::Applied(_) => "applied",
            ThunkState::Forward(_) => "forward",
            ThunkState::Speculative(_) => "speculative",
            ThunkState::Blackhole => "blackhole",
            ThunkState::Failed(_) => "failed",
        }
    }
}

/// A delayed application, as in [`ThunkState::Applied`]: the function, and the number of arguments.
#[derive(Clone, Copy)]
pub struct Delayed<'h> {
    /// The header, which [`Application`] made.
    header: Header,
    function: PhantomData<Value<'h>>,
}

impl<'h> Delayed<'h> {
    /// The function.
    #[inline]
    pub fn function(self) -> Value<'h> {
        let word = self.header.map_addr(|address| address << 3 >> 3 & !TAGS);
        // SAFETY: `Application` put the rest of the header around the word of a packed value.
        unsafe { Packed::from_word(word) }.value()
    }

    /// How many arguments.
    #[inline]
    pub fn count(self) -> usize {
        self.header.addr() >> COUNT_SHIFT
    }
}

/// The right to update a thunk with its result. Whoever runs its code or calls its function has it.
#[derive(Clone, Copy)]
pub struct Update<'h>(&'h Thunk<'h>);

impl<'h> Update<'h> {
    /// The thunk.
    #[inline]
    pub fn thunk(self) -> &'h Thunk<'h> {
        self.0
    }

    /// Updates the thunk with its value.
    #[inline]
    pub(crate) fn to(self, value: Value<'h>) {
        self.0.set_result(value);
    }

    /// Updates the thunk with a failure, the error of this number.
    pub(crate) fn fail(self, number: u32) {
        self.0.fail(number);
    }
}

/// A thunk. Its slots follow it in memory, so it is only ever handled by reference.
///
/// The constructor decides the first state, and each method allows only what the present state allows:
/// ```
/// use nix_evaluator_core::heap::Heap;
/// use nix_evaluator_core::value::{Thunk, ThunkState, Value};
/// let heap = Heap::new(None);
/// let thunk = Thunk::evaluated(&heap, Value::Int(1));
/// assert!(matches!(thunk.state(), ThunkState::Evaluated(Value::Int(1))));
/// ```
/// Nothing can set a state directly, such as `Suspended` without code, or a result over upvalues that code will read:
/// ```compile_fail,E0599
/// # use nix_evaluator_core::heap::Heap;
/// # use nix_evaluator_core::value::{Thunk, ThunkState, Value};
/// # let heap = Heap::new(None);
/// # let thunk = Thunk::evaluated(&heap, Value::Int(1));
/// thunk.set_state(ThunkState::Evaluated(Value::Int(2)));
/// ```
#[repr(C)]
pub struct Thunk<'h> {
    header: Cell<Header>,
    slots: [Cell<Packed<'h>>; 0],
}

/// The state, except for what is in the first slot: an address, or a number in its place, with a [`Tag`] in the lowest
/// bits.
type Header = *const u8;

/// The state, and what the header's address refers to. Addresses in the arena are multiples of eight.
#[repr(usize)]
enum Tag {
    /// No address: the tag of the result. Its payload is in the first slot.
    Evaluated,
    /// The chunk.
    Suspended,
    /// The prototype.
    Building,
    /// The closure.
    BuildingClosure,
    /// The closure.
    Lambda,
    /// The other thunk.
    Forward,
    /// The function, packed, with the number of arguments in the highest bits.
    Applied,
    /// No address: 0 for a blackhole, 1 for a speculative integer, which is in the first slot, and from 2 on the number
    /// of a failure.
    Other,
}

const TAGS: usize = 7;
const BLACKHOLE: usize = 0;
const SPECULATIVE: usize = 1;
const FIRST_FAILURE: usize = 2;

/// The lowest bit of the number of arguments in the header of a delayed application.
const COUNT_SHIFT: u32 = usize::BITS - 3;

fn header_of<T>(address: &T, tag: Tag) -> Header {
    const { assert!(align_of::<T>() > TAGS, "there is room for a tag") };
    std::ptr::from_ref(address).cast::<u8>().map_addr(|address| address | tag as usize)
}

fn header_of_number(number: usize, tag: Tag) -> Header {
    std::ptr::without_provenance(number << 3 | tag as usize)
}

/// Panics. It is a function of its own, because a panic in the instruction loop costs it registers.
#[cold]
#[inline(never)]
fn refused(why: &str) -> ! {
    panic!("{why}")
}

/// A function that several thunks will call, with the same number of arguments each.
#[derive(Clone, Copy)]
pub struct Application<'h> {
    header: Header,
    function: PhantomData<Value<'h>>,
}

impl<'h> Application<'h> {
    /// A function to be called with `count` arguments: at least one, and few.
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

    /// A thunk that calls the function with `arguments` when it is forced.
    ///
    /// # Panics
    /// If they are fewer than announced. They must not be more.
    #[inline]
    pub fn to(self, heap: &'h Heap, arguments: &[Value<'h>]) -> &'h Thunk<'h> {
        let count = self.header.addr() >> COUNT_SHIFT;
        Thunk::alloc(heap, self.header, count as u32, arguments.iter().map(|argument| Packed::new(heap, *argument)))
    }
}

impl<'h> Thunk<'h> {
    /// A thunk with this header, and `count` values in its slots.
    #[inline(always)]
    fn alloc(heap: &'h Heap, header: Header, count: u32, values: impl Iterator<Item = Packed<'h>>) -> &'h Self {
        let thunk = Thunk { header: Cell::new(header), slots: [] };
        trailing::alloc(heap, thunk, count.max(1), |slots: &mut Filling<'_, Packed<'h>>| {
            if count == 0 {
                // Where the result goes.
                slots.push(Packed::NULL);
            }
            slots.fill(values);
        })
    }

    /// A thunk in a state that needs no slot except the one for the result.
    fn in_state(heap: &'h Heap, header: Header) -> &'h Self {
        Thunk::alloc(heap, header, 0, std::iter::empty())
    }

    /// A thunk of code with these upvalues. `Thunk::finalise` fills in those that are `Packed::MISSING`.
    ///
    /// # Panics
    /// If they are fewer than the upvalues of the prototype's chunk. They must not be more.
    #[inline]
    pub fn suspended(
        heap: &'h Heap,
        prototype: &'h Prototype<'h>,
        upvalues: impl Iterator<Item = Packed<'h>>,
    ) -> &'h Self {
        let header = if prototype.has_deferred() {
            header_of(prototype, Tag::Building)
        } else {
            header_of(prototype.chunk, Tag::Suspended)
        };
        Thunk::alloc(heap, header, prototype.chunk.upvalue_count(), upvalues)
    }

    /// A closure that captures slots of a scope that is not yet complete.
    pub fn building_closure(heap: &'h Heap, closure: &'h Closure<'h>) -> &'h Self {
        Thunk::in_state(heap, header_of(closure, Tag::BuildingClosure))
    }

    /// A thunk that calls `function` with `arguments` when forced.
    pub fn applied(heap: &'h Heap, function: Value<'h>, arguments: &[Value<'h>]) -> &'h Self {
        Application::new(heap, function, arguments.len()).to(heap, arguments)
    }

    /// A thunk of a speculative integer.
    pub fn speculative(heap: &'h Heap, speculative: SpeculativeInt) -> &'h Self {
        let thunk = Thunk::in_state(heap, header_of_number(SPECULATIVE, Tag::Other));
        thunk.payload().set(MaybeUninit::new(speculative));
        thunk
    }

    /// A thunk of code that will fail before it reads an upvalue.
    pub(crate) fn failing(heap: &'h Heap, chunk: &'h Chunk<'h>) -> &'h Self {
        let upvalues = (0..chunk.upvalue_count()).map(|_| Packed::NULL);
        Thunk::alloc(heap, header_of(chunk, Tag::Suspended), chunk.upvalue_count(), upvalues)
    }

    /// An evaluated thunk: a slot with an identity of its own, where the reference copies a value.
    pub fn evaluated(heap: &'h Heap, value: Value<'h>) -> &'h Self {
        let thunk = Thunk::in_state(heap, header_of_number(BLACKHOLE, Tag::Other));
        thunk.set_result(value);
        thunk
    }

    /// A thunk that gives the value of another slot.
    pub fn forwarding(heap: &'h Heap, slot: Value<'h>) -> &'h Self {
        let thunk = Thunk::in_state(heap, header_of_number(BLACKHOLE, Tag::Other));
        thunk.give(slot);
        thunk
    }

    /// The present state.
    #[inline]
    pub fn state(&self) -> ThunkState<'h> {
        let header = self.header.get();
        let address = header.map_addr(|address| address & !TAGS);
        // SAFETY: whatever makes a header puts the tag of a type on the address of a reference to it, which lives as
        // long as the arena; only `set_result` makes those of evaluated thunks, and only `speculative` those of speculative ones.
        unsafe {
            match header.addr() & TAGS {
                tag if tag == Tag::Evaluated as usize => {
                    ThunkState::Evaluated(Value::from_parts(header.addr() >> 3, self.payload().get()))
                }
                tag if tag == Tag::Suspended as usize => ThunkState::Suspended(&*address.cast()),
                tag if tag == Tag::Building as usize => ThunkState::Building(&*address.cast()),
                tag if tag == Tag::BuildingClosure as usize => ThunkState::BuildingClosure(&*address.cast()),
                tag if tag == Tag::Lambda as usize => ThunkState::Lambda(&*address.cast()),
                tag if tag == Tag::Forward as usize => ThunkState::Forward(&*address.cast()),
                tag if tag == Tag::Applied as usize => ThunkState::Applied(Delayed { header, function: PhantomData }),
                _ => match header.addr() >> 3 {
                    BLACKHOLE => ThunkState::Blackhole,
                    SPECULATIVE => ThunkState::Speculative(self.payload::<SpeculativeInt>().get().assume_init()),
                    failure => ThunkState::Failed((failure - FIRST_FAILURE) as u32),
                },
            }
        }
    }

    /// The last thunk of a chain of forwarding thunks; the thunk itself where it does not forward. A chain is as long
    /// as sets with `__overrides` are nested. Forwarding thunks stay as they are, because the state of the last thunk
    /// may change.
    #[cold]
    pub(crate) fn end(&'h self) -> &'h Thunk<'h> {
        let mut thunk = self;
        while let ThunkState::Forward(other) = thunk.state() {
            thunk = other;
        }
        thunk
    }

    /// What tells this slot from others: that of the last thunk of a chain of forwarding thunks, because the reference has
    /// one slot where sets with `__overrides` have a thunk in front of another.
    #[inline]
    pub(crate) fn identity(&'h self) -> *const u8 {
        match self.state() {
            ThunkState::Forward(_) => std::ptr::from_ref(self.end()).cast(),
            _ => std::ptr::from_ref(self).cast(),
        }
    }

    /// Stores the result, over the first slot.
    #[inline]
    fn set_result(&self, value: Value<'h>) {
        signal!(signals::changes(self, ThunkState::Evaluated(value)););
        let (tag, payload) = value.parts();
        self.payload().set(payload);
        self.header.set(header_of_number(tag, Tag::Evaluated));
    }

    /// Makes the thunk give the value of another slot.
    fn give(&self, slot: Value<'h>) {
        match slot {
            Value::Thunk(other) => {
                signal!(signals::changes(self, ThunkState::Forward(other)););
                self.header.set(header_of(other, Tag::Forward));
            }
            Value::LazyClosure(closure) => {
                signal!(signals::changes(self, ThunkState::Lambda(closure)););
                self.header.set(header_of(closure, Tag::Lambda));
            }
            value => self.set_result(value),
        }
    }

    /// Makes a thunk a blackhole until it is updated, because its code `chunk` is about to run. [`Thunk::state`] has
    /// given `chunk`. Returns the right to update, and the upvalues.
    ///
    /// # Panics
    /// If the thunk is not suspended with that code.
    ///
    /// # Safety
    /// The upvalues must not be read after the update: the result overwrites the first one.
    #[inline(always)]
    pub(crate) unsafe fn enter(&'h self, chunk: &'h Chunk<'h>) -> (Update<'h>, &'h [Cell<Packed<'h>>]) {
        if self.header.get() != header_of(chunk, Tag::Suspended) {
            refused("entered a thunk that is not suspended");
        }
        signal!(signals::changes(self, ThunkState::Blackhole););
        fault!(24, self.header.set(header_of_number(BLACKHOLE, Tag::Other)), ());
        // SAFETY: a header that says so goes with as many values as the chunk has upvalues, and nothing but a result,
        // which comes later, is put in the place of one.
        (Update(self), unsafe { trailing::slots(self, chunk.upvalue_count()) })
    }

    /// The right to update a delayed application, which [`Thunk::state`] has given. The thunk does not become a
    /// blackhole.
    ///
    /// # Panics
    /// If the state has changed since.
    #[inline]
    pub(crate) fn begin(&'h self, delayed: Delayed<'h>) -> Update<'h> {
        assert!(self.header.get() == delayed.header, "the application has been called already");
        Update(self)
    }

    /// The arguments of a delayed application, if the thunk still is one.
    #[inline]
    fn argument_slots(&self, delayed: Delayed<'h>) -> &'h [Cell<Packed<'h>>] {
        assert!(self.header.get() == delayed.header, "the application has been called already");
        // SAFETY: a header that says so goes with at least as many values as it tells.
        unsafe { trailing::slots(self, delayed.count() as u32) }
    }

    /// Appends the arguments of a delayed application, which [`Thunk::state`] has given, to `to`, except the first
    /// `skipped` ones.
    ///
    /// # Panics
    /// If the state has changed since.
    #[inline(always)]
    pub(crate) fn push_arguments(&self, delayed: Delayed<'h>, skipped: usize, to: &mut Vec<Value<'h>>) {
        for slot in &self.argument_slots(delayed)[skipped..] {
            to.push(slot.get().value());
        }
    }

    /// The first argument of a delayed application, which [`Thunk::state`] has given.
    ///
    /// # Panics
    /// If the state has changed since.
    pub(crate) fn first_argument(&self, delayed: Delayed<'h>) -> Value<'h> {
        self.argument_slots(delayed)[0].get().value()
    }

    /// Marks the thunk as failed, with the error of this number.
    pub(crate) fn fail(&self, number: u32) {
        signal!(signals::changes(self, ThunkState::Failed(number)););
        self.header.set(header_of_number(number as usize + FIRST_FAILURE, Tag::Other));
    }

    /// Lets a failed thunk run its code again.
    #[cfg(feature = "planted-faults")]
    pub(crate) fn suspend_again(&self, chunk: &'h Chunk<'h>) {
        self.header.set(header_of(chunk, Tag::Suspended));
    }

    /// Replaces a speculative integer that something needs by its value.
    ///
    /// # Panics
    /// If the thunk is not a speculative integer.
    #[inline]
    pub(crate) fn settle(&self, value: Value<'h>) {
        if self.header.get() != header_of_number(SPECULATIVE, Tag::Other) {
            refused("settled a thunk that is no speculative integer");
        }
        self.set_result(value);
    }

    /// Marks a closure as looked at. [`Thunk::state`] has given `closure`.
    ///
    /// # Panics
    /// If the thunk is not that closure.
    pub(crate) fn look(&self, closure: &'h Closure<'h>) -> Value<'h> {
        assert!(self.header.get() == header_of(closure, Tag::Lambda), "the thunk is no closure");
        self.set_result(Value::Closure(closure));
        Value::Closure(closure)
    }

    /// Redirects a thunk to another slot. Its state must be evaluated, a speculative integer, a closure, or another
    /// redirection.
    ///
    /// # Panics
    /// If the thunk is a computation.
    pub(crate) fn redirect(&self, slot: Value<'h>) {
        match self.state() {
            ThunkState::Evaluated(_) | ThunkState::Lambda(_) | ThunkState::Forward(_) | ThunkState::Speculative(_) => {
                self.give(slot);
            }
            state => panic!("redirected a thunk that is {}", state.name()),
        }
    }

    /// The first slot, as a `T`: the payload of the result, or a speculative integer. It may hold something else than a
    /// `T`.
    #[inline(always)]
    fn payload<T>(&self) -> &Cell<MaybeUninit<T>> {
        const { assert!(size_of::<T>() <= size_of::<Payload>() && align_of::<T>() <= align_of::<Payload>()) };
        // SAFETY: `alloc` makes a slot for at least one value, which is as large as a payload, behind every thunk.
        unsafe { &trailing::slots(self, 1)[0] }
    }

    /// Replaces the function of a delayed application by `given`, its result for the first of several arguments, and
    /// drops that argument. Does nothing if the state has changed since.
    pub(crate) fn apply_first(&self, heap: &'h Heap, delayed: Delayed<'h>, given: Value<'h>) {
        // Whoever asked may have asked twice, so the function may be another one by now.
        let ThunkState::Applied(now) = self.state() else { return };
        if now.count() == delayed.count() {
            let slots = self.argument_slots(now);
            for (slot, next) in slots.iter().zip(&slots[1..]) {
                slot.set(next.get());
            }
            signal!(signals::changes(self, ThunkState::Applied(now)););
            self.header.set(Application::new(heap, given, now.count() - 1).header);
        }
    }

    /// Fills in the deferred upvalues from the slots of the frame, whose scope is complete.
    ///
    /// # Panics
    /// If the thunk is not waiting for this, which is a bug of the compiler.
    pub(crate) fn finalise(&self, heap: &'h Heap, slots: &[Value<'h>]) {
        match self.state() {
            ThunkState::Building(prototype) => {
                // SAFETY: a header that says so goes with as many values as the chunk has upvalues, and the result
                // that takes the place of one comes later.
                let upvalues = unsafe { trailing::slots(self, prototype.chunk.upvalue_count()) };
                prototype.fill_deferred(heap, upvalues, slots);
                signal!(signals::changes(self, ThunkState::Suspended(prototype.chunk)););
                self.header.set(header_of(prototype.chunk, Tag::Suspended));
            }
            ThunkState::BuildingClosure(closure) => {
                fault!(4 => if closure.upvalues().len() > 4 { return self.header.set(header_of(closure, Tag::Lambda)); });
                closure.prototype().fill_deferred(heap, closure.upvalues(), slots);
                signal!(signals::changes(self, ThunkState::Lambda(closure)););
                self.header.set(header_of(closure, Tag::Lambda));
            }
            _ => panic!("finalised a thunk that is not being built"),
        }
    }

    /// Whether the thunk is still to be [finalised](Thunk::finalise).
    pub(crate) fn is_building(&self) -> bool {
        matches!(self.state(), ThunkState::Building(_) | ThunkState::BuildingClosure(_))
    }
}

#[cfg(test)]
mod tests;
