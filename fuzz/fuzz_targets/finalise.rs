#![no_main]
//! See `thunkproof::fuzzing::Targets::finalise`.

thunkproof_fuzz::target!(finalise, asks_reference: false);
