//! Sets: layers of `//` on sets of any size, names that are given twice, and every builtin that makes a set of sets.

use super::{call, function, generated, let_in, list, set, text, var};
use crate::{
    generate::Generator,
    program::{AttrName, BinaryOperator as Operator, Binding, Expr, Formal, Lambda, Node, Parameter, Pattern},
};

const NAMES: [&str; 14] = ["a", "b", "c", "d", "e", "f", "g", "h", "m", "n", "p", "q", "y", "z"];

/// A set of so many names, in any order, each with another value.
fn literal(g: &mut Generator<'_, '_>, count: usize) -> Expr {
    let order = g.order(NAMES.len());
    set(order.into_iter().take(count).map(|index| {
        let value = g.number_in(0..30);
        (NAMES[index], if g.chance(40) { g.traced(value) } else { value })
    }))
}

fn any_set(g: &mut Generator<'_, '_>) -> Expr {
    let count = [0, 1, 2, 3, 4, 6, 8, 9, 10][g.below(9)];
    literal(g, count)
}

fn update(left: Expr, right: Expr) -> Expr {
    Expr::binary(Operator::Update, left, right)
}

/// A large set, and a few layers above it.
fn layered(g: &mut Generator<'_, '_>) -> Expr {
    let count = 4 + g.below(9);
    let base = literal(g, count);
    let layers = 1 + g.below(3);
    (0..layers).fold(base, |below, _| {
        let count = 1 + g.below(5);
        update(below, literal(g, count))
    })
}

/// `n0 … n…` with values from `i`, in a set that is made from a list.
fn numbered(g: &mut Generator<'_, '_>, from: u64) -> (Expr, usize) {
    let count = 17 + g.below(28);
    let name = Expr::Text(
        crate::program::TextStyle::Quoted,
        vec![
            crate::program::TextPart::Literal("n".to_owned()),
            crate::program::TextPart::Interpolation(call("toString", [var("i")])),
        ],
    );
    let value = Expr::binary(Operator::Add, Expr::Integer(from), var("i"));
    let pairs = generated(set([("name", name), ("value", value)]), count as u64);
    (call("listToAttrs", [pairs]), count)
}

fn computed(subject: Expr, name: Expr) -> Expr {
    Expr::Select { subject: Node::new(subject), path: vec![AttrName::Computed(name)], default: None }
}

/// Names of large sets, the first and the last among them.
fn names_of_numbered(g: &mut Generator<'_, '_>) -> Expr {
    let (made, count) = numbered(g, 0);
    let index = if g.chance(100) { count - 1 } else { g.below(count) };
    let name = format!("n{index}");
    match g.below(5) {
        0 => let_in([("s", made)], computed(var("s"), Expr::binary(Operator::Add, text("n"), text(index.to_string())))),
        1 => made.select(name),
        2 => call("getAttr", [text(name), made]),
        3 => call("hasAttr", [text(name), made]),
        _ => call("attrNames", [update(made, set([(name.as_str(), Expr::Integer(1))]))]),
    }
}

/// One selection, of more than one set, many times.
fn selected_often(g: &mut Generator<'_, '_>) -> Expr {
    let ((one, _), (other, _)) = (numbered(g, 0), numbered(g, 100));
    let name = format!("n{}", g.below(17));
    let sum = [var("a"), var("b")]
        .into_iter()
        .fold(var("acc"), |sum, of| Expr::binary(Operator::Add, sum, of.select(name.clone())));
    let picked = Expr::If {
        condition: Node::new(Expr::binary(Operator::Less, var("i"), g.number_in(1..40))),
        consequence: Node::new(var("a")),
        alternative: Node::new(var("b")),
    };
    let folded = match g.chance(128) {
        true => sum,
        false => Expr::binary(Operator::Add, var("acc"), computed(picked, text(name))),
    };
    let rounds = generated(var("i"), 50 + g.below(30) as u64);
    let_in([("a", one), ("b", other)], call("foldl'", [function(&["acc", "i"], folded), Expr::Integer(0), rounds]))
}

fn pairs(g: &mut Generator<'_, '_>) -> Expr {
    let count = 2 + g.below(5);
    list((0..count).map(|_| {
        let (name, value) = (text(g.pick(&NAMES[..4])), g.number_in(0..30));
        set([("name", name), ("value", g.maybe_traced(value))])
    }))
}

fn some_names(g: &mut Generator<'_, '_>) -> Expr {
    let count = 1 + g.below(6);
    list((0..count).map(|_| text(g.pick(&NAMES))))
}

