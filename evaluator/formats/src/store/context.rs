//! The elements of a string's context: what the string was made from (`libexpr/value/context.cc`).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::failure;
use super::path::{StoreDirectory, StorePath};
use crate::errors::Error;
use crate::settings::{Feature, FeatureSet};

/// A store object: one that is known, or one that building will give.
///
/// The order is that of the reference's `std::set`: opaque paths first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DerivedPath {
    /// A store object.
    Opaque(StorePath),
    /// An output of a derivation, which may itself be an output.
    Built {
        /// What the derivation is.
        derivation: Arc<DerivedPath>,
        /// The output's name.
        output: Box<[u8]>,
    },
}

impl DerivedPath {
    /// The store path at its root.
    pub fn base(&self) -> &StorePath {
        let mut path = self;
        loop {
            match path {
                DerivedPath::Opaque(base) => return base,
                DerivedPath::Built { derivation, .. } => path = derivation,
            }
        }
    }

    /// The path for people, with outputs after `^`.
    pub fn display(&self, store: &StoreDirectory) -> Vec<u8> {
        let (base, outputs) = self.outputs();
        let mut text = store.print(base).into_bytes();
        for output in outputs.iter().rev() {
            text.push(b'^');
            text.extend_from_slice(output);
        }
        text
    }

    /// The root, and the outputs from the outermost one to that of the root.
    fn outputs(&self) -> (&StorePath, Vec<&[u8]>) {
        let mut outputs = Vec::new();
        let mut path = self;
        loop {
            match path {
                DerivedPath::Opaque(base) => return (base, outputs),
                DerivedPath::Built { derivation, output } => {
                    outputs.push(&**output);
                    path = derivation;
                }
            }
        }
    }
}

/// One element of a context. The order is the one of the reference's `std::set`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContextElement {
    /// A store object; written as its base name.
    Opaque(StorePath),
    /// A derivation with its whole closure and all outputs; written `=drv`.
    DerivationDeep(StorePath),
    /// An output of a derivation; written `!output!drv`.
    Built {
        /// What the derivation is.
        derivation: Arc<DerivedPath>,
        /// The output's name.
        output: Box<[u8]>,
    },
}

/// A context: elements in the order in which the reference lists them.
pub type Context = BTreeSet<ContextElement>;

impl ContextElement {
    /// Parses an element that [`ContextElement::to_text`] has written. Fails with the reference's message.
    pub fn parse(text: &[u8], features: FeatureSet) -> Result<ContextElement, Box<Error>> {
        let bad = |problem: &[u8]| {
            let words = [b"Bad String Context element: ", problem, b": "].concat();
            failure(&[&words, text])
        };
        match text.first() {
            None => Err(bad(b"String context element should never be an empty string")),
            Some(b'!') => {
                let mut parts: Vec<&[u8]> = text[1..].split(|&byte| byte == b'!').collect();
                if parts.len() < 2 {
                    return Err(bad(b"String content element beginning with '!' should have a second '!'"));
                }
                let base = parts.pop().expect("there are two parts or more");
                let outermost = parts.remove(0);
                let mut derivation = DerivedPath::Opaque(StorePath::new(base)?);
                while let Some(output) = parts.pop() {
                    derivation = DerivedPath::Built { derivation: Arc::new(derivation), output: output.into() };
                    require_dynamic(&derivation, features)?;
                }
                Ok(ContextElement::Built { derivation: Arc::new(derivation), output: outermost.into() })
            }
            Some(b'=') => Ok(ContextElement::DerivationDeep(StorePath::new(&text[1..])?)),
            Some(_) if text.contains(&b'!') => {
                Err(bad(b"String content element not beginning with '!' should not have a second '!'"))
            }
            Some(_) => Ok(ContextElement::Opaque(StorePath::new(text)?)),
        }
    }

    /// The element in the reference's own notation.
    pub fn to_text(&self) -> Vec<u8> {
        match self {
            ContextElement::Opaque(path) => path.base_name().as_bytes().to_vec(),
            ContextElement::DerivationDeep(path) => format!("={path}").into_bytes(),
            ContextElement::Built { derivation, output } => {
                let (base, outputs) = derivation.outputs();
                let mut text = [b"!", &**output, b"!"].concat();
                for output in outputs {
                    text.extend_from_slice(output);
                    text.push(b'!');
                }
                text.extend_from_slice(base.base_name().as_bytes());
                text
            }
        }
    }

    /// The element as messages show it.
    pub fn display(&self, store: &StoreDirectory) -> Vec<u8> {
        match self {
            ContextElement::Opaque(path) => store.print(path).into_bytes(),
            ContextElement::DerivationDeep(path) => format!("{} (deep)", store.print(path)).into_bytes(),
            ContextElement::Built { derivation, output } => [&*derivation.display(store), b"^", output].concat(),
        }
    }
}

/// Fails unless `derivation` is a store derivation or the feature for dynamic ones is enabled (`drvRequireExperiment`).
pub fn require_dynamic(derivation: &DerivedPath, features: FeatureSet) -> Result<(), Box<Error>> {
    match derivation {
        DerivedPath::Opaque(_) => Ok(()),
        DerivedPath::Built { derivation, output } => features.require_for(
            Feature::DynamicDerivations,
            &[b"building output '", &**output, b"' of '", derivation.base().base_name().as_bytes(), b"'"].concat(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZEROS: &str = "00000000000000000000000000000000";

    #[test]
    fn round_trips() {
        for text in ["P-a", "=P-a.drv", "!out!P-a.drv", "!!P-a.drv", "!out!dev!P-a.drv", "!a!b!c!P-a.drv"] {
            let text = text.replace('P', ZEROS);
            let element = ContextElement::parse(text.as_bytes(), FeatureSet::ALL).unwrap();
            assert_eq!(String::from_utf8(element.to_text()).unwrap(), text);
        }
    }

    #[test]
    fn refusals() {
        let check = |text: &str, expected: &str| {
            let error = ContextElement::parse(text.as_bytes(), FeatureSet::default()).unwrap_err();
            assert_eq!(error.plain_message(), expected);
        };
        // The words are those of libexpr/value/context.cc; no expression reaches them.
        check("", "Bad String Context element: String context element should never be an empty string: ");
        let second = "Bad String Context element: String content element beginning with '!' should have a second '!': ";
        check("!a", &format!("{second}!a"));
        check("=a", "'a' is too short to be a valid store path");
    }

    #[test]
    fn order_and_display() {
        let elements = ["!out!P-a.drv", "=P-a.drv", "P-b", "!dev!P-b.drv", "!dev!P-a.drv", "P-a"];
        let context: Context = elements
            .iter()
            .map(|text| ContextElement::parse(text.replace('P', ZEROS).as_bytes(), FeatureSet::ALL).unwrap())
            .collect();
        let store = StoreDirectory::default();
        let shown: Vec<_> = context
            .iter()
            .map(|element| {
                String::from_utf8(element.display(&store)).unwrap().replace("/nix/store/", "").replace(ZEROS, "P")
            })
            .collect();
        assert_eq!(shown, ["P-a", "P-b", "P-a.drv (deep)", "P-a.drv^dev", "P-a.drv^out", "P-b.drv^dev"]);
    }
}
