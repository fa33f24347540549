//! Dense scopes: `let`, `rec` and formals with several names, each of which captures a handful of its siblings and of
//! what is around. Deferred captures, their finalisation and the order of slots go wrong where many names meet in one
//! scope, which the other productions rarely make.
//!
//! Values are chosen so that a wrong capture shows: each constant is another number, and what is captured is added up.
//! Every program ends. The names of a scope have an order of their own, which is not the written one. A value forces
//! only names before it and holds any. Functions come between: they may call each other, counting down.

use super::{
    Generator,
    scope::Use,
    swarm::Feature,
    table::{INT, LIST, Production, SET},
    types::{Field, Signature, Type},
};
use crate::program::{
    AttrName, BinaryOperator as Operator, Binding, Expr, Formal, Inherited, Lambda, Node, Parameter, Pattern, TextPart,
    TextStyle,
};

pub(super) const PRODUCTIONS: &[Production] = &[
    production(INT, 6, |g, _| Some(g.dense_within_another(Wanted::Sum))),
    production(LIST, 6, |g, wanted| match wanted {
        Type::List(of, 0..=3) if Type::Int.fits(of) => Some(g.dense_within_another(Wanted::Uses)),
        _ => None,
    }),
    production(SET, 4, |g, wanted| match wanted {
        Type::Set(fields) if fields.is_empty() => Some(g.dense_within_another(Wanted::Set)),
        _ => None,
    }),
];

const fn production(kinds: u16, weight: u16, make: fn(&mut Generator<'_, '_>, &Type) -> Option<Expr>) -> Production {
    Production { kinds, feature: Feature::Dense, weight, needs: 1, may: |generator, _| generator.dense == 0, make }
}

/// How deep dense scopes may be within each other.
const DEEPEST: u32 = 3;

/// How many names all dense scopes of one production may have together, and at least.
const MOST_NAMES: usize = 26;
const FEWEST_NAMES: usize = 7;

/// What a dense scope is to come to.
#[derive(Clone, Copy, PartialEq)]
enum Wanted {
    /// A number.
    Sum,
    /// A list of at least three numbers.
    Uses,
    /// A set.
    Set,
}

/// What binds one or more names of a scope.
enum Member {
    /// A name of a number, a string, a set or a function.
    Value(Field),
    /// Names taken from a set.
    From(Vec<Field>),
    /// A name taken from the scope around.
    Around(Field),
}

impl Member {
    fn fields(&self) -> &[Field] {
        match self {
            Member::Value(field) | Member::Around(field) => std::slice::from_ref(field),
            Member::From(fields) => fields,
        }
    }

    fn is_function(&self) -> bool {
        matches!(self, Member::Value(Field { of: Type::Function(_), .. }))
    }
}

/// The form of a scope.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Let,
    Recursive,
    Formals,
}

impl Generator<'_, '_> {
    /// A dense scope that gives a list of numbers.
    pub(super) fn dense_list(&mut self) -> Expr {
        self.dense_within_another(Wanted::Uses)
    }

    /// A dense scope that gives a number.
    pub(super) fn dense_number_alone(&mut self) -> Expr {
        self.dense_within_another(Wanted::Sum)
    }

    fn dense_within_another(&mut self, wanted: Wanted) -> Expr {
        let most = FEWEST_NAMES + self.below(MOST_NAMES - FEWEST_NAMES);
        self.dense_names = most as u32;
        self.dense_scope(wanted)
    }

