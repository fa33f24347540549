//! Evaluates the `.nix` files of folders again and again in one process. Prints the speed and the memory of the
//! process: `cargo run --profile checked -p nix_evaluator --example soak -- [--count N] [--plain] FOLDER…`.

use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs, io, process};

use nix_evaluator::session::{Budget, Session, Task, Variant};

fn main() {
    match run(env::args().skip(1)) {
        Ok(()) => {}
        Err(message) => {
            eprintln!("error: {message}");
            process::exit(2);
        }
    }
}

fn run(mut arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let (mut count, mut variant, mut folders) = (1_000_000_u64, Variant::default(), Vec::new());
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--count" => {
                let number = arguments.next().ok_or("--count wants a number")?;
                count = number.parse().map_err(|error| format!("--count {number}: {error}"))?;
            }
            "--plain" => variant = Variant { plain_bytecode: true, generators_only: true, flat_sets: true },
            folder => folders.push(PathBuf::from(folder)),
        }
    }
    let mut programs = Vec::new();
    for folder in &folders {
        find(folder, &mut programs).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    if programs.is_empty() {
        return Err("no .nix files: name a folder that has some, such as corpus".to_owned());
    }
    // What runs out of a budget takes the time of many others, and tells nothing.
    let (mut session, budget) = (Session::default(), Budget::default());
    programs.retain(|program| !session.run(program, Task::STRICT, variant, budget).is_inconclusive());
    println!("{} programs, {count} evaluations, {variant:?}", programs.len());
    println!(
        "{:>12} {:>10} {:>14} {:>14} {:>10} {:>12}",
        "evaluations", "a second", "a CPU second", "resident KiB", "values", "inconclusive"
    );
    let step = (count / 10).max(1);
    let (mut values, mut inconclusive) = (0_u64, 0_u64);
    // Resident memory before what is measured is that of the programs, and of what one evaluation of each leaves.
    println!("{:>12} {:>10} {:>14} {:>14}", 0, "", "", resident());
    let (mut start, mut spent) = (Instant::now(), cpu_seconds());
    for (number, program) in (1..=count).zip(programs.iter().cycle()) {
        let answer = session.run(program, Task::STRICT, variant, budget);
        values += u64::from(answer.result.is_ok());
        inconclusive += u64::from(answer.is_inconclusive());
        if number % step == 0 {
            let (rate, now) = (step as f64 / start.elapsed().as_secs_f64(), cpu_seconds());
            let of_cpu = step as f64 / (now - spent);
            println!("{number:>12} {rate:>10.0} {of_cpu:>14.0} {:>14} {values:>10} {inconclusive:>12}", resident());
            (start, spent) = (Instant::now(), now);
        }
    }
    Ok(())
}

/// Small files only: what a fuzzer evaluates.
fn find(folder: &Path, programs: &mut Vec<Vec<u8>>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, programs)?;
        } else if path.extension().is_some_and(|extension| extension == "nix") {
            let text = fs::read(&path)?;
            if text.len() < 1024 {
                programs.push(text);
            }
        }
    }
    Ok(())
}

/// CPU seconds of this process, which count on a machine that has other work too.
fn cpu_seconds() -> f64 {
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The program's name, in parentheses, may hold anything.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_ascii_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / TICKS_A_SECOND
}

/// Resident memory in KiB; 0 where the system does not tell.
fn resident() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    pages.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4
}
