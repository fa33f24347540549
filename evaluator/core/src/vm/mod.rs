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
mod trace;
mod unchecked;
mod unwind;

pub use frame::{Awaiting, CodeFrame, Frame};
pub use observe::{FrameEvent, RuntimeObserver};

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::bytecode::Chunk;
use crate::errors::{Error, ErrorKind, Failure};
use crate::primop::{GeneratorContext, PrimopFuture, Primops};
use crate::state::State;
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

/// The most frames. Where forcing nests without calls, which `max-call-depth` does not count, the reference's native
/// stack ends far earlier. A program that gets this deep depends on its own result.
const MOST_FRAMES: usize = 4 << 20;

/// A machine that runs code of one evaluation.
pub struct Vm<'h> {
    state: &'h State<'h>,
    primops: Primops,
    stack: unchecked::Stack<'h>,
    frames: Vec<Frame<'h>>,
    /// Frames that may be pushed before the next check of the budgets.
    ticks: u64,
    /// Fuel that is left beyond `ticks`.
    fuel: Option<u64>,
    /// Another thread sets it when nobody waits for the evaluation any more.
    interrupt: Option<Arc<AtomicBool>>,
    /// The cache of selections.
    lookups: lookup::Lookups<'h>,
    observer: Option<observe::Observers<'h>>,
    /// Calls below this depth may take a shortcut; none may where calls are traced.
    shortcut_depth: u32,
}

impl<'h> Vm<'h> {
    /// A machine without frames. It ends evaluations once `fuel` frames have been entered.
    pub fn new(state: &'h State<'h>, primops: Primops, fuel: Option<u64>) -> Self {
        let mut vm = Vm {
            state,
            primops,
            stack: unchecked::Stack::with_capacity(1024),
            frames: Vec::with_capacity(256),
            ticks: 0,
            fuel,
            interrupt: None,
            lookups: lookup::Lookups::default(),
            observer: None,
            shortcut_depth: state.max_call_depth.saturating_add(1),
        };
        vm.refill_ticks();
        vm
    }

    /// Ends evaluations soon after another thread sets `interrupt`, as if a budget had run out.
    pub fn end_with(&mut self, interrupt: Arc<AtomicBool>) {
        self.interrupt = Some(interrupt);
    }

    /// From now on also reports frames, instructions and calls to `observer`.
    pub fn observe(&mut self, observer: Box<dyn RuntimeObserver + 'h>) {
        self.observer.get_or_insert_default().add(observer);
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

    /// Starts with the signal of `first` and runs until all frames that it pushed are gone. The machine is not
    /// re-entrant: what runs inside an evaluation is a frame or a generator.
    fn run_from(&mut self, first: impl FnOnce(&mut Self) -> Signal<'h>) -> Result<Value<'h>, Failure> {
        assert!(self.frames.is_empty(), "an evaluation is running");
        let signal = first(self);
        let result = self.run(signal);
        self.stack.clear();
        self.state.call_depth.set(0);
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
        match self.frames.last_mut() {
            Some(Frame::Code(frame)) => {
                if frame.awaiting != Awaiting::Restart {
                    self.stack.push(value);
                }
                Signal::Continue
            }
            Some(Frame::Update { update }) => {
                fault!(20, update.to(value), _ = update);
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

    fn refill_ticks(&mut self) {
        let ticks = self.fuel.map_or(TICKS_BETWEEN_CHECKS, |fuel| fuel.min(TICKS_BETWEEN_CHECKS));
        self.ticks = ticks;
        if let Some(fuel) = &mut self.fuel {
            *fuel -= ticks;
        }
    }

    #[cold]
    fn check_budgets(&mut self) -> Result<(), Failure> {
        let own = self.stack.capacity() * size_of::<Value<'h>>() + self.frames.capacity() * size_of::<Frame<'h>>();
        if self.state.heap.is_overdrawn(own + self.state.symbols.bytes()) {
            return Err(self.state.out_of_heap());
        }
        if self.frames.len() > MOST_FRAMES {
            return Err(self.state.endless_recursion());
        }
        if self.interrupt.as_ref().is_some_and(|interrupt| interrupt.load(Ordering::Relaxed)) {
            return Err(Error::new(ErrorKind::Budget, "the evaluation was interrupted").into());
        }
        self.refill_ticks();
        if self.ticks == 0 {
            return Err(Error::new(ErrorKind::Budget, "the evaluation ran out of fuel (the budget of steps)").into());
        }
        self.ticks -= 1;
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
        let failure = self.state.stack_overflow();
        failure.set_pos_if_none(self.call_site(self.frames.len()));
        failure
    }
}
