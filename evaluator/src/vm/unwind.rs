//! Unwinding: an error passes down through the frames, and each adds the lines of trace that the reference would.
//!
//! Evaluation that succeeds pays nothing for traces: they are read off the frames and the chunks' tables only here.

use super::{CodeFrame, Frame, Signal, Vm};
use crate::bytecode::{ChunkKind, Note, Op, PathPart};
use crate::errors::{ErrorKind, Failure};
use crate::syntax::source::Pos;
use crate::value::{ThunkState, Value};

impl<'h> Vm<'h> {
    /// Takes one frame off the frame stack because of `failure`.
    #[cold]
    pub(super) fn unwind_one(&mut self, failure: Failure) -> Signal<'h> {
        if let Some(Frame::Generator(_)) = self.frames.last() {
            return self.resume_generator(Err(failure));
        }
        let Some(frame) = self.frames.pop() else { return Signal::Raise(failure) };
        match frame {
            Frame::Code(frame) => {
                if self.observer.is_some() {
                    self.report(super::FrameEvent::Unwound, frame.chunk);
                }
                if binds_arguments(&frame) {
                    self.discount_function_call(frame.chunk);
                }
                self.trace_code(&frame, &failure);
                self.stack.truncate(frame.height as usize);
                self.state.call_depth.set(frame.depth);
                if let Some(thunk) = frame.update {
                    thunk.set_state(ThunkState::Failed(self.state.remember_failure(&failure)));
                }
            }
            Frame::Update { thunk } => {
                thunk.set_state(ThunkState::Failed(self.state.remember_failure(&failure)));
            }
            Frame::Namespace { .. } => {}
            Frame::Apply { base, depth, .. } => {
                self.stack.truncate(base as usize);
                self.state.call_depth.set(depth);
            }
            Frame::Functor { depth, .. } => {
                let pos = self.call_site(self.frames.len());
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
            Frame::Each { builtin, height, depth, .. } => {
                self.trace_builtin(builtin, &failure);
                self.stack.truncate(height as usize);
                self.state.call_depth.set(depth);
            }
            Frame::Catch { height, depth } => {
                self.stack.truncate(height as usize);
                self.state.call_depth.set(depth);
                if failure.kind().is_catchable() {
                    return Signal::Deliver(self.state.try_eval_result(None));
                }
                let pos = self.call_site(self.frames.len());
                failure.add_trace(pos, "while calling the 'tryEval' builtin");
            }
            Frame::Generator(_) => unreachable!("generators are told of the failure"),
        }
        Signal::Raise(failure)
    }

    /// Adds “while calling the '…' builtin” for a builtin whose frame has just been taken off.
    pub(super) fn trace_builtin(&self, builtin: &crate::builtins::Builtin, failure: &Failure) {
        if builtin.adds_trace {
            let pos = self.call_site(self.frames.len());
            failure.add_trace(pos, format!("while calling the '{}' builtin", builtin.name));
        }
    }

    /// Adds the lines of trace of a frame of code, which has just been taken off.
    fn trace_code(&self, frame: &CodeFrame<'h>, failure: &Failure) {
        let at = frame.instruction();
        for region in frame.chunk.regions() {
            if region.start <= at && at < region.end {
                self.trace_note(frame, &region.note, failure);
            }
        }
        match &frame.chunk.kind {
            ChunkKind::File(path) => {
                let mut message = b"while evaluating the file '".to_vec();
                message.extend_from_slice(path);
                message.extend_from_slice(b"':");
                failure.add_trace(Pos::NONE, message);
            }
            ChunkKind::Lambda(function) => {
                let call_site = self.call_site(self.frames.len());
                if binds_arguments(frame) {
                    if call_site.is_some() {
                        failure.add_trace(call_site, "from call site");
                    }
                } else if self.state.settings.show_trace {
                    let mut message = b"while calling ".to_vec();
                    match function.name.get() {
                        Some(name) => {
                            message.push(b'\'');
                            message.extend_from_slice(self.state.symbols.name(name));
                            message.push(b'\'');
                        }
                        None => message.extend_from_slice(b"anonymous lambda"),
                    }
                    failure.add_trace(frame.chunk.lambda_pos(), message);
                    if call_site.is_some() {
                        failure.add_trace(call_site, "from call site");
                    }
                }
            }
            ChunkKind::Thunk | ChunkKind::Root => {}
        }
    }

    fn trace_note(&self, frame: &CodeFrame<'h>, note: &Note<'h>, failure: &Failure) {
        match note {
            Note::Text(text, pos) => failure.add_trace(*pos, *text),
            Note::Builtin(name, pos) => failure.add_trace(*pos, format!("while calling the '{name}' builtin")),
            Note::Select(path) => self.trace_selection(frame, frame.selected, path, failure),
            Note::SelectSaved(slot, path) => {
                if let Some(Value::Int(saved)) = self.stack.get((frame.base + slot) as usize) {
                    self.trace_selection(frame, Self::saved_pos(*saved), path, failure);
                }
            }
            Note::Operator(_) => {}
            Note::AssertionCondition(text, pos) => {
                if failure.kind() == ErrorKind::Assertion || failure.kind() == ErrorKind::Thrown {
                    let mut message = b"while evaluating the condition of the assertion '".to_vec();
                    message.extend_from_slice(text);
                    message.push(b'\'');
                    failure.add_trace(*pos, message);
                }
            }
        }
    }

    /// The place that `PushSelected` has put onto the stack as a number.
    pub(super) fn saved_pos(number: i64) -> Pos {
        Pos::from_number(u32::try_from(number).unwrap_or_default())
    }

    /// Adds that the attribute of a path was being evaluated, where one has been found.
    fn trace_selection(&self, frame: &CodeFrame<'h>, selected: Pos, path: &[PathPart<'h>], failure: &Failure) {
        if !selected.is_some() || self.state.is_derivation_prelude(selected) {
            return;
        }
        let mut message = b"while evaluating the attribute '".to_vec();
        for (index, part) in path.iter().enumerate() {
            if index > 0 {
                message.push(b'.');
            }
            match part {
                PathPart::Name(name) => message.extend_from_slice(&self.state.printed_name(*name)),
                PathPart::Computed(slot, text) => match self.stack.get((frame.base + slot) as usize) {
                    Some(Value::String(name)) => {
                        let name = self.state.symbols.intern(name.bytes);
                        message.extend_from_slice(&self.state.printed_name(name));
                    }
                    _ => {
                        message.extend_from_slice(b"\"${");
                        message.extend_from_slice(text);
                        message.extend_from_slice(b"}\"");
                    }
                },
            }
        }
        message.push(b'\'');
        failure.add_trace(selected, message);
    }

    /// Where the call or the need stands that pushed the frame of index `frame`.
    pub(super) fn call_site(&self, frame: usize) -> Pos {
        for frame in self.frames[..frame].iter().rev() {
            match frame {
                Frame::Apply { .. } | Frame::Update { .. } => {}
                Frame::Functor { pos, .. } | Frame::Namespace { pos } => return *pos,
                Frame::Code(frame) => return frame.place(),
                Frame::Generator(generator) => return generator.place(),
                Frame::Builtin { .. } | Frame::Each { .. } | Frame::Catch { .. } => return Pos::NONE,
            }
        }
        Pos::NONE
    }
}

/// Whether a frame is at taking its argument apart: then its function has not been called yet.
fn binds_arguments(frame: &CodeFrame<'_>) -> bool {
    matches!(frame.chunk.code().get(frame.instruction() as usize), Some(Op::Formals(_)))
}
