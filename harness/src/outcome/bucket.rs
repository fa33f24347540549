//! The signature of a difference. Cases that differ for one reason should share it; cases that differ for two reasons
//! should not. So it holds the level, which kinds of outcome met, and the builtin or operator involved, but nothing
//! that a program chose: no type of a value, and no place inside one.

use std::{collections::HashSet, sync::LazyLock};

use bstr::ByteSlice;
use regex::Regex;

use super::{
    Ending, Outcome,
    compare::{Fate, Level, fate},
    effects,
    error::{self, ErrorClass},
    value,
};

/// Longest part of a message in a signature, in characters.
const MESSAGE: usize = 72;

/// The signature of two outcomes that differ first at `level`.
pub(super) fn of(subject: &Outcome, reference: &Outcome, level: Level) -> String {
    let details = match level {
        Level::FailsAlike => fates(subject, reference),
        Level::Value => value::difference(&subject.stdout, &reference.stdout).to_owned(),
        Level::Effects => {
            let (ours, theirs) = (effects::of(&subject.stderr), effects::of(&reference.stderr));
            effects::difference(&ours, &theirs).to_owned()
        }
        Level::Work => work(subject, reference),
        Level::Message => messages(subject, reference),
        Level::Stderr => first_difference(subject, reference),
    };
    format!("{level}: {details}")
}

/// How two outcomes went that did not go alike. What a crash says tells it from all others: whatever the other engine
/// makes of the program then is the program's doing. So is it where a builtin is missing.
fn fates(subject: &Outcome, reference: &Outcome) -> String {
    let (ours, theirs) = (kind(subject), kind(reference));
    for (side, other) in [(&ours, &theirs), (&theirs, &ours)] {
        if is_whole_cause(side) && !is_whole_cause(other) {
            let whose = if std::ptr::eq(side, &ours) { "" } else { "reference: " };
            return format!("{whose}{side}");
        }
    }
    format!("{ours} / {theirs}")
}

/// How what a crash is called begins, and what the lack of a builtin is.
pub(crate) const CRASH: &str = "crash: ";
pub(crate) const MISSING_BUILTIN: &str = "missing builtin ";

/// Whether what stands behind the level in a signature tells the cause by itself, whatever program shows it.
pub(crate) fn is_telling(level: Level, details: &str) -> bool {
    let details = details.strip_prefix("reference: ").unwrap_or(details);
    match level {
        Level::FailsAlike => {
            let classes = ["arithmetic", "comparison"];
            let is_class = |kind: &str| classes.iter().any(|class| kind.split(" in ").next() == Some(class));
            let sides = details.split_once(" / ");
            is_whole_cause(details)
                || sides.is_some_and(|sides| match sides {
                    ("value", failure) | (failure, "value") => is_class(failure),
                    _ => false,
                })
        }
        Level::Value => details == "repeated or cyclic",
        _ => false,
    }
}

fn is_whole_cause(kind: &str) -> bool {
    // A signal has no place: another program may die of another cause.
    (kind.starts_with(CRASH) && !kind.contains("ended by signal")) || kind.starts_with(MISSING_BUILTIN)
}

/// What an outcome is, in a few words.
fn kind(outcome: &Outcome) -> String {
    match (fate(outcome), &outcome.ending) {
        (Ok(Fate::Succeeded), _) => "value".to_owned(),
        (Ok(Fate::Contradictory), _) => "error with exit status 0".to_owned(),
        // Shortened, it might lose its place.
        (Ok(Fate::Crashed), Ending::Crashed(crash)) => format!("{CRASH}{}", crash.signature()),
        (Ok(Fate::Crashed), ending) => format!("{CRASH}{ending}"),
        (Ok(Fate::Failed(1)), _) => failure(outcome),
        (Ok(Fate::Failed(status)), _) => format!("exit status {status}, {}", failure(outcome)),
        (_, ending) => ending.to_string(),
    }
}

fn failure(outcome: &Outcome) -> String {
    let Some(message) = message(outcome) else { return "failure without a message".to_owned() };
    let class = ErrorClass::of(&message);
    if let (ErrorClass::MissingAttribute | ErrorClass::UndefinedVariable, Some(name)) = (class, missing(&message)) {
        return format!("{MISSING_BUILTIN}{name}");
    }
    let name = match class {
        ErrorClass::Other => format!("`{}`", shortened(&error::masked(&message))),
        class => class.to_string(),
    };
    match involved(outcome) {
        Some(builtin) if is_of_a_builtin(class) => format!("{name} in {builtin}"),
        _ => name,
    }
}

