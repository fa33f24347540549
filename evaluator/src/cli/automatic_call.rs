//! Calls functions automatically, with arguments from the command line and defaults. Follows attribute paths, and calls
//! functions so at each step.

use super::{Argument, attribute_path};
use crate::bytecode::ChunkKind;
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind, Failure, suggestions};
use crate::primop::GeneratorContext;
use crate::print;
use crate::source::{Origin, Pos};
use crate::state::State;
use crate::symbols::known;
use crate::value::{Attr, Attrs, Value};

/// The set of automatic arguments. Those that `read` gives no string for are expressions, which are parsed here and
/// evaluated when they are needed.
pub(crate) fn automatic_arguments<'h>(
    state: &'h State<'h>,
    arguments: &[(Vec<u8>, Argument)],
    mut read: impl FnMut(&Argument) -> Result<Option<Vec<u8>>, Box<Error>>,
) -> Result<&'h Attrs<'h>, Failure> {
    let mut attrs = Vec::new();
    for (name, argument) in arguments {
        let value = match read(argument)? {
            Some(text) => state.string(&text),
            None => {
                let Argument::Expression(text) = argument else { unreachable!("only expressions give none") };
                let source = state.add_source(Origin::Text, text.clone())?;
                let chunk = state.compile_source(&source, &state.world.current_dir, ChunkKind::Root, None)?;
                state.thunk_of_chunk(chunk)
            }
        };
        attrs.push(Attr::new(state.heap, state.symbols.intern(name), Pos::NONE, value));
    }
    Ok(Attrs::from_unsorted(state.heap, attrs))
}

/// Calls a value with automatic arguments, again and again, as long as it is a function that names its arguments
/// (`autoCallFunction`).
pub async fn automatic_call<'h>(
    machine: &GeneratorContext<'h>,
    slot: Value<'h>,
    automatic: &'h Attrs<'h>,
) -> Result<Value<'h>, Failure> {
    let state = machine.state;
    // The call site that traces name is where the set or function was written, as far as that is known beforehand.
    let mut pos = slot.determine_pos(Pos::NONE);
    let mut value = machine.force_at(slot, pos).await?;
    while let Value::Attrs(attrs) = value
        && let Some(functor) = attrs.get(known::FUNCTOR)
    {
        value = machine.call_at(functor.value(), value, pos).await?;
        pos = value.determine_pos(Pos::NONE);
    }
    let (Value::Closure(_) | Value::Partial(_)) = value else { return Ok(value) };
    let Some(formals) = value.next_formals() else { return Ok(value) };
    let mut passed = Vec::new();
    if formals.ellipsis {
        passed.extend_from_slice(automatic.sorted(state.heap));
    } else {
        for formal in formals.formals {
            match automatic.get(formal.name) {
                Some(attr) => passed.push(*attr),
                None if formal.has_default => {}
                None => {
                    let message = hint(
                        "cannot evaluate a function that has an argument without a value ('{}')\nNix attempted to \
                         evaluate a function as a top level expression; in\nthis case it must have its arguments \
                         supplied either by default\nvalues, or passed explicitly with '--arg' or '--argstr'. \
                         See\nhttps://nix.dev/manual/nix/stable/language/syntax.html#functions.",
                        &[&state.printed_name(formal.name)],
                    );
                    return Err(Error::new(ErrorKind::MissingArgument, message).at(formal.pos).into());
                }
            }
        }
    }
    machine.call_at(value, Value::Attrs(Attrs::from_unsorted(state.heap, passed)), pos).await
}

/// The slot at the end of an attribute path (`findAlongAttrPath`).
pub async fn find_along_path<'h>(
    machine: &GeneratorContext<'h>,
    root: Value<'h>,
    path: &[u8],
    automatic: &'h Attrs<'h>,
) -> Result<Value<'h>, Failure> {
    let state = machine.state;
    let mut slot = root;
    for step in attribute_path::parse(path)? {
        let value = automatic_call(machine, slot, automatic).await?;
        let wrong = |wanted: &str| {
            let template =
                format!("the expression selected by the selection path '{{}}' should be {wanted} but is {{}}");
            let message = hint(&template, &[path, &print::type_with_article(value)]);
            Failure::from(Error::new(ErrorKind::Type, message))
        };
        slot = match step.index {
            None => {
                let Value::Attrs(attrs) = value else { return Err(wrong("a set")) };
                if step.name.is_empty() {
                    let message = hint("empty attribute name in selection path '{}'", &[path]);
                    return Err(Error::new(ErrorKind::Evaluation, message).into());
                }
                match attrs.get(state.symbols.intern(&step.name)) {
                    Some(attr) => attr.value(),
                    None => {
                        let words = "attribute '{}' in selection path '{}' not found";
                        let mut error = Error::new(ErrorKind::Evaluation, hint(words, &[&step.name, path]));
                        let names = attrs.sorted(state.heap).iter().map(|attr| state.symbols.name(attr.name));
                        error.suggestions = suggestions::best_matches(names, &step.name);
                        return Err(error.into());
                    }
                }
            }
            Some(index) => {
                let Value::List(list) = value else { return Err(wrong("a list")) };
                match list.items().get(index as usize) {
                    Some(item) => item,
                    None => {
                        let words = "list index {} in selection path '{}' is out of range";
                        let message = hint(words, &[index.to_string().as_bytes(), path]);
                        return Err(Error::new(ErrorKind::Evaluation, message).into());
                    }
                }
            }
        };
    }
    Ok(slot)
}
