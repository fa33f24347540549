//! Values in dense scopes: numbers in every form that captures, functions and sets that hold what they capture, and the
//! sums that show it.

use super::{DEEPEST, Wanted};
use crate::generate::{
    Generator,
    scope::Use,
    types::{Field, Signature, Type},
};
use crate::program::{
    BinaryOperator as Operator, Binding, Expr, Formal, Lambda, Node, Parameter, Pattern, TextPart, TextStyle,
};

impl Generator<'_, '_> {
    /// A number in a form that captures.
    pub(super) fn dense_number(&mut self) -> Expr {
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
            let name = self.pick(&crate::generate::scope::NAMES);
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
    pub(super) fn dense_function(&mut self, callable: &[&'static str]) -> Expr {
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
    pub(super) fn dense_pattern(&mut self) -> Type {
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
    pub(super) fn dense_pattern_function(&mut self, signature: &Signature) -> Expr {
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

    pub(super) fn set_of_numbers(&mut self) -> Type {
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
    pub(super) fn dense_set(&mut self, fields: &[Field]) -> Expr {
        let mut bindings: Vec<Binding> = fields.iter().map(|field| Binding::new(field.name, self.sum())).collect();
        if self.chance(60) {
            // What nobody asks for may hold anything.
            let (name, held) = ("unasked", self.held_expression());
            let at = self.below(bindings.len() + 1);
            bindings.insert(at, Binding::new(name, held));
        }
        Expr::Attrset { recursive: false, bindings }
    }

    pub(super) fn dense_text(&mut self) -> Expr {
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
    pub(super) fn sum(&mut self) -> Expr {
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

    pub(super) fn summed(&mut self, terms: Vec<Expr>) -> Expr {
        let mut terms = terms.into_iter();
        let first = terms.next().unwrap_or(Expr::Integer(0));
        terms.fold(first, |sum, term| {
            let operator = if self.chance(60) { Operator::Subtract } else { Operator::Add };
            Expr::binary(operator, sum, term)
        })
    }

    /// A number that no other constant of the program is.
    pub(super) fn constant(&mut self) -> Expr {
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
    pub(super) fn forced_use(&mut self, field: &Field) -> Expr {
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
    pub(super) fn start(&mut self) -> usize {
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
