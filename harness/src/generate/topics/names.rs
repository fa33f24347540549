//! Versions, names of derivations and of store objects, and hashes, made by grammars.

use super::{call, function, list, set, text, var};
use crate::{generate::Generator, program::Expr};

fn version(g: &mut Generator<'_, '_>) -> String {
    let count = 1 + g.below(4);
    let mut made = String::new();
    for index in 0..count {
        if index > 0 {
            made += g.pick(&[".", ".", ".", "-", "", "_", "..", "+"]);
        }
        made += g.pick(&[
            "0",
            "1",
            "2",
            "10",
            "01",
            "pre",
            "pre",
            "rc",
            "a",
            "alpha",
            "99999999999",
            "4294967296",
            "4294967295",
            "x",
            "",
        ]);
    }
    made
}

/// A version, and another that begins like it.
fn two_versions(g: &mut Generator<'_, '_>) -> [Expr; 2] {
    let common = if g.chance(180) { version(g) } else { String::new() };
    let ends = ["", "1", ".1", ".0", "pre", ".pre1", "a", ".a", "-", "rc1", "5", "99999999999", ".99999999998", "p"];
    let ends = [g.pick(&ends), g.pick(&ends)];
    ends.map(|end| text(common.clone() + end))
}

fn derivation_name(g: &mut Generator<'_, '_>) -> String {
    let count = 1 + g.below(3);
    let mut made = g.pick(&["a", "nix", "lib1", "", "é", "A"]).to_owned();
    for _ in 0..count {
        made += g.pick(&["-", "-", "--", "-_", ""]);
        made += g.pick(&["b", "1", "1.2", "_x", "b2", "pre", "2-b", "", "+", "."]);
    }
    made
}

const ALGORITHMS: [(&str, usize); 4] = [("md5", 32), ("sha1", 40), ("sha256", 64), ("sha512", 128)];

fn converted(g: &mut Generator<'_, '_>, hash: Expr, algorithm: &'static str) -> Expr {
    let format = text(g.pick(&["base16", "nix32", "base32", "base64", "sri"]));
    // `base32` is an old name, of which a warning tells.
    call("convertHash", [set([("hash", hash), ("hashAlgo", text(algorithm)), ("toHashFormat", format)])])
}

fn hash(g: &mut Generator<'_, '_>) -> Expr {
    let (algorithm, digits) = g.pick(&ALGORITHMS);
    match g.below(4) {
        0 => {
            let hashed = text(version(g));
            call("hashString", [text(algorithm), hashed])
        }
        1 => {
            let hashed = text(version(g));
            let hash = call("hashString", [text(algorithm), hashed]);
            converted(g, hash, algorithm)
        }
        _ => {
            let hex = g.letters("0123456789abcdef", digits);
            let once = converted(g, text(hex), algorithm);
            if g.chance(128) { converted(g, once, algorithm) } else { once }
        }
    }
}

fn path(g: &mut Generator<'_, '_>) -> String {
    let count = g.below(4);
    let mut made = g.pick(&["/", "", "./", "//"]).to_owned();
    for _ in 0..count {
        made += g.pick(&["a", ".", "..", "b.c", ""]);
        made += g.pick(&["/", "//", ""]);
    }
    made
}

pub(super) fn make(g: &mut Generator<'_, '_>) -> Expr {
    match g.below(14) {
        0..=4 => call("compareVersions", two_versions(g)),
        5 => {
            let versions = list((0..4 + g.below(3)).map(|_| text(version(g))).collect::<Vec<_>>());
            let earlier = Expr::binary(
                crate::program::BinaryOperator::Less,
                call("compareVersions", [var("v"), var("w")]),
                Expr::Integer(0),
            );
            call("sort", [function(&["v", "w"], earlier), versions])
        }
        6 => call("splitVersion", [text(version(g))]),
        7..=9 => call("parseDrvName", [text(derivation_name(g))]),
        10 | 11 => hash(g),
        12 => call(g.pick(&["baseNameOf", "dirOf"]), [text(path(g))]),
        _ => {
            let (name, inside) = (text(g.pick(&["a", "x-1.0", ".a", "a+b?=_", "9"])), text(version(g)));
            match g.below(3) {
                0 => call("toFile", [name, inside]),
                1 => call("placeholder", [inside]),
                _ => call("baseNameOf", [call("toFile", [name, inside])]),
            }
        }
    }
}

/// A name or a hash that is refused.
pub(super) fn failure(g: &mut Generator<'_, '_>) -> Expr {
    let (algorithm, digits) = g.pick(&ALGORITHMS);
    match g.below(8) {
        0 => call("toFile", [text(g.pick(&["", "a b", "a/b", ".", "..", "é", ".-a", "a\n"])), text("x")]),
        1 => {
            let long = "n".repeat(205 + g.below(10));
            call("toFile", [text(long), text("x")])
        }
        2 | 3 => {
            let length = digits + 1 + g.below(3);
            let hex = g.letters("0123456789abcdefg", length);
            converted(g, text(hex), algorithm)
        }
        4 => {
            let wrong = g.pick(&[
                "sha256-",
                "sha256-xyz",
                "md5:00",
                "sha999-AAAA",
                "",
                "=",
                "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk",
            ]);
            converted(g, text(wrong), algorithm)
        }
        5 => call("hashString", [text(g.pick(&["sha3", "", "SHA256", "md4"])), text("a")]),
        6 => call("storePath", [text(g.pick(&["/nix/store", "/a", "a", "/nix/store/a", "/nix/store/.links"]))]),
        _ => {
            let hex = g.letters("0123456789abcdef", digits);
            call("convertHash", [set([("hash", text(hex)), ("toHashFormat", text("base16"))])])
        }
    }
}
