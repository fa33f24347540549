//! Reads files, folders and links by the reference's rules and with its messages, over any [`Io`].
//!
//! Paths are canonical (see [`paths`]). The reference never follows a link silently: a caller that wants to follow
//! resolves the path first, and a link that is still in the way is an error (`libutil/source-accessor.cc`,
//! `posix-source-accessor.cc`, `union-source-accessor.cc`).

use std::collections::VecDeque;
use std::io;

use super::{DirectoryEntry, FileKind, Io, Metadata, Refused, paths};
use crate::errors::highlight::{hint, magenta};
use crate::errors::{Error, ErrorKind};
use crate::refusal;

/// How many links [`resolve_symlinks`] follows.
const LINKS_ALLOWED: usize = 1024;

/// Which links [`resolve_symlinks`] follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// All of them.
    Full,
    /// All but one at the end of the path.
    Ancestors,
}

/// Whether an error means that nothing exists at a path. Other errors mean that the system cannot tell.
pub fn means_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// An error of the system: `action`, a colon, and the system's message.
pub fn system_error(action: impl Into<Vec<u8>>, error: &io::Error) -> Box<Error> {
    if let Some(Refused(words)) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
        return words.clone();
    }
    let words = error.to_string();
    // Rust adds the number in brackets, the reference does not.
    let words = words.rsplit_once(" (os error ").map_or(words.as_str(), |(words, _)| words);
    Error::new(ErrorKind::System, [&action.into(), ": ".as_bytes(), &magenta(words.as_bytes())].concat())
}

fn quoted(path: &[u8]) -> Vec<u8> {
    [b"\"", path, b"\""].concat()
}

fn absent(path: &[u8]) -> Box<Error> {
    Error::new(ErrorKind::System, hint("path '{}' does not exist", &[&paths::displayed(path)]))
}

/// The metadata of `path`; none if nothing exists there.
fn status(io: &dyn Io, path: &[u8]) -> Result<Option<Metadata>, Box<Error>> {
    match io.symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if means_absent(&error) => Ok(None),
        Err(error) => Err(system_error(hint("getting status of {}", &[&quoted(path)]), &error)),
    }
}

/// Fails if a path is a link or leads through one.
fn check_no_symlinks(io: &dyn Io, path: &[u8]) -> Result<(), Box<Error>> {
    let mut current = Some(path);
    while let Some(path) = current.filter(|path| *path != b"/") {
        if status(io, path)?.is_some_and(|metadata| metadata.kind == FileKind::Symlink) {
            return Err(Error::new(ErrorKind::System, hint("path '{}' is a symlink", &[path])));
        }
        current = paths::parent(path);
    }
    Ok(())
}

/// The metadata of `path`; none if nothing exists there. A link at its end is not followed; a link on the way is an
/// error.
pub fn metadata_if_exists(io: &dyn Io, path: &[u8]) -> Result<Option<Metadata>, Box<Error>> {
    if let Some(parent) = paths::parent(path) {
        check_no_symlinks(io, parent)?;
    }
    status(io, path)
}

/// Like [`metadata_if_exists`]; fails if nothing exists there.
pub fn metadata(io: &dyn Io, path: &[u8]) -> Result<Metadata, Box<Error>> {
    io.check_access(path)?;
    metadata_if_exists(io, path)?.ok_or_else(|| absent(path))
}

/// Whether anything exists at `path`, a broken link included.
pub fn exists(io: &dyn Io, path: &[u8]) -> Result<bool, Box<Error>> {
    Ok(metadata_if_exists(io, path)?.is_some())
}

/// The contents of the file at `path`.
pub fn read_file(io: &dyn Io, path: &[u8]) -> Result<Vec<u8>, Box<Error>> {
    read_file_until(io, path, &|| false)
}

