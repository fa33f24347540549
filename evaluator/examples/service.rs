//! Evaluates what strangers send: without files, on bounded steps, memory and time, and cancelled when they hang up.
//!
//! `cargo run -p nix_evaluator --example service`

use std::time::Duration;

use nix_evaluator::io::InMemory;
use nix_evaluator::{Error, Evaluator, Interrupt};

/// Answers a request with JSON. Another thread may set `hung_up` meanwhile.
fn answer(evaluator: &Evaluator, hung_up: Interrupt, request: &str) -> Result<String, Error> {
    evaluator.to_builder().interrupt(hung_up).build()?.evaluate(request, |value| value.to_json())
}

/// Answers a few requests.
pub fn main() -> Result<(), Error> {
    let evaluator = Evaluator::builder()
        .in_memory(InMemory::new())
        .option("restrict-eval", "true")
        .fuel(10_000_000)
        .heap_bytes(64 << 20)
        .time(Duration::from_secs(2))
        .build()?;
    let requests = [
        "{ answer = 6 * 7; }",
        "builtins.readFile /etc/passwd",
        "let loop = n: loop (n + 1); in loop 0",
        "builtins.genList (n: n) 100000000",
        "let n = builtins.genList (n: n) 9000; in builtins.foldl' (a: _: builtins.foldl' (b: c: b + c) a n) 0 n",
    ];
    for request in requests {
        match answer(&evaluator, Interrupt::new(), request) {
            Ok(json) => println!("{request}\n  {json}"),
            Err(error) if error.is_budget() => println!("{request}\n  too much: {}", error.message()),
            Err(error) => println!("{request}\n  {} {}", error.code(), error.message()),
        }
    }
    let hung_up = Interrupt::new();
    let unlimited = Evaluator::builder().in_memory(InMemory::new()).build()?;
    let cancelled = std::thread::scope(|threads| {
        let running = threads.spawn(|| answer(&unlimited, hung_up.clone(), requests[4]));
        hung_up.set();
        running.join().expect("evaluating does not panic")
    });
    println!("{}", cancelled.unwrap_err().message());
    Ok(())
}
