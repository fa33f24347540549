//! What is the same object: functions and NaN in lists and sets that are compared with themselves, derivations that are
//! compared by their paths, and values that are passed on by functions and builtins.

use super::{call, function, let_in, list, set, text, var};
use crate::{
    generate::Generator,
    program::{BinaryOperator as Operator, Expr, Node},
};

/// Something that is not equal to itself, unless it is the same object.
fn incomparable(g: &mut Generator<'_, '_>) -> Expr {
    match g.below(6) {
        0..=2 => Expr::lambda("x", var("x")),
        3 => call("add", [Expr::Integer(1)]),
        4 => var("builtins").select(g.pick(&["map", "add", "toString"])),
        _ => {
            let infinite =
                Expr::binary(Operator::Multiply, Expr::Float("1.0e300".to_owned()), Expr::Float("1.0e300".to_owned()));
            let_in([("h", infinite)], Expr::binary(Operator::Subtract, var("h"), var("h")))
        }
    }
}

/// One of the objects that are bound: `f`, `l` and `s` hold it, `t` is a delayed call that gives it.
fn object(g: &mut Generator<'_, '_>, depth: u32) -> Expr {
    match g.below(if depth > 0 { 14 } else { 6 }) {
        0 | 1 => var("f"),
        2 => var("l"),
        3 => var("s"),
        4 => var("t"),
        5 => Expr::Integer(g.below(2) as u64),
        6..=8 => {
            let count = 1 + g.below(2);
            list((0..count).map(|_| object(g, depth - 1)))
        }
        9 => set([("f", object(g, depth - 1))]),
        10 => call("head", [list([object(g, depth - 1)])]),
        11 => {
            let (name, passed) = (g.pick(&["id", "const"]), object(g, depth - 1));
            let call = var(name).apply(passed);
            if name == "const" { call.apply(Expr::Integer(0)) } else { call }
        }
        12 => {
            // What a fold is given, or has made, comes out as it went in.
            let kept = object(g, depth - 1);
            let body = Expr::If {
                condition: Node::new(Expr::binary(Operator::Equal, var("x"), Expr::Integer(g.below(3) as u64))),
                consequence: Node::new(kept),
                alternative: Node::new(if g.chance(128) { var("acc") } else { Expr::lambda("q", list([var("acc")])) }),
            };
            call(
                "foldl'",
                [function(&["acc", "x"], body), var("f"), list((0..1 + g.below(3) as u64).map(Expr::Integer))],
            )
        }
        _ => {
            let first = object(g, depth - 1);
            call("seq", [first, object(g, depth - 1)])
        }
    }
}

fn comparison(g: &mut Generator<'_, '_>) -> Expr {
    let depth = 1 + g.below(2) as u32;
    let left = object(g, depth);
    let right = if g.chance(120) { left.clone() } else { object(g, depth) };
    match g.below(11) {
        10 => {
            // A list with the object itself, among others.
            let name = g.pick(&["f", "f", "t", "l", "s"]);
            let count = g.below(3);
            let mut among: Vec<Expr> = (0..count).map(|_| object(g, 0)).collect();
            among.insert(g.below(count + 1), var(name));
            call("elem", [var(name), list(among)])
        }
        0..=3 => Expr::binary(Operator::Equal, left, right),
        4 => Expr::binary(Operator::NotEqual, list([left]), list([right])),
        5..=7 => {
            let others = list([right, object(g, 1)]);
            call("elem", [left, others])
        }
        8 => Expr::binary(Operator::Equal, set([("a", left)]), set([("a", right)])),
        _ => call("elem", [left, if g.chance(128) { var("l") } else { list([right]) }]),
    }
}