/// Like [`read_file`]; fails once `stop`, which it asks now and then, says so.
pub fn read_file_until(io: &dyn Io, path: &[u8], stop: &dyn Fn() -> bool) -> Result<Vec<u8>, Box<Error>> {
    if paths::is_built_in(path) {
        return read_built_in(io, path);
    }
    let metadata = metadata(io, path)?;
    check_no_symlinks(io, path)?;
    // The system opens a folder readily; what fails is to read as many bytes as it says it has.
    if metadata.kind == FileKind::Directory && metadata.size == 0 {
        return Ok(Vec::new());
    }
    io.read_file_until(path, stop).map_err(|error| match error.kind() {
        // Shorter than it said, as files of /sys are.
        io::ErrorKind::UnexpectedEof => Error::new(ErrorKind::System, "unexpected end-of-file"),
        io::ErrorKind::IsADirectory => {
            let size = metadata.size.min(64 * 1024).to_string();
            system_error(hint("read of {} bytes", &[size.as_bytes()]), &error)
        }
        io::ErrorKind::OutOfMemory => Error::foreign(ErrorKind::Budget, refusal::MESSAGE),
        _ => system_error(hint("opening file '{}'", &[path]), &error),
    })
}

/// Like [`read_file`], for a file that comes with the evaluator. The reference keeps those in memory.
fn read_built_in(io: &dyn Io, path: &[u8]) -> Result<Vec<u8>, Box<Error>> {
    io.read_file(path).map_err(|error| match error.kind() {
        io::ErrorKind::IsADirectory => of_built_in("file '{}' is not a regular file", path),
        _ => of_built_in("file '{}' does not exist", path),
    })
}

fn of_built_in(words: &str, path: &[u8]) -> Box<Error> {
    Error::new(ErrorKind::System, hint(words, &[&paths::displayed(path)]))
}

/// The entries of the folder at `path`, sorted by name.
pub fn read_directory(io: &dyn Io, path: &[u8]) -> Result<Vec<DirectoryEntry>, Box<Error>> {
    if metadata(io, path)?.kind == FileKind::Regular && paths::is_built_in(path) {
        return Err(of_built_in("file '{}' is not a directory", path));
    }
    check_no_symlinks(io, path)?;
    io.read_dir(path).map_err(|error| system_error(hint("cannot read directory {}", &[&quoted(path)]), &error))
}

/// The error of reading something that is no folder as one.
pub fn not_a_directory(path: &[u8]) -> Box<Error> {
    const NUMBER: i32 = 20;
    let error = io::Error::from_raw_os_error(NUMBER);
    system_error(hint("cannot read directory {}", &[&quoted(path)]), &error)
}

/// What the link at `path` points to.
pub fn read_link(io: &dyn Io, path: &[u8]) -> Result<Vec<u8>, Box<Error>> {
    metadata(io, path)?;
    io.read_link(path).map_err(|error| system_error(hint("reading symbolic link {}", &[&quoted(path)]), &error))
}

/// The canonical path that `path` leads to when links are followed. Components that do not exist stay as they are.
pub fn resolve_symlinks(io: &dyn Io, path: &[u8], resolution: Resolution) -> Result<Vec<u8>, Box<Error>> {
    let mut todo: VecDeque<Vec<u8>> = paths::components(path).map(<[u8]>::to_vec).collect();
    let (mut result, mut links) = (b"/".to_vec(), LINKS_ALLOWED);
    while let Some(component) = todo.pop_front() {
        match component.as_slice() {
            b"." => {}
            b".." => result = paths::parent(&result).unwrap_or(b"/").to_vec(),
            _ => {
                let next = paths::join(&result, &component);
                let follow = resolution == Resolution::Full || !todo.is_empty();
                if follow && status(io, &next)?.is_some_and(|metadata| metadata.kind == FileKind::Symlink) {
                    links = links.checked_sub(1).ok_or_else(|| {
                        Error::new(ErrorKind::System, hint("infinite symlink recursion in path '{}'", &[path]))
                    })?;
                    let target = read_link(io, &next)?;
                    if target.starts_with(b"/") {
                        result = b"/".to_vec();
                    }
                    for component in paths::components(&target).rev() {
                        todo.push_front(component.to_vec());
                    }
                } else {
                    result = next;
                }
            }
        }
    }
    Ok(result)
}

