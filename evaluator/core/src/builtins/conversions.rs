//! Builtins that convert values to JSON and XML, and parse JSON and TOML.

use crate::convert::{from_json, from_toml, json, xml};
use crate::errors::Failure;
use crate::primop::{Answer, GeneratorContext};
use crate::source::Pos;
use crate::state::State;
use crate::value::{NixString, Value};

use crate::primop::Arguments;
use crate::primop::string_of;

builtins! {
    /// A value as JSON text. Paths are copied to the store; a set with `__toString` or `outPath` becomes a string.
    "toJSON"(e) [] => generator to_json, fast to_json_without_suspending;
    /// The value that a JSON text stands for.
    "fromJSON"(e) [
        0: PlainString "while evaluating the first argument passed to builtins.fromJSON"
    ] => plain from_json;
    /// The value that a TOML text stands for.
    bare "fromTOML"(e) [
        0: PlainString "while evaluating the argument passed to builtins.fromTOML"
    ] => plain from_toml;
    /// A value as XML text.
    "toXML"(e) [] => generator to_xml;
}

fn to_json_without_suspending<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Result<Value<'h>, Failure>> {
    if state.call_depth.get() > state.max_call_depth {
        return None;
    }
    let converted = json::scalar_without_suspending(arguments[0])?;
    Some(converted.map(|(text, context)| NixString::with_context(state.heap, &text, context)))
}

async fn to_json<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let (text, context) = json::to_json(&machine, arguments[0], json::Conversion::BUILTIN, Pos::NONE).await?;
    state.reserve(text.len())?;
    Ok(NixString::with_context(state.heap, &text, context))
}

fn from_json<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    from_json::from_json(state, string_of(arguments[0]).bytes())
}

fn from_toml<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    from_toml::from_toml(state, string_of(arguments[0]).bytes())
}

async fn to_xml<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let mut text = Vec::new();
    let context = xml::to_xml(&machine, arguments[0], xml::Conversion::BUILTIN, &mut text).await?;
    state.reserve(text.len())?;
    Ok(NixString::with_context(state.heap, &text, context))
}
