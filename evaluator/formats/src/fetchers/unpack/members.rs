//! Makes a tree of the members of an archive. The reference does so with objects of Git, whose rules show: which names
//! there may be, and which member wins where two have one name.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::failure;
use crate::errors::Error;
use crate::errors::highlight::hint;
use crate::io::{InMemory, paths};

/// How deep folders may be nested: far deeper than a store takes them.
const MOST_DEPTH: usize = 1000;

enum File {
    Folder(BTreeMap<Vec<u8>, Member>),
    Regular { contents: Rc<[u8]>, executable: bool },
    Link(Rc<[u8]>),
}

struct Member {
    file: File,
    /// Regular files are numbered. Of two members with one name, a later file wins over an earlier one, and everything else
    /// only where nothing is.
    number: usize,
}

/// The tree that is being made.
pub struct Members {
    root: BTreeMap<Vec<u8>, Member>,
    next: usize,
    hard_links: BTreeMap<Vec<Vec<u8>>, Vec<u8>>,
}

impl Members {
    pub fn new() -> Members {
        Members { root: BTreeMap::new(), next: 0, hard_links: BTreeMap::new() }
    }

    fn add(&mut self, path: &[u8], member: Member) -> Result<(), Box<Error>> {
        let mut folder = &mut self.root;
        let names: Vec<&[u8]> = paths::components(path).collect();
        let Some((name, parents)) = names.split_last() else {
            return Err(failure("the archive has a file instead of its folder"));
        };
        if parents.len() >= MOST_DEPTH {
            return Err(failure(format!("the archive has folders that are nested deeper than {MOST_DEPTH}")));
        }
        for parent in parents {
            let new = || Member { file: File::Folder(BTreeMap::new()), number: 0 };
            match &mut folder.entry(parent.to_vec()).or_insert_with(new).file {
                File::Folder(inner) => folder = inner,
                // The reference ends here by an assertion.
                _ => return Err(failure(hint("the archive has '{}' in something that is no folder", &[path]))),
            }
        }
        if folder.get(*name).is_none_or(|other| other.number < member.number) {
            folder.insert(name.to_vec(), member);
        }
        Ok(())
    }

    /// Adds a folder.
    pub fn folder(&mut self, path: &[u8]) -> Result<(), Box<Error>> {
        match paths::canonical(path) {
            root if root == b"/" => Ok(()),
            path => self.add(&path, Member { file: File::Folder(BTreeMap::new()), number: 0 }),
        }
    }

    /// Adds a file.
    pub fn file(&mut self, path: &[u8], contents: &[u8], executable: bool) -> Result<(), Box<Error>> {
        let number = self.next;
        self.next += 1;
        let file = File::Regular { contents: contents.into(), executable };
        self.add(&paths::canonical(path), Member { file, number })
    }

    /// Adds a symbolic link. Its target ends where a zero is.
    pub fn link(&mut self, path: &[u8], target: &[u8]) -> Result<(), Box<Error>> {
        let target = target.split(|byte| *byte == 0).next().unwrap_or_default();
        self.add(&paths::canonical(path), Member { file: File::Link(target.into()), number: 0 })
    }

    /// Remembers that a path is another name of a file; there must be such a file in the end.
    pub fn hard_link(&mut self, path: &[u8], target: &[u8]) {
        let path = paths::canonical(path);
        let names = paths::components(&path).map(<[u8]>::to_vec).collect();
        self.hard_links.insert(names, paths::canonical(target));
    }

    fn linked(&self, target: &[u8]) -> Result<File, Box<Error>> {
        let absent = || failure(hint("path '{}' does not exist", &[target]));
        let names: Vec<&[u8]> = paths::components(target).collect();
        let Some((name, parents)) = names.split_last() else { return Err(absent()) };
        let mut folder = &self.root;
        for parent in parents {
            match &folder.get(*parent).ok_or_else(absent)?.file {
                File::Folder(inner) => folder = inner,
                _ => return Err(failure(hint("path '{}' has a non-directory parent", &[target]))),
            }
        }
        match &folder.get(*name).ok_or_else(absent)?.file {
            File::Folder(_) => Err(failure("cannot create a hard link to a directory")),
            File::Regular { contents, executable } => {
                Ok(File::Regular { contents: contents.clone(), executable: *executable })
            }
            File::Link(target) => Ok(File::Link(target.clone())),
        }
    }

    /// The tree. Where all of it is in one folder, that folder.
    pub fn finish(mut self) -> Result<InMemory, Box<Error>> {
        for (names, target) in std::mem::take(&mut self.hard_links) {
            if target == b"/" {
                continue;
            }
            let path = names.iter().flat_map(|name| [b"/", name.as_slice()].concat()).collect::<Vec<u8>>();
            let linked = self.linked(&target).map_err(|error| {
                let words = "while creating a hard link from '{}' to '{}'";
                error.while_(crate::source::Pos::NONE, hint(words, &[&path, &target]))
            })?;
            self.add(&path, Member { file: linked, number: 0 })?;
        }
        check_names(&self.root)?;
        let mut root = &self.root;
        if let (1, Some(Member { file: File::Folder(only), .. })) = (root.len(), root.values().next()) {
            root = only;
        }
        let mut tree = InMemory::new();
        let mut open = vec![(Vec::new(), root)];
        while let Some((path, folder)) = open.pop() {
            for (name, member) in folder {
                let path = [path.as_slice(), b"/", name].concat();
                tree = match &member.file {
                    File::Folder(inner) => {
                        let tree = tree.directory(&path);
                        open.push((path, inner));
                        tree
                    }
                    File::Regular { contents, executable: true } => tree.executable(&path, &contents[..]),
                    File::Regular { contents, executable: false } => tree.file(&path, &contents[..]),
                    File::Link(target) => tree.symlink(&path, &target[..]),
                };
            }
        }
        Ok(tree)
    }
}

/// Fails if a name is one that Git takes into no tree, inner folders first.
fn check_names(root: &BTreeMap<Vec<u8>, Member>) -> Result<(), Box<Error>> {
    // Folders before those in them; looked at in the other order.
    let mut folders = vec![root];
    let mut next = 0;
    while let Some(folder) = folders.get(next).copied() {
        next += 1;
        folders.extend(folder.values().rev().filter_map(|member| match &member.file {
            File::Folder(inner) => Some(inner),
            _ => None,
        }));
    }
    for folder in folders.iter().rev() {
        if let Some(name) = folder.keys().find(|name| is_gits_own(name)) {
            let words = "adding a file to a tree builder: failed to insert entry: invalid name for a tree entry - ";
            let shown = [words.as_bytes(), name, b" (libgit2 error code = 14)"].concat();
            return Err(failure(shown));
        }
    }
    Ok(())
}

/// Whether a name is `.git`, or is that on some file system.
fn is_gits_own(name: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    let Some(rest) = [&b".git"[..], b"git~1"].iter().find_map(|own| lower.strip_prefix(*own)) else { return false };
    let rest: Vec<u8> = rest.iter().copied().skip_while(|byte| b" .".contains(byte)).collect();
    matches!(rest.first(), None | Some(b':' | b'\\'))
}
