//! Files that come with the evaluator: what `<nix/…>` finds unless the search path has an entry for it.
//!
//! The reference keeps them in a file system of their own. Here they are in a folder whose name no path literal can
//! spell. [`paths::displayed`](super::paths::displayed) shows them as the reference does.

use std::io;
use std::process::Output;

use super::program::Program;
use super::{DirectoryEntry, FileKind, Io, Metadata};
use crate::errors::Error;

/// The folder that holds them.
pub const FOLDER: &[u8] = b"/<nix>";

const FETCHURL: &[u8] = include_bytes!("fetchurl.nix");

/// An [`Io`] with the files that come with the evaluator added.
pub struct WithBuiltIn<Inner>(pub Inner);

/// What a path means among the built-in files.
enum BuiltInPath {
    Outside,
    Folder,
    Fetchurl,
    Missing,
}

fn classify(path: &[u8]) -> BuiltInPath {
    match path.strip_prefix(FOLDER) {
        None => BuiltInPath::Outside,
        Some(b"") => BuiltInPath::Folder,
        Some(b"/fetchurl.nix") => BuiltInPath::Fetchurl,
        Some([b'/', ..]) => BuiltInPath::Missing,
        Some(_) => BuiltInPath::Outside,
    }
}

fn absent() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}

impl<Inner: Io> Io for WithBuiltIn<Inner> {
    fn check_access(&self, path: &[u8]) -> Result<(), Box<Error>> {
        match classify(path) {
            BuiltInPath::Outside => self.0.check_access(path),
            _ => Ok(()),
        }
    }

    fn allow(&self, path: &[u8]) {
        self.0.allow(path);
    }

    fn read_file(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        self.read_file_until(path, &|| false)
    }

    fn read_file_until(&self, path: &[u8], stop: &dyn Fn() -> bool) -> io::Result<Vec<u8>> {
        match classify(path) {
            BuiltInPath::Outside => self.0.read_file_until(path, stop),
            BuiltInPath::Fetchurl => Ok(FETCHURL.to_vec()),
            BuiltInPath::Folder => Err(io::Error::from(io::ErrorKind::IsADirectory)),
            BuiltInPath::Missing => Err(absent()),
        }
    }

    fn read_to_end(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        match classify(path) {
            BuiltInPath::Outside => self.0.read_to_end(path),
            _ => self.read_file(path),
        }
    }

    fn symlink_metadata(&self, path: &[u8]) -> io::Result<Metadata> {
        match classify(path) {
            BuiltInPath::Outside => self.0.symlink_metadata(path),
            BuiltInPath::Fetchurl => {
                Ok(Metadata { kind: FileKind::Regular, executable: false, size: FETCHURL.len() as u64 })
            }
            BuiltInPath::Folder => Ok(Metadata { kind: FileKind::Directory, executable: false, size: 0 }),
            BuiltInPath::Missing => Err(absent()),
        }
    }

    fn read_dir(&self, path: &[u8]) -> io::Result<Vec<DirectoryEntry>> {
        match classify(path) {
            BuiltInPath::Outside => self.0.read_dir(path),
            BuiltInPath::Folder => {
                Ok(vec![DirectoryEntry { name: b"fetchurl.nix".to_vec(), kind: Some(FileKind::Regular) }])
            }
            BuiltInPath::Fetchurl => Err(io::Error::from(io::ErrorKind::NotADirectory)),
            BuiltInPath::Missing => Err(absent()),
        }
    }

    fn read_link(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        match classify(path) {
            BuiltInPath::Outside => self.0.read_link(path),
            BuiltInPath::Missing => Err(absent()),
            _ => Err(io::Error::from(io::ErrorKind::InvalidInput)),
        }
    }

    fn modified(&self, path: &[u8]) -> io::Result<u64> {
        match classify(path) {
            BuiltInPath::Outside => self.0.modified(path),
            _ => self.symlink_metadata(path).map(|_| 1),
        }
    }

    fn run_program(&self, program: &Program<'_>) -> io::Result<Output> {
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
