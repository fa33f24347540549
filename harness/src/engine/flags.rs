//! The flags of nix-instantiate that bear on evaluation, and how many arguments each takes.

/// Those that take no argument.
const NONE: &[&str] = &[
    "--accept-flake-config",
    "--allow-import-from-derivation",
    "--debug",
    "--debugger",
    "--dry-run",
    "--eval",
    "--fallback",
    "--find-file",
    "--help",
    "--impure",
    "--json",
    "--no-accept-flake-config",
    "--no-allow-import-from-derivation",
    "--no-location",
    "--no-pure-eval",
    "--no-restrict-eval",
    "--no-show-trace",
    "--parse",
    "--pure-eval",
    "--quiet",
    "--raw",
    "--read-write-mode",
    "--restrict-eval",
    "--show-trace",
    "--strict",
    "--trace-function-calls",
    "--trace-verbose",
    "--verbose",
    "--version",
    "--xml",
    "-Q",
    "-v",
    "-vv",
    "-vvv",
    "-vvvv",
    "-vvvvv",
];

/// Those that take one.
const ONE: &[&str] = &[
    "--add-root",
    "--allowed-uris",
    "--arg-from-stdin",
    "--attr",
    "--cores",
    "--eval-store",
    "--eval-system",
    "--experimental-features",
    "--extra-allowed-uris",
    "--extra-experimental-features",
    "--extra-nix-path",
    "--include",
    "--log-format",
    "--max-call-depth",
    "--max-jobs",
    "--nix-path",
    "--store",
    "--system",
    "--timeout",
    "-A",
    "-I",
    "-j",
];

/// Those that take two.
const TWO: &[&str] = &["--arg", "--arg-from-file", "--argstr", "--option"];

/// How many arguments a flag takes; none where it is not known.
pub(super) fn arity(flag: &str) -> usize {
    [ONE, TWO].iter().position(|flags| flags.contains(&flag)).map_or(0, |position| position + 1)
}

/// Whether there is such a flag.
pub(super) fn is_known(flag: &str) -> bool {
    [NONE, ONE, TWO].iter().any(|flags| flags.contains(&flag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_take_what_they_take() {
        for (flag, count) in [("--eval", 0), ("-A", 1), ("--store", 1), ("--arg", 2), ("--option", 2), ("--what", 0)] {
            assert_eq!(arity(flag), count, "{flag}");
            assert_eq!(is_known(flag), flag != "--what");
        }
    }
}
