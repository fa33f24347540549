//! The instruction loop.
//!
//! The running frame stays on the frame stack. What changes at every instruction (the next instruction, the base of the
//! slots) is kept in locals, and saved only when the frame waits for something. Calls of closures and forcing of thunks
//! stay inside this loop.
//!
//! The loop is one function on purpose. Its macros share locals that the compiler keeps in registers; each instruction that
//! moved to a function of its own cost up to 1 % of instructions (docs/performance.md, “Rare instructions”), so only
//! those that programs seldom run have moved, to `rare.rs`.

#![forbid(unsafe_code)]

use std::cell::Cell;

use super::arithmetic::speculative_call;
use super::rare::Rare;
use super::unchecked::{enter_thunk, instruction};
use super::{Awaiting, CodeFrame, Frame, FrameEvent, Signal, ThunkEvent, Vm};
use crate::bytecode::{Op, Operands};
use crate::coerce::Coercion;
use crate::source::Pos;
use crate::value::{Attr, Attrs, Closure, List, Packed, SpeculativeInt, Thunk, ThunkState, Value, WithScope};

impl<'h> Vm<'h> {
    /// Runs the code frame on top, and the ones that it calls, until one waits for another kind of frame or all are
    /// done.
    pub(super) fn run_code<const OBSERVED: bool>(&mut self) -> Signal<'h> {
        let state = self.state;
        let heap = state.heap;

