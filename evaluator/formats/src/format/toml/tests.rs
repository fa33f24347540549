//! Documents with the reference's answers. A document is a JSON string whose characters stand for bytes. An answer is
//! the value as JSON, with timestamps as the reference exposes them, or a refusal.

use super::*;
use crate::format::{json, number};

/// The JSON of a value as `toJSON` prints it.
fn to_json(document: &TomlDocument, id: TomlId) -> String {
    match document.get(id) {
        TomlValue::Table(members) => {
            let members = members.iter().map(|(name, &value)| format!("{}:{}", quoted(name), to_json(document, value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        TomlValue::Array(elements) => {
            let elements = elements.iter().map(|&element| to_json(document, element));
            format!("[{}]", elements.collect::<Vec<_>>().join(","))
        }
        TomlValue::Boolean(value) => value.to_string(),
        TomlValue::Integer(value) => value.to_string(),
        TomlValue::Float(value) => {
            let mut text = Vec::new();
            number::write_json(&mut text, *value);
            String::from_utf8(text).unwrap()
        }
        TomlValue::String(value) => quoted(value),
        TomlValue::Timestamp(text) => format!("{{\"_type\":\"timestamp\",\"value\":\"{text}\"}}"),
    }
}

fn quoted(string: &[u8]) -> String {
    let mut text = Vec::new();
    json::write_string(&mut text, string).unwrap();
    String::from_utf8(text).unwrap()
}

/// Keeps the last string that it receives.
struct LastString(Vec<u8>);

impl json::Visitor for LastString {
    type Error = json::JsonError;

    const REFUSES_NUL: bool = false;

    fn null(&mut self) -> Result<(), json::JsonError> {
        Ok(())
    }
    fn boolean(&mut self, _: bool) -> Result<(), json::JsonError> {
        Ok(())
    }
    fn integer(&mut self, _: i64) -> Result<(), json::JsonError> {
        Ok(())
    }
    fn float(&mut self, _: f64) -> Result<(), json::JsonError> {
        Ok(())
    }
    fn string(&mut self, value: &[u8]) -> Result<(), json::JsonError> {
        self.0 = value.to_vec();
        Ok(())
    }
    fn start_array(&mut self) -> Result<(), json::JsonError> {
        Ok(())
    }
    fn end_array(&mut self) -> Result<(), json::JsonError> {
        Ok(())
    }
    fn start_object(&mut self) -> Result<(), json::JsonError> {
        Ok(())
    }
    fn key(&mut self, _: &[u8]) -> Result<(), json::JsonError> {
        Ok(())
    }
    fn end_object(&mut self) -> Result<(), json::JsonError> {
        Ok(())
    }
}

#[test]
fn documents_are_accepted_refused_and_read_as_recorded() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in include_str!("recordings.txt").lines() {
        let end = line.rfind("\" ").unwrap() + 1;
        // The answer may hold the separator too: the first split that leaves a whole JSON string is the right one.
        let end = (0..=end).find(|&at| json_string(&line[..at]).is_some()).unwrap();
        let bytes = document(&line[..end]);
        let answer = match parse(&bytes) {
            Ok(document) => to_json(&document, TomlDocument::ROOT),
            Err(_) => "ERR".to_owned(),
        };
        if answer != line[end + 1..] {
            wrong.push(format!("{line}\n  {answer} {:?}", parse(&bytes)));
        }
        count += 1;
    }
    assert!(count > 250);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The document that is recorded as this JSON string.
fn document(text: &str) -> Vec<u8> {
    let text = json_string(text).unwrap();
    String::from_utf8(text).unwrap().chars().map(|character| character as u8).collect()
}

fn json_string(text: &str) -> Option<Vec<u8>> {
    let mut last = LastString(Vec::new());
    json::parse(text.as_bytes(), &mut last).ok()?;
    Some(last.0)
}

#[test]
fn errors_are_reported_as_recorded() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for recording in include_str!("error_recordings.txt").split_terminator("\n=====\n") {
        let (text, expected) = recording.split_once('\n').unwrap();
        let report = parse(&document(text)).unwrap_err().report();
        count += 1;
        // The recordings are printed errors, whose lines have lost the spaces at their ends.
        let printed: Vec<&[u8]> = report.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).collect();
        if printed.join(&b'\n') != expected.as_bytes() {
            wrong.push(format!("{text}\n{}", String::from_utf8_lossy(&report)));
        }
    }
    assert!(count > 230);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_reference_never_gets_past_ends_with_what_was_found() {
    for (text, errors) in [("# \u{1}\n# x\n", 1), ("a = [[1 [ # x\n", 1)] {
        let report = String::from_utf8(parse(text.as_bytes()).unwrap_err().report()).unwrap();
        assert_eq!(report.matches("[error]").count(), errors, "{text}: {report}");
    }
}

#[test]
fn depth_costs_no_stack() {
    let nested = |depth: usize| [b"a = ".to_vec(), b"[".repeat(depth), b"]".repeat(depth)].concat();
    assert!(parse(&nested(50_000)).is_ok());
    assert!(parse(&nested(MAX_DEPTH)).is_ok());
    let error = parse(&nested(1_000_000)).unwrap_err();
    let report = String::from_utf8(error.report()).unwrap();
    assert!(report.starts_with("[error] arrays and tables are nested too deeply\n"), "{report}");
    let tables = [b"a = ".to_vec(), b"{a=".repeat(20_000), b"1".to_vec(), b"}".repeat(20_000)].concat();
    assert!(parse(&tables).is_ok());
}
