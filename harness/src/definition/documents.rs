//! Writes values as JSON and XML, and reads JSON and TOML.

use std::{collections::BTreeSet, fmt};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{
    coerce::Coercion,
    machine::Machine,
    show,
    term::LambdaTerm,
    value::{Attrs, Context, Failure, Outcome, Slot, Value, error, outside},
};

impl Machine {
    /// A value as JSON. All of it is forced, sets in the order of their texts.
    pub fn write_json(&mut self, slot: Slot, context: &mut Context, out: &mut Vec<u8>) -> Outcome<()> {
        self.deeper(|machine| {
            let value = machine.force(slot)?;
            let word: &str = match &value {
                Value::Null => "null",
                Value::Bool(true) => "true",
                Value::Bool(false) => "false",
                Value::Int(int) => &int.to_string(),
                Value::Float(float) => &json_number(*float),
                Value::Text(text) => {
                    context.extend(text.context.iter().cloned());
                    json_string(&text.bytes, out);
                    return Ok(());
                }
                Value::Path(_) => return Err(outside("a path that is copied to the store")),
                Value::Attrs(attrs) => {
                    let how = Coercion { more: false, store: false, canonical: true };
                    if let Some(text) = machine.called_to_string(slot, attrs, context, how)? {
                        json_string(&text, out);
                        return Ok(());
                    }
                    let name = machine.names.intern(b"outPath");
                    if let Some(slot) = attrs.get(&name) {
                        return machine.write_json(*slot, context, out);
                    }
                    out.push(b'{');
                    for (index, (name, slot)) in machine.by_text(attrs).into_iter().enumerate() {
                        if index > 0 {
                            out.push(b',');
                        }
                        json_string(&machine.names.text(name), out);
                        out.push(b':');
                        machine.write_json(slot, context, out)?;
                    }
                    "}"
                }
                Value::List(elements) => {
                    out.push(b'[');
                    for (index, slot) in elements.iter().enumerate() {
                        if index > 0 {
                            out.push(b',');
                        }
                        machine.write_json(*slot, context, out)?;
                    }
                    "]"
                }
                Value::Lambda(..) | Value::Builtin(_) | Value::Partial(..) => {
                    return Err(error(format!("cannot convert {} to JSON", value.described())));
                }
            };
            out.extend_from_slice(word.as_bytes());
            Ok(())
        })
    }

    /// A value as an XML document.
    pub fn write_xml(&mut self, slot: Slot, context: &mut Context) -> Outcome<Vec<u8>> {
        let mut xml = Xml { out: b"<?xml version='1.0' encoding='utf-8'?>\n<expr>\n".to_vec(), depth: 1 };
        self.xml_of(slot, &mut xml, context, &mut BTreeSet::new())?;
        xml.out.extend_from_slice(b"</expr>\n");
        Ok(xml.out)
    }

    fn xml_of(
        &mut self,
        slot: Slot,
        xml: &mut Xml,
        context: &mut Context,
        seen: &mut BTreeSet<Vec<u8>>,
    ) -> Outcome<()> {
        self.deeper(|machine| {
            match machine.force(slot)? {
                Value::Int(int) => xml.empty("int", &[("value", int.to_string().as_bytes())]),
                Value::Bool(truth) => xml.empty("bool", &[("value", truth.to_string().as_bytes())]),
                Value::Text(text) => {
                    context.extend(text.context.iter().cloned());
                    xml.empty("string", &[("value", &text.bytes)]);
                }
                Value::Path(path) => xml.empty("path", &[("value", &path)]),
                Value::Null => xml.empty("null", &[]),
                Value::Float(float) => xml.empty("float", &[("value", show::general(float).as_bytes())]),
                Value::Builtin(_) | Value::Partial(..) => xml.empty("unevaluated", &[]),
                Value::Lambda(lambda, _) => machine.xml_of_lambda(&lambda, xml),
                Value::List(elements) => {
                    xml.open("list", &[]);
                    for element in &*elements {
                        machine.xml_of(*element, xml, context, seen)?;
                    }
                    xml.close("list");
                }
                Value::Attrs(attrs) => {
                    if !machine.is_derivation(&attrs)? {
                        xml.open("attrs", &[]);
                        machine.xml_of_attrs(&attrs, xml, context, seen)?;
                        xml.close("attrs");
                        return Ok(());
                    }
                    let mut paths = Vec::new();
                    for key in ["drvPath", "outPath"] {
                        let name = machine.names.intern(key.as_bytes());
                        if let Some(slot) = attrs.get(&name)
                            && let Value::Text(text) = machine.force(*slot)?
                        {
                            paths.push((key, text.bytes));
                        }
                    }
                    let shown: Vec<(&str, &[u8])> = paths.iter().map(|(key, text)| (*key, &**text)).collect();
                    xml.open("derivation", &shown);
                    let path = paths.iter().find(|(key, text)| *key == "drvPath" && !text.is_empty());
                    match path.is_some_and(|(_, text)| seen.insert(text.to_vec())) {
                        true => machine.xml_of_attrs(&attrs, xml, context, seen)?,
                        false => xml.empty("repeated", &[]),
                    }
                    xml.close("derivation");
                }
            }
            Ok(())
        })
    }

