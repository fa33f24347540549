//! The changes. Each takes a whole program and changes it at a place that it draws, or not at all if the program has no
//! such place.

use std::{collections::HashSet, sync::LazyLock};

use arbitrary::Unstructured;
use fastrand::Rng;

use super::scope::{Known, each_free, guess, names_in, rename_variables, scope_at};
use crate::{
    generate::{Configuration, dense_within, generate_within, types::Type},
    program::{
        AttrName, BinaryOperator, Binding, Expr, Formal, Lambda, Node, Parameter, TextPart, TextStyle, UnaryOperator,
        source::is_identifier,
    },
};

/// A change: gives whether there was something to change.
pub type Operation = fn(&mut Expr, &mut Rng, Option<&Expr>) -> bool;

/// All changes, and how often each is tried beside the others.
pub const OPERATIONS: &[(&str, u32, Operation)] = &[
    ("replace by something new", 10, replace),
    ("splice a part of another program", 10, splice),
    ("hoist what is inside", 6, hoist),
    ("swap two neighbours", 8, swap),
    ("move a binding", 3, move_binding),
    ("use another variable", 6, use_another),
    ("rename to capture", 5, capture),
    ("make recursive", 6, make_recursive),
    ("wrap", 10, wrap),
    ("probe", 8, probe),
    ("take a probe out", 4, unprobe),
    ("change a literal", 8, literal),
    ("change an operator", 6, operator),
    ("share", 5, share),
    ("give a default", 4, default),
    ("double an element", 3, double),
    ("take something out", 5, remove),
    ("bind densely", 4, bind_densely),
];

/// How many names of a program's own a new expression can use.
const SLOTS: [&str; 8] = ["slot0", "slot1", "slot2", "slot3", "slot4", "slot5", "slot6", "slot7"];

/// The number of any expression.
fn any(program: &Expr, rng: &mut Rng) -> usize {
    rng.usize(0..program.size())
}

/// The number of any expression that is so.
fn any_that(program: &Expr, rng: &mut Rng, is_so: impl Fn(&Expr) -> bool) -> Option<usize> {
    let mut found = Vec::new();
    program.each(&mut |number, expr| {
        if is_so(expr) {
            found.push(number);
        }
    });
    rng.choice(found)
}

fn take(expr: &mut Expr) -> Expr {
    std::mem::replace(expr, Expr::Integer(0))
}

/// Replaces the expression with this number by what `make` makes of it.
fn exchange(program: &mut Expr, number: usize, make: impl FnOnce(Expr) -> Expr) -> bool {
    let Some(expr) = program.nth_mut(number) else { return false };
    let old = take(expr);
    *expr = make(old);
    true
}

/// Something new of a type, using variables that are in scope.
fn generated(known: &[Known], wanted: &Type, rng: &mut Rng) -> Expr {
    made_within(known, rng, |from, variables, rng| {
        let configuration = Configuration { size: rng.u32(2..20), depth: 5, ..Configuration::default() };
        generate_within(from, &configuration, variables, wanted)
    })
}

/// What `make` makes with variables that stand for some of what is in scope.
fn made_within(
    known: &[Known],
    rng: &mut Rng,
    make: impl FnOnce(&mut Unstructured<'_>, &[(&'static str, Type)], &mut Rng) -> Expr,
) -> Expr {
    let mut bytes = [0; 512];
    rng.fill(&mut bytes);
    let mut chosen: Vec<&Known> = known.iter().collect();
    rng.shuffle(&mut chosen);
    chosen.truncate(SLOTS.len());
    let variables: Vec<_> = SLOTS.into_iter().zip(chosen.iter().map(|known| known.of.clone())).collect();
    let mut made = make(&mut Unstructured::new(&bytes), &variables, rng);
    rename_variables(&mut made, &mut |name| {
        let slot = SLOTS.iter().position(|slot| *slot == name)?;
        Some(chosen.get(slot)?.name.clone())
    });
    made
}

