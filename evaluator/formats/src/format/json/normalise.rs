//! Reads a JSON object and writes it back as the reference's library dumps it: without white space, keys sorted, the
//! last of equal keys, and with that library's spelling of numbers and strings.

use std::collections::BTreeMap;

use super::{JsonError, Visitor, parse, write_string};
use crate::format::number;

/// The normal form of the object in `text`. Fails with the library's message if `text` is not JSON or not an object.
pub fn normalise_object(text: &[u8]) -> Result<Vec<u8>, JsonError> {
    let mut writer = Writer { open: Vec::new(), result: None };
    parse(text, &mut writer)?;
    match writer.result {
        Some((Kind::Object, text)) => Ok(text),
        result => {
            let kind = match result {
                Some((Kind::Array, _)) => "array",
                Some((Kind::String, _)) => "string",
                Some((Kind::Number, _)) => "number",
                Some((Kind::Boolean, _)) => "boolean",
                _ => "null",
            };
            let prefix = "[json.exception.type_error.302] type must be object, but is ";
            Err(JsonError::Syntax(format!("{prefix}{kind}").into_bytes()))
        }
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Object,
    Array,
    String,
    Number,
    Boolean,
    Null,
}

/// A value whose end is still to come.
enum Open {
    Array(Vec<u8>),
    Object { members: BTreeMap<Vec<u8>, Vec<u8>>, key: Vec<u8> },
}

struct Writer {
    open: Vec<Open>,
    result: Option<(Kind, Vec<u8>)>,
}

impl Writer {
    fn add(&mut self, kind: Kind, text: Vec<u8>) -> Result<(), JsonError> {
        match self.open.last_mut() {
            Some(Open::Array(elements)) => {
                if elements.len() > 1 {
                    elements.push(b',');
                }
                elements.extend_from_slice(&text);
            }
            Some(Open::Object { members, key }) => {
                members.insert(std::mem::take(key), text);
            }
            None => self.result = Some((kind, text)),
        }
        Ok(())
    }
}

fn quoted(string: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(string.len() + 2);
    write_string(&mut text, string).expect("the parser lets only UTF-8 through");
    text
}

impl Visitor for Writer {
    type Error = JsonError;

    const REFUSES_NUL: bool = false;

    fn null(&mut self) -> Result<(), JsonError> {
        self.add(Kind::Null, b"null".to_vec())
    }

    fn boolean(&mut self, value: bool) -> Result<(), JsonError> {
        self.add(Kind::Boolean, value.to_string().into_bytes())
    }

    fn integer(&mut self, value: i64) -> Result<(), JsonError> {
        self.add(Kind::Number, value.to_string().into_bytes())
    }

    fn unsigned(&mut self, value: u64) -> Result<(), JsonError> {
        self.add(Kind::Number, value.to_string().into_bytes())
    }

    fn float(&mut self, value: f64) -> Result<(), JsonError> {
        let mut text = Vec::new();
        number::write_json(&mut text, value);
        self.add(Kind::Number, text)
    }

    fn string(&mut self, value: &[u8]) -> Result<(), JsonError> {
        self.add(Kind::String, quoted(value))
    }

    fn start_array(&mut self) -> Result<(), JsonError> {
        self.open.push(Open::Array(b"[".to_vec()));
        Ok(())
    }

    fn end_array(&mut self) -> Result<(), JsonError> {
        if let Some(Open::Array(mut text)) = self.open.pop() {
            text.push(b']');
            self.add(Kind::Array, text)?;
        }
        Ok(())
    }

    fn start_object(&mut self) -> Result<(), JsonError> {
        self.open.push(Open::Object { members: BTreeMap::new(), key: Vec::new() });
        Ok(())
    }

    fn key(&mut self, name: &[u8]) -> Result<(), JsonError> {
        if let Some(Open::Object { key, .. }) = self.open.last_mut() {
            *key = name.to_vec();
        }
        Ok(())
    }

    fn end_object(&mut self) -> Result<(), JsonError> {
        if let Some(Open::Object { members, .. }) = self.open.pop() {
            let mut text = b"{".to_vec();
            for (key, value) in members {
                if text.len() > 1 {
                    text.push(b',');
                }
                text.extend_from_slice(&quoted(&key));
                text.push(b':');
                text.extend_from_slice(&value);
            }
            text.push(b'}');
            self.add(Kind::Object, text)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects() {
        let check = |text: &str, expected: &str| {
            let result = normalise_object(text.as_bytes()).unwrap_or_else(|error| error.message());
            assert_eq!(String::from_utf8(result).unwrap(), expected);
        };
        check(
            r#"{"a":18446744073709551615,"b":-0,"c":1e5,"d":"\u0000","e":{},"f":[],"g":[[],{}],"":1}"#,
            r#"{"":1,"a":18446744073709551615,"b":0,"c":100000.0,"d":"\u0000","e":{},"f":[],"g":[[],{}]}"#,
        );
        check(r#"{"b":{"x":1},"b":{"y":2}}"#, r#"{"b":{"y":2}}"#);
        check(r#"{"a":100000000000000000000,"b":"\u001f\/"}"#, r#"{"a":1e+20,"b":"\u001f/"}"#);
        let kind = |name: &str| format!("[json.exception.type_error.302] type must be object, but is {name}");
        check("[1]", &kind("array"));
        check("1", &kind("number"));
        check("\"x\"", &kind("string"));
        check("null", &kind("null"));
        check("true", &kind("boolean"));
        check("18446744073709551615", &kind("number"));
        check("{\"a\":1e999}", "[json.exception.out_of_range.406] number overflow parsing '1e999'");
    }
}
