//! Shapes that stress forcing and finalisation: recursion that counts down, fixed points and overlays, failing thunks
//! that are forced twice, values that convert themselves. They are generated whole, because chance would rarely put one
//! together.

use super::{
    Generator,
    scope::Use,
    swarm::Feature,
    table::{ALL, BOOL, LIST, Production, SET, TEXT},
    types::{Field, Type},
};
use crate::program::{BinaryOperator as Operator, Binding, Expr, Node};

const fn shape(
    feature: Feature,
    kinds: u16,
    weight: u16,
    make: fn(&mut Generator<'_, '_>, &Type) -> Option<Expr>,
) -> Production {
    Production { kinds, feature, weight, needs: 2, may: |_, _| true, make }
}

pub(super) const PRODUCTIONS: &[Production] = &[
    shape(Feature::TryEval, ALL, 6, |g, wanted| Some(g.tried_value(wanted))),
    shape(Feature::TryEval, ALL, 7, |g, wanted| Some(g.failing_twice(wanted))),
    shape(Feature::TryEval, BOOL, 10, |g, _| Some(g.tried_failure().select("success"))),
    shape(Feature::TryEval, BOOL, 3, |g, _| Some(g.tried_failure().select("value"))),
    shape(Feature::TryEval, SET, 4, |g, wanted| {
        let given = Type::set([("success", Type::Bool), ("value", Type::Bool)]);
        if given.fits(wanted) { Some(g.tried_failure()) } else { None }
    }),
    shape(Feature::Recursion, ALL, 6, |g, wanted| Some(g.countdown(wanted))),
    shape(Feature::FixedPoint, ALL, 6, |g, wanted| Some(g.fixed_point(wanted))),
    shape(Feature::FixedPoint, SET, 8, |g, wanted| Some(g.overlay(wanted))),
    shape(Feature::FixedPoint, ALL, 3, |g, wanted| Some(g.overlay_attribute(wanted))),
    shape(Feature::Overrides, ALL, 3, |g, wanted| Some(g.overrides(wanted))),
    shape(Feature::Strictness, ALL, 8, |g, wanted| Some(g.forced_before(wanted))),
    shape(Feature::Fold, ALL, 5, |g, wanted| Some(g.fold(wanted))),
    shape(Feature::Lambda, ALL, 4, |g, wanted| Some(g.through_identity(wanted))),
    shape(Feature::Update, ALL, 4, |g, wanted| Some(g.update_chain(wanted))),
    shape(Feature::Functor, TEXT, 4, |g, _| Some(Expr::builtin("toString", [g.converts_itself()]))),
    shape(Feature::Fold, LIST, 4, |g, wanted| g.closure(wanted)),
    shape(Feature::Lambda, LIST, 4, |g, wanted| Some(g.called_closures(wanted))),
];

impl Generator<'_, '_> {
    /// `(tryEval e).value` of what gives a value, or a default where it does not.
    fn tried_value(&mut self, wanted: &Type) -> Expr {
        let tried = Expr::builtin("tryEval", [self.expr(wanted)]);
        tried.select("value")
    }

    /// `tryEval` of what throws.
    fn tried_failure(&mut self) -> Expr {
        let thrown = self.throw();
        let thrown = match self.below(5) {
            0 if self.swarm.has(Feature::Strictness) => Expr::builtin("seq", [thrown, Expr::Integer(1)]),
            1 if self.swarm.has(Feature::Strictness) => {
                let holder = Expr::List(vec![Expr::Integer(1), thrown]);
                Expr::builtin("deepSeq", [holder, Expr::Integer(1)])
            }
            2 => Expr::binary(Operator::Add, Expr::Integer(1), thrown),
            _ => thrown,
        };
        Expr::builtin("tryEval", [thrown])
    }

