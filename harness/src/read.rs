//! Reads whole files, and documents in TOML that people write for this program.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;

/// A file that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}: {source}", file.display())]
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
    #[error("{}: {message}", file.display())]
    Invalid {
        /// The file.
        file: PathBuf,
        /// What is wrong, with its place.
        message: String,
    },
}

/// The most that is read of one file: more has no place in memory beside what is made of it.
const MOST: u64 = 2 << 30;

/// All that is in `file`.
///
/// # Errors
/// When it cannot be read, or has no end in sight.
pub fn bytes(file: &Path) -> Result<Vec<u8>, Unreadable> {
    let read = File::open(file).and_then(|open| to_end(open, MOST));
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

/// All that is in a regular file.
///
/// # Errors
/// As [`regular`], and when it cannot be read.
pub fn whole(file: &Path) -> io::Result<Vec<u8>> {
    to_end(regular(file)?, MOST)
}

fn to_end(from: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::other(format!("it holds more than {} MiB", most >> 20)));
    }
    Ok(bytes)
}

/// The document in `file`.
///
/// # Errors
/// When it cannot be read, is no TOML, or does not have the shape of `T`.
pub fn toml<T: DeserializeOwned>(file: &Path) -> Result<T, DocumentError> {
    let text = fs::read_to_string(file).map_err(|source| Unreadable { file: file.to_owned(), source })?;
    toml::from_str(&text).map_err(|error| {
        let message = error.to_string().trim_end().to_owned();
        DocumentError::Invalid { file: file.to_owned(), message }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_an_end_is_read() {
        assert_eq!(to_end(&b"1234"[..], 4).expect("short enough"), b"1234");
        let message = |result: io::Result<Vec<u8>>| result.expect_err("refused").to_string();
        assert_eq!(message(to_end(io::repeat(1), 2 << 20)), "it holds more than 2 MiB");
        assert_eq!(message(whole(Path::new("/dev/null"))), "it is no regular file");
        assert!(message(whole(Path::new("/"))).starts_with("Is a directory"));
        assert!(message(whole(Path::new("/absent"))).starts_with("No such file"));
    }
}
