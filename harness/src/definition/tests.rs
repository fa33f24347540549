use nix_evaluator::{session::Session, settings::FeatureSet};

use super::*;
use crate::program;

fn answer(source: &str, depth: Depth) -> Answer {
    let tree = program::read(source).unwrap_or_else(|error| panic!("{source}: {error}"));
    let around = Surroundings { folder: b"/case", features: FeatureSet::default(), no_search_path: true };
    let names = Session::default().names(source.as_bytes());
    evaluate(&tree, names.iter().map(|name| &**name), around, depth, Limits::default())
}

/// What this program comes to, its effects first.
#[track_caller]
fn check(source: &str, expected: &str) {
    let Answer { said, effects, .. } = answer(source, Depth::Whole);
    let end = match said {
        Said::Value(value) => String::from_utf8_lossy(&value).trim_end().to_owned(),
        Said::Failed(error) => format!("error: {}", String::from_utf8_lossy(&error.message)),
        Said::Outside(why) => format!("outside: {why}"),
    };
    assert_eq!(String::from_utf8_lossy(&effects).into_owned() + &end, expected, "{source}");
}

#[test]
fn programs_have_the_values_of_the_reference() {
    check("let f = a: b: a + b; in [ (f 1 2) (map (f 1) [ 2 3 ]) ]", "[ 3 [ 3 4 ] ]");
    check("rec { a = 1; b = a; __overrides = { a = 2; }; }", "{ __overrides = { a = 2; }; a = 2; b = 2; }");
    check("{ a.b = 1; a.c = 2; }", "{ a = { b = 1; c = 2; }; }");
    check(
        "(builtins.trace \"l\" { a = 1; }) // (builtins.trace \"r\" { b = 2; })",
        "trace: r\ntrace: l\n{ a = 1; b = 2; }",
    );
    check("let f = x: x; in [ ([ f ] == [ f ]) (f == f) ]", "[ true false ]");
    check("''\n  a\n    b\n''", "\"a\\n  b\\n\"");
    check("let x = x; in x", "error: infinite recursion encountered");
    check("with { a = 1; }; a + b", "error: undefined variable 'b'");
    check("builtins.split \"(a)|b\" \"xaybz\"", "[ \"x\" [ \"a\" ] \"y\" [ null ] \"z\" ]");
    check("[ 1.5 1000000.0 (builtins.toJSON 1.0e15) ]", "[ 1.5 1e+06 \"1e+15\" ]");
    check("builtins.readFile ./x", "outside: readFile");
    check("builtins.sort (a: b: a < b) [ 3 1 2 ]", "[ 1 2 3 ]");
}

#[test]
fn what_is_not_evaluated_shows() {
    let said = answer("let x = 1 + 1; in [ x (x: x) 3 [ ] ]", Depth::Outermost).said;
    assert_eq!(said, Said::Value("[ <CODE> <CODE> 3 [ ] ]\n".into()));
}

#[test]
fn runaways_are_given_up() {
    check("let f = x: f (x + 1); in f 0", "error: stack overflow; max-call-depth exceeded");
    check("let f = x: 1 + f x; in builtins.genList f 1", "error: stack overflow; max-call-depth exceeded");
}
