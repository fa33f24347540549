//! Gives memory back without letting anybody wait for it.
//!
//! To take back gigabytes that were written to takes the system a tenth of a second. Whoever ends an evaluation wants
//! its error before that.

/// Frees `large` on a thread of its own, or here if there can be no more threads. A process that ends does not wait for
/// it.
pub fn free<T: Send + 'static>(large: T) {
    let thread = std::thread::Builder::new().name("frees memory".to_owned()).stack_size(64 << 10);
    // Without a thread, this drops it.
    let _ = thread.spawn(move || drop(large));
}
