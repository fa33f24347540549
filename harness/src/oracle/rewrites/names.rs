//! Names in a tree: what is free, where a variable is used, what a form binds.

use std::collections::BTreeSet;

use crate::program::{AttrName, BinaryOperator, Binding, Expr, Parameter, TextPart, UnaryOperator};

/// What lies between a form and one of the expressions directly inside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entered {
    /// Names that the form binds there.
    pub names: Vec<String>,
    /// Whether the expression may be evaluated more than once: in a function, or as the condition of an assertion.
    pub is_repeated: bool,
    /// Whether it is inside a `with`.
    pub is_with: bool,
}

/// The name that a plain or constant attribute name is.
pub fn constant(name: &AttrName) -> Option<String> {
    match name {
        AttrName::Plain(name) => Some(name.clone()),
        AttrName::Text(parts) => match parts.as_slice() {
            [] => Some(String::new()),
            [TextPart::Literal(text)] => Some(text.clone()),
            _ => None,
        },
        AttrName::Computed(_) => None,
    }
}

/// The names that bindings which see each other bring into scope.
pub fn bound(bindings: &[Binding]) -> Vec<String> {
    let mut names = Vec::new();
    for binding in bindings {
        match binding {
            Binding::Value { path, .. } => names.extend(path.first().and_then(constant)),
            Binding::Inherit(inherited) => names.extend(inherited.names.iter().cloned()),
        }
    }
    names
}

/// Calls `visit` with each expression directly inside, as [`Expr::each_child`] does, and with what is in scope there.
pub fn each_scoped<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr, &Entered)) {
    let outside = Entered::default();
    match expr {
        Expr::Let { bindings, .. } | Expr::LetBody(bindings) | Expr::Attrset { recursive: true, bindings } => {
            let inside = Entered { names: bound(bindings), ..Entered::default() };
            expr.each_child(&mut |child| visit(child, &inside));
        }
        Expr::Lambda(lambda) => {
            let names = match &lambda.parameter {
                Parameter::Name(name) => vec![name.clone()],
                Parameter::Pattern(pattern) => {
                    let formals = pattern.formals.iter().map(|formal| formal.name.clone());
                    formals.chain(pattern.at.iter().map(|(name, _)| name.clone())).collect()
                }
            };
            let inside = Entered { names, is_repeated: true, is_with: false };
            expr.each_child(&mut |child| visit(child, &inside));
        }
        Expr::Assert { condition, body } => {
            // Where `a == b` fails, both sides are evaluated again, to say how they differ.
            visit(condition, &Entered { is_repeated: true, ..Entered::default() });
            visit(body, &outside);
        }
        Expr::With { namespace, body } => {
            visit(namespace, &outside);
            visit(body, &Entered { is_with: true, ..Entered::default() });
        }
        _ => expr.each_child(&mut |child| visit(child, &outside)),
    }
}

/// The names that the form itself looks up in the scope around it.
pub fn looked_up(expr: &Expr, found: &mut dyn FnMut(&str)) {
    match expr {
        Expr::Variable(name) => found(name),
        Expr::Attrset { bindings, .. } | Expr::LetBody(bindings) | Expr::Let { bindings, .. } => {
            for binding in bindings {
                if let Binding::Inherit(inherited) = binding
                    && inherited.from.is_none()
                {
                    inherited.names.iter().for_each(|name| found(name));
                }
            }
        }
        // What the parser makes of these forms can be shadowed.
        Expr::Unary(UnaryOperator::Negate, _) | Expr::Binary(BinaryOperator::Subtract, ..) => found("__sub"),
        Expr::Binary(BinaryOperator::Multiply, ..) => found("__mul"),
        Expr::Binary(BinaryOperator::Divide, ..) => found("__div"),
        Expr::Binary(
            BinaryOperator::Less
            | BinaryOperator::LessOrEqual
            | BinaryOperator::Greater
            | BinaryOperator::GreaterOrEqual,
            ..,
        ) => found("__lessThan"),
        Expr::SearchPath(_) => {
            found("__findFile");
            found("__nixPath");
        }
        _ => {}
    }
}

/// The names that an expression takes from the scope around it, or from a `with` there.
pub fn free(expr: &Expr) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    looked_up(expr, &mut |name| {
        names.insert(name.to_owned());
    });
    each_scoped(expr, &mut |child, entered| {
        let inner = free(child);
        names.extend(inner.into_iter().filter(|name| !entered.names.contains(name)));
    });
    names
}

