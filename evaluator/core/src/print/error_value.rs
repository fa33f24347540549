//! Prints values as errors and traces show them (`print.cc`). Errors show them abbreviated and coloured, traces whole
//! and plain. Nothing is evaluated.

use rustc_hash::FxHashSet;

use crate::errors::Failure;
use crate::format::{literal, number};
use crate::heap::Held;
use crate::state::State;
use crate::value::{ThunkState, Type, Value};

/// How much of a value is shown.
struct PrintOptions {
    depth: usize,
    attrs: usize,
    items: usize,
    string: usize,
    colour: bool,
}

/// The reference's `errorPrintOptions`.
const IN_ERRORS: PrintOptions = PrintOptions { depth: 10, attrs: 10, items: 10, string: 1024, colour: true };
/// The defaults of the reference's `PrintOptions`.
const WHOLE: PrintOptions =
    PrintOptions { depth: usize::MAX, attrs: usize::MAX, items: usize::MAX, string: usize::MAX, colour: false };

const NORMAL: &str = "\x1b[0m";
const BLUE: &str = "\x1b[34;1m";
const CYAN: &str = "\x1b[36;1m";
const FAINT: &str = "\x1b[2m";
const GREEN: &str = "\x1b[32;1m";
const MAGENTA: &str = "\x1b[35;1m";
const RED: &str = "\x1b[31;1m";

/// The type of a slot with its article, as errors name it. It tells more than a program can see.
pub fn type_with_article(slot: Value<'_>) -> Vec<u8> {
    match slot.peek() {
        Some(Value::String(string)) if !string.context().is_empty() => b"a string with context".to_vec(),
        Some(Value::Builtin(builtin)) => format!("the built-in function '{}'", builtin.name).into_bytes(),
        Some(Value::Partial(partial)) => match partial.function {
            Value::Builtin(builtin) => {
                format!("the partially applied built-in function '{}'", builtin.name).into_bytes()
            }
            _ => Type::Function.with_article().into(),
        },
        Some(value) => value.type_of().with_article().into(),
        None => match slot {
            Value::Thunk(thunk) => match thunk.end().state() {
                ThunkState::Blackhole => b"a black hole".to_vec(),
                ThunkState::Applied(_) => b"a function application".to_vec(),
                ThunkState::Failed(_) => b"an error".to_vec(),
                _ => b"a thunk".to_vec(),
            },
            _ => b"a thunk".to_vec(),
        },
    }
}

/// `TYPE: VALUE`, the type marked as an argument of a message.
pub fn describe<'h>(state: &State<'h>, slot: Value<'h>) -> Vec<u8> {
    let mut out = crate::errors::highlight::magenta(&type_with_article(slot));
    out.extend_from_slice(b": ");
    error_value(state, slot, &mut out);
    out
}

/// What errors show of an evaluated value that was in `slot`: the slot, by which a list that holds itself is known again.
pub fn slot_to_show<'h>(slot: Value<'h>, value: Value<'h>) -> Value<'h> {
    // Some kinds of slots do not remember what they gave.
    if slot.peek().is_some() { slot } else { value }
}

/// Appends the value of a slot.
pub fn error_value<'h>(state: &State<'h>, slot: Value<'h>, out: &mut Vec<u8>) {
    // Little is shown, so where memory runs out all the same, that shows soon.
    Printer::new(state, out, IN_ERRORS).print(slot, 0);
}

/// Appends the value of a slot as `builtins.trace` shows it.
///
/// # Errors
/// Memory ran out.
pub fn traced_value<'h>(state: &State<'h>, slot: Value<'h>, out: &mut Vec<u8>) -> Result<(), Failure> {
    whole_value(state, slot, false, out)
}

/// Appends all of the value of a slot.
///
/// # Errors
/// Memory ran out.
pub fn whole_value<'h>(state: &State<'h>, slot: Value<'h>, colour: bool, out: &mut Vec<u8>) -> Result<(), Failure> {
    let mut printer = Printer::new(state, out, PrintOptions { colour, ..WHOLE });
    printer.print(slot, 0);
    if printer.is_exhausted { Err(state.out_of_heap()) } else { Ok(()) }
}

struct Printer<'p, 'h> {
    state: &'p State<'h>,
    out: &'p mut Vec<u8>,
    /// How many attributes and items have been printed in all, because the limits are for the whole value.
    attrs: usize,
    items: usize,
    options: PrintOptions,
    /// Sets and lists that were printed. The second time they are `«repeated»`.
    seen: FxHashSet<*const u8>,
    held: Held<'h>,
    /// Whether memory ran out. Then nothing more is printed.
    is_exhausted: bool,
}

impl<'p, 'h> Printer<'p, 'h> {
    fn new(state: &'p State<'h>, out: &'p mut Vec<u8>, options: PrintOptions) -> Self {
        let (held, seen) = (state.heap.hold(), FxHashSet::default());
        Printer { state, out, options, attrs: 0, items: 0, seen, held, is_exhausted: false }
    }

    fn coloured(&mut self, colour: &str, text: impl AsRef<[u8]>) {
        self.style(colour);
        self.out.extend_from_slice(text.as_ref());
        self.style(NORMAL);
    }

    fn style(&mut self, style: &str) {
        if self.options.colour {
            self.out.extend_from_slice(style.as_bytes());
        }
    }

