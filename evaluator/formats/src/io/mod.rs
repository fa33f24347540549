//! What an evaluation may ask of the world: files, folders and links, by absolute path in bytes.
//!
//! [`Io`] is the whole of it. [`FileSystem`] answers from the machine, [`InMemory`] from a tree built by a test or a
//! fuzzer. The functions of [`access`] put the reference's rules and words on top: which links are followed, what is
//! an error and what is merely absent.

use std::io;

pub mod access;
pub mod built_in;
mod file_system;
mod in_memory;
pub mod paths;
mod restricted;
pub mod search_path;
pub mod store_folder;

pub use file_system::FileSystem;
pub use in_memory::{InMemory, NO_ENTRY};
pub use restricted::Restricted;

use crate::errors::Error;

/// What kind of thing a path names, itself and not what a link points to.
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
    /// The word for it in `builtins.readDir` and `builtins.readFileType`.
    pub const fn name(self) -> &'static str {
        match self {
            FileKind::Regular => "regular",
            FileKind::Directory => "directory",
            FileKind::Symlink => "symlink",
            FileKind::Unknown => "unknown",
        }
    }
}

/// What is known of a path without following a link at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// What it is.
    pub kind: FileKind,
    /// Whether its owner may execute it; only of regular files.
    pub executable: bool,
    /// Size in bytes, as the system tells it.
    pub size: u64,
}

/// One name in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// The name, without a slash.
    pub name: Vec<u8>,
    /// What it is; none where the system would not tell.
    pub kind: Option<FileKind>,
}

/// The file system as an evaluation sees it. Paths are absolute; links in folders on the way are followed, as the
/// system does; errors are the system's, with its error number.
pub trait Io {
    /// An error where an evaluation may not look at a canonical path. What it may not look at does not exist for the
    /// other functions; only [`Restricted`] has such paths.
    fn check_access(&self, _path: &[u8]) -> Result<(), Box<Error>> {
        Ok(())
    }

    /// The contents of a regular file. The reference reads as many bytes as the file's size says (none of a file of
    /// `/proc`), and so must an implementation; fewer are an unexpected end.
    fn read_file(&self, path: &[u8]) -> io::Result<Vec<u8>>;

    /// The contents of whatever `path` leads to, up to its end, be it a pipe: what the command line and configuration
    /// read, and no expression.
    fn read_to_end(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        self.read_file(path)
    }

    /// What `path` is, without following a link at its end.
    fn symlink_metadata(&self, path: &[u8]) -> io::Result<Metadata>;

    /// The names in a folder, sorted by their bytes, without `.` and `..`.
    fn read_dir(&self, path: &[u8]) -> io::Result<Vec<DirectoryEntry>>;

    /// What a link points to.
    fn read_link(&self, path: &[u8]) -> io::Result<Vec<u8>>;

    /// The number of the user that what `path` leads to belongs to; none where nothing belongs to anybody.
    fn owner(&self, _path: &[u8]) -> io::Result<Option<u32>> {
        Ok(None)
    }

    /// When `path` itself was changed last, in seconds since 1970. One second past that where there are no times.
    fn modified(&self, path: &[u8]) -> io::Result<u64> {
        self.symlink_metadata(path).map(|_| 1)
    }
}

impl<Inner: Io + ?Sized> Io for std::rc::Rc<Inner> {
    fn check_access(&self, path: &[u8]) -> Result<(), Box<Error>> {
        (**self).check_access(path)
    }

    fn read_file(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        (**self).read_file(path)
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
}
