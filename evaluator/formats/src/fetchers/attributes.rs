//! The attributes of an input: names with texts, numbers and booleans (`libfetchers/attrs.cc`).

use std::collections::BTreeMap;

use super::Refusal;
use crate::format::json::write_string;

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// A text.
    String(Vec<u8>),
    /// A number.
    Integer(u64),
    /// A boolean.
    Bool(bool),
}

/// The attributes of an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes(pub BTreeMap<Vec<u8>, Attribute>);

impl Attributes {
    /// Sets an attribute, whatever it was before.
    pub fn set(&mut self, name: &[u8], value: Attribute) {
        self.0.insert(name.to_vec(), value);
    }

    /// Sets an attribute to a text.
    pub fn set_text(&mut self, name: &[u8], text: impl Into<Vec<u8>>) {
        self.set(name, Attribute::String(text.into()));
    }

    /// Whether there is such an attribute.
    pub fn has(&self, name: &[u8]) -> bool {
        self.0.contains_key(name)
    }

    /// An attribute that is a text, if it exists. Fails if it has another type.
    pub fn text(&self, name: &str) -> Result<Option<&[u8]>, Refusal> {
        match self.0.get(name.as_bytes()) {
            None => Ok(None),
            Some(Attribute::String(text)) => Ok(Some(text)),
            Some(_) => {
                let json = self.to_json();
                Err(Refusal::other("input attribute '{}' is not a string {}", &[name.as_bytes(), &json]))
            }
        }
    }

    /// The text of an attribute that must be there.
    pub fn required_text(&self, name: &str) -> Result<&[u8], Refusal> {
        self.text(name)?.ok_or_else(|| Refusal::other("input attribute '{}' is missing", &[name.as_bytes()]))
    }

    /// An attribute that is a number, if it exists. Fails if it has another type.
    pub fn integer(&self, name: &str) -> Result<Option<u64>, Refusal> {
        match self.0.get(name.as_bytes()) {
            None => Ok(None),
            Some(Attribute::Integer(number)) => Ok(Some(*number)),
            Some(_) => Err(Refusal::other("input attribute '{}' is not an integer", &[name.as_bytes()])),
        }
    }

    /// Whether an attribute is true. Fails if it has another type than boolean.
    pub fn is_true(&self, name: &str) -> Result<bool, Refusal> {
        match self.0.get(name.as_bytes()) {
            None => Ok(false),
            Some(Attribute::Bool(value)) => Ok(*value),
            Some(_) => Err(Refusal::other("input attribute '{}' is not a Boolean", &[name.as_bytes()])),
        }
    }

    /// The attributes as the texts of a query.
    pub fn to_query(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        let text = |value: &Attribute| match value {
            Attribute::String(text) => text.clone(),
            Attribute::Integer(number) => number.to_string().into_bytes(),
            Attribute::Bool(value) => if *value { b"1" } else { b"0" }.to_vec(),
        };
        self.0.iter().map(|(name, value)| (name.clone(), text(value))).collect()
    }

    /// The attributes as JSON, for messages.
    pub fn to_json(&self) -> Vec<u8> {
        let mut out = vec![b'{'];
        for (name, value) in &self.0 {
            if out.len() > 1 {
                out.push(b',');
            }
            write_lossy(&mut out, name);
            out.push(b':');
            match value {
                Attribute::String(text) => write_lossy(&mut out, text),
                Attribute::Integer(number) => out.extend_from_slice(number.to_string().as_bytes()),
                Attribute::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
            }
        }
        out.push(b'}');
        out
    }
}

/// Replaces what is not UTF-8. The reference cannot put that into JSON and crashes; here a message is shown instead.
fn write_lossy(out: &mut Vec<u8>, text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    write_string(out, text.as_bytes()).expect("it is UTF-8");
}
