//! Writes files whole or not at all.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::Path,
};

use serde::Serialize;

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {file}: {source}")]
pub struct WriteError {
    file: String,
    source: io::Error,
}

/// Writes `file` with `content`: beside it first, and in its place only when all of it is written. What is no regular
/// file (a device, a pipe) is written to as it is.
///
/// # Errors
/// When the file cannot be written. Then what was there before is there still.
pub fn atomically(file: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), WriteError> {
    written(file, content).map_err(|source| WriteError { file: file.display().to_string(), source })
}

/// The same of a text that is at hand.
///
/// # Errors
/// As [`atomically`].
pub fn text(file: &Path, text: &str) -> Result<(), WriteError> {
    atomically(file, |to| to.write_all(text.as_bytes()))
}

/// The same of one JSON document.
///
/// # Errors
/// As [`atomically`].
pub fn json(file: &Path, document: &impl Serialize) -> Result<(), WriteError> {
    atomically(file, |to| {
        serde_json::to_writer_pretty(&mut *to, document)?;
        to.write_all(b"\n")
    })
}

fn written(file: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let existing = fs::metadata(file).ok();
    if existing.as_ref().is_some_and(|existing| !existing.is_file()) {
        let mut to = BufWriter::new(File::options().write(true).open(file)?);
        content(&mut to)?;
        return to.flush();
    }
    // A link stays a link: what it leads to is replaced.
    let target = if existing.is_some() { fs::canonicalize(file)? } else { file.to_owned() };
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let draft = tempfile::Builder::new()
        .prefix(".thunkproof-")
        .make_in(folder, |draft| File::options().write(true).create_new(true).open(draft))?;
    // A new file has the permissions that any has here; one that is replaced keeps its own.
    if let Some(existing) = existing {
        draft.as_file().set_permissions(existing.permissions())?;
    }
    let mut to = BufWriter::new(draft.as_file());
    content(&mut to)?;
    to.flush()?;
    drop(to);
    draft.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// What a folder holds after this was written to `a` in it, in which `old` was.
    fn check(old: Option<&str>, write: impl FnOnce(&mut dyn Write) -> io::Result<()>, succeeds: bool, new: &str) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("a");
        if let Some(old) = old {
            fs::write(&file, old).expect("writable");
        }
        assert_eq!(atomically(&file, write).is_ok(), succeeds);
        assert_eq!(fs::read_to_string(&file).unwrap_or_default(), new);
        let drafts = folder.path().read_dir().expect("readable").count();
        assert_eq!(drafts, usize::from(file.exists()), "nothing but the file is left");
    }

    #[test]
    fn a_file_is_there_whole_or_as_it_was() {
        let half = |to: &mut dyn Write| {
            to.write_all(b"half")?;
            Err(io::Error::other("full"))
        };
        check(None, |to| to.write_all(b"new"), true, "new");
        check(Some("old, longer"), |to| to.write_all(b"new"), true, "new");
        check(Some("old"), half, false, "old");
        check(None, half, false, "");
    }

    #[test]
    fn a_link_stays_and_permissions_are_those_of_any_file() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("target"), "old").expect("writable");
        std::os::unix::fs::symlink("target", at("link")).expect("writable");
        text(&at("link"), "new").expect("writable");
        assert!(at("link").is_symlink());
        assert_eq!(fs::read_to_string(at("target")).expect("readable"), "new");
        let mode = |name: &str| at(name).metadata().expect("it exists").permissions().mode();
        fs::write(at("usual"), "").expect("writable");
        text(&at("ours"), "").expect("writable");
        assert_eq!(mode("ours"), mode("usual"));
    }

    #[test]
    fn what_cannot_be_written_is_named() {
        let message = |file: &str| text(Path::new(file), "x").expect_err("it cannot").to_string();
        assert_eq!(message("/absent/a"), "cannot write /absent/a: No such file or directory (os error 2)");
        if cfg!(target_os = "linux") {
            assert!(message("/dev/full").starts_with("cannot write /dev/full: No space left on device"));
        }
    }
}
