//! Regular expressions made by the grammar of POSIX extended ones, and subjects of the same few characters, so that they
//! match often.

use super::{call, list, text, var};
use crate::{
    generate::Generator,
    program::{BinaryOperator as Operator, Expr},
};

const CHARACTERS: &str = "aabbc1-";

/// Alternatives of sequences.
fn expression(g: &mut Generator<'_, '_>, depth: u32) -> String {
    let count = [1, 1, 1, 2, 2, 3][g.below(6)];
    let mut alternatives: Vec<String> = (0..count).map(|_| sequence(g, depth)).collect();
    // Alternatives that begin alike, and those that are alike.
    if count > 1 && g.chance(100) {
        let longer = alternatives[0].clone() + &g.letters(CHARACTERS, 1);
        alternatives[1] = if g.chance(80) { alternatives[0].clone() } else { longer };
    }
    alternatives.join("|")
}

fn sequence(g: &mut Generator<'_, '_>, depth: u32) -> String {
    let count = 1 + g.below(3);
    (0..count).map(|_| piece(g, depth)).collect()
}

fn piece(g: &mut Generator<'_, '_>, depth: u32) -> String {
    let atom = match g.below(16) {
        0..=5 => g.letters(CHARACTERS, 1),
        6 => ".".to_owned(),
        7 => g.pick(&["[ab]", "[^a]", "[a-c]", "[[:digit:]]", "[[:alpha:]-]", "[]a]", "[0-9]"]).to_owned(),
        8 => return g.pick(&["^", "$"]).to_owned(),
        9 => g.pick(&["\\.", "\\-", "\\(", "\\\\"]).to_owned(),
        _ if depth > 0 => format!("({})", expression(g, depth - 1)),
        _ => g.letters(CHARACTERS, 1),
    };
    let quantifier = match g.below(10) {
        0 => "*",
        1 => "+",
        2 => "?",
        3 => g.pick(&["{2}", "{1,2}", "{0,1}", "{1,}"]),
        _ => "",
    };
    atom + quantifier
}

/// Alternatives of which one begins as another does, and a subject in which both are found: which of them is taken shows in
/// what is left.
fn prefixes(g: &mut Generator<'_, '_>) -> Expr {
    let count = 1 + g.below(2);
    let short = g.letters("ab", count);
    let count = 1 + g.below(2);
    let long = short.clone() + &g.letters("abc", count);
    let mut alternatives = [short.clone(), long.clone(), g.letters("abc", 1)][..2 + g.below(2)].to_vec();
    if g.chance(60) {
        alternatives.swap(0, 1);
    }
    let group = format!("({})", alternatives.join("|"));
    let pattern = match g.below(4) {
        0 => group + g.pick(&["?", "*", "+", "c?"]),
        1 => g.letters("x", 1) + &group,
        _ => group,
    };
    let subject: String = (0..1 + g.below(3))
        .map(|_| match g.below(4) {
            0 => short.clone(),
            1 => g.letters("xab", 1),
            _ => format!("x{long}"),
        })
        .collect();
    call(g.pick(&["split", "split", "split", "match"]), [text(pattern), text(subject)])
}

fn subject(g: &mut Generator<'_, '_>) -> Expr {
    let length = g.below(8);
    text(g.letters(CHARACTERS, length))
}

pub(super) fn make(g: &mut Generator<'_, '_>) -> Expr {
    if g.chance(50) {
        return prefixes(g);
    }
    let pattern = match g.below(14) {
        // A group that goes round, and one that has something before it.
        0 => format!("({})*", g.pick(&["[ab]", "a|b", "a|ab", "b?a"])),
        1 => g.letters("ab", 1) + "(" + &expression(g, 0) + ")",
        2 => sequence(g, 1) + "$",
        3..=5 => {
            let one = g.letters("abc", 1);
            match g.below(4) {
                0 => format!("({one})|({one})"),
                1 => format!("({one}|{one}b)"),
                2 => format!("({one}b?)|({one})|(b)"),
                _ => format!("({one})|({one})|({one}b)"),
            }
        }
        _ => expression(g, 2),
    };
    let pattern = text(pattern);
    match g.below(8) {
        0..=2 => call("match", [pattern, subject(g)]),
        3..=6 => call("split", [pattern, subject(g)]),
        _ => {
            let matched = call("match", [pattern, var("s")]);
            let subjects = list((0..3).map(|_| subject(g)));
            call("map", [Expr::lambda("s", matched), subjects])
        }
    }
}

/// An expression that is none.
pub(super) fn failure(g: &mut Generator<'_, '_>) -> Expr {
    let wrong =
        g.pick(&["(", "[a", "*a", "a{2", "a{2,1}", "[b-a]", "+", "[[:nope:]]", ")", "a{x}", "\\", "(a", "[[.x.]"]);
    let before = g.letters("ab", 1);
    let pattern = if g.chance(128) { text(wrong) } else { text(before + wrong) };
    let called = call(g.pick(&["match", "split"]), [pattern, subject(g)]);
    if g.chance(60) { Expr::binary(Operator::Concatenate, called, list([])) } else { called }
}
