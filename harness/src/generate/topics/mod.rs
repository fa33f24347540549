//! Programs about one topic: small calls in which one part of the language meets itself, such as contexts in every
//! operation on strings, or regular expressions made by a grammar. Elsewhere such calls are rare, and what surrounds
//! them decides what they are given.
//!
//! A program has one or two topics, so that cheap programs stay cheap: only `sizes` makes large values. What is known
//! to fail stands alone, because nothing behind it would be evaluated.

mod arguments;
mod contexts;
mod derivations;
mod documents;
mod failures;
pub mod files;
mod functors;
mod identity;
mod keys;
mod names;
mod numbers;
mod patterns;
mod reach;
mod scopes;
mod sets;
mod sizes;

use super::{Generator, swarm::Feature};
use crate::program::{Binding, Expr};

/// Of 256 programs that may be about a topic, how many are.
const SHARE: u8 = 128;

/// Of 256 programs about a topic, how many are one call that is expected to fail.
const FAILING: u8 = 72;

/// A part of the language.
struct Topic {
    /// How often it is drawn, beside others.
    weight: u8,
    /// A call that mostly gives a value.
    call: fn(&mut Generator<'_, '_>) -> Expr,
    /// A call that mostly fails for good.
    failure: fn(&mut Generator<'_, '_>) -> Expr,
}

const TOPICS: &[Topic] = &[
    Topic { weight: 20, call: arguments::make, failure: arguments::failure },
    Topic { weight: 22, call: contexts::make, failure: contexts::failure },
    Topic { weight: 6, call: derivations::make, failure: derivations::failure },
    Topic { weight: 16, call: documents::make, failure: documents::failure },
    Topic { weight: 6, call: failures::caught, failure: failures::failure },
    Topic { weight: 8, call: functors::make, failure: functors::failure },
    Topic { weight: 10, call: identity::make, failure: identity::failure },
    Topic { weight: 12, call: keys::make, failure: keys::failure },
    Topic { weight: 10, call: names::make, failure: names::failure },
    Topic { weight: 18, call: numbers::make, failure: numbers::failure },
    Topic { weight: 16, call: patterns::make, failure: patterns::failure },
    Topic { weight: 5, call: reach::make, failure: reach::failure },
    Topic { weight: 10, call: scopes::make, failure: scopes::failure },
    Topic { weight: 18, call: sets::make, failure: sets::failure },
    Topic { weight: 8, call: sizes::make, failure: sizes::failure },
];

/// Programs of several files, where there are files.
const FILES: Topic = Topic { weight: 8, call: files::make, failure: files::failure };

impl Generator<'_, '_> {
    /// A program about a topic, now and then.
    pub(super) fn topical(&mut self) -> Option<Expr> {
        if !self.swarm.has(Feature::Topic) || !self.chance(SHARE) {
            return None;
        }
        self.fuel = self.fuel.min(8);
        let topics = [self.topic(), self.topic()];
        if self.chance(FAILING) || self.swarm.fails {
            return Some(match self.below(12) {
                0..=3 => failures::failure(self),
                4 => sizes::failure(self),
                5 | 6 => documents::failure(self),
                7 => sets::failure(self),
                _ => (topics[0].failure)(self),
            });
        }
        let count = 1 + self.below(5);
        // The second topic comes last, if at all.
        let calls = (0..count).map(|index| (topics[usize::from(index > 2)].call)(self)).collect();
        Some(Expr::List(calls))
    }

    fn topic(&mut self) -> &'static Topic {
        let all: u32 = TOPICS.iter().map(|topic| u32::from(topic.weight)).sum();
        let mut drawn = self.below(all as usize + if self.files { usize::from(FILES.weight) } else { 0 });
        for topic in TOPICS {
            if drawn < usize::from(topic.weight) {
                return topic;
            }
            drawn -= usize::from(topic.weight);
        }
        &FILES
    }

    /// A small number from `range`, as a literal.
    fn number_in(&mut self, range: std::ops::Range<u64>) -> Expr {
        let width = (range.end - range.start) as usize;
        Expr::Integer(range.start + self.below(width) as u64)
    }

    /// So many of these characters, in any order.
    fn letters(&mut self, among: &str, count: usize) -> String {
        let among: Vec<char> = among.chars().collect();
        (0..count).map(|_| self.pick(&among)).collect()
    }

    /// The expression, in a probe half of the time.
    fn maybe_traced(&mut self, expr: Expr) -> Expr {
        if self.chance(128) { self.traced(expr) } else { expr }
    }
}

