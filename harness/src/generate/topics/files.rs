//! Programs of several files. The files are always the same, and stand in the folder that a program is evaluated in:
//! some are written here, some are programs of the other generators.

use std::{fs, io, path::Path};

use super::{call, functor, let_in, list, set, text, var};
use crate::{
    generate::{Configuration, Generator, source_from_seed},
    program::{AttrName, BinaryOperator as Operator, Expr, Node, TextPart, TextStyle},
};

/// The folder of the files, inside that of the program.
pub const FOLDER: &str = "tree";

/// Files with a meaning, by their paths.
const WRITTEN: &[(&str, &[u8])] = &[
    (
        "counted.nix",
        b"builtins.trace \"counted.nix\" { n = builtins.trace \"n\" 1; f = x: [ x ]; self = import ./counted.nix; }\n",
    ),
    ("function.nix", b"{ a, b ? builtins.trace \"default\" a, ... }@all:\n[ a b (builtins.attrNames all) ]\n"),
    ("curried.nix", b"x: y: { inherit x y; sum = x + y; }\n"),
    ("scoped.nix", b"[ scoped (builtins.trace \"scoped.nix\" scoped) ]\n"),
    ("shadowed.nix", b"map (x: [ x ]) [ 1 2 ]\n"),
    (
        "lib/default.nix",
        b"rec {\n  id = x: x;\n  twice = f: x: f (f x);\n  other = import ./other.nix { inherit id; };\n}\n",
    ),
    ("lib/other.nix", b"{ id }: id (import ../counted.nix).n + 1\n"),
    ("throws.nix", b"builtins.trace \"throws.nix\" (throw \"from a file\")\n"),
    ("fails.nix", b"{ a }:\n  a + \"x\"\n"),
    ("wrong.nix", b"{ a = 1;\n  b = ; }\n"),
    ("unbound.nix", b"x: nowhere\n"),
    ("cycle/one.nix", b"import ./two.nix\n"),
    ("cycle/two.nix", b"import ./one.nix\n"),
    ("empty.nix", b""),
    ("empty", b""),
    ("text", b"one\ntwo\n"),
    ("spaces and ''quotes''", b"${x} \\n \"\n"),
    ("bytes", b"\xff\xfe\x80 a\n"),
    ("zero", b"a\0b"),
    ("data.json", b"{\"zz9\": [1, 2.5, null], \"aa8\": {\"k\": \"v\"}}\n"),
    ("data.toml", b"zz9 = [1, 2]\n[aa8]\nk = \"v\"\n"),
    ("folder/a", b"a"),
    ("folder/b.nix", b"{ b = ../text; }\n"),
    ("folder/deeper/c", b"c"),
];

/// How many files are made by the other generators.
const MADE: u64 = 8;

/// All of them: paths in [`FOLDER`] and content.
pub fn all() -> Vec<(String, Vec<u8>)> {
    let configuration = Configuration { several_lines: true, size: 20, ..Configuration::default() };
    let written = WRITTEN.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec()));
    let made = (0..MADE).map(|number| (format!("made/{number}.nix"), source_from_seed(number, &configuration)));
    written.chain(made).collect()
}

/// Writes the files into a folder.
///
/// # Errors
/// When they cannot be written.
pub fn write(folder: &Path) -> io::Result<()> {
    for (path, bytes) in all() {
        let file = folder.join(FOLDER).join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(file, bytes)?;
    }
    Ok(())
}

fn path(file: &str) -> Expr {
    Expr::Path(vec![TextPart::Literal(format!("./{FOLDER}/{file}"))])
}

/// The path of a file, in one of the ways to name it.
fn named(g: &mut Generator<'_, '_>, file: &str) -> Expr {
    match g.below(6) {
        0 => Expr::binary(Operator::Add, path("lib"), text(format!("/../{file}"))),
        1 => Expr::Path(vec![TextPart::Literal(format!("./{FOLDER}/")), TextPart::Interpolation(text(file))]),
        2 => {
            let folder = Expr::Path(vec![TextPart::Literal(format!("./{FOLDER}/lib"))]);
            Expr::binary(Operator::Add, call("dirOf", [folder]), text(format!("/{file}")))
        }
        _ => path(file),
    }
}

fn import(g: &mut Generator<'_, '_>, file: &str) -> Expr {
    let from = named(g, file);
    if g.chance(30) { Expr::variable("import").apply(from) } else { call("import", [from]) }
}

/// A file that is imported more than once, and what comes of it each time.
fn imported_again(g: &mut Generator<'_, '_>) -> Expr {
    let file = g.pick(&["counted.nix", "counted.nix", "lib/default.nix", "lib", "curried.nix"]);
    let (one, other) = (import(g, file), import(g, file));
    match (file, g.below(4)) {
        ("counted.nix", 0) => list([one.select("n"), other.select("n")]),
        ("counted.nix", 1) => Expr::binary(Operator::Equal, list([one.select("f")]), list([other.select("f")])),
        ("counted.nix", 2) => list([one.select("self").select("n"), other.select("n")]),
        ("counted.nix", _) => list([call("seq", [one, Expr::Integer(1)]), other.select("n")]),
        ("curried.nix", _) => list([one.apply(Expr::Integer(1)).apply(Expr::Integer(2)), call("isFunction", [other])]),
        _ => list([
            one.select("other"),
            other.select("twice").apply(Expr::lambda("x", list([var("x")]))).apply(Expr::Integer(1)),
        ]),
    }
}

