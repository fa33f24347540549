//! How well buckets are put together: two recorded campaigns, in which a person wrote the cause beside each program.
//!
//! A pair of programs of one cause that lies in two groups is wrongly split; a pair of one group that has two causes is
//! wrongly merged. The engines are not there, so no repaired program is asked.

use std::{collections::HashMap, fs, path::Path, time::Duration};

use serde::Deserialize;
use thunkproof::{
    campaign::causes::{self, Mark},
    outcome::{
        Ending, Outcome,
        compare::{Level, Terms, Verdict, compare_on},
        crash,
    },
    program::read,
    reduce::shape,
};

#[derive(Deserialize)]
struct Campaign {
    program: Vec<Recorded>,
}

/// A reduced program, with what both engines print.
#[derive(Deserialize)]
struct Recorded {
    cause: String,
    /// The signature that it had before types and places of values were left out.
    before: String,
    /// How many programs were reduced to it.
    programs: u64,
    program: String,
    subject: Printed,
    reference: Printed,
}

#[derive(Deserialize)]
struct Printed {
    status: i32,
    stdout: String,
    stderr: String,
}

impl Printed {
    fn outcome(&self) -> Outcome {
        let ending = crash::recognised(Ending::Exited(self.status), self.stderr.as_bytes(), &[]);
        let (stdout, stderr) = (self.stdout.clone().into(), self.stderr.clone().into());
        Outcome { ending, stdout, stderr, elapsed: Duration::ZERO, work: None }
    }
}

fn campaign(name: &str) -> Vec<Recorded> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/campaigns").join(name);
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    toml::from_str::<Campaign>(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display())).program
}

/// The parts of the pairs of one cause that are split, and of the pairs of one group that have two causes.
fn wrong_pairs(programs: &[Recorded], group_of: &[usize]) -> (f64, f64) {
    let pairs = |counts: &HashMap<(Option<&str>, Option<usize>), u64>| -> u64 {
        counts.values().map(|count| count * (count - 1) / 2).sum()
    };
    let (mut by_cause, mut by_group, mut by_both) = (HashMap::new(), HashMap::new(), HashMap::new());
    for (program, group) in programs.iter().zip(group_of) {
        let (cause, group) = (Some(program.cause.as_str()), Some(*group));
        *by_cause.entry((cause, None)).or_default() += program.programs;
        *by_group.entry((None, group)).or_default() += program.programs;
        *by_both.entry((cause, group)).or_default() += program.programs;
    }
    let right = pairs(&by_both) as f64;
    (1.0 - right / pairs(&by_cause) as f64, 1.0 - right / pairs(&by_group) as f64)
}

/// Numbers for texts, alike for alike texts.
fn numbered(texts: impl Iterator<Item = String>) -> Vec<usize> {
    let mut known = HashMap::new();
    texts
        .map(|text| {
            let next = known.len();
            *known.entry(text).or_insert(next)
        })
        .collect()
}

/// How it was: a bucket was a signature, with the types of values, and what the program is made of.
fn before(programs: &[Recorded]) -> Vec<usize> {
    numbered(programs.iter().map(|recorded| {
        let mut parts = shape::of(&read(&recorded.program).expect("it parses"));
        for special in shape::SPECIAL {
            parts.remove(special);
        }
        if parts.remove(shape::PATH_INTERPOLATION) {
            parts.insert("path".to_owned());
        }
        shape::identity(&recorded.before, &parts)
    }))
}

/// How it is: the group of each program, and the titles of all groups.
fn now(programs: &[Recorded]) -> (Vec<usize>, Vec<String>) {
    let marks: Vec<(Mark, u64)> = programs
        .iter()
        .map(|recorded| {
            let terms = Terms { finest: Level::Effects, repeats_alike: false };
            let comparison = compare_on(&recorded.subject.outcome(), &recorded.reference.outcome(), terms);
            assert_eq!(comparison.verdict, Verdict::Diverge, "{}", recorded.program);
            let (level, signature) = (comparison.level.expect("a level"), comparison.bucket.expect("a signature"));
            (Mark::of(level, &signature, &read(&recorded.program).expect("it parses")), recorded.programs)
        })
        .collect();
    let groups = causes::group(&marks, |_, _| None);
    let mut group_of = vec![0; programs.len()];
    for (number, group) in groups.iter().enumerate() {
        for at in &group.members {
            group_of[*at] = number;
        }
    }
    let titles = groups.into_iter().map(|group| format!("{:>4}  {}: {}", group.programs, group.level, group.title));
    (group_of, titles.collect())
}

fn check(name: &str) {
    let programs = campaign(name);
    let count = |groups: &[usize]| groups.iter().collect::<std::collections::BTreeSet<_>>().len();
    let causes = numbered(programs.iter().map(|program| program.cause.clone()));
    let old = before(&programs);
    let (new, titles) = now(&programs);
    let (old_split, old_merged) = wrong_pairs(&programs, &old);
    let (split, merged) = wrong_pairs(&programs, &new);
    let programs_in_all: u64 = programs.iter().map(|program| program.programs).sum();
    println!(
        "{name}: {programs_in_all} programs, {} causes by hand\n  before: {} buckets, {:.1} % of pairs wrongly split, \
         {:.1} % wrongly merged\n  now:    {} causes, {:.1} % of pairs wrongly split, {:.1} % wrongly merged\n{}",
        count(&causes),
        count(&old),
        100.0 * old_split,
        100.0 * old_merged,
        count(&new),
        100.0 * split,
        100.0 * merged,
        titles.join("\n"),
    );
    for (at, program) in programs.iter().enumerate() {
        println!("  {:>3} {} [{}] {}", new[at], program.cause, program.programs, program.program);
    }
    assert!(
        split < 0.05 && merged < 0.05,
        "{name}: {split:.3} of the pairs are wrongly split, {merged:.3} wrongly merged"
    );
    assert!(old_split > split, "{name}: it was no worse before");
}

#[test]
fn buckets_of_a_snix_like_engine_are_its_causes() {
    check("snix.toml");
}

#[test]
fn buckets_of_2_3_7_are_its_causes() {
    check("nix-2.3.7.toml");
}
