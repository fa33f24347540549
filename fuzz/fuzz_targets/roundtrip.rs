#![no_main]
//! See `thunkproof::fuzzing::Targets::round_trip`.

libfuzzer_sys::fuzz_target!(|input: &[u8]| thunkproof::fuzzing::run(
    thunkproof::fuzzing::Targets::round_trip,
    false,
    input
));

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    thunkproof::fuzzing::mutate(data, size, most, seed)
});

libfuzzer_sys::fuzz_crossover!(|one: &[u8], other: &[u8], out: &mut [u8], seed: u32| {
    thunkproof::fuzzing::cross_over(one, other, out, seed)
});
