//! Builtins on strings: conversion to strings, parts, and concatenation.

use crate::coerce::{self, Coercion};
use crate::errors::Failure;
use crate::heap::Held;
use crate::primop::{Answer, GeneratorContext};
use crate::refusal;
use crate::source::Pos;
use crate::state::State;
use crate::value::{Context, Items, NixString, StringParts, Value};

use super::arguments::{coerce_evaluated, evaluated_string};
use super::demand;
use super::evaluation_error;
use crate::primop::{Arguments, Expectation};
use crate::primop::{force_as, force_string, string_of};

builtins! {
    /// A value as a string. Lists become their elements with spaces between, `true` becomes `1`, `false` and `null`
    /// become nothing, and a set says by `__toString` or `outPath` what it becomes.
    bare "toString"(e) [0: Coercible ""] => generator to_string, fast to_string_without_suspending;
    /// The part of a string that starts at byte `start`, from 0, and has `len` bytes, or fewer where the string ends; a
    /// negative `len` means all up to the end.
    "substring"(start, len, s) [
        0: Int "while evaluating the first argument (the start offset) passed to builtins.substring"
    ] => generator substring, fast substring_without_suspending;
    /// The number of bytes of a string.
    "stringLength"(e) [0: Coercible ""] => generator string_length, fast string_length_without_suspending;
    /// Strings put together, with a separator between each two.
    "concatStringsSep"(separator, list) [
        0: String "while evaluating the first argument (the separator string) passed to builtins.concatStringsSep",
        1: List "while evaluating the second argument (the list of strings to concat) passed to \
                 builtins.concatStringsSep"
    ] => generator concat_strings_sep, fast concat_strings_sep_without_suspending;
    /// A string with each occurrence of a string of the first list replaced by the one at the same index of the second
    /// list, which is evaluated only then.
    "replaceStrings"(from, to, s) [
        0: List "while evaluating the first argument passed to builtins.replaceStrings",
        1: List "while evaluating the second argument passed to builtins.replaceStrings"
    ] => generator replace_strings, fast replace_strings_without_suspending;
}

/// A string value from what was coerced.
fn coerced_value<'h>(state: &State<'h>, coerced: StringParts<'h>) -> Value<'h> {
    let (bytes, context) = coerced;
    Value::String(NixString::alloc(state.heap, bytes, context))
}

const TO_STRING: &str = "while evaluating the first argument passed to builtins.toString";

fn to_string_without_suspending<'h>(
    state: &'h State<'h>,
    arguments: &[Value<'h>],
) -> Option<Result<Value<'h>, Failure>> {
    // Coercing is a level of its own. Where that is too deep, the generator says so.
    if state.call_depth.get() > state.max_call_depth {
        return None;
    }
    if let Some(string) = evaluated_string(arguments[0]) {
        return Some(Ok(Value::String(string)));
    }
    let coerced = coerce_evaluated(state, arguments[0], Coercion::TO_STRING, TO_STRING)?;
    Some(coerced.map(|coerced| coerced_value(state, coerced)))
}

async fn to_string<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    coerce::coerce_to_value(&machine, arguments[0], Coercion::TO_STRING, Pos::NONE, TO_STRING).await
}

const SUBSTRING_LENGTH: &str =
    "while evaluating the second argument (the substring length) passed to builtins.substring";
const SUBSTRING_OF: &str = "while evaluating the third argument (the string) passed to builtins.substring";

/// The start of `substring`, which the strictness rules have checked.
fn substring_start(argument: Value<'_>) -> Result<u64, Failure> {
    let Value::Int(start) = argument else { unreachable!("checked to be an integer") };
    u64::try_from(start).map_err(|_| evaluation_error("negative start position in 'substring'"))
}

fn cut<'h>(state: &State<'h>, start: u64, length: i64, string: StringParts<'h>) -> Value<'h> {
    let (bytes, context) = string;
    fault!(let context = 92 => if length == 0 { Context::EMPTY } else { context });
    let rest = usize::try_from(start).ok().and_then(|start| bytes.get(start..)).unwrap_or_default();
    let length = usize::try_from(length).unwrap_or(usize::MAX).min(rest.len());
    coerced_value(state, (&rest[..length], context))
}

fn substring_without_suspending<'h>(
    state: &'h State<'h>,
    arguments: &[Value<'h>],
) -> Option<Result<Value<'h>, Failure>> {
    let start = match substring_start(arguments[0]) {
        Ok(start) => start,
        Err(failure) => return Some(Err(failure)),
    };
    let Some(Value::Int(length)) = arguments[1].forced() else { return None };
    let string = coerce_evaluated(state, arguments[2], Coercion::INTERPOLATION, SUBSTRING_OF)?;
    Some(string.map(|string| cut(state, start, length, string)))
}

