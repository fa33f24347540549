//! Reads whole files, and documents in TOML that people write for this program.

use std::{
    fs::File,
    io::{self, BufRead, Read, Write},
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;

use crate::names::shown;

/// A file that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}: {source}", shown(file))]
pub struct Unreadable {
    file: PathBuf,
    source: io::Error,
}

/// Why a document cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// It is not what it should be.
    #[error("{}: {message}", shown(file))]
    Invalid {
        /// The file.
        file: PathBuf,
        /// What is wrong, with its place.
        message: String,
    },
}

/// The most that is read of one file: more has no place in memory beside what is made of it.
pub const MOST: u64 = 2 << 30;

/// The most that is read of a file that is asked, or is compared with an answer.
pub const MOST_OF_A_CASE: u64 = 256 << 20;

/// All that is in `file`.
///
/// # Errors
/// When it cannot be read, or has no end in sight.
pub fn bytes(file: &Path) -> Result<Vec<u8>, Unreadable> {
    let read = File::open(file).and_then(|open| within(open, MOST));
    read.map_err(|source| Unreadable { file: file.to_owned(), source })
}

/// Opens a regular file. Anything else could keep its reader waiting: a pipe for somebody who writes to it, a device
/// without end.
///
/// # Errors
/// When it is something else, or cannot be opened.
pub fn regular(file: &Path) -> io::Result<File> {
    let kind = file.metadata()?.file_type();
    // What is wrong with a folder shows when it is read, in the system's words.
    if !kind.is_file() && !kind.is_dir() {
        return Err(io::Error::other("it is no regular file"));
    }
    File::open(file)
}

/// All that is in a regular file of a case.
///
/// # Errors
/// As [`regular`], and when it cannot be read or is longer than any of them.
pub fn whole(file: &Path) -> io::Result<Vec<u8>> {
    within(regular(file)?, MOST_OF_A_CASE)
}

/// All of an open file, of which nothing is read where it has nothing but length.
fn within(open: File, most: u64) -> io::Result<Vec<u8>> {
    if open.metadata()?.len() > most { Err(too_long(most)) } else { to_end(open, most) }
}

/// Whether something of this name lies there, even if it is a link that leads nowhere.
pub fn lies_there(file: &Path) -> bool {
    file.symlink_metadata().is_ok()
}

/// The next line of `from` into `line`, which is empty, without its end; gives whether there was one.
///
/// # Errors
/// When it cannot be read, or is longer than `most` bytes.
pub fn line(from: &mut impl BufRead, line: &mut Vec<u8>, most: u64) -> io::Result<bool> {
    if from.by_ref().take(most + 1).read_until(b'\n', line)? == 0 {
        return Ok(false);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() as u64 > most {
        return Err(io::Error::other(format!("a line of it holds more than {} MiB", most >> 20)));
    }
    Ok(true)
}

/// Copies what can be read only once to a file.
///
/// # Errors
/// When one of them fails, or there is no end in sight.
pub fn copy(from: impl Read, to: &mut impl Write) -> io::Result<()> {
    let copied = io::copy(&mut from.take(MOST + 1), to)?;
    if copied > MOST { Err(too_long(MOST)) } else { Ok(()) }
}

fn too_long(most: u64) -> io::Error {
    io::Error::other(format!("it holds more than {} MiB", most >> 20))
}

fn to_end(from: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(too_long(most));
    }
    Ok(bytes)
}

/// The document in `file`, which may be a pipe.
///
/// # Errors
/// When it cannot be read, is no TOML, or does not have the shape of `T`.
pub fn toml<T: DeserializeOwned>(file: &Path) -> Result<T, DocumentError> {
    let read = File::open(file).and_then(|open| within(open, MOST_OF_A_CASE));
    document(file, read)
}

/// The document in a regular file.
///
/// # Errors
/// As [`toml()`], and when it is no regular file.
pub fn regular_toml<T: DeserializeOwned>(file: &Path) -> Result<T, DocumentError> {
    document(file, whole(file))
}

fn document<T: DeserializeOwned>(file: &Path, read: io::Result<Vec<u8>>) -> Result<T, DocumentError> {
    let bytes = read.map_err(|source| Unreadable { file: file.to_owned(), source })?;
    let invalid = |message: String| DocumentError::Invalid { file: file.to_owned(), message };
    let text = String::from_utf8(bytes).map_err(|_| invalid("it is not UTF-8".to_owned()))?;
    toml::from_str(&text).map_err(|error| invalid(error.to_string().trim_end().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_an_end() {
        let mut from = &b"1\n\n2345"[..];
        let mut next = |most| {
            let mut text = Vec::new();
            line(&mut from, &mut text, most).map(|is_there| is_there.then_some(text)).map_err(|error| error.to_string())
        };
        assert_eq!(next(4), Ok(Some(b"1".to_vec())));
        assert_eq!(next(4), Ok(Some(Vec::new())));
        assert_eq!(next(4), Ok(Some(b"2345".to_vec())));
        assert_eq!(next(4), Ok(None));
        let mut from = io::BufReader::new(io::repeat(b'x'));
        let error = line(&mut from, &mut Vec::new(), 1 << 20).expect_err("no end").to_string();
        assert_eq!(error, "a line of it holds more than 1 MiB");
    }

    #[test]
    fn only_what_has_an_end_is_read() {
        assert_eq!(to_end(&b"1234"[..], 4).expect("short enough"), b"1234");
        let message = |result: io::Result<Vec<u8>>| result.expect_err("refused").to_string();
        assert_eq!(message(to_end(io::repeat(1), 2 << 20)), "it holds more than 2 MiB");
        assert_eq!(message(whole(Path::new("/dev/null"))), "it is no regular file");
        let sparse = tempfile::NamedTempFile::new().expect("a temporary file");
        sparse.as_file().set_len(1 << 40).expect("there are holes in files");
        assert_eq!(message(whole(sparse.path())), "it holds more than 256 MiB");
        assert!(message(whole(Path::new("/"))).starts_with("Is a directory"));
        assert!(message(whole(Path::new("/absent"))).starts_with("No such file"));
    }
}
