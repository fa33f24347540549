//! Writes derivations as text: the ATerm that `.drv` files hold and that hashes are made of.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::{Derivation, DerivationOutput, InputOutputs, STRUCTURED_ATTRIBUTES_VARIABLE, fixed_output_path};
use crate::errors::Error;
use crate::hash::HashFormat;
use crate::store::content_address::method_and_algorithm;
use crate::store::failure;
use crate::store::path::StoreDirectory;

impl Derivation {
    /// Writes the derivation as text. With `mask_outputs`, output paths are empty, in the environment too. Fails if the
    /// environment holds the variable reserved for structured attributes.
    pub fn unparse(&self, store: &StoreDirectory, mask_outputs: bool) -> Result<Vec<u8>, Box<Error>> {
        let inputs = self.input_derivations.iter().map(|(path, needed)| (store.print(path), needed));
        self.unparse_parts(store, mask_outputs, inputs)
    }

    /// Like [`Derivation::unparse`], with `inputs` in place of the input derivations.
    pub(super) fn unparse_with_inputs(
        &self,
        store: &StoreDirectory,
        mask_outputs: bool,
        inputs: &BTreeMap<String, InputOutputs>,
    ) -> Result<Vec<u8>, Box<Error>> {
        self.unparse_parts(store, mask_outputs, inputs.iter().map(|(hash, needed)| (hash.clone(), needed)))
    }

    fn unparse_parts<'a>(
        &'a self,
        store: &StoreDirectory,
        mask_outputs: bool,
        inputs: impl Iterator<Item = (String, &'a InputOutputs)>,
    ) -> Result<Vec<u8>, Box<Error>> {
        if self.environment.contains_key(STRUCTURED_ATTRIBUTES_VARIABLE) {
            return Err(failure(&[b"Cannot have an environment variable named '__json'. This key is reserved for \
                                   encoding structured attrs"]));
        }
        let mut out = Vec::with_capacity(1024);
        // The version is about the real inputs even where hashes replace them.
        let dynamic = self.input_derivations.values().any(|needed| !needed.dynamic.is_empty());
        out.extend_from_slice(if dynamic { b"DrvWithVersion(\"xp-dyn-drv\"," } else { b"Derive(" });

        let mut list = List::start(&mut out);
        for (name, output) in &self.outputs {
            let out = list.item();
            let [path, algorithm, hash] = self.output_fields(store, name, output)?;
            out.push(b'(');
            write_raw(out, name);
            for field in [if mask_outputs { "" } else { &path }, &algorithm, &hash] {
                out.push(b',');
                write_raw(out, field.as_bytes());
            }
            out.push(b')');
        }
        list.end();
        out.push(b',');
        let mut list = List::start(&mut out);
        for (input, needed) in inputs {
            let out = list.item();
            out.push(b'(');
            write_raw(out, input.as_bytes());
            write_input_outputs(out, needed);
            out.push(b')');
        }
        list.end();
        out.push(b',');
        let sources: Vec<_> = self.input_sources.iter().map(|path| store.print(path)).collect();
        write_raw_list(&mut out, sources.iter().map(String::as_bytes));
        out.push(b',');
        write_raw(&mut out, &self.platform);
        out.push(b',');
        write_escaped(&mut out, &self.builder);
        out.push(b',');
        let mut list = List::start(&mut out);
        for argument in &self.arguments {
            write_escaped(list.item(), argument);
        }
        list.end();
        out.push(b',');
        self.write_environment(&mut out, mask_outputs);
        out.push(b')');
        Ok(out)
    }

    /// The path, method with algorithm, and hash of an output.
    fn output_fields(
        &self,
        store: &StoreDirectory,
        name: &[u8],
        output: &DerivationOutput,
    ) -> Result<[String; 3], Box<Error>> {
        Ok(match output {
            DerivationOutput::InputAddressed(path) => [store.print(path), String::new(), String::new()],
            DerivationOutput::Fixed(address) => {
                let path = fixed_output_path(store, address, &self.name, name)?;
                let hash = address.hash.to_text(HashFormat::Base16, false);
                [store.print(&path), address.method_and_algorithm(), hash]
            }
            DerivationOutput::Floating { method, algorithm } => {
                [String::new(), method_and_algorithm(*method, *algorithm), String::new()]
            }
            DerivationOutput::Deferred => Default::default(),
            DerivationOutput::Impure { method, algorithm } => {
                [String::new(), method_and_algorithm(*method, *algorithm), "impure".to_owned()]
            }
        })
    }

