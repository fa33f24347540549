//! Conformance harness for Nix evaluators.