/// The file that evaluating `path` reads. Links at its end are followed one by one, so that relative paths in the file
/// start from its real folder. Of a folder it is `default.nix`. Links in folders on the way stay.
pub fn resolve_expression_path(io: &dyn Io, path: &[u8]) -> Result<Vec<u8>, Box<Error>> {
    let mut path = path.to_vec();
    let mut followed = 0;
    while let Some(parent) = paths::parent(&path) {
        followed += 1;
        if followed >= LINKS_ALLOWED {
            let message = hint("too many symbolic links encountered while traversing the path '{}'", &[&path]);
            return Err(Error::new(ErrorKind::System, message));
        }
        let name = paths::file_name(&path).unwrap_or_default();
        let real = paths::join(&resolve_symlinks(io, parent, Resolution::Full)?, name);
        if metadata(io, &real)?.kind != FileKind::Symlink {
            break;
        }
        path = paths::absolute(&read_link(io, &real)?, parent);
    }
    let real = resolve_symlinks(io, &path, Resolution::Full)?;
    Ok(if metadata(io, &real)?.kind == FileKind::Directory { paths::join(&path, b"default.nix") } else { path })
}

#[cfg(test)]
mod tests {
    use super::super::{FileSystem, InMemory};
    use super::*;
    use crate::errors::highlight::filter_escapes;

    fn tree() -> InMemory {
        InMemory::new()
            .file("/t/t.nix", "1")
            .file("/t/d/default.nix", "2")
            .executable("/t/d/run", "")
            .symlink("/t/loop1", "loop2")
            .symlink("/t/loop2", "loop1")
            .symlink("/t/link", "t.nix")
            .symlink("/t/dlink", "d")
            .symlink("/t/far", "/t/./d/../dlink/")
            .symlink("/t/dangling", "nowhere")
    }

    fn show(result: Result<impl AsRef<[u8]>, Box<Error>>) -> String {
        let bytes = match &result {
            Ok(value) => value.as_ref(),
            Err(error) => &error.message,
        };
        String::from_utf8_lossy(&filter_escapes(bytes, false)).into_owned()
    }

    /// The same tree was built under /tmp/t for the reference; its words, with /tmp taken off.
    #[test]
    fn words_of_the_reference() {
        let io = tree();
        let resolve = |path: &str| resolve_symlinks(&io, path.as_bytes(), Resolution::Full);
        let read = |path: &str| show(resolve(path).and_then(|path| read_file(&io, &path)));
        let names = |path: &str| {
            show(resolve(path).and_then(|path| read_directory(&io, &path)).map(|entries| {
                let name = |entry: &DirectoryEntry| [&entry.name, &b" "[..]].concat();
                entries.iter().flat_map(name).collect::<Vec<u8>>()
            }))
        };
        assert_eq!(read("/t/nope"), "path '/t/nope' does not exist");
        assert_eq!(read("/t/d"), "read of 4096 bytes: Is a directory");
        assert_eq!(read("/t/loop1"), "infinite symlink recursion in path '/t/loop1'");
        assert_eq!(read("/t/loop1/x"), "infinite symlink recursion in path '/t/loop1/x'");
        assert_eq!(read("/t/link"), "1");
        assert_eq!(read("/t/dangling"), "path '/t/nowhere' does not exist");
        assert_eq!(read("/t/t.nix/x"), "path '/t/t.nix/x' does not exist");
        assert_eq!(read("/t/far/default.nix"), "2");
        assert_eq!(names("/t/nope"), "path '/t/nope' does not exist");
        assert_eq!(names("/t/t.nix"), "cannot read directory \"/t/t.nix\": Not a directory");
        assert_eq!(names("/t/dlink"), "default.nix run ");
        assert!(exists(&io, b"/t/dangling").unwrap());
        assert!(!exists(&io, b"/t/t.nix/x").unwrap());
        assert_eq!(show(read_file(&io, b"/t/dlink/run")), "path '/t/dlink' is a symlink");
        assert_eq!(show(resolve_symlinks(&io, b"/t/dlink/../link", Resolution::Ancestors)), "/t/link");
        assert!(metadata(&io, b"/t/d/run").unwrap().executable);
    }

