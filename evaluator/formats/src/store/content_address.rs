//! Content addresses: how a file tree is serialised, and the hash of that (`libstore/content-address.cc`).

use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind};
use crate::hash::{Algorithm, Hash};
use crate::settings::{Feature, FeatureSet};

/// How a file tree is serialised before hashing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The contents of a single file, as text that may refer to other paths.
    Text,
    /// The contents of a single file.
    Flat,
    /// The NAR of the tree.
    NixArchive,
    /// Git's objects, behind an experimental feature.
    Git,
}

impl Method {
    /// The prefix before the algorithm in derivations and fingerprints.
    pub const fn prefix(self) -> &'static str {
        match self {
            Method::Text => "text:",
            Method::Flat => "",
            Method::NixArchive => "r:",
            Method::Git => "git:",
        }
    }

    /// The method called `name` in attributes such as `outputHashMode`; none for any other name. The older name
    /// `recursive` is not among them.
    pub fn from_name(name: &[u8]) -> Option<Method> {
        match name {
            b"text" => Some(Method::Text),
            b"flat" => Some(Method::Flat),
            b"nar" => Some(Method::NixArchive),
            b"git" => Some(Method::Git),
            _ => None,
        }
    }

    /// Takes the prefix off `text` (`ContentAddressMethod::parsePrefix`). Fails for Git's if its feature is disabled.
    pub fn take_prefix(text: &[u8], features: FeatureSet) -> Result<(Method, &[u8]), Box<Error>> {
        for method in [Method::NixArchive, Method::Git, Method::Text] {
            if let Some(rest) = text.strip_prefix(method.prefix().as_bytes()) {
                if method == Method::Git {
                    features.require(Feature::GitHashing)?;
                }
                return Ok((method, rest));
            }
        }
        Ok((Method::Flat, text))
    }
}

/// A method and the hash it led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContentAddress {
    /// The method.
    pub method: Method,
    /// The hash.
    pub hash: Hash,
}

impl ContentAddress {
    /// The method's prefix and the algorithm, as derivations have them (`printMethodAlgo`).
    pub fn method_and_algorithm(&self) -> String {
        method_and_algorithm(self.method, self.hash.algorithm)
    }
}

/// A method's prefix and an algorithm, as derivations have them.
pub fn method_and_algorithm(method: Method, algorithm: Algorithm) -> String {
    format!("{}{}", method.prefix(), algorithm.name())
}

/// Fails as the reference does if the value of `outputHashMode` is no method, or one whose feature is disabled.
/// `derivation` is the name of the derivation.
pub fn parse_output_hash_mode(mode: &[u8], derivation: &[u8], features: FeatureSet) -> Result<Method, Box<Error>> {
    let method = match mode {
        b"recursive" => Method::NixArchive,
        _ => Method::from_name(mode).ok_or_else(|| {
            Error::new(ErrorKind::Evaluation, hint("invalid value '{}' for 'outputHashMode' attribute", &[mode]))
        })?,
    };
    match method {
        Method::Text => features.require_for(
            Feature::DynamicDerivations,
            &[b"text-hashed derivation '", derivation, b"', outputHashMode = \"text\""].concat(),
        )?,
        Method::Git => features.require(Feature::GitHashing)?,
        Method::Flat | Method::NixArchive => {}
    }
    Ok(method)
}
