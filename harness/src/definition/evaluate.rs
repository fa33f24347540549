//! What each term means: a value, and what is forced on the way to it, in this order.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use super::{
    coerce::Coercion,
    machine::Machine,
    paths,
    show::quoted_name,
    term::{BindingKind, LambdaTerm, NameTerm, SetTerm, Shared, Term},
    value::{Attrs, Context, Failure, Frame, Holds, Name, Outcome, Scope, Slot, State, Value, error, outside},
};

impl Machine {
    /// The value of a term.
    pub fn eval(&mut self, term: &Shared, scope: &Scope) -> Outcome<Value> {
        self.nested(|machine| machine.eval_here(term, scope))
    }

    fn eval_here(&mut self, term: &Shared, scope: &Scope) -> Outcome<Value> {
        match &**term {
            Term::Literal(slot) => self.force(*slot),
            Term::Bound(name) => match bound(scope, *name) {
                Some(slot) => self.force(slot),
                None => Err(outside("a variable of a scope in the making")),
            },
            Term::FromWith(name) => self.find_in_with(*name, scope),
            Term::List(elements) => {
                let slots: Vec<Slot> = elements.iter().map(|element| self.delay(element, scope)).collect();
                Ok(Value::List(slots.into()))
            }
            Term::Set(set) => self.set(set, scope),
            Term::Let(set, body) => {
                let inner = self.scope_of(set, scope, false);
                self.eval(body, &inner)
            }
            Term::With(namespace, body) => {
                let namespace = self.delay(namespace, scope);
                let inner = Frame { up: Some(scope.clone()), holds: Holds::Namespace(namespace) };
                self.eval(body, &Rc::new(inner))
            }
            Term::Assert(condition, body) => {
                if !self.truth(condition, scope)? {
                    return Err(self.failed_assertion(condition, scope)?);
                }
                self.eval(body, scope)
            }
            Term::If(condition, consequence, alternative) => {
                let branch = if self.truth(condition, scope)? { consequence } else { alternative };
                self.eval(branch, scope)
            }
            Term::Lambda(lambda) => Ok(Value::Lambda(lambda.clone(), scope.clone())),
            Term::Call(function, arguments) => {
                let function = self.eval(function, scope)?;
                let arguments: Vec<Slot> = arguments.iter().map(|argument| self.delay(argument, scope)).collect();
                self.call(function, &arguments)
            }
            Term::Select(subject, path, default) => self.select(subject, path, default.as_ref(), scope),
            Term::Has(subject, path) => {
                let mut value = Some(self.eval(subject, scope)?);
                let mut next = None;
                for name in path {
                    let value = match (value.take(), next) {
                        (Some(value), _) => value,
                        (None, Some(slot)) => self.force(slot)?,
                        (None, None) => return Ok(Value::Bool(false)),
                    };
                    let name = self.name_of(name, scope)?;
                    match &value {
                        Value::Attrs(attrs) if attrs.contains_key(&name) => next = attrs.get(&name).copied(),
                        _ => return Ok(Value::Bool(false)),
                    }
                }
                Ok(Value::Bool(true))
            }
            Term::Not(operand) => Ok(Value::Bool(!self.truth(operand, scope)?)),
            Term::Equal(left, right) => Ok(Value::Bool(self.compared(left, right, scope)?)),
            Term::Differ(left, right) => Ok(Value::Bool(!self.compared(left, right, scope)?)),
            Term::And(left, right) => Ok(Value::Bool(self.truth(left, scope)? && self.truth(right, scope)?)),
            Term::Or(left, right) => Ok(Value::Bool(self.truth(left, scope)? || self.truth(right, scope)?)),
            Term::Implies(left, right) => Ok(Value::Bool(!self.truth(left, scope)? || self.truth(right, scope)?)),
            Term::Update(..) => {
                let mut sets = Vec::new();
                self.update_operands(term, scope, &mut sets)?;
                let mut whole: Rc<Attrs> = Rc::default();
                for set in sets.into_iter().rev() {
                    if whole.is_empty() {
                        whole = set;
                    } else if !set.is_empty() {
                        let mut merged = (*whole).clone();
                        merged.extend(set.iter());
                        whole = Rc::new(merged);
                    }
                }
                Ok(Value::Attrs(whole))
            }
            Term::Concatenate(left, right) => {
                let values = [self.eval(left, scope)?, self.eval(right, scope)?];
                self.concatenated(&values)
            }
            Term::Sum { is_text, parts } => self.sum(*is_text, parts, scope),
            Term::Source(number) => {
                let Holds::Sources(sources) = &scope.holds else { return Err(outside("a source out of place")) };
                let slot = sources[*number];
                self.force(slot)
            }
            Term::Outside(what) => Err(outside(what)),
        }
    }

