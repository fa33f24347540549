//! In which order engines force the delayed expressions of a program, side by side.
//!
//! Where two engines differ in a trace or a warning, the order of forcing is mostly why. It is learned by *probes*: each
//! delayed expression of the program is put into a call of `trace`, which prints its number when it is forced, and the
//! program is evaluated once more. The embedded evaluator gets probes too, so that both orders are measured alike. Probes
//! can change what a program does, since they are calls and move columns; where they do, that is said, and no order is
//! shown.

mod columns;
mod order;
mod probes;

pub use columns::{Row, Table, lines};
pub use order::{Forcing, Side, compare};
pub use probes::{Place, Probed, Unprobed, probe};
