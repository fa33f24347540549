//! Which buckets have one cause. A bucket is a signature with a reduced program; what a program's divergence is noticed
//! by (its level, whether a value or a trace shows it) depends on what stands around the cause, and so do the forms that
//! hold a reduced program together. So buckets are put together by what is left:
//!
//! 1. Some signatures tell the whole cause: a crash at its place, a builtin that is missing, how a repetition is printed.
//! 2. Otherwise the *telling* parts of the reduced program do: builtins, operators, attributes with a meaning. A bucket
//!    whose parts include another's, of the same level, has its cause, unless its program still diverges with those
//!    parts taken out ([`crate::reduce::repair`]).
//! 3. Where no part is telling, reduced programs of one form (up to literals and names) have one cause.

use std::collections::BTreeSet;

use super::titles;
use crate::{
    outcome::{bucket, compare::Level},
    program::Expr,
    reduce::{form, shape},
};

/// What a bucket is grouped by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    level: Level,
    signature: String,
    shape: BTreeSet<String>,
    telling: BTreeSet<String>,
    form: String,
    /// Whether a set in it has several attributes, so that their order may show.
    has_order: bool,
}

/// What a group has in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// The signature tells it all.
    Signature(String),
    /// A part with a meaning of its own, whatever it leads to.
    Part(String),
    /// Telling parts, and the kind of difference.
    Parts(&'static str, BTreeSet<String>),
    /// The signature and the form of the whole program.
    Form(String, String),
}

/// Buckets of one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What it is, in words.
    pub title: String,
    /// The worst level at which it shows.
    pub level: Level,
    /// The buckets, by their place among those that were grouped; the first one stands for all.
    pub members: Vec<usize>,
    /// How many programs showed it.
    pub programs: u64,
}

impl Mark {
    /// The mark of a reduced program that shows this signature.
    pub fn of(level: Level, signature: &str, program: &Expr) -> Mark {
        let shape = shape::of(program);
        let telling = shape::telling(&shape);
        let mut has_order = false;
        program.each(&mut |_, expr| {
            has_order |= matches!(expr, Expr::Attrset { bindings, .. } if bindings.len() > 1);
        });
        Mark { level, signature: signature.to_owned(), telling, shape, form: form::of(program), has_order }
    }

    /// What points to the cause, of what the program is made of.
    pub fn telling(&self) -> &BTreeSet<String> {
        &self.telling
    }

    fn key(&self) -> Key {
        let details = self.signature.split_once(": ").map_or(self.signature.as_str(), |(_, details)| details);
        if bucket::is_telling(self.level, details) {
            return Key::Signature(details.to_owned());
        }
        if let Some(part) = self.strong_part(details) {
            return Key::Part(part.to_owned());
        }
        let family = family(self.level, details);
        if !self.telling.is_empty() {
            return Key::Parts(family, self.telling.clone());
        }
        // What only makes others visible is the cause itself where it is all there is.
        match self.shape.first() {
            Some(only) if self.shape.len() == 1 && shape::is_builtin(only) && !self.has_order => {
                Key::Parts(family, self.shape.clone())
            }
            _ => Key::Form(self.signature.clone(), self.form.clone()),
        }
    }

    /// A part that is the cause wherever a reduced program still has it.
    fn strong_part(&self, details: &str) -> Option<&'static str> {
        let anywhere = shape::SPECIAL.into_iter().chain([shape::PATH_INTERPOLATION]);
        // What is evaluated again is shared between names, or was caught.
        let again = ["inherit from", "tryEval"].into_iter().filter(|_| details == "more often");
        anywhere.chain(again).find(|part| self.shape.contains(*part))
    }
}

/// Kinds of differences: what shows one of a family may show another of it in another program.
fn family(level: Level, details: &str) -> &'static str {
    match level {
        Level::Effects if details == "other text" => "text of effects",
        Level::Effects | Level::Work => "effects",
        Level::FailsAlike => "fate",
        Level::Value => "value",
        Level::Message | Level::Stderr => "words",
    }
}

