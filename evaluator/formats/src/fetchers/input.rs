//! Inputs: attributes that say what to fetch and that one of the schemes understands (`libfetchers/fetchers.cc`).

use std::collections::BTreeMap;

use super::schemes::Scheme;
use super::url::{Url, split_scheme};
use super::{Attribute, Attributes, Reader, Refusal};
use crate::errors::{Error, ErrorKind};
use crate::hash::{Algorithm, Hash, HashFormat};
use crate::settings::FeatureSet;

/// What is to be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its attributes.
    pub attributes: Attributes,
    /// The scheme that understands them; none for an unknown type.
    pub scheme: Option<Scheme>,
}

impl Input {
    /// The input for a URL. With `is_tree` a folder is wanted, so a file must be an archive.
    pub fn from_url(url: &Url, is_tree: bool, reader: &Reader<'_>) -> Result<Input, Refusal> {
        for scheme in Scheme::ALL {
            if let Some(attributes) = scheme.attributes_of_url(url, is_tree, reader)? {
                scheme.require_feature(reader.features)?;
                let input = Input { attributes, scheme: Some(scheme) };
                input.check_common()?;
                return Ok(input);
            }
        }
        let shown = url.to_text();
        Err(match split_scheme(&url.scheme) {
            (Some(b"file"), b"git") => {
                Refusal::other("input '{}' is unsupported; did you mean 'git+file' instead of 'file+git'?", &[&shown])
            }
            _ => Refusal::other("input '{}' is unsupported", &[&shown]),
        })
    }

    /// The input that attributes mean.
    pub fn from_attributes(attributes: Attributes, reader: &Reader<'_>) -> Result<Input, Refusal> {
        let Some(name) = attributes.text("type")? else {
            return Err(Refusal::other("'type' attribute to specify input scheme is required but not provided", &[]));
        };
        let Some(scheme) = Scheme::ALL.into_iter().find(|scheme| scheme.name().as_bytes() == name) else {
            let input = Input { attributes, scheme: None };
            input.check_common()?;
            return Ok(input);
        };
        scheme.require_feature(reader.features)?;
        for attribute in attributes.0.keys() {
            let known = matches!(attribute.as_slice(), b"type" | b"__final")
                || scheme.allowed().iter().any(|allowed| allowed.as_bytes() == attribute);
            if !known {
                let words = "input attribute '{}' not supported by scheme '{}'";
                return Err(Refusal::other(words, &[attribute, name]));
            }
        }
        let input = Input { attributes: scheme.check(attributes, reader)?, scheme: Some(scheme) };
        input.check_common()?;
        Ok(input)
    }

    fn check_common(&self) -> Result<(), Refusal> {
        self.attributes.required_text("type")?;
        self.attributes.text("ref")?;
        self.attributes.integer("revCount")?;
        self.attributes.integer("lastModified")?;
        Ok(())
    }

    /// The URL that says the same.
    pub fn to_url(&self, reader: &Reader<'_>) -> Result<Url, Refusal> {
        match self.scheme {
            Some(scheme) => scheme.url_of(self, reader),
            None => Err(Refusal::other("cannot show unsupported input '{}'", &[&self.attributes.to_json()])),
        }
    }

    /// The text of its URL, with `more` added to the query where the URL lacks it.
    pub fn to_text(&self, more: &BTreeMap<Vec<u8>, Vec<u8>>, reader: &Reader<'_>) -> Result<Vec<u8>, Refusal> {
        let mut url = self.to_url(reader)?;
        for (name, value) in more {
            url.query.entry(name.clone()).or_insert_with(|| value.clone());
        }
        Ok(url.to_text())
    }

    /// The hash that the result must have, if one is given.
    pub fn nar_hash(&self, features: FeatureSet) -> Result<Option<Hash>, Refusal> {
        let hash = match self.attributes.text("narHash")? {
            None => return Ok(None),
            Some(b"") => Hash::from_digest(Algorithm::Sha256, &[0; 32]),
            Some(text) => Hash::parse_sri(text, features)?,
        };
        if hash.algorithm != Algorithm::Sha256 {
            return Err(Error::new(ErrorKind::Usage, "narHash must use SHA-256").into());
        }
        Ok(Some(hash))
    }

    /// The commit that is wanted, if one is given, as hexadecimal text.
    pub fn revision(&self, features: FeatureSet) -> Result<Option<String>, Refusal> {
        let Some(text) = self.attributes.text("rev")? else { return Ok(None) };
        let hash = match Hash::parse_prefixed(text, features) {
            Ok(hash) => hash,
            // An unknown algorithm or a feature that is off are no bad hashes.
            Err(error) if error.kind == ErrorKind::Usage => return Err(error.into()),
            Err(_) => Hash::parse_any(text, Some(Algorithm::Sha1), features)?,
        };
        Ok(Some(hash.to_text(HashFormat::Base16, false)))
    }

    /// Whether fetching it always gives the same.
    pub fn is_locked(&self, features: FeatureSet) -> Result<bool, Refusal> {
        match self.scheme {
            None | Some(Scheme::Indirect) => Ok(false),
            Some(Scheme::Path | Scheme::File | Scheme::Tarball) => Ok(self.nar_hash(features)?.is_some()),
            // The reference marks a tree with changes by a commit of zeros.
            Some(Scheme::Git) => {
                let revision = self.revision(features)?;
                Ok(revision.is_some_and(|revision| revision.bytes().any(|digit| digit != b'0')))
            }
            Some(Scheme::GitHub | Scheme::GitLab | Scheme::SourceHut | Scheme::Mercurial) => {
                Ok(self.revision(features)?.is_some())
            }
        }
    }

    /// Whether it is a path relative to the flake that names it.
    pub fn is_relative(&self) -> bool {
        self.relative_path().is_some()
    }

    /// The path, if it is relative to the flake that names it.
    pub fn relative_path(&self) -> Option<&[u8]> {
        match (self.scheme, self.attributes.0.get(&b"path"[..])) {
            (Some(Scheme::Path), Some(Attribute::String(path))) if !path.starts_with(b"/") => Some(path),
            _ => None,
        }
    }

    /// Whether it claims that all its attributes are final, which programs may not.
    pub fn is_final(&self) -> Result<bool, Refusal> {
        self.attributes.is_true("__final")
    }

    /// The name that the result gets in the store.
    pub fn name(&self) -> Result<&[u8], Refusal> {
        Ok(self.attributes.text("name")?.unwrap_or(b"source"))
    }
}