fn scoped(g: &mut Generator<'_, '_>, file: &str) -> Expr {
    let value = g.number_in(0..9);
    let replaced = Expr::lambda("f", Expr::lambda("xs", list([var("xs")])));
    let scope = set([("scoped", g.maybe_traced(value)), ("map", replaced)]);
    let scope = g.maybe_traced(scope);
    call("scopedImport", [scope, named(g, file)])
}

/// Which of the files of a folder are taken, and what is seen of what was taken.
fn taken(g: &mut Generator<'_, '_>) -> Expr {
    let body = match g.below(5) {
        0 => var("true"),
        1 => Expr::binary(Operator::NotEqual, call("baseNameOf", [var("p")]), text(g.pick(&["a", "deeper", "text"]))),
        2 => Expr::binary(Operator::Equal, var("t"), text(g.pick(&["directory", "regular"]))),
        3 => call("trace", [call("baseNameOf", [var("p")]), var("true")]),
        _ => Expr::binary(
            Operator::Or,
            Expr::binary(Operator::Equal, var("t"), text("directory")),
            call("elem", [call("baseNameOf", [var("p")]), list([text("a"), text("c")])]),
        ),
    };
    let filter = Expr::lambda("p", Expr::lambda("t", body));
    let filter = if g.chance(50) { functor(filter) } else { filter };
    let from = path(g.pick(&["folder", "folder/deeper", "lib", "text", "cycle"]));
    match g.below(4) {
        0 => call("filterSource", [filter, from]),
        1 => {
            let name = text(g.pick(&["n", "x-1"]));
            call("path", [set([("path", from), ("filter", filter), ("name", name)])])
        }
        2 => {
            let flat = var(g.pick(&["true", "true", "false"]));
            let from = path(g.pick(&["text", "bytes", "empty", "zero"]));
            call("path", [set([("recursive", flat), ("name", text("n")), ("path", from)])])
        }
        _ => {
            let copied = Expr::Text(TextStyle::Quoted, vec![TextPart::Interpolation(from)]);
            let_in([("c", copied)], list([var("c"), call("getContext", [var("c")])]))
        }
    }
}

pub(super) fn make(g: &mut Generator<'_, '_>) -> Expr {
    match g.below(18) {
        0..=4 => imported_again(g),
        5 => {
            let given = set([("a", g.number_in(0..9)), ("c", Expr::Integer(3))]);
            let given = g.maybe_traced(given);
            import(g, "function.nix").apply(given)
        }
        6 => scoped(g, "scoped.nix"),
        7 => list([scoped(g, "shadowed.nix"), import(g, "shadowed.nix")]),
        8 => {
            let thrown = import(g, "throws.nix");
            let tried = call("tryEval", [thrown]);
            list([tried.clone(), tried])
        }
        9 => {
            let made = format!("made/{}.nix", g.below(MADE as usize));
            call("tryEval", [call("typeOf", [import(g, &made)])])
        }
        10 => call("readDir", [named(g, "folder")]),
        11 => {
            let file = g.pick(&["text", "bytes", "empty", "spaces and ''quotes''", "folder/a"]);
            let read = call("readFile", [named(g, file)]);
            match g.below(4) {
                0 => read,
                1 => call("split", [text("\n"), read]),
                2 => call("stringLength", [read]),
                _ => call("hashString", [text("sha256"), read]),
            }
        }
        12 => match g.chance(128) {
            true => call("fromJSON", [call("readFile", [named(g, "data.json")])]),
            false => call("fromTOML", [call("readFile", [named(g, "data.toml")])]),
        },
        13 => {
            let file = g.pick(&["text", "lib", "nowhere", "empty", "text/a"]);
            call(if file == "nowhere" || file == "text/a" { "pathExists" } else { "readFileType" }, [named(g, file)])
        }
        14 => {
            let names = call("attrNames", [call("readDir", [path("folder")])]);
            let kinds = Expr::lambda(
                "n",
                call(
                    "readFileType",
                    [Expr::binary(Operator::Add, path("folder"), Expr::binary(Operator::Add, text("/"), var("n")))],
                ),
            );
            call("map", [kinds, names])
        }
        _ => taken(g),
    }
}

/// A file that is missing, wrong or fails.
pub(super) fn failure(g: &mut Generator<'_, '_>) -> Expr {
    match g.below(9) {
        0 => {
            let file = g.pick(&["wrong.nix", "empty.nix", "text", "nowhere.nix", "folder", "cycle/one.nix", "bytes"]);
            import(g, file)
        }
        1 => import(g, "throws.nix"),
        2 => {
            let given = set([(g.pick(&["a", "b"]), Expr::Integer(1))]);
            import(g, "fails.nix").apply(given)
        }
        3 => import(g, "unbound.nix").apply(Expr::Integer(1)),
        4 => {
            let file = g.pick(&["folder", "nowhere", "zero"]);
            call("readFile", [named(g, file)])
        }
        5 => {
            let file = g.pick(&["text", "nowhere"]);
            call("readDir", [named(g, file)])
        }
        6 => import(g, "scoped.nix"),
        7 => {
            let filter = Expr::lambda("p", Expr::lambda("t", Expr::Integer(1)));
            call("filterSource", [filter, path("folder")])
        }
        _ => Expr::Select {
            subject: Node::new(import(g, "counted.nix")),
            path: vec![AttrName::Plain("missing".to_owned())],
            default: None,
        },
    }
}
