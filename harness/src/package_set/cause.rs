//! Why two evaluators do not make the same derivation: which of its attributes differ, and where an attribute leads to
//! another derivation that differs, the same of that one, down to the first that differs by itself.
//!
//! Only the evaluators are asked, for attributes of derivations that lie in the set. So nothing has to be written to a
//! store, and none needs to be there.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{LazyLock, Mutex, PoisonError},
};

use regex::Regex;
use serde::Deserialize;
use serde_json::Value;

use super::{
    Target,
    driver::{self, Entry, Step},
    said, single,
};
use crate::{
    engine::Named,
    outcome::{Ending, Outcome},
};

/// Longest value that is shown, in characters.
const LONGEST: usize = 120;

/// Differences of one derivation that are shown.
const MOST: usize = 8;

/// No chain of inputs is as long as this.
const DEEPEST: usize = 500;

/// What was found out of derivations, by their paths on both sides: sets share most of their inputs.
pub(super) type Found = Mutex<HashMap<(String, String), Vec<String>>>;

/// A derivation as an evaluator sees it.
#[derive(Debug, Deserialize)]
struct Derivation {
    path: String,
    name: Option<String>,
    attributes: BTreeMap<String, Value>,
}

/// How attributes differ.
#[derive(Debug, Default)]
struct Differences {
    /// By themselves: where, and the two values.
    own: Vec<(Vec<Step>, String, String)>,
    /// Because another derivation does, which stands there.
    inputs: Vec<Vec<Step>>,
    /// In nothing but store paths of other derivations that differ.
    follow: BTreeSet<String>,
}

/// The paths of the derivations that both of these outcomes describe, if they do and differ.
pub(super) fn differ(ours: &Outcome, theirs: &Outcome) -> bool {
    let path = |outcome: &Outcome| match outcome.ending {
        Ending::Exited(0) => Entry::of(&outcome.stdout).derivation,
        _ => None,
    };
    let (ours, theirs) = (path(ours), path(theirs));
    ours.is_some() && theirs.is_some() && ours != theirs
}

/// Why the derivation at `path` is not the same on `ours` and on `theirs`, a line each, outermost first.
pub(super) fn explain(target: &Target, path: &[String], [ours, theirs]: [&Named; 2], found: &Found) -> Vec<String> {
    let known = |pair: &(String, String)| found.lock().unwrap_or_else(PoisonError::into_inner).get(pair).cloned();
    let (mut lines, mut pairs) = (Vec::new(), Vec::new());
    let mut steps = Vec::new();
    for _ in 0..DEEPEST {
        let inspected = |named: &Named| {
            let outcome = single(named.engine.evaluate(&target.inspect(path, &steps)));
            let read = (outcome.ending == Ending::Exited(0)).then(|| serde_json::from_slice(&outcome.stdout).ok());
            read.flatten().ok_or_else(|| {
                let said = said::to_people(&outcome.stderr);
                format!("{} cannot tell its attributes: {}", named.name, said.lines().next().unwrap_or_default())
            })
        };
        let (one, other): (Derivation, Derivation) = match (inspected(ours), inspected(theirs)) {
            (Ok(one), Ok(other)) => (one, other),
            (Err(line), _) | (_, Err(line)) => {
                lines.push(line);
                break;
            }
        };
        let pair = (one.path.clone(), other.path.clone());
        if let Some(known) = known(&pair) {
            lines.extend(known);
            break;
        }
        // One that leads back to itself would be no end.
        if pairs.iter().any(|(_, earlier)| *earlier == pair) {
            break;
        }
        pairs.push((lines.len(), pair));
        let name = other.name.as_deref().or(one.name.as_deref()).unwrap_or("a derivation without a name").to_owned();
        let mut differences = Differences::default();
        compare_sets(&one.attributes, &other.attributes, &mut Vec::new(), &mut differences);
        let (more, next) = told(&name, &differences, [&ours.name, &theirs.name]);
        lines.extend(more);
        let Some(next) = next else { break };
        steps.push(Step::Name("drvAttrs".to_owned()));
        steps.extend(next);
    }
    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
    for (begin, pair) in pairs {
        found.insert(pair, lines[begin..].to_vec());
    }
    lines
}

