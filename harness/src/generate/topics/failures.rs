//! Failures and their traces: something fails within calls, operands, conditions, attributes, elements and builtins that
//! each have their line, or is caught and raised again.

use super::{call, function, functor, let_in, list, set, text, var};
use crate::{
    generate::Generator,
    program::{AttrName, BinaryOperator as Operator, Binding, Expr, Node, TextPart, TextStyle},
};

/// Where it all begins.
fn origin(g: &mut Generator<'_, '_>) -> Expr {
    match g.below(12) {
        0..=4 => call("throw", [text("t")]),
        5 => call("abort", [text("a")]),
        6 => Expr::Assert { condition: Node::new(var("false")), body: Node::new(Expr::Integer(1)) },
        7 => call("length", [Expr::Integer(1)]),
        8 => Expr::binary(Operator::Add, Expr::Integer(1), text("a")),
        9 => set([]).select("missing"),
        10 => call("head", [list([])]),
        _ => Expr::Integer(1).apply(Expr::Integer(2)),
    }
}

/// One more thing that waits for what fails.
fn around(g: &mut Generator<'_, '_>, inner: Expr) -> Expr {
    let one = || Expr::Integer(1);
    match g.below(30) {
        0 => Expr::If { condition: Node::new(inner), consequence: Node::new(one()), alternative: Node::new(one()) },
        1 => Expr::Assert { condition: Node::new(inner), body: Node::new(one()) },
        2 => Expr::binary(g.pick(&Operator::PLAIN), inner, one()),
        3 => Expr::binary(g.pick(&[Operator::Add, Operator::Equal, Operator::Less, Operator::Update]), one(), inner),
        4 => set([("a", inner)]).select("a"),
        5 => let_in([("s", set([("a", inner)]))], var("s").select("a")),
        6 => Expr::lambda("x", var("x")).apply(inner),
        7 => let_in([("f", function(&["x"], call("seq", [var("x"), one()])))], var("f").apply(inner)),
        8 => functor(Expr::lambda("x", inner)).apply(one()),
        9 => Expr::Text(TextStyle::Quoted, vec![TextPart::Literal("x".to_owned()), TextPart::Interpolation(inner)]),
        10 => Expr::With { namespace: Node::new(inner), body: Node::new(var("unbound")) },
        11 => {
            let told = text(g.pick(&["told", "same", "while so"]));
            call("addErrorContext", [told, inner])
        }
        12 => call("deepSeq", [set([("a", inner), ("b", one())]), one()]),
        13 => call("deepSeq", [list([one(), inner]), one()]),
        14 => call(
            g.pick(&["length", "head", "attrNames", "toString", "stringLength", "isInt", "functionArgs", "toJSON"]),
            [inner],
        ),
        15 => call("elemAt", [list([inner]), Expr::Integer(0)]),
        16 => call("head", [call("map", [Expr::lambda("x", inner), list([one()])])]),
        17 => call("foldl'", [function(&["a", "b"], inner), one(), list([one()])]),
        18 => call("sort", [function(&["a", "b"], inner), list([one(), Expr::Integer(2)])]),
        19 => call(
            g.pick(&["filter", "any", "concatMap", "groupBy", "partition"]),
            [Expr::lambda("x", inner), list([one()])],
        ),
        20 => call("seq", [inner, one()]),
        21 => Expr::Select {
            subject: Node::new(set([("a", one())])),
            path: vec![AttrName::Computed(inner)],
            default: None,
        },
        22 => Expr::Select {
            subject: Node::new(inner),
            path: ["a", "b"].map(|name| AttrName::Plain(name.to_owned())).into(),
            default: None,
        },
        23 => Expr::bind(
            vec![Binding::Inherit(crate::program::Inherited {
                from: Some(Node::new(set([("y", inner)]))),
                names: vec!["y".to_owned()],
            })],
            var("y"),
        ),
        24 => call("getAttr", [text("a"), set([("a", inner)])]),
        25 => call("concatStringsSep", [text(","), list([text("a"), inner])]),
        26 => set([("__toString", Expr::lambda("self", inner))]),
        27 => call("mapAttrs", [function(&["n", "v"], inner), set([("a", one())])]).select("a"),
        28 => call(
            "genericClosure",
            [set([
                ("startSet", list([set([("key", inner)]), set([("key", one())])])),
                ("operator", Expr::lambda("x", list([]))),
            ])],
        ),
        _ => Expr::Lambda(crate::program::Lambda {
            parameter: crate::program::Parameter::Pattern(crate::program::Pattern {
                formals: vec![crate::program::Formal { name: "a".to_owned(), default: Some(inner) }],
                ellipsis: false,
                at: None,
            }),
            body: Node::new(var("a")),
        })
        .apply(set([])),
    }
}

