//! The string that stands for an output of a derivation: its path where that is known, a placeholder elsewhere.

use std::sync::Arc;

use crate::builtins::evaluation_error;
use crate::builtins::realise::{read_derivation, single_derived_path};
use crate::errors::Failure;
use crate::errors::highlight::hint;
use crate::primop::Arguments;
use crate::primop::force_plain_string;
use crate::primop::{Answer, GeneratorContext};
use crate::settings::Feature;
use crate::source::Pos;
use crate::state::State;
use crate::store::context::{DerivedPath, require_dynamic};
use crate::store::{ContextElement, StorePath, placeholder};
use crate::value::{Context, NixString, Value};

/// The string for an output whose path is given if it is known (`mkOutputStringRaw`).
pub(super) fn with_known_path(
    state: &State<'_>,
    derivation: &DerivedPath,
    output: &[u8],
    path: Option<&StorePath>,
) -> Result<Vec<u8>, Failure> {
    if let Some(path) = path {
        return Ok(state.world.store.print(path).into_bytes());
    }
    state.features().require(Feature::CaDerivations)?;
    require_dynamic(derivation, state.features())?;
    Ok(placeholder::downstream(derivation, output).into_bytes())
}

/// The string for an output (`mkSingleDerivedPathStringRaw`). A known derivation is read from the store.
pub(in crate::builtins) fn output_text(
    state: &State<'_>,
    derivation: &DerivedPath,
    output: &[u8],
) -> Result<Vec<u8>, Failure> {
    match derivation {
        DerivedPath::Opaque(path) => {
            let known = read_derivation(state, path)?;
            let Some(how) = known.outputs.get(output) else {
                let words = "derivation '{}' does not have output '{}'";
                return Err(evaluation_error(hint(words, &[state.world.store.print(path).as_bytes(), output])));
            };
            let path = how.path(&state.world.store, &known.name, output)?;
            with_known_path(state, derivation, output, path.as_ref())
        }
        DerivedPath::Built { .. } => with_known_path(state, derivation, output, None),
    }
}

/// The string of an output of a derivation in the store, whose path is given if it is known.
pub(in crate::builtins) fn known_output<'h>(
    state: &State<'h>,
    derivation: &StorePath,
    output: &[u8],
    path: Option<StorePath>,
) -> Result<Value<'h>, Failure> {
    let derivation = DerivedPath::Opaque(derivation.clone());
    let text = with_known_path(state, &derivation, output, path.as_ref())?;
    Ok(output_value(state, derivation, output, &text))
}

/// The string of an output, which depends on it.
pub(super) fn output_value<'h>(state: &State<'h>, derivation: DerivedPath, output: &[u8], text: &[u8]) -> Value<'h> {
    let element = ContextElement::Built { derivation: Arc::new(derivation), output: output.into() };
    NixString::with_context(state.heap, text, Context::EMPTY.with(state.heap, &element.to_text()))
}

pub(super) async fn output_of<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let context = "while evaluating the first argument to builtins.outputOf";
    let derivation = single_derived_path(state, arguments[0], context)?;
    let context = "while evaluating the second argument to builtins.outputOf";
    let output = force_plain_string(&machine, arguments[1], Pos::NONE, context).await?;
    let text = output_text(state, &derivation, output)?;
    Ok(output_value(state, derivation, output, &text))
}
