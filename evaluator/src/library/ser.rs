//! Makes values out of types of the program, by serde.

use std::fmt;

use serde::ser::{self, Serialize};

use super::{Error, Scope, Value};

impl<'e> Scope<'e> {
    /// A value out of a type of the program: structs and maps become sets, sequences lists, `None` null, variants
    /// without content strings, and others sets of one attribute.
    ///
    /// ```
    /// # use nix_evaluator::Evaluator;
    /// let text = Evaluator::new().scope(|scope| {
    ///     let ports = scope.serialize(&std::collections::BTreeMap::from([("http", 80), ("https", 443)]))?;
    ///     scope.evaluate("ports: ports.http + ports.https")?.call(ports)?.print()
    /// })?;
    /// assert_eq!(text, b"523");
    /// # Ok::<(), nix_evaluator::Error>(())
    /// ```
    ///
    /// # Errors
    /// Nix has no such value: an integer that is too large, a text with a NUL, a key that is no text.
    pub fn serialize<T: Serialize + ?Sized>(self, value: &T) -> Result<Value<'e>, Error> {
        value.serialize(Serializer(self))
    }
}

#[derive(Clone, Copy)]
struct Serializer<'e>(Scope<'e>);

impl ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Error {
        Error::new(message.to_string())
    }
}

struct Items<'e> {
    scope: Scope<'e>,
    variant: Option<&'static str>,
    items: Vec<Value<'e>>,
}

struct Members<'e> {
    scope: Scope<'e>,
    variant: Option<&'static str>,
    members: Vec<(Vec<u8>, Value<'e>)>,
    key: Option<Vec<u8>>,
}

fn tagged<'e>(scope: Scope<'e>, variant: Option<&'static str>, value: Value<'e>) -> Result<Value<'e>, Error> {
    match variant {
        Some(variant) => scope.attrs([(variant, value)]),
        None => Ok(value),
    }
}

impl<'e> ser::Serializer for Serializer<'e> {
    type Ok = Value<'e>;
    type Error = Error;
    type SerializeSeq = Items<'e>;
    type SerializeTuple = Items<'e>;
    type SerializeTupleStruct = Items<'e>;
    type SerializeTupleVariant = Items<'e>;
    type SerializeMap = Members<'e>;
    type SerializeStruct = Members<'e>;
    type SerializeStructVariant = Members<'e>;

    fn serialize_bool(self, value: bool) -> Result<Value<'e>, Error> {
        Ok(self.0.bool(value))
    }

    fn serialize_i8(self, value: i8) -> Result<Value<'e>, Error> {
        Ok(self.0.int(value.into()))
    }

    fn serialize_i16(self, value: i16) -> Result<Value<'e>, Error> {
        Ok(self.0.int(value.into()))
    }

    fn serialize_i32(self, value: i32) -> Result<Value<'e>, Error> {
        Ok(self.0.int(value.into()))
    }

    fn serialize_i64(self, value: i64) -> Result<Value<'e>, Error> {
        Ok(self.0.int(value))
    }

    fn serialize_u8(self, value: u8) -> Result<Value<'e>, Error> {
        Ok(self.0.int(value.into()))
    }

    fn serialize_u16(self, value: u16) -> Result<Value<'e>, Error> {
        Ok(self.0.int(value.into()))
    }

    fn serialize_u32(self, value: u32) -> Result<Value<'e>, Error> {
        Ok(self.0.int(value.into()))
    }

    fn serialize_u64(self, value: u64) -> Result<Value<'e>, Error> {
        match i64::try_from(value) {
            Ok(value) => Ok(self.0.int(value)),
            Err(_) => Err(Error::new(format!("the integer {value} is too large for Nix"))),
        }
    }

    fn serialize_f32(self, value: f32) -> Result<Value<'e>, Error> {
        Ok(self.0.float(value.into()))
    }

    fn serialize_f64(self, value: f64) -> Result<Value<'e>, Error> {
        Ok(self.0.float(value))
    }

    fn serialize_char(self, value: char) -> Result<Value<'e>, Error> {
        self.0.string(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<Value<'e>, Error> {
        self.0.string(value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Value<'e>, Error> {
        self.0.string(value)
    }

    fn serialize_none(self) -> Result<Value<'e>, Error> {
        Ok(self.0.null())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value<'e>, Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value<'e>, Error> {
        Ok(self.0.null())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value<'e>, Error> {
        Ok(self.0.null())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Value<'e>, Error> {
        self.0.string(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Value<'e>, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value<'e>, Error> {
        tagged(self.0, Some(variant), value.serialize(self)?)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Items<'e>, Error> {
        Ok(Items { scope: self.0, variant: None, items: Vec::with_capacity(length.unwrap_or(0).min(1 << 16)) })
    }

    fn serialize_tuple(self, length: usize) -> Result<Items<'e>, Error> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Items<'e>, Error> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Items<'e>, Error> {
        Ok(Items { variant: Some(variant), ..self.serialize_seq(Some(length))? })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'e>, Error> {
        Ok(Members { scope: self.0, variant: None, members: Vec::new(), key: None })
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Members<'e>, Error> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Members<'e>, Error> {
        Ok(Members { variant: Some(variant), ..self.serialize_map(Some(length))? })
    }
}

impl<'e> Items<'e> {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.items.push(value.serialize(Serializer(self.scope))?);
        Ok(())
    }

    fn finish(self) -> Result<Value<'e>, Error> {
        let list = self.scope.list(self.items)?;
        tagged(self.scope, self.variant, list)
    }
}

impl<'e> Members<'e> {
    fn push<T: Serialize + ?Sized>(&mut self, name: &[u8], value: &T) -> Result<(), Error> {
        self.members.push((name.to_vec(), value.serialize(Serializer(self.scope))?));
        Ok(())
    }

    fn finish(self) -> Result<Value<'e>, Error> {
        let set = self.scope.attrs(self.members)?;
        tagged(self.scope, self.variant, set)
    }
}

macro_rules! items {
    ($($trait:ident $push:ident;)*) => { $(
        impl<'e> ser::$trait for Items<'e> {
            type Ok = Value<'e>;
            type Error = Error;

            fn $push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.push(value)
            }

            fn end(self) -> Result<Value<'e>, Error> {
                self.finish()
            }
        }
    )* };
}

items! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

macro_rules! members {
    ($($trait:ident;)*) => { $(
        impl<'e> ser::$trait for Members<'e> {
            type Ok = Value<'e>;
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
                self.push(name.as_bytes(), value)
            }

            fn end(self) -> Result<Value<'e>, Error> {
                self.finish()
            }
        }
    )* };
}

members! {
    SerializeStruct;
    SerializeStructVariant;
}

impl<'e> ser::SerializeMap for Members<'e> {
    type Ok = Value<'e>;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        let key = key.serialize(Serializer(self.scope))?;
        let text = key.as_bytes().map_err(|_| Error::new("a name in a set must be a text"))?;
        self.key = Some(text.to_vec());
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let key = self.key.take().expect("serde gives the key first");
        self.push(&key, value)
    }

    fn end(self) -> Result<Value<'e>, Error> {
        self.finish()
    }
}
