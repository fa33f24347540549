//! The Nix program that describes attributes of a package set: many in one evaluation, so that the set is imported once
//! for all of them.
//!
//! It prints a JSON list with an entry for each attribute: its derivation, or its names if it is to be recursed into,
//! or its kind of value. An attribute is forced no further than that.

use std::fmt::{self, Write as _};

use bstr::ByteSlice;

use crate::case::Request;

/// The package set, as far as an evaluator needs telling.
#[derive(Clone, Debug)]
pub struct Target {
    /// An expression for the file that gives it.
    pub file: String,
    /// Arguments by name, each an expression.
    pub arguments: Vec<(String, String)>,
    /// The attribute of it that is walked; empty for the whole of it.
    pub attribute: Vec<String>,
    /// The request without the program: flags, environment, folder.
    pub request: Request,
}

/// What is looked at, by the names that lead there.
pub type Path = Vec<String>;

/// Says what a value is. `recursed` tells that its names are wanted even where it does not ask for that.
const DESCRIBE: &str = r#"
  describe = recursed: value:
    let type = builtins.typeOf value; in
    if type == "set" then
      if (value.type or null) == "derivation" then {
        derivation = value.drvPath;
        name = value.name or null;
        system = value.system or null;
        outputs = builtins.listToAttrs (map (name: { inherit name; value = value.${name}.outPath or null; }) (value.outputs or [ "out" ]));
      }
      else if recursed || (value.recurseForDerivations or false) == true then { recurse = builtins.attrNames value; }
      else { set = builtins.attrNames value; }
    else if type == "list" then { list = builtins.length value; }
    else if type == "lambda" then { function = builtins.functionArgs value; }
    else if type == "path" then { path = toString value; }
    else { value = value; };
  select = builtins.foldl' (set: name:
    if set ? ${name} then set.${name} else throw "there is no attribute `${name}` here");
"#;

/// Calls functions as `-A` does, on the way to the attribute that is walked.
const CALL: &str = r#"
  call = value:
    let formals = builtins.functionArgs value; in
    if builtins.isFunction value && formals != { } then call (value (builtins.intersectAttrs formals arguments))
    else value;
  start = value: call (if builtins.isFunction value && builtins.functionArgs value == { } then value arguments else value);
"#;

/// Tells the attributes that a derivation is made from. What fails of them is said to fail, and hides no other.
const INSPECT: &str = r#"
  follow = builtins.foldl' (value: step: if builtins.isInt step then builtins.elemAt value step else value.${step});
  plain = builtins.unsafeDiscardStringContext;
  text = value: { string = plain value; context = builtins.attrNames (builtins.getContext value); };
  look = value:
    let type = builtins.typeOf value; in
    if type == "string" then text value
    else if type == "path" then { copied = plain "${value}"; }
    else if type == "list" then { list = map look value; }
    else if type == "lambda" then { function = true; }
    else if type == "set" then
      if (value.type or null) == "derivation" then { derivation = plain value.drvPath; output = value.outputName or "out"; }
      else if value ? __toString || value ? outPath then text (toString value)
      else { set = builtins.mapAttrs (_: look) value; }
    else { value = value; };
  guarded = value:
    let tried = builtins.tryEval (let it = look value; in builtins.deepSeq it it);
    in if tried.success then tried.value else { caught = true; };
  inspect = value: {
    path = plain value.drvPath;
    name = value.name or null;
    attributes = builtins.mapAttrs (_: guarded) (value.drvAttrs or { });
  };
"#;

impl Target {
    /// The request that describes these attributes. `guarded` keeps an attribute that throws from hiding the others.
    pub fn describe(&self, paths: &[Path], guarded: bool) -> Request {
        let mut text = self.beginning();
        if guarded {
            text += "  one = path:\n    let tried = builtins.tryEval (let it = describe (path == [ ]) (select root path); \
                     in builtins.deepSeq it it);\n    in if tried.success then tried.value else { caught = true; };\n";
        } else {
            text += "  one = path: describe (path == [ ]) (select root path);\n";
        }
        text += "in map one [\n";
        for path in paths {
            let _ = writeln!(text, "  {}", list(path));
        }
        text += "]\n";
        Request { stdin: text.into_bytes(), ..self.request.clone() }
    }

    /// The request that tells the attributes of the derivation to which `steps` lead from the attribute at `path`.
    pub fn inspect(&self, path: &[String], steps: &[Step]) -> Request {
        let mut text = self.beginning();
        text += INSPECT;
        let steps: Vec<_> = steps.iter().map(Step::to_string).collect();
        let _ = writeln!(text, "in [ (inspect (follow (select root {}) [ {} ])) ]", list(path), steps.join(" "));
        Request { stdin: text.into_bytes(), ..self.request.clone() }
    }

