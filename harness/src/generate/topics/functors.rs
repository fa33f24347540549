//! Functors, partial applications and functions of functions under every builtin that calls, and sets that convert
//! themselves in more than one way.

use super::{call, function, functor, let_in, list, set, text, var};
use crate::{
    generate::Generator,
    program::{BinaryOperator as Operator, Expr, Node, TextPart, TextStyle},
};

/// The function of `parameters`, as something else that can be called like it.
fn callable(g: &mut Generator<'_, '_>, parameters: &[&str], body: Expr) -> Expr {
    let body = g.maybe_traced(body);
    match g.below(7) {
        0 => function(parameters, body),
        1 | 2 => functor(function(parameters, body)),
        // A functor that gives a functor.
        3 => {
            let (first, rest) = parameters.split_at(1);
            let inner = if rest.is_empty() { body } else { functor(function(rest, body)) };
            functor(function(first, inner))
        }
        // A functor whose function is a functor.
        4 => set([("__functor", functor(function(&["self2"], function(parameters, body))))]),
        // What the functor knows of itself.
        5 => {
            let shown = call("seq", [var("self").select("own"), body]);
            let own = g.traced(Expr::Integer(1));
            set([("own", own), ("__functor", Expr::lambda("self", function(parameters, shown)))])
        }
        // The last argument that is missing.
        _ => function(&["given"], function(parameters, body)).apply(text("given")),
    }
}

fn numbers(g: &mut Generator<'_, '_>) -> Expr {
    let count = 1 + g.below(4);
    list((0..count).map(|_| {
        let number = g.number_in(0..5);
        if g.chance(60) { g.traced(number) } else { number }
    }))
}

fn converting(g: &mut Generator<'_, '_>) -> Expr {
    let mut bindings = Vec::new();
    if g.chance(200) {
        let shown = text(g.pick(&["s", "t"]));
        bindings.push(("__toString", callable(g, &["self"], shown)));
    }
    if bindings.is_empty() || g.chance(150) {
        let path = text("/o");
        bindings.push(("outPath", g.maybe_traced(path)));
    }
    if g.chance(40) {
        bindings.push(("name", text("n")));
    }
    let order = g.order(bindings.len());
    set(order.into_iter().map(|index| bindings[index].clone()))
}

fn conversion(g: &mut Generator<'_, '_>) -> Expr {
    let of = converting(g);
    match g.below(7) {
        0 | 1 => call("toString", [of]),
        2 => Expr::Text(TextStyle::Quoted, vec![TextPart::Interpolation(of)]),
        3 => call("toJSON", [of]),
        4 => call("concatStringsSep", [text(","), list([of, text("x")])]),
        5 => Expr::binary(Operator::Add, text("x"), of),
        _ => call("toString", [list([of, list([]), Expr::Integer(1)])]),
    }
}

/// A call with all arguments at once, of a function that takes fewer.
fn with_more(g: &mut Generator<'_, '_>) -> Expr {
    let shown = list([var("a"), var("b"), var("c"), var("d")]);
    let names = ["a", "b", "c", "d"];
    let at = 1 + g.below(3);
    let rest = callable(g, &names[at..], shown);
    let rest = match g.chance(128) {
        true => Expr::If {
            condition: Node::new(var("a")),
            consequence: Node::new(rest),
            alternative: Node::new(var("null")),
        },
        false => rest,
    };
    let first = callable(g, &names[..at], rest);
    let (first, kept) =
        if g.chance(90) { (var("k"), Some(first.apply(var("true")))) } else { (first.apply(var("true")), None) };
    let called = (1..4).fold(first, |call, index| {
        let argument = Expr::Integer(index);
        let argument = g.maybe_traced(argument);
        call.apply(argument)
    });
    match kept {
        Some(kept) => let_in([("k", kept)], list([called.clone(), called])),
        None => called,
    }
}