/// The builtin that an error about a missing name is about.
fn missing(message: &str) -> Option<&'static str> {
    static BUILTINS: LazyLock<HashSet<&'static str>> =
        LazyLock::new(|| nix_evaluator::builtins::names().flat_map(|name| [name.variable, name.attribute]).collect());
    let name = message.split('\'').nth(1)?;
    BUILTINS.get(name).map(|name| name.trim_start_matches("__"))
}

/// Whether failures of this class come of what a builtin does, rather than of what a program has it do.
fn is_of_a_builtin(class: ErrorClass) -> bool {
    use ErrorClass::*;
    matches!(class, Arguments | Type | Coercion | Comparison | File | Format | Memory | Usage | Other)
}

fn message(outcome: &Outcome) -> Option<String> {
    error::parts(&outcome.stderr).error.map(error::message)
}

fn involved(outcome: &Outcome) -> Option<String> {
    error::parts(&outcome.stderr).error.and_then(error::builtin)
}

fn messages(subject: &Outcome, reference: &Outcome) -> String {
    let (ours, theirs) = (message(subject).unwrap_or_default(), message(reference).unwrap_or_default());
    let (our_class, their_class) = (ErrorClass::of(&ours), ErrorClass::of(&theirs));
    if our_class != their_class {
        return format!("{} / {}", failure(subject), failure(reference));
    }
    // Which tokens a syntax error names, and how, is the program's doing.
    let tokens = "syntax error, unexpected ";
    if ours.starts_with(tokens) && theirs.starts_with(tokens) {
        return format!("{their_class}: other tokens");
    }
    let (ours, theirs) = (error::masked(&ours), error::masked(&theirs));
    if ours == theirs {
        return format!("{their_class}: `{}`, other details", shortened(&theirs));
    }
    format!("{their_class}: `{}` / `{}`", shortened(&ours), shortened(&theirs))
}

fn work(subject: &Outcome, reference: &Outcome) -> String {
    let (Some(ours), Some(theirs)) = (subject.work, reference.work) else { return "one cannot tell".to_owned() };
    let side = |ours: u64, theirs: u64, what: &str| match ours.cmp(&theirs) {
        std::cmp::Ordering::Less => Some(format!("fewer {what}")),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(format!("more {what}")),
    };
    let functions = side(ours.function_calls, theirs.function_calls, "calls of functions");
    let builtins = side(ours.builtin_calls, theirs.builtin_calls, "calls of builtins");
    functions.into_iter().chain(builtins).collect::<Vec<_>>().join(", ")
}

/// The line on which two texts differ first: what kind it is, and where its words are the evaluators' own, these. A line
/// that one of them has and the other lacks is the same cause in whatever builtin it appears.
fn first_difference(subject: &Outcome, reference: &Outcome) -> String {
    static EXCERPT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\s*\d*\|").expect("a constant"));
    let lines = |outcome: &Outcome| -> Vec<String> {
        let lines = outcome.stderr.lines().map(|line| line.to_str_lossy().trim().to_owned());
        // Where there is a trace, the message stands below it, and this at its head.
        lines.filter(|line| !line.is_empty() && line != "error:").collect()
    };
    let (ours, theirs) = (lines(subject), lines(reference));
    let at = ours.iter().zip(&theirs).take_while(|(one, other)| one == other).count();
    let (one, other) = (ours.get(at).map(String::as_str), theirs.get(at).map(String::as_str));
    if (one, other) == (None, None) {
        return "line ends".to_owned();
    }
    let is = |test: fn(&str) -> bool| one.into_iter().chain(other).any(test);
    let is_trace = is(|line| line.starts_with('…'));
    let kind = if is_trace {
        "trace"
    } else if is(|line| line.starts_with("at ")) {
        "position"
    } else if is(|line| EXCERPT.is_match(line)) {
        "excerpt"
    } else if is(|line| line.starts_with("Did you mean")) {
        "suggestion"
    } else if is(|line| line.contains("frames omitted")) {
        "omitted frames"
    } else {
        "other lines"
    };
    if !is_trace {
        let involved = involved(reference).or_else(|| involved(subject));
        return involved.map_or_else(|| kind.to_owned(), |name| format!("{kind} in {name}"));
    }
    let words = |line: &str| format!("`{}`", shortened(&error::masked(line)));
    match (absent(one, &theirs[at..]), absent(other, &ours[at..])) {
        (Some(one), Some(other)) if words(one) == words(other) => format!("{kind}: {}, other details", words(one)),
        (Some(one), Some(other)) => format!("{kind}: {} / {}", words(one), words(other)),
        (Some(one), None) => format!("{kind}: additional {}", words(one)),
        (None, Some(other)) => format!("{kind}: missing {}", words(other)),
        (None, None) => format!("{kind}: another order"),
    }
}

