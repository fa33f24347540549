//! The form of a reduced program: what is left of it when literals and names are taken for one another. Two reduced
//! programs of one form show the same thing, whatever values and names each was left with.

use std::{collections::HashMap, fmt::Write as _, sync::LazyLock};

use regex::Regex;

use super::shape;
use crate::program::{AttrName, Binding, Expr};

/// Words that are no names.
const KEYWORDS: [&str; 11] = ["let", "in", "rec", "with", "inherit", "if", "then", "else", "assert", "or", "builtins"];

/// Names that are literals.
const CONSTANTS: [&str; 3] = ["true", "false", "null"];

/// The tokens in which two programs of one form may differ.
static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?x) "(?: \\. | [^"\\$] )*"           # a string without interpolations
        | <[\w./+-]+>                             # a path that is searched for
        | (?: \.{1,2} | ~ )? (?: / [\w.+-]+ )+    # a path, or the beginning of one
        | \d+ (?: \.\d+ )? (?: e[+-]?\d+ )?       # a number
        | [a-zA-Z_][\w'-]*                        # a word
        | \[\ \] | \{\ \}                         # an empty list or set"#,
    )
    .expect("a constant")
});

/// The form of a program, as text. A list or a set around all of it is no part of it: where a value stands is the
/// program's choice.
pub fn of(program: &Expr) -> String {
    match program {
        Expr::List(elements) if elements.len() == 1 => return of(&elements[0]),
        Expr::Attrset { recursive: false, bindings } => {
            if let [Binding::Value { path, value }] = bindings.as_slice()
                && let [AttrName::Plain(name)] = path.as_slice()
                && !shape::SPECIAL.contains(&name.as_str())
            {
                return of(value);
            }
        }
        _ => {}
    }
    let source = program.to_source();
    let mut names: HashMap<&str, usize> = HashMap::new();
    let mut form = String::with_capacity(source.len());
    let mut at = 0;
    for token in TOKEN.find_iter(&source) {
        form.push_str(&source[at..token.start()]);
        at = token.end();
        let text = token.as_str();
        let is_word = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        if text.starts_with('<') {
            form.push_str("<path>");
        } else if text.contains('/') {
            let goes_on = source[at..].starts_with("${") || source[at..].starts_with("/${");
            form.push_str(if goes_on { "/path" } else { "0" });
        } else if !is_word || CONSTANTS.contains(&text) {
            form.push('0');
        } else if KEYWORDS.contains(&text) || shape::is_builtin(text) || shape::SPECIAL.contains(&text) {
            form.push_str(text);
        } else {
            let next = names.len();
            let number = *names.entry(text).or_insert(next);
            // Writing to a String does not fail.
            let _ = write!(form, "x{number}");
        }
    }
    form.push_str(&source[at..]);
    form.replace("-0", "0")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::read;

    #[test]
    fn literals_and_names_are_alike_and_structure_is_not() {
        let form = |source: &str| of(&read(source).unwrap_or_else(|error| panic!("{source}: {error}")));
        let same = |one: &str, other: &str| assert_eq!(form(one), form(other));
        let different = |one: &str, other: &str| assert_ne!(form(one), form(other));
        same("rec { e = [ ]; a = e; }", "rec { b = { }; c = b; }");
        same("rec { __overrides = { a = true; }; a = false; }", "rec { __overrides = { b = -1.5; }; b = \"x\"; }");
        same("/nowhere/${\"\"}", "/a/b/${\"c\"}");
        same("[ \"\\${\" ]", "{ a = \"b\"; }");
        same("builtins.trace 0 1", "builtins.trace /a \"b\"");
        different("/a/${b}", "/a/b");
        different("rec { e = [ ]; a = e; }", "rec { e = [ ]; a = a; }");
        different("builtins.map a", "builtins.filter a");
        different("{ __functor = a; }", "{ b = a; }");
        different("a + b", "a - b");
    }
}