pub(super) fn make(g: &mut Generator<'_, '_>) -> Expr {
    let x = || var("x");
    let small = |g: &mut Generator<'_, '_>| {
        let limit = g.number_in(0..5);
        Expr::binary(Operator::Less, x(), limit)
    };
    match g.below(20) {
        0 => call("map", [callable(g, &["x"], list([x()])), numbers(g)]),
        1 => {
            let body = small(g);
            call(g.pick(&["any", "all"]), [callable(g, &["x"], body), numbers(g)])
        }
        2 => {
            let body = small(g);
            call(g.pick(&["filter", "partition"]), [callable(g, &["x"], body), numbers(g)])
        }
        3 => call("concatMap", [callable(g, &["x"], list([x(), x()])), numbers(g)]),
        4 => call("genList", [callable(g, &["x"], list([x()])), Expr::Integer(3)]),
        5 => call("groupBy", [callable(g, &["x"], call("toString", [x()])), numbers(g)]),
        6 => call(
            "foldl'",
            [callable(g, &["a", "x"], Expr::binary(Operator::Subtract, x(), var("a"))), Expr::Integer(0), numbers(g)],
        ),
        7 => call("sort", [callable(g, &["x", "y"], Expr::binary(Operator::Less, x(), var("y"))), numbers(g)]),
        8 => {
            let of = set([("b", Expr::Integer(1)), ("a", Expr::Integer(2))]);
            call("mapAttrs", [callable(g, &["n", "v"], list([var("n"), var("v")])), of])
        }
        9 => {
            let sets = list([set([("b", Expr::Integer(1))]), set([("a", Expr::Integer(2)), ("b", Expr::Integer(3))])]);
            call("zipAttrsWith", [callable(g, &["n", "v"], list([var("n"), var("v")])), sets])
        }
        10 => {
            let next = list([]);
            let start = list([set([("key", Expr::Integer(1))])]);
            call("genericClosure", [set([("startSet", start), ("operator", callable(g, &["x"], next))])])
        }
        11 => {
            let of = callable(g, &["x"], x());
            call(g.pick(&["isFunction", "isAttrs", "typeOf"]), [of])
        }
        12 => {
            let args = set([("a", var("true")), ("b", var("false"))]);
            let of = set([("__functor", function(&["self", "x"], x())), ("__functionArgs", args)]);
            call("functionArgs", [of])
        }
        13 | 14 => with_more(g),
        15 => {
            // What is applied later is applied once.
            let mapped = call("map", [callable(g, &["x"], list([x()])), numbers(g)]);
            let head = || call("head", [var("m")]);
            let_in([("m", mapped)], list([head(), call("tryEval", [head()]), head()]))
        }
        16 => call("tryEval", [g_thrown(g)]),
        _ => conversion(g),
    }
}

/// What `tryEval` catches, or has nothing to catch of.
fn g_thrown(g: &mut Generator<'_, '_>) -> Expr {
    match g.below(6) {
        0 | 1 => var("null"),
        2 => list([]),
        3 => Expr::Assert { condition: Node::new(var("false")), body: Node::new(Expr::Integer(1)) },
        4 => g.throw(),
        _ => call("tryEval", [call("throw", [text("t")])]),
    }
}

/// What cannot be called, or fails when it is.
pub(super) fn failure(g: &mut Generator<'_, '_>) -> Expr {
    let thrown = call("throw", [text("t")]);
    let wrong = match g.below(7) {
        0 => set([("a", Expr::Integer(1))]),
        1 => Expr::Integer(1),
        2 => set([("__functor", Expr::Integer(1))]),
        3 => functor(Expr::lambda("x", thrown)),
        4 => callable(g, &["x"], thrown),
        5 => set([("__functor", call("throw", [text("f")]))]),
        _ => functor(Expr::Lambda(crate::program::Lambda {
            parameter: crate::program::Parameter::Pattern(crate::program::Pattern {
                formals: vec![crate::program::Formal { name: "a".to_owned(), default: None }],
                ellipsis: false,
                at: None,
            }),
            body: Node::new(var("a")),
        })),
    };
    match g.below(9) {
        0 | 1 => wrong.apply(Expr::Integer(1)),
        2 => call("map", [wrong, list([Expr::Integer(1)])]),
        3 => call(g.pick(&["any", "filter", "concatMap", "groupBy", "partition"]), [wrong, list([Expr::Integer(1)])]),
        4 => call("foldl'", [wrong, Expr::Integer(0), list([Expr::Integer(1)])]),
        5 => call("sort", [wrong, list([Expr::Integer(1), Expr::Integer(2)])]),
        6 => call("toString", [set([("__toString", wrong)])]),
        7 => Expr::Text(TextStyle::Quoted, vec![TextPart::Interpolation(set([("__toString", wrong)]))]),
        _ => call("mapAttrs", [wrong, set([("a", Expr::Integer(1))])]).select("a"),
    }
}
