//! Access to files, folders and links, by absolute path in bytes.
//!
//! [`Io`] is the trait behind which an evaluation sees the outside world. [`FileSystem`] is the machine's file system;
//! [`InMemory`] is a tree built by a test or a fuzzer. The functions of [`access`] add the reference's rules and
//! messages: which links are followed, what is an error, and what is merely absent.

use std::io;
use std::process::Output;

pub mod access;
pub mod built_in;
mod file_system;
mod in_memory;
pub mod native;
pub mod paths;
pub mod program;
mod restricted;
pub mod search_path;
pub mod tree;

pub use file_system::FileSystem;
pub use in_memory::{InMemory, NO_ENTRY};
pub use restricted::Restricted;

use self::program::Program;
use crate::errors::Error;

/// A system error with words of its own: those of a store that has no such path.
#[derive(Debug)]
pub struct Refused(pub Box<Error>);

impl std::fmt::Display for Refused {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0.plain_message())
    }
}

impl std::error::Error for Refused {}

/// The kind of object that a path names; a link is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A regular file.
    Regular,
    /// A folder.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A device, a socket, a pipe.
    Unknown,
}

impl FileKind {
    /// Its name in `builtins.readDir` and `builtins.readFileType`.
    pub const fn name(self) -> &'static str {
        match self {
            FileKind::Regular => "regular",
            FileKind::Directory => "directory",
            FileKind::Symlink => "symlink",
            FileKind::Unknown => "unknown",
        }
    }
}

/// Metadata of a path. A link at its end is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// What it is.
    pub kind: FileKind,
    /// Whether its owner may execute it; false except for regular files.
    pub executable: bool,
    /// Size in bytes, as the system tells it.
    pub size: u64,
}

/// One name in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// The name, without a slash.
    pub name: Vec<u8>,
    /// Its kind; none if the system did not tell.
    pub kind: Option<FileKind>,
}

/// The file system as an evaluation sees it. Paths are absolute. Links in folders on the way are followed, as the
/// system does. Errors are the system's, with its error number.
pub trait Io {
    /// Fails if an evaluation may not look at a canonical path. For the other functions such a path does not exist.
    /// Only [`Restricted`] has such paths.
    fn check_access(&self, _path: &[u8]) -> Result<(), Box<Error>> {
        Ok(())
    }

    /// Lets an evaluation look at a canonical path and all that is in it.
    fn allow(&self, _path: &[u8]) {}

    /// The contents of a regular file. The reference reads exactly as many bytes as the file's size (none of a file of
    /// `/proc`), and an implementation must do so too; fewer are an unexpected end.
    fn read_file(&self, path: &[u8]) -> io::Result<Vec<u8>>;

    /// Like [`Io::read_file`], and ends with [`io::ErrorKind::Interrupted`] once `stop`, which it asks now and then, says
    /// so. Where large files take long, an implementation should have its own.
    fn read_file_until(&self, path: &[u8], _stop: &dyn Fn() -> bool) -> io::Result<Vec<u8>> {
        self.read_file(path)
    }

    /// Everything that can be read at `path`, even from a pipe. The command line and configuration use this,
    /// expressions do not.
    fn read_to_end(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        self.read_file(path)
    }

    /// The metadata of `path`. A link at its end is not followed.
    fn symlink_metadata(&self, path: &[u8]) -> io::Result<Metadata>;

    /// The entries of a folder, sorted by the bytes of their names, without `.` and `..`.
    fn read_dir(&self, path: &[u8]) -> io::Result<Vec<DirectoryEntry>>;

    /// What a link points to.
    fn read_link(&self, path: &[u8]) -> io::Result<Vec<u8>>;

    /// The number of the user who owns the target of `path`; none if this file system has no owners.
    fn owner(&self, _path: &[u8]) -> io::Result<Option<u32>> {
        Ok(None)
    }

    /// The last modification of `path` itself, in seconds since 1970; 1 if this file system has no times.
    fn modified(&self, path: &[u8]) -> io::Result<u64> {
        self.symlink_metadata(path).map(|_| 1)
    }

    /// Runs a program to its end, and gives how it ended and what it printed. Nothing does, where
    /// there are no programs.
    fn run_program(&self, _program: &Program<'_>) -> io::Result<Output> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl<Inner: Io + ?Sized> Io for std::rc::Rc<Inner> {
    fn check_access(&self, path: &[u8]) -> Result<(), Box<Error>> {
        (**self).check_access(path)
    }

    fn allow(&self, path: &[u8]) {
        (**self).allow(path);
    }

    fn read_file(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        (**self).read_file(path)
    }

    fn read_file_until(&self, path: &[u8], stop: &dyn Fn() -> bool) -> io::Result<Vec<u8>> {
        (**self).read_file_until(path, stop)
    }

    fn read_to_end(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        (**self).read_to_end(path)
    }

    fn symlink_metadata(&self, path: &[u8]) -> io::Result<Metadata> {
        (**self).symlink_metadata(path)
    }

    fn read_dir(&self, path: &[u8]) -> io::Result<Vec<DirectoryEntry>> {
        (**self).read_dir(path)
    }

    fn read_link(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        (**self).read_link(path)
    }

    fn owner(&self, path: &[u8]) -> io::Result<Option<u32>> {
        (**self).owner(path)
    }

    fn modified(&self, path: &[u8]) -> io::Result<u64> {
        (**self).modified(path)
    }

    fn run_program(&self, program: &Program<'_>) -> io::Result<Output> {
        (**self).run_program(program)
    }
}
