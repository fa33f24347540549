//! The way into the evaluator for programs: an [`Evaluator`] with its settings, and lazy [`Value`]s.
//!
//! An evaluation lives as long as the function that is given its value. So a handle can be copied freely, costs nothing
//! to drop, and cannot outlive what it points to: the compiler refuses it.

mod builtin;
#[cfg(feature = "serde")]
mod de;
mod error;
mod evaluator;
mod input;
mod scope;
#[cfg(feature = "serde")]
mod ser;
mod value;

pub use builtin::{Builtin, Call};
pub use error::{Error, Location, TraceLine};
pub use evaluator::{Builder, Evaluator, Interrupt};
pub use input::Input;
pub use scope::Scope;
pub use value::{Attrs, Formal, Formals, Kind, List, Value};

#[cfg(test)]
mod tests;