/// The place of an expression is taken by a scope of several names that capture each other and what is around.
fn bind_densely(program: &mut Expr, rng: &mut Rng, _: Option<&Expr>) -> bool {
    let number = any(program, rng);
    let known = scope_at(program, number);
    let wanted = match program.nth(number) {
        Some(Expr::List(_)) => Type::list(Type::Int, 0),
        _ => Type::Int,
    };
    let new = made_within(&known, rng, |from, variables, _| dense_within(from, variables, &wanted));
    exchange(program, number, |_| new)
}

fn some_type(rng: &mut Rng) -> Type {
    match rng.u32(0..8) {
        0..=2 => Type::Int,
        3 => Type::Text,
        4 => Type::Bool,
        5 => Type::list(Type::Int, 1),
        6 => Type::set([("a", Type::Int)]),
        _ => Type::function(Type::Any, Type::Int),
    }
}

fn replace(program: &mut Expr, rng: &mut Rng, _: Option<&Expr>) -> bool {
    let number = any(program, rng);
    let known = scope_at(program, number);
    let wanted = match program.nth(number).map(guess) {
        // Mostly of the same type, where it shows.
        Some(of) if of != Type::Any && rng.u32(0..5) > 0 => of,
        _ => some_type(rng),
    };
    let new = generated(&known, &wanted, rng);
    exchange(program, number, |_| new)
}

/// Gives variables that would be free names that are in scope, as far as there are any.
fn settle(expr: &mut Expr, known: &[Known], rng: &mut Rng) {
    each_free(expr, &mut |name| {
        let is_known = known.iter().any(|known| known.name == *name) || is_builtin(name);
        if !is_known && let Some(known) = rng.choice(known) {
            name.clone_from(&known.name);
        }
    });
    // What is still free gets a value.
    let mut free = Vec::new();
    each_free(expr, &mut |name| {
        if !known.iter().any(|known| known.name == *name) && !is_builtin(name) && !free.contains(name) {
            free.push(name.clone());
        }
    });
    if !free.is_empty() {
        let bindings = free.into_iter().map(|name| Binding::new(name, Expr::Integer(rng.u64(0..9)))).collect();
        *expr = Expr::bind(bindings, take(expr));
    }
}

fn is_builtin(name: &str) -> bool {
    static NAMES: LazyLock<HashSet<&'static str>> =
        LazyLock::new(|| nix_evaluator::builtins::names().map(|builtin| builtin.variable).collect());
    name == "__curPos" || NAMES.contains(name)
}

pub fn splice(program: &mut Expr, rng: &mut Rng, other: Option<&Expr>) -> bool {
    let from = other.unwrap_or(program);
    let Some(part) = from.nth(rng.usize(0..from.size())) else { return false };
    let mut part = part.clone();
    let number = any(program, rng);
    let known = scope_at(program, number);
    settle(&mut part, &known, rng);
    exchange(program, number, |_| part)
}

fn hoist(program: &mut Expr, rng: &mut Rng, _: Option<&Expr>) -> bool {
    let Some(number) = any_that(program, rng, |expr| expr.size() > 1) else { return false };
    let known = scope_at(program, number);
    let Some(expr) = program.nth(number) else { return false };
    let Some(inner) = expr.nth(rng.usize(1..expr.size())) else { return false };
    let mut inner = inner.clone();
    settle(&mut inner, &known, rng);
    exchange(program, number, |_| inner)
}

fn swap(program: &mut Expr, rng: &mut Rng, _: Option<&Expr>) -> bool {
    let children = |expr: &Expr| {
        let mut count = 0;
        expr.each_child(&mut |_| count += 1);
        count
    };
    let Some(number) = any_that(program, rng, |expr| children(expr) > 1) else { return false };
    let Some(expr) = program.nth_mut(number) else { return false };
    let mut inside = Vec::new();
    expr.each_child_mut(&mut |child| inside.push(child));
    let first = rng.usize(0..inside.len() - 1);
    let second = rng.usize(first + 1..inside.len());
    let (left, right) = inside.split_at_mut(second);
    std::mem::swap(&mut *left[first], &mut *right[0]);
    true
}

