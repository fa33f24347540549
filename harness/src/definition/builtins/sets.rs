//! Builtins of sets.

use std::{collections::BTreeMap, rc::Rc};

use super::Builtin;
use crate::definition::{
    machine::Machine,
    show::quoted_name,
    value::{Attrs, Name, Outcome, Slot, State, Value, error, outside},
};

pub(super) const ALL: &[Builtin] = &[
    Builtin::new("attrNames", 1, |m, args| {
        let attrs = m.force_attrs(args[0])?;
        let names: Vec<Value> =
            m.by_text(&attrs).into_iter().map(|(name, _)| Value::text(m.names.text(name))).collect();
        Ok(m.list_of(names))
    }),
    Builtin::new("attrValues", 1, |m, args| {
        let attrs = m.force_attrs(args[0])?;
        Ok(Value::List(m.by_text(&attrs).into_iter().map(|(_, slot)| slot).collect()))
    }),
    Builtin::new("getAttr", 2, |m, args| {
        let (name, attrs) = name_and_attrs(m, args)?;
        let slot = m.attribute_of(&attrs, name)?;
        m.force(slot)
    }),
    Builtin::new("hasAttr", 2, |m, args| {
        let (name, attrs) = name_and_attrs(m, args)?;
        Ok(Value::Bool(attrs.contains_key(&name)))
    }),
    Builtin::new("unsafeGetAttrPos", 2, |m, args| {
        let (name, attrs) = name_and_attrs(m, args)?;
        if attrs.contains_key(&name) { Err(outside("a position")) } else { Ok(Value::Null) }
    }),
    Builtin::new("removeAttrs", 2, |m, args| {
        let mut attrs = (*m.force_attrs(args[0])?).clone();
        for name in &*m.force_list(args[1])? {
            let name = m.force_plain(*name)?;
            attrs.remove(&m.names.intern(&name));
        }
        Ok(Value::Attrs(attrs.into()))
    }),
    Builtin::new("listToAttrs", 1, |m, args| {
        let mut first: BTreeMap<Name, Slot> = BTreeMap::new();
        for element in &*m.force_list(args[0])? {
            let pair = m.force_attrs(*element)?;
            let name = m.attribute(&pair, "name")?;
            let name = m.force_plain(name)?;
            first.entry(m.names.intern(&name)).or_insert(*element);
        }
        let mut attrs = Attrs::new();
        for (name, element) in first {
            let pair = m.force_attrs(element)?;
            attrs.insert(name, m.attribute(&pair, "value")?);
        }
        Ok(Value::Attrs(attrs.into()))
    }),
    Builtin::new("intersectAttrs", 2, |m, args| {
        let left = m.force_attrs(args[0])?;
        let right = m.force_attrs(args[1])?;
        let both = right.iter().filter(|(name, _)| left.contains_key(name));
        Ok(Value::Attrs(Rc::new(both.map(|(name, slot)| (*name, *slot)).collect())))
    }),
    Builtin::new("catAttrs", 2, |m, args| {
        let name = m.force_plain(args[0])?;
        let name = m.names.intern(&name);
        let mut found = Vec::new();
        for element in &*m.force_list(args[1])? {
            found.extend(m.force_attrs(*element)?.get(&name));
        }
        Ok(Value::List(found.into()))
    }),
    Builtin::new("mapAttrs", 2, |m, args| {
        let attrs = m.force_attrs(args[1])?;
        let mapped = attrs.iter().map(|(name, slot)| (*name, m.call_of_name(args[0], *name, *slot)));
        Ok(Value::Attrs(Rc::new(mapped.collect())))
    }),
    Builtin::new("zipAttrsWith", 2, |m, args| {
        m.force_function(args[0])?;
        let mut all: BTreeMap<Name, Vec<Slot>> = BTreeMap::new();
        for set in &*m.force_list(args[1])? {
            for (name, slot) in &*m.force_attrs(*set)? {
                all.entry(*name).or_default().push(*slot);
            }
        }
        let zipped = all.into_iter().map(|(name, slots)| {
            let slots = m.ready(Value::List(slots.into()));
            (name, m.call_of_name(args[0], name, slots))
        });
        Ok(Value::Attrs(Rc::new(zipped.collect())))
    }),
];

fn name_and_attrs(m: &mut Machine, args: &[Slot]) -> Outcome<(Name, Rc<Attrs>)> {
    let name = m.force_plain(args[0])?;
    let attrs = m.force_attrs(args[1])?;
    Ok((m.names.intern(&name), attrs))
}

impl Machine {
    /// The slot of an attribute that must be there.
    pub(super) fn attribute(&mut self, attrs: &Attrs, name: &str) -> Outcome<Slot> {
        let name = self.names.intern(name.as_bytes());
        self.attribute_of(attrs, name)
    }

    fn attribute_of(&mut self, attrs: &Attrs, name: Name) -> Outcome<Slot> {
        attrs.get(&name).copied().ok_or_else(|| {
            let text = quoted_name(&self.names.text(name));
            error([b"attribute '", &*text, b"' missing"].concat())
        })
    }

    /// A call of a function with a name and a value, for when it is needed.
    fn call_of_name(&mut self, function: Slot, name: Name, value: Slot) -> Slot {
        let text = self.names.text(name);
        let text = self.ready(Value::text(text));
        let partly = self.slot(State::Call(function, text));
        self.slot(State::Call(partly, value))
    }
}
