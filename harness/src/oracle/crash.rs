//! Panics of the evaluator as outcomes, and how a fuzz target ends when it has found something.

use std::{
    cell::RefCell,
    io::Write,
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

thread_local! {
    /// Where the panic hook leaves what it saw; `None` while panics are none of ours.
    static CAUGHT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs `work`; a panic in it becomes its message and place, with nothing printed.
///
/// # Errors
/// When `work` panics.
pub fn catch<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    // Also in the place of libFuzzer's hook, which would end the process before the program is told.
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let ours = CAUGHT.with_borrow_mut(|caught| match caught {
                Some(text) => {
                    let message = info.payload_as_str().unwrap_or("no message");
                    let place = info.location().map(|place| format!(" at {place}")).unwrap_or_default();
                    *text = format!("{message}{place}");
                    true
                }
                None => false,
            });
            if !ours {
                previous(info);
            }
        }));
    });
    CAUGHT.set(Some(String::new()));
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    let caught = CAUGHT.take();
    result.map_err(|_| caught.unwrap_or_default())
}

/// Ends the process as a fuzzer expects of a target that has found something, after saying what.
pub fn abort_with(message: &dyn std::fmt::Display) -> ! {
    // A closed stream is no reason not to end.
    let _ = writeln!(std::io::stderr(), "\n== found ==\n{message}\n");
    std::process::abort()
}
