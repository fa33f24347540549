//! The flags of nix-instantiate, and how many arguments each takes: the one table of them. Each setting of the reference is
//! a flag too, under its name; those are known from the evaluator's own table of settings.

use nix_evaluator::settings::definition::{FlagAction, find_flag};

/// Flags that are no settings, with the number of their arguments.
const OWN: &[(&str, usize)] = &[
    ("--add-root", 1),
    ("--arg", 2),
    ("--arg-from-file", 2),
    ("--arg-from-stdin", 1),
    ("--argstr", 2),
    ("--attr", 1),
    ("--debug", 0),
    ("--debugger", 0),
    ("--dry-run", 0),
    ("--eval", 0),
    ("--eval-only", 0),
    ("--eval-store", 1),
    ("--fallback", 0),
    ("--find-file", 0),
    ("--help", 0),
    ("--impure", 0),
    ("--include", 1),
    ("--indirect", 0),
    ("--json", 0),
    ("--keep-failed", 0),
    ("--keep-going", 0),
    ("--log-format", 1),
    ("--no-build-output", 0),
    ("--no-gc-warning", 0),
    ("--no-location", 0),
    ("--option", 2),
    ("--override-flake", 2),
    ("--parse", 0),
    ("--parse-only", 0),
    ("--quiet", 0),
    ("--raw", 0),
    ("--read-write-mode", 0),
    ("--readonly-mode", 0),
    ("--repair", 0),
    ("--store", 1),
    ("--strict", 0),
    ("--verbose", 0),
    ("--version", 0),
    ("--xml", 0),
    ("-A", 1),
    ("-I", 1),
    ("-K", 0),
    ("-Q", 0),
    ("-j", 1),
    ("-k", 0),
    ("-v", 0),
];

/// How many arguments a flag takes, where there is such a flag.
fn find(flag: &str) -> Option<usize> {
    if let Some((_, count)) = OWN.iter().find(|(name, _)| *name == flag) {
        return Some(*count);
    }
    if let Some(name) = flag.strip_prefix("--") {
        let (_, action) = find_flag(name.as_bytes())?;
        return Some(usize::from(!matches!(action, FlagAction::Switch(_))));
    }
    // Short flags without arguments may stand together, as in `-vv`.
    let letters = flag.strip_prefix('-')?;
    let is_joined = letters.len() > 1 && letters.chars().all(|letter| find(&format!("-{letter}")) == Some(0));
    is_joined.then_some(0)
}

/// How many arguments a flag takes; none where it is not known.
pub(super) fn arity(flag: &str) -> usize {
    find(flag).unwrap_or(0)
}

/// Whether there is such a flag.
pub(super) fn is_known(flag: &str) -> bool {
    find(flag).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_take_what_they_take() {
        let check = |flag: &str, expected| assert_eq!(find(flag), expected, "{flag}");
        check("--eval", Some(0));
        check("-A", Some(1));
        check("--store", Some(1));
        check("--arg", Some(2));
        check("--option", Some(2));
        check("--what", None);
        check("-vvv", Some(0));
        check("-vA", None);
        check("--max-call-depth", Some(1));
        check("--extra-experimental-features", Some(1));
        check("--pure-eval", Some(0));
        check("--no-pure-eval", Some(0));
        check("--no-max-call-depth", None);
        check("--cores", Some(1));
        check("--lint-url-literals", Some(1));
    }
}