    /// As a file of /sys, which says that it has a page of bytes.
    #[test]
    fn a_file_shorter_than_it_said_is_an_error() {
        struct Short;
        impl Io for Short {
            fn read_file(&self, _: &[u8]) -> io::Result<Vec<u8>> {
                Err(io::ErrorKind::UnexpectedEof.into())
            }

            fn symlink_metadata(&self, path: &[u8]) -> io::Result<Metadata> {
                let kind = if path == b"/sys" { FileKind::Directory } else { FileKind::Regular };
                Ok(Metadata { kind, executable: false, size: 4096 })
            }

            fn read_dir(&self, _: &[u8]) -> io::Result<Vec<DirectoryEntry>> {
                Ok(Vec::new())
            }

            fn read_link(&self, _: &[u8]) -> io::Result<Vec<u8>> {
                Err(io::ErrorKind::InvalidInput.into())
            }
        }
        assert_eq!(show(read_file(&Short, b"/sys/short")), "unexpected end-of-file");
    }

    #[test]
    fn paths_of_expressions() {
        let io = tree();
        let expression = |path: &str| show(resolve_expression_path(&io, path.as_bytes()));
        assert_eq!(expression("/t/d"), "/t/d/default.nix");
        assert_eq!(expression("/t/dlink"), "/t/d/default.nix");
        assert_eq!(expression("/t/link"), "/t/t.nix");
        assert_eq!(expression("/t/dangling"), "path '/t/nowhere' does not exist");
        let words = "too many symbolic links encountered while traversing the path '/t/loop2'";
        assert_eq!(expression("/t/loop1"), words);
    }

    #[test]
    fn the_machine_and_memory_agree() {
        let folder = std::env::temp_dir().join(format!("nix-evaluator-io-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("d")).unwrap();
        std::fs::write(folder.join("d/f"), "hello").unwrap();
        std::os::unix::fs::symlink("d", folder.join("dlink")).unwrap();
        let path = |rest: &str| paths::canonical(format!("{}/{rest}", folder.display()).as_bytes());
        let io = FileSystem::new();
        let memory = InMemory::new().file(path("d/f"), "hello").symlink(path("dlink"), "d");
        for rest in ["d", "d/f", "dlink", "dlink/f", "nope", "d/f/x", ""] {
            let path = path(rest);
            for io in [&io as &dyn Io, &memory] {
                let real = resolve_symlinks(io, &path, Resolution::Full);
                assert_eq!(show(real.clone()), show(resolve_symlinks(&memory, &path, Resolution::Full)), "{rest}");
                let found = metadata_if_exists(io, &real.unwrap()).unwrap().map(|metadata| metadata.kind);
                let kind = match rest {
                    "nope" | "d/f/x" => None,
                    "d/f" | "dlink/f" => Some(FileKind::Regular),
                    _ => Some(FileKind::Directory),
                };
                assert_eq!(found, kind, "{rest}");
            }
            assert_eq!(io.read_dir(&path).ok(), memory.read_dir(&path).ok(), "{rest}");
            assert_eq!(io.read_link(&path).ok(), memory.read_link(&path).ok(), "{rest}");
            assert_eq!(io.read_file(&path).ok(), memory.read_file(&path).ok(), "{rest}");
        }
        assert_eq!(io.read_file(b"/proc/self/status").unwrap(), b"", "as many bytes as the size says");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