/// The line, if it is none of these.
fn absent<'l>(line: Option<&'l str>, lines: &[String]) -> Option<&'l str> {
    line.filter(|line| !lines.iter().any(|it| it == line))
}

fn shortened(message: &str) -> String {
    match message.char_indices().nth(MESSAGE) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{
        Crash,
        compare::{compare, tests::exited},
    };

    fn check(subject: &Outcome, reference: &Outcome, expected: &str) {
        assert_eq!(compare(subject, reference, Level::Stderr).bucket.as_deref(), Some(expected));
    }

    #[test]
    fn signatures_name_what_differs_and_nothing_that_a_program_chose() {
        let value = |text: &str| exited(0, text, "");
        let failed = |stderr: &str| exited(1, "", stderr);
        check(&value("1\n"), &value("1.5\n"), "value: another value");
        check(&value("{ a = 1; }\n"), &value("[ 1 ]\n"), "value: another value");
        check(&value("[ <LAMBDA> ]\n"), &value("[ 1 ]\n"), "value: function or special value");
        check(
            &value("1\n"),
            &failed(
                "error:\n       … while calling the 'elemAt' builtin\n\n       error: expected a list but found a set",
            ),
            "fails-alike: value / type in elemAt",
        );
        check(&failed("error: mine: 'x' 1"), &value("1\n"), "fails-alike: `mine: … …` / value");
        let crash = Crash { message: "panic: slot 12 is empty".to_owned(), place: Some("src/vm.rs:4:2".to_owned()) };
        let crashed = |ending| Outcome { ending, ..exited(0, "", "") };
        check(
            &crashed(Ending::Crashed(crash)),
            &value("1\n"),
            "fails-alike: crash: panic: slot … is empty at src/vm.rs:4:2",
        );
        check(
            &failed("error[E005]: attribute with name 'fetchGit' could not be found in the set\n --> [code]:1:10\n"),
            &value("1\n"),
            "fails-alike: missing builtin fetchGit",
        );
        check(
            &value("1\n"),
            &failed("error: undefined variable '__warn'"),
            "fails-alike: reference: missing builtin warn",
        );
        check(&failed("error: attribute 'own' missing"), &value("1\n"), "fails-alike: missing-attribute / value");
        check(
            &value("1\n"),
            &failed("error:\n  … while calling the 'mul' builtin\n\n  error: integer overflow in multiplying 2 * 3"),
            "fails-alike: value / arithmetic",
        );
        check(
            &crashed(Ending::Signalled(11)),
            &value("1\n"),
            "fails-alike: crash: ended by signal 11 (SIGSEGV) / value",
        );
        check(&exited(0, "1\n", "trace: a\n"), &value("1\n"), "effects: additional");
        check(
            &failed("error: undefined variable 'x'"),
            &failed("error: attribute 'x' missing"),
            "message: undefined-variable / missing-attribute",
        );
        check(
            &failed("error: syntax error, unexpected AND"),
            &failed("error: syntax error, unexpected '&&'"),
            "message: syntax: other tokens",
        );
        check(
            &failed("error: undefined variable 'x'"),
            &failed("error: undefined variable 'y'"),
            "message: undefined-variable: `undefined variable …`, other details",
        );
        check(&failed("error: a\n   at x:1:1:\n"), &failed("error: a\n   at x:1:2:\n"), "stderr: position");
        let traced = |line: &str| failed(&format!("error:\n       … {line}\n         at x:1:1:\n\n       error: a\n"));
        let twice = failed(
            "error:\n       … while y\n       … while calling the 'map' builtin\n         at x:1:1:\n\n       error: a\n",
        );
        check(&traced("while calling the 'map' builtin"), &twice, "stderr: trace: missing `… while y`");
        check(&twice, &traced("while calling the 'map' builtin"), "stderr: trace: additional `… while y`");
        check(&traced("while z"), &traced("while y"), "stderr: trace: `… while z` / `… while y`");
        check(
            &traced("while evaluating element 1"),
            &traced("while evaluating element 2"),
            "stderr: trace: `… while evaluating element …`, other details",
        );
        check(
            &failed("error: a\n"),
            &failed("error:\n  … while x\n\n  error: a\n"),
            "stderr: trace: missing `… while x`",
        );
    }
}
