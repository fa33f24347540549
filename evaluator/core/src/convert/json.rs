//! Writes values as JSON text (`libexpr/value-to-json.cc`).

use crate::coerce::{self, Coercion};
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind, Failure};
use crate::format::json::{InvalidUtf8, write_string};
use crate::format::number;
use crate::primop::GeneratorContext;
use crate::print;
use crate::source::Pos;
use crate::state::State;
use crate::symbols::known;
use crate::value::{Attr, Context, Items, StringParts, Value};

/// How a value is turned into JSON.
#[derive(Clone, Copy, Debug)]
pub struct Conversion {
    /// Whether to force what is not evaluated; otherwise it cannot be converted.
    pub strict: bool,
    /// Whether to copy paths to the store and write their store paths; otherwise paths are written as they are.
    pub copy_to_store: bool,
}

impl Conversion {
    /// The conversion of `builtins.toJSON`.
    pub const BUILTIN: Conversion = Conversion { strict: true, copy_to_store: true };
}

/// A set or list that is being written.
struct Open<'h> {
    inside: Inside<'h>,
    /// How many calls deep its elements are.
    level: usize,
    /// The position that the reference gives its elements.
    pos: Pos,
}

enum Inside<'h> {
    Attrs(Vec<Attr<'h>>, usize),
    List(Items<'h>, usize),
}

/// A text that is being written.
struct Writer<'h> {
    out: Vec<u8>,
    context: Context<'h>,
    /// The first string that is not UTF-8, and the text that the reference prints up to it. The reference notices it
    /// only when everything is evaluated.
    invalid: Option<(InvalidUtf8, Vec<u8>)>,
}

impl<'h> Writer<'h> {
    fn string(&mut self, string: &[u8]) {
        if let Err(error) = write_string(&mut self.out, string)
            && self.invalid.is_none()
        {
            let printed = [&self.out, b"\"".as_slice(), &printed_before(string)].concat();
            self.invalid = Some((error, printed));
        }
    }

    fn string_with_context(&mut self, state: &State<'h>, (string, context): StringParts<'h>) {
        self.context = fault!(
            97,
            self.context.union(state.heap, context),
            if self.out.len() > 1 { self.context } else { context }
        );
        self.string(string);
    }

    /// Writes a number, a boolean or null. Returns whether the value is one.
    fn number_or_word(&mut self, value: Value<'h>) -> bool {
        match value {
            Value::Null => self.out.extend_from_slice(b"null"),
            Value::Bool(value) => self.out.extend_from_slice(if value { b"true" } else { b"false" }),
            Value::Int(value) => self.out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes()),
            Value::Float(value) => number::write_json(&mut self.out, value),
            _ => return false,
        }
        true
    }

    /// Returns what has been written. If it fails, `printed` gets what the reference prints nevertheless.
    fn finish(self, printed: &mut Vec<u8>) -> Result<(Vec<u8>, Context<'h>), Failure> {
        match self.invalid {
            None => Ok((self.out, self.context)),
            Some((error, text)) => {
                printed.extend_from_slice(&text);
                let message = hint("JSON serialization error: {}", &[error.to_string().as_bytes()]);
                Err(Error::new(ErrorKind::Evaluation, message).into())
            }
        }
    }
}

/// The part of a string that the reference's library has flushed when it finds bytes that are not UTF-8. It flushes its
/// buffer only when the next character might not fit.
fn printed_before(string: &[u8]) -> Vec<u8> {
    const GATHERED: usize = 499;
    let mut printed = Vec::new();
    let mut gathered: Vec<u8> = Vec::new();
    let valid = string.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let mut buffer = [0; 4];
    for character in valid.chars() {
        let mut quoted = Vec::new();
        if write_string(&mut quoted, character.encode_utf8(&mut buffer).as_bytes()).is_ok() {
            gathered.extend_from_slice(&quoted[1..quoted.len() - 1]);
        }
        if gathered.len() > GATHERED {
            printed.append(&mut gathered);
        }
    }
    printed
}

/// The JSON text of a slot that holds an evaluated scalar; `None` for any other slot.
pub fn scalar_without_suspending<'h>(slot: Value<'h>) -> Option<Result<(Vec<u8>, Context<'h>), Failure>> {
    let mut writer = Writer { out: Vec::new(), context: Context::EMPTY, invalid: None };
    match slot.forced()? {
        Value::String(string) => {
            writer.context = string.context();
            writer.string(string.bytes());
        }
        value => {
            if !writer.number_or_word(value) {
                return None;
            }
        }
    }
    Some(writer.finish(&mut Vec::new()))
}

/// The JSON text of a slot, and the context of all strings in it. Errors have the position `pos` where no attribute
/// gives a better one.
///
/// # Errors
/// Those of evaluation; a function, or something unevaluated, cannot be converted; a string is not UTF-8.
pub async fn to_json<'h>(
    machine: &GeneratorContext<'h>,
    slot: Value<'h>,
    conversion: Conversion,
    pos: Pos,
) -> Result<(Vec<u8>, Context<'h>), Failure> {
    to_json_or_print(machine, slot, conversion, pos, &mut Vec::new()).await
}

/// Like [`to_json`]. If it fails, `printed` gets what the command line prints nevertheless. That is nothing, except
/// that the reference finds a string that is not UTF-8 only while printing.
pub async fn to_json_or_print<'h>(
    machine: &GeneratorContext<'h>,
    slot: Value<'h>,
    conversion: Conversion,
    pos: Pos,
    printed: &mut Vec<u8>,
) -> Result<(Vec<u8>, Context<'h>), Failure> {
    convert(machine, slot, conversion, pos).await?.finish(printed)
}

