//! Names in a tree: what is free, where a variable is used, what a form binds.

use std::collections::BTreeSet;

use crate::program::{AttrName, BinaryOperator, Binding, Expr, Parameter, TextPart, UnaryOperator};

/// What lies between a form and one of the expressions directly inside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entered<'a> {
    /// Names that the form binds there.
    pub names: Vec<&'a str>,
    /// Whether the expression may be evaluated more than once: in a function, or as the condition of an assertion.
    pub is_repeated: bool,
    /// Whether it is inside a `with`.
    pub is_with: bool,
}

impl<'a> Entered<'a> {
    /// What lies between where more is entered.
    pub fn and(&self, inner: &Entered<'a>) -> Entered<'a> {
        Entered {
            names: [self.names.as_slice(), &inner.names].concat(),
            is_repeated: self.is_repeated || inner.is_repeated,
            is_with: self.is_with || inner.is_with,
        }
    }
}

/// The name that a plain or constant attribute name is.
pub fn constant(name: &AttrName) -> Option<&str> {
    match name {
        AttrName::Plain(name) => Some(name),
        AttrName::Text(parts) => match parts.as_slice() {
            [] => Some(""),
            [TextPart::Literal(text)] => Some(text),
            _ => None,
        },
        AttrName::Computed(_) => None,
    }
}

/// The names that bindings which see each other bring into scope.
pub fn bound(bindings: &[Binding]) -> Vec<&str> {
    let mut names = Vec::new();
    for binding in bindings {
        match binding {
            Binding::Value { path, .. } => names.extend(path.first().and_then(constant)),
            Binding::Inherit(inherited) => names.extend(inherited.names.iter().map(String::as_str)),
        }
    }
    names
}

/// Calls `visit` with each expression directly inside, as [`Expr::each_child`] does, and with what is in scope there.
pub fn each_scoped<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr, &Entered<'a>)) {
    let outside = Entered::default();
    match expr {
        Expr::Let { bindings, .. } | Expr::LetBody(bindings) | Expr::Attrset { recursive: true, bindings } => {
            let inside = Entered { names: bound(bindings), ..Entered::default() };
            expr.each_child(&mut |child| visit(child, &inside));
        }
        Expr::Lambda(lambda) => {
            let names = match &lambda.parameter {
                Parameter::Name(name) => vec![name.as_str()],
                Parameter::Pattern(pattern) => {
                    let formals = pattern.formals.iter().map(|formal| formal.name.as_str());
                    formals.chain(pattern.at.iter().map(|(name, _)| name.as_str())).collect()
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
pub fn looked_up<'a>(expr: &'a Expr, found: &mut dyn FnMut(&'a str)) {
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
pub fn free(expr: &Expr) -> BTreeSet<&str> {
    fn walk<'a>(expr: &'a Expr, bound: &mut Vec<&'a str>, names: &mut BTreeSet<&'a str>) {
        looked_up(expr, &mut |name| {
            if !bound.contains(&name) {
                names.insert(name);
            }
        });
        let outside = bound.len();
        each_scoped(expr, &mut |child, entered| {
            bound.extend_from_slice(&entered.names);
            walk(child, bound, names);
            bound.truncate(outside);
        });
    }
    let mut names = BTreeSet::new();
    walk(expr, &mut Vec::new(), &mut names);
    names
}

/// Tells every name anywhere in an expression, bound, looked up or selected, each time that it stands there.
pub fn each_mentioned<'a>(expr: &'a Expr, found: &mut dyn FnMut(&'a str)) {
    fn path<'a>(path: &'a [AttrName], found: &mut dyn FnMut(&'a str)) {
        path.iter().filter_map(constant).for_each(found);
    }
    looked_up(expr, found);
    match expr {
        Expr::Attrset { bindings, .. } | Expr::LetBody(bindings) | Expr::Let { bindings, .. } => {
            for binding in bindings {
                match binding {
                    Binding::Value { path: of, .. } => path(of, found),
                    Binding::Inherit(inherited) => inherited.names.iter().for_each(|name| found(name)),
                }
            }
        }
        Expr::Select { path: of, .. } | Expr::HasAttribute { path: of, .. } => path(of, found),
        Expr::Lambda(lambda) => match &lambda.parameter {
            Parameter::Name(name) => found(name),
            Parameter::Pattern(pattern) => {
                pattern.formals.iter().for_each(|formal| found(&formal.name));
                pattern.at.iter().for_each(|(name, _)| found(name));
            }
        },
        _ => {}
    }
    expr.each_child(&mut |child| each_mentioned(child, found));
}

/// A place where a variable is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence<'a> {
    /// The number of the expression, in the walk of [`Expr::nth`].
    pub number: usize,
    /// What lies between the root of the search and the place, all taken together.
    pub between: Entered<'a>,
}

/// Where a name is looked up.
#[derive(Clone, Debug, Default)]
pub struct Occurrences<'a> {
    /// As a variable.
    pub variables: Vec<Occurrence<'a>>,
    /// Whether something else than a variable looks it up: `inherit`, or a form that means a builtin.
    pub otherwise: bool,
}

/// Where `name`, as `expr` itself binds it, is looked up in it: what `expr` brings into scope does not count as lying
/// between.
pub fn occurrences<'a>(expr: &'a Expr, name: &str) -> Occurrences<'a> {
    fn walk<'a>(
        expr: &'a Expr,
        name: &str,
        number: &mut usize,
        between: &Entered<'a>,
        hidden: bool,
        found: &mut Occurrences<'a>,
    ) {
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
            let hidden = hidden || entered.names.contains(&name);
            walk(child, name, number, &between.and(entered), hidden, found);
        });
    }
    let mut found = Occurrences::default();
    let mut number = 1;
    expr.each_child(&mut |child| walk(child, name, &mut number, &Entered::default(), false, &mut found));
    found
}

impl Occurrences<'_> {
    /// The numbers of the variables.
    pub fn numbers(&self) -> Vec<usize> {
        self.variables.iter().map(|occurrence| occurrence.number).collect()
    }
}

/// Puts `replacement` in the place of the expressions with these numbers, which ascend.
pub fn replace(expr: &mut Expr, numbers: &[usize], replacement: &Expr) {
    // From the last on, so that the numbers of those that remain stay true.
    for number in numbers.iter().rev() {
        if let Some(place) = expr.nth_mut(*number) {
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
        replace(&mut changed, &found.numbers(), &Expr::List(vec![Expr::Integer(1)]));
        assert_eq!(changed.to_source(), "[ [ 1 ] (b: [ 1 ]) (a: a) ]");
    }

    #[test]
    fn formals_are_bound_in_defaults_and_body() {
        let pattern = crate::program::Pattern {
            formals: vec![crate::program::Formal { name: "a".into(), default: Some(variable("b")) }],
            ellipsis: true,
            at: Some(("all".into(), true)),
        };
        let lambda = Expr::Lambda(Lambda { parameter: Parameter::Pattern(pattern), body: variable("all").into() });
        assert_eq!(free(&lambda).into_iter().collect::<Vec<_>>(), ["b"]);
    }
}
