#![no_main]
//! See `thunkproof::fuzzing::Targets::eval`.

thunkproof_fuzz::target!(eval, asks_reference: true);
