//! Inlines a binding: puts its value where its name is used, and takes the binding away.
//!
//! Capture is not checked: a candidate that means something else fails the reducer's test, or is interesting all the
//! same.

use crate::program::{AttrName, Binding, Expr, Lambda, Node, Parameter, Pattern};

/// The expression with one of its bindings, or its argument, inlined.
pub(super) fn inline(expr: &Expr) -> Vec<Expr> {
    match expr {
        Expr::Let { bindings, body } => {
            let mut candidates = Vec::new();
            if bindings.is_empty() {
                candidates.push((**body).clone());
            }
            for (index, name, value) in simple_bindings(bindings) {
                let mut rest = without(bindings, index);
                rest.iter_mut().for_each(|binding| in_binding(binding, name, value));
                let mut body = (**body).clone();
                substitute(&mut body, name, value);
                candidates.push(if rest.is_empty() {
                    body
                } else {
                    Expr::Let { bindings: rest, body: Node::new(body) }
                });
            }
            candidates
        }
        Expr::Attrset { recursive: true, bindings } => simple_bindings(bindings)
            .map(|(index, name, value)| {
                let mut rest = without(bindings, index);
                rest.iter_mut().for_each(|binding| in_binding(binding, name, value));
                Expr::Attrset { recursive: true, bindings: rest }
            })
            .collect(),
        Expr::Apply(function, argument) => match &**function {
            Expr::Lambda(Lambda { parameter: Parameter::Name(name), body }) => {
                let mut body = (**body).clone();
                substitute(&mut body, name, argument);
                vec![body]
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The bindings of one name each that do not mention themselves.
fn simple_bindings(bindings: &[Binding]) -> impl Iterator<Item = (usize, &str, &Expr)> {
    bindings.iter().enumerate().filter_map(|(index, binding)| match binding {
        Binding::Value { path, value } => match path.as_slice() {
            [AttrName::Plain(name)] if !mentions(value, name) => Some((index, name.as_str(), &**value)),
            _ => None,
        },
        Binding::Inherit(_) => None,
    })
}

fn without(bindings: &[Binding], index: usize) -> Vec<Binding> {
    bindings.iter().enumerate().filter(|(at, _)| *at != index).map(|(_, binding)| binding.clone()).collect()
}

fn mentions(expr: &Expr, name: &str) -> bool {
    let mut found = false;
    expr.each(&mut |_, expr| found |= matches!(expr, Expr::Variable(variable) if variable == name));
    found
}

fn in_binding(binding: &mut Binding, name: &str, value: &Expr) {
    // `inherit x` becomes a binding of its own only where it inherits nothing else.
    if let Binding::Inherit(inherited) = binding
        && inherited.from.is_none()
        && inherited.names == [name]
    {
        *binding = Binding::new(name, value.clone());
        return;
    }
    match binding {
        Binding::Value { path, value: of } => {
            for part in path {
                if let AttrName::Computed(expr) = part {
                    substitute(expr, name, value);
                }
            }
            substitute(of, name, value);
        }
        Binding::Inherit(inherited) => {
            if let Some(from) = &mut inherited.from {
                substitute(from, name, value);
            }
        }
    }
}

/// Puts `value` in all places of `name` that are not bound further inside.
fn substitute(expr: &mut Expr, name: &str, value: &Expr) {
    match expr {
        Expr::Variable(variable) if variable == name => {
            *expr = value.clone();
            return;
        }
        Expr::Lambda(lambda) if binds(&lambda.parameter, name) => return,
        Expr::Let { bindings, .. } | Expr::LetBody(bindings) | Expr::Attrset { recursive: true, bindings }
            if bindings.iter().any(|binding| defines(binding, name)) =>
        {
            return;
        }
        Expr::Attrset { recursive: false, bindings } => {
            bindings.iter_mut().for_each(|binding| in_binding(binding, name, value));
            return;
        }
        _ => {}
    }
    expr.each_child_mut(&mut |child| substitute(child, name, value));
}

fn binds(parameter: &Parameter, name: &str) -> bool {
    match parameter {
        Parameter::Name(own) => own == name,
        Parameter::Pattern(Pattern { formals, at, .. }) => {
            formals.iter().any(|formal| formal.name == name) || at.as_ref().is_some_and(|(own, _)| own == name)
        }
    }
}

fn defines(binding: &Binding, name: &str) -> bool {
    match binding {
        Binding::Value { path, .. } => matches!(path.first(), Some(AttrName::Plain(own)) if own == name),
        Binding::Inherit(inherited) => inherited.names.iter().any(|own| own == name),
    }
}
