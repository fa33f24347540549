//! `fetchClosure`: checks its arguments, as the reference does before it fetches. Nothing is fetched.

use crate::coerce::{self, Coercion};
use crate::errors::Failure;
use crate::errors::highlight::hint;
use crate::primop::{Answer, GeneratorContext};
use crate::source::Pos;
use crate::store::StorePath;
use crate::value::Value;

use super::evaluation_error;
use crate::primop::Arguments;
use crate::primop::{force_bool, force_plain_string};

builtins! {
    /// Copies a store path and all that it needs from a binary cache, and gives the path.
    "fetchClosure"(args) [0: Attrs "while evaluating the argument passed to builtins.fetchClosure"]
        feature FetchClosure => generator fetch_closure;
}

async fn store_path<'h>(
    machine: &GeneratorContext<'h>,
    slot: Value<'h>,
    pos: Pos,
    context: &'static str,
) -> Result<StorePath, Failure> {
    let how = Coercion::PLAIN;
    let (path, _) = coerce::coerce_to_string(machine, slot, how, pos, context).await?;
    machine
        .state
        .world
        .store
        .parse(path)
        .map_err(|_| evaluation_error(hint("path '{}' is not in the Nix store", &[path])).while_(pos, context))
}

async fn fetch_closure<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let Value::Attrs(attrs) = arguments[0] else { unreachable!("checked to be a set") };
    let (mut from_path, mut has_to_path, mut from_store, mut is_input_addressed) = (None, false, None, false);
    for attr in attrs.sorted(state.heap) {
        match state.symbols.name(attr.name) {
            b"fromPath" => {
                let context = "while evaluating the attribute 'fromPath' passed to builtins.fetchClosure";
                from_path = Some(store_path(&machine, attr.value(), attr.pos, context).await?);
            }
            b"toPath" => {
                let value = machine.force_at(attr.value(), attr.pos).await?;
                has_to_path = true;
                // An empty string asks what the path would be.
                if !matches!(value, Value::String(string) if string.bytes().is_empty()) {
                    let context = "while evaluating the attribute 'toPath' passed to builtins.fetchClosure";
                    store_path(&machine, value, attr.pos, context).await?;
                }
            }
            b"fromStore" => {
                let context = "while evaluating the attribute 'fromStore' passed to builtins.fetchClosure";
                from_store = Some(force_plain_string(&machine, attr.value(), attr.pos, context).await?);
            }
            b"inputAddressed" => {
                let context = "while evaluating the attribute 'inputAddressed' passed to builtins.fetchClosure";
                is_input_addressed = force_bool(&machine, attr.value(), attr.pos, context).await?;
            }
            _ => {
                let words = "attribute '{}' isn't supported in call to 'fetchClosure'";
                return Err(evaluation_error(hint(words, &[&state.printed_name(attr.name)])));
            }
        }
    }
    let missing =
        |name: &str| evaluation_error(hint("attribute '{}' is missing in call to 'fetchClosure'", &[name.as_bytes()]));
    from_path.ok_or_else(|| missing("fromPath"))?;
    if is_input_addressed && has_to_path {
        let words = "attribute '{}' is set to true, but '{}' is also set. Please remove one of them";
        return Err(evaluation_error(hint(words, &[b"inputAddressed", b"toPath"])));
    }
    let store = from_store.ok_or_else(|| missing("fromStore"))?;
    crate::settings::parse::store_reference(store)?;
    if !store.starts_with(b"http://") && !store.starts_with(b"https://") {
        return Err(evaluation_error("'fetchClosure' only supports http:// and https:// stores"));
    }
    if store.iter().position(|byte| *byte == b'?').is_some_and(|mark| mark + 1 < store.len()) {
        let words = "'fetchClosure' does not support URL query parameters (in '{}')";
        return Err(evaluation_error(hint(words, &[store])));
    }
    Err(state.needs_network(store))
}
