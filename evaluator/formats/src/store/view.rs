//! The file system with a store in it, as an evaluation sees it: what the store's folder holds, and what was added to
//! the store in this evaluation.
//!
//! The reference lays its store over the file system, so the store's folder is there even where the machine has none.
//! A store may have its objects in another folder than the one that paths name (`local?root=…`). Objects that were
//! added are written nowhere: they are read where they came from.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::io;
use std::process::Output;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::path::DERIVATION_SUFFIX;
use super::{Holding, OpenedStore, StoreDirectory, StorePath, failure};
use crate::errors::Error;
use crate::io::program::Program;
use crate::io::tree::{Tree, TreeIo};
use crate::io::{DirectoryEntry, FileKind, Io, Metadata, Refused, access, paths};

/// An object that was added.
struct Object {
    tree: Rc<TreeIo>,
    references: Rc<BTreeSet<StorePath>>,
}

/// Another [`Io`] with a store in it.
pub struct StoreView {
    /// Where everything else is, as far as the evaluation may look at it.
    inner: Rc<dyn Io>,
    /// The machine, without restrictions.
    files: Rc<dyn Io>,
    directory: StoreDirectory,
    holding: Holding,
    objects: RefCell<FxHashMap<Box<str>, Object>>,
    /// Whether there is more to look for in the folder than what the machine has there.
    is_more: Cell<bool>,
}

/// What a path means.
enum Place<'p> {
    /// Nothing of the store.
    Outside,
    /// The store's folder itself.
    Folder,
    /// A path in an object that was added.
    Added(Rc<TreeIo>, &'p [u8]),
    /// A path in another object.
    Inside,
}

impl StoreView {
    /// A view on `inner` and on a store that was opened. `files` is the machine, without restrictions.
    pub fn new(inner: Rc<dyn Io>, files: Rc<dyn Io>, store: &OpenedStore) -> StoreView {
        let directory = StoreDirectory::new(String::from_utf8_lossy(&store.folder));
        let is_more = Cell::new(matches!(store.holding, Holding::Folder(_)));
        let objects = RefCell::default();
        StoreView { inner, files, directory, holding: store.holding.clone(), objects, is_more }
    }

    /// Adds an object that refers to others.
    pub fn add(&self, path: &StorePath, tree: Tree, references: BTreeSet<StorePath>) {
        let object = Object { tree: Rc::new(TreeIo(tree)), references: Rc::new(references) };
        self.objects.borrow_mut().entry(path.base_name().into()).or_insert(object);
        self.is_more.set(true);
    }

    /// Whether an object is valid: it was added, or the store has it.
    pub fn is_valid(&self, path: &StorePath) -> bool {
        self.objects.borrow().contains_key(path.base_name()) || self.present(path).is_some()
    }

    /// A store in memory keeps derivations apart from files: they are valid, and nothing is at their paths.
    fn hides(&self, name: &str) -> bool {
        self.holding == Holding::Memory && name.ends_with(DERIVATION_SUFFIX)
    }

    /// What an object refers to that was added in this evaluation.
    pub fn references(&self, path: &StorePath) -> Option<Rc<BTreeSet<StorePath>>> {
        if self.hides(path.base_name()) {
            return Some(Rc::default());
        }
        self.objects.borrow().get(path.base_name()).map(|object| object.references.clone())
    }

    /// Where the machine has an object of the store.
    pub fn present(&self, path: &StorePath) -> Option<Vec<u8>> {
        let Holding::Folder(folder) = &self.holding else { return None };
        let path = paths::join(folder, path.base_name().as_bytes());
        self.files.symlink_metadata(&path).is_ok().then_some(path)
    }

    /// The files of an object, its root being `/`; none if it is not valid.
    pub fn object(&self, path: &StorePath) -> Option<Rc<TreeIo>> {
        let added = self.objects.borrow().get(path.base_name()).map(|object| object.tree.clone());
        added.or_else(|| Some(Rc::new(TreeIo(Tree::at(self.files.clone(), self.present(path)?)))))
    }