fn bindings_of(expr: &Expr) -> Option<&Vec<Binding>> {
    match expr {
        Expr::Let { bindings, .. } | Expr::LetBody(bindings) | Expr::Attrset { bindings, .. } => Some(bindings),
        _ => None,
    }
}

fn bindings_of_mut(expr: &mut Expr) -> Option<&mut Vec<Binding>> {
    match expr {
        Expr::Let { bindings, .. } | Expr::LetBody(bindings) | Expr::Attrset { bindings, .. } => Some(bindings),
        _ => None,
    }
}

fn move_binding(program: &mut Expr, rng: &mut Rng, _: Option<&Expr>) -> bool {
    let several = |expr: &Expr| bindings_of(expr).is_some_and(|bindings| bindings.len() > 1);
    let Some(number) = any_that(program, rng, several) else { return false };
    let Some(bindings) = program.nth_mut(number).and_then(bindings_of_mut) else { return false };
    let (from, to) = (rng.usize(0..bindings.len()), rng.usize(0..bindings.len()));
    let moved = bindings.remove(from);
    bindings.insert(to, moved);
    from != to
}

fn use_another(program: &mut Expr, rng: &mut Rng, _: Option<&Expr>) -> bool {
    let number = any_that(program, rng, |expr| matches!(expr, Expr::Variable(_) | Expr::Integer(_)));
    let Some(number) = number else { return false };
    let Some(known) = rng.choice(scope_at(program, number)) else { return false };
    exchange(program, number, |_| Expr::Variable(known.name))
}

/// Gives an inner binding the name of an outer one, with what refers to it, so that other uses of the name below mean
/// the inner one from now on.
fn capture(program: &mut Expr, rng: &mut Rng, _: Option<&Expr>) -> bool {
    let binds = |expr: &Expr| match expr {
        Expr::Lambda(lambda) => matches!(lambda.parameter, Parameter::Name(_)),
        Expr::Let { bindings, .. } => !bindings.is_empty(),
        _ => false,
    };
    let Some(number) = any_that(program, rng, binds) else { return false };
    let Some(outer) = rng.choice(scope_at(program, number)) else { return false };
    let Some(expr) = program.nth_mut(number) else { return false };
    let old = match expr {
        Expr::Lambda(Lambda { parameter: Parameter::Name(name), .. }) => std::mem::replace(name, outer.name.clone()),
        Expr::Let { bindings, .. } => {
            let index = rng.usize(0..bindings.len());
            let Binding::Value { path, .. } = &mut bindings[index] else { return false };
            let AttrName::Plain(name) = &mut path[0] else { return false };
            std::mem::replace(name, outer.name.clone())
        }
        _ => return false,
    };
    if old == outer.name {
        return false;
    }
    expr.each_child_mut(&mut |child| {
        each_free(child, &mut |name| {
            if *name == old {
                name.clone_from(&outer.name);
            }
        });
    });
    true
}

/// A set becomes recursive, or something in a binding becomes the name of a neighbour.
fn make_recursive(program: &mut Expr, rng: &mut Rng, _: Option<&Expr>) -> bool {
    let Some(number) = any_that(program, rng, |expr| bindings_of(expr).is_some_and(|it| !it.is_empty())) else {
        return false;
    };
    let Some(expr) = program.nth_mut(number) else { return false };
    if let Expr::Attrset { recursive: recursive @ false, .. } = expr {
        *recursive = true;
        if rng.bool() {
            return true;
        }
    }
    let Some(bindings) = bindings_of_mut(expr) else { return false };
    let names: Vec<String> = bindings
        .iter()
        .filter_map(|binding| match binding {
            Binding::Value { path, .. } => match &path[0] {
                AttrName::Plain(name) if is_identifier(name) => Some(name.clone()),
                _ => None,
            },
            Binding::Inherit(_) => None,
        })
        .collect();
    let Some(name) = rng.choice(names) else { return false };
    let index = rng.usize(0..bindings.len());
    let Binding::Value { value, .. } = &mut bindings[index] else { return false };
    let inner = any(value, rng);
    exchange(value, inner, |_| Expr::Variable(name))
}

