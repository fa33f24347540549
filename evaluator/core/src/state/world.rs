//! The outside world as an evaluation sees it.

use std::mem::take;
use std::rc::Rc;

use super::Setup;

use crate::io::built_in::{self, WithBuiltIn};
use crate::io::search_path::{Entry, SearchPath};
use crate::io::store_folder::WithStoreFolder;
use crate::io::{Io, access, paths};
use crate::settings::Home;
use crate::source::SourceMap;
use crate::store::StoreDirectory;

/// Files, the store, the environment, the clock, and the search path.
pub struct World {
    /// The file system.
    pub io: Rc<dyn Io>,
    /// The store that paths are computed for.
    pub store: StoreDirectory,
    /// Whether store paths are only computed. If not, everything that would write to the store fails, because our store
    /// accepts nothing.
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
        let folder = setup.settings.store_dir.to_vec();
        World {
            store: StoreDirectory::new(String::from_utf8_lossy(&folder)),
            io: Rc::new(WithStoreFolder { inner: WithBuiltIn(setup.io.clone()), folder }),
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
        SourceMap::reading_again(Box::new(move |path| {
            let built_in = Some(paths::undisplayed(path)).filter(|inside| *inside != path);
            let built_in = built_in.map(|inside| paths::append(built_in::FOLDER, inside));
            access::read_file(&*files, built_in.as_deref().unwrap_or(path)).ok()
        }))
    }
}
