//! The virtual machine. Its frames are on an explicit stack, so memory and `max-call-depth` bound the depth of a
//! program, never the native stack.
//!
//! The outer loop (`Vm::run`) moves between frames: it delivers a value to the frame on top, unwinds an error, or lets
//! code run. The inner loop (`Vm::run_code`) executes instructions and continues as long as code calls code. The
//! machine knows bytecode and values, but no syntax tree.

mod arithmetic;
mod call;
mod capture;
mod code;
mod for_each;
mod force;
mod force_slots;
mod frame;
mod generator;
mod lookup;
mod observe;
mod operate;
mod rare;
#[cfg(feature = "signals")]
mod signals;
mod trace;
mod unchecked;
mod unwind;

pub use frame::{Awaiting, CodeFrame, Frame};
pub use observe::{Called, FrameEvent, Need, RuntimeObserver, ThunkEvent, ThunkId};

use crate::bytecode::Chunk;
use crate::errors::Failure;
use crate::primop::{GeneratorContext, PrimopFuture, Primops};
use crate::state::{MOST_NESTED, State};
use crate::value::Value;

/// What the outer loop does next.
pub(crate) enum Signal<'h> {
    /// Run the frame on top, which is code.
    Continue,
    /// Deliver a value to the frame on top.
    Deliver(Value<'h>),
    /// Call the function that lies under this many arguments on the stack, for the frame on top.
    Call(u32),
    /// Unwind.
    Raise(Failure),
}

/// How many frames are pushed between two checks of the budgets.
const TICKS_BETWEEN_CHECKS: u64 = 4096;

/// A machine that runs code of one evaluation.
pub struct Vm<'h> {
    state: &'h State<'h>,
    primops: Primops<'h>,
    stack: unchecked::Stack<'h>,
    frames: Vec<Frame<'h>>,
    /// Frames that may be pushed before the next check of the budgets.
    ticks: u64,
    /// The cache of selections.
    lookups: lookup::Lookups<'h>,
    observer: Option<observe::Observers<'h>>,
    /// Calls below this depth may take a shortcut. None may where they are observed (1) or traced (0).
    shortcut_depth: u32,
    /// Whether calls are printed.
    prints_calls: bool,
    /// The frames of those calls of `derivationStrict` of which observers are not told yet.
    unnamed: Vec<usize>,
}

impl<'h> Vm<'h> {
    /// A machine without frames.
    pub fn new(state: &'h State<'h>, primops: Primops<'h>) -> Self {
        // Other machines wait for one that starts inside a call, and there may be thousands of them.
        let (slots, frames) = if state.call_depth.get() == 0 { (1024, 256) } else { (64, 16) };
        Vm {
            state,
            primops,
            stack: unchecked::Stack::with_capacity(slots),
            frames: Vec::with_capacity(frames),
            ticks: 0,
            lookups: lookup::Lookups::default(),
            observer: None,
            shortcut_depth: state.max_call_depth.saturating_add(1),
            prints_calls: false,
            unnamed: Vec::new(),
        }
    }

    /// From now on also reports frames, instructions and calls to `observer`.
    pub fn observe(&mut self, observer: Box<dyn RuntimeObserver + 'h>) {
        let observers = self.observer.get_or_insert_default();
        observers.add(observer);
        self.shortcut_depth = self.shortcut_depth.min(if observers.want_calls() { 0 } else { 1 });
    }

