//! Limits of an evaluation other than memory: how many steps it may take, and when it must stop.
//!
//! They belong to the evaluation and not to a machine, because a function of the host that evaluates something has a
//! machine of its own.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::errors::{Error, ErrorKind, Failure};

/// Fuel, an interrupt and a deadline. By default there are none.
#[derive(Default)]
pub struct Limits {
    /// How many frames may still be entered.
    fuel: Cell<Option<u64>>,
    /// Other threads set these when nobody waits for the evaluation any more.
    interrupts: RefCell<Vec<Arc<AtomicBool>>>,
    deadline: Cell<Option<Instant>>,
    /// Steps of work until the next look at them.
    steps: Cell<u32>,
}

impl Limits {
    /// Ends the evaluation once this many more frames have been entered.
    pub fn set_fuel(&self, fuel: Option<u64>) {
        self.fuel.set(fuel);
    }

    /// Ends the evaluation soon after another thread sets `interrupt`, as if a budget had run out.
    pub fn end_with(&self, interrupt: Arc<AtomicBool>) {
        self.interrupts.borrow_mut().push(interrupt);
    }

    /// Ends the evaluation soon after `deadline`.
    pub fn end_at(&self, deadline: Option<Instant>) {
        self.deadline.set(deadline);
    }

    /// Takes up to `most` steps out of the fuel.
    ///
    /// # Errors
    /// There is none left.
    pub(crate) fn take_fuel(&self, most: u64) -> Result<u64, Failure> {
        let Some(fuel) = self.fuel.get() else { return Ok(most) };
        let taken = fuel.min(most);
        if taken == 0 {
            return Err(Error::new(ErrorKind::Budget, "the evaluation ran out of fuel (the budget of steps)").into());
        }
        self.fuel.set(Some(fuel - taken));
        Ok(taken)
    }

    /// Takes back steps that were not needed.
    pub(crate) fn give_fuel(&self, unused: u64) {
        if let Some(fuel) = self.fuel.get() {
            self.fuel.set(Some(fuel.saturating_add(unused)));
        }
    }

    /// Counts a step of work that enters no frame, such as an element of a list that a builtin walks. Now and then it
    /// looks whether the evaluation must stop.
    ///
    /// # Errors
    /// The evaluation must stop.
    #[inline]
    pub(crate) fn step(&self) -> Result<(), Failure> {
        const STEPS_BETWEEN_LOOKS: u32 = 1 << 12;
        let steps = self.steps.get();
        if steps > 0 {
            self.steps.set(steps - 1);
            return Ok(());
        }
        self.steps.set(STEPS_BETWEEN_LOOKS);
        self.check_stop()
    }

    /// Shows a row to `visit` in pieces. Before each large one it looks whether the evaluation must stop.
    ///
    /// # Errors
    /// It must.
    #[inline]
    pub(crate) fn in_pieces<T>(&self, row: &[T], mut visit: impl FnMut(&[T])) -> Result<(), Failure> {
        /// A piece takes a few milliseconds, whatever is done with it.
        const PIECE: usize = 1 << 20;
        if row.len() <= PIECE {
            visit(row);
            return self.step();
        }
        row.chunks(PIECE).try_for_each(|piece| {
            self.check_stop()?;
            visit(piece);
            Ok(())
        })
    }

    /// Whether the evaluation must stop.
    pub(crate) fn must_stop(&self) -> bool {
        self.check_stop().is_err()
    }

    /// Looks whether the evaluation must stop.
    ///
    /// # Errors
    /// It must.
    #[cold]
    #[inline(never)]
    pub(crate) fn check_stop(&self) -> Result<(), Failure> {
        Ok(self.check_stop_without_trace()?)
    }

    /// The same, for parts that know no traces.
    ///
    /// # Errors
    /// The evaluation must stop.
    pub(crate) fn check_stop_without_trace(&self) -> Result<(), Box<Error>> {
        let message = if self.interrupts.borrow().iter().any(|interrupt| interrupt.load(Ordering::Relaxed)) {
            "the evaluation was interrupted"
        } else if self.deadline.get().is_some_and(|deadline| Instant::now() >= deadline) {
            "the evaluation ran out of time"
        } else {
            return Ok(());
        };
        Err(Error::new(ErrorKind::Budget, message))
    }
}
