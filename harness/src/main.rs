//! The program `thunkproof`: everything it does is in the library, where tests reach it.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use mimalloc::MiMalloc;
use nix_evaluator::refusal::{self, EndsProcess};

/// Campaigns make and drop a tree for each of the programs that they judge, tens of thousands of times a second.
#[global_allocator]
static ALLOCATOR: EndsProcess<MiMalloc> = EndsProcess::new(
    MiMalloc,
    2,
    "thunkproof: the system has no more memory; allow less with --memory-limit, or run fewer cases at once\n",
);

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        // A thread that cannot be started wants memory for its stack.
        let is_refused = |text: &str| refusal::is_meant(text) || text.starts_with("failed to spawn thread");
        if panic.payload_as_str().is_some_and(is_refused) {
            ALLOCATOR.end();
        }
        eprintln!("thunkproof: this is a bug in thunkproof: {panic}\nPlease report it with the command that you ran.");
    }));
    thunkproof::cli::main()
}
