//! Errors of an evaluation: a kind, a message, a position, and the trace that unwinding added.
//!
//! An error carries positions and no excerpts of text. [`render`] turns it into what the reference prints. So errors
//! that are caught cost no rendering.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use crate::source::Pos;

pub mod explain;
pub mod highlight;
pub mod log;
pub mod render;
pub mod suggestions;

/// Kinds of error. `tryEval` catches some of them, and the harness classes outcomes by them. Messages are for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The source is not Nix.
    Syntax,
    /// A variable that no scope defines.
    UndefinedVariable,
    /// A value of the wrong type.
    Type,
    /// `throw`; caught by `tryEval`.
    Thrown,
    /// A failed `assert`; caught by `tryEval`.
    Assertion,
    /// `abort`
    Abort,
    /// An attribute that a set does not have.
    MissingAttribute,
    /// A number that is too large for its type, or a division by zero.
    Arithmetic,
    /// A thunk that needs itself.
    InfiniteRecursion,
    /// `max-call-depth` exceeded.
    StackOverflow,
    /// A required argument that a call leaves out.
    MissingArgument,
    /// An argument that a function does not accept.
    UnexpectedArgument,
    /// Any other error of the program itself (`EvalError` in the reference).
    Evaluation,
    /// A file, a store or the machine refused.
    System,
    /// Wrong use of the command line.
    Usage,
    /// A budget of the embedder ran out: fuel, heap or time. This is never an error of the program.
    Budget,
    /// A bug in this evaluator.
    Internal,
}

impl ErrorKind {
    /// Whether `builtins.tryEval` turns this error into a value.
    pub const fn is_catchable(self) -> bool {
        matches!(self, ErrorKind::Thrown | ErrorKind::Assertion)
    }
}

/// One line of a trace: what was being done, and where.
#[derive(Clone, Debug)]
pub struct Trace {
    /// Where; may be none.
    pub pos: Pos,
    /// Whether it was added without a position, rather than with an unknown one. The reference prints both alike, but
    /// they are different when it looks for repeated lines.
    pub is_unplaced: bool,
    /// The text, as in `while evaluating the attribute 'x'`.
    pub message: Cow<'static, [u8]>,
    /// Whether it is shown even where the trace is shortened; only `builtins.addErrorContext` asks for that.
    pub always: bool,
}

/// An error on its way up.
#[derive(Clone, Debug)]
pub struct Error {
    /// Its kind.
    pub kind: ErrorKind,
    /// The message, without `error: `.
    pub message: Cow<'static, [u8]>,
    /// The place of the error itself.
    pub pos: Pos,
    /// The trace, innermost line first (the reference prints the outermost first).
    pub trace: Vec<Trace>,
    /// Names similar to a missing one, best first.
    pub suggestions: Vec<Box<[u8]>>,
    /// Whether it comes from below the reference (memory, a library). Then it gets neither position nor trace.
    pub is_foreign: bool,
    /// The status of a program that this error ends.
    pub status: u8,
    /// How much memory the messages of the trace take.
    trace_text: usize,
}

/// The memory of a text that is not part of the program.
#[allow(clippy::ptr_arg, reason = "what is borrowed takes nothing")]
fn owned(text: &Cow<'static, [u8]>) -> usize {
    match text {
        Cow::Owned(text) => text.capacity(),
        Cow::Borrowed(_) => 0,
    }
}

impl Error {
    /// An error without a place or trace.
    pub fn new(kind: ErrorKind, message: impl Into<Message>) -> Box<Error> {
        let Message(message) = message.into();
        let (trace, suggestions) = (Vec::new(), Vec::new());
        let (pos, is_foreign) = (Pos::NONE, false);
        Box::new(Error { kind, message, pos, trace, suggestions, is_foreign, status: 1, trace_text: 0 })
    }

    /// An error that the reference does not raise itself but gets from below. Nothing is ever added to it.
    pub fn foreign(kind: ErrorKind, message: impl Into<Message>) -> Box<Error> {
        let mut error = Error::new(kind, message);
        error.is_foreign = true;
        error
    }

    /// The error of an evaluation that needs more memory than its budget or, without a budget, than the system has.
    #[cold]
    pub fn out_of_memory(has_budget: bool) -> Box<Error> {
        match has_budget {
            false => Error::foreign(ErrorKind::Budget, crate::refusal::MESSAGE),
            true => Error::new(ErrorKind::Budget, "the evaluation ran out of memory (the budget of heap bytes)"),
        }
    }