async fn substring<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let start = substring_start(arguments[0])?;
    let length = force_as(&machine, arguments[1], Expectation::Int, Pos::NONE, SUBSTRING_LENGTH).await?;
    let Value::Int(length) = length else { unreachable!("checked to be an integer") };
    if length == 0
        && let Value::String(string) = machine.force(arguments[2]).await?
    {
        return Ok(cut(machine.state, 0, 0, (string.bytes(), string.context())));
    }
    let how = Coercion::INTERPOLATION;
    let string = coerce::coerce_to_string(&machine, arguments[2], how, Pos::NONE, SUBSTRING_OF).await?;
    Ok(cut(machine.state, start, length, string))
}

const STRING_LENGTH: &str = "while evaluating the argument passed to builtins.stringLength";

fn string_length_without_suspending<'h>(
    state: &'h State<'h>,
    arguments: &[Value<'h>],
) -> Option<Result<Value<'h>, Failure>> {
    let coerced = coerce_evaluated(state, arguments[0], Coercion::INTERPOLATION, STRING_LENGTH)?;
    Some(coerced.map(|(bytes, _)| Value::Int(bytes.len() as i64)))
}

async fn string_length<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let how = Coercion::INTERPOLATION;
    let (bytes, _) = coerce::coerce_to_string(&machine, arguments[0], how, Pos::NONE, STRING_LENGTH).await?;
    Ok(Value::Int(bytes.len() as i64))
}

const CONCATENATED: &str =
    "while evaluating one element of the list of strings to concat passed to builtins.concatStringsSep";

/// The memory of the parts of a concatenation while it runs.
fn bytes_of_parts(items: Items<'_>) -> usize {
    items.len() * size_of::<&NixString<'static>>()
}

/// The string of what was coerced from a slot.
fn coerced_string<'h>(state: &State<'h>, slot: Value<'h>, coerced: StringParts<'h>) -> &'h NixString<'h> {
    match slot.forced() {
        Some(Value::String(string)) => string,
        _ => NixString::alloc(state.heap, coerced.0, coerced.1),
    }
}

/// Puts strings together.
fn join<'h>(state: &State<'h>, separator: &NixString<'h>, parts: &[&'h NixString<'h>]) -> Answer<'h> {
    let mut length = separator.bytes().len().saturating_mul(parts.len().saturating_sub(1));
    let mut context = separator.context();
    for part in parts {
        state.limits.step()?;
        length = length.saturating_add(part.bytes().len());
        context = context.union(state.heap, part.context());
    }
    state.reserve(length)?;
    let pieces = parts.iter().enumerate().flat_map(|(index, part)| {
        let separator = if index > 0 { separator.bytes() } else { &[] };
        [separator, part.bytes()]
    });
    Ok(coerced_value(state, (state.copied_text(length, pieces)?, context)))
}

fn concat_strings_sep_without_suspending<'h>(
    state: &'h State<'h>,
    arguments: &[Value<'h>],
) -> Option<Result<Value<'h>, Failure>> {
    let items = demand::list(arguments[1]).items();
    let mut held = state.heap.hold();
    if let Err(failure) = state.hold(&mut held, bytes_of_parts(items)) {
        return Some(Err(failure));
    }
    let mut parts = Vec::with_capacity(items.len());
    for item in items {
        if let Err(failure) = state.limits.step() {
            return Some(Err(failure));
        }
        match coerce_evaluated(state, item, Coercion::INTERPOLATION, CONCATENATED)? {
            Ok(part) => parts.push(coerced_string(state, item, part)),
            Err(failure) => return Some(Err(failure)),
        }
    }
    Some(join(state, string_of(arguments[0]), &parts))
}

async fn concat_strings_sep<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let items = demand::list(arguments[1]).items();
    let mut held = machine.state.heap.hold();
    machine.state.hold(&mut held, bytes_of_parts(items))?;
    let mut parts = Vec::with_capacity(items.len());
    for item in items {
        machine.state.limits.step()?;
        let how = Coercion::INTERPOLATION;
        let part = coerce::coerce_to_string(&machine, item, how, Pos::NONE, CONCATENATED).await?;
        parts.push(coerced_string(machine.state, item, part));
    }
    join(machine.state, string_of(arguments[0]), &parts)
}

const REPLACED: &str = "while evaluating one of the strings to replace passed to builtins.replaceStrings";
const REPLACED_IN: &str = "while evaluating the third argument passed to builtins.replaceStrings";
const REPLACEMENT: &str = "while evaluating one of the replacement strings passed to builtins.replaceStrings";

/// A running replacement. It suspends where it needs a replacement string that is not evaluated yet.
struct Replacement<'h> {
    from: Vec<&'h [u8]>,
    /// Whether any string to replace starts with a byte; if none does, the byte is copied.
    starts: [bool; 256],
    /// Whether one of the strings to replace is empty, and so matches everywhere.
    has_empty: bool,
    known: Vec<Option<&'h [u8]>>,
    text: &'h [u8],
    context: Context<'h>,
    at: usize,
    result: Vec<u8>,
    held: Held<'h>,
}

