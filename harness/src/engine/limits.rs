//! The limits of one case, the same for every engine.

use std::time::Duration;

/// Limits of a case. Reaching one is an outcome of its own, never an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// On the clock.
    pub time: Duration,
    /// Memory in MiB: the heap of the embedded evaluator, the address space of a program (on Linux).
    pub memory_mib: Option<u32>,
    /// Most MiB on one stream: more is a flood, not an answer.
    pub output_mib: u32,
}

impl Limits {
    /// Limits with this time, no limit of memory and the usual one of output.
    pub const fn of_time(time: Duration) -> Limits {
        Limits { time, memory_mib: None, output_mib: 64 }
    }
}