    /// What every program begins with: the set, and how attributes of it are selected and described.
    fn beginning(&self) -> String {
        let mut text = String::from("let\n  arguments = {\n");
        for (name, expression) in &self.arguments {
            // Writing to a String does not fail. The line break ends a comment.
            let _ = writeln!(text, "    {} = ({expression}\n);", quoted(name));
        }
        text += "  };";
        text += CALL;
        let _ = write!(text, "  root = builtins.foldl' (set: name: call set.${{name}}) (start (import {}))", self.file);
        let _ = writeln!(text, " {};", list(&self.attribute));
        text + DESCRIBE
    }
}

/// A step from a value into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To an attribute.
    Name(String),
    /// To an element of a list.
    Place(usize),
}

impl fmt::Display for Step {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Name(name) => to.write_str(&quoted(name)),
            Step::Place(place) => write!(to, "{place}"),
        }
    }
}

/// Parts of an attribute path, as it is written after `-A`: parted by dots, parts in quotes where they hold one.
pub fn parse_attribute(text: &str) -> Option<Path> {
    let mut path = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (part, behind) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None if rest.starts_with('.') => return None,
            None => rest.split_at(rest.find('.').unwrap_or(rest.len())),
        };
        path.push(part.to_owned());
        rest = match behind.strip_prefix('.') {
            Some(behind) if !behind.is_empty() => behind,
            None if behind.is_empty() => behind,
            _ => return None,
        };
    }
    Some(path)
}

/// How reports call an attribute: its path as Nix would select it; of the set itself, `.`.
pub fn name(path: &[String]) -> String {
    let plain = |part: &str| {
        let mut bytes = part.bytes();
        bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
            && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_'-".contains(&byte))
    };
    let part = |part: &String| if plain(part) { part.clone() } else { quoted(part) };
    if path.is_empty() { ".".to_owned() } else { path.iter().map(part).collect::<Vec<_>>().join(".") }
}

/// A string in Nix's syntax.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' | '$' => quoted.extend(['\\', character]),
            '\n' => quoted += "\\n",
            '\r' => quoted += "\\r",
            '\t' => quoted += "\\t",
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

fn list(parts: &[String]) -> String {
    let parts: Vec<_> = parts.iter().map(|part| quoted(part)).collect();
    format!("[ {} ]", parts.join(" "))
}

/// The entries of an answer to a guarded request for `count` attributes, each as the evaluator wrote it; nothing where
/// it is no such answer.
pub fn entries(stdout: &[u8], count: usize) -> Option<Vec<&[u8]>> {
    let entries: Vec<&serde_json::value::RawValue> = serde_json::from_slice(stdout.trim()).ok()?;
    (entries.len() == count).then(|| entries.into_iter().map(|entry| entry.get().as_bytes()).collect())
}

/// What an entry says that decides what is asked next.
#[derive(Debug, Default, PartialEq, Eq, serde::Deserialize)]
pub struct Entry {
    /// The names to look into.
    #[serde(default)]
    pub recurse: Option<Vec<String>>,
    /// Whether `tryEval` caught an error.
    #[serde(default)]
    pub caught: bool,
    /// The path of the derivation, if it is one.
    #[serde(default)]
    pub derivation: Option<String>,
}

impl Entry {
    /// Reads an entry. Whatever it is, it can be read.
    pub fn of(bytes: &[u8]) -> Entry {
        serde_json::from_slice(bytes).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_nix_writes_them() {
        let check = |path: &[&str], expected: &str| {
            let path: Path = path.iter().map(|part| (*part).to_owned()).collect();
            assert_eq!(name(&path), expected);
        };
        check(&[], ".");
        check(&["a", "b-c'", "_d"], "a.b-c'._d");
        check(&["a.b", "1", ""], "\"a.b\".\"1\".\"\"");
        check(&["${x}\"\\"], "\"\\${x}\\\"\\\\\"");
    }

    #[test]
    fn attribute_paths_are_read_as_after_the_flag() {
        let check = |text: &str, expected: Option<&[&str]>| {
            let expected = expected.map(|path| path.iter().map(|part| (*part).to_owned()).collect::<Path>());
            assert_eq!(parse_attribute(text), expected, "{text}");
        };
        check("", Some(&[]));
        check("a.b-c", Some(&["a", "b-c"]));
        check("a.\"b.c\".d", Some(&["a", "b.c", "d"]));
        check("a.", None);
        check("a..b", None);
        check(".a", None);
        check("\"a", None);
        check("\"a\"b", None);
    }

    #[test]
    fn entries_keep_their_bytes() {
        let stdout = b"[{\"set\":[\"a\"]},{\"recurse\":[\"x\",\"y\"]},{\"caught\":true},{\"value\":1.50}]\n";
        let found = entries(stdout, 4).expect("an answer");
        assert_eq!(found[3], b"{\"value\":1.50}");
        assert_eq!(Entry::of(found[0]), Entry::default());
        assert_eq!(Entry::of(found[1]).recurse, Some(vec!["x".to_owned(), "y".to_owned()]));
        assert!(Entry::of(found[2]).caught);
        for (text, count) in [("[{}]", 2), ("{}", 1), ("", 0), ("[1", 1)] {
            assert_eq!(entries(text.as_bytes(), count), None, "{text}");
        }
    }
}
