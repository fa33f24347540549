//! Bindings: `let`, sets recursive or not, `inherit`, `with`. They have groups of names in common that see each other.
//!
//! A group is generated in an order of its own, which is not the order in which it is written. A binding may force
//! those that were generated before it, wherever they stand, and may only hold those that come after. So closures
//! capture what does not exist yet when they are built, and still no value needs itself.

use super::{
    Generator,
    scope::Use,
    swarm::Feature,
    table::{ALL, Production, SET},
    types::{Field, Type},
};
use crate::program::{AttrName, BinaryOperator, Binding, Expr, Inherited, Node, source::is_identifier};

pub(super) const PRODUCTIONS: &[Production] = &[
    Production {
        kinds: ALL,
        feature: Feature::Let,
        weight: 18,
        needs: 2,
        may: |_, _| true,
        make: |g, wanted| Some(g.let_in(wanted)),
    },
    Production {
        kinds: ALL,
        feature: Feature::OldLet,
        weight: 2,
        needs: 2,
        may: |_, _| true,
        make: |g, wanted| Some(g.old_let(wanted)),
    },
    Production {
        kinds: ALL,
        feature: Feature::With,
        weight: 8,
        needs: 2,
        may: |_, _| true,
        make: |g, wanted| Some(g.with(wanted)),
    },
    Production {
        kinds: SET,
        feature: Feature::Recursive,
        weight: 10,
        needs: 2,
        may: |_, _| true,
        make: |g, wanted| g.recursive_set(wanted),
    },
    Production {
        kinds: SET,
        feature: Feature::Let,
        weight: 6,
        needs: 2,
        may: |_, _| true,
        make: |g, wanted| Some(g.set_of_bound(wanted)),
    },
];

/// Something that binds names.
enum Unit {
    /// A name of a type.
    Value(Field),
    /// A name whose forcing throws, or fails for good.
    Failing(&'static str, Use),
    /// Names taken out of a set.
    From(Vec<Field>),
    /// Names taken from the scope around.
    Around(Vec<Field>),
}

impl Generator<'_, '_> {
    fn let_in(&mut self, wanted: &Type) -> Expr {
        let mark = self.scope.mark();
        let bindings = self.group(Vec::new());
        let body = self.expr(wanted);
        self.scope.leave(mark);
        Expr::bind(bindings, body)
    }

    fn old_let(&mut self, wanted: &Type) -> Expr {
        let mark = self.scope.mark();
        let mut bindings = self.group(Vec::new());
        bindings.retain(|binding| !binds(binding, "body"));
        let body = Binding::new("body", self.expr(wanted));
        self.scope.leave(mark);
        let at = self.below(bindings.len() + 1);
        bindings.insert(at, body);
        Expr::LetBody(bindings)
    }

    /// A recursive set with the wanted attributes.
    fn recursive_set(&mut self, wanted: &Type) -> Option<Expr> {
        let Type::Set(fields) = wanted else { return None };
        if !fields.iter().all(|field| is_identifier(field.name)) {
            return None;
        }
        let mark = self.scope.mark();
        let mut bindings = self.group_of_data(fields.to_vec());
        if self.swarm.has(Feature::ComputedName) && self.chance(40) {
            // Its name is computed in the scope of the set, to which it does not belong.
            let name = Expr::binary(BinaryOperator::Add, Expr::text("computed"), self.leaf(&Type::Text));
            let path = vec![AttrName::Computed(name)];
            bindings.push(Binding::Value { path, value: self.slot(&Type::Any).into() });
        }
        self.scope.leave(mark);
        Some(Expr::Attrset { recursive: true, bindings })
    }

    /// `let … in { inherit …; }`.
    fn set_of_bound(&mut self, wanted: &Type) -> Expr {
        let Type::Set(fields) = wanted else { unreachable!("a set is wanted") };
        let (bound, others): (Vec<Field>, Vec<Field>) =
            fields.iter().cloned().partition(|field| is_identifier(field.name));
        let names = bound.iter().map(|field| field.name.to_owned()).collect::<Vec<_>>();
        let mark = self.scope.mark();
        let bindings = self.group(bound);
        let mut body = self.values(&others, false);
        if !names.is_empty() {
            body.push(Binding::Inherit(Inherited { from: None, names }));
        }
        self.scope.leave(mark);
        Expr::bind(bindings, Expr::Attrset { recursive: false, bindings: body })
    }

    /// A group of bindings that holds these names and more, which are then in scope.
    pub(super) fn group(&mut self, fields: Vec<Field>) -> Vec<Binding> {
        self.group_with(fields, true)
    }

    /// The same, with nothing in it that fails when it is printed.
    fn group_of_data(&mut self, fields: Vec<Field>) -> Vec<Binding> {
        self.group_with(fields, false)
    }

