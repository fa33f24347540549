//! Compares an error with what a test of Nix code expects of it: a type as C++ Nix names its own, and a message.

use regex::Regex;

use super::error::{self, ErrorClass};
use crate::case::CAUGHT;

/// Whether standard error holds an error of this type, with a message in which this is found.
pub(super) fn is_error(stderr: &[u8], kind: Option<&str>, pattern: Option<&str>) -> bool {
    let error::Parts { log, error } = error::parts(stderr);
    let Some(error) = error else { return false };
    let message = error::message(error);
    let caught = String::from_utf8_lossy(log).lines().any(|line| line == CAUGHT);
    kind.is_none_or(|kind| is_kind(kind, &message, caught))
        && pattern.is_none_or(|pattern| Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(&message)))
}

/// Whether an error of this message is of the type; `caught` tells that programs can catch it.
fn is_kind(kind: &str, message: &str, caught: bool) -> bool {
    let class = ErrorClass::of(message);
    let lacks_argument = message.starts_with("cannot evaluate a function that has an argument without a value");
    let is = |kind: &str| match kind {
        "RestrictedPathError" => message.contains("is forbidden") && message.contains("path"),
        "MissingArgumentError" => lacks_argument,
        "UndefinedVarError" => class == ErrorClass::UndefinedVariable,
        "TypeError" => {
            !lacks_argument
                && matches!(
                    class,
                    ErrorClass::Type | ErrorClass::Coercion | ErrorClass::Arguments | ErrorClass::Comparison
                )
        }
        "Abort" => class == ErrorClass::Abort,
        "ParseError" => matches!(class, ErrorClass::Syntax | ErrorClass::Duplicate),
        _ => false,
    };
    // What a program throws may read like any other error.
    match kind {
        "ThrownError" => caught && class != ErrorClass::Assertion,
        "AssertionError" => caught && class == ErrorClass::Assertion,
        _ if caught => false,
        "EvalError" => {
            let others = [
                "RestrictedPathError",
                "MissingArgumentError",
                "UndefinedVarError",
                "TypeError",
                "Abort",
                "ParseError",
            ];
            !others.into_iter().any(is)
        }
        kind => is(kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_those_of_the_reference() {
        let check = |kind: &str, stderr: &str, expected: bool| {
            assert_eq!(is_error(stderr.as_bytes(), Some(kind), None), expected, "{kind} {stderr}");
        };
        let thrown = "trace: caught by tryEval\nerror: expected a list but found a set\n";
        check("ThrownError", thrown, true);
        check("TypeError", thrown, false);
        check("TypeError", "error: expected a list but found a set: { }\n", true);
        check("ThrownError", "error: evaluation aborted with the following error message: 'x'\n", false);
        check("Abort", "error: evaluation aborted with the following error message: 'x'\n", true);
        check("AssertionError", "trace: caught by tryEval\nerror: assertion 'false' failed\n", true);
        check("UndefinedVarError", "error: undefined variable 'x'\n", true);
        check(
            "MissingArgumentError",
            "error: cannot evaluate a function that has an argument without a value ('a')",
            true,
        );
        check("EvalError", "error: attribute 'a' missing\n", true);
        check("EvalError", "error: undefined variable 'x'\n", false);
        check("EvaluationError", "error: attribute 'a' missing\n", false);
        check("EvalError", "", false);
    }

    #[test]
    fn a_message_is_searched() {
        let check = |pattern: &str, expected: bool| {
            assert_eq!(is_error(b"error: 10 instead of 5\n", None, Some(pattern)), expected, "{pattern}");
        };
        check(r"\d+ instead", true);
        check("^instead", false);
    }
}