    fn xml_of_attrs(
        &mut self,
        attrs: &Attrs,
        xml: &mut Xml,
        context: &mut Context,
        seen: &mut BTreeSet<Vec<u8>>,
    ) -> Outcome<()> {
        for (name, slot) in self.by_text(attrs) {
            xml.open("attr", &[("name", &self.names.text(name))]);
            self.xml_of(slot, xml, context, seen)?;
            xml.close("attr");
        }
        Ok(())
    }

    fn xml_of_lambda(&mut self, lambda: &LambdaTerm, xml: &mut Xml) {
        let argument = lambda.argument.map(|name| self.names.text(name));
        xml.open("function", &[]);
        match &lambda.formals {
            None => xml.empty("varpat", &[("name", argument.as_deref().unwrap_or_default())]),
            Some(formals) => {
                let mut attributes: Vec<(&str, &[u8])> = Vec::new();
                if formals.ellipsis {
                    attributes.push(("ellipsis", b"1"));
                }
                attributes.extend(argument.as_deref().map(|name| ("name", name)));
                xml.open("attrspat", &attributes);
                let mut names: Vec<_> = formals.names.keys().map(|name| self.names.text(*name)).collect();
                names.sort();
                names.iter().for_each(|name| xml.empty("attr", &[("name", name)]));
                xml.close("attrspat");
            }
        }
        xml.close("function");
    }

    /// The value of a JSON document.
    pub fn read_json(&mut self, text: &[u8]) -> Outcome<Value> {
        let mut reader = serde_json::Deserializer::from_slice(text);
        let mut failure = None;
        let seed = Json { machine: self, failure: &mut failure };
        let came = seed.deserialize(&mut reader);
        let came = came.and_then(|value| reader.end().map(|()| value));
        match (came, failure) {
            (Ok(value), None) => Ok(value),
            (_, Some(failure)) => Err(failure),
            (Err(error), None) if error.to_string().contains("recursion limit") => Err(outside("a deep document")),
            (Err(_), None) => Err(error("[json.exception.parse_error")),
        }
    }

    /// The value of a TOML document.
    pub fn read_toml(&mut self, text: &[u8]) -> Outcome<Value> {
        // What one library refuses the other may take.
        let refused = || outside("a document that is refused");
        let text = str::from_utf8(text).map_err(|_| refused())?;
        let document: toml::Table = toml::from_str(text).map_err(|_| refused())?;
        self.toml_value(toml::Value::Table(document))
    }

    fn toml_value(&mut self, value: toml::Value) -> Outcome<Value> {
        let has_nul = |text: &str| text.contains('\0');
        Ok(match value {
            toml::Value::String(text) if has_nul(&text) => return Err(error("while parsing TOML")),
            toml::Value::String(text) => Value::text(text),
            toml::Value::Integer(int) => Value::Int(int),
            toml::Value::Float(float) => Value::Float(float),
            toml::Value::Boolean(truth) => Value::Bool(truth),
            toml::Value::Datetime(_) => return Err(error("while parsing TOML")),
            toml::Value::Array(elements) => {
                let values: Vec<Value> =
                    elements.into_iter().map(|element| self.toml_value(element)).collect::<Outcome<_>>()?;
                self.list_of(values)
            }
            // In which order the reference reads a table, and so creates names, depends on its hash table.
            toml::Value::Table(table) => {
                let mut attrs = Attrs::new();
                for (key, value) in table {
                    if has_nul(&key) {
                        return Err(error("while parsing TOML"));
                    }
                    let name = self.names.intern(key.as_bytes());
                    let value = self.toml_value(value)?;
                    attrs.insert(name, self.ready(value));
                }
                Value::Attrs(attrs.into())
            }
        })
    }
}

/// Writes elements, each on a line of its own.
struct Xml {
    out: Vec<u8>,
    depth: usize,
}

