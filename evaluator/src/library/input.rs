//! What to evaluate: a text or a file, its arguments, and the attribute that is wanted.

use std::path::PathBuf;

use crate::cli::Argument;

/// What to evaluate. A `&str` is a text without arguments.
#[derive(Clone, Debug)]
pub struct Input {
    pub(super) source: Source,
    pub(super) arguments: Vec<(Vec<u8>, Argument)>,
    pub(super) attribute: String,
}

#[derive(Clone, Debug)]
pub(super) enum Source {
    Text(Vec<u8>),
    File(PathBuf),
}

impl Input {
    /// A text. Its relative paths are relative to the evaluator's current folder.
    pub fn text(text: impl Into<Vec<u8>>) -> Input {
        Input::of(Source::Text(text.into()))
    }

    /// A file, or the `default.nix` of a folder.
    pub fn file(path: impl Into<PathBuf>) -> Input {
        Input::of(Source::File(path.into()))
    }

    fn of(source: Source) -> Input {
        Input { source, arguments: Vec::new(), attribute: String::new() }
    }

    /// Gives a string to functions that name an argument so (`--argstr`).
    pub fn argument(mut self, name: impl Into<String>, value: impl Into<String>) -> Input {
        self.arguments.push((name.into().into_bytes(), Argument::String(value.into().into_bytes())));
        self
    }

    /// Gives the value of an expression to functions that name an argument so (`--arg`).
    pub fn argument_expression(mut self, name: impl Into<String>, expression: impl Into<String>) -> Input {
        self.arguments.push((name.into().into_bytes(), Argument::Expression(expression.into().into_bytes())));
        self
    }

    /// Selects along an attribute path (`-A`), as in `services.nginx.0."a.b"`. Functions on the way are called with the
    /// arguments.
    pub fn attribute(mut self, path: impl Into<String>) -> Input {
        self.attribute = path.into();
        self
    }
}

impl From<&str> for Input {
    fn from(text: &str) -> Input {
        Input::text(text)
    }
}

impl From<String> for Input {
    fn from(text: String) -> Input {
        Input::text(text)
    }
}
