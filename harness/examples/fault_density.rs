//! How often generated programs show each planted fault, without a reference: each program is evaluated by the evaluator
//! as it is, and then with each fault switched on. `scripts/kill-matrix` asks whether a campaign finds a fault; this
//! tells, much faster, how many programs it would take and which program shows it first.
//!
//! `cargo run -p thunkproof --features planted-faults --example fault_density -- [--count N] [--seed N] [--enough N]
//! [--faults N,N…]`. A fault that so many programs have shown is not looked for any more.

use std::{collections::BTreeSet, env, fs, process, time::Duration};

use nix_evaluator::fault;
use thunkproof::{
    campaign::programs::Programs,
    case::Question,
    engine::{Embedded, Engine, Limits},
    generate::{Configuration, topics::files},
    outcome::{
        Outcome,
        compare::{Level, Verdict, compare},
    },
};

/// A fault, and what showed it.
struct Looked {
    fault: fault::Fault,
    shown: u32,
    /// How many programs were looked at until it had been shown often enough.
    programs: u64,
    first: Option<(u64, String)>,
}

fn main() {
    let (mut count, mut seed, mut enough) = (4000, 1, 8);
    let mut only = BTreeSet::new();
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let value = arguments.next().unwrap_or_default();
        let number = value.parse::<u64>().ok();
        match (argument.as_str(), number) {
            ("--count", Some(number)) => count = number,
            ("--seed", Some(number)) => seed = number,
            ("--enough", Some(number)) => enough = number as u32,
            ("--faults", _) => only = value.split(',').filter_map(|number| number.parse::<u32>().ok()).collect(),
            _ => {
                eprintln!("usage: fault_density [--count N] [--seed N] [--enough N] [--faults N,N…]");
                process::exit(2);
            }
        }
    }
    let mut table: Vec<Looked> = fault::all()
        .filter(|fault| only.is_empty() || only.contains(&fault.number))
        .map(|fault| Looked { fault, shown: 0, programs: 0, first: None })
        .collect();
    let programs = Programs::generated(seed, Configuration { files: true, ..Configuration::default() });
    let folder = tempfile::tempdir().expect("a temporary folder");
    files::write(folder.path()).expect("writable");
    let engine = Embedded::new(Limits::of_time(Duration::from_millis(500)));
    // A panic is an answer here.
    std::panic::set_hook(Box::new(|_| {}));
    let evaluate = |source: &str, number: Option<u32>| -> Outcome {
        fault::switch(number);
        let question = Question::expression(String::new(), source.as_bytes().to_vec(), folder.path());
        engine.evaluate(&question.request(true))
    };
    for index in 0..count {
        let source = programs.nth(index).1.to_source();
        let sound = evaluate(&source, None);
        for looked in table.iter_mut().filter(|looked| looked.shown < enough) {
            looked.programs += 1;
            let found = evaluate(&source, Some(looked.fault.number));
            if compare(&found, &sound, Level::Stderr).verdict == Verdict::Diverge {
                looked.shown += 1;
                looked.first.get_or_insert_with(|| (index, source.clone()));
            }
        }
        if table.iter().all(|looked| looked.shown >= enough) {
            break;
        }
    }
    let mut firsts = String::new();
    for Looked { fault, shown, programs, first } in &table {
        let rate = if *shown == 0 { 0.0 } else { 1000.0 * f64::from(*shown) / *programs as f64 };
        println!("{:>4}  {shown:>3} of {programs:>6}  {rate:>7.2} ‰  {}: {}", fault.number, fault.family, fault.title);
        if let Some((index, source)) = first {
            firsts += &format!("{}\t{index}\t{source}\n", fault.number);
        }
    }
    let found = table.iter().filter(|looked| looked.shown > 0).count();
    println!("{found} of {} faults shown by {count} programs", table.len());
    if let Some(file) = env::var_os("FAULT_DENSITY_FIRSTS") {
        fs::write(file, firsts).expect("writable");
    }
    process::exit(0);
}
