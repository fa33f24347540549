//! The file tree of a store object that was added in an evaluation: read where it was added from, or from memory.
//!
//! The reference copies what it adds, and reads the copy. Nothing is written here. So an object remembers where its
//! files are, and which of them a filter accepted. Paths in a tree are canonical; its root is `/`.

use std::collections::BTreeSet;
use std::io;
use std::rc::Rc;

use super::{DirectoryEntry, FileKind, InMemory, Io, Metadata, paths};

/// What an object holds.
#[derive(Clone)]
pub enum Tree {
    /// What is at a path.
    At {
        /// Where to read it.
        io: Rc<dyn Io>,
        /// The path, without links in it.
        path: Vec<u8>,
        /// The paths in the tree that a filter accepted; none without a filter.
        accepted: Option<Rc<BTreeSet<Vec<u8>>>>,
        /// Whether only the contents of a file were added, and not whether it may be executed.
        flat: bool,
    },
    /// A tree in memory, such as an archive that was unpacked.
    Memory(Rc<InMemory>),
}

impl Tree {
    /// All that is at a path.
    pub fn at(io: Rc<dyn Io>, path: impl Into<Vec<u8>>) -> Tree {
        Tree::At { io, path: path.into(), accepted: None, flat: false }
    }

    /// The same without what a filter did not accept. Paths of the tree are relative to its root.
    pub fn accepting(self, paths: BTreeSet<Vec<u8>>) -> Tree {
        match self {
            Tree::At { io, path, flat, .. } => Tree::At { io, path, flat, accepted: Some(Rc::new(paths)) },
            memory => memory,
        }
    }

    /// Only the contents of a file, and not whether it may be executed.
    pub fn flat(self) -> Tree {
        match self {
            Tree::At { io, path, accepted, .. } => Tree::At { io, path, accepted, flat: true },
            memory => memory,
        }
    }

    /// A single file that may not be executed.
    pub fn of_file(contents: impl Into<Vec<u8>>) -> Tree {
        Tree::Memory(Rc::new(InMemory::new().file("/", contents)))
    }
}

/// A tree as files.
pub struct TreeIo(pub Tree);

impl TreeIo {
    /// Calls `ask` with where a path of the tree is.
    fn ask<T>(&self, path: &[u8], ask: impl FnOnce(&dyn Io, &[u8]) -> io::Result<T>) -> io::Result<T> {
        match &self.0 {
            Tree::Memory(memory) => ask(&**memory, path),
            Tree::At { accepted: Some(accepted), .. } if path != b"/" && !accepted.contains(path) => {
                Err(io::ErrorKind::NotFound.into())
            }
            Tree::At { io, path: root, .. } => ask(&**io, &paths::append(root, path)),
        }
    }
}

impl Io for TreeIo {
    fn read_file(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        self.read_file_until(path, &|| false)
    }

    fn read_file_until(&self, path: &[u8], stop: &dyn Fn() -> bool) -> io::Result<Vec<u8>> {
        self.ask(path, |io, path| io.read_file_until(path, stop))
    }

    fn symlink_metadata(&self, path: &[u8]) -> io::Result<Metadata> {
        let mut metadata = self.ask(path, |io, path| io.symlink_metadata(path))?;
        if matches!(self.0, Tree::At { flat: true, .. }) {
            metadata.executable = false;
        }
        Ok(metadata)
    }

    fn read_dir(&self, path: &[u8]) -> io::Result<Vec<DirectoryEntry>> {
        let mut entries = self.ask(path, |io, path| io.read_dir(path))?;
        if let Tree::At { accepted: Some(accepted), .. } = &self.0 {
            entries.retain(|entry| accepted.contains(&paths::join(path, &entry.name)));
        }
        Ok(entries)
    }

    fn read_link(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        self.ask(path, |io, path| io.read_link(path))
    }

    /// Files in a store are from the first second of 1970.
    fn modified(&self, path: &[u8]) -> io::Result<u64> {
        self.symlink_metadata(path).map(|_| 1)
    }
}

/// The latest modification in a tree, of its folders and links too, in seconds since 1970.
pub fn latest_modification(io: &dyn Io, root: &[u8]) -> io::Result<u64> {
    let mut latest = 0;
    let mut left = vec![root.to_vec()];
    while let Some(path) = left.pop() {
        latest = latest.max(io.modified(&path)?);
        if io.symlink_metadata(&path)?.kind == FileKind::Directory {
            left.extend(io.read_dir(&path)?.iter().map(|entry| paths::join(&path, &entry.name)));
        }
    }
    Ok(latest)
}

#[cfg(test)]
mod tests {
    use super::super::access;
    use super::*;

    fn names(io: &dyn Io, path: &[u8]) -> Vec<String> {
        let entries = access::read_directory(io, path).unwrap();
        entries.into_iter().map(|entry| String::from_utf8(entry.name).unwrap()).collect()
    }

    #[test]
    fn a_filter_hides_what_it_refused() {
        let files = Rc::new(InMemory::new().file("/a/b/c", "1").file("/a/b/d", "2").executable("/a/e", "3"));
        let accepted = [&b"/b"[..], b"/b/c"].map(<[u8]>::to_vec);
        let io = TreeIo(Tree::at(files.clone(), "/a").accepting(accepted.into_iter().collect()));
        assert_eq!((names(&io, b"/"), names(&io, b"/b")), (vec!["b".to_owned()], vec!["c".to_owned()]));
        assert!(io.read_file(b"/b/d").is_err() && io.read_file(b"/b/c").unwrap() == b"1");
        let whole = TreeIo(Tree::at(files, "/a"));
        assert!(whole.symlink_metadata(b"/e").unwrap().executable);
    }

    #[test]
    fn a_file_is_a_tree() {
        let io = TreeIo(Tree::of_file("text"));
        assert_eq!(io.symlink_metadata(b"/").unwrap().kind, FileKind::Regular);
        assert_eq!(io.read_file(b"/").unwrap(), b"text");
        assert!(io.read_file(b"/x").is_err());
    }
}