    /// A scope, and what is made of its names.
    fn dense_scope(&mut self, wanted: Wanted) -> Expr {
        self.dense += 1;
        let form = self.pick(&[Form::Let, Form::Let, Form::Recursive, Form::Formals]);
        // What the formals are given is made outside of their scope.
        let given = self.constant();
        let mark = self.scope.mark();
        let members = self.members(form);
        let (bindings, names) = self.bind_members(&members, form);
        let body = match wanted {
            Wanted::Sum => {
                let terms = names.iter().map(|field| self.forced_use(field)).collect();
                self.summed(terms)
            }
            Wanted::Uses => {
                let order = self.order(names.len());
                Expr::List(order.into_iter().map(|index| self.forced_use(&names[index])).collect())
            }
            Wanted::Set => {
                let bindings = names.iter().map(|field| Binding::new(field.name, self.forced_use(field))).collect();
                Expr::Attrset { recursive: false, bindings }
            }
        };
        // A function that captures all of them.
        let body = if self.chance(70) {
            let call = Expr::builtin("map", [Expr::lambda("q", body), Expr::List(vec![Expr::Integer(0)])]);
            Expr::builtin("head", [call])
        } else {
            body
        };
        let made = match form {
            Form::Let => Expr::bind(bindings, body),
            Form::Recursive => self.recursive_around(bindings, body),
            Form::Formals => self.formals_around(bindings, &names, body, &given),
        };
        self.scope.leave(mark);
        self.dense -= 1;
        made
    }

    /// Decides on the names of a scope, and brings them into scope, to be held.
    fn members(&mut self, form: Form) -> Vec<Member> {
        // Now and then there are more than compilers search one by one.
        let count = if self.dense == 1 && self.chance(16) { 17 + self.below(6) } else { 3 + self.below(5) };
        self.dense_names = self.dense_names.saturating_sub(count as u32);
        let mut members: Vec<Member> = Vec::with_capacity(count);
        let mut names: Vec<&'static str> = Vec::with_capacity(count);
        while names.len() < count {
            let Some(name) = self.name_beside(&names) else { break };
            let member = match self.below(20) {
                0..=7 => Member::Value(Field { name, of: Type::Int }),
                8..=11 => Member::Value(Field { name, of: Type::function(Type::Int, Type::Int) }),
                12 => Member::Value(Field { name, of: self.dense_pattern() }),
                13 | 14 => Member::Value(Field { name, of: self.set_of_numbers() }),
                15 => Member::Value(Field { name, of: Type::Text }),
                16 | 17 if form != Form::Formals => {
                    let mut fields = vec![Field { name, of: Type::Int }];
                    names.push(name);
                    for _ in 0..self.below(2) + 1 {
                        if let Some(name) = self.name_beside(&names) {
                            names.push(name);
                            fields.push(Field { name, of: Type::Int });
                        }
                    }
                    members.push(Member::From(fields));
                    continue;
                }
                18 if form != Form::Formals => {
                    let start = self.start();
                    let around = self.scope.find(start, Use::Free, |of| *of == Type::Int);
                    match around.map(|found| found.name).filter(|name| !names.contains(name)) {
                        Some(name) => Member::Around(Field { name, of: Type::Int }),
                        None => Member::Value(Field { name, of: Type::Int }),
                    }
                }
                _ => Member::Value(Field { name, of: Type::Int }),
            };
            names.extend(member.fields().iter().map(|field| field.name));
            members.push(member);
        }
        members
    }