/// A name that means nothing in an expression.
fn unused(expr: &Expr, rng: &mut Rng) -> String {
    let names = names_in(expr);
    let start = rng.usize(0..26);
    let letters = (0..26).map(|step| char::from(b'a' + ((start + step) % 26) as u8).to_string());
    let mut free = letters.filter(|name| !names.contains(name));
    free.next().unwrap_or_else(|| "other".to_owned())
}

fn wrap(program: &mut Expr, rng: &mut Rng, _: Option<&Expr>) -> bool {
    let number = any(program, rng);
    let Some(expr) = program.nth(number) else { return false };
    let name = unused(expr, rng);
    let variable = || Expr::variable(name.as_str());
    let set = |bindings| Expr::Attrset { recursive: false, bindings };
    let kind = rng.u32(0..16);
    exchange(program, number, |old| match kind {
        0 => Expr::builtin("tryEval", [old]).select("value"),
        1 => Expr::builtin("tryEval", [old]),
        2 => Expr::bind(vec![Binding::new(&*name, old)], variable()),
        3 => Expr::builtin("seq", [old.clone(), old]),
        4 => Expr::bind(vec![Binding::new(&*name, old)], Expr::builtin("seq", [variable(), variable()])),
        5 => Expr::builtin("deepSeq", [Expr::List(vec![old.clone()]), old]),
        6 => Expr::With { namespace: Node::new(set(vec![Binding::new(&*name, old)])), body: Node::new(variable()) },
        7 => Expr::lambda(&*name, variable()).apply(old),
        8 => Expr::builtin("head", [Expr::List(vec![old])]),
        9 => set(vec![Binding::new(&*name, old)]).select(&*name),
        10 => Expr::Attrset {
            recursive: true,
            bindings: vec![Binding::new(&*name, Expr::variable("inner")), Binding::new("inner", old)],
        }
        .select(&*name),
        11 => Expr::Assert { condition: Node::new(Expr::variable("true")), body: Node::new(old) },
        12 => set(vec![Binding::new("__functor", Expr::lambda("self", Expr::lambda(&*name, old)))])
            .apply(Expr::Integer(1)),
        13 => Expr::List(vec![old]),
        14 => Expr::Select {
            subject: Node::new(set(Vec::new())),
            path: vec![AttrName::Plain(name.clone())],
            default: Some(Node::new(old)),
        },
        _ => Expr::Attrset { recursive: false, bindings: vec![Binding::new(&*name, old)] },
    })
}

fn probe(program: &mut Expr, rng: &mut Rng, _: Option<&Expr>) -> bool {
    let number = any(program, rng);
    let label = Expr::text(format!("m{}", rng.u32(0..1000)));
    exchange(program, number, |old| Expr::builtin("trace", [label, old]))
}

/// What `builtins.trace "…" e` traces.
fn traced(expr: &Expr) -> Option<&Expr> {
    let Expr::Apply(call, body) = expr else { return None };
    let Expr::Apply(function, label) = &**call else { return None };
    let is_probe = **function == Expr::variable("builtins").select("trace") && matches!(**label, Expr::Text(..));
    is_probe.then_some(&**body)
}

fn unprobe(program: &mut Expr, rng: &mut Rng, _: Option<&Expr>) -> bool {
    let Some(number) = any_that(program, rng, |expr| traced(expr).is_some()) else { return false };
    let moves = rng.bool();
    let done = exchange(program, number, |old| traced(&old).cloned().unwrap_or(old));
    if moves {
        probe(program, rng, None);
    }
    done
}

