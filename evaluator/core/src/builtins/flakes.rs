//! Builtins on flakes: parse and print flake references, and `getFlake` of what is on this machine.

mod call;
mod file;
mod locks;

pub(super) use call::FETCH_FINAL_TREE;

use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind, Failure};
use crate::fetchers::{Attribute, Attributes, FlakeReference, Reader};
use crate::primop::{Answer, GeneratorContext};
use crate::print;
use crate::settings::Feature;
use crate::source::Pos;
use crate::state::State;
use crate::value::Value;

use super::evaluation_error;
use crate::primop::Arguments;

builtins! {
    /// The outputs of a flake, and what is known of it.
    "getFlake"(args) [0: PlainString "while evaluating the argument passed to builtins.getFlake"]
 => generator get_flake;
    /// The attributes that a flake reference stands for.
    "parseFlakeRef"(flake_ref) [0: PlainString "while evaluating the argument passed to builtins.parseFlakeRef"]
 => plain parse_flake_reference;
    /// The flake reference that attributes stand for.
    "flakeRefToString"(attrs) [0: Attrs "while evaluating the argument passed to builtins.flakeRefToString"]
 => generator flake_reference_to_string;
}

async fn get_flake<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let text = state.expect_plain_string(arguments[0])?;
    let warn = |text: &[u8]| state.warn(text);
    let reader = Reader { features: state.features(), warn: &warn };
    let reference = FlakeReference::parse(text, &reader)?;
    let input = &reference.input;
    if state.settings.pure_eval && !input.is_locked(reader.features)? {
        let words = "cannot call 'getFlake' on unlocked flake reference '{}', at {} (use --impure to override)";
        let mut place = Vec::new();
        state.write_place(Pos::NONE, &mut place);
        return Err(evaluation_error(hint(words, &[text, &place])));
    }
    // References are text, also of kinds that need no feature; fetching a flake is more.
    reader.features.require(Feature::Flakes)?;
    let flake = locks::lock(state, &reference, &reader)?;
    call::call(&machine, &flake, &reader).await
}

fn parse_flake_reference<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    let text = state.expect_plain_string(arguments[0])?;
    let warn = |text: &[u8]| state.warn(text);
    let reader = Reader { features: state.features(), warn: &warn };
    let attributes = FlakeReference::parse(text, &reader)?.to_attributes();
    Ok(state.attrs(attributes.0.iter().map(|(name, value)| {
        let value = match value {
            Attribute::String(text) => state.string(text),
            Attribute::Integer(number) => Value::Int(*number as i64),
            Attribute::Bool(value) => Value::Bool(*value),
        };
        (state.symbols.intern(name), value)
    })))
}

async fn flake_reference_to_string<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let Value::Attrs(attrs) = arguments[0] else { unreachable!("checked to be a set") };
    let mut attributes = Attributes::default();
    for attr in attrs.sorted(state.heap) {
        let name = state.symbols.name(attr.name);
        let printed = state.printed_name(attr.name);
        match machine.force_at(attr.value(), attr.pos).await? {
            Value::Int(number) => match u64::try_from(number) {
                Ok(number) => attributes.set(name, Attribute::Integer(number)),
                Err(_) => {
                    let words = "negative value given for flake ref attr {}: {}";
                    return Err(evaluation_error(hint(words, &[&printed, number.to_string().as_bytes()])));
                }
            },
            Value::Bool(value) => attributes.set(name, Attribute::Bool(value)),
            Value::String(string) => attributes.set_text(name, string.bytes()),
            other => {
                let words = "flake reference attribute sets may only contain integers, Booleans, and strings, but \
                             attribute '{}' is {}";
                let message = hint(words, &[&printed, &print::type_with_article(other)]);
                return Err(Error::new(ErrorKind::Evaluation, message).into());
            }
        }
    }
    let warn = |text: &[u8]| state.warn(text);
    let reader = Reader { features: state.features(), warn: &warn };
    let reference = FlakeReference::from_attributes(attributes, &reader)?;
    Ok(state.string(&reference.to_text(&reader)?))
}
