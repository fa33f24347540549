//! Reads values into types of the program, by serde.
//!
//! Only what the type asks for is evaluated: a field that a struct does not have is not looked at.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::Error;
use super::value::{Kind, Value};
use crate::errors::ErrorKind;

impl<'e> Value<'e> {
    /// The value as a type of the program. Sets become structs, maps and enums with content, lists sequences, strings
    /// and paths texts, null `None`.
    ///
    /// ```
    /// # use nix_evaluator::Evaluator;
    /// #[derive(serde::Deserialize)]
    /// struct Service {
    ///     name: String,
    ///     ports: Vec<u16>,
    /// }
    ///
    /// let text = r#"{ name = "web"; ports = [ 80 443 ]; other = throw "not looked at"; }"#;
    /// let service: Service = Evaluator::new().evaluate(text, |value| value.deserialize())?;
    /// assert_eq!((service.name.as_str(), service.ports), ("web", vec![80, 443]));
    ///
    /// let wrong = Evaluator::new().evaluate("{ services = [ { name = 1; } ]; }", |value| {
    ///     value.deserialize::<std::collections::BTreeMap<String, Vec<Service>>>().map(|_| ())
    /// });
    /// assert_eq!(
    ///     wrong.unwrap_err().message(),
    ///     "at services.0.name: invalid type: integer `1`, expected a string"
    /// );
    /// # Ok::<(), nix_evaluator::Error>(())
    /// ```
    ///
    /// # Errors
    /// The value does not fit, with where in it, as in `at services.nginx.port: …`; or evaluating part of it fails.
    pub fn deserialize<T: de::Deserialize<'e>>(self) -> Result<T, Error> {
        T::deserialize(self).map_err(|problem| problem.into_error())
    }
}

/// Why a value does not fit, and where in it.
#[derive(Debug)]
pub struct Problem {
    /// From the inside out.
    path: Vec<String>,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Mismatch(String),
    Evaluation(Error),
}

impl Problem {
    fn inside(mut self, step: impl FnOnce() -> String) -> Problem {
        self.path.push(step());
        self
    }

    fn into_error(self) -> Error {
        let message = match self.cause {
            Cause::Evaluation(error) => return error,
            Cause::Mismatch(message) => message,
        };
        let path: Vec<_> = self.path.into_iter().rev().collect();
        match path.is_empty() {
            true => Error::of(ErrorKind::Type, message),
            false => Error::of(ErrorKind::Type, format!("at {}: {message}", path.join("."))),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        Problem { path: Vec::new(), cause: Cause::Evaluation(error) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::Mismatch(message) => formatter.write_str(message),
            Cause::Evaluation(error) => fmt::Display::fmt(error, formatter),
        }
    }
}

impl std::error::Error for Problem {}

impl de::Error for Problem {
    fn custom<T: fmt::Display>(message: T) -> Problem {
        Problem { path: Vec::new(), cause: Cause::Mismatch(message.to_string()) }
    }
}

fn shown_name(name: &[u8]) -> String {
    String::from_utf8_lossy(&crate::syntax::print_identifier(name)).into_owned()
}

/// Texts are borrowed from the evaluation.
fn visit_text<'e, V: Visitor<'e>>(bytes: &'e [u8], visitor: V) -> Result<V::Value, Problem> {
    match std::str::from_utf8(bytes) {
        Ok(text) => visitor.visit_borrowed_str(text),
        Err(_) => visitor.visit_borrowed_bytes(bytes),
    }
}

impl<'e> de::Deserializer<'e> for Value<'e> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'e>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.kind()? {
            Kind::Null => visitor.visit_unit(),
            Kind::Bool => visitor.visit_bool(self.as_bool()?),
            Kind::Int => visitor.visit_i64(self.as_int()?),
            Kind::Float => visitor.visit_f64(self.as_float()?),
            Kind::String => visit_text(self.as_bytes()?, visitor),
            Kind::Path => visit_text(crate::io::native::bytes(self.as_path()?.as_os_str()), visitor),
            Kind::List => {
                let list = self.as_list()?;
                let mut items = Items { next: 0, length: list.len(), items: list.iter() };
                let value = visitor.visit_seq(&mut items)?;
                match items.items.len() {
                    0 => Ok(value),
                    left => {
                        Err(de::Error::invalid_length(items.length, &&*format!("{} elements", items.length - left)))
                    }
                }
            }
            Kind::Attrs => visitor.visit_map(Members { members: self.as_attrs()?.iter(), value: None }),
            Kind::Function => Err(de::Error::invalid_type(de::Unexpected::Other("a function"), &visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'e>>(self, visitor: V) -> Result<V::Value, Problem> {
        if self.is_null()? { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'e>>(self, _: &'static str, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'e>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        match self.kind()? {
            Kind::String => visitor.visit_enum(StrDeserializer::new(self.as_str()?)),
            Kind::Attrs => {
                let mut members = self.as_attrs()?.iter();
                match (members.next(), members.next()) {
                    (Some((name, content)), None) => visitor.visit_enum(Tagged { name, content }),
                    _ => Err(de::Error::custom("expected a set of one attribute, which names the variant")),
                }
            }
            _ => self.deserialize_any(visitor),
        }
    }

    /// Does not even evaluate it.
    fn deserialize_ignored_any<V: Visitor<'e>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        <W: Visitor<'e>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier
    }
}

struct Items<I> {
    next: usize,
    length: usize,
    items: I,
}

impl<'e, I: ExactSizeIterator<Item = Value<'e>>> de::SeqAccess<'e> for &mut Items<I> {
    type Error = Problem;

