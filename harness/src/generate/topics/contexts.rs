//! Contexts of strings, through every operation that makes a string of strings.

use super::{call, let_in, list, set, text, var};
use crate::{
    generate::Generator,
    program::{AttrName, BinaryOperator as Operator, Expr, Node, TextPart, TextStyle},
};

/// Few, so that two contexts have something in common.
const PATHS: [&str; 3] = [
    "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-a",
    "/nix/store/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb-b",
    "/nix/store/00000000000000000000000000000000-c",
];
const DERIVATIONS: [&str; 2] =
    ["/nix/store/gggggggggggggggggggggggggggggggg-d.drv", "/nix/store/11111111111111111111111111111111-e.drv"];

/// The outputs of a derivation, in any order.
fn outputs(g: &mut Generator<'_, '_>) -> Expr {
    let names = ["out", "dev", "lib", "bin"];
    let count = 1 + g.below(3);
    let order = g.order(names.len());
    list(order.into_iter().take(count).map(|index| text(names[index])))
}

fn context(g: &mut Generator<'_, '_>) -> Expr {
    let one = |g: &mut Generator<'_, '_>| match g.below(4) {
        0 | 1 => (g.pick(&PATHS), set([("path", var("true"))])),
        2 => (g.pick(&DERIVATIONS), set([("outputs", outputs(g))])),
        _ => {
            let outputs = outputs(g);
            (g.pick(&DERIVATIONS), set([("allOutputs", var("true")), ("outputs", outputs)]))
        }
    };
    let mut entries = vec![one(g)];
    if g.chance(70) {
        let another = one(g);
        if another.0 != entries[0].0 {
            entries.push(another);
        }
    }
    set(entries)
}

/// A string with the context of a file. That of a derivation which is not there cannot go into another derivation.
pub(super) fn carrier_of_a_path(g: &mut Generator<'_, '_>) -> Expr {
    let shown = text(g.pick(&["a", "b", ""]));
    match g.below(4) {
        0 => call("toFile", [text("a"), shown]),
        1 => super::derivations::small(g).select("outPath"),
        _ => call("appendContext", [shown, set([(g.pick(&PATHS), set([("path", var("true"))]))])]),
    }
}

/// A string with a context.
pub(super) fn carrier(g: &mut Generator<'_, '_>) -> Expr {
    let shown = text(g.pick(&["a", "b", "axb", "", "1.2", "/nix/store/x"]));
    match g.below(12) {
        0..=8 => call("appendContext", [shown, context(g)]),
        9 => call("toFile", [text(g.pick(&["a", "b.txt"])), shown]),
        10 => super::derivations::small(g).select(g.pick(&["outPath", "drvPath", "out"])),
        _ => super::derivations::small(g),
    }
}

/// `"…${a}…${b}…"`
pub(super) fn interpolated(g: &mut Generator<'_, '_>, parts: &[Expr]) -> Expr {
    let mut made = Vec::new();
    for part in parts {
        if g.chance(90) {
            made.push(TextPart::Literal(g.pick(&["-", "x", " y "]).to_owned()));
        }
        made.push(TextPart::Interpolation(part.clone()));
    }
    Expr::Text(TextStyle::Quoted, made)
}

