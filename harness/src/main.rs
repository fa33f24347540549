//! The program `thunkproof`: everything it does is in the library, where tests reach it.

#![forbid(unsafe_code)]

use std::process::ExitCode;

/// Campaigns make and drop a tree for each of the programs that they judge, tens of thousands of times a second.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    thunkproof::cli::main()
}
