//! Which variables are in scope at a place in a program, which types they may have, and which variables an expression
//! needs from outside.

use std::collections::HashSet;

use crate::{
    generate::types::Type,
    program::{AttrName, BinaryOperator, Binding, Expr, Parameter, TextPart, UnaryOperator, source::is_identifier},
};

/// A variable in scope.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// Its name.
    pub name: String,
    /// What it seems to be.
    pub of: Type,
}

/// The expressions around the one with this number, from the program itself, and which child leads on.
pub fn around(program: &Expr, number: usize) -> Vec<(&Expr, usize)> {
    let mut trail = Vec::new();
    descend(program, number, &mut trail);
    trail
}

fn descend<'a>(expr: &'a Expr, number: usize, trail: &mut Vec<(&'a Expr, usize)>) {
    if number == 0 {
        return;
    }
    let (mut left, mut index, mut chosen) = (number - 1, 0, None);
    expr.each_child(&mut |child| {
        if chosen.is_none() {
            let size = child.size();
            if left < size {
                chosen = Some((child, index, left));
            } else {
                left -= size;
            }
        }
        index += 1;
    });
    if let Some((child, index, left)) = chosen {
        trail.push((expr, index));
        descend(child, left, trail);
    }
}

/// The variables in scope at the expression with this number, innermost last, without the builtins.
pub fn scope_at(program: &Expr, number: usize) -> Vec<Known> {
    let mut known = Vec::new();
    for (expr, child) in around(program, number) {
        bound_for(expr, child, &mut |name, of| {
            known.retain(|other: &Known| other.name != name);
            known.push(Known { name: name.to_owned(), of });
        });
    }
    known
}

/// Tells the names that an expression brings into scope for one of its children.
fn bound_for(expr: &Expr, child: usize, tell: &mut dyn FnMut(&str, Type)) {
    match expr {
        Expr::Let { bindings, .. } | Expr::LetBody(bindings) | Expr::Attrset { recursive: true, bindings } => {
            names_of(bindings, tell);
        }
        Expr::With { namespace, .. } if child == 1 => {
            if let Expr::Attrset { bindings, .. } = &**namespace {
                names_of(bindings, tell);
            }
        }
        Expr::Lambda(lambda) => match &lambda.parameter {
            Parameter::Name(name) => tell(name, Type::Any),
            Parameter::Pattern(pattern) => {
                for formal in &pattern.formals {
                    tell(&formal.name, formal.default.as_ref().map_or(Type::Any, guess));
                }
                if let Some((name, _)) = &pattern.at {
                    tell(name, Type::set([]));
                }
            }
        },
        _ => {}
    }
}

fn names_of(bindings: &[Binding], tell: &mut dyn FnMut(&str, Type)) {
    for binding in bindings {
        match binding {
            Binding::Value { path, value } => {
                if let AttrName::Plain(name) = &path[0]
                    && is_identifier(name)
                {
                    tell(name, if path.len() == 1 { guess(value) } else { Type::set([]) });
                }
            }
            Binding::Inherit(inherited) => {
                inherited.names.iter().filter(|name| is_identifier(name)).for_each(|name| tell(name, Type::Any));
            }
        }
    }
}

/// What an expression gives, as far as its own form shows.
pub fn guess(expr: &Expr) -> Type {
    match expr {
        Expr::Integer(_) | Expr::Unary(UnaryOperator::Negate, _) => Type::Int,
        Expr::Float(_) => Type::Float,
        Expr::Text(..) | Expr::Uri(_) => Type::Text,
        Expr::Path(_) | Expr::SearchPath(_) => Type::Path,
        Expr::List(elements) => {
            let of = elements.first().map_or(Type::Any, guess);
            Type::list(of, elements.len().min(9) as u8)
        }
        Expr::Attrset { .. } => Type::set([]),
        Expr::Let { body, .. } | Expr::With { body, .. } | Expr::Assert { body, .. } => guess(body),
        Expr::If { consequence, .. } => guess(consequence),
        Expr::HasAttribute { .. } | Expr::Unary(UnaryOperator::Not, _) => Type::Bool,
        Expr::Variable(name) if name == "true" || name == "false" => Type::Bool,
        Expr::Binary(operator, left, _) => match operator {
            BinaryOperator::Update => Type::set([]),
            BinaryOperator::Concatenate => Type::list(Type::Any, 0),
            BinaryOperator::Add | BinaryOperator::Subtract | BinaryOperator::Multiply | BinaryOperator::Divide => {
                guess(left)
            }
            BinaryOperator::PipeInto | BinaryOperator::PipeFrom => Type::Any,
            _ => Type::Bool,
        },
        _ => Type::Any,
    }
}

