//! JSON documents as lock files hold them: read into a tree, looked into with the refusals of the reference's library,
//! and written in its layout.

use std::collections::BTreeMap;

use super::{Attribute, Attributes, Refusal};
use crate::errors::{Error, ErrorKind};
use crate::format::json::{JsonError, Visitor, parse, write_string};

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Document {
    Null,
    Bool(bool),
    Unsigned(u64),
    Negative(i64),
    Float(f64),
    Text(Vec<u8>),
    Array(Vec<Document>),
    Object(BTreeMap<Vec<u8>, Document>),
}

/// How deep documents may be nested. A lock file has a few levels; dropping a tree takes stack.
const DEEPEST: usize = 1000;

impl Document {
    /// Reads a document. Gives the library's message if it is none.
    pub(super) fn read(text: &[u8]) -> Result<Document, Vec<u8>> {
        let mut builder = Builder { open: Vec::new(), done: Document::Null };
        parse(text, &mut builder).map_err(|error: JsonError| error.message())?;
        Ok(builder.done)
    }

    /// The name of its type in the library's messages.
    fn type_name(&self) -> &'static str {
        match self {
            Document::Null => "null",
            Document::Bool(_) => "boolean",
            Document::Unsigned(_) | Document::Negative(_) | Document::Float(_) => "number",
            Document::Text(_) => "string",
            Document::Array(_) => "array",
            Document::Object(_) => "object",
        }
    }

    fn wrong_type(&self, wanted: &str) -> Refusal {
        let message = format!("[json.exception.type_error.302] type must be {wanted}, but is {}", self.type_name());
        Error::new(ErrorKind::Evaluation, message).into()
    }

    /// The member of an object; none if there is no such member or this is no object.
    pub(super) fn member(&self, name: &str) -> Option<&Document> {
        match self {
            Document::Object(members) => members.get(name.as_bytes()),
            _ => None,
        }
    }

    /// The text, which it must be.
    pub(super) fn text(&self) -> Result<&[u8], Refusal> {
        match self {
            Document::Text(text) => Ok(text),
            other => Err(other.wrong_type("string")),
        }
    }

    /// The boolean, which it must be.
    pub(super) fn boolean(&self) -> Result<bool, Refusal> {
        match self {
            Document::Bool(value) => Ok(*value),
            other => Err(other.wrong_type("boolean")),
        }
    }

    /// The texts of an array, which it must be.
    pub(super) fn texts(&self) -> Result<Vec<Vec<u8>>, Refusal> {
        match self {
            Document::Array(items) => items.iter().map(|item| Ok(item.text()?.to_vec())).collect(),
            other => Err(other.wrong_type("array")),
        }
    }

    /// The attributes of an input that an object stands for.
    pub(super) fn attributes(&self) -> Result<Attributes, Refusal> {
        let mut attributes = Attributes::default();
        let Document::Object(members) = self else { return Err(self.wrong_type("object")) };
        for (name, value) in members {
            let value = match value {
                Document::Unsigned(number) => Attribute::Integer(*number),
                // The library gives the bits of a number with a sign.
                Document::Negative(number) => Attribute::Integer(number.cast_unsigned()),
                Document::Text(text) => Attribute::String(text.clone()),
                Document::Bool(value) => Attribute::Bool(*value),
                _ => return Err(Refusal::other("unsupported input attribute type in lock file", &[])),
            };
            attributes.set(name, value);
        }
        Ok(attributes)
    }

    /// The object that stands for attributes.
    pub(super) fn of_attributes(attributes: &Attributes) -> Document {
        let value = |value: &Attribute| match value {
            Attribute::String(text) => Document::Text(text.clone()),
            Attribute::Integer(number) => Document::Unsigned(*number),
            Attribute::Bool(value) => Document::Bool(*value),
        };
        Document::Object(attributes.0.iter().map(|(name, attribute)| (name.clone(), value(attribute))).collect())
    }

    /// The array of texts.
    pub(super) fn of_texts(texts: &[Vec<u8>]) -> Document {
        Document::Array(texts.iter().map(|text| Document::Text(text.clone())).collect())
    }

    /// Writes it with two spaces for each level.
    pub(super) fn write(&self, level: usize, out: &mut Vec<u8>) {
        let line = |out: &mut Vec<u8>, level: usize| {
            out.push(b'\n');
            out.resize(out.len() + 2 * level, b' ');
        };
        match self {
            Document::Null => out.extend_from_slice(b"null"),
            Document::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
            Document::Unsigned(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Document::Negative(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Document::Float(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Document::Text(text) => write_text(text, out),
            Document::Array(items) if items.is_empty() => out.extend_from_slice(b"[]"),
            Document::Array(items) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    line(out, level + 1);
                    item.write(level + 1, out);
                }
                line(out, level);
                out.push(b']');
            }
            Document::Object(members) if members.is_empty() => out.extend_from_slice(b"{}"),
            Document::Object(members) => {
                out.push(b'{');
                for (index, (name, value)) in members.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    line(out, level + 1);
                    write_text(name, out);
                    out.extend_from_slice(b": ");
                    value.write(level + 1, out);
                }
                line(out, level);
                out.push(b'}');
            }
        }
    }
}