    fn write_environment(&self, out: &mut Vec<u8>, mask_outputs: bool) {
        let variables = |range| {
            let variables = self.environment.range::<[u8], (Bound<&[u8]>, Bound<&[u8]>)>(range);
            variables.map(|(name, value)| (&**name, &**value))
        };
        let structured = self.structured_attributes.as_ref().map(|text| (STRUCTURED_ATTRIBUTES_VARIABLE, &**text));
        let before = variables((Bound::Unbounded, Bound::Excluded(STRUCTURED_ATTRIBUTES_VARIABLE)));
        let behind = variables((Bound::Excluded(STRUCTURED_ATTRIBUTES_VARIABLE), Bound::Unbounded));
        let mut list = List::start(out);
        for (name, value) in before.chain(structured).chain(behind) {
            let out = list.item();
            out.push(b'(');
            write_escaped(out, name);
            out.push(b',');
            write_escaped(out, if mask_outputs && self.outputs.contains_key(name) { b"" } else { value });
            out.push(b')');
        }
        list.end();
    }
}

/// A list being written. It puts commas between items.
struct List<'a> {
    out: &'a mut Vec<u8>,
    first: bool,
}

impl<'a> List<'a> {
    fn start(out: &'a mut Vec<u8>) -> Self {
        out.push(b'[');
        List { out, first: true }
    }

    fn item(&mut self) -> &mut Vec<u8> {
        if !std::mem::take(&mut self.first) {
            self.out.push(b',');
        }
        self.out
    }

    fn end(self) {
        self.out.push(b']');
    }
}

/// Writes the needed outputs of an input, and those of dynamic derivations if there are any. It does not recurse,
/// because the program chooses the nesting.
fn write_input_outputs(out: &mut Vec<u8>, needed: &InputOutputs) {
    enum Step<'a> {
        Node(&'a InputOutputs),
        Child { first: bool, name: &'a [u8], node: &'a InputOutputs },
        Text(&'static [u8]),
    }
    let mut steps = vec![Step::Node(needed)];
    while let Some(step) = steps.pop() {
        match step {
            Step::Node(node) => {
                out.push(b',');
                if !node.dynamic.is_empty() {
                    out.push(b'(');
                }
                write_raw_list(out, node.outputs.iter().map(Vec::as_slice));
                if !node.dynamic.is_empty() {
                    out.extend_from_slice(b",[");
                    steps.push(Step::Text(b"])"));
                    let children = node.dynamic.iter().enumerate();
                    let children = children.map(|(index, (name, node))| Step::Child { first: index == 0, name, node });
                    let children: Vec<_> = children.collect();
                    steps.extend(children.into_iter().rev());
                }
            }
            Step::Child { first, name, node } => {
                if !first {
                    out.push(b',');
                }
                out.push(b'(');
                write_raw(out, name);
                steps.push(Step::Text(b")"));
                steps.push(Step::Node(node));
            }
            Step::Text(text) => out.extend_from_slice(text),
        }
    }
}

/// Writes a quoted string without escaping, where the reference relies on its needing none.
fn write_raw(out: &mut Vec<u8>, string: &[u8]) {
    out.push(b'"');
    out.extend_from_slice(string);
    out.push(b'"');
}

fn write_raw_list<'a>(out: &mut Vec<u8>, strings: impl Iterator<Item = &'a [u8]>) {
    let mut list = List::start(out);
    for string in strings {
        write_raw(list.item(), string);
    }
    list.end();
}

/// The bytes that are not written as they are.
const IS_ESCAPED: [bool; 256] = {
    let mut table = [false; 256];
    let mut index = 0;
    while index < 256 {
        table[index] = matches!(index as u8, b'"' | b'\\' | b'\n' | b'\r' | b'\t');
        index += 1;
    }
    table
};

fn write_escaped(out: &mut Vec<u8>, string: &[u8]) {
    out.reserve(string.len() + 2);
    out.push(b'"');
    let mut rest = string;
    // Most texts are long and have little to escape, so what lies between is copied in one piece.
    while let Some(at) = rest.iter().position(|byte| IS_ESCAPED[usize::from(*byte)]) {
        out.extend_from_slice(&rest[..at]);
        let escaped = match rest[at] {
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            byte => byte,
        };
        out.extend_from_slice(&[b'\\', escaped]);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}
