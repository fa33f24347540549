//! The NAR of a file tree: the byte stream whose hash addresses the tree (`libutil/archive.cc`).
//!
//! A caller tells [`NarWriter`] what the tree holds, step by step. So a caller may call back into a program between
//! steps, as filters do. [`hash_tree`] walks trees for callers that need no such thing.

use super::failure;
use crate::errors::Error;
use crate::hash::{Algorithm, Hash, Hasher};

/// How deep directories may be nested; the reference refuses deeper trees.
pub const MAX_DEPTH: usize = 64;

/// A destination of a NAR.
pub trait Sink {
    /// Takes the next bytes.
    fn write(&mut self, bytes: &[u8]);
}

impl Sink for Hasher {
    fn write(&mut self, bytes: &[u8]) {
        self.update(bytes);
    }
}

impl Sink for Vec<u8> {
    fn write(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// Writes one tree. The calls must nest: between [`NarWriter::open_entry`] and [`NarWriter::close_entry`] there is
/// exactly one file, link or directory, and entries come sorted by name.
#[derive(Debug)]
pub struct NarWriter<S> {
    sink: S,
}

impl<S: Sink> NarWriter<S> {
    /// An empty NAR. Exactly one file, link or directory must follow.
    pub fn new(sink: S) -> Self {
        let mut writer = NarWriter { sink };
        writer.strings(&[b"nix-archive-1"]);
        writer
    }

    /// A regular file.
    pub fn file(&mut self, executable: bool, contents: &[u8]) {
        self.strings(&[b"(", b"type", b"regular"]);
        if executable {
            self.strings(&[b"executable", b""]);
        }
        self.strings(&[b"contents", contents, b")"]);
    }

    /// A symbolic link.
    pub fn symlink(&mut self, target: &[u8]) {
        self.strings(&[b"(", b"type", b"symlink", b"target", target, b")"]);
    }

    /// The start of a directory.
    pub fn open_directory(&mut self) {
        self.strings(&[b"(", b"type", b"directory"]);
    }

    /// Starts an entry of the directory opened last.
    pub fn open_entry(&mut self, name: &[u8]) {
        self.strings(&[b"entry", b"(", b"name", name, b"node"]);
    }

    /// The end of an entry.
    pub fn close_entry(&mut self) {
        self.strings(&[b")"]);
    }

    /// The end of a directory.
    pub fn close_directory(&mut self) {
        self.strings(&[b")"]);
    }

    /// The sink.
    pub fn finish(self) -> S {
        self.sink
    }

    fn strings(&mut self, strings: &[&[u8]]) {
        for string in strings {
            self.sink.write(&(string.len() as u64).to_le_bytes());
            self.sink.write(string);
            self.sink.write(&[0; 8][..string.len().wrapping_neg() % 8]);
        }
    }
}

/// A node of a tree.
pub enum Node<N> {
    /// A regular file and its contents.
    File {
        /// Whether it is executable.
        executable: bool,
        /// Its contents.
        contents: Vec<u8>,
    },
    /// A symbolic link and what it points to.
    Symlink {
        /// Its target.
        target: Vec<u8>,
    },
    /// A directory and its entries, in any order.
    Directory {
        /// The entries by name, without those that a filter refuses.
        entries: Vec<(Vec<u8>, N)>,
    },
}

/// A tree that can be asked what its nodes are.
pub trait Tree {
    /// The name of a node, such as a path.
    type Handle;

    /// The node of `handle`. Fails if it cannot be read or is of no supported kind.
    fn node(&mut self, handle: &Self::Handle) -> Result<Node<Self::Handle>, Box<Error>>;

    /// The path of `handle` in messages.
    fn display(&self, handle: &Self::Handle) -> Vec<u8>;
}

/// Writes the tree at `root` to `sink`. Fails if the tree does, or if it is nested too deeply.
pub fn write_tree<T: Tree, S: Sink>(tree: &mut T, root: T::Handle, sink: S) -> Result<S, Box<Error>> {
    let mut writer = NarWriter::new(sink);
    // For each open directory: what is left of its entries, the next one last.
    let mut open: Vec<Vec<(Vec<u8>, T::Handle)>> = Vec::new();
    let mut handle = root;
    loop {
        if open.len() >= MAX_DEPTH {
            let path = tree.display(&handle);
            return Err(failure(&[b"path '", &path, b"' exceeds maximum NAR directory depth of 64"]));
        }
        match tree.node(&handle)? {
            Node::File { executable, contents } => writer.file(executable, &contents),
            Node::Symlink { target } => writer.symlink(&target),
            Node::Directory { mut entries } => {
                writer.open_directory();
                entries.sort_by(|(left, _), (right, _)| right.cmp(left));
                open.push(entries);
                if let Some(next) = next_entry(&mut writer, &mut open) {
                    handle = next;
                    continue;
                }
                writer.close_directory();
            }
        }
        handle = loop {
            if open.is_empty() {
                return Ok(writer.finish());
            }
            writer.close_entry();
            match next_entry(&mut writer, &mut open) {
                Some(next) => break next,
                None => writer.close_directory(),
            }
        };
    }
}

/// Opens the next entry of the innermost directory, or forgets the directory when there is none left.
fn next_entry<S: Sink, N>(writer: &mut NarWriter<S>, open: &mut Vec<Vec<(Vec<u8>, N)>>) -> Option<N> {
    match open.last_mut()?.pop() {
        Some((name, handle)) => {
            writer.open_entry(&name);
            Some(handle)
        }
        None => {
            open.pop();
            None
        }
    }
}

/// The hash of the tree's NAR.
pub fn hash_tree<T: Tree>(tree: &mut T, root: T::Handle, algorithm: Algorithm) -> Result<Hash, Box<Error>> {
    Ok(write_tree(tree, root, Hasher::new(algorithm))?.finish())
}

#[cfg(test)]
#[path = "nar_tests.rs"]
mod tests;
