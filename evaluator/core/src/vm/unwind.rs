//! Unwinds an error through the frames. Each frame adds the lines of trace that the reference would.
//!
//! Evaluation that succeeds pays nothing for traces: they are read from the frames and the chunks' tables only here.

#![forbid(unsafe_code)]

use super::{Awaiting, CodeFrame, Frame, Signal, ThunkEvent, Vm};
use crate::bytecode::{ChunkKind, ComputedName, NameCode, Note, Op, PathPart};
use crate::errors::highlight::{MAGENTA, NORMAL, hint};
use crate::errors::{ErrorKind, Failure};
use crate::heap::Heap;
use crate::primop::Implementation;
use crate::source::Pos;
use crate::value::Value;

impl<'h> Vm<'h> {
    /// Pops one frame because of `failure`.
    #[cold]
    pub(super) fn unwind_one(&mut self, failure: Failure) -> Signal<'h> {
        signal!(self.signal_unwound(&failure););
        if let Some(Frame::Generator(_)) = self.frames.last() {
            return self.resume_generator(Err(failure));
        }
        let Some(frame) = self.frames.pop() else { return Signal::Raise(failure) };
        match frame {
            Frame::Code(frame) => {
                if self.observer.is_some() {
                    self.report(super::FrameEvent::Unwound, frame.chunk);
                    if let Some(update) = frame.update {
                        self.report_thunk(ThunkEvent::Failed, update.thunk());
                    }
                }
                if binds_arguments(&frame) {
                    self.discount_function_call(frame.chunk);
                }
                return self.unwind_code(frame, failure, 0);
            }
            Frame::TraceName(naming) => return self.name_failed(naming, failure),
            Frame::Update { update } => {
                if self.observer.is_some() {
                    self.report_thunk(ThunkEvent::Failed, update.thunk());
                }
                fault!(17, update.fail(self.state.remember_failure(&failure)), _ = update);
            }
            Frame::Namespace { .. } | Frame::ApplyFirst { .. } => {}
            Frame::Traced { pos, derivation } => self.tell_call_ended(pos, derivation),
            Frame::Apply { base, depth, .. } => {
                self.stack.truncate(base as usize);
                self.state.call_depth.set(depth);
            }
            Frame::Functor { depth, .. } => {
                let pos = self.call_site(self.frames.len());
                fault!(let pos = 142 => Pos::NONE);
                failure.add_trace(pos, "while calling a functor (an attribute set with a '__functor' attribute)");
                self.state.call_depth.set(depth);
            }
            Frame::Builtin { builtin, base, step, depth } => {
                if let Some(rule) = builtin.strict.get(step as usize) {
                    rule.trace_forcing(&failure);
                }
                self.trace_builtin(builtin, &failure);
                self.stack.truncate(base as usize - 1);
                self.state.call_depth.set(depth);
            }
            Frame::ForEach { builtin, height, depth, .. } => {
                self.trace_builtin(builtin, &failure);
                self.stack.truncate(height as usize);
                self.state.call_depth.set(depth);
            }
            Frame::ForceSlots { builtin, base, depth, pos, context, .. } => {
                if let Some(context) = context {
                    failure.add_trace(pos, context);
                }
                self.trace_builtin(builtin, &failure);
                self.stack.truncate(base as usize - 1);
                self.state.call_depth.set(depth);
            }
            Frame::ErrorContext { builtin, message, depth } => {
                let Implementation::AddErrorContext(tell) = builtin.implementation else {
                    unreachable!("it is declared as one")
                };
                self.state.call_depth.set(depth);
                // An exhausted budget ends everything.
                if failure.kind() == ErrorKind::Budget {
                    return Signal::Raise(failure);
                }
                return self.start_generator(Some(builtin), |context| tell(context, message, failure));
            }
            Frame::Catch { height, depth } => {
                self.stack.truncate(fault!(27, height, height - 1) as usize);
                fault!(28, self.state.call_depth.set(depth), _ = depth);
                let is_catchable = failure.kind().is_catchable();
                fault!(let is_catchable = 29 => is_catchable || failure.kind() == ErrorKind::Abort);
                fault!(let is_catchable = 30 => is_catchable && failure.kind() != ErrorKind::Assertion);
                if is_catchable {
                    return Signal::Deliver(self.state.try_eval_result(None));
                }
                let pos = self.call_site(self.frames.len());
                failure.add_trace(pos, hint("while calling the '{}' builtin", &[b"tryEval"]));
            }
            Frame::Generator(_) => unreachable!("generators are told of the failure"),
        }
        Signal::Raise(failure)
    }

    /// Adds “while calling the '…' builtin” for a builtin whose frame was just popped.
    pub(super) fn trace_builtin(&self, builtin: &crate::primop::Primop, failure: &Failure) {
        fault!(135 => return;);
        if builtin.adds_trace {
            let pos = self.call_site(self.frames.len());
            failure.add_trace(pos, hint("while calling the '{}' builtin", &[builtin.name.as_bytes()]));
        }
    }

    /// Adds the lines of trace of a code frame that was just popped, from the region with index `first` on; then leaves
    /// the frame for good. Waits where a line needs a computed name.
    fn unwind_code(&mut self, mut frame: CodeFrame<'h>, mut failure: Failure, first: usize) -> Signal<'h> {
        let at = frame.instruction();
        for (index, region) in frame.chunk.regions().iter().enumerate().skip(first) {
            if !region.contains(at) {
                continue;
            }
            let (selected, path) = match &region.note {
                Note::Select(path) => (frame.selected, *path),
                Note::SelectSaved(slot, path) => (self.saved_selection(&frame, *slot), *path),
                note => {
                    trace_note(note, &failure);
                    continue;
                }
            };
            if fault!(139, selected.is_some(), false) && !self.state.is_derivation_prelude(selected) {
                let message = format!("while evaluating the attribute '{MAGENTA}").into_bytes();
                let naming = TraceName { frame, failure, region: index, selected, path, part: 0, message };
                (frame, failure) = match self.name_parts(Box::new(naming)) {
                    Named::All(naming) => (naming.frame, naming.failure),
                    Named::Waiting(signal) => return signal,
                };
            }
        }
        self.trace_chunk(&frame, &failure);
        self.leave_failed(&frame, failure)
    }

    /// Leaves a code frame because of a failure. The frame's thunk remembers the failure.
    fn leave_failed(&mut self, frame: &CodeFrame<'h>, failure: Failure) -> Signal<'h> {
        self.stack.truncate(frame.height as usize);
        self.state.call_depth.set(frame.depth);
        fault!(15 => return Signal::Raise(failure););
        if let Some(update) = frame.update {
            update.fail(self.state.remember_failure(&failure));
            fault!(16 => update.thunk().suspend_again(frame.chunk););
        }
        Signal::Raise(failure)
    }

    /// Adds the line of trace of a whole file or function.
    fn trace_chunk(&self, frame: &CodeFrame<'h>, failure: &Failure) {
        match &frame.chunk.kind {
            ChunkKind::File(path) => {
                failure.add_unplaced_trace(hint("while evaluating the file '{}':", &[path]));
            }
            ChunkKind::Lambda(function) => {
                let call_site = self.call_site(self.frames.len());
                if binds_arguments(frame) {
                    // Who refuses an argument names the call site even where it is unknown; who evaluates it does not.
                    let refused = frame.awaiting == Awaiting::Value
                        && matches!(failure.kind(), ErrorKind::MissingArgument | ErrorKind::UnexpectedArgument);
                    if refused || call_site.is_some() {
                        failure.add_trace(call_site, "from call site");
                    }
                } else if self.state.settings.show_trace {
                    let name = match function.name.get() {
                        Some(name) => [b"'", self.state.symbols.name(name), b"'"].concat(),
                        None => b"anonymous lambda".to_vec(),
                    };
                    failure.add_trace(frame.chunk.lambda_pos(), hint("while calling {}", &[&name]));
                    if call_site.is_some() {
                        failure.add_trace(call_site, "from call site");
                    }
                }
            }
            ChunkKind::Thunk | ChunkKind::Root => {}
        }
    }

    /// The position that `PushSelected` pushed as a number.
    pub(super) fn saved_pos(number: i64) -> Pos {
        Pos::from_number(u32::try_from(number).unwrap_or_default())
    }

    /// The position that `PushSelected` pushed into a slot of a frame.
    fn saved_selection(&self, frame: &CodeFrame<'h>, slot: u32) -> Pos {
        match self.stack.get((frame.base + slot) as usize) {
            Some(Value::Int(saved)) => Self::saved_pos(*saved),
            _ => Pos::NONE,
        }
    }

    /// Formats the rest of a line about a selection, and adds the line once it is complete. Computed names are computed
    /// again, as in the reference, with everything that this prints.
    fn name_parts(&mut self, mut naming: Box<TraceName<'h>>) -> Named<'h> {
        while let Some(part) = naming.path.get(naming.part) {
            if naming.part > 0 {
                naming.message.push(b'.');
            }
            match part {
                PathPart::Name(name) => naming.message.extend_from_slice(&self.state.printed_name(*name)),
                PathPart::Computed(name) => {
                    let reserved = self.state.reserve(name.code().end as usize * size_of::<Op>());
                    if let Err(failure) = reserved.and_then(|()| self.tick()) {
                        self.frames.push(Frame::TraceName(naming));
                        return Named::Waiting(Signal::Raise(failure));
                    }
                    let frame = naming.code_of(name, self.state.heap);
                    self.stack.resize(frame.height as usize, Value::Null);
                    self.stack.reserve(frame.chunk);
                    self.state.call_depth.set(frame.depth);
                    self.frames.push(Frame::TraceName(naming));
                    self.frames.push(Frame::Code(frame));
                    return Named::Waiting(Signal::Continue);
                }
            }
            naming.part += 1;
        }
        naming.message.extend_from_slice(format!("{NORMAL}'").as_bytes());
        if let Err(failure) = self.state.reserve_trace(&naming.failure, naming.message.len()) {
            self.frames.push(Frame::TraceName(naming));
            return Named::Waiting(Signal::Raise(failure));
        }
        naming.failure.add_trace(naming.selected, std::mem::take(&mut naming.message));
        Named::All(naming)
    }

    /// Continues with the next name; with the frame once the line is complete.
    fn go_on_naming(&mut self, mut naming: Box<TraceName<'h>>) -> Signal<'h> {
        naming.part += 1;
        match self.name_parts(naming) {
            Named::All(naming) => self.unwind_code(naming.frame, naming.failure, naming.region + 1),
            Named::Waiting(signal) => signal,
        }
    }

    /// Continues with the value of a computed name.
    pub(super) fn resume_trace_name(&mut self, value: Value<'h>) -> Signal<'h> {
        let Some(Frame::TraceName(mut naming)) = self.frames.pop() else { unreachable!("the top waits for a name") };
        let name = self.state.intern_string(value);
        naming.message.extend_from_slice(&self.state.printed_name(name));
        self.go_on_naming(naming)
    }

    /// Continues with the source text of a computed name, because its code failed. An exhausted budget ends everything.
    fn name_failed(&mut self, mut naming: Box<TraceName<'h>>, failure: Failure) -> Signal<'h> {
        if failure.kind() == ErrorKind::Budget {
            return self.leave_failed(&naming.frame, failure);
        }
        if let Some(PathPart::Computed(name)) = naming.path.get(naming.part) {
            naming.message.extend_from_slice(&[b"\"${", name.text, b"}\""].concat());
        }
        self.go_on_naming(naming)
    }

    /// The position of the call or force that pushed the frame with index `frame`.
    pub(super) fn call_site(&self, frame: usize) -> Pos {
        for frame in self.frames[..frame].iter().rev() {
            match frame {
                Frame::Apply { .. } | Frame::ApplyFirst { .. } | Frame::Update { .. } | Frame::Traced { .. } => {}
                Frame::Functor { pos, .. } | Frame::Namespace { pos } => return *pos,
                Frame::Code(frame) => return frame.pos(),
                Frame::Generator(generator) => return fault!(136, generator.pos(), Pos::NONE),
                Frame::ForceSlots { pos, .. } => return *pos,
                Frame::Builtin { .. }
                | Frame::ForEach { .. }
                | Frame::ErrorContext { .. }
                | Frame::Catch { .. }
                | Frame::TraceName(_) => {
                    return Pos::NONE;
                }
            }
        }
        Pos::NONE
    }
}

/// A failure on its way through a code frame, with a line of trace that needs a computed name.
pub struct TraceName<'h> {
    frame: CodeFrame<'h>,
    failure: Failure,
    /// The region of the frame's chunk that the line belongs to.
    region: usize,
    /// Where the evaluated attribute is defined.
    selected: Pos,
    /// The path of the selection.
    path: &'h [PathPart<'h>],
    /// The index of the next name.
    part: usize,
    /// The line so far.
    message: Vec<u8>,
}

/// The progress of formatting a line.
enum Named<'h> {
    /// The line has been added.
    All(Box<TraceName<'h>>),
    /// The line waits for a name.
    Waiting(Signal<'h>),
}

impl<'h> TraceName<'h> {
    /// A frame that computes a name with the slots of the failed frame. The slots still hold what they held when the
    /// selection began, because names see only the slots beneath it.
    fn code_of(&self, name: &ComputedName<'h>, heap: &'h Heap) -> CodeFrame<'h> {
        let NameCode { start, height, .. } = name.code();
        let failed = &self.frame;
        // Operators that are calls of builtins and have not returned are a level each.
        let at = failed.instruction();
        let outer = failed.chunk.regions().iter().skip(self.region + 1);
        let operators = outer.filter(|region| region.contains(at) && matches!(region.note, Note::Builtin(..)));
        CodeFrame {
            chunk: name.alone(heap, failed.chunk),
            upvalues: failed.upvalues,
            update: None,
            pc: start,
            base: failed.base,
            height: failed.base + height,
            depth: failed.depth + u32::from(failed.is_call) + operators.count() as u32,
            selected: Pos::NONE,
            awaiting: Awaiting::Value,
            is_call: false,
        }
    }
}

fn trace_note(note: &Note<'_>, failure: &Failure) {
    match note {
        Note::Text(text, pos) => fault!(134, failure.add_trace(*pos, *text), _ = (text, pos)),
        Note::Builtin(name, pos) => {
            failure.add_trace(*pos, hint("while calling the '{}' builtin", &[name.as_bytes()]));
        }
        Note::Operator(_) => {}
        Note::AssertionCondition(text, pos) => {
            if failure.kind() == ErrorKind::Assertion || failure.kind() == ErrorKind::Thrown {
                failure.add_trace(*pos, hint("while evaluating the condition of the assertion '{}'", &[text]));
            }
        }
        Note::Select(_) | Note::SelectSaved(..) => unreachable!("selections are worded part by part"),
    }
}

/// Whether a frame is still matching its argument against its formals, so that its function has not been called yet.
fn binds_arguments(frame: &CodeFrame<'_>) -> bool {
    matches!(frame.chunk.code().get(frame.instruction() as usize), Some(Op::Formals(_)))
}