/// Replaces what is not UTF-8: flake references of paths may hold such bytes, and the reference then crashes.
fn write_text(text: &[u8], out: &mut Vec<u8>) {
    let text = String::from_utf8_lossy(text);
    write_string(out, text.as_bytes()).expect("it is UTF-8");
}

/// A value that is being read, and the key that comes next in it.
enum Open {
    Array(Vec<Document>),
    Object(BTreeMap<Vec<u8>, Document>, Vec<u8>),
}

struct Builder {
    open: Vec<Open>,
    done: Document,
}

impl Builder {
    fn add(&mut self, value: Document) -> Result<(), JsonError> {
        match self.open.last_mut() {
            None => self.done = value,
            Some(Open::Array(items)) => items.push(value),
            Some(Open::Object(members, key)) => {
                members.insert(std::mem::take(key), value);
            }
        }
        Ok(())
    }

    fn enter(&mut self, open: Open) -> Result<(), JsonError> {
        if self.open.len() >= DEEPEST {
            return Err(JsonError::Syntax(format!("more than {DEEPEST} values are nested").into_bytes()));
        }
        self.open.push(open);
        Ok(())
    }

    fn leave(&mut self) -> Result<(), JsonError> {
        match self.open.pop() {
            Some(Open::Array(items)) => self.add(Document::Array(items)),
            Some(Open::Object(members, _)) => self.add(Document::Object(members)),
            None => Ok(()),
        }
    }
}

impl Visitor for Builder {
    type Error = JsonError;

    const REFUSES_NUL: bool = false;

    fn null(&mut self) -> Result<(), JsonError> {
        self.add(Document::Null)
    }

    fn boolean(&mut self, value: bool) -> Result<(), JsonError> {
        self.add(Document::Bool(value))
    }

    fn integer(&mut self, value: i64) -> Result<(), JsonError> {
        self.add(u64::try_from(value).map_or(Document::Negative(value), Document::Unsigned))
    }

    fn unsigned(&mut self, value: u64) -> Result<(), JsonError> {
        self.add(Document::Unsigned(value))
    }

    fn float(&mut self, value: f64) -> Result<(), JsonError> {
        self.add(Document::Float(value))
    }

    fn string(&mut self, value: &[u8]) -> Result<(), JsonError> {
        self.add(Document::Text(value.to_vec()))
    }

    fn start_array(&mut self) -> Result<(), JsonError> {
        self.enter(Open::Array(Vec::new()))
    }

    fn end_array(&mut self) -> Result<(), JsonError> {
        self.leave()
    }

    fn start_object(&mut self) -> Result<(), JsonError> {
        self.enter(Open::Object(BTreeMap::new(), Vec::new()))
    }

    fn key(&mut self, name: &[u8]) -> Result<(), JsonError> {
        if let Some(Open::Object(_, key)) = self.open.last_mut() {
            *key = name.to_vec();
        }
        Ok(())
    }

    fn end_object(&mut self) -> Result<(), JsonError> {
        self.leave()
    }
}
