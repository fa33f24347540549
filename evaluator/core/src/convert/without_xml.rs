//! Stands in for the conversion to XML in a build without the feature `xml`.

use crate::errors::{Error, ErrorKind, Failure};
use crate::primop::GeneratorContext;
use crate::value::{Context, Value};

pub use super::xml_conversion::Conversion;

/// Refuses.
///
/// # Errors
/// Always: what this build lacks.
pub async fn to_xml<'h>(
    _: &GeneratorContext<'h>,
    _: Value<'h>,
    _: Conversion,
    _: &mut Vec<u8>,
) -> Result<Context<'h>, Failure> {
    let words = "this build of nix_evaluator writes no XML: it needs the feature `xml`";
    Err(Error::new(ErrorKind::Usage, words.as_bytes().to_vec()).into())
}
