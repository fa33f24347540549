//! A profile for speedscope (<https://www.speedscope.app/file-format-schema.json>): time, calls and allocated bytes.

use serde_json::{Value, json};

use super::calls::Names;
use super::stacks::{Cost, Stacks};

/// The document.
pub fn speedscope(names: Names<'_>, title: &str) -> Vec<u8> {
    let made = Stacks::of(names);
    let frames: Vec<Value> = made
        .functions
        .iter()
        .map(|function| match &function.file {
            Some(file) => {
                json!({ "name": function.name, "file": file, "line": function.line, "col": function.column })
            }
            None => json!({ "name": function.name }),
        })
        .collect();
    let profile = |name: &str, unit: &str, weight: fn(&Cost) -> u64| {
        let stacks = made.stacks.iter().filter(|(_, cost)| weight(cost) > 0);
        let (samples, weights): (Vec<_>, Vec<_>) = stacks.map(|(stack, cost)| (stack, weight(cost))).unzip();
        let end: u64 = weights.iter().sum();
        json!({
            "type": "sampled", "name": name, "unit": unit, "startValue": 0, "endValue": end,
            "samples": samples, "weights": weights,
        })
    };
    let document = json!({
        "$schema": "https://www.speedscope.app/file-format-schema.json",
        "exporter": concat!("nix-eval ", env!("CARGO_PKG_VERSION")),
        "name": title,
        "activeProfileIndex": 0,
        "shared": { "frames": frames },
        "profiles": [
            profile("time", "nanoseconds", |cost| cost.time),
            profile("calls", "none", |cost| cost.calls),
            profile("allocated in the arena", "bytes", |cost| cost.bytes),
        ],
    });
    let mut text = document.to_string().into_bytes();
    text.push(b'\n');
    text
}
