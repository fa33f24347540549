//! Restricts a restricted or pure evaluation to some folders.
//!
//! This follows `AllowListSourceAccessor` (`libfetchers/filtering-source-accessor.cc`): what is not allowed does not
//! exist for a caller that only asks whether it exists, and is an error for a caller that reads it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io;
use std::process::Output;

use super::program::Program;
use super::{DirectoryEntry, Io, Metadata, paths};
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind};

/// A view of another [`Io`]. It shows the allowed paths, everything inside them, and the folders that lead to them.
pub struct Restricted<Inner> {
    inner: Inner,
    pure: bool,
    allowed: RefCell<BTreeSet<Vec<u8>>>,
}

impl<Inner: Io> Restricted<Inner> {
    /// A view that allows nothing yet. `pure` chooses the message of errors: pure evaluation or restricted mode.
    pub fn new(inner: Inner, pure: bool) -> Restricted<Inner> {
        Restricted { inner, pure, allowed: RefCell::default() }
    }

    /// Allows a canonical path and all that is in it.
    pub fn allow(&self, path: &[u8]) {
        self.allowed.borrow_mut().insert(path.to_vec());
    }

    /// Whether a canonical path is allowed, is in an allowed one, or leads to one.
    pub fn is_allowed(&self, path: &[u8]) -> bool {
        let allowed = self.allowed.borrow();
        let folder = paths::join(path, b"");
        let leads = allowed.range(folder.clone()..).next().is_some_and(|next| next.starts_with(&folder));
        leads || std::iter::successors(Some(path), |path| paths::parent(path)).any(|path| allowed.contains(path))
    }

    fn absent() -> io::Error {
        io::Error::from(io::ErrorKind::NotFound)
    }
}

impl<Inner: Io> Io for Restricted<Inner> {
    fn check_access(&self, path: &[u8]) -> Result<(), Box<Error>> {
        if self.is_allowed(path) {
            return self.inner.check_access(path);
        }
        let mode: &[u8] = match self.pure {
            true => b"in pure evaluation mode (use '--impure' to override)",
            false => b"in restricted mode",
        };
        let words = hint("access to absolute path '{}' is forbidden {}", &[path, mode]);
        Err(Error::new(ErrorKind::Evaluation, words))
    }

    fn allow(&self, path: &[u8]) {
        Restricted::allow(self, path);
        self.inner.allow(path);
    }

    fn read_file(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        self.read_file_until(path, &|| false)
    }

    fn read_file_until(&self, path: &[u8], stop: &dyn Fn() -> bool) -> io::Result<Vec<u8>> {
        if self.is_allowed(path) { self.inner.read_file_until(path, stop) } else { Err(Self::absent()) }
    }

    fn run_program(&self, program: &Program<'_>) -> io::Result<Output> {
        self.inner.run_program(program)
    }

    fn symlink_metadata(&self, path: &[u8]) -> io::Result<Metadata> {
        if self.is_allowed(path) { self.inner.symlink_metadata(path) } else { Err(Self::absent()) }
    }

    fn read_dir(&self, path: &[u8]) -> io::Result<Vec<DirectoryEntry>> {
        if !self.is_allowed(path) {
            return Err(Self::absent());
        }
        let mut entries = self.inner.read_dir(path)?;
        entries.retain(|entry| self.is_allowed(&paths::join(path, &entry.name)));
        Ok(entries)
    }

    fn read_link(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        if self.is_allowed(path) { self.inner.read_link(path) } else { Err(Self::absent()) }
    }

    fn modified(&self, path: &[u8]) -> io::Result<u64> {
        if self.is_allowed(path) { self.inner.modified(path) } else { Err(Self::absent()) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::access::{self, Resolution};
    use super::super::{FileKind, InMemory};
    use super::*;
    use crate::errors::highlight::filter_escapes;

    fn view(pure: bool) -> Restricted<InMemory> {
        let io = InMemory::new().file("/tmp/t/d/default.nix", "2").file("/tmp/t/d/f", "hi").file("/tmp/t/t.nix", "1");
        let io = io.symlink("/tmp/t/dlink", "d").file("/tmp/t/d-e/f", "").file("/etc/hostname", "");
        Restricted::new(io, pure)
    }

    fn show(result: Result<impl AsRef<[u8]>, Box<Error>>) -> String {
        let bytes = match &result {
            Ok(value) => value.as_ref(),
            Err(error) => &error.message,
        };
        String::from_utf8_lossy(&filter_escapes(bytes, false)).into_owned()
    }

    /// As the reference with `--restrict-eval -I /tmp/t/d` and the same files.
    #[test]
    fn restricted_mode() {
        let io = view(false);
        io.allow(b"/tmp/t/d");
        let resolve = |path: &str| access::resolve_symlinks(&io, path.as_bytes(), Resolution::Full);
        let read = |path: &str| show(resolve(path).and_then(|path| access::read_file(&io, &path)));
        let names = |path: &str| {
            let entries = access::read_directory(&io, path.as_bytes()).unwrap();
            entries.iter().map(|entry| String::from_utf8_lossy(&entry.name).into_owned()).collect::<Vec<_>>()
        };
        let exists = |path: &str| access::exists(&io, path.as_bytes()).unwrap();
        let forbidden = |path: &str| format!("access to absolute path '{path}' is forbidden in restricted mode");
        assert_eq!(read("/tmp/t/d/f"), "hi");
        for path in ["/tmp/t/t.nix", "/tmp/t/dlink/f", "/tmp/t/d-e/f"] {
            assert_eq!(read(path), forbidden(path));
            assert!(!exists(path), "{path}");
        }
        assert_eq!(read("/tmp/t/d/nope"), "path '/tmp/t/d/nope' does not exist");
        assert_eq!(
            (names("/tmp/t"), names("/tmp"), names("/")),
            (vec!["d".into()], vec!["t".into()], vec!["tmp".into()])
        );
        assert_eq!(names("/tmp/t/d"), ["default.nix", "f"]);
        assert!(exists("/tmp/t/d/f") && exists("/tmp/t"));
        assert_eq!(access::metadata(&io, b"/tmp/t").unwrap().kind, FileKind::Directory);
        let kind = access::metadata(&io, b"/tmp/t/nope").map(|metadata| metadata.kind.name());
        assert_eq!(show(kind), forbidden("/tmp/t/nope"));
        assert_eq!(show(access::resolve_expression_path(&io, b"/tmp/t/t.nix")), forbidden("/tmp/t/t.nix"));
    }

    #[test]
    fn pure_evaluation_sees_nothing() {
        let io = view(true);
        assert!(!access::exists(&io, b"/tmp").unwrap());
        let words = "access to absolute path '/tmp' is forbidden in pure evaluation mode (use '--impure' to override)";
        assert_eq!(show(access::read_file(&io, b"/tmp")), words);
    }
}
