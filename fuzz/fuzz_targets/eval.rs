#![no_main]
//! See `thunkproof::fuzzing::Targets::eval`.

libfuzzer_sys::fuzz_target!(|input: &[u8]| thunkproof::fuzzing::run(thunkproof::fuzzing::Targets::eval, true, input));
