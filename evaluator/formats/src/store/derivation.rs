//! Store derivations: their fields, their kinds, and the paths that follow from them (`libstore/derivations.cc`).

mod aterm;
mod instantiated;
mod modulo;
mod reader;

use std::collections::{BTreeMap, BTreeSet};

pub use instantiated::{Instantiated, Known, not_valid};
pub use modulo::{DerivationHash, InputHashes};

use super::content_address::{ContentAddress, Method};
use super::context::DerivedPath;
use super::failure;
use super::path::{DERIVATION_SUFFIX, StoreDirectory, StorePath, output_path_name};
use crate::errors::Error;
use crate::format::json;
use crate::hash::{Algorithm, Hash};

/// The environment variable that holds structured attributes in a written derivation.
pub const STRUCTURED_ATTRIBUTES_VARIABLE: &[u8] = b"__json";

/// An output, as far as it is known before it is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DerivationOutput {
    /// Its path, which follows from the inputs.
    InputAddressed(StorePath),
    /// Its contents, and so its path.
    Fixed(ContentAddress),
    /// How its contents will give its path.
    Floating {
        /// How contents become bytes.
        method: Method,
        /// How bytes become a hash.
        algorithm: Algorithm,
    },
    /// No path yet, because it depends on floating outputs.
    Deferred,
    /// Its contents will give its path, anew with each build.
    Impure {
        /// How contents become bytes.
        method: Method,
        /// How bytes become a hash.
        algorithm: Algorithm,
    },
}

impl DerivationOutput {
    /// The path of the output, if it is known. `output` is an output of the derivation named `name`.
    pub fn path(&self, store: &StoreDirectory, name: &[u8], output: &[u8]) -> Result<Option<StorePath>, Box<Error>> {
        match self {
            DerivationOutput::InputAddressed(path) => Ok(Some(path.clone())),
            DerivationOutput::Fixed(address) => fixed_output_path(store, address, name, output).map(Some),
            DerivationOutput::Floating { .. } | DerivationOutput::Deferred | DerivationOutput::Impure { .. } => {
                Ok(None)
            }
        }
    }
}

/// The path of an output with fixed contents. Fails if the name does not make a valid path.
pub fn fixed_output_path(
    store: &StoreDirectory,
    address: &ContentAddress,
    name: &[u8],
    output: &[u8],
) -> Result<StorePath, Box<Error>> {
    store.make_content_addressed(&output_path_name(name, output), address, &BTreeSet::new())
}

/// The needed outputs of one derivation, and of derivations that are outputs of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputOutputs {
    /// Outputs needed as they are.
    pub outputs: BTreeSet<Vec<u8>>,
    /// Outputs that are derivations, with their needed outputs.
    pub dynamic: BTreeMap<Vec<u8>, InputOutputs>,
}

/// The kind of a derivation, which follows from its outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DerivationKind {
    /// Output paths follow from the inputs.
    InputAddressed {
        /// Whether output paths are unknown until inputs are built.
        deferred: bool,
    },
    /// Output paths follow from the contents.
    ContentAddressed {
        /// Whether those are known beforehand.
        fixed: bool,
    },
    /// Each build gives its own.
    Impure,
}

/// A store derivation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Derivation {
    /// Its name, without `.drv`.
    pub name: Vec<u8>,
    /// Its outputs.
    pub outputs: BTreeMap<Vec<u8>, DerivationOutput>,
    /// The derivations it needs outputs of.
    pub input_derivations: BTreeMap<StorePath, InputOutputs>,
    /// The store objects it needs.
    pub input_sources: BTreeSet<StorePath>,
    /// The system it is built on.
    pub platform: Vec<u8>,
    /// The program that builds it.
    pub builder: Vec<u8>,
    /// The program's arguments.
    pub arguments: Vec<Vec<u8>>,
    /// The builder's environment, without structured attributes.
    pub environment: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Structured attributes as normalised JSON text of an object.
    pub structured_attributes: Option<Vec<u8>>,
}

