//! Prints values and numbers: as results, and as `trace` does.

use std::{collections::BTreeSet, rc::Rc};

use super::{
    machine::Machine,
    value::{Attrs, Failure, Name, Outcome, Slot, State, Value, error},
};

/// What a printer has met: sets are known again as themselves, lists by the slot they are in.
#[derive(Default)]
struct Seen {
    attrs: BTreeSet<*const Attrs>,
    lists: BTreeSet<Slot>,
}

/// Two ways to print.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Result,
    Trace,
}

impl Machine {
    /// A value as a result is printed. Nothing is forced.
    pub fn shown(&mut self, slot: Slot) -> Outcome<Vec<u8>> {
        let mut out = Vec::new();
        self.show(slot, Way::Result, &mut out, &mut Seen::default(), 0)?;
        Ok(out)
    }

    /// A value as `trace` prints it. Nothing is forced.
    pub fn traced(&mut self, slot: Slot) -> Outcome<Vec<u8>> {
        let mut out = Vec::new();
        self.show(slot, Way::Trace, &mut out, &mut Seen::default(), 0)?;
        Ok(out)
    }

    fn show(&mut self, slot: Slot, way: Way, out: &mut Vec<u8>, seen: &mut Seen, depth: u32) -> Outcome<()> {
        if depth > self.limits.calls {
            return Err(error("stack overflow; max-call-depth exceeded"));
        }
        let is_trace = way == Way::Trace;
        let value = match self.state(slot) {
            State::Ready(value) => value.clone(),
            State::Failed(failure @ Failure::Outside(_)) => return Err(failure.clone()),
            State::Busy => {
                out.extend_from_slice("«potential infinite recursion»".as_bytes());
                return Ok(());
            }
            State::Delayed(..) | State::Call(..) | State::Failed(_) => {
                out.extend_from_slice(if is_trace { "«thunk»" } else { "<CODE>" }.as_bytes());
                return Ok(());
            }
        };
        let word: &str = match &value {
            Value::Null => "null",
            Value::Bool(true) => "true",
            Value::Bool(false) => "false",
            Value::Int(int) => &int.to_string(),
            Value::Float(float) => &general(*float),
            Value::Text(text) => {
                literal(&text.bytes, out);
                return Ok(());
            }
            Value::Path(path) => {
                out.extend_from_slice(path);
                return Ok(());
            }
            Value::Lambda(..) if is_trace => {
                self.shows_places = true;
                "«lambda»"
            }
            Value::Lambda(..) => "<LAMBDA>",
            Value::Builtin(builtin) if is_trace => &format!("«primop {}»", builtin.name),
            Value::Builtin(_) => "<PRIMOP>",
            Value::Partial(..) if is_trace => {
                let (builtin, _) = self.builtin_of(&value)?;
                &format!("«partially applied primop {}»", builtin.name)
            }
            Value::Partial(..) => "<PRIMOP-APP>",
            Value::Attrs(attrs) => {
                let is_new = attrs.is_empty() && !is_trace || seen.attrs.insert(Rc::as_ptr(attrs));
                match is_new {
                    false => "«repeated»",
                    true => {
                        out.extend_from_slice(b"{");
                        for (name, slot) in self.by_text(attrs) {
                            let text = self.names.text(name);
                            out.push(b' ');
                            match is_trace {
                                true => attribute_name(&text, out),
                                false => identifier(&text, out),
                            }
                            out.extend_from_slice(b" = ");
                            self.nested(|machine| machine.show(slot, way, out, seen, depth + 1))?;
                            out.push(b';');
                        }
                        " }"
                    }
                }
            }
            Value::List(elements) => match elements.is_empty() || seen.lists.insert(slot) {
                false => "«repeated»",
                true => {
                    out.extend_from_slice(b"[");
                    for element in &**elements {
                        out.push(b' ');
                        self.nested(|machine| machine.show(*element, way, out, seen, depth + 1))?;
                    }
                    " ]"
                }
            },
        };
        out.extend_from_slice(word.as_bytes());
        Ok(())
    }

    /// The attributes of a set in the order of what their names say.
    pub fn by_text(&self, attrs: &Attrs) -> Vec<(Name, Slot)> {
        let mut all: Vec<(Name, Slot)> = attrs.iter().map(|(name, slot)| (*name, *slot)).collect();
        all.sort_by_key(|(name, _)| self.names.text(*name));
        all
    }
}

/// A string literal.
pub fn literal(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for (index, byte) in text.iter().enumerate() {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'$' if text.get(index + 1) == Some(&b'{') => out.extend_from_slice(b"\\$"),
            other => out.push(*other),
        }
    }
    out.push(b'"');
}

const KEYWORDS: [&[u8]; 9] = [b"if", b"then", b"else", b"assert", b"with", b"let", b"in", b"rec", b"inherit"];

fn is_identifier_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'\'' | b'-')
}

/// An attribute's name in a result.
fn identifier(text: &[u8], out: &mut Vec<u8>) {
    let begins = text.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    if begins && text.iter().all(|byte| is_identifier_byte(*byte)) && !KEYWORDS.contains(&text) {
        out.extend_from_slice(text);
    } else {
        literal(text, out);
    }
}

/// An attribute's name where `trace` prints it: the same, by other code in the reference.
fn attribute_name(text: &[u8], out: &mut Vec<u8>) {
    identifier(text, out);
}

/// An attribute's name as messages quote it.
pub fn quoted_name(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    identifier(text, &mut out);
    out
}

/// A float as C++ streams print it: six digits that count.
pub fn general(float: f64) -> String {
    if let Some(word) = not_finite(float) {
        return word.to_owned();
    }
    let scientific = format!("{float:.5e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let trimmed = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    if (-4..6).contains(&exponent) {
        let decimals = usize::try_from(5 - exponent).unwrap_or_default();
        return trimmed(&format!("{float:.decimals$}"));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", trimmed(digits), exponent.abs())
}

/// A float as `toString` writes it: six decimals.
pub fn fixed(float: f64) -> String {
    not_finite(float).map_or_else(|| format!("{float:.6}"), str::to_owned)
}

fn not_finite(float: f64) -> Option<&'static str> {
    match (float.is_nan(), float.is_infinite(), float.is_sign_negative()) {
        (true, _, true) => Some("-nan"),
        (true, _, false) => Some("nan"),
        (_, true, true) => Some("-inf"),
        (_, true, false) => Some("inf"),
        _ => None,
    }
}