    /// Its memory, without what is part of the program.
    pub fn bytes(&self) -> usize {
        size_of::<Error>() + owned(&self.message) + self.trace_text + self.trace.capacity() * size_of::<Trace>()
    }

    /// The message without the styles of its arguments.
    pub fn plain_message(&self) -> String {
        String::from_utf8_lossy(&highlight::filter_escapes(&self.message, false)).into_owned()
    }

    fn add(&mut self, trace: Trace) {
        if !self.is_foreign {
            self.trace_text += owned(&trace.message);
            crate::fault!(130, self.trace.push(trace), self.trace.insert(0, trace));
        }
    }

    /// The same error, which ends a program with another status than 1.
    pub fn with_status(mut self: Box<Self>, status: u8) -> Box<Error> {
        self.status = status;
        self
    }

    /// The same error at `pos`.
    pub fn at(mut self: Box<Self>, pos: Pos) -> Box<Error> {
        self.pos = pos;
        self
    }

    /// The same error with one more line of trace, outside the others.
    pub fn while_(mut self: Box<Self>, pos: Pos, message: impl Into<Message>) -> Box<Error> {
        let Message(message) = message.into();
        self.add(Trace { pos, is_unplaced: false, message, always: false });
        self
    }

    /// The same error with one more line of trace, which is shown even where the trace is shortened.
    pub fn while_always(mut self: Box<Self>, message: impl Into<Message>) -> Box<Error> {
        let Message(message) = message.into();
        self.add(Trace { pos: Pos::NONE, is_unplaced: true, message, always: true });
        self
    }
}

/// The text of a message. A literal costs no allocation, and bytes need not be UTF-8.
pub struct Message(Cow<'static, [u8]>);

impl From<&'static str> for Message {
    fn from(text: &'static str) -> Self {
        Message(Cow::Borrowed(text.as_bytes()))
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Message(Cow::Owned(text.into_bytes()))
    }
}

impl From<Vec<u8>> for Message {
    fn from(text: Vec<u8>) -> Self {
        Message(Cow::Owned(text))
    }
}

/// An error that is being raised, shared with the thunks that failed because of it. Sharing is observable: a thunk
/// remembers the trace that the *first* propagation added above it, while a later forcing raises a copy.
#[derive(Clone, Debug)]
pub struct Failure(Rc<RefCell<Error>>);

impl Failure {
    /// The error's kind.
    pub fn kind(&self) -> ErrorKind {
        self.0.borrow().kind
    }

    /// How much memory the error takes.
    pub fn bytes(&self) -> usize {
        self.0.borrow().bytes()
    }

    /// A copy of the error as it is now.
    pub fn to_error(&self) -> Error {
        self.0.borrow().clone()
    }

    /// Whether both are the same object.
    pub fn is_same(&self, other: &Failure) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// Adds a line of trace that is shown even where the trace is shortened.
    pub fn add_trace_always(&self, message: impl Into<Message>) {
        let Message(message) = message.into();
        self.0.borrow_mut().add(Trace {
            pos: Pos::NONE,
            is_unplaced: true,
            message,
            always: crate::fault!(138, true, false),
        });
    }

    /// A failure of its own with the same error.
    pub fn raised_again(&self) -> Failure {
        Failure(Rc::new(RefCell::new(self.to_error())))
    }

    /// Adds a line of trace, outside the others.
    pub fn add_trace(&self, pos: Pos, message: impl Into<Message>) {
        let Message(message) = message.into();
        self.0.borrow_mut().add(Trace { pos, is_unplaced: false, message, always: false });
    }

    /// Like [`Failure::add_trace`], without a position, not even an unknown one.
    pub fn add_unplaced_trace(&self, message: impl Into<Message>) {
        let Message(message) = message.into();
        self.0.borrow_mut().add(Trace { pos: Pos::NONE, is_unplaced: true, message, always: false });
    }

    /// The same failure, with a line of trace more.
    #[must_use]
    pub fn while_(self, pos: Pos, message: impl Into<Message>) -> Failure {
        self.add_trace(pos, message);
        self
    }

    /// Whether the reference ends immediately with this error.
    pub fn is_fatal(&self) -> bool {
        let error = self.0.borrow();
        error.is_foreign && error.kind == ErrorKind::StackOverflow
    }

    /// Gives the error a place if it has none.
    pub fn set_pos_if_none(&self, pos: Pos) {
        let mut error = self.0.borrow_mut();
        if !error.is_foreign {
            error.pos = error.pos.or(pos);
        }
    }
}

impl From<Box<Error>> for Failure {
    fn from(error: Box<Error>) -> Self {
        Failure(Rc::new(RefCell::new(*error)))
    }
}
