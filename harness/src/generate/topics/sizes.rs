//! Sizes that other programs do not reach: lists of thousands that grow by concatenation, calls and values hundreds
//! deep, builtins that call a function more often than calls may be deep.

use super::{call, function, functor, generated, let_in, list, set, text, var};
use crate::{
    generate::Generator,
    program::{BinaryOperator as Operator, Expr, Node},
};

/// More than calls may be deep.
const MANY: u64 = 10_400;

fn plus(left: Expr, right: Expr) -> Expr {
    Expr::binary(Operator::Add, left, right)
}

fn append(to: Expr, element: u64) -> Expr {
    Expr::binary(Operator::Concatenate, to, list([Expr::Integer(element)]))
}

/// Lists that grow from the same beginning, which share what they have in common.
fn grown(g: &mut Generator<'_, '_>) -> Expr {
    let count = 60 + g.below(12) as u64;
    let mut bindings = vec![("a".to_owned(), append(generated(var("i"), count), 1000))];
    for index in 1..3 + g.below(4) {
        let from = if g.chance(170) { index - 1 } else { g.below(index) };
        let from = var(&bindings[from].0);
        let grown = if g.chance(30) {
            Expr::binary(Operator::Concatenate, from, list([]))
        } else {
            append(from, 1000 + index as u64)
        };
        bindings.push((["a", "b", "c", "d", "e", "f", "g"][index].to_owned(), grown));
    }
    let order = g.order(bindings.len());
    let ends = order.iter().map(|index| {
        let of = || var(&bindings[*index].0);
        let last = |back: u64| {
            let at = Expr::binary(Operator::Subtract, call("length", [of()]), Expr::Integer(back));
            call("elemAt", [of(), at])
        };
        list([last(1), last(2), last(3)])
    });
    let body = list(ends.collect::<Vec<_>>());
    let_in(bindings.iter().map(|(name, value)| (name.as_str(), value.clone())), body)
}

/// Strings that grow so.
fn grown_texts(g: &mut Generator<'_, '_>) -> Expr {
    let count = 20 + g.below(80) as u64;
    let step = plus(var("acc"), call("toString", [var("x")]));
    let folded = call("foldl'", [function(&["acc", "x"], step), text(""), generated(var("i"), count)]);
    let (one, other) = (plus(var("a"), text("one")), plus(var("a"), text("other")));
    let tails = ["b", "c"].map(|name| call("substring", [Expr::Integer(count), Expr::integer(-1), var(name)]));
    let_in([("a", folded), ("b", one), ("c", other)], list(tails))
}

/// A function that calls itself so often, and what it comes to.
fn recursion(g: &mut Generator<'_, '_>, depth: u64) -> Expr {
    let less = Expr::binary(Operator::Subtract, var("n"), Expr::Integer(1));
    let again = var("f").apply(less);
    let step = match g.below(4) {
        0 => plus(Expr::Integer(1), again),
        1 => list([again]),
        2 => call("head", [list([again])]),
        _ => set([("a", again)]).select("a"),
    };
    let end = Expr::binary(Operator::Equal, var("n"), Expr::Integer(0));
    let body =
        Expr::If { condition: Node::new(end), consequence: Node::new(Expr::Integer(0)), alternative: Node::new(step) };
    let_in([("f", Expr::lambda("n", body))], var("f").apply(Expr::Integer(depth)))
}

/// A builtin that calls or catches more often than calls may be deep: it is not deeper for that.
fn often(g: &mut Generator<'_, '_>) -> Expr {
    let many = || generated(var("i"), MANY);
    let pass = |g: &mut Generator<'_, '_>, body: Expr| {
        let made = Expr::lambda("x", body);
        if g.chance(190) { functor(made) } else { made }
    };
    match g.below(9) {
        0 => call("all", [pass(g, var("true")), many()]),
        1 => call("any", [pass(g, var("false")), many()]),
        2 => call("length", [call("filter", [pass(g, var("true")), many()])]),
        3..=5 => {
            let failed = generated(call("throw", [text("t")]), MANY);
            let caught = call("map", [var("builtins").select("tryEval"), failed]);
            let all = call("partition", [pass(g, var("x").select("success")), caught]);
            call("length", [all.select("wrong")])
        }
        6 => call("foldl'", [function(&["a", "b"], plus(var("a"), var("b"))), Expr::Integer(0), many()]),
        7 => call("length", [call("concatMap", [pass(g, list([var("x")])), many()])]),
        _ => call("length", [call("deepSeq", [many(), call("map", [pass(g, var("x")), many()])])]),
    }
}

