//! Builtins of lists.

use super::Builtin;
use crate::definition::{
    coerce,
    machine::Machine,
    sort,
    value::{Attrs, Name, Outcome, Slot, State, Value, error, outside},
};

pub(super) const ALL: &[Builtin] = &[
    Builtin::new("map", 2, |m, args| {
        let elements = m.force_list(args[1])?;
        if elements.is_empty() {
            return Ok(Value::List(elements));
        }
        m.force_function(args[0])?;
        let calls: Vec<Slot> = elements.iter().map(|element| m.slot(State::Call(args[0], *element))).collect();
        Ok(Value::List(calls.into()))
    }),
    Builtin::new("filter", 2, |m, args| {
        let elements = m.force_list(args[1])?;
        if elements.is_empty() {
            return Ok(Value::List(elements));
        }
        m.force_function(args[0])?;
        let mut kept = Vec::new();
        for element in &*elements {
            if holds(m, args[0], *element)? {
                kept.push(*element);
            }
        }
        Ok(Value::List(kept.into()))
    }),
    Builtin::new("elem", 2, |m, args| {
        for element in &*m.force_list(args[1])? {
            if m.equal(args[0], *element)? {
                return Ok(Value::Bool(true));
            }
        }
        Ok(Value::Bool(false))
    }),
    Builtin::new("length", 1, |m, args| {
        let length = m.force_list(args[0])?.len();
        Ok(Value::Int(i64::try_from(length).unwrap_or(i64::MAX)))
    }),
    Builtin::new("head", 1, |m, args| match m.force_list(args[0])?.first() {
        Some(first) => m.force(*first),
        None => Err(error("'builtins.head' called on an empty list")),
    }),
    Builtin::new("tail", 1, |m, args| match m.force_list(args[0])?.split_first() {
        Some((_, rest)) => Ok(Value::List(rest.into())),
        None => Err(error("'builtins.tail' called on an empty list")),
    }),
    Builtin::new("elemAt", 2, |m, args| {
        let index = m.force_int(args[1])?;
        let elements = m.force_list(args[0])?;
        match usize::try_from(index).ok().and_then(|index| elements.get(index)) {
            Some(element) => m.force(*element),
            None => {
                Err(error(format!("'builtins.elemAt' called with index {index} on a list of size {}", elements.len())))
            }
        }
    }),
    Builtin::new("concatLists", 1, |m, args| {
        let mut lists = Vec::new();
        for list in &*m.force_list(args[0])? {
            lists.push(Value::List(m.force_list(*list)?));
        }
        m.concatenated(&lists)
    }),
    Builtin::new("concatMap", 2, |m, args| {
        m.force_function(args[0])?;
        let mut lists = Vec::new();
        for element in &*m.force_list(args[1])? {
            let list = m.force_and_call(args[0], &[*element])?;
            if !matches!(list, Value::List(_)) {
                return Err(Machine::unexpected("a list", &list));
            }
            lists.push(list);
        }
        m.concatenated(&lists)
    }),
    Builtin::new("foldl'", 3, |m, args| {
        m.force_function(args[0])?;
        let elements = m.force_list(args[2])?;
        let mut so_far = args[1];
        for element in &*elements {
            let next = m.force_and_call(args[0], &[so_far, *element])?;
            so_far = m.ready(next);
        }
        m.force(so_far)
    }),
    Builtin::new("any", 2, |m, args| any_or_all(m, args, true)),
    Builtin::new("all", 2, |m, args| any_or_all(m, args, false)),
    Builtin::new("genList", 2, |m, args| {
        let length = m.force_int(args[1])?;
        if length < 0 {
            return Err(error(format!("cannot create list of size {length}")));
        }
        m.force_function(args[0])?;
        if length > 100_000 {
            return Err(outside("a very long list"));
        }
        let elements = (0..length).map(|index| {
            let index = m.ready(Value::Int(index));
            m.slot(State::Call(args[0], index))
        });
        Ok(Value::List(elements.collect()))
    }),
    Builtin::new("sort", 2, |m, args| {
        let elements = m.force_list(args[1])?;
        if elements.is_empty() {
            return Ok(Value::List(elements));
        }
        m.force_function(args[0])?;
        for element in &*elements {
            m.force(*element)?;
        }
        let is_less_than = matches!(m.force(args[0])?, Value::Builtin(builtin) if builtin.name == "lessThan");
        let mut sorted = elements.to_vec();
        sort::sort(&mut sorted, &mut |one, other| {
            if is_less_than {
                return m.less(one, other);
            }
            let came = m.force_and_call(args[0], &[one, other])?;
            coerce::boolean(&came)
        })?;
        Ok(Value::List(sorted.into()))
    }),
    Builtin::new("partition", 2, |m, args| {
        m.force_function(args[0])?;
        let (mut right, mut wrong) = (Vec::new(), Vec::new());
        for element in &*m.force_list(args[1])? {
            m.force(*element)?;
            if holds(m, args[0], *element)? { &mut right } else { &mut wrong }.push(*element);
        }
        let mut attrs = Attrs::new();
        for (name, elements) in [("right", right), ("wrong", wrong)] {
            let name = m.names.intern(name.as_bytes());
            attrs.insert(name, m.ready(Value::List(elements.into())));
        }
        Ok(Value::Attrs(attrs.into()))
    }),
    Builtin::new("groupBy", 2, |m, args| {
        m.force_function(args[0])?;
        let mut groups: std::collections::BTreeMap<Name, Vec<Slot>> = std::collections::BTreeMap::new();
        for element in &*m.force_list(args[1])? {
            let name = m.force_and_call(args[0], &[*element])?;
            let name = m.text_without_context(name)?;
            groups.entry(m.names.intern(&name)).or_default().push(*element);
        }
        let attrs: Attrs =
            groups.into_iter().map(|(name, elements)| (name, m.ready(Value::List(elements.into())))).collect();
        Ok(Value::Attrs(attrs.into()))
    }),
    Builtin::new("genericClosure", 1, generic_closure),
];