fn literal(program: &mut Expr, rng: &mut Rng, _: Option<&Expr>) -> bool {
    let is_literal = |expr: &Expr| match expr {
        Expr::Integer(_) | Expr::Float(_) => true,
        Expr::Text(_, parts) => super::scope::is_literal(parts),
        Expr::List(elements) => elements.is_empty(),
        Expr::Attrset { bindings, .. } => bindings.is_empty(),
        Expr::Variable(name) => matches!(name.as_str(), "true" | "false" | "null"),
        _ => false,
    };
    let Some(number) = any_that(program, rng, is_literal) else { return false };
    let (kind, small) = (rng.u32(0..6), rng.u64(0..4));
    let other_kind = rng.u32(0..6) == 0;
    exchange(program, number, |old| match (&old, kind) {
        _ if other_kind => match kind {
            0 => Expr::List(Vec::new()),
            1 => Expr::Attrset { recursive: false, bindings: Vec::new() },
            2 => Expr::text(""),
            3 => Expr::variable("null"),
            4 => Expr::Float("0.5".to_owned()),
            _ => Expr::Integer(0),
        },
        (Expr::Variable(name), _) => Expr::variable(if name == "true" { "false" } else { "true" }),
        (Expr::Float(_), 0..=2) => Expr::Float("0.0".to_owned()),
        (Expr::Float(_), _) => Expr::Unary(UnaryOperator::Negate, Node::new(Expr::Float("1.5e300".to_owned()))),
        (Expr::Text(..), 0) => Expr::text(""),
        (Expr::Text(_, parts), 1) => Expr::Text(TextStyle::Indented, parts.clone()),
        (Expr::Text(..), _) => Expr::text(["a", "b", "x", "a\nb"][small as usize]),
        (Expr::List(_), _) => Expr::List(vec![Expr::Integer(small)]),
        (Expr::Attrset { .. }, _) => {
            Expr::Attrset { recursive: false, bindings: vec![Binding::new("a", Expr::Integer(small))] }
        }
        (_, 0) => Expr::Integer(i64::MAX as u64),
        (_, 1) => Expr::integer(-1),
        (_, 2) => Expr::integer(i64::MIN),
        _ => Expr::Integer(small),
    })
}

fn operator(program: &mut Expr, rng: &mut Rng, _: Option<&Expr>) -> bool {
    let Some(number) = any_that(program, rng, |expr| matches!(expr, Expr::Binary(..))) else { return false };
    let alike: [&[BinaryOperator]; 4] = [
        &[BinaryOperator::Add, BinaryOperator::Subtract, BinaryOperator::Multiply, BinaryOperator::Divide],
        &[BinaryOperator::And, BinaryOperator::Or, BinaryOperator::Implies],
        &[
            BinaryOperator::Equal,
            BinaryOperator::NotEqual,
            BinaryOperator::Less,
            BinaryOperator::LessOrEqual,
            BinaryOperator::Greater,
            BinaryOperator::GreaterOrEqual,
        ],
        &BinaryOperator::PLAIN,
    ];
    let anything = rng.u32(0..6) == 0;
    let Some(Expr::Binary(operator, ..)) = program.nth_mut(number) else { return false };
    let old = *operator;
    let row = alike.iter().find(|row| row.contains(&old) && !anything).unwrap_or(&alike[3]);
    *operator = row[rng.usize(0..row.len())];
    *operator != old
}

/// An expression becomes a variable bound around something larger, so that its thunk is captured.
fn share(program: &mut Expr, rng: &mut Rng, _: Option<&Expr>) -> bool {
    let Some(number) = any_that(program, rng, |expr| expr.size() > 2) else { return false };
    let Some(expr) = program.nth(number) else { return false };
    let inner = rng.usize(1..expr.size());
    let Some(shared) = expr.nth(inner) else { return false };
    // What is bound in between would not be in scope.
    let outside = scope_at(program, number).len();
    if scope_at(program, number + inner).len() != outside {
        return false;
    }
    let (name, value) = (unused(expr, rng), shared.clone());
    exchange(program, number, |mut old| {
        exchange(&mut old, inner, |_| Expr::variable(&*name));
        Expr::bind(vec![Binding::new(name, value)], old)
    })
}

