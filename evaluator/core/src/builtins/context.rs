//! Builtins that read, add and discard the context of strings (`primops/context.cc`).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::coerce::{self, Coercion};
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind, Failure};
use crate::primop::{Answer, GeneratorContext};
use crate::source::Pos;
use crate::state::State;
use crate::store::context::DerivedPath;
use crate::store::{ContextElement, StorePath};
use crate::symbols::known;
use crate::value::{Attr, Attrs, Context, NixString, StringParts, Value};

use super::arguments::coerce_evaluated;
use super::demand;
use super::evaluation_error;
use crate::primop::{Arguments, Expectation};
use crate::primop::{force_as, force_plain_string, string_of};

builtins! {
    /// A string without its context.
    "unsafeDiscardStringContext"(s) [] => generator discard_context, fast discard_context_without_suspending;
    /// Whether a string has context.
    "hasContext"(s) [0: String "while evaluating the argument passed to builtins.hasContext"] => plain has_context;
    /// A string whose context refers to derivations as mere files where it referred to all that they need.
    "unsafeDiscardOutputDependency"(s) [] => generator discard_outputs, fast discard_outputs_without_suspending;
    /// A string whose context, one derivation as a mere file, refers to all that the derivation needs.
    "addDrvOutputDependencies"(s) [] => generator add_outputs, fast add_outputs_without_suspending;
    /// The context of a string: a set of store paths, each with a set of `path`, `allOutputs` and `outputs`.
    "getContext"(s) [0: String "while evaluating the argument passed to builtins.getContext"] => plain get_context;
    /// A string with more context, given as `getContext` shows it.
    "appendContext"(s, context) [
        0: String "while evaluating the first argument passed to builtins.appendContext",
        1: Attrs "while evaluating the second argument passed to builtins.appendContext"
    ] => generator append_context;
}

/// The elements of a context, decoded. They were valid when they were added.
fn elements<'h>(state: &State<'h>, context: Context<'h>) -> Result<Vec<ContextElement>, Failure> {
    let features = state.settings.experimental_features;
    context.elements.iter().map(|element| Ok(ContextElement::parse(element, features)?)).collect()
}

fn with_elements<'h>(state: &State<'h>, bytes: &'h [u8], elements: &[ContextElement]) -> Value<'h> {
    let context = Context::from_unsorted(state.heap, elements.iter().map(ContextElement::to_text));
    Value::String(NixString::alloc(state.heap, bytes, context))
}

const DISCARDED: &str = "while evaluating the argument passed to builtins.unsafeDiscardStringContext";

fn discard_context_without_suspending<'h>(
    state: &'h State<'h>,
    arguments: &[Value<'h>],
) -> Option<Result<Value<'h>, Failure>> {
    let coerced = coerce_evaluated(state, arguments[0], Coercion::INTERPOLATION, DISCARDED)?;
    Some(coerced.map(|(bytes, _)| NixString::plain(state.heap, bytes)))
}

async fn discard_context<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let how = Coercion::INTERPOLATION;
    let (bytes, _) = coerce::coerce_to_string(&machine, arguments[0], how, Pos::NONE, DISCARDED).await?;
    Ok(NixString::plain(machine.state.heap, bytes))
}

fn has_context<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    Ok(Value::Bool(!string_of(arguments[0]).context().is_empty()))
}

const OUTPUTS_DISCARDED: &str = "while evaluating the argument passed to builtins.unsafeDiscardOutputDependency";

fn without_outputs<'h>(state: &State<'h>, (bytes, context): StringParts<'h>) -> Result<Value<'h>, Failure> {
    let mut elements = elements(state, context)?;
    for element in &mut elements {
        if let ContextElement::DerivationDeep(path) = element {
            *element = ContextElement::Opaque(path.clone());
        }
    }
    Ok(with_elements(state, bytes, &elements))
}

fn discard_outputs_without_suspending<'h>(
    state: &'h State<'h>,
    arguments: &[Value<'h>],
) -> Option<Result<Value<'h>, Failure>> {
    let coerced = coerce_evaluated(state, arguments[0], Coercion::INTERPOLATION, OUTPUTS_DISCARDED)?;
    Some(coerced.and_then(|coerced| without_outputs(state, coerced)))
}

async fn discard_outputs<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let how = Coercion::INTERPOLATION;
    let coerced = coerce::coerce_to_string(&machine, arguments[0], how, Pos::NONE, OUTPUTS_DISCARDED).await?;
    without_outputs(machine.state, coerced)
}

const OUTPUTS_ADDED: &str = "while evaluating the argument passed to builtins.addDrvOutputDependencies";

fn with_outputs<'h>(state: &State<'h>, (bytes, context): StringParts<'h>) -> Result<Value<'h>, Failure> {
    let elements = elements(state, context)?;
    let [element] = elements.as_slice() else {
        let words = "context of string '{}' must have exactly one element, but has {}";
        return Err(evaluation_error(hint(words, &[bytes, elements.len().to_string().as_bytes()])));
    };
    let path = match element {
        ContextElement::Opaque(path) if path.is_derivation() => path,
        ContextElement::Opaque(path) => {
            let path = state.world.store.print(path);
            return Err(evaluation_error(hint("path '{}' is not a derivation", &[path.as_bytes()])));
        }
        ContextElement::Built { output, .. } => {
            let words = "`addDrvOutputDependencies` can only act on derivations, not on a derivation output such as \
                         '{}'";
            return Err(evaluation_error(hint(words, &[output])));
        }
        ContextElement::DerivationDeep(path) => path,
    };
    Ok(with_elements(state, bytes, &[ContextElement::DerivationDeep(path.clone())]))
}

