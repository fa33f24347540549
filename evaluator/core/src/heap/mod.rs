//! Where the objects of an evaluation live: the region that is freed whole, and what grows in it.

mod ends_process;
pub mod growing;
pub mod region;
pub(crate) mod trailing;

pub use ends_process::EndsProcess;
pub use growing::Growing;
pub use region::{Heap, Held};