    /// A name for one more member, none of these.
    fn name_beside(&mut self, names: &[&'static str]) -> Option<&'static str> {
        (0..12).map(|_| self.fresh_name()).find(|name| !names.contains(name))
    }

    /// Makes the values of a scope's names in an order of their own; gives them as they are to be written, and the names
    /// that the body may use.
    fn bind_members(&mut self, members: &[Member], form: Form) -> (Vec<Binding>, Vec<Field>) {
        // Names of the scope around that are inherited are seen as they are around: there is nothing to hold.
        let mut places = Vec::with_capacity(members.len());
        for member in members {
            places.push(self.scope.mark());
            for field in member.fields() {
                self.scope.enter(field.name, field.of.clone(), Use::Hold);
            }
        }
        let order = self.order(members.len());
        let (functions, values): (Vec<usize>, Vec<usize>) =
            order.into_iter().partition(|index| members[*index].is_function());
        let callable: Vec<&'static str> = (functions.iter())
            .filter_map(|index| match &members[*index] {
                Member::Value(Field { name, of: Type::Function(signature) }) if signature.argument == Type::Int => {
                    Some(*name)
                }
                _ => None,
            })
            .collect();
        let first = self.below(values.len() + 1);
        let mut made: Vec<Vec<Binding>> = members.iter().map(|_| Vec::new()).collect();
        let allow = |generator: &mut Self, index: usize| {
            let count = members[index].fields().len();
            (places[index]..places[index] + count).for_each(|place| generator.scope.allow(place, Use::Free));
        };
        for index in &values[..first] {
            made[*index] = self.bind_member(&members[*index], form, &callable);
            allow(self, *index);
        }
        for index in &functions {
            made[*index] = self.bind_member(&members[*index], form, &callable);
        }
        functions.iter().for_each(|index| allow(self, *index));
        for index in &values[first..] {
            made[*index] = self.bind_member(&members[*index], form, &callable);
            allow(self, *index);
        }
        let names = members.iter().flat_map(|member| member.fields().to_vec()).collect();
        (made.into_iter().flatten().collect(), names)
    }

    fn bind_member(&mut self, member: &Member, form: Form, callable: &[&'static str]) -> Vec<Binding> {
        match member {
            Member::Value(field) => {
                let value = match &field.of {
                    Type::Function(signature) if signature.argument == Type::Int => self.dense_function(callable),
                    Type::Function(signature) => self.dense_pattern_function(signature),
                    Type::Set(fields) => {
                        if form != Form::Formals && self.chance(70) {
                            // `name.inner = value;` for each.
                            let outer = AttrName::Plain(field.name.to_owned());
                            let inner = fields.iter().map(|inner| Binding::Value {
                                path: vec![outer.clone(), AttrName::Plain(inner.name.to_owned())],
                                value: self.sum().into(),
                            });
                            return inner.collect();
                        }
                        self.dense_set(fields)
                    }
                    Type::Text => self.dense_text(),
                    _ => self.dense_number(),
                };
                vec![Binding::new(field.name, value)]
            }
            Member::From(fields) => {
                let from = self.dense_set(fields);
                let from = if self.chance(120) { self.traced(from) } else { from };
                let names = fields.iter().map(|field| field.name.to_owned()).collect();
                vec![Binding::Inherit(Inherited { from: Some(Node::new(from)), names })]
            }
            Member::Around(field) => {
                vec![Binding::Inherit(Inherited { from: None, names: vec![field.name.to_owned()] })]
            }
        }
    }

    fn recursive_around(&mut self, mut bindings: Vec<Binding>, body: Expr) -> Expr {
        // No variable has this name.
        let own = "out";
        let at = self.below(bindings.len() + 1);
        bindings.insert(at, Binding::new(own, body));
        Expr::Attrset { recursive: true, bindings }.select(own)
    }

    /// A call of a function whose formals have these bindings as defaults. Some formals have no default, or are given
    /// something other than it.
    fn formals_around(&mut self, bindings: Vec<Binding>, names: &[Field], body: Expr, constant: &Expr) -> Expr {
        let mut given = Vec::new();
        let mut formals = Vec::with_capacity(bindings.len());
        for index in self.order(bindings.len()) {
            let Binding::Value { path, value } = &bindings[index] else { unreachable!("formals inherit nothing") };
            let [AttrName::Plain(name)] = path.as_slice() else { unreachable!("formals are single names") };
            let is_number = names.iter().any(|field| field.name == name && field.of == Type::Int);
            let passes = is_number && self.chance(60);
            if passes {
                given.push(Binding::new(name.clone(), constant.clone()));
            }
            let default = (!passes || self.chance(128)).then(|| (**value).clone());
            formals.push(Formal { name: name.clone(), default });
        }
        // No variable has this name.
        let at = self.chance(60).then(|| ("all".to_owned(), self.chance(128)));
        let pattern = Pattern { formals, ellipsis: self.chance(60), at };
        let function = Expr::Lambda(Lambda { parameter: Parameter::Pattern(pattern), body: Node::new(body) });
        function.apply(Expr::Attrset { recursive: false, bindings: given })
    }

    // Values.

    /// A number in a form that captures.
    fn dense_number(&mut self) -> Expr {
        let made = self.dense_number_unprobed();
        if self.chance(56) { self.traced(made) } else { made }
    }

    fn dense_number_unprobed(&mut self) -> Expr {
        match self.below(16) {
            0 | 1 if self.dense < DEEPEST && self.dense_names > 0 => self.dense_scope(Wanted::Sum),
            2 => {
                // A closure that is called at once.
                let argument = self.sum();
                self.closure_over_sum().apply(argument)
            }
            3 => {
                let name = self.fresh_name();
                let argument = self.sum();
                let function = self.closure_over_sum();
                let call = Expr::variable(name).apply(argument);
                // The argument was made where the name did not mean the function.
                match self.scope.knows(name) {
                    true => function.apply(self.constant()),
                    false => Expr::bind(vec![Binding::new(name, function)], call),
                }
            }
            4 => {
                let elements = Expr::List(vec![self.sum()]);
                Expr::builtin("head", [Expr::builtin("map", [self.closure_over_sum(), elements])])
            }
            5 => {
                let (left, right) = (self.sum(), self.sum());
                Expr::If {
                    condition: Node::new(Expr::binary(Operator::Less, left, right)),
                    consequence: Node::new(self.sum()),
                    alternative: Node::new(self.sum()),
                }
            }
            6 => {
                let field = Field { name: self.fresh_name(), of: Type::Int };
                self.dense_set(std::slice::from_ref(&field)).select(field.name)
            }
            7 | 8 => self.number_by_with(),
            9 => Expr::builtin("tryEval", [self.sum()]).select("value"),
            10 => {
                let elements = (0..1 + self.below(3)).map(|_| self.term()).collect();
                let (one, other) = (self.fresh_name(), self.fresh_name());
                let both = Expr::binary(Operator::Add, Expr::variable(one), Expr::variable(other));
                let add = Expr::lambda(one, Expr::lambda(other, both));
                Expr::builtin("foldl'", [add, self.constant(), Expr::List(elements)])
            }
            11 => {
                // A functor that captures, and is called.
                let (own, field) = (self.fresh_name(), self.field_name());
                let functor = Expr::lambda(own, self.closure_over_sum());
                let bindings = vec![Binding::new("__functor", functor), Binding::new(field, self.sum())];
                let set = Expr::Attrset { recursive: false, bindings };
                set.apply(self.constant())
            }
            12 => {
                // Evaluated before it is held by a closure.
                let sum = self.sum();
                let first = self.held_expression();
                Expr::builtin("seq", [first, sum])
            }
            13 => self.expr(&Type::Int),
            _ => self.sum(),
        }
    }

    /// `with set; …` of names that nothing else binds.
    fn number_by_with(&mut self) -> Expr {
        let mut fields: Vec<Field> = Vec::new();
        for _ in 0..1 + self.below(3) {
            let name = self.pick(&super::scope::NAMES);
            if !self.scope.knows(name) && fields.iter().all(|field| field.name != name) {
                fields.push(Field { name, of: Type::Int });
            }
        }
        let set = self.dense_set(&fields);
        let set = if self.chance(80) { self.traced(set) } else { set };
        let mark = self.scope.mark();
        fields.iter().for_each(|field| self.scope.enter_with(field.name, Type::Int));
        let mut terms: Vec<Expr> = fields.iter().map(|field| Expr::variable(field.name)).collect();
        terms.push(self.sum());
        if self.chance(90) {
            let closure = self.closure_over_sum();
            terms.push(closure.apply(Expr::Integer(1)));
        }
        let body = self.summed(terms);
        self.scope.leave(mark);
        Expr::With { namespace: Node::new(set), body: Node::new(body) }
    }

    /// A function of a number. It calls functions of its group with one less, until there is nothing left.
    fn dense_function(&mut self, callable: &[&'static str]) -> Expr {
        let mark = self.scope.mark();
        let counter = self.name_beside(callable).unwrap_or("n");
        self.scope.enter(counter, Type::Int, Use::Free);
        let sum = if self.chance(60) { self.dense_number() } else { self.sum() };
        let body = if callable.contains(&counter) || self.chance(90) {
            sum
        } else {
            let less = Expr::binary(Operator::Subtract, Expr::variable(counter), Expr::Integer(1));
            let call = Expr::variable(self.pick(callable)).apply(less);
            let next = self.summed(vec![call, sum]);
            // The counter may be any number: what is more than a few calls is none.
            let is_over = Expr::binary(Operator::LessOrEqual, Expr::variable(counter), Expr::Integer(0));
            let is_far = Expr::binary(Operator::Greater, Expr::variable(counter), Expr::Integer(4));
            Expr::If {
                condition: Node::new(Expr::binary(Operator::Or, is_over, is_far)),
                consequence: Node::new(self.constant()),
                alternative: Node::new(next),
            }
        };
        self.scope.leave(mark);
        let function = Expr::lambda(counter, body);
        if self.chance(30) {
            let own = self.fresh_name();
            if callable.contains(&own) || self.scope.knows(own) {
                return function;
            }
            let functor = Binding::new("__functor", Expr::lambda(own, function));
            return Expr::Attrset { recursive: false, bindings: vec![functor] };
        }
        function
    }

    /// The type of a function with formals, all of which have defaults.
    fn dense_pattern(&mut self) -> Type {
        let mut optional: Vec<Field> = Vec::new();
        for _ in 0..2 + self.below(3) {
            let name = self.fresh_name();
            if optional.iter().all(|field| field.name != name) {
                optional.push(Field { name, of: Type::Int });
            }
        }
        let argument = Type::Set(Vec::new().into());
        Type::Function(Signature { argument, exact: true, optional, result: Type::Int }.into())
    }

    /// A function whose defaults capture each other, in an order that is not the written one.
    fn dense_pattern_function(&mut self, signature: &Signature) -> Expr {
        let mark = self.scope.mark();
        let optional = &signature.optional;
        optional.iter().for_each(|field| self.scope.enter(field.name, Type::Int, Use::Hold));
        let mut formals: Vec<Formal> =
            optional.iter().map(|field| Formal { name: field.name.to_owned(), default: None }).collect();
        for index in self.order(optional.len()) {
            let default = self.sum();
            formals[index].default = Some(if self.chance(40) { self.traced(default) } else { default });
            self.scope.allow(mark + index, Use::Free);
        }
        let terms = optional.iter().map(|field| Expr::variable(field.name)).collect();
        let body = self.summed(terms);
        self.scope.leave(mark);
        let pattern = Pattern { formals, ellipsis: false, at: None };
        Expr::Lambda(Lambda { parameter: Parameter::Pattern(pattern), body: Node::new(body) })
    }

    fn set_of_numbers(&mut self) -> Type {
        let mut fields: Vec<(&'static str, Type)> = Vec::new();
        for _ in 0..1 + self.below(3) {
            let name = self.fresh_name();
            if fields.iter().all(|(other, _)| *other != name) {
                fields.push((name, Type::Int));
            }
        }
        Type::set(fields)
    }

    /// A set with these attributes, each of which captures.
    fn dense_set(&mut self, fields: &[Field]) -> Expr {
        let mut bindings: Vec<Binding> = fields.iter().map(|field| Binding::new(field.name, self.sum())).collect();
        if self.chance(60) {
            // What nobody asks for may hold anything.
            let (name, held) = ("unasked", self.held_expression());
            let at = self.below(bindings.len() + 1);
            bindings.insert(at, Binding::new(name, held));
        }
        Expr::Attrset { recursive: false, bindings }
    }

    fn dense_text(&mut self) -> Expr {
        let number = Expr::builtin("toString", [self.sum()]);
        let parts = vec![TextPart::Literal("t".to_owned()), TextPart::Interpolation(number)];
        Expr::Text(TextStyle::Quoted, parts)
    }

    /// A function of a number that adds up what it captures.
    fn closure_over_sum(&mut self) -> Expr {
        let mark = self.scope.mark();
        let name = self.fresh_name();
        self.scope.enter(name, Type::Int, Use::Free);
        let mut terms = self.terms();
        terms.push(Expr::variable(name));
        let body = self.summed(terms);
        self.scope.leave(mark);
        Expr::lambda(name, body)
    }

    /// A constant and one to five captures.
    fn sum(&mut self) -> Expr {
        let terms = self.terms();
        self.summed(terms)
    }

    fn terms(&mut self) -> Vec<Expr> {
        let mut terms = vec![self.constant()];
        for _ in 0..1 + self.below(5) {
            terms.push(self.term());
        }
        terms
    }

    fn summed(&mut self, terms: Vec<Expr>) -> Expr {
        let mut terms = terms.into_iter();
        let first = terms.next().unwrap_or(Expr::Integer(0));
        terms.fold(first, |sum, term| {
            let operator = if self.chance(60) { Operator::Subtract } else { Operator::Add };
            Expr::binary(operator, sum, term)
        })
    }

    /// A number that no other constant of the program is.
    fn constant(&mut self) -> Expr {
        self.constants += 1;
        let drawn = self.below(250) as u64;
        Expr::Integer(u64::from(self.constants) * 1000 + drawn * 4)
    }

    /// A number made of something that is captured: forced where it may be, and otherwise only held.
    fn term(&mut self) -> Expr {
        let holds = self.chance(80);
        let start = self.start();
        let found = if holds { None } else { self.scope.find(start, Use::Free, is_dense) };
        match found.map(|found| Field { name: found.name, of: found.of.clone() }) {
            Some(field) => self.forced_use(&field),
            None => self.held_number(),
        }
    }

    /// What comes of a variable when it is used.
    fn forced_use(&mut self, field: &Field) -> Expr {
        let variable = Expr::variable(field.name);
        match &field.of {
            Type::Function(signature) if signature.argument == Type::Int => {
                variable.apply(Expr::Integer(self.below(4) as u64))
            }
            Type::Function(signature) => {
                let given = signature.optional.iter().filter(|_| self.chance(50)).collect::<Vec<_>>();
                let bindings = given.iter().map(|field| Binding::new(field.name, self.constant())).collect();
                variable.apply(Expr::Attrset { recursive: false, bindings })
            }
            Type::Set(fields) => {
                let at = self.below(fields.len());
                variable.select(fields[at].name)
            }
            Type::Text => Expr::builtin("stringLength", [variable]),
            _ => variable,
        }
    }

    /// Variables that are captured, and not forced.
    fn held_variables(&mut self) -> Vec<Expr> {
        let mut held = Vec::new();
        for _ in 0..1 + self.below(3) {
            let (start, may) = (self.start(), if self.chance(60) { Use::Free } else { Use::Hold });
            if let Some(found) = self.scope.find(start, may, |_| true) {
                held.push(Expr::variable(found.name));
            }
        }
        held
    }

    /// An expression that gives a value without forcing what it captures.
    fn held_expression(&mut self) -> Expr {
        let held = self.held_variables();
        match self.below(4) {
            0 => {
                let name = self.pick(&["q", "r"]);
                Expr::lambda(name, self.summed(held))
            }
            1 => {
                let named =
                    held.into_iter().enumerate().map(|(index, held)| Binding::new(["i", "j", "l"][index], held));
                Expr::Attrset { recursive: false, bindings: named.collect() }
            }
            _ => Expr::List(held),
        }
    }

    /// A number that captures without forcing.
    fn held_number(&mut self) -> Expr {
        let number = self.constant();
        let held = self.held_expression();
        match self.below(4) {
            0 => Expr::builtin("seq", [held, number]),
            1 => Expr::lambda("q", number).apply(held),
            2 => {
                let bindings = vec![Binding::new("i", held), Binding::new("j", number)];
                Expr::Attrset { recursive: false, bindings }.select("j")
            }
            _ => Expr::If {
                condition: Node::new(Expr::builtin("isInt", [held])),
                consequence: Node::new(Expr::Integer(0)),
                alternative: Node::new(number),
            },
        }
    }

    /// Where a search for a variable begins: mostly among those that came last.
    fn start(&mut self) -> usize {
        let count = self.scope.mark().max(1);
        match self.chance(150) {
            true => count - 1 - self.below(count.min(8)),
            false => self.below(count),
        }
    }
}

/// Whether a variable can be one of the numbers of a sum.
fn is_dense(of: &Type) -> bool {
    match of {
        Type::Int | Type::Text => true,
        Type::Set(fields) => !fields.is_empty() && fields.iter().all(|field| field.of == Type::Int),
        Type::Function(signature) => {
            signature.result == Type::Int
                && match &signature.argument {
                    Type::Int => true,
                    Type::Set(required) => {
                        required.is_empty()
                            && !signature.optional.is_empty()
                            && signature.optional.iter().all(|field| field.of == Type::Int)
                    }
                    _ => false,
                }
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use arbitrary::Unstructured;
    use nix_evaluator::{
        errors::ErrorKind,
        session::{Task, Variant},
    };

    use super::*;
    use crate::{
        campaign::self_check::runner,
        generate::{Configuration, dense_within, generate_from_seed, seed_bytes},
        mutate::is_program,
        oracle::Observed,
    };

    fn made(seed: u64) -> Expr {
        let bytes = seed_bytes(seed);
        dense_within(&mut Unstructured::new(&bytes), &[("a", Type::Int)], &Type::list(Type::Int, 0))
    }

    /// How many names a scope has, and how many uses of names of the same scope there are in its values.
    fn density(expr: &Expr) -> (usize, usize) {
        let (names, values): (Vec<&str>, Vec<&Expr>) = match expr {
            Expr::Let { bindings, .. } | Expr::Attrset { recursive: true, bindings } => {
                let named = bindings.iter().filter_map(|binding| match binding {
                    Binding::Value { path, value } => match &path[0] {
                        AttrName::Plain(name) => Some((name.as_str(), &**value)),
                        _ => None,
                    },
                    Binding::Inherit(_) => None,
                });
                named.unzip()
            }
            Expr::Lambda(Lambda { parameter: Parameter::Pattern(pattern), .. }) => {
                let named =
                    pattern.formals.iter().filter_map(|formal| Some((formal.name.as_str(), formal.default.as_ref()?)));
                named.unzip()
            }
            _ => return (0, 0),
        };
        let mut uses = 0;
        for value in values {
            value.each(&mut |_, inner| {
                uses += usize::from(matches!(inner, Expr::Variable(used) if names.contains(&used.as_str())))
            });
        }
        (names.len(), uses)
    }

    #[test]
    fn dense_scopes_end_in_a_value_and_capture_many_siblings() {
        let mut runner = runner();
        let (mut values, mut dense, mut forms) = (0, 0, [0; 3]);
        for seed in 0..400 {
            let program = Expr::bind(vec![Binding::new("a", Expr::Integer(7))], made(seed));
            let source = program.to_source();
            assert!(is_program(source.as_bytes()), "{source}");
            match runner.run(source.as_bytes(), Task::STRICT, Variant::default()) {
                Observed::Answered(answer) => match &answer.result {
                    Ok(_) => values += 1,
                    // Other expressions are made for some of the numbers, and they may be the largest there are.
                    Err(failed) if answer.is_inconclusive() || failed.kind == ErrorKind::Arithmetic => {}
                    // Nothing in a dense scope needs itself, whatever it captures.
                    Err(failed) => panic!("{:?}: {source}", failed.kind),
                },
                other => panic!("{other}: {source}"),
            }
            let mut best = 0;
            program.each(&mut |_, expr| {
                let (names, uses) = density(expr);
                if names > 2 && uses > 2 {
                    best = best.max(uses);
                    forms[match expr {
                        Expr::Let { .. } => 0,
                        Expr::Attrset { .. } => 1,
                        _ => 2,
                    }] += 1;
                }
            });
            dense += usize::from(best > 4);
        }
        assert!(values > 390, "{values} of 400 give a value");
        assert!(dense > 300, "{dense} of 400 are dense");
        assert!(forms.iter().all(|count| *count > 60), "let, rec and formals: {forms:?}");
    }

    #[test]
    fn campaigns_draw_dense_scopes() {
        for configuration in [Configuration::default(), crate::campaign::self_check::configuration()] {
            let has_one = |seed: &u64| {
                let mut found = false;
                generate_from_seed(*seed, &configuration).each(&mut |_, expr| {
                    let (names, uses) = density(expr);
                    found |= names > 2 && uses > 5;
                });
                found
            };
            let count = (0..400).filter(has_one).count();
            assert!((50..200).contains(&count), "{count} of 400");
        }
    }
}