/// What a fold has passed on twice, compared.
fn folded(g: &mut Generator<'_, '_>) -> Expr {
    let kept = Expr::If {
        condition: Node::new(Expr::binary(Operator::Equal, var("x"), Expr::Integer(1))),
        consequence: Node::new(if g.chance(200) { var("f") } else { var("acc") }),
        alternative: Node::new(Expr::lambda("q", list([var("acc")]))),
    };
    let initial = if g.chance(128) { var("null") } else { var("f") };
    let numbers = list([1, 2].map(Expr::Integer));
    let fold = Expr::lambda("n", call("foldl'", [function(&["acc", "x"], kept), initial, numbers]));
    let result = |number| var("k").apply(Expr::Integer(number)).apply(Expr::Integer(0));
    let compared = match g.below(3) {
        0 => call("elem", [result(1), list([result(2)])]),
        1 => Expr::binary(Operator::NotEqual, result(1), result(2)),
        _ => Expr::binary(Operator::Equal, result(1), result(2)),
    };
    let f = incomparable(g);
    let_in([("f", f), ("k", fold)], compared)
}

/// Sets that say that they are derivations.
fn derivations(g: &mut Generator<'_, '_>) -> Expr {
    let made = |g: &mut Generator<'_, '_>| {
        let mut bindings = vec![("type", text(g.pick(&["derivation", "derivation", "derivation", "other"])))];
        if g.chance(230) {
            let path = text(g.pick(&["/a", "/a", "/b"]));
            bindings.push(("outPath", g.maybe_traced(path)));
        }
        bindings.push(("x", if g.chance(60) { Expr::lambda("x", var("x")) } else { g.number_in(0..3) }));
        let order = g.order(bindings.len());
        set(order.into_iter().map(|index| bindings[index].clone()))
    };
    let (one, other) = (made(g), made(g));
    match g.below(3) {
        0 => call("elem", [one, list([other])]),
        1 => Expr::binary(Operator::Equal, list([one]), list([other])),
        _ => Expr::binary(Operator::Equal, one, other),
    }
}

pub(super) fn make(g: &mut Generator<'_, '_>) -> Expr {
    match g.below(12) {
        0 | 1 => return derivations(g),
        2 => return folded(g),
        _ => {}
    }
    let count = 2 + g.below(4);
    let mut body = list((0..count).map(|_| comparison(g)));
    if g.chance(128) {
        // What is evaluated already is in other slots than what is not.
        body = call("seq", [var(g.pick(&["f", "l", "t"])), body]);
    }
    if g.chance(70) {
        body = call("deepSeq", [var(g.pick(&["l", "s"])), body]);
    }
    let delayed = call("head", [call("map", [var("id"), list([var("f")])])]);
    let nested = if g.chance(128) { list([var("f")]) } else { list([Expr::Integer(1), var("f"), list([var("f")])]) };
    let f = incomparable(g);
    let_in(
        [
            ("f", f),
            ("id", Expr::lambda("x", var("x"))),
            ("const", function(&["x", "y"], var("x"))),
            ("l", nested),
            ("s", set([("f", var("f")), ("l", var("l"))])),
            ("t", delayed),
        ],
        body,
    )
}

/// What needs itself, or compares what throws.
pub(super) fn failure(g: &mut Generator<'_, '_>) -> Expr {
    let thrown = call("throw", [text("t")]);
    match g.below(5) {
        0 => let_in([("x", Expr::binary(Operator::Add, var("x"), Expr::Integer(1)))], var("x")),
        1 => let_in([("x", set([("a", var("x").select("a"))]))], list([var("x").select("a")])),
        2 => let_in(
            [("x", Expr::binary(Operator::Update, var("x"), set([("a", Expr::Integer(1))])))],
            var("x").select("a"),
        ),
        3 => {
            let ones = list([Expr::Integer(g.below(2) as u64), thrown]);
            Expr::binary(Operator::Equal, ones, list([Expr::Integer(0), Expr::Integer(1)]))
        }
        _ => {
            // A thunk that waits for one that waits for it.
            let (a, b) =
                (call("map", [Expr::lambda("q", var("b")), list([Expr::Integer(1)])]), call("head", [var("a")]));
            let_in([("a", a), ("b", Expr::binary(Operator::Add, b, Expr::Integer(g.below(3) as u64)))], var("b"))
        }
    }
}