    fn elided(&mut self, count: usize, single: &str, plural: &str) {
        self.style(FAINT);
        literal::write_elided(self.out, count, single, plural);
        self.style(NORMAL);
    }

    fn print(&mut self, slot: Value<'h>, depth: usize) {
        // A traced value may be nested as deep as `max-call-depth` allows, and deeper where that is lifted.
        let bytes = self.out.capacity() + self.seen.capacity() * 2 * size_of::<*const u8>();
        if self.is_exhausted || self.held.at_least(bytes).is_err() {
            self.is_exhausted = true;
            return;
        }
        // What is printed inside may have found the budget spent, too.
        let has_room = self.state.heap.with_stack(|| self.print_here(slot, depth)).is_ok();
        self.is_exhausted |= !has_room;
    }

    fn print_here(&mut self, slot: Value<'h>, depth: usize) {
        let Some(value) = slot.peek() else {
            if slot.is_unloaded_derivation() {
                // Evaluated from the start there.
                return self.coloured(BLUE, "«lambda @ «nix-internal»/derivation-internal.nix:30:1»");
            }
            return if slot.is_blackhole() {
                self.coloured(RED, "«potential infinite recursion»");
            } else {
                self.coloured(MAGENTA, "«thunk»");
            };
        };
        match value {
            Value::Int(value) => self.coloured(CYAN, value.to_string()),
            Value::Float(value) => {
                let mut text = Vec::new();
                number::write_general(&mut text, value);
                self.coloured(CYAN, text);
            }
            Value::Bool(value) => self.coloured(CYAN, if value { "true" } else { "false" }),
            Value::Null => self.coloured(CYAN, "null"),
            Value::String(string) | Value::Coerced(string) => self.string(string.bytes()),
            Value::Path(path) => self.coloured(GREEN, crate::io::paths::displayed(path)),
            Value::Closure(_) | Value::Builtin(_) | Value::Partial(_) => self.function(value),
            Value::Attrs(attrs) => {
                if !self.seen.insert(attrs.identity()) {
                    return self.coloured(MAGENTA, "«repeated»");
                }
                if depth >= self.options.depth {
                    self.out.extend_from_slice(b"{ ... }");
                    return;
                }
                self.out.push(b'{');
                let state = self.state;
                let mut sorted = state.by_name(attrs);
                if self.options.attrs != usize::MAX {
                    // What the set is comes first, since not all may be shown.
                    sorted.sort_by_key(|attr| !matches!(state.symbols.name(attr.name), b"type" | b"_type"));
                }
                for (index, attr) in sorted.iter().enumerate() {
                    self.out.push(b' ');
                    if self.attrs >= self.options.attrs {
                        self.elided(sorted.len() - index, "attribute", "attributes");
                        break;
                    }
                    literal::write_attribute_name(self.out, state.symbols.name(attr.name));
                    self.out.extend_from_slice(b" = ");
                    self.print(attr.value(), depth + 1);
                    self.out.push(b';');
                    self.attrs += 1;
                }
                self.out.extend_from_slice(b" }");
            }
            Value::List(list) => {
                let identity = match slot {
                    Value::Thunk(thunk) => thunk.identity(),
                    _ => std::ptr::from_ref(list).cast(),
                };
                if !list.is_empty() && !self.seen.insert(identity) {
                    return self.coloured(MAGENTA, "«repeated»");
                }
                if depth >= self.options.depth {
                    self.out.extend_from_slice(b"[ ... ]");
                    return;
                }
                self.out.push(b'[');
                for (index, item) in list.items().iter().enumerate() {
                    self.out.push(b' ');
                    if self.items >= self.options.items {
                        self.elided(list.len() - index, "item", "items");
                        break;
                    }
                    self.print(item, depth + 1);
                    self.items += 1;
                }
                self.out.extend_from_slice(b" ]");
            }
            Value::WithScope(_) | Value::Missing | Value::LazyClosure(_) | Value::Speculative(_) | Value::Thunk(_) => {
                unreachable!("no program holds this")
            }
        }
    }

    fn string(&mut self, bytes: &[u8]) {
        self.style(MAGENTA);
        if bytes.len() > self.options.string {
            // The reference ends the colour with the mark of what it left out.
            literal::write_string(self.out, &bytes[..self.options.string]);
            self.out.push(b' ');
            return self.elided(bytes.len() - self.options.string, "byte", "bytes");
        }
        literal::write_string(self.out, bytes);
        self.style(NORMAL);
    }

    fn function(&mut self, value: Value<'h>) {
        let mut text = "«".as_bytes().to_vec();
        match value {
            Value::Builtin(builtin) => text.extend_from_slice(format!("primop {}", builtin.name).as_bytes()),
            Value::Partial(partial) if let Value::Builtin(builtin) = partial.function => {
                text.extend_from_slice(format!("partially applied primop {}", builtin.name).as_bytes());
            }
            _ => {
                text.extend_from_slice(b"lambda");
                if let Some(name) = value.lambda_chunk().and_then(|chunk| chunk.lambda_name()) {
                    text.push(b' ');
                    text.extend_from_slice(&self.state.printed_name(name));
                }
                text.extend_from_slice(b" @ ");
                if let Some(place) = self.state.sources.place(value.lambda_pos()) {
                    text.extend_from_slice(&crate::errors::highlight::filter_escapes(&place.describe(), false));
                }
            }
        }
        text.extend_from_slice("»".as_bytes());
        self.coloured(BLUE, text);
    }
}
