//! Turns values into paths that a builtin may read, and realises their contexts as far as that goes here.
//!
//! The reference builds whatever a path's context names before it reads the path. A store that holds nothing cannot
//! build, so the first element of a context is an error.

use crate::coerce::{self, Coercion};
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind, Failure};
use crate::io::access::{self, Resolution};
use crate::io::paths;
use crate::primop::GeneratorContext;
use crate::source::Pos;
use crate::state::State;
use crate::store::{ContextElement, StorePath, context::DerivedPath};
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
                let (text, elements) = coerce::coerce_to_string(machine, value, how, pos, context).await?;
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

/// The first store path that a context needs; none for an empty context. This store holds nothing, so a path that is
/// needed is not valid.
pub(super) fn first_needed_path(state: &State<'_>, context: Context<'_>) -> Result<Option<StorePath>, Failure> {
    let Some(element) = context.elements.first() else { return Ok(None) };
    Ok(Some(match ContextElement::parse(element, state.features())? {
        ContextElement::Opaque(path) | ContextElement::DerivationDeep(path) => path,
        ContextElement::Built { derivation, .. } => derivation.base().clone(),
    }))
}

/// Fails if a context needs anything to be built or present (`realiseContext`).
pub(super) fn realise_context(state: &State<'_>, context: Context<'_>) -> Result<(), Failure> {
    match first_needed_path(state, context)? {
        None => Ok(()),
        Some(path) => Err(evaluation_error(hint("path '{}' is not valid", &[path.base_name().as_bytes()]))),
    }
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
