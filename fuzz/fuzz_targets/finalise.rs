#![no_main]
//! See `thunkproof::fuzzing::Targets::finalise`.

libfuzzer_sys::fuzz_target!(|input: &[u8]| thunkproof::fuzzing::run(thunkproof::fuzzing::Targets::finalise, false, input));
