//! The same program by the definition of the language ([`crate::definition`]): another evaluator, with which value,
//! effects, what printing shows as unevaluated, the kind of an error and counts of calls must agree.

use bstr::ByteSlice;
use nix_evaluator::{
    errors::{ErrorKind, highlight},
    session::{Answer, Calls, FOLDER},
};

use super::{Observed, Runner, Verdict, without_names};
use crate::{
    definition::{self, Depth, Error, Limits, Said, Surroundings},
    outcome::error,
    program::Expr,
};

/// What the definition may take for one program.
const LIMITS: Limits = Limits { steps: 60_000, levels: 6_000, calls: 10_000 };

/// How deep calls may be where that is looked at: programs are small, and 10,000 calls would take too long.
pub(super) const SHALLOW: u32 = 24;

/// One program in so many is evaluated where calls may not be deep.
const SHALLOW_EVERY: u64 = 4;

/// Evaluates the program in both ways and compares.
pub(super) fn judge(runner: &mut Runner, source: &[u8], tree: &Expr, seed: u64) -> Verdict {
    let names = runner.names(source);
    let around = Surroundings { folder: FOLDER, features: runner.features, no_search_path: true };
    let is_shallow = seed.is_multiple_of(SHALLOW_EVERY);
    let limits = if is_shallow { Limits { calls: SHALLOW, ..LIMITS } } else { LIMITS };
    let said = definition::evaluate(tree, names.iter().map(|name| &**name), around, Depth::Both, limits);
    if let Said::Outside(_) = said.said {
        return Verdict::NotApplicable;
    }
    let (ours, calls) = match is_shallow {
        true => (runner.run_shallow(source), None),
        false => {
            let (ours, calls) = runner.run_counted(source);
            (ours, Some(calls))
        }
    };
    let is_out_of_budget = match &ours {
        Observed::Answered(Answer { result: Err(failed), .. }) => failed.kind == ErrorKind::Budget,
        _ => false,
    };
    if is_out_of_budget || !is_shallow && ours.is_inconclusive() {
        return Verdict::Inconclusive;
    }
    // What counts until a failure is not observable.
    let same_calls = match (calls, &said.said) {
        (Some(calls), Said::Value(_)) => {
            calls == Calls { functions: said.counts.functions, builtins: said.counts.builtins }
        }
        _ => true,
    };
    let difference = match &ours {
        Observed::Answered(Answer { result: Err(failed), .. })
            if failed.kind == ErrorKind::Syntax || has_no_home(&failed.message) =>
        {
            return Verdict::NotApplicable;
        }
        // The parser warns, and the definition has another parser.
        Observed::Answered(answer) if answer.effects.contains_str("This expression uses `or` as an identifier") => {
            return Verdict::NotApplicable;
        }
        Observed::Answered(answer) if !same_end(answer, &said.said) => match (&answer.result, &said.said) {
            (Ok(_), Said::Value(_)) => "value",
            (Err(_), Said::Failed(_)) => "message",
            _ => "failing or not",
        },
        // To what prints, empty sets are one set; the definition makes each anew.
        Observed::Answered(answer)
            if without_names(&answer.effects) != said.effects && answer.effects.contains_str("«repeated»") =>
        {
            return Verdict::NotApplicable;
        }
        Observed::Answered(answer) if without_names(&answer.effects) != said.effects => "effects",
        Observed::Answered(_) if same_calls => return Verdict::Agree,
        Observed::Answered(_) => "counts of calls",
        Observed::Crashed(_) | Observed::Text(_) => "crash",
    };
    let shown = match &said.said {
        Said::Value(value) => value.clone(),
        Said::Failed(error) => [b"error: ", &*error.message, b"\n"].concat(),
        Said::Outside(why) => why.clone().into_bytes(),
    };
    let mut text = [said.effects, shown].concat().to_str_lossy().into_owned();
    if is_shallow {
        text += &format!("where calls may be {SHALLOW} deep\n");
    }
    if let (Some(calls), false) = (calls, same_calls) {
        let counts = said.counts;
        text += &format!(
            "with {} calls of functions and {} of builtins, not {} and {}\n",
            counts.functions, counts.builtins, calls.functions, calls.builtins
        );
    }
    runner.differ(&format!("definition: {difference}"), source, None, ours, Observed::Text(text))
}

/// Whether a source is refused for a path below the home folder, of which there is none here. The parser refuses it.
fn has_no_home(message: &[u8]) -> bool {
    message.starts_with(b"cannot determine user's home directory")
}

/// Whether both come to the same value, or fail for the same reason.
fn same_end(answer: &Answer, said: &Said) -> bool {
    match (&answer.result, said) {
        (Ok(value), Said::Value(other)) => value == other,
        (Err(failed), Said::Failed(other)) => {
            let message = highlight::filter_escapes(&failed.message, false);
            failed.kind.is_catchable() == other.is_caught && same_message(&message, other)
        }
        _ => false,
    }
}

/// Whether an error has the message that the definition says, as far as that says it: a program's own message word for
/// word, any other without what it quotes, and up to the first value in it.
fn same_message(message: &[u8], other: &Error) -> bool {
    let kind = |message: &[u8]| {
        // A name with a newline in it is shown as a string.
        let text = message.to_str_lossy().replace('\n', " ");
        // The name of a builtin may have a quote in it.
        let text = text.split(['(', ';']).next().unwrap_or_default().split("built-in").next().unwrap_or_default();
        let text = error::masked(text);
        text.split(": ").next().unwrap_or_default().to_owned()
    };
    match other.is_own {
        true => message == &*highlight::filter_escapes(&other.message, false),
        // What is caught and is no `throw` is an assertion, whose message shows the values.
        false => other.is_caught || kind(message).starts_with(&kind(&other.message)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_compared_as_far_as_both_say_them() {
        let check = |message: &str, other: &str, is_own: bool, expected: bool| {
            let other = Error { message: other.into(), is_caught: false, is_own };
            assert_eq!(same_message(message.as_bytes(), &other), expected, "{message}");
        };
        check("expected a list but found an integer: 1", "expected a list but found an integer", false, true);
        check("expected a list but found a set: { a = 1; }", "expected a list but found a set", false, true);
        check("expected a list but found a set: { a = 1; }", "expected a set but found a list", false, false);
        check("attribute 'a' missing", "attribute 'b' missing", false, true);
        check("attribute '\"a\\nb\"' missing", "attribute 'a\nb' missing", false, true);
        check("no", "no", true, true);
        check("no", "no!", true, false);
        // What is shown has spaces for a tab, and no escapes.
        check("        no", "\tno\r", true, true);
    }

    #[test]
    fn a_path_below_a_home_that_is_not_there_is_not_judged() {
        let source = "let a = [ ~/a ]; in 1";
        let tree = crate::program::read(source).expect("a program");
        assert_eq!(judge(&mut Runner::default(), source.as_bytes(), &tree, 1), Verdict::NotApplicable);
    }
}
