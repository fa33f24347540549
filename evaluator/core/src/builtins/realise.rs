//! Turns values into paths that a builtin may read, and realises their contexts as far as that goes here.
//!
//! The reference builds whatever a path's context names before it reads the path. Nothing is built here. So what a
//! context names must be valid: added in this evaluation, or in a store that is there.

use std::collections::BTreeSet;

use crate::coerce::{self, Coercion};
use crate::errors::highlight::{hint, plain};
use crate::errors::{Error, ErrorKind, Failure};
use crate::io::access::{self, Resolution};
use crate::io::paths;
use crate::primop::GeneratorContext;
use crate::source::Pos;
use crate::state::State;
use crate::store::{ContextElement, Derivation, StorePath, context::DerivedPath, derivation};
use crate::symbols::known;
use crate::value::{Context, Value};

use super::evaluation_error;

/// The line of trace for errors in the argument of a builtin that looks at a file.
const PATH_CONTEXT: &str = "while realising the context of a path";

/// The canonical path for a value, and its context (`coerceToPath`). Fails, with `context` as the trace, if the value
/// is neither a path nor a string that holds an absolute one.
pub(super) async fn coerce_to_path<'h>(
    machine: &GeneratorContext<'h>,
    slot: Value<'h>,
    pos: Pos,
    context: &'static str,
) -> Result<(Vec<u8>, Context<'h>), Failure> {
    let mut slot = slot;
    loop {
        let value = machine.force_at(slot, pos).await.map_err(|failure| failure.while_(pos, context))?;
        match value {
            Value::Path(path) => return Ok((paths::canonical(path), Context::EMPTY)),
            Value::Attrs(attrs) if attrs.get(known::TO_STRING).is_some() => {
                let Some(function) = attrs.get(known::TO_STRING) else { unreachable!("there is one") };
                slot = machine.call_at(function.value(), value, pos).await?;
            }
            _ => {
                let how = Coercion::PLAIN;
                let (text, elements) = coerce::coerce_to_string(machine, slot, how, pos, context).await?;
                return Ok((absolute_path(text).map_err(|failure| failure.while_(pos, context))?, elements));
            }
        }
    }
}

/// The path for an absolute path in a string.
fn absolute_path(text: &[u8]) -> Result<Vec<u8>, Failure> {
    if !text.starts_with(b"/") {
        return Err(evaluation_error(hint("string '{}' doesn't represent an absolute path", &[text])));
    }
    Ok(paths::canonical(text))
}

/// The path for an evaluated value that needs no calling back: a path, or a string without context.
pub(super) fn path_without_suspending(value: Value<'_>) -> Option<Vec<u8>> {
    match value.forced()? {
        Value::Path(path) => Some(paths::canonical(path)),
        Value::String(string) if string.context().is_empty() => absolute_path(string.bytes()).ok(),
        _ => None,
    }
}

