//! Writes a recording as JSON, a line for each step and thunk, so that a long one can be read line by line.
//! docs/forcing.md describes the members.

use serde_json::{Value, json};

use super::recording::{Kind, Location, Outcome, Recording, Step, Thunk};

/// The version of the format; it changes when a member changes its meaning or goes.
const VERSION: u32 = 1;

/// The recording as a document, of which `steps` and `thunks` hold no more than `most` each.
pub fn document(recording: &Recording, most: usize) -> Vec<u8> {
    let sources = recording.sources.iter().map(|source| json!({ "name": source.name, "text": source.text }));
    let steps = recording.steps.iter().take(most).map(step);
    let thunks = recording.thunks.iter().take(most).map(thunk);
    let left_out = json!({
        "steps": recording.steps_left_out + recording.steps.len().saturating_sub(most),
        "thunks": recording.thunks_left_out + recording.thunks.len().saturating_sub(most),
    });
    let mut out = format!("{{\"version\":{VERSION},\n\"left_out\":{left_out}").into_bytes();
    list(&mut out, "sources", sources);
    list(&mut out, "steps", steps);
    list(&mut out, "thunks", thunks);
    out.extend_from_slice(b"}\n");
    out
}

fn list(out: &mut Vec<u8>, name: &str, items: impl Iterator<Item = Value>) {
    out.extend_from_slice(format!(",\n\"{name}\":[").as_bytes());
    for (index, item) in items.enumerate() {
        out.extend_from_slice(if index == 0 { b"\n" } else { b",\n" });
        out.extend_from_slice(item.to_string().as_bytes());
    }
    out.extend_from_slice(b"\n]");
}

fn step(step: &Step) -> Value {
    let (kind, name) = match &step.kind {
        Kind::Thunk => ("thunk", None),
        Kind::Application => ("application", None),
        Kind::Function(name) => ("function", name.as_deref()),
        Kind::Builtin(name) => ("builtin", Some(*name)),
        Kind::File(path) => ("file", Some(path.as_str())),
        Kind::Expression => ("expression", None),
    };
    json!({
        "kind": kind,
        "name": name,
        "location": location(step.location.as_ref()),
        "parent": step.parent,
        "begun": step.begun,
        "ended": step.ended,
        "thunk": step.thunk,
        "need": location(step.need.as_ref()),
        "builtin": step.builtin,
        "outcome": outcome(&step.outcome),
    })
}

fn thunk(thunk: &Thunk) -> Value {
    json!({
        "location": location(thunk.location.as_ref()),
        "created_in": thunk.created_in,
        "forced_in": thunk.forced_in,
        "looks": thunk.looks,
        "fate": thunk.fate().name(),
        "outcome": outcome(&thunk.outcome),
    })
}

fn location(location: Option<&Location>) -> Value {
    match location {
        None => Value::Null,
        Some(at) => json!({ "source": at.source, "line": at.line, "column": at.column, "text": &*at.text }),
    }
}

fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Unfinished => "unfinished",
        Outcome::Returned => "returned",
        Outcome::Value(name) => name,
        Outcome::Failed => "failed",
    }
}
