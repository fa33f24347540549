#![no_main]
//! See `thunkproof::fuzzing::Targets::round_trip`.

thunkproof_fuzz::target!(round_trip, asks_reference: false);
