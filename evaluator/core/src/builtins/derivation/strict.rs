//! `derivationStrict`: builds a derivation from attributes, which it looks at in the reference's order.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::output_text::{output_value, with_known_path};
use crate::builtins::attributes;
use crate::builtins::evaluation_error;
use crate::builtins::realise::{closure, read_derivation};
use crate::builtins::store_files::hash_attribute;
use crate::coerce::{self, Coercion};
use crate::convert::json;
use crate::errors::highlight::{hint, plain};
use crate::errors::log::Verbosity;
use crate::errors::{Error, ErrorKind, Failure};
use crate::format::json::{InvalidUtf8, write_string};
use crate::hash::Algorithm;
use crate::io::tree::Tree;
use crate::primop::{Answer, GeneratorContext};
use crate::primop::{Arguments, Expectation};
use crate::primop::{force_as, force_bool, force_plain_string};
use crate::settings::Feature;
use crate::source::Pos;
use crate::state::State;
use crate::store::content_address::{ContentAddress, Method, parse_output_hash_mode};
use crate::store::context::DerivedPath;
use crate::store::path::{DERIVATION_SUFFIX, check_name};
use crate::store::{ContextElement, Derivation, DerivationOutput, StorePath, derivation, placeholder};
use crate::symbols::Symbol;
use crate::symbols::known;
use crate::value::{Attr, Attrs, Context, NixString, Value};

/// The reference's warnings for attributes that have no effect with structured attributes.
const CHECKS: [(Symbol, &str); 6] = [
    (known::ALLOWED_REFERENCES, "allowedReferences"),
    (known::ALLOWED_REQUISITES, "allowedRequisites"),
    (known::DISALLOWED_REFERENCES, "disallowedReferences"),
    (known::DISALLOWED_REQUISITES, "disallowedRequisites"),
    (known::MAX_SIZE, "maxSize"),
    (known::MAX_CLOSURE_SIZE, "maxClosureSize"),
];

pub(super) async fn derivation_strict<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let Value::Attrs(attrs) = arguments[0] else { unreachable!("checked to be a set") };
    let context = "in the attrset passed as argument to builtins.derivationStrict";
    let name_attr = attributes::required(state, attrs, state.symbols.intern(b"name"), context)?;
    let context = "while evaluating the `name` attribute passed to builtins.derivationStrict";
    let name = force_plain_string(&machine, name_attr.value(), Pos::NONE, context)
        .await
        .map_err(|failure| failure.while_(name_attr.pos, "while evaluating the derivation attribute 'name'"))?;
    match instantiate(&machine, name, attrs).await {
        Ok(value) => Ok(value),
        Err(failure) => {
            let mut place = Vec::new();
            state.write_place(name_attr.pos, &mut place);
            let words = "while evaluating derivation '{}'\n  whose name attribute is located at {}";
            failure.add_unplaced_trace(hint(words, &[name, &place]));
            Err(failure)
        }
    }
}

/// A derivation whose attributes are being read.
struct Draft<'h> {
    name: &'h [u8],
    derivation: Derivation,
    context: Context<'h>,
    outputs: BTreeSet<Vec<u8>>,
    is_content_addressed: bool,
    is_impure: bool,
    output_hash: Option<Vec<u8>>,
    algorithm: Option<Algorithm>,
    method: Option<Method>,
    /// The members of the structured attributes as JSON, if the derivation has structured attributes.
    structured: Option<Vec<u8>>,
    /// The first string among them that is not UTF-8. It is reported when the derivation is written.
    invalid: Option<InvalidUtf8>,
}

async fn instantiate<'h>(machine: &GeneratorContext<'h>, name: &'h [u8], attrs: &'h Attrs<'h>) -> Answer<'h> {
    let state = machine.state;
    check_name(name).map_err(|error| {
        let message = [b"invalid derivation name: ", &*error.message, b". Please pass a different '"].concat();
        let name = crate::errors::highlight::magenta(b"name");
        evaluation_error([&*message, &name, b"'."].concat())
    })?;
    let structured = match attrs.get(known::STRUCTURED_ATTRS) {
        None => false,
        Some(attr) => {
            let context = "while evaluating the `__structuredAttrs` attribute passed to builtins.derivationStrict";
            force_bool(machine, attr.value(), Pos::NONE, context).await?
        }
    };
    let ignore_nulls = match attrs.get(known::IGNORE_NULLS) {
        None => false,
        Some(attr) => {
            let context = "while evaluating the `__ignoreNulls` attribute passed to builtins.derivationStrict";
            force_bool(machine, attr.value(), Pos::NONE, context).await?
        }
    };
    let mut draft = Draft {
        name,
        derivation: Derivation { name: name.to_vec(), ..Derivation::default() },
        context: Context::EMPTY,
        outputs: BTreeSet::from([b"out".to_vec()]),
        is_content_addressed: false,
        is_impure: false,
        output_hash: None,
        algorithm: None,
        method: None,
        structured: structured.then(Vec::new),
        invalid: None,
    };
    for attr in &state.by_name(attrs) {
        let key = state.symbols.name(attr.name);
        if attr.name == known::IGNORE_NULLS {
            continue;
        }
        state.log(Verbosity::Vomit, || [b"processing attribute '", key, b"'"].concat());
        draft.attribute(machine, key, attr, ignore_nulls).await.map_err(|failure| {
            failure.while_(attr.pos, hint("while evaluating attribute '{}' of derivation '{}'", &[key, name]))
        })?;
    }
    draft.finish(state)
}

