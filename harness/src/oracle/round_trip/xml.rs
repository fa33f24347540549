//! Data from the XML that `toXML` writes.

use roxmltree::{Document, Node};
use serde_json::{Map, Value as Json};

/// Why a document is not what `toXML` writes.
#[derive(Debug, thiserror::Error)]
pub enum XmlError {
    /// It is no XML.
    #[error("no XML: {0}")]
    Malformed(#[from] roxmltree::Error),
    /// It is other XML.
    #[error("an element that `toXML` does not write here: {0}")]
    Unexpected(String),
}

/// Whether XML can hold every string of the data: most control characters it cannot, and a carriage return is read as
/// a line feed.
pub fn can_hold(data: &Json) -> bool {
    let holds = |text: &str| !text.chars().any(|it| (it < ' ' && it != '\n') || matches!(it, '\u{fffe}' | '\u{ffff}'));
    match data {
        Json::String(text) => holds(text),
        Json::Array(items) => items.iter().all(can_hold),
        Json::Object(members) => {
            members.iter().all(|(name, value)| holds(name) && !name.contains('\n') && can_hold(value))
        }
        _ => true,
    }
}

/// The data with what XML does not tell taken out: floats are printed with six digits.
pub fn as_written(data: &Json) -> Json {
    match data {
        Json::Number(number) if number.is_f64() => Json::String("a float".to_owned()),
        Json::Array(items) => items.iter().map(as_written).collect(),
        Json::Object(members) => members.iter().map(|(name, value)| (name.clone(), as_written(value))).collect(),
        other => other.clone(),
    }
}

/// Reads a document.
///
/// # Errors
/// When it is no XML, or none that `toXML` writes of data.
pub fn read(document: &str) -> Result<Json, XmlError> {
    let document = Document::parse(document)?;
    let root = document.root_element();
    if !root.has_tag_name("expr") {
        return Err(unexpected(root));
    }
    only_child(root).and_then(value)
}

fn unexpected(node: Node<'_, '_>) -> XmlError {
    XmlError::Unexpected(node.tag_name().name().to_owned())
}

fn only_child<'a, 'input>(node: Node<'a, 'input>) -> Result<Node<'a, 'input>, XmlError> {
    let mut children = node.children().filter(Node::is_element);
    match (children.next(), children.next()) {
        (Some(child), None) => Ok(child),
        _ => Err(unexpected(node)),
    }
}

fn value(node: Node<'_, '_>) -> Result<Json, XmlError> {
    let text = node.attribute("value").unwrap_or_default();
    Ok(match node.tag_name().name() {
        "null" => Json::Null,
        "bool" => Json::Bool(text == "true"),
        "int" => Json::Number(text.parse::<i64>().map_err(|_| unexpected(node))?.into()),
        "float" => Json::String("a float".to_owned()),
        "string" => Json::String(text.to_owned()),
        "list" => node.children().filter(Node::is_element).map(value).collect::<Result<_, _>>()?,
        "attrs" => {
            let mut members = Map::new();
            for child in node.children().filter(Node::is_element) {
                let name = child.attribute("name").ok_or_else(|| unexpected(child))?;
                members.insert(name.to_owned(), only_child(child).and_then(value)?);
            }
            Json::Object(members)
        }
        _ => return Err(unexpected(node)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_read_as_it_was_written() {
        let document = "<?xml version='1.0' encoding='utf-8'?>\n<expr>\n  <attrs>\n    <attr name=\"a\">\n      <list>\n\
            <int value=\"-1\" /><string value=\"&lt;&#xA;\" /><null /></list>\n    </attr>\n  </attrs>\n</expr>\n";
        assert_eq!(read(document).unwrap(), serde_json::json!({ "a": [-1, "<\n", null] }));
        assert!(read("<expr><function /></expr>").is_err());
        assert!(read("<expr>").is_err());
    }
}
