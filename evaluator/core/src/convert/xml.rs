//! Writes values as XML text (`libexpr/value-to-xml.cc`).

use rustc_hash::FxHashSet;

use crate::compare::is_derivation;
use crate::errors::Failure;
use crate::format::number;
use crate::format::xml::XmlWriter;
use crate::heap::Held;
use crate::io::paths;
use crate::primop::GeneratorContext;
use crate::source::Pos;
use crate::state::State;
use crate::symbols::known;
use crate::value::{Attr, Attrs, Context, Value};

pub use super::xml_conversion::Conversion;

/// An open element. It is closed when all its contents are written.
enum Open<'h> {
    /// The remaining attributes of a set. The element is open.
    Attrs(std::vec::IntoIter<Attr<'h>>),
    /// One attribute; its value has been written.
    Attr,
    /// The remaining elements of a list, and the position that the reference gives them.
    List(crate::value::list::Iter<'h>, Pos),
}

/// Writes a slot as a whole document to `out`. Returns the context of all strings in it. If it fails, the document ends
/// there with all its elements closed, as `--xml` prints it.
///
/// # Errors
/// Those of evaluation.
pub async fn to_xml<'h>(
    machine: &GeneratorContext<'h>,
    slot: Value<'h>,
    conversion: Conversion,
    out: &mut Vec<u8>,
) -> Result<Context<'h>, Failure> {
    let depth = machine.state.call_depth.get();
    let mut document = Document {
        state: machine.state,
        conversion,
        writer: XmlWriter::new(),
        context: Context::EMPTY,
        derivations: FxHashSet::default(),
        held: machine.state.heap.hold(),
    };
    document.writer.open_element("expr", &[]);
    let result = document.write(machine, slot, depth).await;
    out.extend(document.writer.finish());
    result?;
    machine.state.call_depth.set(depth);
    Ok(document.context)
}

struct Document<'h> {
    state: &'h State<'h>,
    conversion: Conversion,
    writer: XmlWriter,
    context: Context<'h>,
    /// The derivations whose attributes have been written.
    derivations: FxHashSet<&'h [u8]>,
    /// The text, as it counts against the budget.
    held: Held<'h>,
}

impl<'h> Document<'h> {
    async fn write(&mut self, machine: &GeneratorContext<'h>, slot: Value<'h>, depth: u32) -> Result<(), Failure> {
        let state = self.state;
        let mut open: Vec<Open<'h>> = Vec::new();
        let (mut slot, mut pos) = (slot, Pos::NONE);
        // How many sets and lists are open; an attribute and its value are one call.
        let mut level = 0;
        loop {
            state.enter_depth(depth, level, pos)?;
            // Indentation grows with the depth, and the whole with its square.
            state.hold(&mut self.held, self.writer.capacity())?;
            if self.conversion.strict || slot.is_unloaded_derivation() {
                slot = machine.force_at(slot, pos).await?;
            }
            match slot.peek() {
                Some(Value::Attrs(attrs)) => {
                    if is_derivation(machine, attrs).await? {
                        self.open_derivation(machine, attrs, &mut open).await?;
                    } else {
                        self.writer.open_element("attrs", &[]);
                        open.push(Open::Attrs(state.by_name(attrs).into_iter()));
                    }
                    level += 1;
                }
                Some(Value::List(list)) => {
                    self.writer.open_element("list", &[]);
                    open.push(Open::List(list.items().iter(), pos));
                    level += 1;
                }
                Some(value) => self.leaf(value)?,
                None => self.writer.empty_element("unevaluated", &[]),
            }
            // On to the next element, out of all that is done.
            (slot, pos) = loop {
                match open.last_mut() {
                    None => return Ok(()),
                    Some(Open::Attrs(attrs)) => {
                        if let Some(attr) = attrs.next() {
                            self.open_attr(&attr);
                            open.push(Open::Attr);
                            break (attr.value(), attr.pos);
                        }
                        level -= 1;
                    }
                    Some(Open::Attr) => {}
                    Some(Open::List(items, place)) => {
                        if let Some(item) = items.next() {
                            break (item, *place);
                        }
                        level -= 1;
                    }
                }
                self.writer.close_element();
                open.pop();
            };
        }
    }