    fn next_element_seed<T: DeserializeSeed<'e>>(&mut self, seed: T) -> Result<Option<T::Value>, Problem> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let index = self.next;
        self.next += 1;
        seed.deserialize(item).map(Some).map_err(|problem| problem.inside(|| index.to_string()))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Members<'e, I> {
    members: I,
    value: Option<(&'e [u8], Value<'e>)>,
}

impl<'e, I: ExactSizeIterator<Item = (&'e [u8], Value<'e>)>> Members<'e, I> {
    fn next_name<K: DeserializeSeed<'e>>(&mut self, seed: K) -> Result<Option<K::Value>, Problem> {
        let Some((name, value)) = self.members.next() else { return Ok(None) };
        self.value = Some((name, value));
        seed.deserialize(Name(name)).map(Some)
    }

    fn value<V: DeserializeSeed<'e>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        let (name, value) = self.value.take().expect("serde asks for a value after its name");
        seed.deserialize(value).map_err(|problem| problem.inside(|| shown_name(name)))
    }
}

impl<'e, I: ExactSizeIterator<Item = (&'e [u8], Value<'e>)>> de::MapAccess<'e> for Members<'e, I> {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'e>>(&mut self, seed: K) -> Result<Option<K::Value>, Problem> {
        self.next_name(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'e>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        self.value(seed)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.members.len())
    }
}

/// The name of an attribute.
struct Name<'e>(&'e [u8]);

impl<'e> de::Deserializer<'e> for Name<'e> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'e>>(self, visitor: V) -> Result<V::Value, Problem> {
        visit_text(self.0, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'e>>(self, _: &'static str, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'e>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        let name = std::str::from_utf8(self.0).map_err(|_| <Problem as de::Error>::custom("the name is not UTF-8"))?;
        visitor.visit_enum(StrDeserializer::new(name))
    }

    forward_to_deserialize_any! {
        <W: Visitor<'e>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq
        tuple tuple_struct map struct identifier ignored_any
    }
}

/// A variant with content.
struct Tagged<'e> {
    name: &'e [u8],
    content: Value<'e>,
}

impl<'e> de::EnumAccess<'e> for Tagged<'e> {
    type Error = Problem;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'e>>(self, seed: V) -> Result<(V::Value, Self), Problem> {
        let variant = seed.deserialize(Name(self.name))?;
        Ok((variant, self))
    }
}

impl<'e> de::VariantAccess<'e> for Tagged<'e> {
    type Error = Problem;

    fn unit_variant(self) -> Result<(), Problem> {
        let name = self.name;
        de::Deserialize::deserialize(self.content).map_err(|problem: Problem| problem.inside(|| shown_name(name)))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'e>>(self, seed: T) -> Result<T::Value, Problem> {
        let name = self.name;
        seed.deserialize(self.content).map_err(|problem| problem.inside(|| shown_name(name)))
    }

    fn tuple_variant<V: Visitor<'e>>(self, _: usize, visitor: V) -> Result<V::Value, Problem> {
        let name = self.name;
        de::Deserializer::deserialize_any(self.content, visitor).map_err(|problem| problem.inside(|| shown_name(name)))
    }

    fn struct_variant<V: Visitor<'e>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Problem> {
        let name = self.name;
        de::Deserializer::deserialize_struct(self.content, "", fields, visitor)
            .map_err(|problem| problem.inside(|| shown_name(name)))
    }
}

impl<'e> IntoDeserializer<'e, Problem> for Value<'e> {
    type Deserializer = Value<'e>;

    fn into_deserializer(self) -> Value<'e> {
        self
    }
}