/// Puts buckets together, each with how many programs showed it. `still_diverges` takes the parts that make up the
/// first bucket out of the program that the second was found in, and tells whether it diverges all the same, where that
/// can be told. The worst level comes first, and what most programs show.
pub fn group(marks: &[(Mark, u64)], mut still_diverges: impl FnMut(usize, usize) -> Option<bool>) -> Vec<Group> {
    let keys: Vec<Key> = marks.iter().map(|(mark, _)| mark.key()).collect();
    let mut order: Vec<usize> = (0..marks.len()).collect();
    // What is made of fewer parts first, then what more programs show.
    order.sort_by_key(|at| {
        let (mark, programs) = &marks[*at];
        (mark.telling.len(), std::cmp::Reverse(*programs), mark.form.len(), *at)
    });
    let mut groups: Vec<(Key, Vec<usize>)> = Vec::new();
    for at in order {
        let same = groups.iter().position(|(key, _)| *key == keys[at]);
        let includes = |(key, _): &(Key, Vec<usize>)| match (key, &keys[at]) {
            (Key::Parts(family, parts), Key::Parts(ours, all)) => family == ours && parts.is_subset(all),
            _ => false,
        };
        let home = same.or_else(|| {
            let candidates = groups.iter().enumerate().filter(|(_, group)| includes(group));
            let homes: Vec<(usize, usize)> = candidates.map(|(place, (_, members))| (place, members[0])).collect();
            homes.into_iter().find(|(_, first)| still_diverges(*first, at) != Some(true)).map(|(place, _)| place)
        });
        match home {
            Some(place) => groups[place].1.push(at),
            None => groups.push((keys[at].clone(), vec![at])),
        }
    }
    let mut groups: Vec<Group> = groups
        .into_iter()
        .map(|(_, members)| {
            // Levels are ordered worst first.
            let level = members.iter().map(|at| marks[*at].0.level).min().unwrap_or(Level::Stderr);
            let first = &marks[members[0]].0;
            let title = titles::of(first.level, &first.signature, &first.shape, &first.telling);
            let programs = members.iter().map(|at| marks[*at].1).sum();
            Group { title, level, members, programs }
        })
        .collect();
    groups
        .sort_by(|one, other| (one.level, other.programs, &one.title).cmp(&(other.level, one.programs, &other.title)));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::read;

    fn mark(signature: &str, level: Level, source: &str) -> (Mark, u64) {
        (Mark::of(level, signature, &read(source).unwrap_or_else(|error| panic!("{source}: {error}"))), 1)
    }

    /// The members of each group of these buckets, where repaired programs agree or diverge.
    fn members(marks: &[(Mark, u64)], still_diverges: Option<bool>) -> Vec<Vec<usize>> {
        let mut members: Vec<Vec<usize>> =
            group(marks, |_, _| still_diverges).into_iter().map(|group| group.members).collect();
        members.iter_mut().for_each(|members| members.sort_unstable());
        members.sort();
        members
    }

    #[test]
    fn buckets_of_one_cause_are_put_together() {
        let other = "value: another value";
        let marks = [
            mark(other, Level::Value, "rec { __overrides = { a = 1; }; a = 0; }.a"),
            mark("effects: missing", Level::Effects, "rec { __overrides = builtins.trace 0 { }; }.x"),
            mark(other, Level::Value, "[ /nowhere/${\"\"} ]"),
            mark(other, Level::Value, "{ a = /b/${\"c\"}; }"),
            mark("fails-alike: crash: panic: x at a.rs:1:2", Level::FailsAlike, "true || (assert 0; 0)"),
            mark("fails-alike: crash: panic: x at a.rs:1:2", Level::FailsAlike, "true -> false"),
            mark("value: repeated or cyclic", Level::Value, "let a = { }; in [ a a ]"),
            mark("value: repeated or cyclic", Level::Value, "rec { a = b; b = [ ]; }"),
            mark("effects: more often", Level::Effects, "let inherit (builtins.trace 0 { a = 0; }) a b; in a + b"),
            mark("effects: more often", Level::Effects, "{ inherit (builtins.trace 0 { b = 0; }) a b; }"),
            mark("effects: more often", Level::Effects, "let a = throw \"\"; in [ (builtins.tryEval a) a ]"),
        ];
        let expected: [&[usize]; 6] = [&[0, 1], &[2, 3], &[4, 5], &[6, 7], &[8, 9], &[10]];
        assert_eq!(members(&marks, None), expected);
    }

    #[test]
    fn more_parts_are_another_cause_only_where_the_repaired_program_diverges() {
        let marks = [
            mark("effects: more often", Level::Effects, "builtins.sort (x: y: builtins.trace 0 true) [ 0 0 ]"),
            mark("effects: another order", Level::Effects, "builtins.sort (x: builtins.map (builtins.trace x)) [ 0 ]"),
            mark("value: another value", Level::Value, "builtins.sort builtins.lessThan [ 0 ]"),
        ];
        assert_eq!(members(&marks, Some(false)), [vec![0, 1], vec![2]]);
        assert_eq!(members(&marks, None), [vec![0, 1], vec![2]]);
        assert_eq!(members(&marks, Some(true)), [[0], [1], [2]]);
    }

    #[test]
    fn the_worst_and_the_most_frequent_come_first() {
        let mut marks = vec![
            mark("effects: missing", Level::Effects, "builtins.map 0"),
            mark("value: another value", Level::Value, "1 < 2"),
            mark("value: another value", Level::Value, "builtins.ceil 0"),
        ];
        marks[2].1 = 5;
        let titles: Vec<_> =
            group(&marks, |_, _| None).into_iter().map(|group| (group.title, group.programs)).collect();
        let expected = [
            ("`builtins.ceil` gives another value", 5),
            ("`<` gives another value", 1),
            ("`builtins.map` does not evaluate what the reference evaluates", 1),
        ];
        assert_eq!(titles, expected.map(|(title, programs)| (title.to_owned(), programs)));
    }
}