impl<'h> Draft<'h> {
    async fn attribute(
        &mut self,
        machine: &GeneratorContext<'h>,
        key: &[u8],
        attr: &Attr<'h>,
        ignore_nulls: bool,
    ) -> Result<(), Failure> {
        let slot = attr.value();
        if ignore_nulls && matches!(machine.force(slot).await?, Value::Null) {
            return Ok(());
        }
        match attr.name {
            known::CONTENT_ADDRESSED => {
                if force_bool(machine, slot, Pos::NONE, "").await? {
                    self.is_content_addressed = true;
                    machine.state.features().require(Feature::CaDerivations)?;
                }
            }
            known::IMPURE => {
                if force_bool(machine, slot, Pos::NONE, "").await? {
                    self.is_impure = true;
                    machine.state.features().require(Feature::ImpureDerivations)?;
                }
            }
            known::ARGS => {
                let Value::List(list) = force_as(machine, slot, Expectation::List, Pos::NONE, "").await? else {
                    unreachable!("checked to be a list")
                };
                for item in list.items() {
                    let context = "while evaluating an element of the argument list";
                    let argument = self.coerce(machine, item, context).await?;
                    self.derivation.arguments.push(argument.to_vec());
                }
            }
            known::STRUCTURED_ATTRS if self.structured.is_some() => {}
            _ if self.structured.is_some() => self.structured_attribute(machine, key, attr).await?,
            _ => {
                let text = self.coerce(machine, slot, "").await?;
                self.plain_attribute(machine.state, key, attr.name, text)?;
            }
        }
        Ok(())
    }

