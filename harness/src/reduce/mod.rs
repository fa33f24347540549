//! Makes a program smaller while it stays interesting: a divergence of a line or two shows its cause, one of a page
//! does not.
//!
//! [`reduce`] works on the tree, [`bytes::reduce`] on what cannot be read into one. Both take a step only if the
//! smaller program passes the caller's test. Candidates are tried in parallel, and the first in order that passes is
//! taken, so the outcome does not depend on how threads run. It depends on the clock only where the time runs out.

pub mod bytes;
mod deletions;
pub mod divergence;
pub mod form;
mod names;
pub mod repair;
mod rewrites;
mod search;
pub mod shape;
mod substitution;

use std::time::Duration;

use crate::program::Expr;
use search::Search;

/// How much a reduction may try before it stops at the smallest program so far.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// On the clock.
    pub time: Duration,
    /// Candidates that are looked at.
    pub tries: usize,
}

impl Default for Effort {
    fn default() -> Effort {
        Effort { time: Duration::from_secs(120), tries: 50_000 }
    }
}

/// What came of a reduction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reduced<T> {
    /// The smallest interesting program that was found.
    pub program: T,
    /// How many candidates were looked at.
    pub tries: usize,
    /// Whether nothing smaller is in reach: no limit cut the search short.
    pub finished: bool,
}

/// Why there is nothing to reduce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The program is not interesting to begin with.
    #[error("the program does not show what is to be kept, so there is nothing to reduce")]
    NotInteresting,
    /// The smallest program is interesting, so the test tells nothing.
    #[error("even `null` shows what is to be kept: the test says nothing about the program")]
    NothingIsInteresting,
}

/// The smallest program: where even this one is interesting, the test is no test.
fn nothing() -> Expr {
    Expr::variable("null")
}

/// Makes `program` as small as the passes can while `is_interesting` holds of it.
///
/// # Errors
/// When the program is not interesting, or the smallest program is.
pub fn reduce(
    program: &Expr,
    is_interesting: impl Fn(&Expr) -> bool + Sync,
    effort: Effort,
) -> Result<Reduced<Expr>, Refused> {
    if !is_interesting(program) {
        return Err(Refused::NotInteresting);
    }
    if is_interesting(&nothing()) {
        return Err(Refused::NothingIsInteresting);
    }
    let key = |program: &Expr| program.to_source().into_bytes();
    let mut search = Search::new(program.clone(), &is_interesting, &key, effort);
    loop {
        let before = search.best().to_source();
        for pass in PASSES {
            sweep(&mut search, pass);
        }
        if search.best().to_source() == before || search.is_over() {
            break;
        }
    }
    names::shorten(&mut search);
    Ok(search.finish())
}

/// A pass: what an expression could be exchanged for, in the order in which it is tried.
type Pass = fn(&Expr) -> Vec<Expr>;

/// All passes, from those that take most away.
const PASSES: [Pass; 5] =
    [rewrites::hoist, deletions::delete, rewrites::unwrap, substitution::inline, rewrites::simplify];

/// Applies a pass to every expression of the program, the largest first.
fn sweep(search: &mut Search<'_, Expr>, pass: Pass) {
    let mut position = 0;
    while !search.is_over() {
        let best = search.best().clone();
        let size = Size::of(&best);
        let mut numbers: Vec<(usize, usize)> = best.sizes().into_iter().enumerate().collect();
        numbers.sort_by_key(|(number, size)| (std::cmp::Reverse(*size), *number));
        if position >= numbers.len() {
            return;
        }
        let candidates = (position..numbers.len()).flat_map(|position| {
            let number = numbers[position].0;
            let rewritten = best.nth(number).map(pass).unwrap_or_default();
            let best = &best;
            rewritten.into_iter().map(move |expr| {
                let mut candidate = best.clone();
                if let Some(place) = candidate.nth_mut(number) {
                    *place = expr;
                }
                (position, candidate)
            })
        });
        let smaller = candidates.filter(|(_, candidate)| Size::of(candidate) < size);
        match search.take_first(smaller) {
            Some(at) => position = at,
            None => return,
        }
    }
}

