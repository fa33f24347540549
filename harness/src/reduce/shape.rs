//! The shape of a program: which builtins, operators and forms it is made of. If two reduced programs have the same
//! shape and the same signature, they most likely have the same cause.

use std::{
    collections::{BTreeSet, HashSet},
    sync::LazyLock,
};

use crate::program::{AttrName, Binding, Expr, Parameter, TextPart, TextStyle, UnaryOperator};

/// What a program is made of, each thing once. Literals, names, lists, sets and calls are in nearly every program and
/// do not count.
pub fn of(program: &Expr) -> BTreeSet<String> {
    let mut shape = BTreeSet::new();
    program.each(&mut |_, expr| {
        each_part(expr, &mut |part| {
            shape.insert(part.to_owned());
        });
    });
    shape
}

/// Attributes that mean something to the language.
pub const SPECIAL: [&str; 4] = ["__overrides", "__functor", "__toString", "__functionArgs"];

/// How a path with an interpolation is called in a shape.
pub const PATH_INTERPOLATION: &str = "path ${}";

/// What holds other parts together, names them or makes them visible: it is in reduced programs of every cause.
const COMMON: [&str; 23] = [
    "let",
    "rec",
    "with",
    "inherit",
    "inherit from",
    ":",
    "{}:",
    "if",
    "float",
    "path",
    "uri",
    "''",
    "${}",
    "negate",
    "trace",
    "throw",
    "abort",
    "tryEval",
    "seq",
    "addErrorContext",
    "head",
    "elemAt",
    ".${}",
];

/// Whether this is the name of a builtin, with or without underscores before it.
pub fn is_builtin(name: &str) -> bool {
    BUILTINS.contains(name) || ATTRIBUTES.contains(name)
}

/// What of a shape points to a cause; nothing where all of it is common.
pub fn telling(shape: &BTreeSet<String>) -> BTreeSet<String> {
    shape.iter().filter(|part| !COMMON.contains(&part.as_str())).cloned().collect()
}

/// A signature with the shape behind it: what tells one bucket from others.
pub fn identity(signature: &str, shape: &BTreeSet<String>) -> String {
    let shape: Vec<&str> = shape.iter().map(String::as_str).collect();
    format!("{signature} [{}]", shape.join(" "))
}

/// The names of builtins, as variables.
static BUILTINS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let constants = ["true", "false", "null", "builtins"];
    nix_evaluator::builtins::names().map(|name| name.variable).filter(|name| !constants.contains(name)).collect()
});

/// The same, as attributes of `builtins`.
static ATTRIBUTES: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| BUILTINS.iter().map(|name| name.trim_start_matches("__")).collect());

fn each_part(expr: &Expr, add: &mut dyn FnMut(&str)) {
    match expr {
        Expr::Variable(name) if BUILTINS.contains(name.as_str()) => add(name.trim_start_matches("__")),
        Expr::Variable(name) if name == "__curPos" => add(name),
        Expr::Select { subject, path, default } => {
            if let (Expr::Variable(name), [AttrName::Plain(builtin), ..]) = (&**subject, path.as_slice())
                && name == "builtins"
            {
                add(builtin);
            }
            if default.is_some() {
                add("or");
            }
            in_path(path, add);
        }
        Expr::HasAttribute { path, .. } => {
            add("?");
            in_path(path, add);
        }
        Expr::Text(style, parts) => {
            if parts.iter().any(|part| matches!(part, TextPart::Interpolation(_))) {
                add("${}");
            }
            if *style == TextStyle::Indented {
                add("''");
            }
        }
        Expr::Path(parts) if parts.len() > 1 => add(PATH_INTERPOLATION),
        Expr::Path(_) => add("path"),
        Expr::SearchPath(_) => add("<path>"),
        Expr::Uri(_) => add("uri"),
        Expr::Attrset { recursive, bindings } => {
            if *recursive {
                add("rec");
            }
            in_bindings(bindings, add);
        }
        Expr::LetBody(bindings) | Expr::Let { bindings, .. } => {
            add("let");
            in_bindings(bindings, add);
        }
        Expr::With { .. } => add("with"),
        Expr::Assert { .. } => add("assert"),
        Expr::If { .. } => add("if"),
        Expr::Lambda(lambda) => match &lambda.parameter {
            Parameter::Name(_) => add(":"),
            Parameter::Pattern(pattern) => {
                add("{}:");
                if pattern.formals.iter().any(|formal| formal.default.is_some()) {
                    add("default");
                }
                if pattern.at.is_some() {
                    add("@");
                }
            }
        },
        Expr::Unary(UnaryOperator::Not, _) => add("!"),
        Expr::Unary(UnaryOperator::Negate, _) => add("negate"),
        Expr::Binary(operator, ..) => add(operator.symbol()),
        Expr::Float(_) => add("float"),
        Expr::Integer(_) | Expr::Variable(_) | Expr::List(_) | Expr::Apply(..) => {}
    }
}

fn in_path(path: &[AttrName], add: &mut dyn FnMut(&str)) {
    if path.iter().any(|name| !matches!(name, AttrName::Plain(_))) {
        add(".${}");
    }
}

fn in_bindings(bindings: &[Binding], add: &mut dyn FnMut(&str)) {
    for binding in bindings {
        match binding {
            Binding::Value { path, .. } => {
                if let [AttrName::Plain(name), ..] = path.as_slice()
                    && SPECIAL.contains(&name.as_str())
                {
                    add(name);
                }
                in_path(path, add);
            }
            Binding::Inherit(inherited) => {
                add(if inherited.from.is_some() { "inherit from" } else { "inherit" });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::read;

    #[test]
    fn builtins_operators_and_forms_count_and_names_do_not() {
        let check = |source: &str, expected: &[&str]| {
            let program = read(source).unwrap_or_else(|error| panic!("{source}: {error}"));
            assert_eq!(of(&program).into_iter().collect::<Vec<_>>(), expected, "{source}");
        };
        check("{ a = 1; } // f [ 2 ]", &["//"]);
        check("rec { __overrides = { }; a = /b/${c}; }", &["__overrides", "path ${}", "rec"]);
        check("let a = x: builtins.map x; in a.b or (__elem a)", &[":", "elem", "let", "map", "or"]);
        check(
            "{ a ? 1.5 }@b: with rec { inherit (b) c; }; \"${-c}\"",
            &["${}", "@", "default", "float", "inherit from", "negate", "rec", "with", "{}:"],
        );
    }
}
