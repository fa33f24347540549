//! The machine's own file system.

use std::cell::RefCell;
use std::fs;
use std::io::{self, Read};
use std::process::Output;

use rustc_hash::FxHashMap;

use super::native;
use super::program::Program;
use super::{DirectoryEntry, FileKind, Io, Metadata};
use crate::{background, refusal};

/// How many paths are cached before the cache is emptied; the reference's number.
const REMEMBERED: usize = 16_384;

/// The machine's own file system. It caches the results of [`Io::symlink_metadata`], as the reference does: every
/// access looks at each folder on the way, and asking the system each time would be most of the work.
#[derive(Default)]
pub struct FileSystem {
    known: RefCell<FxHashMap<Box<[u8]>, Option<Metadata>>>,
}

impl FileSystem {
    /// The file system with an empty cache.
    pub fn new() -> FileSystem {
        FileSystem::default()
    }
}

/// What only some systems know of a file.
#[cfg(unix)]
mod system {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};

    /// To read a file, but not what a link leads to.
    pub fn reading() -> fs::OpenOptions {
        let mut options = fs::OpenOptions::new();
        options.read(true).custom_flags(libc::O_NOFOLLOW);
        options
    }

    pub fn owner(metadata: &fs::Metadata) -> Option<u32> {
        Some(metadata.uid())
    }

    pub fn is_executable(metadata: &fs::Metadata) -> bool {
        metadata.permissions().mode() & 0o100 != 0
    }
}

/// The same where files have no owner and no mode.
#[cfg(not(unix))]
mod system {
    use std::fs;

    pub fn reading() -> fs::OpenOptions {
        let mut options = fs::OpenOptions::new();
        options.read(true);
        options
    }

    pub fn owner(_: &fs::Metadata) -> Option<u32> {
        None
    }

    pub fn is_executable(_: &fs::Metadata) -> bool {
        false
    }
}

fn kind(file_type: fs::FileType) -> FileKind {
    if file_type.is_symlink() {
        FileKind::Symlink
    } else if file_type.is_dir() {
        FileKind::Directory
    } else if file_type.is_file() {
        FileKind::Regular
    } else {
        FileKind::Unknown
    }
}

impl Io for FileSystem {
    fn read_file(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        self.read_file_until(path, &|| false)
    }

    fn read_file_until(&self, path: &[u8], stop: &dyn Fn() -> bool) -> io::Result<Vec<u8>> {
        /// As much is read in one call.
        const PIECE: usize = 1 << 20;
        // What was a file when it was looked at may have become a link since.
        let mut file = system::reading().open(native::path(path))?;
        let size = usize::try_from(file.metadata()?.len()).map_err(|_| io::ErrorKind::OutOfMemory)?;
        let mut contents = Vec::new();
        refusal::expected(|| contents.try_reserve_exact(size)).map_err(|_| io::ErrorKind::OutOfMemory)?;
        while contents.len() < size {
            if contents.len() >= PIECE && stop() {
                background::free(contents);
                return Err(io::ErrorKind::Interrupted.into());
            }
            let piece = PIECE.min(size - contents.len());
            // A file may have become shorter since it told its size.
            if file.by_ref().take(piece as u64).read_to_end(&mut contents)? < piece {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(contents)
    }

    fn read_to_end(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        fs::read(native::path(path))
    }

    fn owner(&self, path: &[u8]) -> io::Result<Option<u32>> {
        fs::metadata(native::path(path)).map(|metadata| system::owner(&metadata))
    }

    fn run_program(&self, program: &Program<'_>) -> io::Result<Output> {
        program.run()
    }

    fn symlink_metadata(&self, path: &[u8]) -> io::Result<Metadata> {
        let absent = || io::Error::from_raw_os_error(super::in_memory::NO_ENTRY);
        if let Some(known) = self.known.borrow().get(path) {
            return known.ok_or_else(absent);
        }
        let found = match fs::symlink_metadata(native::path(path)) {
            Ok(metadata) => {
                let kind = kind(metadata.file_type());
                let executable = kind == FileKind::Regular && system::is_executable(&metadata);
                Some(Metadata { kind, executable, size: metadata.len() })
            }
            Err(error) if super::access::means_absent(&error) => None,
            Err(error) => return Err(error),
        };
        let mut known = self.known.borrow_mut();
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(path.into(), found);
        found.ok_or_else(absent)
    }

    fn read_dir(&self, path: &[u8]) -> io::Result<Vec<DirectoryEntry>> {
        let mut entries = fs::read_dir(native::path(path))?
            .map(|entry| {
                let entry = entry?;
                let kind = match entry.file_type() {
                    Ok(file_type) => Some(kind(file_type)),
                    Err(error) if error.kind() == io::ErrorKind::PermissionDenied => None,
                    Err(error) => return Err(error),
                };
                Ok(DirectoryEntry { name: native::into_bytes(entry.file_name()), kind })
            })
            .collect::<io::Result<Vec<_>>>()?;
        entries.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(entries)
    }

    fn modified(&self, path: &[u8]) -> io::Result<u64> {
        let modified = fs::symlink_metadata(native::path(path))?.modified()?;
        Ok(modified.duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs()))
    }

    fn read_link(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        fs::read_link(native::path(path)).map(|target| native::into_bytes(target.into_os_string()))
    }
}
