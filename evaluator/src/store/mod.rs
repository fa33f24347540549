//! Store paths, derivations, NARs and string contexts: computed exactly and never written anywhere.

pub mod content_address;
pub mod context;
pub mod derivation;
pub mod nar;
pub mod path;
pub mod placeholder;

pub use content_address::{ContentAddress, Method};
pub use context::ContextElement;
pub use derivation::{Derivation, DerivationOutput};
pub use path::{StoreDirectory, StorePath};

use crate::errors::{Error, ErrorKind};

/// An error of the program from the parts of its message.
fn failure(parts: &[&[u8]]) -> Box<Error> {
    Error::new(ErrorKind::Evaluation, parts.concat())
}
