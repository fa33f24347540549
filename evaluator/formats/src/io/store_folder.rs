//! The store's folder is always there: the reference mounts its store over the file system, also one that holds nothing
//! and whose folder the machine does not have.

use std::io;
use std::process::Output;

use super::program::Program;
use super::{DirectoryEntry, FileKind, Io, Metadata};
use crate::errors::Error;

/// Another [`Io`] in which the folder of the store exists. What the machine has there is seen as it is.
pub struct WithStoreFolder<Inner> {
    /// Where everything else is.
    pub inner: Inner,
    /// The path of the folder.
    pub folder: Vec<u8>,
}

impl<Inner: Io> WithStoreFolder<Inner> {
    /// What the machine says, or `instead` for the folder that it does not have.
    fn or<T>(&self, path: &[u8], said: io::Result<T>, instead: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        match said {
            Err(error) if path == self.folder && super::access::means_absent(&error) => instead(),
            said => said,
        }
    }
}

impl<Inner: Io> Io for WithStoreFolder<Inner> {
    fn check_access(&self, path: &[u8]) -> Result<(), Box<Error>> {
        self.inner.check_access(path)
    }

    fn read_file(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        self.or(path, self.inner.read_file(path), || Err(io::ErrorKind::IsADirectory.into()))
    }

    fn read_to_end(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        self.or(path, self.inner.read_to_end(path), || Err(io::ErrorKind::IsADirectory.into()))
    }

    fn symlink_metadata(&self, path: &[u8]) -> io::Result<Metadata> {
        let folder = || Ok(Metadata { kind: FileKind::Directory, executable: false, size: 0 });
        self.or(path, self.inner.symlink_metadata(path), folder)
    }

    fn read_dir(&self, path: &[u8]) -> io::Result<Vec<DirectoryEntry>> {
        self.or(path, self.inner.read_dir(path), || Ok(Vec::new()))
    }

    fn read_link(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        self.or(path, self.inner.read_link(path), || Err(io::ErrorKind::InvalidInput.into()))
    }

    fn owner(&self, path: &[u8]) -> io::Result<Option<u32>> {
        self.inner.owner(path)
    }

    fn modified(&self, path: &[u8]) -> io::Result<u64> {
        self.or(path, self.inner.modified(path), || Ok(1))
    }

    fn run_program(&self, program: &Program<'_>) -> io::Result<Output> {
        self.inner.run_program(program)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{InMemory, access};
    use super::*;

    #[test]
    fn the_folder_is_there_and_nothing_around_it() {
        let io = WithStoreFolder { inner: InMemory::new().file("/a", "1"), folder: b"/x/y".to_vec() };
        assert!(access::exists(&io, b"/x/y").unwrap() && access::exists(&io, b"/a").unwrap());
        assert!(!access::exists(&io, b"/x").unwrap() && !access::exists(&io, b"/x/y/z").unwrap());
        assert!(access::read_directory(&io, b"/x/y").unwrap().is_empty());
    }

    #[test]
    fn what_the_machine_has_is_seen() {
        let io = WithStoreFolder { inner: InMemory::new().file("/x/y/z", "1"), folder: b"/x/y".to_vec() };
        assert_eq!(access::read_directory(&io, b"/x/y").unwrap().len(), 1);
    }
}
