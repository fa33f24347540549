//! Experimental features: their names, and which are enabled.

use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind};

macro_rules! features {
    ($($(#[$doc:meta])* $variant:ident $name:literal,)*) => {
        /// An experimental feature of the reference, in the order of its own list.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Feature {
            $($(#[$doc])* $variant,)*
        }

        impl Feature {
            /// All of them.
            pub const ALL: &[Feature] = &[$(Feature::$variant,)*];

            /// The name in `experimental-features`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Feature::$variant => $name,)*
                }
            }
        }
    };
}

features! {
    /// Derivations addressed by their contents.
    CaDerivations "ca-derivations",
    /// Derivations with impure outputs.
    ImpureDerivations "impure-derivations",
    /// Flakes; switches `fetch-tree` on as well.
    Flakes "flakes",
    /// `builtins.fetchTree`
    FetchTree "fetch-tree",
    /// The `nix` command.
    NixCommand "nix-command",
    /// Store objects hashed as Git does.
    GitHashing "git-hashing",
    /// Nix within builds.
    RecursiveNix "recursive-nix",
    /// `builtins.fetchClosure`
    FetchClosure "fetch-closure",
    /// Users for builds, made up as needed.
    AutoAllocateUids "auto-allocate-uids",
    /// Builds in control groups.
    Cgroups "cgroups",
    /// Trust forced on a daemon.
    DaemonTrustOverride "daemon-trust-override",
    /// `builtins.outputOf`, derivations that make derivations.
    DynamicDerivations "dynamic-derivations",
    /// Times in `builtins.fromTOML`.
    ParseTomlTimestamps "parse-toml-timestamps",
    /// A local store that is only read.
    ReadOnlyLocalStore "read-only-local-store",
    /// A store laid over another.
    LocalOverlayStore "local-overlay-store",
    /// The setting `impure-env`.
    ConfigurableImpureEnv "configurable-impure-env",
    /// Stores mounted over SSH.
    MountedSshStore "mounted-ssh-store",
    /// Signed commits in `builtins.fetchGit`.
    VerifiedFetches "verified-fetches",
    /// `|>` and `<|`
    PipeOperators "pipe-operators",
    /// The setting `external-builders`.
    ExternalBuilders "external-builders",
    /// BLAKE3 as a hash algorithm.
    Blake3Hashes "blake3-hashes",
}

impl Feature {
    /// The feature of that name.
    pub fn from_name(name: &[u8]) -> Option<Feature> {
        Feature::ALL.iter().copied().find(|feature| feature.name().as_bytes() == name)
    }
}

/// Which features are switched on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeatureSet(u32);

impl FeatureSet {
    /// Every feature.
    pub const ALL: FeatureSet = FeatureSet(u32::MAX);

    /// Switches `feature` on.
    pub fn insert(&mut self, feature: Feature) {
        self.0 |= 1 << feature as u32;
    }

    /// All that are on in either.
    pub fn union(self, other: FeatureSet) -> FeatureSet {
        FeatureSet(self.0 | other.0)
    }

    /// Whether `feature` is on.
    pub const fn contains(self, feature: Feature) -> bool {
        self.0 & (1 << feature as u32) != 0
    }

    /// Fails with the reference's message if `feature` is disabled.
    pub fn require(self, feature: Feature) -> Result<(), Box<Error>> {
        self.require_for(feature, b"")
    }

    /// Like [`FeatureSet::require`]; the message gives `reason` in brackets.
    pub fn require_for(self, feature: Feature, reason: &[u8]) -> Result<(), Box<Error>> {
        if self.contains(feature) {
            return Ok(());
        }
        let name = feature.name().as_bytes();
        let mut message = hint("experimental Nix feature '{}' is disabled", &[name]);
        if !reason.is_empty() {
            // The one argument that the reference leaves unmarked.
            message.extend_from_slice(&[b" (", reason, b")"].concat());
        }
        message.extend_from_slice(&hint("; add '--extra-experimental-features {}' to enable it", &[name]));
        Err(Error::new(ErrorKind::Evaluation, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors::highlight::filter_escapes;

    fn message(result: Result<(), Box<Error>>) -> String {
        let error = result.unwrap_err();
        String::from_utf8(filter_escapes(&error.message, false).into_owned()).unwrap()
    }

    #[test]
    fn a_disabled_feature_is_named() {
        let mut features = FeatureSet::default();
        assert_eq!(
            message(features.require(Feature::Blake3Hashes)),
            "experimental Nix feature 'blake3-hashes' is disabled; \
             add '--extra-experimental-features blake3-hashes' to enable it"
        );
        assert_eq!(
            message(
                features
                    .require_for(Feature::DynamicDerivations, b"text-hashed derivation 'x', outputHashMode = \"text\"")
            ),
            "experimental Nix feature 'dynamic-derivations' is disabled \
             (text-hashed derivation 'x', outputHashMode = \"text\"); \
             add '--extra-experimental-features dynamic-derivations' to enable it"
        );
        features.insert(Feature::Blake3Hashes);
        assert!(features.require(Feature::Blake3Hashes).is_ok());
        assert!(!features.contains(Feature::CaDerivations));
        assert!(Feature::ALL.iter().all(|feature| FeatureSet::ALL.contains(*feature)));
    }

    #[test]
    fn names_are_their_own() {
        for feature in Feature::ALL {
            assert_eq!(Feature::from_name(feature.name().as_bytes()), Some(*feature));
        }
    }
}
