//! Files that come with the evaluator: what `<nix/…>` finds where the search path does not say otherwise.
//!
//! The reference keeps them in a file system of their own. Here they lie in a folder whose name only a string could
//! give to a path, and [`paths::displayed`](super::paths::displayed) shows them as the reference does.

use std::io;
use std::process::ExitStatus;

use super::program::Program;
use super::{DirectoryEntry, FileKind, Io, Metadata};
use crate::errors::Error;

/// The folder that holds them.
pub const FOLDER: &[u8] = b"/<nix>";

const FETCHURL: &[u8] = include_bytes!("fetchurl.nix");

/// Another [`Io`] with the files that come with the evaluator.
pub struct WithBuiltIn<Inner>(pub Inner);

/// What a path is among the built-in files.
enum Place {
    Elsewhere,
    Folder,
    Fetchurl,
    Nowhere,
}

fn place(path: &[u8]) -> Place {
    match path.strip_prefix(FOLDER) {
        None => Place::Elsewhere,
        Some(b"") => Place::Folder,
        Some(b"/fetchurl.nix") => Place::Fetchurl,
        Some([b'/', ..]) => Place::Nowhere,
        Some(_) => Place::Elsewhere,
    }
}

fn absent() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}

impl<Inner: Io> Io for WithBuiltIn<Inner> {
    fn check_access(&self, path: &[u8]) -> Result<(), Box<Error>> {
        match place(path) {
            Place::Elsewhere => self.0.check_access(path),
            _ => Ok(()),
        }
    }

    fn read_file(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        match place(path) {
            Place::Elsewhere => self.0.read_file(path),
            Place::Fetchurl => Ok(FETCHURL.to_vec()),
            Place::Folder => Err(io::Error::from(io::ErrorKind::IsADirectory)),
            Place::Nowhere => Err(absent()),
        }
    }

    fn read_to_end(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        match place(path) {
            Place::Elsewhere => self.0.read_to_end(path),
            _ => self.read_file(path),
        }
    }

    fn symlink_metadata(&self, path: &[u8]) -> io::Result<Metadata> {
        match place(path) {
            Place::Elsewhere => self.0.symlink_metadata(path),
            Place::Fetchurl => Ok(Metadata { kind: FileKind::Regular, executable: false, size: FETCHURL.len() as u64 }),
            Place::Folder => Ok(Metadata { kind: FileKind::Directory, executable: false, size: 0 }),
            Place::Nowhere => Err(absent()),
        }
    }

    fn read_dir(&self, path: &[u8]) -> io::Result<Vec<DirectoryEntry>> {
        match place(path) {
            Place::Elsewhere => self.0.read_dir(path),
            Place::Folder => Ok(vec![DirectoryEntry { name: b"fetchurl.nix".to_vec(), kind: Some(FileKind::Regular) }]),
            Place::Fetchurl => Err(io::Error::from(io::ErrorKind::NotADirectory)),
            Place::Nowhere => Err(absent()),
        }
    }

    fn read_link(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        match place(path) {
            Place::Elsewhere => self.0.read_link(path),
            Place::Nowhere => Err(absent()),
            _ => Err(io::Error::from(io::ErrorKind::InvalidInput)),
        }
    }

    fn modified(&self, path: &[u8]) -> io::Result<u64> {
        match place(path) {
            Place::Elsewhere => self.0.modified(path),
            _ => self.symlink_metadata(path).map(|_| 1),
        }
    }

    fn run_program(&self, program: &Program<'_>) -> io::Result<(ExitStatus, Vec<u8>)> {
        self.0.run_program(program)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{InMemory, access, paths};
    use super::*;

    #[test]
    fn they_are_there_and_nothing_else_is() {
        let io = WithBuiltIn(InMemory::new().file("/a", "1"));
        let text = access::read_file(&io, b"/<nix>/fetchurl.nix").unwrap();
        assert!(text.starts_with(b"\n{"));
        assert!(!access::exists(&io, b"/<nix>/foo").unwrap());
        assert!(access::exists(&io, b"/a").unwrap());
        assert_eq!(paths::displayed(b"/<nix>/fetchurl.nix").as_ref(), b"<nix/fetchurl.nix>");
        assert_eq!(paths::displayed(FOLDER).as_ref(), b"<nix/>");
    }
}
