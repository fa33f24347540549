//! What is ordered or grouped by keys: `sort`, `genericClosure`, `groupBy`, `partition`, with keys of mixed types, few
//! different ones, and lists long enough that `sort` merges.

use super::{call, function, functor, generated, let_in, list, set, text, var};
use crate::{
    generate::Generator,
    program::{BinaryOperator as Operator, Expr, Node},
};

/// A key of `i` with few values.
fn key(g: &mut Generator<'_, '_>) -> Expr {
    let modulus = 2 + g.below(5) as u64;
    let i = || var("i");
    let divided = Expr::binary(Operator::Divide, i(), Expr::Integer(modulus));
    let rest = Expr::binary(
        Operator::Subtract,
        i(),
        Expr::binary(Operator::Multiply, divided.clone(), Expr::Integer(modulus)),
    );
    match g.below(6) {
        0 => divided,
        1 => call("toString", [rest]),
        2 => list([rest, Expr::Integer(1)]),
        3 => Expr::binary(Operator::Multiply, rest, Expr::Float("0.5".to_owned())),
        _ => rest,
    }
}

/// Elements with a key `k` and their number `i`.
fn elements(g: &mut Generator<'_, '_>) -> Expr {
    let count = match g.below(4) {
        0 => 2 + g.below(4),
        1 | 2 => 6 + g.below(20),
        _ => 30 + g.below(20),
    };
    let key = key(g);
    generated(set([("i", var("i")), ("k", key)]), count as u64)
}

fn comparator(g: &mut Generator<'_, '_>) -> Expr {
    let of = |name: &str| var(name).select("k");
    let compared = match g.below(7) {
        0..=2 => Expr::binary(Operator::Less, of("a"), of("b")),
        3 => Expr::binary(Operator::Greater, of("a"), of("b")),
        4 => call("lessThan", [of("a"), of("b")]),
        5 => Expr::binary(Operator::Less, list([of("a"), var("a").select("i")]), list([of("b"), var("b").select("i")])),
        _ => Expr::binary(Operator::LessOrEqual, of("a"), of("b")),
    };
    // Which two are compared, and in which order.
    let traced = g.chance(90);
    let label = call("toJSON", [list([var("a").select("i"), var("b").select("i")])]);
    let body = if traced { call("trace", [label, compared]) } else { compared };
    let made = function(&["a", "b"], body);
    if g.chance(30) { functor(made) } else { made }
}

fn shown(g: &mut Generator<'_, '_>, sorted: Expr) -> Expr {
    if g.chance(30) { call("length", [sorted]) } else { call("map", [Expr::lambda("x", var("x").select("i")), sorted]) }
}

/// A short list whose elements are of one kind that can be ordered.
fn plain(g: &mut Generator<'_, '_>) -> Expr {
    let kind = g.below(5);
    let count = 2 + g.below(6);
    list((0..count).map(|_| {
        let drawn = g.below(4) as u64;
        let element = match kind {
            0 => Expr::Integer(drawn),
            1 => text(g.pick(&["a", "b", "", "ab", "B"])),
            2 if g.chance(128) => Expr::Float(format!("{drawn}.5")),
            2 => Expr::Integer(drawn),
            3 => Expr::Path(vec![crate::program::TextPart::Literal(g.pick(&["/a", "/b", "/a/b"]).to_owned())]),
            _ => list([Expr::Integer(drawn), text(g.pick(&["a", "b"]))]),
        };
        g.maybe_traced(element)
    }))
}

fn closure(g: &mut Generator<'_, '_>) -> Expr {
    let kind = g.below(4);
    let of = |number: Expr| match kind {
        0 => number,
        1 => call("toString", [number]),
        2 => list([number, Expr::Integer(0)]),
        _ => Expr::binary(Operator::Multiply, number, Expr::Float("1.0".to_owned())),
    };
    let keyed = |g: &mut Generator<'_, '_>, number: Expr| {
        let key = g.maybe_traced(of(number.clone()));
        set([("n", number), ("key", key)])
    };
    let end = g.below(5) as u64;
    let next = Expr::binary(Operator::Add, var("x").select("n"), Expr::Integer(1));
    let more = list((0..1 + g.below(2)).map(|_| keyed(g, next.clone())).collect::<Vec<_>>());
    let stop = Expr::binary(Operator::GreaterOrEqual, var("x").select("n"), Expr::Integer(end));
    let step = Expr::If { condition: Node::new(stop), consequence: Node::new(list([])), alternative: Node::new(more) };
    let step = g.maybe_traced(step);
    let count = 1 + g.below(2);
    let start = list((0..count).map(|index| keyed(g, Expr::Integer(index as u64))).collect::<Vec<_>>());
    let operator = Expr::lambda("x", step);
    let operator = if g.chance(30) { functor(operator) } else { operator };
    let (start, operator) = (g.maybe_traced(start), g.maybe_traced(operator));
    let closure = call("genericClosure", [set([("startSet", start), ("operator", operator)])]);
    match g.below(3) {
        0 => call("length", [closure]),
        1 => call("map", [Expr::lambda("x", var("x").select("n")), closure]),
        _ => closure,
    }
}

