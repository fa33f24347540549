//! `baseNameOf` and `dirOf`: the parts of a path, for path values and strings alike.

use crate::coerce::{self, Coercion};
use crate::errors::Failure;
use crate::io::paths;
use crate::primop::{Answer, GeneratorContext};
use crate::source::Pos;
use crate::state::State;
use crate::value::{NixString, StringParts, Value};

use super::arguments::coerce_evaluated;
use crate::primop::Arguments;

builtins! {
    /// What follows the last slash of a path or string; one slash at the end does not count.
    bare "baseNameOf"(x) [] => generator base_name_of, fast base_name_of_without_suspending;
    /// What precedes the last slash: a path of a path, a string of a string.
    bare "dirOf"(s) [0: Any ""] => generator dir_of, fast dir_of_without_suspending;
}

const BASE_NAME_OF: &str = "while evaluating the first argument passed to builtins.baseNameOf";

/// A part of a coerced string, with its context.
fn part<'h>(state: &State<'h>, whole: StringParts<'h>, part_of: for<'b> fn(&'b [u8]) -> &'b [u8]) -> Value<'h> {
    let (bytes, context) = whole;
    Value::String(NixString::alloc(state.heap, part_of(bytes), context))
}

fn base_name_of_without_suspending<'h>(
    state: &'h State<'h>,
    arguments: &[Value<'h>],
) -> Option<Result<Value<'h>, Failure>> {
    let coerced = coerce_evaluated(state, arguments[0], Coercion::PATH_SEGMENT, BASE_NAME_OF)?;
    Some(coerced.map(|coerced| part(state, coerced, paths::base_name_of)))
}

async fn base_name_of<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let how = Coercion::PATH_SEGMENT;
    let coerced = coerce::coerce_to_string(&machine, arguments[0], how, Pos::NONE, BASE_NAME_OF).await?;
    Ok(part(machine.state, coerced, paths::base_name_of))
}

const DIR_OF: &str = "while evaluating the first argument passed to 'builtins.dirOf'";

fn dir_of_without_suspending<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Result<Value<'h>, Failure>> {
    if let Some(parent) = parent_of_path(state, arguments[0]) {
        return Some(Ok(parent));
    }
    let coerced = coerce_evaluated(state, arguments[0], Coercion::PATH_SEGMENT, DIR_OF)?;
    Some(coerced.map(|coerced| part(state, coerced, paths::directory_of)))
}

/// The parent of a path value, which is a path. The parent of a file that comes with the evaluator is one of these
/// files too.
fn parent_of_path<'h>(state: &State<'h>, value: Value<'h>) -> Option<Value<'h>> {
    let Value::Path(path) = value else { return None };
    let parent: &'h [u8] = match paths::inside_built_in(path) {
        b"/" => path,
        _ => paths::parent(path).unwrap_or(path),
    };
    Some(Value::Path(state.heap.alloc(parent)))
}

async fn dir_of<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    if let Some(parent) = parent_of_path(machine.state, arguments[0]) {
        return Ok(parent);
    }
    let coerced = coerce::coerce_to_string(&machine, arguments[0], Coercion::PATH_SEGMENT, Pos::NONE, DIR_OF).await?;
    Ok(part(machine.state, coerced, paths::directory_of))
}