    /// Writes what holds nothing else.
    fn leaf(&mut self, value: Value<'h>) -> Result<(), Failure> {
        let state = self.state;
        let mut text = Vec::new();
        match value {
            Value::Null => self.writer.empty_element("null", &[]),
            Value::Bool(value) => {
                self.writer.empty_element("bool", &[("value", if value { b"true" } else { b"false" })]);
            }
            Value::Int(value) => self.writer.empty_element("int", &[("value", value.to_string().as_bytes())]),
            Value::Float(value) => {
                number::write_general(&mut text, value);
                self.writer.empty_element("float", &[("value", &text)]);
            }
            Value::String(string) => {
                self.context = self.context.union(state.heap, string.context());
                state.hold(&mut self.held, self.writer.capacity().saturating_add(string.bytes().len()))?;
                self.writer.empty_element("string", &[("value", string.bytes())]);
            }
            Value::Path(path) => self.writer.empty_element("path", &[("value", &paths::displayed(path))]),
            _ => self.function(value),
        }
        Ok(())
    }

    fn function(&mut self, value: Value<'h>) {
        let Some(chunk) = value.lambda_chunk() else { return self.writer.empty_element("unevaluated", &[]) };
        let given = match value {
            Value::Partial(partial) => partial.arguments.len(),
            _ => 0,
        };
        let state = self.state;
        let name_of = |symbol| state.symbols.name(symbol);
        let place = if self.conversion.location { self.place(value.lambda_pos()) } else { Vec::new() };
        self.writer.open_element("function", &borrowed(&place));
        match value.next_formals() {
            Some(formals) => {
                let mut attributes: Vec<(&str, &[u8])> = Vec::new();
                if formals.ellipsis {
                    attributes.push(("ellipsis", b"1"));
                }
                if let Some(name) = formals.argument {
                    attributes.push(("name", name_of(name)));
                }
                self.writer.open_element("attrspat", &attributes);
                let mut names: Vec<&[u8]> = formals.formals.iter().map(|formal| name_of(formal.name)).collect();
                names.sort_unstable();
                for name in names {
                    self.writer.empty_element("attr", &[("name", name)]);
                }
                self.writer.close_element();
            }
            None => {
                let name = chunk.parameters().get(given).and_then(|parameter| parameter.name).map_or(&b""[..], name_of);
                self.writer.empty_element("varpat", &[("name", name)]);
            }
        }
        self.writer.close_element();
    }

    /// Opens the element of a derivation. Its attributes are written only where it occurs first.
    async fn open_derivation(
        &mut self,
        machine: &GeneratorContext<'h>,
        attrs: &'h Attrs<'h>,
        open: &mut Vec<Open<'h>>,
    ) -> Result<(), Failure> {
        let mut attributes: Vec<(&str, &[u8])> = Vec::new();
        let mut derivation: &'h [u8] = b"";
        for (symbol, name) in [(known::DRV_PATH, "drvPath"), (known::OUT_PATH, "outPath")] {
            let Some(attr) = attrs.get(symbol) else { continue };
            let value =
                if self.conversion.strict { machine.force_at(attr.value(), attr.pos).await? } else { attr.value() };
            if let Some(Value::String(string)) = value.peek() {
                attributes.push((name, string.bytes()));
                if name == "drvPath" {
                    derivation = string.bytes();
                }
            }
        }
        self.writer.open_element("derivation", &attributes);
        if !derivation.is_empty() && self.derivations.insert(derivation) {
            open.push(Open::Attrs(self.state.by_name(attrs).into_iter()));
        } else {
            self.writer.empty_element("repeated", &[]);
            open.push(Open::Attrs(Vec::new().into_iter()));
        }
        Ok(())
    }

    fn open_attr(&mut self, attr: &Attr<'h>) {
        let place = if self.conversion.location && attr.pos.is_some() { self.place(attr.pos) } else { Vec::new() };
        let mut attributes = borrowed(&place);
        attributes.push(("name", self.state.symbols.name(attr.name)));
        // The reference writes attributes by name, and `path` comes last.
        attributes.sort_by_key(|(name, _)| *name);
        self.writer.open_element("attr", &attributes);
    }

    fn place(&self, pos: Pos) -> Vec<(&'static str, Vec<u8>)> {
        let Some(place) = self.state.sources.place(pos) else { return Vec::new() };
        let mut attributes =
            vec![("column", place.column.to_string().into_bytes()), ("line", place.line.to_string().into_bytes())];
        if let Some(path) = place.source.origin.path() {
            attributes.push(("path", paths::undisplayed(&path).to_vec()));
        }
        attributes
    }
}

fn borrowed<'a>(attributes: &'a [(&'static str, Vec<u8>)]) -> Vec<(&'a str, &'a [u8])> {
    attributes.iter().map(|(name, value)| (*name, value.as_slice())).collect()
}
