//! The input of an evaluation, given before it starts.

use std::rc::Rc;

use super::MessageSink;
use crate::errors::log::Logger;
use crate::io::Io;
use crate::io::search_path::Entry;
use crate::settings::{Home, Settings};
use crate::store::OpenedStore;

/// The input of an evaluation.
pub struct Setup {
    /// Settings.
    pub settings: Rc<Settings>,
    /// The file system, as far as the evaluation may look at it.
    pub io: Rc<dyn Io>,
    /// The file system without restrictions.
    pub files: Rc<dyn Io>,
    /// Folders that hold store objects by their names, for inputs that are locked by a hash.
    pub input_caches: Vec<Vec<u8>>,
    /// The store.
    pub store: OpenedStore,
    /// The receiver of messages.
    pub messages: Rc<dyn MessageSink>,
    /// The format of messages.
    pub logger: Logger,
    /// The environment that `builtins.getEnv` sees.
    pub environment: Vec<(Vec<u8>, Vec<u8>)>,
    /// The home folder.
    pub home: Rc<Home>,
    /// The folder of relative paths on the command line.
    pub current_dir: Vec<u8>,
    /// Entries of the search path, from `-I`, NIX_PATH and the settings.
    pub search_path: Vec<Entry>,
    /// Whether store paths are only computed and nothing is written to the store.
    pub read_only: bool,
    /// The value of `builtins.currentTime`; none for the clock's time.
    pub current_time: Option<i64>,
    /// Optimisations that are switched off.
    pub variant: Variant,
}

/// Variants of evaluation, each without one optimisation. A program cannot tell them apart, so different answers show a
/// bug. The default has all optimisations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Variant {
    /// Bytecode as plain as the reference's tree: functions take one argument each, a lambda in a slot is inside a
    /// thunk, and an operator that the parser turned into a call of a builtin is that call.
    pub plain_bytecode: bool,
    /// Every builtin that can call back runs as a generator, even where its fast path would succeed.
    pub generators_only: bool,
    /// `//` copies both sides.
    pub flat_sets: bool,
}
