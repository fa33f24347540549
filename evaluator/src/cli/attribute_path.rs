//! Attribute paths of `-A`: `a.b`, `"a.b".c`, `list.0`.

use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind};
use crate::settings::parse::integer;

/// One step of an attribute path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The name. An empty one is an error once the step is taken.
    pub name: Vec<u8>,
    /// The name as an index, if it is a number. Then a list is wanted, even if the name was in quotes.
    pub index: Option<u32>,
}

/// Splits a path into steps, at dots. Quotes keep a dot and vanish. What follows the last dot counts only if it is not
/// empty. Fails if a quote is not closed. (`parseAttrPath` in `libexpr/attr-path.cc`.)
pub fn parse(path: &[u8]) -> Result<Vec<Step>, Box<Error>> {
    let mut steps = Vec::new();
    let mut name = Vec::new();
    let mut quoted = false;
    for &byte in path {
        match byte {
            b'"' => quoted = !quoted,
            b'.' if !quoted => steps.push(step(std::mem::take(&mut name))),
            _ => name.push(byte),
        }
    }
    if quoted {
        let words = "missing closing quote in selection path '{}'";
        return Err(Error::new(ErrorKind::Syntax, hint(words, &[path])));
    }
    if !name.is_empty() {
        steps.push(step(name));
    }
    Ok(steps)
}

fn step(name: Vec<u8>) -> Step {
    let unsigned = integer(&name).filter(|_| !name.starts_with(b"-"));
    Step { index: unsigned.and_then(|number| u32::try_from(number).ok()), name }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps with a space between them, an index after `#`, as the reference's answers to `-A PATH` tell them.
    #[track_caller]
    fn check(path: &str, expected: &str) {
        let steps = parse(path.as_bytes()).unwrap();
        let shown = steps.iter().map(|step| match step.index {
            Some(index) => format!("#{index}"),
            None => format!("'{}'", String::from_utf8_lossy(&step.name)),
        });
        assert_eq!(shown.collect::<Vec<_>>().join(" "), expected, "{path}");
    }

    #[test]
    fn steps_as_the_reference_takes_them() {
        check("", "");
        check("a.b", "'a' 'b'");
        check("a..b", "'a' '' 'b'");
        check(".", "''");
        check("a.", "'a'");
        check("\"a.c\"", "'a.c'");
        check("\"\"", "");
        check("a\"b\"c", "'abc'");
        check("+1", "#1");
        check("01", "#1");
        check("\"1\"", "#1");
        check("4294967295", "#4294967295");
        check("4294967296", "'4294967296'");
        check("-1", "'-1'");
        check("1 ", "'1 '");
    }

    #[test]
    fn quotes_must_be_closed() {
        let error = parse(b"b\"a").unwrap_err();
        let expected = hint("missing closing quote in selection path '{}'", &[b"b\"a"]);
        assert_eq!(&error.message[..], expected);
    }
}
