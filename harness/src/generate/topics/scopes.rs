//! Scopes within scopes, and functions that capture many variables: more, and deeper, than `dense` makes them.

use super::{call, list, set, var};
use crate::{
    generate::Generator,
    program::{Binding, Expr, Inherited, Node},
};

const NAMES: [&str; 24] = [
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w",
    "x",
];

fn inherit(names: &[&str]) -> Binding {
    Binding::Inherit(Inherited { from: None, names: names.iter().map(|name| (*name).to_owned()).collect() })
}

fn inherit_from(from: Expr, names: &[&str]) -> Binding {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    Binding::Inherit(Inherited { from: Some(Node::new(from)), names })
}

/// Brings one name into scope around an expression, in any way.
fn around(g: &mut Generator<'_, '_>, name: &str, value: Expr, body: Expr) -> Expr {
    match g.below(8) {
        0..=2 => Expr::bind(vec![Binding::new(name, value)], body),
        3 | 4 => Expr::lambda(name, body).apply(value),
        5 => Expr::With { namespace: Node::new(set([(name, value)])), body: Node::new(body) },
        6 => Expr::bind(vec![inherit_from(set([(name, value)]), &[name])], body),
        _ => Expr::Attrset { recursive: true, bindings: vec![Binding::new(name, value), Binding::new("out", body)] }
            .select("out"),
    }
}

/// Some names, in any order, now and then twice.
fn uses(g: &mut Generator<'_, '_>, names: &[&str]) -> Expr {
    let mut order = g.order(names.len());
    for _ in 0..g.below(5) {
        order.push(g.below(names.len()));
    }
    list(order.into_iter().map(|index| var(names[index])))
}

/// A function that is called later, or a thunk, around what captures.
fn delayed(g: &mut Generator<'_, '_>, body: Expr) -> Expr {
    match g.below(4) {
        0 => list([body]),
        1 => call("head", [list([body])]),
        _ => call("map", [Expr::lambda("_", body), list([Expr::Integer(0)])]),
    }
}

/// Functions of many arguments, inside of which something captures them.
fn many(g: &mut Generator<'_, '_>) -> Expr {
    let count = [4, 6, 9, 17, 18, 20, 24][g.below(7)];
    let names = &NAMES[..count];
    let mut body = uses(g, names);
    for _ in 0..1 + g.below(3) {
        body = delayed(g, body);
    }
    let outer = g.below(count);
    // All at once, or some of them around a function of the rest.
    let function = |names: &[&str], body: Expr| names.iter().rev().fold(body, |body, name| Expr::lambda(*name, body));
    let inner = function(&names[outer..], body);
    let inner = if g.chance(128) { call("head", [list([inner])]) } else { inner };
    let whole = function(&names[..outer], inner);
    (0..count).fold(whole, |call, index| call.apply(Expr::Integer(index as u64 + 1)))
}

/// What takes names from the scopes around it, by the same names.
fn inheriting(g: &mut Generator<'_, '_>, names: &[&str]) -> Expr {
    let name = g.pick(names);
    let other = g.pick(names);
    let own = |value: Expr| Binding::new("own", value);
    match g.below(6) {
        0 | 1 => {
            Expr::Attrset { recursive: true, bindings: vec![inherit(&[name]), own(list([var(name), var(other)]))] }
        }
        2 => Expr::bind(vec![inherit(&[name]), own(var(name))], list([var("own"), var(name), var(other)])),
        3 => {
            Expr::Attrset { recursive: false, bindings: vec![inherit(if name == other { &names[..1] } else { names })] }
        }
        4 => {
            let from = set([(name, list([var(name), var(other)]))]);
            Expr::Attrset { recursive: true, bindings: vec![inherit_from(from, &[name]), own(var(name))] }
        }
        _ => {
            let inner = Expr::Attrset { recursive: true, bindings: vec![inherit(&[name]), own(var(name))] };
            set([("r", inner), ("l", list([var(name)]))])
        }
    }
}

/// Scopes of one name each, within each other.
fn deep(g: &mut Generator<'_, '_>) -> Expr {
    let count = 3 + g.below(6);
    let names = &NAMES[..count];
    let mut made = if g.chance(170) { inheriting(g, names) } else { uses(g, names) };
    if g.chance(80) {
        made = delayed(g, made);
    }
    for index in (0..count).rev() {
        // A value may need those around it.
        let value = match g.below(3) {
            0 if index > 0 => {
                Expr::binary(crate::program::BinaryOperator::Add, var(names[g.below(index)]), Expr::Integer(10))
            }
            _ => Expr::Integer(index as u64 + 1),
        };
        made = around(g, names[index], value, made);
    }
    made
}

pub(super) fn make(g: &mut Generator<'_, '_>) -> Expr {
    if g.chance(128) { many(g) } else { deep(g) }
}

/// A name that is not in scope where it is used, or needs itself.
pub(super) fn failure(g: &mut Generator<'_, '_>) -> Expr {
    let count = 3 + g.below(3);
    let names = &NAMES[..count];
    let mut made = match g.below(4) {
        0 => Expr::bind(vec![Binding::new(names[0], var(names[0]))], var(names[0])),
        1 => Expr::With { namespace: Node::new(set([])), body: Node::new(var("nowhere")) },
        2 => Expr::Attrset {
            recursive: true,
            bindings: vec![
                Binding::new("own", var("other")),
                Binding::new("other", list([var("own")]).apply(Expr::Integer(1))),
            ],
        }
        .select("own"),
        _ => var("nowhere"),
    };
    for index in (0..count).rev() {
        made = around(g, names[index], Expr::Integer(index as u64), made);
    }
    made
}
