#![no_main]
//! See `thunkproof::fuzzing::archive`. Inputs are bytes of any kind, so libFuzzer's own mutations are right for them.

thunkproof_fuzz::libfuzzer_sys::fuzz_target!(|input: &[u8]| thunkproof_fuzz::thunkproof::fuzzing::archive(input));