/// A formal gets a default that uses another, or loses it; a selection gets or loses its own.
fn default(program: &mut Expr, rng: &mut Rng, _: Option<&Expr>) -> bool {
    let has_place = |expr: &Expr| match expr {
        Expr::Select { .. } => true,
        Expr::Lambda(Lambda { parameter: Parameter::Pattern(pattern), .. }) => !pattern.formals.is_empty(),
        _ => false,
    };
    let Some(number) = any_that(program, rng, has_place) else { return false };
    let known = scope_at(program, number);
    let new = generated(&known, &Type::Int, rng);
    match program.nth_mut(number) {
        Some(Expr::Select { default, .. }) => {
            *default = if default.is_some() { None } else { Some(Node::new(new)) };
            true
        }
        Some(Expr::Lambda(Lambda { parameter: Parameter::Pattern(pattern), .. })) => {
            let count = pattern.formals.len();
            let (index, source) = (rng.usize(0..count), rng.usize(0..count));
            let neighbour = pattern.formals[source].name.clone();
            let Formal { default, .. } = &mut pattern.formals[index];
            *default = match default {
                Some(_) if rng.bool() => None,
                _ if index != source && rng.bool() => Some(Expr::Variable(neighbour)),
                _ => Some(new),
            };
            true
        }
        _ => false,
    }
}

fn double(program: &mut Expr, rng: &mut Rng, _: Option<&Expr>) -> bool {
    let Some(number) = any_that(program, rng, |expr| matches!(expr, Expr::List(elements) if !elements.is_empty()))
    else {
        return false;
    };
    let Some(Expr::List(elements)) = program.nth_mut(number) else { return false };
    let copy = elements[rng.usize(0..elements.len())].clone();
    elements.insert(rng.usize(0..=elements.len()), copy);
    true
}

/// An element, a binding, a formal, or a piece of a string goes.
fn remove(program: &mut Expr, rng: &mut Rng, _: Option<&Expr>) -> bool {
    let has_parts = |expr: &Expr| match expr {
        Expr::List(elements) => !elements.is_empty(),
        Expr::Text(_, parts) => parts.len() > 1,
        Expr::Lambda(Lambda { parameter: Parameter::Pattern(pattern), .. }) => !pattern.formals.is_empty(),
        Expr::Attrset { bindings, .. } => !bindings.is_empty(),
        _ => false,
    };
    let Some(number) = any_that(program, rng, has_parts) else { return false };
    match program.nth_mut(number) {
        Some(Expr::List(elements)) => drop(elements.remove(rng.usize(0..elements.len()))),
        Some(Expr::Text(_, parts)) => {
            parts.remove(rng.usize(0..parts.len()));
            // Literal text is one piece between two others.
            parts.dedup_by(|second, first| match (first, second) {
                (TextPart::Literal(first), TextPart::Literal(second)) => {
                    first.push_str(second);
                    true
                }
                _ => false,
            });
        }
        Some(Expr::Lambda(Lambda { parameter: Parameter::Pattern(pattern), .. })) => {
            let gone = pattern.formals.remove(rng.usize(0..pattern.formals.len())).name;
            let known = scope_at(program, number);
            if let Some(Expr::Lambda(lambda)) = program.nth_mut(number) {
                let replacement = rng.choice(&known).map_or("null", |known| known.name.as_str());
                each_free(&mut lambda.body, &mut |name| {
                    if *name == gone {
                        replacement.clone_into(name);
                    }
                });
            }
        }
        Some(Expr::Attrset { bindings, .. }) => drop(bindings.remove(rng.usize(0..bindings.len()))),
        _ => return false,
    }
    true
}
