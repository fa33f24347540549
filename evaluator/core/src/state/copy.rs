//! Copies a path to the store, as far as a program can see it: computes its store path. Nothing is written.

use super::State;
use crate::errors::highlight::hint;
use crate::errors::log::Verbosity;
use crate::errors::{Error, ErrorKind, Failure};
use crate::hash::{Algorithm, Hash};
use crate::io::access::{self, Resolution};
use crate::io::{FileKind, Io, paths};
use crate::store::content_address::{ContentAddress, Method};
use crate::store::nar::{self, Node, Tree};
use crate::value::{Context, StringParts};

/// The file system as the NAR writer sees it; handles are paths.
struct FileTree<'i, 'h> {
    io: &'i dyn Io,
    state: &'i State<'h>,
}

impl Tree for FileTree<'_, '_> {
    type Handle = Vec<u8>;

    fn node(&mut self, path: &Vec<u8>) -> Result<Node<Vec<u8>>, Box<Error>> {
        self.state.limits.check_stop_without_trace()?;
        let metadata = access::metadata(self.io, path)?;
        Ok(match metadata.kind {
            FileKind::Regular => {
                Node::File { executable: metadata.executable, contents: self.state.read_file_of(self.io, path)? }
            }
            FileKind::Symlink => Node::Symlink { target: access::read_link(self.io, path)? },
            FileKind::Directory => {
                let names = access::read_directory(self.io, path)?.into_iter().map(|entry| entry.name);
                let displayed = |name: &[u8]| paths::displayed(&paths::join(path, name)).to_vec();
                let entries = nar::names_in_nar(names, self.state.settings.use_case_hack, displayed)?;
                Node::Directory {
                    entries: entries.into_iter().map(|(name, on_disk)| (name, paths::join(path, &on_disk))).collect(),
                }
            }
            FileKind::Unknown => {
                return Err(Error::new(ErrorKind::System, hint("file '{}' has an unsupported type", &[path])));
            }
        })
    }

    fn display(&self, path: &Vec<u8>) -> Vec<u8> {
        path.clone()
    }
}

impl<'h> State<'h> {
    /// The hash of the NAR of a file or folder, and the NAR's length.
    pub(super) fn hash_tree(&self, io: &dyn Io, path: &[u8]) -> Result<(Hash, u64), Failure> {
        let mut tree = FileTree { io, state: self };
        nar::write_tree(&mut tree, path.to_vec(), self.hashing(Algorithm::Sha256))?.finish()
    }

    /// The store path of a path that becomes part of a string, and the string's context.
    pub fn copy_path_to_store(&self, path: &[u8]) -> Result<StringParts<'h>, Failure> {
        if path.ends_with(b".drv") {
            let message = hint("file names are not allowed to end in '{}'", &[b".drv"]);
            return Err(Error::new(ErrorKind::Evaluation, message).into());
        }
        let cached = self.caches.copied_paths.borrow().get(path).cloned();
        let store_path = match cached {
            Some(store_path) => store_path,
            None => {
                let resolved = access::resolve_symlinks(&*self.world.io, path, Resolution::Ancestors)?;
                let name = paths::name_in_store(path);
                let activity = self.begin_copying(&resolved);
                let is_kept = self.keeps_what_is_added("addToStoreFromDump")?;
                let (hash, length) = self.hash_tree(&*self.world.io, &resolved)?;
                self.warn_of_large_path(&resolved, length);
                let address = ContentAddress { method: Method::NixArchive, hash };
                let store_path = self.world.store.make_content_addressed(name, &address, &Default::default())?;
                self.log_hashed(&resolved, &store_path, &address.hash);
                if is_kept {
                    self.add_object(&store_path, self.world.objects.tree_at(&resolved), Default::default());
                }
                drop(activity);
                self.log(Verbosity::Chatty, || {
                    let store_path = self.world.store.print(&store_path);
                    [b"copied source '", &*paths::displayed(path), b"' -> '", store_path.as_bytes(), b"'"].concat()
                });
                self.caches.copied_paths.borrow_mut().insert(path.to_vec(), store_path.clone());
                store_path
            }
        };
        let printed = self.world.store.print(&store_path);
        let context = Context::EMPTY.with(self.heap, store_path.base_name().as_bytes());
        Ok((self.heap.copy_slice(printed.as_bytes()), context))
    }
}