    /// The tree at a path as it is read now.
    pub fn tree_at(&self, path: &[u8]) -> Tree {
        match self.place(path) {
            Place::Added(tree, inside) => Tree::at(tree, inside),
            Place::Inside if self.inner.symlink_metadata(path).is_err() => match (&self.holding, self.checked(path)) {
                (Holding::Folder(folder), Ok(rest)) => Tree::at(self.files.clone(), [folder.as_slice(), rest].concat()),
                _ => Tree::at(self.inner.clone(), path),
            },
            _ => Tree::at(self.inner.clone(), path),
        }
    }

    fn place<'p>(&self, path: &'p [u8]) -> Place<'p> {
        let Some(rest) = path.strip_prefix(self.directory.path().as_bytes()) else { return Place::Outside };
        match rest {
            [] => Place::Folder,
            [b'/', below @ ..] if self.is_more.get() => {
                let end = below.iter().position(|byte| *byte == b'/').unwrap_or(below.len());
                let (name, inside) = below.split_at(end);
                let name = std::str::from_utf8(name).unwrap_or_default();
                if self.hides(name) {
                    return Place::Inside;
                }
                match self.objects.borrow().get(name) {
                    Some(object) => Place::Added(object.tree.clone(), if inside.is_empty() { b"/" } else { inside }),
                    None => Place::Inside,
                }
            }
            _ => Place::Outside,
        }
    }

    /// What the machine says of a path in the store's folder, or what its other folder holds there.
    fn inside<T>(&self, path: &[u8], ask: impl Fn(&dyn Io, &[u8]) -> io::Result<T>) -> io::Result<T> {
        let said = match ask(&*self.inner, path) {
            Err(error) if access::means_absent(&error) => error,
            said => return said,
        };
        let Holding::Folder(folder) = &self.holding else { return Err(said) };
        let rest = self.checked(path)?;
        match folder != self.directory.path().as_bytes() && self.inner.check_access(path).is_ok() {
            true => ask(&*self.files, &[folder.as_slice(), rest].concat()),
            false => Err(said),
        }
    }

    /// The part of a path behind the store's folder. Fails if that does not begin with the name of an object.
    fn checked<'p>(&self, path: &'p [u8]) -> io::Result<&'p [u8]> {
        self.directory.split(path).map_err(refused)?;
        Ok(&path[self.directory.path().len()..])
    }

    fn ask<T>(
        &self,
        path: &[u8],
        ask: impl Fn(&dyn Io, &[u8]) -> io::Result<T>,
        of_folder: impl FnOnce() -> io::Result<T>,
    ) -> io::Result<T> {
        match self.place(path) {
            Place::Outside => ask(&*self.inner, path),
            Place::Added(tree, inside) => ask(&*tree, inside),
            Place::Inside => self.inside(path, ask),
            Place::Folder => match ask(&*self.inner, path) {
                Err(error) if access::means_absent(&error) => of_folder(),
                said => said,
            },
        }
    }
}

fn refused(error: Box<Error>) -> io::Error {
    io::Error::other(Refused(error))
}

impl Io for StoreView {
    fn check_access(&self, path: &[u8]) -> Result<(), Box<Error>> {
        match self.place(path) {
            Place::Added(..) => Ok(()),
            _ => self.inner.check_access(path),
        }
    }

    fn allow(&self, path: &[u8]) {
        self.inner.allow(path);
    }

    fn read_file(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        self.read_file_until(path, &|| false)
    }

    fn read_file_until(&self, path: &[u8], stop: &dyn Fn() -> bool) -> io::Result<Vec<u8>> {
        self.ask(path, |io, path| io.read_file_until(path, stop), || Err(io::ErrorKind::IsADirectory.into()))
    }

    fn read_to_end(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        self.ask(path, |io, path| io.read_to_end(path), || Err(io::ErrorKind::IsADirectory.into()))
    }

    fn symlink_metadata(&self, path: &[u8]) -> io::Result<Metadata> {
        let folder = || Ok(Metadata { kind: FileKind::Directory, executable: false, size: 0 });
        self.ask(path, |io, path| io.symlink_metadata(path), folder)
    }

