//! Parses derivations from their text: those of a store that is there, and in tests files that the reference wrote.

use std::collections::BTreeSet;

use super::{Derivation, DerivationOutput, InputOutputs, STRUCTURED_ATTRIBUTES_VARIABLE};
use crate::errors::Error;
use crate::hash::{Algorithm, Hash};
use crate::settings::{Feature, FeatureSet};
use crate::store::content_address::{ContentAddress, Method};
use crate::store::failure;
use crate::store::path::{StoreDirectory, StorePath};

impl Derivation {
    /// Parses the derivation named `name` from the text of its file. Fails with the reference's message if the text is
    /// not a derivation, or needs a feature that is disabled.
    pub fn parse(
        store: &StoreDirectory,
        text: &[u8],
        name: &[u8],
        features: FeatureSet,
    ) -> Result<Derivation, Box<Error>> {
        let mut derivation = Derivation { name: name.to_vec(), ..Derivation::default() };
        let mut reader = Reader { rest: text };
        reader.expect(b"D")?;
        let versioned = match reader.rest.first() {
            Some(b'e') => {
                reader.expect(b"erive(")?;
                false
            }
            Some(b'r') => {
                reader.expect(b"rvWithVersion(")?;
                let version = reader.string()?;
                if version != b"xp-dyn-drv" {
                    return Err(failure(&[b"Unknown derivation ATerm format version '", &version, b"'"]));
                }
                let reason = [b"derivation '", name, b"', ATerm format version 'xp-dyn-drv'"].concat();
                features.require_for(Feature::DynamicDerivations, &reason)?;
                reader.expect(b",")?;
                true
            }
            _ => return Err(failure(&[b"derivation does not start with 'Derive' or 'DrvWithVersion'"])),
        };
        reader.expect(b"[")?;
        while !reader.at_list_end() {
            reader.expect(b"(")?;
            let output_name = reader.string()?;
            let output = reader.output(store, features)?;
            derivation.outputs.entry(output_name).or_insert(output);
        }
        reader.expect(b",[")?;
        while !reader.at_list_end() {
            reader.expect(b"(")?;
            let path = reader.path()?;
            reader.expect(b",")?;
            let path = store.parse(&path)?;
            derivation.input_derivations.insert(path, reader.input_outputs(versioned)?);
            reader.expect(b")")?;
        }
        reader.expect(b",")?;
        derivation.input_sources = reader.sources(store)?;
        reader.expect(b",")?;
        derivation.platform = reader.string()?;
        reader.expect(b",")?;
        derivation.builder = reader.string()?;
        reader.expect(b",[")?;
        while !reader.at_list_end() {
            derivation.arguments.push(reader.string()?);
        }
        reader.expect(b",[")?;
        while !reader.at_list_end() {
            reader.expect(b"(")?;
            let name = reader.string()?;
            reader.expect(b",")?;
            let value = reader.string()?;
            if name == STRUCTURED_ATTRIBUTES_VARIABLE {
                derivation.set_structured_attributes(&value)?;
            } else {
                derivation.environment.insert(name, value);
            }
            reader.expect(b")")?;
        }
        reader.expect(b")")?;
        Ok(derivation)
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn expect(&mut self, text: &[u8]) -> Result<(), Box<Error>> {
        self.rest = self.rest.strip_prefix(text).ok_or_else(|| failure(&[b"expected string '", text, b"'"]))?;
        Ok(())
    }

    fn string(&mut self) -> Result<Vec<u8>, Box<Error>> {
        self.expect(b"\"")?;
        let mut string = Vec::new();
        let mut bytes = self.rest.iter().enumerate();
        while let Some((index, &byte)) = bytes.next() {
            match byte {
                b'"' => {
                    self.rest = &self.rest[index + 1..];
                    return Ok(string);
                }
                b'\\' => match bytes.next() {
                    Some((_, b'n')) => string.push(b'\n'),
                    Some((_, b'r')) => string.push(b'\r'),
                    Some((_, b't')) => string.push(b'\t'),
                    Some((_, &byte)) => string.push(byte),
                    None => break,
                },
                _ => string.push(byte),
            }
        }
        Err(failure(&[b"unterminated string in derivation"]))
    }

    fn path(&mut self) -> Result<Vec<u8>, Box<Error>> {
        let path = self.string()?;
        check_path(&path)?;
        Ok(path)
    }

    /// Takes a comma, or the end of the list, and tells whether it was the end. Both may be missing; then the parser of
    /// the next item reports it.
    fn at_list_end(&mut self) -> bool {
        match self.rest.split_first() {
            Some((b',', rest)) => {
                self.rest = rest;
                false
            }
            Some((b']', rest)) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    fn strings(&mut self) -> Result<BTreeSet<Vec<u8>>, Box<Error>> {
        let mut strings = BTreeSet::new();
        self.expect(b"[")?;
        while !self.at_list_end() {
            strings.insert(self.string()?);
        }
        Ok(strings)
    }

    fn sources(&mut self, store: &StoreDirectory) -> Result<BTreeSet<StorePath>, Box<Error>> {
        let mut paths = BTreeSet::new();
        self.expect(b"[")?;
        while !self.at_list_end() {
            paths.insert(self.path()?);
        }
        paths.iter().map(|path| store.parse(path)).collect()
    }

    fn output(&mut self, store: &StoreDirectory, features: FeatureSet) -> Result<DerivationOutput, Box<Error>> {
        self.expect(b",")?;
        let path = self.string()?;
        self.expect(b",")?;
        let algorithm = self.string()?;
        self.expect(b",")?;
        let hash = self.string()?;
        self.expect(b")")?;
        if algorithm.is_empty() {
            if path.is_empty() {
                return Ok(DerivationOutput::Deferred);
            }
            check_path(&path)?;
            return Ok(DerivationOutput::InputAddressed(store.parse(&path)?));
        }
        let (method, algorithm) = Method::take_prefix(&algorithm, features)?;
        if method == Method::Text {
            features.require_for(Feature::DynamicDerivations, b"text-hashed derivation output")?;
        }
        let algorithm = Algorithm::from_name(algorithm, features)?;
        match &*hash {
            b"impure" => {
                features.require(Feature::ImpureDerivations)?;
                if !path.is_empty() {
                    return Err(failure(&[b"impure derivation output should not specify output path"]));
                }
                Ok(DerivationOutput::Impure { method, algorithm })
            }
            b"" => {
                features.require(Feature::CaDerivations)?;
                if !path.is_empty() {
                    return Err(failure(&[b"content-addressing derivation output should not specify output path"]));
                }
                Ok(DerivationOutput::Floating { method, algorithm })
            }
            _ => {
                check_path(&path)?;
                let hash = Hash::parse_unprefixed(&hash, algorithm)?;
                Ok(DerivationOutput::Fixed(ContentAddress { method, hash }))
            }
        }
    }

    /// Parses what is needed of an input derivation. An explicit stack of the outputs passed through holds the nesting.
    fn input_outputs(&mut self, versioned: bool) -> Result<InputOutputs, Box<Error>> {
        let mut open: Vec<(InputOutputs, Vec<u8>)> = Vec::new();
        loop {
            let mut node = InputOutputs::default();
            let mut has_children = false;
            match self.rest.first() {
                _ if !versioned => node.outputs = self.strings()?,
                Some(b'[') => node.outputs = self.strings()?,
                Some(b'(') => {
                    self.expect(b"(")?;
                    node.outputs = self.strings()?;
                    self.expect(b",[")?;
                    has_children = true;
                }
                _ => return Err(failure(&[b"invalid inputDrvs entry in derivation"])),
            }
            loop {
                if has_children {
                    if !self.at_list_end() {
                        self.expect(b"(")?;
                        let name = self.string()?;
                        self.expect(b",")?;
                        open.push((node, name));
                        break;
                    }
                    self.expect(b")")?;
                }
                let Some((mut parent, name)) = open.pop() else { return Ok(node) };
                self.expect(b")")?;
                parent.dynamic.insert(name, node);
                node = parent;
                has_children = true;
            }
        }
    }
}

fn check_path(path: &[u8]) -> Result<(), Box<Error>> {
    if path.first() == Some(&b'/') { Ok(()) } else { Err(failure(&[b"bad path '", path, b"' in derivation"])) }
}
