//! Options of the parser, and what it reports besides the tree.

#![forbid(unsafe_code)]

use crate::errors::Error;
use crate::source::Pos;

/// What to do about a language feature that is discouraged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lint {
    /// Nothing.
    #[default]
    Ignore,
    /// Emit a [`Warning`].
    Warn,
    /// Refuse the source.
    Fatal,
}

/// Settings that the reference's parser looks at.
#[derive(Clone)]
pub struct ParseOptions<'a> {
    /// The absolute folder of relative paths.
    pub base_path: &'a [u8],
    /// How much memory the tree, and making it, may use. A source that needs more fails with [`ErrorKind::Budget`].
    ///
    /// [`ErrorKind::Budget`]: crate::errors::ErrorKind::Budget
    pub most_bytes: Option<usize>,
    /// Asked now and then whether to stop, and with what error.
    pub stop: Option<&'a dyn Fn() -> Result<(), Box<Error>>>,
    /// The home folder, for `~/x`; such a path is an error without one.
    pub home: Option<&'a [u8]>,
    /// Set where a source asks for the home folder.
    pub home_asked: Option<&'a std::cell::Cell<bool>>,
    /// Whether `~/x` is refused.
    pub pure_eval: bool,
    /// Whether `<|` and `|>` are enabled.
    pub pipe_operators: bool,
    /// On `https://example.org` without quotes.
    pub lint_url_literals: Lint,
    /// On `a/b` instead of `./a/b`.
    pub lint_short_path_literals: Lint,
    /// On `/a/b` and `~/a/b`.
    pub lint_absolute_path_literals: Lint,
}

impl<'a> ParseOptions<'a> {
    /// The reference's defaults, for a source in `base_path`.
    pub fn new(base_path: &'a [u8]) -> ParseOptions<'a> {
        ParseOptions {
            base_path,
            most_bytes: None,
            stop: None,
            home: None,
            home_asked: None,
            pure_eval: false,
            pipe_operators: false,
            lint_url_literals: Lint::Ignore,
            lint_short_path_literals: Lint::Ignore,
            lint_absolute_path_literals: Lint::Ignore,
        }
    }
}

/// A warning about a source that parses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The text, without `warning: `.
    pub message: Vec<u8>,
    /// Its position; none if the message itself names the place.
    pub pos: Pos,
}
