//! Ends a long run by a signal: the first one lets cases that are being asked come to their end, the second ends the
//! run at once.

use std::{
    io::{self, IsTerminal, Write},
    process,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    iterator::Signals,
};

use crate::engine;

/// The exit status of a run that was interrupted, as shells have it.
pub(super) const STATUS: u8 = 130;

/// Set when the run should end.
static STOP: AtomicBool = AtomicBool::new(false);

/// Watches for signals from now on. Gives what is set when the run should end.
pub(super) fn watch() -> io::Result<&'static AtomicBool> {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for _ in &mut signals {
            if STOP.swap(true, Ordering::Relaxed) {
                engine::end_all();
                process::exit(STATUS.into());
            }
            // A bar may stand in the line.
            let line_break = if io::stderr().is_terminal() { "\n" } else { "" };
            // Where standard error is closed, nobody misses the line.
            let _ = writeln!(
                io::stderr(),
                "{line_break}thunkproof: finishing what is being asked; once more ends it at once"
            );
        }
    })?;
    Ok(&STOP)
}