    /// A slot for a term that is not needed yet. Some terms are in a slot already.
    pub fn delay(&mut self, term: &Shared, scope: &Scope) -> Slot {
        match &**term {
            Term::Literal(slot) => *slot,
            Term::List(elements) if elements.is_empty() => self.empty_list,
            Term::Bound(name) => match bound(scope, *name) {
                Some(slot) => slot,
                None => self.slot(State::Delayed(term.clone(), scope.clone())),
            },
            _ => self.slot(State::Delayed(term.clone(), scope.clone())),
        }
    }

    fn find_in_with(&mut self, name: Name, scope: &Scope) -> Outcome<Value> {
        let mut next = Some(scope);
        while let Some(frame) = next {
            if let Holds::Namespace(namespace) = frame.holds {
                let attrs = self.force_attrs(namespace)?;
                if let Some(slot) = attrs.get(&name) {
                    return self.force(*slot);
                }
            }
            next = frame.up.as_ref();
        }
        let text = self.names.text(name);
        Err(error([b"undefined variable '", &*text, b"'"].concat()))
    }

    fn truth(&mut self, term: &Shared, scope: &Scope) -> Outcome<bool> {
        match self.eval(term, scope)? {
            Value::Bool(truth) => Ok(truth),
            other => Err(Machine::unexpected("a Boolean", &other)),
        }
    }

    fn compared(&mut self, left: &Shared, right: &Shared, scope: &Scope) -> Outcome<bool> {
        let left = self.eval(left, scope)?;
        let right = self.eval(right, scope)?;
        let (left, right) = (self.ready(left), self.ready(right));
        self.equal(left, right)
    }

    fn failed_assertion(&mut self, condition: &Shared, scope: &Scope) -> Outcome<Failure> {
        if let Term::Equal(left, right) = &**condition {
            // Both are evaluated once more, to say where they differ.
            let left = self.eval(left, scope)?;
            let right = self.eval(right, scope)?;
            let (left, right) = (self.ready(left), self.ready(right));
            self.assert_equal(left, right)?;
        }
        Ok(super::compare::assertion("assertion '' failed"))
    }

    /// The names that a set's bindings see each other by, with what they are bound to.
    fn scope_of(&mut self, set: &SetTerm, scope: &Scope, is_overridden: bool) -> Scope {
        let names = set.known.keys().map(|name| (*name, None)).collect();
        let inner = Rc::new(Frame { up: Some(scope.clone()), holds: Holds::Names(RefCell::new(names)) });
        let sources = self.sources(set, &inner);
        for (name, binding) in &set.known {
            let slot = match binding.kind {
                BindingKind::Inherited => self.delay(&binding.value, scope),
                BindingKind::FromSource => {
                    let scope = sources.as_ref().unwrap_or(&inner);
                    match is_overridden {
                        true => self.slot(State::Delayed(binding.value.clone(), scope.clone())),
                        false => self.delay(&binding.value, scope),
                    }
                }
                BindingKind::Plain if is_overridden => self.slot(State::Delayed(binding.value.clone(), inner.clone())),
                BindingKind::Plain => self.delay(&binding.value, &inner),
            };
            bind(&inner, *name, slot);
        }
        inner
    }

