//! The program `thunkproof`: everything it does is in the library, where tests reach it.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use mimalloc::MiMalloc;
use nix_evaluator::refusal::EndsProcess;

/// Campaigns make and drop a tree for each of the programs that they judge, tens of thousands of times a second.
#[global_allocator]
static ALLOCATOR: EndsProcess<MiMalloc> = EndsProcess::new(
    MiMalloc,
    2,
    "thunkproof: the system has no more memory; allow less with --memory-limit, or run fewer cases at once\n",
);

fn main() -> ExitCode {
    thunkproof::cli::main()
}
