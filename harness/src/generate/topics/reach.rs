//! Builtins that reach out of the program, called and forced: on what is the same everywhere, or is refused before
//! anything is reached.

use super::{call, list, set, text, var};
use crate::{
    generate::Generator,
    program::{BinaryOperator as Operator, Expr, TextPart},
};

fn path(written: &str) -> Expr {
    Expr::Path(vec![TextPart::Literal(written.to_owned())])
}

fn embedded() -> Expr {
    Expr::SearchPath("nix/fetchurl.nix".to_owned())
}

pub(super) fn make(g: &mut Generator<'_, '_>) -> Expr {
    let builtins = || var("builtins");
    match g.below(17) {
        0 => list([builtins().select(g.pick(&["nixVersion", "langVersion", "storeDir", "currentSystem"]))]),
        1 => builtins().select(g.pick(&["nixPath", "true", "false", "null"])),
        2 => Expr::binary(Operator::Less, Expr::Integer(g.below(9) as u64), builtins().select("currentTime")),
        3 => call("functionArgs", [call("import", [embedded()])]),
        4 => {
            let scope = set([("a", Expr::Integer(1)), ("derivation", Expr::lambda("x", var("x")))]);
            let scope = g.maybe_traced(scope);
            let function = call("scopedImport", [scope, embedded()]);
            let given = set([("url", text("x")), ("sha256", text("0"))]);
            call("attrNames", [function.apply(given)])
        }
        5 => {
            let given = set([("url", text("http://a.b/c")), ("sha256", text("0"))]);
            call("tryEval", [call("attrNames", [call("import", [embedded()]).apply(given)])])
        }
        6 => call("readFile", [path("/dev/null")]),
        7 => call("hashFile", [text(g.pick(&["md5", "sha1", "sha256", "sha512"])), path("/dev/null")]),
        8 => call("readFileType", [path(g.pick(&["/dev/null", "/.", "/dev"]))]),
        9 => call("pathExists", [path(g.pick(&["/dev/null", "/nowhere", "/nowhere/a", "/dev/null/a"]))]),
        10 => {
            let entry = set([("path", text("/dev")), ("prefix", text(g.pick(&["p", "", "q"])))]);
            let entry = g.maybe_traced(entry);
            let rest = list([entry, set([("path", text("/nowhere")), ("prefix", text("q"))])]);
            call("tryEval", [call("findFile", [rest, text(g.pick(&["p/null", "null", "q/null", "q"]))])])
        }
        11 => call("tryEval", [Expr::SearchPath(g.pick(&["nowhere", "nowhere/a", "nix/nowhere"]).to_owned())]),
        12 => {
            let name = g.pick(&NAMED);
            Expr::binary(Operator::Equal, call("typeOf", [builtins().select(name)]), text("lambda"))
        }
        13 => call("getEnv", [text(g.pick(&["THUNKPROOF_UNSET", ""]))]),
        14 => call("isAttrs", [call("readDir", [path("/.")])]),
        15 => call("toString", [call("toPath", [text(g.pick(&["/a/../b", "/", "/a//b/."]))])]),
        _ => call("tryEval", [call("throw", [text("t")])]),
    }
}

/// Builtins that are always there.
const NAMED: [&str; 10] = [
    "fetchGit",
    "fetchMercurial",
    "fetchTarball",
    "fetchurl",
    "filterSource",
    "import",
    "path",
    "readDir",
    "scopedImport",
    "storePath",
];

pub(super) fn failure(g: &mut Generator<'_, '_>) -> Expr {
    let missing = || path("/nowhere/a");
    let odd = |g: &mut Generator<'_, '_>| match g.below(6) {
        0 => set([]),
        1 => Expr::Integer(1),
        2 => text(g.pick(&["", "x", "a b"])),
        3 => set([("url", Expr::Integer(1))]),
        4 => set([("a", text("b"))]),
        _ => list([]),
    };
    match g.below(12) {
        0..=3 => {
            let name = g.pick(&["fetchGit", "fetchMercurial", "fetchTarball", "fetchurl", "fetchClosure", "fetchTree"]);
            // What is no address is refused before anything is fetched.
            let given = if name == "fetchGit" || name == "fetchMercurial" { set([("a", text("b"))]) } else { odd(g) };
            call(name, [g.maybe_traced(given)])
        }
        4 => call(g.pick(&["getFlake", "parseFlakeRef", "flakeRefToString"]), [odd(g)]),
        5 => call(
            g.pick(&["import", "readFile", "readDir", "readFileType", "storePath"]),
            [if g.chance(128) { missing() } else { odd(g) }],
        ),
        6 => call("import", [path("/dev/null")]),
        7 => {
            let all = call(g.pick(&["filterSource", "path"]), [Expr::lambda("p", Expr::lambda("t", var("true")))]);
            all.apply(missing())
        }
        8 => {
            let name = text(g.pick(&["a", "", "a b"]));
            call("path", [set([("name", name), ("path", missing()), ("recursive", var("true"))])])
        }
        9 => call("hashFile", [text(g.pick(&["md5", "nope"])), missing()]),
        10 => call("outputOf", [odd(g), text("out")]),
        _ => call(g.pick(&["abort", "throw"]), [text("t")]),
    }
}
