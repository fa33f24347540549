//! A store that an evaluation uses: where its paths are, and what it holds and takes. None is ever written to.

use super::path::{StoreDirectory, StorePath};
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind};

/// What a store holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holding {
    /// Nothing, and it takes nothing.
    Nothing,
    /// Only what is added in this evaluation.
    Memory,
    /// What is in this folder of the machine, and what is added in this evaluation.
    Folder(Vec<u8>),
    /// Nobody knows: nothing listens at this socket.
    Unreachable(Vec<u8>),
}

/// A store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedStore {
    /// The folder that its paths name.
    pub folder: Vec<u8>,
    /// What messages call it.
    pub uri: Vec<u8>,
    /// What it holds.
    pub holding: Holding,
}

impl Default for OpenedStore {
    /// The reference's `dummy://`.
    fn default() -> OpenedStore {
        OpenedStore { folder: b"/nix/store".to_vec(), uri: b"dummy://".to_vec(), holding: Holding::Nothing }
    }
}

impl OpenedStore {
    /// Fails if the store does not take what `operation` would add.
    pub fn require_taking(&self, operation: &str) -> Result<(), Box<Error>> {
        match &self.holding {
            Holding::Memory | Holding::Folder(_) => Ok(()),
            Holding::Nothing => {
                let words = "operation '{}' is not supported by store '{}'";
                Err(Error::new(ErrorKind::System, hint(words, &[operation.as_bytes(), &self.uri])))
            }
            Holding::Unreachable(_) => Err(self.unreachable()),
        }
    }

    /// Fails if nothing answers questions about the store.
    pub fn require_reachable(&self) -> Result<(), Box<Error>> {
        match self.holding {
            Holding::Unreachable(_) => Err(self.unreachable()),
            _ => Ok(()),
        }
    }

    fn unreachable(&self) -> Box<Error> {
        let Holding::Unreachable(socket) = &self.holding else { unreachable!("the caller has looked") };
        let words = "cannot connect to socket at '{}': {}";
        Error::new(ErrorKind::System, hint(words, &[socket, b"No such file or directory"]))
    }

    /// The store's folder, for work on paths.
    pub fn directory(&self) -> StoreDirectory {
        StoreDirectory::new(String::from_utf8_lossy(&self.folder))
    }

    /// Whether derivations may not be added as other files are: only a store in memory refuses that.
    pub fn refuses_derivations_as_files(&self) -> bool {
        matches!(self.holding, Holding::Nothing | Holding::Memory)
    }

    /// The error for a path that is needed and not valid, where nothing can be built or downloaded.
    pub fn cannot_be_had(&self, path: &StorePath) -> Box<Error> {
        let words = "path '{}' is required, but there is no substituter that can build it";
        Error::new(ErrorKind::System, hint(words, &[self.directory().print(path).as_bytes()]))
    }
}
