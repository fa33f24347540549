//! Derivations that this evaluation has made, as far as others that depend on them must know them.

use rustc_hash::FxHashMap;

use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind};
use crate::store::derivation::{DerivationHash, InputHashes};
use crate::store::{StoreDirectory, StorePath};

/// The hashes of all derivations that were instantiated, by path (`drvHashes` of the reference).
#[derive(Default)]
pub struct Instantiated {
    hashes: FxHashMap<StorePath, DerivationHash>,
}

impl Instantiated {
    /// Remembers a derivation.
    pub fn insert(&mut self, path: StorePath, hash: DerivationHash) {
        self.hashes.insert(path, hash);
    }

    /// A look-up of the hashes of inputs.
    pub fn known<'k>(&'k self, store: &'k StoreDirectory) -> Known<'k> {
        Known { instantiated: self, store }
    }
}

/// Looks up hashes of inputs. The store holds no derivation, so a path that was not instantiated is not valid.
pub struct Known<'k> {
    instantiated: &'k Instantiated,
    store: &'k StoreDirectory,
}

impl InputHashes for Known<'_> {
    fn input_hash(&mut self, path: &StorePath) -> Result<&DerivationHash, Box<Error>> {
        self.instantiated.hashes.get(path).ok_or_else(|| not_valid(self.store, path))
    }
}

/// The error of a store that does not hold a derivation.
pub fn not_valid(store: &StoreDirectory, path: &StorePath) -> Box<Error> {
    let shown = store.print(path);
    Error::new(ErrorKind::System, hint("derivation '{}' is not valid", &[shown.as_bytes()]))
}