    fn group_with(&mut self, fields: Vec<Field>, may_fail: bool) -> Vec<Binding> {
        // `let in` is allowed.
        if fields.is_empty() && self.chance(3) {
            return Vec::new();
        }
        let mut taken: Vec<&'static str> = fields.iter().map(|field| field.name).collect();
        let mut units: Vec<Unit> = fields.into_iter().map(Unit::Value).collect();
        let more = usize::from(units.is_empty()) + self.below(3);
        for _ in 0..more {
            self.unit(&mut units, &mut taken, may_fail);
        }
        let order = self.order(units.len());
        let places: Vec<usize> = units.iter().map(|unit| self.enter(unit)).collect();
        let mut made: Vec<Option<Vec<Binding>>> = units.iter().map(|_| None).collect();
        for index in order {
            made[index] = Some(self.bind(&units[index]));
            let place = places[index];
            match &units[index] {
                Unit::Value(_) => self.scope.allow(place, Use::Free),
                Unit::Failing(_, may) => self.scope.allow(place, *may),
                Unit::From(fields) | Unit::Around(fields) => {
                    (0..fields.len()).for_each(|offset| self.scope.allow(place + offset, Use::Free));
                }
            }
        }
        made.into_iter().flatten().flatten().collect()
    }

    /// Decides on one more unit of a group.
    fn unit(&mut self, units: &mut Vec<Unit>, taken: &mut Vec<&'static str>, may_fail: bool) {
        let mut fresh = |generator: &mut Self| {
            let name = generator.fresh_name();
            (!taken.contains(&name)).then(|| {
                taken.push(name);
                name
            })
        };
        let chosen = self.below(16);
        match chosen {
            0 | 1 if self.swarm.has(Feature::Inherit) => {
                let mut fields = Vec::new();
                for _ in 0..1 + self.below(3) {
                    if let Some(name) = fresh(self) {
                        fields.push(Field { name, of: self.printed_type(1) });
                    }
                }
                if !fields.is_empty() {
                    units.push(Unit::From(fields));
                }
            }
            2 if self.swarm.has(Feature::Inherit) => {
                let start = self.below(16);
                let around = self.scope.find(start, Use::Free, |of| *of != Type::Any);
                if let Some(around) = around.map(|it| Field { name: it.name, of: it.of.clone() })
                    && !taken.contains(&around.name)
                {
                    taken.push(around.name);
                    units.push(Unit::Around(vec![around]));
                }
            }
            3 | 4 if may_fail && self.swarm.has(Feature::TryEval) => {
                if let Some(name) = fresh(self) {
                    let may = if self.chance(40) { Use::Fails } else { Use::Throws };
                    units.push(Unit::Failing(name, may));
                }
            }
            5..=8 if self.swarm.has(Feature::Lambda) => {
                if let Some(name) = fresh(self) {
                    let of = Type::Function(self.signature().into());
                    units.push(Unit::Value(Field { name, of }));
                }
            }
            _ => {
                if let Some(name) = fresh(self) {
                    let of = self.printed_type(2);
                    units.push(Unit::Value(Field { name, of }));
                }
            }
        }
    }

    /// Brings the names of a unit into scope; gives the first one's place.
    fn enter(&mut self, unit: &Unit) -> usize {
        let place = self.scope.mark();
        match unit {
            Unit::Value(field) => self.scope.enter(field.name, field.of.clone(), Use::Hold),
            // Nothing is to hold what fails, for it would be printed.
            Unit::Failing(name, may) => self.scope.enter(name, Type::Any, *may),
            Unit::From(fields) | Unit::Around(fields) => {
                fields.iter().for_each(|field| self.scope.enter(field.name, field.of.clone(), Use::Hold));
            }
        }
        place
    }

    fn bind(&mut self, unit: &Unit) -> Vec<Binding> {
        match unit {
            Unit::Value(field) => self.bind_field(field, false),
            Unit::Failing(name, Use::Fails) => vec![Binding::new(*name, self.failure())],
            Unit::Failing(name, _) => vec![Binding::new(*name, self.throw())],
            Unit::From(fields) => {
                let from = self.expr(&Type::Set(fields.clone().into()));
                let from = if self.chance(100) { self.traced(from) } else { from };
                let names = fields.iter().map(|field| field.name.to_owned()).collect();
                vec![Binding::Inherit(Inherited { from: Some(Node::new(from)), names })]
            }
            Unit::Around(fields) => {
                let names = fields.iter().map(|field| field.name.to_owned()).collect();
                vec![Binding::Inherit(Inherited { from: None, names })]
            }
        }
    }

