//! Generated programs, judged by all oracles that need no reference.

use rayon::prelude::*;
use thunkproof::{
    generate::{Configuration, generate_from_seed},
    oracle::{Oracle, Runner, Subject, Verdict},
};

/// How many programs: enough to meet every form and most builtins, few enough for each run of the tests.
const PROGRAMS: u64 = 600;

#[test]
fn all_oracles_agree_about_generated_programs() {
    let configuration = Configuration::default();
    let judged: Vec<(Vec<String>, u64)> = (0..PROGRAMS)
        .into_par_iter()
        .map(|seed| {
            let tree = generate_from_seed(seed, &configuration);
            let source = tree.to_source();
            let subject = Subject { source: source.as_bytes(), tree: Some(&tree), seed: seed * 7919 };
            let mut runner = Runner::default();
            let (mut found, mut agreed) = (Vec::new(), 0);
            for oracle in Oracle::all() {
                match oracle.judge(&mut runner, subject) {
                    Verdict::Differ(difference) => found.push(format!("seed {seed}: {difference}")),
                    Verdict::Agree => agreed += 1,
                    Verdict::Inconclusive | Verdict::NotApplicable => {}
                }
            }
            (found, agreed)
        })
        .collect();
    let found: Vec<_> = judged.iter().flat_map(|(found, _)| found).map(String::as_str).collect();
    assert!(found.is_empty(), "{} findings\n{}", found.len(), found.join("\n\n"));
    let agreed: u64 = judged.iter().map(|(_, agreed)| agreed).sum();
    assert!(agreed > PROGRAMS * 6, "oracles that judge too seldom find nothing: {agreed} verdicts");
}
