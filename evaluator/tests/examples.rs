//! Runs the examples.

#![allow(dead_code, reason = "their entry points are called from here")]

#[path = "../examples/builtins.rs"]
mod builtins;
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
