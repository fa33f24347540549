//! What a run writes as JSON, without what hangs on the clock: two runs of the same must write the same.

use serde_json::Value;

/// The documents or lines in `bytes`, in the order of the run.
pub fn without_times(bytes: &[u8]) -> Vec<Value> {
    let values: Result<Vec<Value>, _> = serde_json::Deserializer::from_slice(bytes).into_iter().collect();
    let mut values = values.unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(bytes)));
    values.iter_mut().for_each(strip);
    // Cases are written when they are finished.
    values.sort_by_key(|value| (value["index"].as_u64(), value["name"].as_str().map(str::to_owned)));
    values
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for name in ["seconds", "rate", "started", "peak_memory"] {
                fields.remove(name);
            }
            fields.values_mut().for_each(strip);
        }
        Value::Array(entries) => entries.iter_mut().for_each(strip),
        _ => {}
    }
}
