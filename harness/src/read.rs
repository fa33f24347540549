//! Documents that people write for this program, in TOML.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;

/// Why a document cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It cannot be read.
    #[error("cannot read {}: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is not what it should be.
    #[error("{}: {message}", file.display())]
    Invalid {
        /// The file.
        file: PathBuf,
        /// What is wrong, with its place.
        message: String,
    },
}

/// The document in `file`.
///
/// # Errors
/// When it cannot be read, is no TOML, or does not have the shape of `T`.
pub fn toml<T: DeserializeOwned>(file: &Path) -> Result<T, ReadError> {
    let text = fs::read_to_string(file).map_err(|source| ReadError::Unreadable { file: file.to_owned(), source })?;
    toml::from_str(&text).map_err(|error| {
        let message = error.to_string().trim_end().to_owned();
        ReadError::Invalid { file: file.to_owned(), message }
    })
}