        let mut chunk;
        let mut code: &'h [Op];
        let mut upvalues: &'h [Cell<Packed<'h>>];
        let mut base: usize;
        let mut pc: usize;

        // Takes up the code frame on top.
        macro_rules! load {
            () => {{
                let frame = self.running();
                chunk = frame.chunk;
                code = chunk.code();
                upvalues = frame.upvalues;
                base = frame.base as usize;
                pc = frame.pc as usize;
                if OBSERVED {
                    match pc == 0 && frame.awaiting == Awaiting::Value {
                        true => self.report_entered(chunk),
                        false => self.report(FrameEvent::Resumed, chunk),
                    }
                }
            }};
        }
        // Notes in the frame where it is.
        macro_rules! save {
            (value) => {{
                let frame = self.running();
                frame.pc = pc as u32;
                frame.awaiting = Awaiting::Value;
            }};
            (operand) => {{
                let frame = self.running();
                pc -= 1;
                frame.pc = pc as u32;
                frame.awaiting = Awaiting::Operand;
            }};
            (restart) => {{
                let frame = self.running();
                pc -= 1;
                frame.pc = pc as u32;
                frame.awaiting = Awaiting::Restart;
            }};
        }
        // Fails at this instruction.
        macro_rules! raise {
            ($failure:expr) => {{
                save!(value);
                let failure = $failure;
                return Signal::Raise(failure.into());
            }};
        }
        macro_rules! attempt {
            ($result:expr) => {
                match $result {
                    Ok(value) => value,
                    Err(failure) => raise!(failure),
                }
            };
        }
        // Takes what `$signal`, which may have pushed frames, came to. A value is for this frame only where no frame is
        // left above it, such as one that updates a thunk.
        macro_rules! take {
            ($signal:expr, $value:pat => $use:expr) => {{
                let frames = self.frames.len();
                match $signal {
                    Signal::Continue => load!(),
                    Signal::Deliver($value) if self.frames.len() == frames => $use,
                    other => return other,
                }
            }};
        }
        // Waits for what `$signal` starts; its value is pushed.
        macro_rules! await_value {
            ($signal:expr) => {{
                save!(value);
                if OBSERVED {
                    self.report(FrameEvent::Suspended, chunk);
                }
                take!($signal, value => self.stack.push(value));
            }};
        }
        // Waits for what `$signal` starts; then this instruction runs again.
        macro_rules! restart_after {
            ($signal:expr) => {{
                save!(restart);
                if OBSERVED {
                    self.report(FrameEvent::Suspended, chunk);
                }
                take!($signal, _ => {});
                continue;
            }};
        }
        // Waits for what `$signal` starts; its value is pushed, and then this instruction runs again.
        macro_rules! await_operand {
            ($signal:expr) => {{
                save!(operand);
                if OBSERVED {
                    self.report(FrameEvent::Suspended, chunk);
                }
                take!($signal, value => self.stack.push(value));
                continue;
            }};
        }
        // Entering a frame reserves capacity for as many values as its code ever has on the stack.
        macro_rules! push {
            ($value:expr) => {{
                let value: Value<'h> = $value;
                self.stack.push_result(value);
            }};
        }
        macro_rules! force {
            ($value:expr) => {{
                let value: Value<'h> = $value;
                match value {
                    Value::Thunk(thunk) => match thunk.state() {
                        ThunkState::Evaluated(value) => {
                            if OBSERVED {
                                self.report_thunk(ThunkEvent::Looked, thunk);
                            }
                            push!(value);
                        }
                        ThunkState::Speculative(speculative) if speculative.site().is_none() || !self.is_too_deep() => {
                            let value = self.settled(speculative);
                            thunk.settle(value);
                            push!(value);
                        }
                        ThunkState::Suspended(inner) => {
                            if OBSERVED {
                                self.report(FrameEvent::Suspended, chunk);
                            }
                            attempt!(self.tick());
                            save!(value);
                            let (update, captured) = enter_thunk(thunk, inner);
                            self.push_code(inner, captured, Some(update));
                            if OBSERVED {
                                self.report_entered(inner);
                            }
                            chunk = inner;
                            code = inner.code();
                            upvalues = captured;
                            base = self.stack.len();
                            pc = 0;
                        }
                        _ => await_value!(self.force_thunk(thunk)),
                    },
                    Value::LazyClosure(closure) => {
                        closure.mark_forced();
                        push!(Value::Closure(closure));
                    }
                    value => push!(value),
                }
            }};
        }
        macro_rules! check_call_depth {
            () => {
                if self.is_too_deep() {
                    save!(value);
                    return Signal::Raise(self.too_deep());
                }
            };
        }
        // Pushes a boolean, or takes the jump that would take it. Observers see each instruction.
        macro_rules! push_bool {
            ($value:expr) => {{
                let value: bool = $value;
                match code[pc] {
                    Op::JumpIfFalse(target) if !OBSERVED => pc = if value { pc + 1 } else { target as usize },
                    Op::JumpIfTrue(target) if !OBSERVED => pc = if value { target as usize } else { pc + 1 },
                    _ => push!(Value::Bool(value)),
                }
            }};
        }
        // Calls an operator's builtin on integers at hand. What does not fit is left to the instructions behind.
        macro_rules! fast_call {
            ($operands:expr, $operation:ident) => {{
                let operands: Operands = $operands;
                if !OBSERVED
                    && !self.is_too_deep()
                    && let Some((left, right)) = self.integers(operands, base, upvalues)
                    && let Some(result) = left.$operation(right)
                {
                    state.count_builtin_call();
                    push!(Value::Int(result));
                    pc += operands.more as usize;
                }
            }};
        }
        // Computes an integer speculatively, from integers that something has looked at already. What has no speculative result is
        // left to the thunk that comes next.
        macro_rules! speculate {
            ($operands:expr, $result:expr) => {{
                let operands: Operands = $operands;
                if !OBSERVED
                    && let Some((left, right)) = self.integers_at_hand(operands, base, upvalues)
                    && let Some(speculative) = $result(left, right)
                {
                    self.push_speculative(speculative, operands);
                    pc += 1;
                }
            }};
        }
        // Puts a selected attribute in the place of its set. What is evaluated is selected from at once, and where it
        // ends the selection, that is all. Nothing fails on the way, so only what is left to the next instruction has
        // its place remembered.
        macro_rules! select {
            ($attr:expr) => {{
                let mut attr: &'h Attr<'h> = $attr;
                loop {
                    match (code[pc], attr.value().at_hand()) {
                        (Op::ForceSelected, Some(value)) if !OBSERVED => {
                            self.set_top(value);
                            pc += 1;
                            break;
                        }
                        (Op::Select(name), Some(Value::Attrs(attrs)))
                            if !OBSERVED && let Some(inner) = attrs.get(name) =>
                        {
                            attr = inner;
                            pc += 1;
                        }
                        (Op::TrySelect(name), Some(Value::Attrs(attrs)))
                            if !OBSERVED && let Some(inner) = attrs.get(name) =>
                        {
                            attr = inner;
                            pc += 2;
                        }
                        _ => {
                            self.running().selected = attr.pos;
                            self.set_top(attr.value());
                            break;
                        }
                    }
                }
            }};
        }

        load!();
        loop {
            let op = *instruction(code, pc);
            if OBSERVED {
                self.report_instruction(pc, op, chunk, base);
            }
            signal!(self.signal_instruction(op, base, upvalues););
            pc += 1;
            match op {
                Op::Constant(number) => push!(chunk.constants()[number as usize]),
                Op::Int(value) => push!(Value::Int(i64::from(value))),
                Op::Null => push!(Value::Null),
                Op::Bool(value) => push!(Value::Bool(value)),
                Op::Local(slot) => {
                    let value = self.shared_slot(base + slot as usize);
                    debug_assert!(!matches!(value, Value::Missing), "read a slot before its scope was complete");
                    push!(value);
                }
                Op::Upvalue(number) => {
                    let value = upvalues[number as usize].get().value();
                    debug_assert!(!matches!(value, Value::Missing), "read an unfinalised upvalue");
                    push!(value);
                }
                Op::ForceLocal(slot) => {
                    let at = base + slot as usize;
                    let mut value = self.stack[at];
                    debug_assert!(!matches!(value, Value::Missing), "read an empty slot");
                    if let Value::Speculative(speculative) = value {
                        value = self.settle_speculative(speculative);
                        self.stack[at] = value;
                    }
                    force!(value);
                }
                Op::ForceUpvalue(number) => {
                    debug_assert!(
                        !matches!(upvalues[number as usize].get().value(), Value::Missing),
                        "unfinalised upvalue"
                    );
                    let value = upvalues[number as usize].get().value();
                    force!(value);
                }
                Op::Force => {
                    let value = self.pop();
                    force!(value);
                }
                Op::Pop => {
                    self.pop();
                }
                Op::Slide(count) => {
                    let value = self.pop();
                    let height = self.stack.len() - count as usize;
                    self.stack.truncate(height);
                    push!(value);
                }
                Op::Return => {
                    let value = self.pop();
                    debug_assert!(
                        !matches!(value, Value::Thunk(_) | Value::LazyClosure(_) | Value::Missing),
                        "a frame gives an evaluated value"
                    );
                    if OBSERVED {
                        self.report_left(chunk, value);
                    }
                    let frame = self.leave_running();
                    signal!(self.signal_returned(&frame););
                    self.stack.return_to(frame.height as usize);
                    if frame.is_call {
                        state.call_depth.set(frame.depth);
                    }
                    if let Some(update) = frame.update {
                        fault!(
                            19,
                            update.to(value),
                            if !matches!(value, Value::Attrs(_)) {
                                update.to(value)
                            }
                        );
                    }
                    // Whoever waits for the value may be no code, but lead to some.
                    let mut value = value;
                    loop {
                        match self.frames.last() {
                            Some(Frame::Code(frame)) => {
                                if frame.awaiting != Awaiting::Restart {
                                    push!(value);
                                }
                                break;
                            }
                            None => return Signal::Deliver(value),
                            Some(_) => match self.deliver(value) {
                                Signal::Continue => break,
                                Signal::Deliver(next) => value = next,
                                raised => return raised,
                            },
                        }
                    }
                    load!();
                }
                Op::Jump(target) => pc = target as usize,
                Op::JumpIfFalse(target) => match self.pop() {
                    Value::Bool(false) => pc = target as usize,
                    Value::Bool(true) => {}
                    _ => unreachable!("checked to be a boolean"),
                },
                Op::JumpIfTrue(target) => match self.pop() {
                    Value::Bool(true) => pc = target as usize,
                    Value::Bool(false) => {}
                    _ => unreachable!("checked to be a boolean"),
                },
                Op::ExpectBool => {
                    let value = self.top();
                    if !matches!(value, Value::Bool(_)) {
                        let pos = chunk.pos_at(pc as u32 - 1);
                        raise!(state.type_error("a Boolean", value).at(pos));
                    }
                }
                Op::Thunk(number) => {
                    let prototype = &chunk.prototypes()[number as usize];
                    let thunk = Thunk::suspended(heap, prototype, self.captured(prototype, base, upvalues));
                    if OBSERVED {
                        self.report_thunk(ThunkEvent::Created(prototype.chunk), thunk);
                    }
                    push!(Value::Thunk(thunk));
                }
                Op::Closure(number) => {
                    let prototype = &chunk.prototypes()[number as usize];
                    let closure = Closure::alloc(heap, prototype, self.captured(prototype, base, upvalues));
                    push!(Value::Closure(closure));
                }
                Op::LazyClosure(number) => {
                    let prototype = &chunk.prototypes()[number as usize];
                    let closure = Closure::alloc(heap, prototype, self.captured(prototype, base, upvalues));
                    push!(Value::LazyClosure(closure));
                }
                Op::RecursiveClosure(number) => {
                    let prototype = &chunk.prototypes()[number as usize];
                    let closure = Closure::alloc(heap, prototype, self.captured(prototype, base, upvalues));
                    push!(Value::Thunk(Thunk::building_closure(heap, closure)));
                }
                Op::Finalise(slot) => match self.stack[base + slot as usize] {
                    Value::Thunk(thunk) => {
                        let thunk = match thunk.state() {
                            ThunkState::Forward(behind) => behind,
                            _ => thunk,
                        };
                        thunk.finalise(heap, &self.stack[base..]);
                    }
                    _ => panic!("finalised what is no thunk\n{}", self.describe_top_chunk()),
                },
                Op::FinaliseIfBuilding(slot) => {
                    if let Value::Thunk(thunk) = self.stack[base + slot as usize]
                        && thunk.is_building()
                    {
                        thunk.finalise(heap, &self.stack[base..]);
                    }
                }
                Op::Call(count) => {
                    let count = count as usize;
                    let at = self.stack.len() - count - 1;
                    if let Value::Closure(closure) = self.stack[at]
                        && closure.chunk().arity() == count
                        && !(OBSERVED && self.traces_calls())
                    {
                        check_call_depth!();
                        attempt!(self.tick());
                        state.count_function_calls(count);
                        if OBSERVED {
                            self.report_function_calls(closure.chunk(), 0..count);
                        }
                        save!(value);
                        if OBSERVED {
                            self.report(FrameEvent::Suspended, chunk);
                        }
                        let depth = state.call_depth.get();
                        state.call_depth.set(depth + 1);
                        chunk = closure.chunk();
                        self.stack.reserve(chunk);
                        code = chunk.code();
                        upvalues = closure.upvalues();
                        base = at + 1;
                        pc = 0;
                        self.frames.push(Frame::Code(CodeFrame {
                            chunk,
                            upvalues,
                            update: None,
                            pc: 0,
                            base: base as u32,
                            height: at as u32,
                            depth,
                            selected: Pos::NONE,
                            awaiting: Awaiting::Value,
                            is_call: true,
                        }));
                        if OBSERVED {
                            self.report_entered(chunk);
                        }
                    } else {
                        for at in at + 1..self.stack.len() {
                            self.shared_slot(at);
                        }
                        await_value!(self.call_on_stack(count));
                    }
                }
                Op::FastAdd(operands) => {
                    if !OBSERVED
                        && let Some((left, right)) = self.integers(operands, base, upvalues)
                        && let Some(sum) = left.checked_add(right)
                    {
                        push!(Value::Int(sum));
                        pc += operands.more as usize;
                    }
                }
                Op::FastSubtract(operands) => fast_call!(operands, checked_sub),
                Op::FastMultiply(operands) => fast_call!(operands, checked_mul),
                Op::FastDivide(operands) => fast_call!(operands, checked_div),
                Op::FastLessThan(operands) => {
                    if !OBSERVED
                        && !self.is_too_deep()
                        && let Some((left, right)) = self.integers(operands, base, upvalues)
                    {
                        state.count_builtin_call();
                        pc += operands.more as usize;
                        push_bool!(left < right);
                    }
                }
                Op::SpeculativeAdd(operands) => {
                    speculate!(operands, |left: i64, right| left.checked_add(right).and_then(SpeculativeInt::sum));
                }
                Op::SpeculativeSubtract(operands) => {
                    speculate!(operands, |left: i64, right| speculative_call(left.checked_sub(right), chunk, pc));
                }
                Op::SpeculativeMultiply(operands) => {
                    speculate!(operands, |left: i64, right| speculative_call(left.checked_mul(right), chunk, pc));
                }
                Op::EnterCall => {
                    check_call_depth!();
                    state.count_builtin_call();
                    state.call_depth.set(state.call_depth.get() + 1);
                }
                Op::LeaveCall => state.call_depth.set(state.call_depth.get() - 1),
                Op::Attrs(number) => {
                    let shape = &chunk.shapes()[number as usize];
                    let first = self.stack.len() - shape.names.len();
                    let values = &self.stack[first..];
                    let attrs = shape.names.iter().zip(values);
                    let attrs = attrs.map(|(&(name, pos), &value)| Attr::new(heap, name, pos, value));
                    let set = Attrs::collect(heap, attrs, shape.pos);
                    self.stack.truncate(first);
                    push!(Value::Attrs(set));
                }
                Op::AttrsOfLocals { shape, slot } => {
                    let shape = &chunk.shapes()[shape as usize];
                    let values = &self.stack[base + slot as usize..];
                    let attrs = shape.names.iter().zip(values);
                    let attrs = attrs.map(|(&(name, pos), &value)| Attr::new(heap, name, pos, value));
                    push!(Value::Attrs(Attrs::collect(heap, attrs, shape.pos)));
                }
                Op::List(count) => {
                    let first = self.stack.len() - count as usize;
                    let list = List::copied(heap, &self.stack[first..]);
                    self.stack.truncate(first);
                    push!(list);
                }
                Op::Select(name) => match self.top().forced() {
                    Some(Value::Attrs(attrs)) if let Some(attr) = self.lookups.get(attrs, name) => select!(attr),
                    Some(subject) => raise!(self.selection_failure(subject, name, chunk, pc as u32 - 1)),
                    None => restart_after!(self.force_value(self.top())),
                },
                Op::TrySelectFirst(name) | Op::TrySelect(name) => {
                    let found = match self.top().forced() {
                        Some(Value::Attrs(attrs)) => self.lookups.get(attrs, name),
                        Some(_) => None,
                        None => restart_after!(self.force_value(self.top())),
                    };
                    match found {
                        Some(attr) => {
                            pc += 1;
                            select!(attr);
                        }
                        None => {
                            if matches!(op, Op::TrySelectFirst(_)) {
                                self.running().selected = Pos::NONE;
                            }
                            self.pop();
                        }
                    }
                }
                Op::ForceSelected => {
                    let value = self.pop();
                    force!(value);
                }
                Op::Not => match self.top() {
                    Value::Bool(value) => self.set_top(Value::Bool(!value)),
                    _ => unreachable!("checked to be a boolean"),
                },
                Op::Equal => {
                    check_call_depth!();
                    let right = self.pop();
                    let left = self.pop();
                    match crate::compare::equal_without_suspending(left, right) {
                        Some(equal) => push_bool!(equal),
                        None => await_value!(self.compare_equal(left, right)),
                    }
                }
                Op::ExpectAttrs => {
                    let value = self.top();
                    if !matches!(value, Value::Attrs(_)) {
                        raise!(state.type_error("a set", value));
                    }
                }
                Op::Update => {
                    let left = self.pop();
                    let right = self.pop();
                    match (left, right) {
                        (Value::Attrs(left), Value::Attrs(right)) => {
                            state.count_update();
                            attempt!(state.reserve_slots(left.len() + right.len()));
                            push!(Value::Attrs(left.update(heap, right)));
                        }
                        _ => unreachable!("checked to be sets"),
                    }
                }
                Op::ConcatLists => {
                    let right = self.pop();
                    let left = self.pop();
                    let list = attempt!(self.concat_lists(left, right, chunk, pc as u32 - 1));
                    push!(list);
                }
                Op::AddLeft => match self.top() {
                    Value::Int(_) | Value::Float(_) => {}
                    // Coercing is a level of its own. The other operand is on the same.
                    Value::String(_) | Value::Path(_) if !self.is_too_deep() => {}
                    value => {
                        self.pop();
                        let pos = chunk.pos_at(pc as u32 - 1);
                        await_value!(self.coerce_first_operand(value, pos));
                    }
                },
                Op::Add => {
                    let right = self.pop();
                    let left = self.top();
                    match (left, right) {
                        (Value::Int(a), Value::Int(b)) if let Some(sum) = a.checked_add(b) => {
                            self.set_top(Value::Int(sum));
                        }
                        _ => match self.add(left, right, chunk, pc as u32 - 1) {
                            Some(sum) => {
                                let sum = attempt!(sum);
                                self.set_top(sum);
                            }
                            None => {
                                let (how, at) = (Self::coercion_behind(left), pc as u32 - 1);
                                await_operand!(self.coerce_operand(right, how, chunk, at));
                            }
                        },
                    }
                }
                Op::Part { index, force_string } => match self.top() {
                    // As above: only the first part can be too deep.
                    Value::String(_) if index > 0 || !self.is_too_deep() => {}
                    Value::Path(_) if !force_string && index == 0 && !self.is_too_deep() => {}
                    value => {
                        let how = if force_string {
                            Coercion::INTERPOLATION
                        } else {
                            let first = self.stack[self.stack.len() - 1 - index as usize];
                            Self::coercion_behind(first)
                        };
                        self.pop();
                        let at = pc as u32 - 1;
                        await_value!(self.coerce_operand(value, how, chunk, at));
                    }
                },
                Op::ConcatParts { count, force_string } => {
                    let first = self.stack.len() - count as usize;
                    let result = attempt!(self.concat_parts(first, force_string, chunk, pc as u32 - 1));
                    self.stack.truncate(first);
                    push!(result);
                }
                Op::Subtract | Op::Multiply | Op::Divide => {
                    let right = self.pop();
                    let left = self.top();
                    let result = match (op, left, right) {
                        (Op::Subtract, Value::Int(a), Value::Int(b)) if let Some(result) = a.checked_sub(b) => {
                            Value::Int(result)
                        }
                        (Op::Multiply, Value::Int(a), Value::Int(b)) if fault!(102, false, true) => {
                            Value::Int(a.wrapping_mul(b))
                        }
                        (Op::Multiply, Value::Int(a), Value::Int(b)) if let Some(result) = a.checked_mul(b) => {
                            Value::Int(result)
                        }
                        _ => {
                            let slots = self.operand_slots([left, right], chunk, pc - 1, base, upvalues);
                            attempt!(self.arithmetic(op, slots))
                        }
                    };
                    self.set_top(result);
                    state.call_depth.set(state.call_depth.get() - 1);
                }
                Op::LessThan => {
                    let right = self.pop();
                    let left = self.pop();
                    match (left, right) {
                        (Value::Int(a), Value::Int(b)) if !OBSERVED => {
                            state.call_depth.set(state.call_depth.get() - 1);
                            pc += 1;
                            push_bool!(a < b);
                        }
                        _ => {
                            let slots = self.operand_slots([left, right], chunk, pc - 1, base, upvalues);
                            await_value!(self.compare_less(slots))
                        }
                    }
                }
                Op::SelectDynamic => {
                    let (name_value, subject) = self.dynamic_selection();
                    let Some(subject) = subject.forced() else { restart_after!(self.force_value(subject)) };
                    let name = state.intern_string(name_value);
                    match subject {
                        Value::Attrs(attrs) if let Some(attr) = self.lookups.get(attrs, name) => {
                            self.pop();
                            select!(attr);
                        }
                        _ => raise!(self.selection_failure(subject, name, chunk, pc as u32 - 1)),
                    }
                }
                Op::PushWith { nested, pos } => {
                    let namespace = self.pop();
                    let outer = if nested {
                        match self.pop() {
                            Value::WithScope(scope) => Some(scope),
                            _ => unreachable!("a scope lies beneath a nested namespace"),
                        }
                    } else {
                        None
                    };
                    push!(Value::WithScope(WithScope::alloc(heap, namespace, outer, pos)));
                }
                Op::WithLookup(name) => {
                    let Value::WithScope(innermost) = self.top() else { unreachable!("a scope lies on top") };
                    let mut scope = innermost;
                    let found = loop {
                        match scope.namespace.forced() {
                            None => break Err(scope),
                            Some(Value::Attrs(attrs)) => {
                                if let Some(attr) = self.lookups.get(attrs, name) {
                                    break Ok(attr.value());
                                }
                            }
                            Some(value) => {
                                let context = "while evaluating the first subexpression of a with expression";
                                let shown = crate::print::slot_to_show(scope.namespace, value);
                                raise!(state.type_error("a set", shown).while_(scope.pos, context));
                            }
                        }
                        match scope.outer {
                            Some(outer) => scope = outer,
                            None => {
                                let pos = chunk.pos_at(pc as u32 - 1);
                                raise!(state.undefined_variable(name).at(pos));
                            }
                        }
                    };
                    match found {
                        Ok(value) => match value.at_hand() {
                            Some(value) if !OBSERVED && matches!(code[pc], Op::Force) => {
                                self.set_top(value);
                                pc += 1;
                            }
                            _ => self.set_top(value),
                        },
                        Err(scope) => restart_after!(self.force_namespace(scope)),
                    }
                }
                Op::Formals(slot) => match self.shared_slot(base + slot as usize).forced() {
                    None => restart_after!(self.force_value(self.stack[base + slot as usize])),
                    Some(argument) => {
                        attempt!(self.bind_formals(chunk, argument));
                    }
                },
                Op::JumpUnlessMissing { slot, target } => {
                    if !matches!(self.stack[base + slot as usize], Value::Missing) {
                        pc = target as usize;
                    }
                }
                Op::SetLocal(slot) => {
                    let value = self.pop();
                    self.stack[base + slot as usize] = value;
                }
                _ => match attempt!(self.run_rare(op, chunk, base, pc as u32 - 1)) {
                    Rare::Next => {}
                    Rare::Skip => pc += 1,
                    Rare::Jump(target) => pc = target as usize,
                    Rare::Restart(slot) => restart_after!(self.force_value(slot)),
                    Rare::AssertEqual(left, right) => await_value!(self.assert_equal(left, right)),
                },
            }
        }
    }
}
