//! Changes of programs, on the tree: how a fuzzer makes new entries of its corpus.
//!
//! The corpus is plain Nix source. As libFuzzer's custom mutator and crossover want it, sources go in and come out as
//! bytes, and the same seed gives the same change. A changed program parses again; a source that is no program is
//! changed as bytes.

mod bytes;
pub mod clock;
mod operations;
mod scope;
mod trees;

use std::rc::Rc;

use fastrand::Rng;

use crate::program::{AttrName, Binding, Expr, Lambda, Parameter, read::parsed};

/// How many changes are tried before another way is taken.
const TRIES: usize = 12;

/// Longest source that is read into a tree: to change a larger one takes longer than to evaluate it.
const LONGEST: usize = 64 << 10;

/// Changes a source. What comes is not longer than `most` bytes.
pub fn mutate(source: &[u8], seed: u64, most: usize) -> Vec<u8> {
    let mut rng = Rng::with_seed(seed);
    match tree(source) {
        Some(program) => mutant(&program, None, &mut rng, most).unwrap_or_else(|| {
            if source.len() <= most { source.to_vec() } else { bytes::mutate(source, &mut rng, most) }
        }),
        None => bytes::mutate(source, &mut rng, most),
    }
}

/// Puts a part of `other` into `one`. What comes is not longer than `most` bytes.
pub fn crossover(one: &[u8], other: &[u8], seed: u64, most: usize) -> Vec<u8> {
    let mut rng = Rng::with_seed(seed);
    match (tree(one), tree(other)) {
        (Some(one), Some(other)) => crossed(&one, &other, &mut rng, most),
        _ => None,
    }
    .unwrap_or_else(|| bytes::cross(one, other, &mut rng, most))
}

/// Changes a program once or a few times, taking parts from `other` if there is one. Gives whether it could. What comes
/// does not show the time of day.
pub fn change(program: &mut Expr, other: Option<&Expr>, rng: &mut Rng) -> bool {
    let total: u32 = operations::OPERATIONS.iter().map(|(_, weight, _)| weight).sum();
    let mut changed = false;
    // One change most often; now and then several at once, to get over what one alone would break.
    let count = 1 + usize::from(rng.u32(0..4) == 0) + usize::from(rng.u32(0..12) == 0);
    for _ in 0..count {
        let mut drawn = rng.u32(0..total);
        let chosen = operations::OPERATIONS.iter().find(|(_, weight, _)| {
            let is_it = drawn < *weight;
            drawn = drawn.wrapping_sub(*weight);
            is_it
        });
        if let Some((_, _, operation)) = chosen {
            changed |= operation(program, rng, other);
        }
    }
    if changed {
        clock::hide(program);
    }
    changed
}

/// The tree of a source, if it is a program that is changed on its tree. What was made or read lately is at hand.
pub fn tree(source: &[u8]) -> Option<Rc<Expr>> {
    if source.len() > LONGEST { None } else { trees::read(source) }
}

/// The source of a program, whose tree is at hand from then on.
pub fn written(program: Expr) -> Vec<u8> {
    let source = program.to_source().into_bytes();
    trees::keep(&source, program);
    source
}

/// A changed program that parses and fits.
fn mutant(program: &Expr, other: Option<&Expr>, rng: &mut Rng, most: usize) -> Option<Vec<u8>> {
    (0..TRIES).find_map(|_| {
        let mut changed = program.clone();
        if !change(&mut changed, other, rng) {
            return None;
        }
        fitting(changed, most)
    })
}

fn crossed(one: &Expr, other: &Expr, rng: &mut Rng, most: usize) -> Option<Vec<u8>> {
    (0..TRIES).find_map(|_| {
        let mut changed = one.clone();
        if !operations::splice(&mut changed, rng, Some(other)) {
            return None;
        }
        clock::hide(&mut changed);
        fitting(changed, most)
    })
}

/// The source of a program, if it is one and fits.
fn fitting(program: Expr, most: usize) -> Option<Vec<u8>> {
    let source = program.to_source().into_bytes();
    if source.len() > most || (may_bind_twice(&program) && parsed(&source).is_err()) {
        return None;
    }
    trees::keep(&source, program);
    Some(source)
}

