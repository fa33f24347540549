//! Programs that an evaluation may run where a setting allows native code: what they are given, and how they ended.

use std::io;
use std::process::{Command, ExitStatus, Output, Stdio};

use super::native::text;

/// A program to run, with all that its process gets. It reads the standard input of this one.
#[derive(Clone, Copy, Debug)]
pub struct Program<'p> {
    /// A path, or a name to look for in the PATH of its environment.
    pub name: &'p [u8],
    /// Its arguments, without its name.
    pub arguments: &'p [&'p [u8]],
    /// All of its environment.
    pub environment: &'p [(Vec<u8>, Vec<u8>)],
    /// Its working folder.
    pub current_dir: &'p [u8],
}

impl Program<'_> {
    /// Runs it to its end. What it prints is collected: an evaluation in process has standard streams of its own.
    pub(super) fn run(&self) -> io::Result<Output> {
        Command::new(text(self.name))
            .args(self.arguments.iter().map(|argument| text(argument)))
            .env_clear()
            // Of two alike the first counts, so it is set last.
            .envs(self.environment.iter().rev().map(|(name, value)| (text(name), text(value))))
            .current_dir(text(self.current_dir))
            .stdin(Stdio::inherit())
            .output()
    }
}

/// How a program ended that did not succeed, in the reference's words.
pub fn describe_failure(status: ExitStatus) -> Option<String> {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal = None;
    match (status.code(), signal) {
        (Some(0), _) => None,
        (Some(code), _) => Some(format!("failed with exit code {code}")),
        (None, Some(signal)) => Some(format!("failed due to signal {signal} ({})", describe_signal(signal))),
        (None, None) => Some("died abnormally".to_owned()),
    }
}

/// What the C library of Linux calls a signal.
#[cfg(unix)]
fn describe_signal(signal: i32) -> String {
    let words = match signal {
        libc::SIGHUP => "Hangup",
        libc::SIGINT => "Interrupt",
        libc::SIGQUIT => "Quit",
        libc::SIGILL => "Illegal instruction",
        libc::SIGTRAP => "Trace/breakpoint trap",
        libc::SIGABRT => "Aborted",
        libc::SIGBUS => "Bus error",
        libc::SIGFPE => "Floating point exception",
        libc::SIGKILL => "Killed",
        libc::SIGUSR1 => "User defined signal 1",
        libc::SIGSEGV => "Segmentation fault",
        libc::SIGUSR2 => "User defined signal 2",
        libc::SIGPIPE => "Broken pipe",
        libc::SIGALRM => "Alarm clock",
        libc::SIGTERM => "Terminated",
        libc::SIGXCPU => "CPU time limit exceeded",
        libc::SIGXFSZ => "File size limit exceeded",
        libc::SIGSYS => "Bad system call",
        other => return format!("Unknown signal {other}"),
    };
    words.to_owned()
}

/// There are none.
#[cfg(not(unix))]
fn describe_signal(signal: i32) -> String {
    format!("Unknown signal {signal}")
}
