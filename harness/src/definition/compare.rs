//! Equality, order and deep forcing. Two slots that are the same slot are equal, whatever is in them.

use std::{collections::BTreeSet, rc::Rc};

use super::{
    machine::Machine,
    value::{Attrs, Error, Failure, Outcome, Slot, Value, error},
};

/// An assertion that does not hold.
pub fn assertion(message: &str) -> Failure {
    Failure::Error(Rc::new(Error { message: message.into(), is_caught: true, is_own: false }))
}

impl Machine {
    /// Forces all that is in a slot, each slot once, sets in the order of names.
    pub fn force_deep(&mut self, slot: Slot) -> Outcome<()> {
        self.force_deep_but(slot, &mut BTreeSet::new())
    }

    fn force_deep_but(&mut self, slot: Slot, seen: &mut BTreeSet<Slot>) -> Outcome<()> {
        self.deeper(|machine| {
            if !seen.insert(slot) {
                return Ok(());
            }
            match machine.force(slot)? {
                Value::Attrs(attrs) => attrs.values().try_for_each(|slot| machine.force_deep_but(*slot, seen)),
                Value::List(elements) => elements.iter().try_for_each(|slot| machine.force_deep_but(*slot, seen)),
                _ => Ok(()),
            }
        })
    }

    /// Whether two values are equal.
    pub fn equal(&mut self, left: Slot, right: Slot) -> Outcome<bool> {
        self.deeper(|machine| {
            let one = machine.force(left)?;
            let other = machine.force(right)?;
            if left == right {
                return Ok(true);
            }
            Ok(match (one, other) {
                (Value::Int(one), Value::Float(other)) => one as f64 == other,
                (Value::Float(one), Value::Int(other)) => one == other as f64,
                (Value::List(one), Value::List(other)) => {
                    if one.len() != other.len() {
                        return Ok(false);
                    }
                    for (one, other) in one.iter().zip(&*other) {
                        if !machine.equal(*one, *other)? {
                            return Ok(false);
                        }
                    }
                    true
                }
                (Value::Attrs(one), Value::Attrs(other)) => {
                    if let Some((one, other)) = machine.outputs(&one, &other)? {
                        return machine.equal(one, other);
                    }
                    if one.len() != other.len() {
                        return Ok(false);
                    }
                    for ((name, one), (other_name, other)) in one.iter().zip(&*other) {
                        if name != other_name || !machine.equal(*one, *other)? {
                            return Ok(false);
                        }
                    }
                    true
                }
                (one, other) => scalars_equal(&one, &other),
            })
        })
    }

    /// Fails where two values differ. It forces what equality forces, in its order.
    pub fn assert_equal(&mut self, left: Slot, right: Slot) -> Outcome<()> {
        self.deeper(|machine| {
            let one = machine.force(left)?;
            let other = machine.force(right)?;
            if left == right {
                return Ok(());
            }
            match (one, other) {
                (Value::List(one), Value::List(other)) => {
                    if one.len() != other.len() {
                        return Err(assertion("list of size '' is not equal to list of size ''"));
                    }
                    one.iter().zip(&*other).try_for_each(|(one, other)| machine.assert_equal(*one, *other))
                }
                (Value::Attrs(one), Value::Attrs(other)) => {
                    if let Some((one, other)) = machine.outputs(&one, &other)? {
                        return machine.assert_equal(one, other);
                    }
                    if one.len() != other.len() {
                        return Err(assertion("attribute names of attribute set '' differs from attribute set ''"));
                    }
                    for ((name, one), (other_name, other)) in one.iter().zip(&*other) {
                        if name != other_name {
                            return Err(assertion("attribute name '' is contained in '', but not in ''"));
                        }
                        machine.assert_equal(*one, *other)?;
                    }
                    Ok(())
                }
                (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => {
                    match machine.equal(left, right)? {
                        true => Ok(()),
                        false => Err(assertion("a number is not equal to another")),
                    }
                }
                (one, other) if scalars_equal(&one, &other) => Ok(()),
                _ => Err(assertion("a value is not equal to another")),
            }
        })
    }

    /// Where both sets are derivations: their output paths, which alone are compared.
    fn outputs(&mut self, one: &Attrs, other: &Attrs) -> Outcome<Option<(Slot, Slot)>> {
        if !self.is_derivation(one)? || !self.is_derivation(other)? {
            return Ok(None);
        }
        let name = self.names.intern(b"outPath");
        Ok(one.get(&name).copied().zip(other.get(&name).copied()))
    }

    /// Whether a set says that it is a derivation.
    pub fn is_derivation(&mut self, attrs: &Attrs) -> Outcome<bool> {
        let name = self.names.intern(b"type");
        let Some(slot) = attrs.get(&name) else { return Ok(false) };
        Ok(matches!(self.force(*slot)?, Value::Text(text) if &*text.bytes == b"derivation"))
    }

    /// Whether one value is less than another. Both are evaluated.
    pub fn less(&mut self, left: Slot, right: Slot) -> Outcome<bool> {
        let (one, other) = (self.force(left)?, self.force(right)?);
        Ok(match (one, other) {
            (Value::Float(one), Value::Int(other)) => one < other as f64,
            (Value::Int(one), Value::Float(other)) => (one as f64) < other,
            (Value::Int(one), Value::Int(other)) => one < other,
            (Value::Float(one), Value::Float(other)) => one < other,
            (Value::Text(one), Value::Text(other)) => one.bytes < other.bytes,
            (Value::Path(one), Value::Path(other)) => one < other,
            (Value::List(one), Value::List(other)) => {
                for index in 0.. {
                    match (one.get(index), other.get(index)) {
                        (_, None) => return Ok(false),
                        (None, Some(_)) => return Ok(true),
                        (Some(one), Some(other)) => {
                            if !self.equal(*one, *other)? {
                                return self.nested(|machine| machine.less(*one, *other));
                            }
                        }
                    }
                }
                false
            }
            (one, other) => {
                let same = one.type_name() == other.type_name();
                let (one, other) = (one.described(), other.described());
                return Err(error(match same {
                    true => format!("cannot compare {one} with {other}; values of that type are incomparable"),
                    false => format!("cannot compare {one} with {other}; values are"),
                }));
            }
        })
    }
}

fn scalars_equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::Int(one), Value::Int(other)) => one == other,
        (Value::Float(one), Value::Float(other)) => one == other,
        (Value::Text(one), Value::Text(other)) => one.bytes == other.bytes,
        (Value::Path(one), Value::Path(other)) => one == other,
        // Functions are equal to nothing.
        _ => false,
    }
}
