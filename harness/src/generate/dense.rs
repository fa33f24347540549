//! Dense scopes: `let`, `rec` and formals with several names, each of which captures a handful of its siblings and of
//! what is around. Deferred captures, their finalisation and the order of slots go wrong where many names meet in one
//! scope, which the other productions rarely make.
//!
//! Values are chosen so that a wrong capture shows: each constant is another number, and what is captured is added up.
//! Every program ends. The names of a scope have an order of their own, which is not the written one. A value forces
//! only names before it and holds any. Functions come between: they may call each other, counting down.

mod values;

use super::{
    Generator,
    scope::Use,
    swarm::Feature,
    table::{INT, LIST, Production, SET},
    types::{Field, Type},
};
use crate::program::{AttrName, Binding, Expr, Formal, Inherited, Lambda, Node, Parameter, Pattern};

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
        mutate::tree,
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
            assert!(tree(source.as_bytes()).is_some(), "{source}");
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
