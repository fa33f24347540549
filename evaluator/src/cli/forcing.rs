//! Shows what was forced, where an invocation asks for it.

use super::{Console, Input, Plan, Shown};
use crate::errors::{Error, ErrorKind};
use crate::forcing::{self, Recording};
use crate::io::{native, paths};

/// Shows a recording in all the ways that the plan asks for. A file that cannot be written is an error.
pub(super) fn show(recording: &Recording, plan: &Plan, console: &dyn Console) -> Result<(), Box<Error>> {
    for shown in &plan.forcing {
        match shown {
            Shown::Tree => console.stderr(forcing::tree(recording).as_bytes()),
            Shown::Json(file) => save(file, &json(recording)?, plan, console)?,
            Shown::Page(file) => save(file, &page(recording, &title(plan))?, plan, console)?,
        }
    }
    Ok(())
}

#[cfg(feature = "forcing")]
fn json(recording: &Recording) -> Result<Vec<u8>, Box<Error>> {
    Ok(forcing::document(recording, forcing::MOST))
}

#[cfg(feature = "forcing")]
fn page(recording: &Recording, title: &str) -> Result<Vec<u8>, Box<Error>> {
    Ok(forcing::page(recording, title))
}

#[cfg(not(feature = "forcing"))]
fn json(_recording: &Recording) -> Result<Vec<u8>, Box<Error>> {
    Err(left_out())
}

#[cfg(not(feature = "forcing"))]
fn page(_recording: &Recording, _title: &str) -> Result<Vec<u8>, Box<Error>> {
    Err(left_out())
}

#[cfg(not(feature = "forcing"))]
fn left_out() -> Box<Error> {
    let words = "this nix-eval was built without the feature `forcing`, so it writes no recordings; use --forcing";
    Error::new(ErrorKind::Usage, words.as_bytes().to_vec())
}

fn save(file: &[u8], bytes: &[u8], plan: &Plan, console: &dyn Console) -> Result<(), Box<Error>> {
    let path = paths::absolute(file, &plan.current_dir);
    console.save(native::path(&path), bytes).map_err(|error| {
        let name = String::from_utf8_lossy(&path).into_owned();
        let words = format!("cannot write the recording to '{name}': {error}; name a file in a folder that exists");
        Error::new(ErrorKind::System, words.into_bytes())
    })
}

/// What was evaluated, in a line.
#[cfg_attr(not(feature = "forcing"), allow(dead_code))]
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