    /// `name = value;`, or `name.inner = value;` for each attribute of a set.
    fn bind_field(&mut self, field: &Field, leafy: bool) -> Vec<Binding> {
        if let Type::Set(inner) = &field.of
            && !inner.is_empty()
            && self.chance(60)
        {
            let outer = AttrName::Plain(field.name.to_owned());
            let inner = inner.iter().map(|inner| {
                let path = vec![outer.clone(), AttrName::Plain(inner.name.to_owned())];
                Binding::Value { path, value: if leafy { self.leaf(&inner.of) } else { self.slot(&inner.of) }.into() }
            });
            return inner.collect();
        }
        let value = if leafy { self.leaf(&field.of) } else { self.slot(&field.of) };
        vec![Binding::new(field.name, value)]
    }

    /// `with set; body`.
    fn with(&mut self, wanted: &Type) -> Expr {
        let mut of = self.set_type(1);
        if matches!(&of, Type::Set(fields) if fields.is_empty()) {
            let field = self.field_name();
            of = Type::set([(field, wanted.clone())]);
        }
        let namespace = match self.variable(&of) {
            Some(variable) if self.chance(128) => variable,
            _ => {
                let set = self.expr(&of);
                if self.chance(100) { self.traced(set) } else { set }
            }
        };
        let mark = self.scope.mark();
        if let Type::Set(fields) = &of {
            for field in fields.iter().filter(|field| super::expressions::is_variable(field)) {
                self.scope.enter_with(field.name, field.of.clone());
            }
        }
        let body = self.expr(wanted);
        self.scope.leave(mark);
        Expr::With { namespace: Node::new(namespace), body: Node::new(body) }
    }

    // Sets.

    /// A set with the wanted attributes and perhaps more.
    pub(super) fn set_literal(&mut self, wanted: &Type) -> Expr {
        let Type::Set(fields) = wanted else { unreachable!("a set is wanted") };
        let mut fields = fields.to_vec();
        for _ in 0..self.below(3) {
            let name = self.field_name();
            if fields.iter().all(|field| field.name != name) {
                fields.push(Field { name, of: self.printed_type(1) });
            }
        }
        self.exact_set(&fields, false)
    }

    /// A set with these attributes and no others, made of leaves if `leafy`.
    pub(super) fn exact_set(&mut self, fields: &[Field], leafy: bool) -> Expr {
        Expr::Attrset { recursive: false, bindings: self.values(fields, leafy) }
    }

    /// Bindings of a set that is not recursive.
    fn values(&mut self, fields: &[Field], leafy: bool) -> Vec<Binding> {
        let mut bindings = Vec::with_capacity(fields.len());
        for index in self.order(fields.len()) {
            let field = &fields[index];
            if self.swarm.has(Feature::Inherit) && self.chance(50) {
                let inherited = |of: &Type| of.fits(&field.of) && *of != Type::Any;
                let seen = self.scope.find(0, Use::Free, |of| inherited(of)).map(|found| found.name);
                if seen == Some(field.name) {
                    let names = vec![field.name.to_owned()];
                    bindings.push(Binding::Inherit(Inherited { from: None, names }));
                    continue;
                }
                if !leafy && self.chance(60) {
                    let from = self.sealed_set(field.name, &field.of);
                    let names = vec![field.name.to_owned()];
                    bindings.push(Binding::Inherit(Inherited { from: Some(Node::new(from)), names }));
                    continue;
                }
            }
            match self.attribute(field.name) {
                AttrName::Plain(_) => bindings.extend(self.bind_field(field, leafy)),
                name => {
                    let value = if leafy { self.leaf(&field.of) } else { self.slot(&field.of) };
                    bindings.push(Binding::Value { path: vec![name], value: value.into() });
                }
            }
        }
        bindings
    }

    /// A set with one attribute that will be forced, and others that will not.
    pub(super) fn sealed_set(&mut self, name: &'static str, of: &Type) -> Expr {
        let mut bindings = vec![Binding::new(name, self.expr(of))];
        for _ in 0..self.below(3) {
            let other = self.field_name();
            if !bindings.iter().any(|binding| binds(binding, other)) {
                let value = self.unforced(&Type::Any);
                let at = self.below(bindings.len() + 1);
                bindings.insert(at, Binding::new(other, value));
            }
        }
        Expr::Attrset { recursive: false, bindings }
    }
}

/// Whether a binding binds this name, alone or among others.
pub(super) fn binds(binding: &Binding, name: &str) -> bool {
    match binding {
        Binding::Value { path, .. } => matches!(&path[0], AttrName::Plain(first) if first == name),
        Binding::Inherit(inherited) => inherited.names.iter().any(|inherited| inherited == name),
    }
}
