//! References to what fetchers and flakes fetch: URLs, attributes, flake references. This is work on text; nothing here
//! fetches anything.

pub mod archive;
pub mod attributes;
pub mod flake_reference;
pub mod git_name;
pub mod input;
mod lock_document;
pub mod lock_file;
pub mod schemes;
pub mod store_url;
pub mod transfer;
#[cfg(feature = "fetchers")]
pub mod unpack;
pub mod url;

pub use attributes::{Attribute, Attributes};
pub use flake_reference::FlakeReference;
pub use input::Input;
pub use lock_file::LockFile;
pub use transfer::Transfer;
pub use url::Url;

use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind, Failure};
use crate::settings::FeatureSet;

/// Why something is not an input.
#[derive(Debug)]
pub struct Refusal {
    /// Whether the reference would throw `BadURL`. It then tries another form of flake reference.
    pub is_bad_url: bool,
    /// What it says.
    pub error: Box<Error>,
}

impl Refusal {
    fn bad_url(template: &str, arguments: &[&[u8]]) -> Refusal {
        Refusal { is_bad_url: true, error: Error::new(ErrorKind::Evaluation, hint(template, arguments)) }
    }

    fn other(template: &str, arguments: &[&[u8]]) -> Refusal {
        Refusal { is_bad_url: false, error: Error::new(ErrorKind::Evaluation, hint(template, arguments)) }
    }
}

impl From<Box<Error>> for Refusal {
    fn from(error: Box<Error>) -> Refusal {
        Refusal { is_bad_url: false, error }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        refusal.error.into()
    }
}

/// The surroundings of parsing inputs, and the receiver of warnings.
pub struct Reader<'r> {
    /// The experimental features that are on.
    pub features: FeatureSet,
    /// Receives a warning without `warning: `, with its arguments marked.
    pub warn: &'r dyn Fn(&[u8]),
}

#[cfg(test)]
mod tests;
