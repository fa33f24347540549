//! `nix-eval` as a library function: the program's conventions without a process.
//!
//! Only the types stand here on this branch; the branch `cli` brings the real module under the same names.

use std::{ffi::OsString, path::PathBuf};

/// What an evaluation may use before it is ended; the default sets no limit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Budgets {
    /// Steps of the virtual machine.
    pub fuel: Option<u64>,
    /// Bytes of the heap.
    pub heap_bytes: Option<u64>,
}

/// One call of the program, as a value.
#[derive(Clone, Debug, Default)]
pub struct Invocation {
    /// The arguments, without the program's name.
    pub arguments: Vec<OsString>,
    /// The whole environment.
    pub environment: Vec<(OsString, OsString)>,
    /// The folder the program runs in.
    pub current_dir: PathBuf,
    /// What it reads from standard input.
    pub stdin: Vec<u8>,
    /// What it may use.
    pub budgets: Budgets,
}

/// What a call came to.
#[derive(Clone, Debug)]
pub struct Completed {
    /// Exit status.
    pub status: i32,
    /// Everything written to standard output.
    pub stdout: Vec<u8>,
    /// Everything written to standard error.
    pub stderr: Vec<u8>,
}

/// Answers `invocation`: on this branch, always that there is no evaluator.
pub fn run(_invocation: &Invocation) -> Completed {
    Completed { status: 1, stdout: Vec::new(), stderr: b"error: this branch holds no evaluator yet\n".to_vec() }
}