    async fn coerce(
        &mut self,
        machine: &GeneratorContext<'h>,
        slot: Value<'h>,
        context: &'static str,
    ) -> Result<&'h [u8], Failure> {
        let (text, elements) =
            coerce::coerce_to_string(machine, slot, Coercion::DERIVATION, Pos::NONE, context).await?;
        self.context = self.context.union(machine.state.heap, elements);
        Ok(text)
    }

    /// Adds an attribute as a variable of the builder's environment.
    fn plain_attribute(&mut self, state: &State<'h>, key: &[u8], name: Symbol, text: &[u8]) -> Result<(), Failure> {
        if name == known::JSON {
            let words = "In derivation '{}': setting structured attributes via '__json' is deprecated, and may be \
                         disallowed in future versions of Nix. Set '__structuredAttrs = true' instead.";
            state.warn(&plain(words, &[self.name]));
            self.derivation.set_structured_attributes(text)?;
            return Ok(());
        }
        self.derivation.environment.insert(key.to_vec(), text.to_vec());
        match name {
            known::BUILDER => self.derivation.builder = text.to_vec(),
            known::SYSTEM => self.derivation.platform = text.to_vec(),
            known::OUTPUT_HASH => self.output_hash = Some(text.to_vec()),
            known::OUTPUT_HASH_ALGO => self.algorithm = Algorithm::from_name_optional(text, state.features())?,
            known::OUTPUT_HASH_MODE => self.hash_mode(state, text)?,
            known::OUTPUTS => {
                let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
                self.set_outputs(text.split(blank).filter(|output| !output.is_empty()))?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Adds an attribute as a member of the structured attributes.
    async fn structured_attribute(
        &mut self,
        machine: &GeneratorContext<'h>,
        key: &[u8],
        attr: &Attr<'h>,
    ) -> Result<(), Failure> {
        let state = machine.state;
        let slot = attr.value();
        self.add_structured(machine, key, slot).await?;
        match attr.name {
            known::BUILDER => {
                let builder = force_as(machine, slot, Expectation::String, Pos::NONE, "").await?;
                let Value::String(builder) = builder else { unreachable!("checked to be a string") };
                self.context = self.context.union(state.heap, builder.context());
                self.derivation.builder = builder.bytes().to_vec();
            }
            known::SYSTEM => {
                self.derivation.platform = force_plain_string(machine, slot, Pos::NONE, "").await?.to_vec();
            }
            known::OUTPUT_HASH => {
                self.output_hash = Some(force_plain_string(machine, slot, Pos::NONE, "").await?.to_vec());
            }
            known::OUTPUT_HASH_ALGO => {
                let text = force_plain_string(machine, slot, Pos::NONE, "").await?;
                self.algorithm = Algorithm::from_name_optional(text, state.features())?;
            }
            known::OUTPUT_HASH_MODE => {
                let text = force_plain_string(machine, slot, Pos::NONE, "").await?;
                self.hash_mode(state, text)?;
            }
            known::OUTPUTS => {
                let Value::List(list) = force_as(machine, slot, Expectation::List, Pos::NONE, "").await? else {
                    unreachable!("checked to be a list")
                };
                let mut outputs = Vec::with_capacity(list.len());
                for item in list.items() {
                    outputs.push(force_plain_string(machine, item, Pos::NONE, "").await?);
                }
                self.set_outputs(outputs.into_iter())?;
            }
            _ => {}
        }
        if let Some((_, check)) = CHECKS.iter().find(|(name, _)| *name == attr.name) {
            let words = format!(
                "In a derivation named '{{}}', 'structuredAttrs' disables the effect of the derivation attribute \
                 '{check}'; use 'outputChecks.<output>.{check}' instead"
            );
            state.warn(&plain(&words, &[self.name]));
        }
        Ok(())
    }

    fn hash_mode(&mut self, state: &State<'h>, text: &[u8]) -> Result<(), Failure> {
        self.method = Some(parse_output_hash_mode(text, self.name, state.features())?);
        Ok(())
    }

    fn set_outputs<'o>(&mut self, outputs: impl Iterator<Item = &'o [u8]>) -> Result<(), Failure> {
        self.outputs.clear();
        for output in outputs {
            if self.outputs.contains(output) {
                return Err(evaluation_error(hint("duplicate derivation output '{}'", &[output])));
            }
            // It would hide the attribute that holds the path of the derivation itself.
            if output == b"drvPath" {
                return Err(evaluation_error("invalid derivation output name 'drvPath'"));
            }
            self.outputs.insert(output.to_vec());
        }
        if self.outputs.is_empty() {
            return Err(evaluation_error("derivation cannot have an empty set of outputs"));
        }
        Ok(())
    }

    fn has_only_out(&self) -> bool {
        self.outputs.len() == 1 && self.outputs.contains(&b"out"[..])
    }

    /// Turns what the attributes refer to into inputs.
    fn add_inputs(&mut self, state: &State<'h>) -> Result<(), Failure> {
        for element in self.context.elements {
            match ContextElement::parse(element, state.features())? {
                ContextElement::DerivationDeep(path) => {
                    for path in closure(state, path)? {
                        if path.is_derivation() {
                            let built = Arc::new(DerivedPath::Opaque(path.clone()));
                            for output in read_derivation(state, &path)?.outputs.keys() {
                                self.derivation.add_input(&built, output);
                            }
                        }
                        self.derivation.input_sources.insert(path);
                    }
                }
                ContextElement::Built { derivation, output } => self.derivation.add_input(&derivation, &output),
                ContextElement::Opaque(path) => {
                    self.derivation.input_sources.insert(path);
                }
            }
        }
        Ok(())
    }

    fn finish(mut self, state: &State<'h>) -> Answer<'h> {
        self.end_structured();
        self.add_inputs(state)?;
        if self.derivation.builder.is_empty() {
            return Err(evaluation_error("required attribute 'builder' missing"));
        }
        if self.derivation.platform.is_empty() {
            return Err(evaluation_error("required attribute 'system' missing"));
        }
        if self.name.ends_with(DERIVATION_SUFFIX.as_bytes())
            && !(self.method == Some(Method::Text) && self.has_only_out())
        {
            let words = "derivation names are allowed to end in '{}' only if they produce a single derivation file";
            return Err(evaluation_error(hint(words, &[DERIVATION_SUFFIX.as_bytes()])));
        }
        self.add_outputs(state)?;
        self.check_is_text()?;
        let path = self.derivation.store_path(&state.world.store)?;
        if state.keeps_what_is_added("writeDerivation")? {
            let text = self.derivation.unparse(&state.world.store, false)?;
            state.reserve(text.len())?;
            state.heap.keep(text.len());
            let references = self.derivation.references();
            state.add_object(&path, Tree::of_file(text), references);
        }
        state.log(Verbosity::Chatty, || {
            let path = state.world.store.print(&path);
            [b"instantiated '", self.name, b"' -> '", path.as_bytes(), b"'"].concat()
        });
        let mut instantiated = state.caches.instantiated.borrow_mut();
        let hash =
            self.derivation.hash_modulo(&state.world.store, &mut instantiated.known(&state.world.store), false)?;
        instantiated.insert(path.clone(), hash);
        drop(instantiated);
        self.result(state, path)
    }

    fn add_outputs(&mut self, state: &State<'h>) -> Result<(), Failure> {
        if let Some(text) = &self.output_hash {
            if !self.has_only_out() {
                return Err(evaluation_error("multiple outputs are not supported in fixed-output derivations"));
            }
            let hash = hash_attribute(state, text, self.algorithm)?;
            let address = ContentAddress { method: self.method.unwrap_or(Method::Flat), hash };
            let path = derivation::fixed_output_path(&state.world.store, &address, self.name, b"out")?;
            self.derivation.environment.insert(b"out".to_vec(), state.world.store.print(&path).into_bytes());
            self.derivation.outputs.insert(b"out".to_vec(), DerivationOutput::Fixed(address));
            return Ok(());
        }
        if self.is_content_addressed || self.is_impure {
            if self.is_content_addressed && self.is_impure {
                return Err(evaluation_error("derivation cannot be both content-addressed and impure"));
            }
            let algorithm = self.algorithm.unwrap_or(Algorithm::Sha256);
            let method = self.method.unwrap_or(Method::NixArchive);
            for output in &self.outputs {
                let variable = placeholder::own_output(output).into_bytes();
                self.derivation.environment.insert(output.clone(), variable);
                let kind = match self.is_impure {
                    true => DerivationOutput::Impure { method, algorithm },
                    false => DerivationOutput::Floating { method, algorithm },
                };
                self.derivation.outputs.insert(output.clone(), kind);
            }
            return Ok(());
        }
        for output in &self.outputs {
            self.derivation.environment.insert(output.clone(), Vec::new());
            self.derivation.outputs.insert(output.clone(), DerivationOutput::Deferred);
        }
        self.check_is_text()?;
        let instantiated = state.caches.instantiated.borrow();
        self.derivation.fill_in_output_paths(&state.world.store, &mut instantiated.known(&state.world.store))?;
        Ok(())
    }

    /// Fails where the structured attributes cannot be written as JSON.
    fn check_is_text(&self) -> Result<(), Failure> {
        match &self.invalid {
            None => Ok(()),
            Some(invalid) => Err(Error::foreign(ErrorKind::Evaluation, invalid.to_string()).into()),
        }
    }

    /// The result: a set of the paths of the derivation and its outputs.
    fn result(&self, state: &State<'h>, path: StorePath) -> Answer<'h> {
        let heap = state.heap;
        let element = ContextElement::DerivationDeep(path.clone()).to_text();
        let deep = Context::EMPTY.with(heap, &element);
        let printed = state.world.store.print(&path);
        let mut attrs = vec![(known::DRV_PATH, NixString::with_context(heap, printed.as_bytes(), deep))];
        let name = path.derivation_name()?;
        let itself = Arc::new(DerivedPath::Opaque(path.clone()));
        for (output, kind) in &self.derivation.outputs {
            let symbol = state.symbols.intern(output);
            let output_path = kind.path(&state.world.store, name.as_bytes(), output)?;
            let text = with_known_path(state, &itself, output, output_path.as_ref())?;
            attrs.push((symbol, output_value(state, (*itself).clone(), output, &text)));
        }
        Ok(state.attrs(attrs))
    }
}

// Structured attributes.
impl<'h> Draft<'h> {
    /// Adds a member to the structured attributes. Members come sorted by name.
    async fn add_structured(
        &mut self,
        machine: &GeneratorContext<'h>,
        key: &[u8],
        slot: Value<'h>,
    ) -> Result<(), Failure> {
        let (value, invalid, elements) = json::to_json_for_later(machine, slot).await?;
        self.context = self.context.union(machine.state.heap, elements);
        let members = self.structured.get_or_insert_default();
        members.push(if members.is_empty() { b'{' } else { b',' });
        let written = write_string(members, key);
        self.invalid = self.invalid.take().or(written.err()).or(invalid);
        members.push(b':');
        members.extend_from_slice(&value);
        Ok(())
    }

    fn end_structured(&mut self) {
        if let Some(mut members) = self.structured.take() {
            if members.is_empty() {
                members.push(b'{');
            }
            members.push(b'}');
            self.derivation.structured_attributes = Some(members);
        }
    }
}
