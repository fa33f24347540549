//! Functions: lambdas and patterns, functors, calls, and builtins that are called.

use super::{
    Generator,
    scope::Use,
    swarm::Feature,
    table::{ALL, FUNCTION, Production},
    types::{Field, Signature, Type},
};
use crate::program::{
    BinaryOperator as Operator, Binding, Expr, Formal, Lambda, Node, Parameter, Pattern, source::is_identifier,
};

pub(super) const PRODUCTIONS: &[Production] = &[
    Production {
        kinds: FUNCTION,
        feature: Feature::Core,
        weight: 20,
        needs: 0,
        may: |_, _| true,
        make: |g, wanted| match wanted {
            Type::Function(signature) => Some(g.lambda(signature, false)),
            _ => None,
        },
    },
    Production {
        kinds: FUNCTION,
        feature: Feature::Functor,
        weight: 4,
        needs: 1,
        may: |_, _| true,
        make: |g, wanted| match wanted {
            Type::Function(signature) => Some(g.functor(signature)),
            _ => None,
        },
    },
    Production {
        kinds: ALL,
        feature: Feature::Lambda,
        weight: 16,
        needs: 1,
        may: |_, _| true,
        make: |g, wanted| g.call_of_variable(wanted),
    },
    Production {
        kinds: ALL,
        feature: Feature::Lambda,
        weight: 8,
        needs: 2,
        may: |_, _| true,
        make: |g, wanted| Some(g.call_of_literal(wanted)),
    },
    Production {
        kinds: ALL,
        feature: Feature::Pattern,
        weight: 8,
        needs: 2,
        may: |_, _| true,
        make: |g, wanted| {
            let signature = g.pattern_signature(wanted);
            let function = g.lambda(&signature, false);
            Some(g.call(function, &signature))
        },
    },
    Production {
        kinds: ALL,
        feature: Feature::Builtin,
        weight: 26,
        needs: 1,
        may: |_, _| true,
        make: |g, wanted| g.builtin(wanted),
    },
];

impl Generator<'_, '_> {
    /// What a function might take and give.
    pub(super) fn signature(&mut self) -> Signature {
        let result = self.printed_type(1);
        if self.swarm.has(Feature::Pattern) && self.chance(90) {
            return self.pattern_signature(&result);
        }
        let argument = self.printed_type(1);
        // Functions of several arguments are called with all of them at once, which evaluators do in a way of its own.
        let result = match self.below(4) {
            0 => Type::function(self.data_type(0), result),
            1 => Type::function(self.data_type(0), Type::function(self.data_type(0), result)),
            _ => result,
        };
        Signature { argument, exact: false, optional: Vec::new(), result }
    }

    fn pattern_signature(&mut self, result: &Type) -> Signature {
        let (mut required, mut optional): (Vec<Field>, Vec<Field>) = (Vec::new(), Vec::new());
        for _ in 0..self.below(5) {
            let name = self.fresh_name();
            if is_identifier(name) && required.iter().chain(&optional).all(|field| field.name != name) {
                let field = Field { name, of: self.data_type(1) };
                if self.chance(128) { required.push(field) } else { optional.push(field) }
            }
        }
        let exact = self.chance(150);
        Signature { argument: Type::Set(required.into()), exact, optional, result: result.clone() }
    }

    /// A function of this signature. A leafy one has no more in it than a leaf.
    pub(super) fn lambda(&mut self, signature: &Signature, leafy: bool) -> Expr {
        let mark = self.scope.mark();
        let is_pattern =
            signature.exact || !signature.optional.is_empty() || (self.swarm.has(Feature::Pattern) && self.chance(100));
        let parameter = match &signature.argument {
            Type::Set(fields) if is_pattern && fields.iter().all(|field| is_identifier(field.name)) => {
                Parameter::Pattern(self.pattern(fields, signature, leafy))
            }
            argument => {
                let name = self.fresh_name();
                self.scope.enter(name, argument.clone(), Use::Free);
                Parameter::Name(name.to_owned())
            }
        };
        let body = if leafy { self.leaf(&signature.result) } else { self.expr(&signature.result) };
        self.scope.leave(mark);
        Expr::Lambda(Lambda { parameter, body: Node::new(body) })
    }

