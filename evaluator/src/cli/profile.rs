//! Writes profiles, where an invocation asks for them.

use super::saved::{save, title};
use super::{Console, Plan};
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind};
use crate::io::{access, native, paths};
use crate::profile::{Names, folded, sampled, table};

/// Whether calls have to be watched.
pub(super) fn is_wanted(plan: &Plan) -> bool {
    samples(plan) || !plan.profiles.is_empty()
}

/// Whether `--eval-profiler flamegraph` is on.
pub(super) fn samples(plan: &Plan) -> bool {
    plan.settings.eval_profiler == b"flamegraph"
}

/// Makes the file of the reference's profiler, as it does before it evaluates anything.
///
/// # Errors
/// When it cannot be opened, in the reference's words.
pub(super) fn open(plan: &Plan, console: &dyn Console) -> Result<(), Box<Error>> {
    if !samples(plan) {
        return Ok(());
    }
    let file = paths::absolute(&plan.settings.eval_profile_file, &plan.current_dir);
    console.save(native::path(&file), b"").map_err(|error| {
        let shown = format!("\"{}\"", String::from_utf8_lossy(&plan.settings.eval_profile_file));
        access::system_error(hint("opening file {}", &[shown.as_bytes()]), &error)
    })
}

/// Writes all profiles that the plan asks for.
///
/// # Errors
/// When a file cannot be written, or a name does not say how.
pub(super) fn write(names: Names<'_>, plan: &Plan, console: &dyn Console) -> Result<(), Box<Error>> {
    if samples(plan) {
        let file = paths::absolute(&plan.settings.eval_profile_file, &plan.current_dir);
        // It could be opened; that it is full now, the reference does not say either.
        let _ = console.save(native::path(&file), sampled(names).as_bytes());
    }
    for file in &plan.profiles {
        if file == b"-" {
            console.stderr(table(names).as_bytes());
            continue;
        }
        save("profile", file, &content(file, names, &title(plan))?, plan, console)?;
    }
    Ok(())
}

/// Refuses a name whose ending does not say how the profile is written.
///
/// # Errors
/// When it does not.
pub(super) fn check(file: &[u8]) -> Result<(), Box<Error>> {
    let known = [&b".json"[..], b".pb.gz", b".pprof", b".svg", b".folded", b".txt"];
    if file == b"-" || known.iter().any(|ending| file.ends_with(ending)) {
        return Ok(());
    }
    let words = format!(
        "--profile does not know how to write '{}': the name ends with .json (speedscope), .pb.gz or .pprof (pprof), .svg \
         (a flame graph), .folded (a stack a line) or .txt (a table); - is a table on standard error",
        String::from_utf8_lossy(file)
    );
    Err(Error::new(ErrorKind::Usage, words.into_bytes()))
}

fn content(file: &[u8], names: Names<'_>, title: &str) -> Result<Vec<u8>, Box<Error>> {
    if file.ends_with(b".folded") {
        return Ok(folded(names).into_bytes());
    }
    if file.ends_with(b".txt") {
        return Ok(table(names).into_bytes());
    }
    other_formats(file, names, title)
}

#[cfg(feature = "profile")]
fn other_formats(file: &[u8], names: Names<'_>, title: &str) -> Result<Vec<u8>, Box<Error>> {
    if file.ends_with(b".svg") {
        return crate::profile::flame_graph(names, title).map_err(|why| {
            let words = format!("cannot draw a flame graph: {why}");
            Error::new(ErrorKind::System, words.into_bytes())
        });
    }
    if file.ends_with(b".json") {
        return Ok(crate::profile::speedscope(names, title));
    }
    Ok(crate::profile::pprof(names, title))
}

#[cfg(not(feature = "profile"))]
fn other_formats(_file: &[u8], _names: Names<'_>, _title: &str) -> Result<Vec<u8>, Box<Error>> {
    let words = "this nix-eval was built without the feature `profile`; name a file that ends with .folded or .txt";
    Err(Error::new(ErrorKind::Usage, words.as_bytes().to_vec()))
}
