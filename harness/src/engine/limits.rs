//! The limits of one case, the same for every engine.

use std::time::Duration;

/// Limits of a case. Reaching one is an outcome of its own, never an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// CPU time: what a case uses itself, however busy the machine is.
    pub time: Duration,
    /// On the clock: for what waits, for its turn or for nothing.
    pub clock: Duration,
    /// Memory in MiB: the heap of the embedded evaluator, the address space of a program (on Linux).
    pub memory_mib: Option<u32>,
    /// Most MiB on one stream: more is a flood, not an answer.
    pub output_mib: u32,
}

impl Limits {
    /// Limits with this CPU time and ten times as much on the clock, no limit of memory and the usual one of output.
    pub const fn of_time(time: Duration) -> Limits {
        Limits { time, clock: time.saturating_mul(10), memory_mib: None, output_mib: 64 }
    }
}