    fn overrides_of(&mut self, set: &SetTerm) -> Option<Name> {
        let name = self.names.intern(b"__overrides");
        set.known.contains_key(&name).then_some(name)
    }

    fn sources(&mut self, set: &SetTerm, scope: &Scope) -> Option<Scope> {
        if set.sources.is_empty() {
            return None;
        }
        let slots = set.sources.iter().map(|source| self.delay(source, scope)).collect();
        Some(Rc::new(Frame { up: Some(scope.clone()), holds: Holds::Sources(slots) }))
    }

    fn set(&mut self, set: &SetTerm, scope: &Scope) -> Outcome<Value> {
        let mut attrs = Attrs::new();
        let mut computed_in = scope.clone();
        if set.recursive {
            let overrides = self.overrides_of(set);
            let inner = self.scope_of(set, scope, overrides.is_some());
            if let Holds::Names(names) = &inner.holds {
                attrs.extend(names.borrow().iter().filter_map(|(name, slot)| Some((*name, (*slot)?))));
            }
            if let Some(overrides) = overrides {
                let replaced = self.force_attrs(attrs[&overrides])?;
                for (name, slot) in &*replaced {
                    if set.known.contains_key(name) {
                        bind(&inner, *name, *slot);
                    }
                    attrs.insert(*name, *slot);
                }
            }
            computed_in = inner;
        } else {
            let sources = self.sources(set, scope);
            for (name, binding) in &set.known {
                let scope = match (binding.kind, &sources) {
                    (BindingKind::FromSource, Some(sources)) => sources,
                    _ => scope,
                };
                attrs.insert(*name, self.delay(&binding.value, scope));
            }
        }
        for (name, value) in &set.computed {
            let name = match self.eval(name, &computed_in)? {
                Value::Null => continue,
                other => self.text_without_context(other)?,
            };
            let name = self.names.intern(&name);
            if attrs.contains_key(&name) {
                let text = quoted_name(&self.names.text(name));
                return Err(error([b"dynamic attribute '", &*text, b"' already defined at"].concat()));
            }
            let slot = self.delay(value, &computed_in);
            attrs.insert(name, slot);
        }
        Ok(Value::Attrs(Rc::new(attrs)))
    }

    fn name_of(&mut self, name: &NameTerm, scope: &Scope) -> Outcome<Name> {
        match name {
            NameTerm::Known(name) => Ok(*name),
            NameTerm::Computed(term) => {
                let value = self.eval(term, scope)?;
                let text = self.text_without_context(value)?;
                Ok(self.names.intern(&text))
            }
        }
    }

    fn select(
        &mut self,
        subject: &Shared,
        path: &[NameTerm],
        default: Option<&Shared>,
        scope: &Scope,
    ) -> Outcome<Value> {
        let value = self.eval(subject, scope)?;
        let slot = self.ready(value);
        let came = self.selected(slot, path, default, scope);
        if let Err(Failure::Error(_)) = came {
            // The reference names the path in its trace where it knows the place of an attribute, and so computes names
            // once more. Where that shows, whether it does matters.
            let before = (self.effects.len(), self.counts);
            for name in path {
                if let Err(failure @ Failure::Outside(_)) = self.name_of(name, scope) {
                    return Err(failure);
                }
            }
            if before != (self.effects.len(), self.counts) {
                return Err(outside("a name that is computed for a trace"));
            }
        }
        came
    }

    fn selected(
        &mut self,
        mut slot: Slot,
        path: &[NameTerm],
        default: Option<&Shared>,
        scope: &Scope,
    ) -> Outcome<Value> {
        for name in path {
            let name = self.name_of(name, scope)?;
            let value = self.force(slot)?;
            let found = match &value {
                Value::Attrs(attrs) => attrs.get(&name).copied(),
                _ => None,
            };
            slot = match (found, default, &value) {
                (Some(found), _, _) => found,
                (None, Some(default), _) => return self.eval(default, scope),
                (None, None, Value::Attrs(_)) => {
                    let text = quoted_name(&self.names.text(name));
                    return Err(error([b"attribute '", &*text, b"' missing"].concat()));
                }
                (None, None, other) => return Err(Machine::unexpected("a set", other)),
            };
        }
        self.force(slot)
    }