pub(super) fn make(g: &mut Generator<'_, '_>) -> Expr {
    match g.below(16) {
        0..=3 => {
            let (by, of) = (comparator(g), elements(g));
            let sorted = call("sort", [by, of]);
            shown(g, sorted)
        }
        4 | 5 => {
            let by = match g.below(3) {
                0 => var("builtins").select("lessThan"),
                1 => function(&["a", "b"], Expr::binary(Operator::Greater, var("a"), var("b"))),
                _ => function(&["a", "b"], var(g.pick(&["true", "false"]))),
            };
            let sorted = call("sort", [by, plain(g)]);
            if g.chance(100) { call("length", [sorted]) } else { sorted }
        }
        6..=9 => closure(g),
        10 => {
            let of = elements(g);
            let by = call("toString", [var("x").select("k")]);
            let grouped = call("groupBy", [Expr::lambda("x", g.maybe_traced(by)), of]);
            call(
                "mapAttrs",
                [function(&["n", "v"], call("map", [Expr::lambda("x", var("x").select("i")), var("v")])), grouped],
            )
        }
        11 | 12 => {
            // Of each element a probe tells that it was looked at, whether or not anything needs it.
            let of = plain(g);
            let decided = match g.below(3) {
                0 => var("true"),
                1 => call("isInt", [var("x")]),
                _ => Expr::binary(Operator::Equal, var("x"), Expr::Integer(1)),
            };
            let parted = call("partition", [Expr::lambda("x", decided), of]);
            match g.below(3) {
                0 => Expr::HasAttribute {
                    subject: Node::new(parted),
                    path: vec![crate::program::AttrName::Plain("right".to_owned())],
                },
                1 => call("length", [parted.select("right")]),
                _ => parted,
            }
        }
        13 => call(g.pick(&["any", "all", "filter"]), {
            let element = g.number_in(0..6);
            let seen = Expr::binary(Operator::Equal, var("x"), element);
            let seen = call("trace", [call("toString", [var("x")]), seen]);
            let count = 3 + g.below(4) as u64;
            [Expr::lambda("x", seen), list((0..count).map(Expr::Integer))]
        }),
        14 => Expr::binary(g.pick(&[Operator::Less, Operator::LessOrEqual, Operator::Equal]), plain(g), plain(g)),
        _ => {
            let xs = plain(g);
            let least = Expr::If {
                condition: Node::new(Expr::binary(Operator::Less, var("a"), var("b"))),
                consequence: Node::new(var("a")),
                alternative: Node::new(var("b")),
            };
            let_in(
                [("xs", xs)],
                call("foldl'", [function(&["a", "b"], least), call("head", [var("xs")]), call("tail", [var("xs")])]),
            )
        }
    }
}

/// Keys that cannot be compared with each other, or are missing.
pub(super) fn failure(g: &mut Generator<'_, '_>) -> Expr {
    let odd = |g: &mut Generator<'_, '_>| match g.below(6) {
        0 => text("a"),
        1 => Expr::Integer(1),
        2 => var("null"),
        3 => set([("a", Expr::Integer(1))]),
        4 => Expr::lambda("x", var("x")),
        _ => list([var("true")]),
    };
    let (one, other) = (odd(g), odd(g));
    let two = list([g.maybe_traced(one), g.maybe_traced(other)]);
    match g.below(5) {
        0 => call("sort", [var("builtins").select("lessThan"), two]),
        1 => call("sort", [function(&["a", "b"], Expr::Integer(1)), two]),
        2 | 3 => {
            let items = call("map", [Expr::lambda("k", set([(g.pick(&["key", "key", "kay"]), var("k"))])), two]);
            let operator = Expr::lambda("x", list([]));
            call(
                "genericClosure",
                [set([("startSet", items), (g.pick(&["operator", "operator", "operate"]), operator)])],
            )
        }
        _ => call("groupBy", [Expr::lambda("x", var("x")), two]),
    }
}
