//! A file system in memory, for tests and for fuzzing. No evaluation over it touches the machine.

use std::collections::BTreeMap;
use std::io;

use super::{DirectoryEntry, FileKind, Io, Metadata, paths};

/// `ENOENT`
pub const NO_ENTRY: i32 = 2;
/// `ENOTDIR`
const NOT_A_DIRECTORY: i32 = 20;
/// `EISDIR`
const IS_A_DIRECTORY: i32 = 21;
/// `EINVAL`
const INVALID: i32 = 22;
/// `ELOOP`
const TOO_MANY_LINKS: i32 = 40;
/// How many links the system follows in one path.
const LINK_LIMIT: usize = 40;
/// The size of folders, as most file systems report it for a small one.
const DIRECTORY_SIZE: u64 = 4096;

#[derive(Clone, Debug)]
enum Node {
    File { contents: Vec<u8>, executable: bool },
    Directory,
    Symlink(Vec<u8>),
}

/// A tree of files, folders and links in memory. A new one holds only the root folder; a file or link put at `/` stands
/// instead of that.
#[derive(Clone, Debug, Default)]
pub struct InMemory {
    /// By canonical path. The root is in it only if it is no folder.
    nodes: BTreeMap<Vec<u8>, Node>,
}

impl InMemory {
    /// An empty root folder.
    pub fn new() -> InMemory {
        InMemory::default()
    }

    /// Adds or replaces a regular file, and the folders it needs.
    pub fn file(mut self, path: impl AsRef<[u8]>, contents: impl Into<Vec<u8>>) -> InMemory {
        self.insert(path.as_ref(), Node::File { contents: contents.into(), executable: false });
        self
    }

    /// Adds or replaces a regular file that may be executed, and the folders it needs.
    pub fn executable(mut self, path: impl AsRef<[u8]>, contents: impl Into<Vec<u8>>) -> InMemory {
        self.insert(path.as_ref(), Node::File { contents: contents.into(), executable: true });
        self
    }

    /// Adds an empty folder and those it is in.
    pub fn directory(mut self, path: impl AsRef<[u8]>) -> InMemory {
        self.insert(path.as_ref(), Node::Directory);
        self
    }

    /// Adds or replaces a link to `target`, and the folders it needs.
    pub fn symlink(mut self, path: impl AsRef<[u8]>, target: impl Into<Vec<u8>>) -> InMemory {
        self.insert(path.as_ref(), Node::Symlink(target.into()));
        self
    }

    /// About how much memory it takes.
    pub fn bytes(&self) -> usize {
        let size = |node: &Node| match node {
            Node::File { contents, .. } => contents.len(),
            Node::Symlink(target) => target.len(),
            Node::Directory => 0,
        };
        self.nodes.iter().map(|(path, node)| path.len() + size(node) + size_of::<(Vec<u8>, Node)>()).sum()
    }

    fn insert(&mut self, path: &[u8], node: Node) {
        let path = paths::canonical(path);
        let mut folder = path.as_slice();
        while let Some(parent) = paths::parent(folder) {
            if parent != b"/" && !self.nodes.contains_key(parent) {
                self.nodes.insert(parent.to_vec(), Node::Directory);
            }
            folder = parent;
        }
        match node {
            Node::Directory if path == b"/" => {}
            node => drop(self.nodes.insert(path, node)),
        }
    }

    fn node(&self, path: &[u8]) -> Option<&Node> {
        match self.nodes.get(path) {
            None if path == b"/" => Some(&Node::Directory),
            node => node,
        }
    }

    /// The canonical path of the node that the system would find. Links in folders on the way are followed, and one at
    /// the end if asked.
    fn locate(&self, path: &[u8], follow_last: bool) -> io::Result<Vec<u8>> {
        let error = |number| Err(io::Error::from_raw_os_error(number));
        let mut todo: Vec<Vec<u8>> = paths::components(path).rev().map(<[u8]>::to_vec).collect();
        let (mut found, mut links) = (b"/".to_vec(), 0);
        if !todo.is_empty() && !matches!(self.node(b"/"), Some(Node::Directory)) {
            return error(NOT_A_DIRECTORY);
        }
        while let Some(component) = todo.pop() {
            match component.as_slice() {
                b"." => continue,
                b".." => {
                    found = paths::parent(&found).unwrap_or(b"/").to_vec();
                    continue;
                }
                _ => {}
            }
            let next = paths::join(&found, &component);
            match self.node(&next) {
                None => return error(NO_ENTRY),
                Some(Node::Symlink(target)) if follow_last || !todo.is_empty() => {
                    links += 1;
                    if links > LINK_LIMIT {
                        return error(TOO_MANY_LINKS);
                    }
                    if target.starts_with(b"/") {
                        found = b"/".to_vec();
                    }
                    todo.extend(paths::components(target).rev().map(<[u8]>::to_vec));
                }
                Some(Node::File { .. }) if !todo.is_empty() => return error(NOT_A_DIRECTORY),
                Some(_) => found = next,
            }
        }
        Ok(found)
    }
}

impl Io for InMemory {
    fn read_file(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        match self.node(&self.locate(path, true)?) {
            Some(Node::File { contents, .. }) => Ok(contents.clone()),
            _ => Err(io::Error::from_raw_os_error(IS_A_DIRECTORY)),
        }
    }

    fn symlink_metadata(&self, path: &[u8]) -> io::Result<Metadata> {
        Ok(match self.node(&self.locate(path, false)?) {
            None => return Err(io::Error::from_raw_os_error(NO_ENTRY)),
            Some(Node::File { contents, executable }) => {
                Metadata { kind: FileKind::Regular, executable: *executable, size: contents.len() as u64 }
            }
            Some(Node::Directory) => Metadata { kind: FileKind::Directory, executable: false, size: DIRECTORY_SIZE },
            Some(Node::Symlink(target)) => {
                Metadata { kind: FileKind::Symlink, executable: false, size: target.len() as u64 }
            }
        })
    }

    fn read_dir(&self, path: &[u8]) -> io::Result<Vec<DirectoryEntry>> {
        let folder = self.locate(path, true)?;
        if !matches!(self.node(&folder), Some(Node::Directory)) {
            return Err(io::Error::from_raw_os_error(NOT_A_DIRECTORY));
        }
        let start = paths::join(&folder, b"");
        Ok(self
            .nodes
            .range(start.clone()..)
            .take_while(|(path, _)| path.starts_with(&start))
            .filter(|(path, _)| !path[start.len()..].contains(&b'/'))
            .map(|(path, node)| DirectoryEntry {
                name: path[start.len()..].to_vec(),
                kind: Some(match node {
                    Node::File { .. } => FileKind::Regular,
                    Node::Directory => FileKind::Directory,
                    Node::Symlink(_) => FileKind::Symlink,
                }),
            })
            .collect())
    }

    fn read_link(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        match self.node(&self.locate(path, false)?) {
            Some(Node::Symlink(target)) => Ok(target.clone()),
            _ => Err(io::Error::from_raw_os_error(INVALID)),
        }
    }
}