    /// The sets that a chain of `//` joins, the last one first: that is the order in which they are evaluated.
    fn update_operands(&mut self, term: &Shared, scope: &Scope, sets: &mut Vec<Rc<Attrs>>) -> Outcome<()> {
        if let Term::Update(left, right) = &**term {
            return self.nested(|machine| {
                machine.update_operands(right, scope, sets)?;
                machine.update_operands(left, scope, sets)
            });
        }
        match self.eval(term, scope)? {
            Value::Attrs(attrs) => sets.push(attrs),
            other => return Err(Machine::unexpected("a set", &other)),
        }
        Ok(())
    }

    /// One list after the other. All that are empty but one leave that one as it is.
    pub fn concatenated(&mut self, values: &[Value]) -> Outcome<Value> {
        let mut all = Vec::new();
        for value in values {
            match value {
                Value::List(elements) => all.extend_from_slice(elements),
                other => return Err(Machine::unexpected("a list", other)),
            }
        }
        Ok(Value::List(all.into()))
    }

    fn sum(&mut self, is_text: bool, parts: &[Shared], scope: &Scope) -> Outcome<Value> {
        // What comes first decides what is made.
        let mut made = is_text.then_some("string");
        let (mut int, mut float, mut bytes, mut context) = (0_i64, 0.0, Vec::new(), Context::new());
        for part in parts {
            let value = self.eval(part, scope)?;
            let is_first = made.is_none();
            let kind = *made.get_or_insert(value.type_name());
            match (kind, value) {
                ("int", Value::Int(more)) => match int.checked_add(more) {
                    Some(sum) => int = sum,
                    None => return Err(error(format!("integer overflow in adding {int} + {more}"))),
                },
                ("int", Value::Float(more)) => {
                    made = Some("float");
                    float = int as f64 + more;
                }
                ("float", Value::Int(more)) => float += more as f64,
                ("float", Value::Float(more)) => float += more,
                ("int", other) => return Err(error(format!("cannot add {} to an integer", other.described()))),
                ("float", other) => return Err(error(format!("cannot add {} to a float", other.described()))),
                (kind, other) => {
                    let how = Coercion { more: false, store: kind == "string", canonical: !is_first };
                    let slot = self.ready(other);
                    bytes.extend_from_slice(&self.coerced(slot, &mut context, how)?);
                }
            }
        }
        match made {
            Some("int") => Ok(Value::Int(int)),
            Some("float") => Ok(Value::Float(float)),
            Some("path") if !context.is_empty() => {
                Err(error("a string that refers to a store path cannot be appended to a path"))
            }
            Some("path") => Ok(Value::Path(paths::canonical(&bytes).into())),
            _ => Ok(Value::text_in(bytes, context)),
        }
    }

    /// Forces a function and calls it.
    pub fn force_and_call(&mut self, function: Slot, arguments: &[Slot]) -> Outcome<Value> {
        self.deeper(|machine| {
            let function = machine.force(function)?;
            machine.call_here(function, arguments)
        })
    }

    /// Calls a value.
    pub fn call(&mut self, function: Value, arguments: &[Slot]) -> Outcome<Value> {
        self.deeper(|machine| machine.call_here(function, arguments))
    }

