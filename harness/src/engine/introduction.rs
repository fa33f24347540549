//! Asks an engine what it is before it is asked anything else. Any program prints a version (`/bin/cat --version` does),
//! and two programs that evaluate nothing agree on everything: so an engine must evaluate an expression, too.

use std::{ffi::OsString, fs, io};

use tempfile::TempDir;

use super::{Engine, SpecError};
use crate::{
    case::{Request, fixture},
    outcome::{Ending, Outcome},
};

/// What is evaluated. Whoever repeats it has not said the answer.
const EXPRESSION: &str = "let square = n: n * n; in square 271 + builtins.stringLength \"thunk\"";

/// The value of [`EXPRESSION`].
const VALUE: &str = "73446";

/// What a program is asked that parses and does not evaluate.
const PARSED: &str = "n: 271 - n";

/// The function that C++ Nix, in every release, writes in the place of the operator in [`PARSED`].
const PARSED_AS: &str = "__sub";

/// Stands in arguments for a file that holds [`EXPRESSION`].
const FILE: &str = "introduction.nix";

/// How much of what an engine says stands in a message.
const SHOWN: usize = 120;

/// Makes sure that `engine` evaluates Nix: one right answer is enough, however it is asked. Where it cannot be asked to
/// evaluate at all, because its manifest maps no way, it must parse.
///
/// # Errors
/// When no answer is right; with `program` as the engine's name, and the first answer.
pub(super) fn check(engine: &dyn Engine, program: &str) -> Result<(), SpecError> {
    let evaluate = [["--eval", "-E", EXPRESSION].as_slice(), &["--eval", "-"], &["--eval", FILE]];
    let parse = [["--parse", "-E", PARSED].as_slice(), &["--parse", "-"]];
    let mut refused = None;
    for (ways, program_text, expected) in [(&evaluate[..], EXPRESSION, VALUE), (&parse, PARSED, PARSED_AS)] {
        for way in ways {
            let stdin = if way.ends_with(&["-"]) { program_text } else { "" };
            let mut arguments: Vec<OsString> = way.iter().map(OsString::from).collect();
            // Only who is asked so needs a file: there may be no place for one.
            let file = if way.ends_with(&[FILE]) { file_with(program_text).ok() } else { None };
            if let (Some(last), Some((_, file))) = (arguments.last_mut(), &file) {
                last.clone_from(file);
            }
            let outcome = engine.evaluate(&Request {
                arguments,
                environment: fixture::environment(),
                current_dir: "/".into(),
                stdin: stdin.into(),
                ..Request::default()
            });
            if outcome.ending == Ending::Exited(0) && says(&outcome.stdout, expected) {
                return Ok(());
            }
            let was_asked = !matches!(outcome.ending, Ending::NotAsked(_));
            if refused.as_ref().is_none_or(|(_, asked)| !asked && was_asked) {
                refused = Some((refusal(program, program_text, &outcome, expected), was_asked));
            }
            // Whoever has used up a limit would use it up again.
            if outcome.ending.is_limit() {
                break;
            }
        }
        if refused.as_ref().is_some_and(|(_, was_asked)| *was_asked) {
            break;
        }
    }
    refused.map_or(Ok(()), |(refusal, _)| Err(refusal))
}

/// A file with this text, and the folder that it lives in.
fn file_with(text: &str) -> io::Result<(TempDir, OsString)> {
    let folder = tempfile::Builder::new().prefix("thunkproof-").tempdir()?;
    let file = folder.path().join("introduction.nix");
    fs::write(&file, text)?;
    Ok((folder, file.into()))
}

/// Whether the text is in what was said, and no part of a longer word or number.
fn says(stdout: &[u8], text: &str) -> bool {
    let said = String::from_utf8_lossy(stdout);
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    said.match_indices(text)
        .any(|(at, _)| !said[..at].ends_with(is_word) && !said[at + text.len()..].starts_with(is_word))
}

/// What people are told of an answer that is not right.
fn refusal(program: &str, question: &str, outcome: &Outcome, expected: &str) -> SpecError {
    let stream = if outcome.stdout.is_empty() { &outcome.stderr } else { &outcome.stdout };
    let text = String::from_utf8_lossy(stream);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let shown: String = line.chars().take(SHOWN).map(|it| if it.is_control() { '?' } else { it }).collect();
    let shown = if line.is_empty() { "nothing".to_owned() } else { format!("`{shown}`") };
    SpecError::NotNix {
        program: program.to_owned(),
        question: format!("`{question}`"),
        answer: format!("{shown} ({}), not with {expected}", outcome.ending),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::engine::Identity;

    /// An engine that says the same to every question that begins with these words, and is not asked any other.
    struct Says(&'static str, Ending, &'static str, Identity);

    impl Engine for Says {
        fn identity(&self) -> &Identity {
            &self.3
        }

        fn evaluate(&self, request: &Request) -> Outcome {
            let words: Vec<_> = request.arguments.iter().map(|word| word.to_string_lossy()).collect();
            if !words.join(" ").starts_with(self.0) {
                return Outcome::not_asked("the manifest maps no such flag".to_owned());
            }
            let (ending, stdout, stderr) = (self.1.clone(), self.2.into(), Vec::new());
            Outcome { ending, stdout, stderr, elapsed: Duration::ZERO, work: None }
        }
    }

    /// What comes of an engine that says this to what begins with these words; nothing where it is taken for Nix.
    fn introduced(words: &'static str, ending: Ending, stdout: &'static str) -> Option<String> {
        let identity = Identity { engine: "cmd:it".into(), version: "it 1".into() };
        check(&Says(words, ending, stdout, identity), "it").map_err(|error| error.to_string()).err()
    }

    #[test]
    fn one_right_answer_is_enough() {
        let check = |words, stdout| assert_eq!(introduced(words, Ending::Exited(0), stdout), None, "{words} {stdout}");
        check("--eval -E", "73446\n");
        check("--eval -", "73446\n");
        check("--eval /", "73446\n");
        check("--eval", "=> 73446 :: int\n");
        check("--parse -E", "(n: (__sub 271 n))\n");
        check("--parse -", "(n: (__sub 271 n))\n");
    }

    #[test]
    fn what_does_not_evaluate_is_refused_with_what_it_said() {
        let check = |words, ending, stdout, expected: &str| {
            let error = introduced(words, ending, stdout).unwrap_or_else(|| panic!("{stdout} is taken for Nix"));
            assert!(error.contains(expected) && error.contains("`it`"), "{error}");
        };
        check("", Ending::Exited(0), "", "with nothing (exit status 0), not with 73446: name a program");
        check("", Ending::Exited(0), EXPRESSION, "with `let square");
        check("", Ending::Exited(0), "734460\n1.73446e4\n", "with `734460` (exit status 0)");
        check("", Ending::Exited(1), "73446\n", "exit status 1");
        check("", Ending::TimedOut(Duration::from_secs(1)), "\u{1b}[1m", "`?[1m` (no end after 1 s of CPU time)");
        check("--parse", Ending::Exited(0), "n: 271 - n", "answers `n: 271 - n` with");
        check("--eval", Ending::Exited(0), "(n: (__sub 271 n))", "answers `let square");
        check("--version", Ending::Exited(0), "", "the manifest maps no such flag");
    }
}