// Short ways to write what all topics need.

fn call(name: &str, arguments: impl IntoIterator<Item = Expr>) -> Expr {
    Expr::builtin(name, arguments)
}

fn var(name: &str) -> Expr {
    Expr::variable(name)
}

fn text(text: impl Into<String>) -> Expr {
    Expr::text(text)
}

fn list(elements: impl IntoIterator<Item = Expr>) -> Expr {
    Expr::List(elements.into_iter().collect())
}

fn set<'n>(bindings: impl IntoIterator<Item = (&'n str, Expr)>) -> Expr {
    let bindings = bindings.into_iter().map(|(name, value)| Binding::new(name, value)).collect();
    Expr::Attrset { recursive: false, bindings }
}

fn let_in<'n>(bindings: impl IntoIterator<Item = (&'n str, Expr)>, body: Expr) -> Expr {
    Expr::bind(bindings.into_iter().map(|(name, value)| Binding::new(name, value)).collect(), body)
}

/// A function of named arguments, one after the other.
fn function(parameters: &[&str], body: Expr) -> Expr {
    parameters.iter().rev().fold(body, |body, parameter| Expr::lambda(*parameter, body))
}

/// A set that can be called as this function is.
fn functor(of: Expr) -> Expr {
    set([("__functor", Expr::lambda("self", of))])
}

/// `genList` of a function of `i`, whose results are counted out.
fn generated(body: Expr, count: u64) -> Expr {
    call("genList", [Expr::lambda("i", body), Expr::Integer(count)])
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use arbitrary::Unstructured;

    use super::*;
    use crate::{
        case::Question,
        engine::{Embedded, Engine, Limits},
        generate::{Configuration, seed_bytes, swarm::Swarm},
        mutate,
        outcome::Ending,
    };

    /// Calls of a topic: how many there are of each, how many give a value, and how many are alike.
    #[test]
    fn calls_mostly_give_a_value_and_failures_mostly_fail() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        files::write(folder.path()).expect("writable");
        let engine = Embedded::new(Limits::of_time(Duration::from_secs(60)));
        let configuration = Configuration { files: true, ..Configuration::default() };
        for (index, topic) in TOPICS.iter().chain([&FILES]).enumerate() {
            let (mut values, mut failures) = (0, 0);
            let mut sources = std::collections::BTreeSet::new();
            for seed in 0..120 {
                let bytes = seed_bytes(seed);
                let mut draw = Unstructured::new(&bytes);
                let mut generator = Generator::new(&mut draw, &configuration, Swarm::even());
                generator.fuel = 8;
                for (make, fails) in [(topic.call, false), (topic.failure, true)] {
                    let source = make(&mut generator).to_source();
                    assert!(mutate::tree(source.as_bytes()).is_some(), "{source}");
                    let question = Question::expression(String::new(), source.clone().into_bytes(), folder.path());
                    let outcome = engine.evaluate(&question.request(false));
                    match (outcome.ending, fails) {
                        (Ending::Exited(0), false) => values += 1,
                        (Ending::Exited(1), true) => failures += 1,
                        (Ending::Exited(_), _) => {}
                        (other, _) => panic!("{other}: {source}"),
                    }
                    sources.insert(source);
                }
            }
            assert!(values > 90, "topic {index}: {values} of 120 calls give a value");
            assert!(failures > 60, "topic {index}: {failures} of 120 failures fail");
            assert!(sources.len() > 100, "topic {index}: {} of 240 differ", sources.len());
        }
    }
}
