//! Store paths, derivations, NARs and string contexts: computed exactly and never written anywhere.

pub mod content_address;
pub mod context;
pub mod derivation;
pub mod nar;
pub mod opened;
pub mod path;
pub mod placeholder;
pub mod view;

pub use content_address::{ContentAddress, Method};
pub use context::ContextElement;
pub use derivation::{Derivation, DerivationOutput};
pub use opened::{Holding, OpenedStore};
pub use path::{StoreDirectory, StorePath};
pub use view::StoreView;

use crate::errors::highlight::magenta;
use crate::errors::{Error, ErrorKind};

/// An error of the program. Every second part of its message is an argument, which is marked.
fn failure(parts: &[&[u8]]) -> Box<Error> {
    let mut message = Vec::new();
    for pair in parts.chunks(2) {
        message.extend_from_slice(pair[0]);
        if let [_, argument] = pair {
            message.extend_from_slice(&magenta(argument));
        }
    }
    Error::new(ErrorKind::Evaluation, message)
}