    /// A thunk that throws, forced several times: each time it must throw again, and its effects come once.
    fn failing_twice(&mut self, wanted: &Type) -> Expr {
        let thrown = {
            let thrown = self.throw();
            self.traced(thrown)
        };
        let mark = self.scope.mark();
        let name = self.fresh_name();
        self.scope.enter(name, Type::Any, Use::Throws);
        let tried = |name: &str| Expr::builtin("tryEval", [Expr::variable(name)]).select("success");
        let condition = match self.below(3) {
            0 => Expr::binary(Operator::Or, tried(name), tried(name)),
            1 => Expr::binary(Operator::Equal, tried(name), tried(name)),
            _ => Expr::builtin(
                "all",
                [
                    Expr::lambda("it", Expr::builtin("tryEval", [Expr::variable("it")]).select("success")),
                    Expr::List(vec![Expr::variable(name), Expr::variable(name)]),
                ],
            ),
        };
        let body = Expr::If {
            condition: Node::new(condition),
            consequence: Node::new(self.expr(wanted)),
            alternative: Node::new(self.expr(wanted)),
        };
        self.scope.leave(mark);
        Expr::bind(vec![Binding::new(name, thrown)], body)
    }

    /// A function, or two that call each other, that count down and build something of what was wanted on the way.
    fn countdown(&mut self, wanted: &Type) -> Expr {
        let count = self.count();
        let mark = self.scope.mark();
        let (one, other, counter, rest) = (self.fresh_name(), self.fresh_name(), self.fresh_name(), self.fresh_name());
        let names = [one, other, counter, rest];
        let is_clear = (1..4).all(|index| !names[..index].contains(&names[index]));
        if !is_clear || self.loops >= 2 {
            return self.expr(wanted);
        }
        self.loops += 1;
        let mutual = self.chance(110);
        let accumulates = self.chance(80);
        // The functions themselves are not to be called by anything else: what is made here sees only data.
        self.scope.enter(one, Type::Any, Use::Free);
        if mutual {
            self.scope.enter(other, Type::Any, Use::Free);
        }
        self.scope.enter(counter, Type::Int, Use::Free);
        let function = |generator: &mut Self, calls: &str| {
            let base = generator.leaf(wanted);
            let less = Expr::binary(Operator::Subtract, Expr::variable(counter), Expr::Integer(1));
            let call = Expr::variable(calls).apply(less);
            let inner = generator.scope.mark();
            generator.scope.enter(rest, wanted.clone(), Use::Free);
            let step = if accumulates {
                // `f (n - 1) (… rest …)`
                let next = generator.expr(wanted);
                call.apply(next)
            } else {
                let body = generator.expr(wanted);
                if generator.chance(128) {
                    Expr::bind(vec![Binding::new(rest, call)], body)
                } else {
                    Expr::lambda(rest, body).apply(call)
                }
            };
            generator.scope.leave(inner);
            let base = if accumulates { Expr::variable(rest) } else { base };
            let step = Expr::If {
                condition: Node::new(Expr::binary(Operator::LessOrEqual, Expr::variable(counter), Expr::Integer(0))),
                consequence: Node::new(base),
                alternative: Node::new(step),
            };
            Expr::lambda(counter, if accumulates { Expr::lambda(rest, step) } else { step })
        };
        let mut bindings = vec![Binding::new(one, function(self, if mutual { other } else { one }))];
        if mutual {
            bindings.push(Binding::new(other, function(self, one)));
        }
        self.loops -= 1;
        self.scope.leave(mark);
        if self.chance(128) {
            bindings.reverse();
        }
        let call = Expr::variable(one).apply(Expr::Integer(count));
        let call = if accumulates {
            // The names of the group are in scope for the argument, but it was not made with them.
            let start = self.beside(one, |generator| match mutual {
                true => generator.beside(other, |generator| generator.leaf(wanted)),
                false => generator.leaf(wanted),
            });
            call.apply(start)
        } else {
            call
        };
        Expr::bind(bindings, call)
    }

    /// What `make` makes where a name is in scope that is of no use to it.
    fn beside(&mut self, name: &'static str, make: impl FnOnce(&mut Self) -> Expr) -> Expr {
        let mark = self.scope.mark();
        self.scope.enter(name, Type::Any, Use::Free);
        let made = make(self);
        self.scope.leave(mark);
        made
    }

