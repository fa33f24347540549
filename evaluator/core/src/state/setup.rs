//! The input of an evaluation, given before it starts.

use std::rc::Rc;

use super::MessageSink;
use crate::errors::log::Logger;
use crate::io::Io;
use crate::io::search_path::Entry;
use crate::settings::{Home, Settings};

/// What is given to an evaluation.
pub struct Setup {
    /// Settings.
    pub settings: Rc<Settings>,
    /// The file system.
    pub io: Rc<dyn Io>,
    /// Where messages go.
    pub messages: Rc<dyn MessageSink>,
    /// In which form.
    pub logger: Logger,
    /// The environment that `builtins.getEnv` sees.
    pub environment: Vec<(Vec<u8>, Vec<u8>)>,
    /// The home folder.
    pub home: Rc<Home>,
    /// The folder that relative paths of the command line are relative to.
    pub current_dir: Vec<u8>,
    /// Entries of the search path, as `-I`, NIX_PATH and the settings give them.
    pub search_path: Vec<Entry>,
    /// Whether nothing is to be written to the store, so that paths are only computed.
    pub read_only: bool,
    /// What `builtins.currentTime` says; the clock's time where it is none.
    pub current_time: Option<i64>,
    /// What is switched off that only makes evaluation faster.
    pub variant: Variant,
}

/// Ways of evaluating that a program cannot tell from the default one: each goes without something that only makes
/// evaluation faster. Where two answers differ there is a bug. The default is everything on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Variant {
    /// Bytecode as plain as the reference's own tree: functions take one argument each, a lambda in a slot is inside a
    /// thunk, and an operator that the parser wrote as a call of a builtin is that call.
    pub plain_bytecode: bool,
    /// Every builtin that can call back does its work in a generator, also where nothing needs it.
    pub generators_only: bool,
    /// `//` copies both sides.
    pub flat_sets: bool,
}
