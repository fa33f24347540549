//! Runs the examples.

#![allow(dead_code, reason = "their entry points are called from here")]

#[path = "../examples/builtins.rs"]
mod builtins;
#[path = "../examples/cancellation.rs"]
mod cancellation;
#[path = "../examples/config.rs"]
mod config;
#[path = "../examples/errors.rs"]
mod errors;
#[path = "../examples/library_tests.rs"]
mod library_tests;
#[path = "../examples/service.rs"]
mod service;

#[test]
fn configuration() {
    config::main().unwrap();
}

/// With few elements, and a bound that holds on a machine that does other things too. What it is on one with nothing else
/// to do, the example measures.
#[test]
fn cancelled_work_ends_soon() {
    let longest = cancellation::measure(400_000, &[5, 40]);
    assert!(longest < std::time::Duration::from_secs(5), "{longest:?}");
}

#[test]
fn service_with_budgets() {
    service::main().unwrap();
}

#[test]
fn own_builtins() {
    builtins::main().unwrap();
}

#[test]
fn rendered_errors() {
    errors::main();
}

#[test]
fn tests_of_a_library() {
    library_tests::main().unwrap();
}
