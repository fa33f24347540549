//! Prints values as `nix repl` does (`print.cc` with the repl's options): sets and lists with structure inside over
//! several lines, one level deep unless everything is asked for, and errors of parts where the parts are.

use std::collections::HashSet;
use std::ops::ControlFlow;

use crate::format::literal;
use crate::print::whole_value;
use crate::value::Value as Slot;
use crate::{Kind, Value};

const NORMAL: &str = "\x1b[0m";
const GREEN: &str = "\x1b[32;1m";
const MAGENTA: &str = "\x1b[35;1m";
const RED: &str = "\x1b[31;1m";

/// How much is shown.
#[derive(Clone, Copy)]
pub struct Options {
    /// How many levels of sets and lists.
    pub depth: usize,
    /// Whether there are colours.
    pub colour: bool,
}

/// The text of a value. What it shows is forced. An interrupt ends it early.
pub fn shown(value: Value<'_>, options: Options) -> String {
    let mut printer = Printer { out: Vec::new(), options, seen: HashSet::new(), indent: 0 };
    let _ = printer.print(value, 0);
    String::from_utf8_lossy(&printer.out).into_owned()
}

struct Printer {
    out: Vec<u8>,
    options: Options,
    seen: HashSet<*const u8>,
    indent: usize,
}

/// A set or list over several lines is two columns further in.
const INDENT: usize = 2;

impl Printer {
    fn coloured(&mut self, colour: &str, text: impl AsRef<[u8]>) {
        let (colour, normal) = if self.options.colour { (colour, NORMAL) } else { ("", "") };
        self.out.extend_from_slice(colour.as_bytes());
        self.out.extend_from_slice(text.as_ref());
        self.out.extend_from_slice(normal.as_bytes());
    }

    fn line(&mut self) {
        self.out.push(b'\n');
        self.out.extend(std::iter::repeat_n(b' ', self.indent));
    }

    /// A break ends all printing, because the evaluation must end.
    fn print(&mut self, value: Value<'_>, depth: usize) -> ControlFlow<()> {
        let value = match value.force() {
            Ok(value) => value,
            Err(error) => {
                self.coloured(RED, format!("«error: {}»", error.message()));
                return if error.is_budget() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
            }
        };
        match value.slot {
            Slot::Attrs(attrs) => return self.attrs(value, attrs.identity(), depth),
            Slot::List(list) => return self.list(value, std::ptr::from_ref(list).cast(), depth),
            // Nothing is inside of the rest. Where memory runs out, less is shown.
            _ => {
                let _ = whole_value(value.scope().state, value.slot, self.options.colour, &mut self.out);
            }
        }
        ControlFlow::Continue(())
    }

    fn attrs(&mut self, value: Value<'_>, identity: *const u8, depth: usize) -> ControlFlow<()> {
        let Ok(attrs) = value.as_attrs() else { return ControlFlow::Continue(()) };
        if !attrs.is_empty() && !self.seen.insert(identity) {
            self.coloured(MAGENTA, "«repeated»");
            return ControlFlow::Continue(());
        }
        if is_derivation(value) {
            let path = value.get("drvPath").and_then(|path| path.map(Value::as_str).transpose());
            match path {
                Ok(path) => self.coloured(GREEN, format!("«derivation {}»", path.unwrap_or("???"))),
                Err(error) => self.coloured(RED, format!("«error: {}»", error.message())),
            }
            return ControlFlow::Continue(());
        }
        if attrs.is_empty() {
            self.out.extend_from_slice(b"{ }");
            return ControlFlow::Continue(());
        }
        if depth >= self.options.depth {
            self.out.extend_from_slice(b"{ ... }");
            return ControlFlow::Continue(());
        }
        let over_lines = attrs.len() > 1 || attrs.iter().all(|(_, item)| has_structure(item));
        self.out.push(b'{');
        self.indent += INDENT;
        for (name, item) in attrs.iter() {
            self.separate(over_lines);
            literal::write_attribute_name(&mut self.out, name);
            self.out.extend_from_slice(b" = ");
            self.print(item, depth + 1)?;
            self.out.push(b';');
        }
        self.indent -= INDENT;
        self.separate(over_lines);
        self.out.push(b'}');
        ControlFlow::Continue(())
    }

    fn list(&mut self, value: Value<'_>, identity: *const u8, depth: usize) -> ControlFlow<()> {
        let Ok(list) = value.as_list() else { return ControlFlow::Continue(()) };
        if list.is_empty() {
            self.out.extend_from_slice(b"[ ]");
            return ControlFlow::Continue(());
        }
        if !self.seen.insert(identity) {
            self.coloured(MAGENTA, "«repeated»");
            return ControlFlow::Continue(());
        }
        if depth >= self.options.depth {
            self.out.extend_from_slice(b"[ ... ]");
            return ControlFlow::Continue(());
        }
        let over_lines = list.len() > 1 || list.iter().all(has_structure);
        self.out.push(b'[');
        self.indent += INDENT;
        for item in list.iter() {
            self.separate(over_lines);
            self.print(item, depth + 1)?;
        }
        self.indent -= INDENT;
        self.separate(over_lines);
        self.out.push(b']');
        ControlFlow::Continue(())
    }

    fn separate(&mut self, over_lines: bool) {
        match over_lines {
            true => self.line(),
            false => self.out.push(b' '),
        }
    }
}

/// Whether a single item is worth lines of its own: a set, a list, or what is not known yet.
fn has_structure(value: Value<'_>) -> bool {
    !value.is_evaluated() || matches!(value.kind(), Ok(Kind::Attrs | Kind::List))
}

fn is_derivation(value: Value<'_>) -> bool {
    let kind = value.get("type").ok().flatten().map(Value::as_bytes);
    matches!(kind, Some(Ok(b"derivation")))
}
