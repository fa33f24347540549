//! Reads `flake.nix` without evaluating it: its inputs have to be written out, so that they can be known before anything
//! is fetched (`readFlake` of `libflake/flake.cc`). So this looks at the syntax tree.

use std::collections::BTreeMap;

use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind, Failure};
use crate::fetchers::lock_file::{InputPath, parse_path};
use crate::fetchers::{Attribute, Attributes, FlakeReference, Reader};
use crate::io::{access, paths};
use crate::settings::Feature;
use crate::source::{Origin, Pos};
use crate::state::State;
use crate::symbols::Symbol;
use crate::syntax::tree::{Bindings, Expr, ExprId, Tree};

use super::super::evaluation_error;

/// What `flake.nix` says of an input.
#[derive(Clone, Debug)]
pub(super) struct FlakeInput {
    /// Where it is.
    pub reference: Option<FlakeReference>,
    /// Whether it has a `flake.nix` that counts.
    pub is_flake: bool,
    /// The input that it is, instead of one of its own.
    pub follows: Option<InputPath>,
    /// What is said of its inputs.
    pub overrides: Inputs,
}

/// Inputs by their names.
pub(super) type Inputs = BTreeMap<Vec<u8>, FlakeInput>;

impl FlakeInput {
    /// An input at a reference.
    pub(super) fn at(reference: FlakeReference, is_flake: bool) -> FlakeInput {
        FlakeInput { reference: Some(reference), is_flake, follows: None, overrides: Inputs::new() }
    }

    /// An input that is another one.
    pub(super) fn following(path: InputPath) -> FlakeInput {
        FlakeInput { reference: None, is_flake: true, follows: Some(path), overrides: Inputs::new() }
    }
}

/// A flake whose `flake.nix` was read.
pub(super) struct Flake {
    /// Its reference with all that makes it unique.
    pub locked: FlakeReference,
    /// Its folder, in the store.
    pub folder: Vec<u8>,
    /// Its inputs.
    pub inputs: Inputs,
}

/// Reads the `flake.nix` in a folder, which messages call `shown`.
pub(super) fn read(
    state: &State<'_>,
    resolved: &FlakeReference,
    locked: FlakeReference,
    folder: Vec<u8>,
    shown: &[u8],
    prefix: &[Vec<u8>],
    reader: &Reader<'_>,
) -> Result<Flake, Failure> {
    let path = paths::join(&folder, b"flake.nix");
    let shown = paths::join(shown, b"flake.nix");
    if !access::exists(&*state.world.io, &path)? {
        return Err(evaluation_error(hint("path '{}' does not exist", &[&shown])));
    }
    let text = state.read_source(&path)?;
    let source = state.add_source(Origin::File(shown.as_slice().into()), text)?;
    let inputs = state.with_tree(&source, &folder, |tree, root| {
        let globals = state.globals();
        crate::syntax::check_scope(tree, root, &state.symbols, &|name| globals.contains(name))?;
        let syntax = Syntax { state, tree, reader, prefix, folder: &folder };
        match tree.get(root) {
            Expr::Attrs(attrs) => syntax.flake(attrs, &resolved.to_text(reader)?),
            _ => Err(evaluation_error(hint("file '{}' must be an attribute set", &[&shown]))
                .while_(Pos::NONE, hint("while evaluating the file '{}':", &[&shown]))),
        }
    })?;
    Ok(Flake { locked, folder, inputs })
}

struct Syntax<'a, 't, 'h> {
    state: &'a State<'h>,
    tree: &'a Tree<'t>,
    reader: &'a Reader<'a>,
    prefix: &'a [Vec<u8>],
    folder: &'a [u8],
}

impl<'t> Syntax<'_, 't, '_> {
    fn place(&self, pos: Pos) -> Vec<u8> {
        let mut place = Vec::new();
        self.state.write_place(pos, &mut place);
        place
    }

