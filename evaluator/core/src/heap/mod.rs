//! Where the objects of an evaluation live: the region that is freed whole, and what grows in it.

pub mod growing;
pub mod region;

pub use growing::Growing;
pub use region::Heap;
