//! What tests do where something they want is not on this machine: they say so and pass, unless `THUNKPROOF_REQUIRE` names
//! it (`reference`, `fixtures`, `browser`, separated by commas). CI sets it, so that nothing goes untested unseen.

use std::env;

/// Says that `what` is not here, or fails where it is required.
pub fn missing(what: &str, message: &str) {
    let required = env::var("THUNKPROOF_REQUIRE").unwrap_or_default();
    assert!(!is_required(what, &required), "{message}, and THUNKPROOF_REQUIRE={required} wants it");
    println!("{message}: nothing is tested");
}

/// Whether the list of what is required names `what`.
pub fn is_required(what: &str, required: &str) -> bool {
    required.split(',').any(|name| name.trim() == what)
}
