//! Reads whole files, and documents in TOML that people write for this program.

use std::{
    fs, io,
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

/// All that is in `file`.
///
/// # Errors
/// When it cannot be read.
pub fn bytes(file: &Path) -> Result<Vec<u8>, Unreadable> {
    fs::read(file).map_err(|source| Unreadable { file: file.to_owned(), source })
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
