//! Writes files whole or not at all. `-` is standard output wherever a file is written.

use std::{
    fs::{self, File, Metadata},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use rustix::io::Errno;
use serde::Serialize;
use tempfile::NamedTempFile;

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {file}: {source}")]
pub struct WriteError {
    file: String,
    source: io::Error,
}

/// Whether `file` stands for standard output.
pub fn is_standard_output(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// What people call it.
pub fn named(file: &Path) -> String {
    if is_standard_output(file) { "to standard output".to_owned() } else { file.display().to_string() }
}

/// Writes `file` with `content`: beside it first, and in its place only when all of it is written. What is no regular
/// file (a device, a pipe) is written to as it is, and so is standard output, whose reader may leave when it has seen
/// enough.
///
/// # Errors
/// When the file cannot be written. Then what was there before is there still.
pub fn atomically(file: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), WriteError> {
    if is_standard_output(file) {
        return match to_standard_output(content) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(|source| WriteError { file: named(file), source }),
        };
    }
    written(file, content).map_err(|source| WriteError { file: file.display().to_string(), source })
}

/// Finds out whether `file` could be written, and leaves all as it is: better before long work than after it.
///
/// # Errors
/// When it could not be written.
pub fn probe(file: &Path) -> Result<(), WriteError> {
    if is_standard_output(file) {
        return Ok(());
    }
    let tried = match fs::metadata(file) {
        Ok(existing) if existing.is_dir() => Err(Errno::ISDIR.into()),
        // To open a pipe would be to wait for its reader, and to close it again to send that reader home.
        Ok(existing) if !existing.is_file() => Ok(()),
        existing => draft(file, existing.ok().as_ref()).map(drop),
    };
    tried.map_err(|source| WriteError { file: file.display().to_string(), source })
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

fn to_standard_output(content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut to = BufWriter::new(io::stdout().lock());
    content(&mut to)?;
    to.flush()
}

fn written(file: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let existing = fs::metadata(file).ok();
    if existing.as_ref().is_some_and(|existing| !existing.is_file()) {
        let mut to = BufWriter::new(File::options().write(true).open(file)?);
        content(&mut to)?;
        return to.flush();
    }
    let (draft, target) = draft(file, existing.as_ref())?;
    let mut to = BufWriter::new(draft.as_file());
    content(&mut to)?;
    to.flush()?;
    drop(to);
    draft.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// An empty file beside `file`, which is gone with its handle, and the path whose place it is to take.
fn draft(file: &Path, existing: Option<&Metadata>) -> io::Result<(NamedTempFile, PathBuf)> {
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
    Ok((draft, target))
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
    fn a_probe_leaves_all_as_it_is() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("old"), "old").expect("writable");
        for name in ["old", "new"] {
            probe(&at(name)).expect("it could be written");
        }
        assert_eq!(fs::read_to_string(at("old")).expect("readable"), "old");
        assert_eq!(folder.path().read_dir().expect("readable").count(), 1, "no draft and no new file is left");
        let message = |file: &Path| probe(file).expect_err("it could not").to_string();
        assert!(message(folder.path()).contains(": Is a directory"), "{}", message(folder.path()));
        assert_eq!(message(Path::new("/absent/a")), "cannot write /absent/a: No such file or directory (os error 2)");
        probe(Path::new("/dev/null")).expect("a device is let be");
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
