//! Puts a probe around each expression of a program that the reference delays.

use std::{cmp::Reverse, collections::HashMap};

use nix_evaluator::source::{Origin, SourceMap};
use rnix::{
    SyntaxKind,
    ast::{self, BinOpKind, Expr},
};
use rowan::{TextRange, ast::AstNode};
use serde::{Deserialize, Serialize};

use crate::program::read::{LONGEST, STACK};

/// What a probe prints before its number.
pub(super) const MARK: &str = "thunkproof:";

/// The builtin that prints, by the name that hardly any program binds.
const TRACE: &str = "__trace";

/// Longest beginning of an expression that is shown, in characters.
const SHOWN: usize = 40;

/// Where a delayed expression stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its line, from 1.
    pub line: usize,
    /// Its column, from 1, in bytes.
    pub column: usize,
    /// Its first line, or the beginning of it.
    pub text: String,
}

/// A program with probes.
#[derive(Clone, Debug)]
pub struct Probed {
    /// Its text.
    pub text: String,
    /// Where the expressions stand that have a probe, by its number.
    pub places: Vec<Place>,
}

/// Why a program gets no probes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unprobed {
    /// It is longer than programs are that are read into a tree.
    #[error("it is longer than {LONGEST} bytes")]
    Long,
    /// It is no program.
    #[error("it does not parse")]
    Syntax,
    /// It uses what the probes use.
    #[error("it names `{TRACE}`, which the probes call")]
    Taken,
    /// Nothing in it is delayed.
    #[error("nothing in it is delayed")]
    Nothing,
}

/// The program with a probe around each expression that the reference delays: values of attributes, elements of lists,
/// arguments, defaults, and what `with` and `inherit` take names from. Variables are passed on as the thunks that they
/// are, and literals need none, so they get no probe.
///
/// # Errors
/// When it is too long, does not parse, calls what the probes call, or delays nothing.
pub fn probe(program: &str) -> Result<Probed, Unprobed> {
    if program.len() > LONGEST {
        return Err(Unprobed::Long);
    }
    stacker::grow(STACK, || probe_here(program))
}

fn probe_here(program: &str) -> Result<Probed, Unprobed> {
    let parsed = rnix::Root::parse(program);
    if !parsed.errors().is_empty() {
        return Err(Unprobed::Syntax);
    }
    let mut found: Vec<Expr> = Vec::new();
    let mut bindings: Vec<ast::AttrpathValue> = Vec::new();
    for node in parsed.syntax().descendants() {
        match node.kind() {
            SyntaxKind::NODE_APPLY => found.extend(ast::Apply::cast(node).and_then(|it| it.argument())),
            SyntaxKind::NODE_LIST => found.extend(ast::List::cast(node).into_iter().flat_map(|it| it.items())),
            SyntaxKind::NODE_ATTRPATH_VALUE => bindings.extend(ast::AttrpathValue::cast(node)),
            SyntaxKind::NODE_BIN_OP => found.extend(ast::BinOp::cast(node).and_then(|it| piped(&it))),
            SyntaxKind::NODE_PAT_ENTRY => found.extend(ast::PatEntry::cast(node).and_then(|it| it.default())),
            SyntaxKind::NODE_INHERIT_FROM => found.extend(ast::InheritFrom::cast(node).and_then(|it| it.expr())),
            SyntaxKind::NODE_WITH => found.extend(ast::With::cast(node).and_then(|it| it.namespace())),
            SyntaxKind::NODE_IDENT if node.text() == TRACE => return Err(Unprobed::Taken),
            _ => {}
        }
    }
    found.extend(values(&bindings));
    let sources = SourceMap::default();
    let source = sources.add(Origin::Stdin, program.as_bytes()).ok_or(Unprobed::Long)?;
    found.sort_by_key(|expr| {
        let range = expr.syntax().text_range();
        (range.start(), Reverse(range.end()))
    });
    let (mut places, mut ranges) = (Vec::new(), Vec::new());
    for expr in found {
        let inner = without_parentheses(expr.clone());
        let range = inner.syntax().text_range();
        let (start, end) = (usize::from(range.start()), usize::from(range.end()));
        if !is_delayed(&inner) {
            continue;
        }
        let outer = expr.syntax().text_range();
        ranges.push((outer.start().into(), outer.end().into()));
        let place = sources.place(source.at(start)).expect("the source is there");
        let text = program[start..end].lines().next().unwrap_or_default().chars().take(SHOWN).collect();
        places.push(Place { line: place.line, column: place.column, text });
    }
    if places.is_empty() {
        return Err(Unprobed::Nothing);
    }
    Ok(Probed { text: with_probes(program, &ranges), places })
}

/// What is passed by a pipe.
fn piped(operation: &ast::BinOp) -> Option<Expr> {
    match operation.operator()? {
        BinOpKind::PipeRight => operation.lhs(),
        BinOpKind::PipeLeft => operation.rhs(),
        _ => None,
    }
}