/// The first path of a context that is not valid in the store. What is to be built is not looked at, only its
/// derivation.
pub(super) fn first_invalid_path(state: &State<'_>, context: Context<'_>) -> Result<Option<StorePath>, Failure> {
    for element in context.elements {
        let path = match ContextElement::parse(element, state.features())? {
            ContextElement::Opaque(path) | ContextElement::DerivationDeep(path) => path,
            ContextElement::Built { derivation, .. } => derivation.base().clone(),
        };
        state.world.opened.require_reachable()?;
        if !state.world.objects.is_valid(&path) {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Fails if a context needs anything to be built or present (`realiseContext`).
pub(super) fn realise_context(state: &State<'_>, context: Context<'_>) -> Result<(), Failure> {
    if context.is_empty() {
        return Ok(());
    }
    if let Some(path) = first_invalid_path(state, context)? {
        return Err(evaluation_error(hint("path '{}' is not valid", &[path.base_name().as_bytes()])));
    }
    import_from_derivations(state, context, true)
}

/// Looks for what a context wants built, whose derivations are valid. With `asks`, as reading a file does, settings may
/// forbid that.
pub(super) fn import_from_derivations(state: &State<'_>, context: Context<'_>, asks: bool) -> Result<(), Failure> {
    let mut wanted = Vec::new();
    for element in context.elements {
        if let ContextElement::Built { derivation, output } = ContextElement::parse(element, state.features())? {
            wanted.push((derivation, output));
        }
    }
    let Some((derivation, output)) = wanted.first() else { return Ok(()) };
    let shown = [&*derivation.display(&state.world.store), b"^", output].concat();
    if asks && !state.settings.allow_import_from_derivation {
        let words = "cannot build '{}' during evaluation because the option 'allow-import-from-derivation' is disabled";
        return Err(evaluation_error(hint(words, &[&shown])));
    }
    if asks && state.settings.trace_import_from_derivation {
        state.warn(&plain("built '{}' during evaluation due to an import from derivation", &[&shown]));
    }
    wanted.iter().try_for_each(|(derivation, output)| require_output(state, derivation, output))
}

/// Fails unless an output of a derivation is valid already.
fn require_output(state: &State<'_>, derivation: &DerivedPath, output: &[u8]) -> Result<(), Failure> {
    let shown = [&*derivation.display(&state.world.store), b"^", output].concat();
    let cannot = || {
        let words = "cannot build '{}': this evaluator builds nothing, and the store does not have it";
        Failure::from(Error::new(ErrorKind::System, hint(words, &[&shown])))
    };
    let DerivedPath::Opaque(path) = derivation else { return Err(cannot()) };
    let parsed = read_derivation(state, path)?;
    let Some(known) = parsed.outputs.get(output) else {
        let words = "derivation '{}' does not have wanted outputs '{}'";
        return Err(evaluation_error(hint(words, &[state.world.store.print(path).as_bytes(), output])));
    };
    match known.path(&state.world.store, &parsed.name, output)? {
        Some(path) if state.world.objects.is_valid(&path) => {
            state.allow_object(&path);
            Ok(())
        }
        _ => Err(cannot()),
    }
}

/// A derivation that is valid in the store.
pub(super) fn read_derivation(state: &State<'_>, path: &StorePath) -> Result<Derivation, Failure> {
    let store = &state.world.store;
    let Some(tree) = state.world.objects.object(path) else { return Err(derivation::not_valid(store, path).into()) };
    let text = access::read_file(&*tree, b"/")?;
    let name = path.derivation_name()?;
    Derivation::parse(store, &text, name.as_bytes(), state.features()).map_err(|error| {
        let words = "error parsing derivation '{}': {}";
        let message = hint(words, &[store.print(path).as_bytes(), &error.message]);
        Error::new(ErrorKind::Evaluation, message).into()
    })
}

/// An object and all that it refers to, as far as that is known: what was added in this evaluation, and derivations.
pub(super) fn closure(state: &State<'_>, path: StorePath) -> Result<BTreeSet<StorePath>, Failure> {
    let mut found = BTreeSet::new();
    let mut left = vec![path];
    while let Some(path) = left.pop() {
        if !state.world.objects.is_valid(&path) {
            let shown = state.world.store.print(&path);
            return Err(evaluation_error(hint("path '{}' is not valid", &[shown.as_bytes()])));
        }
        match state.world.objects.references(&path) {
            Some(references) => left.extend(references.difference(&found).cloned()),
            None if path.is_derivation() => {
                left.extend(read_derivation(state, &path)?.references().difference(&found).cloned());
            }
            None => {}
        }
        found.insert(path);
    }
    Ok(found)
}

/// The file for an argument, with links followed as `resolution` says (`realisePath`).
pub(super) async fn realise_path<'h>(
    machine: &GeneratorContext<'h>,
    slot: Value<'h>,
    resolution: Option<Resolution>,
) -> Result<Vec<u8>, Failure> {
    let (path, context) = coerce_to_path(machine, slot, Pos::NONE, PATH_CONTEXT).await?;
    realised(machine.state, path, context, resolution)
}

fn realised(
    state: &State<'_>,
    path: Vec<u8>,
    context: Context<'_>,
    resolution: Option<Resolution>,
) -> Result<Vec<u8>, Failure> {
    let result = realise_context(state, context).and_then(|()| match resolution {
        None => Ok(path.clone()),
        Some(resolution) => Ok(access::resolve_symlinks(&*state.world.io, &path, resolution)?),
    });
    result.map_err(|failure| {
        failure.while_(Pos::NONE, hint("while realising the context of path '{}'", &[&paths::displayed(&path)]))
    })
}

/// Like [`realise_path`], without calling back; `None` if the argument needs it.
pub(super) fn realise_without_suspending(
    state: &State<'_>,
    value: Value<'_>,
    resolution: Option<Resolution>,
) -> Option<Result<Vec<u8>, Failure>> {
    let path = path_without_suspending(value)?;
    Some(realised(state, path, Context::EMPTY, resolution))
}

/// The single element of a string's context, if the string is its text (`coerceToSingleDerivedPath`).
pub(super) fn single_derived_path<'h>(
    state: &'h State<'h>,
    value: Value<'h>,
    context: &'static str,
) -> Result<DerivedPath, Failure> {
    let Value::String(string) = value else { unreachable!("checked to be a string") };
    let error = |message: Vec<u8>| Failure::from(Error::new(ErrorKind::Evaluation, message)).while_(Pos::NONE, context);
    let [element] = string.context().elements else {
        let count = string.context().elements.len().to_string();
        let words = "string '{}' has {} entries in its context. It should only have exactly one entry";
        return Err(error(hint(words, &[string.bytes(), count.as_bytes()])));
    };
    match ContextElement::parse(element, state.features())? {
        ContextElement::Opaque(path) => {
            let expected = state.world.store.print(&path).into_bytes();
            if string.bytes() != expected {
                let words = "path string '{}' has context with the different path '{}'";
                return Err(error(hint(words, &[string.bytes(), &expected])));
            }
            Ok(DerivedPath::Opaque(path))
        }
        ContextElement::DerivationDeep(_) => {
            let words = "string '{}' has a context which refers to a complete source and binary closure. \
                         This is not supported at this time";
            Err(error(hint(words, &[string.bytes()])))
        }
        ContextElement::Built { derivation, output } => {
            let expected = super::derivation::output_text(state, &derivation, &output)?;
            if string.bytes() != expected {
                let words = "string '{}' has context with the output '{}' from derivation '{}', but the string is not \
                             the right placeholder for this derivation output. It should be '{}'";
                let derivation = derivation.display(&state.world.store);
                return Err(error(hint(words, &[string.bytes(), &output, &derivation, &expected])));
            }
            Ok(DerivedPath::Built { derivation, output })
        }
    }
}
