//! Stands in for the conversion to XML in a build without the feature `xml`.

use crate::errors::{Error, ErrorKind, Failure};
use crate::primop::GeneratorContext;
use crate::value::{Context, Value};

/// How a value is turned into XML.
#[derive(Clone, Copy, Debug)]
pub struct Conversion {
    /// Whether to force what is not evaluated.
    pub strict: bool,
    /// Whether attributes and functions have their positions.
    pub location: bool,
}

impl Conversion {
    /// The conversion of `builtins.toXML`.
    pub const BUILTIN: Conversion = Conversion { strict: true, location: false };
}

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
