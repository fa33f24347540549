//! Judges generated programs by the oracles that need no reference, and prints how often each could and how fast:
//! `cargo run --profile checked -p thunkproof --example judge -- [--count N] [--seed N]`. Ends with status 1 where an
//! oracle found a difference, and prints the first of each.

use std::{collections::BTreeMap, env, process, time::Instant};

use thunkproof::{
    generate::{Configuration, generate_from_seed},
    oracle::{Oracle, Runner, Subject, Verdict},
};

#[derive(Default)]
struct Count {
    agree: u64,
    differ: u64,
    inconclusive: u64,
    not_applicable: u64,
    evaluations: u64,
    seconds: f64,
}

fn main() {
    let (mut count, mut seed) = (10_000_u64, 1_u64);
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let number = arguments.next().and_then(|number| number.parse().ok());
        match (argument.as_str(), number) {
            ("--count", Some(number)) => count = number,
            ("--seed", Some(number)) => seed = number,
            _ => {
                eprintln!("usage: judge [--count N] [--seed N]");
                process::exit(2);
            }
        }
    }
    let configuration = Configuration::default();
    let mut runner = Runner::default();
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    let mut findings: BTreeMap<String, (u64, String)> = BTreeMap::new();
    let mut generating = 0.0;
    for number in seed..seed + count {
        let start = Instant::now();
        let tree = generate_from_seed(number, &configuration);
        let source = tree.to_source();
        generating += start.elapsed().as_secs_f64();
        let subject =
            Subject { source: source.as_bytes(), tree: Some(&tree), seed: number.wrapping_mul(0x9e37_79b9_7f4a_7c15) };
        for oracle in Oracle::all() {
            let (start, before) = (Instant::now(), runner.evaluations());
            let verdict = oracle.judge(&mut runner, subject);
            let count = counts.entry(oracle.name()).or_default();
            count.seconds += start.elapsed().as_secs_f64();
            count.evaluations += runner.evaluations() - before;
            match verdict {
                Verdict::Agree => count.agree += 1,
                Verdict::Inconclusive => count.inconclusive += 1,
                Verdict::NotApplicable => count.not_applicable += 1,
                Verdict::Differ(difference) => {
                    count.differ += 1;
                    let finding = findings.entry(difference.oracle.clone()).or_insert((0, String::new()));
                    finding.0 += 1;
                    // The shortest is the most readable.
                    let text = format!("seed {number}: {difference}");
                    if finding.1.is_empty() || text.len() < finding.1.len() {
                        finding.1 = text;
                    }
                }
            }
        }
    }
    println!("{count} programs, generated and written in {generating:.2} s");
    println!(
        "{:<18} {:>8} {:>7} {:>13} {:>8} {:>12} {:>10}",
        "oracle", "agree", "differ", "inconclusive", "n/a", "evaluations", "a second"
    );
    for (name, it) in &counts {
        println!(
            "{name:<18} {:>8} {:>7} {:>13} {:>8} {:>12} {:>10.0}",
            it.agree,
            it.differ,
            it.inconclusive,
            it.not_applicable,
            it.evaluations,
            it.evaluations as f64 / it.seconds
        );
    }
    for (oracle, (count, text)) in &findings {
        println!("\n== {oracle}: {count}\n{text}");
    }
    process::exit(i32::from(!findings.is_empty()));
}
