//! How often generated programs show each planted fault, without a reference: each program is evaluated by the evaluator
//! as it is, and again with the fault switched on. `scripts/kill-matrix` asks whether a campaign finds a fault; this
//! tells, much faster, how many programs that takes and which program is the first to show it.
//!
//! `cargo run -p thunkproof --features planted-faults --example fault_density -- [--count N] [--seed N] [--enough N]
//! [--faults N,N…]`: programs, which, how many that show a fault are enough, and faults. Each fault has a process of its
//! own, because some faults end theirs.

use std::{
    collections::BTreeSet,
    env,
    process::{self, Command},
    time::Duration,
};

use nix_evaluator::fault::{self, Fault};
use thunkproof::{
    campaign::{programs::Programs, trace_of},
    case::{Question, question::Trace},
    engine::{Embedded, Engine, Limits},
    generate::{Configuration, topics::files},
    outcome::{
        Outcome,
        compare::{Level, Verdict, compare},
    },
};

/// Which programs are looked at.
#[derive(Clone, Copy)]
struct Wish {
    count: u64,
    seed: u64,
    /// How many programs that show a fault are enough.
    enough: u64,
}

/// Said to the process of one fault, with its number.
const ONE: &str = "--one";

fn main() {
    let mut wish = Wish { count: 4000, seed: 1, enough: 8 };
    let (mut only, mut one) = (BTreeSet::new(), None);
    let given: Vec<String> = env::args().skip(1).collect();
    for pair in given.chunks(2) {
        let value = pair.get(1).map_or("", String::as_str);
        match (pair[0].as_str(), value.parse::<u64>()) {
            ("--count", Ok(number)) => wish.count = number,
            ("--seed", Ok(number)) => wish.seed = number,
            ("--enough", Ok(number)) => wish.enough = number,
            (ONE, Ok(number)) => one = fault::all().find(|fault| u64::from(fault.number) == number),
            ("--faults", _) => only = value.split(',').filter_map(|number| number.parse::<u32>().ok()).collect(),
            _ => {
                eprintln!("usage: fault_density [--count N] [--seed N] [--enough N] [--faults N,N…]");
                process::exit(2);
            }
        }
    }
    if let Some(fault) = one {
        return look(fault, wish);
    }
    let (mut all, mut found) = (0, 0);
    for fault in fault::all().filter(|fault| only.is_empty() || only.contains(&fault.number)) {
        let own = env::current_exe().expect("this program");
        let output = Command::new(own).args(&given).args([ONE, &fault.number.to_string()]).output();
        let output = output.expect("this program runs again");
        let said = String::from_utf8_lossy(&output.stdout);
        let said = if output.status.success() { said.trim() } else { "ends the process" };
        all += 1;
        found += u32::from(!said.starts_with("0 "));
        println!("{:>4}  {}: {}: {said}", fault.number, fault.family, fault.title);
    }
    println!("{found} of {all} faults shown by {} programs", wish.count);
}

/// Looks for one fault, and prints how many programs showed it, of how many, and the first that did.
fn look(fault: Fault, wish: Wish) {
    let programs = Programs::generated(wish.seed, Configuration { files: true, ..Configuration::default() });
    let folder = tempfile::tempdir().expect("a temporary folder");
    files::write(folder.path()).expect("writable");
    let engine = Embedded::new(Limits::of_time(Duration::from_millis(500)));
    let evaluate = |source: &str, trace: Trace, number: Option<u32>| -> Outcome {
        fault::switch(number);
        let question = Question::expression(String::new(), source.as_bytes().to_vec(), folder.path()).with_trace(trace);
        engine.evaluate(&question.request(true))
    };
    let (mut looked, mut shown, mut first) = (0, 0, String::new());
    while looked < wish.count && shown < wish.enough {
        let (source, trace) = (programs.nth(looked).1.to_source(), trace_of(looked));
        looked += 1;
        let (sound, wrong) = (evaluate(&source, trace, None), evaluate(&source, trace, Some(fault.number)));
        if compare(&wrong, &sound, Level::Stderr).verdict == Verdict::Diverge {
            shown += 1;
            if shown == 1 {
                first = format!(": program {}: {source}", looked - 1);
            }
        }
    }
    println!("{shown} of {looked}{first}");
    // Evaluations that were given up may still go on.
    process::exit(0);
}