    /// How often a loop goes round: less where there are loops around.
    pub(super) fn count(&mut self) -> u64 {
        let most = [5, 3, 2][self.loops.min(2) as usize];
        self.below(most) as u64 + 1
    }

    /// What `make` makes of `f: let x = f x; in x` and of `extends`, or of the names they are bound to.
    fn with_fix(&mut self, make: impl FnOnce(&mut Self, Expr, Expr) -> Expr) -> Expr {
        let variable = |name: &str| Expr::variable(name);
        let knot = Binding::new("x", variable("f").apply(variable("x")));
        let fix = Expr::lambda("f", Expr::bind(vec![knot], variable("x")));
        let previous = Binding::new("prev", variable("base").apply(variable("final")));
        let overlaid = variable("overlay").apply(variable("final")).apply(variable("prev"));
        let merged = Expr::binary(Operator::Update, variable("prev"), overlaid);
        let extends = Expr::lambda("final", Expr::bind(vec![previous], merged));
        let extends = Expr::lambda("overlay", Expr::lambda("base", extends));
        if self.chance(40) {
            return make(self, fix, extends);
        }
        let made = self.beside("lib", |generator| {
            make(generator, variable("lib").select("fix"), variable("lib").select("extends"))
        });
        let bindings = vec![Binding::new("fix", fix), Binding::new("extends", extends)];
        let lib = Expr::Attrset { recursive: false, bindings };
        Expr::bind(vec![Binding::new("lib", lib)], made)
    }

