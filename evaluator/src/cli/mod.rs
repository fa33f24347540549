//! `nix-eval` as a library function: the program's conventions without a process.