    /// Evaluates a chunk without upvalues.
    pub fn evaluate(&mut self, chunk: &'h Chunk<'h>) -> Result<Value<'h>, Failure> {
        assert_eq!(chunk.upvalue_count(), 0, "code without upvalues");
        self.run_from(|vm| vm.enter_chunk(chunk))
    }

    /// Runs an asynchronous computation, which may force, call and compare, to its end.
    pub fn run_generator<F>(&mut self, start: F) -> Result<Value<'h>, Failure>
    where
        F: FnOnce(GeneratorContext<'h>) -> PrimopFuture<'h>,
    {
        self.run_from(|vm| vm.start_generator(None, start))
    }

    /// Forces a slot.
    pub fn force(&mut self, slot: Value<'h>) -> Result<Value<'h>, Failure> {
        match slot.forced() {
            Some(value) => Ok(value),
            None => self.run_from(|vm| vm.force_value(slot)),
        }
    }

    /// Starts with the signal of `first` and runs until all frames that it pushed are gone. The machine is not
    /// re-entrant: what runs inside an evaluation is a frame or a generator. A function of the host that evaluates
    /// something while it runs has another machine for it.
    fn run_from(&mut self, first: impl FnOnce(&mut Self) -> Signal<'h>) -> Result<Value<'h>, Failure> {
        assert!(self.frames.is_empty(), "an evaluation is running");
        let depth = self.state.call_depth.get();
        let signal = first(self);
        let result = self.run(signal);
        signal!(self.signal_ended(&result););
        self.stack.clear();
        self.state.call_depth.set(depth);
        self.return_ticks();
        result
    }

    fn run(&mut self, mut signal: Signal<'h>) -> Result<Value<'h>, Failure> {
        loop {
            signal = match signal {
                Signal::Continue => match self.observer {
                    None => self.run_code::<false>(),
                    Some(_) => self.run_code::<true>(),
                },
                Signal::Deliver(value) if self.frames.is_empty() => return Ok(value),
                Signal::Deliver(value) => self.deliver(value),
                Signal::Call(count) => self.call_on_stack(count as usize),
                Signal::Raise(failure) if self.frames.is_empty() => return Err(failure),
                Signal::Raise(failure) if failure.is_fatal() => {
                    self.frames.clear();
                    return Err(failure);
                }
                Signal::Raise(failure) => self.unwind_one(failure),
            };
        }
    }

    /// Delivers `value` to the frame on top.
    fn deliver(&mut self, value: Value<'h>) -> Signal<'h> {
        signal!(self.signal_delivered(););
        match self.frames.last_mut() {
            Some(Frame::Code(frame)) => {
                if frame.awaiting != Awaiting::Restart {
                    self.stack.push(value);
                }
                Signal::Continue
            }
            Some(Frame::Update { update }) => {
                let thunk = update.thunk();
                fault!(20, update.to(value), _ = update);
                if self.observer.is_some() {
                    self.report_thunk(ThunkEvent::Evaluated(value), thunk);
                }
                self.frames.pop();
                Signal::Deliver(value)
            }
            Some(Frame::Namespace { .. }) => {
                self.frames.pop();
                Signal::Deliver(value)
            }
            Some(Frame::ApplyFirst { thunk, delayed }) => {
                thunk.apply_first(self.state.heap, *delayed, value);
                self.frames.pop();
                Signal::Deliver(value)
            }
            Some(Frame::Traced { .. }) => {
                self.leave_traced();
                Signal::Deliver(value)
            }
            Some(Frame::Functor { depth, .. } | Frame::ErrorContext { depth, .. }) => {
                fault!(38, self.state.call_depth.set(*depth), _ = depth);
                self.frames.pop();
                Signal::Deliver(value)
            }
            Some(Frame::Apply { .. }) => self.resume_apply(value),
            Some(Frame::Builtin { .. }) => self.resume_builtin(value),
            Some(Frame::ForEach { .. }) => self.resume_for_each(value),
            Some(Frame::ForceSlots { .. }) => self.resume_force_slots(),
            Some(Frame::Generator(_)) => self.resume_generator(Ok(value)),
            Some(Frame::Catch { .. }) => self.leave_catch(value),
            Some(Frame::TraceName(_)) => self.resume_trace_name(value),
            None => Signal::Deliver(value),
        }
    }

    #[inline(always)]
    fn top(&self) -> Value<'h> {
        self.stack.operand()
    }

    #[inline(always)]
    fn set_top(&mut self, value: Value<'h>) {
        self.stack.set_operand(value);
    }

    #[inline(always)]
    fn pop(&mut self) -> Value<'h> {
        self.stack.take_operand()
    }

    /// The running code frame.
    #[inline(always)]
    fn running(&mut self) -> &mut CodeFrame<'h> {
        let Some(Frame::Code(frame)) = self.frames.last_mut() else { unreachable!("the top is code") };
        frame
    }

    /// Pops the running code frame.
    #[inline(always)]
    fn leave_running(&mut self) -> CodeFrame<'h> {
        let frame = *self.running();
        unchecked::forget_code_frame(&mut self.frames);
        frame
    }

    /// Counts one frame against the budgets.
    #[inline]
    fn tick(&mut self) -> Result<(), Failure> {
        if self.ticks > 0 {
            self.ticks -= 1;
            return Ok(());
        }
        self.check_budgets()
    }

    /// Takes ticks again after [`Vm::return_ticks`].
    fn take_ticks(&mut self) {
        self.ticks = self.state.limits.take_fuel(TICKS_BETWEEN_CHECKS).unwrap_or(0);
    }

    /// Gives unused ticks back to the budget, which other machines of the evaluation share.
    fn return_ticks(&mut self) {
        self.state.limits.give_fuel(std::mem::take(&mut self.ticks));
    }

    #[cold]
    fn check_budgets(&mut self) -> Result<(), Failure> {
        let own = self.stack.capacity() * size_of::<Value<'h>>() + self.frames.capacity() * size_of::<Frame<'h>>();
        if self.state.heap.is_overdrawn(own + self.state.symbols.bytes()) {
            return Err(self.state.out_of_heap());
        }
        if self.frames.len() > MOST_NESTED {
            return Err(self.state.endless_recursion());
        }
        self.state.limits.check_stop()?;
        self.ticks = self.state.limits.take_fuel(TICKS_BETWEEN_CHECKS)? - 1;
        Ok(())
    }

    /// Checks that a call may go one level deeper.
    #[inline]
    fn check_call_depth(&self) -> Result<(), Failure> {
        if self.is_too_deep() { Err(self.too_deep()) } else { Ok(()) }
    }

    #[inline]
    fn is_too_deep(&self) -> bool {
        self.state.call_depth.get() > self.state.max_call_depth
    }

    /// The failure of a call that is too deep, at the position of the call.
    #[cold]
    fn too_deep(&self) -> Failure {
        self.state.stack_overflow_at(self.call_site(self.frames.len()))
    }
}
