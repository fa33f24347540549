//! Catches panics of the embedded evaluator, prints nothing, and gives message and place.

use std::{
    cell::RefCell,
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
    // In a fuzz target libFuzzer's hook is the one before, and would end the process before the program is told.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_caught_and_the_next_evaluation_goes_on() {
        let message = catch(|| -> () { panic!("finalised {}", 2) }).unwrap_err();
        assert!(message.starts_with("finalised 2 at ") && message.contains("panics.rs"), "{message}");
        assert_eq!(catch(|| 1), Ok(1));
    }
}