/// An operation on the strings `a`, `b` and `c`.
fn operation(g: &mut Generator<'_, '_>) -> Expr {
    let (a, b, c) = (var("a"), var("b"), var("c"));
    let plus = |left, right| Expr::binary(Operator::Add, left, right);
    match g.below(24) {
        0 | 1 => {
            let order = g.order(3);
            let parts: Vec<Expr> = order.into_iter().map(|index| [&a, &b, &c][index].clone()).collect();
            interpolated(g, &parts)
        }
        2 | 3 => plus(a, b),
        4 => plus(text("x"), plus(a, plus(b, c))),
        5 => plus(plus(a, text("x")), b),
        6 | 7 => {
            let from = list([text("x"), text(g.pick(&["a", "", "q"]))]);
            let subject = if g.chance(128) { text("xyz") } else { c };
            call("replaceStrings", [from, list([a, b]), subject])
        }
        8 | 9 => {
            let start = g.number_in(0..4);
            let length = Expr::integer(g.below(4) as i64 - 1);
            call("substring", [start, length, a])
        }
        10 => call("concatStringsSep", [a, list([b, c])]),
        11 => call("concatStringsSep", [text(","), list([a, text("x"), b])]),
        12 => call("head", [call("split", [text(g.pick(&["x", "q", "a", "b*"])), a])]),
        13 => call("head", [call("match", [text("(.*)"), a])]),
        14 => call("toJSON", [list([a, set([("k", b), ("j", c)])])]),
        15 => call("toXML", [list([a, b])]),
        16 => call("toString", [list([a, list([b]), Expr::Integer(1)])]),
        17 => call(g.pick(&["unsafeDiscardOutputDependency", "baseNameOf", "dirOf", "toString"]), [a]),
        18 => {
            let more = context(g);
            call("appendContext", [a, more])
        }
        19 => {
            let converts = set([("__toString", Expr::lambda("self", plus(a, b)))]);
            interpolated(g, &[converts, c])
        }
        20 => interpolated(g, &[set([("outPath", a)]), b]),
        21 => call("head", [call("split", [text("q"), a])]),
        22 => call("substring", [g.number_in(0..3), Expr::Integer(0), a]),
        _ => call("unsafeDiscardStringContext", [plus(a, b)]),
    }
}

/// What is seen of a string with a context.
fn observed(g: &mut Generator<'_, '_>, of: Expr) -> Expr {
    match g.below(6) {
        0 => call("attrNames", [call("getContext", [of])]),
        1 => call("hasContext", [of]),
        2 => list([of.clone(), call("getContext", [of])]),
        3 => call("toJSON", [call("getContext", [of])]),
        _ => call("getContext", [of]),
    }
}

fn bound(g: &mut Generator<'_, '_>, body: Expr) -> Expr {
    let c = if g.chance(128) { carrier(g) } else { text("c") };
    let_in([("a", carrier(g)), ("b", carrier(g)), ("c", c)], body)
}

pub(super) fn call_on_names(g: &mut Generator<'_, '_>) -> Expr {
    let named = set([("a", Expr::Integer(1)), ("b", Expr::Integer(2))]);
    let a = var("a");
    match g.below(6) {
        0 => call("length", [list([call("stringLength", [a])])]),
        1 => Expr::binary(Operator::Equal, a, text("a")),
        2 => call("elem", [a, list([text("b"), var("b")])]),
        3 => call("lessThan", [a, var("b")]),
        4 => call("removeAttrs", [named, list([call("unsafeDiscardStringContext", [a])])]),
        _ => call("compareVersions", [a, var("b")]),
    }
}

pub(super) fn make(g: &mut Generator<'_, '_>) -> Expr {
    let body = if g.chance(30) {
        call_on_names(g)
    } else {
        let made = operation(g);
        observed(g, made)
    };
    bound(g, body)
}

/// A string with a context where none is allowed, and where some allow it.
pub(super) fn failure(g: &mut Generator<'_, '_>) -> Expr {
    let named = set([("a", Expr::Integer(1)), ("b", Expr::Integer(2))]);
    let a = var("a");
    let computed = || vec![AttrName::Computed(var("a"))];
    let body = match g.below(16) {
        0..=2 => Expr::Select { subject: Node::new(named), path: computed(), default: None },
        3 => Expr::Select { subject: Node::new(named), path: computed(), default: Some(Node::new(Expr::Integer(3))) },
        4 => Expr::HasAttribute { subject: Node::new(named), path: computed() },
        5 => Expr::Attrset {
            recursive: false,
            bindings: vec![crate::program::Binding::Value { path: computed(), value: Node::new(Expr::Integer(1)) }],
        },
        6 => call("getAttr", [a, named]),
        7 => call("hasAttr", [a, named]),
        8 => call("listToAttrs", [list([set([("name", a), ("value", Expr::Integer(1))])])]),
        9 => call("removeAttrs", [named, list([a])]),
        10 => call("match", [a, text("a")]),
        11 => call("toFile", [text("f"), var("b")]),
        12 => call("toFile", [a, text("x")]),
        13 => call("throw", [a]),
        14 => call("fromJSON", [a]),
        _ => call(g.pick(&["groupBy", "catAttrs", "hashString", "getEnv", "placeholder"]), [a, list([])]),
    };
    bound(g, body)
}