/// Calls `rename` with each variable of `expr` that is bound neither in it nor by a `with` in it, open to change. Names
/// that `inherit` takes from the scope around are told apart by nothing: they are left as they are.
pub fn each_free(expr: &mut Expr, rename: &mut dyn FnMut(&mut String)) {
    walk_free(expr, &mut Vec::new(), rename);
}

fn walk_free(expr: &mut Expr, bound: &mut Vec<String>, rename: &mut dyn FnMut(&mut String)) {
    if let Expr::Variable(name) = expr {
        if !bound.contains(name) {
            rename(name);
        }
        return;
    }
    let inner = bound.len();
    let is_with = matches!(expr, Expr::With { .. });
    if !is_with {
        bound_for(expr, 0, &mut |name, _| bound.push(name.to_owned()));
    }
    let mut children = Vec::new();
    expr.each_child_mut(&mut |child| children.push(child));
    for (index, child) in children.into_iter().enumerate() {
        // What `with` brings cannot be told from the source, so nothing below it is certain to be free.
        if !(is_with && index == 1) {
            walk_free(child, bound, rename);
        }
    }
    bound.truncate(inner);
}

/// All names that stand in an expression as variables or are bound in it.
pub fn names_in(expr: &Expr) -> HashSet<String> {
    let mut names = HashSet::new();
    expr.each(&mut |_, expr| {
        if let Expr::Variable(name) = expr {
            names.insert(name.clone());
        }
        bound_for(expr, 1, &mut |name, _| {
            names.insert(name.to_owned());
        });
    });
    names
}

/// Renames a variable and all that binds it or takes it along by `inherit`, everywhere in an expression. Attributes
/// keep their names.
pub fn rename_variables(expr: &mut Expr, new: &mut dyn FnMut(&str) -> Option<String>) {
    if let Expr::Variable(name) = expr
        && let Some(other) = new(name)
    {
        *name = other;
    }
    let bindings = match expr {
        Expr::Let { bindings, .. } | Expr::LetBody(bindings) | Expr::Attrset { bindings, .. } => Some(bindings),
        _ => None,
    };
    for binding in bindings.into_iter().flatten() {
        if let Binding::Inherit(inherited) = binding
            && inherited.from.is_none()
        {
            for name in &mut inherited.names {
                if let Some(other) = new(name) {
                    *name = other;
                }
            }
        }
    }
    expr.each_child_mut(&mut |child| rename_variables(child, new));
}

/// Whether a string is literal text only.
pub fn is_literal(parts: &[TextPart]) -> bool {
    parts.iter().all(|part| matches!(part, TextPart::Literal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::read::read;

    fn check(program: &str, at: &str, names: &[&str]) {
        let program = read(program).expect("it parses");
        let mut number = None;
        program.each(&mut |index, expr| {
            if *expr == Expr::variable(at) {
                number = Some(index);
            }
        });
        let known = scope_at(&program, number.expect("the place is there"));
        let known: Vec<_> = known.iter().map(|known| known.name.as_str()).collect();
        assert_eq!(known, names);
    }

    #[test]
    fn names_are_seen_where_the_language_says() {
        check("let a = 1; inherit (b) c; in here", "here", &["a", "c"]);
        check("let a = here; b.c = 1; in 1", "here", &["a", "b"]);
        check("{ a = here; b = 1; }", "here", &[]);
        check("rec { a = here; b = 1; }", "here", &["a", "b"]);
        check("a: { b, c ? here }@d: 1", "here", &["a", "b", "c", "d"]);
        check("with { a = 1; }; here", "here", &["a"]);
        check("with here; a", "here", &[]);
        check("a: b: a: here", "here", &["b", "a"]);
    }

    #[test]
    fn variables_from_outside_are_renamed_and_no_others() {
        let mut program = read("a: a b ({ c ? b, ... }: c d) (with e; f)").expect("it parses");
        each_free(&mut program, &mut |name| name.push('1'));
        assert_eq!(program.to_source(), "a: a b1 ({ c ? b1, ... }: c d1) (with e1; f)");
    }
}