/// The values of bindings, but for sets that the parser joins with other bindings of their name: behind a call it could
/// not, and the program would bind a name twice.
fn values(bindings: &[ast::AttrpathValue]) -> Vec<Expr> {
    let name = |binding: &ast::AttrpathValue| -> Option<(TextRange, String)> {
        let first = binding.attrpath()?.attrs().next()?;
        Some((binding.syntax().parent()?.text_range(), first.syntax().text().to_string()))
    };
    let mut counts: HashMap<(TextRange, String), usize> = HashMap::new();
    for name in bindings.iter().filter_map(name) {
        *counts.entry(name).or_default() += 1;
    }
    let is_joined = |binding: &ast::AttrpathValue| name(binding).is_some_and(|name| counts[&name] > 1);
    let value = |binding: &ast::AttrpathValue| {
        binding.value().filter(|value| !(matches!(value, Expr::AttrSet(_)) && is_joined(binding)))
    };
    bindings.iter().filter_map(value).collect()
}

/// What stands in parentheses, which delay nothing.
fn without_parentheses(expr: Expr) -> Expr {
    match &expr {
        Expr::Paren(parentheses) => parentheses.expr().map_or(expr.clone(), without_parentheses),
        _ => expr,
    }
}

/// Whether the reference makes a thunk for it.
fn is_delayed(expr: &Expr) -> bool {
    let is_interpolated = || expr.syntax().descendants().any(|node| node.kind() == SyntaxKind::NODE_INTERPOL);
    match expr {
        Expr::Ident(_) | Expr::Literal(_) => false,
        Expr::Str(_) | Expr::PathAbs(_) | Expr::PathRel(_) | Expr::PathHome(_) => is_interpolated(),
        Expr::List(list) => list.items().next().is_some(),
        _ => true,
    }
}

/// The program with what stands in each range called by a probe of its number. Ranges hold each other or stand apart.
fn with_probes(program: &str, ranges: &[(usize, usize)]) -> String {
    // Where several meet: first what ends, the inner one first, then what begins, the outer one first.
    let mut pieces: Vec<((usize, bool, usize), String)> = Vec::new();
    for (number, &(start, end)) in ranges.iter().enumerate() {
        let length = end - start;
        pieces.push(((start, true, usize::MAX - length), format!("({TRACE} \"{MARK}{number}\" (")));
        pieces.push(((end, false, length), "))".to_owned()));
    }
    pieces.sort();
    let (mut text, mut at) = (String::with_capacity(program.len() * 2), 0);
    for ((offset, ..), piece) in pieces {
        text.push_str(&program[at..offset]);
        text.push_str(&piece);
        at = offset;
    }
    text.push_str(&program[at..]);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(program: &str, expected: &str, places: &[&str]) {
        let probed = probe(program).expect("it gets probes");
        assert_eq!(probed.text.replace("__trace \"thunkproof:", "T \""), expected);
        let shown: Vec<_> = probed.places.iter().map(|it| format!("{}:{} {}", it.line, it.column, it.text)).collect();
        assert_eq!(shown, places);
    }

    #[test]
    fn what_is_delayed_gets_a_probe() {
        check(
            "let a = 1 + 1; f = x: x; in f (a + 1) [ a (f a) ]",
            "let a = (T \"0\" (1 + 1)); f = (T \"1\" (x: x)); in f (T \"2\" ((a + 1))) (T \"3\" ([ a (T \"4\" ((f a))) ]))",
            &["1:9 1 + 1", "1:20 x: x", "1:32 a + 1", "1:39 [ a (f a) ]", "1:44 f a"],
        );
        check(
            "{ x ? y.z }: with (f 1); {\n  inherit (x.a) b; c = \"${x}\"; d = \"e\"; e = [ ]; }",
            "{ x ? (T \"0\" (y.z)) }: with (T \"1\" ((f 1))); {\n  inherit ((T \"2\" (x.a))) b; c = (T \"3\" (\"${x}\")); d = \"e\"; e = [ ]; }",
            &["1:7 y.z", "1:20 f 1", "2:12 x.a", "2:24 \"${x}\""],
        );
    }

    #[test]
    fn a_set_that_is_joined_stays_and_what_is_piped_gets_a_probe() {
        check(
            "{ a = { x = 1 + 1; }; a.y = 2 + 2; b = { z = 3; }; }",
            "{ a = { x = (T \"0\" (1 + 1)); }; a.y = (T \"1\" (2 + 2)); b = (T \"2\" ({ z = 3; })); }",
            &["1:13 1 + 1", "1:29 2 + 2", "1:40 { z = 3; }"],
        );
        check("f 1 |> g", "(T \"0\" (f 1)) |> g", &["1:1 f 1"]);
    }

    #[test]
    fn a_long_chain_of_operators_gets_probes_on_a_small_stack() {
        // rnix reads it in a loop, into a tree as deep as the chain is long.
        let program = format!("f 1{}", " + f (1 + 1)".repeat(30_000));
        let here = std::thread::Builder::new().stack_size(512 << 10);
        let probed = here.spawn(move || probe(&program)).expect("a thread").join().expect("it ends");
        assert_eq!(probed.expect("it gets probes").places.len(), 30_000);
    }

    #[test]
    fn some_programs_get_none() {
        assert_eq!(probe(&" ".repeat(LONGEST + 1)).unwrap_err(), Unprobed::Long);
        assert_eq!(probe("1 +").unwrap_err(), Unprobed::Syntax);
        assert_eq!(probe("1 + 1").unwrap_err(), Unprobed::Nothing);
        assert_eq!(probe("[ (__trace 1 2) ]").unwrap_err(), Unprobed::Taken);
    }
}
