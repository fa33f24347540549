//! Shared by the fuzz targets: binds libFuzzer to a target of the library. `thunkproof::fuzzing` does everything else.

#![feature(cfg_sanitize)]

pub use {libfuzzer_sys, thunkproof};

/// Programs are made and dropped as trees, thousands of times a second. A sanitizer brings an allocator of its own.
#[cfg(not(any(sanitize = "address", sanitize = "memory", sanitize = "thread")))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Binds libFuzzer to a function of `thunkproof::fuzzing::Targets`, with mutation and crossover on the tree.
#[macro_export]
macro_rules! target {
    ($target:ident, asks_reference: $asks_reference:literal) => {
        $crate::libfuzzer_sys::fuzz_target!(|input: &[u8]| {
            $crate::thunkproof::fuzzing::run($crate::thunkproof::fuzzing::Targets::$target, $asks_reference, input)
        });

        $crate::libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
            $crate::thunkproof::fuzzing::mutate(data, size, most, seed)
        });

        $crate::libfuzzer_sys::fuzz_crossover!(|one: &[u8], other: &[u8], out: &mut [u8], seed: u32| {
            $crate::thunkproof::fuzzing::cross_over(one, other, out, seed)
        });
    };
}
