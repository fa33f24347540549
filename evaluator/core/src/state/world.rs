//! The outside world as an evaluation sees it.

use std::mem::take;
use std::rc::Rc;

use super::Setup;

use crate::io::built_in::{self, WithBuiltIn};
use crate::io::search_path::{Entry, SearchPath};
use crate::io::{Io, access, paths};
use crate::settings::Home;
use crate::source::SourceMap;
use crate::store::{Holding, OpenedStore, StoreDirectory, StoreView};

/// Files, the store, the environment, the clock, and the search path.
pub struct World {
    /// The file system, with the store in it, as far as the evaluation may look at it.
    pub io: Rc<dyn Io>,
    /// The same: what is valid in the store, and what was added to it.
    pub objects: Rc<StoreView>,
    /// The machine's files, without restrictions, for fetchers.
    pub files: Rc<dyn Io>,
    /// The folder of the store that paths are computed for.
    pub store: StoreDirectory,
    /// That store.
    pub opened: OpenedStore,
    /// Folders that hold store objects by their names, for inputs that are locked by a hash.
    pub input_caches: Vec<Vec<u8>>,
    /// Whether store paths are only computed. If not, what would be written to the store is added to it in this
    /// evaluation, or the store refuses it.
    pub read_only: bool,
    /// The environment that `builtins.getEnv` sees.
    pub environment: Vec<(Vec<u8>, Vec<u8>)>,
    /// The home folder.
    pub home: Rc<Home>,
    /// The folder that relative paths are relative to.
    pub current_dir: Vec<u8>,
    /// The value of `builtins.currentTime`; none for the clock's time.
    pub current_time: Option<i64>,
    /// Entries of the search path.
    pub search_path_entries: Vec<Entry>,
    /// The cache of the search path.
    pub search_path: SearchPath,
}

impl World {
    /// The world that a setup gives, with the reference's own files and the store's folder in it.
    pub(super) fn new(setup: &mut Setup) -> Self {
        let inner = Rc::new(WithBuiltIn(setup.io.clone()));
        let objects = Rc::new(StoreView::new(inner, setup.files.clone(), &setup.store));
        World {
            store: setup.store.directory(),
            io: objects.clone(),
            objects,
            files: setup.files.clone(),
            opened: setup.store.clone(),
            input_caches: take(&mut setup.input_caches),
            read_only: setup.read_only,
            environment: take(&mut setup.environment),
            home: setup.home.clone(),
            current_dir: take(&mut setup.current_dir),
            current_time: setup.current_time,
            search_path_entries: take(&mut setup.search_path),
            search_path: SearchPath::new(),
        }
    }

    /// A source map that reads files again for the excerpts in messages.
    pub(super) fn sources(&self) -> SourceMap {
        let files = self.io.clone();
        // A flake that is being fetched is shown by its place in the store's real folder, where it need not be.
        let real = match &self.opened.holding {
            Holding::Folder(real) => Some((real.clone(), self.opened.folder.clone())),
            _ => None,
        };
        SourceMap::reading_again(Box::new(move |path| {
            let built_in = Some(paths::undisplayed(path)).filter(|inside| *inside != path);
            let built_in = built_in.map(|inside| paths::append(built_in::FOLDER, inside));
            let moved = real.as_ref().and_then(|(real, folder)| Some([folder, path.strip_prefix(&**real)?].concat()));
            access::read_file(&*files, built_in.as_deref().or(moved.as_deref()).unwrap_or(path)).ok()
        }))
    }
}
