//! Calls of closures with all their arguments at once, partial applications, builtins and functors.

#![forbid(unsafe_code)]

use super::{Awaiting, CodeFrame, Frame, Signal, Vm};
use crate::errors::{Error, ErrorKind, Failure};
use crate::primop::{Expectation, Implementation, Primop, Strictness};
use crate::source::Pos;
use crate::symbols::known;
use crate::value::{Attr, Builtin, Closure, Partial, Update, Value};

impl<'h> Vm<'h> {
    /// Calls the function that lies under `count` arguments on the stack, and removes all of them.
    pub(super) fn call_on_stack(&mut self, count: usize) -> Signal<'h> {
        let base = self.stack.len() - count - 1;
        if let Value::Closure(closure) = self.stack[base]
            && closure.chunk().arity() == count
            && self.state.call_depth.get() < self.shortcut_depth
        {
            return self.enter_closure(closure, base + 1, base, None, 0);
        }
        if self.traces_calls() {
            return self.call_traced(count);
        }
        self.call_slowly(count)
    }

    /// Like [`Vm::call_on_stack`], where no shortcut may be taken or the call has been traced already.
    pub(super) fn call_slowly(&mut self, count: usize) -> Signal<'h> {
        let base = self.stack.len() - count - 1;
        let Some(function) = self.stack[base].forced() else {
            // The reference evaluates the function inside the call.
            let depth = self.state.call_depth.get();
            if let Err(failure) = self.check_call_depth() {
                return Signal::Raise(failure);
            }
            self.frames.push(Frame::Apply { base: base as u32, count: count as u32, depth });
            self.state.call_depth.set(depth + 1);
            return self.force_value(self.stack[base]);
        };
        self.call_value(function, base, count)
    }

    /// Like [`Vm::call_on_stack`], for a frame that is not code. A closure gets a frame, but a builtin starts
    /// immediately and may call the next one. So builtins are left to the loop, and the native stack does not grow with
    /// such calls.
    pub(super) fn call_for_frame(&mut self, count: usize) -> Signal<'h> {
        match self.stack[self.stack.len() - count - 1] {
            Value::Closure(_) => self.call_on_stack(count),
            _ => Signal::Call(count as u32),
        }
    }

    /// Like [`Vm::call_on_stack`], with the function evaluated. The slot at `base` is free.
    pub(super) fn call_value(&mut self, function: Value<'h>, base: usize, count: usize) -> Signal<'h> {
        if let Err(failure) = self.check_call_depth() {
            return Signal::Raise(failure);
        }
        let (function, have) = match function {
            Value::Partial(partial) => {
                // Lay the arguments out as if all had been passed at once.
                self.stack[base] = partial.function;
                self.stack.splice(base + 1..base + 1, partial.arguments.iter().copied());
                fault!(35 => self.stack[base + 1..base + 1 + partial.arguments.len()].reverse(););
                (partial.function, partial.arguments.len())
            }
            function => (function, 0),
        };
        let count = have + count;
        match function {
            Value::Closure(closure) => self.call_closure(closure, base, count, have),
            Value::Builtin(builtin) => self.call_builtin_value(builtin, function, base, count),
            Value::Attrs(attrs) => match attrs.get(known::FUNCTOR) {
                Some(functor) => {
                    let functor = *functor;
                    self.call_functor(functor, function, base, count)
                }
                None => Signal::Raise(self.not_a_function(function)),
            },
            _ => Signal::Raise(self.not_a_function(function)),
        }
    }

    /// Calls a closure. Calls with its first `counted` arguments were counted when it was applied to those.
    fn call_closure(&mut self, closure: &'h Closure<'h>, mut base: usize, count: usize, counted: usize) -> Signal<'h> {
        let chunk = closure.chunk();
        let arity = chunk.arity();
        if count < arity {
            self.count_function_calls(chunk, counted..count);
            return self.make_partial(Value::Closure(closure), base, count);
        }
        if count > arity {
            self.set_aside(Value::Closure(closure), base, count, arity);
            base = self.stack.len() - arity - 1;
        }
        self.enter_closure(closure, base + 1, base, None, counted)
    }

    /// Enters a closure whose arguments are all on the stack from `base` on. The result goes into `update` too. Calls
    /// with its first `counted` arguments were counted before.
    #[inline]
    pub(super) fn enter_closure(
        &mut self,
        closure: &'h Closure<'h>,
        base: usize,
        height: usize,
        update: Option<Update<'h>>,
        counted: usize,
    ) -> Signal<'h> {
        if let Err(failure) = self.tick() {
            return Signal::Raise(failure);
        }
        let chunk = closure.chunk();
        self.count_function_calls(chunk, counted..chunk.arity());
        let depth = self.state.call_depth.get();
        self.state.call_depth.set(depth + 1);
        self.stack.reserve(chunk);
        self.frames.push(Frame::Code(CodeFrame {
            chunk,
            upvalues: closure.upvalues(),
            update,
            pc: 0,
            base: base as u32,
            height: height as u32,
            depth,
            selected: Pos::NONE,
            awaiting: Awaiting::Value,
            is_call: true,
        }));
        Signal::Continue
    }

    /// Pushes a frame that will call the result of `function` with the arguments after the first `taken`, and puts the
    /// function with those first arguments on top of the stack.
    fn set_aside(&mut self, function: Value<'h>, base: usize, count: usize, taken: usize) {
        let arguments: smallvec::SmallVec<[Value<'h>; 8]> = self.stack[base + 1..].iter().copied().collect();
        debug_assert_eq!(arguments.len(), count);
        self.stack.truncate(base + 1);
        self.stack.extend_from_slice(&arguments[taken..]);
        fault!(34 => if count == taken + 2 { self.stack[base + 1..].reverse() });
        let depth = self.state.call_depth.get();
        self.frames.push(Frame::Apply { base: base as u32, count: (count - taken) as u32, depth });
        self.stack.push(function);
        self.stack.extend_from_slice(&arguments[..taken]);
    }

    fn make_partial(&mut self, function: Value<'h>, base: usize, count: usize) -> Signal<'h> {
        let heap = self.state.heap;
        let arguments = heap.copy_slice(&self.stack[base + 1..base + 1 + count]);
        self.stack.truncate(base);
        Signal::Deliver(Value::Partial(Partial::alloc(heap, function, arguments)))
    }

    fn call_functor(&mut self, functor: Attr<'h>, set: Value<'h>, base: usize, count: usize) -> Signal<'h> {
        let depth = self.state.call_depth.get();
        if count > 1 {
            self.set_aside(set, base, count, 1);
        }
        let base = self.stack.len() - 2;
        let argument = self.stack[base + 1];
        self.stack.truncate(base);
        self.frames.push(Frame::Functor { pos: functor.pos, depth });
        self.state.call_depth.set(depth + 1);
        self.stack.extend([functor.value(), set, argument]);
        self.call_for_frame(2)
    }

    /// Continues a frame that was waiting for its function.
    pub(super) fn resume_apply(&mut self, function: Value<'h>) -> Signal<'h> {
        let Some(Frame::Apply { base, count, depth }) = self.frames.pop() else { unreachable!("the top is Apply") };
        self.state.call_depth.set(depth);
        self.call_value(function, base as usize, count as usize)
    }

    fn call_builtin_value(
        &mut self,
        builtin: &'h Builtin,
        function: Value<'h>,
        base: usize,
        count: usize,
    ) -> Signal<'h> {
        let arity = builtin.arity();
        if count < arity {
            return self.make_partial(function, base, count);
        }
        if count > arity {
            self.set_aside(function, base, count, arity);
            return self.call_slowly(arity);
        }
        self.count_builtin_call(builtin.name);
        signal!(self.signal_call(builtin, &self.stack[base + 1..]););
        let primop = self.primops[builtin.number as usize];
        self.meet_strictness(primop, base + 1, 0, self.state.call_depth.get(), false)
    }

    /// Forces and checks the arguments of a builtin from rule `step` on, then runs it. `framed` tells whether its frame
    /// is on the frame stack.
    fn meet_strictness(
        &mut self,
        builtin: &'h Primop,
        base: usize,
        mut step: usize,
        depth: u32,
        framed: bool,
    ) -> Signal<'h> {
        while let Some(rule) = builtin.strict.get(fault!(step | planted_order(builtin, step))) {
            let slot = base + rule.argument as usize;
            if rule.is_idle(&self.stack[base..]) {
                step += 1;
                continue;
            }
            let Some(value) = self.stack[slot].forced() else {
                if rule.expectation == Expectation::Coercible && depth >= self.state.max_call_depth {
                    // Coercing is a level of its own, which would be too deep: the generator says so.
                    step += 1;
                    continue;
                }
                self.frame_builtin(builtin, base, step, depth, framed);
                if rule.expectation == Expectation::Coercible {
                    self.state.call_depth.set(depth + 2);
                }
                return self.force_value(self.stack[slot]);
            };
            if let Err(failure) = self.take_argument(rule, slot, value) {
                self.frame_builtin(builtin, base, usize::MAX, depth, framed);
                return Signal::Raise(failure);
            }
            step += 1;
        }
        self.start_builtin(builtin, base, depth, framed)
    }

    /// Puts the value of an argument into its slot at `at`, where the rule does not want the slot kept, and checks it.
    #[inline]
    fn take_argument(&mut self, rule: &Strictness, at: usize, value: Value<'h>) -> Result<(), Failure> {
        let held = self.stack[at];
        // A slot that does not remember its value would be evaluated again.
        if !rule.expectation.keeps_slot(value) || held.peek().is_none() {
            self.stack[at] = value;
        }
        rule.check(value, held, self.state)
    }

    /// Pushes the frame of a builtin, or updates it.
    fn frame_builtin(&mut self, builtin: &'h Primop, base: usize, step: usize, depth: u32, framed: bool) {
        let frame = Frame::Builtin { builtin, base: base as u32, step: u8::try_from(step).unwrap_or(u8::MAX), depth };
        self.state.call_depth.set(depth + 1);
        match self.frames.last_mut() {
            Some(top) if framed => *top = frame,
            _ => self.frames.push(frame),
        }
    }

    /// Continues the frame of a builtin with the value that it was waiting for.
    pub(super) fn resume_builtin(&mut self, value: Value<'h>) -> Signal<'h> {
        let Some(Frame::Builtin { builtin, base, step, depth }) = self.frames.last() else {
            unreachable!("the top is a builtin")
        };
        let (builtin, base, step, depth) = (*builtin, *base as usize, *step as usize, *depth);
        match builtin.strict.get(fault!(step | planted_order(builtin, step))) {
            Some(rule) => {
                if let Err(failure) = self.take_argument(rule, base + rule.argument as usize, value) {
                    self.frame_builtin(builtin, base, usize::MAX, depth, true);
                    return Signal::Raise(failure);
                }
                self.meet_strictness(builtin, base, step + 1, depth, true)
            }
            None => {
                self.frames.pop();
                self.stack.truncate(base - 1);
                self.state.call_depth.set(depth);
                Signal::Deliver(value)
            }
        }
    }

    /// Runs a builtin whose strictness rules are satisfied.
    fn start_builtin(&mut self, builtin: &'h Primop, base: usize, depth: u32, framed: bool) -> Signal<'h> {
        match &builtin.implementation {
            Implementation::Plain(run) => {
                self.state.call_depth.set(depth + 1);
                let result = run(self.state, &self.stack[base..]);
                self.finish_builtin(builtin, base, depth, framed, result)
            }
            Implementation::Host(function) => {
                self.state.call_depth.set(depth + 1);
                // What it evaluates uses the fuel that this machine still holds.
                self.return_ticks();
                let result = function.call(self.state, self.primops, &self.stack[base..]);
                self.take_ticks();
                self.finish_builtin(builtin, base, depth, framed, result)
            }
            Implementation::Generator { fast, start } => {
                self.state.call_depth.set(depth + 1);
                let fast = if self.state.variant.generators_only { None } else { *fast };
                if let Some(result) = fast.and_then(|fast| fast(self.state, &self.stack[base..])) {
                    return self.finish_builtin(builtin, base, depth, framed, result);
                }
                let mut arguments = [Value::Null; 3];
                arguments[..builtin.arity()].copy_from_slice(&self.stack[base..base + builtin.arity()]);
                if framed {
                    self.frames.pop();
                }
                self.stack.truncate(base - 1);
                self.state.call_depth.set(depth);
                self.start_generator(Some(builtin), |context| start(context, arguments))
            }
            Implementation::ForEach { fast, .. } => {
                self.state.call_depth.set(depth + 1);
                if let Some(result) = fast(self.state, &self.stack[base..]) {
                    return self.finish_builtin(builtin, base, depth, framed, result);
                }
                if framed {
                    self.frames.pop();
                }
                self.start_for_each(builtin, base, depth)
            }
            Implementation::ForceSlots(_) => {
                if framed {
                    self.frames.pop();
                }
                self.start_force_slots(builtin, base, depth)
            }
            Implementation::AddErrorContext(_) => {
                let (message, slot) = (self.stack[base], self.stack[base + 1]);
                self.stack.truncate(base - 1);
                self.frames.push(Frame::ErrorContext { builtin, message, depth });
                self.state.call_depth.set(depth + 1);
                self.force_value(slot)
            }
            Implementation::TryEval => {
                if framed {
                    self.frames.pop();
                }
                let argument = self.stack[base];
                self.stack.truncate(base - 1);
                self.frames.push(Frame::Catch { height: base as u32 - 1, depth });
                self.state.call_depth.set(depth + 1);
                self.force_value(argument)
            }
        }
    }

    fn finish_builtin(
        &mut self,
        builtin: &'h Primop,
        base: usize,
        depth: u32,
        framed: bool,
        result: Result<Value<'h>, Failure>,
    ) -> Signal<'h> {
        match result {
            Ok(value) => match value.forced() {
                Some(value) => {
                    if framed {
                        self.frames.pop();
                    }
                    self.stack.truncate(base - 1);
                    self.state.call_depth.set(depth);
                    Signal::Deliver(value)
                }
                None => {
                    self.frame_builtin(builtin, base, builtin.strict.len(), depth, framed);
                    self.force_value(value)
                }
            },
            Err(failure) => {
                self.frame_builtin(builtin, base, usize::MAX, depth, framed);
                Signal::Raise(failure)
            }
        }
    }

    /// Continues `tryEval` with a value.
    pub(super) fn leave_catch(&mut self, value: Value<'h>) -> Signal<'h> {
        let Some(Frame::Catch { depth, .. }) = self.frames.pop() else { unreachable!("the top is a catch frame") };
        self.state.call_depth.set(depth);
        fault!(32 => if matches!(value, Value::Null) { return Signal::Deliver(self.state.try_eval_result(None)); });
        Signal::Deliver(self.state.try_eval_result(Some(value)))
    }

    fn not_a_function(&self, value: Value<'h>) -> Failure {
        let mut message = b"attempt to call something which is not a function but ".to_vec();
        message.extend_from_slice(&crate::print::describe(self.state, value));
        let pos = self.call_site(self.frames.len());
        Error::new(ErrorKind::Type, message).at(pos).into()
    }
}

/// The number of the rule in the place of this one, for faults that force arguments in another order.
#[cfg(feature = "planted-faults")]
fn planted_order(builtin: &Primop, step: usize) -> usize {
    let other_order = match builtin.name {
        "elemAt" => fault!(46, false, true),
        "filter" => fault!(47, false, true),
        "map" => fault!(48, false, true),
        "compareVersions" => fault!(49, false, true),
        "getAttr" => fault!(50, false, true),
        "removeAttrs" => fault!(51, false, true),
        "any" => fault!(52, false, true),
        "concatStringsSep" => fault!(53, false, true),
        "bitAnd" => fault!(54, false, true),
        "seq" => fault!(55, false, true),
        "add" => fault!(56, false, true),
        "lessThan" => fault!(57, false, true),
        "intersectAttrs" => fault!(143, false, true),
        "replaceStrings" => fault!(144, false, true),
        "partition" => fault!(145, false, true),
        "hasAttr" => fault!(146, false, true),
        "zipAttrsWith" => fault!(147, false, true),
        "sub" => fault!(148, false, true),
        "appendContext" => fault!(149, false, true),
        "groupBy" => fault!(150, false, true),
        _ => false,
    };
    if other_order && step < 2 { 1 - step } else { step }
}
