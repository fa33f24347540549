//! Takes out of a program what made another one diverge: where it diverges no longer, both have one cause; where it still
//! does, it has a cause of its own beside.
//!
//! What is taken out is replaced by something that has the same place in the program and none of its meaning. Calls of a
//! builtin may be needed for any type, so there are several candidates, one a type.

use std::collections::BTreeSet;

use super::shape;
use crate::program::{AttrName, BinaryOperator, Binding, Expr, Node, TextPart};

/// The programs that `program` could be without what these features stand for. There are none where one of the features
/// cannot be taken out, or where the program has none of them.
pub fn without(program: &Expr, features: &BTreeSet<String>) -> Vec<Expr> {
    if features.is_empty() || !features.iter().all(|feature| can_be_taken_out(feature)) {
        return Vec::new();
    }
    let calls_builtins = features.iter().any(|feature| shape::is_builtin(feature));
    let candidates = if calls_builtins { substitutes() } else { vec![Expr::variable("null")] };
    let repaired = candidates.into_iter().filter_map(|substitute| {
        let mut repaired = program.clone();
        take_out(&mut repaired, features, &substitute).then_some(repaired)
    });
    repaired.collect()
}

/// One of each type.
fn substitutes() -> Vec<Expr> {
    vec![
        Expr::variable("null"),
        Expr::Integer(0),
        Expr::List(Vec::new()),
        Expr::Attrset { recursive: false, bindings: Vec::new() },
        Expr::text(""),
        Expr::variable("true"),
        Expr::lambda("_", Expr::variable("null")),
    ]
}

fn can_be_taken_out(feature: &str) -> bool {
    shape::SPECIAL.contains(&feature)
        || shape::is_builtin(feature)
        || feature == shape::PATH_INTERPOLATION
        || BinaryOperator::PLAIN.iter().any(|operator| operator.symbol() == feature)
}

/// Replaces every occurrence. Gives whether there was one.
fn take_out(expr: &mut Expr, features: &BTreeSet<String>, substitute: &Expr) -> bool {
    let has = |name: &str| features.contains(name);
    let replacement = match expr {
        _ if called(expr).is_some_and(has) => Some(substitute.clone()),
        Expr::Binary(operator, left, right) if has(operator.symbol()) => Some(instead_of(*operator, left, right)),
        Expr::Path(parts) if has(shape::PATH_INTERPOLATION) && parts.len() > 1 => match &parts[0] {
            TextPart::Literal(start) => {
                let start = start.trim_end_matches('/');
                let start = if start.contains('/') { start.to_owned() } else { format!("{start}/a") };
                Some(Expr::Path(vec![TextPart::Literal(start)]))
            }
            TextPart::Interpolation(_) => None,
        },
        _ => None,
    };
    if let Some(replacement) = replacement {
        *expr = replacement;
        // What stands in it may hold another one.
        take_out(expr, features, substitute);
        return true;
    }
    let mut found = false;
    if let Expr::Attrset { bindings, .. } | Expr::Let { bindings, .. } | Expr::LetBody(bindings) = expr {
        let before = bindings.len();
        bindings.retain(|binding| !matches!(binding, Binding::Value { path, .. } if matches!(path.as_slice(), [AttrName::Plain(name), ..] if shape::SPECIAL.contains(&name.as_str()) && has(name))));
        found = bindings.len() < before;
    }
    expr.each_child_mut(&mut |child| found |= take_out(child, features, substitute));
    found
}

/// The builtin that this expression is, or is a call of.
fn called(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Apply(function, _) => called(function),
        Expr::Variable(name) if shape::is_builtin(name) => Some(name.trim_start_matches("__")),
        Expr::Select { subject, path, .. } => match (&**subject, path.as_slice()) {
            (Expr::Variable(set), [AttrName::Plain(name)]) if set == "builtins" => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// Something of the type that an operator gives.
fn instead_of(operator: BinaryOperator, left: &Node, right: &Node) -> Expr {
    use BinaryOperator::*;
    match operator {
        Implies | Or | And => (**right).clone(),
        Equal | NotEqual | Less | LessOrEqual | Greater | GreaterOrEqual => Expr::variable("true"),
        _ => (**left).clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::read;

    #[test]
    fn what_is_named_goes_and_the_rest_stays() {
        let check = |source: &str, features: &[&str], expected: &[&str]| {
            let program = read(source).unwrap_or_else(|error| panic!("{source}: {error}"));
            let features = features.iter().map(|feature| (*feature).to_owned()).collect();
            let repaired: Vec<String> = without(&program, &features).iter().map(Expr::to_source).collect();
            assert_eq!(repaired, expected, "{source}");
        };
        check("rec { __overrides = { a = 1; }; a = 2; b = [ 3 ]; }", &["__overrides"], &["rec { a = 2; b = [ 3 ]; }"]);
        check("[ (1 + 2 * 3) ]", &["+", "*"], &["[ 1 ]"]);
        check("[ (a < b) /x/${c} ]", &["<", "path ${}"], &["[ true /x ]"]);
        check("{ a = builtins.sort (x: y: x < y) [ 1 ]; b = 1 < 2; }", &["default"], &[]);
        check("[ 1 ]", &["+"], &[]);
        let seven = ["null", "0", "[ ]", "{ }", "\"\"", "true", "_: null"];
        let lists = seven.map(|it| match it {
            "_: null" => "[ (_: null) 1 ]".to_owned(),
            it => format!("[ {it} 1 ]"),
        });
        check("[ (builtins.sort (x: y: x < y) [ ]) 1 ]", &["sort"], &lists.each_ref().map(String::as_str));
    }
}
