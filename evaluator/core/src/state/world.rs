//! What an evaluation sees of the world around it.

use std::rc::Rc;

use crate::io::Io;
use crate::io::built_in::WithBuiltIn;
use crate::io::search_path::{Entry, SearchPath};
use crate::store::StoreDirectory;

/// Files, the store, the environment, the clock, and the search path.
pub struct World {
    /// The file system.
    pub io: Rc<dyn Io>,
    /// The store that paths are computed for.
    pub store: StoreDirectory,
    /// Whether paths are only computed. Where not, whatever would write to the store fails, for ours takes nothing.
    pub read_only: bool,
    /// The environment that `builtins.getEnv` sees.
    pub environment: Vec<(Vec<u8>, Vec<u8>)>,
    /// The folder that relative paths are relative to.
    pub current_dir: Vec<u8>,
    /// What `builtins.currentTime` says, where it is not the clock's time.
    pub current_time: Option<i64>,
    /// Entries of the search path.
    pub search_path_entries: Vec<Entry>,
    /// What has been found on it.
    pub search_path: SearchPath,
}

impl World {
    /// The world with the reference's own files in it.
    pub(super) fn new(
        io: Rc<dyn Io>,
        read_only: bool,
        environment: Vec<(Vec<u8>, Vec<u8>)>,
        current_dir: Vec<u8>,
        current_time: Option<i64>,
        search_path_entries: Vec<Entry>,
    ) -> Self {
        World {
            io: Rc::new(WithBuiltIn(io)),
            store: StoreDirectory::default(),
            read_only,
            environment,
            current_dir,
            current_time,
            search_path_entries,
            search_path: SearchPath::new(),
        }
    }
}