    /// A pattern, whose names are then in scope. Defaults see each other and the name behind `@`, in an order that is
    /// not the one in which they are written.
    fn pattern(&mut self, required: &[Field], signature: &Signature, leafy: bool) -> Pattern {
        let at = self.chance(90).then(|| (self.fresh_name(), self.chance(128)));
        let at = at.filter(|(name, _)| required.iter().chain(&signature.optional).all(|field| field.name != *name));
        let mut formals = Vec::new();
        if let Some((name, _)) = at {
            // What the caller gave: defaults are not in it.
            self.scope.enter(name, signature.argument.clone(), Use::Free);
        }
        for field in required {
            self.scope.enter(field.name, field.of.clone(), Use::Free);
            formals.push(Formal { name: field.name.to_owned(), default: None });
        }
        let first = self.scope.mark();
        for field in &signature.optional {
            self.scope.enter(field.name, field.of.clone(), Use::Hold);
            formals.push(Formal { name: field.name.to_owned(), default: None });
        }
        for index in self.order(signature.optional.len()) {
            let field = &signature.optional[index];
            let default = if leafy { self.leaf(&field.of) } else { self.expr(&field.of) };
            formals[required.len() + index].default = Some(default);
            self.scope.allow(first + index, Use::Free);
        }
        // A default that is never asked for, since the caller must give the attribute.
        if !leafy && self.swarm.has(Feature::Unforced) && !required.is_empty() && self.chance(40) {
            let index = self.below(required.len());
            formals[index].default = Some(self.unforced(&required[index].of));
        }
        let shuffled = self.order(formals.len()).into_iter().map(|index| formals[index].clone()).collect();
        Pattern {
            formals: shuffled,
            ellipsis: !signature.exact,
            at: at.map(|(name, behind)| (name.to_owned(), behind)),
        }
    }

    /// A set that can be called.
    fn functor(&mut self, signature: &Signature) -> Expr {
        let name = self.fresh_name();
        let field = self.field_name();
        let held = self.printed_type(1);
        let value = Binding::new(field, self.slot(&held));
        let mark = self.scope.mark();
        self.scope.enter(name, Type::set([(field, held)]), Use::Free);
        let function = Expr::lambda(name, self.lambda(signature, false));
        self.scope.leave(mark);
        let function = Binding::new("__functor", if self.chance(60) { self.traced(function) } else { function });
        let bindings = if self.chance(128) { vec![function, value] } else { vec![value, function] };
        Expr::Attrset { recursive: false, bindings }
    }

    /// A call of a function, with an argument made for it.
    pub(super) fn call(&mut self, function: Expr, signature: &Signature) -> Expr {
        let mut argument = match &signature.argument {
            Type::Set(required) if signature.exact || !signature.optional.is_empty() => {
                let mut fields = required.to_vec();
                for field in &signature.optional {
                    if self.chance(90) {
                        fields.push(field.clone());
                    }
                }
                self.exact_set(&fields, false)
            }
            argument => self.slot(&argument.clone()),
        };
        if self.chance(16) {
            argument = self.traced(argument);
        }
        if self.pipe_operators && self.chance(90) {
            return match self.chance(128) {
                true => Expr::binary(Operator::PipeInto, argument, function),
                false => Expr::binary(Operator::PipeFrom, function, argument),
            };
        }
        function.apply(argument)
    }

    /// A call of a function that is in scope, with as many arguments as it takes to come to what is wanted.
    fn call_of_variable(&mut self, wanted: &Type) -> Option<Expr> {
        let start = self.below(16);
        let found = self.scope.find(start, Use::Free, |of| calls_to(of, wanted).is_some())?;
        let (mut call, mut of) = (Expr::variable(found.name), found.of.clone());
        for _ in 0..calls_to(&of, wanted)? {
            let Type::Function(signature) = &of else { return None };
            call = self.call(call, signature);
            of = signature.result.clone();
        }
        Some(call)
    }

    fn call_of_literal(&mut self, wanted: &Type) -> Expr {
        let argument = self.printed_type(2);
        let signature = Signature { argument, exact: false, optional: Vec::new(), result: wanted.clone() };
        if self.swarm.has(Feature::Functor) && self.chance(30) {
            let functor = self.functor(&signature);
            return self.call(functor, &signature);
        }
        let function = self.lambda(&signature, false);
        // What the function does not look at may be anything.
        if self.swarm.has(Feature::Unforced) && self.chance(30) {
            let name = self.fresh_name();
            let unforced = self.unforced(&Type::Any);
            return Expr::lambda(name, self.expr(wanted)).apply(unforced);
        }
        self.call(function, &signature)
    }

    /// A lambda of plain arguments, with these variables in scope in its body.
    pub(super) fn lambda_of(&mut self, arguments: &[&Type], body: impl FnOnce(&mut Self) -> Expr) -> Expr {
        let mark = self.scope.mark();
        let mut names = Vec::with_capacity(arguments.len());
        for of in arguments {
            let name = self.fresh_name();
            self.scope.enter(name, (*of).clone(), Use::Free);
            names.push(name);
        }
        let body = body(self);
        self.scope.leave(mark);
        names.into_iter().rev().fold(body, |body, name| Expr::lambda(name, body))
    }
}

/// How many arguments a value of this type takes to give what is wanted.
fn calls_to(of: &Type, wanted: &Type) -> Option<usize> {
    let Type::Function(signature) = of else { return None };
    if *wanted == Type::Any {
        return None;
    }
    if signature.result.fits(wanted) { Some(1) } else { calls_to(&signature.result, wanted).map(|calls| calls + 1) }
}
