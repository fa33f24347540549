#![no_main]
//! See `thunkproof::fuzzing::Targets::parse`.

thunkproof_fuzz::target!(parse, asks_reference: true);