impl<'h> Replacement<'h> {
    fn new(state: &State<'h>, from: Vec<&'h [u8]>, string: &'h NixString<'h>) -> Self {
        let mut starts = [false; 256];
        for first in from.iter().filter_map(|from| from.first()) {
            starts[usize::from(*first)] = true;
        }
        Replacement {
            has_empty: from.iter().any(|from| from.is_empty()),
            starts,
            known: vec![None; from.len()],
            from,
            text: string.bytes(),
            context: string.context(),
            at: 0,
            result: Vec::new(),
            held: state.heap.hold(),
        }
    }

    /// Runs to the end and returns none; or returns the index of the replacement string that it needs.
    fn run(&mut self, state: &State<'h>) -> Result<Option<usize>, Failure> {
        while self.at <= self.text.len() {
            state.limits.step()?;
            let rest = &self.text[self.at..];
            if !self.has_empty {
                let next = rest.iter().position(|byte| self.starts[usize::from(*byte)]).unwrap_or(rest.len());
                if next > 0 {
                    self.append(state, &rest[..next])?;
                    self.at += next;
                    continue;
                }
            }
            // How far the text is used up; past its end there may still be an empty string to replace.
            if let Some(index) = self.from.iter().position(|from| rest.starts_with(from)) {
                let Some(replacement) = self.known[index] else { return Ok(Some(index)) };
                self.append(state, replacement)?;
                if !self.from[index].is_empty() {
                    self.at += self.from[index].len();
                    continue;
                }
            }
            self.append(state, &rest[..rest.len().min(1)])?;
            self.at += 1;
        }
        Ok(None)
    }

    /// A program can ask for any length.
    fn append(&mut self, state: &State<'h>, bytes: &[u8]) -> Result<(), Failure> {
        if self.result.capacity() - self.result.len() < bytes.len() {
            self.reserve(state, bytes.len())?;
        }
        state.limits.in_pieces(bytes, |piece| self.result.extend_from_slice(piece))
    }

    #[cold]
    fn reserve(&mut self, state: &State<'h>, bytes: usize) -> Result<(), Failure> {
        // Mostly the result is about as long as the text.
        let wanted = self.result.len().saturating_add(bytes).max(self.text.len());
        state.hold(&mut self.held, wanted)?;
        let reserved = refusal::expected(|| self.result.try_reserve(wanted - self.result.len()));
        reserved.map_err(|_| state.out_of_heap())?;
        state.hold(&mut self.held, self.result.capacity())
    }

    fn supply(&mut self, state: &State<'h>, index: usize, replacement: &'h NixString<'h>) {
        self.known[index] = Some(replacement.bytes());
        fault!(91, self.context = self.context.union(state.heap, replacement.context()), _ = state);
    }

    fn finish(self, state: &State<'h>) -> Answer<'h> {
        state.reserve(self.result.len())?;
        let text = state.copied_text(self.result.len(), [&*self.result])?;
        Ok(coerced_value(state, (text, self.context)))
    }
}

fn check_lengths(from: Items<'_>, to: Items<'_>) -> Result<(), Failure> {
    if from.len() == to.len() {
        return Ok(());
    }
    Err(evaluation_error("'from' and 'to' arguments passed to builtins.replaceStrings have different lengths"))
}

fn replace_strings_without_suspending<'h>(
    state: &'h State<'h>,
    arguments: &[Value<'h>],
) -> Option<Result<Value<'h>, Failure>> {
    let (from, to) = (demand::list(arguments[0]).items(), demand::list(arguments[1]).items());
    if let Err(failure) = check_lengths(from, to) {
        return Some(Err(failure));
    }
    let from =
        from.iter().map(|slot| evaluated_string(slot).map(|string| string.bytes())).collect::<Option<Vec<_>>>()?;
    let mut replacement = Replacement::new(state, from, evaluated_string(arguments[2])?);
    loop {
        match replacement.run(state) {
            Ok(Some(index)) => replacement.supply(state, index, evaluated_string(to.get(index)?)?),
            Ok(None) => return Some(replacement.finish(state)),
            Err(failure) => return Some(Err(failure)),
        }
    }
}

async fn replace_strings<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let (from, to) = (demand::list(arguments[0]).items(), demand::list(arguments[1]).items());
    check_lengths(from, to)?;
    let mut replaced = Vec::with_capacity(from.len());
    for slot in from {
        replaced.push(force_string(&machine, slot, Pos::NONE, REPLACED).await?.bytes());
    }
    let string = force_string(&machine, arguments[2], Pos::NONE, REPLACED_IN).await?;
    let mut replacement = Replacement::new(machine.state, replaced, string);
    while let Some(index) = replacement.run(machine.state)? {
        let slot = to.get(index).expect("as many as there are to replace");
        let with = force_string(&machine, slot, Pos::NONE, REPLACEMENT).await?;
        replacement.supply(machine.state, index, with);
    }
    replacement.finish(machine.state)
}