fn add_outputs_without_suspending<'h>(
    state: &'h State<'h>,
    arguments: &[Value<'h>],
) -> Option<Result<Value<'h>, Failure>> {
    let coerced = coerce_evaluated(state, arguments[0], Coercion::INTERPOLATION, OUTPUTS_ADDED)?;
    Some(coerced.and_then(|coerced| with_outputs(state, coerced)))
}

async fn add_outputs<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let how = Coercion::INTERPOLATION;
    let coerced = coerce::coerce_to_string(&machine, arguments[0], how, Pos::NONE, OUTPUTS_ADDED).await?;
    with_outputs(machine.state, coerced)
}

/// The elements of a context for one store path.
#[derive(Default)]
struct Mention {
    path: bool,
    all_outputs: bool,
    outputs: Vec<Box<[u8]>>,
}

fn get_context<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    let mut mentions: BTreeMap<StorePath, Mention> = BTreeMap::new();
    for element in elements(state, string_of(arguments[0]).context())? {
        match element {
            ContextElement::Opaque(path) => mentions.entry(path).or_default().path = true,
            ContextElement::DerivationDeep(path) => mentions.entry(path).or_default().all_outputs = true,
            ContextElement::Built { derivation, output } => match &*derivation {
                DerivedPath::Opaque(path) => mentions.entry(path.clone()).or_default().outputs.push(output),
                DerivedPath::Built { derivation, .. } => return Err(not_in_store(state, derivation.base())),
            },
        }
    }
    let all_outputs = state.symbols.intern(b"allOutputs");
    let mut attrs = Vec::with_capacity(mentions.len());
    for (path, mention) in mentions {
        let mut members = Vec::with_capacity(3);
        if mention.path {
            members.push((known::PATH, Value::Bool(true)));
        }
        if mention.all_outputs {
            members.push((all_outputs, Value::Bool(true)));
        }
        if !mention.outputs.is_empty() {
            let outputs: Vec<_> = mention.outputs.iter().map(|output| state.string(output)).collect();
            members.push((known::OUTPUTS, state.list(&outputs)));
        }
        attrs.push((state.symbols.intern(state.world.store.print(&path).as_bytes()), state.attrs(members)));
    }
    Ok(state.attrs(attrs))
}

/// The failure for an output of a derivation that is itself an output. Only a store that has built it can tell.
fn not_in_store<'h>(state: &State<'h>, path: &StorePath) -> Failure {
    let path = state.world.store.print(path);
    Error::new(ErrorKind::System, hint("path '{}' is not valid", &[path.as_bytes()])).into()
}

async fn append_context<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let string = string_of(arguments[0]);
    let mut added = Vec::new();
    let all_outputs = state.symbols.intern(b"allOutputs");
    for attr in demand::attrs(arguments[1]).sorted(state.heap) {
        let name = state.symbols.name(attr.name);
        let printed = state.printed_name(attr.name);
        let Ok(path) = state.world.store.parse(name) else {
            return Err(error_at(attr.pos, "context key '{}' is not a store path", &printed));
        };
        let is_derivation = name.ends_with(crate::store::path::DERIVATION_SUFFIX.as_bytes());
        let context = "while evaluating the value of a string context";
        let mentions: &Attrs<'h> =
            demand::attrs(force_as(&machine, attr.value(), Expectation::Attrs, attr.pos, context).await?);
        if let Some(mention) = mentions.get(known::PATH) {
            let context = "while evaluating the `path` attribute of a string context";
            if force_bool(&machine, mention, context).await? {
                added.push(ContextElement::Opaque(path.clone()));
            }
        }
        if let Some(mention) = mentions.get(all_outputs) {
            let context = "while evaluating the `allOutputs` attribute of a string context";
            if force_bool(&machine, mention, context).await? {
                if !is_derivation {
                    let words = "tried to add all-outputs context of {}, which is not a derivation, to a string";
                    return Err(error_at(attr.pos, words, &printed));
                }
                added.push(ContextElement::DerivationDeep(path.clone()));
            }
        }
        if let Some(mention) = mentions.get(known::OUTPUTS) {
            let context = "while evaluating the `outputs` attribute of a string context";
            let outputs = force_as(&machine, mention.value(), Expectation::List, mention.pos, context).await?;
            let outputs = demand::list(outputs).items();
            if !outputs.is_empty() && !is_derivation {
                let words = "tried to add derivation output context of {}, which is not a derivation, to a string";
                return Err(error_at(attr.pos, words, &printed));
            }
            let derivation = Arc::new(DerivedPath::Opaque(path));
            for output in outputs {
                let context = "while evaluating an output name within a string context";
                let output = force_plain_string(&machine, output, mention.pos, context).await?;
                added.push(ContextElement::Built { derivation: derivation.clone(), output: output.into() });
            }
        }
    }
    let added = Context::from_unsorted(state.heap, added.iter().map(ContextElement::to_text));
    let context = string.context().union(state.heap, added);
    Ok(Value::String(NixString::alloc(state.heap, string.bytes(), context)))
}

async fn force_bool<'h>(
    machine: &GeneratorContext<'h>,
    attr: &Attr<'h>,
    context: &'static str,
) -> Result<bool, Failure> {
    let value = force_as(machine, attr.value(), Expectation::Bool, attr.pos, context).await?;
    Ok(matches!(value, Value::Bool(true)))
}

fn error_at(pos: Pos, words: &str, name: &[u8]) -> Failure {
    Error::new(ErrorKind::Evaluation, hint(words, &[name])).at(pos).into()
}