impl Derivation {
    /// Notes that `output` of `derivation` is needed.
    pub fn add_input(&mut self, derivation: &DerivedPath, output: &[u8]) {
        let mut path = derivation;
        let mut outputs = Vec::new();
        let base = loop {
            match path {
                DerivedPath::Opaque(base) => break base,
                DerivedPath::Built { derivation, output } => {
                    outputs.push(output);
                    path = derivation;
                }
            }
        };
        let mut node = self.input_derivations.entry(base.clone()).or_default();
        while let Some(dynamic) = outputs.pop() {
            node = node.dynamic.entry(dynamic.to_vec()).or_default();
        }
        node.outputs.insert(output.to_vec());
    }

    /// Sets the structured attributes from the JSON text of an attribute `__json`. Fails with the reference's message
    /// if it is not a JSON object.
    pub fn set_structured_attributes(&mut self, text: &[u8]) -> Result<(), Box<Error>> {
        match json::normalise_object(text) {
            Ok(normalised) => {
                self.structured_attributes = Some(normalised);
                Ok(())
            }
            Err(error) => Err(failure(&[b"cannot process __json attribute: ", &error.message()])),
        }
    }

    /// The kind of the derivation. Fails if its outputs are of kinds that cannot be combined.
    pub fn kind(&self) -> Result<DerivationKind, Box<Error>> {
        let mut kind = None;
        let mut floating_algorithm = None;
        for (name, output) in &self.outputs {
            let new = match output {
                DerivationOutput::InputAddressed(_) => DerivationKind::InputAddressed { deferred: false },
                DerivationOutput::Deferred => DerivationKind::InputAddressed { deferred: true },
                DerivationOutput::Fixed(_) => DerivationKind::ContentAddressed { fixed: true },
                DerivationOutput::Floating { .. } => DerivationKind::ContentAddressed { fixed: false },
                DerivationOutput::Impure { .. } => DerivationKind::Impure,
            };
            match kind {
                None => kind = Some(new),
                Some(old) if old != new => return Err(failure(&[b"can't mix derivation output types"])),
                Some(DerivationKind::ContentAddressed { fixed: true }) => {
                    return Err(failure(&[b"only one fixed output is allowed for now"]));
                }
                Some(_) => {}
            }
            match output {
                DerivationOutput::Fixed(_) if name != b"out" => {
                    return Err(failure(&[b"single fixed output must be named \"out\""]));
                }
                DerivationOutput::Floating { algorithm, .. }
                    if *floating_algorithm.get_or_insert(*algorithm) != *algorithm =>
                {
                    return Err(failure(&[b"all floating outputs must use the same hash algorithm"]));
                }
                _ => {}
            }
        }
        kind.ok_or_else(|| failure(&[b"must have at least one output"]))
    }

    /// The path of the derivation itself. Fails if its name does not make a valid path.
    pub fn store_path(&self, store: &StoreDirectory) -> Result<StorePath, Box<Error>> {
        let contents = self.unparse(store, false)?;
        let name = [&self.name, DERIVATION_SUFFIX.as_bytes()].concat();
        store.make_text(&name, &Hash::of(Algorithm::Sha256, &contents), &self.references())
    }

    /// What the derivation's file refers to.
    pub fn references(&self) -> BTreeSet<StorePath> {
        let mut references = self.input_sources.clone();
        references.extend(self.input_derivations.keys().cloned());
        references
    }

    /// Computes the paths of deferred outputs, also in the environment, unless an input has none yet
    /// (`fillInOutputPaths`). `inputs` knows the hashes of the input derivations.
    pub fn fill_in_output_paths(
        &mut self,
        store: &StoreDirectory,
        inputs: &mut dyn InputHashes,
    ) -> Result<(), Box<Error>> {
        if self.outputs.values().any(|output| *output == DerivationOutput::Deferred) {
            let hash = self.hash_modulo(store, inputs, true)?;
            if !hash.deferred {
                for (name, output) in &mut self.outputs {
                    let path = store.make_output(name, &hash.hash, &self.name)?;
                    self.environment.insert(name.clone(), store.print(&path).into_bytes());
                    *output = DerivationOutput::InputAddressed(path);
                }
            }
        }
        self.kind().map(drop)
    }
}

#[cfg(test)]
mod tests;