/// The lines on one derivation, and the input to look into next.
fn told(name: &str, differences: &Differences, [ours, theirs]: [&str; 2]) -> (Vec<String>, Option<Vec<Step>>) {
    let Differences { own, inputs, follow } = differences;
    let mut lines: Vec<_> = own
        .iter()
        .take(MOST)
        .map(|(at, one, other)| format!("{name}: `{}` is {one} on {ours} and {other} on {theirs}", shown(at)))
        .collect();
    if own.len() > MOST {
        lines.push(format!("{name}: {} further attributes differ", own.len() - MOST));
    }
    if !inputs.is_empty() {
        let places: Vec<_> = inputs.iter().take(MOST).map(|at| format!("`{}`", shown(at))).collect();
        let hidden = inputs.len().saturating_sub(MOST);
        let more = if hidden > 0 { format!(" and {hidden} more") } else { String::new() };
        lines.push(format!("{name}: other derivations are its inputs {}{more}", places.join(", ")));
    } else if !follow.is_empty() {
        let names: Vec<_> = follow.iter().map(|name| format!("`{name}`")).collect();
        let what = "to which no attribute leads";
        lines.push(format!("{name}: paths of other derivations, {what}, stand in {}", names.join(", ")));
    } else if own.is_empty() {
        lines.push(format!("{name}: its attributes are alike, so the derivation is written or hashed in another way"));
    }
    // What differs by itself is a cause. What stands behind it is not looked into.
    let next = if own.is_empty() { inputs.first().cloned() } else { None };
    (lines, next)
}

fn compare_sets(
    ours: &BTreeMap<String, Value>,
    theirs: &BTreeMap<String, Value>,
    at: &mut Vec<Step>,
    found: &mut Differences,
) {
    let names: BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
    for name in names {
        at.push(Step::Name(name.clone()));
        match (ours.get(name), theirs.get(name)) {
            (Some(one), Some(other)) => compare(one, other, at, found),
            (one, other) => {
                let value = |value: Option<&Value>| value.map_or_else(|| "not there".to_owned(), printed);
                found.own.push((at.clone(), value(one), value(other)));
            }
        }
        at.pop();
    }
}

fn compare(one: &Value, other: &Value, at: &mut Vec<Step>, found: &mut Differences) {
    if one == other {
        return;
    }
    let both = |name: &str| Some((one.get(name)?, other.get(name)?));
    if both("derivation").is_some_and(|(one, other)| one != other) {
        return found.inputs.push(at.clone());
    }
    if let Some((Value::Object(ours), Value::Object(theirs))) = both("set") {
        let entries = |set: &serde_json::Map<String, Value>| set.clone().into_iter().collect();
        return compare_sets(&entries(ours), &entries(theirs), at, found);
    }
    if let Some((Value::Array(ours), Value::Array(theirs))) = both("list")
        && ours.len() == theirs.len()
    {
        for (place, (one, other)) in ours.iter().zip(theirs).enumerate() {
            at.push(Step::Place(place));
            compare(one, other, at, found);
            at.pop();
        }
        return;
    }
    if let Some((Value::String(ours), Value::String(theirs))) = both("string")
        && ours != theirs
        && without_hashes(ours) == without_hashes(theirs)
    {
        found.follow.insert(shown(at));
        return;
    }
    found.own.push((at.clone(), printed(one), printed(other)));
}

/// A text in which store paths differ no more that differ in their hash.
fn without_hashes(text: &str) -> String {
    static HASH: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"/[0-9abcdfghijklmnpqrsvwxyz]{32}-").expect("a constant"));
    HASH.replace_all(text, "/-").into_owned()
}

/// A value as the driver gives it, for people.
fn printed(value: &Value) -> String {
    let text = match value {
        Value::Object(fields) => match fields.iter().next().map(|(name, value)| (name.as_str(), value)) {
            Some(("caught", _)) => "an error".to_owned(),
            Some(("function", _)) => "a function".to_owned(),
            Some(("set", Value::Object(set))) => {
                let of = |(name, value): (&String, &Value)| {
                    format!("{} = {}; ", driver::name(std::slice::from_ref(name)), printed(value))
                };
                format!("{{ {}}}", set.iter().map(of).collect::<String>())
            }
            Some(("list", Value::Array(list))) => {
                format!("[ {}]", list.iter().map(|value| printed(value) + " ").collect::<String>())
            }
            Some(("copied" | "derivation" | "value", value)) => value.to_string(),
            _ => fields.get("string").unwrap_or(value).to_string(),
        },
        value => value.to_string(),
    };
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text,
    }
}

fn shown(steps: &[Step]) -> String {
    let part = |step: &Step| match step {
        Step::Name(name) => driver::name(std::slice::from_ref(name)),
        Step::Place(place) => place.to_string(),
    };
    steps.iter().map(part).collect::<Vec<_>>().join(".")
}
