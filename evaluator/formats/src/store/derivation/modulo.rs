//! The hash that input-addressed output paths are made of (`hashDerivationModulo`): the derivation's hash, with each
//! input derivation replaced by its own such hash. So the origin of a fixed output does not matter.

use std::collections::BTreeMap;

use super::{Derivation, DerivationKind, DerivationOutput, InputOutputs, fixed_output_path};
use crate::errors::Error;
use crate::hash::{Algorithm, Hash, HashFormat};
use crate::store::failure;
use crate::store::path::{StoreDirectory, StorePath};

/// The hashes that stand for a derivation in those that depend on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DerivationHash {
    /// The hash; the same for every output.
    pub hash: Hash,
    /// The names of the outputs, sorted.
    pub outputs: Vec<Vec<u8>>,
    /// Whether output paths are unknown until inputs are built.
    pub deferred: bool,
}

/// The source of hashes of input derivations: a cache, which may read derivations that it does not have.
pub trait InputHashes {
    /// The hash of the derivation at `path` without masked outputs. Fails where there is no such derivation.
    fn input_hash(&mut self, path: &StorePath) -> Result<&DerivationHash, Box<Error>>;
}

impl Derivation {
    /// The hash that stands for this derivation. With `mask_outputs`, it is the one for its own output paths.
    pub fn hash_modulo(
        &self,
        store: &StoreDirectory,
        inputs: &mut dyn InputHashes,
        mask_outputs: bool,
    ) -> Result<DerivationHash, Box<Error>> {
        let kind = self.kind()?;
        let outputs = self.outputs.keys().cloned().collect();
        if let (DerivationKind::ContentAddressed { fixed: true }, Some((name, DerivationOutput::Fixed(address)))) =
            (kind, self.outputs.first_key_value())
        {
            let path = fixed_output_path(store, address, &self.name, name)?;
            let text = format!(
                "fixed:out:{}:{}:{}",
                address.method_and_algorithm(),
                address.hash.to_text(HashFormat::Base16, false),
                store.print(&path)
            );
            return Ok(DerivationHash { hash: Hash::of(Algorithm::Sha256, text.as_bytes()), outputs, deferred: false });
        }
        let mut deferred = !matches!(kind, DerivationKind::InputAddressed { .. });
        let mut replaced: BTreeMap<String, InputOutputs> = BTreeMap::new();
        for (path, needed) in &self.input_derivations {
            let input = inputs.input_hash(path)?;
            deferred |= input.deferred;
            for output in &needed.outputs {
                if !input.outputs.contains(output) {
                    return Err(failure(&[b"no hash for output '", output, b"' of derivation '", &self.name, b"'"]));
                }
                let hash = input.hash.to_text(HashFormat::Base16, false);
                replaced.entry(hash).or_default().outputs.insert(output.clone());
            }
        }
        let text = self.unparse_with_inputs(store, mask_outputs, &replaced)?;
        Ok(DerivationHash { hash: Hash::of(Algorithm::Sha256, &text), outputs, deferred })
    }
}