/// Every name anywhere in an expression, bound, looked up or selected.
pub fn mentioned(expr: &Expr, names: &mut BTreeSet<String>) {
    fn add(names: &mut BTreeSet<String>, name: &str) {
        if !names.contains(name) {
            names.insert(name.to_owned());
        }
    }
    fn path(path: &[AttrName], names: &mut BTreeSet<String>) {
        for name in path.iter().filter_map(constant) {
            add(names, &name);
        }
    }
    looked_up(expr, &mut |name| add(names, name));
    match expr {
        Expr::Attrset { bindings, .. } | Expr::LetBody(bindings) | Expr::Let { bindings, .. } => {
            for binding in bindings {
                match binding {
                    Binding::Value { path: of, .. } => path(of, names),
                    Binding::Inherit(inherited) => inherited.names.iter().for_each(|name| add(names, name)),
                }
            }
        }
        Expr::Select { path: of, .. } | Expr::HasAttribute { path: of, .. } => path(of, names),
        Expr::Lambda(lambda) => match &lambda.parameter {
            Parameter::Name(name) => add(names, name),
            Parameter::Pattern(pattern) => {
                pattern.formals.iter().for_each(|formal| add(names, &formal.name));
                pattern.at.iter().for_each(|(name, _)| add(names, name));
            }
        },
        _ => {}
    }
    expr.each_child(&mut |child| mentioned(child, names));
}

/// A place where a variable is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The number of the expression, in the walk of [`Expr::nth`].
    pub number: usize,
    /// What lies between the root of the search and the place, all taken together.
    pub between: Entered,
}

/// Where a name is looked up.
#[derive(Clone, Debug, Default)]
pub struct Occurrences {
    /// As a variable.
    pub variables: Vec<Occurrence>,
    /// Whether something else than a variable looks it up: `inherit`, or a form that means a builtin.
    pub otherwise: bool,
}

/// Where `name`, as `expr` itself binds it, is looked up in it: what `expr` brings into scope does not count as lying
/// between.
pub fn occurrences(expr: &Expr, name: &str) -> Occurrences {
    fn walk(expr: &Expr, name: &str, number: &mut usize, between: &Entered, hidden: bool, found: &mut Occurrences) {
        let here = *number;
        *number += 1;
        if !hidden {
            looked_up(expr, &mut |it| {
                if it == name {
                    match expr {
                        Expr::Variable(_) => {
                            found.variables.push(Occurrence { number: here, between: between.clone() });
                        }
                        _ => found.otherwise = true,
                    }
                }
            });
        }
        each_scoped(expr, &mut |child, entered| {
            let hidden = hidden || entered.names.iter().any(|it| it == name);
            let inner = Entered {
                names: between.names.iter().chain(&entered.names).cloned().collect(),
                is_repeated: between.is_repeated || entered.is_repeated,
                is_with: between.is_with || entered.is_with,
            };
            walk(child, name, number, &inner, hidden, found);
        });
    }
    let mut found = Occurrences::default();
    let mut number = 1;
    expr.each_child(&mut |child| walk(child, name, &mut number, &Entered::default(), false, &mut found));
    found
}

/// Puts `replacement` where the variable occurs.
pub fn replace(expr: &mut Expr, occurrences: &Occurrences, replacement: &Expr) {
    // From the last on, so that the numbers of those that remain stay true.
    for occurrence in occurrences.variables.iter().rev() {
        if let Some(place) = expr.nth_mut(occurrence.number) {
            *place = replacement.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::Lambda;

    fn variable(name: &str) -> Expr {
        Expr::variable(name)
    }

    #[test]
    fn free_names_are_those_that_nothing_inside_binds() {
        let lambda = Expr::lambda("x", Expr::List(vec![variable("x"), variable("y")]));
        let program = Expr::bind(vec![Binding::new("y", variable("y"))], lambda.clone().apply(variable("z")));
        assert_eq!(free(&lambda).into_iter().collect::<Vec<_>>(), ["y"]);
        assert_eq!(free(&program).into_iter().collect::<Vec<_>>(), ["z"]);
        let minus = Expr::binary(BinaryOperator::Subtract, Expr::Integer(1), Expr::Integer(2));
        assert_eq!(free(&minus).into_iter().collect::<Vec<_>>(), ["__sub"]);
    }

    #[test]
    fn occurrences_know_what_lies_between() {
        let body = Expr::List(vec![variable("a"), Expr::lambda("b", variable("a")), Expr::lambda("a", variable("a"))]);
        let found = occurrences(&body, "a");
        let seen: Vec<_> = found.variables.iter().map(|it| (it.number, it.between.is_repeated)).collect();
        assert_eq!(seen, [(1, false), (3, true)]);
        let mut changed = body.clone();
        replace(&mut changed, &found, &Expr::List(vec![Expr::Integer(1)]));
        assert_eq!(changed.to_source(), "[ [ 1 ] (b: [ 1 ]) (a: a) ]");
    }

    #[test]
    fn formals_are_bound_in_defaults_and_body() {
        let pattern = crate::program::Pattern {
            formals: vec![crate::program::Formal { name: "a".into(), default: Some(variable("b")) }],
            ellipsis: true,
            at: Some(("all".into(), true)),
        };
        let lambda = Expr::Lambda(Lambda { parameter: Parameter::Pattern(pattern), body: Box::new(variable("all")) });
        assert_eq!(free(&lambda).into_iter().collect::<Vec<_>>(), ["b"]);
    }
}