    /// The attributes of a set made by a fixed point: each sees those before it, in an order of their own, through a
    /// variable for the whole.
    fn fixed_fields(&mut self, through: &'static str, fields: &[Field]) -> Vec<Binding> {
        let mut made: Vec<Option<Binding>> = fields.iter().map(|_| None).collect();
        let mut seen: Vec<(&'static str, Type)> = Vec::new();
        for index in self.order(fields.len()) {
            let mark = self.scope.mark();
            self.scope.enter(through, Type::set(seen.iter().cloned()), Use::Free);
            let value = self.slot(&fields[index].of);
            self.scope.leave(mark);
            made[index] = Some(Binding::new(fields[index].name, value));
            seen.push((fields[index].name, fields[index].of.clone()));
        }
        made.into_iter().flatten().collect()
    }

    fn some_fields(&mut self, first: Option<Field>) -> Vec<Field> {
        let mut fields: Vec<Field> = first.into_iter().collect();
        for _ in 0..1 + self.below(3) {
            let name = self.field_name();
            if fields.iter().all(|field| field.name != name) {
                fields.push(Field { name, of: self.printed_type(1) });
            }
        }
        fields
    }

    fn fixed_point(&mut self, wanted: &Type) -> Expr {
        let name = self.field_name();
        let fields = self.some_fields(Some(Field { name, of: wanted.clone() }));
        self.with_fix(|generator, fix, _| {
            let through = generator.fresh_name();
            let bindings = generator.fixed_fields(through, &fields);
            let set = Expr::Attrset { recursive: false, bindings };
            fix.apply(Expr::lambda(through, set)).select(name)
        })
    }

    fn overlay_attribute(&mut self, wanted: &Type) -> Expr {
        let name = self.field_name();
        self.overlay(&Type::set([(name, wanted.clone())])).select(name)
    }

    /// `fix (extends (final: prev: …) (final: …))`. An attribute may ask for those before it through `final`, and an
    /// overlay for the same one and those before it through `prev`.
    fn overlay(&mut self, wanted: &Type) -> Expr {
        let Type::Set(wanted) = wanted else { unreachable!("a set is wanted") };
        let mut fields = wanted.to_vec();
        let extra = self.some_fields(None);
        fields.extend(extra.into_iter().filter(|field| wanted.iter().all(|other| other.name != field.name)));
        let fields: Vec<Field> = self.order(fields.len()).into_iter().map(|index| fields[index].clone()).collect();
        let layers = 1 + self.below(2);
        self.with_fix(|generator, fix, extends| {
            let level = |generator: &mut Self, with_previous: bool| {
                let mut bindings = Vec::new();
                for (index, field) in fields.iter().enumerate() {
                    // The base has all of them.
                    if with_previous && generator.chance(110) {
                        continue;
                    }
                    let before =
                        |end: usize| Type::set(fields[..end].iter().map(|field| (field.name, field.of.clone())));
                    let mark = generator.scope.mark();
                    generator.scope.enter("final", before(index), Use::Free);
                    if with_previous {
                        generator.scope.enter("prev", before(index + 1), Use::Free);
                    }
                    let value = generator.slot(&field.of);
                    generator.scope.leave(mark);
                    let at = generator.below(bindings.len() + 1);
                    bindings.insert(at, Binding::new(field.name, value));
                }
                let set = Expr::Attrset { recursive: false, bindings };
                Expr::lambda("final", if with_previous { Expr::lambda("prev", set) } else { set })
            };
            let mut function = level(generator, false);
            for _ in 0..layers {
                let overlay = level(generator, true);
                function = extends.clone().apply(overlay).apply(function);
            }
            fix.apply(function)
        })
    }

    /// A recursive set whose `__overrides` replaces what others in it see.
    fn overrides(&mut self, wanted: &Type) -> Expr {
        let name = NAMES_OF_OVERRIDDEN[self.below(NAMES_OF_OVERRIDDEN.len())];
        let mark = self.scope.mark();
        let mut bindings = self.group(vec![Field { name, of: wanted.clone() }]);
        // What replaces a binding must not need it.
        self.scope.hold_since(mark);
        let value = self.expr(wanted);
        self.scope.leave(mark);
        let overriding = Expr::Attrset { recursive: false, bindings: vec![Binding::new(name, value)] };
        let overriding = if self.chance(80) { self.traced(overriding) } else { overriding };
        let at = self.below(bindings.len() + 1);
        bindings.insert(at, Binding::new("__overrides", overriding));
        Expr::Attrset { recursive: true, bindings }.select(name)
    }

    /// `seq` or `deepSeq` of something before it.
    fn forced_before(&mut self, wanted: &Type) -> Expr {
        let first = self.printed_type(1);
        let first = self.expr(&first);
        let name = if self.chance(128) { "seq" } else { "deepSeq" };
        Expr::builtin(name, [first, self.expr(wanted)])
    }

    fn fold(&mut self, wanted: &Type) -> Expr {
        let of = self.data_type(1);
        self.loops += 1;
        let step = self.lambda_of(&[wanted, &of], |generator| generator.expr(wanted));
        self.loops -= 1;
        let elements = self.expr(&Type::list(of, 0));
        Expr::builtin("foldl'", [step, self.expr(wanted), elements])
    }

    /// A value that goes through functions which only pass it on.
    fn through_identity(&mut self, wanted: &Type) -> Expr {
        let name = self.fresh_name();
        let inner = self.fresh_name();
        match self.below(3) {
            0 => Expr::lambda(name, Expr::variable(name)).apply(self.expr(wanted)),
            1 => Expr::lambda(name, Expr::lambda(inner, Expr::variable(inner)))
                .apply(self.unforced(&Type::Any))
                .apply(self.expr(wanted)),
            _ => {
                let value = self.beside(name, |generator| generator.expr(wanted));
                let twice = Expr::variable(name).apply(Expr::variable(name).apply(value));
                Expr::bind(vec![Binding::new(name, Expr::lambda(inner, Expr::variable(inner)))], twice)
            }
        }
    }

    /// `(a // b // c).f`
    fn update_chain(&mut self, wanted: &Type) -> Expr {
        let field = self.field_name();
        let last = Field { name: field, of: wanted.clone() };
        let count = 2 + self.below(3);
        let from = self.below(count);
        let mut sets = Vec::with_capacity(count);
        for index in 0..count {
            let mut fields = self.some_fields(None);
            fields.retain(|other| other.name != field);
            if index == from {
                fields.push(last.clone());
            }
            let mut set = self.exact_set(&fields, true);
            // What a later one covers is not forced.
            if index < from && self.swarm.has(Feature::Unforced) && self.chance(60) {
                let covered = Binding::new(field, self.unforced(&Type::Any));
                if let Expr::Attrset { bindings, .. } = &mut set {
                    bindings.push(covered);
                }
            }
            sets.push(if self.chance(70) { self.traced(set) } else { set });
        }
        let merge = |left, right| Expr::binary(Operator::Update, left, right);
        let chain = if self.chance(200) {
            sets.into_iter().rev().reduce(|right, left| merge(left, right))
        } else {
            sets.into_iter().reduce(merge)
        };
        chain.expect("there are two sets at least").select(field)
    }

    /// A set that says how it becomes a string.
    pub(super) fn converts_itself(&mut self) -> Expr {
        let text = self.expr(&Type::Text);
        let binding = if self.chance(90) {
            Binding::new("outPath", text)
        } else {
            let field = self.field_name();
            let own = Binding::new(field, self.leaf(&Type::Text));
            let name = self.fresh_name();
            let mark = self.scope.mark();
            self.scope.enter(name, Type::set([(field, Type::Text)]), Use::Free);
            let body = self.expr(&Type::Text);
            self.scope.leave(mark);
            let bindings = vec![Binding::new("__toString", Expr::lambda(name, body)), own];
            return Expr::Attrset { recursive: false, bindings };
        };
        Expr::Attrset { recursive: false, bindings: vec![binding] }
    }

    /// `genericClosure` over a few keys, from which something is made.
    fn closure(&mut self, wanted: &Type) -> Option<Expr> {
        let Type::List(of, at_least) = wanted else { return None };
        if *at_least > 1 {
            return None;
        }
        let end = self.count();
        let item = self.fresh_name();
        let key = || Expr::variable(item).select("key");
        let next = match self.below(3) {
            0 => Expr::binary(Operator::Add, key(), Expr::Integer(1)),
            1 => {
                let next = Expr::binary(Operator::Add, key(), Expr::Integer(1));
                self.traced(next)
            }
            _ => Expr::builtin("bitXor", [key(), Expr::Integer(1)]),
        };
        let keyed = |key: Expr| Expr::Attrset { recursive: false, bindings: vec![Binding::new("key", key)] };
        let operator = Expr::lambda(
            item,
            Expr::If {
                condition: Node::new(Expr::binary(Operator::GreaterOrEqual, key(), Expr::Integer(end))),
                consequence: Node::new(Expr::List(Vec::new())),
                alternative: Node::new(Expr::List(vec![keyed(next)])),
            },
        );
        let start = Expr::List(vec![keyed(Expr::Integer(0))]);
        let bindings = vec![Binding::new("startSet", start), Binding::new("operator", operator)];
        let closure = Expr::builtin("genericClosure", [Expr::Attrset { recursive: false, bindings }]);
        let element = Type::set([("key", Type::Int)]);
        if element.fits(of) {
            return Some(closure);
        }
        let of = of.clone();
        let function = self.lambda_of(&[&element], |generator| generator.expr(&of));
        Some(Expr::builtin("map", [function, closure]))
    }

    /// Closures in a list, called one after another.
    fn called_closures(&mut self, wanted: &Type) -> Expr {
        let Type::List(of, at_least) = wanted else { unreachable!("a list is wanted") };
        let argument = self.data_type(0);
        let function = Type::function(argument.clone(), (**of).clone());
        let closures = self.expr(&Type::list(function, (*at_least).max(1)));
        let name = self.fresh_name();
        let given = self.beside(name, |generator| generator.leaf(&argument));
        Expr::builtin("map", [Expr::lambda(name, Expr::variable(name).apply(given)), closures])
    }
}

const NAMES_OF_OVERRIDDEN: [&str; 4] = ["a", "b", "x", "foo"];
