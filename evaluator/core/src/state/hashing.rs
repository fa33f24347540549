//! Hashes what may be large, and notices meanwhile that the evaluation must stop.

use super::{Limits, State};
use crate::errors::Failure;
use crate::hash::{Algorithm, Hash, Hasher};
use crate::store::nar::Sink;

/// A hash in the making. Once the evaluation must stop, it takes no more.
pub(crate) struct Hashing<'s> {
    hasher: Hasher,
    limits: &'s Limits,
    stopped: Result<(), Failure>,
}

impl Sink for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) {
        if self.stopped.is_ok() {
            self.stopped = self.limits.in_pieces(bytes, |piece| self.hasher.update(piece));
        }
    }
}

impl Hashing<'_> {
    /// The hash of all that was written, and how many bytes that was.
    ///
    /// # Errors
    /// The evaluation had to stop.
    pub(crate) fn finish(self) -> Result<(Hash, u64), Failure> {
        let length = self.hasher.length();
        self.stopped.map(|()| (self.hasher.finish(), length))
    }
}

impl State<'_> {
    /// A hash in the making.
    pub(crate) fn hashing(&self, algorithm: Algorithm) -> Hashing<'_> {
        Hashing { hasher: Hasher::new(algorithm), limits: &self.limits, stopped: Ok(()) }
    }

    /// The hash of `bytes`.
    ///
    /// # Errors
    /// The evaluation must stop.
    pub(crate) fn hash(&self, algorithm: Algorithm, bytes: &[u8]) -> Result<Hash, Failure> {
        let mut hashing = self.hashing(algorithm);
        hashing.write(bytes);
        hashing.finish().map(|(hash, _)| hash)
    }
}
