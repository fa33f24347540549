#![no_main]
//! See `thunkproof::fuzzing::Targets::round_trip`.

libfuzzer_sys::fuzz_target!(|input: &[u8]| thunkproof::fuzzing::run(thunkproof::fuzzing::Targets::round_trip, false, input));