impl Xml {
    fn tag(&mut self, name: &str, attributes: &[(&str, &[u8])], end: &str) {
        self.out.extend(std::iter::repeat_n(b' ', self.depth * 2));
        self.out.push(b'<');
        self.out.extend_from_slice(name.as_bytes());
        for (key, value) in attributes {
            self.out.extend_from_slice(format!(" {key}=\"").as_bytes());
            for byte in *value {
                match byte {
                    b'"' => self.out.extend_from_slice(b"&quot;"),
                    b'<' => self.out.extend_from_slice(b"&lt;"),
                    b'>' => self.out.extend_from_slice(b"&gt;"),
                    b'&' => self.out.extend_from_slice(b"&amp;"),
                    b'\n' => self.out.extend_from_slice(b"&#xA;"),
                    other => self.out.push(*other),
                }
            }
            self.out.push(b'"');
        }
        self.out.extend_from_slice(end.as_bytes());
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &[u8])]) {
        self.tag(name, attributes, " />\n");
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &[u8])]) {
        self.tag(name, attributes, ">\n");
        self.depth += 1;
    }

    fn close(&mut self, name: &str) {
        self.depth -= 1;
        self.tag(&format!("/{name}"), &[], ">\n");
    }
}

/// A float in JSON: the fewest digits that give it again.
fn json_number(float: f64) -> String {
    if !float.is_finite() {
        return "null".to_owned();
    }
    let sign = if float.is_sign_negative() { "-" } else { "" };
    let scientific = format!("{:e}", float.abs());
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits = digits.replace('.', "");
    // Where the point is, counted from before the first digit.
    let point = exponent.parse::<i32>().unwrap_or_default() + 1;
    let length = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or_default());
    let number = if float == 0.0 {
        "0.0".to_owned()
    } else if length <= point && point <= 15 {
        format!("{digits}{}.0", zeros(point - length))
    } else if 0 < point && point <= 15 {
        let (whole, decimals) = digits.split_at(usize::try_from(point).unwrap_or_default());
        format!("{whole}.{decimals}")
    } else if -4 < point && point <= 0 {
        format!("0.{}{digits}", zeros(-point))
    } else {
        let (first, rest) = digits.split_at(1);
        let decimals = if rest.is_empty() { String::new() } else { format!(".{rest}") };
        let (sign, size) = if point > 0 { ('+', point - 1) } else { ('-', 1 - point) };
        format!("{first}{decimals}e{sign}{size:02}")
    };
    format!("{sign}{number}")
}

fn json_string(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            8 => out.extend_from_slice(b"\\b"),
            12 => out.extend_from_slice(b"\\f"),
            0..32 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            other => out.push(*other),
        }
    }
    out.push(b'"');
}

/// Reads one JSON value; keys become names as they come.
struct Json<'m, 'f> {
    machine: &'m mut Machine,
    /// What the reference refuses and JSON does not.
    failure: &'f mut Option<Failure>,
}

impl Json<'_, '_> {
    fn again(&mut self) -> Json<'_, '_> {
        Json { machine: self.machine, failure: self.failure }
    }

    fn text<E: serde::de::Error>(&mut self, text: &str) -> Result<(), E> {
        if text.contains('\0') {
            return self
                .refuse(error("input string '' cannot be represented as Nix string because it contains null bytes"));
        }
        Ok(())
    }

    fn refuse<T, E: serde::de::Error>(&mut self, failure: Failure) -> Result<T, E> {
        *self.failure = Some(failure);
        Err(E::custom("refused"))
    }
}

impl<'de> DeserializeSeed<'de> for Json<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Json<'_, '_> {
    type Value = Value;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E>(self, int: i64) -> Result<Value, E> {
        Ok(Value::Int(int))
    }

    fn visit_u64<E: serde::de::Error>(mut self, int: u64) -> Result<Value, E> {
        match i64::try_from(int) {
            Ok(int) => Ok(Value::Int(int)),
            Err(_) => self.refuse(error(format!("unsigned json number {int} outside of Nix integer range"))),
        }
    }

    fn visit_f64<E: serde::de::Error>(mut self, float: f64) -> Result<Value, E> {
        // Whether it was written as an integer, which it is then, is lost here.
        if float == 0.0 && float.is_sign_negative() {
            return self.refuse(outside("a negative zero"));
        }
        Ok(Value::Float(float))
    }

    fn visit_str<E: serde::de::Error>(mut self, text: &str) -> Result<Value, E> {
        self.text(text)?;
        Ok(Value::text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = elements.next_element_seed(self.again())? {
            values.push(value);
        }
        Ok(self.machine.list_of(values))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<Value, A::Error> {
        let mut attrs = Attrs::new();
        while let Some(key) = entries.next_key::<String>()? {
            self.text(&key)?;
            let name = self.machine.names.intern(key.as_bytes());
            let value = entries.next_value_seed(self.again())?;
            let slot = self.machine.ready(value);
            attrs.insert(name, slot);
        }
        Ok(Value::Attrs(attrs.into()))
    }
}