/// A call of a function of a pattern, with as many attributes as it takes, or more.
fn called_pattern(g: &mut Generator<'_, '_>, fits: bool) -> Expr {
    let count = if fits { 1 + g.below(5) } else { 2 + g.below(4) };
    let order = g.order(NAMES.len());
    let formals: Vec<&str> = order.iter().take(count).map(|index| NAMES[*index]).collect();
    let mut given: Vec<&str> = formals.clone();
    let ellipsis = fits && g.chance(128);
    let with_default = g.chance(90);
    if with_default {
        given.pop();
    }
    if ellipsis || !fits {
        given.extend(order[count..].iter().take(1 + g.below(3)).map(|index| NAMES[*index]));
    }
    if !fits && !given.is_empty() && g.chance(60) {
        given.remove(0);
    }
    let order = g.order(given.len());
    let argument = set(order.into_iter().map(|index| (given[index], g.number_in(0..30))));
    let made = formals.iter().enumerate().map(|(index, name)| Formal {
        name: (*name).to_owned(),
        default: (with_default && index + 1 == count).then_some(Expr::Integer(99)),
    });
    let pattern =
        Pattern { formals: made.collect(), ellipsis, at: g.chance(60).then(|| ("all".to_owned(), g.chance(128))) };
    let body = list(formals.iter().map(|name| var(name)));
    Expr::Lambda(Lambda { parameter: Parameter::Pattern(pattern), body: Node::new(body) }).apply(argument)
}

/// `rec { …; __overrides = { …; }; }`
fn overriding(g: &mut Generator<'_, '_>) -> Expr {
    let value = g.number_in(0..9);
    let mut bindings = vec![
        Binding::new("a", value),
        Binding::new("b", Expr::binary(Operator::Add, var("a"), Expr::Integer(1))),
        Binding::new("c", list([var("a"), var("b")])),
    ];
    // Mostly what siblings see, and something beside it.
    let order = g.order(5);
    let count = 1 + g.below(4);
    let names = order.into_iter().take(count).map(|index| ["a", "b", "c", "d", "e"][index]);
    let over = set(names.map(|name| (name, g.number_in(10..30))).collect::<Vec<_>>());
    let over = g.maybe_traced(over);
    let at = g.below(4);
    bindings.insert(at, Binding::new("__overrides", over));
    let made = Expr::Attrset { recursive: true, bindings };
    match g.below(4) {
        0 => made.select("c"),
        1 => call("attrNames", [made]),
        2 => call("removeAttrs", [made, list([text("__overrides")])]),
        _ => made,
    }
}

pub(super) fn make(g: &mut Generator<'_, '_>) -> Expr {
    match g.below(32) {
        0..=2 => layered(g),
        3 | 4 => {
            let name = g.pick(&NAMES);
            Expr::Select {
                subject: Node::new(layered(g)),
                path: vec![AttrName::Plain(name.to_owned())],
                default: Some(Node::new(Expr::Integer(77))),
            }
        }
        5 | 6 => {
            // The same set, made with other layers: it has as many names.
            let (base, hidden) = (literal(g, 6), g.pick(&NAMES));
            let layer = set([(hidden, Expr::Integer(50))]);
            let also = update(layer.clone(), var("s"));
            let flat = call("mapAttrs", [function(&["n", "v"], var("v")), var("t")]);
            let body = list([
                Expr::binary(Operator::Equal, var("t"), update(var("s"), layer.clone())),
                Expr::binary(Operator::Equal, flat, var("t")),
                Expr::binary(Operator::Equal, var("t"), also),
                call("length", [call("attrNames", [var("t")])]),
            ]);
            let_in([("s", base), ("t", update(var("s"), layer))], body)
        }
        7 | 8 => names_of_numbered(g),
        9 | 26 => selected_often(g),
        10 | 11 => call("listToAttrs", [pairs(g)]),
        12 | 13 => call("intersectAttrs", [any_set(g), any_set(g)]),
        14 | 15 => {
            let count = 5 + g.below(6);
            call("removeAttrs", [literal(g, count), some_names(g)])
        }
        16..=18 => called_pattern(g, true),
        19 | 20 => {
            let count = 1 + g.below(4);
            let sets = list((0..count).map(|_| any_set(g)));
            let body = match g.below(3) {
                0 => var("v"),
                1 => list([var("n"), call("length", [var("v")])]),
                _ => call("head", [var("v")]),
            };
            call("zipAttrsWith", [function(&["n", "v"], g.maybe_traced(body)), sets])
        }
        21 => call(g.pick(&["attrNames", "attrValues"]), [any_set(g)]),
        22 => call("mapAttrs", [function(&["n", "v"], list([var("n"), var("v")])), layered(g)]),
        23 => {
            let count = 2 + g.below(3);
            call("catAttrs", [text(g.pick(&NAMES)), list((0..count).map(|_| any_set(g)).collect::<Vec<_>>())])
        }
        24 => Expr::binary(Operator::Equal, any_set(g), any_set(g)),
        25 => call("concatMap", [Expr::lambda("n", list([var("n"), var("n")])), call("attrNames", [layered(g)])]),
        _ => overriding(g),
    }
}

/// A function that refuses its argument, or a set that has not what is asked of it.
pub(super) fn failure(g: &mut Generator<'_, '_>) -> Expr {
    match g.below(8) {
        0..=4 => called_pattern(g, false),
        5 => any_set(g).select("missing"),
        6 => call("listToAttrs", [list([set([("name", text("a"))]), set([("value", Expr::Integer(1))])])]),
        _ => {
            let of = any_set(g);
            call("intersectAttrs", [of, list([])])
        }
    }
}