/// Whether a predicate holds for an element.
fn holds(m: &mut Machine, predicate: Slot, element: Slot) -> Outcome<bool> {
    let came = m.force_and_call(predicate, &[element])?;
    coerce::boolean(&came)
}

fn any_or_all(m: &mut Machine, args: &[Slot], looks_for: bool) -> Outcome<Value> {
    m.force_function(args[0])?;
    for element in &*m.force_list(args[1])? {
        if holds(m, args[0], *element)? == looks_for {
            return Ok(Value::Bool(looks_for));
        }
    }
    Ok(Value::Bool(!looks_for))
}

fn generic_closure(m: &mut Machine, args: &[Slot]) -> Outcome<Value> {
    let attrs = m.force_attrs(args[0])?;
    let start = m.attribute(&attrs, "startSet")?;
    let start = m.force_list(start)?;
    if start.is_empty() {
        return Ok(Value::List(start));
    }
    let operator = m.attribute(&attrs, "operator")?;
    m.force_function(operator)?;
    let mut to_do: std::collections::VecDeque<Slot> = start.iter().copied().collect();
    let (mut keys, mut found): (Vec<Slot>, Vec<Slot>) = (Vec::new(), Vec::new());
    while let Some(element) = to_do.pop_front() {
        let attrs = m.force_attrs(element)?;
        let key = m.attribute(&attrs, "key")?;
        let value = m.force(key)?;
        // In which order other keys are compared depends on the reference's tree of them.
        let depends = matches!(&value, Value::List(_)) || matches!(&value, Value::Float(float) if float.is_nan());
        if depends && !keys.is_empty() {
            return Err(outside("keys that are lists"));
        }
        let mut is_known = false;
        for other in &keys {
            if !m.less(key, *other)? && !m.less(*other, key)? {
                is_known = true;
                break;
            }
        }
        if is_known {
            continue;
        }
        keys.push(key);
        found.push(element);
        match m.force_and_call(operator, &[element])? {
            Value::List(more) => {
                for element in &*more {
                    m.force(*element)?;
                    to_do.push_back(*element);
                }
            }
            other => return Err(Machine::unexpected("a list", &other)),
        }
    }
    Ok(Value::List(found.into()))
}
