//! Files that an invocation asks for beside its output: what was forced, and profiles.

use super::{Console, Input, Plan};
use crate::errors::{Error, ErrorKind};
use crate::io::{native, paths};

/// Writes `bytes`, which messages call `what`, to a file.
///
/// # Errors
/// When it cannot be written: its name, what the system said, and what to do.
pub(super) fn save(
    what: &str,
    file: &[u8],
    bytes: &[u8],
    plan: &Plan,
    console: &dyn Console,
) -> Result<(), Box<Error>> {
    let path = paths::absolute(file, &plan.current_dir);
    console.save(native::path(&path), bytes).map_err(|error| {
        let name = String::from_utf8_lossy(&path).into_owned();
        let words = format!("cannot write the {what} to '{name}': {error}; name a file in a folder that exists");
        Error::new(ErrorKind::System, words.into_bytes())
    })
}

/// What was evaluated, in a line.
pub(super) fn title(plan: &Plan) -> String {
    let what = match plan.inputs.first() {
        Some(Input::Expression(text) | Input::File(text) | Input::Url(text) | Input::Flake(text)) => {
            String::from_utf8_lossy(text).into_owned()
        }
        Some(Input::Lookup(name)) => format!("<{}>", String::from_utf8_lossy(name)),
        Some(Input::Stdin) | None => "standard input".to_owned(),
    };
    let what: String = what.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect();
    match plan.attribute_paths.first() {
        Some(path) if !path.is_empty() => format!("{what} -A {}", String::from_utf8_lossy(path)),
        _ => what,
    }
}
