//! Shows what was forced, where an invocation asks for it.

use super::saved::{save, title};
use super::{Console, Plan, Shown};
use crate::errors::Error;
use crate::forcing::{self, Recording};

/// Shows a recording in all the ways that the plan asks for. A file that cannot be written is an error.
pub(super) fn show(recording: &Recording, plan: &Plan, console: &dyn Console) -> Result<(), Box<Error>> {
    for shown in &plan.forcing {
        match shown {
            Shown::Tree => console.stderr(forcing::tree(recording).as_bytes()),
            Shown::Json(file) => save("recording", file, &json(recording)?, plan, console)?,
            Shown::Page(file) => save("recording", file, &page(recording, &title(plan))?, plan, console)?,
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
    Error::new(crate::errors::ErrorKind::Usage, words.as_bytes().to_vec())
}