/// A walk through a value that is nested deeper than calls may be: releases differ in which walks count as calls.
fn deep_value(g: &mut Generator<'_, '_>) -> Expr {
    let nested = |g: &mut Generator<'_, '_>| {
        let around = if g.chance(192) { list([var("a")]) } else { set([("a", var("a"))]) };
        let end = if g.chance(128) { list([]) } else { Expr::Integer(0) };
        call("foldl'", [function(&["a", "b"], around), end, generated(var("i"), MANY)])
    };
    match g.below(7) {
        0 => call("deepSeq", [nested(g), Expr::Integer(1)]),
        1 => call("stringLength", [call("toJSON", [nested(g)])]),
        2 => call("stringLength", [call("toXML", [nested(g)])]),
        3 => call("stringLength", [call("toString", [nested(g)])]),
        kind @ (4 | 5) => {
            let operator = if kind == 4 { Operator::Equal } else { Operator::Less };
            let made = |number| var("f").apply(Expr::Integer(number));
            let compared = Expr::binary(operator, made(1), made(2));
            let_in([("f", Expr::lambda("n", nested(g)))], compared)
        }
        _ => nested(g),
    }
}

pub(super) fn make(g: &mut Generator<'_, '_>) -> Expr {
    match g.below(20) {
        0..=6 => grown(g),
        7 | 8 => grown_texts(g),
        9..=11 => {
            let depth = 50 + g.below(300) as u64;
            recursion(g, depth)
        }
        12 => {
            let count = 2 + g.below(7);
            let lists = list((0..count).map(|index| list((0..index as u64 % 3).map(Expr::Integer))));
            call("concatLists", [lists])
        }
        13 => {
            let count = 100 + g.below(200) as u64;
            let step = Expr::binary(
                Operator::Update,
                var("acc"),
                call("listToAttrs", [list([set([("name", call("toString", [var("x")])), ("value", var("x"))])])]),
            );
            let folded = call("foldl'", [function(&["acc", "x"], step), set([]), generated(var("i"), count)]);
            call("length", [call("attrNames", [folded])])
        }
        14 => {
            let count = 65 + g.below(100) as u64;
            call(
                "elemAt",
                [
                    call(
                        "sort",
                        [
                            var("builtins").select("lessThan"),
                            generated(Expr::binary(Operator::Subtract, Expr::Integer(0), var("i")), count),
                        ],
                    ),
                    g.number_in(0..60),
                ],
            )
        }
        15 => call("toString", [nested_lists(g)]),
        16 => call(
            "concatLists",
            [{
                let count = 3 + g.below(4) as u64;
                list((0..count).map(|index| list([Expr::Integer(index)])))
            }],
        ),
        _ => often(g),
    }
}

/// Lists in lists, empty ones among them.
fn nested_lists(g: &mut Generator<'_, '_>) -> Expr {
    let count = 1 + g.below(4);
    list((0..count).map(|_| match g.below(4) {
        0 => list([]),
        1 => list([list([]), Expr::Integer(1)]),
        2 => text(g.pick(&["", "a"])),
        _ => Expr::Integer(1),
    }))
}

/// Too deep, or a trace of many lines that are alike.
pub(super) fn failure(g: &mut Generator<'_, '_>) -> Expr {
    let count = 3 + g.below(8) as u64;
    let less = Expr::binary(Operator::Subtract, var("n"), Expr::Integer(1));
    let end = Expr::binary(Operator::Equal, var("n"), Expr::Integer(0));
    let again = var("f").apply(less);
    let step = match g.below(12) {
        0 if g.chance(64) => return recursion(g, MANY),
        0 | 1 => return deep_value(g),
        2..=4 => call("addErrorContext", [text(g.pick(&["same", "told"])), again]),
        5 => call("addErrorContext", [plus(text("at "), call("toString", [var("n")])), again]),
        6 => plus(Expr::Integer(1), again),
        7 => call(
            "head",
            [call("map", [var("f"), list([Expr::binary(Operator::Subtract, var("n"), Expr::Integer(1))])])],
        ),
        8 => set([("a", again)]).select("a"),
        9 => call("foldl'", [function(&["x", "y"], again), Expr::Integer(0), list([Expr::Integer(1)])]),
        10 => call("deepSeq", [list([set([("a", again)])]), Expr::Integer(1)]),
        _ => Expr::Assert {
            condition: Node::new(Expr::binary(Operator::Less, again, Expr::Integer(1))),
            body: Node::new(Expr::Integer(0)),
        },
    };
    let thrown = call("throw", [text("t")]);
    let body = Expr::If { condition: Node::new(end), consequence: Node::new(thrown), alternative: Node::new(step) };
    let_in([("f", Expr::lambda("n", body))], var("f").apply(Expr::Integer(count)))
}
