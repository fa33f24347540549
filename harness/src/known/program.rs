//! A pattern for reduced programs: a part of a program in which `…` stands for anything. An accepted cause is named by
//! what the program must hold, `rec { __overrides … }`, rather than by what happened to be printed.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Deserializer, de};

use crate::{
    program::{AttrName, Binding, Expr, Formal, Parameter, TextPart, read},
    reduce::shape,
};

/// What `…` is read as.
const ANYTHING: &str = "_anything";

/// A part of a program. Literals stand for any literal of their type, names for any name, except for names of builtins
/// and of attributes with a meaning. A set in the pattern may be a larger one in the program.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern(Expr);

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Pattern, D::Error> {
        let text = String::deserialize(from)?;
        Pattern::read(&text).map_err(de::Error::custom)
    }
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When it is no program with `…` in place of expressions, or of the rest of a binding.
    pub fn read(text: &str) -> Result<Pattern, String> {
        static BINDING: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"(?P<name>[\w'-]+) …\s*(?P<end>\}|;)").expect("a constant"));
        let bound = BINDING.replace_all(text, |found: &regex::Captures<'_>| {
            let end = if &found["end"] == ";" { ";" } else { "; }" };
            format!("{} = {ANYTHING}{end}", &found["name"])
        });
        let source = bound.replace('…', ANYTHING);
        read(&source).map(Pattern).map_err(|error| format!("`{text}` is no pattern of a program: {error}"))
    }

    /// Whether a program holds it.
    pub fn is_in(&self, program: &Expr) -> bool {
        let mut found = false;
        program.each(&mut |_, expr| found = found || matches(&self.0, expr));
        found
    }
}

fn matches(pattern: &Expr, expr: &Expr) -> bool {
    match (pattern, expr) {
        (Expr::Variable(name), _) if name == ANYTHING => true,
        (Expr::Attrset { recursive: one, bindings: wanted }, Expr::Attrset { recursive: other, bindings }) => {
            one == other && wanted.iter().all(|wanted| bindings.iter().any(|binding| is_bound(wanted, binding)))
        }
        (Expr::Let { bindings: wanted, body: one }, Expr::Let { bindings, body: other }) => {
            let bound = wanted.iter().all(|wanted| bindings.iter().any(|binding| is_bound(wanted, binding)));
            bound && matches(one, other)
        }
        _ => head(pattern) == head(expr) && children(pattern, expr),
    }
}

/// Whether the parts of both match, one by one.
fn children(pattern: &Expr, expr: &Expr) -> bool {
    let (mut wanted, mut given) = (Vec::new(), Vec::new());
    pattern.each_child(&mut |child| wanted.push(child));
    expr.each_child(&mut |child| given.push(child));
    // A builtin by its name has no parts, and one selected from `builtins` has.
    builtin(pattern).is_some()
        || (wanted.len() == given.len() && wanted.iter().zip(given).all(|(one, other)| matches(one, other)))
}

fn is_bound(wanted: &Binding, given: &Binding) -> bool {
    match (wanted, given) {
        (Binding::Value { path: one, value: wanted }, Binding::Value { path: other, value }) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| attribute(one) == attribute(other))
                && matches(wanted, value)
        }
        (Binding::Inherit(one), Binding::Inherit(other)) => one.from.is_some() == other.from.is_some(),
        _ => false,
    }
}

/// What must be the same of a name in a path.
fn attribute(name: &AttrName) -> &str {
    match name {
        AttrName::Plain(name) if shape::SPECIAL.contains(&name.as_str()) => name,
        AttrName::Plain(_) => "",
        AttrName::Text(_) | AttrName::Computed(_) => "${}",
    }
}

/// What must be the same of an expression itself.
fn head(expr: &Expr) -> String {
    if let Some(name) = builtin(expr) {
        return format!("builtins.{name}");
    }
    let default = |formal: &Formal| formal.default.is_some();
    match expr {
        Expr::Binary(operator, ..) => operator.symbol().to_owned(),
        Expr::Unary(operator, _) => format!("{operator:?}"),
        Expr::Select { path, default, .. } => {
            format!("select {:?} {}", path.iter().map(attribute).collect::<Vec<_>>(), default.is_some())
        }
        Expr::HasAttribute { path, .. } => format!("? {:?}", path.iter().map(attribute).collect::<Vec<_>>()),
        Expr::Lambda(lambda) => match &lambda.parameter {
            Parameter::Name(_) => "lambda".to_owned(),
            Parameter::Pattern(pattern) => {
                let defaults = pattern.formals.iter().map(default).collect::<Vec<_>>();
                format!("lambda {defaults:?} {} {}", pattern.ellipsis, pattern.at.is_some())
            }
        },
        Expr::Text(_, parts) | Expr::Path(parts) => {
            let interpolated = parts.iter().filter(|part| matches!(part, TextPart::Interpolation(_))).count();
            format!("{} {interpolated}", if matches!(expr, Expr::Path(_)) { "path" } else { "text" })
        }
        Expr::Integer(_) => "integer".to_owned(),
        Expr::Float(_) => "float".to_owned(),
        Expr::SearchPath(_) => "<>".to_owned(),
        Expr::Uri(_) => "uri".to_owned(),
        Expr::Variable(_) => "name".to_owned(),
        Expr::List(_) => "list".to_owned(),
        Expr::Attrset { .. } | Expr::LetBody(_) => "set".to_owned(),
        Expr::Let { .. } => "let".to_owned(),
        Expr::With { .. } => "with".to_owned(),
        Expr::Assert { .. } => "assert".to_owned(),
        Expr::If { .. } => "if".to_owned(),
        Expr::Apply(..) => "call".to_owned(),
    }
}

/// The builtin that an expression names.
fn builtin(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Variable(name) if shape::is_builtin(name) => Some(name.trim_start_matches("__")),
        Expr::Select { subject, path, default: None } => match (&**subject, path.as_slice()) {
            (Expr::Variable(set), [AttrName::Plain(name)]) if set == "builtins" => Some(name),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_found_wherever_it_stands() {
        let check = |pattern: &str, source: &str, expected: bool| {
            let pattern = Pattern::read(pattern).unwrap_or_else(|error| panic!("{error}"));
            let program = read(source).unwrap_or_else(|error| panic!("{source}: {error}"));
            assert_eq!(pattern.is_in(&program), expected, "{pattern:?} {source}");
        };
        let overrides = "rec { __overrides … }";
        check(overrides, "[ (rec { a = 1; __overrides = { a = 2; }; }.a) ]", true);
        check(overrides, "{ __overrides = { }; }", false);
        check(overrides, "rec { a = { }; }", false);
        check("{ a = 1; b …; }", "{ x = 2; c = [ ]; d = y; }", true);
        check("builtins.sort … …", "f (builtins.sort (x: y: x) [ ])", true);
        check("builtins.sort … …", "builtins.map (x: y) [ ]", false);
        check("map … [ ]", "builtins.map f [ ]", true);
        check("… < 1", "[ (2 < 3) ]", true);
        check("… < 1", "[ (2 < a) ]", false);
        check("/a/${…}", "/b/${\"c\"}", true);
        check("/a/${…}", "/b/c", false);
        check("{ a ? … }: …", "{ b ? 1 }: b", true);
        check("{ a ? … }: …", "{ b }: b", false);
        let error = Pattern::read("rec {").expect_err("it does not parse");
        assert!(error.contains("`rec {` is no pattern of a program"), "{error}");
    }
}
