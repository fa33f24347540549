//! Hashes: algorithms, computing, writing and reading (`libutil/hash.cc`).

mod encoding;
mod hasher;
mod parse;

pub use encoding::{base16, base64, nix32};
pub use hasher::Hasher;

use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind};
use crate::settings::{Feature, FeatureSet};

/// A hash algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// MD5
    Md5,
    /// SHA-1
    Sha1,
    /// SHA-256
    Sha256,
    /// SHA-512
    Sha512,
    /// BLAKE3, behind an experimental feature.
    Blake3,
}

impl Algorithm {
    /// Its name in hashes and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Algorithm::Md5 => "md5",
            Algorithm::Sha1 => "sha1",
            Algorithm::Sha256 => "sha256",
            Algorithm::Sha512 => "sha512",
            Algorithm::Blake3 => "blake3",
        }
    }

    /// The bytes of its digest.
    pub const fn size(self) -> usize {
        match self {
            Algorithm::Md5 => 16,
            Algorithm::Sha1 => 20,
            Algorithm::Sha256 | Algorithm::Blake3 => 32,
            Algorithm::Sha512 => 64,
        }
    }

    /// The algorithm with this name, or none (`parseHashAlgoOpt`). Fails if the algorithm's feature is disabled.
    pub fn from_name_optional(name: &[u8], features: FeatureSet) -> Result<Option<Algorithm>, Box<Error>> {
        Ok(Some(match name {
            b"md5" => Algorithm::Md5,
            b"sha1" => Algorithm::Sha1,
            b"sha256" => Algorithm::Sha256,
            b"sha512" => Algorithm::Sha512,
            b"blake3" => {
                features.require(Feature::Blake3Hashes)?;
                Algorithm::Blake3
            }
            _ => return Ok(None),
        }))
    }

    /// The algorithm with this name (`parseHashAlgo`). Fails with a usage error for any other name.
    pub fn from_name(name: &[u8], features: FeatureSet) -> Result<Algorithm, Box<Error>> {
        Algorithm::from_name_optional(name, features)?.ok_or_else(|| {
            let words = "unknown hash algorithm '{}', expect 'blake3', 'md5', 'sha1', 'sha256', or 'sha512'";
            Error::new(ErrorKind::Usage, hint(words, &[name]))
        })
    }
}

/// How a hash is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashFormat {
    /// Hexadecimal.
    Base16,
    /// Nix's own base 32.
    Nix32,
    /// Base 64 with padding.
    Base64,
    /// The algorithm, a dash, and base 64.
    Sri,
}

impl HashFormat {
    /// The format with this name (`parseHashFormat`). `base32` is accepted, but see [`HashFormat::is_deprecated_name`].
    /// Fails with a usage error for any other name.
    pub fn from_name(name: &[u8]) -> Result<HashFormat, Box<Error>> {
        match name {
            b"base16" => Ok(HashFormat::Base16),
            b"nix32" | b"base32" => Ok(HashFormat::Nix32),
            b"base64" => Ok(HashFormat::Base64),
            b"sri" => Ok(HashFormat::Sri),
            _ => {
                let words = "unknown hash format '{}', expect 'base16', 'base32', 'base64', or 'sri'";
                Err(Error::new(ErrorKind::Usage, hint(words, &[name])))
            }
        }
    }

    /// Whether the reference warns about this name: `"base32" is a deprecated alias for hash format "nix32".`
    pub fn is_deprecated_name(name: &[u8]) -> bool {
        name == b"base32"
    }
}

/// A hash: an algorithm and its digest, or the digest that [`Hash::compressed`] has shortened.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash {
    /// The algorithm.
    pub algorithm: Algorithm,
    size: u8,
    bytes: [u8; 64],
}

impl std::fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.to_text(HashFormat::Base16, true))
    }
}

impl Hash {
    /// The hash of `data`.
    pub fn of(algorithm: Algorithm, data: &[u8]) -> Hash {
        let mut hasher = Hasher::new(algorithm);
        hasher.update(data);
        hasher.finish()
    }

    /// A hash with this digest; `digest` must be as long as the algorithm's digests are.
    pub fn from_digest(algorithm: Algorithm, digest: &[u8]) -> Hash {
        assert_eq!(digest.len(), algorithm.size(), "a {} digest", algorithm.name());
        let mut bytes = [0; 64];
        bytes[..digest.len()].copy_from_slice(digest);
        Hash { algorithm, size: digest.len() as u8, bytes }
    }

    /// The digest.
    pub fn digest(&self) -> &[u8] {
        &self.bytes[..usize::from(self.size)]
    }

    /// The digest folded into `size` bytes by exclusive or (`compressHash`).
    pub fn compressed(&self, size: usize) -> Hash {
        let mut bytes = [0; 64];
        for (index, byte) in self.digest().iter().enumerate() {
            bytes[index % size] ^= byte;
        }
        Hash { algorithm: self.algorithm, size: size as u8, bytes }
    }

    /// The hash in `format`, after its algorithm and a colon if `with_algorithm` is set (SRI always has its own
    /// prefix).
    pub fn to_text(&self, format: HashFormat, with_algorithm: bool) -> String {
        let name = self.algorithm.name();
        let digest = match format {
            HashFormat::Base16 => base16::encode(self.digest()),
            HashFormat::Nix32 => nix32::encode(self.digest()),
            HashFormat::Base64 | HashFormat::Sri => base64::encode(self.digest()),
        };
        match format {
            HashFormat::Sri => format!("{name}-{digest}"),
            _ if with_algorithm => format!("{name}:{digest}"),
            _ => digest,
        }
    }
}
