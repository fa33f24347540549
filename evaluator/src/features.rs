//! The reference's experimental features, as far as evaluation can meet them, and its complaint about a disabled one.

use crate::errors::{Error, ErrorKind};

/// One experimental feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Feature {
    /// BLAKE3 as a hash algorithm.
    Blake3Hashes,
    /// Floating content-addressed outputs.
    CaDerivations,
    /// Derivations that make derivations; text-hashed outputs.
    DynamicDerivations,
    /// `builtins.fetchTree`
    FetchTree,
    /// `builtins.fetchClosure`
    FetchClosure,
    /// `builtins.getFlake` and its like.
    Flakes,
    /// Git's hashes as a file ingestion method.
    GitHashing,
    /// Impure outputs.
    ImpureDerivations,
    /// Timestamps in `builtins.fromTOML`.
    ParseTomlTimestamps,
    /// `|>` and `<|`
    PipeOperators,
    /// `verifyCommit` and its like in `builtins.fetchGit`.
    VerifiedFetches,
}

impl Feature {
    const ALL: [Feature; 11] = [
        Feature::Blake3Hashes,
        Feature::CaDerivations,
        Feature::DynamicDerivations,
        Feature::FetchTree,
        Feature::FetchClosure,
        Feature::Flakes,
        Feature::GitHashing,
        Feature::ImpureDerivations,
        Feature::ParseTomlTimestamps,
        Feature::PipeOperators,
        Feature::VerifiedFetches,
    ];

    /// Its name in settings and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Feature::Blake3Hashes => "blake3-hashes",
            Feature::CaDerivations => "ca-derivations",
            Feature::DynamicDerivations => "dynamic-derivations",
            Feature::FetchTree => "fetch-tree",
            Feature::FetchClosure => "fetch-closure",
            Feature::Flakes => "flakes",
            Feature::GitHashing => "git-hashing",
            Feature::ImpureDerivations => "impure-derivations",
            Feature::ParseTomlTimestamps => "parse-toml-timestamps",
            Feature::PipeOperators => "pipe-operators",
            Feature::VerifiedFetches => "verified-fetches",
        }
    }

    /// The feature of that name, if evaluation can meet it.
    pub fn from_name(name: &str) -> Option<Feature> {
        Feature::ALL.into_iter().find(|feature| feature.name() == name)
    }
}

/// Which features are enabled; by default none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features(u16);

impl Features {
    /// Every feature.
    pub const ALL: Features = Features(u16::MAX);

    /// Enables `feature`.
    pub fn enable(&mut self, feature: Feature) {
        self.0 |= 1 << feature as u8;
    }

    /// Whether `feature` is enabled.
    pub fn is_enabled(self, feature: Feature) -> bool {
        self.0 & 1 << feature as u8 != 0
    }

    /// Fails with the reference's message unless `feature` is enabled.
    pub fn require(self, feature: Feature) -> Result<(), Box<Error>> {
        self.require_for(feature, b"")
    }

    /// Like [`Features::require`]; the message says in brackets what the feature is needed for.
    pub fn require_for(self, feature: Feature, reason: &[u8]) -> Result<(), Box<Error>> {
        if self.is_enabled(feature) {
            return Ok(());
        }
        let name = feature.name();
        let mut message = format!("experimental Nix feature '{name}' is disabled").into_bytes();
        if !reason.is_empty() {
            message.extend_from_slice(b" (");
            message.extend_from_slice(reason);
            message.push(b')');
        }
        message.extend_from_slice(format!("; add '--extra-experimental-features {name}' to enable it").as_bytes());
        Err(Error::new(ErrorKind::Evaluation, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disabled_feature_is_named() {
        let mut features = Features::default();
        let error = features.require(Feature::Blake3Hashes).unwrap_err();
        assert_eq!(
            String::from_utf8_lossy(&error.message),
            "experimental Nix feature 'blake3-hashes' is disabled; \
             add '--extra-experimental-features blake3-hashes' to enable it"
        );
        let error = features
            .require_for(Feature::DynamicDerivations, b"text-hashed derivation 'x', outputHashMode = \"text\"")
            .unwrap_err();
        assert_eq!(
            String::from_utf8_lossy(&error.message),
            "experimental Nix feature 'dynamic-derivations' is disabled \
             (text-hashed derivation 'x', outputHashMode = \"text\"); \
             add '--extra-experimental-features dynamic-derivations' to enable it"
        );
        features.enable(Feature::Blake3Hashes);
        assert!(features.require(Feature::Blake3Hashes).is_ok());
        assert!(!features.is_enabled(Feature::CaDerivations));
    }

    #[test]
    fn names_are_their_own() {
        for feature in Feature::ALL {
            assert_eq!(Feature::from_name(feature.name()), Some(feature));
        }
    }
}
