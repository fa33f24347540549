//! What fetchers and flakes name their inputs with: URLs, attributes, flake references. All of it is text; nothing here
//! fetches anything.

pub mod attributes;
pub mod flake_reference;
pub mod git_name;
pub mod input;
pub mod schemes;
pub mod store_url;
pub mod transfer;
pub mod url;

pub use attributes::{Attribute, Attributes};
pub use flake_reference::FlakeReference;
pub use input::Input;
pub use transfer::Transfer;
pub use url::Url;

use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind, Failure};
use crate::settings::FeatureSet;

/// Why something is not an input.
#[derive(Debug)]
pub struct Refusal {
    /// Whether the reference would say `BadURL`, after which it tries to read a flake reference in another way.
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

/// What reading inputs needs to know, and where its warnings go.
pub struct Reader<'r> {
    /// The experimental features that are on.
    pub features: FeatureSet,
    /// Takes a warning without `warning: `, its arguments marked.
    pub warn: &'r dyn Fn(&[u8]),
}

#[cfg(test)]
mod tests;
