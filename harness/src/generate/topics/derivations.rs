//! Derivations of every kind: of several outputs, of a fixed output, structured, content-addressed, with contexts in
//! what they are given, and with names and attributes that are refused.

use super::{call, let_in, list, set, text, var};
use crate::{generate::Generator, program::Expr};

const HASHES: [(&str, &str); 4] = [
    ("sha256", "0000000000000000000000000000000000000000000000000000000000000000"),
    ("sha1", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    ("md5", "1B2M2Y8AsgTpgAmY7PhCfg=="),
    ("", "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
];

/// A derivation of few attributes.
pub(super) fn small(g: &mut Generator<'_, '_>) -> Expr {
    let name = text(g.pick(&["a", "b-1.0"]));
    call("derivation", [set([("name", name), ("builder", text("/bin/sh")), ("system", text("x"))])])
}

/// What a derivation is made of.
fn arguments(g: &mut Generator<'_, '_>, own: &Expr) -> Expr {
    let mut given = vec![
        ("name", text(g.pick(&["a", "b-1.0", "x.y_z+q?=", "9"]))),
        ("builder", text("/bin/sh")),
        ("system", text(g.pick(&["x86_64-linux", "builtin", ""]))),
    ];
    let flag = |g: &mut Generator<'_, '_>| var(if g.chance(200) { "true" } else { "false" });
    match g.below(8) {
        0 | 1 => given.push(("outputs", list([text("out"), text(g.pick(&["dev", "lib"]))]))),
        2 => given.push(("outputs", list([text("bin"), text("out")]))),
        3 => {
            let (algorithm, hash) = g.pick(&HASHES);
            given.push(("outputHash", text(hash)));
            given.push(("outputHashAlgo", if algorithm.is_empty() { var("null") } else { text(algorithm) }));
            if g.chance(128) {
                given.push(("outputHashMode", text(g.pick(&["flat", "recursive"]))));
            }
        }
        4 => {
            given.push(("__structuredAttrs", flag(g)));
            given.push(("data", set([("k", list([Expr::Integer(1), own.clone()])), ("b", var("true"))])));
        }
        5 => given.push(("__ignoreNulls", flag(g))),
        _ => {}
    }
    for name in ["foo", "args", "dep", "z"] {
        if !g.chance(80) {
            continue;
        }
        let value = match (name, g.below(7)) {
            ("args", _) => list([text("-e"), own.clone(), Expr::Integer(1)]),
            (_, 0) => own.clone(),
            (_, 1) => small(g),
            (_, 2) => list([text("a"), own.clone(), list([Expr::Integer(1), var("true")])]),
            (_, 3) => var("null"),
            (_, 4) => {
                let parts = [own.clone(), small(g)];
                super::contexts::interpolated(g, &parts)
            }
            (_, 5) => small(g).select("drvPath"),
            _ => Expr::Integer(7),
        };
        given.push((name, value));
    }
    let order = g.order(given.len());
    set(order.into_iter().map(|index| (given[index].0, g.maybe_traced(given[index].1.clone()))))
}

/// What is seen of a derivation `d`.
fn observed(g: &mut Generator<'_, '_>) -> Expr {
    let of = || var("d");
    match g.below(10) {
        0 | 1 => of().select("drvPath"),
        2 | 3 => of().select("outPath"),
        4 => call("attrNames", [of()]),
        5 => call("getContext", [super::contexts::interpolated(g, &[of()])]),
        6 => call(
            "map",
            [Expr::lambda("o", list([var("o").select("outputName"), var("o").select("outPath")])), of().select("all")],
        ),
        7 => call("getContext", [of().select("drvPath")]),
        8 => list([call("toJSON", [of()]), call("toString", [of()])]),
        _ => of(),
    }
}

pub(super) fn make(g: &mut Generator<'_, '_>) -> Expr {
    let (own, body) = (super::contexts::carrier_of_a_path(g), observed(g));
    let made = arguments(g, &var("c"));
    let (function, body) = match g.chance(40) {
        true => ("derivationStrict", var("d")),
        false => ("derivation", body),
    };
    let_in([("c", own), ("d", call(function, [made]))], body)
}

/// A derivation that is refused.
pub(super) fn failure(g: &mut Generator<'_, '_>) -> Expr {
    let wrong: (&str, Expr) = match g.below(10) {
        0 => ("name", text(g.pick(&["", ".a", "a b", "a/b", "a.drv", "é"]))),
        1 => ("outputs", list([text("out"), text("out")])),
        2 => ("outputs", list([])),
        3 => ("outputs", list([text("drv")])),
        4 => ("outputHash", text("xyz")),
        5 => ("builder", Expr::lambda("x", var("x"))),
        6 => ("foo", set([("a", Expr::Integer(1))])),
        7 => ("name", Expr::Integer(1)),
        8 => ("args", text("a")),
        _ => ("foo", call("throw", [text("t")])),
    };
    let mut given = vec![("name", text("a")), ("builder", text("/bin/sh")), ("system", text("x"))];
    given.retain(|(name, _)| *name != wrong.0);
    given.push(wrong);
    if g.chance(30) {
        given.remove(0);
    }
    let order = g.order(given.len());
    let made = set(order.into_iter().map(|index| given[index].clone()));
    let field = g.pick(&["drvPath", "outPath", "name"]);
    call("derivation", [made]).select(if field == "name" { "outPath" } else { field })
}
