//! What can be asked of a conversion to XML, also in a build that has none.

/// How a value is turned into XML.
#[derive(Clone, Copy, Debug)]
pub struct Conversion {
    /// Whether to force what is not evaluated; otherwise it is written as `unevaluated`.
    pub strict: bool,
    /// Whether attributes and functions have their positions.
    pub location: bool,
}

impl Conversion {
    /// The conversion of `builtins.toXML`.
    pub const BUILTIN: Conversion = Conversion { strict: true, location: false };
}
