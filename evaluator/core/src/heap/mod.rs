//! The memory of an evaluation: the arena that is freed whole, and buffers that grow in it.

pub mod arena;
mod ends_process;
pub mod growing;
pub(crate) mod trailing;

pub(crate) use arena::ADDRESS_BITS;
pub use arena::{Heap, Held};
pub use ends_process::EndsProcess;
pub use growing::Growing;
