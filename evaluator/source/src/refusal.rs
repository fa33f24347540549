//! Handles allocations that the system refuses.
//!
//! Where the program under evaluation chooses a size, the evaluator uses fallible allocation and turns a refusal into
//! an error. Any other refusal ends the process, because Rust's collections cannot report it. With `EndsProcess` as its
//! allocator, the program then prints a message for people; without it, Rust aborts.

use std::cell::Cell;

thread_local! {
    /// Whether the allocation that this thread is making may fail.
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the allocation that this thread is making may fail. An allocator that was refused memory asks this: if so,
/// it must return null.
pub fn is_expected() -> bool {
    EXPECTED.get()
}

/// Makes an allocation that may fail. `allocate` must make no other allocation.
pub fn expected<R>(allocate: impl FnOnce() -> R) -> R {
    struct Restored(bool);
    impl Drop for Restored {
        fn drop(&mut self) {
            EXPECTED.set(self.0);
        }
    }
    let _restored = Restored(EXPECTED.replace(true));
    allocate()
}

/// The reference's words for it.
pub const MESSAGE: &str = "out of memory";

/// Panics because the system has refused memory.
#[cold]
pub fn give_up() -> ! {
    panic!("out of memory")
}

/// Whether a panic with this message means that the system has refused memory, to the arena or for more stack.
pub fn is_meant(panic: &str) -> bool {
    panic.starts_with(MESSAGE) || panic.contains("failed to allocate stack")
}
