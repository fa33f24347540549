//! How soon an evaluation of ten million elements ends once it is cancelled. For each kind of work it is asked at several
//! moments, and the longest time until the end is printed. Run it with `--release`; a number scales the elements:
//!
//! ```console
//! $ cargo run --release -p nix_evaluator --example cancellation -- 10000000
//! ```

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use nix_evaluator::{Error, Evaluator, Interrupt, Value};

type Look = fn(Value<'_>) -> Result<(), Error>;

/// What is evaluated, with `count` for the number of elements, and what is done with its value.
const WORK: &[(&str, &str, Look)] = &[
    (
        "calls",
        "let go = n: if n == 0 then 0 else go (n - 1); in builtins.foldl' (a: n: go 1000) 0 (builtins.genList (x: x) count)",
        forced,
    ),
    ("foldl'", "builtins.foldl' (a: b: a + b) 0 (builtins.genList (x: x) count)", forced),
    ("genList, each forced", "builtins.deepSeq (builtins.genList (x: x * 2) count) 1", forced),
    ("sort", "builtins.sort builtins.lessThan (builtins.genList (x: count - x) count)", forced),
    ("sort with a comparator", "builtins.sort (a: b: a < b) (builtins.genList (x: count - x) count)", forced),
    ("concatStringsSep", "builtins.concatStringsSep \",\" (map toString (builtins.genList (x: x) count))", forced),
    (
        "split",
        "builtins.split \"(a|b)+,\" (builtins.concatStringsSep \",\" (builtins.genList (x: \"ab\") count))",
        forced,
    ),
    (
        "match",
        "builtins.match \"((a|b)+,)*x\" (builtins.concatStringsSep \",\" (builtins.genList (x: \"ab\") count))",
        forced,
    ),
    (
        "hashString",
        "builtins.hashString \"sha512\" (builtins.concatStringsSep \",\" (builtins.genList (x: \"abcdefghijklmnopqrstuvwxyz\") count))",
        forced,
    ),
    (
        "listToAttrs",
        "builtins.listToAttrs (builtins.genList (x: { name = toString x; value = x; }) (count / 2))",
        forced,
    ),
    (
        "genericClosure",
        "builtins.genericClosure { startSet = [ { key = 0; } ]; operator = x: if x.key < count then [ { key = x.key + 1; } ] else [ ]; }",
        forced,
    ),
    ("equality", "builtins.genList (x: x) count == builtins.genList (x: x) count", forced),
    ("toJSON", "builtins.toJSON (builtins.genList (x: x) count)", forced),
    ("printing", "builtins.genList (x: x) count", |value| value.print().map(drop)),
];

fn forced(value: Value<'_>) -> Result<(), Error> {
    value.force().map(drop)
}

/// How long it takes from asking, after `wait`, until the evaluation has ended; nothing where it ended before.
fn time_to_end(text: String, look: Look, wait: Duration) -> Option<Duration> {
    let interrupt = Interrupt::new();
    let (ended, end) = mpsc::channel();
    let own = interrupt.clone();
    let evaluation = thread::spawn(move || {
        let evaluator = Evaluator::builder().interrupt(own).build().expect("all is right");
        let cancelled = evaluator.evaluate(text, look).is_err();
        let _ = ended.send((Instant::now(), cancelled));
        // What an evaluation holds is given back after it has ended; who waits for it need not wait for that.
    });
    thread::sleep(wait);
    let asked = Instant::now();
    interrupt.set();
    let (at, cancelled) = end.recv().expect("it ends");
    evaluation.join().expect("no panic");
    cancelled.then(|| at.saturating_duration_since(asked))
}

/// Runs it.
pub fn main() {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(10_000_000_u64);
    measure(count, &[50, 200, 500, 1000, 2000, 3000]);
}

/// Asks at each of these moments, in milliseconds, and prints the longest time until the end; also gives it.
pub fn measure(count: u64, moments: &[u64]) -> Duration {
    let mut longest = Duration::ZERO;
    for (name, text, look) in WORK {
        let text = format!("let count = {count}; in {text}");
        let times = moments.iter().filter_map(|at| time_to_end(text.clone(), *look, Duration::from_millis(*at)));
        let times: Vec<Duration> = times.collect();
        let worst = times.iter().max().copied().unwrap_or_default();
        println!("{name}: {:.1} ms at worst, asked {} times while it ran", worst.as_secs_f64() * 1000.0, times.len());
        longest = longest.max(worst);
    }
    longest
}