fn failing(g: &mut Generator<'_, '_>) -> Expr {
    let mut made = origin(g);
    let depth = match g.below(4) {
        0 => g.below(3),
        1 | 2 => 2 + g.below(4),
        _ => 5 + g.below(9),
    };
    for _ in 0..depth {
        made = around(g, made);
    }
    made
}

/// A chain of bindings, each of which asks the one before: what is far from the end has lines of its own.
fn chain(g: &mut Generator<'_, '_>) -> Expr {
    let names = ["a", "b", "c", "d", "e"];
    let count = 2 + g.below(4);
    let mut bindings = vec![(names[0], origin(g))];
    for index in 1..count {
        let before = var(names[index - 1]);
        bindings.push((names[index], around(g, before)));
    }
    let last = var(names[count - 1]);
    let order = g.order(count);
    let bindings = order.into_iter().map(|index| bindings[index].clone());
    let_in(bindings.collect::<Vec<_>>(), if g.chance(128) { list([last]) } else { last })
}

/// A function that calls itself a few times before it fails: frames that are alike follow each other, and are left out where
/// they are many.
fn repeated(g: &mut Generator<'_, '_>) -> Expr {
    let again = var("f").apply(Expr::binary(Operator::Subtract, var("n"), Expr::Integer(1)));
    let again = match g.below(4) {
        0 | 1 => call("addErrorContext", [text("same"), again]),
        2 => again,
        _ => around(g, again),
    };
    let body = Expr::If {
        condition: Node::new(Expr::binary(Operator::Equal, var("n"), Expr::Integer(0))),
        consequence: Node::new(origin(g)),
        alternative: Node::new(again),
    };
    let start = g.number_in(4..10);
    let called = var("f").apply(start);
    let called = if g.chance(60) { around(g, called) } else { called };
    let_in([("f", Expr::lambda("n", body))], called)
}

/// Something that fails and is caught, with what is said about it on the way, and then raised again.
fn raised_again(g: &mut Generator<'_, '_>) -> Expr {
    let thrown = match g.below(4) {
        0 => call("throw", [text("t")]),
        1 => call("head", [call("map", [Expr::lambda("q", call("throw", [text("t")])), list([Expr::Integer(1)])])]),
        2 => call("seq", [Expr::Integer(1), call("throw", [text("t")])]),
        _ => Expr::Assert { condition: Node::new(var("false")), body: Node::new(Expr::Integer(1)) },
    };
    let mut parts = Vec::new();
    for index in 0..1 + g.below(3) {
        let told = match g.below(4) {
            0 => var("x"),
            1 => Expr::binary(Operator::Add, Expr::Integer(1), var("x")),
            2 => call("length", [var("x")]),
            _ => call("addErrorContext", [text(format!("told {index}")), var("x")]),
        };
        parts.push(call("tryEval", [told]).select("success"));
    }
    let last = if g.chance(200) { around(g, var("x")) } else { call("tryEval", [origin(g)]) };
    // Each is evaluated before the next.
    let body = parts.into_iter().rev().fold(last, |rest, part| call("seq", [part, rest]));
    let_in([("x", g.maybe_traced(thrown))], body)
}

/// Something that throws, caught several times.
pub(super) fn caught(g: &mut Generator<'_, '_>) -> Expr {
    let mut thrown = call("throw", [text("t")]);
    for _ in 0..g.below(3) {
        thrown = match g.below(5) {
            0 => Expr::binary(Operator::Add, Expr::Integer(1), thrown),
            1 => call("seq", [thrown, Expr::Integer(1)]),
            2 => call("addErrorContext", [text("told"), thrown]),
            3 => set([("a", thrown)]).select("a"),
            _ => call("head", [call("map", [Expr::lambda("q", thrown), list([Expr::Integer(1)])])]),
        };
    }
    let tried = || call("tryEval", [var("x")]);
    let sum = Expr::If {
        condition: Node::new(tried().select("success")),
        consequence: Node::new(Expr::Integer(1)),
        alternative: Node::new(Expr::Integer(2)),
    };
    let more = Expr::binary(Operator::Add, call("add", [Expr::Integer(1), Expr::Integer(1)]), sum);
    let_in([("x", g.maybe_traced(thrown))], list([tried(), more, tried().select("value")]))
}

pub(super) fn failure(g: &mut Generator<'_, '_>) -> Expr {
    match g.below(7) {
        0 | 1 => failing(g),
        2 => {
            let inner = failing(g);
            call("deepSeq", [list([set([("x", list([set([("y", inner)])]))])]), Expr::Integer(1)])
        }
        3 => raised_again(g),
        4 | 5 => repeated(g),
        _ => chain(g),
    }
}
