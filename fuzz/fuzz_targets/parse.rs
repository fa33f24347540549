#![no_main]
//! See `thunkproof::fuzzing::Targets::parse`.

libfuzzer_sys::fuzz_target!(|input: &[u8]| thunkproof::fuzzing::run(thunkproof::fuzzing::Targets::parse, true, input));