    fn read_dir(&self, path: &[u8]) -> io::Result<Vec<DirectoryEntry>> {
        match (self.place(path), &self.holding) {
            (Place::Folder, Holding::Folder(_)) => {
                let folder = [self.directory.path().as_bytes(), b"/"].concat();
                Err(refused(failure(&[b"path '", &folder, b"' is not in the Nix store"])))
            }
            (Place::Folder, _) => {
                let mut entries = match self.inner.read_dir(path) {
                    Err(error) if access::means_absent(&error) => Vec::new(),
                    said => said?,
                };
                // A store in memory does not list what it holds.
                entries.sort_by(|left, right| left.name.cmp(&right.name));
                Ok(entries)
            }
            (Place::Inside, Holding::Folder(_)) => {
                self.checked(path)?;
                self.inside(path, |io, path| io.read_dir(path))
            }
            (Place::Added(tree, inside), Holding::Folder(folder)) => tree.read_dir(inside).map_err(|error| {
                // The reference reads the copy in the store's other folder, and names that.
                let is_other = tree.symlink_metadata(inside).is_ok_and(|it| it.kind != FileKind::Directory);
                let real = [folder.as_slice(), &path[self.directory.path().len()..]].concat();
                match is_other {
                    true => refused(access::not_a_directory(&real)),
                    false => error,
                }
            }),
            _ => self.ask(path, |io, path| io.read_dir(path), || Ok(Vec::new())),
        }
    }

    fn read_link(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        self.ask(path, |io, path| io.read_link(path), || Err(io::ErrorKind::InvalidInput.into()))
    }

    fn owner(&self, path: &[u8]) -> io::Result<Option<u32>> {
        self.inner.owner(path)
    }

    fn modified(&self, path: &[u8]) -> io::Result<u64> {
        self.ask(path, |io, path| io.modified(path), || Ok(1))
    }

    fn run_program(&self, program: &Program<'_>) -> io::Result<Output> {
        self.inner.run_program(program)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::InMemory;

    const NAME: &str = "00000000000000000000000000000000-a";

    fn view(files: InMemory, holding: Holding) -> StoreView {
        let store = OpenedStore { folder: b"/x/y".to_vec(), uri: b"dummy://".to_vec(), holding };
        let files = Rc::new(files);
        StoreView::new(files.clone(), files, &store)
    }

    #[test]
    fn the_folder_is_there_and_nothing_around_it() {
        let io = view(InMemory::new().file("/a", "1"), Holding::Nothing);
        assert!(access::exists(&io, b"/x/y").unwrap() && access::exists(&io, b"/a").unwrap());
        assert!(!access::exists(&io, b"/x").unwrap() && !access::exists(&io, b"/x/y/z").unwrap());
        assert!(access::read_directory(&io, b"/x/y").unwrap().is_empty());
    }

    #[test]
    fn what_the_machine_has_is_seen() {
        let io = view(InMemory::new().file("/x/y/z", "1"), Holding::Nothing);
        assert_eq!(access::read_directory(&io, b"/x/y").unwrap().len(), 1);
    }

    #[test]
    fn what_was_added_is_read_where_it_came_from() {
        let io = view(InMemory::new().file("/src/f", "1"), Holding::Memory);
        let path = StorePath::new(NAME.as_bytes()).unwrap();
        assert!(!io.is_valid(&path));
        let tree = io.tree_at(b"/src");
        io.add(&path, tree, BTreeSet::new());
        assert!(io.is_valid(&path));
        assert_eq!(access::read_file(&io, format!("/x/y/{NAME}/f").as_bytes()).unwrap(), b"1");
        assert!(!access::exists(&io, format!("/x/y/{NAME}/g").as_bytes()).unwrap());
    }

    /// As the reference says with `local?root=…`.
    #[test]
    fn objects_are_in_another_folder() {
        let files = InMemory::new().file(format!("/root/{NAME}/f"), "1");
        let io = view(files, Holding::Folder(b"/root".to_vec()));
        assert!(io.is_valid(&StorePath::new(NAME.as_bytes()).unwrap()));
        assert_eq!(access::read_file(&io, format!("/x/y/{NAME}/f").as_bytes()).unwrap(), b"1");
        let words = |error: Box<Error>| error.plain_message();
        assert_eq!(words(access::exists(&io, b"/x/y/abc").unwrap_err()), "'abc' is too short to be a valid store path");
        assert_eq!(words(access::read_directory(&io, b"/x/y").unwrap_err()), "path '/x/y/' is not in the Nix store");
    }
}
