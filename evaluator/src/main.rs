//! `nix-eval`: a drop-in for `nix-instantiate --eval` and `--parse`.

use std::alloc::System;
use std::io::{IsTerminal, Read, Write};
use std::rc::Rc;

use nix_evaluator::cli::{Budgets, Console, Invocation, run_on};
use nix_evaluator::io::FileSystem;
use nix_evaluator::refusal::{self, EndsProcess};

#[global_allocator]
static ALLOCATOR: EndsProcess<System> = EndsProcess::new(System, 1, "error: out of memory\n");

/// The process's own output.
struct Process;

impl Console for Process {
    fn stdout(&self, bytes: &[u8]) {
        // A reader that has gone away wants no more output, and no complaint.
        let mut stdout = std::io::stdout().lock();
        let _ = stdout.write_all(bytes);
        // Memory may run out later, and what is in a buffer then is lost.
        let _ = stdout.flush();
    }

    fn stderr(&self, bytes: &[u8]) {
        let _ = std::io::stderr().lock().write_all(bytes);
    }

    fn save(&self, file: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
        std::fs::write(file, bytes)
    }

    fn out_of_memory(&self, message: Vec<u8>) {
        ALLOCATOR.set_message(message);
    }
}

/// How large the stack is that everything runs on. The system's own grows page by page, and where it may not because
/// memory has run out, the process dies of a signal; this one is there as a whole from the start.
const STACK: usize = 4 << 20;

fn main() -> std::process::ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let mut stdin = Vec::new();
    if arguments.iter().any(|argument| argument == "-" || argument == "--arg-from-stdin") {
        let _ = std::io::stdin().lock().read_to_end(&mut stdin);
    }
    let current_dir = match std::env::current_dir() {
        Ok(current_dir) => current_dir,
        Err(error) => {
            eprintln!("error: the working folder cannot be read ({error}); go to one that exists");
            return std::process::ExitCode::FAILURE;
        }
    };
    let invocation = Invocation {
        arguments,
        environment: std::env::vars_os().collect(),
        current_dir,
        stdin,
        terminal: std::io::stderr().is_terminal(),
        budgets: Budgets::default(),
        interrupt: None,
    };
    std::panic::set_hook(Box::new(|panic| {
        if panic.payload_as_str().is_some_and(refusal::is_meant) {
            ALLOCATOR.end();
        }
        eprintln!(
            "error: this is a bug in nix-eval: {panic}\nPlease report it with the expression that was evaluated."
        );
    }));
    let status = std::panic::catch_unwind(|| {
        stacker::grow(STACK, || run_on(&invocation, Rc::new(FileSystem::new()), Rc::new(Process)))
    });
    // A value may be gigabytes; the system takes them back faster than this process could.
    std::process::exit(status.unwrap_or(1))
}
