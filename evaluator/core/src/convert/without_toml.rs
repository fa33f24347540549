//! Stands in for the conversion from TOML in a build without the feature `toml`.

use crate::errors::{Error, ErrorKind, Failure};
use crate::state::State;
use crate::value::Value;

/// Refuses.
///
/// # Errors
/// Always: what this build lacks.
pub fn from_toml<'h>(_: &State<'h>, _: &[u8]) -> Result<Value<'h>, Failure> {
    let words = "this build of nix_evaluator reads no TOML: it needs the feature `toml`";
    Err(Error::new(ErrorKind::Usage, words.as_bytes().to_vec()).into())
}
