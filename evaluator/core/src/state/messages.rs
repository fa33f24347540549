//! Prints messages during an evaluation: traces and warnings.

use std::cell::Cell;
use std::rc::Rc;

use super::State;
use crate::errors::log::Logger;
use crate::errors::render::Level;
use crate::errors::{Error, Failure};

/// Receives traces and warnings while an evaluation runs.
pub trait MessageSink {
    /// Receives whole lines, as they are to appear on stderr.
    fn write(&self, bytes: &[u8]);
}

/// The receiver of messages, and their format.
pub(super) struct Messages {
    sink: Rc<dyn MessageSink>,
    pub(super) logger: Logger,
    /// How many bytes there were.
    bytes: Cell<usize>,
    /// How many activities there were.
    pub(super) activities: Cell<u64>,
}

impl Messages {
    pub(super) fn new(sink: Rc<dyn MessageSink>, logger: Logger) -> Self {
        Messages { sink, logger, bytes: Cell::new(0), activities: Cell::new(0) }
    }
}

impl State<'_> {
    /// Prints lines as they are.
    pub fn write_message(&self, lines: &[u8]) {
        self.messages.bytes.set(self.messages.bytes.get().saturating_add(lines.len()));
        self.messages.sink.write(lines);
    }

    /// Prints a line of `builtins.trace`.
    ///
    /// # Errors
    /// See `State::bound_messages`.
    pub fn trace(&self, text: &[u8]) -> Result<(), Failure> {
        self.write_message(&self.messages.logger.trace(text));
        self.bound_messages()
    }

    /// Prints a warning.
    pub fn warn(&self, text: &[u8]) {
        self.write_message(&self.messages.logger.warning(text));
    }

    /// Prints an error or warning with its position and trace.
    pub fn report(&self, level: Level, error: &Error) {
        self.write_message(&self.messages.logger.report(level, error, &self.sources, self.settings.show_trace));
    }

    /// Call this after each message that a program prints, because it may print any number of them. Messages count
    /// against the budget of heap bytes, since an embedder that sets one keeps what is printed.
    ///
    /// # Errors
    /// The budget is exhausted.
    pub(crate) fn bound_messages(&self) -> Result<(), Failure> {
        match self.heap.is_unlimited() {
            true => Ok(()),
            false => self.reserve(self.messages.bytes.get()),
        }
    }
}
