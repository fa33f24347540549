//! Compares parse trees: one recorded as YAML, one printed as JSON, which are the same document in two spellings.

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Number, Value};

/// Whether the printed tree is the recorded one.
///
/// # Errors
/// When one of them is no such document: an evaluator that prints trees in another way cannot be judged by it.
pub(super) fn compare(recorded: &[u8], printed: &[u8]) -> Result<bool, String> {
    let printed: Value = serde_json::from_slice(printed)
        .map_err(|_| "the recorded tree is Lix's own, and the evaluator prints no tree in JSON".to_owned())?;
    let text = std::str::from_utf8(recorded).map_err(|_| "the recorded tree is not UTF-8".to_owned())?;
    let documents = Yaml::load_from_str(text).map_err(|error| format!("the recorded tree is no YAML: {error}"))?;
    let document = documents.first().ok_or("the recorded tree is empty")?;
    Ok(same(&to_json(document)?, &printed))
}

/// Whether two documents are the same; `1.0` and `1` are one number.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, one)| other.get(name).is_some_and(|other| same(one, other)))
        }
        (one, other) => one == other,
    }
}

fn to_json(node: &Yaml<'_>) -> Result<Value, String> {
    let value = match node {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => Value::Bool(*value),
        Yaml::Value(Scalar::Integer(value)) => Value::Number((*value).into()),
        Yaml::Value(Scalar::FloatingPoint(value)) => {
            Value::Number(Number::from_f64(value.into_inner()).ok_or("the recorded tree holds an odd number")?)
        }
        Yaml::Value(Scalar::String(text)) => Value::String(text.to_string()),
        Yaml::Sequence(items) => Value::Array(items.iter().map(to_json).collect::<Result<_, _>>()?),
        Yaml::Mapping(entries) => {
            let mut object = Map::new();
            for (key, value) in entries {
                let key = match to_json(key)? {
                    Value::String(key) => key,
                    other => other.to_string(),
                };
                object.insert(key, to_json(value)?);
            }
            Value::Object(object)
        }
        _ => return Err("the recorded tree has a kind of YAML that JSON has not".to_owned()),
    };
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_document_in_two_spellings_is_the_same() {
        let check = |yaml: &str, json: &str, expected: bool| {
            assert_eq!(compare(yaml.as_bytes(), json.as_bytes()), Ok(expected), "{yaml}");
        };
        check(
            "_type: List\nelems:\n  - value: 0.0\n  - value: 'a\n\n      b'\n",
            r#"{"_type":"List","elems":[{"value":0.0},{"value":"a\nb"}]}"#,
            true,
        );
        check("a: \"x\\r\"\nb: null\nc: true", r#"{"c":true,"b":null,"a":"x\r"}"#, true);
        check("a: 1", r#"{"a":2}"#, false);
        check("a: 1", r#"{"a":1,"b":1}"#, false);
        check("- 1\n- 2", "[1]", false);
        check("a: '1'", r#"{"a":1}"#, false);
    }

    #[test]
    fn another_spelling_of_a_tree_is_not_judged() {
        assert!(compare(b"a: 1", b"{ a = 1; }\n").unwrap_err().contains("no tree in JSON"));
    }
}
