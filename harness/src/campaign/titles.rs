//! The title of a cause: what the subject does otherwise, in words.

use std::collections::BTreeSet;

use crate::{
    outcome::{bucket, compare::Level},
    reduce::shape,
};

/// The title of what shows under this signature in a reduced program of this shape.
pub(super) fn of(level: Level, signature: &str, shape: &BTreeSet<String>, telling: &BTreeSet<String>) -> String {
    let details = signature.split_once(": ").map_or(signature, |(_, details)| details);
    if bucket::is_telling(level, details) {
        return alone(details);
    }
    let who = who(shape, telling);
    let what = match (level, details) {
        (Level::FailsAlike, _) => return fates(&who, details),
        (Level::Value, "not evaluated") => "leaves another part of the value unevaluated".to_owned(),
        (Level::Value, "function or special value") => "gives another function or special value".to_owned(),
        (Level::Value, _) => "gives another value".to_owned(),
        (Level::Effects, "missing") => "does not evaluate what the reference evaluates".to_owned(),
        (Level::Effects, "additional") => "evaluates what the reference does not evaluate".to_owned(),
        (Level::Effects, "more often") => "evaluates again what the reference evaluates once".to_owned(),
        (Level::Effects, "less often") => "evaluates once what the reference evaluates again".to_owned(),
        (Level::Effects, "another order") => "evaluates in another order".to_owned(),
        (Level::Effects, _) => "traces or warns in other words".to_owned(),
        (Level::Work, details) => format!("takes {details}"),
        (Level::Message, details) => format!("fails with another message: {details}"),
        (Level::Stderr, details) => format!("fails with another {details}"),
    };
    format!("{who} {what}")
}

/// Where the signature is the whole cause.
fn alone(details: &str) -> String {
    let (whose, details) = match details.strip_prefix("reference: ") {
        Some(details) => ("the reference", details),
        None => ("it", details),
    };
    if let Some(crash) = details.strip_prefix(bucket::CRASH) {
        return format!("{whose} crashes: {crash}");
    }
    if let Some(name) = details.strip_prefix(bucket::MISSING_BUILTIN) {
        return format!("{whose} has no `builtins.{name}`");
    }
    match details {
        "repeated or cyclic" => "values that are printed again, or hold themselves, are printed otherwise".to_owned(),
        details => match details.split_once(" / ") {
            Some(("value", class)) => format!("gives a value where the reference fails: {class}"),
            Some((class, _)) => format!("fails where the reference gives a value: {class}"),
            None => details.to_owned(),
        },
    }
}

fn fates(who: &str, details: &str) -> String {
    match details.split_once(" / ") {
        Some(("value", theirs)) => format!("{who} gives a value where the reference fails: {theirs}"),
        Some((ours, "value")) => format!("{who} fails where the reference gives a value: {ours}"),
        _ => format!("{who} ends otherwise: {details}"),
    }
}

/// What does otherwise: the telling parts, or the forms.
fn who(shape: &BTreeSet<String>, telling: &BTreeSet<String>) -> String {
    if let Some(name) = shape::SPECIAL.iter().find(|name| telling.contains(**name)) {
        return format!("the attribute `{name}`");
    }
    let parts = if telling.is_empty() { shape } else { telling };
    let worded = |part: &String| match part.as_str() {
        "default" => "a default of a formal".to_owned(),
        "{}:" => "a set pattern".to_owned(),
        ":" => "a function".to_owned(),
        "inherit from" => "`inherit (…)`".to_owned(),
        ".${}" => "a computed name".to_owned(),
        "${}" => "an interpolation".to_owned(),
        shape::PATH_INTERPOLATION => "an interpolation in a path".to_owned(),
        "''" => "an indented string".to_owned(),
        "float" | "path" | "uri" => format!("a {part}"),
        "negate" => "`-`".to_owned(),
        part if shape::is_builtin(part) => format!("`builtins.{part}`"),
        part => format!("`{part}`"),
    };
    let builtins_last = |part: &&String| usize::from(shape::is_builtin(part) == telling.is_empty());
    let mut parts: Vec<&String> = parts.iter().collect();
    parts.sort_by_key(builtins_last);
    let words: Vec<String> = parts.into_iter().take(4).map(worded).collect();
    match words.as_slice() {
        [] => "it".to_owned(),
        [only] => only.clone(),
        [first, rest @ ..] => format!("{first} with {}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::read;

    #[test]
    fn a_title_says_who_does_what_otherwise() {
        let check = |level, signature: &str, source: &str, expected: &str| {
            let shape = shape::of(&read(source).unwrap_or_else(|error| panic!("{source}: {error}")));
            assert_eq!(of(level, signature, &shape, &shape::telling(&shape)), expected, "{source}");
        };
        let more = "effects: more often";
        check(
            Level::Effects,
            more,
            "builtins.sort (x: y: builtins.trace 0 true) [ 0 0 ]",
            "`builtins.sort` evaluates again what the reference evaluates once",
        );
        check(
            Level::Effects,
            more,
            "let inherit (builtins.trace 0 { }) a; in a",
            "`inherit (…)` with `let`, `builtins.trace` evaluates again what the reference evaluates once",
        );
        check(
            Level::FailsAlike,
            "fails-alike: crash: panic: x at a.rs:1:2",
            "true || false",
            "it crashes: panic: x at a.rs:1:2",
        );
        check(
            Level::FailsAlike,
            "fails-alike: value / type in head",
            "builtins.head { }",
            "`builtins.head` gives a value where the reference fails: type in head",
        );
        check(
            Level::Value,
            "value: another value",
            "rec { __overrides = { }; }",
            "the attribute `__overrides` gives another value",
        );
        check(Level::FailsAlike, "fails-alike: missing builtin warn", "builtins.warn", "it has no `builtins.warn`");
    }
}