/// How large a program is, for the reducer: expressions first, then digits of numbers that nobody knows, then characters,
/// then the text itself, so that there is always a smaller one of two. What depends on files weighs more than a failing
/// call.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Size(usize, usize, usize, String);

impl Size {
    fn of(program: &Expr) -> Size {
        let source = program.to_source();
        let (mut weight, mut digits) = (0, 0);
        program.each(&mut |_, expr| {
            weight += if matches!(expr, Expr::SearchPath(_)) { 4 } else { 1 };
            digits += match expr {
                Expr::Integer(value) if !rewrites::is_well_known(*value) => value.to_string().len(),
                _ => 0,
            };
        });
        Size(weight, digits, source.len(), source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::read;

    /// What is left of `source` if its text must hold each of `wanted`.
    fn check(source: &str, wanted: &[&str], expected: &str) {
        let program = read(source).unwrap_or_else(|error| panic!("{source}: {error}"));
        let test = |program: &Expr| {
            let text = program.to_source();
            wanted.iter().all(|part| text.contains(part))
        };
        let reduced = reduce(&program, test, Effort::default()).unwrap_or_else(|error| panic!("{source}: {error}"));
        assert!(reduced.finished, "{source}");
        assert_eq!(reduced.program.to_source(), expected, "{source}");
        let again = reduce(&program, test, Effort::default()).map(|reduced| reduced.program);
        assert_eq!(again, Ok(reduced.program), "{source}: another outcome the second time");
    }

    #[test]
    fn what_does_not_matter_goes() {
        check("let a = 1; b = { c = [ 2 3 (4 // 5) ]; d = 6; }; in with b; if a == 1 then c else d", &["//"], "0 // 0");
        check("{ a, b ? 1, ... }@all: x: builtins.map (y: y) [ x a b ]", &["map"], "map");
        check("let f = x: x + 1; in f (f 7)", &["7"], "7");
        check("''\n  some text ${toString 12}\n''", &["toString"], "toString");
        check("let z = 1; let_ = z; in { inherit z; w = let_; q = z; }", &["inherit"], "{ inherit; }");
        check("a.b.c.d or e ? f.g", &["?"], "0 ? g");
        check("{ a ? 1, b }: throw \"some message\"", &["throw", "\""], "throw \"\"");
        check("(with builtins; map) (x: x) [ ]", &["builtins", "map"], "builtins.map");
        check("let long = x: other long; in long", &["let"], "let in 0");
        check("[ 9223372036854774947 ]", &["922337203685477"], "9223372036854775807");
    }

    #[test]
    fn calls_of_map_are_written_out() {
        let program = read("builtins.map f [ a b ]").expect("it parses");
        let candidates: Vec<String> = rewrites::unwrap(&program).iter().map(Expr::to_source).collect();
        assert!(candidates.contains(&"[ (f a) (f b) ]".to_owned()), "{candidates:?}");
    }

    #[test]
    fn a_test_that_tells_nothing_is_refused() {
        let program = read("1 + 2").expect("it parses");
        assert_eq!(reduce(&program, |_| false, Effort::default()), Err(Refused::NotInteresting));
        assert_eq!(reduce(&program, |_| true, Effort::default()), Err(Refused::NothingIsInteresting));
    }

    #[test]
    fn limits_cut_it_short_and_say_so() {
        let program = read("[ 1 2 3 4 5 6 7 8 9 (10 // 11) ]").expect("it parses");
        let test = |program: &Expr| program.to_source().contains("//");
        let effort = Effort { tries: 3, ..Effort::default() };
        let reduced = reduce(&program, test, effort).expect("interesting");
        assert!(!reduced.finished && reduced.tries <= 3 && test(&reduced.program), "{reduced:?}");
    }
}
