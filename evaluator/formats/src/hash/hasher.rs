//! Computes hashes, at once or piece by piece.

use sha2::Digest as _;

use super::{Algorithm, Hash};

/// A hash in the making.
#[derive(Clone, Debug)]
pub struct Hasher {
    state: State,
    length: u64,
}

#[derive(Clone, Debug)]
enum State {
    Md5(md5::Md5),
    Sha1(sha1::Sha1),
    Sha256(sha2::Sha256),
    Sha512(sha2::Sha512),
    Blake3(Box<blake3::Hasher>),
}

impl Hasher {
    /// A hasher that has seen nothing.
    pub fn new(algorithm: Algorithm) -> Self {
        let state = match algorithm {
            Algorithm::Md5 => State::Md5(md5::Md5::new()),
            Algorithm::Sha1 => State::Sha1(sha1::Sha1::new()),
            Algorithm::Sha256 => State::Sha256(sha2::Sha256::new()),
            Algorithm::Sha512 => State::Sha512(sha2::Sha512::new()),
            Algorithm::Blake3 => State::Blake3(Box::default()),
        };
        Hasher { state, length: 0 }
    }

    /// Adds `data` to what is hashed.
    pub fn update(&mut self, data: &[u8]) {
        self.length += data.len() as u64;
        match &mut self.state {
            State::Md5(state) => state.update(data),
            State::Sha1(state) => state.update(data),
            State::Sha256(state) => state.update(data),
            State::Sha512(state) => state.update(data),
            State::Blake3(state) => {
                state.update(data);
            }
        }
    }

    /// How many bytes were hashed so far.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The hash of all that was added.
    pub fn finish(self) -> Hash {
        match self.state {
            State::Md5(state) => Hash::from_digest(Algorithm::Md5, &state.finalize()),
            State::Sha1(state) => Hash::from_digest(Algorithm::Sha1, &state.finalize()),
            State::Sha256(state) => Hash::from_digest(Algorithm::Sha256, &state.finalize()),
            State::Sha512(state) => Hash::from_digest(Algorithm::Sha512, &state.finalize()),
            State::Blake3(state) => Hash::from_digest(Algorithm::Blake3, state.finalize().as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::HashFormat;

    #[test]
    fn digests_of_abc() {
        let check = |algorithm, expected: &str| {
            assert_eq!(Hash::of(algorithm, b"abc").to_text(HashFormat::Base16, false), expected);
            let mut hasher = Hasher::new(algorithm);
            hasher.update(b"a");
            hasher.update(b"");
            hasher.update(b"bc");
            assert_eq!(hasher.length(), 3);
            assert_eq!(hasher.finish(), Hash::of(algorithm, b"abc"));
        };
        check(Algorithm::Md5, "900150983cd24fb0d6963f7d28e17f72");
        check(Algorithm::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d");
        check(Algorithm::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        check(
            Algorithm::Sha512,
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
             2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        );
        check(Algorithm::Blake3, "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85");
    }
}
