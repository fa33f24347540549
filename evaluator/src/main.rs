//! `nix-eval`: a drop-in for `nix-instantiate --eval` and `--parse`.

use std::alloc::System;
use std::io::{IsTerminal, Read, Write};
use std::path::Path;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use nix_evaluator::cli::{Budgets, Console, Invocation, run_on};
use nix_evaluator::io::FileSystem;
use nix_evaluator::refusal::{self, EndsProcess};

mod user;

#[global_allocator]
static ALLOCATOR: EndsProcess<System> = EndsProcess::new(System, 1, "error: out of memory\n");

/// Whether standard input was closed when the process began. Before `main`, the standard library opens /dev/null in its
/// place; the reference opens something that cannot be read.
static STDIN_IS_CLOSED: AtomicBool = AtomicBool::new(false);

#[cfg(target_os = "linux")]
mod before_main {
    use std::sync::atomic::Ordering;

    extern "C" fn look_at_stdin() {
        // SAFETY: it asks for the flags of a descriptor and changes nothing.
        let flags = unsafe { libc::fcntl(libc::STDIN_FILENO, libc::F_GETFD) };
        super::STDIN_IS_CLOSED.store(flags == -1, Ordering::Relaxed);
    }

    // SAFETY: the section holds addresses of functions that the loader calls before `main`, with arguments that they
    // need not take; this one needs nothing of the standard library.
    #[used]
    #[unsafe(link_section = ".init_array")]
    static LOOK_AT_STDIN: extern "C" fn() = look_at_stdin;
}

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

    fn save(&self, file: &Path, bytes: &[u8]) -> std::io::Result<()> {
        std::fs::write(file, bytes)
    }

    fn show_manual(&self, page: &str) -> std::io::Result<i32> {
        let mut man = std::process::Command::new("man");
        man.arg(page);
        // Only where it fails does this come back.
        #[cfg(unix)]
        return Err(std::os::unix::process::CommandExt::exec(&mut man));
        #[cfg(not(unix))]
        man.status().map(|status| status.code().unwrap_or(1))
    }

    fn out_of_memory(&self, message: Vec<u8>) {
        ALLOCATOR.set_message(message);
    }
}

/// The size of the stack that everything runs on. The system's own stack grows page by page, and where memory has run
/// out, growing ends in a signal. This one is mapped as a whole from the start.
const STACK: usize = 4 << 20;

fn main() {
    let mut arguments: Vec<_> = std::env::args_os().collect();
    #[cfg(feature = "repl")]
    if arguments.get(1).is_some_and(|first| first == "repl") {
        let arguments = arguments.iter().skip(2).map(|argument| argument.to_string_lossy().into_owned());
        std::process::exit(nix_evaluator::repl::main(arguments));
    }
    let name = if arguments.is_empty() { Default::default() } else { arguments.remove(0) };
    let (mut stdin, mut stdin_failure) = (Vec::new(), None);
    if arguments.iter().any(|argument| argument == "-" || argument == "--arg-from-stdin") {
        stdin_failure = match STDIN_IS_CLOSED.load(Ordering::Relaxed) {
            true => Some(libc::EINVAL),
            false => std::io::stdin().lock().read_to_end(&mut stdin).err().and_then(|error| error.raw_os_error()),
        };
    }
    let invocation = Invocation {
        is_nix_instantiate: Path::new(&name).file_name().is_some_and(|name| name == "nix-instantiate"),
        arguments,
        environment: std::env::vars_os().collect(),
        current_dir: std::env::current_dir().unwrap_or_default(),
        user: Some(user::current()),
        stdin,
        stdin_failure,
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