/// Like [`to_json`] with the conversion of `builtins.toJSON`, for text that is written later: the error for a string
/// that is not UTF-8 is returned with the text.
pub async fn to_json_for_later<'h>(
    machine: &GeneratorContext<'h>,
    slot: Value<'h>,
) -> Result<(Vec<u8>, Option<InvalidUtf8>, Context<'h>), Failure> {
    let writer = convert(machine, slot, Conversion::BUILTIN, Pos::NONE).await?;
    Ok((writer.out, writer.invalid.map(|(error, _)| error), writer.context))
}

async fn convert<'h>(
    machine: &GeneratorContext<'h>,
    slot: Value<'h>,
    conversion: Conversion,
    pos: Pos,
) -> Result<Writer<'h>, Failure> {
    let depth = machine.state.call_depth.get();
    let mut writer = Writer { out: Vec::new(), context: Context::EMPTY, invalid: None };
    let mut open = Vec::new();
    if let Err(failure) = write(machine, slot, conversion, pos, depth, &mut writer, &mut open).await {
        for enclosing in open.iter().rev() {
            match &enclosing.inside {
                Inside::Attrs(attrs, next) => {
                    let attr = attrs[next - 1];
                    machine.state.reserve_trace(&failure, machine.state.symbols.name(attr.name).len())?;
                    let name = machine.state.printed_name(attr.name);
                    failure.add_trace(attr.pos, hint("while evaluating attribute '{}'", &[&name]));
                }
                Inside::List(_, next) => {
                    let index = (next - 1).to_string();
                    let words = "while evaluating list element at index {}";
                    failure.add_trace(enclosing.pos, hint(words, &[index.as_bytes()]));
                }
            }
        }
        return Err(failure);
    }
    machine.state.call_depth.set(depth);
    Ok(writer)
}

async fn write<'h>(
    machine: &GeneratorContext<'h>,
    slot: Value<'h>,
    conversion: Conversion,
    pos: Pos,
    depth: u32,
    writer: &mut Writer<'h>,
    open: &mut Vec<Open<'h>>,
) -> Result<(), Failure> {
    let state = machine.state;
    let (mut slot, mut pos) = (slot, pos);
    let mut level = 0;
    let mut held = state.heap.hold();
    loop {
        state.enter_depth(depth, level, pos)?;
        state.hold(&mut held, writer.out.capacity())?;
        if conversion.strict || slot.is_unloaded_derivation() {
            slot = machine.force_at(slot, pos).await?;
        }
        match slot.peek() {
            Some(value) if writer.number_or_word(value) => {}
            Some(Value::String(string)) => {
                state.hold(&mut held, writer.out.len().saturating_add(string.bytes().len()))?;
                writer.string_with_context(state, (string.bytes(), string.context()));
            }
            Some(Value::Path(path)) if conversion.copy_to_store => {
                let copied = state.copy_path_to_store(path)?;
                writer.string_with_context(state, copied);
            }
            Some(Value::Path(path)) => writer.string(path),
            Some(value @ Value::Attrs(attrs)) => {
                if let Some(method) = attrs.get(known::TO_STRING) {
                    let result = machine.call_at(method.value(), value, pos).await?;
                    let words = "while evaluating the result of the `__toString` attribute";
                    let how = Coercion::PATH_SEGMENT;
                    let string = coerce::coerce_to_string(machine, result, how, pos, words).await?;
                    writer.string_with_context(state, string);
                } else if let Some(path) = attrs.get(known::OUT_PATH) {
                    (slot, pos) = (path.value(), path.pos);
                    level += 1;
                    continue;
                } else {
                    writer.out.push(b'{');
                    open.push(Open {
                        inside: Inside::Attrs(fault!(115, state.by_name(attrs), attrs.sorted(state.heap).to_vec()), 0),
                        level: level + 1,
                        pos,
                    });
                }
            }
            Some(Value::List(list)) => {
                writer.out.push(b'[');
                open.push(Open { inside: Inside::List(list.items(), 0), level: level + 1, pos });
            }
            _ => {
                let message = hint("cannot convert {} to JSON", &[&print::type_with_article(slot)]);
                return Err(Error::new(ErrorKind::Type, message).at(slot.determine_pos(pos)).into());
            }
        }
        // On to the next element, out of all that is done.
        loop {
            let Some(enclosing) = open.last_mut() else { return Ok(()) };
            match &mut enclosing.inside {
                Inside::Attrs(attrs, next) => {
                    if let Some(attr) = attrs.get(*next) {
                        if *next > 0 {
                            writer.out.push(b',');
                        }
                        *next += 1;
                        writer.string(state.symbols.name(attr.name));
                        writer.out.push(b':');
                        (slot, pos, level) = (attr.value(), attr.pos, enclosing.level);
                        break;
                    }
                    writer.out.push(b'}');
                }
                Inside::List(items, next) => {
                    if let Some(item) = items.get(*next) {
                        if *next > 0 {
                            writer.out.push(b',');
                        }
                        *next += 1;
                        (slot, pos, level) = (item, enclosing.pos, enclosing.level);
                        break;
                    }
                    writer.out.push(b']');
                }
            }
            open.pop();
        }
    }
}