    /// The value of `true` and `false`.
    fn boolean(&self, id: ExprId) -> Option<bool> {
        match self.tree.get(id) {
            Expr::Var { name, .. } => match self.state.symbols.name(*name) {
                b"true" => Some(true),
                b"false" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// The type of what is written, with its article. What would have to be computed is a thunk.
    fn kind(&self, id: ExprId) -> &'static str {
        match self.tree.get(id) {
            Expr::Int(_) => "an integer",
            Expr::Float(_) => "a float",
            Expr::String(_) => "a string",
            Expr::Path(_) => "a path",
            Expr::List(_) => "a list",
            Expr::Lambda(_) => "a function",
            Expr::Attrs(attrs) if attrs.dynamic.is_empty() => "a set",
            Expr::Var { name, .. } if self.state.symbols.name(*name) == b"null" => "null",
            _ if self.boolean(id).is_some() => "a Boolean",
            _ => "a thunk",
        }
    }

    fn expected(&self, wanted: &str, id: ExprId, pos: Pos) -> Failure {
        let words = "expected {} but got {} at {}";
        evaluation_error(hint(words, &[wanted.as_bytes(), self.kind(id).as_bytes(), &self.place(pos)]))
    }

    fn set(&self, id: ExprId, pos: Pos) -> Result<&Bindings<'t>, Failure> {
        match self.tree.get(id) {
            Expr::Attrs(attrs) if attrs.dynamic.is_empty() => Ok(attrs),
            _ => Err(self.expected("a set", id, pos)),
        }
    }

    fn text(&self, id: ExprId, pos: Pos) -> Result<&[u8], Failure> {
        match self.tree.get(id) {
            Expr::String(text) => Ok(text),
            _ => Err(self.expected("a string", id, pos)),
        }
    }

    /// The inputs of the flake. Everything else in it is checked.
    fn flake(&self, attrs: &Bindings<'t>, flake: &[u8]) -> Result<Inputs, Failure> {
        let find = |name: &[u8]| attrs.attrs.iter().find(|attr| self.state.symbols.name(attr.name) == name);
        if !attrs.dynamic.is_empty() {
            let words = "flake '{}' computes names of its attributes, which this evaluator does not read";
            return Err(evaluation_error(hint(words, &[flake])));
        }
        if let Some(description) = find(b"description") {
            self.text(description.value, description.pos)?;
        }
        let mut inputs = match find(b"inputs") {
            Some(inputs) => self.inputs(inputs.value, inputs.pos, true)?,
            None => Inputs::new(),
        };
        let Some(outputs) = find(b"outputs") else {
            return Err(evaluation_error(hint("flake '{}' lacks attribute 'outputs'", &[flake])));
        };
        let Expr::Lambda(lambda) = self.tree.get(outputs.value) else {
            return Err(self.expected("a function", outputs.value, outputs.pos));
        };
        for formal in lambda.formals.iter().flat_map(|formals| formals.formals) {
            let name = self.state.symbols.name(formal.name);
            if name != b"self" && !inputs.contains_key(name) {
                inputs.insert(name.to_vec(), FlakeInput::at(FlakeReference::parse(name, self.reader)?, true));
            }
        }
        if let Some(config) = find(b"nixConfig") {
            for setting in &self.set(config.value, config.pos)?.attrs {
                self.check_setting(setting.name, setting.value)?;
            }
        }
        for attr in &attrs.attrs {
            let name = self.state.symbols.name(attr.name);
            if ![&b"description"[..], b"inputs", b"outputs", b"nixConfig"].contains(&name) {
                let words = "flake '{}' has an unsupported attribute '{}', at {}";
                let printed = self.state.printed_name(attr.name);
                return Err(evaluation_error(hint(words, &[flake, &printed, &self.place(attr.pos)])));
            }
        }
        Ok(inputs)
    }

    fn check_setting(&self, name: Symbol, value: ExprId) -> Result<(), Failure> {
        let printed = self.state.printed_name(name);
        let refused = |words| Error::new(ErrorKind::Type, hint(words, &[&printed, self.kind(value).as_bytes()]));
        match self.tree.get(value) {
            Expr::String(_) | Expr::Path(_) | Expr::Int(_) => Ok(()),
            Expr::List(items) if items.iter().all(|item| matches!(self.tree.get(*item), Expr::String(_))) => Ok(()),
            Expr::List(_) => {
                let words = "list element in flake configuration setting '{}' is {} while a string is expected";
                Err(refused(words).into())
            }
            _ if self.boolean(value).is_some() => Ok(()),
            _ => Err(refused("flake configuration setting '{}' is {}").into()),
        }
    }

    fn inputs(&self, id: ExprId, pos: Pos, allows_self: bool) -> Result<Inputs, Failure> {
        let mut inputs = Inputs::new();
        for attr in &self.set(id, pos)?.attrs {
            let name = self.state.symbols.name(attr.name);
            if name != b"self" {
                inputs.insert(name.to_vec(), self.input(attr.value, attr.pos)?);
                continue;
            }
            if !allows_self {
                let words = "'self' input attribute not allowed at {}";
                return Err(evaluation_error(hint(words, &[&self.place(attr.pos)])));
            }
            let mut attributes = Attributes::default();
            for member in &self.set(attr.value, attr.pos)?.attrs {
                self.attribute(member.name, member.value, &mut attributes)?;
            }
            let unknown = attributes.0.keys().find(|name| ![&b"submodules"[..], b"lfs"].contains(&name.as_slice()));
            if let Some(unknown) = unknown {
                return Err(evaluation_error(hint("flake 'self' attribute '{}' is not supported", &[unknown])));
            }
        }
        Ok(inputs)
    }

    fn attribute(&self, name: Symbol, value: ExprId, attributes: &mut Attributes) -> Result<(), Failure> {
        let (text, printed) = (self.state.symbols.name(name), self.state.printed_name(name));
        match self.tree.get(value) {
            Expr::String(value) => attributes.set_text(text, *value),
            // A number with a sign is computed, so it is a thunk.
            Expr::Int(number) => attributes.set(text, Attribute::Integer(number.cast_unsigned())),
            _ => match self.boolean(value) {
                Some(value) => attributes.set(text, Attribute::Bool(value)),
                None if text == b"publicKeys" => {
                    self.reader.features.require(Feature::VerifiedFetches)?;
                    return Err(self.state.needs_network(b"git"));
                }
                None => {
                    let words = "flake input attribute '{}' is {} while a string, Boolean, or integer is expected";
                    let message = hint(words, &[&printed, self.kind(value).as_bytes()]);
                    return Err(Error::new(ErrorKind::Type, message).into());
                }
            },
        }
        Ok(())
    }

    fn input(&self, id: ExprId, pos: Pos) -> Result<FlakeInput, Failure> {
        let mut input = FlakeInput { reference: None, is_flake: true, follows: None, overrides: Inputs::new() };
        let mut attributes = Attributes::default();
        let mut url = None;
        for attr in &self.set(id, pos)?.attrs {
            let name = self.state.symbols.name(attr.name);
            let mut read = || -> Result<(), Failure> {
                match name {
                    b"url" => {
                        let text = self.url(attr.value, attr.pos)?;
                        attributes.set_text(b"url", text.clone());
                        url = Some(text);
                    }
                    b"flake" => {
                        let value = self.boolean(attr.value);
                        input.is_flake = value.ok_or_else(|| self.expected("a Boolean", attr.value, attr.pos))?;
                    }
                    b"inputs" => input.overrides = self.inputs(attr.value, attr.pos, false)?,
                    b"follows" => {
                        let target = parse_path(self.text(attr.value, attr.pos)?)?;
                        input.follows = Some(self.prefix.iter().cloned().chain(target).collect());
                    }
                    _ => self.attribute(attr.name, attr.value, &mut attributes)?,
                }
                Ok(())
            };
            read().map_err(|failure| {
                let printed = self.state.printed_name(attr.name);
                failure.while_(attr.pos, hint("while evaluating flake attribute '{}'", &[&printed]))
            })?;
        }
        if attributes.has(b"type") {
            let reference = FlakeReference::from_attributes(attributes, self.reader);
            let failed = |refusal| Failure::from(refusal).while_(pos, "while evaluating flake input");
            input.reference = Some(reference.map_err(failed)?);
        } else {
            attributes.0.remove(&b"url"[..]);
            if let Some(name) = attributes.0.keys().next() {
                let words = "unexpected flake input attribute '{}', at {}";
                return Err(evaluation_error(hint(words, &[name, &self.place(pos)])));
            }
            if let Some(url) = url {
                input.reference = Some(FlakeReference::parse_input(&url, input.is_flake, self.reader)?);
            }
        }
        if input.reference.is_some() && input.follows.is_some() {
            let words = "flake input has both a flake reference and a follows attribute, at {}";
            return Err(evaluation_error(hint(words, &[&self.place(pos)])));
        }
        Ok(input)
    }

    fn url(&self, id: ExprId, pos: Pos) -> Result<Vec<u8>, Failure> {
        match self.tree.get(id) {
            Expr::String(text) => Ok(text.to_vec()),
            Expr::Path(path) => Ok([b"path:", &*relative(self.folder, path)].concat()),
            _ => Err(self.expected("a string or a path", id, pos)),
        }
    }
}

/// The path from a folder to a path.
fn relative(folder: &[u8], path: &[u8]) -> Vec<u8> {
    let parts = |path| <[u8]>::split(path, |byte| *byte == b'/').filter(|part| !part.is_empty());
    let (from, to): (Vec<_>, Vec<_>) = (parts(folder).collect(), parts(path).collect());
    let common = from.iter().zip(&to).take_while(|(one, two)| one == two).count();
    let up = from[common..].iter().map(|_| &b".."[..]);
    let way: Vec<&[u8]> = up.chain(to[common..].iter().copied()).collect();
    if way.is_empty() { b".".to_vec() } else { way.join(&b'/') }
}