/// Whether a name may be bound twice in one place, which the parser refuses unless it can merge what is bound. It is all
/// that a change can do wrong; to parse each program for it would take as long as to evaluate it.
fn may_bind_twice(program: &Expr) -> bool {
    let mut found = false;
    program.each(&mut |_, expr| {
        found = found
            || match expr {
                Expr::Attrset { bindings, .. } | Expr::LetBody(bindings) | Expr::Let { bindings, .. } => {
                    let mut seen = Vec::new();
                    bindings.iter().any(|binding| match binding {
                        Binding::Value { path, .. } => match &path[0] {
                            AttrName::Plain(name) => is_repeated(name, &mut seen),
                            // The parser knows the name where it is a literal.
                            _ => true,
                        },
                        Binding::Inherit(inherited) => inherited.names.iter().any(|name| is_repeated(name, &mut seen)),
                    })
                }
                Expr::Lambda(Lambda { parameter: Parameter::Pattern(pattern), .. }) => {
                    let mut seen = Vec::new();
                    let names = pattern.formals.iter().map(|formal| &formal.name);
                    names.chain(pattern.at.iter().map(|(name, _)| name)).any(|name| is_repeated(name, &mut seen))
                }
                _ => false,
            };
    });
    found
}

fn is_repeated<'a>(name: &'a str, seen: &mut Vec<&'a str>) -> bool {
    let repeated = seen.contains(&name);
    seen.push(name);
    repeated
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        engine::{Embedded, Limits},
        generate::{Configuration, generate_from_seed, statistics::Statistics},
    };

    const MOST: usize = 8 << 10;

    fn program(seed: u64) -> Vec<u8> {
        let configuration = Configuration { size: 40, ..Configuration::default() };
        generate_from_seed(seed, &configuration).to_source().into_bytes()
    }

    #[test]
    fn mutants_parse_differ_and_mostly_give_a_value() {
        let (mut mutants, mut same) = (Vec::new(), 0);
        for seed in 0..300 {
            let source = program(seed);
            // A second change goes on from what the first has made, as in a campaign.
            let first = mutate(&source, seed, MOST);
            let second = mutate(&first, seed + 1000, MOST);
            let cross = crossover(&source, &program(seed + 5000), seed, MOST);
            same += usize::from(first == source) + usize::from(second == first) + usize::from(cross == source);
            mutants.extend([first, second, cross]);
        }
        assert!(same < 30, "{same} of 900 are as before");
        assert!(mutants.iter().all(|mutant| mutant.len() <= MOST));
        let mutants: Vec<String> =
            mutants.into_iter().map(|mutant| String::from_utf8(mutant).expect("programs are UTF-8 here")).collect();
        let engine = Embedded::new(Limits::of_time(Duration::from_secs(60)));
        let statistics = Statistics::of(&mutants, &engine, false);
        assert_eq!(statistics.unparsed, 0);
        println!("{} of 900 mutants give a value: {:?}", statistics.values, statistics.endings);
        assert!(statistics.values >= 450, "{} of 900 give a value: {:?}", statistics.values, statistics.endings);
    }

    #[test]
    fn the_same_seed_gives_the_same_change() {
        for seed in 0..20 {
            let (one, other) = (program(seed), program(seed + 1));
            assert_eq!(mutate(&one, seed, MOST), mutate(&one, seed, MOST));
            assert_eq!(crossover(&one, &other, seed, MOST), crossover(&one, &other, seed, MOST));
        }
    }

    #[test]
    fn every_change_is_made_somewhere_and_parses() {
        for (name, _, operation) in operations::OPERATIONS {
            let mut made = 0;
            for seed in 0..40 {
                let configuration = Configuration { size: 30, ..Configuration::default() };
                let before = generate_from_seed(seed, &configuration);
                let mut rng = Rng::with_seed(seed);
                let mut after = before.clone();
                let other = generate_from_seed(seed + 100, &configuration);
                if operation(&mut after, &mut rng, Some(&other)) && fitting(after.clone(), usize::MAX).is_some() {
                    made += usize::from(after != before);
                }
            }
            assert!(made >= 5, "{name}: {made} of 40");
        }
    }

    #[test]
    fn what_is_no_program_is_changed_as_bytes_and_kept_short() {
        for seed in 0..200 {
            assert!(mutate(b"let a = \xff; in", seed, 20).len() <= 20);
            assert!(mutate(b"", seed, 5).len() <= 5);
            assert!(crossover(b"1 +", b"{ a = 1; }", seed, 8).len() <= 8);
            assert!(mutate(&program(seed), seed, 10).len() <= 10);
        }
    }
}
