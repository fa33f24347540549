//! A profile for pprof: its protocol buffer (`profile.proto` of github.com/google/pprof), compressed. The messages have the
//! fields that are written here, under the numbers of the original.

use std::collections::HashMap;
use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use prost::Message;

use super::calls::Names;
use super::stacks::Stacks;

#[derive(Clone, PartialEq, Message)]
struct Profile {
    #[prost(message, repeated, tag = "1")]
    sample_type: Vec<ValueType>,
    #[prost(message, repeated, tag = "2")]
    sample: Vec<Sample>,
    #[prost(message, repeated, tag = "4")]
    location: Vec<Location>,
    #[prost(message, repeated, tag = "5")]
    function: Vec<Function>,
    #[prost(string, repeated, tag = "6")]
    string_table: Vec<String>,
    #[prost(int64, tag = "10")]
    duration_nanos: i64,
    #[prost(message, optional, tag = "11")]
    period_type: Option<ValueType>,
    #[prost(int64, tag = "12")]
    period: i64,
    #[prost(int64, repeated, tag = "13")]
    comment: Vec<i64>,
    #[prost(int64, tag = "14")]
    default_sample_type: i64,
}

#[derive(Clone, PartialEq, Message)]
struct ValueType {
    #[prost(int64, tag = "1")]
    kind: i64,
    #[prost(int64, tag = "2")]
    unit: i64,
}

#[derive(Clone, PartialEq, Message)]
struct Sample {
    #[prost(uint64, repeated, tag = "1")]
    location_id: Vec<u64>,
    #[prost(int64, repeated, tag = "2")]
    value: Vec<i64>,
}

#[derive(Clone, PartialEq, Message)]
struct Location {
    #[prost(uint64, tag = "1")]
    id: u64,
    #[prost(message, repeated, tag = "4")]
    line: Vec<Line>,
}

#[derive(Clone, PartialEq, Message)]
struct Line {
    #[prost(uint64, tag = "1")]
    function_id: u64,
    #[prost(int64, tag = "2")]
    line: i64,
}

#[derive(Clone, PartialEq, Message)]
struct Function {
    #[prost(uint64, tag = "1")]
    id: u64,
    #[prost(int64, tag = "2")]
    name: i64,
    #[prost(int64, tag = "3")]
    system_name: i64,
    #[prost(int64, tag = "4")]
    filename: i64,
    #[prost(int64, tag = "5")]
    start_line: i64,
}

/// The strings of a profile; the first is empty.
struct Strings(Vec<String>, HashMap<String, i64>);

impl Strings {
    fn number(&mut self, text: &str) -> i64 {
        if let Some(known) = self.1.get(text) {
            return *known;
        }
        let number = self.0.len() as i64;
        self.0.push(text.to_owned());
        self.1.insert(text.to_owned(), number);
        number
    }
}

/// The document: calls, nanoseconds and bytes of each stack, the innermost function first.
pub fn pprof(names: Names<'_>, title: &str) -> Vec<u8> {
    let made = Stacks::of(names);
    let signed = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let mut strings = Strings(vec![String::new()], HashMap::from([(String::new(), 0)]));
    let value_type = |strings: &mut Strings, kind: &str, unit: &str| ValueType {
        kind: strings.number(kind),
        unit: strings.number(unit),
    };
    let sample_type = [("calls", "count"), ("time", "nanoseconds"), ("allocated", "bytes")]
        .map(|(kind, unit)| value_type(&mut strings, kind, unit));
    let mut profile = Profile {
        default_sample_type: strings.number("time"),
        period_type: sample_type.get(1).cloned(),
        period: 1,
        sample_type: sample_type.into(),
        comment: vec![strings.number(title)],
        ..Profile::default()
    };
    for (index, function) in made.functions.iter().enumerate() {
        let id = index as u64 + 1;
        let (name, line) = (strings.number(&function.name), function.line as i64);
        let filename = strings.number(function.file.as_deref().unwrap_or_default());
        profile.function.push(Function { id, name, system_name: name, filename, start_line: line });
        profile.location.push(Location { id, line: vec![Line { function_id: id, line }] });
    }
    for (stack, cost) in &made.stacks {
        let location_id = stack.iter().rev().map(|number| *number as u64 + 1).collect();
        profile.duration_nanos = profile.duration_nanos.saturating_add(signed(cost.time));
        let value = [cost.calls, cost.time, cost.bytes].map(signed).into();
        profile.sample.push(Sample { location_id, value });
    }
    profile.string_table = strings.0;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Nothing refuses to be written to memory.
    let _ = encoder.write_all(&profile.encode_to_vec());
    encoder.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn a_profile_is_read_back() {
        let profile = Profile { string_table: vec![String::new(), "a".to_owned()], period: 1, ..Profile::default() };
        assert_eq!(Profile::decode(profile.encode_to_vec().as_slice()).expect("it was written"), profile);
        let mut written = Vec::new();
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(b"x").expect("memory");
        let bytes = encoder.finish().expect("memory");
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut written).expect("it was compressed");
        assert_eq!(written, b"x");
    }
}
