//! Profiles: in which calls an evaluation spends its time and memory. `--eval-profiler flamegraph` samples as the reference
//! does; `--profile` measures every call and writes what other tools read.

mod calls;
#[cfg(feature = "profile")]
mod pprof;
mod recorder;
#[cfg(feature = "profile")]
mod speedscope;
mod stacks;
mod table;

pub use calls::Names;
pub use recorder::{Recorder, Tree};
pub use stacks::{folded, sampled};
pub use table::table;

#[cfg(feature = "profile")]
pub use pprof::pprof;
#[cfg(feature = "profile")]
pub use speedscope::speedscope;
#[cfg(feature = "profile")]
pub use stacks::flame_graph;
