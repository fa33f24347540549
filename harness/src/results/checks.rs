//! Puts the documents of `check --shard` together into the one that the whole run would have written.

use std::{
    collections::BTreeMap,
    io::BufReader,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};

use super::ResultsError;
use crate::{read, shard::Shard};

/// What must be alike for documents to be parts of one run.
const ALIKE: [&str; 5] = ["subject", "engine", "level", "commit", "thunkproof"];

/// The document of the whole run, where `files` are documents of `check`; nothing where the first is none.
///
/// # Errors
/// When one cannot be read, or is of another run, or when parts overlap or are missing.
pub fn merge_checks(files: &[PathBuf]) -> Result<Option<Value>, ResultsError> {
    let refuse = |words: String| Err(ResultsError::Unmergeable(words));
    let mut parts: BTreeMap<Shard, (&Path, Map<String, Value>)> = BTreeMap::new();
    for file in files {
        let shown = file.display();
        let Some(document) = document(file)? else {
            if parts.is_empty() {
                return Ok(None);
            }
            return refuse(format!("{shown} is no document of `check --json`, as {} is", files[0].display()));
        };
        let shard = document.get("shard").and_then(|shard| shard.as_str()?.parse::<Shard>().ok());
        let Some(shard) = shard else { return refuse(format!("{shown} is a whole run: there is nothing to merge")) };
        if let Some((other, (first, same))) = parts.first_key_value() {
            if other.count() != shard.count() {
                let (one, other) = (shard.count(), other.count());
                return refuse(format!("{shown} is one of {one} parts, and {} one of {other}", first.display()));
            }
            if let Some(name) = ALIKE.iter().find(|name| document.get(**name) != same.get(**name)) {
                return refuse(format!("{shown} and {} are of different runs: `{name}` differs", first.display()));
            }
        }
        if let Some((other, _)) = parts.insert(shard, (file, document)) {
            return refuse(format!("{} and {shown} overlap: both are part {shard}", other.display()));
        }
    }
    let Some(shard) = parts.keys().next() else { return Ok(None) };
    let missing: Vec<_> =
        shard.siblings().filter(|shard| !parts.contains_key(shard)).map(|it| it.to_string()).collect();
    if !missing.is_empty() {
        return refuse(format!("parts are missing: {}", missing.join(", ")));
    }
    whole(parts).map(Some)
}

/// The document of `check --json` in `file`, if it holds one.
fn document(file: &Path) -> Result<Option<Map<String, Value>>, ResultsError> {
    let unreadable = |source| ResultsError::Unreadable { file: file.to_owned(), source };
    let from = BufReader::new(read::regular(file).map_err(unreadable)?);
    // Of another kind of file, no more than its first line is read.
    let first = serde_json::Deserializer::from_reader(from).into_iter::<Value>().next();
    let Some(Ok(Value::Object(document))) = first else { return Ok(None) };
    let is_check = ["engine", "cases", "summary", "problems"].iter().all(|name| document.contains_key(*name));
    Ok(is_check.then_some(document))
}

fn whole(parts: BTreeMap<Shard, (&Path, Map<String, Value>)>) -> Result<Value, ResultsError> {
    let count = parts.len();
    let (mut cases, mut problems, mut seconds) = (Vec::new(), Vec::<Value>::new(), 0.0);
    let (mut summary, mut whole) = (Value::Null, Map::new());
    let total: usize = parts.values().map(|(_, document)| entries(document, "cases").len()).sum();
    for (shard, (file, document)) in parts {
        let these = entries(&document, "cases");
        // Every `count`th fixture is in a part, from its own place on.
        if these.len() != shard.share(total) {
            let (held, wanted) = (these.len(), shard.share(total));
            return Err(ResultsError::Unmergeable(format!(
                "{} holds {held} cases, where part {shard} of {total} holds {wanted}: the parts are of different \
                 fixtures, or one was interrupted",
                file.display()
            )));
        }
        let first = shard.first();
        cases.extend(these.iter().cloned().enumerate().map(|(place, case)| (first + place * count, case)));
        for problem in entries(&document, "problems") {
            if !problems.contains(problem) {
                problems.push(problem.clone());
            }
        }
        seconds += document.get("seconds").and_then(Value::as_f64).unwrap_or_default();
        let of_part = document.get("summary").cloned().unwrap_or_default();
        summary = if summary.is_null() { of_part } else { sum(summary, of_part) };
        // Parts run beside each other: the whole began with the first of them.
        let began = |document: &Map<String, Value>| document.get("started").and_then(Value::as_str).map(str::to_owned);
        if whole.is_empty() || began(&document) < began(&whole) {
            whole = document;
        }
    }
    cases.sort_by_key(|(place, _)| *place);
    let count = |name: &str| summary["all"][name].as_u64().unwrap_or_default();
    let judged = count("failed") == 0 && count("inconclusive") == 0;
    summary["problems"] = problems.len().into();
    whole.remove("shard");
    whole.insert("seconds".to_owned(), seconds.into());
    whole.insert("succeeded".to_owned(), (judged && problems.is_empty()).into());
    whole.insert("summary".to_owned(), summary);
    whole.insert("problems".to_owned(), problems.into());
    whole.insert("cases".to_owned(), cases.into_iter().map(|(_, case)| case).collect());
    Ok(Value::Object(whole))
}

fn entries<'a>(document: &'a Map<String, Value>, name: &str) -> &'a [Value] {
    document.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Counts added up. Fixtures that are switched off are in every part.
fn sum(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            for (name, value) in other {
                let so_far = one.remove(&name);
                let all = match so_far {
                    None => value,
                    Some(so_far) if name == "disabled" => so_far,
                    Some(so_far) => sum(so_far, value),
                };
                one.insert(name, all);
            }
            one.into()
        }
        (one, other) => (one.as_u64().unwrap_or_default() + other.as_u64().unwrap_or_default()).into(),
    }
}
