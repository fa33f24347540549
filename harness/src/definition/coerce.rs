//! Turns values into strings and paths, with what they refer to in the store, and checks types.

use std::rc::Rc;

use super::{
    machine::Machine,
    paths, show,
    value::{Attrs, Context, Outcome, Slot, Value, error, outside},
};

/// How a value becomes a string.
#[derive(Clone, Copy)]
pub struct Coercion {
    /// Whether numbers, Booleans, null and lists do.
    pub more: bool,
    /// Whether a path is copied to the store.
    pub store: bool,
    /// Whether a path is written without what it need not have.
    pub canonical: bool,
}

impl Coercion {
    /// As a string that is interpolated.
    pub const STORING: Coercion = Coercion { more: false, store: true, canonical: true };
    /// As a string that is a path.
    pub const PATH: Coercion = Coercion { more: false, store: false, canonical: true };
    /// As `toString` does.
    pub const MORE: Coercion = Coercion { more: true, store: false, canonical: true };
}

impl Machine {
    /// The text of a value; what it refers to is added to `context`.
    pub fn coerced(&mut self, slot: Slot, context: &mut Context, how: Coercion) -> Outcome<Rc<[u8]>> {
        self.deeper(|machine| {
            let value = machine.force(slot)?;
            match &value {
                Value::Text(text) => {
                    context.extend(text.context.iter().cloned());
                    return Ok(text.bytes.clone());
                }
                Value::Path(_) if how.store => return Err(outside("a path that is copied to the store")),
                Value::Path(path) if how.canonical => return Ok(paths::canonical(path).into()),
                Value::Path(path) => return Ok(path.clone()),
                Value::Attrs(attrs) => {
                    if let Some(text) = machine.called_to_string(slot, attrs, context, how)? {
                        return Ok(text);
                    }
                    let name = machine.names.intern(b"outPath");
                    if let Some(slot) = attrs.get(&name) {
                        return machine.coerced(*slot, context, how);
                    }
                }
                _ => {}
            }
            match value {
                Value::Bool(true) if how.more => Ok((*b"1").into()),
                Value::Bool(false) | Value::Null if how.more => Ok(Rc::new([])),
                Value::Int(int) if how.more => Ok(int.to_string().into_bytes().into()),
                Value::Float(float) if how.more => Ok(show::fixed(float).into_bytes().into()),
                Value::List(elements) if how.more => {
                    let mut text = Vec::new();
                    for (index, element) in elements.iter().enumerate() {
                        text.extend_from_slice(&machine.coerced(*element, context, how)?);
                        let is_empty = matches!(machine.force(*element)?, Value::List(list) if list.is_empty());
                        if index + 1 < elements.len() && !is_empty {
                            text.push(b' ');
                        }
                    }
                    Ok(text.into())
                }
                other => Err(error(format!("cannot coerce {} to a string", other.described()))),
            }
        })
    }

    /// What a set's `__toString` gives, where it has one.
    pub fn called_to_string(
        &mut self,
        slot: Slot,
        attrs: &Attrs,
        context: &mut Context,
        how: Coercion,
    ) -> Outcome<Option<Rc<[u8]>>> {
        let name = self.names.intern(b"__toString");
        let Some(function) = attrs.get(&name).copied() else { return Ok(None) };
        let came = self.force_and_call(function, &[slot])?;
        let came = self.ready(came);
        self.coerced(came, context, Coercion { canonical: true, ..how }).map(Some)
    }

    /// The absolute path that a value stands for.
    pub fn coerced_to_path(&mut self, slot: Slot, context: &mut Context) -> Outcome<Rc<[u8]>> {
        let value = self.force(slot)?;
        match &value {
            Value::Path(path) => return Ok(paths::canonical(path).into()),
            Value::Attrs(attrs) => {
                let name = self.names.intern(b"__toString");
                if let Some(function) = attrs.get(&name).copied() {
                    let came = self.force_and_call(function, &[slot])?;
                    let came = self.ready(came);
                    return self.nested(|machine| machine.coerced_to_path(came, context));
                }
            }
            _ => {}
        }
        let path = self.coerced(slot, context, Coercion::PATH)?;
        if path.first() != Some(&b'/') {
            return Err(error([b"string '", &*path, b"' doesn't represent an absolute path"].concat()));
        }
        Ok(paths::canonical(&path).into())
    }

    /// The set in a slot.
    pub fn force_attrs(&mut self, slot: Slot) -> Outcome<Rc<Attrs>> {
        match self.force(slot)? {
            Value::Attrs(attrs) => Ok(attrs),
            other => Err(Machine::unexpected("a set", &other)),
        }
    }

    /// The list in a slot.
    pub fn force_list(&mut self, slot: Slot) -> Outcome<Rc<[Slot]>> {
        match self.force(slot)? {
            Value::List(elements) => Ok(elements),
            other => Err(Machine::unexpected("a list", &other)),
        }
    }

    /// The integer in a slot.
    pub fn force_int(&mut self, slot: Slot) -> Outcome<i64> {
        match self.force(slot)? {
            Value::Int(int) => Ok(int),
            other => Err(Machine::unexpected("an integer", &other)),
        }
    }

    /// The number in a slot.
    pub fn force_float(&mut self, slot: Slot) -> Outcome<f64> {
        match self.force(slot)? {
            Value::Int(int) => Ok(int as f64),
            Value::Float(float) => Ok(float),
            other => Err(Machine::unexpected("a float", &other)),
        }
    }

    /// The Boolean in a slot.
    pub fn force_bool(&mut self, slot: Slot) -> Outcome<bool> {
        let value = self.force(slot)?;
        boolean(&value)
    }

    /// The string in a slot, with its context added to `context`.
    pub fn force_text(&mut self, slot: Slot, context: &mut Context) -> Outcome<Rc<[u8]>> {
        match self.force(slot)? {
            Value::Text(text) => {
                context.extend(text.context.iter().cloned());
                Ok(text.bytes)
            }
            other => Err(Machine::unexpected("a string", &other)),
        }
    }

    /// The string in a slot, which may have no context.
    pub fn force_plain(&mut self, slot: Slot) -> Outcome<Rc<[u8]>> {
        let value = self.force(slot)?;
        self.text_without_context(value)
    }

    /// The text of a value, which must be a string without context.
    pub fn text_without_context(&mut self, value: Value) -> Outcome<Rc<[u8]>> {
        match value {
            Value::Text(text) if text.context.is_empty() => Ok(text.bytes),
            Value::Text(text) => Err(error(
                [b"the string '", &*text.bytes, b"' is not allowed to refer to a store path (such as ''"].concat(),
            )),
            other => Err(Machine::unexpected("a string", &other)),
        }
    }

    /// Forces what must be a function, or a set that can be called.
    pub fn force_function(&mut self, slot: Slot) -> Outcome<()> {
        let functor = self.names.intern(b"__functor");
        match self.force(slot)? {
            Value::Lambda(..) | Value::Builtin(_) | Value::Partial(..) => Ok(()),
            Value::Attrs(attrs) if attrs.contains_key(&functor) => Ok(()),
            other => Err(Machine::unexpected("a function", &other)),
        }
    }
}

/// The truth of a value that must be a Boolean.
pub fn boolean(value: &Value) -> Outcome<bool> {
    match value {
        Value::Bool(truth) => Ok(*truth),
        other => Err(Machine::unexpected("a Boolean", other)),
    }
}
