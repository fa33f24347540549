//! `nix-eval`: a drop-in for `nix-instantiate --eval` and `--parse`.

use std::io::{IsTerminal, Read, Write};
use std::rc::Rc;

use nix_evaluator::cli::{Budgets, Console, Invocation, run_on};
use nix_evaluator::io::FileSystem;

/// The process's own output.
struct Process;

impl Console for Process {
    fn stdout(&self, bytes: &[u8]) {
        // A reader that has gone away wants no more output, and no complaint.
        let _ = std::io::stdout().lock().write_all(bytes);
    }

    fn stderr(&self, bytes: &[u8]) {
        let _ = std::io::stderr().lock().write_all(bytes);
    }

    fn save(&self, file: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
        std::fs::write(file, bytes)
    }
}

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
        // How the region says that the system has no more memory.
        if panic.payload_as_str() == Some("out of memory") {
            eprintln!("error: out of memory");
            return;
        }
        eprintln!(
            "error: this is a bug in nix-eval: {panic}\nPlease report it with the expression that was evaluated."
        );
    }));
    let status = std::panic::catch_unwind(|| run_on(&invocation, Rc::new(FileSystem::new()), Rc::new(Process)));
    let _ = std::io::stdout().flush();
    // A value may be gigabytes; the system takes them back faster than this process could.
    std::process::exit(status.unwrap_or(1))
}