    fn call_here(&mut self, function: Value, arguments: &[Slot]) -> Outcome<Value> {
        let mut current = function;
        let mut rest = arguments;
        while let Some((first, others)) = rest.split_first() {
            current = match current {
                Value::Lambda(lambda, scope) => {
                    rest = others;
                    let inner = self.entered(&lambda, &scope, *first)?;
                    self.counts.functions += 1;
                    self.eval(&lambda.body, &inner)?
                }
                Value::Builtin(_) | Value::Partial(..) => {
                    let (builtin, mut given) = self.builtin_of(&current)?;
                    let missing = builtin.arity - given.len();
                    if rest.len() < missing {
                        for argument in rest {
                            let left = self.ready(current);
                            current = Value::Partial(left, *argument);
                        }
                        return Ok(current);
                    }
                    let (taken, others) = rest.split_at(missing);
                    rest = others;
                    given.extend_from_slice(taken);
                    self.counts.builtins += 1;
                    (builtin.run)(self, &given)?
                }
                Value::Attrs(ref attrs) => {
                    let name = self.names.intern(b"__functor");
                    let Some(functor) = attrs.get(&name).copied() else {
                        return Err(not_a_function(&current));
                    };
                    rest = others;
                    let itself = self.ready(current);
                    self.force_and_call(functor, &[itself, *first])?
                }
                other => return Err(not_a_function(&other)),
            };
        }
        Ok(current)
    }

    /// The builtin of a partial application, and the arguments that it has.
    pub fn builtin_of(&mut self, value: &Value) -> Outcome<(&'static super::builtins::Builtin, Vec<Slot>)> {
        let mut given = Vec::new();
        let mut value = value.clone();
        loop {
            match value {
                Value::Partial(left, argument) => {
                    given.push(argument);
                    value = self.force(left)?;
                }
                Value::Builtin(builtin) => {
                    given.reverse();
                    return Ok((builtin, given));
                }
                other => return Err(not_a_function(&other)),
            }
        }
    }

    /// The scope of a function's body for an argument.
    fn entered(&mut self, lambda: &LambdaTerm, scope: &Scope, argument: Slot) -> Outcome<Scope> {
        let mut names: BTreeMap<Name, Option<Slot>> = BTreeMap::new();
        let attrs = match lambda.formals {
            Some(_) => self.force_attrs(argument)?,
            None => Rc::default(),
        };
        if let Some(name) = lambda.argument {
            names.insert(name, Some(argument));
        }
        let Some(formals) = &lambda.formals else {
            return Ok(Rc::new(Frame { up: Some(scope.clone()), holds: Holds::Names(RefCell::new(names)) }));
        };
        names.extend(formals.names.keys().map(|name| (*name, None)));
        let inner = Rc::new(Frame { up: Some(scope.clone()), holds: Holds::Names(RefCell::new(names)) });
        let mut used = 0;
        for (name, default) in &formals.names {
            let slot = match (attrs.get(name), default) {
                (Some(slot), _) => {
                    used += 1;
                    *slot
                }
                (None, Some(default)) => self.delay(default, &inner),
                (None, None) => {
                    let text = self.names.text(*name);
                    let message = b"function 'anonymous lambda' called without required argument '";
                    return Err(error([message, &*text, b"'"].concat()));
                }
            };
            bind(&inner, *name, slot);
        }
        if !formals.ellipsis
            && used != attrs.len()
            && let Some(name) = attrs.keys().find(|name| !formals.names.contains_key(name))
        {
            let text = self.names.text(*name);
            let message = b"function 'anonymous lambda' called with unexpected argument '";
            return Err(error([message, &*text, b"'"].concat()));
        }
        Ok(inner)
    }
}

/// The slot of a variable, if its scope has one for it yet.
fn bound(scope: &Scope, name: Name) -> Option<Slot> {
    let mut next = Some(scope);
    while let Some(frame) = next {
        if let Holds::Names(names) = &frame.holds
            && let Some(slot) = names.borrow().get(&name)
        {
            return *slot;
        }
        next = frame.up.as_ref();
    }
    None
}

fn bind(scope: &Scope, name: Name, slot: Slot) {
    if let Holds::Names(names) = &scope.holds {
        names.borrow_mut().insert(name, Some(slot));
    }
}

fn not_a_function(value: &Value) -> Failure {
    error(format!("attempt to call something which is not a function but {}", value.described()))
}
